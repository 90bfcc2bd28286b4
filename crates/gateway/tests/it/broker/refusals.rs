//! What is not taken: by HTTP, by reading, by who says it about what. And repeats, which are taken once.

use api::model::{Bytes, IntakePage};
use gateway::ISO18626;
use hyper::{HeaderMap, Method};
use iso18626::{Action, Edition, Message, ReasonForMessage, RequestType, Status};

use super::{
    peer::post,
    words::{action, agency, report, request},
    world::{World, call},
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

async fn world() -> World {
    World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2), (C, Edition::V1_2)]).await
}

#[tokio::test]
async fn a_repeat_gets_the_same_confirmation_and_changes_nothing() {
    let world = world().await;
    let message = Message::Request(request(A, "r-1", T, &[B]));
    let first = world.say(0, &message).await;
    let asked = world.peers[1].next_request().await;
    let before = world.until("r-1", |detail| detail.queue.is_empty()).await;
    let again = world.say(0, &message).await;
    assert_eq!(first.body, again.body, "to the letter");
    // The same message in other letters is the same message.
    let text = String::from_utf8(world.peers[0].write(&message)).unwrap();
    let other = text.replace("<requestingAgencyId>", "\n <!-- we --><requestingAgencyId>");
    assert_ne!(text, other);
    assert_eq!(world.post(other.into_bytes()).await.body, first.body);
    let says = report(B, &asked, T, ReasonForMessage::RequestResponse, Status::WillSupply);
    let says = Message::SupplyingAgencyMessage(says);
    let first = world.say(1, &says).await;
    assert_eq!(world.say(1, &says).await.body, first.body);
    let after = world.until("r-1", |detail| detail.queue.is_empty()).await;
    let taken = after.timeline.iter().filter(|step| step.inputs[0].kind == "message").count();
    assert_eq!(taken, 2, "a request and a report, once each");
    assert!(after.line.version > before.line.version);
    assert_eq!(world.peers[1].count(), 1, "the supplier was asked once");
}

#[tokio::test]
async fn an_id_used_again_for_something_else_is_an_error() {
    let world = world().await;
    world.say(0, &Message::Request(request(A, "r-2", T, &[B]))).await;
    let mut other = request(A, "r-2", T, &[B]);
    other.bibliographic_info.title = Some("Another book".to_owned());
    let errors = world.refused(0, &Message::Request(other)).await;
    assert!(errors[0].starts_with("UnrecognisedDataValue: requestingAgencyRequestId"), "{errors:?}");
    // The same id of another requester is another request.
    world.say(2, &Message::Request(request(C, "r-2", T, &[B]))).await;
    let mut reminder = request(A, "r-none", T, &[B]);
    reminder.service_info.as_mut().unwrap().request_type = Some(RequestType::Reminder);
    let errors = world.refused(0, &Message::Request(reminder)).await;
    assert!(errors[0].contains("requestingAgencyRequestId"), "{errors:?}");
}

#[tokio::test]
async fn nobody_is_asked_for_nothing() {
    let world = world().await;
    let mut empty = request(A, "r-empty", T, &[B]);
    empty.bibliographic_info = iso18626::BibliographicInfo::default();
    for (at, peer) in [(A, 0), (C, 2)] {
        let mut empty = empty.clone();
        empty.header.requesting_agency_id = agency(at);
        let errors = world.refused(peer, &Message::Request(empty.clone())).await;
        assert!(
            errors[0].starts_with("UnrecognisedDataElement: bibliographicInfo")
                && errors[0].contains("a title"),
            "{errors:?}"
        );
        // What is missing can be added under the same id.
        empty.bibliographic_info.title = Some("Dune".to_owned());
        world.say(peer, &Message::Request(empty)).await;
        assert_eq!(world.peers[1].next_request().await.bibliographic_info.title.as_deref(), Some("Dune"));
    }
}

