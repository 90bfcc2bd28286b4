//! What a broker does when the line to a library is bad, or its answers are.

use std::time::Duration;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::leg::{cancel_response, loaned, unfilled, will_supply};
use crate::mailbox::{Arrival, Gate, Reply};
use crate::script::Script;

const BROKER: &[Role] = &[Role::Broker];
const HTTP: Source = Source::Web("HTTP/1.1");
const LINE: Source = Source::Practice("a confirmation is the only proof of delivery");
const ANSWERED: Source =
    Source::Practice("who answers a request has it, whatever became of the confirmation");
const OUT_OF_ORDER: Reply = Reply::Plain(500, "text/plain", "out of order");

/// What a system says of a request that it has not booked yet.
pub(super) const UNKNOWN: Reply =
    Reply::Refuse(200, "UnrecognisedDataValue", "non-existing requestingAgencyRequestId");
pub(super) const LATE: Source =
    Source::Practice("systems book a request after they have answered it, and refuse what comes before");

/// What was refused as about an unknown request comes again: by and by, or when the subject's clock is moved.
pub(super) async fn sent_again(s: &Script, refused: &Arrival) -> Result<(), CaseEnd> {
    let words = |it: &Arrival| [it.status(), it.reason(), it.text("action")].map(str::to_owned);
    let is_it = |it: &&Arrival| it.party == refused.party && it.n > refused.n && words(it) == words(refused);
    let again = |arrivals: &[Arrival]| arrivals.iter().any(|it| is_it(&it));
    let steps = if s.may_move_the_clock() { 20 } else { 0 };
    for _ in 0..steps {
        if s.comes_to(PAUSE, again).await {
            return Ok(());
        }
        s.advance(Duration::from_secs(10)).await?;
    }
    if s.comes_to(s.timeout(), again).await {
        return Ok(());
    }
    Err(s.missed(refused.party, format!("{} again", refused.summary())))
}

/// How long a subject whose clock is moved has after each step, before the next one.
const PAUSE: Duration = Duration::from_millis(500);

/// A request that the broker must pass on though the supplier's first answers are no confirmations. It may take its time: where
/// its clock can be moved, it is moved.
async fn comes_again(s: &Script, reply: Reply, what: &str) -> Result<(), CaseEnd> {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "request", "", 1, reply);
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    let times = |arrivals: &[Arrival]| {
        arrivals.iter().filter(|arrival| arrival.party == supplier && arrival.kind == "request").count()
    };
    let again = |arrivals: &[Arrival]| times(arrivals) > 1;
    if s.may_move_the_clock() {
        for _ in 0..20 {
            if s.comes_to(PAUSE, again).await {
                break;
            }
            s.advance(Duration::from_secs(90)).await?;
        }
        s.comes_to(s.timeout(), again).await;
    } else {
        s.comes_to(Duration::from_secs(2), again).await;
    }
    let requests: Vec<Arrival> = s
        .arrivals()
        .into_iter()
        .filter(|arrival| arrival.party == supplier && arrival.kind == "request")
        .collect();
    if requests.len() < 2 {
        if s.may_move_the_clock() {
            return Err(CaseEnd::fail(
                format!("the request again after {what}"),
                "it was sent once",
                &leg.asked.bytes,
            ));
        }
        s.note(format!("within the time the suite waits, nothing is sent again after {what}"));
        return Ok(());
    }
    if requests[1].bytes != requests[0].bytes {
        return Err(CaseEnd::fail(
            "the same bytes again, timestamp included",
            "other bytes",
            &requests[1].bytes,
        ));
    }
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    Ok(())
}

/// The request that this supplier had is not sent once more.
async fn not_again(s: &Script, supplier: usize) -> Result<(), CaseEnd> {
    s.never("the request once only", |arrival| {
        arrival.party == supplier && arrival.kind == "request" && arrival.repeat
    })
    .await
}

cases! { "Bad lines";

T02 "A confirmation under HTTP 201 is a confirmation" {
    roles: BROKER, source: Source::Practice("Koha answers so"),
    sends: "the supplier confirms with 201",
    expects: "the request is not sent again",
    why: "any 2xx with a confirmation is an answer",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "request", "", 9, Reply::ConfirmAs(201));
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    not_again(&s, supplier).await?;
}

T03 "An ERROR confirmation under HTTP 400 is an answer" {
    roles: BROKER, source: Source::Practice("Koha answers so"),
    sends: "the first supplier refuses the request with ERROR under 400",
    expects: "the next supplier is asked; the first not again",
    why: "the body says it all",
} |s| {
    let [first, second] = s.suppliers()?;
    s.answer(first, "request", "", 9, Reply::Refuse(400, "UnrecognisedDataValue", "requestingAgencyId: not known here"));
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(second).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    not_again(&s, first).await?;
}

