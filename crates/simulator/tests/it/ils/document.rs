//! `ILS.md` says what the tables say.

use simulator::ils::{Dialect, Quirk, document};
use testkit::same_as_checked_in;

#[test]
fn the_document_says_what_the_tables_say() {
    same_as_checked_in("crates/simulator/ILS.md", &document());
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
