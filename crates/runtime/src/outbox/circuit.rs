//! A peer's circuit: after failures in a row the peer is left alone for a while, then tried with one message. Pure: must never read a clock.

use std::mem;

use jiff::{SignedDuration, Timestamp};

use super::plan::{jittered, later};

/// When a peer is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// The circuit opens after so many failures in a row.
    pub failures: u32,
    /// How long it stays open at first; it doubles with each probe that fails.
    pub first: SignedDuration,
    /// How long it stays open at most.
    pub longest: SignedDuration,
    /// How long a rest it gets at most that it asks for.
    pub longest_rest: SignedDuration,
}

impl Default for Breaker {
    /// Five failures; half a minute, doubling to five minutes; four hours.
    fn default() -> Self {
        Self {
            failures: 5,
            first: SignedDuration::from_secs(30),
            longest: SignedDuration::from_mins(5),
            longest_rest: SignedDuration::from_hours(4),
        }
    }
}

/// How a circuit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CircuitState {
    /// Messages go out.
    Closed,
    /// None goes out until then.
    Open {
        /// When one is tried.
        until: Timestamp,
    },
    /// One is being tried.
    HalfOpen,
}

/// A peer's circuit.
#[derive(Debug)]
pub(super) struct Circuit {
    state: CircuitState,
    failures: u32,
    openings: u32,
    rest: Option<Timestamp>,
    forward: Forward,
}

/// Whether the next probe was brought forward since the circuit opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forward {
    Never,
    Once,
}

/// What a result did to a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// It opened, or stays open after a failed probe.
    Opened,
    /// It closed.
    Closed,
    /// Its next probe goes now.
    Forward,
}

impl Circuit {
    pub(super) fn new() -> Self {
        Self { state: CircuitState::Closed, failures: 0, openings: 0, rest: None, forward: Forward::Never }
    }

    pub(super) fn state(&self) -> CircuitState {
        self.state
    }

    /// From when on a message may go out; `None` while a probe is under way.
    pub(super) fn ready_at(&self) -> Option<Timestamp> {
        let rest = self.rest.unwrap_or(Timestamp::MIN);
        match self.state {
            CircuitState::Closed => Some(rest),
            CircuitState::Open { until } => Some(until.max(rest)),
            CircuitState::HalfOpen => None,
        }
    }

    /// A message goes out, at or after `ready_at`.
    pub(super) fn starting(&mut self) {
        if matches!(self.state, CircuitState::Open { .. }) {
            self.state = CircuitState::HalfOpen;
        }
    }

    /// The peer asked to be left alone until then.
    pub(super) fn rest_until(&mut self, at: Timestamp) {
        self.rest = Some(at);
    }

    /// The peer answered.
    pub(super) fn succeeded(&mut self) -> Change {
        let was = self.state;
        *self = Self::new();
        if was == CircuitState::Closed { Change::None } else { Change::Closed }
    }

    /// An attempt failed.
    pub(super) fn failed(&mut self, breaker: &Breaker, now: Timestamp, random: u128) -> Change {
        self.failures = self.failures.saturating_add(1);
        let opens = match self.state {
            CircuitState::Closed => self.failures >= breaker.failures.max(1),
            CircuitState::HalfOpen => true,
            // An attempt that was begun before it opened tells nothing new.
            CircuitState::Open { .. } => false,
        };
        if opens { self.open(breaker, now, random) } else { Change::None }
    }

    /// The peer lets nothing in: that needs no counting.
    pub(super) fn shut(&mut self, breaker: &Breaker, now: Timestamp, random: u128) -> Change {
        self.failures = self.failures.saturating_add(1);
        match self.state {
            CircuitState::Closed | CircuitState::HalfOpen => self.open(breaker, now, random),
            CircuitState::Open { .. } => Change::None,
        }
    }

    /// The peer is alive: it has sent something. Tells whether the next probe need not wait; once, until it has answered again.
    pub(super) fn bring_forward(&mut self, now: Timestamp) -> Change {
        let CircuitState::Open { until } = self.state else { return Change::None };
        if mem::replace(&mut self.forward, Forward::Once) == Forward::Once {
            return Change::None;
        }
        self.state = CircuitState::Open { until: until.min(now) };
        Change::Forward
    }

