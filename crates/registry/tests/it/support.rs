//! Small registries, and the files that tests compare with.

use std::{env, path::PathBuf};

use loan_model::PeerId;
use registry::Registry;

/// A registry of these libraries, each told by a few lines of TOML.
pub(crate) fn registry(libraries: &str) -> Registry {
    read(&file(libraries))
}

/// Reads a file that must be good.
pub(crate) fn read(text: &str) -> Registry {
    Registry::parse_toml(text).unwrap_or_else(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}\n\n{text}", problems.join("\n"))
    })
}

/// A whole file with these libraries in it.
pub(crate) fn file(libraries: &str) -> String {
    format!("[broker]\nname = \"Sample\"\nsymbols = [\"ISIL:XX-BROKER\", \"LOCAL:B\"]\n\n{libraries}")
}

/// A library with a symbol and a connection, and these lines besides.
pub(crate) fn library(id: &str, more: &str) -> String {
    let symbol = id.to_uppercase();
    format!(
        "[[library]]\nid = \"{id}\"\nname = \"Library {id}\"\nsymbols = [\"ISIL:XX-{symbol}\"]\n\
         connection.url = \"http://{id}.example.org/\"\n{more}\n\n"
    )
}

pub(crate) fn id(id: &str) -> PeerId {
    PeerId::new(id)
}

/// A file of the checkout.
pub(crate) fn checkout(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
