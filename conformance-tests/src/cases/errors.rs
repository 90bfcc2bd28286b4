//! What must be refused, and how.

use crate::case::{CaseEnd, Role, Source};
use crate::catalogue::cases;
use crate::confirmation::Confirmation;
use crate::leg::{Leg, loaned, status, will_supply};
use crate::loan::Loan;
use crate::script::Script;
use crate::wire::envelope;

const BROKER: &[Role] = &[Role::Broker];
const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const ASKING: &[Role] = &[Role::Broker, Role::Requester];
const ANY: &[Role] = &[Role::Broker, Role::Supplier, Role::Requester];
const ERROR_TYPES: Source = Source::Standard("errorType list");

/// An ERROR of this type; another type is the subject's choice, since systems differ, and is noted.
fn error_of(s: &Script, answer: Confirmation, wanted: &[&str], what: &str) -> Result<(), CaseEnd> {
    let answer = answer.refused(what)?;
    if answer.element.is_none() {
        s.note(format!("{what} is refused with HTTP {} and no confirmation", answer.http));
    } else if !wanted.contains(&answer.error_type()) {
        s.note(format!("{what} is refused with {}, where {} would say more", answer.error_type(), wanted[0]));
    }
    Ok(())
}

/// A request whose bytes were changed is refused, and asks nobody.
async fn refused_request(
    s: &Script,
    change: impl FnOnce(String) -> String,
    wanted: &[&str],
    what: &str,
) -> Result<(), CaseEnd> {
    let order = s.some_order()?;
    let answer = s.post(order.requester, change(order.xml())).await?;
    error_of(s, answer, wanted, what)?;
    s.never("nobody is asked", |arrival| arrival.kind == "request").await
}

/// A supplier's leg of some request: at a broker by asking, of a requester by being asked.
async fn some_leg(s: &Script) -> Result<(Option<Loan>, Leg), CaseEnd> {
    match s.role() {
        Role::Requester => Ok((None, s.asked_by_subject("Loan").await?)),
        _ => {
            let [supplier] = s.suppliers()?;
            let loan = s.borrow(&[supplier]).await?;
            let leg = loan.asked(supplier).await?;
            Ok((Some(loan), leg))
        }
    }
}

cases! { "Errors";

E01 "An action about a request that nobody knows is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "Received for an unknown request id",
    expects: "ERROR, UnrecognisedDataValue",
    why: "the requester must learn that its request is gone",
} |s| {
    let mut loan = s.some_order()?.sent(nothing());
    loan.request.head.request_id = s.fresh_id();
    let answer = loan.sends(loan.action("Received")).await?;
    error_of(&s, answer, &["UnrecognisedDataValue"], "an unknown request id")?;
}

E02 "A request to an agency that nobody knows is refused" {
    roles: BROKER, source: ERROR_TYPES,
    sends: "a request whose supplyingAgencyId is unknown",
    expects: "ERROR, UnrecognisedDataValue",
    why: "a typing error must not wait for ever",
} |s| {
    let unknown = s.unknown_symbol();
    let order = s.some_order()?.with(|request| request.head.supplier = Some(unknown));
    error_of(&s, order.attempt().await?, &["UnrecognisedDataValue"], "an unknown supplier")?;
}

E03 "A symbol that is not the sender's own is refused" {
    roles: ASKED, source: Source::Practice("where senders prove who they are"),
    sends: "a request in one requester's name with another's credentials",
    expects: "ERROR, or HTTP 401 or 403",
    why: "nobody may borrow in another's name",
} |s| {
    let (own, other) = (s.requester()?, s.transparent_requester()?);
    if !s.have_credentials(own, other) {
        return Err(CaseEnd::NotApplicable("the parties have no credentials of their own in the peers file".to_owned()));
    }
    let order = s.some_order()?;
    s.post(other, order.xml()).await?.refused("another's symbol")?;
}

E04 "An action that does not exist is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "the action Applaud",
    expects: "ERROR, UnsupportedActionType",
    why: "the requester must not think that it was done",
} |s| {
    let loan = s.some_loan().await?;
    let answer = loan.sends(loan.action("Applaud")).await?;
    error_of(&s, answer, &["UnsupportedActionType"], "an unknown action")?;
}

E05 "A reason that does not exist is refused" {
    roles: ASKING, source: ERROR_TYPES,
    sends: "a supplier's message with reasonForMessage Boredom",
    expects: "ERROR, UnsupportedReasonForMessageType",
    why: "what does the message mean, otherwise",
} |s| {
    let (_, leg) = some_leg(&s).await?;
    let answer = leg.sends(&leg.message(will_supply().because("Boredom"))).await?;
    error_of(&s, answer, &["UnsupportedReasonForMessageType"], "an unknown reason")?;
}

