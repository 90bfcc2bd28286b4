//! The envelope: versions, namespaces, headers, and what a message may look like.

use super::super::messages as write;
use super::super::wire::{Version, Wire};
use super::{cases, expect, in_version, partner, still_answers};
use crate::case::{CaseEnd, Source};

cases! { "NCIP envelope";

NE01 "The answer is in the version that was asked in" {
    sends: "LookupUser",
    expects: "a LookupUserResponse in the same version",
    why: "an initiator reads its own version only",
} |s| {
    let answer = still_answers(&s, "a").await?;
    in_version(&answer, s.version())?;
}

NE02 "The answer's version attribute names its version" {
    sends: "LookupUser",
    expects: "in version 1 the unqualified attribute, in version 2 the one in NCIP's namespace",
    why: "a strict reader refuses a message whose version it cannot tell",
} |s| {
    let answer = still_answers(&s, "a").await?;
    let attribute = answer.read.tree.attribute("version");
    let got = attribute.map(|attribute| (attribute.namespace.as_str(), attribute.value.as_str()));
    let namespace = match s.version() { Version::V1 => "", Version::V2 => Version::NAMESPACE };
    match got {
        Some((space, value)) if space == namespace && !value.is_empty() => s.fact("version attribute", value),
        _ => return Err(CaseEnd::fail(format!("version in {namespace:?}"), format!("{got:?}"), &answer.bytes)),
    }
}

NE03 "The answer's agencies are those of the question, swapped" {
    sends: "LookupUser",
    expects: "FromAgencyId is whom the question was for, ToAgencyId who asked",
    why: "initiators with several partners tell answers apart by it",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a"))).await?;
    if answer.read.agency("FromAgencyId").is_none() && s.version() == Version::V2 {
        s.note("version 2 answers without a header");
        return Ok(());
    }
    expect("FromAgencyId", answer.read.agency("FromAgencyId"), s.agency(to), &answer.bytes)?;
    expect("ToAgencyId", answer.read.agency("ToAgencyId"), s.agency(from), &answer.bytes)?;
}

NE04 "A version attribute without its namespace is read" {
    wires: Wire::NEW,
    source: Source::Practice("Koha and the ILLiad add-ons write it so"),
    sends: "LookupUser with `version` instead of `ncip:version`",
    expects: "the ordinary answer",
    why: "half of the systems in the field write it so",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a")).replace("ncip:version", "version");
    s.ask(message).await?.fine("LookupUser")?;
}

NE05 "A prefix of the sender's own choice is read" {
    wires: Wire::NEW,
    source: Source::Web("Namespaces in XML"),
    sends: "LookupUser with every element prefixed `q:`",
    expects: "the ordinary answer",
    why: "a prefix means nothing",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"));
    let message = message.replace("</", "</q:").replace('<', "<q:").replace("<q:/q:", "</q:").replace("<q:?", "<?");
    let message = message.replace("xmlns=", "xmlns:q=");
    s.ask(message).await?.fine("LookupUser")?;
}

NE06 "Version 1 with an empty-namespace DOCTYPE line is read, and nothing is fetched" {
    wires: Wire::OLD,
    sends: "LookupUser after a DOCTYPE that names a DTD at the suite's address",
    expects: "the ordinary answer, and no request for the DTD",
    why: "version 1 messages may open so; fetching the DTD would hand the sender a lever",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let bait = s.bait()?;
    let message = s.lookup(from, s.agency(to), &s.barcode("a")).replace(
        "<NCIPMessage ",
        &format!("<!DOCTYPE NCIPMessage PUBLIC \"-//NISO//NCIP DTD Version 1.0//EN\" \"{bait}\">\n<NCIPMessage "),
    );
    s.ask(message).await?.fine("LookupUser")?;
    if s.fetched().iter().any(|path| path.contains(&s.token)) {
        return Err(CaseEnd::fail("nothing fetched", "the DTD was fetched", bait.as_bytes()));
    }
}

NE07 "A byte order mark, comments and CDATA change nothing" {
    source: Source::Web("XML"),
    sends: "LookupUser with all three",
    expects: "the ordinary answer, and the patron's id whole",
    why: "they are XML",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let barcode = s.barcode("a");
    let message = s.lookup(from, s.agency(to), &barcode)
        .replace(&format!(">{barcode}<"), &format!("><!-- c --><![CDATA[{barcode}]]><"));
    let answer = s.ask(format!("\u{FEFF}{message}")).await?;
    answer.fine("LookupUser")?;
    expect("the patron's id", answer.read.anywhere("UserIdentifierValue").map(str::trim), &barcode, &answer.bytes)?;
}

NE08 "White space between elements changes nothing" {
    source: Source::Web("XML"),
    sends: "LookupUser, pretty-printed with blanks and line ends",
    expects: "the ordinary answer",
    why: "systems indent what they write",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a")).replace("><", ">\r\n   <");
    s.ask(message).await?.fine("LookupUser")?;
}

NE09 "Letters of every script pass through" {
    sends: "LookupUser of a patron whose id has Greek, Chinese and an ampersand",
    expects: "the same id in the answer",
    why: "names and ids are not ASCII",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let barcode = s.barcode("-Ωλ&圖");
    let answer = s.ask(s.lookup(from, s.agency(to), &barcode)).await?;
    answer.fine("LookupUser")?;
    expect("the patron's id", answer.read.anywhere("UserIdentifierValue").map(str::trim), &barcode, &answer.bytes)?;
}

NE10 "Latin-1 by declaration is read" {
    source: Source::Web("XML"),
    sends: "LookupUser in ISO-8859-1 with an e acute",
    expects: "the ordinary answer, in whatever encoding it declares",
    why: "older systems write so",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("-caf@")).replace("UTF-8", "ISO-8859-1");
    let bytes: Vec<u8> = message.bytes().map(|byte| if byte == b'@' { 0xE9 } else { byte }).collect();
    let answer = s.ask(bytes).await?;
    answer.fine("LookupUser")?;
    let wanted = s.barcode("-café");
    expect("the patron's id", answer.read.anywhere("UserIdentifierValue").map(str::trim), &wanted, &answer.bytes)?;
}

