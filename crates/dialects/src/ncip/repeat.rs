//! What to do about a command that may have been carried out before anybody knew: nothing is done twice.

use std::cmp::Ordering;

use jiff::Timestamp;
use loan_model::ils::{
    CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsProblemKind, MayBeTwice, Wanted,
};
use ncip::Service;

use super::{dates, preset::Barcodes, settings::IlsSettings};

/// What is to be done before a command is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one is made for a repeat, and taken apart at once")]
pub enum Probe {
    /// Ask this first, and see by [`found`] what came of it.
    Ask(IlsCommand),
    /// Send it again, as [`super::AttemptKind::Repeated`]: the ILS says by a problem that it was done, or does nothing the second time.
    Tolerate,
    /// Do not send it again: it would be done twice, and the ILS can't be asked. It is for staff to see.
    Leave,
}

/// What to do before a command is sent again of which nobody knows whether it was carried out.
pub fn repeat_probe(command: &IlsCommand, settings: &IlsSettings) -> Probe {
    let look = |item: &str| {
        if settings.answers(&Service::LookupItem) {
            Probe::Ask(IlsCommand::LookupItem { item: Wanted::Item(item.to_owned()) })
        } else {
            Probe::Tolerate
        }
    };
    match command {
        IlsCommand::AcceptItem { item, .. }
        | IlsCommand::CheckOutItem { item, .. }
        | IlsCommand::CreateItem { item, .. }
        | IlsCommand::RequestItem { item: Wanted::Item(item), .. } => look(item),
        // A renewal shows by the date alone, and a second one is never refused: where no date can be compared, staff look.
        IlsCommand::RenewItem { item, due: Some(_), .. } if settings.answers(&Service::LookupItem) => {
            look(item)
        }
        IlsCommand::RenewItem { .. } | IlsCommand::CreateUserFiscalTransaction { .. } => Probe::Leave,
        IlsCommand::LookupUser { .. }
        | IlsCommand::LookupItem { .. }
        | IlsCommand::RequestItem { item: Wanted::Title(_), .. }
        | IlsCommand::CancelRequestItem { .. }
        | IlsCommand::CheckInItem { .. }
        | IlsCommand::RecallItem { .. }
        | IlsCommand::DeleteItem { .. } => Probe::Tolerate,
    }
}

/// What the answer to a probe shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The command was carried out.
    Done,
    /// It was not: it is sent as if for the first time.
    NotDone,
    /// Nothing that decides it: it is sent as [`super::AttemptKind::Repeated`].
    Unclear,
    /// Nothing that decides it, and it would be done twice: it is not sent again, and is for staff to see.
    ForStaff,
}

/// What the ILS's answer about the item, asked by [`repeat_probe`], shows of the command. Nothing, where there is no such answer.
pub fn found(command: &IlsCommand, answer: &IlsAnswer, settings: &IlsSettings) -> Found {
    match shown(command, answer, settings) {
        Found::Unclear if matches!(command, IlsCommand::RenewItem { .. }) => Found::ForStaff,
        shown => shown,
    }
}

fn shown(command: &IlsCommand, answer: &IlsAnswer, settings: &IlsSettings) -> Found {
    // The barcode that was asked for tells nothing of an item that may have got another.
    let by_barcode = match command {
        IlsCommand::AcceptItem { .. } if settings.row().barcodes == Barcodes::MayBeItsOwn => Found::Unclear,
        _ => Found::NotDone,
    };
    match answer {
        IlsAnswer::Done { facts } => match command {
            IlsCommand::RenewItem { due: Some(due), before, .. } => {
                renewed(facts.due, *due, *before, settings)
            }
            command if already_done(command, facts) => Found::Done,
            _ => by_barcode,
        },
        // What is not there was not made, held, lent or renewed.
        IlsAnswer::Refused { problems }
            if problems.iter().all(|problem| problem.kind == IlsProblemKind::UnknownItem) =>
        {
            by_barcode
        }
        // That it is not asked this, or by us, says nothing of what was done.
        IlsAnswer::Refused { .. } | IlsAnswer::Failed { .. } => Found::Unclear,
    }
}

/// What the ILS may have twice where it carried a repeated command out: most would have refused it, had they known it.
pub(crate) fn may_be_twice(command: &IlsCommand) -> Option<MayBeTwice> {
    match command {
        IlsCommand::AcceptItem { .. } | IlsCommand::CreateItem { .. } => Some(MayBeTwice::Item),
        IlsCommand::RequestItem { .. } => Some(MayBeTwice::Hold),
        // Done again, these change nothing; a charge is never sent again, and a renewal only where it shows that it was not done.
        IlsCommand::LookupUser { .. }
        | IlsCommand::LookupItem { .. }
        | IlsCommand::CancelRequestItem { .. }
        | IlsCommand::CheckOutItem { .. }
        | IlsCommand::CheckInItem { .. }
        | IlsCommand::RenewItem { .. }
        | IlsCommand::RecallItem { .. }
        | IlsCommand::DeleteItem { .. }
        | IlsCommand::CreateUserFiscalTransaction { .. } => None,
    }
}

/// Whether what the ILS told of the item shows that the command was carried out.
fn already_done(command: &IlsCommand, facts: &IlsFacts) -> bool {
    match command {
        // The record is there, and somebody waits for it. One on the shelf that nobody waits for is the library's own item that happens to
        // have the same barcode: told so once more, the ILS says that the id is taken, and another is tried.
        IlsCommand::AcceptItem { .. } => made_just_now(facts) && !waits_for_nobody(facts),
        IlsCommand::CreateItem { .. } => made_just_now(facts),
        // A hold is asked for where nobody waits: the one that is there is the one that was asked for. Another's would only mean that ours is
        // not placed, which staff see on the pull list.
        IlsCommand::RequestItem { .. } => {
            facts.holds.is_some_and(|holds| holds > 0) || facts.status == Some(CirculationStatus::OnHold)
        }
        IlsCommand::CheckOutItem { .. } => facts.status == Some(CirculationStatus::OnLoan),
        _ => false,
    }
}

/// What the date of a loan shows of its renewal. An ILS may renew by its own rules, to an earlier date than was asked for: by days, since it may tell
/// one date in several forms.
fn renewed(
    shown: Option<Timestamp>,
    asked: Timestamp,
    before: Option<Timestamp>,
    settings: &IlsSettings,
) -> Found {
    let day = |instant| dates::day(instant, settings);
    match (shown, before) {
        (Some(shown), _) if shown >= asked => Found::Done,
        (Some(shown), Some(before)) => match day(shown).cmp(&day(before)) {
            Ordering::Greater => Found::Done,
            Ordering::Equal => Found::NotDone,
            // It is not the loan that is known here.
            Ordering::Less => Found::Unclear,
        },
        _ => Found::Unclear,
    }
}

/// What somebody has on loan, or what is lost, was not made just now.
fn made_just_now(facts: &IlsFacts) -> bool {
    !matches!(facts.status, Some(CirculationStatus::OnLoan | CirculationStatus::Lost))
}

/// An ILS that says how many wait, and says that none does.
fn waits_for_nobody(facts: &IlsFacts) -> bool {
    facts.status == Some(CirculationStatus::Available) && facts.holds == Some(0)
}
