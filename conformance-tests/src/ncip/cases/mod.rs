//! The catalogue of NCIP cases: filed by area, one file each.

mod answers;
mod bad_answers;
mod carried;
mod envelope;
mod form;
mod hostile;
mod loans;
mod lookups;
mod problems;
mod requests;
mod router;
mod services;
mod transport;

use super::script::{Answered, Script};
use super::wire::{Version, Wire};
use crate::case::{CaseEnd, Role, Source};
use crate::catalogue::Case;

/// Every case, in the catalogue's order.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [
        envelope::CASES,
        services::CASES,
        lookups::CASES,
        router::CASES,
        carried::CASES,
        requests::CASES,
        transport::CASES,
        hostile::CASES,
        form::CASES,
        loans::CASES,
        problems::CASES,
        bad_answers::CASES,
        answers::CASES,
    ]
    .into_iter()
    .flatten()
}

/// A table of cases, as the ISO 18626 half has them.
macro_rules! cases {
    ($($table:tt)*) => {
        crate::catalogue::case_table! { Ncip crate::ncip::cases::blank; $($table)* }
    };
}
pub(crate) use cases;

/// Who the cases of an initiator are for.
const INITIATOR: &[Role] = &[Role::NcipInitiator];

/// A case with nothing in it yet: for each version over each transport.
const fn blank(area: &'static str) -> Case {
    Case {
        roles: &[Role::NcipResponder],
        editions: &[],
        wires: Wire::ALL,
        source: Source::Ncip("the schema"),
        ..Case::blank(area)
    }
}

/// A member other than the sender, whose ILS speaks the same version over HTTP or, failing that, the other.
fn partner(s: &Script) -> Result<usize, CaseEnd> {
    s.router()?;
    s.member(Wire { version: s.version().other(), transport: super::Transport::Http })
}

/// A well-formed LookupUser to another member is answered with this patron.
async fn still_answers(s: &Script, more: &str) -> Result<Answered, CaseEnd> {
    let (from, to) = (s.sender()?, partner(s)?);
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode(more))).await?;
    answer.fine("LookupUser")?;
    Ok(answer)
}

fn expect(what: &str, got: Option<&str>, wanted: &str, bytes: &[u8]) -> Result<(), CaseEnd> {
    if got == Some(wanted) {
        return Ok(());
    }
    Err(CaseEnd::fail(format!("{what}: {wanted:?}"), format!("{:?}", got.unwrap_or("nothing")), bytes))
}

fn in_version(answer: &Answered, version: Version) -> Result<(), CaseEnd> {
    if answer.read.version == version {
        return Ok(());
    }
    let got = format!("version {}", answer.read.version);
    Err(CaseEnd::fail(format!("an answer in version {version}"), got, &answer.bytes))
}
