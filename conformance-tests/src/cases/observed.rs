//! Rules for every message that the subject sends, looked at when the run is over.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::observed_confirmations::{
    asked, echo, echo_word, error_types, http_statuses, stamps, valid_confirmations,
};
use crate::case::{CaseEnd, Role, Source};
use crate::catalogue::{Case, CaseBody};
use crate::edition::NAMESPACE;
use crate::grammar::faults;
use crate::lists::{bare_value, of_another_list};
use crate::peers::{Face, Part};
use crate::tree::Element;
use crate::watch::{Seen, Sent};

const ANY: &[Role] = &[Role::Broker, Role::Supplier, Role::Requester];
const BROKER: &[Role] = &[Role::Broker];
const SPEAKS: &[Role] = &[Role::Broker, Role::Supplier];

type Look = fn(&Seen<'_>) -> Result<(), CaseEnd>;

/// The cases of this area.
pub(crate) const CASES: &[Case] = &[
    watch(
        "W01",
        "Every message is valid in the edition of its receiver",
        ANY,
        Source::Standard("the schema of each edition"),
        valid,
    ),
    watch(
        "W02",
        "Every message and confirmation is in the namespace, with a qualified version",
        ANY,
        Source::Standard("the schema: attributes are qualified"),
        namespace,
    ),
    watch(
        "W03",
        "Every confirmation is valid in the edition of the message",
        ANY,
        Source::Standard("the schema of each edition"),
        valid_confirmations,
    ),
    watch(
        "W04",
        "A confirmation names the message it answers",
        ANY,
        Source::Standard("confirmationHeader repeats the ids"),
        echo,
    ),
    watch(
        "W05",
        "A confirmation of an action or status names it",
        ANY,
        Source::Standard("action and reasonForMessage in confirmations"),
        echo_word,
    ),
    watch(
        "W06",
        "A confirmation has both timestamps, and one is the message's",
        ANY,
        Source::Standard("timestamp and timestampReceived"),
        stamps,
    ),
    watch(
        "W07",
        "What is sent again is the same, byte for byte",
        ANY,
        Source::Practice("a repeat is told by its timestamp and content"),
        resent,
    ),
    watch(
        "W08",
        "Timestamps to one receiver about one request never go back",
        ANY,
        Source::Practice("order is told by them"),
        rising,
    ),
    watch(
        "W09",
        "Messages are sent as XML",
        ANY,
        Source::Standard("application/xml; charset=\"utf-8\""),
        content_type,
    ),
    watch(
        "W10",
        "The first answer to a request is a RequestResponse, later ones are not",
        SPEAKS,
        Source::UseCase("the first answer to New or Retry is a RequestResponse"),
        reasons,
    ),
    watch("W11", "A request ends once", SPEAKS, Source::Standard("status list: final statuses"), one_end),
    watch(
        "W12",
        "The symbols in the headers are those of the face and the receiver",
        BROKER,
        Source::Practice("opaque and transparent brokers"),
        symbols,
    ),
    watch(
        "W13",
        "No two requests to suppliers share an id",
        BROKER,
        Source::Standard("requestingAgencyRequestId is unique per requester"),
        unique_ids,
    ),
    watch(
        "W14",
        "The version written is that of the receiver's edition",
        ANY,
        Source::Standard("only the version attribute tells the editions apart"),
        version,
    ),
    watch(
        "W15",
        "An ERROR has one of the five error types",
        ANY,
        Source::Standard("errorType list"),
        error_types,
    ),
    watch(
        "W16",
        "Every message is answered with 200, or 400 and above",
        ANY,
        Source::Practice("200, Koha 201"),
        http_statuses,
    ),
    watch(
        "W17",
        "Values of the standard's lists carry their list",
        ANY,
        Source::Practice("strict toolkits look a value up by its list and itself"),
        with_lists,
    ),
    watch(
        "W18",
        "The list that a value carries is one of its element",
        ANY,
        Source::Standard("the open code lists of each element"),
        of_their_lists,
    ),
];

const fn watch(
    id: &'static str,
    title: &'static str,
    roles: &'static [Role],
    source: Source,
    look: Look,
) -> Case {
    Case {
        id,
        title,
        roles,
        source,
        sends: "nothing of its own: it looks at everything that the subject sent in this run",
        expects: "no message that breaks the rule",
        why: "checked on every message of the run",
        run: CaseBody::Watch(look),
        ..Case::blank("All messages")
    }
}

/// Faults, each with the message that shows it.
pub(super) type Faults<'s, 'a> = Vec<(String, &'s Sent<'a>)>;

fn valid(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    seen.none("valid messages", &invalid(seen, &seen.messages))
}

fn with_lists(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    let bare = seen.messages.iter().filter_map(|sent| Some((bare_value(sent.tree.as_ref().ok()?)?, sent)));
    seen.none("listed values with their lists", &bare.collect::<Faults<'_, '_>>())
}

fn of_their_lists(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    let bare =
        seen.messages.iter().filter_map(|sent| Some((of_another_list(sent.tree.as_ref().ok()?)?, sent)));
    seen.none("a list of the element", &bare.collect::<Faults<'_, '_>>())
}

fn invalid<'s, 'a>(seen: &Seen<'_>, list: &'s [Sent<'a>]) -> Faults<'s, 'a> {
    let mut found = Vec::new();
    for sent in list {
        match &sent.tree {
            Err(error) => found.push((format!("not well-formed: {error}"), sent)),
            Ok(tree) => {
                found.extend(faults(tree, seen.edition).into_iter().take(1).map(|fault| (fault, sent)))
            }
        }
    }
    found
}

fn namespace(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut found: Faults<'_, '_> = Vec::new();
    let all: Vec<&Sent<'_>> = seen.messages.iter().chain(seen.confirmations()).collect();
    seen.some(&all)?;
    for sent in all {
        let Ok(tree) = &sent.tree else { continue };
        if tree.namespace != NAMESPACE {
            found.push((format!("the root is in the namespace {:?}", tree.namespace), sent));
        } else if tree.attribute("version").is_none_or(|version| version.namespace != NAMESPACE) {
            found.push(("the version attribute is missing or not qualified".to_owned(), sent));
        }
    }
    seen.none("the namespace on the root and on its version", &found)
}

/// About which request, of which kind, saying what: repeats of it have the same key.
fn key(sent: &Sent<'_>) -> (usize, String) {
    let words =
        ["header/requestingAgencyRequestId", "action", "messageInfo/reasonForMessage", "statusInfo/status"];
    let words: Vec<&str> = words.iter().map(|path| sent.text(path)).collect();
    (sent.party, format!("{} {}", sent.kind(), words.join(" ")))
}

fn resent(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut last: HashMap<(usize, String), &Sent<'_>> = HashMap::new();
    let mut found: Faults<'_, '_> = Vec::new();
    let mut resends = 0;
    for sent in &seen.messages {
        if let Some(before) = last.insert(key(sent), sent) {
            // Only what got no confirmation is sent again.
            let confirmed = Element::parse(&before.exchange.answer).is_ok_and(|tree| {
                tree.children.first().is_some_and(|inner| inner.name.ends_with("Confirmation"))
            });
            if !confirmed {
                resends += 1;
                if before.bytes != sent.bytes {
                    found.push(("what was sent again differs from the first time".to_owned(), sent));
                }
            }
        }
    }
    if resends == 0 {
        return Err(CaseEnd::NotApplicable("nothing was sent again in this run".to_owned()));
    }
    seen.none("the same bytes", &found)
}

fn rising(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    let mut last: HashMap<(usize, String), (jiff::Timestamp, &[u8])> = HashMap::new();
    let mut equal = false;
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in &seen.messages {
        let Ok(stamp) = sent.text("header/timestamp").parse::<jiff::Timestamp>() else { continue };
        let about = (sent.party, sent.text("header/requestingAgencyRequestId").to_owned());
        if let Some((before, bytes)) = last.insert(about, (stamp, sent.bytes))
            && bytes != sent.bytes
        {
            if stamp < before {
                found.push((format!("{stamp} after {before}"), sent));
            }
            equal |= stamp == before;
        }
    }
    if equal {
        seen.note("different messages about one request have the same timestamp");
    }
    seen.none("timestamps that never go back", &found)
}

fn content_type(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in &seen.messages {
        let kind = sent.content_type.unwrap_or_default().to_ascii_lowercase();
        seen.fact("Content-Type of messages", kind.clone());
        if !kind.starts_with("application/xml") && !kind.starts_with("text/xml") {
            found.push((format!("Content-Type {kind:?}"), sent));
        }
    }
    seen.none("application/xml", &found)
}

/// The statuses that each requester heard about each request, in order.
fn statuses<'s, 'a>(seen: &'s Seen<'a>) -> BTreeMap<(usize, String), Vec<&'s Sent<'a>>> {
    let mut by_request: BTreeMap<(usize, String), Vec<&Sent<'_>>> = BTreeMap::new();
    for sent in seen.messages.iter().filter(|sent| sent.kind() == "supplyingAgencyMessage") {
        let list = by_request
            .entry((sent.party, sent.text("header/requestingAgencyRequestId").to_owned()))
            .or_default();
        if !list.iter().any(|old| old.bytes == sent.bytes) {
            list.push(sent);
        }
    }
    by_request
}

fn reasons(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let all = statuses(seen);
    seen.some(&all.keys().collect::<Vec<_>>())?;
    let mut found: Faults<'_, '_> = Vec::new();
    for list in all.values() {
        let answers = list.iter().filter(|sent| {
            matches!(sent.text("messageInfo/reasonForMessage"), "RequestResponse" | "StatusChange")
        });
        let mut retried = false;
        for (place, sent) in answers.enumerate() {
            let reason = sent.text("messageInfo/reasonForMessage");
            let status = sent.text("statusInfo/status");
            if place == 0 && reason != "RequestResponse" {
                found.push((format!("the first answer ({status}) has reason {reason}"), sent));
            }
            if place > 0 && reason == "RequestResponse" && !retried {
                found.push((format!("a later answer ({status}) has reason {reason}"), sent));
            }
            retried = status == "RetryPossible";
        }
    }
    seen.none("RequestResponse first, StatusChange later", &found)
}

fn one_end(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let all = statuses(seen);
    seen.some(&all.keys().collect::<Vec<_>>())?;
    let mut found: Faults<'_, '_> = Vec::new();
    for list in all.values() {
        let mut ends = list.iter().filter(|sent| {
            matches!(sent.text("messageInfo/reasonForMessage"), "RequestResponse" | "StatusChange")
                && matches!(
                    sent.text("statusInfo/status"),
                    "Unfilled" | "LoanCompleted" | "CopyCompleted" | "CompletedWithoutReturn" | "Cancelled"
                )
        });
        if let Some(second) = ends.nth(1) {
            found.push((format!("a second end: {}", second.text("statusInfo/status")), second));
        }
    }
    seen.none("one final status to each request", &found)
}

fn symbols(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    let broker = &seen.peers.subject.value;
    let addressed: HashSet<(usize, String)> = seen
        .answers
        .iter()
        .filter_map(|sent| {
            Some((sent.party, asked(sent)?.text_at("header/supplyingAgencyId/agencyIdValue")?.to_owned()))
        })
        .collect();
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in &seen.messages {
        let party = &seen.peers.party[sent.party];
        let supplier = sent.text("header/supplyingAgencyId/agencyIdValue");
        let requester = sent.text("header/requestingAgencyId/agencyIdValue");
        let (own, other) = match party.part {
            Part::Requester => (requester, supplier),
            Part::Supplier => (supplier, requester),
        };
        if own != party.symbol.value {
            found.push((format!("a message to {} names {own:?} in its place", party.symbol), sent));
        }
        let is_other =
            seen.peers.party.iter().any(|known| known.part != party.part && known.symbol.value == other);
        // A requester that addresses a supplier by its symbol knows it.
        let known = addressed.contains(&(sent.party, other.to_owned()));
        if party.face == Face::Opaque && other != broker && !known {
            found.push((format!("an opaque party is shown {other:?}, not the broker"), sent));
        } else if party.face == Face::Transparent && !is_other && other != broker {
            found.push((format!("a transparent party is shown {other:?}"), sent));
        }
    }
    seen.none("the symbols of the face", &found)
}

fn unique_ids(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut asked: HashMap<(usize, &str), &[u8]> = HashMap::new();
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in seen.messages.iter().filter(|sent| sent.kind() == "request") {
        let id = sent.text("header/requestingAgencyRequestId");
        if let Some(before) = asked.insert((sent.party, id), sent.bytes)
            && before != sent.bytes
        {
            found.push((format!("the id {id:?} asks for two things"), sent));
        }
    }
    seen.none("an id of its own for each request", &found)
}

fn version(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.messages)?;
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in &seen.messages {
        let Ok(tree) = &sent.tree else { continue };
        let version = tree.attribute("version").map(|version| version.value.clone()).unwrap_or_default();
        let fits = version.contains("2021") == (seen.edition == crate::edition::Edition::V2021_2);
        seen.fact("version attribute written", version.clone());
        if !fits {
            found.push((format!("version {version:?} to a party that speaks {}", seen.edition), sent));
        }
    }
    seen.none("the version of the receiver's edition", &found)
}
