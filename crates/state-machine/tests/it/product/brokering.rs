//! The broker's tables.

use state_machine::{
    brokering::{INCIDENTS, LegState, Phase, state_tables},
    interpreter::TableDescription,
};

use super::{held, is_by_staff, is_refused, is_timer, of_clock, open, targets, targets_on, walk};

fn request() -> TableDescription {
    state_tables()[0].clone()
}

fn leg() -> TableDescription {
    state_tables()[1].clone()
}

fn is_custody(name: &str) -> bool {
    LegState::ALL.iter().any(|state| state.as_str() == name && state.is_custody())
}

fn is_engaged(name: &str) -> bool {
    LegState::ALL.iter().any(|state| state.as_str() == name && state.is_engaged())
}

#[test]
fn each_pair_has_a_row_and_each_state_is_reached() {
    state_tables().iter().for_each(walk);
}

#[test]
fn each_state_that_is_not_final_has_a_way_out() {
    let (request, leg) = (request(), leg());
    for phase in open(&request).map(|phase| phase.name) {
        assert!(!targets(&request, phase, |trigger| !is_by_staff(trigger)).is_empty(), "{phase}");
        assert!(!targets_on(&request, phase, &["Close"]).is_empty(), "{phase}");
    }
    for state in open(&leg).map(|state| state.name) {
        assert!(!targets(&leg, state, |_| true).is_empty(), "{state}");
        assert!(!targets_on(&leg, state, &["Close"]).is_empty(), "{state}");
    }
}

#[test]
fn a_clock_runs_wherever_an_act_is_awaited_and_moves_the_leg_on_unless_an_item_is_out() {
    let leg = leg();
    for state in &leg.states {
        assert_eq!(state.clocks.len(), usize::from(is_engaged(state.name)), "{}", state.name);
        for &clock in state.clocks {
            let moves = targets_on(&leg, state.name, &[of_clock(&leg, clock)]);
            assert_eq!(moves.is_empty(), is_custody(state.name), "{}", state.name);
        }
    }
}

#[test]
fn no_clock_ends_custody() {
    let leg = leg();
    for state in LegState::ALL.iter().filter(|state| state.is_custody()) {
        assert!(targets(&leg, state.as_str(), is_timer).is_empty(), "{state}");
    }
    assert!(targets(&request(), Phase::OnLoan.as_str(), is_timer).is_empty());
}

#[test]
fn only_the_supplier_or_staff_end_custody() {
    let leg = leg();
    for state in LegState::ALL.iter().filter(|state| state.is_custody()) {
        for trigger in &leg.triggers {
            let on = trigger.name.as_str();
            let out = targets_on(&leg, state.as_str(), &[on]).iter().any(|to| !is_custody(to));
            let ends = ["LoanCompleted", "CompletedWithoutReturn", "Close"].contains(&on)
                || (on == "NeverLeft" && *state != LegState::Returning);
            assert_eq!(out, ends, "{state} on {on}");
        }
    }
}

#[test]
fn a_leg_out_of_it_never_becomes_engaged_again_but_by_shipping() {
    let leg = leg();
    for state in LegState::ALL.iter().filter(|state| !state.is_engaged()) {
        for to in targets(&leg, state.as_str(), |_| true) {
            assert!(!is_engaged(to) || is_custody(to), "{state} to {to}");
        }
    }
}

#[test]
fn each_message_that_asks_for_an_answer_gets_one_in_every_phase() {
    let request = request();
    for phase in Phase::ALL {
        for trigger in ["Renew", "StatusRequest"] {
            assert!(!is_refused(&request, phase.as_str(), trigger), "{phase} on {trigger}");
        }
        // A second cancel while one is pending is answered by the answer to the first.
        assert_eq!(is_refused(&request, phase.as_str(), "CancelAll"), *phase == Phase::Cancelling, "{phase}");
    }
    let leg = leg();
    for state in LegState::ALL {
        assert!(!is_refused(&leg, state.as_str(), "Renew"), "{state}");
    }
}

#[test]
fn each_incident_raised_is_listed() {
    assert_eq!(held(&state_tables(), "Incident").into_iter().collect::<Vec<_>>(), INCIDENTS);
}
