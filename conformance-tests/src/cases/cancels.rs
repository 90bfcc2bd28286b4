//! Cancelling and asking for the status, through a broker.

use crate::case::{CaseEnd, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::leg::{cancel_response, loaned, on_condition, retry_possible, status, unfilled, will_supply};
use crate::mailbox::{Arrival, Reply};
use crate::script::Script;
use crate::wire::Say;

const BROKER: &[Role] = &[Role::Broker];
const CANCEL: Source =
    Source::UseCase("Cancel is answered by CancelResponse with answerYesNo; N if it was shipped");
const IMPOSSIBLE: Source = Source::Practice("real systems differ: OK and an answer N, or ERROR");
const CROSSING: Source = Source::Practice("messages cross");

/// A CancelResponse beside the one that the case has taken.
fn another_answer(arrival: &Arrival) -> bool {
    arrival.reason() == "CancelResponse" && !arrival.taken && !arrival.repeat
}

/// A cancel that this crosses is decided by the supplier's answer to it, and the requester hears that once.
async fn crossed_by(s: &Script, says: Say) -> Result<(), CaseEnd> {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(says).await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
    loan.never_gets("one CancelResponse", another_answer).await?;
    loan.never_asked(second).await
}

cases! { "Cancels and status requests";

C01 "A cancel that the supplier accepts ends the request" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel after WillSupply; the supplier answers Y",
    expects: "Cancel at the supplier; CancelResponse Y with status Cancelled at the requester",
    why: "the patron does not need it any more",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    let arrival = loan.answered_with("CancelResponse", "Y").await?;
    same("the status", arrival.status(), "Cancelled", &arrival.bytes)?;
}

C02 "A cancel after shipping is refused, and the loan goes on" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel after Loaned; the supplier answers N; then Received",
    expects: "CancelResponse N at the requester, Received at the supplier",
    why: "it is in the post",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Cancel").await?;
    let cancel = |arrival: &Arrival| arrival.text("action") == "Cancel";
    if s.seek(std::time::Duration::from_secs(1), supplier, cancel).await.is_some() {
        leg.say(cancel_response("N", "Loaned")).await?;
    }
    loan.answered_with("CancelResponse", "N").await?;
    loan.does("Received").await?;
    leg.gets("Received").await?;
}

C03 "A cancel that is answered with a contradiction is answered to the requester" {
    roles: BROKER, source: Source::Practice("a vendor's published sample says N with status Cancelled"),
    sends: "Cancel; the supplier answers N with status Cancelled",
    expects: "OK, and a CancelResponse at the requester",
    why: "the requester must not wait for ever",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("N", "Cancelled")).await?;
    let arrival = loan.answered("CancelResponse").await?;
    s.fact("N with status Cancelled is told as", arrival.summary());
}

C04 "A cancel before the supplier's first answer is passed on" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel while the supplier has said nothing; it answers Y",
    expects: "Cancel at the supplier, CancelResponse Y at the requester",
    why: "the sooner the better",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
}

C06 "Loaned that crosses a cancel is heard, and the cancel is answered N" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; before its answer Loaned; then N",
    expects: "Loaned and CancelResponse N at the requester",
    why: "the item comes",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned").await?;
    leg.say(cancel_response("N", "Loaned")).await?;
    loan.answered_with("CancelResponse", "N").await?;
}

C07 "A cancel of what is over is answered" {
    roles: BROKER, source: IMPOSSIBLE,
    sends: "Cancel after the final Unfilled",
    expects: "OK and CancelResponse N; an ERROR is noted",
    why: "the requester should see that it is over",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(unfilled("NotHeld")).await?;
    loan.hears("Unfilled").await?;
    let answer = loan.sends(loan.action("Cancel")).await?;
    if answer.is_error() {
        s.note("Cancel in a final state is refused");
        return Ok(());
    }
    let arrival = loan.answered("CancelResponse").await?;
    if arrival.text("messageInfo/answerYesNo") != "N" {
        s.note(format!("Cancel in a final state is answered {}", arrival.text("messageInfo/answerYesNo")));
    }
}

C08 "A cancel after LoanCompleted is answered" {
    roles: BROKER, source: IMPOSSIBLE,
    sends: "Cancel after LoanCompleted",
    expects: "OK and CancelResponse N with LoanCompleted; an ERROR is noted",
    why: "the requester should see that it is over",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
    let answer = loan.sends(loan.action("Cancel")).await?;
    if answer.is_error() {
        s.note("Cancel in a final state is refused");
        return Ok(());
    }
    let arrival = loan.answered_with("CancelResponse", "N").await?;
    same("the status", arrival.status(), "LoanCompleted", &arrival.bytes)?;
}

