//! Answers without a confirmation, by their status: what is the message's trouble, what the way's, what the peer's.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::SignedDuration;
use loan_model::PeerId;
use runtime::outbox::{Breaker, CircuitState, Connection, Outcome, RetryPlan};
use testkit::{FakePeer, Play, confirmed, http, until};

use super::{Bench, connection, outcomes};

const PLAN: RetryPlan = RetryPlan {
    first: SignedDuration::from_secs(10),
    factor: 2,
    longest: SignedDuration::from_secs(60),
    attempts: 300,
    unusable: 4,
    give_up_after: SignedDuration::from_hours(72),
};

fn ok() -> Play {
    Play::Answer(confirmed("200 OK", "OK", None))
}

fn says(status: &str) -> Play {
    Play::Answer(http(status, &["content-type: text/plain"], "no such title"))
}

/// A peer that answers what is called `bad` with a status, and takes the rest.
async fn picky(status: &'static str) -> FakePeer {
    FakePeer::start_by(move |_, post| if post.body == b"bad" { says(status) } else { ok() }).await
}

fn link(peer: &FakePeer) -> Connection {
    Connection { plan: PLAN, breaker: Breaker::default(), ..connection(peer.addr) }
}

async fn circuit(bench: &Bench) -> CircuitState {
    bench.outbox.peer("denver").map_or(CircuitState::Closed, |status| status.circuit)
}

