//! One peer's trouble is its own.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::SignedDuration;
use runtime::outbox::{AtLast, Attempt, Breaker, CircuitState, Connection, Outcome, RetryPlan};
use testkit::{FakePeer, Play, confirmed, http, until};

use super::{Bench, connection, outcomes, patient};

fn ok() -> Play {
    Play::Answer(confirmed("200 OK", "OK", None))
}

#[tokio::test]
async fn dead_silent_and_flooding_peers_do_not_slow_another() {
    let bench = Bench::new().await;
    let silent = FakePeer::start(|_| Play::Silent).await;
    let dripping =
        FakePeer::start(|_| Play::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n".to_vec())).await;
    let dead = FakePeer::start(|_| Play::Silent).await.addr;
    let good = FakePeer::start(|_| ok()).await;
    for (name, addr) in
        [("silent", silent.addr), ("dripping", dripping.addr), ("dead", dead), ("good", good.addr)]
    {
        // Patient enough that a shared slot would be missed for the whole test.
        let link = patient(addr, 600);
        bench.peers.open(name, link);
    }
    for number in 0..40 {
        bench.push(number, "silent", &["a"]).await;
        bench.push(number, "dripping", &["a"]).await;
        bench.push(number, "dead", &["a"]).await;
    }
    silent.got(4).await;
    dripping.got(4).await;
    for number in 0..40 {
        bench.push(number, "good", &["a", "b"]).await;
    }
    let settled = bench.recorded(80).await;
    assert!(settled.iter().all(|it| it.entry.lane.peer == "good" && it.outcome == Outcome::Confirmed));
    assert_eq!(
        (silent.posts().len(), silent.most_at_once()),
        (4, 4),
        "a silent peer holds its own slots and no more"
    );
    let status = bench.outbox.peer("silent").unwrap();
    assert_eq!((status.sending, status.waiting), (4, 36));
    assert_eq!(bench.outbox.drain(Duration::ZERO).await, 8);
}

#[tokio::test]
async fn no_more_messages_are_under_way_to_a_peer_than_it_bears() {
    let bench = Bench::new().await;
    let (open, gate) = tokio::sync::watch::channel(false);
    let Play::Answer(answer) = ok() else { unreachable!() };
    let peer = FakePeer::start(move |_| Play::Gated(gate.clone(), answer.clone())).await;
    let narrow = Connection { concurrency: NonZeroU32::new(2).unwrap(), ..patient(peer.addr, 20) };
    bench.peers.open("denver", narrow);
    for number in 0..10 {
        bench.push(number, "denver", &["a"]).await;
    }
    peer.got(2).await;
    until("the others wait", async || {
        let status = bench.outbox.peer("denver").unwrap();
        (status.sending, status.waiting) == (2, 8)
    })
    .await;
    assert_eq!(peer.posts().len(), 2);
    open.send(true).unwrap();
    bench.recorded(10).await;
    assert_eq!(peer.most_at_once(), 2);
}

#[tokio::test]
async fn a_circuit_opens_lets_one_probe_through_and_closes() {
    let bench = Bench::new().await;
    let (peer, well) = sick_peer().await;
    let breaker = Breaker {
        failures: 3,
        first: SignedDuration::from_secs(60),
        longest: SignedDuration::from_secs(100),
        ..Breaker::default()
    };
    // So long a pause that only the circuit's closing can explain a second attempt.
    let plan = RetryPlan {
        first: SignedDuration::from_hours(2),
        longest: SignedDuration::from_hours(2),
        ..RetryPlan::default()
    };
    let link = Connection { breaker, plan, ..connection(peer.addr) };
    bench.peers.open("denver", Connection { concurrency: NonZeroU32::MIN, ..link.clone() });
    for number in 0..8 {
        bench.push(number, "denver", &["a"]).await;
    }
    let circuit = async || bench.outbox.peer("denver").map(|status| status.circuit);
    let is_open = async || matches!(circuit().await, Some(CircuitState::Open { .. }));
    until("it opens", is_open).await;
    until("all wait", async || bench.outbox.peer("denver").unwrap().waiting == 8).await;
    assert_eq!(peer.posts().len(), 3, "no more than it takes to see it");
    assert!(bench.sink.resting.lock().unwrap().contains("denver"), "who makes a rota is told");

    // While it is open, nothing is sent, though most have not been tried once.
    bench.step(29);
    bench.push(9, "denver", &["a"]).await;
    until("it waits, too", async || bench.outbox.peer("denver").unwrap().waiting == 9).await;
    assert_eq!(peer.posts().len(), 3);

    // One probe, whatever the slots, which fails: open again, for longer.
    bench.peers.open("denver", link);
    bench.step(31);
    peer.got(4).await;
    until("it is open again", is_open).await;
    until("all wait again", async || bench.outbox.peer("denver").unwrap().waiting == 9).await;
    assert_eq!(peer.posts().len(), 4);

    // The next one is answered: everything goes out, without waiting for each message's own pause.
    well.store(true, Ordering::SeqCst);
    bench.step(100);
    bench.recorded(9).await;
    let status = bench.outbox.peer("denver").unwrap();
    assert_eq!((status.circuit, status.failures), (CircuitState::Closed, 0));
    assert!(status.last_good.is_some() && status.last_error.is_none());
    assert!(bench.sink.resting.lock().unwrap().is_empty(), "it answers again");
}

#[tokio::test]
async fn a_changed_address_is_used_from_the_next_attempt_on() {
    let bench = Bench::new().await;
    let old = FakePeer::start(|_| Play::Answer(http("410 Gone", &[], ""))).await;
    let new = FakePeer::start(|_| ok()).await;
    bench.peers.open("denver", connection(old.addr));
    bench.push(1, "denver", &["a"]).await;
    bench.failed(1, "denver", 1).await;
    bench.peers.open("denver", connection(new.addr));
    bench.outbox.peers_changed();
    bench.step(60);
    bench.recorded(1).await;
    assert_eq!((old.posts().len(), new.posts().len()), (1, 1));
    assert_eq!(old.posts()[0].body, new.posts()[0].body);
}

/// Answers what is called `bad` with nothing that could be used, and takes the rest.
#[derive(Debug, Default)]
struct Picky(std::sync::Mutex<Vec<String>>);

impl runtime::outbox::Transport for Picky {
    fn deliver(&self, delivery: runtime::outbox::Delivery) -> net::BoxFuture<'_, Attempt> {
        let body = String::from_utf8(delivery.bytes).unwrap();
        self.0.lock().unwrap().push(body.clone());
        Box::pin(async move {
            match body.as_str() {
                "bad" => Attempt::Unusable {
                    why: "It works!".to_owned(),
                    exchange: None,
                    at_last: AtLast::Undeliverable,
                },
                _ => Attempt::Answered { outcome: Outcome::Confirmed, exchange: None },
            }
        })
    }
}