T04 "After HTTP 500 the same bytes are sent again" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the supplier answers 500 once",
    expects: "the same bytes again; then the request goes on",
    why: "a hiccup must not lose a request",
} |s| {
    comes_again(&s, OUT_OF_ORDER, "HTTP 500").await?;
}

T05 "After silence the same bytes are sent again" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the supplier takes the request and does not answer",
    expects: "the same bytes again, after the time-out",
    why: "nobody knows whether it arrived",
} |s| {
    let gate = Gate::default();
    let again = comes_again(&s, Reply::Hang(gate.clone()), "no answer").await;
    gate.open();
    again?;
}

T09 "A supplier that cannot be reached is passed over in the end" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the first supplier closes every connection",
    expects: "the second is asked, once the time for delivery is over",
    why: "a dead server must not hold a request for ever",
} |s| {
    let [first, second] = s.suppliers()?;
    s.answer(first, "", "", usize::MAX, Reply::Close);
    let loan = s.borrow(&[first, second]).await?;
    s.until_advanced(second, "a request to the second", Duration::from_secs(3600), |arrival| arrival.kind == "request").await?;
    loan.never_gets("no end", |arrival| arrival.status() == "Unfilled" && arrival.reason() != "Notification").await?;
}

T10 "A status that arrives late does not take the loan back" {
    roles: BROKER, source: Source::Practice("retries of different messages overtake each other"),
    sends: "Loaned, and then a WillSupply with an older timestamp",
    expects: "OK to both; WillSupply does not follow Loaned to the requester",
    why: "order on the line is no order of events",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    let early = leg.message(will_supply());
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    leg.sends(&early).await?.ok("the late message")?;
    loan.never_gets("no WillSupply after Loaned", |arrival| arrival.status() == "WillSupply").await?;
}

T15 "After a connection that closed the same bytes are sent again" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the supplier closes the connection without an answer",
    expects: "the same bytes again",
    why: "nobody knows whether it arrived",
} |s| {
    comes_again(&s, Reply::Close, "a connection that closed").await?;
}

T16 "A web page under HTTP 200 is no confirmation" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the supplier answers 200 with HTML",
    expects: "the same bytes again",
    why: "proxies and login pages answer so",
} |s| {
    comes_again(&s, Reply::Plain(200, "text/html", "<html><body>Welcome</body></html>"), "a web page").await?;
}

T17 "Half a confirmation is none" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the supplier's confirmation breaks off",
    expects: "the same bytes again",
    why: "it might have said ERROR",
} |s| {
    comes_again(&s, Reply::Truncate, "half a confirmation").await?;
}

T36 "A confirmation about another request is none" {
    roles: BROKER, source: Source::Standard("confirmationHeader repeats the ids"), pace: Pace::Alone,
    sends: "the supplier's confirmation names another request",
    expects: "the same bytes again",
    why: "answers get mixed up where connections are shared",
} |s| {
    comes_again(&s, Reply::OfAnotherRequest, "a confirmation about another request").await?;
}

T37 "A confirmation of another kind is none" {
    roles: BROKER, source: Source::Standard("each message has its own confirmation"), pace: Pace::Alone,
    sends: "the supplier answers a request with supplyingAgencyMessageConfirmation",
    expects: "the same bytes again",
    why: "it confirms what was not sent",
} |s| {
    comes_again(&s, Reply::OfAnotherKind, "a confirmation of another kind").await?;
}

T18 "A redirect is not followed" {
    roles: BROKER, source: Source::Practice("addresses come from the registry, never from an answer"), pace: Pace::Alone,
    sends: "the supplier redirects to another path",
    expects: "nobody asks there",
    why: "a third party that can redirect could read requests",
} |s| {
    let [supplier] = s.suppliers()?;
    let seen = s.fetched().len();
    s.answer(supplier, "request", "", 1, Reply::Redirect("/elsewhere"));
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?;
    for _ in 0..3 {
        s.comes_to(Duration::from_secs(1), |_| false).await;
        if s.may_move_the_clock() {
            s.advance(Duration::from_secs(90)).await?;
        }
    }
    if s.fetched().len() > seen {
        return Err(CaseEnd::fail("the redirect is not followed", format!("somebody asked for {:?}", s.fetched().last()), b""));
    }
}

T31 "One supplier that hangs does not hold up the others" {
    roles: BROKER, source: Source::Practice("a slow peer harms only itself"), pace: Pace::Alone,
    sends: "requests to a supplier that does not answer, then one to another",
    expects: "the other one is asked at once",
    why: "one library's server must not stop the service",
} |s| {
    let [slow, quick] = s.suppliers()?;
    let gate = Gate::default();
    s.answer(slow, "", "", 12, Reply::Hang(gate.clone()));
    for _ in 0..12 {
        s.borrow(&[slow]).await?;
    }
    let loan = s.borrow(&[quick]).await?;
    let asked = loan.asked(quick).await;
    gate.open();
    asked?.say(unfilled("NotHeld")).await?;
    loan.hears("Unfilled").await?;
}

