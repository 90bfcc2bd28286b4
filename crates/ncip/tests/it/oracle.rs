//! The official schemas as oracle, by `xmllint`, and the messages of other systems. Where they are not there, a test
//! says so and passes; with `ILLGATE_NO_SKIP=1` it fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use ncip::Version;

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    path.exists().then_some(path)
}

fn absent<T>(what: &str) -> Option<T> {
    assert!(std::env::var_os("ILLGATE_NO_SKIP").is_none(), "{what} is not there");
    println!("skipped: {what} is not there");
    None
}

/// The official schemas and a way to ask them.
pub(crate) struct Oracle {
    standards: PathBuf,
}

impl Oracle {
    pub(crate) fn find() -> Option<Oracle> {
        let Some(standards) = shared("standards") else { return absent("../shared/standards") };
        if Command::new("xmllint").arg("--version").output().is_err() {
            return absent("xmllint");
        }
        Some(Oracle { standards })
    }

    /// What a schema has against files; `Ok` where all are valid.
    fn check(&self, schema: &str, files: &[PathBuf]) -> Result<(), String> {
        let kind = if schema.ends_with(".dtd") { "--dtdvalid" } else { "--schema" };
        let mut command = Command::new("xmllint");
        command.args(["--noout", "--nonet", kind]).arg(self.standards.join(schema)).args(files);
        let output = command.output().expect("xmllint runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    }

    /// Holds many documents to a schema.
    pub(crate) fn all_valid(&self, schema: &str, documents: &[(String, Vec<u8>)]) {
        let folder = tempfile::tempdir().expect("a folder for documents");
        for (chunk, some) in documents.chunks(200).enumerate() {
            let files: Vec<PathBuf> = some
                .iter()
                .enumerate()
                .map(|(index, (_, bytes))| {
                    let file = folder.path().join(format!("{chunk}-{index}.xml"));
                    std::fs::write(&file, bytes).expect("a document is written");
                    file
                })
                .collect();
            if self.check(schema, &files).is_ok() {
                continue;
            }
            for (file, (name, bytes)) in files.iter().zip(some) {
                if let Err(said) = self.check(schema, std::slice::from_ref(file)) {
                    panic!("{name} by {schema}: {said}\n{}", String::from_utf8_lossy(bytes));
                }
            }
        }
    }
}

/// The official schema of a version. 1.01 has none that could be had: what it adds is held to by the tables alone.
pub(crate) fn schema(version: Version) -> Option<&'static str> {
    match version {
        Version::V1_0 => Some("ncip_v1_0.dtd"),
        Version::V1_01 => None,
        Version::V2_0 => Some("ncip_v2_0.xsd"),
        Version::V2_01 => Some("ncip_v2_01.xsd"),
        Version::V2_02 => Some("ncip_v2_02.xsd"),
    }
}

/// The official schema of the messages that ask for versions.
pub(crate) const VERSIONS: &str = "ncip_version.xsd";

/// One message of another system, and against which schemas it is valid.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) well_formed: bool,
    pub(crate) valid_in: Option<Version>,
}

/// The NCIP messages of the corpus.
pub(crate) fn samples() -> Option<Vec<Sample>> {
    let Some(corpus) = shared("corpus") else { return absent("../shared/corpus") };
    let table = std::fs::read_to_string(corpus.join("VALIDATION.tsv")).expect("the table is there");
    let mut samples = Vec::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
        if !cell(2).starts_with("ncip") {
            continue;
        }
        let columns = [(6, Version::V2_02), (8, Version::V2_01), (9, Version::V2_0), (10, Version::V1_0)];
        samples.push(Sample {
            name: format!("{}/{}", cell(0), cell(1)),
            bytes: std::fs::read(corpus.join(cell(0)).join(cell(1))).expect("a sample is there"),
            well_formed: cell(3) == "True",
            valid_in: columns.iter().find(|(index, _)| cell(*index) == "yes").map(|(_, version)| *version),
        });
    }
    Some(samples)
}
