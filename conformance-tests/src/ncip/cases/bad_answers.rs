//! What an initiator makes of answers that are late, lost, broken or odd. Nothing may be done twice, and nothing may be left undone.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::super::lending::Lending;
use super::super::messages as write;
use super::super::script::Script;
use super::super::shelves::IlsFault;
use super::super::wire::{Version, Wire};
use super::{INITIATOR, cases};
use crate::case::{CaseEnd, Pace, Source};
use crate::real_time;

const ONCE: Source =
    Source::Practice("whose answer was lost may have been done: ask first, or repeat the same message");

/// AcceptItem goes wrong once; the loan goes on and nothing is done twice.
pub(super) async fn accept_goes_wrong(loan: &Lending, trouble: IlsFault) -> Result<(), CaseEnd> {
    loan.trouble(loan.borrower, "AcceptItem", trouble);
    loan.received().await?;
    loan.to_the_end().await?;
    loan.no_blind_repeat(loan.borrower, "AcceptItem")?;
    made_once(loan)
}

/// The same of CheckOutItem at the lender.
async fn check_out_goes_wrong(loan: &Lending, trouble: IlsFault) -> Result<(), CaseEnd> {
    loan.trouble(loan.lender, "CheckOutItem", trouble);
    loan.received().await?;
    loan.to_the_end().await?;
    loan.no_blind_repeat(loan.lender, "CheckOutItem")?;
    made_once(loan)
}

pub(super) fn made_once(loan: &Lending) -> Result<(), CaseEnd> {
    loan.nothing_twice(1)?;
    for (member, service) in [(loan.borrower, "AcceptItem"), (loan.lender, "CheckOutItem")] {
        let done = loan
            .operations()
            .iter()
            .filter(|operation| operation.member == member && operation.service == service)
            .count();
        if done != 1 {
            return Err(CaseEnd::fail(format!("{service} done once"), format!("{done} times"), &[]));
        }
    }
    Ok(())
}

/// The answer to LookupUser is changed; the request goes on, or is asked about again and then goes on.
async fn lookup_goes_wrong(loan: &Lending, trouble: IlsFault, what: &str) -> Result<(), CaseEnd> {
    loan.trouble(loan.borrower, "LookupUser", trouble);
    loan.shipped().await?;
    if loan.heard(loan.borrower, "LookupUser").len() > 1 {
        loan.s.note(format!("{what} is not understood: the ILS is asked again"));
    }
    Ok(())
}

/// The subject lives: a patron of other libraries asks, and is looked up.
async fn still_asks(s: &Script) -> Result<(), CaseEnd> {
    s.between(Wire { version: s.version().other(), ..s.wire })?.asked().await.map(drop)
}

