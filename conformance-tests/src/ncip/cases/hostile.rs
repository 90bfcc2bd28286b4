//! What is meant to harm: entities, depth, size.

use std::time::Duration;

use super::super::script::Script;
use super::super::wire::{Transport, Wire};
use super::{cases, partner, still_answers};
use crate::case::{CaseEnd, Source};
use crate::real_time;

/// Sends it; whatever comes, it is no ordinary answer, nothing is passed on, and the next question is answered.
async fn turned_away(s: &Script, message: &[u8]) -> Result<(), CaseEnd> {
    let answered = match s.wire.transport {
        Transport::Http => {
            // A subject that has seen enough may close before it has taken all of it.
            match s.ways.post(Some("application/xml"), message.to_vec()).await {
                Err(_) if message.len() > 1 << 20 => "a closed connection",
                Err(why) => {
                    return Err(CaseEnd::fail("an HTTP answer", why, &message[..message.len().min(1000)]));
                }
                Ok(answer) => {
                    s.log(&message[..message.len().min(1000)], Some(answer.status), &answer.body);
                    if answer.status == 200 {
                        s.read(answer.body, Duration::ZERO)?.refuses_somehow()?;
                        "a problem"
                    } else if (400..500).contains(&answer.status) {
                        "an HTTP error"
                    } else {
                        return Err(CaseEnd::fail(
                            "a problem or a 4xx",
                            format!("{}", answer.status),
                            &answer.body,
                        ));
                    }
                }
            }
        }
        Transport::Tcp => {
            let mut bare = s.dial().await?;
            let written = bare.write(message).await;
            let answer = if written.is_ok() { bare.read().await } else { Err("closed".to_owned()) };
            match answer {
                Ok(bytes) => {
                    s.log(&message[..message.len().min(1000)], None, &bytes);
                    s.read(bytes, Duration::ZERO)?.refuses_somehow()?;
                    "a problem"
                }
                Err(why) if why.contains("closed") || why.contains("broke") => "a closed connection",
                Err(why) => {
                    return Err(CaseEnd::fail(
                        "a problem or a closed connection",
                        why,
                        &message[..message.len().min(1000)],
                    ));
                }
            }
        }
    };
    s.fact("what hostile XML is met with", answered);
    let before = s.received().len();
    if before > 0 {
        return Err(CaseEnd::fail("nothing passed on", "it was passed on", &s.received()[0].bytes));
    }
    still_answers(s, "after").await?;
    Ok(())
}

fn ordinary(s: &Script) -> Result<String, CaseEnd> {
    let (from, to) = (s.sender()?, partner(s)?);
    Ok(s.lookup(from, s.agency(to), &s.barcode("evil")))
}

fn with_doctype(s: &Script, doctype: &str) -> Result<String, CaseEnd> {
    Ok(ordinary(s)?.replace("<NCIPMessage ", &format!("{doctype}\n<NCIPMessage ")))
}

cases! { "NCIP hostile XML";

NH01 "Entities that multiply are refused" {
    source: Source::Web("XML's billion laughs"),
    sends: "a DOCTYPE with nested entities",
    expects: "a refusal at once; the next question is answered",
    why: "ten lines must not take a gigabyte",
} |s| {
    let mut entities = "<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..12 {
        let below = format!("&a{};", level - 1).repeat(10);
        entities.push_str(&format!("<!ENTITY a{level} \"{below}\">"));
    }
    let message = with_doctype(&s, &format!("<!DOCTYPE NCIPMessage [{entities}]>"))?
        .replace(&s.barcode("evil"), &format!("{}&a11;", s.barcode("evil")));
    turned_away(&s, message.as_bytes()).await?;
}

NH02 "An external entity is refused and not fetched" {
    source: Source::Web("XML external entities"),
    sends: "a DOCTYPE with an entity at the suite's address",
    expects: "a refusal, and no request for it",
    why: "it reads files and reaches into the network",
} |s| {
    let bait = s.bait()?;
    let message = with_doctype(&s, &format!("<!DOCTYPE NCIPMessage [<!ENTITY x SYSTEM \"{bait}\">]>"))?
        .replace(&s.barcode("evil"), &format!("{}&x;", s.barcode("evil")));
    turned_away(&s, message.as_bytes()).await?;
    if s.fetched().iter().any(|path| path.contains(&s.token)) {
        return Err(CaseEnd::fail("nothing fetched", "the entity was fetched", bait.as_bytes()));
    }
}