T32 "An answer that comes in small pieces is read whole" {
    roles: BROKER, source: HTTP,
    sends: "the supplier's confirmation comes a few bytes at a time",
    expects: "the request is not sent again",
    why: "slow is not broken",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "request", "", 1, Reply::Drip);
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    not_again(&s, supplier).await?;
}

T34 "A supplier's answer is taken though it comes before the supplier's own confirmation" {
    roles: BROKER, source: Source::Practice("some systems answer from inside the call"),
    sends: "the supplier sends WillSupply while its confirmation of the request is still outstanding",
    expects: "OK, and WillSupply to the requester",
    why: "messages cross",
} |s| {
    let [supplier] = s.suppliers()?;
    let gate = Gate::default();
    s.answer(supplier, "request", "", 1, Reply::Held(gate.clone()));
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    let said = leg.say(will_supply()).await;
    gate.open();
    said?;
    loan.hears("WillSupply").await?;
}

T35 "What the requester cannot take now is sent again" {
    roles: BROKER, source: LINE, pace: Pace::Alone,
    sends: "the requester answers WillSupply with 503 once",
    expects: "the same bytes again, before what follows",
    why: "a status must not get lost on the last metre",
} |s| {
    let [supplier] = s.suppliers()?;
    let requester = s.requester()?;
    s.answer(requester, "supplyingAgencyMessage", "WillSupply", 1, Reply::Plain(503, "text/plain", "later"));
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    leg.say(loaned(s.in_days(28))).await?;
    s.until_advanced(requester, "Loaned, after WillSupply was sent again", Duration::from_secs(90), |arrival| {
        arrival.status() == "Loaned"
    })
    .await?;
    let ours = |arrival: &&Arrival| arrival.party == requester && matches!(arrival.status(), "WillSupply" | "Loaned");
    let order: Vec<String> = s.arrivals().iter().filter(ours).map(|arrival| arrival.status().to_owned()).collect();
    same("the order", &order.join(" "), "WillSupply WillSupply Loaned", b"")?;
}

T38 "What a requester that books late does not know yet is sent again" {
    roles: BROKER, pace: Pace::Alone,
    source: Source::Practice("systems book a request of their own when its confirmation comes, and refuse what comes before"),
    sends: "the requester refuses the first message about its request once, as one that it does not know",
    expects: "that message again",
    why: "a moment later the requester knows it",
} |s| {
    let [supplier] = s.suppliers()?;
    let requester = s.requester()?;
    s.answer(requester, "supplyingAgencyMessage", "", 1, UNKNOWN);
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(will_supply()).await?;
    let refused = loan.gets("a message about the request", |_| true).await?;
    sent_again(&s, &refused).await?;
}

T39 "A request that was answered is not sent again, and nothing waits behind it" {
    roles: BROKER, source: ANSWERED, pace: Pace::Alone,
    sends: "the supplier answers the request with HTTP 500 whenever it comes, and says Loaned; then Received and ShippedReturn",
    expects: "both at the supplier; the request no more",
    why: "the supplier has it, and its item is on the way back",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "request", "", usize::MAX, OUT_OF_ORDER);
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    for action in ["Received", "ShippedReturn"] {
        loan.does(action).await?;
        leg.gets_by_and_by(action).await?;
    }
    leg.never_asked_again().await?;
}

T40 "What a supplier that books late does not know yet is sent again" {
    roles: BROKER, source: LATE, pace: Pace::Alone,
    sends: "the supplier confirms the request, and refuses the Cancel that follows at once, as about one that it does not know",
    expects: "the Cancel again; its answer reaches the requester",
    why: "a moment later the supplier knows it, and would send the book",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "requestingAgencyMessage", "Cancel", 1, UNKNOWN);
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    loan.does("Cancel").await?;
    let refused = leg.gets("Cancel").await?;
    sent_again(&s, &refused).await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
}

T41 "What is said right after a request was confirmed is about a known request" {
    roles: &[Role::Broker, Role::Supplier], source: Source::Standard("a confirmation says that the request was received"),
    sends: "a request, and with its confirmation in hand a Notification about it",
    expects: "OK",
    why: "who has confirmed a request and does not know it loses what is said of it",
} |s| {
    let loan = s.some_loan().await?;
    let mut message = loan.action("Notification");
    message.note = Some("for the reading room".to_owned());
    loan.sends(message).await?.ok("a Notification right after the request")?;
}
}
