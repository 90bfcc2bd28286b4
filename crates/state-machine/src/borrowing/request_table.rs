//! The table of a request: what each message, volume, clock and act of staff does to it, in every phase.

use iso18626::Action::{Cancel, Received, Renew, StatusRequest};
use loan_model::{NotificationKind, ils::Step};

use super::{
    actions::RequestAction::{
        self, AgreeTerms, AnswerRenewal, AskRenewal, CallIlsIfUsed, EachVolume, Edit, End, ForgetVolumes,
        GiveStepUp, HurryStep, Incident, IncidentEachTime, MarkOver, MarkUnwanted, Named, Notify, Now,
        RecordArrivals, RecordCharge, RecordCopy, RecordDenial, RecordVolumes, Reopen, Resolve,
        ResolveIncidents, RetryStep, Send, SendAgreement, SendClosed, SendNote, SendRefusal, SendRequest,
        SendRetry, SendReturnIfAny, SetPickup, TakeStepAsDone,
    },
    guards,
    machine::Borrowing,
    phases::Phase,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::interpreter::rows;

const ANY: &[Phase] = Phase::ALL;
/// The request is out, and nothing has shipped.
const OUT: &[Phase] =
    &[Phase::Sent, Phase::Expecting, Phase::Promised, Phase::Conditional, Phase::RetryOffered];
/// As before, or being cancelled.
const UNSHIPPED: &[Phase] = &[
    Phase::Sent,
    Phase::Expecting,
    Phase::Promised,
    Phase::Conditional,
    Phase::RetryOffered,
    Phase::Cancelling,
];
/// An item is in our custody or on its way.
const CUSTODY: &[Phase] = &[Phase::Shipped, Phase::Received, Phase::PartlyReturned, Phase::Returned];
/// The supplier knows of the request, and it is not over.
const KNOWN: &[Phase] = &[
    Phase::Sent,
    Phase::Expecting,
    Phase::Promised,
    Phase::Conditional,
    Phase::RetryOffered,
    Phase::Cancelling,
    Phase::Shipped,
    Phase::Received,
    Phase::PartlyReturned,
    Phase::Returned,
    Phase::CopySent,
];

rows! { REQUEST_TABLE: Borrowing, Phase, RequestTrigger, RequestAction then RequestTrigger;
    // Before it is sent.
    "opened": (Checking) on (Opened) if the_patron_is_checked => stay [CallIlsIfUsed(Step::CheckPatron)]:
        "The ILS is asked whether the patron may borrow.";
    "opened-unchecked": (Checking) on (Opened) => stay [Now(RequestTrigger::PatronGood)]:
        "The patron is not checked.";
    "opened-already": ANY on (Opened) => refuse:
        "The request is under way.";
    "duplicate": (Checking) on (PatronGood) if it_is_a_duplicate => Draft [Incident("request.duplicate")]:
        "The same patron asked for the same item not long ago: staff decide.";
    "entered": (Checking) on (PatronGood) if staff_entered_it => Draft:
        "Staff entered it, and look at it before it is sent.";
    "good": (Checking) on (PatronGood) => Sent [SendRequest]:
        "The patron may borrow: the request goes out.";
    "good-after-all": (Draft) on (PatronGood) if only_the_check_held_it => Sent [Resolve("patron.refused"), SendRequest]:
        "The check was all that it waited for.";
    "good-draft": (Draft) on (PatronGood) => stay [Resolve("patron.refused")]:
        "Staff still look at it before it is sent.";
    "good-late": ANY on (PatronGood) => refuse:
        "The check is not awaited any more.";
    "patron-unknown": (Checking) on (PatronRefused) if the_patron_is_unknown => Refused [End]:
        "The ILS does not know the patron.";
    "patron-refused": (Checking) on (PatronRefused) => Draft [Incident("patron.refused")]:
        "The ILS does not accept the patron: staff decide.";
    "patron-refused-draft": (Draft) on (PatronRefused) => stay [Incident("patron.refused")]:
        "The ILS does not accept the patron: staff decide.";
    "patron-refused-late": ANY on (PatronRefused) => refuse:
        "The check is not awaited any more.";
    "check-failed": (Checking) on (StepFailed) => Draft [Incident("ils.step-failed")]:
        "The patron could not be checked: staff decide.";
    "check-given-up": (Checking) on (CheckGivenUp) => Draft:
        "The patron is not checked: staff decide.";
    "check-given-up-late": ANY on (CheckGivenUp) => stay:
        "Staff still look at it, or the check is not awaited any more.";
    "step-failed": ANY on (StepFailed) => stay [Incident("ils.step-failed")]:
        "Staff must see to what the ILS did not do.";
    "charged": ANY on (Charged) => stay:
        "The patron is charged.";
    "too-late": (Checking Draft) on (NeedBeforeTimer) => Cancelled [End]:
        "The item is needed no more.";
    "too-late-sent": ANY on (NeedBeforeTimer) => refuse:
        "The broker keeps this date once it has the request.";
    "send": (Checking Draft) on (Send) => Sent [Resolve("patron.refused"), Resolve("request.duplicate"), Resolve("broker.refused"), SendRequest]:
        "Staff send it.";
    "send-again": ANY on (Send) => refuse:
        "It has been sent.";
    "edit": (Draft RetryOffered) on (Edit) => stay [Edit]:
        "It is corrected before it is sent.";
    "edit-late": ANY on (Edit) => refuse:
        "It can be corrected only before it is sent, or sent again.";
    "set-pickup": (Checking Draft Sent Expecting Promised Conditional RetryOffered Shipped) on (SetPickup) => stay [SetPickup]:
        "Where the patron picks it up is the library's own affair until it is here.";
    "set-pickup-late": ANY on (SetPickup) => refuse:
        "The ILS has been told where it is picked up, or nobody picks it up.";

    // What the supplier says before it ships.
    "acknowledged": ANY on (Acknowledged) => stay:
        "The request was received, which the confirmation said already.";
    "expects-anew": (Shipped) on (ExpectToSupply) if it_was_denied => Expecting [ForgetVolumes]:
        "What was said to be sent never left: another supplier has the request.";
    "promised-anew": (Shipped) on (WillSupply) if it_was_denied => Promised [ForgetVolumes, Notify(NotificationKind::WillBeSupplied)]:
        "What was said to be sent never left: another supplier will supply.";
    "terms-anew": (Shipped) on (Terms) if it_was_denied => Conditional [ForgetVolumes, Notify(NotificationKind::ConditionNamed)]:
        "What was said to be sent never left: staff must agree to another supplier's condition, or decline.";
    "loaned-anew": (Shipped) on (Loaned) if it_was_denied => stay [Resolve("loan.denied"), ForgetVolumes, RecordVolumes, Notify(NotificationKind::Shipped)]:
        "It is on its way after all, or another supplier's is.";
    "expects": OUT on (ExpectToSupply) => Expecting:
        "A supplier has the request; nothing is promised.";
    "expects-cancelling": (Cancelling) on (ExpectToSupply) => stay:
        "The answer to the cancel decides.";
    "expects-late": ANY on (ExpectToSupply) => refuse:
        "It is beyond that.";
    "promised-again": (Promised) on (WillSupply) => stay:
        "It is promised already.";
    "promised": OUT on (WillSupply) => Promised [Notify(NotificationKind::WillBeSupplied)]:
        "A supplier will supply.";
    "promised-cancelling": (Cancelling) on (WillSupply) => stay:
        "The answer to the cancel decides.";
    "promised-late": ANY on (WillSupply) => refuse:
        "It is beyond that.";
    "terms": OUT on (Terms) => Conditional [Notify(NotificationKind::ConditionNamed)]:
        "Staff must agree or decline.";
    "terms-cancelling": (Cancelling) on (Terms) => stay:
        "The answer to the cancel decides.";
    "terms-late": ANY on (Terms) => refuse:
        "It is beyond that.";
    "retry-possible": OUT on (RetryPossible) => RetryOffered [Notify(NotificationKind::ConditionNamed)]:
        "Staff may ask again on other terms.";
    "retry-cancelling": (Cancelling) on (RetryPossible) => stay:
        "The answer to the cancel decides.";
    "retry-late": ANY on (RetryPossible) => refuse:
        "It is beyond that.";
    "unfilled": OUT on (Unfilled) => Unfilled [Notify(NotificationKind::Unfilled), End]:
        "No library can supply it.";
    "unfilled-cancelling": (Cancelling) on (Unfilled) => Cancelled [End]:
        "No library can supply it, and it is not wanted.";
    "unfilled-after-denial": (Shipped) on (Unfilled) if it_was_denied_as_news => Unfilled [ForgetVolumes, Notify(NotificationKind::Unfilled), End]:
        "What was said to be sent never left, and no library can supply it.";
    "cancelled-after-denial": (Shipped) on (SaysCancelled CancelYes) if it_was_denied_as_news => Cancelled [ForgetVolumes, End]:
        "What was said to be sent never left, and the request is withdrawn.";
    "denied": (Shipped) on (Unfilled SaysCancelled CancelYes Denied) if nothing_has_arrived => stay [RecordDenial, Incident("loan.denied")]:
        "The supplier shipped and says now that it does not supply: staff say whether the item ever left.";
    "denied-elsewhere": ANY on (Denied) => stay:
        "News changes nothing: it never ends a request.";
    "unfilled-in-custody": CUSTODY on (Unfilled) => stay [Incident("supplier.contradicts")]:
        "It has shipped; that cannot be.";
    "unfilled-late": ANY on (Unfilled) => refuse:
        "It is over, or was never sent.";
    "cancelled-by-supplier": UNSHIPPED on (SaysCancelled CancelYes) => Cancelled [End]:
        "The request is withdrawn.";
    "cancelled-in-custody": CUSTODY on (SaysCancelled CancelYes) => stay [Incident("supplier.contradicts")]:
        "It has shipped; that cannot be.";
    "cancelled-late": ANY on (SaysCancelled CancelYes) => refuse:
        "It is over, or was never sent.";
    "cancel-refused": (Cancelling) on (CancelNo CancelRefused) => resume [MarkUnwanted, Incident("cancel.refused")]:
        "The supplier keeps the request: it stands where it stood, and what comes is sent back.";
    "cancel-refused-late": ANY on (CancelNo CancelRefused) => refuse:
        "No cancel waits for an answer.";

    // What the supplier says of an item.
    "loaned": OUT on (Loaned) => Shipped [RecordVolumes, Notify(NotificationKind::Shipped)]:
        "It is on its way.";
    "loaned-copy": (CopySent) on (Loaned) => Shipped [RecordVolumes, Notify(NotificationKind::Shipped)]:
        "It is a loan after all.";
    "loaned-cancelling": (Cancelling) on (Loaned) => Shipped [MarkUnwanted, RecordVolumes, Notify(NotificationKind::Shipped), Incident("cancel.too-late")]:
        "It had shipped when the cancel came: it is received and sent back.";
    "loaned-again": CUSTODY on (Loaned) => stay [RecordVolumes]:
        "More volumes, or barcodes, or another date.";
    "extended": CUSTODY on (DueLater) => stay [RecordVolumes, Resolve("due.earlier"), Resolve("renewal.refused"), EachVolume(VolumeTrigger::RenewGranted)]:
        "The supplier lets it be kept longer, unasked: the patron's date and the ILS follow.";
    "shortened": CUSTODY on (DueEarlier) => stay [RecordVolumes, Incident("due.earlier")]:
        "An earlier date without a recall is not taken over: staff must look.";
    "moved-nothing": ANY on (DueLater DueEarlier) => refuse:
        "Nothing is here.";
    "loaned-after-end": (Unfilled Cancelled Closed) on (Loaned) => Shipped [Reopen, MarkUnwanted, RecordVolumes, Incident("loan.after-end")]:
        "It comes although the request is over: it must go back.";
    "loaned-late": ANY on (Loaned) => refuse:
        "The loan is over, or was never asked for.";
    "copy": UNSHIPPED on (CopyCompleted) if the_copy_is_there => Completed [RecordCopy, Notify(NotificationKind::CopyReady), End]:
        "The copy can be fetched.";
    "copy-on-its-way": UNSHIPPED on (CopyCompleted) => CopySent [Notify(NotificationKind::Shipped)]:
        "The copy is on its way.";
    "copy-there": (CopySent) on (CopyCompleted) if the_copy_is_there => Completed [RecordCopy, Notify(NotificationKind::CopyReady), End]:
        "The copy can be fetched.";
    "copy-after-end": (Unfilled Cancelled Closed) on (CopyCompleted) => stay [RecordCopy, Incident("copy.after-end")]:
        "A copy comes although the request is over.";
    "copy-late": ANY on (CopyCompleted) => refuse:
        "It is over, or a loan, or was never sent.";
    "overdue": (Shipped Received PartlyReturned) on (Overdue) => stay [EachVolume(VolumeTrigger::SupplierOverdue), Notify(NotificationKind::DueBack)]:
        "The supplier misses it.";
    "overdue-returned": (Returned) on (Overdue) => stay:
        "It is on its way back.";
    "overdue-unshipped": UNSHIPPED on (Overdue Recalled) => stay [Incident("supplier.contradicts")]:
        "It has not shipped; that cannot be.";
    "recalled": (Shipped Received PartlyReturned) on (Recalled) => stay [Incident("item.recalled"), EachVolume(VolumeTrigger::Recall), Notify(NotificationKind::Recalled)]:
        "The supplier wants it back before it is due.";
    "recalled-returned": (Returned) on (Recalled) => stay:
        "It is on its way back.";
    "overdue-late": ANY on (Overdue Recalled) => refuse:
        "Nothing is here.";
    "completed-while-here": (Shipped Received PartlyReturned) on (LoanCompleted) if something_is_here => stay [MarkOver, Incident("loan.completed-while-here")]:
        "The supplier says that it has it back, and it is here: staff say where it is.";
    "completed": CUSTODY on (LoanCompleted) => Completed [EachVolume(VolumeTrigger::SupplierHasIt), End]:
        "The supplier has it back.";
    "completed-unshipped": UNSHIPPED on (LoanCompleted) => Completed [End]:
        "The supplier has it back; that it shipped was never heard.";
    "completed-late": ANY on (LoanCompleted) => refuse:
        "It is over, or was never sent.";
    "written-off": KNOWN on (CompletedWithoutReturn) => Completed [EachVolume(VolumeTrigger::WriteOff), End]:
        "The supplier does not want it back.";
    "written-off-late": ANY on (CompletedWithoutReturn) => refuse:
        "It is over, or was never sent.";
    "hold-return": CUSTODY on (HoldReturn) => stay [Incident("return.held")]:
        "The supplier asks to hold on to it.";
    "hold-return-late": ANY on (HoldReturn) => refuse:
        "Nothing is here.";
    "release-return": CUSTODY on (ReleaseHoldReturn) => stay [Resolve("return.held")]:
        "It may go back.";
    "release-return-late": ANY on (ReleaseHoldReturn) => refuse:
        "Nothing is here.";
    "renewed": CUSTODY on (RenewYes) => stay [AnswerRenewal, Resolve("renewal.refused"), EachVolume(VolumeTrigger::RenewGranted)]:
        "It may be kept longer.";
    "renewed-late": ANY on (RenewYes) => refuse:
        "Nothing is here.";
    "not-renewed": CUSTODY on (RenewNo RenewRefused) => stay [AnswerRenewal, Incident("renewal.refused"), EachVolume(VolumeTrigger::RenewDenied), Notify(NotificationKind::DueBack)]:
        "It may not be kept longer.";
    "not-renewed-late": ANY on (RenewNo RenewRefused) => refuse:
        "Nothing is here.";
    "news": ANY on (News) => stay:
        "News changes nothing: it never ends a request.";
    "stale": ANY on (Stale) => refuse:
        "It answers an earlier request, which is out of it.";

    // What became of messages.
    "delivered": ANY on (Delivered) => stay:
        "The broker took it.";
    "request-refused": (Sent) on (RequestRefused RequestUndelivered) => Draft [Incident("broker.refused")]:
        "The broker did not take the request: staff correct it and send it again.";
    "request-refused-late": ANY on (RequestRefused RequestUndelivered) => refuse:
        "It was taken after all, or is over.";
    "undelivered": ANY on (Undelivered) => stay [Incident("peer.undeliverable")]:
        "Staff must see to a message that cannot be delivered.";
    "message-refused": ANY on (MessageRefused) => stay [Incident("broker.refused")]:
        "The broker did not take a message; where the item is does not change by that.";

    // Clocks.
    "quiet": (Sent Expecting Promised Cancelling CopySent) on (AnswerTimer) => stay [Send(StatusRequest), Incident("supplier.quiet")]:
        "No news in time: the supplier is asked.";
    "quiet-late": ANY on (AnswerTimer) => refuse:
        "No answer is awaited.";
    "unanswered": (Conditional RetryOffered) on (ReplyTimer) => stay [Incident("reply.awaited")]:
        "The supplier waits for the answer of staff.";
    "unanswered-late": ANY on (ReplyTimer) => refuse:
        "No answer is awaited.";
    "return-late": (Returned) on (ReturnTimer) => stay [Send(StatusRequest), Incident("return.late")]:
        "It should have been checked in by now: the supplier is asked.";
    "return-late-over": ANY on (ReturnTimer) => refuse:
        "Nothing is on its way back.";

    // What happens to volumes.
    "arrived-all": (Sent Expecting Promised Conditional RetryOffered Cancelling Shipped Received CopySent) on (VolumeArrived) if all_have_arrived => Received [Send(Received)]:
        "All of it is here.";
    "arrived-some": (Sent Expecting Promised Conditional RetryOffered Cancelling Shipped Received CopySent) on (VolumeArrived) => Received:
        "Some of it is here.";
    "arrived-more": (PartlyReturned Returned) on (VolumeArrived) if all_have_arrived => PartlyReturned [Send(Received)]:
        "The rest of it is here.";
    "arrived-some-more": (PartlyReturned Returned) on (VolumeArrived) => PartlyReturned:
        "More of it is here.";
    "arrived-over": ANY on (VolumeArrived) => refuse:
        "It is over, or was never sent.";
    "gone-over": CUSTODY on (VolumeGone) if nothing_is_left_and_the_supplier_is_done => Completed [SendReturnIfAny, EachVolume(VolumeTrigger::SupplierHasIt), End]:
        "The last volume is gone, and the supplier said so before.";
    "gone": CUSTODY on (VolumeGone) if nothing_is_left => Returned [SendReturnIfAny, Resolve("item.recalled")]:
        "The last volume is gone: the supplier is told.";
    "gone-partly": CUSTODY on (VolumeGone) => PartlyReturned:
        "The rest is still to go.";
    "gone-late": ANY on (VolumeGone) => refuse:
        "Nothing is here.";
    "found": CUSTODY on (VolumeFound) => PartlyReturned:
        "It can go back after all.";
    "found-late": ANY on (VolumeFound) => refuse:
        "It is over.";

    // What the patron does.
    "cancel-before": (Checking Draft) on (Cancel PatronCancels) => Cancelled [End]:
        "No supplier has been asked.";
    "cancel": OUT on (Cancel PatronCancels) => Cancelling [Send(Cancel)]:
        "The supplier is asked to let it go.";
    "cancel-in-custody": (Shipped Received PartlyReturned) on (Cancel PatronCancels) if something_is_not_taken => stay [MarkUnwanted, EachVolume(VolumeTrigger::Unwanted)]:
        "It has shipped: what the patron has not taken goes back.";
    "cancel-late": ANY on (Cancel PatronCancels) => refuse:
        "It is being cancelled, or the patron has it, or it is over.";
    "renew-never": ANY on (Renew PatronRenewed) if renewals_are_off => refuse:
        "The library asks for no renewals.";
    "renew-pending": ANY on (Renew PatronRenewed) if a_renewal_is_asked => refuse:
        "The supplier has been asked.";
    "renew": (Received PartlyReturned) on (Renew PatronRenewed) => stay [AskRenewal, Send(Renew)]:
        "The supplier is asked.";
    "renew-nothing": ANY on (Renew PatronRenewed) => refuse:
        "Nothing is here.";

    // Staff.
    "agree-promised": (Conditional) on (AgreeCondition) if it_is_promised => Promised [AgreeTerms, SendAgreement]:
        "The supplier hears that the condition is agreed.";
    "agree": (Conditional) on (AgreeCondition) => Expecting [AgreeTerms, SendAgreement]:
        "The supplier hears that the condition is agreed.";
    "agree-nothing": ANY on (AgreeCondition) => refuse:
        "No condition waits for an answer.";
    "decline": (Conditional) on (DeclineCondition) => Sent [SendRefusal]:
        "The broker hears it, and asks the next supplier.";
    "decline-nothing": ANY on (DeclineCondition) => refuse:
        "No condition waits for an answer.";
    "retry": (RetryOffered) on (Retry) => Sent [SendRetry]:
        "It is asked for again, under a new id that names the old one.";
    "retry-nothing": ANY on (Retry) => refuse:
        "No retry is offered.";
    "receive-copy": (CopySent) on (Receive Arrived) => Completed [Send(Received), Notify(NotificationKind::CopyReady), End]:
        "The copy is here.";
    "receive-again": KNOWN on (Receive Arrived) if all_is_here_already => refuse:
        "All of it is here; the barcode of another volume would have to be named.";
    "receive": KNOWN on (Receive Arrived) => stay [RecordArrivals]:
        "It has arrived.";
    "receive-after-end": (Unfilled Cancelled Closed) on (Receive) => Shipped [Reopen, MarkUnwanted, Incident("loan.after-end"), RecordArrivals]:
        "It has arrived although the request is over: it must go back.";
    "receive-nothing": ANY on (Receive Arrived) => refuse:
        "Nothing was sent.";
    "copy-received": (Sent Expecting Promised CopySent) on (CopyReceived) => Completed [RecordCopy, Send(Received), Notify(NotificationKind::CopyReady), End]:
        "The copy is here.";
    "copy-received-late": ANY on (CopyReceived) => refuse:
        "No copy is awaited.";
    "notice-unclear": ANY on (NoticeUnclear) => stay [IncidentEachTime("notice.unclear")]:
        "Nothing tells whether it is about this request or another: staff must look, and nothing moves.";
    "pick-up": CUSTODY on (PickUp) => stay [Named(VolumeTrigger::PickUp)]:
        "The patron takes it.";
    "pick-up-nothing": ANY on (PickUp) => refuse:
        "Nothing is here.";
    "check-in": CUSTODY on (CheckIn) => stay [Named(VolumeTrigger::CheckIn)]:
        "The patron has brought it back.";
    "check-in-nothing": ANY on (CheckIn) => refuse:
        "Nothing is here.";
    "never-left": (Shipped) on (NeverLeft) if it_was_denied => Sent [ForgetVolumes, Send(Cancel), SendRequest]:
        "It never left: the broker is asked to let it go, and is asked anew.";
    "never-left-nothing": ANY on (NeverLeft) => refuse:
        "No supplier that shipped has said that it does not supply, or the item has arrived.";
    "ship-back": CUSTODY on (ShipBack) => stay [Named(VolumeTrigger::ShipBack)]:
        "It goes back.";
    "ship-back-nothing": ANY on (ShipBack) => refuse:
        "Nothing is here.";
    "report-lost": CUSTODY on (ReportLost) => stay [Named(VolumeTrigger::ReportLost)]:
        "It is lost.";
    "report-lost-nothing": ANY on (ReportLost) => refuse:
        "Nothing is here.";
    "report-damaged": CUSTODY on (ReportDamaged) => stay [Named(VolumeTrigger::ReportDamaged)]:
        "It is damaged.";
    "report-damaged-nothing": ANY on (ReportDamaged) => refuse:
        "Nothing is here.";
    "charge-off": ANY on (Charge) if the_ils_does_not_charge => refuse:
        "The library's settings do not use charges in the ILS.";
    "charge": ANY on (Charge) => stay [RecordCharge, CallIlsIfUsed(Step::ChargePatron)]:
        "The ILS is asked to charge the patron.";
    "note": KNOWN on (Note) => stay [SendNote]:
        "The supplier reads it.";
    "note-nobody": ANY on (Note) => refuse:
        "There is no supplier to write to.";
    "ask-status": KNOWN on (AskStatus) => stay [Send(StatusRequest)]:
        "The supplier is asked how things stand.";
    "ask-status-nobody": ANY on (AskStatus) => refuse:
        "There is no supplier to ask.";
    "retry-step-moot": ANY on (RetryStep) if the_step_is_moot => stay [GiveStepUp]:
        "The volume has moved on: there is nothing left to ask for.";
    "retry-step-now": ANY on (RetryStep) if the_step_waits => stay [HurryStep]:
        "The ILS has not answered: it is asked once more at once.";
    "retry-step": ANY on (RetryStep) if the_step_is_open => stay [RetryStep]:
        "The ILS is asked once more.";
    "retry-step-nothing": ANY on (RetryStep) => refuse:
        "No such step is open.";
    "done-by-hand": ANY on (DoneByHand) if the_step_is_open => stay [TakeStepAsDone]:
        "Staff did what the ILS did not do, or has not answered.";
    "done-by-hand-nothing": ANY on (DoneByHand) => refuse:
        "No such step is open.";
    "give-up": ANY on (GiveUp) if the_step_is_open => stay [GiveStepUp]:
        "It will not be done.";
    "give-up-nothing": ANY on (GiveUp) => refuse:
        "No such step is open.";
    "resolve-incidents": ANY on (ResolveIncidents) if incidents_are_open => stay [ResolveIncidents]:
        "Staff have looked at what needed them.";
    "resolve-nothing": ANY on (ResolveIncidents) => refuse:
        "Nothing needs staff but what the ILS did not do.";
    "close-before": (Checking Draft) on (Close) => Closed [End]:
        "No supplier has been asked.";
    "close": KNOWN on (Close) => Closed [SendClosed, EachVolume(VolumeTrigger::Close), End]:
        "Staff end it, and the supplier hears it.";
    "close-over": ANY on (Close) => refuse:
        "It is over.";
}
