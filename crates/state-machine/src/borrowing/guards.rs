//! The guards of the tables: named questions about the state, what happens, and the facts. Must never change anything.

use acts::Act;
use iso18626::{Message, Status, SupplyingAgencyMessage};
use loan_model::{
    hosted::RenewalRule,
    ils::{PatronStanding, Step},
};

use super::{
    clocks,
    phases::VolumeState,
    state::{Demand, PatronSide, Renewal, Shipping, State, SupplierSays, TemporaryItem, Volume},
    steps,
};
use crate::hosted::{self, Input, Origin, STEP_FAILED, StepStands};

/// What a guard may look at.
pub(crate) type View<'a> = hosted::View<'a, State>;

impl<'a> View<'a> {
    fn the_volume(&self) -> Option<&'a Volume> {
        self.volume.and_then(|number| self.state.volume(number))
    }

    fn supplying(&self) -> Option<&'a SupplyingAgencyMessage> {
        match self.happening {
            Some((Input::Message { message, .. }, _)) => match message.as_ref() {
                Message::SupplyingAgencyMessage(message) => Some(message),
                _ => None,
            },
            _ => None,
        }
    }

    fn has_item(&self) -> bool {
        self.the_volume().is_some_and(|volume| volume.item == TemporaryItem::There)
    }

    fn side(&self) -> PatronSide {
        self.the_volume().map(|volume| volume.side).unwrap_or_default()
    }
}

/// There is a patron, and the library wants the ILS asked about patrons.
pub(crate) fn the_patron_is_checked(view: &View<'_>) -> bool {
    view.state.request.patron_info.is_some() && view.asks(Step::CheckPatron)
}

/// The same patron asked for the same item not long ago.
pub(crate) fn it_is_a_duplicate(view: &View<'_>) -> bool {
    view.state.duplicate_of.is_some()
}

/// Staff entered the request.
pub(crate) fn staff_entered_it(view: &View<'_>) -> bool {
    view.state.origin == Origin::Staff
}

/// It would have been sent had the check been answered.
pub(crate) fn only_the_check_held_it(view: &View<'_>) -> bool {
    let held = |slug: &str| view.state.standing.incidents.any(|open| open == slug);
    !staff_entered_it(view)
        && !held("request.duplicate")
        && !held("broker.refused")
        && !it_is_a_duplicate(view)
}

/// The ILS does not know the patron, and it was not staff who asked.
pub(crate) fn the_patron_is_unknown(view: &View<'_>) -> bool {
    let unknown = match view.happening {
        Some((Input::Ils { answer, .. }, _)) => answer.standing() == Some(PatronStanding::Unknown),
        _ => false,
    };
    unknown && !staff_entered_it(view)
}

/// The message says where the copy can be fetched.
pub(crate) fn the_copy_is_there(view: &View<'_>) -> bool {
    view.supplying().and_then(super::messages::url).is_some()
}

/// A volume is here or with the patron, and not yet back from there.
pub(crate) fn something_is_here(view: &View<'_>) -> bool {
    view.state
        .volumes
        .iter()
        .any(|volume| volume.state.is_in_custody() && volume.state != VolumeState::CheckedIn)
}

/// A volume is here or coming that the patron has not taken.
pub(crate) fn something_is_not_taken(view: &View<'_>) -> bool {
    use VolumeState::{Expired, InTransit, OnShelf, Received};
    view.state.volumes.iter().any(|v| matches!(v.state, InTransit | Received | OnShelf | Expired))
}

/// No volume is on its way to us, and the supplier has not heard so.
pub(crate) fn all_have_arrived(view: &View<'_>) -> bool {
    let coming = view.state.volumes.iter().any(|volume| volume.state == VolumeState::InTransit);
    !coming && !view.state.has_told(&iso18626::Action::Received)
}

/// Every volume that is known of has arrived, and none is named.
pub(crate) fn all_is_here_already(view: &View<'_>) -> bool {
    let named = match view.happening {
        Some((Input::Staff { act: Act::Receive { volumes }, .. }, _)) => !volumes.is_empty(),
        _ => false,
    };
    let volumes = &view.state.volumes;
    !named && !volumes.is_empty() && volumes.iter().all(|volume| volume.state != VolumeState::InTransit)
}

/// Every volume is sent back, lost or written off.
pub(crate) fn nothing_is_left(view: &View<'_>) -> bool {
    view.state.volumes.iter().all(|volume| volume.state.is_final() || volume.state == VolumeState::Lost)
}

/// Every volume is sent back, lost or written off, and the supplier said before that it is over.
pub(crate) fn nothing_is_left_and_the_supplier_is_done(view: &View<'_>) -> bool {
    nothing_is_left(view) && view.state.supplier_says == SupplierSays::Over
}

/// The library asks for no renewals.
pub(crate) fn renewals_are_off(view: &View<'_>) -> bool {
    view.library.renewals == RenewalRule::Never
}