fn latin(_: Version, text: String) -> Vec<u8> {
    let text = text.replace("UTF-8", "ISO-8859-1").replace("Reader ", "L\u{e9}on ");
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

fn without_namespace(_: Version, text: String) -> Vec<u8> {
    let declared = format!(" xmlns=\"{ns}\" xmlns:ncip=\"{ns}\"", ns = Version::NAMESPACE);
    text.replace(&declared, "").replace("ncip:version", "version").into_bytes()
}

fn with_more(_: Version, text: String) -> Vec<u8> {
    let end = "</LookupUserResponse>";
    text.replace(end, &format!("<Ext><LocalThing xmlns=\"urn:local\">x</LocalThing></Ext>{end}"))
        .replace("<NameInformation>", "<LocalField>y</LocalField><NameInformation>")
        .into_bytes()
}

fn unprefixed_version(_: Version, text: String) -> Vec<u8> {
    text.replace("ncip:version", "version").into_bytes()
}

fn with_doctype(version: Version, text: String) -> Vec<u8> {
    let doctype = "<!DOCTYPE NCIPMessage PUBLIC \"-//NISO//NCIP DTD Version 1.0//EN\" \
                   \"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\">\n<NCIPMessage";
    match version {
        Version::V1 => text.replacen("<NCIPMessage", doctype, 1).into_bytes(),
        Version::V2 => text.into_bytes(),
    }
}

fn in_the_other_version(version: Version, _: String) -> Vec<u8> {
    let other = version.other();
    let header = write::response_header(other, "X", "Y");
    let item = write::item(other, "X", "1");
    let request = write::request(other, "X", "1");
    write::envelope(other, &write::element("AcceptItemResponse", &format!("{header}{request}{item}")))
        .into_bytes()
}

/// A text that grows to gigabytes for who expands it.
fn bomb(version: Version) -> Vec<u8> {
    let mut text = "<?xml version=\"1.0\"?>\n<!DOCTYPE NCIPMessage [<!ENTITY a0 \"lol\">".to_owned();
    for n in 1..12 {
        let one = format!("&a{};", n - 1).repeat(10);
        text += &format!("<!ENTITY a{n} \"{one}\">");
    }
    let header = write::response_header(version, "X", "Y");
    let body = write::envelope(version, &write::element("LookupUserResponse", &format!("{header}&a11;")));
    let body = body.split_once('\n').map_or("", |(_, body)| body);
    (text + "]>\n" + body).into_bytes()
}

fn endless(version: Version) -> Vec<u8> {
    let header = write::response_header(version, "X", "Y");
    let long = "x".repeat(24 << 20);
    write::envelope(version, &write::element("LookupUserResponse", &format!("{header}<!--{long}-->")))
        .into_bytes()
}

cases! { "NCIP initiator: bad answers";

NB01 "An AcceptItem whose answer is lost makes one item" {
    roles: INITIATOR, source: ONCE,
    sends: "AcceptItem is done, and the connection closed without an answer",
    expects: "a question first, or the same bytes again; one temporary item; the rest of the loan",
    why: "two items for one loan: one is never returned",
} |s| { accept_goes_wrong(&s.lending()?, IlsFault::DropAfter).await?; }

NB02 "A CheckOutItem whose answer is lost makes one loan" {
    roles: INITIATOR, source: ONCE,
    sends: "the lender's CheckOutItem is done, and the connection closed without an answer",
    expects: "a question first, or the same bytes again; one loan; the rest of it",
    why: "else a library is charged for a book that it never had",
} |s| { check_out_goes_wrong(&s.lending()?, IlsFault::DropAfter).await?; }

NB03 "Silence after AcceptItem is no reason to do it twice" {
    roles: INITIATOR, source: ONCE,
    sends: "AcceptItem is done, and nothing is said",
    expects: "a question first, or the same bytes again; one temporary item; the rest of the loan",
    why: "the busiest hour is when ILSs are slow",
} |s| { accept_goes_wrong(&s.lending()?, IlsFault::SilentAfter).await?; }

NB04 "Silence after CheckOutItem is no reason to do it twice" {
    roles: INITIATOR, wires: Wire::HTTP, source: ONCE,
    sends: "the lender's CheckOutItem is done, and nothing is said",
    expects: "a question first, or the same bytes again; one loan",
    why: "the busiest hour is when ILSs are slow",
} |s| { check_out_goes_wrong(&s.lending()?, IlsFault::SilentAfter).await?; }

NB05 "What was not done because the connection broke is done later" {
    roles: INITIATOR, source: ONCE,
    sends: "the connection is closed before AcceptItem is done",
    expects: "AcceptItem again, done once",
    why: "the patron waits",
} |s| {
    let loan = s.lending()?;
    accept_goes_wrong(&loan, IlsFault::DropBefore).await?;
    loan.gets_again(loan.borrower, "AcceptItem", 2).await?;
}

NB06 "An HTTP 500 with a web page is no answer" {
    roles: INITIATOR, wires: Wire::HTTP, source: ONCE,
    sends: "AcceptItem is done; HTTP 500 with HTML",
    expects: "a question first, or the same bytes again; one temporary item; the rest of the loan",
    why: "it is what a proxy says when the ILS is restarted",
} |s| {
    let page = "<html><body><h1>500 Internal Server Error</h1></body></html>";
    accept_goes_wrong(&s.lending()?, IlsFault::Says(500, page)).await?;
}

NB07 "A text with HTTP 200 is no answer" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("Koha's responder says `It works!` on most failures"),
    sends: "the lender's CheckOutItem is done; `It works!` with HTTP 200",
    expects: "a question first, or the same bytes again; one loan; the rest of it",
    why: "it did not necessarily work",
} |s| { check_out_goes_wrong(&s.lending()?, IlsFault::Says(200, "It works!")).await?; }

NB08 "An empty answer is no answer" {
    roles: INITIATOR, wires: Wire::HTTP, source: ONCE,
    sends: "AcceptItem is done; HTTP 200 and no body",
    expects: "a question first, or the same bytes again; one temporary item",
    why: "some ILSs die so",
} |s| { accept_goes_wrong(&s.lending()?, IlsFault::Says(200, "")).await?; }

NB09 "An answer to something else is no answer" {
    roles: INITIATOR, source: Source::Ncip("each service has its own response"),
    sends: "AcceptItem is done; a LookupItemResponse comes",
    expects: "a question first, or the same bytes again; one temporary item; the rest of the loan",
    why: "answers get mixed up where connections are shared",
} |s| { accept_goes_wrong(&s.lending()?, IlsFault::AnswersAs("LookupItem")).await?; }

NB10 "An answer in the other version does no harm" {
    roles: INITIATOR, source: Source::Practice("Koha mixes element names of both versions"),
    sends: "AcceptItem is done; the answer is in the other version",
    expects: "it is taken, or asked about; one temporary item; the rest of the loan",
    why: "what is read as nothing is done again",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "AcceptItem", IlsFault::Alters(in_the_other_version));
    loan.received().await?;
    loan.act(loan.borrower, "hand-out", &[]).await?;
    loan.gets(loan.borrower, "CheckOutItem").await?;
    loan.no_blind_repeat(loan.borrower, "AcceptItem")?;
    loan.nothing_twice(1)?;
}

