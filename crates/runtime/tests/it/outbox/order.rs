//! Lanes: only the head is sent, in the order decided, and what changes a lane is seen.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use persistence::{Commit, LaneOp, MemoryDisk, Record, Standing};
use runtime::outbox::{Connection, Outcome, Route};
use testkit::{FakePeer, Play, Post, confirmed, until};
use tokio::sync::watch;

use super::{Bench, Table, connection, outcomes, patient, request};

fn bodies(posts: &[Post]) -> Vec<String> {
    posts.iter().map(|post| String::from_utf8(post.body.clone()).unwrap()).collect()
}

fn ok() -> Vec<u8> {
    confirmed("200 OK", "OK", None)
}

#[tokio::test]
async fn the_next_message_waits_for_the_head() {
    let bench = Bench::new().await;
    let (open, gate) = watch::channel(false);
    let peer = FakePeer::start(move |n| match n {
        0 => Play::Gated(gate.clone(), ok()),
        1 => Play::Answer(confirmed("200 OK", "ERROR", Some("no"))),
        _ => Play::Answer(ok()),
    })
    .await;
    bench.peers.open("denver", patient(peer.addr, 20));
    bench.push(1, "denver", &["a", "b"]).await;
    peer.got(1).await;
    bench.push(1, "denver", &["c"]).await;
    // Another lane of the same peer does not wait.
    bench.push(2, "denver", &["x"]).await;
    assert!(matches!(bench.recorded(1).await[0].outcome, Outcome::Refused(_)));
    assert_eq!(bodies(&peer.posts()), ["a", "x"]);

    open.send(true).unwrap();
    bench.recorded(4).await;
    assert_eq!(bodies(&peer.posts()), ["a", "x", "b", "c"]);
}

#[tokio::test]
async fn a_refused_head_makes_way() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|n| match n {
        0 => Play::Answer(confirmed("200 OK", "ERROR", Some("no"))),
        _ => Play::Answer(ok()),
    })
    .await;
    bench.peers.open("denver", connection(peer.addr));
    bench.push(1, "denver", &["a", "b"]).await;
    let settled = bench.recorded(2).await;
    assert!(matches!(settled[0].outcome, Outcome::Refused(_)));
    assert_eq!(settled[1].outcome, Outcome::Confirmed);
    assert_eq!(bodies(&peer.posts()), ["a", "b"]);
}

#[tokio::test]
async fn a_dropped_head_makes_way_and_is_not_sent() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|_| Play::Answer(ok())).await;
    bench.peers.set("denver", Route::Paused);
    let entries = bench.push(1, "denver", &["a", "b"]).await;
    until("it waits", async || bench.outbox.peer("denver").is_some_and(|status| status.waiting == 1)).await;
    assert_eq!(peer.posts(), [], "a paused peer gets nothing");

    let version = bench.store.request(request(1)).await.unwrap().unwrap().version;
    let mut commit = Commit::new(request(1), version, Record::default(), b"{}".to_vec());
    commit.lanes.push(LaneOp::Remove(entries[0].clone()));
    bench.store.commit(commit).await.unwrap();
    // Nobody told the outbox: it finds out before it writes a byte to the peer.
    bench.peers.open("denver", connection(peer.addr));
    bench.outbox.peers_changed();
    assert_eq!(outcomes(&bench.recorded(1).await), [Outcome::Confirmed]);
    assert_eq!(bodies(&peer.posts()), ["b"]);
}

#[tokio::test]
async fn what_waits_in_the_store_is_taken_up_at_the_start() {
    let disk = MemoryDisk::new();
    let peers = Arc::new(Table::default());
    peers.set("denver", Route::Paused);
    peers.set("boulder", Route::Paused);
    let bench = Bench::over(&disk, Arc::clone(&peers)).await;
    bench.push(1, "denver", &["a", "b"]).await;
    bench.push(2, "boulder", &["c"]).await;
    bench.outbox.drain(Duration::from_secs(5)).await;
    drop(bench);

    let peer = FakePeer::start(|_| Play::Answer(ok())).await;
    peers.open("denver", connection(peer.addr));
    peers.open("boulder", connection(peer.addr));
    let bench = Bench::over(&disk, peers).await;
    bench.recorded(3).await;
    let mut sent = bodies(&peer.posts());
    assert!(sent.iter().position(|body| body == "a") < sent.iter().position(|body| body == "b"));
    sent.sort();
    assert_eq!(sent, ["a", "b", "c"]);
}

