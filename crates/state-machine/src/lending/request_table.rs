//! The table of a lender's request: what each message, answer of the ILS, clock and act of staff does to it, in every phase.

use iso18626::{
    Status,
    YesNo::{N, Y},
};
use loan_model::{NotificationKind, ils::Step, names::Clock};

use super::{
    actions::RequestAction::{
        self, AddVolumes, Adopt, AnswerPendingCancel, AnswerStatus, Begin, CallIls, CancelIlsCall,
        CancelRenewals, EachVolume, End, GiveStepUp, GrantPendingRenewal, HurryStep, Incident,
        IncidentEachTime, MarkDamaged, MarkReceived, Named, Notify, PlaceHoldIfNone, PutBackReplaced,
        RefuseCancel, RefusePendingRenewal, ReleaseHoldIfAny, ReleaseHoldLeft, RepeatCancelled,
        ResolveIncidents, RestartClock, RetryStep, SetDue, ShipNamed, TakeStepAsDone, TellAboutReturn,
        TellAgain, TellClosed, TellCondition, TellCopy, TellDue, TellExpect, TellFinalOnce, TellLoaned,
        TellNote, TellOverdue, TellRecalled, TellRetry, TellStatus, TellWillSupply, WishCancel, WishDue,
        WishRenewal,
    },
    guards,
    machine::Lending,
    phases::Phase,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::interpreter::rows;

const ANY: &[Phase] = Phase::ALL;
/// Nothing has been sent, and nothing is being sent.
const UNSHIPPED: &[Phase] = &[
    Phase::Received,
    Phase::Checking,
    Phase::OnPullList,
    Phase::WillSupply,
    Phase::Conditional,
    Phase::RetryOffered,
];
/// Something is out.
const OUT: &[Phase] = &[
    Phase::Shipped,
    Phase::OnLoan,
    Phase::RenewalAsked,
    Phase::Overdue,
    Phase::Recalled,
    Phase::Returning,
    Phase::PartlyReturned,
];
const OVER: &[Phase] = &[Phase::Completed, Phase::Unfilled, Phase::Cancelled, Phase::Closed];

rows! { REQUEST_TABLE: Lending, Phase, RequestTrigger, RequestAction then RequestTrigger;
    // Is it there?
    "opened-check": (Received) on (Opened) if item_can_be_checked => Checking [Begin, CallIls(Step::CheckItem)]:
        "The ILS is asked whether it is there and may go.";
    "opened": (Received) on (Opened) => OnPullList [Begin, PlaceHoldIfNone, Notify(NotificationKind::NewRequest)]:
        "Staff look for it on the shelf.";
    "opened-already": ANY on (Opened) => refuse:
        "The request is under way.";
    "available-promise": (Checking) on (Available) if availability_promises => WillSupply [PlaceHoldIfNone, Notify(NotificationKind::NewRequest), TellWillSupply]:
        "It is there, and policy promises it at once.";
    "available-expect": (Checking) on (Available) if availability_expects => OnPullList [PlaceHoldIfNone, Notify(NotificationKind::NewRequest), TellExpect]:
        "It is there: it will probably be supplied; the promise follows the pull.";
    "available": (Checking) on (Available) => OnPullList [PlaceHoldIfNone, Notify(NotificationKind::NewRequest)]:
        "It is there; staff answer.";
    "available-later": (OnPullList) on (Available) if availability_expects => stay [PlaceHoldIfNone, TellExpect]:
        "It is there after all.";
    "available-hold": (OnPullList) on (Available) => stay [PlaceHoldIfNone]:
        "It is there after all; staff answer.";
    "unavailable": (Checking) on (Unavailable) if unavailable_is_unfilled => Unfilled [TellFinalOnce(Status::Unfilled), End]:
        "It is not to be had, and policy says so at once.";
    "unavailable-staff": (Checking) on (Unavailable) => OnPullList [Notify(NotificationKind::NewRequest)]:
        "It is not to be had by the ILS; staff answer.";
    "unclear": (Checking) on (Unclear) => OnPullList [PlaceHoldIfNone, Notify(NotificationKind::NewRequest)]:
        "The ILS does not say; staff look.";
    "check-failed": (Checking) on (CheckFailed) => OnPullList [Incident("ils.step-failed"), PlaceHoldIfNone, Notify(NotificationKind::NewRequest)]:
        "The ILS could not be asked; staff look.";
    "check-failed-again": (OnPullList) on (CheckFailed) => stay [Incident("ils.step-failed")]:
        "The ILS could not be asked; staff look.";
    "check-late": ANY on (Available Unavailable Unclear CheckFailed) => withdraw:
        "Staff have the request in hand: what the ILS says of the shelf changes nothing.";
    "hold-of-no-use": OVER on (HoldPlaced) => stay [ReleaseHoldIfAny]:
        "The hold came after the end: it is given up.";
    "hold-of-no-use-retry": (RetryOffered) on (HoldPlaced) => stay [ReleaseHoldIfAny]:
        "It is not to be supplied now: the hold is given up.";
    "hold-placed": ANY on (HoldPlaced) => stay:
        "The item is reserved for this request.";
    "hold-failed-late": OVER on (HoldFailed) => withdraw:
        "No hold is needed any more.";
    "hold-failed": ANY on (HoldFailed) => stay [Incident("ils.step-failed")]:
        "The request goes on without the hold, and staff must look.";
    "no-hold": ANY on (HoldNotWanted) => stay:
        "The request goes on without the hold.";
    "hold-released": ANY on (HoldReleased) => stay [ReleaseHoldLeft]:
        "Others may have it again; any further hold is released as well.";
    "release-failed": ANY on (ReleaseFailed) => stay [Incident("ils.step-failed")]:
        "The hold is still in the ILS, and staff must look.";
    "done-after-all": ANY on (DoneAfterAll) => stay:
        "Staff went on without it, and the ILS has done it: what it says is kept, and nothing moves.";
    "hold-gone": (OnPullList WillSupply Conditional Cancelling) on (NoticeHoldGone) => stay [Incident("hold.gone")]:
        "Another borrower may get it: staff must look.";
    "hold-gone-anyway": ANY on (NoticeHoldGone) => refuse:
        "No hold is needed now.";
    "notice-unclear": ANY on (NoticeUnclear) => stay [IncidentEachTime("notice.unclear")]:
        "Nothing tells whether it is about this request or another: staff must look, and nothing moves.";

    // Staff answer.
    "will-supply": (Checking OnPullList Conditional) on (StaffWillSupply) => WillSupply [CancelIlsCall(Step::CheckItem), PlaceHoldIfNone, TellWillSupply]:
        "The requester hears that it will be supplied.";
    "will-supply-late": ANY on (StaffWillSupply) => refuse:
        "It is promised, sent, or over.";
    "conditional": (Checking OnPullList WillSupply Conditional) on (StaffConditional) => Conditional [CancelIlsCall(Step::CheckItem), PlaceHoldIfNone, TellCondition]:
        "The requester must agree or decline.";
    "conditional-late": ANY on (StaffConditional) => refuse:
        "It is too late for a condition.";
    "retry-later": (Checking OnPullList WillSupply Conditional) on (StaffRetryLater) => RetryOffered [CancelIlsCall(Step::CheckItem), TellRetry, EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny]:
        "The requester may ask again.";
    "retry-later-late": ANY on (StaffRetryLater) => refuse:
        "It is too late to offer a retry.";
    "cannot": (Checking OnPullList WillSupply Conditional RetryOffered Shipping) on (StaffUnfilled) => Unfilled [AnswerPendingCancel(Y), TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "It cannot be supplied, for the reason that staff give: yes to a cancel that waits for its answer.";
    "cannot-late": ANY on (StaffUnfilled) => refuse:
        "It has gone, a cancel waits for its answer, or the request is over.";
    "pulled": (Checking OnPullList) on (StaffPulled) => WillSupply [CancelIlsCall(Step::CheckItem), AddVolumes, PlaceHoldIfNone, TellWillSupply]:
        "It is off the shelf: the requester hears that it will be supplied.";
    "pulled-more": (WillSupply Conditional Cancelling) on (StaffPulled) => stay [AddVolumes]:
        "Another volume is off the shelf.";
    "pulled-late": ANY on (StaffPulled) => refuse:
        "Nothing is to be pulled now.";
    "agreed": (Conditional) on (Agree) => WillSupply [TellWillSupply, Notify(NotificationKind::ConditionAgreed)]:
        "The condition is agreed.";
    "declined": (Conditional) on (Reject) => Cancelled [TellFinalOnce(Status::Cancelled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "The condition is declined.";
    "words": ANY on (Notification Agree Reject) => stay:
        "The requester's words are kept with the request.";

    // It goes.
    "ship": (Checking OnPullList WillSupply Cancelling) on (StaffShip) => Shipping [CancelIlsCall(Step::CheckItem), PutBackReplaced, AddVolumes, ShipNamed]:
        "What goes is checked out to the requester's library.";
    "ship-instead": (Shipping) on (StaffShip) if scans_replace => stay [PutBackReplaced, AddVolumes, ShipNamed]:
        "What was scanned wrongly stays, and the right one goes.";
    "ship-more": (Shipping) on (StaffShip) if scans_are_new => stay [AddVolumes, ShipNamed]:
        "Another volume goes along.";
    "ship-no": ANY on (StaffShip) => refuse:
        "It is on its way already, a condition or a retry is open, or the request is over.";
    "unship-all": (Shipping) on (StaffUnship) if nothing_else_goes => resume [Named(VolumeTrigger::PutBack)]:
        "Nothing goes after all: the requester never hears of it.";
    "unship": (Shipping) on (StaffUnship) if scans_are_leaving => stay [Named(VolumeTrigger::PutBack), RestartClock(Clock::Undo)]:
        "What was scanned wrongly stays; the rest goes.";
    "unship-no": ANY on (StaffUnship) => refuse:
        "No such volume waits to leave: the requester has been told, or nothing was sent.";
    "ship-anyway": (Shipping) on (StaffShipAnyway) if scans_are_not_checked_out => stay [Named(VolumeTrigger::GoAnyway)]:
        "Staff send it, though the ILS does not know of it.";
    "ship-anyway-no": ANY on (StaffShipAnyway) => refuse:
        "No such volume waits for the ILS to check it out.";
    "stays-all": (Shipping) on (VolumeStays) if nothing_goes => resume:
        "Nothing goes: staff scan another, or say that it cannot be supplied.";
    "stays-one": (Shipping) on (VolumeStays) => stay [RestartClock(Clock::Undo)]:
        "The other volumes go.";
    "stays-late": ANY on (VolumeStays) => refuse:
        "It has left, or nothing was sent.";
    "shipped-at-desk": (OnPullList WillSupply) on (NoticeShipped) if something_is_pulled => Shipping [ShipNamed]:
        "The ILS has shipped what was pulled.";
    "shipped-at-desk-anyway": ANY on (NoticeShipped) => refuse:
        "Nothing that was pulled waits to be shipped.";
    "ready-all": (Shipping) on (VolumeReady) if all_are_ready_and_may_be_undone => stay [RestartClock(Clock::Undo)]:
        "Everything is checked out: it leaves when the time to undo a scan is over.";
    "loaned": (Shipping) on (VolumeReady) if all_are_ready => Shipped [EachVolume(VolumeTrigger::Leave), SetDue, TellLoaned, AnswerPendingCancel(N), ReleaseHoldLeft]:
        "Everything is checked out: the requester hears what goes and when it is due.";
    "ready-one": (Shipping) on (VolumeReady) => stay:
        "The other volumes are awaited.";
    "ready-late": ANY on (VolumeReady) => refuse:
        "It has gone already.";
    "loaned-in-time": (Shipping) on (UndoTimer) if all_are_ready => Shipped [EachVolume(VolumeTrigger::Leave), SetDue, TellLoaned, AnswerPendingCancel(N), ReleaseHoldLeft]:
        "The time to undo a scan is over: the requester hears what goes and when it is due.";
    "undo-over": ANY on (UndoTimer) => refuse:
        "Nothing waits to leave.";
    "check-out-refused-too-late": (Shipping) on (ShipTimer) if a_check_out_failed_and_it_is_late => Unfilled [AnswerPendingCancel(Y), TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "Staff have not seen to what the ILS did not check out in twice the time: it is not supplied.";
    "check-out-refused-late": (Shipping) on (ShipTimer) if a_check_out_failed => stay [Incident("ship.late"), RestartClock(Clock::Ship)]:
        "What the ILS did not check out does not go by itself: staff must scan another, or say what follows.";
    "check-out-late": (Shipping) on (ShipTimer) => Shipped [EachVolume(VolumeTrigger::Leave), SetDue, TellLoaned, AnswerPendingCancel(N), ReleaseHoldLeft, Incident("check-out.late")]:
        "The ILS does not answer in time: the requester hears that it goes all the same.";
    "copy": (Checking OnPullList WillSupply Conditional Cancelling) on (StaffDeliverCopy) if copy_will_do => Completed [CancelIlsCall(Step::CheckItem), TellCopy, AnswerPendingCancel(N), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "A copy is delivered.";
    "copy-no": ANY on (StaffDeliverCopy) => refuse:
        "No copy is asked for, or it is too late for one.";
    "received": (Shipped) on (Received) => OnLoan [MarkReceived]:
        "The requester has it.";
    "received-early": (Shipping RenewalAsked) on (Received) => stay [MarkReceived]:
        "The requester has it.";
    "received-unsent": (Checking OnPullList WillSupply Conditional RetryOffered Cancelling Unfilled Cancelled) on (Received) => stay [Incident("loan.unrecorded")]:
        "The requester has something that is not recorded as sent: staff must look.";
    "received-again": ANY on (Received) => refuse:
        "That is known, or the request is over.";

    // The requester cancels.
    "cancel-maybe-gone": (WillSupply) on (Cancel) if parcels_go_unseen => Cancelling [WishCancel, Notify(NotificationKind::CancelAsked)]:
        "Staff must say whether it has gone.";
    "cancel": UNSHIPPED on (Cancel) => Cancelled [CancelIlsCall(Step::CheckItem), AnswerPendingCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "It has not gone: yes, and the hold is released.";
    "cancel-again": (Cancelling) on (Cancel) => refuse:
        "A cancel waits for its answer.";
    "cancelled-already": (Cancelled) on (Cancel) => stay [RepeatCancelled]:
        "It is cancelled.";
    "cancel-late": ANY on (Cancel) => stay [RefuseCancel]:
        "It has gone, or the request is over: no.";
    "cancel-yes": (Cancelling) on (StaffCancelYes) => Cancelled [AnswerPendingCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "It has not gone: yes.";
    "cancel-no": (Cancelling) on (StaffCancelNo) => WillSupply [AnswerPendingCancel(N)]:
        "It will be supplied all the same: no.";
    "cancel-unasked": ANY on (StaffCancelYes StaffCancelNo) => refuse:
        "No cancel waits for an answer.";

    // Renewals.
    "renew-never": OUT on (Renew) if renewals_are_refused => stay [RefusePendingRenewal]:
        "Policy renews nothing.";
    "renew-ils": (Shipped OnLoan Overdue PartlyReturned) on (Renew) if ils_renews => RenewalAsked [WishRenewal, EachVolume(VolumeTrigger::Renew)]:
        "The ILS is asked for each volume.";
    "renew-overdue": (Overdue) on (Renew) if renewals_are_granted => OnLoan [SetDue, GrantPendingRenewal]:
        "Policy renews it, late as it is.";
    "renew": (Shipped OnLoan PartlyReturned) on (Renew) if renewals_are_granted => stay [SetDue, GrantPendingRenewal, RestartClock(Clock::Due)]:
        "Policy renews it.";
    "renew-staff": (Shipped OnLoan Overdue PartlyReturned) on (Renew) => RenewalAsked [WishRenewal, Notify(NotificationKind::RenewalAsked)]:
        "Staff must answer.";
    "renew-again": (RenewalAsked) on (Renew) => refuse:
        "A renewal waits for its answer.";
    "renew-impossible": ANY on (Renew) => stay [RefusePendingRenewal]:
        "Nothing is on loan, or it is wanted back or on its way: no.";
    "renewed-overdue": (RenewalAsked) on (VolumeRenewed) if all_are_renewed_overdue => OnLoan [SetDue, GrantPendingRenewal]:
        "The ILS has renewed everything, late as it was.";
    "renewed": (RenewalAsked) on (VolumeRenewed) if all_are_renewed => resume [SetDue, GrantPendingRenewal]:
        "The ILS has renewed everything.";
    "renewed-one": (RenewalAsked) on (VolumeRenewed) => stay:
        "The other volumes are awaited.";
    "extended": (Shipped OnLoan PartlyReturned) on (VolumeRenewed) if due_is_another => stay [SetDue, TellDue, RestartClock(Clock::Due)]:
        "The ILS has renewed what staff extend: the requester hears the new date.";
    "extended-overdue": (Overdue) on (VolumeRenewed) if due_is_another => OnLoan [SetDue, TellDue]:
        "The ILS has renewed what staff extend, late as it was: the requester hears the new date.";
    "renewed-late": ANY on (VolumeRenewed) => refuse:
        "No renewal is awaited now.";
    "not-renewed": (RenewalAsked) on (VolumeNotRenewed) => resume [RefusePendingRenewal, CancelRenewals]:
        "The ILS refuses: no.";
    "not-extended": (Shipped OnLoan Overdue PartlyReturned) on (VolumeNotRenewed) if the_ils_refused => stay [Incident("renewal.refused")]:
        "The ILS does not renew what staff extend: the loan's date stays.";
    "not-renewed-late": ANY on (VolumeNotRenewed) => refuse:
        "No renewal is awaited now.";
    "renew-yes-ils": (RenewalAsked) on (StaffRenewYes) if ils_is_to_renew => stay [EachVolume(VolumeTrigger::Renew)]:
        "The ILS is asked for each volume; the requester hears then.";
    "renew-yes-overdue": (RenewalAsked) on (StaffRenewYes) if was_overdue => OnLoan [CancelRenewals, SetDue, GrantPendingRenewal]:
        "Staff renew it, late as it is.";
    "renew-yes": (RenewalAsked) on (StaffRenewYes) => resume [CancelRenewals, SetDue, GrantPendingRenewal]:
        "Staff renew it.";
    "renew-no": (RenewalAsked) on (StaffRenewNo) => resume [RefusePendingRenewal, CancelRenewals]:
        "Staff do not renew it.";
    "renew-unasked": ANY on (StaffRenewYes StaffRenewNo) => refuse:
        "No renewal waits for an answer.";
    "extend-known": OUT on (StaffExtend) if it_may_be_kept_so_long_already => refuse:
        "It may be kept so long already; it is asked back earlier by a recall.";
    "extend-ils": (Shipped OnLoan Overdue PartlyReturned) on (StaffExtend) if ils_renews_loans => stay [WishDue, EachVolume(VolumeTrigger::Renew)]:
        "The ILS is asked for each volume; the requester hears the new date then.";
    "extend-overdue": (Overdue) on (StaffExtend) => OnLoan [WishDue, SetDue, TellDue]:
        "It may be kept longer, late as it is: the requester hears the new date.";
    "extend": (Shipped OnLoan PartlyReturned) on (StaffExtend) => stay [WishDue, SetDue, TellDue, RestartClock(Clock::Due)]:
        "It may be kept longer: the requester hears the new date.";
    "extend-no": ANY on (StaffExtend) => refuse:
        "Nothing is out, a renewal waits for its answer, or it is wanted back or on its way.";
    "due-moved": (Shipped OnLoan PartlyReturned) on (VolumeDueMoved) if due_is_another => stay [SetDue, TellDue, RestartClock(Clock::Due)]:
        "The ILS has renewed by itself: the requester hears the new date.";
    "due-moved-overdue": (Overdue) on (VolumeDueMoved) if due_is_another => OnLoan [SetDue, TellDue]:
        "The ILS has renewed by itself: the requester hears the new date.";
    "due-known": ANY on (VolumeDueMoved) => refuse:
        "That is known, or its answer is under way.";

    // Called back, overdue.
    "recall": (Shipped OnLoan Overdue PartlyReturned) on (StaffRecall) => Recalled [EachVolume(VolumeTrigger::Recall), SetDue, TellRecalled, RestartClock(Clock::Due)]:
        "It is wanted back.";
    "recall-instead": (RenewalAsked) on (StaffRecall) => Recalled [RefusePendingRenewal, CancelRenewals, EachVolume(VolumeTrigger::Recall), SetDue, TellRecalled, RestartClock(Clock::Due)]:
        "It is wanted back: no renewal.";
    "recall-no": ANY on (StaffRecall) => refuse:
        "Nothing is out, or it is recalled or on its way back.";
    "recalled-at-desk": (Shipped OnLoan Overdue PartlyReturned) on (VolumeRecalled) => Recalled [SetDue, TellRecalled, RestartClock(Clock::Due)]:
        "The ILS has recalled it: the requester hears it.";
    "recalled-at-desk-instead": (RenewalAsked) on (VolumeRecalled) => Recalled [RefusePendingRenewal, CancelRenewals, SetDue, TellRecalled, RestartClock(Clock::Due)]:
        "The ILS has recalled it: no renewal.";
    "recalled-anyway": ANY on (VolumeRecalled) => refuse:
        "It is recalled or on its way back already, or nothing is out.";
    "overdue": (Shipped OnLoan Recalled PartlyReturned) on (DueTimer) => Overdue [TellOverdue, Incident("loan.overdue"), Notify(NotificationKind::Overdue)]:
        "It should have been back: the requester is reminded.";
    "overdue-not-now": ANY on (DueTimer) => refuse:
        "A renewal is open, it is on its way back, or nothing is out.";
    "send-overdue": (Shipped OnLoan Recalled PartlyReturned) on (StaffOverdue) => Overdue [TellOverdue]:
        "The requester is reminded.";
    "send-overdue-again": (Overdue) on (StaffOverdue) => stay [TellOverdue]:
        "The requester is reminded again.";
    "send-overdue-no": ANY on (StaffOverdue) => refuse:
        "Nothing is out, a renewal is open, or it is on its way back.";
    "keep-it": OUT on (StaffHoldReturn) => stay [TellAboutReturn(Status::HoldReturn)]:
        "The requester is asked to keep it for the time being.";
    "keep-it-no": ANY on (StaffHoldReturn) => refuse:
        "Nothing is out.";
    "let-it-come": OUT on (StaffReleaseHoldReturn) => stay [TellAboutReturn(Status::ReleaseHoldReturn)]:
        "The requester may send it back after all.";
    "let-it-come-no": ANY on (StaffReleaseHoldReturn) => refuse:
        "Nothing is out.";

    // It comes back, or not.
    "sent-back": (Shipped OnLoan Overdue Recalled PartlyReturned) on (ShippedReturn) => Returning [Notify(NotificationKind::OnItsWayBack)]:
        "It is on its way back.";
    "sent-back-instead": (RenewalAsked) on (ShippedReturn) => Returning [RefusePendingRenewal, CancelRenewals, Notify(NotificationKind::OnItsWayBack)]:
        "It is on its way back: no renewal.";
    "sent-back-anyway": ANY on (ShippedReturn) => refuse:
        "That is known, or nothing is out.";
    "sent-on": OUT on (ShippedForward) => stay:
        "The requester has sent it on; it stays our item.";
    "sent-on-anyway": ANY on (ShippedForward) => refuse:
        "Nothing is out.";
    "held-on": OUT on (HoldReturn) => stay:
        "The requester holds on to it.";
    "held-on-anyway": ANY on (HoldReturn) => refuse:
        "Nothing is out.";
    "they-lost-it": OUT on (Lost VolumeMissing) => stay [Incident("item.lost")]:
        "Staff must say what follows.";
    "they-lost-it-anyway": ANY on (Lost VolumeMissing) => refuse:
        "Nothing is out.";
    "returned": OUT on (StaffReturned) if scans_are_out => stay [Named(VolumeTrigger::Back)]:
        "Staff have it back.";
    "returned-after-end": OVER on (StaffReturned) if scans_are_out => stay [Named(VolumeTrigger::Back)]:
        "It has turned up after all.";
    "returned-no": ANY on (StaffReturned) => refuse:
        "No such volume is out.";
    "all-back": OUT on (VolumeBack) if all_are_back => Completed [RefusePendingRenewal, CancelRenewals, TellFinalOnce(Status::LoanCompleted), End]:
        "The last volume is back: the loan is complete.";
    "rest-lost": OUT on (VolumeBack) if nothing_is_out => Completed [RefusePendingRenewal, CancelRenewals, TellFinalOnce(Status::CompletedWithoutReturn), End]:
        "What is not back is written off.";
    "back-one": (Shipped OnLoan PartlyReturned) on (VolumeBack) => PartlyReturned:
        "Other volumes are still out.";
    "back-one-instead": (RenewalAsked) on (VolumeBack) => PartlyReturned [RefusePendingRenewal, CancelRenewals]:
        "Some are back: the rest is to be renewed by itself.";
    "back-one-anyway": (Overdue Recalled Returning) on (VolumeBack) => stay:
        "Other volumes are still out.";
    "back-after-end": OVER on (VolumeBack) => stay [TellStatus]:
        "What was written off is back: the requester hears it.";
    "back-never-out": ANY on (VolumeBack) => refuse:
        "Nothing is out.";
    "lost": OUT on (StaffLost) if scans_are_out_still => stay [Named(VolumeTrigger::WriteOff)]:
        "It is written off.";
    "lost-no": ANY on (StaffLost) => refuse:
        "No such volume is out.";
    "all-gone": OUT on (VolumeLost) if nothing_is_out => Completed [RefusePendingRenewal, CancelRenewals, TellFinalOnce(Status::CompletedWithoutReturn), End]:
        "Nothing is out any more, and not all came back.";
    "gone-one": OUT on (VolumeLost) => stay [TellNote]:
        "Other volumes are still out.";
    "gone-anyway": ANY on (VolumeLost) => refuse:
        "Nothing is out.";
    "damaged": ANY on (StaffDamaged) if scan_is_known => stay [MarkDamaged, TellNote]:
        "The requester hears of the damage.";
    "damaged-no": ANY on (StaffDamaged) => refuse:
        "No such volume.";

    // Questions.
    "status": ANY on (StatusRequest) => stay [AnswerStatus]:
        "The requester hears how things stand.";
    "reminder": ANY on (Reminder) => stay [TellStatus]:
        "A reminder makes no request: the requester hears the status.";
    "retry-check": (RetryOffered) on (Retry) if item_can_be_checked => Checking [Adopt, CallIls(Step::CheckItem)]:
        "The requester asks again: the ILS is asked again.";
    "retry": (RetryOffered) on (Retry) => OnPullList [Adopt, PlaceHoldIfNone, Notify(NotificationKind::NewRequest)]:
        "The requester asks again: staff look again.";
    "retry-unoffered": ANY on (Retry) => stay [Adopt, TellAgain]:
        "No retry is offered now: the request goes on under the new id, and the requester hears how things stand.";

    // What became of our messages.
    "told": ANY on (TellDelivered TellDropped) => stay:
        "The requester took the message, or staff dropped it.";
    "told-refused": ANY on (TellRefused) => stay [Incident("requester.refused")]:
        "The status stands, and staff must look.";
    "told-undelivered": ANY on (TellUndelivered) => stay [Incident("peer.undeliverable")]:
        "The message holds its lane until staff send it again or drop it.";

    // Clocks.
    "pull-too-late": (Checking OnPullList) on (PullTimer) if is_late_already => Unfilled [CancelIlsCall(Step::CheckItem), TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "Staff have not answered in twice the time: it is not supplied.";
    "pull-late": (Checking OnPullList) on (PullTimer) => stay [Incident("pull.late"), RestartClock(Clock::Pull)]:
        "Staff must pull it and answer.";
    "pull-no": ANY on (PullTimer) => refuse:
        "Nothing waits to be pulled.";
    "ship-too-late": (WillSupply) on (ShipTimer) if is_late_already => Unfilled [TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "Staff have not sent it in twice the time: it is not supplied.";
    "ship-late": (WillSupply) on (ShipTimer) => stay [Incident("ship.late"), RestartClock(Clock::Ship)]:
        "Staff must send it.";
    "ship-no-more": ANY on (ShipTimer) => refuse:
        "Nothing waits to be sent.";
    "no-reply": (Conditional RetryOffered) on (ReplyTimer) => Unfilled [TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "The requester has not replied in time.";
    "cancel-unanswered": (Cancelling) on (ReplyTimer) => Cancelled [AnswerPendingCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "Staff have not said that it has gone: yes.";
    "renewal-unanswered": (RenewalAsked) on (ReplyTimer) => resume [RefusePendingRenewal, CancelRenewals]:
        "No answer came in time: no.";
    "reply-no": ANY on (ReplyTimer) => refuse:
        "No reply is awaited.";
    "transit-received": (Shipped) on (TransitTimer) if is_received => refuse:
        "It has arrived.";
    "transit-late": (Shipped) on (TransitTimer) => stay [Incident("transit.late")]:
        "It ought to have arrived: staff must look.";
    "transit-no": ANY on (TransitTimer) => refuse:
        "Nothing is on its way to the requester.";
    "return-late": (Returning) on (ReturnTimer) => stay [Incident("return.late"), RestartClock(Clock::ReturnTransit)]:
        "It ought to be back: staff must look.";
    "return-no": ANY on (ReturnTimer) => refuse:
        "Nothing is on its way back.";
    "needed-no-more": UNSHIPPED on (NeedBeforeTimer) => Unfilled [CancelIlsCall(Step::CheckItem), TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "The item is needed no more, and has not gone.";
    "needed-no-more-cancelling": (Cancelling) on (NeedBeforeTimer) => stay:
        "The answer to the cancel says what becomes of it.";
    "needed-anyway": ANY on (NeedBeforeTimer) => refuse:
        "It has gone, or the request is over.";

    // More of staff.
    "note": ANY on (StaffNote) => stay [TellNote]:
        "The requester hears what staff write.";
    "step-now": ANY on (StaffRetryStep) if step_waits => stay [HurryStep]:
        "The ILS has not answered: it is asked again at once.";
    "step-again": ANY on (StaffRetryStep) if step_has_failed => stay [RetryStep]:
        "The ILS is asked again.";
    "step-again-no": ANY on (StaffRetryStep) => refuse:
        "That step is not open.";
    "step-by-hand": ANY on (StaffDoneByHand) if step_is_open => stay [TakeStepAsDone]:
        "Staff did what the ILS did not.";
    "step-by-hand-no": ANY on (StaffDoneByHand) => refuse:
        "That step is not open.";
    "step-given-up": ANY on (StaffGiveUp) if step_is_open => stay [GiveStepUp]:
        "It goes on without that step.";
    "step-given-up-no": ANY on (StaffGiveUp) => refuse:
        "That step is not open.";
    "close-cancelling": (Cancelling) on (StaffClose) => Closed [AnswerPendingCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "Staff close the request: yes to the cancel.";
    "close-unsent": (Received Checking OnPullList WillSupply Conditional RetryOffered Shipping) on (StaffClose) => Closed [CancelIlsCall(Step::CheckItem), AnswerPendingCancel(Y), TellFinalOnce(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHoldIfAny, End]:
        "Staff close the request: it is not supplied.";
    "close": OUT on (StaffClose) => Closed [RefusePendingRenewal, CancelRenewals, TellClosed, End]:
        "Staff close the request with the item out, and the requester is told.";
    "close-over": ANY on (StaffClose) => refuse:
        "The request is over.";
    "resolve-incidents": ANY on (StaffResolve) if incidents_are_open => stay [ResolveIncidents]:
        "Staff have looked.";
    "resolve-nothing": ANY on (StaffResolve) => refuse:
        "Nothing needs staff but what the ILS did not do.";
}
