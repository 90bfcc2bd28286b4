//! Libraries that book a request of their own when its answer comes, as many systems do: before that they do not know it.

use std::time::Duration;

use iso18626::{Edition, Message, Status};
use jiff::SignedDuration;
use net::{Clock, RealClock};

use super::{peer::Mood, words::request, world::World};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const T: &str = "2026-03-02T10:00:00Z";

/// A gateway that sends as many messages as there are, so long after an answer.
async fn world(pause: &str) -> World {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2)]).await;
    world.peers[0].set_mood(Mood::Booking);
    let file = world.registry(Some(1));
    let settings = format!("connection.rate = \"5000/s\"\nconnection.booking_pause = \"{pause}\"\n");
    let file = file.replace("connection.retry.first", &format!("{settings}connection.retry.first"));
    world.apply(file).await;
    world
}

#[tokio::test]
async fn who_books_when_the_answer_comes_hears_nothing_before() {
    const EACH: usize = 25;
    // Longer than the machine of a test may need for the moment that they take.
    let world = world("3s").await;
    let asking = |lane: usize| {
        let world = &world;
        async move {
            for number in 0..EACH {
                let id = format!("late-{lane}-{number}");
                world.say(0, &Message::Request(request(A, &id, T, &[B]))).await;
                // The answer is there; writing it down takes a moment.
                RealClock.sleep(Duration::from_millis(10)).await;
                world.peers[0].book(&id);
            }
        }
    };
    let (a, b, c, d) = (asking(0), asking(1), asking(2), asking(3));
    let (e, f, g, h) = (asking(4), asking(5), asking(6), asking(7));
    tokio::join!(a, b, c, d, e, f, g, h);
    for _ in 0..8 * EACH {
        assert_eq!(world.peers[0].next_report().await.status_info.status, Status::ExpectToSupply);
    }
    assert_eq!(world.peers[0].unknown(), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_about_a_request_that_is_not_booked_yet_is_sent_again() {
    let world = world("1ms").await;
    world.say(0, &Message::Request(request(A, "later-1", T, &[B]))).await;
    testkit::until("it was refused", async || !world.peers[0].unknown().is_empty()).await;
    world.peers[0].book("later-1");
    assert_eq!(world.peers[0].next_report().await.status_info.status, Status::ExpectToSupply);
    let detail = world.until("later-1", |detail| detail.queue.is_empty()).await;
    assert!(detail.line.incidents.is_empty(), "{:?}", detail.line.incidents);
}

#[tokio::test]
async fn what_was_refused_to_the_last_can_be_sent_again() {
    let world = world("1ms").await;
    world.say(0, &Message::Request(request(A, "never-1", T, &[B]))).await;
    for tries in 1..4 {
        testkit::until("it was refused", async || world.peers[0].unknown().len() == tries).await;
        testkit::until("it waits for its next attempt", async || {
            let detail = world.detail("never-1").await;
            detail.queue.iter().any(|it| it.peer == "north" && it.last_error.is_some())
        })
        .await;
        world.clock.advance(SignedDuration::from_secs(10));
    }
    let refused = world.until("never-1", |detail| !detail.line.incidents.is_empty()).await;
    assert_eq!(refused.line.incidents[0].slug, "requester.refused");
    assert_eq!(world.peers[0].unknown().len(), 4, "as often as an answer that settles nothing");
    let message = refused
        .timeline
        .iter()
        .flat_map(|step| &step.messages)
        .find(|it| it.peer.as_deref() == Some("north") && it.direction == api::model::Direction::Out);
    let message = message.unwrap().id.clone();
    world.peers[0].book("never-1");
    let because = serde_json::json!({ "reason": "they have booked it now", "by": "staff" });
    let path = format!("queue/{message}/resend?request={}", refused.line.id);
    let answer = world.ask(&path, &because).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(world.peers[0].next_report().await.status_info.status, Status::ExpectToSupply);
    world.until("never-1", |detail| detail.queue.is_empty()).await;
}
