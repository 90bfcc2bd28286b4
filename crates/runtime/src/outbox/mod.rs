//! Delivery: the head of each lane is sent to its peer until the peer answers, the plan ends or an operator steps in. The store's lanes
//! are the queue; what is held here is only which lanes have something to send and when. Must never change a request itself: what
//! became of a message is handed to [`OutcomeSink`], whose commit does. Knows no protocol: [`Transport`]s do.
//!
//! Each peer has a task of its own with its own limit, rate and circuit, so that a slow, dead or hostile peer
//! harms only itself.

pub(crate) mod arrival;
mod attempt;
mod circuit;
mod peer;
mod peer_task;
mod plan;
mod rate;
mod sent;
mod stumbles;
mod transport;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use iso18626::ErrorData;
use jiff::Timestamp;
use loan_model::{MayHaveArrived, ils::IlsAnswer};
use net::{BoxFuture, Seams};
use persistence::{LaneEntry, LaneKey, Store, StoreError};
use tokio::sync::mpsc::UnboundedReceiver;

pub use self::{
    circuit::{Breaker, CircuitState},
    plan::RetryPlan,
    sent::may_have_arrived,
    transport::{
        AtLast, Attempt, Blames, Connection, Delivery, Exchange, Rate, Rest, Route, Router, Transport,
        at_least_one, limits,
    },
};
use crate::{committed::CommittedReceiver, library_incidents::LibraryIncidents, unanswered::Unanswered};

/// Who commits what became of a message.
pub trait OutcomeSink: Send + Sync {
    /// Commits what became of a lane's head: its removal (or hold) and the decision it leads to. It is called for one message of a
    /// lane at a time, and called again until it succeeds. An entry that has left its lane meanwhile was recorded before: that is
    /// success. When it returns, the lane is read again.
    fn record_outcome(&self, report: DeliveryReport) -> BoxFuture<'_, Result<(), RecordError>>;

    /// A peer does not answer: its circuit is open. New requests go to others first.
    fn rests(&self, peer: &str);

    /// It answers again.
    fn answers_again(&self, peer: &str);
}

/// The commit could not be made now; it is tried again.
#[derive(Debug, thiserror::Error)]
#[error("what became of a message could not be committed: {0}")]
pub struct RecordError(pub String);

/// What became of a lane's head.
#[derive(Debug, Clone)]
pub struct DeliveryReport {
    /// The entry, as it is in the lane.
    pub entry: LaneEntry,
    /// What became of it.
    pub outcome: Outcome,
    /// The exchange that told, if one did.
    pub exchange: Option<Exchange>,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The peer took it.
    Confirmed,
    /// The peer answers a request with ERROR and says that it has it already. To be verified by a `StatusRequest`.
    AlreadyThere(Vec<ErrorData>),
    /// An ILS answered what it was asked.
    Answered(Box<IlsAnswer>),
    /// The peer read it and refused it.
    Refused(Vec<ErrorData>),
    /// The plan has ended, or it cannot be sent at all.
    Undeliverable {
        /// Why, for an operator.
        why: String,
        /// Whether the peer may have it all the same.
        may_have_arrived: MayHaveArrived,
    },
}

/// How a peer's queue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// The peer, as lanes name it.
    pub peer: String,
    /// Its circuit.
    pub circuit: CircuitState,
    /// Attempts that failed since the last good exchange.
    pub failures: u32,
    /// What went wrong last, since the last good exchange.
    pub last_error: Option<String>,
    /// When the peer last answered.
    pub last_good: Option<Timestamp>,
    /// Lanes with a message to send, now or later.
    pub waiting: usize,
    /// Lanes that an incident holds.
    pub held: usize,
    /// Messages being sent.
    pub sending: usize,
}

/// Whether a lane's head waits for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Haste {
    /// It does.
    InTurn,
    /// Staff want it sent now, be the peer left alone or not.
    Now,
}

/// What all peers' tasks share.
struct Shared {
    store: Store,
    seams: Seams,
    router: Arc<dyn Router>,
    sink: Arc<dyn OutcomeSink>,
    unanswered: Arc<Unanswered>,
    incidents: LibraryIncidents,
}

/// The running outbox. Clones are one outbox.
#[derive(Clone)]
pub struct OutboxHandle {
    shared: Arc<Shared>,
    tasks: Arc<Mutex<Tasks>>,
}

struct Tasks {
    peers: BTreeMap<String, peer_task::PeerTask>,
    draining: bool,
}

/// Makes an outbox run.
#[derive(Debug)]
pub struct Outbox;

