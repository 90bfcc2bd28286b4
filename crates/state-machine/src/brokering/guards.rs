//! The guards of the tables: named questions about the state, the message and the facts. Must never change anything.

use iso18626::{Action, ServiceType, Status, SupplyingAgencyMessage, YesNo};
use loan_model::{
    MayHaveArrived,
    facts::{Addressed, RetryPolicy},
    names::{Clock, LegId, OutboundKind},
};

use super::{
    input::{Context, Input},
    phases::LegState,
    state::{Arrival, CancelWish, Leg, Pressed, Renewal, State},
};
use loan_model::{messages::recent_retries, terms};

/// What a guard may look at.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The request as it stands.
    pub(crate) state: &'a State,
    /// The leg that something happens to.
    pub(crate) leg: Option<LegId>,
    /// What happens, and the facts; not there when it is only asked what could be done.
    pub(crate) happening: Option<(&'a Input, &'a Context<'a>)>,
}

impl<'a> View<'a> {
    fn supplying(&self) -> Option<&'a SupplyingAgencyMessage> {
        match self.happening {
            Some((Input::Supplying { message, .. }, _)) => Some(message),
            _ => None,
        }
    }

    fn pressed(&self) -> Option<Pressed> {
        self.leg.and_then(|leg| self.state.leg(leg).pressed)
    }

    fn waits(&self, kind: &OutboundKind) -> Option<MayHaveArrived> {
        self.happening.and_then(|(_, context)| context.waits(self.leg?, kind))
    }
}

/// No attempt to deliver the request to this leg can have reached it.
pub(crate) fn request_unsent(view: &View<'_>) -> bool {
    view.waits(&OutboundKind::Request) == Some(MayHaveArrived::No)
}

/// The cancel went to another broker, which has not been asked yet what became of it.
pub(crate) fn another_broker_was_sent_the_cancel(view: &View<'_>) -> bool {
    let Some((leg, (_, context))) = view.leg.zip(view.happening) else { return false };
    (context.peers)(&view.state.leg(leg).peer).is_some_and(|peer| peer.is_brokered())
        && view.waits(&OutboundKind::Action(Action::Cancel)).is_none()
        && !asked_about_the_cancel(view)
}

/// It was asked what became of the cancel.
pub(crate) fn asked_about_the_cancel(view: &View<'_>) -> bool {
    view.pressed().is_some()
}

/// The same, and the cancel is the requester's, who waits for the answer.
pub(crate) fn asked_about_the_requester_s_cancel(view: &View<'_>) -> bool {
    asked_about_the_cancel(view) && the_requester_cancels(view)
}

/// It was asked what became of the cancel, and was not cancelled again since.
pub(crate) fn asked_and_not_cancelled_again(view: &View<'_>) -> bool {
    view.pressed() == Some(Pressed::Asked)
}

/// By policy, this supplier's RetryPossible counts as unfilled.
pub(crate) fn retry_counts_as_unfilled(view: &View<'_>) -> bool {
    let Some((leg, (_, context))) = view.leg.zip(view.happening) else { return false };
    (context.peers)(&view.state.leg(leg).peer)
        .is_some_and(|peer| peer.retry_policy == RetryPolicy::CountAsUnfilled)
}

/// The terms in the message were agreed to before.
pub(crate) fn terms_are_agreed(view: &View<'_>) -> bool {
    let Some((leg, message)) = view.leg.zip(view.supplying()) else { return false };
    let agreed = &view.state.leg(leg).agreed;
    terms::of(message).iter().all(|term| agreed.contains(term))
}

/// The answer to the renewal is yes.
pub(crate) fn renewal_granted(view: &View<'_>) -> bool {
    view.supplying().is_some_and(|message| message.message_info.answer_yes_no == Some(YesNo::Y))
}

/// The requester waits for the answer to a Renew.
pub(crate) fn renewal_pending(view: &View<'_>) -> bool {
    view.leg.is_some_and(|leg| view.state.leg(leg).renewal == Renewal::Asked)
}

/// The message says more than its status.
pub(crate) fn tells_something(view: &View<'_>) -> bool {
    view.supplying().is_some_and(|message| {
        message.message_info.note.as_ref().is_some_and(|note| !note.trim().is_empty())
            || message.status_info.expected_delivery_date.is_some()
    })
}

