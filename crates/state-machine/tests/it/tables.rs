//! The tables as documents.

use acts::acts_page;
use state_machine::{borrowing, brokering, lending};
use testkit::same_as_checked_in;

use crate::page::page;

/// `ILLGATE_BLESS=1` writes them anew.
#[test]
fn the_checked_in_tables_are_those_of_the_code() {
    let tables = [brokering::state_tables(), borrowing::state_tables(), lending::state_tables()];
    for table in tables.iter().flatten() {
        same_as_checked_in(&format!("schemas/state-tables/{}", table.file), &page(table));
    }
    same_as_checked_in("schemas/acts.md", &acts_page());
}
