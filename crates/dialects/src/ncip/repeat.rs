//! What to do about a command that may have been carried out before anybody knew: nothing is done twice.

use loan_model::ils::{IlsCommand, MayBeTwice, Wanted};
use ncip::Service;

use super::{look::Question, settings::IlsSettings};

/// What is to be done before a command is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Ask these, in this order, until one decides it: see [`super::Look`].
    Ask(Vec<Question>),
    /// Send it again, as [`super::AttemptKind::Repeated`]: the ILS says by a problem that it was done, or does nothing the second time.
    Tolerate,
    /// Do not send it again: it would be done twice, and the ILS can't be asked. It is for staff to see.
    Leave,
}

/// What to do before a command is sent again of which nobody knows whether it was carried out.
pub fn repeat_probe(command: &IlsCommand, settings: &IlsSettings) -> Probe {
    use Question::{Item, Request, User};
    let questions: &[Question] = match command {
        // Only the user's own list tells when a hold was placed, and by which number the ILS knows it.
        IlsCommand::RequestItem { item: Wanted::Item(_), .. } => &[Request, User, Item],
        IlsCommand::RequestItem { item: Wanted::Title(_), .. } => &[Request, User],
        IlsCommand::AcceptItem { .. } => &[Request, Item, User],
        IlsCommand::CheckOutItem { .. } | IlsCommand::RenewItem { .. } => &[Item, User],
        IlsCommand::CreateItem { .. } => &[Item],
        IlsCommand::CreateUserFiscalTransaction { .. } => return Probe::Leave,
        IlsCommand::LookupUser { .. }
        | IlsCommand::LookupItem { .. }
        | IlsCommand::CancelRequestItem { .. }
        | IlsCommand::CheckInItem { .. }
        | IlsCommand::RecallItem { .. }
        | IlsCommand::DeleteItem { .. } => return Probe::Tolerate,
    };
    let answered = |question: &&Question| {
        settings.answers(match question {
            Request => &Service::LookupRequest,
            Item => &Service::LookupItem,
            User => &Service::LookupUser,
        })
    };
    let questions: Vec<Question> = questions.iter().filter(answered).copied().collect();
    match (questions.is_empty(), command) {
        (false, _) => Probe::Ask(questions),
        // A second renewal is never refused.
        (true, IlsCommand::RenewItem { .. }) => Probe::Leave,
        (true, _) => Probe::Tolerate,
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