impl Outbox {
    /// Takes up what waits in the store's lanes, and runs until it is drained. `committed` tells of the lanes that change from now on.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn start(
        store: Store,
        router: Arc<dyn Router>,
        seams: Seams,
        sink: Arc<dyn OutcomeSink>,
        committed: CommittedReceiver,
        unanswered: Arc<Unanswered>,
    ) -> Result<OutboxHandle, StoreError> {
        let answered = unanswered.listen();
        let lanes = store.lanes().await?;
        let incidents = LibraryIncidents { store: store.clone(), clock: Arc::clone(&seams.clock) };
        let shared = Arc::new(Shared { incidents, store, seams, router, sink, unanswered });
        let tasks = Tasks { peers: BTreeMap::new(), draining: false };
        let handle = OutboxHandle { shared, tasks: Arc::new(Mutex::new(tasks)) };
        for entry in &lanes {
            handle.look(&entry.lane, Haste::InTurn);
        }
        tokio::spawn(handle.clone().listen(committed, answered));
        Ok(handle)
    }
}

impl OutboxHandle {
    /// Looks at each lane that a commit changed, or whose message was answered, until it is drained.
    async fn listen(self, mut committed: CommittedReceiver, mut answered: UnboundedReceiver<LaneKey>) {
        // It must not keep the commit loop alive, which it would hear from for ever.
        let (shared, tasks) = (Arc::downgrade(&self.shared), Arc::downgrade(&self.tasks));
        drop(self);
        let up = || Some(Self { shared: shared.upgrade()?, tasks: tasks.upgrade()? });
        loop {
            let committed = tokio::select! {
                committed = committed.recv() => committed,
                Some(lane) = answered.recv() => match up() {
                    Some(handle) => {
                        handle.look_again(&lane);
                        continue;
                    }
                    None => return,
                },
            };
            let (Some(committed), Some(handle)) = (committed, up()) else { return };
            if let Some(peer) = &committed.heard {
                handle.heard(peer.as_str());
            }
            for lane in &committed.lanes {
                let haste = if committed.hurried.contains(lane) { Haste::Now } else { Haste::InTurn };
                handle.look(lane, haste);
            }
        }
    }

    /// Tells that a lane has changed: an entry was pushed, updated or removed. It is read again.
    fn look(&self, lane: &LaneKey, haste: Haste) {
        let mut tasks = self.tasks();
        if tasks.draining {
            return;
        }
        if !tasks.peers.contains_key(&lane.peer) {
            let task = peer_task::PeerTask::start(Arc::clone(&self.shared), lane.peer.clone());
            tasks.peers.insert(lane.peer.clone(), task);
        }
        if let Some(task) = tasks.peers.get(&lane.peer) {
            task.look(lane.request, haste);
        }
    }

    /// Tells that a lane is not held any more. Where nothing was ever sent to its peer, nothing waits in it.
    fn look_again(&self, lane: &LaneKey) {
        if let Some(task) = self.tasks().peers.get(&lane.peer) {
            task.look(lane.request, Haste::InTurn);
        }
    }

    /// Tells that a peer has sent something: it is alive.
    fn heard(&self, peer: &str) {
        if let Some(task) = self.tasks().peers.get(peer) {
            task.heard();
        }
    }

    /// Tells that the registry has changed: connections are read anew.
    pub fn peers_changed(&self) {
        for task in self.tasks().peers.values() {
            task.changed();
        }
    }

    /// How the peers' queues stand, of those that something was sent to since the start.
    pub fn status(&self) -> Vec<PeerStatus> {
        self.tasks().peers.values().map(peer_task::PeerTask::status).collect()
    }

    /// How messages get to a peer now.
    pub fn route(&self, peer: &str) -> Route {
        self.shared.router.route(peer)
    }

    /// How a peer's queue stands, if something was sent to it since the start.
    pub fn peer(&self, peer: &str) -> Option<PeerStatus> {
        self.tasks().peers.get(peer).map(peer_task::PeerTask::status)
    }

    /// Starts no more attempts and lets those under way end within the time given; the rest is cut off and goes out again after the
    /// next start. Gives how many were cut off.
    pub async fn drain(&self, within: Duration) -> usize {
        let peers = {
            let mut tasks = self.tasks();
            tasks.draining = true;
            std::mem::take(&mut tasks.peers)
        };
        let ends: Vec<_> = peers.into_values().map(|task| task.drain(within)).collect();
        let mut cut = 0;
        for end in ends {
            cut += end.await;
        }
        cut
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for OutboxHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxHandle").finish_non_exhaustive()
    }
}
