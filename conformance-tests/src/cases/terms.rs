//! Retries and conditions, through a broker.

use std::time::Duration;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::edition::Edition;
use crate::leg::{Leg, cancel_response, loaned, on_condition, retry_possible, unfilled, will_supply};
use crate::loan::Loan;
use crate::mailbox::Arrival;
use crate::script::Script;
use crate::wire::{Code, Delivery, Say};

const BROKER: &[Role] = &[Role::Broker];
const NEW: &[Edition] = &[Edition::V2021_2];
const RETRY: Source = Source::Standard("requestType Retry, requestingAgencyPreviousRequestId");
const CONDITION: Source =
    Source::Practice("the standard has no message for agreeing; systems use Notification and Cancel");

/// A retry that nobody offered: ERROR, or OK and the status that stands; which of them is the subject's choice.
async fn idle_retry(s: &Script, loan: &Loan, status: &str) -> Result<(), CaseEnd> {
    let order = loan.retry()?;
    let answer = order.attempt().await?;
    if !answer.is_ok() {
        answer.refused("a retry that nobody offered")?;
        return Ok(());
    }
    order.sent(answer).gets("the status that stands", |arrival| arrival.status() == status).await?;
    s.note("a retry that nobody offered gets OK and the status that stands");
    Ok(())
}

/// How long nothing comes from a broker that lets a request rest.
const REST: Duration = Duration::from_secs(3);

/// An interim or final Unfilled.
fn ends(arrival: &Arrival) -> bool {
    arrival.status() == "Unfilled" && arrival.reason() != "Notification"
}

cases! { "Retries and conditions";

Y01 "A retry's terms reach the requester" {
    roles: BROKER, source: Source::Standard("RetryPossible; 1.2: messageInfo, 2021-2: retryInfo"),
    sends: "RetryPossible with reason, costs and retryBefore",
    expects: "the same at the requester",
    why: "it decides by them",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let until = s.in_days(14);
    let mut say = retry_possible("CostExceedsMaxCost");
    say.offered = Some(("EUR".to_owned(), "25.00".to_owned()));
    say.retry_before = Some(until.clone());
    loan.asked(supplier).await?.say(say).await?;
    let arrival = loan.hears("RetryPossible").await?;
    let home = if s.edition() == Edition::V1_2 { "messageInfo" } else { "retryInfo" };
    same("reasonRetry", arrival.text("messageInfo/reasonRetry"), "CostExceedsMaxCost", &arrival.bytes)?;
    same("the costs", arrival.text(&format!("{home}/offeredCosts/monetaryValue")), "25.00", &arrival.bytes)?;
    let got = arrival.text(&format!("{home}/retryBefore")).parse::<jiff::Timestamp>().ok();
    if got != until.parse().ok() {
        return Err(CaseEnd::fail(format!("retryBefore {until}"), format!("{got:?}"), &arrival.bytes));
    }
}

Y02 "A retry under a new id goes to the same supplier, and names the request before" {
    roles: BROKER, source: RETRY,
    sends: "RetryPossible, then a Retry with a new id",
    expects: "a request of type Retry to the same supplier, with a fresh id and the previous one",
    why: "that supplier waits for it",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(retry_possible("CostExceedsMaxCost")).await?;
    loan.hears("RetryPossible").await?;
    let again = loan.retry()?.send().await?;
    let new_leg = again.asked(first).await?;
    same("requestType", new_leg.asked.text("serviceInfo/requestType"), "Retry", &new_leg.asked.bytes)?;
    let previous = new_leg.asked.text("serviceInfo/requestingAgencyPreviousRequestId");
    same("the previous id", previous, leg.id(), &new_leg.asked.bytes)?;
    if new_leg.id() == leg.id() {
        s.note("a retry goes downstream under the old id");
    }
    new_leg.say(will_supply()).await?;
    again.hears("WillSupply").await?;
    again.never_asked(second).await?;
}

Y03 "A retry under the same id is taken" {
    roles: BROKER, source: Source::Practice("the standard leaves open whether a retry has a new id"),
    sends: "RetryPossible, then a Retry with the old id",
    expects: "a request to the same supplier; ERROR is noted",
    why: "systems differ",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(retry_possible("OnLoan")).await?;
    loan.hears("RetryPossible").await?;
    let id = loan.id().to_owned();
    let order = loan.retry()?.with(|request| request.head.request_id = id);
    let answer = order.attempt().await?;
    if answer.is_error() {
        s.note("a retry must have a new id");
        return Ok(());
    }
    let again = order.sent(answer.ok("the retry")?);
    again.asked(supplier).await?.say(will_supply()).await?;
    again.hears("WillSupply").await?;
}

Y04 "A retry for something else is a new search" {
    roles: BROKER, source: Source::Practice("with other bibliographic data the old supplier means nothing"),
    sends: "RetryPossible, then a Retry with another title and another list of suppliers",
    expects: "a request to the first of the new list",
    why: "another edition is held by others",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first]).await?;
    loan.asked(first).await?.say(retry_possible("NotFoundAsCited")).await?;
    loan.hears("RetryPossible").await?;
    let symbol = s.symbol(second);
    let order = loan.retry()?.with(|request| {
        request.title += ", second edition";
        request.suppliers = vec![symbol];
    });
    let again = order.send().await?;
    again.asked(second).await?.say(will_supply()).await?;
    again.hears("WillSupply").await?;
}

