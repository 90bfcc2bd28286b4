//! What a commit made durable, told to those who act on it: the outbox, the timers, those who watch a request. Each listener has an unbounded
//! channel of its own, so that none can miss a lane or hold up another. Must never carry more than where to look: what is to be done is in
//! the store, so that a kill between a commit and its telling loses nothing.

use std::sync::Arc;

use loan_model::PeerId;
use persistence::{LaneKey, RequestId, UnixMillis};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// What one commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Which request has a new step.
    pub request: RequestId,
    /// Its version now.
    pub version: u64,
    /// The lanes in which an entry was put, changed or removed.
    pub lanes: Vec<LaneKey>,
    /// Those of them whose head staff want sent now, be the peer left alone or not.
    pub hurried: Vec<LaneKey>,
    /// The peer whose message it was, if it was one.
    pub heard: Option<PeerId>,
    /// When the first of the timers that were set is due.
    pub due: Option<UnixMillis>,
}

/// One listener's end of its channel.
pub type CommittedReceiver = UnboundedReceiver<Arc<Committed>>;

/// The listeners of one commit loop, in the order in which they are told.
#[derive(Clone, Debug, Default)]
pub struct Listeners(Vec<UnboundedSender<Arc<Committed>>>);

impl Listeners {
    /// One listener more; it gets what is committed from now on.
    pub fn listen(&mut self) -> CommittedReceiver {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.0.push(sender);
        receiver
    }

    /// Tells every listener. One that has ended hears nothing.
    pub fn tell(&self, committed: Committed) {
        let committed = Arc::new(committed);
        for listener in &self.0 {
            // A listener that has ended is drained: what it would do is done after the next start.
            let _ = listener.send(Arc::clone(&committed));
        }
    }
}
