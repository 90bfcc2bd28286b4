//! What an act of staff is for a lender's request: its trigger, and the volumes that it names.

use acts::{Act, Answer, VolumeRef};

use super::{state::State, trigger::RequestTrigger};
use crate::interpreter::Trigger as _;

/// The trigger that an act is; nothing where it is for another machine.
pub(crate) fn trigger(act: &Act) -> Option<RequestTrigger> {
    match act {
        Act::AnswerCancel { answer: Answer::No } => Some(RequestTrigger::StaffCancelNo),
        Act::AnswerRenewal { answer: Answer::No, .. } => Some(RequestTrigger::StaffRenewNo),
        act => RequestTrigger::of_act(act.kind()),
    }
}

/// The volumes that an act names.
pub(crate) fn volumes(act: &Act) -> &[VolumeRef] {
    match act {
        Act::Pulled { volumes }
        | Act::Ship { volumes, .. }
        | Act::Unship { volumes }
        | Act::ShipAnyway { volumes }
        | Act::Returned { volumes }
        | Act::Lost { volumes }
        | Act::Damaged { volumes, .. } => volumes,
        _ => &[],
    }
}

/// The volumes that an act names as scanned wrongly.
pub(crate) fn replaced(act: &Act) -> &[VolumeRef] {
    match act {
        Act::Ship { instead_of, .. } => instead_of,
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
