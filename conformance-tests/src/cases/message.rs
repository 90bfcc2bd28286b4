//! What a message may look like, and what of it must arrive.

use crate::case::{CaseEnd, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::edition::{Edition, NAMESPACE};
use crate::leg::{unfilled, will_supply};
use crate::loan::{Loan, Order};
use crate::script::Script;
use crate::wire::{Code, el, wrap};

const BROKER: &[Role] = &[Role::Broker];
const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const OLD: &[Edition] = &[Edition::V1_2];
const NEW: &[Edition] = &[Edition::V2021_2];

/// Sends a request whose bytes were changed, expects an OK, and at a broker that the supplier is asked with this title.
pub(super) async fn sent_as(s: &Script, order: Order, body: Vec<u8>, title: &str) -> Result<Loan, CaseEnd> {
    let confirmation = s.post(order.requester, body).await?.ok("the request")?;
    let mut loan = order.sent(confirmation);
    loan.request.title = title.to_owned();
    arrives(s, &loan).await?;
    Ok(loan)
}

/// Whether two dateTimes mean the same moment: one without a zone may have been read in any, and keeps its digits.
fn is_same_moment(got: &str, sent: &str) -> bool {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    match (moment(got), moment(sent)) {
        (Some(got), Some(sent)) => got == sent,
        (_, None) => got.starts_with(sent),
        (None, Some(_)) => false,
    }
}

/// At a broker: the request comes to a supplier.
pub(super) async fn arrives(s: &Script, loan: &Loan) -> Result<(), CaseEnd> {
    if s.role() == Role::Broker {
        let [supplier] = s.suppliers()?;
        loan.asked(supplier).await?;
    }
    Ok(())
}

/// The same message under another way of writing it, where a refusal is the subject's choice.
pub(super) async fn tolerated(s: &Script, order: Order, body: Vec<u8>, what: &str) -> Result<(), CaseEnd> {
    let answer = s.post(order.requester, body).await?;
    if !answer.is_ok() {
        answer.refused(what)?;
        s.note(format!("{what} is refused"));
        return Ok(());
    }
    arrives(s, &order.sent(answer)).await
}

/// A request with a title of one's choice after the case's token.
pub(super) fn titled(s: &Script, title: &str) -> Result<(Order, String), CaseEnd> {
    let order = s.some_order()?;
    let title = format!("{} {title}", order.request.head.request_id);
    let text = title.clone();
    Ok((order.with(|request| request.title = text), title))
}

cases! { "Messages";

M01 "The smallest request of the 2017 edition is taken" {
    roles: ASKED, editions: OLD, source: Source::Standard("schema 1.2: serviceInfo is optional, multipleItemRequestId may be empty"),
    sends: "a request with a header and a title, and nothing else but the suppliers",
    expects: "OK",
    why: "what is optional may be missing",
} |s| {
    let order = s.some_order()?;
    let xml = order.xml();
    let start = xml.find("<serviceInfo>").unwrap_or_default();
    let end = xml.find("</serviceInfo>").map_or(start, |place| place + "</serviceInfo>".len());
    let title = order.request.title.clone();
    sent_as(&s, order, format!("{}{}", &xml[..start], &xml[end..]).into_bytes(), &title).await?;
}

M02 "The smallest request of the 2021 edition is taken" {
    roles: ASKED, editions: NEW, source: Source::Standard("schema 2021-2: multipleItemRequestId and requestType are optional"),
    sends: "a request with a header, a title and a service type only",
    expects: "OK",
    why: "what is optional may be missing",
} |s| {
    let order = s.some_order()?.with(|request| request.kind = None);
    arrives(&s, &order.send().await?).await?;
}

M03 "Every element that an edition has reaches a supplier of that edition" {
    roles: BROKER, source: Source::Practice("a broker that drops elements breaks what its members have agreed on"),
    sends: "a request with everything in it",
    expects: "the same values in the request to the supplier",
    why: "the supplier decides on what it reads",
} |s| {
    let [supplier] = s.suppliers()?;
    let info = [("author", "A. Author"), ("subtitle", "and what came of it"), ("seriesTitle", "Series 7"), ("edition", "3rd")];
    let xml: String = info.iter().map(|(name, text)| el(name, text)).collect();
    let publication = wrap("publicationInfo", &(el("publisher", "P & Sons") + &el("publicationDate", "1999")));
    let order = s.order(&[supplier])?.with(|request| {
        request.record = Some("rec-77".to_owned());
        request.bibliographic = xml;
        request.volumes = vec!["IV".to_owned()];
        request.item_ids = vec![("ISBN".into(), "9780000000002".to_owned())];
        request.record_ids = vec![("OCLC".into(), "4711".to_owned())];
        request.publication = publication;
        request.level = Some("Rush".into());
        request.format = Some("Printed".into());
        request.need_before = Some("2099-12-24T18:00:00Z".to_owned());
        request.note = Some("handle with care".to_owned());
    });
    let leg = order.send().await?.asked(supplier).await?;
    let format = if s.edition() == Edition::V1_2 { "serviceInfo/preferredFormat" } else { "serviceInfo/itemFormat" };
    for (path, value) in [
        ("bibliographicInfo/author", "A. Author"),
        ("bibliographicInfo/subtitle", "and what came of it"),
        ("bibliographicInfo/seriesTitle", "Series 7"),
        ("bibliographicInfo/edition", "3rd"),
        ("bibliographicInfo/volume", "IV"),
        ("bibliographicInfo/bibliographicItemId/bibliographicItemIdentifier", "9780000000002"),
        ("bibliographicInfo/bibliographicRecordId/bibliographicRecordIdentifier", "4711"),
        ("publicationInfo/publisher", "P & Sons"),
        ("publicationInfo/publicationDate", "1999"),
        ("serviceInfo/serviceType", "Loan"),
        ("serviceInfo/serviceLevel", "Rush"),
        (format, "Printed"),
    ] {
        same(path, leg.asked.text(path), value, &leg.asked.bytes)?;
    }
    if !leg.asked.text("serviceInfo/note").contains("handle with care") {
        return Err(CaseEnd::fail("serviceInfo/note with the requester's note", leg.asked.text("serviceInfo/note"), &leg.asked.bytes));
    }
}

M04 "An empty multipleItemRequestId means none" {
    roles: ASKED, editions: OLD, source: Source::Standard("schema 1.2: the element is mandatory, its content is not"),
    sends: "two requests, both with an empty multipleItemRequestId",
    expects: "OK to both",
    why: "most systems always send it empty",
} |s| {
    s.some_loan().await?;
    s.some_loan().await?;
}

M05 "The parts of a bibliographicItemId are in the order of the edition" {
    roles: BROKER, source: Source::Standard("1.2: identifier, code; 2021-2: code, identifier"),
    sends: "a request with an ISBN, to a supplier of the other edition",
    expects: "the supplier's edition's order",
    why: "a validating supplier refuses the other order",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let ids = vec![(Code::from("ISBN"), "9780000000002".to_owned())];
    let leg = s.order(&[supplier])?.with(|request| request.item_ids = ids).send().await?.asked(supplier).await?;
    let id = leg.asked.message.at("bibliographicInfo/bibliographicItemId");
    let first = id.and_then(|id| id.children.first()).map(|child| child.name.as_str()).unwrap_or_default();
    let wanted = match leg.edition() {
        Edition::V1_2 => "bibliographicItemIdentifier",
        Edition::V2021_2 => "bibliographicItemIdentifierCode",
    };
    same("the first part", first, wanted, &leg.asked.bytes)?;
}

M07 "A version attribute without a prefix is understood" {
    roles: ASKED, source: Source::Practice("the schema wants it qualified; several systems write it plain"),
    sends: "a request with version= instead of ill:version=",
    expects: "OK",
    why: "be liberal in what you accept",
} |s| {
    let order = s.some_order()?;
    let body = order.xml().replace("ill:version", "version");
    tolerated(&s, order, body.into_bytes(), "a message with an unqualified version attribute").await?;
}

M08 "A message without its envelope is refused, or taken for what it is" {
    roles: ASKED, source: Source::Standard("ISO18626Message is the root of every message"),
    sends: "a request element as the root",
    expects: "HTTP 400, or a confirmation",
    why: "silence helps nobody",
} |s| {
    let order = s.some_order()?;
    let xml = order.xml();
    let start = xml.find("<request>").unwrap_or_default();
    let end = xml.find("</ISO18626Message>").unwrap_or(xml.len());
    let bare = xml[start..end].replacen("<request>", &format!("<request xmlns=\"{NAMESPACE}\" xmlns:ill=\"{NAMESPACE}\">"), 1);
    tolerated(&s, order, bare.into_bytes(), "a message without an envelope").await?;
}

M09 "An open code that nobody has heard of is kept" {
    roles: BROKER, source: Source::Standard("open code lists may be extended"),
    sends: "the last supplier says Unfilled with a reason of its own",
    expects: "that reason in the requester's Unfilled",
    why: "libraries agree on codes among themselves",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(unfilled("EatenByMice")).await?;
    let arrival = loan.hears("Unfilled").await?;
    same("reasonUnfilled", arrival.text("messageInfo/reasonUnfilled"), "EatenByMice", &arrival.bytes)?;
}

M10 "The scheme of a code is kept, qualified" {
    roles: BROKER, source: Source::Standard("the scheme attribute names the list"),
    sends: "an Unfilled whose reason comes from a list of its own",
    expects: "the same scheme, in the message's namespace",
    why: "without its list a private code means nothing",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let mut say = unfilled("Mice");
    say.reason_unfilled = Some(Code::of("http://example.org/reasons", "Mice"));
    loan.asked(supplier).await?.say(say).await?;
    let arrival = loan.hears("Unfilled").await?;
    let scheme = arrival.message.at("messageInfo/reasonUnfilled").and_then(|code| code.attribute("scheme"));
    same("the scheme", scheme.map(|scheme| scheme.value.as_str()).unwrap_or_default(), "http://example.org/reasons", &arrival.bytes)?;
    same("its namespace", scheme.map(|scheme| scheme.namespace.as_str()).unwrap_or_default(), NAMESPACE, &arrival.bytes)?;
}

M11 "Time zones and fractions of a second are understood, and echoed to the letter" {
    roles: ASKED, source: Source::Standard("timestamp is an xs:dateTime"),
    sends: "requests whose timestamps have an offset, six decimals, no decimals, no zone",
    expects: "OK to each, and the same moment in timestamp or timestampReceived, best as it was written",
    why: "all of them are valid; an offset that is dropped is hours off, and a sender compares text",
} |s| {
    let day = "2031-03-05T10:20:30";
    for form in ["+05:30", ".123456Z", "Z", ".5-08:00", ""] {
        let stamp = format!("{day}{form}");
        let written = stamp.clone();
        let loan = s.some_order()?.with(|request| request.head.timestamp = written).send().await?;
        let header = |name: &str| loan.confirmation.text(&format!("confirmationHeader/{name}")).to_owned();
        let fields = ["timestamp", "timestampReceived"].map(|name| (name, header(name)));
        if fields.iter().any(|(_, text)| *text == stamp) {
            continue;
        }
        match fields.iter().find(|(_, text)| is_same_moment(text, &stamp)) {
            Some((name, text)) => s.note(format!("the timestamp {stamp} is echoed as {text} in {name}")),
            None => {
                let got = fields.map(|(name, text)| format!("{name} {text:?}")).join(", ");
                return Err(CaseEnd::fail(format!("the moment {stamp:?}"), got, &loan.confirmation.bytes));
            }
        }
    }
}

M12 "A decimal amount arrives as it was written" {
    roles: BROKER, source: Source::Standard("monetaryValue is an xs:decimal"),
    sends: "RetryPossible with offered costs of 12.50, 0.10 and 1000000.005",
    expects: "the same digits at the requester",
    why: "money is no floating-point number",
} |s| {
    let [supplier] = s.suppliers()?;
    for amount in ["12.50", "0.10", "1000000.005"] {
        let loan = s.borrow(&[supplier]).await?;
        let mut say = crate::leg::retry_possible("CostExceedsMaxCost");
        say.offered = Some(("EUR".to_owned(), amount.to_owned()));
        loan.asked(supplier).await?.say(say).await?;
        let arrival = loan.hears("RetryPossible").await?;
        let path = if s.edition() == Edition::V1_2 { "messageInfo" } else { "retryInfo" };
        let path = format!("{path}/offeredCosts/monetaryValue");
        same(&path, arrival.text(&path), amount, &arrival.bytes)?;
    }
}

M21 "A long note arrives whole" {
    roles: BROKER, source: Source::Standard("the schema sets no length"),
    sends: "a WillSupply with a note of 8000 letters",
    expects: "the whole note at the requester",
    why: "notes carry what nothing else can",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let note = "word ".repeat(1600) + "end";
    loan.asked(supplier).await?.say(will_supply().noting(&note)).await?;
    let arrival = loan.hears("WillSupply").await?;
    let length = arrival.text("messageInfo/note").len();
    if !arrival.text("messageInfo/note").contains(&note) {
        return Err(CaseEnd::fail(format!("a note of {} letters", note.len()), format!("{length} letters"), &arrival.bytes));
    }
}

M24 "Several identifiers keep their number and order" {
    roles: BROKER, source: Source::Standard("bibliographicItemId and bibliographicRecordId may be repeated"),
    sends: "a request with three ISBNs and two record ids",
    expects: "the same, in order, at the supplier",
    why: "the first is the best",
} |s| {
    let [supplier] = s.suppliers()?;
    let isbns = ["9780000000002", "9780000000019", "9780000000026"];
    let records = ["111", "222"];
    let order = s.order(&[supplier])?.with(|request| {
        request.item_ids = isbns.iter().map(|isbn| (Code::from("ISBN"), (*isbn).to_owned())).collect();
        request.record_ids = records.iter().map(|id| (Code::from("OCLC"), (*id).to_owned())).collect();
    });
    let leg = order.send().await?.asked(supplier).await?;
    let info = &leg.asked.message;
    let got = info.texts_at("bibliographicInfo/bibliographicItemId/bibliographicItemIdentifier").join(" ");
    same("the ISBNs", &got, &isbns.join(" "), &leg.asked.bytes)?;
    let got = info.texts_at("bibliographicInfo/bibliographicRecordId/bibliographicRecordIdentifier").join(" ");
    same("the record ids", &got, &records.join(" "), &leg.asked.bytes)?;
}

M25 "The version is understood in the forms that are about" {
    roles: ASKED, source: Source::Practice("systems write 1.2, v1_2_2017, 1.1; 2021-2, 2021-1, 2021-3"),
    sends: "requests with each form of the version attribute",
    expects: "OK to each",
    why: "the version is a free string in the schema",
} |s| {
    let forms = match s.edition() {
        Edition::V1_2 => ["v1_2_2017", "1.1", "1.2 "],
        Edition::V2021_2 => ["2021-1", "2021-3", "v2021-2"],
    };
    for form in forms {
        let order = s.some_order()?;
        let version = format!("ill:version=\"{}\"", s.edition());
        let body = order.xml().replace(&version, &format!("ill:version=\"{form}\""));
        tolerated(&s, order, body.into_bytes(), &format!("the version {form:?}")).await?;
    }
}

M31 "A request without a requestType is a new one" {
    roles: ASKED, source: Source::Standard("requestType is optional"),
    sends: "a request without requestType",
    expects: "OK",
    why: "New is what it means",
} |s| {
    let loan = s.some_order()?.with(|request| request.kind = None).send().await?;
    arrives(&s, &loan).await?;
}

M32 "needBeforeDate reaches the supplier as the same moment" {
    roles: BROKER, source: Source::Standard("needBeforeDate is an xs:dateTime"),
    sends: "a request needed before 2099-12-24T18:00:00+01:00",
    expects: "the same moment at the supplier",
    why: "an hour can be a day",
} |s| {
    let [supplier] = s.suppliers()?;
    let order = s.order(&[supplier])?.with(|request| request.need_before = Some("2099-12-24T18:00:00+01:00".to_owned()));
    let leg = order.send().await?.asked(supplier).await?;
    let got = leg.asked.text("serviceInfo/needBeforeDate");
    let moment = got.parse::<jiff::Timestamp>().map(|moment| moment.to_string()).unwrap_or_else(|_| got.to_owned());
    same("the moment", &moment, "2099-12-24T17:00:00Z", &leg.asked.bytes)?;
}

M33 "A version attribute that lies is seen through, or refused" {
    roles: ASKED, source: Source::Practice("only the version attribute tells the editions apart, and some systems write the wrong one"),
    sends: "a request of one edition under the version of the other",
    expects: "a confirmation",
    why: "a wrong label is a common fault",
} |s| {
    let order = s.some_order()?;
    let label = |edition: Edition| format!("ill:version=\"{edition}\"");
    let body = order.xml().replace(&label(s.edition()), &label(s.edition().other()));
    tolerated(&s, order, body.into_bytes(), "a message under the other edition's version").await?;
}

M34 "A copy is asked for with its article and pages" {
    roles: BROKER, source: Source::Standard("titleOfComponent, pagesRequested"),
    sends: "a Copy request with article, issue and pages",
    expects: "the same at the supplier",
    why: "a copy of what, otherwise",
} |s| {
    let [supplier] = s.suppliers()?;
    let order = s.order(&[supplier])?.with(|request| {
        request.service = "Copy".to_owned();
        request.bibliographic = el("titleOfComponent", "On mice") + &el("authorOfComponent", "A. Cat");
    });
    let xml = order.xml().replace("</bibliographicInfo>", "<issue>4</issue><pagesRequested>17-21</pagesRequested></bibliographicInfo>");
    let answer = s.post(order.requester, xml).await?.ok("the request")?;
    let leg = order.sent(answer).asked(supplier).await?;
    for (path, value) in [
        ("serviceInfo/serviceType", "Copy"),
        ("bibliographicInfo/titleOfComponent", "On mice"),
        ("bibliographicInfo/authorOfComponent", "A. Cat"),
        ("bibliographicInfo/issue", "4"),
        ("bibliographicInfo/pagesRequested", "17-21"),
    ] {
        same(path, leg.asked.text(path), value, &leg.asked.bytes)?;
    }
}

M35 "The volume that is wanted reaches the supplier" {
    roles: BROKER, source: Source::Standard("bibliographicInfo/volume"),
    sends: "a request for volume 3",
    expects: "volume 3 at the supplier",
    why: "the wrong volume is the wrong book",
} |s| {
    let [supplier] = s.suppliers()?;
    let order = s.order(&[supplier])?.with(|request| request.volumes = vec!["3".to_owned()]);
    let leg = order.send().await?.asked(supplier).await?;
    same("the volume", leg.asked.text("bibliographicInfo/volume"), "3", &leg.asked.bytes)?;
}
}
