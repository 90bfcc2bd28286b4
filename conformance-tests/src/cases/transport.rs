//! HTTP, repeats, and what happens when the line is bad.

use std::time::Duration;

use crate::case::{Pace, Role, Source, Stop, cases};
use crate::cases::same;
use crate::hall::{Arrival, Gate, Reply};
use crate::loan::{Loan, loaned, status, unfilled, will_supply};
use crate::script::Script;

const BROKER: &[Role] = &[Role::Broker];
const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const HTTP: Source = Source::Web("HTTP/1.1");
const ONCE: Source = Source::Practice("there is no message id; a lost answer makes every sender repeat");
const LINE: Source = Source::Practice("a confirmation is the only proof of delivery");

/// A request that the broker must pass on though the supplier's first answers are no confirmations. It may take its time: where
/// its clock can be moved, it is moved.
async fn comes_again(s: &Script, reply: Reply, what: &str) -> Result<(), Stop> {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "request", "", 1, reply);
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked_patiently(supplier).await?;
    let times = |arrivals: &[Arrival]| {
        arrivals.iter().filter(|arrival| arrival.party == supplier && arrival.kind == "request").count()
    };
    for _ in 0..20 {
        if s.comes_to(Duration::from_secs(2), |arrivals| times(arrivals) > 1).await {
            break;
        }
        if !s.has_clock() {
            break;
        }
        s.advance(Duration::from_secs(90)).await?;
    }
    let requests: Vec<Arrival> = s
        .arrivals()
        .into_iter()
        .filter(|arrival| arrival.party == supplier && arrival.kind == "request")
        .collect();
    if requests.len() < 2 {
        if s.has_clock() {
            return Err(Stop::fail(
                format!("the request again after {what}"),
                "it was sent once",
                &leg.asked.bytes,
            ));
        }
        s.note(format!("within the time the suite waits, nothing is sent again after {what}"));
        return Ok(());
    }
    if requests[1].bytes != requests[0].bytes {
        return Err(Stop::fail(
            "the same bytes again, timestamp included",
            "other bytes",
            &requests[1].bytes,
        ));
    }
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    Ok(())
}

