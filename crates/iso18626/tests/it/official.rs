//! The official schemas, where they are there. What we put on the wire must be valid against the one of its edition.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use iso18626::Edition;

/// The official schemas and the program that validates against them.
pub(crate) struct Official {
    dir: PathBuf,
}

impl Official {
    /// `None`, with a word about it, where something is missing; a failure where nothing may be skipped.
    pub(crate) fn find() -> Option<Self> {
        let dir = beside("standards");
        let program = Command::new("xmllint").arg("--version").output();
        let missing = match (dir.is_dir(), program) {
            (true, Ok(_)) => return Some(Self { dir }),
            (false, _) => format!("no official schemas at {}", dir.display()),
            (_, Err(why)) => format!("no xmllint: {why}"),
        };
        skip(&missing);
        None
    }

    /// Panics unless each message is valid against the schema of `edition`.
    pub(crate) fn assert_valid<'a>(&self, edition: Edition, messages: impl IntoIterator<Item = &'a [u8]>) {
        let schema = self.schema(edition);
        let messages: Vec<Vec<u8>> = messages.into_iter().map(<[u8]>::to_vec).collect();
        assert!(!messages.is_empty(), "no message of edition {edition} to validate");
        let bad: Vec<String> = verdicts(&schema, &messages).into_iter().flatten().collect();
        assert!(bad.is_empty(), "against {}:\n{}", schema.display(), bad.join("\n"));
    }

    /// The official schema of an edition.
    pub(crate) fn schema(&self, edition: Edition) -> PathBuf {
        self.dir.join(match edition {
            Edition::V1_1 => panic!("1.1 has no official schema"),
            Edition::V1_2 => "ISO-18626-v1_2.xsd",
            Edition::V2021_2 => "ISO-18626-2021-2.xsd",
        })
    }
}

/// What a schema has against each message: nothing, or why it refuses it.
pub(crate) fn verdicts(schema: &Path, messages: &[Vec<u8>]) -> Vec<Option<String>> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut verdicts = Vec::new();
    for some in messages.chunks(200) {
        let names: Vec<String> = (0..some.len()).map(|number| format!("{number:05}.xml")).collect();
        for (name, bytes) in names.iter().zip(some) {
            std::fs::write(dir.path().join(name), bytes).expect("a temporary file");
        }
        let output = Command::new("xmllint")
            .current_dir(dir.path())
            .args(["--nonet", "--noout", "--schema"])
            .arg(std::path::absolute(schema).expect("the schema has a path"))
            .args(&names)
            .output()
            .expect("xmllint runs");
        let said = String::from_utf8_lossy(&output.stderr);
        for name in &names {
            let about: Vec<&str> = said.lines().filter(|line| line.starts_with(name.as_str())).collect();
            assert!(!about.is_empty(), "xmllint says nothing about {name}: {said}");
            let valid = about.iter().any(|line| line.ends_with(" validates"));
            verdicts.push(if valid { None } else { Some(about.join("\n")) });
        }
    }
    verdicts
}

/// The messages of other systems, where they are there.
pub(crate) fn corpus() -> Option<PathBuf> {
    let dir = beside("corpus");
    if dir.is_dir() {
        return Some(dir);
    }
    skip(&format!("no corpus at {}", dir.display()));
    None
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name)
}

fn skip(missing: &str) {
    assert!(std::env::var_os("ILLGATE_NO_SKIP").is_none(), "{missing}, and nothing may be skipped");
    eprintln!("skipped: {missing}");
}