#[tokio::test]
async fn what_one_message_alone_is_met_with_is_its_own_trouble() {
    // The status, how often it is tried while others go through, whether it counts as refused.
    for (status, tries, refused) in [
        ("400 Bad Request", 2, true),
        ("422 Unprocessable Entity", 2, true),
        ("500 Internal Server Error", 4, false),
        ("409 Conflict", 4, false),
        ("404 Not Found", 4, false),
        ("408 Request Timeout", 6, false),
        ("425 Too Early", 6, false),
        ("502 Bad Gateway", 6, false),
        ("503 Service Unavailable", 6, false),
        ("504 Gateway Timeout", 6, false),
    ] {
        let bench = Bench::new().await;
        let peer = picky(status).await;
        bench.peers.open("denver", link(&peer));
        bench.push(1, "denver", &["bad", "behind"]).await;
        for number in 1..tries {
            bench.failed(1, "denver", number).await;
            // Another message goes through before it is tried again.
            bench.push(100 + u64::from(number), "denver", &["good"]).await;
            bench.recorded(usize::try_from(number).unwrap()).await;
            assert_eq!(circuit(&bench).await, CircuitState::Closed, "{status}");
            bench.step(60);
        }
        let found = bench.recorded(usize::try_from(tries).unwrap()).await.pop().unwrap();
        match &found.outcome {
            Outcome::Refused(errors) => {
                assert!(refused, "{status}");
                let said = errors[0].error_value.as_deref().unwrap();
                assert_eq!(said, format!("{status}: no such title"));
            }
            Outcome::Undeliverable { why, .. } => {
                assert!(!refused && why.contains(status) && why.contains("while others go through"), "{why}");
            }
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(circuit(&bench).await, CircuitState::Closed, "{status}");
    }
}

#[tokio::test]
async fn a_message_alone_that_is_never_answered_is_set_aside() {
    let lost = |number| match number % 4 {
        0 => Play::BreakOff(Vec::new()),
        1 => Play::Answer(http("200 OK", &["content-type: text/html"], "<html>Sorry</html>")),
        2 => says("502 Bad Gateway"),
        _ => says("504 Gateway Timeout"),
    };
    let bench = Bench::new().await;
    let peer = FakePeer::start_by(move |number, post| if post.body == b"bad" { lost(number) } else { ok() });
    let peer = peer.await;
    bench.peers.open("denver", link(&peer));
    bench.push(1, "denver", &["bad", "behind"]).await;
    for number in 1..6 {
        bench.failed(1, "denver", number).await;
        bench.push(100 + u64::from(number), "denver", &["good"]).await;
        bench.recorded(usize::try_from(number).unwrap()).await;
        bench.step(60);
    }
    let found = bench.recorded(6).await.pop().unwrap();
    let Outcome::Undeliverable { why, .. } = &found.outcome else { panic!("{found:?}") };
    assert!(why.contains("while others go through"), "{why}");
    assert_eq!(circuit(&bench).await, CircuitState::Closed);
}

#[tokio::test]
async fn a_rest_that_is_asked_for_one_message_alone_is_no_rest_of_the_peer() {
    let bench = Bench::new().await;
    let peer = FakePeer::start_by(|_, post| match &post.body[..] {
        b"bad" => Play::Answer(http("503 Service Unavailable", &["retry-after: 300"], "")),
        _ => ok(),
    })
    .await;
    bench.peers.open("denver", Connection { concurrency: NonZeroU32::MIN, ..link(&peer) });
    bench.push(1, "denver", &["bad"]).await;
    bench.failed(1, "denver", 1).await;
    bench.push(2, "denver", &["good"]).await;
    bench.step(299);
    assert_eq!(bench.sink_saw(), 0, "the peer is to be believed at first");
    // The good one, then the bad one again: the peer answers others meanwhile.
    bench.step(1);
    bench.recorded(1).await;
    bench.failed(1, "denver", 2).await;
    bench.push(3, "denver", &["good"]).await;
    bench.recorded(2).await;
    assert_eq!(peer.posts().len(), 4);
}

#[tokio::test]
async fn without_others_that_go_through_a_complaint_proves_nothing() {
    let bench = Bench::new().await;
    let peer = picky("400 Bad Request").await;
    bench.peers.open("denver", link(&peer));
    bench.push(1, "denver", &["bad"]).await;
    for attempts in 1..12 {
        bench.failed(1, "denver", attempts).await;
        bench.step(60);
    }
    assert_eq!(bench.sink_saw(), 0);
    assert_eq!(circuit(&bench).await, CircuitState::Closed, "one message does not shut a peer off");
}

#[tokio::test]
async fn a_shut_door_rests_the_peer_and_is_told_once() {
    for status in
        ["401 Unauthorized", "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "302 Found"]
    {
        let bench = Bench::new().await;
        let open = Arc::new(AtomicBool::new(false));
        let is_open = Arc::clone(&open);
        let peer =
            FakePeer::start(move |_| if is_open.load(Ordering::SeqCst) { ok() } else { says(status) }).await;
        bench.peers.open("denver", Connection { concurrency: NonZeroU32::MIN, ..link(&peer) });
        for number in 1..=6 {
            bench.push(number, "denver", &["m"]).await;
        }
        until("it rests", async || matches!(circuit(&bench).await, CircuitState::Open { .. })).await;
        until("all wait", async || bench.outbox.peer("denver").unwrap().waiting == 6).await;
        assert_eq!(peer.posts().len(), 2, "{status}: two are enough");
        // Nobody's second try until the others had one.
        for probes in 3..=8 {
            bench.step(300);
            peer.got(probes).await;
            until("all wait again", async || bench.outbox.peer("denver").unwrap().waiting == 6).await;
        }
        let told = bench.store.library_incidents(None).await.unwrap();
        let told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
        assert_eq!((told.len(), peer.posts().len()), (1, 8), "{status}");
        assert_eq!((told[0].library.as_str(), told[0].slug.as_str()), ("denver", "peer.shut-out"));
        assert!(told[0].text.contains(status.split(' ').next().unwrap()), "{}", told[0].text);
        open.store(true, Ordering::SeqCst);
        bench.step(300);
        assert_eq!(outcomes(&bench.recorded(6).await), vec![Outcome::Confirmed; 6]);
        assert_eq!(bench.store.library_incidents(None).await.unwrap().len(), 0, "it is over by itself");
    }
}

#[tokio::test]
async fn a_peer_that_names_its_time_gets_it() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|number| match number {
        0 => Play::Answer(http("429 Too Many Requests", &["retry-after: 1800"], "slowly")),
        _ => ok(),
    })
    .await;
    bench.peers.open("denver", link(&peer));
    bench.push(1, "denver", &["m"]).await;
    bench.failed(1, "denver", 1).await;
    bench.step(1799);
    bench.push(2, "denver", &["m"]).await;
    until("both wait", async || bench.outbox.peer("denver").unwrap().waiting == 2).await;
    assert_eq!(peer.posts().len(), 1);
    bench.step(1);
    bench.recorded(2).await;
}