NB11 "Elements that nobody knows are read past" {
    roles: INITIATOR, source: Source::Ncip("Ext; practice: local fields anywhere"),
    sends: "Ext and a local field in LookupUserResponse",
    expects: "the request goes on",
    why: "every ILS adds something",
} |s| { lookup_goes_wrong(&s.lending()?, IlsFault::Alters(with_more), "an unknown element").await?; }

NB12 "An answer without the namespace is read" {
    roles: INITIATOR, wires: Wire::NEW, source: Source::Practice("several responders leave it out"),
    sends: "a LookupUserResponse in no namespace, in version 2",
    expects: "the request goes on; where staff must have it asked again, that is noted",
    why: "it is out there",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "LookupUser", IlsFault::Alters(without_namespace));
    loan.asked().await?;
    let goes_on = || {
        let again = loan.heard(loan.borrower, "LookupUser").into_iter().nth(1);
        loan.heard(loan.lender, "RequestItem").into_iter().next().or(again)
    };
    if loan.sought(s.timeout, goes_on).await.is_none() {
        loan.act(loan.borrower, "ask-again", &[]).await?;
        s.note("an answer without the namespace is left to staff");
    }
    loan.act(loan.lender, "ship", &[&loan.item]).await?;
    loan.gets(loan.lender, "CheckOutItem").await?;
}

NB13 "An answer with an unprefixed `version` is read" {
    roles: INITIATOR, wires: Wire::NEW, source: Source::Practice("most implementations write it so"),
    sends: "a LookupUserResponse whose `version` has no prefix",
    expects: "the request goes on",
    why: "strictly it is invalid, and nearly everybody does it",
} |s| { lookup_goes_wrong(&s.lending()?, IlsFault::Alters(unprefixed_version), "an unprefixed version").await?; }

NB14 "An answer in Latin-1 that says so is read" {
    roles: INITIATOR, source: Source::Web("XML: the encoding declaration"),
    sends: "a LookupUserResponse in ISO-8859-1 with an accented name",
    expects: "the request goes on",
    why: "older ILSs write it",
} |s| { lookup_goes_wrong(&s.lending()?, IlsFault::Alters(latin), "Latin-1").await?; }

NB15 "A DOCTYPE that names the DTD is read past, and not fetched" {
    roles: INITIATOR, wires: Wire::OLD, source: Source::Practice("version 1 messages may open with one"),
    sends: "a LookupUserResponse with a DOCTYPE",
    expects: "the request goes on",
    why: "half of the version 1 systems write it",
} |s| { lookup_goes_wrong(&s.lending()?, IlsFault::Alters(with_doctype), "a DOCTYPE").await?; }