    fn open(&mut self, breaker: &Breaker, now: Timestamp, random: u128) -> Change {
        let millis = breaker.first.as_millis().saturating_mul(1 << self.openings.min(32));
        self.openings = self.openings.saturating_add(1);
        let until = later(now, jittered(millis.min(breaker.longest.as_millis()), random));
        self.state = CircuitState::Open { until };
        Change::Opened
    }

    /// A probe ended without telling anything of the peer.
    pub(super) fn untried(&mut self, now: Timestamp) {
        if self.state == CircuitState::HalfOpen {
            self.state = CircuitState::Open { until: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKER: Breaker = Breaker {
        failures: 2,
        first: SignedDuration::from_secs(10),
        longest: SignedDuration::from_secs(30),
        longest_rest: SignedDuration::from_secs(300),
    };

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    #[test]
    fn it_opens_after_failures_in_a_row_lets_one_through_and_closes_on_an_answer() {
        let mut circuit = Circuit::new();
        let full = 5_000; // the whole pause of ten seconds
        assert_eq!(circuit.failed(&BREAKER, at(0), full), Change::None);
        assert_eq!(circuit.succeeded(), Change::None);
        assert_eq!(circuit.failed(&BREAKER, at(0), full), Change::None);
        assert_eq!(circuit.failed(&BREAKER, at(0), full), Change::Opened);
        assert_eq!(circuit.state(), CircuitState::Open { until: at(10) });
        assert_eq!(circuit.ready_at(), Some(at(10)));

        circuit.starting();
        assert_eq!(circuit.ready_at(), None, "one probe and no more");
        assert_eq!(circuit.failed(&BREAKER, at(10), 10_000), Change::Opened);
        assert_eq!(circuit.ready_at(), Some(at(30)), "twice as long");
        circuit.starting();
        assert_eq!(circuit.failed(&BREAKER, at(30), 15_000), Change::Opened);
        assert_eq!(circuit.ready_at(), Some(at(60)), "but no longer than the longest");
        circuit.starting();
        assert_eq!(circuit.succeeded(), Change::Closed);
        assert_eq!((circuit.state(), circuit.failures), (CircuitState::Closed, 0));
    }

    #[test]
    fn a_late_failure_does_not_prolong_an_open_circuit() {
        let mut circuit = Circuit::new();
        circuit.failed(&BREAKER, at(0), 0);
        circuit.failed(&BREAKER, at(0), 0);
        let open = circuit.state();
        assert_eq!(circuit.failed(&BREAKER, at(4), 0), Change::None);
        assert_eq!(circuit.state(), open);
    }

    #[test]
    fn a_probe_is_brought_forward_once() {
        let mut circuit = Circuit::new();
        assert_eq!(circuit.bring_forward(at(0)), Change::None, "it is closed");
        circuit.shut(&BREAKER, at(0), 5_000);
        assert_eq!(circuit.ready_at(), Some(at(10)));
        assert_eq!(circuit.bring_forward(at(3)), Change::Forward);
        assert_eq!(circuit.ready_at(), Some(at(3)));
        circuit.starting();
        circuit.failed(&BREAKER, at(3), 10_000);
        assert_eq!(
            circuit.bring_forward(at(4)),
            Change::None,
            "a peer that only sends is not probed all the time"
        );
        circuit.succeeded();
        circuit.shut(&BREAKER, at(9), 0);
        assert_eq!(circuit.bring_forward(at(9)), Change::Forward, "but another time");
    }

    #[test]
    fn a_rest_holds_whatever_the_circuit() {
        let mut circuit = Circuit::new();
        circuit.rest_until(at(60));
        assert_eq!(circuit.ready_at(), Some(at(60)));
        circuit.failed(&BREAKER, at(0), 0);
        circuit.failed(&BREAKER, at(0), 0);
        assert_eq!(circuit.ready_at(), Some(at(60)));
        circuit.succeeded();
        assert_eq!(circuit.ready_at(), Some(Timestamp::MIN));
    }
}
