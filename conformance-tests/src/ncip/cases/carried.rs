//! What a router makes of a member's answers, and what it must not lose on the way: a no, a PIN, whose patron it is.

use super::super::ils::Does;
use super::super::members::Trait;
use super::super::messages as write;
use super::super::script::{Answered, Script};
use super::super::terms;
use super::super::wire::{Version, Wire};
use super::{cases, expect, partner};
use crate::case::{CaseEnd, Source};
use crate::tree::Element;

const NO: Source = Source::Practice("a problem is a no, wherever and in whatever form it stands");

/// What the home library's ILS says to LookupUser: this after its header.
fn home_says(s: &Script, to: usize, content: &str) {
    let v = s.of(to).version;
    let header = write::response_header(v, s.agency(to), s.own());
    let answer = write::envelope(v, &write::element("LookupUserResponse", &format!("{header}{content}")));
    s.member_does(to, Does::Say(200, "application/xml", answer.into_bytes()));
}

/// What the member's ILS says to LookupItem: this after its header.
fn item_is(s: &Script, to: usize, content: &str) {
    let v = s.of(to).version;
    let header = write::response_header(v, s.agency(to), s.own());
    let answer = write::envelope(v, &write::element("LookupItemResponse", &format!("{header}{content}")));
    s.member_does(to, Does::Say(200, "application/xml", answer.into_bytes()));
}

/// The patron as the home library's ILS shows him.
fn patron(s: &Script, to: usize) -> String {
    let v = s.of(to).version;
    write::user(v, s.agency(to), &s.barcode("a")) + &write::reader("Reader")
}

fn unknown_user(version: Version) -> String {
    write::problem(version, "lookupuser", "Unknown User", "UserId", "")
}

