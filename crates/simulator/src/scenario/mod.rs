//! The scenario language: what a scripted library does, in words a librarian can read.
//!
//! `will-supply, loaned due +14d, overdue on received, renew no, loan-completed on shipped-return`
//!
//! A scenario is a list of steps. A step with `on TRIGGER` begins a chain that runs when that happens; a step without one
//! follows the step before it. `after 200ms` waits first. The words are declared once (`supplier.rs`, `requester.rs`,
//! `details.rs`), and the parser, its messages and `SCENARIOS.md` come from there. Nothing here does any I/O.

#[macro_use]
pub(crate) mod declare;
mod details;
mod document;
mod lex;
mod parse;
mod requester;
mod supplier;

use std::time::Duration;

pub use declare::Word;
pub use details::{Addressed, Detail, Details, Fault, Repeat, RetryId, When};
pub use document::document;
pub use parse::ScenarioError;
pub use requester::{RequesterStep, RequesterTrigger, RequesterWord};
pub use supplier::{AnswerFault, FaultWord, SupplierStep, SupplierTrigger, SupplierWord};

/// What a supplier does about a request.
pub type SupplierScenario = Scenario<SupplierTrigger, SupplierStep>;

/// What a requester does about its own request.
pub type RequesterPlan = Scenario<RequesterTrigger, RequesterStep>;

/// A parsed scenario: chains of steps, each with what sets it off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario<T, S> {
    chains: Vec<Chain<T, S>>,
}

/// Steps that run one after the other, and what sets them off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain<T, S> {
    /// What sets it off.
    pub on: T,
    /// The steps.
    pub steps: Vec<Timed<S>>,
}

/// A step and how long to wait before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed<S> {
    /// How long to wait first, in real time.
    pub after: Duration,
    /// What to do.
    pub step: S,
}

impl SupplierScenario {
    /// A supplier that does as usual: it supplies, and answers what it is asked.
    pub fn supplies() -> Self {
        Scenario { chains: Vec::new() }
    }
}

impl<T: Copy + PartialEq, S> Scenario<T, S> {
    /// The chain for the `nth` time (from 0) that `trigger` happens; the last one written serves every later time.
    pub fn chain(&self, trigger: T, nth: usize) -> Option<&Chain<T, S>> {
        let mut matching = self.chains.iter().filter(|chain| chain.on == trigger);
        let mut found = matching.next()?;
        for _ in 0..nth {
            match matching.next() {
                Some(later) => found = later,
                None => break,
            }
        }
        Some(found)
    }

    /// Every chain, as written.
    pub fn chains(&self) -> &[Chain<T, S>] {
        &self.chains
    }
}
