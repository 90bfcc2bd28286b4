//! What an initiator's messages look like.

use super::super::form;
use super::super::ils::Received;
use super::super::lending::{Got, Lending};
use super::super::terms;
use super::super::wire::{Transport, Version, Wire};
use super::{INITIATOR, cases};
use crate::case::{CaseEnd, Source};
use crate::tree::Element;

/// Every message of the case to the ILSs, read.
fn all(loan: &Lending) -> Result<Vec<Got>, CaseEnd> {
    let read = |received: Received| match received.read.clone() {
        Ok(read) => Ok(Got { read, received }),
        Err(why) => Err(CaseEnd::fail("NCIP", why, &received.bytes)),
    };
    loan.s.received().into_iter().map(read).collect()
}

/// A whole loan; every message of it.
async fn whole(loan: &Lending) -> Result<Vec<Got>, CaseEnd> {
    loan.received().await?;
    loan.to_the_end().await?;
    all(loan)
}

/// Every element of that name, wherever it is.
fn every<'a>(element: &'a Element, name: &str, found: &mut Vec<&'a Element>) {
    if element.name == name {
        found.push(element);
    }
    for child in &element.children {
        every(child, name, found);
    }
}

cases! { "NCIP initiator: form";

NF01 "The envelope is that of the ILS's version" {
    roles: INITIATOR, source: Source::Ncip("NCIPMessage"),
    sends: "a patron's wish",
    expects: "LookupUser in an NCIPMessage with the version's namespace and `version`",
    why: "an ILS reads one version",
} |s| {
    let loan = s.lending()?;
    let got = loan.asked().await?;
    if let Some(wrong) = form::envelope(&got.read, s.version()) {
        return Err(CaseEnd::fail("the version's envelope", wrong, &got.received.bytes));
    }
}

NF02 "The header says who asks whom" {
    roles: INITIATOR, source: Source::Ncip("InitiationHeader"),
    sends: "a whole loan",
    expects: "FromAgencyId and ToAgencyId in each message, as both sides agreed on",
    why: "ILSs find their settings by the agency that asks",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        let to = s.agency(got.received.member);
        for (place, wanted) in [("FromAgencyId", s.own()), ("ToAgencyId", to)] {
            let said = got.read.agency(place).map(str::trim);
            if said != Some(wanted) {
                let got_instead = format!("{:?}", said.unwrap_or("nothing"));
                return Err(CaseEnd::fail(format!("{place} {wanted:?}"), got_instead, &got.received.bytes));
            }
        }
    }
}

NF03 "Each message has what is mandatory, in the schema's order" {
    roles: INITIATOR, source: Source::Ncip("the content of each service"),
    sends: "a whole loan",
    expects: "elements of each message in order, none missing, none unknown",
    why: "many ILSs read by position, or validate",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        if let Some(wrong) = form::wrong(&got.read, s.version()) {
            return Err(CaseEnd::fail(format!("a {} as the schema has it", got.read.service()), wrong, &got.received.bytes));
        }
    }
}

NF04 "Values of code lists are said as the version says them" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Ncip("scheme/value pairs"),
    sends: "a whole loan",
    expects: "pairs of Scheme and Value in version 1, plain text in version 2",
    why: "the two versions differ most in this",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        if let Some(wrong) = form::codes(&got.read.tree, s.version()) {
            return Err(CaseEnd::fail("code values in the version's form", wrong, &got.received.bytes));
        }
    }
}

NF05 "Ids go out as they came in" {
    roles: INITIATOR, source: Source::Ncip("identifier values are texts"),
    sends: "a patron and an item with leading zeros and letters of both cases",
    expects: "both ids letter for letter",
    why: "barcodes are texts: what is taken for a number loses its zeros",
} |s| {
    let loan = s.lending()?;
    loan.asked().await?.says("UserIdentifierValue", &loan.patron)?;
    loan.act(loan.lender, "ship", &[&loan.item]).await?;
    loan.gets(loan.lender, "CheckOutItem").await?.says("ItemIdentifierValue", &loan.item)?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?.says("UserIdentifierValue", &loan.patron)?;
}

NF06 "Credentials go where they belong, and nowhere else" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("FromAgencyAuthentication where the ILS wants it"),
    sends: "a loan between an ILS that wants a password and one that wants none",
    expects: "the lender's password in FromAgencyAuthentication there, nothing of it elsewhere",
    why: "a password that is sent to everybody is none",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        let said = got.read.anywhere("FromAgencyAuthentication").map(str::trim);
        let wanted = s.of(got.received.member).password.as_deref();
        if said != wanted {
            let (wanted, said) = (wanted.unwrap_or("none"), said.unwrap_or("none"));
            return Err(CaseEnd::fail(format!("the password: {wanted}"), said, &got.received.bytes));
        }
    }
}

