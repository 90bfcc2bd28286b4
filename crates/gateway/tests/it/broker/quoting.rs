//! What a value that does not fit held is told to its sender, and is in no log line and in nothing that is kept in clear.

use iso18626::{Edition, Message};
use persistence::{EngineKind, MemoryDisk};
use testkit::Log;

use super::{words::request, world::World};

/// Fits nowhere, and is not what an element could be called.
const MARKER: &str = "Q4711Q";

const NORTH: &str = "ISIL:XX-NORTH";
const SOUTH: &str = "ISIL:XX-SOUTH";

#[tokio::test]
async fn a_value_of_iso_18626_that_does_not_fit_is_told_and_not_kept() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let peers = [(NORTH, Edition::V1_2), (SOUTH, Edition::V1_2)];
    let world = World::on(EngineKind::Redb, MemoryDisk::new(), &peers, |_| {}).await;
    let sound = Message::Request(request(NORTH, "r-1", "2026-03-02T10:00:00Z", &[SOUTH]));
    let sound = String::from_utf8(world.peers[0].write(&sound)).unwrap();
    let name = format!("<{MARKER}>");
    for (old, new, told) in [
        ("2026-03-02T10:00:00Z", MARKER.to_owned(), true),
        ("<requestType>New", format!("<requestType>{MARKER}"), true),
        ("<header>", format!("<header>{name}"), false),
        ("<header>", format!("<header></{MARKER}>"), false),
        ("<header>", format!("<header>&{MARKER};"), false),
    ] {
        let broken = sound.replacen(old, &new, 1);
        assert_ne!(broken, sound, "{old}");
        let answer = world.post(broken.into_bytes()).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(text.contains(MARKER), told, "{new}: {text}");
    }
    // Taken all the same, and stored as a step of its request.
    let forgiven = sound.replacen("<header>", &format!("<header>{name}</{MARKER}>"), 1);
    let forgiven = forgiven.replacen("version=\"1.2\"", &format!("version=\"1.2 {MARKER}\""), 1);
    assert!(forgiven.contains("version=\"1.2 Q"), "{forgiven}");
    let answer = world.post(forgiven.into_bytes()).await;
    assert!(String::from_utf8_lossy(&answer.body).contains("<messageStatus>OK<"));
    world.until("r-1", |detail| detail.queue.is_empty()).await;

    let text = log.text();
    assert!(text.contains("not a valid date and time") && !text.contains(MARKER), "{text}");
    assert!(world.files_hold("not a valid date and time") && !world.files_hold(MARKER));
}
