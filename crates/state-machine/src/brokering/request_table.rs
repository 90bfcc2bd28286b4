//! The table of a request: what each message, leg, clock and act of staff does to it, in every phase.

use iso18626::{
    Status,
    YesNo::{N, Y},
};

use super::{
    actions::RequestAction::{
        self, Addressed, Adopt, AdoptAnew, AnswerPendingCancel, AnswerStatus, Begin, Believe, Choose,
        CloseRota, Current, Doubted, EachLeg, End, Incident, Locate, LocateOthers, LocateSame, MakeCurrent,
        OpenLeg, PassOn, RefuseCancel, RefuseRenew, RelayFinal, RelayNews, RelayStatus, Reopen,
        RepeatCancelled, ResolveIncidents, SetRota, StopLocating, TellAgain, TellChosen, TellClosed,
        TellFinalOnce, TellLocalSupplyIfWanted, TellNoBehind, TellPassedOver, TellStatus, WishByStaff,
        WishCancel, WishOther,
    },
    guards,
    machine::Brokering,
    phases::Phase,
    trigger::{LegTrigger, RequestTrigger},
};
use crate::interpreter::rows;

const ANY: &[Phase] = Phase::ALL;
/// A supplier has it and has not shipped.
const WITH_SUPPLIER: &[Phase] =
    &[Phase::Asking, Phase::Conditional, Phase::RetryOffered, Phase::CancelPending, Phase::Cancelling];
const OVER: &[Phase] = &[Phase::Completed, Phase::Unfilled, Phase::Cancelled, Phase::Closed];

