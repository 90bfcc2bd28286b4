//! Messages that come more than once.

use crate::case::{CaseEnd, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::leg::{loaned, status, will_supply};
use crate::script::Script;

const BROKER: &[Role] = &[Role::Broker];
const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const ONCE: Source = Source::Practice("there is no message id; a lost answer makes every sender repeat");

/// The confirmation of a repeat.
async fn same_again(s: &Script, party: usize, body: &str, first: &[u8], what: &str) -> Result<(), CaseEnd> {
    let again = s.post(party, body.to_owned()).await?;
    if again.is_error() {
        s.note(format!("a repeat of {what} is answered with ERROR {}", again.error_type()));
        return Ok(());
    }
    let again = again.ok(format!("a repeat of {what}"))?;
    if again.bytes != first {
        s.note(format!("a repeat of {what} gets a new confirmation, not the first one again"));
    }
    Ok(())
}

/// The same bytes twice; both are answered.
async fn twice(s: &Script, party: usize, body: String) -> Result<(), CaseEnd> {
    s.post(party, body.clone()).await?.ok("the first time")?;
    s.post(party, body).await?;
    Ok(())
}

cases! { "Repeats";

T01 "A request that comes twice is one request" {
    roles: ASKED, source: ONCE,
    sends: "the same bytes twice",
    expects: "OK twice (an ERROR that says it exists is noted); one request to the supplier",
    why: "a repeat must not order the book twice",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let loan = order.send().await?;
    same_again(&s, loan.requester, &body, &loan.confirmation.bytes, "a request").await?;
    if s.role() == Role::Broker {
        let [supplier] = s.suppliers()?;
        loan.asked(supplier).await?;
        loan.never_asked_again(supplier).await?;
    }
}

T11 "A status that comes twice is heard once" {
    roles: BROKER, source: ONCE,
    sends: "the supplier sends the same WillSupply twice",
    expects: "OK twice, the same confirmation; one WillSupply to the requester",
    why: "a repeat has no effect",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    let body = leg.xml(&leg.message(will_supply()));
    let first = s.post(supplier, body.clone()).await?.ok("WillSupply")?;
    same_again(&s, supplier, &body, &first.bytes, "a status").await?;
    loan.hears("WillSupply").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}

T12 "An action that comes twice is passed on once" {
    roles: BROKER, source: ONCE,
    sends: "the requester sends the same Received twice",
    expects: "OK twice; one Received to the supplier",
    why: "a repeat has no effect",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    let body = loan.action("Received").xml(s.edition());
    let first = s.post(loan.requester, body.clone()).await?.ok("Received")?;
    same_again(&s, loan.requester, &body, &first.bytes, "an action").await?;
    loan.does("ShippedReturn").await?;
    leg.gets("ShippedReturn").await?;
    same("Received at the supplier", &leg.count("Received").to_string(), "1", b"")?;
}

T13 "A whole loan in which every message comes twice is one loan" {
    roles: BROKER, source: ONCE,
    sends: "each message of a loan twice",
    expects: "each side hears each thing once",
    why: "a bad line repeats everything",
} |s| {
    let [supplier] = s.suppliers()?;
    let order = s.order(&[supplier])?;
    let body = order.xml();
    let loan = order.send().await?;
    s.post(loan.requester, body).await?;
    let leg = loan.asked(supplier).await?;
    for word in ["WillSupply", "Loaned"] {
        twice(&s, supplier, leg.xml(&leg.message(status(word)))).await?;
        loan.hears(word).await?;
    }
    for action in ["Received", "ShippedReturn"] {
        twice(&s, loan.requester, loan.action(action).xml(s.edition())).await?;
        leg.gets(action).await?;
    }
    twice(&s, supplier, leg.xml(&leg.message(status("LoanCompleted")))).await?;
    loan.hears("LoanCompleted").await?;
    for action in ["Received", "ShippedReturn"] {
        same(action, &leg.count(action).to_string(), "1", b"")?;
    }
    for word in ["WillSupply", "Loaned", "LoanCompleted"] {
        let heard = loan.heard().iter().filter(|arrival| arrival.status() == word && arrival.reason() != "Notification").count();
        same(word, &heard.to_string(), "1", b"")?;
    }
}

T14 "A request that comes eight times at once is one request" {
    roles: BROKER, source: ONCE,
    sends: "the same bytes on eight connections at the same time",
    expects: "one request to the supplier",
    why: "impatient senders, and two of their threads",
} |s| {
    let [supplier] = s.suppliers()?;
    let order = s.order(&[supplier])?;
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (s, party, body) = (s.clone(), order.requester, order.xml());
        sending.spawn(async move { s.post(party, body).await });
    }
    let mut taken = None;
    while let Some(sent) = sending.join_next().await {
        let answer = sent.map_err(|error| CaseEnd::Inconclusive(error.to_string()))??;
        if answer.is_ok() {
            taken = Some(answer);
        }
    }
    let Some(answer) = taken else { return Err(CaseEnd::fail("OK to one of them at least", "none", b"")) };
    let loan = order.sent(answer);
    loan.asked(supplier).await?;
    loan.never_asked_again(supplier).await?;
}
}