E06 "A status that does not exist is refused" {
    roles: ASKING, source: ERROR_TYPES,
    sends: "a supplier's message with status Pondering",
    expects: "ERROR, UnrecognisedDataValue",
    why: "the status list is closed",
} |s| {
    let (_, leg) = some_leg(&s).await?;
    let answer = leg.sends(&leg.message(status("Pondering"))).await?;
    error_of(&s, answer, &["UnrecognisedDataValue"], "an unknown status")?;
}

E07 "What is not XML is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "words; XML with a missing end tag; XML that breaks off in its head",
    expects: "HTTP 400, or ERROR with BadlyFormedMessage",
    why: "the sender must know at once",
} |s| {
    let order = s.some_order()?;
    let xml = order.xml();
    for body in ["good morning".to_owned(), xml.replace("</title>", ""), xml[..xml.len() / 4].to_owned()] {
        error_of(&s, s.post(order.requester, body).await?, &["BadlyFormedMessage"], "what is not well-formed")?;
    }
}

E09 "A request id that is used again for something else is refused" {
    roles: ASKED, source: Source::Practice("ids are unique per requester; all brokers and suppliers known refuse it"),
    sends: "two requests with the same id and different titles",
    expects: "ERROR for the second",
    why: "whose answers would these be",
} |s| {
    let loan = s.some_loan().await?;
    let id = loan.id().to_owned();
    let again = s.some_order()?.with(|request| request.head.request_id = id);
    let answer = again.attempt().await?;
    error_of(&s, answer, &["UnrecognisedDataValue", "BadlyFormedMessage"], "a request id with another content")?;
}

E10 "An unfamiliar open code is no reason to refuse a request" {
    roles: ASKED, source: Source::UseCase("2021, case 20"),
    sends: "a request with a service level nobody knows",
    expects: "OK; ERROR with UnrecognisedDataValue is allowed",
    why: "open lists grow",
} |s| {
    let order = s.some_order()?.with(|request| request.level = Some("ByMoonlight".into()));
    let answer = order.attempt().await?;
    if !answer.is_ok() {
        answer.refused("an unfamiliar service level")?;
        s.note("an unfamiliar service level is refused");
    }
}

E11 "A status about a request that nobody knows is refused" {
    roles: ASKING, source: ERROR_TYPES,
    sends: "WillSupply for an unknown request id",
    expects: "ERROR, UnrecognisedDataValue",
    why: "the supplier must learn that nobody waits",
} |s| {
    let (_, leg) = some_leg(&s).await?;
    let mut message = leg.message(will_supply());
    message.head.request_id = s.fresh_id();
    error_of(&s, leg.sends(&message).await?, &["UnrecognisedDataValue"], "an unknown request id")?;
}

E12 "A requester that nobody knows is refused" {
    roles: BROKER, source: ERROR_TYPES,
    sends: "a request from an unknown requestingAgencyId",
    expects: "ERROR, UnrecognisedDataValue",
    why: "where should the answers go",
} |s| {
    let unknown = s.unknown_symbol();
    let order = s.some_order()?.with(|request| request.head.requester = unknown);
    error_of(&s, order.attempt().await?, &["UnrecognisedDataValue"], "an unknown requester")?;
    s.never("nobody is asked", |arrival| arrival.kind == "request").await?;
}

E15 "A request without its mandatory elements is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "requests without header, without timestamp, without bibliographicInfo",
    expects: "ERROR, BadlyFormedMessage or UnrecognisedDataElement, or HTTP 400",
    why: "what is missing cannot be guessed",
} |s| {
    for name in ["header", "timestamp", "bibliographicInfo"] {
        let wanted = ["BadlyFormedMessage", "UnrecognisedDataElement"];
        refused_request(&s, |xml| without(&xml, name), &wanted, &format!("a request without {name}")).await?;
    }
}

E16 "A request with an empty id is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "a request with an empty requestingAgencyRequestId",
    expects: "ERROR",
    why: "no answer could name it",
} |s| {
    let wanted = ["UnrecognisedDataValue", "BadlyFormedMessage"];
    let empty = |xml: String| with_text(&xml, "requestingAgencyRequestId", "");
    refused_request(&s, empty, &wanted, "an empty request id").await?;
}

E17 "An empty body is refused" {
    roles: ANY, source: Source::Web("HTTP"),
    sends: "a POST without a body",
    expects: "HTTP 4xx, or ERROR",
    why: "it says nothing",
} |s| {
    let party = s.any_party()?;
    s.post(party, Vec::new()).await?.refused("an empty body")?;
}

