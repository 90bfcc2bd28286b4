//! A peer's task: which of its lanes may send its head, within the peer's limit, rate and circuit. It keeps a lane's head and no more; the store
//! has the rest. Must never wait for another peer.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use errors::slug;
use jiff::{SignedDuration, Timestamp};
use net::timeout;
use persistence::{LaneEntry, LaneKey, RequestId, Standing, StoreError};
use tokio::{
    sync::{Notify, watch},
    task::{Id, JoinError, JoinHandle, JoinSet},
};

use super::{
    Connection, Haste, PeerStatus, Route, Shared,
    attempt::{self, Head, Report},
    circuit::{Change, Circuit},
    plan::later,
    rate::Bucket,
};
use crate::stored_time::timestamp;

/// How many messages are given up at once for a peer without a connection.
const MAX_IN_FLIGHT_WITHOUT_ROUTE: usize = 4;

/// How long a lane rests that would otherwise come round at once, by a bug of ours.
const REST_AFTER_BUG: SignedDuration = SignedDuration::from_secs(30);

/// A running peer's task, from outside.
pub(super) struct PeerTask {
    inbox: Arc<Inbox>,
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<usize>,
}

/// What others tell the task. Bounded by itself: a lane is in it once, however often it is told.
struct Inbox {
    lanes: Mutex<BTreeMap<RequestId, Haste>>,
    bell: Notify,
    status: Mutex<PeerStatus>,
}

impl PeerTask {
    pub(super) fn start(shared: Arc<Shared>, peer: String) -> Self {
        let circuit = Circuit::new();
        let status = PeerStatus {
            peer: peer.clone(),
            circuit: circuit.state(),
            failures: 0,
            last_error: None,
            last_good: None,
            waiting: 0,
            held: 0,
            sending: 0,
        };
        let inbox = Arc::new(Inbox {
            lanes: Mutex::default(),
            bell: Notify::new(),
            status: Mutex::new(status.clone()),
        });
        let (stop, stopped) = watch::channel(None);
        let queue = Queue {
            shared,
            peer,
            inbox: Arc::clone(&inbox),
            path: Path::Open,
            lanes: BTreeMap::new(),
            due: BTreeSet::new(),
            heads: BTreeSet::new(),
            hurried: BTreeSet::new(),
            withdrawn: BTreeSet::new(),
            circuit,
            probe: None,
            bucket: Bucket::default(),
            attempts: JoinSet::new(),
            running: HashMap::new(),
            status,
        };
        Self { inbox, stop, task: tokio::spawn(queue.run(stopped)) }
    }

    /// A lane has changed.
    pub(super) fn look(&self, request: RequestId, haste: Haste) {
        lock(&self.inbox.lanes)
            .entry(request)
            .and_modify(|known| *known = haste.max(*known))
            .or_insert(haste);
        self.inbox.bell.notify_one();
    }

    /// The registry has changed.
    pub(super) fn changed(&self) {
        self.inbox.bell.notify_one();
    }

    pub(super) fn status(&self) -> PeerStatus {
        lock(&self.inbox.status).clone()
    }

    /// Begins to drain at once; the future tells how many attempts were cut off.
    pub(super) fn drain(self, within: Duration) -> impl Future<Output = usize> {
        self.stop.send_replace(Some(within));
        async move {
            let Self { task, stop, .. } = self;
            let cut = task.await.unwrap_or_default();
            drop(stop);
            cut
        }
    }
}

/// A peer's queue.
struct Queue {
    shared: Arc<Shared>,
    peer: String,
    inbox: Arc<Inbox>,
    path: Path,
    lanes: BTreeMap<RequestId, Lane>,
    /// Waiting lanes by when their head is to be tried.
    due: BTreeSet<(Timestamp, RequestId)>,
    /// Waiting lanes by since when their head is the head.
    heads: BTreeSet<(Timestamp, RequestId)>,
    /// Lanes whose head staff want sent now.
    hurried: BTreeSet<RequestId>,
    /// Lanes whose head nobody wants any more.
    withdrawn: BTreeSet<RequestId>,
    circuit: Circuit,
    /// The lane whose attempt decides on the half-open circuit.
    probe: Option<RequestId>,
    bucket: Bucket,
    attempts: JoinSet<(RequestId, Report)>,
    running: HashMap<Id, RequestId>,
    status: PeerStatus,
}