NE11 "A message without a header says so in a problem" {
    wires: Wire::OLD,
    sends: "LookupUser of version 1 without its InitiationHeader",
    expects: "a problem that names what is missing",
    why: "version 1 demands the header; without it nobody can tell who asks",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let header = s.header(from, s.agency(to));
    let answer = s.ask(s.lookup(from, s.agency(to), &s.barcode("a")).replace(&header, "")).await?;
    let problem = answer.refuses_somehow()?;
    s.fact("problem for a missing header", problem.kind);
    s.nothing_arrived().await?;
}

NE12 "What is mandatory and missing is named in a problem" {
    sends: "LookupUser without any user",
    expects: "a problem: Needed Data Missing or Invalid Message Syntax Error, in an answer to LookupUser",
    why: "the sender must learn what to mend",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let answer = s.ask(write::lookup_user(s.version(), &s.header(from, s.agency(to)), "")).await?;
    let problem = answer.refuses(&["Needed Data Missing", "Invalid Message Syntax Error", "Protocol Error"])?;
    s.fact("problem for a missing element", problem.kind);
    s.nothing_arrived().await?;
}

NE13 "An element that NCIP does not know does no harm or is named" {
    sends: "LookupUser with an element of the sender's own after the user",
    expects: "the ordinary answer, or the problem Unknown Element or Invalid Message Syntax Error",
    why: "either is defensible; silence is not",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"))
        .replace("<UserElementType>", "<OurOwn>x</OurOwn><UserElementType>");
    let answer = s.ask(message).await?;
    if answer.read.problems().is_empty() {
        answer.fine("LookupUser")?;
        s.note("an unknown element is passed over");
    } else {
        answer.refuses(&["Unknown Element", "Invalid Message Syntax Error", "Protocol Error"])?;
        s.note("an unknown element is refused");
    }
}

NE14 "An Ext is taken" {
    wires: Wire::NEW,
    sends: "LookupUser of version 2 with an Ext in another namespace",
    expects: "the ordinary answer",
    why: "Ext is there for that",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let message = s.lookup(from, s.agency(to), &s.barcode("a"))
        .replace("</LookupUser>", "<Ext><x:Mark xmlns:x=\"urn:example:mark\">1</x:Mark></Ext></LookupUser>");
    s.ask(message).await?.fine("LookupUser")?;
}
}
