//! The table of a volume: what the patron, the ILS, the supplier, clocks and staff do to it, wherever it stands.

use loan_model::{NotificationKind, ils::Step};

use super::{
    actions::VolumeAction::{
        self, CallIlsIfUsed, CleanUpIfIdle, ForgetFailed, ForgetFailedCheckOut, Incident, NameItem, Notify,
        RecordIlsDue, RecordIlsLoan, RecordIlsRenewal, RecordItem, RecordItemGone, RecordNoIlsLoan, Resolve,
        SendDamage, SendLost, SetPatronDate,
    },
    guards,
    machine::Borrowing,
    phases::VolumeState,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::interpreter::rows;

const ANY: &[VolumeState] = VolumeState::ALL;

rows! { VOLUME_TABLE: Borrowing, VolumeState, VolumeTrigger, VolumeAction then RequestTrigger;
    // It comes.
    "arrives-unwanted": (InTransit) on (Arrive) if nobody_waits_for_it => CheckedIn then VolumeArrived:
        "It is not wanted any more: it goes back.";
    "arrives": (InTransit) on (Arrive) if the_ils_is_to_hold_it => Received [NameItem, SetPatronDate, CallIlsIfUsed(Step::HoldForPatron)] then VolumeArrived:
        "The ILS is asked to hold it for the patron.";
    "arrives-by-hand": (InTransit) on (Arrive) => OnShelf [SetPatronDate] then VolumeArrived:
        "Staff put it on the hold shelf.";
    "arrives-again": ANY on (Arrive) => refuse:
        "It has arrived already.";
    "held": (Received) on (ItemHeld) => OnShelf [RecordItem]:
        "It waits for the patron.";
    "held-out": (CheckedOut Overdue Recalled) on (ItemHeld) => stay [RecordItem, CallIlsIfUsed(Step::CheckOutToPatron)]:
        "The patron took it before the ILS had it: it is lent now.";
    "held-late": ANY on (ItemHeld) => stay [RecordItem, CleanUpIfIdle]:
        "The ILS has it now.";
    "duplicate-item": (Received OnShelf Expired CheckedOut Overdue Recalled) on (ItemDuplicate) => stay [NameItem, CallIlsIfUsed(Step::HoldForPatron)]:
        "Something else has this id in the ILS: another is tried.";
    "duplicate-item-late": ANY on (ItemDuplicate) => stay [CleanUpIfIdle]:
        "It needs no temporary item any more.";
    "hold-given-up": (Received) on (HoldGivenUp) => OnShelf:
        "It waits for the patron without the ILS.";
    "hold-given-up-late": ANY on (HoldGivenUp) => stay [CleanUpIfIdle]:
        "The ILS does not have it.";

    // The patron takes it.
    "picked-up": (Received OnShelf Expired) on (PickUp) => CheckedOut [SetPatronDate, CallIlsIfUsed(Step::CheckOutToPatron)]:
        "The patron has it.";
    "picked-up-not": ANY on (PickUp) => refuse:
        "It is not here for the patron to take.";
    "taken": (Received OnShelf Expired) on (CheckedOutNotice PolledOut) => CheckedOut [RecordIlsLoan, SetPatronDate, RecordIlsDue]:
        "The ILS has lent it to the patron.";
    "taken-known": (CheckedOut Overdue Recalled) on (CheckedOutNotice PolledOut) if the_ils_had_lent_it => stay [ForgetFailedCheckOut, RecordIlsDue]:
        "The patron has it already.";
    "taken-already": (CheckedOut Overdue Recalled) on (CheckedOutNotice PolledOut) => stay [RecordIlsLoan, ForgetFailedCheckOut, RecordIlsDue]:
        "The patron has it.";
    "taken-impossible": ANY on (CheckedOutNotice) => stay [Incident("ils.contradicts")]:
        "The ILS has lent what is not here for the patron.";
    "checked-out": (CheckedOut Overdue Recalled) on (CheckOutDone) => stay [RecordIlsLoan, RecordIlsDue, CleanUpIfIdle]:
        "The ILS has lent it.";
    "checked-out-late": ANY on (CheckOutDone) => stay [RecordIlsLoan, CleanUpIfIdle]:
        "It has come back in the meantime.";

    // The patron keeps it.
    "due": (CheckedOut) on (DueTimer) => Overdue [Notify(NotificationKind::DueBack)]:
        "The patron should have brought it back.";
    "due-late": ANY on (DueTimer) => refuse:
        "The patron does not have it, or it is known to be late.";
    "overdue": (CheckedOut) on (SupplierOverdue) => Overdue:
        "The supplier misses it.";
    "overdue-anyway": ANY on (SupplierOverdue) => stay:
        "It is not with the patron, or known to be late.";
    "renewed-by-ils-before": (CheckedOut Overdue) on (RenewGranted) if the_ils_renewed_it_first => CheckedOut [RecordIlsLoan, RecordIlsDue]:
        "The ILS has renewed it before: it is not asked to renew it again.";
    "renewed-already": (CheckedOut Overdue) on (RenewGranted) if the_patron_has_that_long => CheckedOut:
        "The patron has it that long already.";
    "renewed": (CheckedOut Overdue) on (RenewGranted) => CheckedOut [CallIlsIfUsed(Step::RenewForPatron), SetPatronDate]:
        "The patron may keep it longer.";
    "renewed-here": (InTransit Received OnShelf Expired) on (RenewGranted) => stay [SetPatronDate]:
        "The patron may keep it longer.";
    "renewed-anyway": ANY on (RenewGranted) => stay:
        "The patron does not have it, or must bring it back.";
    "not-renewed": (CheckedOut Overdue Recalled) on (RenewDenied) if the_ils_renewed_it_first => stay [RecordIlsLoan]:
        "What the ILS did before is answered: a renewal that is granted later is another.";
    "not-renewed-anyway": ANY on (RenewDenied) => refuse:
        "The ILS has not renewed it before.";
    "renewal-done": (CheckedOut Overdue Recalled) on (RenewDone) => stay [RecordIlsDue, CleanUpIfIdle]:
        "The ILS has renewed it.";
    "renewal-done-late": ANY on (RenewDone) => stay [RecordIlsLoan, CleanUpIfIdle]:
        "It has come back in the meantime; what the ILS renews it still has lent.";
    "renewed-by-ils": (CheckedOut Overdue) on (RenewedNotice) => CheckedOut [RecordIlsDue, RecordIlsRenewal] then PatronRenewed:
        "The ILS has renewed it by itself: the supplier is asked.";
    "renewed-by-ils-anyway": ANY on (RenewedNotice) => stay [Incident("ils.contradicts")]:
        "The ILS has renewed what the patron does not have, or must bring back.";
    "recalled": (CheckedOut Overdue) on (Recall) => Recalled [CallIlsIfUsed(Step::RecallFromPatron)]:
        "The patron must bring it back.";
    "recalled-here": (Received OnShelf Expired) on (Recall) => CheckedIn [CleanUpIfIdle]:
        "The patron has not taken it: it goes back.";
    "recalled-anyway": ANY on (Recall) => stay:
        "It is not with the patron, or recalled already.";
    "recalled-by-ils": (CheckedOut Overdue) on (RecalledNotice) => Recalled [RecordIlsDue]:
        "The ILS has recalled it.";
    "recalled-by-ils-anyway": ANY on (RecalledNotice) => refuse:
        "It is not with the patron, or recalled already.";
    "recall-done": (CheckedOut Overdue Recalled) on (RecallDone) => stay [RecordIlsDue, CleanUpIfIdle]:
        "The ILS has recalled it.";
    "recall-done-late": ANY on (RecallDone) => stay [CleanUpIfIdle]:
        "It has come back in the meantime.";

    // The patron brings it back, or does not want it.
    "brought": (CheckedOut Overdue Recalled) on (CheckIn) => CheckedIn [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle]:
        "It is back, and goes to the supplier.";
    "not-held": (Received) on (CheckIn) => CheckedIn [CleanUpIfIdle]:
        "It goes to the supplier.";
    "not-taken": (OnShelf Expired) on (CheckIn) => CheckedIn [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle]:
        "It goes to the supplier; the patron may have had it without our hearing of it.";
    "found": (Lost) on (CheckIn) => CheckedIn [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle] then VolumeFound:
        "It is found, and goes to the supplier.";
    "brought-not": ANY on (CheckIn) => refuse:
        "It is not out.";
    "brought-told": (CheckedOut Overdue Recalled) on (CheckedInNotice) => CheckedIn [RecordNoIlsLoan, ForgetFailed, CleanUpIfIdle]:
        "The ILS has taken it back: it goes to the supplier.";
    "brought-polled": (CheckedOut Overdue Recalled) on (PolledIn) if the_ils_had_lent_it => CheckedIn [RecordNoIlsLoan, ForgetFailed, CleanUpIfIdle]:
        "The ILS has taken it back: it goes to the supplier.";
    "found-told": (Lost) on (CheckedInNotice) => CheckedIn [RecordNoIlsLoan, ForgetFailed, CleanUpIfIdle] then VolumeFound:
        "It is found, and goes to the supplier.";
    "brought-late": (CheckedIn SentBack) on (CheckedInNotice) => stay [RecordNoIlsLoan, ForgetFailed, CleanUpIfIdle]:
        "The ILS has taken it back too.";
    "brought-anyway": ANY on (CheckedInNotice PolledIn) => stay:
        "It is not out.";
    "unwanted-told": (Received OnShelf Expired) on (Unwanted) if the_ils_told_so => CheckedIn [RecordNoIlsLoan, CleanUpIfIdle]:
        "The patron does not want it: it goes back.";
    "unwanted": (Received OnShelf Expired) on (Unwanted) => CheckedIn [CleanUpIfIdle]:
        "It is not wanted: it goes back.";
    "unwanted-anyway": ANY on (Unwanted) => stay:
        "It is not here, or the patron has it.";
    "not-lent": ANY on (CheckInDone) if the_ils_lent_it_and_has_no_loan => stay [RecordNoIlsLoan, ForgetFailed, CleanUpIfIdle]:
        "The ILS says that it has no loan of it, and has taken nothing back.";
    "checked-in": ANY on (CheckInDone) if the_ils_had_lent_it => stay [RecordNoIlsLoan, ForgetFailed, CleanUpIfIdle]:
        "The ILS has taken it back.";
    "checked-in-unlent": ANY on (CheckInDone) => stay [ForgetFailed, CleanUpIfIdle]:
        "As far as is known the ILS had not lent it.";

    // The temporary item goes.
    "cancel-hold": (CheckedIn SentBack) on (StepsResolved) if a_hold_is_left => stay [CallIlsIfUsed(Step::CancelPatronHold)]:
        "It is not wanted any more.";
    "withdraw": (CheckedIn SentBack) on (StepsResolved) if an_item_is_left => stay [CallIlsIfUsed(Step::WithdrawItem)]:
        "The temporary item is not needed any more.";
    "withdraw-not": (CheckedIn SentBack) on (StepsResolved) if an_item_is_lent => stay [Incident("ils.item-left")]:
        "The ILS still has it lent to the patron, so its temporary item stays until staff end that.";
    "settled": ANY on (StepsResolved) => stay:
        "Nothing is left to be asked of the ILS.";
    "hold-cancelled": ANY on (HoldCancelled) => stay [RecordNoIlsLoan, CleanUpIfIdle]:
        "It is not wanted any more.";
    "withdrawn": ANY on (ItemWithdrawn) => stay [RecordItemGone, ForgetFailed, Resolve("ils.item-left")]:
        "The temporary item is gone.";
    "step-failed": ANY on (StepFailed) => stay [Incident("ils.step-failed")]:
        "Staff must see to what the ILS did not do.";
    "return-given-up": ANY on (ReturnGivenUp) => stay [RecordIlsLoan, CleanUpIfIdle]:
        "The ILS may still have it lent or held, so its temporary item stays until staff end that.";
    "step-given-up": ANY on (StepGivenUp) => stay [CleanUpIfIdle]:
        "It will not be done.";

    // It goes back.
    "sent-back": (Received CheckedIn) on (ShipBack) => SentBack [CleanUpIfIdle] then VolumeGone:
        "It is on its way back.";
    "sent-back-unseen": (OnShelf Expired) on (ShipBack) => SentBack [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle] then VolumeGone:
        "It is on its way back; the patron may have had it without our hearing of it.";
    "sent-back-out": (CheckedOut Overdue Recalled) on (ShipBack) => SentBack [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle] then VolumeGone:
        "It is on its way back, so the patron has brought it.";
    "sent-back-lost": (Lost) on (ShipBack) => SentBack [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle] then VolumeGone:
        "It is found, and on its way back.";
    "sent-back-not": ANY on (ShipBack) => refuse:
        "It is not here.";
    "supplier-has-it": (InTransit CheckedIn) on (SupplierHasIt) => SentBack [CleanUpIfIdle]:
        "The supplier has it.";
    "supplier-found-it": (Lost) on (SupplierHasIt) => SentBack [CallIlsIfUsed(Step::CheckInFromPatron), CleanUpIfIdle]:
        "The supplier has it after all.";
    "supplier-has-it-anyway": ANY on (SupplierHasIt) => stay:
        "It went back before.";
    "written-off-left": (InTransit Received OnShelf Expired CheckedOut Overdue Recalled CheckedIn Lost) on (WriteOff Close) if an_item_is_there => WrittenOff [Incident("ils.item-left")]:
        "It does not go back; its temporary item is still in the ILS.";
    "written-off": (InTransit Received OnShelf Expired CheckedOut Overdue Recalled CheckedIn Lost) on (WriteOff Close) => WrittenOff:
        "It does not go back.";
    "written-off-anyway": ANY on (WriteOff Close) => stay:
        "It went back before.";

    // Something goes wrong.
    "lost": (InTransit Received OnShelf Expired CheckedOut Overdue Recalled CheckedIn) on (ReportLost) => Lost [SendLost] then VolumeGone:
        "It is lost: the supplier hears it, and says what follows.";
    "lost-not": ANY on (ReportLost) => refuse:
        "It is not in our hands.";
    "lost-told": (Received OnShelf Expired CheckedOut Overdue Recalled CheckedIn) on (LostNotice PolledLost) => stay [Incident("ils.item-lost")]:
        "The ILS says that it is lost: staff report it, or find it.";
    "lost-told-anyway": ANY on (LostNotice PolledLost) => stay:
        "It is not in our hands.";
    "damaged": (Received OnShelf Expired CheckedOut Overdue Recalled CheckedIn) on (ReportDamaged) => stay [SendDamage]:
        "The supplier hears that it is damaged.";
    "damaged-not": ANY on (ReportDamaged) => refuse:
        "It is not in our hands.";

    // Clocks.
    "late": (InTransit) on (TransitTimer) => stay [Incident("transit.late")]:
        "It should have arrived by now.";
    "late-over": ANY on (TransitTimer) => refuse:
        "It is not on its way.";
    "hold-expires": (OnShelf) on (HoldShelfTimer) => Expired [Incident("hold-shelf.expired")]:
        "It was not picked up in time.";
    "hold-expires-over": ANY on (HoldShelfTimer) => refuse:
        "It is not on the hold shelf.";
    "stuck-received": (Received) on (CustodyTimer) => stay [Incident("hold.stuck")]:
        "It is here, and the ILS does not hold it yet.";
    "stuck-return": (Expired CheckedIn) on (CustodyTimer) => stay [Incident("return.forgotten")]:
        "It should have been sent back.";
    "stuck-over": ANY on (CustodyTimer) => refuse:
        "It has been seen to.";
    "poll": (OnShelf Expired CheckedOut Overdue Recalled) on (PollTimer) => stay [CallIlsIfUsed(Step::PollItem)]:
        "The ILS is asked where it is.";
    "poll-over": ANY on (PollTimer) => refuse:
        "It does not matter where it is.";
    "polled-late": ANY on (PolledOut) => stay:
        "It has been seen to.";
    "polled": ANY on (PolledOther) => stay:
        "Nothing new.";
    "poll-failed": ANY on (PollFailed) => stay [Incident("ils.poll-failed")]:
        "The ILS did not say where it is; it is asked again later.";
}
