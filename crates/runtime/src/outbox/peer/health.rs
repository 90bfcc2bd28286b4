//! What its answers tell of a peer: whether it is left alone, which message finds out, and what staff are told. Must never send anything.

use std::{mem, sync::atomic::Ordering};

use errors::slug;
use jiff::Timestamp;
use persistence::RequestId;

use super::{HeadState, Queue};
use crate::outbox::{
    Blames, CircuitState, Route,
    attempt::{self, Alarm},
    circuit::Change,
    stumbles::Stumbles,
};

impl Queue {
    /// The lane whose head is next: the one that waits longest, but as a probe one that has not failed since the peer answered last.
    pub(super) fn candidate(&self, now: Timestamp) -> Option<(Timestamp, RequestId)> {
        let first = *self.due.first()?;
        if !matches!(self.circuit.state(), CircuitState::Open { .. }) {
            return Some(first);
        }
        let due = self.due.iter().take_while(|(due, _)| *due <= now);
        let untried = due.copied().find(|(_, request)| !self.failing.contains(request));
        Some(untried.unwrap_or(first))
    }

    /// The peer is alive: where it is left alone, one message is tried now.
    pub(super) fn bring_probe_forward(&mut self) {
        let now = self.shared.seams.clock.now();
        if self.circuit.bring_forward(now) != Change::Forward {
            return;
        }
        let untried = self.due.iter().find(|(_, request)| !self.failing.contains(request));
        let Some(&(due, request)) = untried.or(self.due.first()) else { return };
        let held = self.held(request);
        if let Some(mut lane) = self.take_out(request) {
            lane.state = HeadState::Waiting(due.min(now).max(held));
            self.put_in(request, lane);
        }
    }

    /// The peer is well, whatever its answer is worth.
    pub(super) fn answered(&mut self, now: Timestamp) {
        self.status.last_good = Some(now);
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.failing.clear();
        self.status.failures = 0;
        if self.circuit.succeeded() == Change::Closed {
            self.shared.sink.answers_again(&self.peer);
            tracing::info!(peer = self.peer, "the peer answers again: its circuit is closed");
            self.hurry(now);
        }
    }

    /// The door is open again: what staff were told is over.
    pub(super) async fn end_alarm(&mut self) {
        if mem::replace(&mut self.alarm, Alarm::Due) == Alarm::Raised {
            attempt::end_alarm(&self.shared, &self.peer).await;
        }
    }

    /// A message was not answered: what that tells of its peer. What one message alone is met with tells nothing of it; the same for several
    /// does.
    pub(super) fn failed(
        &mut self,
        now: Timestamp,
        request: RequestId,
        blames: &Blames,
        stumbles: Option<Stumbles>,
    ) {
        // Without a route there is nothing to protect any more.
        let Route::Open(connection) = self.shared.router.route(&self.peer) else { return };
        let again = !self.failing.insert(request);
        let alone = stumbles.is_some_and(Stumbles::alone);
        let (breaker, random) = (&connection.breaker, self.shared.seams.random.next_u128());
        let probing = self.circuit.state() == CircuitState::HalfOpen;
        let change = match blames {
            _ if alone && probing => {
                self.circuit.untried(now);
                Change::None
            }
            _ if alone => Change::None,
            Blames::Door { .. } if again || self.failing.len() > 1 => self.circuit.shut(breaker, now, random),
            Blames::Message { .. } | Blames::Door { .. } if !probing && self.failing.len() == 1 => {
                Change::None
            }
            Blames::Peer
            | Blames::Answering { .. }
            | Blames::Certificate
            | Blames::Message { .. }
            | Blames::Door { .. } => self.circuit.failed(breaker, now, random),
        };
        if change == Change::Opened {
            self.shared.sink.rests(&self.peer);
            let failures = self.status.failures;
            tracing::warn!(slug = %slug!("peer.resting"), peer = self.peer, failures, "the peer does not answer: its circuit is open");
        }
    }

    /// The peer is back: what waits for its next attempt need not wait longer.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        for (due, request) in mem::take(&mut self.due) {
            let due = due.min(now).max(self.held(request));
            if let Some(lane) = self.lanes.get_mut(&request) {
                lane.state = HeadState::Waiting(due);
                self.due.insert((due, request));
            }
        }
    }
}
