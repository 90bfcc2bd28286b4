//! Durable timers, with a store in memory and a stepped clock.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use net::{BoxFuture, Clock, RealClock, SteppedClock, timeout};
use persistence::{Commit, MemoryDisk, Record, Store, SystemEntropy, Timer, TimerOp, UnixMillis, Version};
use runtime::{
    committed::{Committed, Listeners},
    stored_time::unix_millis,
    timers::{Fire, FireError, Timers, TimersHandle},
};
use testkit::{TIMEOUT, until};
use tokio::sync::watch;

use crate::outbox::request;

struct Bench {
    store: Store,
    clock: SteppedClock,
    log: Arc<Log>,
    timers: TimersHandle,
    listeners: Listeners,
}

/// Clears each timer that fires, but for those that are to fail so often, or to hang.
struct Log {
    store: Store,
    fired: watch::Sender<Vec<String>>,
    failures: Mutex<BTreeMap<String, u32>>,
}

impl Fire for Log {
    fn fire(&self, timer: Timer) -> BoxFuture<'_, Result<(), FireError>> {
        Box::pin(async move {
            self.fired.send_modify(|fired| fired.push(timer.name.clone()));
            if timer.name == "hangs" {
                std::future::pending::<()>().await;
            }
            let fails = match self.failures.lock().unwrap().get_mut(&timer.name) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => false,
            };
            if fails {
                assert_ne!(timer.name, "panics");
                return Err(FireError("not now".to_owned()));
            }
            if timer.name != "stays" {
                change(&self.store, timer.request, TimerOp::Clear { name: timer.name }).await;
            }
            Ok(())
        })
    }
}

async fn change(store: &Store, request: persistence::RequestId, op: TimerOp) {
    let version = store.request(request).await.unwrap().map_or(Version::NEW, |stored| stored.version);
    let mut commit = Commit::new(request, version, Record::default(), b"{}".to_vec());
    commit.timers.push(op);
    store.commit(commit).await.unwrap();
}

impl Bench {
    async fn new(set: &[(u64, &str, i64)], failures: &[(&str, u32)]) -> Self {
        let store = Store::memory(&MemoryDisk::new(), Box::new(SystemEntropy)).unwrap();
        let start: Timestamp = "2026-11-24T20:00:00Z".parse().unwrap();
        let clock = SteppedClock::standing(Arc::new(RealClock), start);
        for &(number, name, secs) in set {
            let due = unix_millis(start + SignedDuration::from_secs(secs));
            change(&store, request(number), TimerOp::Set { name: name.to_owned(), due }).await;
        }
        let failures = failures.iter().map(|&(name, times)| (name.to_owned(), times)).collect();
        let log = Arc::new(Log {
            store: store.clone(),
            fired: watch::Sender::default(),
            failures: Mutex::new(failures),
        });
        let fire: Arc<dyn Fire> = Arc::clone(&log) as _;
        let mut listeners = Listeners::default();
        let timers = Timers::start(store.clone(), Arc::new(clock.clone()), fire, listeners.listen());
        Self { store, clock, log, timers, listeners }
    }

    async fn set(&self, number: u64, name: &str, secs: i64) {
        let due = unix_millis(self.clock.now() + SignedDuration::from_secs(secs));
        change(&self.store, request(number), TimerOp::Set { name: name.to_owned(), due }).await;
        let request = request(number);
        self.listeners.tell(Committed {
            request,
            version: 1,
            lanes: Vec::new(),
            hurried: Vec::new(),
            heard: None,
            due: Some(due),
        });
    }

    async fn fired(&self, count: usize) -> Vec<String> {
        let mut fired = self.log.fired.subscribe();
        let all = timeout(&self.clock, TIMEOUT, fired.wait_for(|fired| fired.len() >= count)).await;
        all.unwrap_or_else(|_| panic!("{count} timers were not fired")).unwrap().clone()
    }

    fn step(&self, secs: i64) {
        self.clock.advance(SignedDuration::from_secs(secs));
    }
}

#[tokio::test]
async fn timers_fire_at_their_date_those_from_before_the_start_too() {
    let bench = Bench::new(&[(1, "past", -5), (2, "later", 100), (3, "soon", 10)], &[]).await;
    assert_eq!(bench.fired(1).await, ["past"]);
    bench.step(10);
    assert_eq!(bench.fired(2).await[1..], ["soon"]);
    bench.step(89);
    bench.set(4, "now", 0).await;
    assert_eq!(bench.fired(3).await[2..], ["now"]);
    bench.step(1);
    assert_eq!(bench.fired(4).await[3..], ["later"]);
    until("none is left", async || bench.store.next_timer().await.unwrap().is_none()).await;
}

#[tokio::test]
async fn an_earlier_timer_wakes_it() {
    let bench = Bench::new(&[(1, "later", 1000)], &[]).await;
    bench.set(2, "earlier", 5).await;
    bench.step(5);
    assert_eq!(bench.fired(1).await, ["earlier"]);
}

#[tokio::test]
async fn a_moved_timer_fires_at_its_new_date_only() {
    let bench = Bench::new(&[(1, "answer", 10)], &[]).await;
    bench.set(1, "answer", 50).await;
    bench.step(10);
    bench.set(2, "now", 0).await;
    assert_eq!(bench.fired(1).await, ["now"]);
    bench.step(40);
    assert_eq!(bench.fired(2).await, ["now", "answer"]);
}

#[tokio::test]
async fn a_timer_that_cannot_be_fired_is_fired_again() {
    let bench = Bench::new(&[(1, "fails", 0), (2, "panics", 0)], &[("fails", 3), ("panics", 1)]).await;
    let count = |fired: &[String], name: &str| fired.iter().filter(|fired| *fired == name).count();
    for round in 1..=4 {
        until("it was fired", async || count(&bench.log.fired.borrow(), "fails") >= round).await;
        bench.step(60);
    }
    until("none is left", async || bench.store.next_timer().await.unwrap().is_none()).await;
    let fired = bench.log.fired.borrow().clone();
    assert_eq!((count(&fired, "fails"), count(&fired, "panics")), (4, 2));
}

#[tokio::test]
async fn failing_and_hanging_timers_do_not_hide_others() {
    let mut set: Vec<(u64, &str, i64)> = (0..100).map(|number| (number, "fails", -10)).collect();
    set.extend([(200, "hangs", -10), (201, "stays", -10), (202, "good", -1)]);
    let bench = Bench::new(&set, &[("fails", u32::MAX)]).await;
    until("the good one was fired", async || bench.log.fired.borrow().iter().any(|name| name == "good"))
        .await;
    bench.set(203, "good too", 0).await;
    until("and the next", async || bench.log.fired.borrow().iter().any(|name| name == "good too")).await;
    // One that was fired and is still set does not come round at once.
    assert_eq!(bench.log.fired.borrow().iter().filter(|name| *name == "stays").count(), 1);
    bench.timers.drain(Duration::from_millis(20)).await;
    assert_eq!(bench.store.timers_due(UnixMillis::MAX, 1000).await.unwrap().len(), 102, "none was lost");
}

#[tokio::test]
async fn after_draining_none_is_fired() {
    let bench = Bench::new(&[(1, "later", 10)], &[]).await;
    bench.timers.drain(TIMEOUT).await;
    bench.step(10);
    assert_eq!(*bench.log.fired.borrow(), [] as [String; 0]);
    assert_eq!(bench.store.next_timer().await.unwrap().unwrap().name, "later");
}