C09 "After a cancel no other supplier is asked" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel while two suppliers are left; the first answers Y",
    expects: "CancelResponse Y; the second is not asked",
    why: "the requester does not want it from anybody",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
    loan.never_asked(second).await?;
}

C10 "A cancel that crosses Unfilled asks nobody else" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; the supplier, instead of answering it, says Unfilled",
    expects: "CancelResponse Y at the requester; the second supplier is not asked",
    why: "between two suppliers a cancel counts as well",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(unfilled("NotOnShelf")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
    loan.never_asked(second).await?;
}

C11 "A cancel that the supplier's system refuses is answered N" {
    roles: BROKER, source: Source::Practice("the requester was told OK already"),
    sends: "Cancel; the supplier confirms it with ERROR",
    expects: "CancelResponse N at the requester; an ERROR at once is noted",
    why: "it must not think that it is cancelled",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "requestingAgencyMessage", "Cancel", 9, Reply::Refuse(200, "UnsupportedActionType", "Cancel: too late"));
    let (loan, _) = s.promised(supplier).await?;
    let answer = loan.sends(loan.action("Cancel")).await?;
    if answer.is_error() {
        s.note("the supplier's refusal of Cancel is relayed at once, as ERROR");
        return Ok(());
    }
    loan.answered_with("CancelResponse", "N").await?;
}

C12 "A second cancel does not cancel twice" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel twice, with different timestamps; the supplier answers Y",
    expects: "OK to both; CancelResponse Y",
    why: "people press buttons twice",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
}

C15 "WillSupply after an accepted cancel changes nothing" {
    roles: BROKER, source: CROSSING,
    sends: "the supplier answers Y, and then says WillSupply",
    expects: "OK; no WillSupply to the requester",
    why: "the request is over",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
    leg.say(will_supply()).await?;
    loan.never_gets("no WillSupply", |arrival| arrival.status() == "WillSupply").await?;
}

C16 "A cancel while a retry is possible ends the request" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel after RetryPossible",
    expects: "CancelResponse Y at the requester; nobody else is asked",
    why: "the terms were not good enough",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(retry_possible("OnLoan")).await?;
    loan.hears("RetryPossible").await?;
    loan.does("Cancel").await?;
    let cancel = |arrival: &Arrival| arrival.text("action") == "Cancel";
    if s.seek(std::time::Duration::from_millis(500), first, cancel).await.is_some() {
        leg.say(cancel_response("Y", "Cancelled")).await?;
    }
    loan.answered_with("CancelResponse", "Y").await?;
    loan.never_asked(second).await?;
}

C17 "A cancel while a condition is open ends the request" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel, addressed to the broker, after WillSupply with a condition",
    expects: "Cancel at the supplier; CancelResponse Y; nobody else is asked",
    why: "a cancel of the request is more than a no to a condition",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(on_condition("LibraryUseOnly")).await?;
    loan.hears("WillSupply").await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
    loan.never_asked(second).await?;
}

C18 "A cancel that is refused before shipping leaves the request running" {
    roles: BROKER, source: CANCEL,
    sends: "Cancel after WillSupply; the supplier answers N and then ships",
    expects: "CancelResponse N, then Loaned at the requester",
    why: "it is being packed",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("N", "WillSupply")).await?;
    loan.answered_with("CancelResponse", "N").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}

C19 "A cancel that crosses WillSupply is decided by the supplier's answer" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; before its answer WillSupply; then the supplier answers Y",
    expects: "one CancelResponse at the requester: Y",
    why: "a promise that crosses a cancel is no answer to it",
} |s| { crossed_by(&s, will_supply()).await?; }

C20 "A cancel that crosses Loaned is answered once" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; before its answer Loaned; then the supplier answers N",
    expects: "Loaned, and one CancelResponse at the requester: N",
    why: "the requester takes the second for the answer to another cancel",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(loaned(s.in_days(28))).await?;
    leg.say(cancel_response("N", "Loaned")).await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned" && arrival.reason() != "CancelResponse").await?;
    loan.answered_with("CancelResponse", "N").await?;
    loan.never_gets("one CancelResponse", another_answer).await?;
}

C21 "A cancel that crosses a condition is decided by the supplier's answer" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; before its answer WillSupply with a condition; then the supplier answers Y",
    expects: "one CancelResponse at the requester: Y; nobody else is asked",
    why: "the requester has answered the condition: it wants it from nobody any more",
} |s| { crossed_by(&s, on_condition("LibraryUseOnly")).await?; }

C22 "A cancel that crosses RetryPossible is decided by the supplier's answer" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; before its answer RetryPossible; then the supplier answers Y",
    expects: "one CancelResponse at the requester: Y; nobody else is asked",
    why: "other terms are no answer to a cancel, and no reason to ask others",
} |s| { crossed_by(&s, retry_possible("OnLoan")).await?; }

