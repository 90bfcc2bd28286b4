//! The official schemas, where they are there. What we put on the wire must be valid against the one of its edition.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

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

    /// Panics unless each message is valid against the schema of `edition` (`1.2` or `2021-2`).
    pub(crate) fn assert_valid<'a>(&self, edition: &str, messages: impl IntoIterator<Item = &'a [u8]>) {
        let schema = match edition {
            "1.2" => "ISO-18626-v1_2.xsd",
            "2021-2" => "ISO-18626-2021-2.xsd",
            other => panic!("no official schema of edition {other}"),
        };
        let dir = tempfile::tempdir().expect("a temporary folder");
        let files: Vec<PathBuf> = messages
            .into_iter()
            .enumerate()
            .map(|(number, bytes)| {
                let file = dir.path().join(format!("{number:05}.xml"));
                std::fs::write(&file, bytes).expect("a temporary file");
                file
            })
            .collect();
        assert!(!files.is_empty(), "no message of edition {edition} to validate");
        for some in files.chunks(200) {
            let output = Command::new("xmllint")
                .args(["--nonet", "--noout", "--schema"])
                .arg(self.dir.join(schema))
                .args(some)
                .output()
                .expect("xmllint runs");
            let said = String::from_utf8_lossy(&output.stderr);
            let bad: Vec<&str> = said.lines().filter(|line| !line.ends_with(" validates")).collect();
            assert!(output.status.success(), "against {schema}:\n{}", bad.join("\n"));
        }
    }
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
