//! XML that is meant to harm.

use crate::case::{CaseEnd, Role, Source};
use crate::catalogue::cases;
use crate::script::Script;

const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const SAFE: Source = Source::Web("XML needs no DTD; expanding one is the oldest attack there is");

/// Hostile XML: whatever the answer, it is no OK, and the subject lives.
async fn hostile(s: &Script, body: Vec<u8>, what: &str) -> Result<(), CaseEnd> {
    let answer = s.post(s.requester()?, body).await?;
    if answer.is_ok() {
        return Err(CaseEnd::fail(format!("{what}: a refusal"), answer.summary(), &answer.bytes));
    }
    s.some_loan().await?;
    Ok(())
}

/// Hostile XML that may be refused, or passed over as an unknown element; the subject answers and lives.
async fn hostile_or_ignored(s: &Script, body: String) -> Result<(), CaseEnd> {
    s.post(s.requester()?, body).await?;
    s.some_loan().await?;
    Ok(())
}

cases! { "Hostile XML";

E08 "Entities are not expanded" {
    roles: ASKED, source: SAFE,
    sends: "nested entities that would grow to a gigabyte",
    expects: "a refusal at once, and the next request is taken",
    why: "one message must not take the service down",
} |s| {
    let mut dtd = "<!DOCTYPE x [<!ENTITY lol \"lol\">".to_owned();
    for level in 1..10 {
        let inner = if level == 1 { "&lol;".to_owned() } else { format!("&lol{};", level - 1) };
        dtd += &format!("<!ENTITY lol{level} \"{}\">", inner.repeat(10));
    }
    let order = s.some_order()?;
    let body = order.xml().replacen("?>\n", &format!("?>\n{dtd}]>"), 1).replace("</title>", "&lol9;</title>");
    hostile(&s, body.into_bytes(), "nested entities").await?;
}

E13 "Nothing that a message points to is fetched" {
    roles: ASKED, source: SAFE,
    sends: "a DOCTYPE with external entities, and a schemaLocation, that point to the suite's own server",
    expects: "no one asks that server for them",
    why: "a message must not make the subject call anybody",
} |s| {
    let order = s.some_order()?;
    let place = s.url_of(order.requester).replace("/r1", "/bait");
    let dtd = format!("?>\n<!DOCTYPE x SYSTEM \"{place}-dtd\" [<!ENTITY x SYSTEM \"{place}-entity\">]>");
    let schema = format!(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:x {place}-schema\" ill:version");
    let body = order.xml().replacen("?>\n", &dtd, 1).replace("</title>", "&x;</title>");
    s.post(order.requester, body).await?;
    let again = s.some_order()?;
    s.post(again.requester, again.xml().replacen(" ill:version", &schema, 1)).await?;
    s.some_loan().await?;
    if let Some(path) = s.fetched().into_iter().find(|path| path.contains("bait")) {
        return Err(CaseEnd::fail("nothing is fetched", format!("somebody asked for {path}"), b""));
    }
}

E14 "A DOCTYPE is refused" {
    roles: ASKED, source: SAFE,
    sends: "a request after <!DOCTYPE ISO18626Message>",
    expects: "a refusal",
    why: "no message has a use for one",
} |s| {
    let order = s.some_order()?;
    let body = order.xml().replacen("?>\n", "?>\n<!DOCTYPE ISO18626Message>", 1);
    let answer = s.post(order.requester, body).await?;
    if answer.is_ok() {
        s.note("a DOCTYPE is passed over");
    } else {
        answer.refused("a DOCTYPE")?;
    }
}

E26 "Very deep nesting does no harm" {
    roles: ASKED, source: SAFE,
    sends: "a title that contains 100000 nested elements",
    expects: "a refusal, and the next request is taken",
    why: "a stack that overflows takes everybody down",
} |s| {
    let order = s.some_order()?;
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    hostile_or_ignored(&s, order.xml().replace("</title>", &format!("{deep}</title>"))).await?;
}

E27 "Very many attributes do no harm" {
    roles: ASKED, source: SAFE,
    sends: "an element with 20000 attributes and one with 20000 namespace declarations",
    expects: "an answer within the deadline, and the next request is taken",
    why: "checking each against each takes for ever",
} |s| {
    for kind in ["a", "xmlns:a"] {
        let many: String = (0..20_000).map(|number| format!(" {kind}{number}=\"urn:x\"")).collect();
        let order = s.some_order()?;
        hostile_or_ignored(&s, order.xml().replacen("<title>", &format!("<title{many}>"), 1)).await?;
    }
}

E31 "Characters that XML forbids are refused" {
    roles: ASKED, source: Source::Web("XML 1.0, 2.2"),
    sends: "a title with a NUL byte, and one with bytes that are no UTF-8",
    expects: "a refusal",
    why: "they break whatever comes after",
} |s| {
    let order = s.some_order()?;
    let (before, after) = order.xml().split_once("</title>").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap_or_default();
    for bad in [&b"\x00"[..], b"\xFF\xFE\xC0"] {
        let body = [before.as_bytes(), bad, b"</title>", after.as_bytes()].concat();
        let answer = s.post(order.requester, body).await?;
        if answer.is_ok() {
            return Err(CaseEnd::fail("a refusal", answer.summary(), &answer.bytes));
        }
    }
}
}
