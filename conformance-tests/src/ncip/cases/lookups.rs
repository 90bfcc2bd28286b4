//! LookupUser through the subject: a visiting patron is checked at home.

use super::super::ils::Does;
use super::super::messages as write;
use super::super::wire::Wire;
use super::{cases, expect, partner, still_answers};
use crate::case::{CaseEnd, Source};

cases! { "NCIP lookups of users";

NL01 "A patron is found, and the id comes back" {
    sends: "LookupUser by UserId to another member",
    expects: "the same id, and the name that the member's ILS knows",
    why: "it is what reciprocal borrowing rests on",
} |s| {
    let answer = still_answers(&s, "a").await?;
    let barcode = s.barcode("a");
    expect("the patron's id", answer.read.anywhere("UserIdentifierValue").map(str::trim), &barcode, &answer.bytes)?;
    let name = answer.read.anywhere("UnstructuredPersonalUserName").map(str::trim);
    expect("the patron's name", name, &format!("Reader {barcode}"), &answer.bytes)?;
}

NL02 "A patron whom the home library does not know is refused by its words" {
    sends: "LookupUser; the home library answers Unknown User",
    expects: "Unknown User",
    why: "the desk must be able to say what is wrong",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Refuse(&[("Unknown User", "UserId")]));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Unknown User"])?;
}

NL03 "Several problems all come back" {
    sends: "LookupUser; the home library names two problems",
    expects: "both",
    why: "the desk mends one, and meets the other",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Refuse(&[("User Authentication Failed", "UserId"), ("User Blocked", "UserId")]));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.refuses(&["User Authentication Failed"])?;
    answer.refuses(&["User Blocked"])?;
}

NL04 "A patron who types barcode and PIN is checked by them" {
    sends: "LookupUser with two AuthenticationInput",
    expects: "both reach the home library, with their kinds",
    why: "self-service checks PINs",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    let typed = write::typed_in(v, "Barcode Id", &s.barcode("b")) + &write::typed_in(v, "PIN", "4711-pin");
    let answer = s.ask(write::lookup_user(v, &s.header(from, s.agency(to)), &typed)).await?;
    answer.fine("LookupUser")?;
    let (read, received) = s.arrived(to)?;
    for wanted in [s.barcode("b").as_str(), "4711-pin", "Barcode Id", "PIN"] {
        if !read.tree.mentions(wanted) {
            return Err(CaseEnd::fail(format!("{wanted} at the home library"), "it is not there", &received.bytes));
        }
    }
}

NL05 "A PIN does not come back in any answer" {
    source: Source::Practice("a secret is for the one it is meant for"),
    sends: "LookupUser with a PIN; the home library refuses, and its problem quotes nothing",
    expects: "no PIN in the answer",
    why: "answers are logged and shown",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    s.member_does(to, Does::Refuse(&[("User Authentication Failed", "AuthenticationInput")]));
    let typed = write::typed_in(v, "Barcode Id", &s.barcode("b")) + &write::typed_in(v, "PIN", "4711-pin");
    let answer = s.ask(write::lookup_user(v, &s.header(from, s.agency(to)), &typed)).await?;
    answer.refuses(&["User Authentication Failed"])?;
    if answer.read.tree.mentions("4711-pin") {
        return Err(CaseEnd::fail("no PIN in the answer", "the PIN", &answer.bytes));
    }
}

NL06 "The elements that were asked for are asked for at home" {
    sends: "LookupUser that asks for the name",
    expects: "the home library is asked for Name Information",
    why: "a responder gives only what is asked for",
} |s| {
    let to = partner(&s)?;
    still_answers(&s, "a").await?;
    let (read, received) = s.arrived(to)?;
    expect("UserElementType", read.code("UserElementType"), "Name Information", &received.bytes)?;
}

NL07 "Each question gets its own answer when many come at once" {
    sends: "twenty LookupUser of twenty patrons, side by side",
    expects: "each the patron who was asked for",
    why: "a mixed-up answer lends to the wrong person",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (s, to) = (s.clone(), s.agency(to).to_owned());
        asked.spawn(async move {
            let barcode = s.barcode(&format!("-{number}-"));
            let answer = s.ask(s.lookup(from, &to, &barcode)).await?;
            answer.fine("LookupUser")?;
            expect("the patron's id", answer.read.anywhere("UserIdentifierValue").map(str::trim), &barcode, &answer.bytes)
        });
    }
    while let Some(one) = asked.join_next().await {
        one.map_err(|error| CaseEnd::Inconclusive(error.to_string()))??;
    }
}

NL08 "The same question may be asked again" {
    sends: "the same LookupUser, twice",
    expects: "two answers that say the same",
    why: "a lookup changes nothing, and is not to be taken for a repeat",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"));
    for _ in 0..2 {
        s.ask(&message).await?.fine("LookupUser")?;
    }
    let times = s.received().iter().filter(|received| received.member == to).count();
    if times != 2 {
        s.note(format!("asked twice, the home library was asked {times} times"));
    }
}

NL09 "A problem of version 1 has the scheme of its service" {
    wires: Wire::OLD,
    source: Source::Ncip("the lists of processing errors"),
    sends: "LookupUser; the home library, in version 2, answers Unknown User without a scheme",
    expects: "a ProcessingErrorType with a Scheme of NCIP's lists",
    why: "version 1 knows problems by scheme and value",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Refuse(&[("Unknown User", "UserId")]));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    let problem = answer.refuses(&["Unknown User"])?;
    if !problem.scheme.contains("niso.org/ncip") {
        return Err(CaseEnd::fail("a scheme of NCIP's", format!("{:?}", problem.scheme), &answer.bytes));
    }
}
}
