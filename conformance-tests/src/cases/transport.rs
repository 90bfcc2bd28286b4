//! HTTP, as a server.

use std::time::Duration;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::catalogue::cases;
use crate::loan::Loan;
use crate::script::Script;

const BROKER: &[Role] = &[Role::Broker];
const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const HTTP: Source = Source::Web("HTTP/1.1");

/// An HTTP refusal by this status; another 4xx is noted.
fn refused_by(
    s: &Script,
    answer: crate::confirmation::Confirmation,
    status: u16,
    what: &str,
) -> Result<(), CaseEnd> {
    if answer.is_ok() {
        return Err(CaseEnd::fail(format!("{what}: HTTP {status}"), answer.summary(), &answer.bytes));
    }
    if answer.http != status {
        s.note(format!("{what} is answered with HTTP {}, where {status} belongs", answer.http));
    }
    Ok(())
}

cases! { "Transport";

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
        Err(CaseEnd::Fail(_)) => {}
        Err(other) => return Err(other),
    }
    s.some_loan().await?;
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
        crate::real_time::pause(Duration::from_millis(100)).await;
        sent = sent.and(wire.write(piece).await);
    }
    sent.map_err(|error| CaseEnd::fail("the subject reads on", error, body.as_bytes()))?;
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
    wire.write(&half).await.map_err(CaseEnd::Inconclusive)?;
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
    wire.write(&bytes).await.map_err(|error| CaseEnd::fail("the subject reads it", error, body.as_bytes()))?;
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
    wire.write(head.as_bytes()).await.map_err(CaseEnd::Inconclusive)?;
    // The body goes out after a second at the latest, as clients do.
    crate::real_time::pause(Duration::from_secs(1)).await;
    wire.write(body.as_bytes()).await.map_err(|error| CaseEnd::fail("the subject reads on", error, body.as_bytes()))?;
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
    wire.write(&[head.as_bytes(), one.xml().as_bytes()].concat()).await.map_err(CaseEnd::Inconclusive)?;
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
        return Err(CaseEnd::fail("application/xml", kind, &loan.confirmation.bytes));
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
        loans.push(sent.map_err(|error| CaseEnd::Inconclusive(error.to_string()))??);
    }
    for loan in loans {
        loan.asked(supplier).await?;
    }
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
    wire.write(&[head.as_bytes(), body.as_bytes()].concat()).await.map_err(CaseEnd::Inconclusive)?;
    s.wire_answer(order.requester, &mut wire, body.as_bytes()).await?.ok("a request by HTTP/1.0")?;
}
}