E18 "A confirmation is no message" {
    roles: ANY, source: Source::Standard("a confirmation answers on the same connection"),
    sends: "a requestConfirmation by POST",
    expects: "HTTP 4xx, or ERROR",
    why: "there is nothing to confirm",
} |s| {
    let party = s.any_party()?;
    let header = "<confirmationHeader><timestamp>2031-01-01T00:00:00Z</timestamp>\
        <timestampReceived>2031-01-01T00:00:00Z</timestampReceived><messageStatus>OK</messageStatus></confirmationHeader>";
    let body = envelope(s.edition(), &format!("<requestConfirmation>{header}</requestConfirmation>"));
    s.post(party, body).await?.refused("a confirmation by POST")?;
}

E19 "A supplier that was not asked cannot speak about the request" {
    roles: BROKER, source: Source::Practice("a message about a request must come from a party to it"),
    sends: "WillSupply under the asked supplier's request id, from another supplier",
    expects: "ERROR, and nothing to the requester",
    why: "anybody could close anybody's requests",
} |s| {
    let [asked, other] = s.suppliers()?;
    let loan = s.borrow(&[asked]).await?;
    let leg = loan.asked(asked).await?;
    let mut message = leg.message(will_supply());
    message.head.supplier = Some(s.symbol(other));
    message.head.supplier_request_id = Some(format!("other-{}", s.fresh_id()));
    let body = message.xml(s.edition(), &message.head.timestamp);
    s.post(other, body).await?.refused("a message from a supplier that was not asked")?;
    loan.never_gets("no WillSupply", |arrival| arrival.status() == "WillSupply").await?;
}

E20 "A requester cannot act on another's request" {
    roles: BROKER, source: Source::Practice("a message about a request must come from a party to it"),
    sends: "Cancel for another requester's request",
    expects: "ERROR, and no Cancel to the supplier",
    why: "anybody could cancel anybody's requests",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    let other = s.transparent_requester()?;
    let mut message = loan.action("Cancel");
    message.head.requester = s.symbol(other);
    s.post(other, message.xml(s.edition())).await?.refused("another's request")?;
    leg.never_gets("Cancel").await?;
}

E21 "A retry of a request that nobody knows is refused" {
    roles: BROKER, source: ERROR_TYPES,
    sends: "a Retry that names an unknown previous request",
    expects: "ERROR, UnrecognisedDataValue",
    why: "there is nothing to try again",
} |s| {
    let previous = s.fresh_id();
    let order = s.some_order()?.with(|request| {
        request.kind = Some("Retry".to_owned());
        request.previous = Some(previous);
    });
    error_of(&s, order.attempt().await?, &["UnrecognisedDataValue"], "a retry of an unknown request")?;
}

E22 "A reminder of a request that nobody knows makes none" {
    roles: ASKED, source: Source::Standard("requestType Reminder"),
    sends: "a Reminder with an unknown id",
    expects: "ERROR, and nobody is asked",
    why: "a reminder reminds",
} |s| {
    let order = s.some_order()?.with(|request| request.kind = Some("Reminder".to_owned()));
    error_of(&s, order.attempt().await?, &["UnrecognisedDataValue"], "a reminder of an unknown request")?;
    s.never("nobody is asked", |arrival| arrival.kind == "request").await?;
}

E23 "A service type that does not exist is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "a request with serviceType Gift",
    expects: "ERROR, UnrecognisedDataValue",
    why: "the list is closed",
} |s| {
    let change = |xml: String| with_text(&xml, "serviceType", "Gift");
    refused_request(&s, change, &["UnrecognisedDataValue"], "an unknown service type").await?;
}

E24 "A timestamp that is none is refused" {
    roles: ASKED, source: Source::Standard("timestamp is an xs:dateTime"),
    sends: "a request with the timestamp 'yesterday'",
    expects: "ERROR; OK is allowed, since some systems write dates of their own",
    why: "repeats are told apart by it",
} |s| {
    let order = s.some_order()?;
    let body = with_text(&order.xml(), "timestamp", "yesterday");
    let answer = s.post(order.requester, body).await?;
    if answer.is_ok() {
        s.note("a timestamp that is no dateTime is taken");
    } else {
        error_of(&s, answer, &["UnrecognisedDataValue", "BadlyFormedMessage"], "a timestamp that is none")?;
    }
}

