//! What must wait until an answer is written: whoever handles a message leaves it here, and it is dropped once the answer has left for its
//! connection, or can never do so. Must never know what it is.

use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
};

tokio::task_local! {
    /// The exchange that the present task answers.
    static UNDER_WAY: Exchange;
}

/// One message and its answer.
#[derive(Clone, Default)]
pub struct Exchange(Arc<Mutex<Vec<Box<dyn Any + Send>>>>);

/// Keeps something until the answer of the exchange under way is written; where there is none under way, it is dropped at once.
pub fn keep_until_answered(guard: impl Send + 'static) {
    // Without an exchange nobody is answered.
    let _ = UNDER_WAY.try_with(|exchange| {
        exchange.0.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(guard));
    });
}

impl Exchange {
    /// Does the work that leads to the answer. What it keeps is dropped with the last clone of this.
    pub fn run<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        UNDER_WAY.scope(self.clone(), work)
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

/// Exchanges whose answers were handed to a connection and may not have left yet. Clones are one list.
#[derive(Clone, Debug, Default)]
pub struct Unflushed(Arc<Mutex<Vec<Exchange>>>);

impl Unflushed {
    /// An answer was handed over.
    pub(crate) fn push(&self, exchange: Exchange) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }

    /// All that was handed over has left.
    pub(crate) fn flushed(&self) {
        // What is dropped may do anything: not under the lock.
        let left = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(left);
    }
}