rows! { REQUEST_TABLE: Brokering, Phase, RequestTrigger, RequestAction then RequestTrigger;
    // The rota.
    "opened": (Locating) on (Opened) => stay [Begin, Locate]:
        "The request is stored; suppliers are looked for.";
    "opened-already": ANY on (Opened) => refuse:
        "The request is under way.";
    "located": (Locating) on (Located) if locating_is_asked => stay [StopLocating, SetRota, TellLocalSupplyIfWanted, Choose]:
        "The rota stands; the first supplier is asked.";
    "located-again": (Asking Conditional RetryOffered CancelPending) on (Located) if locating_is_asked => stay [StopLocating, SetRota]:
        "The rest of the rota is another now.";
    "located-late": ANY on (Located) => refuse:
        "No candidates are awaited.";
    "locate-anew": (Locating Asking Conditional RetryOffered CancelPending) on (LocateTimer) => stay [LocateSame]:
        "The candidates have not come: they are asked for again.";
    "locate-nothing": ANY on (LocateTimer) => refuse:
        "No candidates are awaited.";
    "next": (Locating) on (NextChosen) => Asking [TellPassedOver, OpenLeg, TellChosen]:
        "The next supplier is asked, and the requester hears whom the request is with.";
    "next-out-of-turn": ANY on (NextChosen) => refuse:
        "A supplier is chosen only when the rota moves.";
    "goes-on": (Locating) on (NoneLeft) if may_go_on_to_others => stay [LocateOthers]:
        "The addressed member cannot fill it, and policy lets the request go on to others.";
    "end-of-rota": (Locating) on (NoneLeft) => Unfilled [TellFinalOnce(Status::Unfilled), End]:
        "No supplier is left to ask: the final answer is Unfilled, with the last reason.";
    "end-out-of-turn": ANY on (NoneLeft) => refuse:
        "The rota ends only when it moves.";
    "too-late-locating": (Locating) on (NeedBeforeTimer) => Unfilled [TellFinalOnce(Status::Unfilled), End]:
        "The item is needed no more.";
    "too-late-asking": (Asking Conditional) on (NeedBeforeTimer) => CancelPending [CloseRota, Current(LegTrigger::PassOver)]:
        "The item is needed no more, and has not shipped: the supplier is cancelled.";
    "too-late-retry": (RetryOffered) on (NeedBeforeTimer) => Locating [CloseRota, Current(LegTrigger::RetryGone), Choose]:
        "The item is needed no more: the rota ends.";
    "too-late-cancel-pending": (CancelPending) on (NeedBeforeTimer) => stay [CloseRota]:
        "The item is needed no more: no other supplier is asked.";
    "too-late-anyway": ANY on (NeedBeforeTimer) => refuse:
        "The item has shipped, or the request is over, or being cancelled.";

    // What a supplier says.
    "expects-news": (Asking) on (LegExpects) if tells_something => stay [RelayStatus]:
        "The supplier expects to supply, and says more.";
    "expects": (Asking) on (LegExpects) => stay:
        "The requester heard so when the supplier was chosen.";
    "next-behind": (Asking Conditional RetryOffered) on (LegNextBehind) => Asking [TellChosen]:
        "Each new library behind a broker is announced as our own are.";
    "no-behind": (Asking Conditional RetryOffered) on (LegNoBehind) => Asking [TellNoBehind]:
        "A no behind a broker is told as a supplier's of our own: as news, with its reason, and whose it is.";
    "no-behind-under-cancel": (CancelPending Cancelling) on (LegNoBehind) => stay [TellNoBehind]:
        "The requester hears the no, and the answer to the cancel after it.";
    "promised": (Asking Conditional RetryOffered) on (LegPromises) => Asking [RelayStatus]:
        "The requester hears that the supplier will supply.";
    "promised-while-cancel-pending": (CancelPending) on (LegPromises) => Asking [RelayStatus, AnswerPendingCancel(N)]:
        "The supplier keeps the request after all.";
    "terms": (Asking Conditional RetryOffered) on (LegTerms) => Conditional [RelayStatus]:
        "The requester must agree or decline.";
    "retry": (Asking Conditional RetryOffered) on (LegRetry) => RetryOffered [RelayStatus]:
        "The requester may retry; it hears cost, condition and dates.";
    "unfilled-for-good": (Asking Conditional RetryOffered CancelPending) on (LegUnfilled LegPassedOver) if reason_is_terminal => Unfilled [AnswerPendingCancel(Y), TellFinalOnce(Status::Unfilled), End]:
        "The reason ends the rota at once.";
    "unfilled": (Asking Conditional RetryOffered CancelPending) on (LegUnfilled LegLetGo LegLost LegPassedOver) => Locating [AnswerPendingCancel(Y), Choose]:
        "The supplier is out of it: the rota moves on.";
    "silent": (Asking Conditional RetryOffered) on (LegSilent) => CancelPending:
        "The supplier is out of time: a cancel is with it.";
    "kept": (CancelPending) on (LegKept) => Asking [AnswerPendingCancel(N)]:
        "The supplier keeps the request: the rota stays.";
    "cancelled": (Cancelling) on (LegLetGo LegUnfilled LegPassedOver LegLost) => Cancelled [AnswerPendingCancel(Y), End]:
        "Nothing holds the request any more: it is cancelled.";
    "not-cancelled": (Cancelling) on (LegKept) => resume [AnswerPendingCancel(N)]:
        "The supplier keeps the request: it goes on.";
    "shipped-late": (Asking Conditional RetryOffered CancelPending Cancelling) on (LegShipped) if leg_is_not_current => OnLoan [Current(LegTrigger::LetGo), MakeCurrent, RelayStatus, AnswerPendingCancel(N)]:
        "A supplier that was passed over ships: that is the loan, and the newer leg is cancelled.";
    "shipped": (Asking Conditional RetryOffered CancelPending Cancelling) on (LegShipped) => OnLoan [RelayStatus, AnswerPendingCancel(N)]:
        "The item is on its way; a cancel that it crosses is answered no.";
    "shipped-while-locating": (Locating) on (LegShipped) => OnLoan [StopLocating, CloseRota, MakeCurrent, RelayStatus]:
        "A supplier that was passed over ships: that is the loan.";
    "shipped-twice": (OnLoan) on (LegShipped) => stay [RelayNews, Incident("loan.double")]:
        "Two items are out: each runs to its own return, and staff must look.";
    "shipped-after-end": OVER on (LegShipped) => OnLoan [Reopen, MakeCurrent, RelayNews, Incident("loan.after-end")]:
        "A supplier ships after the end: the item must come back, and staff must look.";
    "copied-late": (Asking Conditional RetryOffered CancelPending Cancelling) on (LegCopied) if leg_is_not_current => Completed [Current(LegTrigger::LetGo), MakeCurrent, RelayFinal, AnswerPendingCancel(N), End]:
        "A supplier that was passed over delivers a copy: the newer leg is cancelled.";
    "copied": (Asking Conditional RetryOffered CancelPending Cancelling) on (LegCopied) => Completed [RelayFinal, AnswerPendingCancel(N), End]:
        "A copy was delivered.";
    "copied-while-locating": (Locating) on (LegCopied) => Completed [StopLocating, CloseRota, MakeCurrent, RelayFinal, End]:
        "A supplier that was passed over delivers a copy.";
    "copied-besides": (OnLoan) on (LegCopied) => stay [RelayNews]:
        "A copy comes besides the loan.";
    "copied-after-end": OVER on (LegCopied) => stay [RelayNews, Incident("copy.after-end")]:
        "A copy comes after the end: staff must look.";
    "returned-one": (OnLoan) on (LegReturned LegNotReturned) if another_is_out => stay [RelayNews, PassOn]:
        "Another supplier's item is still out.";
    "returned": (OnLoan) on (LegReturned LegNotReturned) => Completed [RelayFinal, End]:
        "The supplier has closed the loan.";
    "no-say": ANY on (LegExpects LegNextBehind LegNoBehind LegPromises LegTerms LegRetry LegUnfilled LegLetGo LegKept LegSilent LegPassedOver LegLost LegReturned LegNotReturned) => refuse:
        "What happens to this leg does not move the request now.";

    // What the requester says.
    "cancel-unasked": (Locating) on (CancelAll) => Cancelled [StopLocating, WishCancel, AnswerPendingCancel(Y), End]:
        "No supplier has it: the broker answers.";
    "cancel": (Asking Conditional CancelPending) on (CancelAll) => Cancelling [WishCancel, CloseRota, Current(LegTrigger::Cancel)]:
        "No other supplier is asked, and this one must answer.";
    "cancel-retry": (RetryOffered) on (CancelAll) => Cancelled [WishCancel, Current(LegTrigger::LetGo), AnswerPendingCancel(Y), End]:
        "No supplier holds it: the broker answers.";
    "cancel-again": (Cancelling) on (CancelAll CancelSupplier) => refuse:
        "A cancel is under way.";
    "cancelled-already": (Cancelled) on (CancelAll CancelSupplier) => stay [RepeatCancelled]:
        "It is cancelled.";
    "cancel-never-left-one": (OnLoan) on (CancelAll CancelSupplier) if the_supplier_denies_and_another_is_out => stay [Current(LegTrigger::NeverLeft), PassOn, RefuseCancel]:
        "The supplier's item never left; another supplier's is out, and is the loan now: no.";
    "cancel-never-left": (OnLoan) on (CancelAll CancelSupplier) if the_supplier_denies => Cancelled [WishCancel, Current(LegTrigger::NeverLeft), AnswerPendingCancel(Y), End]:
        "The supplier says that it does not supply, and nothing has arrived: yes.";
    "cancel-too-late": (OnLoan Completed Unfilled Closed) on (CancelAll CancelSupplier) => stay [RefuseCancel]:
        "The item has shipped, or the request is over: no.";
    "cancel-former": ANY on (CancelFormer) => stay [RefuseCancel]:
        "That supplier is out of it already.";
    "decline-by-cancel": (Conditional) on (CancelSupplier Reject) => CancelPending [Current(LegTrigger::Decline)]:
        "The condition is declined: the rota moves on.";
    "other-supplier": (Asking) on (CancelSupplier) => CancelPending [WishOther, Current(LegTrigger::PassOver)]:
        "The requester wants another supplier.";
    "other-supplier-retry": (RetryOffered) on (CancelSupplier) => Locating [WishOther, Current(LegTrigger::RetryGone), AnswerPendingCancel(Y), Choose]:
        "The requester wants another supplier.";
    "other-supplier-already": (CancelPending) on (CancelSupplier) => stay [WishOther]:
        "A cancel is with the supplier; the requester hears its answer.";
    "other-supplier-nobody": (Locating) on (CancelSupplier) => stay [RefuseCancel]:
        "No supplier has it.";
    "agree": (Conditional) on (Agree) => Asking [Current(LegTrigger::Agree)]:
        "The condition is agreed.";
    "words": ANY on (Notification Agree Reject) => stay [Addressed(LegTrigger::Note)]:
        "Words go on to the supplier.";
    "renew": (OnLoan) on (Renew) => stay [Addressed(LegTrigger::Renew)]:
        "The supplier is asked to renew.";
    "renew-impossible": ANY on (Renew) => stay [RefuseRenew]:
        "Nothing is on loan: no.";
    "received": ANY on (Received) => stay [Addressed(LegTrigger::Received)]:
        "The supplier is told, if it is still in it.";
    "sent-back": ANY on (ShippedReturn) => stay [Addressed(LegTrigger::ShippedReturn)]:
        "The supplier is told, if it is still in it.";
    "sent-on": ANY on (ShippedForward) => stay [Addressed(LegTrigger::ShippedForward)]:
        "The supplier is told, if it is still in it.";
    "hold-on": ANY on (HoldReturn) => stay [Addressed(LegTrigger::HoldOn)]:
        "The supplier is told, if its item is out.";
    "lost": ANY on (Lost) => stay [Addressed(LegTrigger::Lost)]:
        "The supplier is told, if its item is out.";
    "status": ANY on (StatusRequest) => stay [AnswerStatus, Addressed(LegTrigger::AskStatus)]:
        "The broker answers at once and asks the supplier.";
    "reminder": ANY on (Reminder) => stay [Current(LegTrigger::AskStatus), TellStatus]:
        "A reminder makes no request: the supplier is asked, and the requester hears the status.";
    "retry-storm": ANY on (Retry RetryChanged) if too_many_retries => stay [Adopt, Incident("retry.storm")]:
        "The request goes on under the new id, nobody is asked and nothing is said to it: a requester that retries by itself comes to rest.";
    "retry-same": (RetryOffered) on (Retry) => Asking [Adopt, Current(LegTrigger::RetrySame)]:
        "The retry goes to the same supplier.";
    "retry-elsewhere": (RetryOffered) on (RetryChanged) => Locating [Current(LegTrigger::RetryGone), AdoptAnew, Locate]:
        "Another item is asked for: suppliers are located anew.";
    "retry-unoffered": ANY on (Retry RetryChanged) => stay [Adopt, TellAgain]:
        "No retry is offered now: the request goes on under the new id, and the requester hears how things stand.";

    // What became of our messages.
    "told": ANY on (TellDelivered TellDropped) => stay:
        "The requester took the message, or staff dropped it.";
    "told-refused": ANY on (TellRefused) => stay [Incident("requester.refused")]:
        "The status stands, and staff must look.";
    "told-undelivered": ANY on (TellUndelivered) => stay [Incident("peer.undeliverable")]:
        "The message holds its lane until staff send it again or drop it.";

    // Staff.
    "staff-next": (Asking) on (NextSupplier) => CancelPending [Current(LegTrigger::PassOver)]:
        "The supplier is cancelled; then the rota moves on.";
    "staff-next-condition": (Conditional) on (NextSupplier DeclineCondition) => CancelPending [Current(LegTrigger::Decline)]:
        "The condition is declined: the rota moves on.";
    "staff-next-retry": (RetryOffered) on (NextSupplier) => Locating [Current(LegTrigger::RetryGone), Choose]:
        "The offer is not taken up: the rota moves on.";
    "staff-next-cancel-pending": (CancelPending) on (NextSupplier) => stay [Current(LegTrigger::GiveUp)]:
        "No more waiting for the supplier's answer.";
    "staff-never-left-one": (OnLoan) on (NeverLeft) if the_supplier_denies_and_another_is_out => stay [Current(LegTrigger::NeverLeft), PassOn]:
        "The item never left; another supplier's is out, and is the loan now.";
    "staff-never-left": (OnLoan) on (NeverLeft) if the_supplier_denies => Locating [Current(LegTrigger::NeverLeft), Choose]:
        "The item never left: the rota moves on.";
    "staff-never-left-nothing": ANY on (NeverLeft) => refuse:
        "No supplier that shipped has said that it does not supply, or the item has arrived.";
    "staff-was-lent": ANY on (WasLent) if a_status_is_doubted => stay [Believe]:
        "What the supplier said is so, and counts.";
    "staff-was-lent-nothing": ANY on (WasLent) => refuse:
        "No supplier has said anything that is not believed.";
    "staff-was-not-lent": ANY on (WasNotLent) if the_doubted_has_not_shipped => stay [Doubted(LegTrigger::WasNotLent)]:
        "The supplier has lent nothing, whatever it said.";
    "staff-was-not-lent-nothing": ANY on (WasNotLent) => refuse:
        "No supplier has said anything that is not believed, or it has shipped.";
    "staff-next-nobody": ANY on (NextSupplier) => refuse:
        "No supplier can be passed over now.";
    "staff-decline-nothing": ANY on (DeclineCondition) => refuse:
        "No condition waits for a reply.";
    "staff-agree": (Conditional) on (AgreeCondition) => Asking [Current(LegTrigger::Agree)]:
        "The condition is agreed.";
    "staff-agree-nothing": ANY on (AgreeCondition) => refuse:
        "No condition waits for a reply.";
    "staff-locate": (Locating) on (LocateAgain) => stay [LocateSame]:
        "Candidates are asked for again.";
    "staff-locate-rest": (Asking Conditional RetryOffered CancelPending) on (LocateAgain) => stay [LocateOthers]:
        "The rest of the rota is looked for again.";
    "staff-locate-late": ANY on (LocateAgain) => refuse:
        "No other supplier is asked any more.";
    "staff-cancel-unasked": (Locating) on (CancelRequest) => Cancelled [StopLocating, WishByStaff, AnswerPendingCancel(Y), End]:
        "No supplier has it: it is cancelled.";
    "staff-cancel": (Asking Conditional CancelPending) on (CancelRequest) => Cancelling [WishByStaff, CloseRota, Current(LegTrigger::Cancel)]:
        "No other supplier is asked, and this one must answer.";
    "staff-cancel-retry": (RetryOffered) on (CancelRequest) => Cancelled [WishByStaff, Current(LegTrigger::LetGo), AnswerPendingCancel(Y), End]:
        "No supplier holds it: it is cancelled.";
    "staff-cancel-late": ANY on (CancelRequest) => refuse:
        "A cancel is under way, the item has shipped, or the request is over.";
    "staff-ask": (OnLoan) on (AskStatus) => stay [Current(LegTrigger::AskStatus)]:
        "The supplier is asked.";
    "staff-ask-supplier": WITH_SUPPLIER on (AskStatus) => stay [Current(LegTrigger::AskStatus)]:
        "The supplier is asked.";
    "staff-ask-nobody": ANY on (AskStatus) => refuse:
        "No supplier has it.";
    "staff-close": (Locating Asking Conditional RetryOffered CancelPending Cancelling OnLoan) on (Close) => Closed [StopLocating, AnswerPendingCancel(Y), TellClosed, EachLeg(LegTrigger::Close), End]:
        "Staff close the request, and the peers are told: yes to a cancel that waits for its answer.";
    "staff-close-over": OVER on (Close) => refuse:
        "The request is over.";
    "staff-resolve": ANY on (ResolveIncidents) if incidents_are_open => stay [ResolveIncidents]:
        "Staff have looked.";
    "staff-resolve-nothing": ANY on (ResolveIncidents) => refuse:
        "Nothing needs staff.";
}
