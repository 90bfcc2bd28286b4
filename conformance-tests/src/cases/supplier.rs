//! A supplier as the subject. What its staff decide, the suite moves by the staff hook; without one, only what needs nobody is tested.

use serde_json::json;

use crate::case::{CaseEnd, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::edition::Edition;
use crate::loan::Loan;
use crate::mailbox::{Arrival, Reply};
use crate::script::Script;

const SUPPLIER: &[Role] = &[Role::Supplier];
const NEW: &[Edition] = &[Edition::V2021_2];
const STATUS: Source = Source::Standard("status list");
const ANSWERS: Source = Source::UseCase("each action that asks has its answer");
const IMPOSSIBLE: Source = Source::Practice("real systems differ: OK and an answer N, or ERROR");

/// The supplier's staff give this status.
async fn give(s: &Script, loan: &Loan, status: &str, more: serde_json::Value) -> Result<(), CaseEnd> {
    let mut order = json!({ "do": "status", "status": status, "request_id": loan.id(), "requester": s.symbol(loan.requester) });
    if let (Some(order), Some(more)) = (order.as_object_mut(), more.as_object()) {
        order.extend(more.clone());
    }
    s.staff(order).await
}

/// A loan that the supplier has shipped.
async fn shipped(s: &Script) -> Result<Loan, CaseEnd> {
    let loan = s.some_loan().await?;
    give(s, &loan, "WillSupply", json!({})).await?;
    loan.hears("WillSupply").await?;
    give(s, &loan, "Loaned", json!({ "due": s.in_days(28) })).await?;
    loan.hears("Loaned").await?;
    Ok(loan)
}

/// An action, which the supplier's staff answer by hand where the hook says so.
async fn asks(s: &Script, loan: &Loan, action: &str, answer: serde_json::Value) -> Result<(), CaseEnd> {
    loan.does(action).await?;
    let mut order = json!({ "do": "answer", "action": action, "request_id": loan.id(), "requester": s.symbol(loan.requester) });
    if let (Some(order), Some(answer)) = (order.as_object_mut(), answer.as_object()) {
        order.extend(answer.clone());
    }
    s.staff(order).await
}

cases! { "Supplier";

S01 "A loan runs from the request to LoanCompleted" {
    roles: SUPPLIER, does: &["WillSupply Loaned LoanCompleted"], source: Source::UseCase("the ordinary loan"),
    sends: "request; staff promise, ship, and take it back; Received and ShippedReturn",
    expects: "WillSupply, Loaned with a due date, LoanCompleted",
    why: "this is what it is all for",
} |s| {
    let loan = s.some_loan().await?;
    give(&s, &loan, "WillSupply", json!({})).await?;
    loan.hears("WillSupply").await?;
    give(&s, &loan, "Loaned", json!({ "due": s.in_days(28) })).await?;
    let arrival = loan.hears("Loaned").await?;
    if arrival.text("statusInfo/dueDate").is_empty() {
        s.note("Loaned carries no dueDate");
    }
    loan.does("Received").await?;
    loan.does("ShippedReturn").await?;
    give(&s, &loan, "LoanCompleted", json!({})).await?;
    loan.hears("LoanCompleted").await?;
}

S02 "A copy runs from the request to CopyCompleted" {
    roles: SUPPLIER, does: &["CopyCompleted"], source: Source::UseCase("the ordinary copy"),
    sends: "a Copy request; staff send the copy",
    expects: "CopyCompleted",
    why: "half of all requests are for copies",
} |s| {
    let loan = s.some_order()?.with(|request| request.service = "Copy".to_owned()).send().await?;
    give(&s, &loan, "CopyCompleted", json!({ "url": "https://copies.example.org/1" })).await?;
    loan.hears("CopyCompleted").await?;
}

S03 "A loan may be shipped without a promise" {
    roles: SUPPLIER, does: &["Loaned"], source: STATUS,
    sends: "request; staff ship at once",
    expects: "Loaned as the first answer, with reason RequestResponse",
    why: "WillSupply is optional",
} |s| {
    let loan = s.some_loan().await?;
    give(&s, &loan, "Loaned", json!({ "due": s.in_days(28) })).await?;
    loan.hears("Loaned").await?;
    let first = loan.heard().into_iter().find(|arrival| arrival.reason() != "Notification");
    let reason = first.as_ref().map(|first| first.reason().to_owned()).unwrap_or_default();
    same("the reason of the first answer", &reason, "RequestResponse", b"")?;
}

S04 "Unfilled has its reason" {
    roles: SUPPLIER, does: &["Unfilled"], source: Source::UseCase("Unfilled carries reasonUnfilled"),
    sends: "request; staff cannot supply",
    expects: "Unfilled with reasonUnfilled NotOnShelf",
    why: "the requester tries elsewhere, or not",
} |s| {
    let loan = s.some_loan().await?;
    give(&s, &loan, "Unfilled", json!({ "reason": "NotOnShelf" })).await?;
    let arrival = loan.hears("Unfilled").await?;
    same("reasonUnfilled", arrival.text("messageInfo/reasonUnfilled"), "NotOnShelf", &arrival.bytes)?;
}

S05 "A retry for its costs says how much, and until when" {
    roles: SUPPLIER, does: &["RetryPossible"], source: Source::UseCase("a retry for costs carries offeredCosts and a date"),
    sends: "request; staff offer it for 25.00 EUR",
    expects: "RetryPossible with reasonRetry, offeredCosts and, better, retryBefore",
    why: "the requester decides by them",
} |s| {
    let loan = s.some_loan().await?;
    retry(&s, &loan).await?;
    let arrival = loan.hears("RetryPossible").await?;
    let home = if s.edition() == Edition::V1_2 { "messageInfo" } else { "retryInfo" };
    same("reasonRetry", arrival.text("messageInfo/reasonRetry"), "CostExceedsMaxCost", &arrival.bytes)?;
    same("the costs", arrival.text(&format!("{home}/offeredCosts/monetaryValue")), "25.00", &arrival.bytes)?;
    if arrival.text(&format!("{home}/retryBefore")).is_empty() {
        s.note("RetryPossible carries no retryBefore");
    }
}

S06 "A retry with a new id is taken" {
    roles: SUPPLIER, does: &["RetryPossible", "WillSupply"], source: Source::Standard("requestType Retry, requestingAgencyPreviousRequestId"),
    sends: "RetryPossible, then a Retry with a new id; staff promise",
    expects: "OK, and WillSupply under the new id",
    why: "the offer was taken up",
} |s| {
    let loan = s.some_loan().await?;
    retry(&s, &loan).await?;
    loan.hears("RetryPossible").await?;
    let again = loan.retry()?.send().await?;
    give(&s, &again, "WillSupply", json!({})).await?;
    again.hears("WillSupply").await?;
}

S07 "A retry with the old id is taken" {
    roles: SUPPLIER, does: &["RetryPossible", "WillSupply"], source: Source::Practice("the standard leaves open whether a retry has a new id"),
    sends: "RetryPossible, then a Retry with the old id",
    expects: "OK; ERROR is noted",
    why: "systems differ",
} |s| {
    let loan = s.some_loan().await?;
    retry(&s, &loan).await?;
    loan.hears("RetryPossible").await?;
    let id = loan.id().to_owned();
    let answer = loan.retry()?.with(|request| request.head.request_id = id).attempt().await?;
    if !answer.is_ok() {
        answer.refused("a retry with the old id")?;
        s.note("a retry must have a new id");
    }
}

S08 "A retry after Unfilled is refused" {
    roles: SUPPLIER, does: &["Unfilled"], source: Source::Standard("Retry follows RetryPossible"),
    sends: "Unfilled, then a Retry",
    expects: "ERROR; OK is noted",
    why: "nobody offered one",
} |s| {
    let loan = s.some_loan().await?;
    give(&s, &loan, "Unfilled", json!({ "reason": "NotHeld" })).await?;
    loan.hears("Unfilled").await?;
    let answer = loan.retry()?.attempt().await?;
    if answer.is_ok() {
        s.note("a retry after Unfilled is taken");
    } else {
        answer.refused("a retry after Unfilled")?;
    }
}

S09 "A renewal that is granted carries its new date" {
    roles: SUPPLIER, does: &["WillSupply Loaned Overdue Renew=Y"], source: ANSWERS,
    sends: "Renew after Overdue; staff grant it",
    expects: "RenewResponse Y with dueDate",
    why: "the patron is told the date",
} |s| {
    let loan = shipped(&s).await?;
    give(&s, &loan, "Overdue", json!({})).await?;
    loan.hears("Overdue").await?;
    let due = s.in_days(60);
    asks(&s, &loan, "Renew", json!({ "answer": "Y", "due": due })).await?;
    let arrival = loan.answered_with("RenewResponse", "Y").await?;
    if arrival.text("statusInfo/dueDate").is_empty() {
        return Err(CaseEnd::fail("a dueDate", "none", &arrival.bytes));
    }
}

S10 "A renewal that is not granted says so" {
    roles: SUPPLIER, does: &["WillSupply Loaned Renew=N"], source: ANSWERS,
    sends: "Renew; staff refuse it",
    expects: "RenewResponse N",
    why: "the patron must bring it back",
} |s| {
    let loan = shipped(&s).await?;
    asks(&s, &loan, "Renew", json!({ "answer": "N" })).await?;
    loan.answered_with("RenewResponse", "N").await?;
}

S11 "A recall is said, and the item comes back" {
    roles: SUPPLIER, does: &["WillSupply Loaned Recalled LoanCompleted"], source: STATUS,
    sends: "staff recall; ShippedReturn; staff take it back",
    expects: "Recalled, then LoanCompleted",
    why: "somebody else needs it",
} |s| {
    let loan = shipped(&s).await?;
    give(&s, &loan, "Recalled", json!({})).await?;
    loan.hears("Recalled").await?;
    loan.does("ShippedReturn").await?;
    give(&s, &loan, "LoanCompleted", json!({})).await?;
    loan.hears("LoanCompleted").await?;
}

S12 "A loan that is lost ends as CompletedWithoutReturn" {
    roles: SUPPLIER, does: &["WillSupply Loaned CompletedWithoutReturn"], source: STATUS,
    sends: "staff close the loan as lost",
    expects: "CompletedWithoutReturn",
    why: "both files are closed",
} |s| {
    let loan = shipped(&s).await?;
    give(&s, &loan, "CompletedWithoutReturn", json!({})).await?;
    loan.hears("CompletedWithoutReturn").await?;
}

S13 "HoldReturn and its release are said" {
    roles: SUPPLIER, does: &["WillSupply Loaned HoldReturn ReleaseHoldReturn"], editions: NEW, source: Source::Standard("2021-2: statuses HoldReturn and ReleaseHoldReturn"),
    sends: "staff ask to hold the return, then release it",
    expects: "HoldReturn, ReleaseHoldReturn",
    why: "the item must not travel meanwhile",
} |s| {
    let loan = shipped(&s).await?;
    for status in ["HoldReturn", "ReleaseHoldReturn"] {
        give(&s, &loan, status, json!({})).await?;
        loan.hears(status).await?;
    }
}

S14 "An action about what is over is answered" {
    roles: SUPPLIER, does: &["Unfilled"], source: IMPOSSIBLE,
    sends: "Cancel after Unfilled",
    expects: "OK and CancelResponse N, or ERROR",
    why: "the requester should see that it is over",
} |s| {
    let loan = s.some_loan().await?;
    give(&s, &loan, "Unfilled", json!({ "reason": "NotHeld" })).await?;
    loan.hears("Unfilled").await?;
    let answer = loan.sends(loan.action("Cancel")).await?;
    if answer.is_error() {
        s.note(format!("an action in a final state is refused with {}", answer.error_type()));
        return Ok(());
    }
    answer.ok("Cancel")?;
    loan.answered("CancelResponse").await?;
}

S15 "A status request is answered" {
    roles: SUPPLIER, source: ANSWERS,
    sends: "StatusRequest right after the request",
    expects: "StatusRequestResponse",
    why: "the requester wants to know",
} |s| {
    let loan = s.some_loan().await?;
    loan.does("StatusRequest").await?;
    let arrival = loan.answered("StatusRequestResponse").await?;
    if arrival.status().is_empty() {
        return Err(CaseEnd::fail("a status", "none", &arrival.bytes));
    }
}

S16 "A cancel in time is accepted" {
    roles: SUPPLIER, does: &["Cancel=Y"], source: ANSWERS,
    sends: "Cancel before anything was shipped; staff accept",
    expects: "CancelResponse Y with status Cancelled",
    why: "the patron does not need it any more",
} |s| {
    let loan = s.some_loan().await?;
    asks(&s, &loan, "Cancel", json!({ "answer": "Y" })).await?;
    let arrival = loan.answered_with("CancelResponse", "Y").await?;
    same("the status", arrival.status(), "Cancelled", &arrival.bytes)?;
}

S17 "A cancel after shipping is refused" {
    roles: SUPPLIER, does: &["WillSupply Loaned Cancel=N"], source: Source::UseCase("N if it was shipped"),
    sends: "Cancel after Loaned",
    expects: "CancelResponse N",
    why: "it is in the post",
} |s| {
    let loan = shipped(&s).await?;
    asks(&s, &loan, "Cancel", json!({ "answer": "N" })).await?;
    loan.answered_with("CancelResponse", "N").await?;
}

S18 "A Notification changes nothing" {
    roles: SUPPLIER, source: Source::Standard("Notification informs"),
    sends: "a Notification with a note, then StatusRequest",
    expects: "OK, and a status that is none of the final ones",
    why: "people talk through it",
} |s| {
    let loan = s.some_loan().await?;
    loan.does_with_note("Notification", "no hurry").await?;
    if !loan.sends(loan.action("StatusRequest")).await?.is_ok() {
        return Err(CaseEnd::Inconclusive("the subject takes no StatusRequest, so its status cannot be seen".to_owned()));
    }
    let arrival = loan.answered("StatusRequestResponse").await?;
    if matches!(arrival.status(), "Unfilled" | "Cancelled" | "LoanCompleted") {
        return Err(CaseEnd::fail("a status that goes on", arrival.status(), &arrival.bytes));
    }
}

S19 "The supplier's own id stays the same" {
    roles: SUPPLIER, does: &["WillSupply Loaned"], source: Source::Standard("supplyingAgencyRequestId"),
    sends: "a request; staff promise and ship",
    expects: "one supplyingAgencyRequestId in all messages, or none",
    why: "the requester names it in every message",
} |s| {
    let loan = shipped(&s).await?;
    let heard = loan.heard();
    let mut ids: Vec<&str> = heard.iter().map(|arrival| arrival.text("header/supplyingAgencyRequestId")).collect();
    ids.retain(|id| !id.is_empty());
    ids.dedup();
    if ids.len() > 1 {
        return Err(CaseEnd::fail("one id", ids.join(", "), b""));
    }
}

S20 "A status that could not be delivered is sent again" {
    roles: SUPPLIER, does: &["WillSupply"], source: Source::Practice("a confirmation is the only proof of delivery"),
    sends: "staff promise; the requester answers 500 once",
    expects: "the same bytes again; a supplier that gives up is noted",
    why: "a status must not get lost",
} |s| {
    let loan = s.some_loan().await?;
    s.answer(loan.requester, "supplyingAgencyMessage", "WillSupply", 1, Reply::Plain(500, "text/plain", "out of order"));
    give(&s, &loan, "WillSupply", json!({})).await?;
    loan.hears("WillSupply").await?;
    let twice = |arrivals: &[Arrival]| arrivals.iter().filter(|arrival| arrival.status() == "WillSupply").count() > 1;
    if !s.comes_to(std::time::Duration::from_secs(10), twice).await {
        s.note("within the time the suite waits, nothing is sent again after HTTP 500");
    }
}

S21 "A condition is said before shipping" {
    roles: SUPPLIER, does: &["WillSupply=LibraryUseOnly"], source: Source::Standard("deliveryInfo/loanCondition"),
    sends: "staff promise on the condition LibraryUseOnly",
    expects: "the condition at the requester",
    why: "it must agree or not",
} |s| {
    let loan = s.some_loan().await?;
    give(&s, &loan, "WillSupply", json!({ "condition": "LibraryUseOnly" })).await?;
    loan.gets("the condition", |arrival| arrival.message.mentions("LibraryUseOnly")).await?;
}

S22 "A request that was answered and comes again is no other request" {
    roles: SUPPLIER, does: &["WillSupply"],
    source: Source::Practice("who missed the confirmation sends the same bytes again, also after the answer"),
    sends: "request; staff promise; the request once more, byte for byte; StatusRequest",
    expects: "OK (an ERROR that says that the id is known is noted), and the status WillSupply",
    why: "whom it refuses now takes that for its last word, and asks another library",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let loan = order.send().await?;
    give(&s, &loan, "WillSupply", json!({})).await?;
    loan.hears("WillSupply").await?;
    let again = s.post(loan.requester, body).await?;
    if again.is_error() && again.text("errorData/errorValue").contains("requestingAgencyRequestId") {
        s.note(format!("a repeat of an answered request is answered with {}", again.summary()));
    } else {
        again.ok("the repeat of an answered request")?;
    }
    if !loan.sends(loan.action("StatusRequest")).await?.is_ok() {
        return Err(CaseEnd::Inconclusive("the subject takes no StatusRequest, so its status cannot be seen".to_owned()));
    }
    let told = loan.answered("StatusRequestResponse").await?;
    same("the status", told.status(), "WillSupply", &told.bytes)?;
}
}

/// The supplier's staff offer it for money.
async fn retry(s: &Script, loan: &Loan) -> Result<(), CaseEnd> {
    let offer = json!({ "reason": "CostExceedsMaxCost", "currency": "EUR", "amount": "25.00", "retry_before": s.in_days(14) });
    give(s, loan, "RetryPossible", offer).await
}
