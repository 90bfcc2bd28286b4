//! What an act of staff is for a lender's request: its trigger, and the volumes that it names.

use acts::{ActKind, Answer, VolumeRef};

use super::{state::State, trigger::RequestTrigger};
pub(crate) use acts::Act;

/// The trigger that an act is; nothing where it is for another machine.
pub(crate) fn trigger(act: &Act) -> Option<RequestTrigger> {
    match act {
        Act::AnswerCancel { answer: Answer::No } => Some(RequestTrigger::StaffCancelNo),
        Act::AnswerRenewal { answer: Answer::No, .. } => Some(RequestTrigger::StaffRenewNo),
        act => trigger_of(act.kind()),
    }
}

/// The trigger that an act of this kind is, with a yes where it answers something.
pub(crate) fn trigger_of(kind: ActKind) -> Option<RequestTrigger> {
    Some(match kind {
        ActKind::WillSupply => RequestTrigger::StaffWillSupply,
        ActKind::Conditional => RequestTrigger::StaffConditional,
        ActKind::RetryLater => RequestTrigger::StaffRetryLater,
        ActKind::Unfilled => RequestTrigger::StaffUnfilled,
        ActKind::Pulled => RequestTrigger::StaffPulled,
        ActKind::Ship => RequestTrigger::StaffShip,
        ActKind::DeliverCopy => RequestTrigger::StaffDeliverCopy,
        ActKind::Recall => RequestTrigger::StaffRecall,
        ActKind::AnswerCancel => RequestTrigger::StaffCancelYes,
        ActKind::AnswerRenewal => RequestTrigger::StaffRenewYes,
        ActKind::SendOverdue => RequestTrigger::StaffOverdue,
        ActKind::HoldReturn => RequestTrigger::StaffHoldReturn,
        ActKind::ReleaseHoldReturn => RequestTrigger::StaffReleaseHoldReturn,
        ActKind::Returned => RequestTrigger::StaffReturned,
        ActKind::Lost => RequestTrigger::StaffLost,
        ActKind::Damaged => RequestTrigger::StaffDamaged,
        ActKind::Note => RequestTrigger::StaffNote,
        ActKind::RetryStep => RequestTrigger::StaffRetryStep,
        ActKind::DoneByHand => RequestTrigger::StaffDoneByHand,
        ActKind::GiveUp => RequestTrigger::StaffGiveUp,
        ActKind::SettleIncidents => RequestTrigger::StaffSettle,
        ActKind::Close => RequestTrigger::StaffClose,
        ActKind::NextSupplier
        | ActKind::LocateAgain
        | ActKind::CancelRequest
        | ActKind::Send
        | ActKind::Edit
        | ActKind::SetPickup
        | ActKind::Cancel
        | ActKind::AgreeCondition
        | ActKind::DeclineCondition
        | ActKind::Retry
        | ActKind::Receive
        | ActKind::CopyReceived
        | ActKind::PickUp
        | ActKind::CheckIn
        | ActKind::Renew
        | ActKind::ShipBack
        | ActKind::ReportLost
        | ActKind::ReportDamaged
        | ActKind::Charge
        | ActKind::AskStatus => return None,
    })
}

/// The volumes that an act names.
pub(crate) fn volumes(act: &Act) -> &[VolumeRef] {
    match act {
        Act::Pulled { volumes }
        | Act::Ship { volumes, .. }
        | Act::Returned { volumes }
        | Act::Lost { volumes }
        | Act::Damaged { volumes, .. } => volumes,
        _ => &[],
    }
}

/// Whether each volume that is named by its number is one of the request's.
pub(crate) fn volumes_are_known(state: &State, named: &[VolumeRef]) -> bool {
    named.iter().all(|one| match one {
        VolumeRef::Number(number) => state.volume(*number).is_some(),
        VolumeRef::Barcode(_) => true,
    })
}
