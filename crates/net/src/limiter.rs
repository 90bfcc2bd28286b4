//! How many connections there may be, in all and from one address. Must never look at what goes over them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Limits the connections of a listener.
#[derive(Debug)]
pub(crate) struct ConnectionLimiter {
    all: Arc<Semaphore>,
    per_source: usize,
    sources: Mutex<HashMap<IpAddr, usize>>,
}

/// The right to one connection, which is given back when dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    limiter: Arc<ConnectionLimiter>,
    source: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl ConnectionLimiter {
    pub(crate) fn new(all: usize, per_source: usize) -> Arc<Self> {
        Arc::new(Self { all: Arc::new(Semaphore::new(all)), per_source, sources: Mutex::default() })
    }

    /// Waits until there may be one more connection.
    pub(crate) async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// Admits a connection, unless there are too many from its address.
    pub(crate) fn admit(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        source: IpAddr,
    ) -> Option<ConnectionPermit> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let open = sources.entry(source).or_default();
        if *open >= self.per_source {
            return None;
        }
        *open += 1;
        Some(ConnectionPermit { limiter: Arc::clone(self), source, _permit: permit })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut sources = self.limiter.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = sources.get_mut(&self.source) {
            *open -= 1;
            if *open == 0 {
                sources.remove(&self.source);
            }
        }
    }
}