NB16 "An answer in pieces is one answer" {
    roles: INITIATOR, source: Source::Web("TCP: a stream has no messages"),
    sends: "AcceptItemResponse in five pieces",
    expects: "one AcceptItem, and the rest of the loan",
    why: "networks cut where they like",
} |s| {
    let loan = s.lending()?;
    accept_goes_wrong(&loan, IlsFault::Pieces).await?;
    loan.stays_at(loan.borrower, "AcceptItem", 1).await?;
}

NB17 "Entities of an answer's own are never expanded" {
    roles: INITIATOR, source: Source::Web("XML: entity expansion"),
    sends: "a LookupUserResponse with nested entities",
    expects: "the subject lives: the ILS is asked again, and the request goes on",
    why: "a broken ILS must not take the others down",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "LookupUser", IlsFault::SaysInstead(Arc::new(bomb)));
    loan.asked().await?;
    match loan.seek(loan.borrower, "LookupUser", 2, s.timeout).await {
        Some(_) => { loan.act(loan.lender, "ship", &[&loan.item]).await?; loan.gets(loan.lender, "CheckOutItem").await?; }
        None => {
            s.note("such an answer is left to staff");
            loan.stays_at(loan.lender, "RequestItem", 0).await?;
        }
    }
    still_asks(&s).await?;
}

NB18 "An answer that is too long is not taken" {
    roles: INITIATOR, wires: &[Wire::V2, Wire::V1_TCP], source: Source::Practice("limits"),
    sends: "24 MB of LookupUserResponse",
    expects: "the subject lives: the ILS is asked again, and the request goes on; that it is taken is noted",
    why: "memory ends",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "LookupUser", IlsFault::SaysInstead(Arc::new(endless)));
    loan.asked().await?;
    if loan.seek(loan.borrower, "LookupUser", 2, s.timeout).await.is_none() {
        s.note("an answer of 24 MB is not asked for again");
    } else {
        loan.act(loan.lender, "ship", &[&loan.item]).await?;
        loan.gets(loan.lender, "CheckOutItem").await?;
    }
    still_asks(&s).await?;
}

NB19 "A slow ILS holds up nobody else" {
    roles: INITIATOR, wires: &[Wire::V1, Wire::V2], source: Source::Practice("one connection each"),
    sends: "an ILS that never answers LookupUser; a loan of other libraries",
    expects: "the other loan goes on at once",
    why: "fifty libraries must not wait for one",
} |s| {
    let (slow, other) = (s.lending()?, s.between(Wire { version: s.version().other(), ..s.wire })?);
    slow.keep_troubling(slow.borrower, "LookupUser", IlsFault::SilentAfter);
    slow.asked().await?;
    let asked = real_time::instant();
    other.asked().await?;
    let took = asked.elapsed();
    if took > Duration::from_secs(3) {
        return Err(CaseEnd::fail("LookupUser of the other library within 3 s", format!("{took:?}"), &[]));
    }
}

NB20 "A kill between AcceptItem and its answer makes one item" {
    roles: INITIATOR, wires: &[Wire::V1, Wire::V2_TCP], pace: Pace::Alone, source: ONCE,
    sends: "AcceptItem is done and not answered; the subject is killed and started again",
    expects: "a question first, or the same bytes again; one temporary item; the rest of the loan",
    why: "power cuts do not choose their moment",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "AcceptItem", IlsFault::SilentAfter);
    loan.received().await?;
    killed(&loan).await?;
    loan.to_the_end().await?;
    loan.no_blind_repeat(loan.borrower, "AcceptItem")?;
    made_once(&loan)?;
}

NB21 "A kill between CheckOutItem and its answer makes one loan" {
    roles: INITIATOR, wires: &[Wire::V2, Wire::V1_TCP], pace: Pace::Alone, source: ONCE,
    sends: "the lender's CheckOutItem is done and not answered; the subject is killed and started again",
    expects: "a question first, or the same bytes again; one loan; the rest of it",
    why: "power cuts do not choose their moment",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CheckOutItem", IlsFault::SilentAfter);
    loan.shipped().await?;
    killed(&loan).await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?;
    loan.to_the_end().await?;
    loan.no_blind_repeat(loan.lender, "CheckOutItem")?;
    made_once(&loan)?;
}

