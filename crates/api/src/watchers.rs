//! Those who wait for a request's next step through the API. A watcher that is behind looks at the store: must never hold up a commit.

use std::sync::Arc;

use runtime::committed::{Committed, CommittedReceiver};
use tokio::sync::broadcast;

/// How many steps a watcher may be behind before it must look at the store.
const MAX_BEHIND: usize = 1024;

/// Passes on what was committed to everybody who watches.
#[derive(Clone, Debug)]
pub struct Watchers(broadcast::Sender<Arc<Committed>>);

impl Watchers {
    /// Passes on what comes, as long as the commit loop lives.
    pub fn start(mut committed: CommittedReceiver) -> Self {
        let (sender, _) = broadcast::channel(MAX_BEHIND);
        let watchers = sender.clone();
        tokio::spawn(async move {
            while let Some(committed) = committed.recv().await {
                // It is an error only where nobody watches.
                let _ = watchers.send(committed);
            }
        });
        Self(sender)
    }

    /// What is committed from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Committed>> {
        self.0.subscribe()
    }
}
