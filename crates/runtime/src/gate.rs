//! Whether messages are taken: closed while the disk is nearly full, and for good once the gateway goes down. What is on its way goes on
//! behind it.

use std::sync::atomic::{AtomicU8, Ordering};

use net::BoxFuture;
use persistence::{Store, StoreError};

/// Whether messages are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeState {
    /// They are.
    Open,
    /// They are not: the disk is nearly full.
    NoSpace,
    /// They are not: the gateway is going down.
    Draining,
}

/// The gate that every message from outside passes.
#[derive(Debug, Default)]
pub struct IntakeGate(AtomicU8);

impl IntakeGate {
    /// Opens or closes it. Once it drains, it is not opened again.
    pub fn set(&self, state: IntakeState) {
        let number = match state {
            IntakeState::Open => 0,
            IntakeState::NoSpace => 1,
            IntakeState::Draining => 2,
        };
        // It is an error only where it drains already.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| (now != 2).then_some(number));
    }

    /// Whether messages are taken now.
    pub fn state(&self) -> IntakeState {
        match self.0.load(Ordering::SeqCst) {
            0 => IntakeState::Open,
            1 => IntakeState::NoSpace,
            _ => IntakeState::Draining,
        }
    }
}

/// Knows how much space is free where the store lies.
pub trait FreeSpace: Send + Sync {
    /// How many bytes.
    fn free_space(&self) -> BoxFuture<'_, Result<u64, StoreError>>;
}

impl FreeSpace for Store {
    fn free_space(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(Store::free_space(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_that_drains_stays_closed() {
        let gate = IntakeGate::default();
        assert_eq!(gate.state(), IntakeState::Open);
        for state in [IntakeState::NoSpace, IntakeState::Open, IntakeState::Draining] {
            gate.set(state);
            assert_eq!(gate.state(), state);
        }
        gate.set(IntakeState::Open);
        assert_eq!(gate.state(), IntakeState::Draining);
    }
}