#[tokio::test]
async fn an_answer_that_settles_nothing_harms_its_own_message_alone() {
    let bench = Bench::new().await;
    let picky = Arc::new(Picky::default());
    let breaker = Breaker { failures: 1, ..Breaker::default() };
    let plan = RetryPlan { unusable: 3, ..RetryPlan::default() };
    let peer = FakePeer::start(|_| ok()).await;
    let link = Connection { transport: picky.clone(), breaker, plan, ..connection(peer.addr) };
    bench.peers.open("denver", link);
    bench.push(1, "denver", &["bad", "behind"]).await;
    bench.push(2, "denver", &["good"]).await;
    let settled = bench.recorded(1).await;
    assert_eq!(outcomes(&settled), [Outcome::Confirmed], "another request goes on");
    for attempts in 1..3 {
        bench.failed(1, "denver", attempts).await;
        assert_eq!(bench.outbox.peer("denver").unwrap().circuit, CircuitState::Closed);
        bench.step(900);
    }
    let settled = bench.recorded(2).await;
    let Outcome::Undeliverable { why, may_have_arrived } = &settled[1].outcome else {
        panic!("{:?}", settled[1])
    };
    assert!(why.contains("answered 3 times") && why.contains("It works!"), "{why}");
    assert_eq!(*may_have_arrived, loan_model::MayHaveArrived::Yes);
    assert_eq!(bench.outbox.peer("denver").unwrap().circuit, CircuitState::Closed);

    // Sent again by staff, it has its few tries once more.
    let now = bench.clock_millis();
    let head = bench.lane(1, "denver").await.remove(0);
    let entry = bench.store.update_lane(head.requeued(now)).await.unwrap();
    bench.hurried(&[entry]);
    bench.failed(1, "denver", 1).await;
    assert_eq!(picky.0.lock().unwrap().iter().filter(|body| *body == "bad").count(), 4);
}

#[tokio::test]
async fn what_staff_send_again_goes_past_an_open_circuit() {
    let bench = Bench::new().await;
    let (peer, well) = sick_peer().await;
    let day = SignedDuration::from_hours(24);
    let breaker = Breaker { failures: 1, first: day, longest: day, ..Breaker::default() };
    bench.peers.open("denver", Connection { breaker, ..connection(peer.addr) });
    bench.push(1, "denver", &["a"]).await;
    bench.push(2, "denver", &["b"]).await;
    let is_open =
        async || matches!(bench.outbox.peer("denver").map(|it| it.circuit), Some(CircuitState::Open { .. }));
    until("it opens", is_open).await;
    until("both wait", async || bench.outbox.peer("denver").unwrap().waiting == 2).await;
    let tried = peer.posts().len();

    let again = async || {
        let head = bench.lane(2, "denver").await.remove(0);
        let entry = bench.store.update_lane(head.requeued(bench.clock_millis())).await.unwrap();
        bench.hurried(&[entry]);
    };
    again().await;
    bench.failed(2, "denver", 1).await;
    assert_eq!(peer.posts().len(), tried + 1, "it is tried, in vain");
    until("it is open still", is_open).await;
    well.store(true, Ordering::SeqCst);
    again().await;
    bench.recorded(2).await;
    assert_eq!(bench.outbox.peer("denver").unwrap().circuit, CircuitState::Closed);
}

/// A peer that answers 502 until it is said to be well.
async fn sick_peer() -> (FakePeer, Arc<AtomicBool>) {
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let peer = FakePeer::start(move |_| {
        if is_well.load(Ordering::SeqCst) { ok() } else { Play::Answer(http("502 Bad Gateway", &[], "")) }
    });
    (peer.await, well)
}
