//! The table of a lender's request: what each message, answer of the ILS, clock and act of staff does to it, in every phase.

use iso18626::{
    Status,
    YesNo::{N, Y},
};

use super::{
    guards,
    phases::Phase,
    rules::{
        Do::{
            AddVolumes, Adopt, AnswerCancel, AnswerStatus, Ask, Begin, DropRenewals, EachVolume, End,
            GrantRenewal, Incident, MarkDamaged, MarkReceived, Named, PlaceHold, RefuseCancel, RefuseRenewal,
            ReleaseHold, RepeatCancelled, RestartClock, SettleIncidents, ShipNamed, StepAgain, StepByHand,
            StepGivenUp, TakeDue, TellAboutReturn, TellAgain, TellClosed, TellCondition, TellCopy, TellDue,
            TellExpect, TellFinal, TellLoaned, TellNote, TellOverdue, TellRecalled, TellRetry, TellStaff,
            TellStatus, TellWillSupply, Unask, WishCancel, WishRenewal,
        },
        Lends,
    },
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    hosted::{Clock, Occasion, Step},
    rows::rows,
};

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
/// Something is in somebody else's hands.
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

rows! { REQUEST_TABLE: Lends, Phase, RequestTrigger then RequestTrigger;
    // Is it there?
    "opened-check": (Received) on (Opened) if item_can_be_checked => Checking [Begin, Ask(Step::CheckItem)]: "The ILS is asked whether it is there and may go.";
    "opened": (Received) on (Opened) => OnPullList [Begin, PlaceHold, TellStaff(Occasion::NewRequest)]: "Staff look for it on the shelf.";
    "opened-already": ANY on (Opened) => refuse: "The request is under way.";
    "available-promise": (Checking) on (Available) if availability_promises => WillSupply [PlaceHold, TellStaff(Occasion::NewRequest), TellWillSupply]: "It is there, and policy promises it at once.";
    "available-expect": (Checking) on (Available) if availability_expects => OnPullList [PlaceHold, TellStaff(Occasion::NewRequest), TellExpect]: "It is there: it will probably be supplied; the promise follows the pull.";
    "available": (Checking) on (Available) => OnPullList [PlaceHold, TellStaff(Occasion::NewRequest)]: "It is there; staff answer.";
    "available-later": (OnPullList) on (Available) if availability_expects => stay [PlaceHold, TellExpect]: "It is there after all.";
    "available-hold": (OnPullList) on (Available) => stay [PlaceHold]: "It is there after all; staff answer.";
    "unavailable": (Checking) on (Unavailable) if unavailable_is_unfilled => Unfilled [TellFinal(Status::Unfilled), End]: "It is not to be had, and policy says so at once.";
    "unavailable-staff": (Checking) on (Unavailable) => OnPullList [TellStaff(Occasion::NewRequest)]: "It is not to be had by the ILS; staff answer.";
    "unclear": (Checking) on (Unclear) => OnPullList [PlaceHold, TellStaff(Occasion::NewRequest)]: "The ILS does not say; staff look.";
    "check-failed": (Checking) on (CheckFailed) => OnPullList [Incident("ils.step-failed"), PlaceHold, TellStaff(Occasion::NewRequest)]: "The ILS could not be asked; staff look.";
    "check-failed-again": (OnPullList) on (CheckFailed) => stay [Incident("ils.step-failed")]: "The ILS could not be asked; staff look.";
    "check-late": ANY on (Available Unavailable Unclear CheckFailed) => refuse: "Staff have the request in hand: what the ILS says of the shelf changes nothing.";
    "hold-of-no-use": OVER on (HoldPlaced) => stay [ReleaseHold]: "The hold came after the end: it is given up.";
    "hold-of-no-use-retry": (RetryOffered) on (HoldPlaced) => stay [ReleaseHold]: "It is not to be supplied now: the hold is given up.";
    "hold-placed": ANY on (HoldPlaced) => stay: "Nobody else gets it.";
    "hold-failed-late": OVER on (HoldFailed) => refuse: "No hold is needed any more.";
    "hold-failed": ANY on (HoldFailed) => stay [Incident("ils.step-failed")]: "The request goes on without the hold, and staff must look.";
    "no-hold": ANY on (HoldNotWanted) => stay: "The request goes on without the hold.";
    "hold-released": ANY on (HoldReleased) => stay: "Others may have it again.";
    "release-failed": ANY on (ReleaseFailed) => stay [Incident("ils.step-failed")]: "The hold is still in the ILS, and staff must look.";
    "hold-gone": (OnPullList WillSupply Conditional Cancelling) on (NoticeHoldGone) => stay [Incident("hold.gone")]: "Somebody else may get it: staff must look.";
    "hold-gone-anyway": ANY on (NoticeHoldGone) => refuse: "No hold is needed now.";

    // Staff answer.
    "will-supply": (Checking OnPullList Conditional) on (StaffWillSupply) => WillSupply [Unask(Step::CheckItem), PlaceHold, TellWillSupply]: "The requester hears that it will be supplied.";
    "will-supply-late": ANY on (StaffWillSupply) => refuse: "It is promised, sent, or over.";
    "conditional": (Checking OnPullList WillSupply Conditional) on (StaffConditional) => Conditional [Unask(Step::CheckItem), PlaceHold, TellCondition]: "The requester must agree or decline.";
    "conditional-late": ANY on (StaffConditional) => refuse: "It is too late for a condition.";
    "retry-later": (Checking OnPullList WillSupply Conditional) on (StaffRetryLater) => RetryOffered [Unask(Step::CheckItem), TellRetry, EachVolume(VolumeTrigger::PutBack), ReleaseHold]: "The requester may ask again.";
    "retry-later-late": ANY on (StaffRetryLater) => refuse: "It is too late to offer a retry.";
    "cannot": (Checking OnPullList WillSupply Conditional RetryOffered Shipping) on (StaffUnfilled) => Unfilled [TellFinal(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "It cannot be supplied, for the reason that staff give.";
    "cannot-late": ANY on (StaffUnfilled) => refuse: "It has gone, a cancel waits for its answer, or the request is over.";
    "pulled": (Checking OnPullList) on (StaffPulled) => WillSupply [Unask(Step::CheckItem), AddVolumes, PlaceHold, TellWillSupply]: "It is off the shelf: the requester hears that it will be supplied.";
    "pulled-more": (WillSupply Conditional Cancelling) on (StaffPulled) => stay [AddVolumes]: "Another volume is off the shelf.";
    "pulled-late": ANY on (StaffPulled) => refuse: "Nothing is to be pulled now.";
    "agreed": (Conditional) on (Agree) => WillSupply [TellWillSupply, TellStaff(Occasion::ConditionAgreed)]: "The condition is agreed.";
    "declined": (Conditional) on (Reject) => Cancelled [TellFinal(Status::Cancelled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "The condition is declined.";
    "words": ANY on (Notification Agree Reject) => stay: "The requester's words are kept with the request.";

    // It goes.
    "ship": (Checking OnPullList WillSupply Cancelling) on (StaffShip) => Shipping [Unask(Step::CheckItem), AddVolumes, ShipNamed]: "What goes is checked out to the requester's library.";
    "ship-more": (Shipping) on (StaffShip) if scans_are_new => stay [AddVolumes, ShipNamed]: "Another volume goes along.";
    "ship-no": ANY on (StaffShip) => refuse: "It is on its way already, a condition or a retry is open, or the request is over.";
    "shipped-at-desk": (OnPullList WillSupply) on (NoticeShipped) if something_is_pulled => Shipping [ShipNamed]: "The ILS has shipped what was pulled.";
    "shipped-at-desk-anyway": ANY on (NoticeShipped) => refuse: "Nothing that was pulled waits to be shipped.";
    "loaned": (Shipping) on (VolumeReady) if all_are_ready => Shipped [EachVolume(VolumeTrigger::Leave), TakeDue, TellLoaned, AnswerCancel(N)]: "Everything is checked out: the requester hears what goes and when it is due.";
    "ready-one": (Shipping) on (VolumeReady) => stay: "The other volumes are awaited.";
    "ready-late": ANY on (VolumeReady) => refuse: "It has gone already.";
    "check-out-late": (Shipping) on (ShipTimer) => Shipped [EachVolume(VolumeTrigger::Leave), TakeDue, TellLoaned, AnswerCancel(N), Incident("check-out.late")]: "The ILS does not answer in time: the requester hears that it goes all the same.";
    "copy": (Checking OnPullList WillSupply Conditional Cancelling) on (StaffDeliverCopy) if copy_will_do => Completed [Unask(Step::CheckItem), TellCopy, AnswerCancel(N), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "A copy is delivered.";
    "copy-no": ANY on (StaffDeliverCopy) => refuse: "No copy is asked for, or it is too late for one.";
    "received": (Shipped) on (Received) => OnLoan [MarkReceived]: "The requester has it.";
    "received-early": (Shipping RenewalAsked) on (Received) => stay [MarkReceived]: "The requester has it.";
    "received-unsent": (Checking OnPullList WillSupply Conditional RetryOffered Cancelling Unfilled Cancelled) on (Received) => stay [Incident("loan.unrecorded")]: "The requester has something that is not recorded as sent: staff must look.";
    "received-again": ANY on (Received) => refuse: "That is known, or the request is over.";

    // The requester cancels.
    "cancel-maybe-gone": (WillSupply) on (Cancel) if parcels_go_unseen => Cancelling [WishCancel, TellStaff(Occasion::CancelAsked)]: "Staff must say whether it has gone.";
    "cancel": UNSHIPPED on (Cancel) => Cancelled [Unask(Step::CheckItem), AnswerCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "It has not gone: yes, and the hold is released.";
    "cancel-again": (Cancelling) on (Cancel) => refuse: "A cancel waits for its answer.";
    "cancelled-already": (Cancelled) on (Cancel) => stay [RepeatCancelled]: "It is cancelled.";
    "cancel-late": ANY on (Cancel) => stay [RefuseCancel]: "It has gone, or the request is over: no.";
    "cancel-yes": (Cancelling) on (StaffCancelYes) => Cancelled [AnswerCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "It has not gone: yes.";
    "cancel-no": (Cancelling) on (StaffCancelNo) => WillSupply [AnswerCancel(N)]: "It will be supplied all the same: no.";
    "cancel-unasked": ANY on (StaffCancelYes StaffCancelNo) => refuse: "No cancel waits for an answer.";

    // Renewals.
    "renew-never": OUT on (Renew) if renewals_are_refused => stay [RefuseRenewal]: "Policy renews nothing.";
    "renew-ils": (Shipped OnLoan Overdue PartlyReturned) on (Renew) if ils_renews => RenewalAsked [WishRenewal, EachVolume(VolumeTrigger::Renew)]: "The ILS is asked for each volume.";
    "renew-overdue": (Overdue) on (Renew) if renewals_are_granted => OnLoan [TakeDue, GrantRenewal]: "Policy renews it, late as it is.";
    "renew": (Shipped OnLoan PartlyReturned) on (Renew) if renewals_are_granted => stay [TakeDue, GrantRenewal, RestartClock(Clock::Due)]: "Policy renews it.";
    "renew-staff": (Shipped OnLoan Overdue PartlyReturned) on (Renew) => RenewalAsked [WishRenewal, TellStaff(Occasion::RenewalAsked)]: "Staff must answer.";
    "renew-again": (RenewalAsked) on (Renew) => refuse: "A renewal waits for its answer.";
    "renew-impossible": ANY on (Renew) => stay [RefuseRenewal]: "Nothing is on loan, or it is wanted back or on its way: no.";
    "renewed-overdue": (RenewalAsked) on (VolumeRenewed) if all_are_renewed_overdue => OnLoan [TakeDue, GrantRenewal]: "The ILS has renewed everything, late as it was.";
    "renewed": (RenewalAsked) on (VolumeRenewed) if all_are_renewed => resume [TakeDue, GrantRenewal]: "The ILS has renewed everything.";
    "renewed-one": (RenewalAsked) on (VolumeRenewed) => stay: "The other volumes are awaited.";
    "renewed-late": ANY on (VolumeRenewed) => refuse: "Nobody waits for a renewal now.";
    "not-renewed": (RenewalAsked) on (VolumeNotRenewed) => resume [RefuseRenewal, DropRenewals]: "The ILS refuses: no.";
    "not-renewed-late": ANY on (VolumeNotRenewed) => refuse: "Nobody waits for a renewal now.";
    "renew-yes-ils": (RenewalAsked) on (StaffRenewYes) if ils_is_to_renew => stay [EachVolume(VolumeTrigger::Renew)]: "The ILS is asked for each volume; the requester hears then.";
    "renew-yes-overdue": (RenewalAsked) on (StaffRenewYes) if was_overdue => OnLoan [DropRenewals, TakeDue, GrantRenewal]: "Staff renew it, late as it is.";
    "renew-yes": (RenewalAsked) on (StaffRenewYes) => resume [DropRenewals, TakeDue, GrantRenewal]: "Staff renew it.";
    "renew-no": (RenewalAsked) on (StaffRenewNo) => resume [RefuseRenewal, DropRenewals]: "Staff do not renew it.";
    "renew-unasked": ANY on (StaffRenewYes StaffRenewNo) => refuse: "No renewal waits for an answer.";
    "due-moved": (Shipped OnLoan PartlyReturned) on (VolumeDueMoved) if due_is_another => stay [TakeDue, TellDue, RestartClock(Clock::Due)]: "The ILS has renewed by itself: the requester hears the new date.";
    "due-moved-overdue": (Overdue) on (VolumeDueMoved) if due_is_another => OnLoan [TakeDue, TellDue]: "The ILS has renewed by itself: the requester hears the new date.";
    "due-known": ANY on (VolumeDueMoved) => refuse: "That is known, or its answer is under way.";

    // Called back, overdue.
    "recall": (Shipped OnLoan Overdue PartlyReturned) on (StaffRecall) => Recalled [EachVolume(VolumeTrigger::Recall), TakeDue, TellRecalled, RestartClock(Clock::Due)]: "It is wanted back.";
    "recall-instead": (RenewalAsked) on (StaffRecall) => Recalled [RefuseRenewal, DropRenewals, EachVolume(VolumeTrigger::Recall), TakeDue, TellRecalled, RestartClock(Clock::Due)]: "It is wanted back: no renewal.";
    "recall-no": ANY on (StaffRecall) => refuse: "Nothing is out, or it is recalled or on its way back.";
    "recalled-at-desk": (Shipped OnLoan Overdue PartlyReturned) on (VolumeRecalled) => Recalled [TakeDue, TellRecalled, RestartClock(Clock::Due)]: "The ILS has recalled it: the requester hears it.";
    "recalled-at-desk-instead": (RenewalAsked) on (VolumeRecalled) => Recalled [RefuseRenewal, DropRenewals, TakeDue, TellRecalled, RestartClock(Clock::Due)]: "The ILS has recalled it: no renewal.";
    "recalled-anyway": ANY on (VolumeRecalled) => refuse: "It is recalled or on its way back already, or nothing is out.";
    "overdue": (Shipped OnLoan Recalled PartlyReturned) on (DueTimer) => Overdue [TellOverdue, Incident("loan.overdue"), TellStaff(Occasion::Overdue)]: "It should have been back: the requester is reminded.";
    "overdue-not-now": ANY on (DueTimer) => refuse: "A renewal is open, it is on its way back, or nothing is out.";
    "send-overdue": (Shipped OnLoan Recalled PartlyReturned) on (StaffOverdue) => Overdue [TellOverdue]: "The requester is reminded.";
    "send-overdue-again": (Overdue) on (StaffOverdue) => stay [TellOverdue]: "The requester is reminded again.";
    "send-overdue-no": ANY on (StaffOverdue) => refuse: "Nothing is out, a renewal is open, or it is on its way back.";
    "keep-it": OUT on (StaffHoldReturn) => stay [TellAboutReturn(Status::HoldReturn)]: "The requester is asked to keep it for the time being.";
    "keep-it-no": ANY on (StaffHoldReturn) => refuse: "Nothing is out.";
    "let-it-come": OUT on (StaffReleaseHoldReturn) => stay [TellAboutReturn(Status::ReleaseHoldReturn)]: "The requester may send it back after all.";
    "let-it-come-no": ANY on (StaffReleaseHoldReturn) => refuse: "Nothing is out.";

    // It comes back, or not.
    "sent-back": (Shipped OnLoan Overdue Recalled PartlyReturned) on (ShippedReturn) => Returning [TellStaff(Occasion::OnItsWayBack)]: "It is on its way back.";
    "sent-back-instead": (RenewalAsked) on (ShippedReturn) => Returning [RefuseRenewal, DropRenewals, TellStaff(Occasion::OnItsWayBack)]: "It is on its way back: no renewal.";
    "sent-back-anyway": ANY on (ShippedReturn) => refuse: "That is known, or nothing is out.";
    "sent-on": OUT on (ShippedForward) => stay: "The requester has sent it on; it stays our item.";
    "sent-on-anyway": ANY on (ShippedForward) => refuse: "Nothing is out.";
    "held-on": OUT on (HoldReturn) => stay: "The requester holds on to it.";
    "held-on-anyway": ANY on (HoldReturn) => refuse: "Nothing is out.";
    "they-lost-it": OUT on (Lost VolumeMissing) => stay [Incident("item.lost")]: "Staff must say what follows.";
    "they-lost-it-anyway": ANY on (Lost VolumeMissing) => refuse: "Nothing is out.";
    "returned": OUT on (StaffReturned) if scans_are_out => stay [Named(VolumeTrigger::Back)]: "Staff have it back.";
    "returned-after-end": OVER on (StaffReturned) if scans_are_out => stay [Named(VolumeTrigger::Back)]: "It has turned up after all.";
    "returned-no": ANY on (StaffReturned) => refuse: "No such volume is out.";
    "all-back": OUT on (VolumeBack) if all_are_back => Completed [RefuseRenewal, DropRenewals, TellFinal(Status::LoanCompleted), End]: "The last volume is back: the loan is complete.";
    "rest-lost": OUT on (VolumeBack) if nothing_is_out => Completed [RefuseRenewal, DropRenewals, TellFinal(Status::CompletedWithoutReturn), End]: "What is not back is written off.";
    "back-one": (Shipped OnLoan PartlyReturned) on (VolumeBack) => PartlyReturned: "Other volumes are still out.";
    "back-one-instead": (RenewalAsked) on (VolumeBack) => PartlyReturned [RefuseRenewal, DropRenewals]: "Some are back: the rest is to be renewed by itself.";
    "back-one-anyway": (Overdue Recalled Returning) on (VolumeBack) => stay: "Other volumes are still out.";
    "back-after-end": OVER on (VolumeBack) => stay [TellStatus]: "What was written off is back: the requester hears it.";
    "back-never-out": ANY on (VolumeBack) => refuse: "Nothing is out.";
    "lost": OUT on (StaffLost) if scans_are_out_still => stay [Named(VolumeTrigger::WriteOff)]: "It is written off.";
    "lost-no": ANY on (StaffLost) => refuse: "No such volume is out.";
    "all-gone": OUT on (VolumeLost) if nothing_is_out => Completed [RefuseRenewal, DropRenewals, TellFinal(Status::CompletedWithoutReturn), End]: "Nothing is out any more, and not all came back.";
    "gone-one": OUT on (VolumeLost) => stay [TellNote]: "Other volumes are still out.";
    "gone-anyway": ANY on (VolumeLost) => refuse: "Nothing is out.";
    "damaged": ANY on (StaffDamaged) if scan_is_known => stay [MarkDamaged, TellNote]: "The requester hears of the damage.";
    "damaged-no": ANY on (StaffDamaged) => refuse: "No such volume.";

    // Questions.
    "status": ANY on (StatusRequest) => stay [AnswerStatus]: "The requester hears how things stand.";
    "reminder": ANY on (Reminder) => stay [TellStatus]: "A reminder makes no request: the requester hears the status.";
    "retry-check": (RetryOffered) on (Retry) if item_can_be_checked => Checking [Adopt, Ask(Step::CheckItem)]: "The requester asks again: the ILS is asked again.";
    "retry": (RetryOffered) on (Retry) => OnPullList [Adopt, PlaceHold, TellStaff(Occasion::NewRequest)]: "The requester asks again: staff look again.";
    "retry-unoffered": ANY on (Retry) => stay [Adopt, TellAgain]: "No retry is offered now: the request goes on under the new id, and the requester hears how things stand.";

    // What became of our messages.
    "told": ANY on (TellDelivered TellDropped) => stay: "The requester took the message, or staff dropped it.";
    "told-refused": ANY on (TellRefused) => stay [Incident("requester.refused")]: "The status stands, and staff must look.";
    "told-undelivered": ANY on (TellUndelivered) => stay [Incident("peer.undeliverable")]: "The message holds its lane until staff send it again or drop it.";

    // Clocks.
    "pull-too-late": (Checking OnPullList) on (PullTimer) if is_late_already => Unfilled [Unask(Step::CheckItem), TellFinal(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "Nobody has answered in twice the time: it is not supplied.";
    "pull-late": (Checking OnPullList) on (PullTimer) => stay [Incident("pull.late"), RestartClock(Clock::Pull)]: "Staff must pull it and answer.";
    "pull-no": ANY on (PullTimer) => refuse: "Nothing waits to be pulled.";
    "ship-too-late": (WillSupply) on (ShipTimer) if is_late_already => Unfilled [TellFinal(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "Nobody has sent it in twice the time: it is not supplied.";
    "ship-late": (WillSupply) on (ShipTimer) => stay [Incident("ship.late"), RestartClock(Clock::Ship)]: "Staff must send it.";
    "ship-no-more": ANY on (ShipTimer) => refuse: "Nothing waits to be sent.";
    "no-reply": (Conditional RetryOffered) on (ReplyTimer) => Unfilled [TellFinal(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "The requester has not replied in time.";
    "cancel-unanswered": (Cancelling) on (ReplyTimer) => Cancelled [AnswerCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "Nobody says that it has gone: yes.";
    "renewal-unanswered": (RenewalAsked) on (ReplyTimer) => resume [RefuseRenewal, DropRenewals]: "Nobody has answered in time: no.";
    "reply-no": ANY on (ReplyTimer) => refuse: "Nobody waits for a reply.";
    "transit-received": (Shipped) on (TransitTimer) if is_received => refuse: "It has arrived.";
    "transit-late": (Shipped) on (TransitTimer) => stay [Incident("transit.late")]: "It ought to have arrived: staff must look.";
    "transit-no": ANY on (TransitTimer) => refuse: "Nothing is on its way to the requester.";
    "return-late": (Returning) on (ReturnTimer) => stay [Incident("return.late"), RestartClock(Clock::ReturnTransit)]: "It ought to be back: staff must look.";
    "return-no": ANY on (ReturnTimer) => refuse: "Nothing is on its way back.";
    "needed-no-more": UNSHIPPED on (NeedBeforeTimer) => Unfilled [Unask(Step::CheckItem), TellFinal(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "The item is needed no more, and has not gone.";
    "needed-no-more-cancelling": (Cancelling) on (NeedBeforeTimer) => stay: "The answer to the cancel says what becomes of it.";
    "needed-anyway": ANY on (NeedBeforeTimer) => refuse: "It has gone, or the request is over.";

    // More of staff.
    "note": ANY on (StaffNote) => stay [TellNote]: "The requester hears what staff write.";
    "step-again": ANY on (StaffRetryStep) if step_has_failed => stay [StepAgain]: "The ILS is asked again.";
    "step-again-no": ANY on (StaffRetryStep) => refuse: "That step has not failed.";
    "step-by-hand": ANY on (StaffDoneByHand) if step_is_open => stay [StepByHand]: "Staff did what the ILS did not.";
    "step-by-hand-no": ANY on (StaffDoneByHand) => refuse: "That step is not open.";
    "step-given-up": ANY on (StaffGiveUp) if step_is_open => stay [StepGivenUp]: "It goes on without that step.";
    "step-given-up-no": ANY on (StaffGiveUp) => refuse: "That step is not open.";
    "close-cancelling": (Cancelling) on (StaffClose) => Closed [AnswerCancel(Y), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "Staff close the request: yes to the cancel.";
    "close-unsent": (Received Checking OnPullList WillSupply Conditional RetryOffered Shipping) on (StaffClose) => Closed [Unask(Step::CheckItem), TellFinal(Status::Unfilled), EachVolume(VolumeTrigger::PutBack), ReleaseHold, End]: "Staff close the request: it is not supplied.";
    "close": OUT on (StaffClose) => Closed [RefuseRenewal, DropRenewals, TellClosed, End]: "Staff close the request with the item out, and the requester is told.";
    "close-over": ANY on (StaffClose) => refuse: "The request is over.";
    "settle": ANY on (StaffSettle) if incidents_are_open => stay [SettleIncidents]: "Staff have looked.";
    "settle-nothing": ANY on (StaffSettle) => refuse: "Nothing needs staff but what the ILS did not do.";
}
