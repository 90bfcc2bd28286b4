//! The guards of the tables: named questions about the state, what happens and the library's settings. Must never change anything.

use acts::Act;
use iso18626::ServiceType;
use jiff::Timestamp;
use loan_model::{
    hosted::{AvailabilityAnswer, RenewalAnswer, UnavailableAnswer},
    ils::{Step, Wanted},
};

use super::{
    act, incidents,
    phases::{Phase, VolumeState},
    state::{IlsLoan, State, Volume},
};
use crate::hosted::{self, Input, StepStands};

/// What a guard may look at.
pub(crate) type View<'a> = hosted::View<'a, State>;

impl<'a> View<'a> {
    fn the_volume(&self) -> Option<&'a Volume> {
        self.volume.and_then(|volume| self.state.volume(volume))
    }

    /// Whether each scan of the act names such a volume; without a scan, whether there is one.
    fn scans_name(&self, is_meant: impl Fn(&Volume) -> bool, without_scan: impl Fn(&Volume) -> bool) -> bool {
        let volumes = || self.state.volumes.iter();
        match self.act().map(act::volumes) {
            None => volumes().any(is_meant),
            Some([]) => volumes().any(without_scan),
            Some(scans) => {
                scans.iter().all(|scan| volumes().any(|volume| volume.is_meant_by(scan) && is_meant(volume)))
            }
        }
    }
}

/// The ILS is asked about items, and the request says which.
pub(crate) fn item_can_be_checked(view: &View<'_>) -> bool {
    let request = match view.happening {
        // A retry is about what it asks for, not about what was asked for before.
        Some((Input::Message { message, .. }, _)) => match &**message {
            iso18626::Message::Request(request) => request,
            _ => &view.state.request,
        },
        _ => &view.state.request,
    };
    view.asks(Step::CheckItem) && Wanted::by(request).is_some()
}

/// By policy, what is there is promised at once.
pub(crate) fn availability_promises(view: &View<'_>) -> bool {
    view.library.availability == AvailabilityAnswer::WillSupply
}

/// By policy, what is there is expected to be supplied, and the requester has not heard anything yet.
pub(crate) fn availability_expects(view: &View<'_>) -> bool {
    view.library.availability == AvailabilityAnswer::ExpectToSupply && !view.state.is_answered()
}

/// By policy, what is not there is unfilled.
pub(crate) fn unavailable_is_unfilled(view: &View<'_>) -> bool {
    view.library.unavailable == UnavailableAnswer::Unfilled
}

/// The requester would take a copy.
pub(crate) fn copy_will_do(view: &View<'_>) -> bool {
    view.state.request.service_info.as_ref().is_none_or(|service| service.service_type != ServiceType::Loan)
}

/// Each volume scanned is not among those that go already.
pub(crate) fn scans_are_new(view: &View<'_>) -> bool {
    view.act().is_none_or(|act| {
        let named = act::volumes(act);
        !named.is_empty() && named.iter().all(|one| view.state.volume_meant_by(one).is_none())
    })
}

/// Something was pulled.
pub(crate) fn something_is_pulled(view: &View<'_>) -> bool {
    view.state
        .volumes
        .iter()
        .any(|volume| matches!(volume.state, VolumeState::Pulled | VolumeState::CheckedOut))
}

/// Everything that is to go is ready.
pub(crate) fn all_are_ready(view: &View<'_>) -> bool {
    view.state.all_are_ready()
}

/// Everything that is to go is ready, and a scan can be undone before the requester is told.
pub(crate) fn all_are_ready_and_may_be_undone(view: &View<'_>) -> bool {
    all_are_ready(view) && view.library.undo_window.is_positive()
}

/// Nothing is to go any more.
pub(crate) fn nothing_goes(view: &View<'_>) -> bool {
    !view.state.volumes.iter().any(|volume| volume.state == VolumeState::Pulled || volume.state.is_leaving())
}

/// Each volume named is to go and has not left; where none is named, some volume is.
pub(crate) fn scans_are_leaving(view: &View<'_>) -> bool {
    let leaves = |volume: &Volume| volume.state.is_leaving();
    view.scans_name(leaves, leaves)
}