NF07 "A message is posted as XML" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("application/xml; charset=\"utf-8\""),
    sends: "a patron's wish",
    expects: "application/xml or text/xml; a form is noted",
    why: "ILSs turn other types away",
} |s| {
    let loan = s.lending()?;
    let got = loan.asked().await?;
    let kind = got.received.content_type.clone().unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("application/x-www-form-urlencoded") {
        s.note("messages are posted as forms");
    } else if !(kind.starts_with("application/xml") || kind.starts_with("text/xml")) {
        return Err(CaseEnd::fail("application/xml or text/xml", kind, &got.received.bytes));
    } else if !kind.contains("utf-8") {
        s.note(format!("the charset is left to be told by the message: {kind}"));
    }
}

NF08 "On a bare connection, a message ends with its end tag" {
    roles: INITIATOR, wires: Wire::TCP, source: Source::Practice("framed by the end tag of the root"),
    sends: "a whole loan",
    expects: "messages that begin with XML and end with the root's end tag, and line ends at most between them",
    why: "there is nothing else to tell where one ends",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        let text = String::from_utf8_lossy(&got.received.bytes).trim_start().to_owned();
        if s.of(got.received.member).transport == Transport::Tcp && !text.starts_with('<') {
            return Err(CaseEnd::fail("XML and nothing else", "other bytes before it", &got.received.bytes));
        }
    }
}

NF09 "A title arrives as it was written" {
    roles: INITIATOR, source: Source::Web("XML: escaping"),
    sends: "a title with &, <, quotes, letters with accents and from beyond the basic plane",
    expects: "the same title in AcceptItem; none is noted",
    why: "it is printed on the slip that the patron looks for",
} |s| {
    let mut loan = s.lending()?;
    loan.title = format!("{} \"Str\u{f6}m\" & <S\u{f6}hne> \u{1d11e}", s.token);
    let got = loan.received().await?;
    match got.read.anywhere("Title") {
        Some(_) => got.says("Title", &loan.title)?,
        None => s.note("AcceptItem says no title"),
    }
}

NF10 "No PIN and no password of a patron is ever sent" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("an institution vouches for its patrons; none had typed a PIN in"),
    sends: "a whole loan",
    expects: "AuthenticationInput with a barcode at most",
    why: "a PIN that is kept is a PIN that leaks",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        let mut inputs = Vec::new();
        every(&got.read.tree, "AuthenticationInput", &mut inputs);
        for input in inputs {
            let kind = input.text_at("AuthenticationInputType/Value").or_else(|| input.text_at("AuthenticationInputType"));
            let kind = kind.unwrap_or_default().to_ascii_lowercase();
            if kind.contains("pin") || kind.contains("password") {
                return Err(CaseEnd::fail("no PIN", kind, &got.received.bytes));
            }
        }
    }
}

NF11 "The lender's ILS never hears of the patron" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("lenders lend to libraries; some systems make a patron there for each loan"),
    sends: "a whole loan",
    expects: "the patron's barcode in no message to the lender; one is noted",
    why: "who reads what stays between the patron and the home library",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        if got.received.member == loan.lender && got.read.tree.mentions(&loan.patron) {
            s.note(format!("{} names the patron to the lender", got.read.service()));
        }
    }
}

NF12 "Ids say whose they are" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Ncip("UniqueAgencyId is mandatory in version 1"),
    sends: "a whole loan",
    expects: "an agency with each id in version 1; a missing one in version 2 is noted",
    why: "a number without its owner is anybody's",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        for name in ["UserId", "ItemId", "RequestId"] {
            let mut ids = Vec::new();
            let name = if s.version() == Version::V1 { format!("Unique{name}") } else { name.to_owned() };
            every(&got.read.tree, &name, &mut ids);
            let says = |id: &&Element| id.child("AgencyId").is_some() || id.child("UniqueAgencyId").is_some();
            if ids.iter().all(says) {
                continue;
            }
            if s.version() == Version::V1 {
                return Err(CaseEnd::fail(format!("{name} with its agency"), "none", &got.received.bytes));
            }
            s.note(format!("{name} in {} without its agency", got.read.service()));
        }
    }
}

NF13 "Terms of the standard's lists carry their scheme" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("strict toolkits look a term up by scheme and value"),
    sends: "a whole loan",
    expects: "each listed term with its Scheme, in both versions",
    why: "a toolkit that finds no scheme reads no RequestItem and no AcceptItem",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        if let Some(wrong) = terms::without_scheme(&got.read.tree) {
            return Err(CaseEnd::fail("each listed term with its Scheme", wrong, &got.received.bytes));
        }
    }
}

NF14 "Words are of the lists that they belong to" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Ncip("the lists of its schemes"),
    sends: "a whole loan",
    expects: "terms of the standard's lists, or of a scheme of the subject's own",
    why: "a word that is on no list means nothing to anybody",
} |s| {
    let loan = s.lending()?;
    for got in whole(&loan).await? {
        if let Some(wrong) = terms::unlisted(&got.read.tree) {
            return Err(CaseEnd::fail("a term of the standard's list", wrong, &got.received.bytes));
        }
    }
}
}
