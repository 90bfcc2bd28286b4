//! Messages that are not taken although their request is known stand in its timeline; where they are the engaged supplier's, staff are told.

use api::model::{RequestDetail, StepInput};
use iso18626::{Action, DateTime, Edition, Message, ReasonForMessage, Request, RequestType, Status};

use super::{
    words::{action, agency, report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";
const INCIDENT: &str = "supplier.not-taken";

/// North's request is with south.
async fn world() -> (World, Request) {
    let world = World::new(&[(A, Edition::V2021_2), (B, Edition::V2021_2), (C, Edition::V2021_2)]).await;
    world.say(0, &Message::Request(request(A, "n-1", T, &[B, C]))).await;
    let asked = world.peers[1].next_request().await;
    world.until("n-1", |detail| detail.queue.is_empty()).await;
    (world, asked)
}

fn lent(from: &str, asked: &Request) -> Message {
    let mut lent = report(from, asked, T, ReasonForMessage::RequestResponse, Status::Loaned);
    lent.message_info.note = Some("for Zzyzxmarker".to_owned());
    Message::SupplyingAgencyMessage(lent)
}

fn xml(world: &World, message: &Message) -> String {
    String::from_utf8(world.peers[0].write(message)).unwrap()
}

/// A message, and what its text says instead of what.
fn changed(world: &World, message: &Message, from: &str, to: &str) -> String {
    let text = xml(world, message);
    assert!(text.contains(from), "{from} is in {text}");
    text.replacen(from, to, 1)
}

fn not_taken(detail: &RequestDetail) -> Vec<StepInput> {
    let inputs = detail.timeline.iter().flat_map(|step| &step.inputs);
    inputs.filter(|input| input.kind == "not-taken").cloned().collect()
}

struct Case {
    what: &'static str,
    write: fn(&World, &Request) -> String,
    /// Whose side, from whom, why.
    shown: (&'static str, Option<&'static str>, &'static str),
    incidents: &'static [&'static str],
}

const CASES: [Case; 13] = [
    Case {
        what: "a library that is no party to it",
        write: |world, asked| xml(world, &lent(C, asked)),
        shown: ("leg-0", Some("east"), "is not a party to this request"),
        incidents: &[],
    },
    Case {
        what: "the supplier, with a status that no edition knows",
        write: |world, asked| changed(world, &lent(B, asked), ">Loaned<", ">Zzyzxmarker<"),
        shown: ("leg-0", Some("south"), "status"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "the supplier, with a reason that no edition knows",
        write: |world, asked| changed(world, &lent(B, asked), ">RequestResponse<", ">Answer<"),
        shown: ("leg-0", Some("south"), "reasonForMessage"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "the supplier, with a part that cannot be read",
        write: |world, asked| changed(world, &lent(B, asked), &format!("<timestamp>{T}"), "<timestamp>today"),
        shown: ("leg-0", Some("south"), "timestamp"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "a symbol that no registry knows, under our own id",
        write: |world, asked| xml(world, &lent("ISIL:YY-STRANGER", asked)),
        shown: ("leg-0", None, "is not known to this broker"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "nobody, under our own id",
        write: |world, asked| changed(world, &lent(B, asked), ">XX-SOUTH<", "><"),
        shown: ("leg-0", None, "supplyingAgencyId"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "the supplier, in no namespace",
        write: |world, asked| {
            changed(world, &lent(B, asked), " xmlns=\"http://illtransactions.org/2013/iso18626\"", "")
        },
        shown: ("leg-0", Some("south"), "namespace"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "the supplier, by the requester's id",
        write: |world, asked| {
            let mut asked = asked.clone();
            asked.header.requesting_agency_request_id = "n-1".to_owned();
            xml(world, &lent(B, &asked))
        },
        shown: ("leg-0", Some("south"), "is not a party to this request"),
        incidents: &[INCIDENT],
    },
    Case {
        what: "a confirmation that is posted",
        write: |world, asked| {
            let (at, ok) = (T.parse().unwrap(), iso18626::Confirm::Ok);
            let asked = Message::Request(asked.clone());
            xml(world, &iso18626::confirm(&asked, at, ok, iso18626::TimestampEcho::Timestamp))
        },
        shown: ("leg-0", None, "a confirmation is the answer to a message"),
        incidents: &[],
    },
    Case {
        what: "the requester, with its id for something else",
        write: |world, _| {
            let mut other = request(A, "n-1", T, &[B]);
            other.bibliographic_info.title = Some("Another book".to_owned());
            xml(world, &Message::Request(other))
        },
        shown: ("requester", Some("north"), "already exists"),
        incidents: &[],
    },
    Case {
        what: "the requester, with a retry of nothing",
        write: |world, _| {
            let mut retry = request(A, "n-2", T, &[B]);
            retry.bibliographic_info = Default::default();
            let service = retry.service_info.get_or_insert_default();
            service.request_type = Some(RequestType::Retry);
            service.requesting_agency_previous_request_id = Some("n-1".to_owned());
            xml(world, &Message::Request(retry))
        },
        shown: ("requester", Some("north"), "says nothing of what is wanted"),
        incidents: &[],
    },
    Case {
        what: "the requester, with an action that no edition knows",
        write: |world, _| {
            let cancel = Message::RequestingAgencyMessage(action(A, "n-1", T, Action::Cancel));
            changed(world, &cancel, ">Cancel<", ">Zzyzxmarker<")
        },
        shown: ("requester", Some("north"), "action"),
        incidents: &[],
    },
    Case {
        what: "the requester, by our own id of it alone",
        write: |world, asked| {
            let mut cancel = action(A, "n-one", T, Action::Cancel);
            let key = asked.header.requesting_agency_request_id.split('-').next().unwrap();
            cancel.header.supplying_agency_request_id = Some(key.to_owned());
            xml(world, &Message::RequestingAgencyMessage(cancel))
        },
        shown: ("requester", Some("north"), "is not the id of a request here"),
        incidents: &[],
    },
];

#[tokio::test]
async fn what_is_not_taken_stands_in_the_timeline_of_its_request() {
    for Case { what, write, shown: (party, from, why), incidents } in CASES {
        let (world, asked) = world().await;
        let before = world.detail("n-1").await;
        let text = write(&world, &asked);
        for _ in 0..2 {
            let answer = world.post(text.clone().into_bytes()).await;
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(answer.status == 400 || body.contains(">ERROR<"), "{what}: {body}");
        }
        let detail = world.detail("n-1").await;
        let shown = not_taken(&detail);
        let [shown] = shown.as_slice() else { panic!("{what}: shown once: {shown:?}") };
        assert_eq!((shown.party.as_deref(), shown.peer.as_deref()), (Some(party), from), "{what}: {shown:?}");
        assert!(shown.problems[0].contains(why), "{what}: {shown:?}");
        let raised: Vec<&str> = detail.line.incidents.iter().map(|incident| incident.slug.as_str()).collect();
        assert_eq!(raised, incidents, "{what}");
        assert_eq!(
            (detail.line.phase, detail.queue.len()),
            (before.line.phase, before.queue.len()),
            "{what}"
        );
        let all = serde_json::to_string(&world.detail("n-1").await).unwrap();
        assert!(!all.contains("Zzyzxmarker"), "{what}: {all}");
    }
}

#[tokio::test]
async fn a_message_that_was_not_taken_is_taken_once_it_can_be() {
    let (world, asked) = world().await;
    let lent = lent("ISIL:XX-SOUTH-2", &asked);
    world.refused(1, &lent).await;
    let file =
        world.registry(Some(1)).replace("[\"ISIL:XX-SOUTH\"]", "[\"ISIL:XX-SOUTH\", \"ISIL:XX-SOUTH-2\"]");
    world.apply(file).await;
    world.say(1, &lent).await;
    world.until("n-1", |detail| detail.line.phase == "on-loan").await;
}

#[tokio::test]
async fn who_has_no_part_in_a_request_is_not_shown_with_it_by_a_guessed_id() {
    let (world, mut asked) = world().await;
    asked.header.requesting_agency_request_id = "n-1".to_owned();
    let cancel = Message::RequestingAgencyMessage(action(C, "n-1", T, Action::Cancel));
    for message in [lent(C, &asked), cancel] {
        world.refused(2, &message).await;
    }
    assert_eq!(not_taken(&world.detail("n-1").await).len(), 0);
}

#[tokio::test]
async fn nobody_fills_a_timeline_with_what_is_not_taken() {
    let (world, asked) = world().await;
    for second in 0..60 {
        let mut says = report(C, &asked, T, ReasonForMessage::StatusChange, Status::Loaned);
        says.header.timestamp = DateTime::from_lexical(format!("2026-03-02T10:00:{second:02}Z"));
        world.refused(2, &Message::SupplyingAgencyMessage(says)).await;
    }
    assert_eq!(not_taken(&world.detail("n-1").await).len(), 50);
}

#[tokio::test]
async fn a_supplier_that_is_out_of_it_needs_nobody() {
    let (world, asked) = world().await;
    let no = report(B, &asked, T, ReasonForMessage::RequestResponse, Status::Unfilled);
    world.say(1, &Message::SupplyingAgencyMessage(no)).await;
    world.peers[2].next_request().await;
    let mut late = report(B, &asked, T, ReasonForMessage::StatusChange, Status::WillSupply);
    late.header.supplying_agency_id = agency("ISIL:YY-STRANGER");
    world.refused(1, &Message::SupplyingAgencyMessage(late)).await;
    let detail = world.detail("n-1").await;
    assert_eq!(not_taken(&detail).len(), 1);
    assert_eq!(detail.line.incidents, []);
}