Y05 "A retry of what is over is refused" {
    roles: BROKER, source: RETRY,
    sends: "a Retry after the final Unfilled",
    expects: "ERROR, or OK and Unfilled once more; nobody is asked",
    why: "it is a new request by then",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(unfilled("NotHeld")).await?;
    loan.hears("Unfilled").await?;
    idle_retry(&s, &loan, "Unfilled").await?;
    loan.never_asked_again(supplier).await?;
}

Y08 "The first answer to a retry is a RequestResponse" {
    roles: BROKER, source: Source::UseCase("the first answer to New or Retry is a RequestResponse"),
    sends: "RetryPossible, Retry, WillSupply",
    expects: "the first status after the retry has reason RequestResponse",
    why: "a retry is a request",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(retry_possible("OnLoan")).await?;
    loan.hears("RetryPossible").await?;
    let again = loan.retry()?.send().await?;
    again.asked(supplier).await?.say(will_supply()).await?;
    again.hears("WillSupply").await?;
    let answers: Vec<Arrival> = again.heard().into_iter().filter(|arrival| arrival.reason() != "Notification").collect();
    let Some(first) = answers.first() else { return Err(CaseEnd::Inconclusive("no answer".to_owned())) };
    same("the first reason", first.reason(), "RequestResponse", &first.bytes)?;
}

Y10 "A retry of what is still running is refused" {
    roles: BROKER, source: RETRY,
    sends: "a Retry after WillSupply",
    expects: "ERROR, or OK and the status once more; no second request to the supplier",
    why: "nobody offered one",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, _) = s.promised(supplier).await?;
    idle_retry(&s, &loan, "WillSupply").await?;
    loan.never_asked_again(supplier).await?;
}

Y11 "A reason for a retry that nobody knows is kept" {
    roles: BROKER, source: Source::Standard("ReasonRetry is an open list"),
    sends: "RetryPossible with reason AskAgainAtEaster",
    expects: "the same reason at the requester",
    why: "people can read it",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(retry_possible("AskAgainAtEaster")).await?;
    let arrival = loan.hears("RetryPossible").await?;
    same("reasonRetry", arrival.text("messageInfo/reasonRetry"), "AskAgainAtEaster", &arrival.bytes)?;
}

Y12 "After a retry was taken up, it is not said to be possible again" {
    roles: BROKER, source: RETRY,
    sends: "RetryPossible, a Retry twice, a StatusRequest; and later RetryPossible anew",
    expects: "nothing under the new id says RetryPossible, before the supplier does so",
    why: "a requester that retries by itself would do so without end",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(retry_possible("OnLoan")).await?;
    loan.hears("RetryPossible").await?;
    let order = loan.retry()?;
    let again = order.clone().send().await?;
    let leg = again.asked(supplier).await?;
    order.attempt().await?;
    let repeat = order.with(|request| request.head.timestamp = s.now());
    repeat.attempt().await?;
    if again.sends(again.action("StatusRequest")).await?.is_ok() {
        again.answered("StatusRequestResponse").await?;
    } else {
        s.note("StatusRequest after a retry is refused");
    }
    let possible = |arrival: &Arrival| arrival.status() == "RetryPossible";
    again.never_gets("no RetryPossible that nobody said", possible).await?;
    again.never_asked_again(supplier).await?;
    leg.say(retry_possible("CostExceedsMaxCost")).await?;
    let anew = again.hears("RetryPossible").await?;
    same("reasonRetry", anew.text("messageInfo/reasonRetry"), "CostExceedsMaxCost", &anew.bytes)?;
}