E25 "A message in another namespace is refused" {
    roles: ASKED, source: Source::Web("Namespaces in XML 1.0"),
    sends: "requests in the namespace urn:other, and in none",
    expects: "a refusal; OK without a namespace is allowed",
    why: "it is another language",
} |s| {
    let order = s.some_order()?;
    let namespace = crate::edition::NAMESPACE;
    let other = order.xml().replace(&format!("xmlns=\"{namespace}\""), "xmlns=\"urn:other\"");
    s.post(order.requester, other).await?.refused("a message in another namespace")?;
    let none = s.some_order()?.xml().replace(&format!(" xmlns=\"{namespace}\""), "");
    let answer = s.post(order.requester, none).await?;
    if answer.is_ok() {
        s.note("a message without a namespace is taken");
    }
}

E29 "A message that breaks off is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "a request that ends in the middle of its body",
    expects: "ERROR with BadlyFormedMessage, or HTTP 400; nobody is asked",
    why: "half a request is none",
} |s| {
    let cut = |xml: String| xml[..xml.find("</title>").unwrap_or(xml.len() / 2)].to_owned();
    refused_request(&s, cut, &["BadlyFormedMessage"], "a message that breaks off").await?;
}

E30 "An error says what is wrong" {
    roles: ASKED, source: Source::Practice("errorValue is optional; a text that names the element saves a phone call"),
    sends: "a message about an unknown request, and a request with requestType Maybe",
    expects: "an errorValue that is not empty, and names the id and the value",
    why: "the other side's staff will read it",
} |s| {
    let loan = s.some_loan().await?;
    let mut about_nothing = loan.action("Notification");
    about_nothing.head.request_id = s.fresh_id();
    let id = about_nothing.head.request_id.clone();
    let unknown = loan.sends(about_nothing).await?.refused("an unknown request")?;
    let order = s.some_order()?;
    let maybe = s.post(order.requester, with_text(&order.xml(), "requestType", "Maybe")).await?;
    let maybe = maybe.refused("an unknown request type")?;
    for (answer, element, value) in [
        (unknown, "requestingAgencyRequestId", id.as_str()),
        (maybe, "requestType", "Maybe"),
    ] {
        let says = answer.text("errorData/errorValue").trim();
        if says.is_empty() {
            s.note("an error carries no errorValue");
        } else if !says.contains(element) && !says.contains(value) {
            s.note(format!("the errorValue {says:?} names neither {element} nor {value:?}"));
        }
    }
}

E32 "A request type that does not exist is refused" {
    roles: ASKED, source: ERROR_TYPES,
    sends: "a request with requestType Maybe",
    expects: "ERROR, UnrecognisedDataValue",
    why: "the list is closed",
} |s| {
    let change = |xml: String| with_text(&xml, "requestType", "Maybe");
    refused_request(&s, change, &["UnrecognisedDataValue"], "an unknown request type").await?;
}

E33 "A message with two messages in it is refused" {
    roles: ASKED, source: Source::Standard("the envelope holds one message"),
    sends: "one envelope with two requests",
    expects: "a refusal, or an answer to one; never both requests taken",
    why: "one confirmation cannot answer two messages",
} |s| {
    let order = s.some_order()?;
    let xml = order.xml();
    let other = s.some_order()?.xml();
    let inner = &other[other.find("<request>").unwrap_or_default()..other.find("</ISO18626Message>").unwrap_or_default()];
    let answer = s.post(order.requester, xml.replace("</ISO18626Message>", &format!("{inner}</ISO18626Message>"))).await?;
    if answer.is_ok() {
        s.note("an envelope with two messages is taken for one");
    }
}

E34 "After Loaned for a request of another, the true one goes on" {
    roles: BROKER, source: Source::Practice("a refused message changes nothing"),
    sends: "a Loaned with a wrong id, then the right one",
    expects: "ERROR, then OK and Loaned to the requester",
    why: "a fault in one message must not spoil the request",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    let mut wrong = leg.message(loaned(s.in_days(28)));
    wrong.head.request_id = s.fresh_id();
    leg.sends(&wrong).await?.refused("a wrong id")?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}
}

fn nothing() -> Confirmation {
    Confirmation { http: 0, content_type: String::new(), bytes: Vec::new(), element: None }
}

fn without(xml: &str, name: &str) -> String {
    let end_tag = format!("</{name}>");
    match (xml.find(&format!("<{name}>")), xml.find(&end_tag)) {
        (Some(start), Some(end)) => xml[..start].to_owned() + &xml[end + end_tag.len()..],
        _ => xml.to_owned(),
    }
}

fn with_text(xml: &str, name: &str, text: &str) -> String {
    let start_tag = format!("<{name}>");
    match (xml.find(&start_tag), xml.find(&format!("</{name}>"))) {
        (Some(start), Some(end)) => xml[..start + start_tag.len()].to_owned() + text + &xml[end..],
        _ => xml.to_owned(),
    }
}
