//! Requests and notices sent to the subject: RequestItem and what follows it.

use super::super::messages as write;
use super::super::script::Script;
use super::super::wire::Version;
use super::{cases, expect};
use crate::case::{CaseEnd, Source};

/// RequestItem by a patron of the sender's own library, for an item of another's: a barcode alone, or one of its own, says nothing of what is
/// wanted that could be asked for elsewhere.
fn asking(s: &Script, from: usize, id: &str) -> String {
    let v = s.version();
    let (own, barcode) = (s.agency(from), s.barcode("p"));
    write::request_item(
        v,
        &s.header(from, s.own()),
        &write::user(v, own, &barcode),
        &write::item(v, s.another(from), &s.barcode("i")),
        &write::request(v, own, id),
    )
}

fn lookup_request(s: &Script, from: usize, id: &str) -> String {
    let v = s.version();
    let wanted = write::code(v, "RequestElementType", "requestelementtype", "Request Status Type");
    let content = format!("{}{}{wanted}", s.header(from, s.own()), write::request(v, s.agency(from), id));
    write::envelope(v, &write::element("LookupRequest", &content))
}

const AGAIN: Source = Source::Practice("an initiator that heard no answer asks again");

/// AcceptItem for a patron of the subject's own, which it serves where it is an ILS.
fn accepting(s: &Script) -> Result<String, CaseEnd> {
    let (v, from) = (s.version(), s.sender()?);
    let content = format!(
        "{}{}{}{}{}",
        s.header(from, s.own()),
        write::request(v, s.agency(from), &s.barcode("r")),
        write::code(v, "RequestedActionType", "requestedactiontype", "Hold For Pickup"),
        write::user(v, s.own(), &s.barcode("p")),
        write::item(v, s.agency(from), &s.barcode("i"))
    );
    Ok(write::envelope(v, &write::element("AcceptItem", &content)))
}

/// The id of the item that the subject has made.
async fn accepted(s: &Script, message: &str) -> Result<String, CaseEnd> {
    let answer = s.ask(message).await?;
    answer.is("AcceptItem")?;
    if let Some(problem) = answer.read.problems().first() {
        return Err(CaseEnd::NotApplicable(format!("the subject accepts no items so: {}", problem.kind)));
    }
    let item = answer.read.anywhere("ItemIdentifierValue").filter(|id| !id.trim().is_empty());
    item.map(str::to_owned)
        .ok_or_else(|| CaseEnd::NotApplicable("AcceptItemResponse names no item".to_owned()))
}