async fn asked(s: &Script, to: usize) -> Result<Answered, CaseEnd> {
    let answer = s.ask(s.lookup(s.sender()?, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    Ok(answer)
}

/// A member other than the sender whose ILS speaks version 2 over HTTP.
fn in_version_2(s: &Script) -> Result<usize, CaseEnd> {
    s.router()?;
    let (from, to) = (s.sender()?, s.member(Wire::V2)?);
    if to == from { s.special(Trait::ItemsToo) } else { Ok(to) }
}

fn every<'a>(element: &'a Element, name: &str, found: &mut Vec<&'a Element>) {
    if element.name == name {
        found.push(element);
    }
    element.children.iter().for_each(|child| every(child, name, found));
}

cases! { "NCIP routing: answers";

NC01 "A no beside data is a no" {
    source: NO,
    sends: "LookupUser; the home library answers the patron and Unknown User",
    expects: "Unknown User",
    why: "who looks for data first lends to strangers",
} |s| {
    let to = partner(&s)?;
    home_says(&s, to, &(patron(&s, to) + &unknown_user(s.of(to).version)));
    asked(&s, to).await?.refuses(&["Unknown User"])?;
}

NC02 "An answer has data or a problem, never both" {
    source: Source::Ncip("LookupUserResponse: Problem, or the user"),
    sends: "LookupUser; the home library answers the patron and Unknown User",
    expects: "no data of a patron beside a problem",
    why: "half of the readers see the one, half the other",
} |s| {
    let to = partner(&s)?;
    home_says(&s, to, &(patron(&s, to) + &unknown_user(s.of(to).version)));
    let answer = asked(&s, to).await?;
    let body = answer.read.body().cloned().unwrap_or_default();
    let data = ["UserId", "UniqueUserId", "UserOptionalFields"].into_iter().find(|name| body.child(name).is_some());
    if let (Some(data), false) = (data, answer.read.problems().is_empty()) {
        return Err(CaseEnd::fail("data or a problem", format!("{data} and a problem"), &answer.bytes));
    }
}

NC03 "A no within an Ext or within data is a no" {
    source: NO,
    sends: "LookupUser; the home library's Problem stands within Ext, then within UserOptionalFields",
    expects: "Unknown User both times",
    why: "several ILSs put what is wrong where they may put anything",
} |s| {
    let to = partner(&s)?;
    let problem = unknown_user(s.of(to).version);
    let within = patron(&s, to).replace("</UserOptionalFields>", &format!("{problem}</UserOptionalFields>"));
    for content in [patron(&s, to) + &write::element("Ext", &problem), within] {
        home_says(&s, to, &content);
        asked(&s, to).await?.refuses(&["Unknown User"])?;
    }
}

NC04 "A no in the other version's form is a no" {
    source: NO,
    sends: "LookupUser; the home library's ILS says no in the form of the version that it does not speak",
    expects: "Unknown User",
    why: "ILSs that speak both versions mix them up when something is wrong",
} |s| {
    let to = partner(&s)?;
    home_says(&s, to, &unknown_user(s.of(to).version.other()).replace(" ncip:Scheme=", " Scheme="));
    asked(&s, to).await?.refuses(&["Unknown User"])?;
}

NC05 "An answer without the patron becomes a problem" {
    source: Source::Practice("what an answer does not say was not agreed to"),
    sends: "LookupUser; the home library answers a header and nothing else",
    expects: "a problem",
    why: "an empty envelope is no patron",
} |s| {
    let to = partner(&s)?;
    home_says(&s, to, "");
    asked(&s, to).await?.refuses_somehow()?;
}

NC06 "An answer that breaks off becomes a problem" {
    source: Source::Practice("what is missing may be the block"),
    sends: "LookupUser; the home library's answer ends after the patron's id",
    expects: "a problem",
    why: "half an answer is none",
} |s| {
    let to = partner(&s)?;
    let v = s.of(to).version;
    let header = write::response_header(v, s.agency(to), s.own());
    let content = header + &write::user(v, s.agency(to), &s.barcode("a"));
    let whole = write::envelope(v, &write::element("LookupUserResponse", &content));
    let half = whole.split("</LookupUserResponse>").next().unwrap_or_default().to_owned();
    s.member_does(to, Does::Say(200, "application/xml", half.into_bytes()));
    asked(&s, to).await?.refuses_somehow()?;
}

NC07 "A PIN beside the patron's id arrives with it, or is refused" {
    source: Source::Practice("a yes is about what was asked"),
    sends: "LookupUser with UserId and a PIN beside it",
    expects: "both at the home library, or a problem",
    why: "a yes about a PIN that nobody looked at opens every account",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    let who = write::user(v, s.agency(to), &s.barcode("a")) + &write::typed_in(v, "PIN", "4711-pin");
    let answer = s.ask(write::lookup_user(v, &s.header(from, s.agency(to)), &who)).await?;
    if !answer.read.problems().is_empty() {
        s.note("a PIN beside an id is refused");
        return Ok(());
    }
    let (read, received) = s.arrived(to)?;
    for wanted in [s.barcode("a"), "4711-pin".to_owned()] {
        if !read.tree.mentions(&wanted) {
            return Err(CaseEnd::fail(format!("{wanted} at the home library, or a problem"), "a yes", &received.bytes));
        }
    }
}

NC08 "Terms of the standard's lists carry their scheme" {
    wires: Wire::NEW,
    source: Source::Practice("strict toolkits look a term up by scheme and value"),
    sends: "LookupUser that the home library refuses, and LookupItem",
    expects: "each listed term of the answers with its Scheme",
    why: "a toolkit that finds no scheme reads no term",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Refuse(&[("Unknown User", "UserId")]));
    let refused = asked(&s, to).await?;
    let (v, items) = (s.version(), s.special(Trait::ItemsToo)?);
    let item = write::item(v, s.agency(items), &s.barcode("i"));
    let found = s.ask(write::lookup_item(v, &s.header(from, s.agency(items)), &item)).await?;
    for answer in [refused, found] {
        if let Some(wrong) = terms::without_scheme(&answer.read.tree) {
            return Err(CaseEnd::fail("each listed term with its Scheme", wrong, &answer.bytes));
        }
    }
}

NC09 "Words are of the lists that they belong to" {
    source: Source::Ncip("the lists of its schemes"),
    sends: "RequestItem, and LookupAgency about the subject itself",
    expects: "terms of the standard's lists in the answers, or of a scheme of the subject's own",
    why: "a word that is on no list means nothing to anybody",
} |s| {
    s.router()?;
    let (v, from) = (s.version(), s.sender()?);
    let own = s.agency(from);
    let request = write::request_item(
        v,
        &s.header(from, s.own()),
        &write::user(v, own, &s.barcode("p")),
        &write::item(v, s.another(from), &s.barcode("i")),
        &write::request(v, own, &s.barcode("r")),
    );
    let wanted = write::code(v, "AgencyElementType", "agencyelementtype", "Organization Name Information");
    let agency = format!("{}{}{wanted}", s.header(from, s.own()), write::agency(v, s.own()));
    for message in [request, write::envelope(v, &write::element("LookupAgency", &agency))] {
        let answer = s.ask(message).await?;
        if let Some(wrong) = terms::unlisted(&answer.read.tree) {
            return Err(CaseEnd::fail("a term of the standard's list", wrong, &answer.bytes));
        }
    }
}

NC10 "A problem never names an element that is empty" {
    source: Source::Ncip("ProblemElement names an element, or is left out"),
    sends: "LookupUser; the home library's problem names no element",
    expects: "no empty ProblemElement or ElementName",
    why: "a strict reader looks the element up",
} |s| {
    let to = partner(&s)?;
    home_says(&s, to, &write::problem(s.of(to).version, "lookupuser", "Unknown User", "", ""));
    let answer = asked(&s, to).await?;
    answer.refuses(&["Unknown User"])?;
    for name in ["ProblemElement", "ElementName"] {
        let mut named = Vec::new();
        every(&answer.read.tree, name, &mut named);
        if named.iter().any(|element| element.text.trim().is_empty() && element.children.is_empty()) {
            return Err(CaseEnd::fail(format!("no empty {name}"), "one", &answer.bytes));
        }
    }
}

NC11 "A stack trace stays at home" {
    source: Source::Practice("what an ILS's programmers read is not for other libraries"),
    sends: "LookupUser; the home library's problem tells 300 lines of a stack trace",
    expects: "the problem, without the trace and in at most 2000 characters",
    why: "it is of no use at the desk, and tells of the ILS's inside",
} |s| {
    let to = in_version_2(&s)?;
    let trace = "\n\tat org.example.ils.Deep.method(Deep.java:17)".repeat(300);
    let detail = write::element("ProblemDetail", &format!("java.lang.NullPointerException: no such user{trace}"));
    let problem = unknown_user(Version::V2).replace("<ProblemElement>", &format!("{detail}<ProblemElement>"));
    home_says(&s, to, &problem);
    let answer = asked(&s, to).await?;
    let problem = answer.refuses(&["Unknown User"])?;
    if answer.read.tree.mentions("Deep.java") || problem.text.len() > 2000 {
        return Err(CaseEnd::fail("no stack trace", problem.text, &answer.bytes));
    }
}

NC12 "A visiting patron comes back as the home library's" {
    source: Source::Practice("an ILS calls itself what its settings say"),
    sends: "LookupUser; the home library's ILS gives the patron's id an agency of its own",
    expects: "the home library's agency, or none, in the answer's UserId",
    why: "the asker knows the library by that agency, and by no other",
} |s| {
    let to = partner(&s)?;
    let v = s.of(to).version;
    home_says(&s, to, &(write::user(v, "INTERNAL-9", &s.barcode("a")) + &write::reader("Reader")));
    let answer = asked(&s, to).await?;
    answer.fine("LookupUser")?;
    let body = answer.read.body().cloned().unwrap_or_default();
    let user = body.child("UserId").or_else(|| body.child("UniqueUserId"));
    let agency = user.and_then(|user| user.text_at("UniqueAgencyId/Value").or_else(|| user.text_at("AgencyId")));
    if let Some(agency) = agency {
        expect("the patron's agency", Some(agency.trim()), s.agency(to), &answer.bytes)?;
    }
}

NC13 "Bytes of a member that are not what they say make no unreadable answer" {
    source: Source::Practice("ILSs say UTF-8 and write what their database has"),
    sends: "LookupUser; the home library's answer has a byte of Latin-1, a control character and a blank line before its declaration",
    expects: "an answer that can be read: the patron, or a problem",
    why: "one accent must not close the desk",
} |s| {
    let to = partner(&s)?;
    let v = s.of(to).version;
    let header = write::response_header(v, s.agency(to), s.own());
    let content = header + &patron(&s, to).replace("Reader", "L\u{fffd}on \u{fffd}");
    let whole = write::envelope(v, &write::element("LookupUserResponse", &content));
    let mut bytes = b"\n".to_vec();
    for (number, part) in whole.split('\u{fffd}').enumerate() {
        bytes.extend_from_slice([&b""[..], b"\xE9", b"\x01"].get(number).copied().unwrap_or_default());
        bytes.extend_from_slice(part.as_bytes());
    }
    s.member_does(to, Does::Say(200, "application/xml", bytes));
    let answer = asked(&s, to).await?;
    if answer.bytes.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
        return Err(CaseEnd::fail("no control character", "one", &answer.bytes));
    }
    if !answer.read.problems().is_empty() {
        s.note("an answer whose bytes are not what they say becomes a problem");
    }
}