Y13 "Retries without end come to rest" {
    roles: BROKER, pace: Pace::Alone,
    source: Source::Practice("a requester that retries by itself meets a supplier whose terms never fit"),
    sends: "RetryPossible to every request, and a Retry to every RetryPossible, at once",
    expects: "the supplier asked no more before it was asked a hundred times",
    why: "two machines can keep this up for days, at many messages a second",
} |s| {
    const MOST: usize = 100;
    let [supplier] = s.suppliers()?;
    let mut loan = s.borrow(&[supplier]).await?;
    let mut leg = loan.asked(supplier).await?;
    for count in 1..MOST {
        leg.say(retry_possible("OnLoan")).await?;
        let possible = |arrival: &Arrival| arrival.status() == "RetryPossible";
        let rests = |count: usize| s.fact("retries until the broker lets it rest", count.to_string());
        if s.seek(REST, loan.requester, possible).await.is_none() {
            rests(count);
            return Ok(());
        }
        let order = loan.retry()?;
        let answer = order.attempt().await?;
        if answer.is_error() {
            rests(count);
            return Ok(());
        }
        loan = order.sent(answer);
        let title = loan.request.title.clone();
        let asked = |it: &Arrival| it.kind == "request" && it.text("bibliographicInfo/title") == title;
        match s.seek(REST, supplier, asked).await {
            Some(asked) => leg = Leg::new(&s, supplier, asked),
            None => {
                rests(count);
                return Ok(());
            }
        }
    }
    Err::<(), _>(CaseEnd::fail("rest", format!("the supplier was asked {MOST} times"), &leg.asked.bytes))?;
}

K01 "A condition reaches the requester" {
    roles: BROKER, source: Source::Standard("deliveryInfo/loanCondition"),
    sends: "WillSupply with loanCondition LibraryUseOnly",
    expects: "the condition at the requester",
    why: "it must agree or not",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(on_condition("LibraryUseOnly")).await?;
    let conditional = |arrival: &Arrival| arrival.message.mentions("LibraryUseOnly");
    loan.gets("the condition", conditional).await?;
}

K02 "Agreeing to a condition reaches the supplier, which ships" {
    roles: BROKER, source: CONDITION,
    sends: "WillSupply with a condition, a Notification that agrees, Loaned",
    expects: "the Notification at the supplier, Loaned at the requester",
    why: "the supplier waits for it",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    leg.say(on_condition("SignatureRequired")).await?;
    loan.hears("WillSupply").await?;
    loan.does_with_note("Notification", "ACCEPT").await?;
    leg.gets("Notification").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}

K03 "Declining a condition moves the rota on" {
    roles: BROKER, source: CONDITION,
    sends: "WillSupply with a condition; a Cancel addressed to the supplier's own symbol; the supplier answers Y",
    expects: "the next supplier is asked; the requester hears no CancelResponse for its request",
    why: "a no to a condition is no end of the request",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.order(&[first, second])?.by(s.transparent_requester()?).send().await?;
    let leg = loan.asked(first).await?;
    leg.say(on_condition("LibraryUseOnly")).await?;
    loan.hears("WillSupply").await?;
    loan.does_to(s.symbol(first), "Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.asked(second).await?.say(will_supply()).await?;
    loan.gets("WillSupply of the second", |arrival| arrival.status() == "WillSupply" && arrival.reason() != "Notification").await?;
    loan.never_gets("no CancelResponse", |arrival| arrival.reason() == "CancelResponse").await?;
}

K04 "An offer of costs before shipping reaches the requester" {
    roles: BROKER, source: Source::Standard("offeredCosts; 1.2: messageInfo, 2021-2: retryInfo"),
    sends: "WillSupply with offeredCosts of 15.00 USD",
    expects: "15.00 at the requester",
    why: "it must agree or not",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let say = Say { offered: Some(("USD".to_owned(), "15.00".to_owned())), ..will_supply() };
    loan.asked(supplier).await?.say(say).await?;
    loan.gets("the costs", |arrival| arrival.message.mentions("15.00")).await?;
}

K05 "A condition's dateSent is no shipping" {
    roles: BROKER, source: Source::Practice("dateSent is mandatory in deliveryInfo, also where nothing was sent"),
    sends: "WillSupply with a condition; then Unfilled",
    expects: "the next supplier is asked",
    why: "only Loaned and CopyCompleted say that it was sent",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(on_condition("LibraryUseOnly")).await?;
    loan.hears("WillSupply").await?;
    leg.say(unfilled("PolicyProblem")).await?;
    loan.asked(second).await?;
    loan.never_gets("no end", ends).await?;
}

K08 "Several conditions arrive as several" {
    roles: BROKER, editions: NEW, source: Source::Standard("2021-2: loanCondition may be repeated"),
    sends: "WillSupply with two conditions",
    expects: "both at the requester",
    why: "each must be kept",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let conditions = vec![Code::from("LibraryUseOnly"), Code::from("NoReproduction")];
    let delivery = Delivery { conditions, ..Delivery::default() };
    loan.asked(supplier).await?.say(Say { delivery: Some(delivery), ..will_supply() }).await?;
    let both = |arrival: &Arrival| arrival.message.mentions("LibraryUseOnly") && arrival.message.mentions("NoReproduction");
    loan.gets("both conditions", both).await?;
}
}
