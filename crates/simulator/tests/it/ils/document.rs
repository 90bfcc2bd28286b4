//! `ILS.md` says what the tables say.

use std::path::Path;

use simulator::ils::{Dialect, Quirk, document};

#[test]
fn the_document_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ILS.md");
    if std::env::var_os("ILLGATE_BLESS").is_some() {
        std::fs::write(&path, document()).unwrap();
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == document(), "ILS.md is stale: run the test again with ILLGATE_BLESS=1");
}

#[test]
fn every_dialect_and_every_quirk_has_its_row() {
    let page = document();
    for dialect in Dialect::ALL {
        assert!(page.contains(&format!("| `{dialect}` | {} |", dialect.title())), "{dialect}");
    }
    for quirk in Quirk::ALL {
        assert!(page.contains(&format!("| `{quirk}` | {}", quirk.sentence())), "{quirk}");
    }
}
