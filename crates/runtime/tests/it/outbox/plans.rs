//! Trying again: pauses, the end of the plan, the operator's resend, what the peer asks for.

use std::{num::NonZeroU32, time::Duration};

use jiff::SignedDuration;
use loan_model::MayHaveArrived;
use persistence::Standing;
use runtime::outbox::{Breaker, CircuitState, Outcome, Rate, RetryPlan, Route};
use testkit::{FakePeer, Play, confirmed, http, until};

use super::{Bench, connection, outcomes};

fn boom() -> Play {
    Play::Answer(http("500 Internal Server Error", &[], "boom"))
}

fn ok() -> Play {
    Play::Answer(confirmed("200 OK", "OK", None))
}

const PLAN: RetryPlan = RetryPlan {
    first: SignedDuration::from_secs(10),
    factor: 2,
    longest: SignedDuration::from_secs(1000),
    attempts: 3,
    unusable: 3,
    give_up_after: SignedDuration::from_hours(2),
};

#[tokio::test]
async fn it_is_tried_again_when_the_pause_is_over_and_not_before() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|n| if n == 0 { boom() } else { ok() }).await;
    bench.peers.open("denver", runtime::outbox::Connection { plan: PLAN, ..connection(peer.addr) });
    let queued = bench.push(1, "denver", &["a"]).await.remove(0).queued_at;
    let head = bench.failed(1, "denver", 1).await;
    let pause = head.next_at.get() - queued.get();
    assert!((5_000..=10_000).contains(&pause), "{pause}");

    bench.clock.advance(SignedDuration::from_millis(pause - 1));
    // Another message gets through meanwhile, so the peer's task had its turn.
    bench.push(2, "denver", &["x"]).await;
    bench.recorded(1).await;
    assert_eq!(bench.lane(1, "denver").await[0].attempts, 1);
    bench.clock.advance(SignedDuration::from_millis(1));
    bench.recorded(2).await;
    assert_eq!(peer.posts().len(), 3);
}

#[tokio::test]
async fn when_the_plan_ends_the_message_is_held_until_it_is_resent() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|n| if n < 3 { boom() } else { ok() }).await;
    bench.peers.open("denver", runtime::outbox::Connection { plan: PLAN, ..connection(peer.addr) });
    bench.push(1, "denver", &["a", "b"]).await;
    for attempts in 1..3 {
        bench.failed(1, "denver", attempts).await;
        bench.step(1000);
    }
    let settled = bench.recorded(1).await;
    let Outcome::Undeliverable { why, may_have_arrived } = &settled[0].outcome else {
        panic!("{:?}", settled[0])
    };
    assert!(why.contains("3 times") && why.contains("500"), "{why}");
    assert_eq!(*may_have_arrived, MayHaveArrived::Yes);
    until("it is held", async || bench.outbox.peer("denver").is_some_and(|status| status.held == 1)).await;

    // Held is held, whatever the time.
    bench.step(100_000);
    bench.push(2, "denver", &["x"]).await;
    bench.recorded(2).await;
    let head = bench.lane(1, "denver").await.remove(0);
    assert!(matches!(head.standing, Standing::Held { .. }));
    assert_eq!(head.attempts, 3);

    let now = bench.clock_millis();
    let entry = bench.store.update_lane(head.requeued(now)).await.unwrap();
    bench.changed(&[entry]);
    bench.recorded(4).await;
    let posts = peer.posts();
    assert_eq!(posts[4], posts[0], "the resend is the same bytes");
    assert_eq!(posts[5].body, b"b");
}

