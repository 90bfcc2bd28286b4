//! The scenarios, as a table: what is played, and how it must end. One module a family. A scenario waits for conditions, never for time.

mod cancels;
mod copies;
mod crash;
mod loans;
mod silence;
mod terms;

use gateway::seams::BoxFuture;
use serde::Serialize;

use super::stage::{Stage, Why};

/// What a scenario gives: how its request ended, by the requester's ears.
pub(super) type Played<'a> = BoxFuture<'a, Result<String, Why>>;

/// One scenario.
#[derive(Serialize)]
pub(super) struct Scenario {
    /// Its name.
    pub(super) name: &'static str,
    /// What happens, in a sentence.
    pub(super) title: &'static str,
    /// How it must end.
    pub(super) outcome: &'static str,
    #[serde(skip)]
    pub(super) play: for<'a> fn(&'a Stage) -> Played<'a>,
}

/// Declares the table.
macro_rules! scenarios {
    ($($name:literal ends $outcome:literal by $play:path: $title:literal;)*) => {
        /// Every scenario, in the order in which they are played: those that advance the clock come last.
        pub(super) const SCENARIOS: &[Scenario] = &[$(Scenario {
            name: $name,
            title: $title,
            outcome: $outcome,
            play: |stage| Box::pin($play(stage)),
        },)*];
    };
}

scenarios! {
    "brokered-loan" ends "LoanCompleted" by loans::brokered_loan:
        "The first supplier cannot, the second lends; overdue, renewed, recalled, returned.";
    "loan-in-2021-2" ends "LoanCompleted" by loans::newer_to_older:
        "A library of edition 2021-2 borrows from one of 1.2.";
    "copy-by-url" ends "CopyCompleted" by copies::copy_by_url:
        "A copy is delivered as a link.";
    "copy-to-1.2" ends "CopyCompleted" by copies::copy_to_older:
        "The same for a library of edition 1.2, which has no place for a link: it stands in the note.";
    "cost-retry" ends "LoanCompleted" by terms::cost_accepted:
        "The supplier asks for more than was offered; the library asks again and pays.";
    "condition-agreed" ends "LoanCompleted" by terms::condition_agreed:
        "The supplier sets a condition; the library agrees.";
    "condition-declined" ends "LoanCompleted" by terms::condition_declined:
        "The library declines a condition; the next supplier lends without.";
    "cancel-accepted" ends "Cancelled" by cancels::accepted:
        "The library withdraws in time.";
    "cancel-refused" ends "LoanCompleted" by cancels::refused:
        "The library withdraws after the item was shipped; the loan runs on.";
    "end-of-rota" ends "Unfilled" by silence::end_of_rota:
        "Nobody can: the library hears so once, at the end.";
    "killed-mid-relay" ends "LoanCompleted" by crash::killed_mid_relay:
        "The gateway is killed with -9 while it relays, and started again: nothing is lost.";
    "silent-supplier" ends "LoanCompleted" by silence::passed_over:
        "A supplier says nothing; its time runs out (the clock is advanced), the next one lends.";
}

#[cfg(test)]
mod tests {
    use super::SCENARIOS;

    #[test]
    fn scenarios_are_told_apart_by_name() {
        let names: std::collections::BTreeSet<&str> =
            SCENARIOS.iter().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), SCENARIOS.len());
    }
}