#[tokio::test]
async fn a_rest_is_no_longer_than_a_request_may_wait() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|number| match number {
        0 => Play::Answer(http("503 Service Unavailable", &["retry-after: 99999"], "")),
        _ => ok(),
    })
    .await;
    let breaker = Breaker { longest_rest: SignedDuration::from_mins(20), ..Breaker::default() };
    bench.peers.open("denver", Connection { breaker, ..link(&peer) });
    bench.push(1, "denver", &["m"]).await;
    bench.failed(1, "denver", 1).await;
    bench.step(20 * 60);
    bench.recorded(1).await;
}

#[tokio::test]
async fn the_probe_of_a_resting_peer_is_another_message_than_the_one_that_failed() {
    let bench = Bench::new().await;
    let ill = Arc::new(AtomicBool::new(true));
    let is_ill = Arc::clone(&ill);
    let peer = FakePeer::start_by(move |_, post| {
        if is_ill.load(Ordering::SeqCst) || post.body == b"bad" {
            says("500 Internal Server Error")
        } else {
            ok()
        }
    })
    .await;
    let breaker = Breaker { failures: 2, first: SignedDuration::from_mins(5), ..Breaker::default() };
    bench.peers.open("denver", Connection { breaker, ..link(&peer) });
    bench.push(1, "denver", &["bad"]).await;
    bench.failed(1, "denver", 1).await;
    bench.push(2, "denver", &["other"]).await;
    bench.failed(2, "denver", 1).await;
    bench.push(3, "denver", &["other"]).await;
    bench.failed(3, "denver", 1).await;
    assert!(matches!(circuit(&bench).await, CircuitState::Open { .. }));
    ill.store(false, Ordering::SeqCst);
    bench.step(30);
    bench.push(4, "denver", &["good"]).await;
    until("all wait", async || bench.outbox.peer("denver").unwrap().waiting == 4).await;
    bench.step(300);
    bench.recorded(3).await;
    assert_eq!(peer.posts()[3].body, b"good", "the one that has not failed");
}

#[tokio::test]
async fn what_a_peer_sends_brings_its_next_probe_forward_once() {
    let bench = Bench::new().await;
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let peer =
        FakePeer::start(
            move |_| {
                if is_well.load(Ordering::SeqCst) { ok() } else { says("503 Service Unavailable") }
            },
        )
        .await;
    let breaker = Breaker {
        failures: 1,
        first: SignedDuration::from_hours(1),
        longest: SignedDuration::from_hours(1),
        ..Breaker::default()
    };
    let plan =
        RetryPlan { first: SignedDuration::from_hours(1), longest: SignedDuration::from_hours(1), ..PLAN };
    bench.peers.open("denver", Connection { breaker, plan, ..connection(peer.addr) });
    bench.push(1, "denver", &["m"]).await;
    bench.failed(1, "denver", 1).await;
    bench.heard(&PeerId::new("denver"));
    bench.failed(1, "denver", 2).await;
    // It sends, and takes nothing: that is known now.
    bench.heard(&PeerId::new("denver"));
    bench.push(2, "denver", &["m"]).await;
    until("both wait", async || bench.outbox.peer("denver").unwrap().waiting == 2).await;
    assert_eq!(peer.posts().len(), 2);
    well.store(true, Ordering::SeqCst);
    bench.step(3600);
    bench.recorded(2).await;
}
