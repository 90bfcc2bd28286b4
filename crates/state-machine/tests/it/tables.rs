//! The tables as documents.

use std::path::Path;

use acts::acts_page;
use state_machine::{borrowing, brokering, lending};

/// `ILLGATE_BLESS=1` writes them anew.
#[test]
fn the_checked_in_tables_are_those_of_the_code() {
    let tables = [brokering::state_tables(), borrowing::state_tables(), lending::state_tables()];
    for table in tables.iter().flatten() {
        is_fresh(&format!("state-tables/{}", table.file), &table.page());
    }
    is_fresh("acts.md", &acts_page());
}

fn is_fresh(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
    if std::env::var_os("ILLGATE_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "schemas/{name} is stale: run this test with ILLGATE_BLESS=1");
}