#[tokio::test]
async fn a_standard_number_is_sent_on_by_the_standards_code() {
    let world = world().await;
    let mut asked = request(A, "r-isbn", T, &[B]);
    let number = |code: &str, identifier: &str| iso18626::BibliographicItemId {
        code: iso18626::Open::new(code),
        identifier: identifier.to_owned(),
    };
    asked.bibliographic_info.bibliographic_item_id = vec![
        number("ISBN-13", "978-0-14-032872-1"),
        number("isbn10", "0-8044-2957-x"),
        number("", "00280836"),
        number("isbn", "see cover"),
        number("LCCN", "9780140328721"),
    ];
    world.say(0, &Message::Request(asked)).await;
    let sent = world.peers[1].next_request().await.bibliographic_info.bibliographic_item_id;
    let sent: Vec<_> = sent.iter().map(|it| (it.code.value.as_str(), it.identifier.as_str())).collect();
    assert_eq!(
        sent,
        [
            ("ISBN", "9780140328721"),
            ("ISBN", "080442957X"),
            ("ISSN", "0028-0836"),
            ("ISBN", "see cover"),
            ("LCCN", "9780140328721")
        ]
    );
}

#[tokio::test]
async fn who_is_not_a_party_changes_nothing() {
    let world = world().await;
    world.say(0, &Message::Request(request(A, "r-3", T, &[B]))).await;
    let asked = world.peers[1].next_request().await;
    let before = world.until("r-3", |detail| detail.queue.is_empty()).await;

    let cancel = Message::RequestingAgencyMessage(action(C, "r-3", T, Action::Cancel));
    let errors = world.refused(2, &cancel).await;
    assert!(errors[0].contains("not a party"), "{errors:?}");
    let says = report(C, &asked, T, ReasonForMessage::RequestResponse, Status::Loaned);
    let errors = world.refused(2, &Message::SupplyingAgencyMessage(says)).await;
    assert!(errors[0].contains("not a party"), "{errors:?}");
    // The requester's id under the supplier's name, and the other way round.
    let mut says = report(A, &asked, T, ReasonForMessage::RequestResponse, Status::Loaned);
    says.header.supplying_agency_id = agency(A);
    world.refused(0, &Message::SupplyingAgencyMessage(says)).await;

    let unknown = Message::RequestingAgencyMessage(action(A, "r-unknown", T, Action::Received));
    let errors = world.refused(0, &unknown).await;
    assert!(errors[0].starts_with("UnrecognisedDataValue: requestingAgencyRequestId"), "{errors:?}");
    let stranger = Message::Request(request("ISIL:XX-NOBODY", "s-1", T, &[B]));
    let errors = world.refused(0, &stranger).await;
    assert!(errors[0].starts_with("UnrecognisedDataValue: requestingAgencyId"), "{errors:?}");
    let mut nowhere = request(A, "r-4", T, &[]);
    nowhere.header.supplying_agency_id = Some(agency("ISIL:XX-NOBODY"));
    let errors = world.refused(0, &Message::Request(nowhere)).await;
    assert!(errors[0].starts_with("UnrecognisedDataValue"), "{errors:?}");

    let after = world.detail("r-3").await;
    assert_eq!((after.line.phase, after.queue, after.line.incidents), (before.line.phase, vec![], vec![]));
    let new = after.timeline.iter().skip(before.timeline.len()).flat_map(|step| &step.inputs);
    // What names the request by the requester's id alone is shown with it only where its sender has part in it.
    assert_eq!(new.map(|input| input.kind.as_str()).collect::<Vec<_>>(), ["not-taken"; 2]);
    let kept: IntakePage = world.get("intake").await;
    assert_eq!(kept.entries.len(), 6, "{kept:#?}");
    assert_eq!(kept.entries.iter().filter(|entry| entry.source == "east").count(), 2);
}

