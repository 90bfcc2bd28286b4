//! Services: which there are, and what is said to those that there are not.

use super::super::messages as write;
use super::super::wire::{Transport, Version, Wire};
use super::{cases, expect, partner};
use crate::case::{CaseEnd, Source};

/// What stack traces and error messages of programs have in them.
const INSIDE: &[&str] = &[
    "\tat ",
    "Exception",
    "Traceback",
    "stack backtrace",
    "panicked at",
    ".java:",
    ".py\"",
    ".pm line ",
    ".rs:",
    ".cs:line",
    ".php on line",
];

cases! { "NCIP services";

NS01 "LookupVersion is answered" {
    wires: &[Wire::V1, Wire::V1_TCP],
    source: Source::Ncip("the schema of LookupVersion"),
    sends: "LookupVersion",
    expects: "LookupVersionResponse with at least one VersionSupported",
    why: "it is how an initiator finds out what it may write",
} |s| {
    let from = s.sender()?;
    let answer = s.ask(write::lookup_version(s.agency(from), s.own())).await?;
    answer.is("LookupVersion")?;
    let body = answer.read.body().cloned().unwrap_or_default();
    let versions: Vec<&str> = body.texts_at("VersionSupported");
    if versions.is_empty() {
        return Err(CaseEnd::fail("a VersionSupported", "none", &answer.bytes));
    }
    for version in versions {
        s.fact("versions supported", version);
    }
    for service in body.texts_at("ServiceSupported") {
        s.fact("services supported", service);
    }
}

NS02 "LookupVersion's answer is an NCIPVersionMessage with the agencies swapped" {
    wires: &[Wire::V1],
    source: Source::Ncip("the schema of LookupVersion"),
    sends: "LookupVersion",
    expects: "the root NCIPVersionMessage; FromAgencyId is the subject's",
    why: "it has a root of its own",
} |s| {
    let from = s.sender()?;
    let answer = s.ask(write::lookup_version(s.agency(from), s.own())).await?;
    expect("the root", Some(&answer.read.tree.name), "NCIPVersionMessage", &answer.bytes)?;
    expect("FromAgencyId", answer.read.agency("FromAgencyId"), s.own(), &answer.bytes)?;
    expect("ToAgencyId", answer.read.agency("ToAgencyId"), s.agency(from), &answer.bytes)?;
}

NS03 "A service that the subject does not offer is refused as Unsupported Service" {
    sends: "SendUserNotice and CreateAgency to the subject",
    expects: "in the answer to that service, Unsupported Service",
    why: "an HTTP error or silence leaves the initiator guessing",
} |s| {
    let from = s.sender()?;
    let v = s.version();
    let header = s.header(from, s.own());
    let name = "<OrganizationNameInformation>".to_owned()
        + &write::code(v, "OrganizationNameType", "organizationnametype", "Official Name")
        + "<OrganizationName>Nowhere</OrganizationName></OrganizationNameInformation>";
    let agency = write::element("CreateAgency", &format!("{header}{}{name}", write::agency(v, "CT-NEW")));
    let answer = s.ask(write::envelope(v, &agency)).await?;
    answer.is("CreateAgency")?;
    answer.refuses(&["Unsupported Service"])?;
}

NS04 "A service that NCIP does not know is refused with a problem" {
    sends: "an NCIPMessage with <LookupWeather>",
    expects: "an NCIP answer with a problem: Unknown Service, Unsupported Service, or a syntax error",
    why: "a newer version may have services that an older one does not know",
} |s| {
    let from = s.sender()?;
    let content = write::element("LookupWeather", &s.header(from, s.own()));
    let answer = s.ask(write::envelope(s.version(), &content)).await?;
    let problem = answer.refuses(&["Unknown Service", "Unsupported Service", "Invalid Message Syntax Error", "Unknown Element"])?;
    s.fact("problem for an unknown service", problem.kind);
}

NS05 "An answer that nobody asked for is refused" {
    sends: "a LookupUserResponse",
    expects: "an NCIP answer with a problem",
    why: "an answer is no question",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let v = s.version();
    let header = write::response_header(v, s.agency(from), s.agency(to));
    let answer = s.ask(write::user_found(v, &header, &write::user(v, s.agency(from), &s.barcode("a")), "X")).await?;
    answer.refuses_somehow()?;
    s.nothing_arrived().await?;
}

NS06 "Two services in one message are refused" {
    sends: "an NCIPMessage with two LookupUser",
    expects: "an NCIP answer with a problem, or an answer to the first alone",
    why: "a message holds one",
} |s| {
    let (from, to) = (s.sender()?, partner(&s)?);
    let one = s.lookup(from, s.agency(to), &s.barcode("a"));
    let start = one.find("<LookupUser>").unwrap_or_default();
    let end = one.find("</NCIPMessage>").unwrap_or(one.len());
    let twice = format!("{}{}{}", &one[..end], &one[start..end], &one[end..]);
    let answer = s.ask(twice).await?;
    if answer.read.problems().is_empty() {
        s.note("the second service in a message is passed over");
    }
}

NS07 "A message for an agency that nobody knows is refused" {
    sends: "LookupUser to an unknown ToAgencyId",
    expects: "Unknown Agency",
    why: "the initiator has a wrong id in its settings, and must learn it",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let answer = s.ask(s.lookup(from, s.nowhere(), &s.barcode("a"))).await?;
    answer.is("LookupUser")?;
    let problem = answer.refuses(&["Unknown Agency"])?;
    s.fact("problem for an unknown agency", problem.scheme);
}

NS08 "A message from an agency that nobody knows is refused" {
    sends: "LookupUser from an unknown FromAgencyId",
    expects: "a problem about the agency, and nothing passed on",
    why: "patron data are not for strangers",
} |s| {
    let to = partner(&s)?;
    let v = s.version();
    let header = write::header(v, s.nowhere(), s.agency(to));
    let message = write::lookup_user(v, &header, &write::user(v, s.agency(to), &s.barcode("a")));
    let answer = s.ask(message).await?;
    answer.is("LookupUser")?;
    let problem = answer.refuses(&[
        "Unknown Agency", "Agency Authentication Failed", "Unauthorized Service For Agency",
        "Unauthorized Combination Of Element Values For Agency",
    ])?;
    s.fact("problem for a stranger", problem.kind);
    s.nothing_arrived().await?;
}

NS09 "A problem is written as its version has it" {
    sends: "LookupUser to an unknown agency",
    expects: "version 1: ProcessingError or MessagingError, each with type (Scheme and Value) and element; version 2: ProblemType",
    why: "a reader of one version cannot make sense of the other's",
} |s| {
    s.router()?;
    let from = s.sender()?;
    let answer = s.ask(s.lookup(from, s.nowhere(), &s.barcode("a"))).await?;
    let problem = answer.refuses_somehow()?;
    if s.version() == Version::V1 && (problem.scheme.is_empty() || problem.element.is_empty()) {
        return Err(CaseEnd::fail("an error with Scheme, Value and ElementName", format!("{problem:?}"), &answer.bytes));
    }
    if s.version() == Version::V1 && !String::from_utf8_lossy(&answer.bytes).contains("ErrorType>") {
        return Err(CaseEnd::fail("a ProcessingError or MessagingError", "another form", &answer.bytes));
    }
    if s.version() == Version::V2 && answer.read.anywhere("ProblemType").is_none() {
        return Err(CaseEnd::fail("a ProblemType", "none", &answer.bytes));
    }
}

NS10 "LookupAgency about the subject itself is answered" {
    sends: "LookupAgency with the subject's own id",
    expects: "the id again, with a name; or Unsupported Service",
    why: "an initiator asks whom it speaks to",
} |s| {
    let from = s.sender()?;
    let v = s.version();
    let wanted = write::code(v, "AgencyElementType", "agencyelementtype", "Organization Name Information");
    let content = format!("{}{}{wanted}", s.header(from, s.own()), write::agency(v, s.own()));
    let answer = s.ask(write::envelope(v, &write::element("LookupAgency", &content))).await?;
    answer.is("LookupAgency")?;
    if answer.read.problems().is_empty() {
        if !answer.read.tree.mentions(s.own()) {
            return Err(CaseEnd::fail("the agency's id", "it is not there", &answer.bytes));
        }
        s.fact("services offered", "LookupAgency");
    } else {
        answer.refuses(&["Unsupported Service"])?;
        s.note("LookupAgency is not offered");
    }
}

NS11 "LookupAgency about nobody is refused" {
    sends: "LookupAgency with an unknown id",
    expects: "Unknown Agency, or Unsupported Service",
    why: "an empty answer would say that it exists",
} |s| {
    let from = s.sender()?;
    let v = s.version();
    let wanted = write::code(v, "AgencyElementType", "agencyelementtype", "Organization Name Information");
    let content = format!("{}{}{wanted}", s.header(from, s.own()), write::agency(v, s.nowhere()));
    let answer = s.ask(write::envelope(v, &write::element("LookupAgency", &content))).await?;
    answer.is("LookupAgency")?;
    answer.refuses(&["Unknown Agency", "Unsupported Service"])?;
}

NS12 "A problem of the subject's own tells nothing of its inside, and names no empty element" {
    source: Source::Practice("what programmers read is not for other libraries"),
    sends: "what is no XML, an unknown service, LookupUser without a user, LookupUser from nobody",
    expects: "no stack trace, no names of classes or source files, no empty ProblemElement or ElementName",
    why: "it is of no use at the desk, and shows strangers the way in",
} |s| {
    let (v, from) = (s.version(), s.sender()?);
    let header = s.header(from, s.own());
    let stranger = write::header(v, s.nowhere(), s.own());
    for message in [
        "<NCIPMessage><LookupUser></NCIPMessage>".to_owned(),
        write::envelope(v, &write::element("LookupWeather", &header)),
        write::lookup_user(v, &header, ""),
        write::lookup_user(v, &stranger, &write::user(v, s.own(), &s.barcode("a"))),
    ] {
        let bytes = match s.wire.transport {
            Transport::Http => s.post(Some("application/xml"), message.as_bytes()).await?.body,
            Transport::Tcp => {
                let mut bare = s.dial().await?;
                // What cannot be read may be answered by closing the connection.
                s.over(&mut bare, message.as_bytes()).await.unwrap_or_default()
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        if let Some(mark) = INSIDE.iter().find(|mark| text.contains(**mark)) {
            return Err(CaseEnd::fail("nothing of the subject's inside", format!("{mark:?}"), &bytes));
        }
        for name in ["ProblemElement", "ElementName"] {
            if [format!("<{name}/>"), format!("<{name} />"), format!("<{name}></{name}>")].iter().any(|it| text.contains(it.as_str())) {
                return Err(CaseEnd::fail(format!("no empty {name}"), "one", &bytes));
            }
        }
    }
}
}