C23 "A cancel that crosses ExpectToSupply is decided by the supplier's answer" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel; before its answer ExpectToSupply; then the supplier answers Y",
    expects: "one CancelResponse at the requester: Y; nobody else is asked",
    why: "what was on its way when the cancel came answers nothing",
} |s| { crossed_by(&s, status("ExpectToSupply")).await?; }

C24 "A cancel that crosses CopyCompleted is answered once" {
    roles: BROKER, source: CROSSING,
    sends: "Cancel of a copy; before its answer CopyCompleted; then the supplier answers N",
    expects: "CopyCompleted, and one CancelResponse at the requester: N",
    why: "the copy is there, and will be charged",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.order(&[supplier])?.with(|request| request.service = "Copy".to_owned()).send().await?;
    let leg = loan.asked(supplier).await?;
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(status("CopyCompleted")).await?;
    leg.say(cancel_response("N", "CopyCompleted")).await?;
    loan.gets("CopyCompleted", |arrival| arrival.status() == "CopyCompleted" && arrival.reason() != "CancelResponse").await?;
    loan.answered_with("CancelResponse", "N").await?;
    loan.never_gets("one CancelResponse", another_answer).await?;
}

Q01 "A status request is answered" {
    roles: BROKER, source: Source::UseCase("StatusRequest is answered by StatusRequestResponse"),
    sends: "StatusRequest after WillSupply",
    expects: "StatusRequestResponse with WillSupply",
    why: "the requester wants to know",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("StatusRequest").await?;
    let asked = |arrival: &Arrival| arrival.text("action") == "StatusRequest";
    if s.seek(std::time::Duration::from_millis(500), supplier, asked).await.is_some() {
        leg.say(will_supply().because("StatusRequestResponse")).await?;
    }
    let arrival = loan.answered("StatusRequestResponse").await?;
    same("the status", arrival.status(), "WillSupply", &arrival.bytes)?;
}

Q02 "A status request does not depend on the supplier's answer" {
    roles: BROKER, source: Source::Practice("a broker knows the status itself"),
    sends: "StatusRequest after WillSupply; the supplier refuses its copy of it",
    expects: "StatusRequestResponse; an ERROR at once is noted",
    why: "some systems know no StatusRequest",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "requestingAgencyMessage", "StatusRequest", 9, Reply::Refuse(200, "UnsupportedActionType", "StatusRequest"));
    let (loan, _) = s.promised(supplier).await?;
    let answer = loan.sends(loan.action("StatusRequest")).await?;
    if answer.is_error() {
        s.note("the supplier's refusal of StatusRequest is relayed at once, as ERROR");
        return Ok(());
    }
    loan.answered("StatusRequestResponse").await?;
}

Q03 "A status request after the end is answered" {
    roles: BROKER, source: Source::UseCase("StatusRequest is answered by StatusRequestResponse"),
    sends: "StatusRequest after LoanCompleted",
    expects: "StatusRequestResponse with LoanCompleted; an ERROR is noted",
    why: "that is what one asks for when in doubt",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
    let answer = loan.sends(loan.action("StatusRequest")).await?;
    if answer.is_error() {
        s.note("StatusRequest in a final state is refused");
        return Ok(());
    }
    let arrival = loan.answered("StatusRequestResponse").await?;
    same("the status", arrival.status(), "LoanCompleted", &arrival.bytes)?;
}

Q04 "News in a supplier's answer to a status request reaches the requester" {
    roles: BROKER, source: Source::Practice("a status that was lost is found so"),
    sends: "StatusRequest after WillSupply; the supplier's answer says Loaned",
    expects: "Loaned at the requester",
    why: "the message that said so may have been lost",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("StatusRequest").await?;
    let asked = |arrival: &Arrival| arrival.text("action") == "StatusRequest";
    if s.seek(std::time::Duration::from_secs(1), supplier, asked).await.is_none() {
        s.note("StatusRequest is answered by the broker alone, and not passed on");
        return Ok(());
    }
    leg.say(loaned(s.in_days(28)).because("StatusRequestResponse")).await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned").await?;
}

Q05 "A reminder makes no second request" {
    roles: BROKER, source: Source::Standard("requestType Reminder"),
    sends: "a Reminder with the id of a running request",
    expects: "OK or ERROR; no second request to the supplier",
    why: "a reminder reminds",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?;
    let mut again = loan.request.clone();
    again.kind = Some("Reminder".to_owned());
    again.head.timestamp = s.now();
    let answer = s.post(loan.requester, again.xml(s.edition())).await?;
    if answer.is_error() {
        s.note("reminders are refused");
    } else {
        answer.ok("a reminder")?;
    }
    loan.never_asked_again(supplier).await?;
}
}