NC14 "An answer without the item or anything of it becomes a problem" {
    source: Source::Practice("what an answer does not say was not agreed to"),
    sends: "LookupItem; the member answers a header and nothing else, then the item's id alone",
    expects: "a problem both times",
    why: "an empty envelope says nothing of the shelf, and the asker waits for a word about it",
} |s| {
    s.router()?;
    let (from, to) = (s.sender()?, s.special(Trait::ItemsToo)?);
    let (v, theirs) = (s.version(), s.of(to).version);
    let message = write::lookup_item(v, &s.header(from, s.agency(to)), &write::item(v, s.agency(to), &s.barcode("i")));
    for content in [String::new(), write::item(theirs, s.agency(to), &s.barcode("i"))] {
        item_is(&s, to, &content);
        let answer = s.ask(&message).await?;
        answer.is("LookupItem")?;
        answer.refuses_somehow()?;
    }
}

NC15 "What a member says of an item in the wrong place is not lost" {
    source: Source::Practice("Koha's responder puts it under UserOptionalFields"),
    sends: "LookupItem; the member's circulation status stands under UserOptionalFields",
    expects: "the status in ItemOptionalFields, or a problem",
    why: "an item without a status looks as if nobody knew",
} |s| {
    s.router()?;
    let (from, to) = (s.sender()?, s.special(Trait::ItemsToo)?);
    let (v, theirs) = (s.version(), s.of(to).version);
    let status = write::code(theirs, "CirculationStatus", "circulationstatus", "On Loan");
    let content = write::item(theirs, s.agency(to), &s.barcode("i")) + &write::element("UserOptionalFields", &status);
    item_is(&s, to, &content);
    let item = write::item(v, s.agency(to), &s.barcode("i"));
    let answer = s.ask(write::lookup_item(v, &s.header(from, s.agency(to)), &item)).await?;
    answer.is("LookupItem")?;
    if !answer.read.problems().is_empty() {
        s.note("data in the wrong place become a problem");
        return Ok(());
    }
    let body = answer.read.body().cloned().unwrap_or_default();
    let status = body.child("ItemOptionalFields").and_then(|fields| fields.child("CirculationStatus"));
    let status = status.map(|status| status.text_at("Value").unwrap_or(&status.text).trim().to_owned());
    expect("CirculationStatus in ItemOptionalFields", status.as_deref(), "On Loan", &answer.bytes)?;
}
}
