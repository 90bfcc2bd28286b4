//! Restarts, a full disk, a failed write.

use std::sync::Arc;

use gateway::GatewayConfig;
use iso18626::{Edition, Message, ReasonForMessage, Status};
use net::{BoxFuture, RealClock, timeout};
use persistence::{EngineKind, Fault, MemoryDisk, StoreError};
use runtime::gate::FreeSpace;

use super::{
    peer::{Mood, TIMEOUT},
    words::{report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const T: &str = "2026-03-02T10:00:00Z";

#[tokio::test]
async fn a_restart_in_mid_relay_takes_up_what_waits() {
    let mut world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2)]).await;
    world.peers[1].set_mood(Mood::Failing);
    let message = Message::Request(request(A, "x-1", T, &[B]));
    let first = world.say(0, &message).await;
    world.until("x-1", |detail| detail.queue.iter().any(|line| line.attempts > 0)).await;
    world.stop().await;
    world.disk.crash();
    world.peers[1].set_mood(Mood::Taking);
    world.start().await;
    assert_eq!(world.say(0, &message).await.body, first.body, "the same confirmation after the restart");
    world.clock.advance(jiff::SignedDuration::from_hours(1));
    let asked = world.peers[1].next_request().await;
    let says = report(B, &asked, T, ReasonForMessage::RequestResponse, Status::WillSupply);
    world.say(1, &Message::SupplyingAgencyMessage(says)).await;
    let detail = world.until("x-1", |detail| detail.queue.is_empty()).await;
    assert_eq!(detail.line.told.as_deref(), Some("WillSupply"));
    let steps: Vec<u64> = detail.timeline.iter().map(|step| step.number).collect();
    assert_eq!(steps, (1..=detail.line.version).collect::<Vec<_>>(), "no step is missing");
}

#[tokio::test]
async fn a_failed_write_stops_the_gateway_and_nothing_is_confirmed() {
    let mut world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2)]).await;
    world.disk.fail_next(Fault::Refuse);
    let bytes = world.peers[0].write(&Message::Request(request(A, "f-1", T, &[B])));
    let answer = world.post(bytes.clone()).await;
    assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
    let reason = timeout(&RealClock, TIMEOUT, world.running().stopped()).await.unwrap();
    assert!(!reason.is_empty());
    world.stop().await;
    world.disk.crash();
    world.start().await;
    assert_eq!(world.post(bytes).await.status, 200);
    world.peers[1].next_request().await;
}

/// A disk that is always nearly full.
struct Full;

impl FreeSpace for Full {
    fn free_space(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(std::future::ready(Ok(1)))
    }
}

#[tokio::test]
async fn below_the_floor_of_free_space_messages_are_told_to_come_again() {
    let disk = MemoryDisk::new();
    let full = |config: &mut GatewayConfig| config.free_space = Some(Arc::new(Full));
    let world = World::on(EngineKind::Memory(disk.clone()), disk, &[(A, Edition::V1_2)], full).await;
    let bytes = world.peers[0].write(&Message::Request(request(A, "z-1", T, &[])));
    let answer = world.post(bytes).await;
    assert_eq!(answer.status, 503);
    assert!(answer.retry_after.is_some());
    let status: api::model::Status = world.get("status").await;
    assert_eq!(status.intake, api::model::IntakeState::NoSpace);
}