cases! { "NCIP requests";

NQ01 "RequestItem is taken, with an id for the request" {
    sends: "RequestItem by a patron of the sending member",
    expects: "RequestId, UserId, RequestType and RequestScopeType in the answer",
    why: "the discovery system keeps the id to ask again",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let answer = s.ask(asking(&s, from, &s.barcode("r"))).await?;
    answer.fine("RequestItem")?;
    if answer.read.anywhere("RequestIdentifierValue").is_none_or(|id| id.trim().is_empty()) {
        return Err(CaseEnd::fail("a RequestId", "none", &answer.bytes));
    }
    expect("RequestType", answer.read.code("RequestType"), "Loan", &answer.bytes)?;
    expect("RequestScopeType", answer.read.code("RequestScopeType"), "Item", &answer.bytes)?;
}

NQ02 "The same RequestItem again makes no second request" {
    sends: "the same RequestItem, twice, byte for byte",
    expects: "the same RequestId, or Duplicate Request",
    why: "an initiator that heard no answer asks again",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let message = asking(&s, from, &s.barcode("r"));
    let first = s.ask(&message).await?;
    first.fine("RequestItem")?;
    let again = s.ask(&message).await?;
    if again.read.problems().is_empty() {
        let id = first.read.anywhere("RequestIdentifierValue").unwrap_or_default().to_owned();
        expect("RequestId", again.read.anywhere("RequestIdentifierValue"), &id, &again.bytes)?;
        s.fact("a repeated RequestItem", "the same answer");
    } else {
        again.refuses(&["Duplicate Request", "Request Already Processed"])?;
        s.fact("a repeated RequestItem", "Duplicate Request");
    }
}

NQ03 "RequestItem without a RequestType is refused" {
    sends: "RequestItem without RequestType",
    expects: "a problem that names what is missing",
    why: "nobody can tell a loan from a copy",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let kind = write::code(s.version(), "RequestType", "requesttype", "Loan");
    let answer = s.ask(asking(&s, from, &s.barcode("r")).replace(&kind, "")).await?;
    answer.refuses(&["Needed Data Missing", "Invalid Message Syntax Error", "Protocol Error"])?;
}

NQ04 "CancelRequestItem about no request is refused" {
    sends: "CancelRequestItem with an id that nobody has",
    expects: "Unknown Request",
    why: "an OK would let a request run on",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let v = s.version();
    let user = write::user(v, s.agency(from), &s.barcode("p"));
    let request = write::request(v, s.agency(from), &s.barcode("none"));
    let answer = s.ask(write::cancel_request_item(v, &s.header(from, s.own()), &user, &request)).await?;
    answer.is("CancelRequestItem")?;
    answer.refuses(&["Unknown Request"])?;
}

NQ05 "A request can be looked up by its id" {
    sends: "RequestItem, then LookupRequest with the id that came back",
    expects: "the request, with its id; or Unsupported Service",
    why: "patrons ask how it stands",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let first = s.ask(asking(&s, from, &s.barcode("r"))).await?;
    first.fine("RequestItem")?;
    if s.version() == Version::V1 {
        return Err(CaseEnd::NotApplicable("LookupRequest came with 1.01".to_owned()));
    }
    let id = first.read.anywhere("RequestIdentifierValue").unwrap_or_default().trim().to_owned();
    let answer = s.ask(lookup_request(&s, from, &id)).await?;
    answer.is("LookupRequest")?;
    if answer.read.problems().is_empty() {
        expect("RequestId", answer.read.anywhere("RequestIdentifierValue").map(str::trim), &id, &answer.bytes)?;
    } else {
        answer.refuses(&["Unsupported Service"])?;
        s.note("LookupRequest is not offered");
    }
}

NQ06 "A request of another library's cannot be looked up" {
    sends: "RequestItem by one member, LookupRequest with its id by another",
    expects: "Unknown Request, or another refusal",
    why: "whose request it is, is between the patron and the library",
} |s| {
    s.router()?;
    if s.version() == Version::V1 {
        return Err(CaseEnd::NotApplicable("LookupRequest came with 1.01".to_owned()));
    }
    let from = s.sender()?;
    let other = s.special(super::super::members::Trait::ItemsToo)?;
    let first = s.ask(asking(&s, from, &s.barcode("r"))).await?;
    first.fine("RequestItem")?;
    let id = first.read.anywhere("RequestIdentifierValue").unwrap_or_default().trim().to_owned();
    let answer = s.ask(lookup_request(&s, other, &id)).await?;
    answer.refuses_somehow()?;
}

NQ07 "A request can be cancelled by its id" {
    sends: "RequestItem, then CancelRequestItem with the id that came back",
    expects: "CancelRequestItemResponse with the ids, without a problem",
    why: "patrons change their minds",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let v = s.version();
    let first = s.ask(asking(&s, from, &s.barcode("r"))).await?;
    first.fine("RequestItem")?;
    let id = first.read.anywhere("RequestIdentifierValue").unwrap_or_default().trim().to_owned();
    let user = write::user(v, s.agency(from), &s.barcode("p"));
    let request = write::request(v, s.agency(from), &id);
    let answer = s.ask(write::cancel_request_item(v, &s.header(from, s.own()), &user, &request)).await?;
    answer.fine("CancelRequestItem")?;
    expect("RequestId", answer.read.anywhere("RequestIdentifierValue").map(str::trim), &id, &answer.bytes)?;
}

NQ08 "Another patron cannot cancel it" {
    sends: "RequestItem by one patron, CancelRequestItem by another",
    expects: "a problem",
    why: "a guessed id is no right",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let v = s.version();
    let first = s.ask(asking(&s, from, &s.barcode("r"))).await?;
    first.fine("RequestItem")?;
    let id = first.read.anywhere("RequestIdentifierValue").unwrap_or_default().trim().to_owned();
    let user = write::user(v, s.agency(from), &s.barcode("somebody-else"));
    let request = write::request(v, s.agency(from), &id);
    let answer = s.ask(write::cancel_request_item(v, &s.header(from, s.own()), &user, &request)).await?;
    answer.refuses_somehow()?;
}

NQ09 "A notice about nothing known is answered" {
    source: Source::Practice("an ILS tells everything that happens, not only loans between libraries"),
    sends: "ItemReceived about an item that nobody has",
    expects: "ItemReceivedResponse, with Unknown Item or Unknown Request or without a problem",
    why: "silence would make the initiator send it again for ever",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let v = s.version();
    let item = write::item(v, s.agency(from), &s.barcode("none"));
    let content = format!("{}{item}<DateReceived>2026-03-04T10:00:00Z</DateReceived>", s.header(from, s.own()));
    let answer = s.ask(write::envelope(v, &write::element("ItemReceived", &content))).await?;
    answer.is("ItemReceived")?;
    match answer.read.problems().first() {
        Some(problem) => s.note(format!("refused: {}", problem.kind)),
        None => s.note("taken, though nobody here knows the item"),
    }
}

NQ10 "A notice's answer has nothing but a header and problems" {
    sends: "ItemCheckedIn about an item that nobody has",
    expects: "ItemCheckedInResponse with ResponseHeader and problems alone",
    why: "the schema says so",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let v = s.version();
    let item = write::item(v, s.agency(from), &s.barcode("none"));
    let content = format!("{}{item}", s.header(from, s.own()));
    let answer = s.ask(write::envelope(v, &write::element("ItemCheckedIn", &content))).await?;
    answer.is("ItemCheckedIn")?;
    let odd = answer.read.body().and_then(|body| {
        let known = ["ResponseHeader", "Problem", "MessagingError", "Ext"];
        body.children.iter().find(|child| !known.contains(&child.name.as_str())).cloned()
    });
    if let Some(odd) = odd {
        return Err(CaseEnd::fail("ResponseHeader and problems alone", format!("<{}>", odd.name), &answer.bytes));
    }
}

NQ11 "A patron of another library cannot be spoken for" {
    source: Source::Practice("a member speaks for its own patrons"),
    sends: "RequestItem whose UserId belongs to another member",
    expects: "a problem, or the request as the other library's patron is a visitor",
    why: "a sender that may ask in another's name can have books sent anywhere",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let other = s.special(super::super::members::Trait::ItemsToo)?;
    let v = s.version();
    let message = write::request_item(
        v,
        &s.header(from, s.own()),
        &write::user(v, s.agency(other), &s.barcode("p")),
        &write::item(v, s.agency(from), &s.barcode("i")),
        &write::request(v, s.agency(from), &s.barcode("r")),
    );
    let answer = s.ask(message).await?;
    s.note(match answer.read.problems().first() {
        Some(problem) => format!("refused: {}", problem.kind),
        None => "taken".to_owned(),
    });
}

NQ12 "The same AcceptItem again makes no second item" {
    source: AGAIN,
    sends: "AcceptItem to the subject itself, twice, byte for byte",
    expects: "the same item id, or a problem such as Duplicate Item",
    why: "two items for one loan: one is never returned",
} |s| {
    let message = accepting(&s)?;
    let first = accepted(&s, &message).await?;
    let again = s.ask(&message).await?;
    again.is("AcceptItem")?;
    if let Some(problem) = again.read.problems().first() {
        s.fact("a repeated AcceptItem", problem.kind.clone());
        return Ok(());
    }
    let item = again.read.anywhere("ItemIdentifierValue").unwrap_or_default();
    expect("ItemId", Some(item), &first, &again.bytes)?;
    s.fact("a repeated AcceptItem", "the same answer");
}

NQ13 "The same CheckOutItem again lends nothing twice" {
    source: AGAIN,
    sends: "AcceptItem to the subject itself, and CheckOutItem of what it made, twice, byte for byte",
    expects: "the same due date, or a problem such as Item Already Checked Out",
    why: "a repeat that renews, or counts as another loan, is charged to the patron",
} |s| {
    let (v, from) = (s.version(), s.sender()?);
    let item = accepted(&s, &accepting(&s)?).await?;
    let content = format!(
        "{}{}{}",
        s.header(from, s.own()),
        write::user(v, s.own(), &s.barcode("p")),
        write::item(v, s.own(), &item)
    );
    let message = write::envelope(v, &write::element("CheckOutItem", &content));
    let first = s.ask(&message).await?;
    first.is("CheckOutItem")?;
    if let Some(problem) = first.read.problems().first() {
        return Err(CaseEnd::NotApplicable(format!("the subject lends nothing that was accepted so: {}", problem.kind)));
    }
    let again = s.ask(&message).await?;
    again.is("CheckOutItem")?;
    if let Some(problem) = again.read.problems().first() {
        s.fact("a repeated CheckOutItem", problem.kind.clone());
        return Ok(());
    }
    let due = first.read.anywhere("DateDue").unwrap_or_default().to_owned();
    expect("DateDue", again.read.anywhere("DateDue"), &due, &again.bytes)?;
    s.fact("a repeated CheckOutItem", "the same answer");
}
}