/// Candidates have been asked for and have not come.
pub(crate) fn locating_is_asked(view: &View<'_>) -> bool {
    view.state.standing.waits.has(Clock::Locate.of_request())
}

/// The request was addressed to a member, policy lets it go on, and it has not yet.
pub(crate) fn may_go_on_to_others(view: &View<'_>) -> bool {
    let Some((_, context)) = view.happening else { return false };
    context.broker.addressed == Addressed::GoesOn && view.state.only.is_some() && view.state.rota_open()
}

/// The requester has retried it as often in the last hour as the broker takes.
pub(crate) fn too_many_retries(view: &View<'_>) -> bool {
    let Some((_, context)) = view.happening else { return false };
    recent_retries(&view.state.retried, context.now).len() >= usize::from(context.broker.retries_per_hour)
}

/// The cancel with the supplier is the requester's, who waits for the answer.
pub(crate) fn the_requester_cancels(view: &View<'_>) -> bool {
    view.state.cancel == CancelWish::Other
}

/// A supplier's status is not believed, and waits for staff.
pub(crate) fn a_status_is_doubted(view: &View<'_>) -> bool {
    view.state.doubted().is_some()
}

/// The same, and that supplier has not shipped.
pub(crate) fn the_doubted_has_not_shipped(view: &View<'_>) -> bool {
    view.state.doubted().is_some_and(|(leg, _)| {
        let state = view.state.leg(leg).state;
        !state.is_custody()
            && (!state.is_final() || matches!(state, LegState::Unfilled | LegState::Cancelled))
    })
}

/// What is not believed is that a copy was delivered.
pub(crate) fn a_copy_is_doubted(view: &View<'_>) -> bool {
    view.state.doubted().is_some_and(|(_, status)| *status == Status::CopyCompleted)
}

/// A loan is asked for, and no copy would do.
pub(crate) fn a_loan_is_asked_for(view: &View<'_>) -> bool {
    view.state.request.service_info.as_ref().is_some_and(|it| it.service_type == ServiceType::Loan)
}

/// It happens to a leg that the request is not with now.
pub(crate) fn leg_is_not_current(view: &View<'_>) -> bool {
    view.leg != view.state.current
}

/// Another supplier's item is out too.
pub(crate) fn another_is_out(view: &View<'_>) -> bool {
    view.state.legs_with_ids().any(|(id, leg)| Some(id) != view.leg && leg.state.is_custody())
}

/// The requester has not said that this supplier's item has come.
pub(crate) fn item_has_not_arrived(view: &View<'_>) -> bool {
    view.leg.is_some_and(|leg| view.state.leg(leg).arrival == Arrival::Unknown)
}

/// The supplier that the request is with shipped, says now that it does not supply, and nothing has arrived.
pub(crate) fn the_supplier_denies(view: &View<'_>) -> bool {
    view.state.current.is_some_and(|leg| denies(view.state.leg(leg)))
}

/// The same, and another supplier's item is out.
pub(crate) fn the_supplier_denies_and_another_is_out(view: &View<'_>) -> bool {
    the_supplier_denies(view) && another_is_out(&View { leg: view.state.current, ..*view })
}

fn denies(leg: &Leg) -> bool {
    // What goes back has arrived.
    leg.state.is_custody()
        && leg.state != LegState::Returning
        && leg.arrival == Arrival::Unknown
        && matches!(leg.said.status, Some(Status::Unfilled | Status::Cancelled))
}

/// The library that it is about had the request before the one that has it now, behind the same broker.
pub(crate) fn of_a_former_lender(view: &View<'_>) -> bool {
    let Some((leg, (Input::Supplying { lender: Some(lender), .. }, _))) = view.leg.zip(view.happening) else {
        return false;
    };
    let leg = view.state.leg(leg);
    *leg.lends() != lender.symbol && leg.former.iter().any(|it| it.symbol == lender.symbol)
}

/// The supplier's reason forbids asking another supplier.
pub(crate) fn reason_is_terminal(view: &View<'_>) -> bool {
    view.supplying()
        .and_then(|message| message.message_info.reason_unfilled.as_ref())
        .is_some_and(|reason| reason.value.eq_ignore_ascii_case("Duplicate"))
}

/// Something needs staff.
pub(crate) fn incidents_are_open(view: &View<'_>) -> bool {
    !view.state.standing.incidents.is_empty()
}
