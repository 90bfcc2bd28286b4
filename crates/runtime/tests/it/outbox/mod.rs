//! Delivery, with a store in memory, a clock that stands until it is stepped, and real sockets.

mod answers;
mod booking;
mod order;
mod peers;
mod plans;
mod status;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};

use hyper::HeaderMap;
use iso_endpoint::HttpTransport;
use jiff::{SignedDuration, Timestamp};
use loan_model::PeerId;
use net::{
    BoxFuture, Clock, RealClock, Seams, SteppedClock, Tls,
    http::{ClientLimits, HttpClient},
};
use persistence::{
    Body, Commit, CommitError, LaneEntry, LaneKey, LaneOp, MemoryDisk, MessageId, Record, RequestId, Store,
    SystemEntropy, UnixMillis, Version,
};
use runtime::{
    committed::{Committed, Listeners},
    outbox::{
        Breaker, Connection, DeliveryReport, Outbox, OutboxHandle, Outcome, OutcomeSink, RecordError,
        RetryPlan, Route, Router,
    },
    stored_time::unix_millis,
    unanswered::Unanswered,
};
use tokio::sync::watch;

use testkit::TIMEOUT;

/// An outbox and all it needs.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) clock: SteppedClock,
    pub(crate) outbox: OutboxHandle,
    pub(crate) peers: Arc<Table>,
    pub(crate) sink: Arc<Sink>,
    pub(crate) unanswered: Arc<Unanswered>,
    listeners: Listeners,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::over(&MemoryDisk::new(), Arc::new(Table::default())).await
    }

    /// Over what a disk holds, as after a restart.
    pub(crate) async fn over(disk: &MemoryDisk, peers: Arc<Table>) -> Self {
        let store = Store::memory(disk, Box::new(SystemEntropy)).unwrap();
        let start: Timestamp = "2026-11-24T20:00:00Z".parse().unwrap();
        let clock = SteppedClock::standing(Arc::new(RealClock), start);
        let seams = Seams { clock: Arc::new(clock.clone()), ..Seams::real() };
        let sink = Arc::new(Sink {
            store: store.clone(),
            seen: watch::Sender::default(),
            refusals: Mutex::default(),
            resting: Mutex::default(),
        });
        let (router, outcomes) = (Arc::clone(&peers), Arc::clone(&sink));
        let mut listeners = Listeners::default();
        let committed = listeners.listen();
        let unanswered = Arc::new(Unanswered::new(Arc::clone(&seams.clock)));
        let holds = Arc::clone(&unanswered);
        let outbox = Outbox::start(store.clone(), router, seams, outcomes, committed, holds).await.unwrap();
        Self { store, clock, outbox, peers, sink, unanswered, listeners }
    }

    /// Commits messages to a peer about a request, and tells the outbox.
    pub(crate) async fn push(&self, number: u64, peer: &str, bodies: &[&str]) -> Vec<LaneEntry> {
        let entries = self.commit(number, peer, bodies).await;
        self.changed(&entries);
        entries
    }

    /// Tells the outbox that these entries were pushed or changed.
    pub(crate) fn changed(&self, entries: &[LaneEntry]) {
        self.tell(entries, Vec::new());
    }

    /// Tells the outbox that staff want these entries sent now.
    pub(crate) fn hurried(&self, entries: &[LaneEntry]) {
        self.tell(entries, entries.iter().map(|entry| entry.lane.clone()).collect());
    }

    /// Tells the outbox that a peer has sent something.
    pub(crate) fn heard(&self, peer: &PeerId) {
        let heard = Some(peer.clone());
        let (lanes, hurried) = (Vec::new(), Vec::new());
        self.listeners.tell(Committed { request: request(1), version: 1, lanes, hurried, heard, due: None });
    }

    fn tell(&self, entries: &[LaneEntry], hurried: Vec<LaneKey>) {
        let request = entries[0].lane.request;
        let lanes = entries.iter().map(|entry| entry.lane.clone()).collect();
        self.listeners.tell(Committed { request, version: 1, lanes, hurried, heard: None, due: None });
    }

    /// Commits messages to a peer about a request.
    pub(crate) async fn commit(&self, number: u64, peer: &str, bodies: &[&str]) -> Vec<LaneEntry> {
        let now = unix_millis(self.clock.now());
        let request = request(number);
        let version =
            self.store.request(request).await.unwrap().map_or(Version::NEW, |stored| stored.version);
        let mut record = Record { at: now, ..Record::default() };
        let mut lanes = Vec::new();
        for (index, body) in (0u64..).zip(bodies) {
            let message = MessageId::new(now, u128::from(number * 1000 + version.number() * 100 + index));
            let content_type = "application/xml".to_owned();
            record
                .rendered_out
                .push((message, Body { content_type, plaintext: body.as_bytes().to_vec(), redacted: None }));
            lanes.push(LaneOp::Push {
                peer: peer.to_owned(),
                message,
                kind: "request".to_owned(),
                next_at: now,
            });
        }
        let mut commit = Commit::new(request, version, record, b"{}".to_vec());
        commit.lanes = lanes;
        self.store.commit(commit).await.unwrap().lanes
    }

    pub(crate) async fn lane(&self, number: u64, peer: &str) -> Vec<LaneEntry> {
        self.store.lane(LaneKey { request: request(number), peer: peer.to_owned() }).await.unwrap()
    }

    /// Waits until so many outcomes were recorded.
    pub(crate) async fn recorded(&self, count: usize) -> Vec<DeliveryReport> {
        let mut seen = self.sink.seen.subscribe();
        let clock = &self.clock;
        let all = net::timeout(clock, TIMEOUT, seen.wait_for(|all| all.len() >= count)).await;
        all.unwrap_or_else(|_| panic!("{count} outcomes were not recorded")).unwrap().clone()
    }

    /// Waits until an attempt at a lane's head has failed for the n-th time.
    pub(crate) async fn failed(&self, number: u64, peer: &str, attempts: u32) -> LaneEntry {
        testkit::until("the attempt failed", async || {
            let lane = self.lane(number, peer).await;
            let sending = self.outbox.peer(peer).is_some_and(|status| status.sending > 0);
            !sending
                && lane.first().is_some_and(|head| head.attempts == attempts && head.last_error.is_some())
        })
        .await;
        self.lane(number, peer).await.remove(0)
    }

    pub(crate) fn sink_saw(&self) -> usize {
        self.sink.seen.borrow().len()
    }

    pub(crate) fn clock_millis(&self) -> UnixMillis {
        unix_millis(self.clock.now())
    }

    pub(crate) fn step(&self, secs: i64) {
        self.clock.advance(SignedDuration::from_secs(secs));
    }
}