/// Nothing else is to go than the volumes named.
pub(crate) fn nothing_else_goes(view: &View<'_>) -> bool {
    let named = view.act().map(act::volumes).unwrap_or_default();
    scans_are_leaving(view)
        && view
            .state
            .volumes
            .iter()
            .filter(|volume| volume.state.is_leaving())
            .all(|volume| named.is_empty() || named.iter().any(|one| volume.is_meant_by(one)))
}

/// Volumes are named as scanned wrongly, each is to go and has not left, and others are named in their place.
pub(crate) fn scans_replace(view: &View<'_>) -> bool {
    view.act().is_some_and(|act| {
        let wrong = act::replaced(act);
        let leaving = |one: &_| {
            view.state.volumes.iter().any(|volume| volume.state.is_leaving() && volume.is_meant_by(one))
        };
        !wrong.is_empty() && !act::volumes(act).is_empty() && wrong.iter().all(leaving)
    })
}

/// A volume that is named waits for the ILS, or the ILS did not check it out; where none is named, some volume does.
pub(crate) fn scans_are_not_checked_out(view: &View<'_>) -> bool {
    let waits = |volume: &Volume| volume.state == VolumeState::CheckingOut;
    view.scans_name(waits, waits)
}

/// The ILS did not check out a volume that is to go.
pub(crate) fn a_check_out_failed(view: &View<'_>) -> bool {
    view.state.volumes.iter().any(|volume| {
        volume.state == VolumeState::CheckingOut
            && view.state.calls.stands(Step::CheckOutToLibrary, Some(volume.volume))
                == Some(StepStands::Failed)
    })
}

/// The same, and staff have been shown already that it is late.
pub(crate) fn a_check_out_failed_and_it_is_late(view: &View<'_>) -> bool {
    a_check_out_failed(view) && is_late_already(view)
}

/// Staff name a date by which it is due already.
pub(crate) fn it_may_be_kept_so_long_already(view: &View<'_>) -> bool {
    match view.act() {
        Some(Act::Extend { due: Some(due) }) => {
            view.state.due.is_some_and(|known| due.end(&view.library.calendar) <= known)
        }
        _ => false,
    }
}

/// The ILS is asked to renew.
pub(crate) fn ils_renews_loans(view: &View<'_>) -> bool {
    view.asks(Step::RenewForLibrary)
}

/// The ILS itself has refused.
pub(crate) fn the_ils_refused(view: &View<'_>) -> bool {
    matches!(view.happening, Some((Input::Ils { .. }, _)))
}

/// The gateway does not see when this library sends something: staff must say.
pub(crate) fn parcels_go_unseen(view: &View<'_>) -> bool {
    !view.asks(Step::CheckOutToLibrary)
}

/// The requester has it.
pub(crate) fn is_received(view: &View<'_>) -> bool {
    view.state.received_at.is_some()
}

/// Staff have been shown already that it is late.
pub(crate) fn is_late_already(view: &View<'_>) -> bool {
    view.state.standing.incidents.any(|open| matches!(open, "pull.late" | "ship.late"))
}

/// By policy, nothing is renewed.
pub(crate) fn renewals_are_refused(view: &View<'_>) -> bool {
    view.library.renewals_granted == RenewalAnswer::Never
}

/// By policy, whatever the ILS renews is renewed.
pub(crate) fn ils_renews(view: &View<'_>) -> bool {
    renewals_are_granted(view) && view.asks(Step::RenewForLibrary)
}

/// By policy, everything is renewed.
pub(crate) fn renewals_are_granted(view: &View<'_>) -> bool {
    view.library.renewals_granted == RenewalAnswer::Grant
}

/// The ILS is asked to renew, and has not been asked for this renewal yet.
pub(crate) fn ils_is_to_renew(view: &View<'_>) -> bool {
    view.asks(Step::RenewForLibrary)
        && !view.state.volumes_out().any(|volume| renewal(view, volume).is_some())
}

/// The ILS has renewed every volume that is out.
pub(crate) fn all_are_renewed(view: &View<'_>) -> bool {
    view.state
        .volumes_out()
        .all(|volume| matches!(renewal(view, volume), Some(StepStands::Done | StepStands::ByHand)))
}

/// The ILS has renewed every volume that is out, and it was overdue.
pub(crate) fn all_are_renewed_overdue(view: &View<'_>) -> bool {
    was_overdue(view) && all_are_renewed(view)
}

