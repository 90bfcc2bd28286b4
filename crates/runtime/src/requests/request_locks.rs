//! Locks on requests: the inputs of one request are handled one at a time, in the order in which they came; those of others at the same time. Must
//! never let one request's waiting line grow without bound.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use persistence::RequestId;
use tokio::sync::OwnedMutexGuard;

/// How many inputs of one request may wait.
const LINE: usize = 256;

/// The waiting lines of all requests that something happens to now.
#[derive(Debug, Default)]
pub(super) struct RequestLocks(Arc<Mutex<BTreeMap<RequestId, Waiters>>>);

#[derive(Debug, Default)]
struct Waiters {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: usize,
}

/// Too many inputs of the request wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineTooLong;

/// A turn; it ends when dropped. The line is left after the turn is over (fields drop in this order): a newcomer that found no line
/// would begin another beside it.
#[derive(Debug)]
pub(super) struct RequestGuard {
    _turn: OwnedMutexGuard<()>,
    _place: Place,
}

/// A place in a line, which is left when dropped.
#[derive(Debug)]
struct Place {
    lines: Arc<Mutex<BTreeMap<RequestId, Waiters>>>,
    request: RequestId,
}

impl RequestLocks {
    /// Waits for the request's turn.
    pub(super) async fn lock(&self, request: RequestId) -> Result<RequestGuard, LineTooLong> {
        let (turn, place) = {
            let mut lines = lock(&self.0);
            let line = lines.entry(request).or_default();
            if line.waiting >= LINE {
                return Err(LineTooLong);
            }
            line.waiting += 1;
            (Arc::clone(&line.turn), Place { lines: Arc::clone(&self.0), request })
        };
        // tokio's mutex is fair: first come, first served.
        Ok(RequestGuard { _turn: turn.lock_owned().await, _place: place })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = lock(&self.lines);
        if let Some(line) = lines.get_mut(&self.request) {
            line.waiting -= 1;
            if line.waiting == 0 {
                lines.remove(&self.request);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use persistence::UnixMillis;

    use super::*;

    #[tokio::test]
    async fn turns_come_in_order_and_lines_end_and_vanish() {
        let turns = Arc::new(RequestLocks::default());
        let request = RequestId::new(UnixMillis::new(1), 1);
        let first = turns.lock(request).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..LINE - 1 {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            tasks.spawn(async move {
                let _turn = turns.lock(request).await.unwrap();
                lock(&order).push(number);
            });
        }
        while lock(&turns.0)[&request].waiting < LINE {
            tokio::task::yield_now().await;
        }
        assert!(turns.lock(request).await.is_err(), "the line is full");
        assert!(
            turns.lock(RequestId::new(UnixMillis::new(1), 2)).await.is_ok(),
            "another request does not wait"
        );
        drop(first);
        while tasks.join_next().await.is_some() {}
        assert_eq!(*lock(&order), (0..LINE - 1).collect::<Vec<_>>());
        assert!(lock(&turns.0).is_empty());
    }
}