#[tokio::test]
async fn what_is_no_message_is_kept_and_told_why() {
    let world = world().await;
    let addr = world.running().addr();
    for (body, status, reason) in [
        ("<unclosed", 400, "line 1"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", 400, ""),
        ("<html><body>hello</body></html>", 400, ""),
    ] {
        let answer = world.post(body.as_bytes().to_vec()).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, status, "{body}: {text}");
        assert!(text.contains(reason), "{text}");
        assert!(answer.content_type.unwrap().starts_with("text/plain"));
    }
    let kept: IntakePage = world.get("intake").await;
    assert_eq!(kept.entries.len(), 3);
    let newest: api::model::IntakeLine = world.get(&format!("intake/{}", kept.entries[0].id)).await;
    assert_eq!(newest.text.as_deref(), Some("<html><body>hello</body></html>"));
    assert_eq!(newest.bytes, Bytes::Whole);
    assert_eq!(kept.sources[0].count, 3);

    assert_eq!(world.post(b" \n".to_vec()).await.status, 400);
    let confirmation = world.say(0, &Message::Request(request(A, "w-1", T, &[B]))).await.body;
    assert_eq!(world.post(confirmation.to_vec()).await.status, 400, "a confirmation is not posted");
    assert_eq!(post(addr, ISO18626, "application/json", b"{}".to_vec()).await.status, 415);
    assert_eq!(call(world.running(), Method::GET, ISO18626, HeaderMap::new(), vec![]).await.status, 405);
    let slash = format!("{ISO18626}/");
    let lost = call(world.running(), Method::POST, &slash, HeaderMap::new(), vec![]).await;
    assert_eq!(lost.status, 404);
    assert!(String::from_utf8_lossy(&lost.body).contains("posted to /iso18626\n"), "{lost:?}");
    let huge = post(addr, ISO18626, "text/xml", vec![b' '; 5 << 20]).await;
    assert_eq!(huge.status, 413);
    // A message with an error is answered by a confirmation that names it.
    let text =
        String::from_utf8(world.peers[0].write(&Message::Request(request(A, "w-2", T, &[B])))).unwrap();
    let broken = text.replace(&format!("<timestamp>{T}</timestamp>"), "<timestamp>yesterday</timestamp>");
    assert_ne!(text, broken);
    let answer = world.post(broken.into_bytes()).await;
    assert_eq!(answer.status, 200);
    let (status, errors) = super::words::confirmed(&answer.body);
    assert_eq!(status, "ERROR");
    assert!(errors[0].contains("timestamp"), "{errors:?}");
}

#[tokio::test]
async fn what_is_xml_is_read_whatever_it_is_called() {
    let world = world().await;
    let addr = world.running().addr();
    for (number, kind) in [
        "application/octet-stream",
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/xml; charset=windows-1252",
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("c-{number}");
        let mut asked = request(A, &id, T, &[B]);
        asked.bibliographic_info.title = Some("Caf\u{20ac}".to_owned());
        let text = String::from_utf8(world.peers[0].write(&Message::Request(asked))).unwrap();
        let (_, undeclared) = text.split_once("?>").unwrap();
        let bytes = match kind.ends_with("1252") {
            // The euro sign is one byte there.
            true => undeclared
                .bytes()
                .filter(|byte| !matches!(byte, 0xe2 | 0x82))
                .map(|byte| if byte == 0xac { 0x80 } else { byte })
                .collect(),
            false => text.into_bytes(),
        };
        let answer = post(addr, ISO18626, kind, bytes).await;
        assert_eq!(answer.status, 200, "{kind}: {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(super::words::confirmed(&answer.body).0, "OK", "{kind}");
        assert_eq!(
            world.peers[1].next_request().await.bibliographic_info.title.as_deref(),
            Some("Caf\u{20ac}")
        );
        let problems = world.detail(&id).await.timeline[0].inputs[0].problems.clone();
        let warned = problems.iter().any(|problem| problem.starts_with("Content-Type: "));
        assert_eq!(warned, !kind.starts_with("text/xml"), "{kind}: {problems:?}");
    }
}

#[tokio::test]
async fn what_breaks_off_is_called_badly_formed() {
    let world = world().await;
    let answer = world.post(b"<ISO18626Message><request>".to_vec()).await;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, 200, "{text}");
    assert!(text.contains("<errorType>BadlyFormedMessage<"), "{text}");
}

