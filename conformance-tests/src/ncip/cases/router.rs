//! Routing: from version to version and from transport to transport; what is carried and what is not; far sides that fail.

use super::super::ils::Does;
use super::super::members::Trait;
use super::super::messages as write;
use super::super::script::Script;
use super::super::wire::Wire;
use super::{cases, expect, in_version, partner};
use crate::case::{CaseEnd, Source};

/// From the sender to the member with this wire: the answer is right, and so is what arrived.
async fn bridge(s: &Script, wire: Wire) -> Result<(), CaseEnd> {
    s.router()?;
    let from = s.sender()?;
    let to = s.member(wire)?;
    let to = if to == from { s.special(Trait::ItemsToo)? } else { to };
    let barcode = s.barcode("a");
    let answer = s.ask(s.lookup(from, s.agency(to), &barcode)).await?;
    answer.fine("LookupUser")?;
    in_version(&answer, s.version())?;
    expect(
        "the patron's id",
        answer.read.anywhere("UserIdentifierValue").map(str::trim),
        &barcode,
        &answer.bytes,
    )?;
    let (read, received) = s.arrived(to)?;
    if read.version != s.of(to).version {
        let wanted = format!("version {} at the member's ILS", s.of(to).version);
        return Err(CaseEnd::fail(wanted, format!("version {}", read.version), &received.bytes));
    }
    expect(
        "the patron's id at the ILS",
        read.anywhere("UserIdentifierValue").map(str::trim),
        &barcode,
        &received.bytes,
    )
}

cases! { "NCIP routing";

NR01 "To a member that speaks version 1 over HTTP" {
    sends: "LookupUser to it, in each version over each transport",
    expects: "it gets version 1; the answer comes in the sender's version",
    why: "members need not agree on a version",
} |s| { bridge(&s, Wire::V1).await?; }

NR02 "To a member that speaks version 2 over HTTP" {
    sends: "LookupUser to it, in each version over each transport",
    expects: "it gets version 2; the answer comes in the sender's version",
    why: "members need not agree on a version",
} |s| { bridge(&s, Wire::V2).await?; }

NR03 "To a member that speaks version 1 over a bare connection" {
    sends: "LookupUser to it, in each version over each transport",
    expects: "it gets version 1 on its connection; the answer comes in the sender's version",
    why: "older systems know no HTTP",
} |s| { bridge(&s, Wire::V1_TCP).await?; }

NR04 "To a member that speaks version 2 over a bare connection" {
    sends: "LookupUser to it, in each version over each transport",
    expects: "it gets version 2 on its connection; the answer comes in the sender's version",
    why: "members need not agree on a transport",
} |s| { bridge(&s, Wire::V2_TCP).await?; }

NR05 "The member's ILS is asked in the agency ids of its own settings" {
    source: Source::Practice("an ILS is set up for one partner"),
    sends: "LookupUser",
    expects: "ToAgencyId at the ILS is the member's",
    why: "an ILS answers Unknown Agency to any other",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?.fine("LookupUser")?;
    let (read, received) = s.arrived(to)?;
    expect("ToAgencyId at the ILS", read.agency("ToAgencyId"), s.agency(to), &received.bytes)?;
    s.fact("FromAgencyId at a member's ILS", if read.agency("FromAgencyId") == Some(s.own()) { "the subject's" } else { "the sender's" });
}

NR06 "The sender's password does not reach the member" {
    source: Source::Practice("a secret is for the one it is meant for"),
    sends: "LookupUser with FromAgencyAuthentication",
    expects: "that text nowhere in what the member's ILS gets",
    why: "it is between the sender and the subject",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    let secret = "<FromAgencyAuthentication>hush-4711</FromAgencyAuthentication>";
    let header = write::header_with(v, s.agency(from), secret, s.agency(to));
    let message = write::lookup_user(v, &header, &write::user(v, s.agency(to), &s.barcode("a")));
    let answer = s.ask(message).await?;
    for received in s.received() {
        if String::from_utf8_lossy(&received.bytes).contains("hush-4711") {
            return Err(CaseEnd::fail("no password of the sender's", "it is there", &received.bytes));
        }
    }
    if answer.read.tree.mentions("hush-4711") {
        return Err(CaseEnd::fail("no password in the answer", "it is there", &answer.bytes));
    }
}

NR07 "A member that is not there becomes a problem, in time" {
    sends: "LookupUser to a member at whose address nothing listens",
    expects: "Temporary Processing Failure, in the answer to LookupUser",
    why: "the desk must be told, and not wait",
} |s| {
    s.router()?;
    let (from, to) = (s.sender()?, s.special(Trait::Dead)?);
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Temporary Processing Failure"])?;
}

NR08 "A member that never answers becomes a problem, in time" {
    sends: "LookupUser to a member whose ILS takes it and says nothing",
    expects: "Temporary Processing Failure, before the initiator gives up",
    why: "a patron stands at the desk",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Silent);
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Temporary Processing Failure"])?;
    s.fact("seconds until a silent member is given up", answer.took.as_secs().to_string());
}

NR09 "A member that closes the line becomes a problem" {
    sends: "LookupUser to a member whose ILS takes it and closes",
    expects: "Temporary Processing Failure",
    why: "it is no fault of the sender's",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::HangUp);
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Temporary Processing Failure"])?;
}

NR10 "A page of HTML from a member becomes a problem" {
    sends: "LookupUser to a member whose ILS answers HTML with status 200",
    expects: "Temporary Processing Failure, and no HTML",
    why: "login pages and error pages come with 200",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Say(200, "text/html", "<html><body>Please log in<br></body></html>".into()));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Temporary Processing Failure"])?;
}

