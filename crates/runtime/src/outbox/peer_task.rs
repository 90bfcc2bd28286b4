//! A peer's task, from outside: what it is told, and how its queue stands. Must never wait for it.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use persistence::RequestId;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::{CircuitState, Haste, PeerStatus, Shared, peer::Queue};

/// A running peer's task, from outside.
pub(super) struct PeerTask {
    inbox: Arc<Inbox>,
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<usize>,
}

/// What others tell the task. Bounded by itself: a lane is in it once, however often it is told.
pub(super) struct Inbox {
    pub(super) lanes: Mutex<BTreeMap<RequestId, Haste>>,
    pub(super) bell: Notify,
    pub(super) heard: AtomicBool,
    pub(super) status: Mutex<PeerStatus>,
}

impl PeerTask {
    pub(super) fn start(shared: Arc<Shared>, peer: String) -> Self {
        let status = PeerStatus {
            peer,
            circuit: CircuitState::Closed,
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
            heard: AtomicBool::new(false),
            status: Mutex::new(status.clone()),
        });
        let (stop, stopped) = watch::channel(None);
        let queue = Queue::new(shared, Arc::clone(&inbox), status);
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

    /// The peer has sent something.
    pub(super) fn heard(&self) {
        self.inbox.heard.store(true, Ordering::Release);
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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
