//! A far side that goes away and comes back: nothing is lost, and what is sent again is byte for byte the same.

use std::time::Duration;

use iso18626::{Edition, Status};
use simulator::{Direction, FarSide, Library, LibraryConfig, NewRequest, Outcome, SendFailure};

use crate::support::{Pair, SOON, SUPPLIER, clock};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_waits_for_a_far_side_that_was_away() {
    let pair = Pair::start(Edition::V1_2, "will-supply, loaned").await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    conversation.wait_for_status(Status::Loaned, SOON).await.unwrap();

    let away = pair.supplier.address().port();
    let config = LibraryConfig { port: away, ..pair.supplier.config().clone() };
    pair.supplier.stop().await;
    let waiting = tokio::spawn({
        let conversation = conversation.clone();
        async move { conversation.received().await }
    });
    let failed =
        |entry: &simulator::FlowEntry| matches!(entry.outcome, Outcome::Failed(_)) && entry.attempt == 2;
    pair.requester.flow().wait_for("a second attempt", SOON, failed).await.unwrap();

    // The one that comes back has forgotten: what counts here is that it is asked again.
    let _back = Library::start(config, clock()).await.unwrap();
    let refused = waiting.await.unwrap().unwrap_err();
    assert!(matches!(refused, SendFailure::Refused { .. }), "{refused}");
    let attempts: Vec<_> = pair
        .requester
        .flow()
        .entries()
        .into_iter()
        .filter(|e| e.direction == Direction::Out && e.says == "Received")
        .collect();
    assert!(attempts.len() > 2);
    assert!(attempts.iter().all(|attempt| attempt.bytes == attempts[0].bytes));
}

#[tokio::test(flavor = "multi_thread")]
async fn patience_ends() {
    let far = FarSide::new("http://127.0.0.1:9/iso18626", SUPPLIER);
    let config =
        LibraryConfig { patience: Duration::from_millis(100), ..LibraryConfig::new("ISIL:A", "A", far) };
    let library = Library::start(config, clock()).await.unwrap();
    let failure = library.send_request(NewRequest::loan("Lichens")).await.unwrap_err();
    assert!(matches!(failure, SendFailure::Unconfirmed { attempts, .. } if attempts > 1), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn timestamps_rise_even_where_the_clock_stands_still() {
    let stopped = simulator::SimClock::new(|| "2027-03-01T08:00:00Z".parse().unwrap());
    let pair = Pair::start(Edition::V1_2, "will-supply, loaned").await;
    let config = LibraryConfig { port: 0, ..pair.requester.config().clone() };
    let requester = Library::start(config, stopped).await.unwrap();
    requester.turn_to(&FarSide::new(pair.supplier.url(), SUPPLIER)).unwrap();
    pair.supplier.turn_to(&FarSide::new(requester.url(), "ISIL:REQ")).unwrap();
    let conversation = requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    conversation.wait_for_status(Status::Loaned, SOON).await.unwrap();
    let one = conversation.received().await.unwrap().message.timestamp().clone();
    let two = conversation.shipped_return().await.unwrap().message.timestamp().clone();
    assert!(one.instant() < two.instant(), "{one} {two}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_fails_says_what_came_instead() {
    let pair = Pair::start(Edition::V1_2, "will-supply").await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    conversation.wait_for_status(Status::WillSupply, SOON).await.unwrap();
    let problem = conversation.wait_for_status(Status::Loaned, Duration::from_millis(50)).await.unwrap_err();
    assert!(problem.to_string().contains("no status Loaned within 50ms; heard: WillSupply"), "{problem}");
}