pub(crate) fn request(number: u64) -> RequestId {
    RequestId::new(UnixMillis::new(1_790_000_000_000 + i64::try_from(number).unwrap()), u128::from(number))
}

pub(crate) fn outcomes(recorded: &[DeliveryReport]) -> Vec<Outcome> {
    recorded.iter().map(|report| report.outcome.clone()).collect()
}

/// A connection to a fake peer that waits for a short time only, so that tests are quick.
pub(crate) fn connection(addr: SocketAddr) -> Connection {
    with_headers(addr, HeaderMap::new())
}

/// A connection that sends these headers, too.
pub(crate) fn with_headers(addr: SocketAddr, headers: HeaderMap) -> Connection {
    over(addr, headers, Duration::from_millis(300), Duration::from_millis(900))
}

/// The same connection, waiting so long for an answer.
pub(crate) fn patient(addr: SocketAddr, secs: u64) -> Connection {
    over(addr, HeaderMap::new(), Duration::from_secs(secs), Duration::from_secs(secs))
}

fn over(addr: SocketAddr, headers: HeaderMap, read: Duration, total: Duration) -> Connection {
    let limits = ClientLimits {
        connect: Duration::from_secs(2),
        read,
        total,
        body_bytes: 64 << 10,
        header_bytes: 16 << 10,
    };
    let transport = HttpTransport {
        url: format!("http://{addr}/iso18626").parse().unwrap(),
        headers,
        read: iso18626::ReadOptions::default(),
        client: HttpClient::new(&Seams::real(), &Tls::system(), limits),
    };
    Connection {
        transport: Arc::new(transport),
        concurrency: NonZeroU32::new(4).unwrap(),
        rate: None,
        plan: RetryPlan::default(),
        breaker: Breaker { failures: 100, ..Breaker::default() },
    }
}

/// The registry of the tests.
#[derive(Default)]
pub(crate) struct Table(Mutex<BTreeMap<String, Route>>);

impl Table {
    pub(crate) fn set(&self, peer: &str, route: Route) {
        self.0.lock().unwrap().insert(peer.to_owned(), route);
    }

    pub(crate) fn open(&self, peer: &str, connection: Connection) {
        self.set(peer, Route::Open(Arc::new(connection)));
    }
}

impl Router for Table {
    fn route(&self, peer: &str) -> Route {
        self.0
            .lock()
            .unwrap()
            .get(peer)
            .cloned()
            .unwrap_or_else(|| Route::None("it is not in the registry".to_owned()))
    }
}

/// Commits outcomes as the gateway does: what was answered leaves its lane, what is undeliverable is held.
pub(crate) struct Sink {
    store: Store,
    seen: watch::Sender<Vec<DeliveryReport>>,
    /// How often a commit is refused first.
    pub(crate) refusals: Mutex<u32>,
    /// Who does not answer, as it was told.
    pub(crate) resting: Mutex<BTreeSet<String>>,
}

impl OutcomeSink for Sink {
    fn rests(&self, peer: &str) {
        self.resting.lock().unwrap().insert(peer.to_owned());
    }

    fn answers_again(&self, peer: &str) {
        self.resting.lock().unwrap().remove(peer);
    }

    fn record_outcome(&self, report: DeliveryReport) -> BoxFuture<'_, Result<(), RecordError>> {
        Box::pin(async move {
            {
                let mut refusals = self.refusals.lock().unwrap();
                if *refusals > 0 {
                    *refusals -= 1;
                    return Err(RecordError("not now".to_owned()));
                }
            }
            let op = match report.outcome {
                Outcome::Undeliverable { .. } => LaneOp::Update(report.entry.clone().held("inc")),
                _ => LaneOp::Remove(report.entry.clone()),
            };
            loop {
                let request = report.entry.lane.request;
                let version = self.store.request(request).await.unwrap().unwrap().version;
                let mut commit = Commit::new(request, version, Record::default(), b"{}".to_vec());
                commit.lanes = vec![op.clone()];
                match self.store.commit(commit).await {
                    Ok(_) => break,
                    Err(CommitError::Conflict(_)) => {
                        let lane = self.store.lane(report.entry.lane.clone()).await.unwrap();
                        assert!(lane.contains(&report.entry), "the entry changed while it was being sent");
                    }
                    Err(why) => return Err(RecordError(why.to_string())),
                }
            }
            self.seen.send_modify(|seen| seen.push(report));
            Ok(())
        })
    }
}
