//! The table of a supplier's leg: what each message, outcome, clock and command does to it, in every state.

use iso18626::Action::{
    Cancel, HoldReturn, Lost, Notification, Received, Renew, ShippedForward, ShippedReturn, StatusRequest,
};

use super::{
    actions::LegAction::{
        self, AgreeTerms, AskRenewal, Count, Doubt, Incident, Press, RecordTerms, RefuseRenew, RelayDenial,
        RelayExtension, RelayNews, RelayRenewal, RelayStatus, Resolve, RestartClock, Send, SendRetry,
        TellReportRefused, VoidPromise, WithdrawRequest, WithdrawUnsentCancel,
    },
    guards,
    machine::Brokering,
    phases::LegState,
    state::Pressed::{Asked, CancelledAgain},
    trigger::{LegTrigger, RequestTrigger},
};
use crate::interpreter::rows;

const ANY: &[LegState] = LegState::ALL;
/// It has not said that it shipped: whatever was meant, it may yet.
const BEFORE_SHIPPING: &[LegState] = &[
    LegState::Sending,
    LegState::Asked,
    LegState::Expecting,
    LegState::Promised,
    LegState::Conditional,
    LegState::RetryOffered,
    LegState::Cancelling,
    LegState::CancelPending,
    LegState::PassedOver,
    LegState::Unfilled,
    LegState::Cancelled,
];

