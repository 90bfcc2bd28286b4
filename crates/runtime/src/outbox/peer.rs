//! A peer's task: which of its lanes may send its head, within the peer's limit, rate and circuit. It keeps a lane's head and no more; the store
//! has the rest. Must never wait for another peer.

mod health;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use errors::slug;
use jiff::{SignedDuration, Timestamp};
use net::timeout;
use persistence::{LaneEntry, LaneKey, RequestId, Standing, StoreError};
use tokio::{
    sync::watch,
    task::{Id, JoinError, JoinSet},
};

use super::{
    Connection, Haste, PeerStatus, Route, Shared,
    attempt::{self, Alarm, Head, Report},
    circuit::Circuit,
    peer_task::{Inbox, lock},
    plan::later,
    rate::Bucket,
    stumbles::Stumbles,
};
use crate::stored_time::timestamp;

/// How many messages are given up at once for a peer without a connection.
const MAX_IN_FLIGHT_WITHOUT_ROUTE: usize = 4;

/// How long a lane rests that would otherwise come round at once, by a bug of ours.
const REST_AFTER_BUG: SignedDuration = SignedDuration::from_secs(30);

/// A peer's queue.
pub(super) struct Queue {
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
    /// Lanes whose head failed since the peer answered last.
    failing: BTreeSet<RequestId>,
    /// How many messages it has answered.
    answered: Arc<AtomicU64>,
    /// Whether staff know that it lets nothing in.
    alarm: Alarm,
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
    /// What the head was met with.
    stumbles: Option<Stumbles>,
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
    /// A peer's queue that nothing is in yet.
    pub(super) fn new(shared: Arc<Shared>, inbox: Arc<Inbox>, status: PeerStatus) -> Self {
        Self {
            shared,
            peer: status.peer.clone(),
            inbox,
            path: Path::Open,
            lanes: BTreeMap::new(),
            due: BTreeSet::new(),
            heads: BTreeSet::new(),
            hurried: BTreeSet::new(),
            withdrawn: BTreeSet::new(),
            circuit: Circuit::new(),
            failing: BTreeSet::new(),
            answered: Arc::default(),
            alarm: Alarm::Due,
            probe: None,
            bucket: Bucket::default(),
            attempts: JoinSet::new(),
            running: HashMap::new(),
            status,
        }
    }

    /// Sends until it is stopped. Gives how many attempts were cut off.
    pub(super) async fn run(mut self, mut stopped: watch::Receiver<Option<Duration>>) -> usize {
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
            if self.inbox.heard.swap(false, Ordering::AcqRel) {
                self.bring_probe_forward();
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
            Some(lane) => Some((lane.head.seq, lane.since, lane.unusable, lane.stumbles)),
            None => None,
        };
        let key = LaneKey { request, peer: self.peer.clone() };
        let Some(head) = self.shared.store.lane(key).await?.into_iter().next() else { return Ok(()) };
        // After the reading: what was read may have been committed since another look at it.
        let held = self.held(request);
        let due = timestamp(head.next_at);
        let (since, unusable, stumbles) = match known {
            // An operator's requeue begins a fresh plan, in time as in attempts.
            Some((seq, since, unusable, stumbles))
                if seq == head.seq && (head.attempts > 0 || due <= since) =>
            {
                (since, unusable, stumbles)
            }
            _ => (self.shared.seams.clock.now(), 0, None),
        };
        let state = match head.standing {
            Standing::Ready => HeadState::Waiting(due.max(held)),
            Standing::Withdrawn => {
                self.withdrawn.insert(request);
                HeadState::Waiting(due)
            }
            Standing::Held { .. } => HeadState::Held,
        };
        self.put_in(request, Lane { head, since, unusable, stumbles, state });
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
            let (due, first) = self.candidate(now)?;
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
        let head = Head {
            entry: lane.head.clone(),
            since: lane.since,
            unusable: lane.unusable,
            stumbles: lane.stumbles,
            answered: Arc::clone(&self.answered),
            alarm: self.alarm,
        };
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
        let recorded =
            matches!(report, Some(Report::Answered | Report::Undeliverable | Report::SetAside { .. }) | None);
        match report {
            Some(Report::Answered) => {
                self.status.last_error = None;
                self.answered(now);
                self.end_alarm().await;
            }
            Some(Report::Unusable { why }) => {
                self.status.last_error = Some(why);
                self.answered(now);
                if let Some(lane) = self.lanes.get_mut(&request) {
                    lane.unusable = lane.unusable.saturating_add(1);
                }
            }
            Some(Report::Failed { why, rest, blames, stumbles, alarm }) => {
                if let Some(lane) = self.lanes.get_mut(&request) {
                    lane.stumbles = stumbles;
                }
                self.alarm = alarm;
                self.status.failures = self.status.failures.saturating_add(1);
                self.status.last_error = Some(why);
                // Where others go through, it is this message that waits so long, and not the peer's others.
                if let Some(rest) = rest.filter(|_| !stumbles.is_some_and(Stumbles::alone)) {
                    self.circuit.rest_until(rest);
                }
                self.failed(now, request, &blames, stumbles);
            }
            Some(Report::SetAside { why }) => {
                self.status.last_error = Some(why);
                // It tells nothing of the peer but that it is there.
                if was_probe {
                    self.circuit.untried(now);
                }
            }
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

    fn publish(&mut self) {
        self.status.circuit = self.circuit.state();
        self.status.waiting = self.due.len();
        self.status.sending = self.attempts.len();
        self.status.held = self.lanes.len() - self.due.len() - self.running.len();
        lock(&self.inbox.status).clone_from(&self.status);
    }
}

async fn told_to_stop(stopped: &mut watch::Receiver<Option<Duration>>) {
    let _ = stopped.wait_for(Option::is_some).await;
}
