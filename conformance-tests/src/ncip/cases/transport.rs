//! How messages travel: HTTP, forms, bare connections.

use std::time::Duration;

use super::super::wire::Wire;
use super::{cases, expect, partner, still_answers};
use crate::case::{CaseEnd, Source};
use crate::real_time;

/// Percent-encodes a form value.
fn form(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => text.push(char::from(byte)),
            b' ' => text.push('+'),
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    text
}

cases! { "NCIP transport";

NT01 "text/xml is taken as application/xml is" {
    wires: Wire::HTTP,
    source: Source::Practice("both are sent"),
    sends: "LookupUser as text/xml",
    expects: "the ordinary answer",
    why: "systems use either",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let answer = s.post(Some("text/xml"), s.lookup(from, s.agency(to), &s.barcode("a")).as_bytes()).await?;
    s.read(answer.body, Duration::ZERO)?.fine("LookupUser")?;
}

NT02 "A form post with `xml=` is taken" {
    wires: Wire::HTTP,
    source: Source::Practice("Koha's responder takes it"),
    sends: "LookupUser as a form's field",
    expects: "the ordinary answer",
    why: "older clients post forms",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let body = format!("xml={}", form(&s.lookup(from, s.agency(to), &s.barcode("a"))));
    let answer = s.post(Some("application/x-www-form-urlencoded"), body.as_bytes()).await?;
    s.read(answer.body, Duration::ZERO)?.fine("LookupUser")?;
}

NT03 "A form post with `XForms:Model=` is taken" {
    wires: Wire::HTTP,
    source: Source::Practice("Koha's responder takes it"),
    sends: "LookupUser as a form's field of that name",
    expects: "the ordinary answer",
    why: "older clients post forms",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let body = format!("XForms%3AModel={}", form(&s.lookup(from, s.agency(to), &s.barcode("a"))));
    let answer = s.post(Some("application/x-www-form-urlencoded"), body.as_bytes()).await?;
    s.read(answer.body, Duration::ZERO)?.fine("LookupUser")?;
}

NT04 "Another content type is refused by HTTP" {
    wires: &[Wire::V2],
    source: Source::Web("HTTP"),
    sends: "LookupUser as application/json",
    expects: "415, or the ordinary answer",
    why: "guessing what bytes mean is how attacks begin",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let answer = s.post(Some("application/json"), s.lookup(from, s.agency(to), &s.barcode("a")).as_bytes()).await?;
    match answer.status {
        415 => {}
        200 => s.note("the content type is not looked at"),
        other => return Err(CaseEnd::fail("415", format!("{other}"), &answer.body)),
    }
}

NT05 "GET is refused by HTTP" {
    wires: &[Wire::V2],
    source: Source::Web("HTTP"),
    sends: "GET to the subject's NCIP address",
    expects: "405 (or another 4xx)",
    why: "messages are posted",
} |s| {
    let answer = s.ways.http.send("GET", None, &std::collections::BTreeMap::new(), Vec::new()).await;
    let answer = answer.map_err(|why| CaseEnd::fail("an HTTP answer", why, &[]))?;
    if answer.status == 200 {
        s.note("GET is answered with 200");
    } else if !(400..500).contains(&answer.status) {
        return Err(CaseEnd::fail("405", format!("{}", answer.status), &answer.body));
    }
}

NT06 "An empty body is answered" {
    wires: &[Wire::V1, Wire::V2],
    source: Source::Web("HTTP"),
    sends: "a POST without a body",
    expects: "400, or an NCIP message with a problem",
    why: "somebody's client breaks off",
} |s| {
    let answer = s.post(Some("application/xml"), b"").await?;
    if answer.status == 200 {
        s.read(answer.body, Duration::ZERO)?.refuses_somehow()?;
    } else {
        expect("the status", Some(&answer.status.to_string()), "400", &answer.body)?;
    }
}

NT07 "Problems travel with HTTP 200" {
    wires: Wire::HTTP,
    source: Source::Ncip("the implementation profile for HTTP"),
    sends: "LookupUser to an unknown agency",
    expects: "status 200 with an NCIP message",
    why: "clients throw away the body of an error",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let answer = s.post(Some("application/xml"), s.lookup(from, s.nowhere(), &s.barcode("a")).as_bytes()).await?;
    expect("the status", Some(&answer.status.to_string()), "200", &answer.body)?;
    s.read(answer.body, Duration::ZERO)?.refuses_somehow()?;
}

NT08 "The answer's content type is XML" {
    wires: Wire::HTTP,
    source: Source::Web("HTTP"),
    sends: "LookupUser",
    expects: "application/xml or text/xml",
    why: "clients look at it",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let answer = s.post(Some("application/xml"), s.lookup(from, s.agency(to), &s.barcode("a")).as_bytes()).await?;
    let kind = answer.content_type.unwrap_or_default();
    if !kind.starts_with("application/xml") && !kind.starts_with("text/xml") {
        return Err(CaseEnd::fail("an XML content type", format!("{kind:?}"), &answer.body));
    }
    s.fact("content type of answers", kind);
}

NT09 "A message that comes byte by byte is read" {
    wires: Wire::TCP,
    sends: "LookupUser in pieces of seven bytes, with pauses",
    expects: "the ordinary answer",
    why: "a connection has no message boundaries but the end tag",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"));
    let mut bare = s.dial().await?;
    for (number, piece) in message.as_bytes().chunks(7).enumerate() {
        bare.write(piece).await.map_err(|why| CaseEnd::fail("an open connection", why, message.as_bytes()))?;
        if number % 16 == 0 {
            real_time::pause(Duration::from_millis(5)).await;
        }
    }
    let bytes = bare.read().await.map_err(|why| CaseEnd::fail("an answer", why, message.as_bytes()))?;
    s.log(message.as_bytes(), None, &bytes);
    s.read(bytes, Duration::ZERO)?.fine("LookupUser")?;
}

NT10 "Two messages in one write are both answered, in order" {
    wires: Wire::TCP,
    sends: "two LookupUser of two patrons, one behind the other",
    expects: "two answers, in the order of the questions",
    why: "a connection is kept open",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let two = format!(
        "{}\r\n{}\n",
        s.lookup(from, s.agency(to), &s.barcode("1")),
        s.lookup(from, s.agency(to), &s.barcode("2"))
    );
    let mut bare = s.dial().await?;
    bare.write(two.as_bytes()).await.map_err(|why| CaseEnd::fail("an open connection", why, two.as_bytes()))?;
    for number in ["1", "2"] {
        let bytes = bare.read().await.map_err(|why| CaseEnd::fail("two answers", why, two.as_bytes()))?;
        let answer = s.read(bytes, Duration::ZERO)?;
        let got = answer.read.anywhere("UserIdentifierValue").map(str::trim);
        expect("the patron's id", got, &s.barcode(number), &answer.bytes)?;
    }
}

NT11 "A connection serves many messages" {
    wires: Wire::TCP,
    sends: "ten LookupUser, each after the answer to the one before",
    expects: "ten answers on the same connection",
    why: "self-service keeps its connection for the day",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let mut bare = s.dial().await?;
    for number in 0..10 {
        let message = s.lookup(from, s.agency(to), &s.barcode(&format!("-{number}-")));
        let bytes = s.over(&mut bare, message.as_bytes()).await?;
        s.read(bytes, Duration::ZERO)?.fine("LookupUser")?;
    }
}

NT12 "A prefixed end tag ends a message" {
    wires: &[Wire::V2_TCP],
    sends: "LookupUser with every element prefixed, on a bare connection kept open",
    expects: "the ordinary answer, without waiting for the connection to close",
    why: "the end tag of the root is </q:NCIPMessage> then",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"));
    let message = message.replace("</", "</q:").replace('<', "<q:").replace("<q:/q:", "</q:").replace("<q:?", "<?");
    s.ask(message.replace("xmlns=", "xmlns:q=")).await?.fine("LookupUser")?;
}

NT13 "The text of an end tag within CDATA or a comment does not end a message" {
    wires: Wire::TCP,
    sends: "LookupUser with </NCIPMessage> in a comment",
    expects: "the ordinary answer",
    why: "a reader that looks for the text alone cuts the message in two",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"))
        .replace("<LookupUser>", "<!-- </NCIPMessage> --><LookupUser>");
    s.ask(message).await?.fine("LookupUser")?;
}

NT14 "What is no XML on a connection does not hurt the next" {
    wires: Wire::TCP,
    sends: "garbage on one connection, LookupUser on another",
    expects: "the garbage is answered with a problem or the connection closed; the other works",
    why: "port scanners are everywhere",
} |s| {
    let mut bare = s.dial().await?;
    let _written = bare.write(b"GET / HTTP/1.0\r\n\r\n</NCIPMessage>\n").await;
    still_answers(&s, "a").await?;
}

NT15 "A client that goes away in the middle of a message does no harm" {
    sends: "half a message, then the connection is closed; then LookupUser",
    expects: "the ordinary answer to the second",
    wires: Wire::TCP,
    why: "clients crash",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("gone"));
    let mut bare = s.dial().await?;
    let _written = bare.write(&message.as_bytes()[..message.len() / 2]).await;
    drop(bare);
    still_answers(&s, "a").await?;
    if s.received().iter().any(|received| String::from_utf8_lossy(&received.bytes).contains(&s.barcode("gone"))) {
        return Err(CaseEnd::fail("half a message passed over", "it was passed on", message.as_bytes()));
    }
}
}