#[tokio::test]
async fn a_retry_under_a_new_id_belongs_to_the_same_request() {
    let world = world().await;
    world.say(0, &Message::Request(request(A, "t-1", T, &[B]))).await;
    let asked = world.peers[1].next_request().await;
    let mut says = report(B, &asked, T, ReasonForMessage::RequestResponse, Status::RetryPossible);
    says.message_info.reason_retry = Some(iso18626::Open::new("CostExceedsMaxCost"));
    world.say(1, &Message::SupplyingAgencyMessage(says)).await;
    world.until("t-1", |detail| detail.line.phase == "retry-offered").await;
    let mut retry = request(A, "t-2", "2026-03-03T10:00:00Z", &[B]);
    let service = retry.service_info.as_mut().unwrap();
    service.request_type = Some(RequestType::Retry);
    service.requesting_agency_previous_request_id = Some("t-1".to_owned());
    world.say(0, &Message::Request(retry)).await;
    let again = world.peers[1].next_request().await;
    let service = again.service_info.clone().unwrap();
    assert_eq!(service.request_type, Some(RequestType::Retry));
    assert_eq!(
        service.requesting_agency_previous_request_id.as_ref(),
        Some(&asked.header.requesting_agency_request_id)
    );
    assert_eq!(world.detail("t-1").await.line.id, world.detail("t-2").await.line.id);
}

#[tokio::test]
async fn a_request_that_a_supplier_refuses_goes_to_the_next() {
    let world = world().await;
    world.peers[1].set_mood(super::peer::Mood::Refusing);
    world.say(0, &Message::Request(request(A, "e-1", T, &[B, C]))).await;
    world.peers[1].next_request().await;
    world.peers[2].next_request().await;
    let detail = world.until("e-1", |detail| detail.queue.is_empty()).await;
    let refused = detail.timeline.iter().flat_map(|step| &step.inputs).find(|it| it.text.contains("refused"));
    assert_eq!(refused.unwrap().problems, ["UnrecognisedDataValue: title: not here, ***"]);
    assert!(!serde_json::to_string(&detail).unwrap().contains("Zzyzxmarker"));
}

#[tokio::test]
async fn who_takes_no_part_as_a_requester_is_told_so() {
    let world = world().await;
    let file = world.registry(Some(1)).replace("id = \"east\"\n", "id = \"east\"\nborrows = false\n");
    world.apply(file).await;
    let errors = world.refused(2, &Message::Request(request(C, "b-1", T, &[B]))).await;
    assert!(errors[0].contains("does not take part as a requester"), "{errors:?}");
}

#[tokio::test]
async fn a_peer_is_written_to_in_the_edition_that_it_speaks() {
    let mut world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2)]).await;
    let ask = async |world: &World, id: &str| {
        let options = iso18626::WriteOptions::new(Edition::V2021_2);
        let asked = iso18626::write(&Message::Request(request(A, id, T, &[B])), &options).unwrap();
        assert_eq!(super::words::confirmed(&world.post(asked.bytes).await.body).0, "OK");
        world.peers[0].next().await.reading.edition
    };
    assert_eq!(ask(&world, "v-1").await, Edition::V1_2);
    assert_eq!(ask(&world, "v-2").await, Edition::V1_2, "once is nothing yet");
    assert_eq!(ask(&world, "v-3").await, Edition::V2021_2);
    assert_eq!(ask(&world, "v-4").await, Edition::V2021_2);
    world.stop().await;
    world.start().await;
    assert_eq!(ask(&world, "v-5").await, Edition::V2021_2, "also after a restart");
}
