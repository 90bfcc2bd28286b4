//! What is kept, and what must be kept nowhere once it is erased.

use api::model::{Bytes, Direction, Reason};
use iso18626::{Edition, Message, ReasonForMessage, Status};
use persistence::{EngineKind, MemoryDisk};

use super::{
    words::{report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

#[tokio::test]
async fn a_patrons_name_is_sealed_and_gone_when_its_key_is() {
    let peers = [(A, Edition::V1_2), (B, Edition::V2021_2), (C, Edition::V1_2)];
    let mut world = World::on(EngineKind::Redb, MemoryDisk::new(), &peers, |_| {}).await;
    // The registry lets the first supplier see the patron: the name is in what is sent, too.
    let file = world
        .registry(Some(1))
        .replace("id = \"south\"\n", "id = \"south\"\npolicies.patron_data = \"full\"\n");
    world.apply(file).await;
    let mut asked = request(A, "k-1", T, &[B, C]);
    asked.service_info.as_mut().unwrap().note = Some("for Zzyzxmarker, by Friday".to_owned());
    world.say(0, &Message::Request(asked)).await;
    let sent = world.peers[1].next().await;
    assert!(String::from_utf8_lossy(&sent.bytes).contains("<surname>Zzyzxmarker"), "it was sent on");
    let Message::Request(first) = sent.reading.message else { panic!("no request") };
    // A note of the supplier's names the patron, too.
    let mut says = report(B, &first, T, ReasonForMessage::RequestResponse, Status::Unfilled);
    says.message_info.note = Some("Zzyzxmarker owes us a book".to_owned());
    world.say(1, &Message::SupplyingAgencyMessage(says)).await;
    let second = world.peers[2].next().await;
    let text = String::from_utf8_lossy(&second.bytes).into_owned();
    assert!(!text.contains("<surname>"), "the second supplier sees no patron: {text}");
    assert!(text.contains("by Friday"), "but the note, which was unsealed for it: {text}");
    let detail = world.until("k-1", |detail| detail.queue.is_empty()).await;

    let shown = serde_json::to_string(&detail).unwrap();
    assert!(!shown.contains("Zzyzxmarker"), "{shown}");
    assert!(!world.files_hold("Zzyzxmarker"), "sealed from the first message on");
    let step = detail
        .timeline
        .iter()
        .flat_map(|step| &step.messages)
        .find(|it| it.direction == Direction::In)
        .unwrap();
    assert_eq!(step.bytes, Bytes::Whole);
    let path = format!("requests/k-1/messages/{}", step.id);
    let whole = world.send("GET", &path, "", vec![]).await;
    assert!(String::from_utf8_lossy(&whole.body).contains("Zzyzxmarker"), "the operator can see it");

    let reason = Reason { reason: "the patron asked for it".to_owned(), by: None };
    assert_eq!(world.ask("requests/k-1/erase", &reason).await.status, 200);
    let redacted = world.send("GET", &path, "", vec![]).await;
    let text = String::from_utf8_lossy(&redacted.body).into_owned();
    assert!(!text.contains("Zzyzxmarker") && text.contains("The cloud atlas"), "{text}");
    let dump = world.send("GET", "store/export", "", vec![]).await;
    assert!(dump.body.len() > 1000 && !String::from_utf8_lossy(&dump.body).contains("Zzyzxmarker"));
    world.stop().await;
    assert!(!world.files_hold("Zzyzxmarker"));
    world.start().await;
    let after = world.detail("k-1").await;
    assert!(after.timeline.iter().flat_map(|it| &it.messages).all(|it| it.bytes != Bytes::Whole));
}