/// Whether the peer was paused when it was last looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    Open,
    Paused,
}

/// A lane that has something to send.
struct Lane {
    head: LaneEntry,
    since: Timestamp,
    /// How many answers in a row settled nothing.
    unusable: u32,
    state: HeadState,
}

/// Whether a lane's head may be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HeadState {
    /// From then on.
    Waiting(Timestamp),
    /// It is being sent.
    Sending,
    /// An incident holds it.
    Held,
}

impl Queue {
    async fn run(mut self, mut stopped: watch::Receiver<Option<Duration>>) -> usize {
        loop {
            let lanes = mem::take(&mut *lock(&self.inbox.lanes));
            for (request, haste) in lanes {
                if haste == Haste::Now {
                    self.hurried.insert(request);
                }
                if self.look(request).await.is_err() {
                    return self.stop_short();
                }
            }
            let wake = self.dispatch();
            self.publish();
            let clock = Arc::clone(&self.shared.seams.clock);
            let alarm = async {
                match wake {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = told_to_stop(&mut stopped) => break,
                Some(done) = self.attempts.join_next_with_id() => {
                    if self.ended(done).await.is_err() {
                        return self.stop_short();
                    }
                }
                () = self.inbox.bell.notified() => {}
                () = alarm => {}
            }
        }
        let limit = stopped.borrow().unwrap_or_default();
        let clock = Arc::clone(&self.shared.seams.clock);
        let rest = async { while self.attempts.join_next().await.is_some() {} };
        let _ = timeout(&*clock, limit, rest).await;
        let cut = self.attempts.len();
        self.attempts.shutdown().await;
        cut
    }

    /// The store has stopped, and with it everything that runs on it.
    fn stop_short(&self) -> usize {
        tracing::error!(slug = %slug!("store.stopped"), peer = self.peer, "the store has stopped: nothing more is sent");
        0
    }

    /// Reads a lane anew, unless its head is being sent: then it is read when that ends.
    async fn look(&mut self, request: RequestId) -> Result<(), StoreError> {
        let known = self.take_out(request);
        let known = match known {
            Some(Lane { state: HeadState::Sending, .. }) => {
                self.lanes.extend(known.map(|lane| (request, lane)));
                return Ok(());
            }
            Some(lane) => Some((lane.head.seq, lane.since, lane.unusable)),
            None => None,
        };
        let key = LaneKey { request, peer: self.peer.clone() };
        let Some(head) = self.shared.store.lane(key).await?.into_iter().next() else { return Ok(()) };
        // After the reading: what was read may have been committed since another look at it.
        let held = self.held(request);
        let due = timestamp(head.next_at);
        let (since, unusable) = match known {
            // An operator's requeue begins a fresh plan, in time as in attempts.
            Some((seq, since, unusable)) if seq == head.seq && (head.attempts > 0 || due <= since) => {
                (since, unusable)
            }
            _ => (self.shared.seams.clock.now(), 0),
        };
        let state = match head.standing {
            Standing::Ready => HeadState::Waiting(due.max(held)),
            Standing::Withdrawn => {
                self.withdrawn.insert(request);
                HeadState::Waiting(due)
            }
            Standing::Held { .. } => HeadState::Held,
        };
        self.put_in(request, Lane { head, since, unusable, state });
        Ok(())
    }

    /// Until when nothing goes out in a lane, since a message in it is not answered.
    fn held(&self, request: RequestId) -> Timestamp {
        let lane = LaneKey { request, peer: self.peer.clone() };
        self.shared.unanswered.until(&lane).unwrap_or(Timestamp::MIN)
    }

    fn take_out(&mut self, request: RequestId) -> Option<Lane> {
        let lane = self.lanes.remove(&request)?;
        if let HeadState::Waiting(due) = lane.state {
            self.due.remove(&(due, request));
            self.heads.remove(&(lane.since, request));
        }
        Some(lane)
    }

    fn put_in(&mut self, request: RequestId, lane: Lane) {
        if let HeadState::Waiting(due) = lane.state {
            self.due.insert((due, request));
            self.heads.insert((lane.since, request));
        }
        self.lanes.insert(request, lane);
    }

    /// Starts what may start; gives when to look again.
    fn dispatch(&mut self) -> Option<Timestamp> {
        while let Some(request) = self.withdrawn.pop_first() {
            let Some(Head { entry, .. }) = self.begin(request) else { continue };
            let shared = Arc::clone(&self.shared);
            let input = attempt::input(&entry);
            self.spawn(request, input.run(async move { attempt::withdraw(&shared, entry).await }));
        }
        match self.shared.router.route(&self.peer) {
            Route::Open(connection) => {
                if mem::replace(&mut self.path, Path::Open) == Path::Paused {
                    self.restart_plans();
                }
                self.dispatch_over(&connection)
            }
            Route::Paused => {
                self.path = Path::Paused;
                None
            }
            Route::None(why) => {
                while self.attempts.len() < MAX_IN_FLIGHT_WITHOUT_ROUTE {
                    let &(due, request) = self.due.first()?;
                    if due > self.shared.seams.clock.now() {
                        return Some(due);
                    }
                    let Some(Head { entry, .. }) = self.begin(request) else { continue };
                    let (shared, why) = (Arc::clone(&self.shared), why.clone());
                    let input = attempt::input(&entry);
                    self.spawn(
                        request,
                        input.run(async move { attempt::undeliverable(&shared, entry, why).await }),
                    );
                }
                None
            }
        }
    }

    fn dispatch_over(&mut self, connection: &Arc<Connection>) -> Option<Timestamp> {
        let most = connection.concurrency.get() as usize;
        while self.attempts.len() < most {
            let now = self.shared.seams.clock.now();
            let ends = self
                .heads
                .first()
                .map(|&(since, request)| (later(since, connection.plan.give_up_after), request));
            if let Some((end, request)) = ends
                && end <= now
                && let Some(Head { entry, .. }) = self.begin(request)
            {
                let shared = Arc::clone(&self.shared);
                let input = attempt::input(&entry);
                self.spawn(request, input.run(async move { attempt::give_up(&shared, entry).await }));
                continue;
            }
            let &(due, first) = self.due.first()?;
            let end = ends.map_or(Timestamp::MAX, |(end, _)| end);
            let (request, ready) = match (self.hurried_head(now), self.circuit.ready_at()) {
                (Some(hurried), _) => (hurried, now),
                (None, Some(closed)) => (first, due.max(closed)),
                (None, None) => return Some(end),
            };
            let ready = ready.max(self.bucket.ready_at(connection.rate));
            if ready > now {
                return Some(ready.min(end));
            }
            let Some(head) = self.begin(request) else { continue };
            self.circuit.starting();
            if self.circuit.ready_at().is_none() && self.probe.is_none() {
                self.probe = Some(request);
            }
            self.bucket.take(connection.rate, now);
            let (shared, connection) = (Arc::clone(&self.shared), Arc::clone(connection));
            let input = attempt::input(&head.entry);
            let sending = async move { attempt::send(&shared, &connection, head).await };
            self.spawn(request, input.run(sending));
        }
        None
    }

    /// A lane whose head staff want sent now, if it may be sent.
    fn hurried_head(&mut self, now: Timestamp) -> Option<RequestId> {
        let lanes = &self.lanes;
        self.hurried.retain(|request| {
            lanes.get(request).is_some_and(|lane| matches!(lane.state, HeadState::Waiting(due) if due <= now))
        });
        self.hurried.first().copied()
    }

    /// The time while the peer was paused counts for no plan.
    fn restart_plans(&mut self) {
        let now = self.shared.seams.clock.now();
        for (_, request) in mem::take(&mut self.heads) {
            if let Some(lane) = self.lanes.get_mut(&request) {
                lane.since = now;
                self.heads.insert((now, request));
            }
        }
    }

    /// A lane's head is taken to be sent.
    fn begin(&mut self, request: RequestId) -> Option<Head> {
        let mut lane = self.take_out(request)?;
        lane.state = HeadState::Sending;
        self.hurried.remove(&request);
        let head = Head { entry: lane.head.clone(), since: lane.since, unusable: lane.unusable };
        self.lanes.insert(request, lane);
        Some(head)
    }

    fn spawn(&mut self, request: RequestId, attempt: impl Future<Output = Report> + Send + 'static) {
        let handle = self.attempts.spawn(async move { (request, attempt.await) });
        self.running.insert(handle.id(), request);
    }

    /// An attempt has ended: the circuit learns of it, and the lane is read again.
    async fn ended(&mut self, done: Result<(Id, (RequestId, Report)), JoinError>) -> Result<(), StoreError> {
        let (id, report) = match done {
            Ok((id, (_, report))) => (id, Some(report)),
            Err(why) => {
                tracing::error!(slug = %slug!("gateway.fault"), peer = self.peer, %why, "sending a message ended by a bug");
                (why.id(), None)
            }
        };
        let Some(request) = self.running.remove(&id) else { return Ok(()) };
        let was_probe = self.probe == Some(request);
        if was_probe {
            self.probe = None;
        }
        let now = self.shared.seams.clock.now();
        let recorded = matches!(report, Some(Report::Answered | Report::Undeliverable) | None);
        match report {
            Some(Report::Answered) => {
                self.status.last_error = None;
                self.answered(now);
            }
            Some(Report::Unusable { why }) => {
                self.status.last_error = Some(why);
                self.answered(now);
                if let Some(lane) = self.lanes.get_mut(&request) {
                    lane.unusable = lane.unusable.saturating_add(1);
                }
            }
            Some(Report::Failed { why, rest }) => self.failed(now, why, rest),
            Some(Report::Untried | Report::Undeliverable) | None => {
                if was_probe {
                    self.circuit.untried(now);
                }
            }
            Some(Report::Stopped) => {
                return Err(StoreError::Stopped { reason: "told by an attempt".to_owned() });
            }
        }
        // It is no longer being sent; what it is now, the store tells.
        let seq = self.lanes.get_mut(&request).map(|lane| {
            lane.state = HeadState::Held;
            lane.head.seq
        });
        self.look(request).await?;
        if recorded
            && let Some(lane) = self.lanes.get(&request)
            && Some(lane.head.seq) == seq
        {
            self.rest(request, later(now, REST_AFTER_BUG));
        }
        Ok(())
    }

    /// A head whose outcome was recorded, or whose attempt panicked, is still there and may be sent: it must not come round at once.
    fn rest(&mut self, request: RequestId, until: Timestamp) {
        let Some(mut lane) = self.take_out(request) else { return };
        if let HeadState::Waiting(due) = lane.state {
            tracing::error!(slug = %slug!("gateway.fault"), peer = self.peer, %request, message = %lane.head.message, "a message's outcome was recorded and it is still in its lane");
            lane.state = HeadState::Waiting(due.max(until));
        }
        self.put_in(request, lane);
    }

    /// The peer is well, whatever its answer is worth.
    fn answered(&mut self, now: Timestamp) {
        self.status.last_good = Some(now);
        if self.circuit.succeeded() == Change::Closed {
            self.shared.sink.answers_again(&self.peer);
            tracing::info!(peer = self.peer, "the peer answers again: its circuit is closed");
            self.hurry(now);
        }
    }

    fn failed(&mut self, now: Timestamp, why: String, rest: Option<Timestamp>) {
        self.status.last_error = Some(why);
        // Without a route there is nothing to protect any more.
        let Route::Open(connection) = self.shared.router.route(&self.peer) else { return };
        if let Some(rest) = rest {
            self.circuit.rest_until(rest.min(later(now, connection.breaker.longest)));
        }
        if self.circuit.failed(&connection.breaker, now, self.shared.seams.random.next_u128())
            == Change::Opened
        {
            self.shared.sink.rests(&self.peer);
            let failures = self.circuit.failures();
            tracing::warn!(slug = %slug!("peer.resting"), peer = self.peer, failures, "the peer does not answer: its circuit is open");
        }
    }

    /// The peer is back: what waits for its next attempt need not wait longer.
    fn hurry(&mut self, now: Timestamp) {
        for (due, request) in mem::take(&mut self.due) {
            let due = due.min(now).max(self.held(request));
            if let Some(lane) = self.lanes.get_mut(&request) {
                lane.state = HeadState::Waiting(due);
                self.due.insert((due, request));
            }
        }
    }

    fn publish(&mut self) {
        self.status.circuit = self.circuit.state();
        self.status.failures = self.circuit.failures();
        self.status.waiting = self.due.len();
        self.status.sending = self.attempts.len();
        self.status.held = self.lanes.len() - self.due.len() - self.running.len();
        lock(&self.inbox.status).clone_from(&self.status);
    }
}

async fn told_to_stop(stopped: &mut watch::Receiver<Option<Duration>>) {
    let _ = stopped.wait_for(Option::is_some).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