/// The confirmation of a repeat.
async fn same_again(s: &Script, party: usize, body: &str, first: &[u8], what: &str) -> Result<(), Stop> {
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

/// An HTTP refusal by this status; another 4xx is noted.
fn refused_by(s: &Script, answer: crate::script::Confirmation, status: u16, what: &str) -> Result<(), Stop> {
    if answer.is_ok() {
        return Err(Stop::fail(format!("{what}: HTTP {status}"), answer.summary(), &answer.bytes));
    }
    if answer.http != status {
        s.note(format!("{what} is answered with HTTP {}, where {status} belongs", answer.http));
    }
    Ok(())
}

cases! { "Transport";

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
    comes_again(&s, Reply::Plain(500, "text/plain", "out of order"), "HTTP 500").await?;
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

T06 "A Content-Type that is no XML is refused" {
    roles: ASKED, source: HTTP,
    sends: "a request as text/html, and as application/json",
    expects: "HTTP 415",
    why: "it is a mistake, and the sender should know",
} |s| {
    for kind in ["text/html", "application/json"] {
        let order = s.some_order()?;
        let answer = s.post_as(order.requester, kind, order.xml()).await?;
        if answer.is_ok() {
            s.note(format!("a message sent as {kind} is taken"));
        } else {
            refused_by(&s, answer, 415, kind)?;
        }
    }
}

T07 "A message that is too long is refused, and the next is taken" {
    roles: ASKED, source: HTTP, pace: Pace::Alone,
    sends: "a request of 24 MB",
    expects: "HTTP 413, or another refusal",
    why: "memory has an end",
} |s| {
    let order = s.some_order()?;
    let body = order.xml().replace("</title>", &("x".repeat(24 << 20) + "</title>"));
    match s.post(order.requester, body).await {
        Ok(answer) if answer.is_ok() => s.note("a message of 24 MB is taken"),
        Ok(answer) => refused_by(&s, answer, 413, "a message of 24 MB")?,
        Err(Stop::Fail(_)) => {}
        Err(other) => return Err(other),
    }
    s.some_loan().await?;
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
        let answer = sent.map_err(|error| Stop::Inconclusive(error.to_string()))??;
        if answer.is_ok() {
            taken = Some(answer);
        }
    }
    let Some(answer) = taken else { return Err(Stop::fail("OK to one of them at least", "none", b"")) };
    let loan = order.sent(answer);
    loan.asked(supplier).await?;
    loan.never_asked_again(supplier).await?;
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

T18 "A redirect is not followed" {
    roles: BROKER, source: Source::Practice("addresses come from the registry, never from an answer"), pace: Pace::Alone,
    sends: "the supplier redirects to another path",
    expects: "nobody asks there",
    why: "whoever can redirect could read requests",
} |s| {
    let [supplier] = s.suppliers()?;
    let seen = s.fetched().len();
    s.answer(supplier, "request", "", 1, Reply::Redirect("/elsewhere"));
    let loan = s.borrow(&[supplier]).await?;
    loan.asked_patiently(supplier).await?;
    for _ in 0..3 {
        s.comes_to(Duration::from_secs(1), |_| false).await;
        if s.has_clock() {
            s.advance(Duration::from_secs(90)).await?;
        }
    }
    if s.fetched().len() > seen {
        return Err(Stop::fail("the redirect is not followed", format!("somebody asked for {:?}", s.fetched().last()), b""));
    }
}

T19 "text/xml is XML too" {
    roles: ASKED, source: HTTP,
    sends: "requests as text/xml and with charset parameters in several forms",
    expects: "OK to each",
    why: "they are all in use",
} |s| {
    let kinds = ["text/xml", "application/xml; charset=\"utf-8\"", "application/xml;charset=UTF-8", "Text/XML; Charset=Utf-8"];
    for kind in kinds {
        let order = s.some_order()?;
        s.post_as(order.requester, kind, order.xml()).await?.ok(format!("a message sent as {kind}"))?;
    }
}

T21 "Only POST is for messages" {
    roles: ASKED, source: HTTP,
    sends: "GET, PUT and DELETE",
    expects: "HTTP 405",
    why: "they mean something else",
} |s| {
    for method in ["GET", "PUT", "DELETE"] {
        let answer = s.request(method, s.requester()?, None, Vec::new()).await?;
        refused_by(&s, answer, 405, method)?;
    }
}

T22 "A slow sender is waited for" {
    roles: ASKED, source: HTTP,
    sends: "a request in twenty pieces over two seconds",
    expects: "OK",
    why: "some lines are slow",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let (mut wire, head) = s.wire(order.requester, Some(body.len()), "connection: close\r\n").await?;
    let mut sent = wire.write(head.as_bytes()).await;
    for piece in body.as_bytes().chunks(body.len() / 20 + 1) {
        crate::outside::pause(Duration::from_millis(100)).await;
        sent = sent.and(wire.write(piece).await);
    }
    sent.map_err(|error| Stop::fail("the subject reads on", error, body.as_bytes()))?;
    s.wire_answer(order.requester, &mut wire, body.as_bytes()).await?.ok("a slow request")?;
}

T23 "A message whose sender hangs up is no message" {
    roles: ASKED, source: HTTP,
    sends: "half of the announced bytes, then the connection closes",
    expects: "nobody is asked, and the whole request sent after that is taken",
    why: "half a request is none",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let (mut wire, head) = s.wire(order.requester, Some(body.len()), "").await?;
    let half = [head.as_bytes(), &body.as_bytes()[..body.len() / 2]].concat();
    wire.write(&half).await.map_err(Stop::Inconclusive)?;
    drop(wire);
    s.never("nobody is asked", |arrival| arrival.kind == "request").await?;
    order.send().await?;
}

T24 "A chunked body is a body" {
    roles: ASKED, source: Source::Web("HTTP/1.1: every recipient must be able to parse chunked"),
    sends: "a request without Content-Length, in chunks",
    expects: "OK",
    why: "streaming clients send so",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let (mut wire, head) = s.wire(order.requester, None, "transfer-encoding: chunked\r\nconnection: close\r\n").await?;
    let mut bytes = head.into_bytes();
    for piece in body.as_bytes().chunks(97) {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    wire.write(&bytes).await.map_err(|error| Stop::fail("the subject reads it", error, body.as_bytes()))?;
    let answer = s.wire_answer(order.requester, &mut wire, body.as_bytes()).await?;
    if answer.http == 411 {
        s.note("chunked bodies are refused with 411");
        return Ok(());
    }
    answer.ok("a chunked request")?;
}

T25 "A client that waits for 100 Continue gets it" {
    roles: ASKED, source: Source::Web("HTTP/1.1: Expect"),
    sends: "a head with Expect: 100-continue, and the body only after the answer",
    expects: "100, then OK",
    why: "curl does so for longer messages",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let extra = "expect: 100-continue\r\nconnection: close\r\n";
    let (mut wire, head) = s.wire(order.requester, Some(body.len()), extra).await?;
    wire.write(head.as_bytes()).await.map_err(Stop::Inconclusive)?;
    // The body goes out after a second at the latest, as clients do.
    crate::outside::pause(Duration::from_secs(1)).await;
    wire.write(body.as_bytes()).await.map_err(|error| Stop::fail("the subject reads on", error, body.as_bytes()))?;
    s.wire_answer(order.requester, &mut wire, body.as_bytes()).await?.ok("a request after Expect")?;
}

T26 "Two messages go over one connection" {
    roles: ASKED, source: HTTP,
    sends: "two requests, one after the other, without closing",
    expects: "OK to both; a subject that closes after each is noted",
    why: "it saves time",
} |s| {
    let (one, two) = (s.some_order()?, s.some_order()?);
    let (mut wire, head) = s.wire(one.requester, Some(one.xml().len()), "").await?;
    wire.write(&[head.as_bytes(), one.xml().as_bytes()].concat()).await.map_err(Stop::Inconclusive)?;
    s.wire_answer(one.requester, &mut wire, one.xml().as_bytes()).await?.ok("the first request")?;
    let (_, head) = s.wire(two.requester, Some(two.xml().len()), "").await?;
    let again = wire.write(&[head.as_bytes(), two.xml().as_bytes()].concat()).await;
    match (again, s.wire_answer(two.requester, &mut wire, two.xml().as_bytes()).await) {
        (Ok(()), Ok(answer)) => {
            answer.ok("the second request")?;
        }
        _ => s.note("the connection is closed after each message"),
    }
}

T28 "A confirmation says that it is XML" {
    roles: ASKED, source: Source::Standard("application/xml; charset=\"utf-8\""),
    sends: "a request",
    expects: "Content-Type application/xml",
    why: "clients choose their reader by it",
} |s| {
    let loan = s.some_loan().await?;
    let kind = loan.confirmation.content_type.to_ascii_lowercase();
    s.fact("Content-Type of confirmations", kind.clone());
    if !(kind.starts_with("application/xml") || kind.starts_with("text/xml")) {
        return Err(Stop::fail("application/xml", kind, &loan.confirmation.bytes));
    }
}

T30 "Many requests at once are all answered" {
    roles: BROKER, source: HTTP,
    sends: "twenty requests at the same time",
    expects: "OK to each, and each comes to a supplier",
    why: "Monday morning",
} |s| {
    let [supplier] = s.suppliers()?;
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let order = s.order(&[supplier])?;
        sending.spawn(order.send());
    }
    let mut loans: Vec<Loan> = Vec::new();
    while let Some(sent) = sending.join_next().await {
        loans.push(sent.map_err(|error| Stop::Inconclusive(error.to_string()))??);
    }
    for loan in loans {
        loan.asked(supplier).await?;
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
    let asked = loan.asked_patiently(quick).await;
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

T33 "An old client, HTTP/1.0, is served" {
    roles: ASKED, source: HTTP,
    sends: "a request by HTTP/1.0",
    expects: "OK",
    why: "some scripts are old",
} |s| {
    let order = s.some_order()?;
    let body = order.xml();
    let (mut wire, head) = s.wire(order.requester, Some(body.len()), "").await?;
    let head = head.replacen("HTTP/1.1", "HTTP/1.0", 1);
    wire.write(&[head.as_bytes(), body.as_bytes()].concat()).await.map_err(Stop::Inconclusive)?;
    s.wire_answer(order.requester, &mut wire, body.as_bytes()).await?.ok("a request by HTTP/1.0")?;
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
    let leg = loan.asked_patiently(supplier).await?;
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
}

/// The same bytes twice; both are answered.
async fn twice(s: &Script, party: usize, body: String) -> Result<(), Stop> {
    s.post(party, body.clone()).await?.ok("the first time")?;
    s.post(party, body).await?;
    Ok(())
}

/// The request that this supplier had is not sent once more.
async fn not_again(s: &Script, supplier: usize) -> Result<(), Stop> {
    s.never("the request once only", |arrival| {
        arrival.party == supplier && arrival.kind == "request" && arrival.repeat
    })
    .await
}