/// The ILS names a date before the one that the loan had.
pub(crate) fn the_date_is_earlier(view: &View<'_>) -> bool {
    let Some((input, context)) = view.happening else { return false };
    let day = |date: Timestamp| context.library.calendar.date(date);
    input.told().due.zip(view.state.due).is_some_and(|(told, known)| day(told) < day(known))
}

/// It was overdue when the renewal was asked for.
pub(crate) fn was_overdue(view: &View<'_>) -> bool {
    view.state.before == Some(Phase::Overdue)
}

/// How the ILS call of the open renewal stands for a volume.
fn renewal(view: &View<'_>, volume: &Volume) -> Option<StepStands> {
    let since = view.state.renewal_since?;
    view.state
        .calls
        .latest(Step::RenewForLibrary, Some(volume.volume))
        .filter(|call| call.at >= since)
        .map(|call| call.stands)
}

/// The volumes are due at another time than the requester knows.
pub(crate) fn due_is_another(view: &View<'_>) -> bool {
    view.state.due_of_volumes().is_some_and(|due| view.state.due != Some(due))
}

/// The ILS had not lent it: it says so, and has nothing to take back.
pub(crate) fn ils_had_no_loan(view: &View<'_>) -> bool {
    matches!(view.happening, Some((Input::Ils { answer, .. }, _)) if answer.was_tolerated())
}

/// What is scanned is out, or was written off; without a scan, something is out.
pub(crate) fn scans_are_out(view: &View<'_>) -> bool {
    let was_lost = |volume: &Volume| volume.state.is_out() || volume.state == VolumeState::Lost;
    view.scans_name(was_lost, |volume| volume.state.is_out())
}

/// What is scanned is out; without a scan, something is.
pub(crate) fn scans_are_out_still(view: &View<'_>) -> bool {
    view.scans_name(|volume| volume.state.is_out(), |volume| volume.state.is_out())
}

/// The volume is known, or there is only one.
pub(crate) fn scan_is_known(view: &View<'_>) -> bool {
    match view.act() {
        Some(Act::Damaged { volumes, .. }) if !volumes.is_empty() => {
            volumes.iter().all(|one| view.state.volumes.iter().any(|volume| volume.is_meant_by(one)))
        }
        Some(_) => view.state.only_volume().is_some(),
        None => !view.state.volumes.is_empty(),
    }
}

/// Every volume that went is back.
pub(crate) fn all_are_back(view: &View<'_>) -> bool {
    nothing_is_out(view) && !view.state.volumes.iter().any(|volume| volume.state == VolumeState::Lost)
}

/// No volume is out.
pub(crate) fn nothing_is_out(view: &View<'_>) -> bool {
    view.state.volumes_out().next().is_none()
}

/// The step named is not answered yet.
pub(crate) fn step_waits(view: &View<'_>) -> bool {
    view.named_step().is_some()
        && view.state.calls.any(view.named_step(), |stands| stands == StepStands::Waiting)
}

/// The step named has failed, or, where none is named, any is open.
pub(crate) fn step_has_failed(view: &View<'_>) -> bool {
    let named = view.named_step();
    view.state.calls.any(named, |stands| match named {
        Some(_) => stands == StepStands::Failed,
        None => stands.is_open(),
    })
}

/// The step named has failed, or is not answered yet.
pub(crate) fn step_is_open(view: &View<'_>) -> bool {
    view.state.calls.any(view.named_step(), StepStands::is_open)
}

/// Something needs staff that is over once they have looked.
pub(crate) fn incidents_are_open(view: &View<'_>) -> bool {
    view.state.standing.incidents.any(incidents::staff_resolve)
}

/// The ILS is asked to check out.
pub(crate) fn ils_checks_out(view: &View<'_>) -> bool {
    view.asks(Step::CheckOutToLibrary)
}

/// The ILS is asked to check in.
pub(crate) fn ils_checks_in(view: &View<'_>) -> bool {
    view.asks(Step::CheckInFromLibrary)
}

/// The ILS has it on loan, and is asked to check in.
pub(crate) fn ils_takes_it_back(view: &View<'_>) -> bool {
    ils_checks_in(view) && view.the_volume().is_some_and(|volume| volume.loan == IlsLoan::Out)
}

/// The ILS is asked to recall.
pub(crate) fn ils_recalls(view: &View<'_>) -> bool {
    view.asks(Step::RecallFromLibrary)
}