rows! { LEG_TABLE: Brokering, LegState, LegTrigger, LegAction then RequestTrigger;
    // The request on its way.
    "taken": (Sending) on (Delivered) => Asked:
        "The supplier took the request.";
    "taken-already": ANY on (Delivered) => stay:
        "That the supplier took the request was known, or matters no more.";
    "known-already": (Sending) on (RequestKnown) => Asked [Send(StatusRequest)]:
        "The supplier says that it has the request: an earlier attempt did arrive, and it is asked how things stand.";
    "known-already-late": (Cancelling CancelPending PassedOver) on (RequestKnown) => stay:
        "The supplier has the request: its answer to the cancel decides.";
    "refused": (Sending) on (RequestRefused) => Unfilled [Count("request.refused")] then LegLost:
        "A refused request goes to the next supplier.";
    "refused-while-cancelling": (Cancelling) on (RequestRefused) => Unfilled [WithdrawUnsentCancel] then LegUnfilled:
        "The supplier refused what was to be cancelled: nothing is left to cancel.";
    "refused-while-cancel-pending": (CancelPending) on (RequestRefused) => Unfilled [WithdrawUnsentCancel] then LegPassedOver:
        "The supplier refused what we were taking back.";
    "refused-late": (PassedOver) on (RequestRefused) => Unfilled [WithdrawUnsentCancel]:
        "The supplier never took the request: our cancel is of no use.";
    "refused-too-late": (Asked Expecting Promised Conditional RetryOffered Loaned Overdue Recalled Returning Unfilled Cancelled CopyCompleted LoanCompleted CompletedWithoutReturn Closed) on (RequestRefused RequestKnown) => refuse:
        "The supplier has answered: it has the request, whatever it says to a further attempt.";
    "undelivered": (Sending) on (RequestUndelivered) => Cancelled [WithdrawRequest, Count("request.undelivered")] then LegLost:
        "No attempt reached the supplier: the request is withdrawn and the rota moves on.";
    "astray": (Sending) on (RequestAstray) => PassedOver [WithdrawRequest, Send(Cancel), Count("request.undelivered")] then LegLost:
        "An attempt may have reached the supplier: a cancel follows and the rota moves on.";
    "undelivered-while-cancelling": (Cancelling) on (RequestUndelivered) => Cancelled [WithdrawRequest, WithdrawUnsentCancel] then LegLetGo:
        "The supplier never had what was to be cancelled.";
    "undelivered-while-cancel-pending": (CancelPending) on (RequestUndelivered) => Cancelled [WithdrawRequest, WithdrawUnsentCancel] then LegPassedOver:
        "The supplier never had what we were taking back.";
    "undelivered-late": (PassedOver) on (RequestUndelivered) => Cancelled [WithdrawRequest, WithdrawUnsentCancel]:
        "The supplier never had it: neither request nor cancel need go.";
    "astray-under-cancel": (Cancelling CancelPending PassedOver) on (RequestAstray) => stay [WithdrawRequest]:
        "The request makes room for the cancel behind it.";
    "undelivered-but-answered": (Asked Expecting Promised Conditional RetryOffered Loaned Overdue Recalled Returning Unfilled Cancelled CopyCompleted LoanCompleted CompletedWithoutReturn Closed)
        on (RequestUndelivered RequestAstray) => stay [WithdrawRequest]:
        "The supplier answered, so the request did arrive: it need not go again.";
    "deliver-over-unsent": (Sending) on (DeliverTimer) if request_unsent => Cancelled [WithdrawRequest, Count("request.undelivered")] then LegLost:
        "Out of time, and no attempt reached the supplier: withdrawn, and the rota moves on.";
    "deliver-over": (Sending) on (DeliverTimer) => PassedOver [Send(Cancel), Count("request.undelivered")] then LegLost:
        "Out of time, and an attempt may have arrived: a cancel follows, and the rota moves on.";

    // Before shipping.
    "stands-against-cancel": (Cancelling) on (WillSupply) if asked_about_the_cancel => resume [WithdrawUnsentCancel] then LegKept:
        "Asked what became of the requester's cancel, the other broker says that it will supply: that is a no.";
    "stands-against-the-next": (CancelPending) on (WillSupply) if asked_about_the_requester_s_cancel => Promised [WithdrawUnsentCancel] then LegKept:
        "Asked what became of the cancel of a requester that wants another supplier, the other broker says that it will supply: that is a no.";
    "answers-no-cancel": (Cancelling CancelPending) on (Acknowledged ExpectToSupply Terms NoNews) if asked_and_not_cancelled_again => stay [Press(CancelledAgain), Send(Cancel), Resolve("supplier.quiet"), Incident("supplier.quiet"), RestartClock]:
        "That the other broker has the request, or no word of it, answers no cancel: it is cancelled once more, staff are told to call it, and after that time the clock decides.";
    "acknowledged": (Sending Asked) on (Acknowledged) => Asked:
        "The supplier has the request and has not looked at it.";
    "expects": (Sending Asked Expecting) on (ExpectToSupply) => Expecting then LegExpects:
        "The supplier means to supply; its time to answer runs on.";
    "expects-under-cancel": (Cancelling CancelPending) on (ExpectToSupply) => refuse:
        "A cancel is with the supplier: its answer decides.";
    "promises": (Sending Asked Expecting Conditional RetryOffered) on (WillSupply) => Promised then LegPromises:
        "The supplier will supply.";
    "promises-again": (Promised) on (WillSupply) => stay then LegPromises:
        "WillSupply twice: the requester hears it, and the time to ship runs on.";
    "promises-under-cancel": (Cancelling) on (WillSupply) => refuse:
        "It crossed the requester's cancel: the answer to that decides.";
    "promises-while-the-requester-cancels": (CancelPending) on (WillSupply) if the_requester_cancels => refuse:
        "It crossed the requester's cancel: the answer to that decides.";
    "promises-while-cancel-pending": (CancelPending) on (WillSupply) => Promised [WithdrawUnsentCancel] then LegPromises:
        "The supplier answers after all: it keeps the request.";
    "promises-late": (PassedOver Unfilled Cancelled) on (WillSupply) => stay [Send(Cancel)]:
        "The supplier was passed over: its promise gets a cancel.";
    "promises-after-shipping": (Loaned Overdue Recalled Returning CopyCompleted LoanCompleted CompletedWithoutReturn Closed) on (WillSupply) => refuse:
        "The supplier has shipped, or is out of it.";
    "terms-agreed": (Sending Asked Expecting Promised Conditional) on (Terms) if terms_are_agreed => Promised then LegPromises:
        "These terms are agreed already.";
    "terms": (Sending Asked Expecting Promised Conditional RetryOffered) on (Terms) => Conditional [RecordTerms, RestartClock] then LegTerms:
        "A condition or a price before shipping waits for the requester's reply.";
    "terms-under-cancel": (Cancelling CancelPending) on (Terms) => refuse:
        "A cancel is with the supplier: its answer decides.";
    "terms-late": ANY on (Terms) => stay [RelayNews]:
        "Too late for a condition: the requester hears it as news.";
    "agree": (Conditional) on (Agree) => Promised [AgreeTerms, Send(Notification)]:
        "Agreeing is a notification; the time to ship runs.";
    "agree-to-nothing": ANY on (Agree) => stay [Send(Notification)]:
        "No condition waits for a reply: the words go on as words.";
    "decline": (Conditional) on (Decline) => PassedOver [Send(Cancel)] then LegPassedOver:
        "Declining ends the leg; the answer to our cancel is not passed on.";
    "decline-nothing": ANY on (Decline) => refuse:
        "No condition waits for a reply.";
    "reply-over": (Conditional) on (ReplyTimer) => PassedOver [Send(Cancel), Count("condition.expired")] then LegPassedOver:
        "The requester did not reply: the condition counts as declined.";
    "retry-is-unfilled": (Sending Asked Expecting Promised Conditional RetryOffered) on (RetryPossible) if retry_counts_as_unfilled => Unfilled then LegUnfilled:
        "By policy a retry of this supplier counts as unfilled.";
    "retry-offered": (Sending Asked Expecting Promised Conditional RetryOffered) on (RetryPossible) => RetryOffered [RestartClock] then LegRetry:
        "The requester may retry on these terms.";
    "retry-same": (RetryOffered) on (RetrySame) => Sending [SendRetry]:
        "The retry goes to the same supplier, under a fresh id that names the one before.";
    "retry-gone": (RetryOffered) on (RetryGone) => Unfilled:
        "The offer is not taken up.";
    "no-retry": ANY on (RetrySame RetryGone) => refuse:
        "No retry was offered.";
    "retry-over": (RetryOffered) on (RetryTimer) => Unfilled [Count("retry.expired")] then LegUnfilled:
        "The requester did not retry in time: the rota moves on.";
    "unfilled-after-a-promise": (Promised) on (Unfilled) => Unfilled then LegUnfilled:
        "The supplier withdraws its promise.";
    "unfilled": (Sending Asked Expecting Conditional RetryOffered) on (Unfilled) => Unfilled then LegUnfilled:
        "The supplier cannot supply.";
    "out-of-it-under-cancel": (Cancelling) on (Unfilled RetryPossible) => Unfilled then LegUnfilled:
        "The supplier does not hold on to it: nothing is left to cancel.";
    "out-of-it-while-cancel-pending": (CancelPending) on (Unfilled RetryPossible) => Unfilled then LegPassedOver:
        "The supplier does not hold on to it: the rota moves on.";
    "unfilled-late": (PassedOver) on (Unfilled) => Unfilled:
        "The supplier was passed over and is now out of it.";
    "further-already": ANY on (Acknowledged ExpectToSupply RetryPossible) => refuse:
        "The supplier is further than that, or passed over.";
    "unfilled-in-transit": (Loaned Overdue Recalled) on (Unfilled) if item_has_not_arrived => stay [RelayDenial, Incident("loan.denied")]:
        "The supplier shipped and says now that it does not supply: the requester hears it, and staff say whether the item ever left.";
    "unfilled-in-custody": (Loaned Overdue Recalled Returning CopyCompleted LoanCompleted CompletedWithoutReturn) on (Unfilled) => stay [Doubt, Incident("supplier.contradicts")]:
        "The supplier shipped: this cannot be. The item decides.";
    "next-behind": (Sending Asked Expecting Promised Conditional RetryOffered) on (NextBehind) => Expecting [VoidPromise, RestartClock] then LegNextBehind:
        "The broker asks another library behind it: the requester hears it as it hears of our own next supplier.";
    "next-behind-under-cancel": (Cancelling CancelPending) on (NextBehind) => stay [VoidPromise]:
        "A cancel is with the broker, and its answer decides: of what the library before promised, nothing is left to go back to.";
    "next-behind-late": ANY on (NextBehind) => refuse:
        "The broker is further than that, or out of it.";
    "no-behind-former": ANY on (NoBehind) if of_a_former_lender => refuse:
        "The broker has asked another library since: nobody waits for this one.";
    "no-behind": (Sending Asked Expecting Promised Conditional RetryOffered) on (NoBehind) => Expecting [VoidPromise, RestartClock] then LegNoBehind:
        "A library behind the broker does not supply, and the broker asks its next one: what the one before promised or named is void.";
    "no-behind-under-cancel": (Cancelling CancelPending) on (NoBehind) => stay [VoidPromise] then LegNoBehind:
        "A library behind the broker does not supply: the requester hears it, and the broker's answer to the cancel decides.";
    "no-behind-while-out": (Loaned Overdue Recalled Returning) on (NoBehind) => stay [RelayNews]:
        "An item is out, whatever another library behind the broker says.";
    "no-behind-late": ANY on (NoBehind) => refuse:
        "The broker is out of it, and so are the libraries behind it.";
    "says-cancelled": (Sending Asked Expecting Promised Conditional RetryOffered) on (SaysCancelled) => Cancelled then LegLetGo:
        "The supplier let the request go unasked.";
    "says-cancelled-under-cancel": (Cancelling) on (SaysCancelled CancelYes) => Cancelled then LegLetGo:
        "The supplier agrees to the requester's cancel.";
    "says-cancelled-while-cancel-pending": (CancelPending) on (SaysCancelled CancelYes) => Cancelled then LegPassedOver:
        "The supplier agrees to our cancel: the rota moves on.";
    "says-cancelled-late": (PassedOver) on (SaysCancelled CancelYes) => Cancelled:
        "The answer to our cancel is not passed on.";
    "out-of-it-again": (Unfilled Cancelled Closed) on (Unfilled SaysCancelled CancelYes) => refuse:
        "The supplier is out of it already.";
    "says-cancelled-in-transit": (Loaned Overdue Recalled) on (SaysCancelled CancelYes) if item_has_not_arrived => stay [RelayDenial, Incident("loan.denied")]:
        "The supplier shipped and says now that it let the request go: the requester hears it, and staff say whether the item ever left.";
    "says-cancelled-in-custody": (Loaned Overdue Recalled Returning CopyCompleted LoanCompleted CompletedWithoutReturn) on (SaysCancelled CancelYes) => stay [Doubt, Incident("supplier.contradicts")]:
        "The supplier shipped: this cannot be. The item decides.";
    "cancel-answered-unasked": (Sending Asked Expecting Promised Conditional RetryOffered) on (CancelYes) => Cancelled then LegLetGo:
        "No cancel is pending, yet the supplier says that it let the request go.";
    "cancel-refused": (Cancelling) on (CancelNo CancelRefused) => resume then LegKept:
        "The supplier keeps the request against the requester's cancel.";
    "kept": (CancelPending) on (CancelNo) => Promised then LegKept:
        "The supplier keeps the request against our cancel: it must ship.";
    "cancel-contradicted": (Cancelling) on (CancelNoCancelled) => resume [Send(StatusRequest)] then LegKept:
        "Some systems say no in these words: it is told as a no, and the supplier is asked how things stand.";
    "kept-contradicted": (CancelPending) on (CancelNoCancelled) => Promised [Send(StatusRequest)] then LegKept:
        "Some systems say no in these words: the supplier keeps the request, and is asked how things stand.";
    "kept-late": (PassedOver) on (CancelNo CancelNoCancelled) => refuse:
        "The supplier was passed over; if it ships all the same, that becomes the loan.";
    "cancel-not-taken": (CancelPending PassedOver) on (CancelRefused) => refuse:
        "A refused cancel is no answer: its time runs on.";
    "cancel-answered-late": ANY on (CancelNo CancelNoCancelled CancelRefused) => refuse:
        "No cancel is pending.";

    // Silence.
    "silent": (Asked Expecting) on (AnswerTimer) => CancelPending [Send(Cancel), Count("supplier.silent")] then LegSilent:
        "Out of time: we cancel, and wait whether the supplier agrees.";
    "not-shipped": (Promised) on (ShipTimer) => CancelPending [Send(Cancel), Count("supplier.silent")] then LegSilent:
        "Promised and not shipped: we cancel, and wait whether the supplier agrees.";
    "cancel-unanswered": (Cancelling CancelPending) on (GraceTimer) if another_broker_was_sent_the_cancel => stay [Press(Asked), Send(StatusRequest), Incident("supplier.quiet"), RestartClock]:
        "Another broker was sent the cancel and does not answer it: its libraries may not know of it. It is asked once how things stand, and staff can call it before the clock decides.";
    "silent-still": (CancelPending) on (GraceTimer) => PassedOver then LegPassedOver:
        "No answer to our cancel: the rota moves on. What is said or sent late gets a cancel, or is the loan.";
    "silent-on-cancel": (Cancelling) on (GraceTimer) => PassedOver then LegPassedOver:
        "No answer to the requester's cancel: it counts as agreed. What is sent all the same is shown to staff.";
    "quiet-loan": (Loaned Overdue Recalled Returning) on (CustodyTimer) => stay [Send(StatusRequest), Incident("loan.quiet"), RestartClock]:
        "While an item is out, a timer only asks.";
    "clock-of-another-state": ANY on (DeliverTimer AnswerTimer ShipTimer ReplyTimer RetryTimer GraceTimer CustodyTimer) => refuse:
        "This clock does not run in this state.";

    // What the broker does about it.
    "cancel-unsent": (Sending) on (Cancel) if request_unsent => Cancelled [WithdrawRequest] then LegLetGo:
        "The supplier never had it: the request is withdrawn.";
    "cancel": (Sending Asked Expecting Promised Conditional RetryOffered) on (Cancel) => Cancelling [Send(Cancel)]:
        "The supplier is asked whether it lets the request go.";
    "cancel-while-cancel-pending": (CancelPending) on (Cancel) => Cancelling:
        "Our cancel is with the supplier: its answer is the requester's now.";
    "cancel-again": ANY on (Cancel) => refuse:
        "Nothing is left to cancel.";
    "pass-over-unsent": (Sending) on (PassOver) if request_unsent => Cancelled [WithdrawRequest] then LegPassedOver:
        "The supplier never had it: the request is withdrawn.";
    "pass-over": (Sending Asked Expecting Promised Conditional) on (PassOver) => CancelPending [Send(Cancel)]:
        "We cancel, and wait whether the supplier agrees.";
    "pass-over-retry": (RetryOffered) on (PassOver) => Unfilled then LegPassedOver:
        "The offer is not taken up.";
    "give-up": (CancelPending) on (GiveUp) => PassedOver then LegPassedOver:
        "No waiting for the answer to our cancel.";
    "give-up-nothing": ANY on (GiveUp) => refuse:
        "No cancel of ours is with the supplier.";
    "let-go-unsent": (Sending) on (LetGo) if request_unsent => Cancelled [WithdrawRequest]:
        "The supplier never had it: the request is withdrawn.";
    "let-go": (Sending Asked Expecting Promised Conditional) on (LetGo) => PassedOver [Send(Cancel)]:
        "Another supplier ships: this one is cancelled.";
    "let-go-under-cancel": (Cancelling CancelPending) on (LetGo) => PassedOver:
        "A cancel is with the supplier already.";
    "let-go-retry": (RetryOffered) on (LetGo) => Unfilled:
        "The offer is not taken up.";
    "never-left": (Loaned Overdue Recalled) on (NeverLeft) => Unfilled [Resolve("loan.denied")]:
        "What was said to be sent never left: the supplier is out of it.";
    "never-left-nothing": ANY on (NeverLeft) => refuse:
        "Nothing of this supplier is on its way.";
    "not-engaged": ANY on (PassOver LetGo) => refuse:
        "The supplier is not engaged, or has shipped.";
    "close": (Sending Asked Expecting Promised Conditional RetryOffered) on (Close) => Closed [Send(Cancel)]:
        "Staff closed the request: the supplier is cancelled.";
    "close-under-cancel": (Cancelling CancelPending PassedOver) on (Close) => Closed:
        "A cancel is with the supplier already.";
    "close-in-custody": (Loaned Overdue Recalled Returning) on (Close) => Closed [Send(Notification)]:
        "Staff closed the request while the item was out: the supplier is told.";
    "close-over": ANY on (Close) => refuse:
        "The leg is over.";

    // The item.
    "ships": BEFORE_SHIPPING on (Loaned) => Loaned [Resolve("supplier.contradicts")] then LegShipped:
        "The supplier has sent the item: whatever was meant, it is a loan now.";
    "ships-after-close": (Closed) on (Loaned CopyCompleted) => stay [Incident("loan.after-end"), RelayNews]:
        "Staff closed the request and the supplier ships all the same.";
    "lent-again": (Loaned Overdue Recalled) on (Loaned) => Loaned [RelayStatus, RestartClock]:
        "Still on loan: renewed, another due date, or another volume.";
    "extended": (Loaned Overdue Recalled) on (DueLater) => Loaned [RelayExtension, RestartClock]:
        "The supplier lets it be kept longer, unasked: the requester hears the new date, and the clock of the loan follows.";
    "shortened": (Loaned Overdue Recalled) on (DueEarlier) => stay [RelayNews, Incident("due.earlier")]:
        "An earlier date without a recall is not taken over: the requester hears it as news, and staff must look.";
    "moved-while-returning": (Returning) on (DueLater DueEarlier) => stay [RelayNews]:
        "It crossed the item on its way back.";
    "lent-while-returning": (Returning) on (Loaned) => stay [RelayNews]:
        "It crossed the item on its way back.";
    "lent-after-end": (CopyCompleted LoanCompleted CompletedWithoutReturn) on (Loaned) => refuse:
        "The supplier has closed its side.";
    "copied-for-a-loan": BEFORE_SHIPPING on (CopyCompleted) if a_loan_is_asked_for => stay [Doubt, Incident("supplier.contradicts")]:
        "A loan was asked for, and a copy is none: staff must look.";
    "copied": BEFORE_SHIPPING on (CopyCompleted) => CopyCompleted then LegCopied:
        "The supplier has delivered a copy.";
    "copied-again": (CopyCompleted) on (CopyCompleted) => stay [RelayNews]:
        "A further part, or a second notice.";
    "copied-in-custody": (Loaned Overdue Recalled Returning LoanCompleted CompletedWithoutReturn) on (CopyCompleted) => stay [Doubt, Incident("supplier.contradicts")]:
        "The supplier lent the item: a copy does not end that.";
    "overdue": (Loaned Recalled Overdue) on (Overdue) => Overdue [RelayStatus]:
        "The item should have been back.";
    "overdue-while-returning": (Returning) on (Overdue) => stay [RelayNews]:
        "It crossed the item on its way back.";
    "recalled": (Loaned Overdue Recalled) on (Recalled) => Recalled [RelayStatus]:
        "The supplier wants the item back early, whatever renewal was asked for.";
    "recalled-while-returning": (Returning) on (Recalled) => stay [RelayNews]:
        "It crossed the item on its way back.";
    "returned": (Loaned Overdue Recalled Returning) on (LoanCompleted) => LoanCompleted [Resolve("item.lost")] then LegReturned:
        "The item is back, whether or not its return was announced.";
    "written-off": (Loaned Overdue Recalled Returning) on (CompletedWithoutReturn) => CompletedWithoutReturn [Resolve("item.lost")] then LegNotReturned:
        "The supplier writes the item off: what follows of a loss, it has said.";
    "out-of-the-blue": BEFORE_SHIPPING on (Overdue Recalled LoanCompleted CompletedWithoutReturn)
        => stay [Doubt, Incident("supplier.contradicts")]:
        "Only Loaned or CopyCompleted proves shipping: staff must look.";
    "after-the-end": (CopyCompleted LoanCompleted CompletedWithoutReturn Closed) on (Overdue Recalled LoanCompleted CompletedWithoutReturn) => refuse:
        "The leg is over.";
    "was-copied": BEFORE_SHIPPING on (WasLent) if a_copy_is_doubted => CopyCompleted [Resolve("supplier.contradicts")] then LegCopied:
        "Staff know that the supplier has delivered a copy.";
    "was-lent": BEFORE_SHIPPING on (WasLent) => Loaned [Resolve("supplier.contradicts")] then LegShipped:
        "Staff know that the supplier has lent it.";
    "was-lent-already": ANY on (WasLent) => stay [Resolve("supplier.contradicts")]:
        "The loan stands as it did.";
    "was-not-lent": (Sending Asked Expecting Promised Conditional RetryOffered Cancelling CancelPending) on (WasNotLent) => Unfilled [Resolve("supplier.contradicts")] then LegUnfilled:
        "Staff know that the supplier has lent nothing: it is out of it.";
    "was-not-lent-out-of-it": (PassedOver Unfilled Cancelled) on (WasNotLent) => stay [Resolve("supplier.contradicts")]:
        "The supplier is out of it already.";
    "was-not-lent-late": ANY on (WasNotLent) => refuse:
        "The supplier has shipped.";
    "hold-return": (Loaned Overdue Recalled Returning) on (HoldReturn) => stay [RelayStatus]:
        "The supplier says when to send the item back.";
    "hold-return-nothing": ANY on (HoldReturn) => stay [RelayNews]:
        "No item is out: the requester hears it as news.";
    "renewal-of-overdue": (Overdue Recalled) on (RenewAnswer) if renewal_granted => Loaned [RelayRenewal, RestartClock]:
        "The loan is renewed.";
    "renewal": ANY on (RenewAnswer) if renewal_pending => stay [RelayRenewal, RestartClock]:
        "The answer to the renewal is relayed.";
    "renewed-before-shipping": BEFORE_SHIPPING on (RenewAnswer) if renewal_granted => stay [Doubt, Incident("supplier.contradicts")]:
        "A loan is renewed that the supplier has not said to run: staff must look.";
    "renewal-unasked": ANY on (RenewAnswer) => stay [RelayNews]:
        "No renewal was asked for: the requester hears it as news.";
    "news": ANY on (News) => stay [RelayNews]:
        "A notification changes nothing; the requester hears it.";
    "no-news": ANY on (NoNews) => refuse:
        "The status is as it was: the requester was told already.";
    "stale": ANY on (Stale) => refuse:
        "It answers an earlier request to this supplier, which a retry replaced.";

    "came-back": ANY on (CameBack) => stay [Incident("request.circle")]:
        "This supplier, another broker, asks us in turn for what we asked it for: its request is refused, so that it asks its next supplier.";

    "not-taken": (Sending Asked Expecting Promised Conditional RetryOffered Cancelling CancelPending Loaned Overdue Recalled Returning) on (NotTaken) => stay [Incident("supplier.not-taken")]:
        "A message of the engaged supplier was not taken, and what it said may be missing here: staff must look.";
    "not-taken-late": ANY on (NotTaken) => refuse:
        "The supplier is out of it: nothing that it says is waited for.";

    // What the requester says.
    "renew": (Loaned Overdue Recalled) on (Renew) => stay [AskRenewal, Send(Renew)]:
        "The supplier is asked to renew.";
    "renew-impossible": ANY on (Renew) => stay [RefuseRenew]:
        "No item of this supplier can be renewed now.";
    "received-copy": (CopyCompleted) on (Received) => stay [Send(Received)]:
        "The copy has arrived.";
    "received": (Sending Asked Expecting Promised Conditional RetryOffered Cancelling CancelPending Loaned Overdue Recalled Returning) on (Received) => stay [Send(Received)]:
        "The item has arrived; that may cross the news that it was sent.";
    "sent-back": (Loaned Overdue Recalled Returning) on (ShippedReturn) => Returning [Send(ShippedReturn)]:
        "The item is on its way back.";
    "sent-back-early": (Sending Asked Expecting Promised Conditional RetryOffered Cancelling CancelPending) on (ShippedReturn) => stay [Send(ShippedReturn)]:
        "It crosses the news that the item was sent.";
    "sent-on": (Sending Asked Expecting Promised Conditional RetryOffered Cancelling CancelPending Loaned Overdue Recalled Returning) on (ShippedForward) => stay [Send(ShippedForward)]:
        "The supplier is told.";
    "sent-late": ANY on (Received ShippedReturn ShippedForward) => refuse:
        "The supplier is out of it, or has closed its side.";
    "hold-on": (Loaned Overdue Recalled Returning) on (HoldOn) => stay [Send(HoldReturn)]:
        "The supplier is told.";
    "lost": (Loaned Overdue Recalled Returning) on (Lost) => stay [Send(Lost), Incident("item.lost")]:
        "The supplier is told; it says what follows.";
    "nothing-is-out": ANY on (DueLater DueEarlier HoldOn Lost) => refuse:
        "No item of this supplier is out.";
    "note": ANY on (Note) => stay [Send(Notification)]:
        "Words go on, also to a supplier that is out of it.";
    "ask-status": (Sending Asked Expecting Promised Conditional RetryOffered Cancelling CancelPending Loaned Overdue Recalled Returning) on (AskStatus) => stay [Send(StatusRequest)]:
        "The supplier is asked; its news follow.";
    "ask-status-nobody": ANY on (AskStatus) => refuse:
        "The supplier is out of it.";

    // What became of our messages.
    "message-taken": ANY on (ActionDelivered) => stay:
        "The supplier took the message.";
    "renew-refused": ANY on (RenewRefused) if renewal_pending => stay [RefuseRenew]:
        "A refused Renew is a no.";
    "renew-refused-late": ANY on (RenewRefused) => refuse:
        "The renewal is answered already.";
    "status-request-refused": ANY on (StatusRequestRefused) => refuse:
        "The broker has answered for the supplier.";
    "report-refused": ANY on (ReportRefused) => stay [TellReportRefused, Incident("supplier.refused")]:
        "The requester is told that its report was refused, and staff must look.";
    "note-refused": ANY on (NoteRefused) => stay [Incident("supplier.refused")]:
        "The supplier refuses words: staff must look.";
    "message-undelivered": ANY on (ActionUndelivered) => stay [Incident("peer.undeliverable")]:
        "The message holds its lane until staff send it again or drop it.";
}
