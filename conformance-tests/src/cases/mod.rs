//! The catalogue: cases filed by area, one file each.

mod rota;

use crate::case::{Case, Stop};

/// Every case, in the catalogue's order.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [rota::CASES].into_iter().flatten()
}

/// Fails unless the two are the same.
fn same(what: &str, got: &str, wanted: &str, bytes: &[u8]) -> Result<(), Stop> {
    if got == wanted {
        return Ok(());
    }
    Err(Stop::fail(format!("{what}: {wanted:?}"), format!("{got:?}"), bytes))
}
