//! The scenarios, as a table: what is played, and how it must end. One module a family. A scenario waits for conditions, never for time.

mod brokers;
mod cancels;
mod copies;
mod crash;
mod hosted;
mod loans;
mod manual;
mod silence;
mod terms;
mod visiting;

use net::BoxFuture;
use serde::Serialize;

use super::stage::{Stage, Why};

/// What a scenario gives: how its request ended, by the requester's ears; or in a word, where it has none.
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
        "The same for a library of edition 1.2: the link goes into `itemId`, sent via URL.";
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
    "hosted-borrower" ends "LoanCompleted" by hosted::from_native:
        "A library whose ILS speaks NCIP alone borrows from one with ISO 18626 of its own.";
    "hosted-lender" ends "LoanCompleted" by hosted::to_native:
        "The reverse: a library with ISO 18626 borrows from one whose ILS speaks NCIP alone.";
    "three-volumes" ends "LoanCompleted" by hosted::three_volumes:
        "Three volumes come in one parcel and go back in two: the loan is over when the last is home.";
    "ilss-with-notices" ends "LoanCompleted" by hosted::told:
        "Two ILSs that tell what happens at their desks: nobody needs to ask them, nor do it twice.";
    "behind-another-broker" ends "LoanCompleted" by brokers::below:
        "A library borrows from one that is reached through another broker.";
    "for-another-broker" ends "LoanCompleted" by brokers::above:
        "The reverse: a library behind another broker borrows, and that broker asks this one.";
    "lending-by-mail" ends "LoanCompleted" by manual::lends_by_mail:
        "A library without a system lends: by mails, slips and links.";
    "visiting-patron" ends "counted" by visiting::checked_at_home:
        "A visiting patron's card is checked by the home library, whatever NCIP either speaks, and counted.";
    "silent-supplier" ends "LoanCompleted" by silence::passed_over:
        "A supplier says nothing; its time runs out (the clock is advanced), the next one lends.";
    "polled-ilss" ends "LoanCompleted" by hosted::polled:
        "Two ILSs of different make and NCIP version that tell nothing by themselves: they are asked, by the advanced clock.";
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
