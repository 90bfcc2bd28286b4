//! Walks the whole product of states and triggers of both tables.

use loan_model::{MachineKind, names::Clock};

use super::{
    actions::{LegAction, RequestAction},
    classify,
    incidents::SLUGS,
    leg_table::LEG_TABLE,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
    trigger::{LegTrigger, RequestTrigger},
};
use crate::interpreter::{
    TableState,
    walk::{acts, raised, targets, unguarded, walk},
};

#[test]
fn each_pair_has_a_row_and_each_state_is_reached() {
    walk(REQUEST_TABLE, Phase::Locating, RequestTrigger::ALL);
    walk(LEG_TABLE, LegState::Sending, LegTrigger::ALL);
}

#[test]
fn each_state_that_is_not_final_has_a_way_out() {
    for phase in Phase::ALL.iter().filter(|phase| !phase.is_final()) {
        let by_others = |trigger: &RequestTrigger| *trigger < RequestTrigger::NextSupplier;
        assert!(!targets(REQUEST_TABLE, *phase, by_others).is_empty(), "{phase}");
        assert!(!targets(REQUEST_TABLE, *phase, |t| *t == RequestTrigger::Close).is_empty(), "{phase}");
    }
    for state in LegState::ALL.iter().filter(|state| !state.is_final()) {
        assert!(!targets(LEG_TABLE, *state, |_| true).is_empty(), "{state}");
        assert!(!targets(LEG_TABLE, *state, |t| *t == LegTrigger::Close).is_empty(), "{state}");
    }
}

#[test]
fn a_clock_runs_wherever_an_act_is_awaited_and_moves_the_leg_on_unless_an_item_is_out() {
    let trigger = |clock| match clock {
        Clock::Deliver => LegTrigger::DeliverTimer,
        Clock::Answer => LegTrigger::AnswerTimer,
        Clock::Ship => LegTrigger::ShipTimer,
        Clock::Reply => LegTrigger::ReplyTimer,
        Clock::Retry => LegTrigger::RetryTimer,
        Clock::Grace => LegTrigger::GraceTimer,
        _ => LegTrigger::CustodyTimer,
    };
    for &state in LegState::ALL {
        assert_eq!(state.clocks().len(), usize::from(state.is_engaged()), "{state}");
        for &clock in state.clocks() {
            let moves = targets(LEG_TABLE, state, |t| *t == trigger(clock));
            assert_eq!(moves.is_empty(), state.is_custody(), "{state}");
        }
    }
}

#[test]
fn no_clock_ends_custody() {
    let clocks = [
        LegTrigger::DeliverTimer,
        LegTrigger::AnswerTimer,
        LegTrigger::ShipTimer,
        LegTrigger::ReplyTimer,
        LegTrigger::RetryTimer,
        LegTrigger::GraceTimer,
        LegTrigger::CustodyTimer,
    ];
    for state in LegState::ALL.iter().filter(|state| state.is_custody()) {
        assert!(targets(LEG_TABLE, *state, |trigger| clocks.contains(trigger)).is_empty(), "{state}");
    }
    let timers = [RequestTrigger::LocateTimer, RequestTrigger::NeedBeforeTimer];
    assert!(targets(REQUEST_TABLE, Phase::OnLoan, |trigger| timers.contains(trigger)).is_empty());
}

#[test]
fn only_the_supplier_or_staff_end_custody() {
    let ends = [LegTrigger::LoanCompleted, LegTrigger::CompletedWithoutReturn, LegTrigger::Close];
    for &state in LegState::ALL.iter().filter(|state| state.is_custody()) {
        for &trigger in LegTrigger::ALL {
            let out = targets(LEG_TABLE, state, |t| *t == trigger).iter().any(|to| !to.is_custody());
            assert_eq!(out, ends.contains(&trigger), "{state} on {trigger:?}");
        }
    }
}

#[test]
fn a_leg_out_of_it_never_becomes_engaged_again_but_by_shipping() {
    for &state in LegState::ALL.iter().filter(|state| !state.is_engaged()) {
        for &trigger in LegTrigger::ALL {
            for to in targets(LEG_TABLE, state, |t| *t == trigger) {
                assert!(!to.is_engaged() || to.is_custody(), "{state} on {trigger:?} to {to}");
            }
        }
    }
}

#[test]
fn each_message_that_asks_for_an_answer_gets_one_in_every_phase() {
    for &phase in Phase::ALL {
        for trigger in [RequestTrigger::Renew, RequestTrigger::StatusRequest] {
            assert!(!unguarded(REQUEST_TABLE, phase, trigger).is_refusal(), "{phase} on {trigger:?}");
        }
        // A second cancel while one is pending is answered by the answer to the first.
        let cancel = unguarded(REQUEST_TABLE, phase, RequestTrigger::CancelAll);
        assert_eq!(cancel.is_refusal(), phase == Phase::Cancelling, "{phase}");
    }
    for &state in LegState::ALL {
        assert!(!unguarded(LEG_TABLE, state, LegTrigger::Renew).is_refusal(), "{state}");
    }
}

#[test]
fn each_incident_raised_is_listed() {
    let mut slugs = raised(REQUEST_TABLE, |action| match action {
        RequestAction::Incident(slug) => Some(*slug),
        _ => None,
    });
    slugs.extend(raised(LEG_TABLE, |action| match action {
        LegAction::Incident(slug) => Some(*slug),
        _ => None,
    }));
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), SLUGS);
}

#[test]
fn each_act_has_its_own_trigger() {
    acts(MachineKind::Brokering, classify::staff);
}
