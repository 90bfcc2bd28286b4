//! How many connections there may be, in all and from one address. Must never look at what goes over them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The seats of a listener.
#[derive(Debug)]
pub(crate) struct Seats {
    all: Arc<Semaphore>,
    per_source: usize,
    sources: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place among the others, which it leaves when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
    source: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl Seats {
    pub(crate) fn new(all: usize, per_source: usize) -> Arc<Self> {
        Arc::new(Self { all: Arc::new(Semaphore::new(all)), per_source, sources: Mutex::default() })
    }

    /// Waits until there may be one more connection.
    pub(crate) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// Seats a connection, unless there are too many from its address.
    pub(crate) fn take(self: &Arc<Self>, permit: OwnedSemaphorePermit, source: IpAddr) -> Option<Seat> {
        let mut sources = lock(&self.sources);
        let taken = sources.entry(source).or_default();
        if *taken >= self.per_source {
            return None;
        }
        *taken += 1;
        Some(Seat { seats: Arc::clone(self), source, _permit: permit })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut sources = lock(&self.seats.sources);
        if let Some(taken) = sources.get_mut(&self.source) {
            *taken -= 1;
            if *taken == 0 {
                sources.remove(&self.source);
            }
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
