//! The catalogue: cases filed by area, one file each.

mod cancels;
mod clocks;
mod errors;
mod faces;
mod loans;
mod message;
mod observed;
mod requester;
mod rota;
mod supplier;
mod transport;

use crate::case::{Case, Stop};

/// Every case, in the catalogue's order.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [
        message::CASES,
        errors::CASES,
        transport::CASES,
        rota::CASES,
        loans::CASES,
        cancels::CASES,
        faces::CASES,
        clocks::CASES,
        supplier::CASES,
        requester::CASES,
        observed::CASES,
    ]
    .into_iter()
    .flatten()
}

/// Fails unless the two are the same.
fn same(what: &str, got: &str, wanted: &str, bytes: &[u8]) -> Result<(), Stop> {
    if got == wanted {
        return Ok(());
    }
    Err(Stop::fail(format!("{what}: {wanted:?}"), format!("{got:?}"), bytes))
}