NB22 "A hold whose answer is lost is placed once" {
    roles: INITIATOR, wires: Wire::HTTP, source: ONCE,
    sends: "RequestItem at the lender is done, and the connection closed without an answer",
    expects: "one hold, and the rest of the loan",
    why: "a hold that is placed twice stays when the item is back",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "RequestItem", IlsFault::DropAfter);
    loan.asked().await?;
    if loan.seek(loan.lender, "RequestItem", 1, s.timeout).await.is_none() {
        return Err(CaseEnd::NotApplicable("the lender's ILS is asked for no hold".to_owned()));
    }
    loan.act(loan.lender, "ship", &[&loan.item]).await?;
    loan.gets(loan.lender, "CheckOutItem").await?;
    loan.no_blind_repeat(loan.lender, "RequestItem")?;
    loan.nothing_twice(1)?;
}

NB23 "A check-in whose answer is lost is done once" {
    roles: INITIATOR, source: ONCE,
    sends: "the lender's CheckInItem is done, and the connection closed without an answer",
    expects: "it is asked again, and `Item Not Checked Out` ends it",
    why: "the second time there is nothing left to check in",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CheckInItem", IlsFault::DropAfter);
    loan.received().await?;
    loan.bring_home().await?;
    if loan.seek(loan.lender, "CheckInItem", 2, s.timeout).await.is_none() {
        s.note("a lost answer to CheckInItem is left to staff");
    }
    loan.stays_at(loan.lender, "CheckInItem", 2).await?;
    loan.nothing_twice(1)?;
}

NB24 "A hold that is given up and whose answer is lost is given up once" {
    roles: INITIATOR, wires: Wire::HTTP, source: ONCE,
    sends: "CancelRequestItem at the lender is done, and the connection closed without an answer; then `Unknown Request`",
    expects: "it is asked again once at most, and nothing is held any more",
    why: "the second time there is nothing left to give up",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CancelRequestItem", IlsFault::DropAfter);
    loan.asked().await?;
    if loan.seek(loan.lender, "RequestItem", 1, s.timeout).await.is_none() {
        return Err(CaseEnd::NotApplicable("the lender's ILS is asked for no hold".to_owned()));
    }
    loan.act(loan.borrower, "cancel", &[]).await?;
    if loan.seek(loan.lender, "CancelRequestItem", 1, s.timeout).await.is_none() {
        return Err(CaseEnd::NotApplicable("the hold stays: CancelRequestItem is not sent".to_owned()));
    }
    loan.stays_at(loan.lender, "CancelRequestItem", 2).await?;
}

NB25 "A temporary item whose deletion's answer is lost is deleted once" {
    roles: INITIATOR, wires: Wire::NEW, source: ONCE,
    sends: "DeleteItem is done, and the connection closed without an answer; then `Unknown Item`",
    expects: "it is asked again once at most, and the loan comes to its end",
    why: "what is gone need not be deleted",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "DeleteItem", IlsFault::DropAfter);
    loan.received().await?;
    loan.to_the_end().await?;
    if loan.seek(loan.borrower, "DeleteItem", 1, s.quiet * 5).await.is_none() {
        return Err(CaseEnd::NotApplicable("the temporary item stays in the ILS".to_owned()));
    }
    loan.stays_at(loan.borrower, "DeleteItem", 2).await?;
    loan.nothing_twice(1)?;
}

NB26 "A renewal whose answer is lost is done once" {
    roles: INITIATOR, wires: Wire::HTTP, source: ONCE,
    sends: "the lender's RenewItem is done, and the connection closed without an answer",
    expects: "a question first, or staff; one renewal",
    why: "ILSs renew as often as they are asked, and count it",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "RenewItem", IlsFault::DropAfter);
    loan.handed_out().await?;
    if loan.renew().await?.is_none() {
        return Err(CaseEnd::NotApplicable("the lender's ILS is not told of a renewal".to_owned()));
    }
    loan.stays_at(loan.lender, "RenewItem", 1).await?;
    loan.nothing_twice(1)?;
}
}

/// The subject is killed without warning, and started again.
async fn killed(loan: &Lending) -> Result<(), CaseEnd> {
    let Some(hook) = &loan.s.subject.restart else {
        return Err(CaseEnd::NotApplicable("the subject has no hook to kill it by".to_owned()));
    };
    hook.call(json!({ "restart": "kill" }))
        .await
        .map_err(|why| CaseEnd::Inconclusive(format!("the restart hook: {why}")))
}