NH03 "A DOCTYPE in version 2 is refused or read past" {
    wires: Wire::NEW,
    sends: "version 2 with a DOCTYPE that names a DTD",
    expects: "a refusal, or the ordinary answer; nothing fetched",
    why: "version 2 has no DTD",
} |s| {
    let bait = s.bait()?;
    let message = with_doctype(&s, &format!("<!DOCTYPE NCIPMessage SYSTEM \"{bait}\">"))?;
    let passed = match s.wire.transport {
        Transport::Http => s.post(Some("application/xml"), message.as_bytes()).await?.status == 200,
        Transport::Tcp => s.ask(&message).await.is_ok(),
    };
    s.note(if passed { "answered in NCIP" } else { "refused by the transport" });
    if s.fetched().iter().any(|path| path.contains(&s.token)) {
        return Err(CaseEnd::fail("nothing fetched", "the DTD was fetched", bait.as_bytes()));
    }
    still_answers(&s, "after").await?;
}

NH04 "Ten thousand levels are refused" {
    source: Source::Web("XML"),
    sends: "elements nested ten thousand deep",
    expects: "a refusal at once; the next question is answered",
    why: "a reader that recurses dies of it",
} |s| {
    let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
    let message = ordinary(&s)?.replace("<LookupUser>", &format!("<LookupUser>{deep}"));
    turned_away(&s, message.as_bytes()).await?;
}

NH05 "A message beyond all measure is refused" {
    source: Source::Web("limits"),
    sends: "a message of 24 MB",
    expects: "a refusal; the next question is answered",
    why: "memory is finite",
} |s| {
    let long = "x".repeat(24 << 20);
    let message = ordinary(&s)?.replace(&s.barcode("evil"), &format!("{}{long}", s.barcode("evil")));
    turned_away(&s, message.as_bytes()).await?;
}

NH06 "What is not well-formed is refused" {
    source: Source::Web("XML"),
    sends: "a start tag whose end tag has another name",
    expects: "Invalid Message Syntax Error, or 400; the next question is answered",
    why: "guessing is worse than refusing",
} |s| {
    let message = ordinary(&s)?.replace("</LookupUser>", "</LookupUsers>");
    turned_away(&s, message.as_bytes()).await?;
}

NH07 "A message that breaks off is refused" {
    wires: Wire::HTTP,
    source: Source::Web("XML"),
    sends: "the first half of a message",
    expects: "a refusal; the next question is answered",
    why: "it may end in the middle of a patron's id",
} |s| {
    let message = ordinary(&s)?;
    turned_away(&s, &message.as_bytes()[..message.len() / 2]).await?;
}

NH08 "A message of another protocol is refused" {
    wires: Wire::HTTP,
    sends: "an ISO 18626 message to the NCIP address",
    expects: "a refusal",
    why: "somebody mixed up two addresses",
} |s| {
    partner(&s)?;
    turned_away(&s, b"<ISO18626Message xmlns=\"http://illtransactions.org/2013/iso18626\"/>").await?;
}

NH09 "Bytes that are no text are refused" {
    wires: Wire::HTTP,
    source: Source::Web("XML"),
    sends: "LookupUser with bytes that are no UTF-8",
    expects: "a refusal; the next question is answered",
    why: "a guess would change a patron's id",
} |s| {
    let message = ordinary(&s)?;
    let bytes: Vec<u8> = message.replace("evil", "ev@l").bytes().map(|b| if b == b'@' { 0xFF } else { b }).collect();
    turned_away(&s, &bytes).await?;
}

NH10 "A thousand attributes are refused or passed over" {
    source: Source::Web("limits"),
    sends: "an element with five thousand attributes",
    expects: "a refusal, or the ordinary answer, in time",
    why: "quadratic readers stop answering",
} |s| {
    let many: String = (0..5000).map(|number| format!(" a{number}=\"1\"")).collect();
    let message = ordinary(&s)?.replace("<LookupUser>", &format!("<LookupUser{many}>"));
    let began = real_time::instant();
    match s.wire.transport {
        Transport::Http => {
            let answer = s.post(Some("application/xml"), message.as_bytes()).await?;
            s.fact("five thousand attributes are met with", format!("HTTP {}", answer.status));
        }
        Transport::Tcp => {
            let mut bare = s.dial().await?;
            let written = bare.write(message.as_bytes()).await;
            let answer = if written.is_ok() { bare.read().await } else { Err("closed".to_owned()) };
            s.fact("five thousand attributes are met with", if answer.is_ok() { "an answer" } else { "a closed connection" });
        }
    }
    if began.elapsed() > Duration::from_secs(5) {
        return Err(CaseEnd::fail("an end within 5 s", format!("{} s", began.elapsed().as_secs()), &[]));
    }
    still_answers(&s, "after").await?;
}
}