#[tokio::test]
async fn an_outcome_is_committed_however_often_it_takes_and_sent_once() {
    let bench = Bench::new().await;
    *bench.sink.refusals.lock().unwrap() = 2;
    let peer = FakePeer::start(|_| Play::Answer(ok())).await;
    bench.peers.open("denver", connection(peer.addr));
    bench.push(1, "denver", &["a", "b"]).await;
    assert_eq!(outcomes(&bench.recorded(2).await), [Outcome::Confirmed, Outcome::Confirmed]);
    assert_eq!(bodies(&peer.posts()), ["a", "b"]);
}

#[tokio::test]
async fn a_request_that_cannot_take_an_outcome_holds_its_own_lane_and_no_other() {
    let bench = Bench::new().await;
    *bench.sink.refusals.lock().unwrap() = 5;
    let peer = FakePeer::start(|_| Play::Answer(ok())).await;
    bench.peers.open("denver", Connection { concurrency: NonZeroU32::MIN, ..connection(peer.addr) });
    bench.push(1, "denver", &["a", "b"]).await;
    peer.got(1).await;
    bench.push(2, "denver", &["x"]).await;
    let settled = bench.recorded(1).await;
    assert_eq!(settled[0].entry.lane.request, request(2), "the other request goes on");
    let lane = bench.lane(1, "denver").await;
    assert!(matches!(&lane[0].standing, Standing::Held { incident } if incident == "delivery.unsettled"));
    assert_eq!(
        bodies(&peer.posts()),
        ["a", "x"],
        "what the peer has taken is not sent again, nor what follows it"
    );
}

#[tokio::test]
async fn draining_lets_attempts_end_and_starts_none() {
    let bench = Bench::new().await;
    let (open, gate) = watch::channel(false);
    let peer = FakePeer::start(move |_| Play::Gated(gate.clone(), ok())).await;
    bench.peers.open("denver", patient(peer.addr, 20));
    bench.push(1, "denver", &["a", "b"]).await;
    peer.got(1).await;
    let outbox = bench.outbox.clone();
    let drained = tokio::spawn(async move { outbox.drain(Duration::from_secs(10)).await });
    until("it drains", async || bench.outbox.status().is_empty()).await;
    bench.push(2, "denver", &["c"]).await;
    assert_eq!(bench.outbox.peer("denver"), None, "no task is started for it");
    open.send(true).unwrap();
    assert_eq!(drained.await.unwrap(), 0);
    assert_eq!(outcomes(&bench.recorded(1).await), [Outcome::Confirmed]);
    assert_eq!(bodies(&peer.posts()), ["a"]);
    assert_eq!(bench.store.lanes().await.unwrap().len(), 2, "the rest waits in the store");
}

#[tokio::test]
async fn what_draining_cuts_off_goes_out_again_as_it_was() {
    let disk = MemoryDisk::new();
    let peers = Arc::new(Table::default());
    let peer = FakePeer::start(|n| match n {
        0 => Play::Silent,
        _ => Play::Answer(confirmed("200 OK", "ERROR", Some("request already exists"))),
    })
    .await;
    peers.open("denver", patient(peer.addr, 20));
    let bench = Bench::over(&disk, Arc::clone(&peers)).await;
    bench.push(1, "denver", &["a"]).await;
    peer.got(1).await;
    assert_eq!(bench.outbox.drain(Duration::from_millis(50)).await, 1);
    drop(bench);

    let bench = Bench::over(&disk, peers).await;
    until("it waits", async || bench.outbox.peer("denver").is_some_and(|status| status.waiting == 1)).await;
    bench.step(60);
    // The interrupted attempt counts: the peer may have had it, and here it had.
    assert!(matches!(bench.recorded(1).await[0].outcome, Outcome::AlreadyThere(_)));
    let posts = peer.posts();
    assert_eq!(posts[0], posts[1]);
}