NR11 "`It works!` from a member becomes a problem" {
    source: Source::Practice("Koha's responder says so on most failures"),
    sends: "LookupUser to a member whose ILS answers that text with status 200",
    expects: "Temporary Processing Failure",
    why: "it is no answer",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    s.member_does(to, Does::Say(200, "text/plain", "It works!".into()));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Temporary Processing Failure"])?;
}

NR12 "An HTTP error with a bare Problem is understood or becomes a problem" {
    source: Source::Practice("FOLIO's module answers 500 with a Problem as root"),
    sends: "LookupUser to a member whose ILS answers 500 with <Problem>",
    expects: "a problem, the ILS's own or Temporary Processing Failure",
    why: "the desk must be able to say what is wrong",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let body = "<Problem><ProblemType>Unknown User</ProblemType><ProblemDetail>no such</ProblemDetail></Problem>";
    s.member_does(to, Does::Say(500, "application/xml", body.into()));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    let problem = answer.refuses(&["Temporary Processing Failure", "Unknown User"])?;
    s.fact("HTTP 500 with a bare Problem becomes", problem.kind);
}

NR13 "An answer to another service becomes a problem" {
    sends: "LookupUser to a member whose ILS answers CheckInItemResponse",
    expects: "Temporary Processing Failure",
    why: "it is no answer to the question",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.of(to).version;
    let header = write::response_header(v, s.agency(to), s.own());
    let wrong = format!("{header}{}", write::item(v, s.agency(to), "1"));
    s.member_does(to, Does::Say(200, "application/xml", write::envelope(v, &write::element("CheckInItemResponse", &wrong)).into()));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    answer.refuses(&["Temporary Processing Failure"])?;
}

NR14 "LookupItem is not carried without leave" {
    source: Source::Practice("LookupUser alone is carried by default"),
    sends: "LookupItem to a member that has given no leave",
    expects: "Unauthorized Service For Agency or Unsupported Service, and nothing at the member",
    why: "each service is a door",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    let message = write::lookup_item(v, &s.header(from, s.agency(to)), &write::item(v, s.agency(to), &s.barcode("i")));
    let answer = s.ask(message).await?;
    answer.is("LookupItem")?;
    answer.refuses(&["Unauthorized Service For Agency", "Unsupported Service"])?;
    s.nothing_arrived().await?;
}

NR15 "LookupItem is carried where there is leave" {
    sends: "LookupItem to a member that lets it be carried",
    expects: "the item and its circulation status, in the sender's version",
    why: "availability is looked up across members",
} |s| {
    s.router()?;
    let (from, to) = (s.sender()?, s.special(Trait::ItemsToo)?);
    let v = s.version();
    let barcode = s.barcode("i");
    let message = write::lookup_item(v, &s.header(from, s.agency(to)), &write::item(v, s.agency(to), &barcode));
    let answer = s.ask(message).await?;
    answer.fine("LookupItem")?;
    in_version(&answer, v)?;
    expect("the item's id", answer.read.anywhere("ItemIdentifierValue").map(str::trim), &barcode, &answer.bytes)?;
    expect("CirculationStatus", answer.read.code("CirculationStatus"), "Available On Shelf", &answer.bytes)?;
}

NR16 "Services that change something are not carried" {
    source: Source::Practice("what moves a loan goes by way of a request"),
    sends: "CheckOutItem and CheckInItem to a member",
    expects: "a problem, and nothing at the member",
    why: "nobody lends out another library's items",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    let header = s.header(from, s.agency(to));
    let (user, item) = (write::user(v, s.agency(to), &s.barcode("a")), write::item(v, s.agency(to), &s.barcode("i")));
    for (service, content) in [("CheckOutItem", format!("{header}{user}{item}")), ("CheckInItem", format!("{header}{item}"))] {
        let answer = s.ask(write::envelope(v, &write::element(service, &content))).await?;
        answer.is(service)?;
        answer.refuses_somehow()?;
    }
    s.nothing_arrived().await?;
}

NR17 "One member's failure does not touch another" {
    sends: "LookupUser to a silent member and, meanwhile, ten to another",
    expects: "the ten answers come at once",
    why: "one dead system must not close every desk",
} |s| {
    let (from, silent) = (s.sender()?, partner(&s)?);
    let other = s.special(Trait::ItemsToo)?;
    s.member_does(silent, Does::Silent);
    let waiting = {
        let (s, to) = (s.clone(), s.agency(silent).to_owned());
        tokio::spawn(async move { s.ask(s.lookup(from, &to, &s.barcode("w"))).await })
    };
    for number in 0..10 {
        let answer = s.ask(s.lookup(from, s.agency(other), &s.barcode(&format!("-{number}-")))).await?;
        answer.fine("LookupUser")?;
        if answer.took.as_secs() >= 2 {
            return Err(CaseEnd::fail("an answer within 2 s", format!("after {} s", answer.took.as_secs()), &answer.bytes));
        }
    }
    let late = waiting.await.map_err(|error| CaseEnd::Inconclusive(error.to_string()))??;
    late.refuses(&["Temporary Processing Failure"])?;
}

NR18 "A problem for the router does not say where the member's system is" {
    source: Source::Practice("addresses are for operators"),
    sends: "LookupUser to a member that is not there",
    expects: "no address or port of it in the answer",
    why: "the answer goes to another library's desk",
} |s| {
    s.router()?;
    let (from, to) = (s.sender()?, s.special(Trait::Dead)?);
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    if answer.read.tree.mentions("127.0.0.1") || answer.read.tree.mentions("http://127") {
        return Err(CaseEnd::fail("no address", "the address", &answer.bytes));
    }
}
}
