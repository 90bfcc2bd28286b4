//! What time does to a request. These cases need the subject's clock, and have it for themselves.

use std::time::Duration;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::catalogue::cases;
use crate::leg::{cancel_response, loaned, on_condition, retry_possible, status, will_supply};
use crate::mailbox::Arrival;

const BROKER: &[Role] = &[Role::Broker];
const SILENCE: Source = Source::Practice("the protocol has no time-outs; a broker needs them");
const HALF_DAY: Duration = Duration::from_secs(12 * 3600);

/// A request to a supplier.
fn is_request(arrival: &Arrival) -> bool {
    arrival.kind == "request"
}

/// A Cancel to a supplier.
fn is_cancel(arrival: &Arrival) -> bool {
    arrival.text("action") == "Cancel"
}

/// An ending that nobody caused.
fn is_invented(arrival: &Arrival) -> bool {
    matches!(arrival.status(), "LoanCompleted" | "CompletedWithoutReturn" | "Unfilled" | "Cancelled")
        && arrival.reason() != "Notification"
}

cases! { "Clocks";

Z01 "A supplier that says nothing is passed over" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "the first supplier confirms the request and says nothing more",
    expects: "a Cancel to it, and in the end a request to the second",
    why: "people are ill, systems fail, and the patron waits",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?;
    let asked = s.until_advanced(second, "a request to the second", HALF_DAY, is_request).await?;
    let cancel = s.seek(Duration::from_secs(1), first, is_cancel).await;
    match cancel {
        Some(cancel) if cancel.n < asked.n => {}
        _ => return Err(CaseEnd::fail("a Cancel to the first before the second is asked", "none", &asked.bytes)),
    }
}

Z02 "A supplier that answers the Cancel with WillSupply keeps the request" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "silence until the Cancel, then N with WillSupply",
    expects: "the second supplier is not asked; Loaned is relayed",
    why: "it was only slow",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    s.until_advanced(first, "a Cancel to the first", HALF_DAY, is_cancel).await?;
    leg.say(cancel_response("N", "WillSupply")).await?;
    loan.never_asked(second).await?;
    leg.say(loaned(s.in_days(90))).await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned").await?;
}

Z03 "A supplier that accepts the Cancel for silence is passed over at once" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "silence until the Cancel, then Y",
    expects: "a request to the second, and no CancelResponse to the requester",
    why: "the requester did not cancel",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    s.until_advanced(first, "a Cancel to the first", HALF_DAY, is_cancel).await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.asked(second).await?;
    loan.never_gets("no CancelResponse", |arrival| arrival.reason() == "CancelResponse").await?;
}

Z04 "A supplier that was passed over for silence and then ships becomes the supplier" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "silence until the second is asked, then Loaned by the first",
    expects: "Loaned at the requester, a Cancel to the second",
    why: "what is in the post cannot be called back",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    s.until_advanced(second, "a request to the second", HALF_DAY, is_request).await?;
    leg.say(loaned(s.in_days(90))).await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned").await?;
    s.arrival("a Cancel to the second", second, is_cancel).await?;
}

Z05 "No timer ends a loan that is out" {
    roles: BROKER, source: Source::Practice("only the supplier knows that it has the item back"), pace: Pace::Alone,
    sends: "Loaned, and half a year without a word",
    expects: "no LoanCompleted, no CompletedWithoutReturn, no Cancel; then LoanCompleted by the supplier is relayed",
    why: "a file that is closed too early loses a book",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    for _ in 0..6 {
        s.advance(Duration::from_secs(30 * 24 * 3600)).await?;
        loan.never_gets("no end that nobody caused", is_invented).await?;
    }
    leg.never_gets("Cancel").await?;
    leg.say(status("LoanCompleted")).await?;
    loan.gets("LoanCompleted", |arrival| arrival.status() == "LoanCompleted").await?;
}

Z06 "When nobody takes up a retry, the rota goes on" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "RetryPossible with retryBefore in two days; the requester says nothing",
    expects: "a request to the second supplier",
    why: "the offer is over",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let mut say = retry_possible("CostExceedsMaxCost");
    say.retry_before = Some(s.in_days(2));
    loan.asked(first).await?.say(say).await?;
    loan.hears("RetryPossible").await?;
    s.until_advanced(second, "a request to the second", HALF_DAY, is_request).await?;
}

Z07 "When nobody answers a condition, the rota goes on" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "WillSupply with a condition; the requester says nothing, and the supplier accepts the Cancel that comes",
    expects: "a request to the second supplier",
    why: "the supplier holds the item back meanwhile",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(on_condition("LibraryUseOnly")).await?;
    loan.gets("the condition", |arrival| arrival.message.mentions("LibraryUseOnly")).await?;
    s.until_advanced(second, "a request to the second", HALF_DAY, is_request).await?;
}

Z08 "A supplier that promised and does not ship is passed over" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "WillSupply, and nothing more",
    expects: "a Cancel to the first, then a request to the second",
    why: "a promise is no book",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    s.until_advanced(second, "a request to the second", HALF_DAY, is_request).await?;
    s.arrival("a Cancel to the first", first, is_cancel).await?;
}

Z10 "ExpectToSupply alone does not stop the clock" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "ExpectToSupply, and nothing more",
    expects: "in the end a request to the second supplier",
    why: "many systems send it on their own",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(status("ExpectToSupply")).await?;
    s.until_advanced(second, "a request to the second", HALF_DAY, is_request).await?;
}

Z11 "A rota that only meets silence ends Unfilled" {
    roles: BROKER, source: SILENCE, pace: Pace::Alone,
    sends: "one supplier, and silence",
    expects: "Unfilled at the requester",
    why: "no request hangs for ever",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?;
    let end = |arrival: &Arrival| arrival.status() == "Unfilled" && arrival.reason() != "Notification";
    s.until_advanced(loan.requester, "Unfilled", HALF_DAY, end).await?;
}

B13 "Killed in the middle of a relay and started again, the broker goes on" {
    roles: BROKER, source: Source::Practice("what was confirmed must not be lost"), pace: Pace::Alone,
    sends: "a request and its answer, with the broker killed after each confirmation",
    expects: "the request at the supplier, WillSupply and Loaned at the requester",
    why: "power fails",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    s.kill_and_restart().await?;
    let leg = loan.asked(supplier).await?;
    leg.say(will_supply()).await?;
    s.kill_and_restart().await?;
    loan.gets("WillSupply", |arrival| arrival.status() == "WillSupply").await?;
    leg.say(loaned(s.in_days(28))).await?;
    s.kill_and_restart().await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned").await?;
}
}