/// A renewal waits for its answer.
pub(crate) fn a_renewal_is_asked(view: &View<'_>) -> bool {
    view.state.renewal == Renewal::Asked
}

/// No volume has arrived.
pub(crate) fn nothing_has_arrived(view: &View<'_>) -> bool {
    view.state.volumes.iter().all(|volume| volume.state == VolumeState::InTransit)
}

/// The supplier that shipped says now that it does not supply, and no volume has arrived.
pub(crate) fn it_was_denied(view: &View<'_>) -> bool {
    view.state.shipping != Shipping::Believed && nothing_has_arrived(view)
}

/// The broker told as news that the supplier does not supply, and no volume has arrived.
pub(crate) fn it_was_denied_as_news(view: &View<'_>) -> bool {
    view.state.shipping == Shipping::DeniedAsNews && nothing_has_arrived(view)
}

/// The supplier said `WillSupply`.
pub(crate) fn it_is_promised(view: &View<'_>) -> bool {
    view.state.status == Some(Status::WillSupply)
}

/// The ILS is not asked to charge patrons.
pub(crate) fn the_ils_does_not_charge(view: &View<'_>) -> bool {
    !view.asks(Step::ChargePatron)
}

/// The step that staff name, or any where they name none, has failed or is not answered yet.
pub(crate) fn the_step_is_open(view: &View<'_>) -> bool {
    view.state.calls.any(view.named_step(), StepStands::is_open)
}

/// The step that staff name is not answered yet.
pub(crate) fn the_step_waits(view: &View<'_>) -> bool {
    view.named_step().is_some()
        && view.state.calls.any(view.named_step(), |stands| stands == StepStands::Waiting)
}

/// The step that staff name makes no sense any more where its volume stands.
pub(crate) fn the_step_is_moot(view: &View<'_>) -> bool {
    view.named_step().filter(|_| the_step_is_open(view)).is_some_and(|step| steps::is_moot(view.state, step))
}

/// Something needs staff, other than what the ILS did not do.
pub(crate) fn incidents_are_open(view: &View<'_>) -> bool {
    view.state.standing.incidents.any(|open| open != STEP_FAILED)
}

/// It is not wanted any more.
pub(crate) fn nobody_waits_for_it(view: &View<'_>) -> bool {
    view.state.demand == Demand::Unwanted
}

/// There is a patron, and the library wants the ILS to hold temporary items.
pub(crate) fn the_ils_is_to_hold_it(view: &View<'_>) -> bool {
    view.state.request.patron_info.is_some() && view.asks(Step::HoldForPatron)
}

/// The ILS has lent it to the patron.
pub(crate) fn the_ils_had_lent_it(view: &View<'_>) -> bool {
    view.side() >= PatronSide::Loan
}

/// The ILS had lent it, and says that it has no loan of it: it has nothing to take back.
pub(crate) fn the_ils_lent_it_and_has_no_loan(view: &View<'_>) -> bool {
    the_ils_had_lent_it(view)
        && matches!(view.happening, Some((Input::Ils { answer, .. }, _)) if answer.was_tolerated())
}

/// The ILS has renewed it by itself, and waits for no other renewal.
pub(crate) fn the_ils_renewed_it_first(view: &View<'_>) -> bool {
    view.side() == PatronSide::RenewedLoan
}

/// The supplier names a date, and the patron's is no earlier than that leaves.
pub(crate) fn the_patron_has_that_long(view: &View<'_>) -> bool {
    let Some((_, context)) = view.happening else { return false };
    let named = view.supplying().is_some_and(|message| message.status_info.due_date.is_some());
    let has = view.the_volume().and_then(|volume| volume.due);
    let may = clocks::patron_date(view.state, context);
    named && has.zip(may).is_some_and(|(has, may)| has >= may)
}

/// The ILS told it by itself.
pub(crate) fn the_ils_told_so(view: &View<'_>) -> bool {
    matches!(view.happening, Some((Input::Notice(_), _)))
}

/// The patron's hold on the temporary item stands, and the library wants the ILS to cancel it.
pub(crate) fn a_hold_is_left(view: &View<'_>) -> bool {
    view.has_item() && view.side() == PatronSide::Hold && view.asks(Step::CancelPatronHold)
}

/// The ILS still has the temporary item, lent to nobody, and the library wants it withdrawn.
pub(crate) fn an_item_is_left(view: &View<'_>) -> bool {
    view.has_item() && view.side() < PatronSide::Loan && view.asks(Step::WithdrawItem)
}

/// The ILS still has the temporary item, lent to the patron, and the library wants it withdrawn.
pub(crate) fn an_item_is_lent(view: &View<'_>) -> bool {
    view.has_item() && view.side() >= PatronSide::Loan && view.asks(Step::WithdrawItem)
}

/// The ILS has the temporary item.
pub(crate) fn an_item_is_there(view: &View<'_>) -> bool {
    view.has_item()
}