#[tokio::test]
async fn a_message_that_was_never_tried_is_given_up_as_well() {
    let bench = Bench::new().await;
    let nobody = FakePeer::start(|_| Play::Silent).await.addr;
    let breaker = Breaker {
        failures: 1,
        first: SignedDuration::from_hours(24),
        longest: SignedDuration::from_hours(24),
        ..Breaker::default()
    };
    let plan = RetryPlan { attempts: 100, ..PLAN };
    bench.peers.open("denver", runtime::outbox::Connection { plan, breaker, ..connection(nobody) });
    bench.push(1, "denver", &["a"]).await;
    bench.failed(1, "denver", 1).await;
    assert!(matches!(bench.outbox.peer("denver").unwrap().circuit, CircuitState::Open { .. }));
    bench.push(2, "denver", &["b"]).await;
    until("both wait", async || bench.outbox.peer("denver").unwrap().waiting == 2).await;

    bench.step(2 * 3600);
    let settled = bench.recorded(2).await;
    for settlement in &settled {
        let Outcome::Undeliverable { may_have_arrived, .. } = settlement.outcome else {
            panic!("{settlement:?}")
        };
        assert_eq!(may_have_arrived, MayHaveArrived::No);
    }
    assert_eq!(settled.iter().map(|settlement| settlement.entry.attempts).sum::<u32>(), 1);
}

#[tokio::test]
async fn without_a_way_to_the_peer_a_message_is_undeliverable_at_once() {
    let bench = Bench::new().await;
    bench.push(1, "denver", &["a"]).await;
    let settled = bench.recorded(1).await;
    let why = "it is not in the registry".to_owned();
    assert_eq!(settled[0].outcome, Outcome::Undeliverable { why, may_have_arrived: MayHaveArrived::No });
}

#[tokio::test]
async fn a_paused_peer_gets_its_messages_when_it_is_active_again() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|_| ok()).await;
    bench.peers.set("denver", Route::Paused);
    bench.push(1, "denver", &["a"]).await;
    until("it waits", async || bench.outbox.peer("denver").is_some_and(|status| status.waiting == 1)).await;
    bench.step(1_000_000);
    bench.peers.open("denver", connection(peer.addr));
    assert_eq!(peer.posts(), []);
    bench.outbox.peers_changed();
    assert_eq!(outcomes(&bench.recorded(1).await), [Outcome::Confirmed]);
}

#[tokio::test]
async fn a_peer_that_asks_for_rest_gets_it() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|n| match n {
        0 => Play::Answer(http("503 Service Unavailable", &["retry-after: 200"], "later")),
        _ => ok(),
    })
    .await;
    bench.peers.open("denver", runtime::outbox::Connection { plan: PLAN, ..connection(peer.addr) });
    let queued = bench.push(1, "denver", &["a"]).await.remove(0).queued_at;
    let head = bench.failed(1, "denver", 1).await;
    assert_eq!(head.next_at, queued.saturating_add(Duration::from_secs(200)));
    // Not only this message waits.
    bench.push(2, "denver", &["b"]).await;
    until("both wait", async || bench.outbox.peer("denver").unwrap().waiting == 2).await;
    bench.step(199);
    bench.push(3, "denver", &["c"]).await;
    until("all wait", async || bench.outbox.peer("denver").unwrap().waiting == 3).await;
    assert_eq!(peer.posts().len(), 1);
    bench.step(1);
    bench.recorded(3).await;
}

#[tokio::test]
async fn a_rate_is_kept() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|_| ok()).await;
    let rate = Some(Rate { per_minute: NonZeroU32::new(6).unwrap(), burst: NonZeroU32::new(2).unwrap() });
    bench.peers.open("denver", runtime::outbox::Connection { rate, ..connection(peer.addr) });
    for number in 1..=5 {
        bench.push(number, "denver", &["a"]).await;
    }
    bench.recorded(2).await;
    until("three wait", async || bench.outbox.peer("denver").unwrap().waiting == 3).await;
    assert_eq!(peer.posts().len(), 2, "the burst");
    bench.step(10);
    bench.recorded(3).await;
    until("two wait", async || bench.outbox.peer("denver").unwrap().waiting == 2).await;
    assert_eq!(peer.posts().len(), 3, "one more each ten seconds");
    bench.step(20);
    bench.recorded(5).await;
}
