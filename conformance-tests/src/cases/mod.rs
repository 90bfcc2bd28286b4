//! The catalogue: cases filed by area, one file each.

mod brokers;
mod cancels;
mod clocks;
mod crossing;
mod errors;
mod faces;
mod hostile;
mod lines;
mod loans;
mod message;
mod message_xml;
mod observed;
mod observed_confirmations;
mod repeats;
mod requester;
mod rota;
mod supplier;
mod terms;
mod transport;

use crate::case::CaseEnd;
use crate::catalogue::Case;

/// Every case, in the catalogue's order.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    [
        message::CASES,
        message_xml::CASES,
        errors::CASES,
        hostile::CASES,
        transport::CASES,
        repeats::CASES,
        lines::CASES,
        rota::CASES,
        loans::CASES,
        crossing::CASES,
        cancels::CASES,
        terms::CASES,
        faces::CASES,
        brokers::CASES,
        clocks::CASES,
        supplier::CASES,
        requester::CASES,
        observed::CASES,
    ]
    .into_iter()
    .flatten()
}

/// Fails unless the two are the same.
fn same(what: &str, got: &str, wanted: &str, bytes: &[u8]) -> Result<(), CaseEnd> {
    if got == wanted {
        return Ok(());
    }
    Err(CaseEnd::fail(format!("{what}: {wanted:?}"), format!("{got:?}"), bytes))
}
