//! Walks the whole product of states and triggers of both tables.

use std::collections::BTreeSet;

use super::{
    classify,
    incidents::SLUGS,
    leg_table::LEG_TABLE,
    names::Clock,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
    table::{Do, Kind},
    trigger::{LegTrigger, RequestTrigger},
};
use crate::{
    MachineKind,
    acts::ActKind,
    rows::walk::{reached, targets, unguarded, walk},
};

#[test]
fn each_pair_of_the_request_has_a_row() {
    walk(REQUEST_TABLE, Phase::ALL, RequestTrigger::ALL);
}

#[test]
fn each_pair_of_a_leg_has_a_row() {
    walk(LEG_TABLE, LegState::ALL, LegTrigger::ALL);
}

#[test]
fn each_state_is_reachable() {
    let phases = reached(REQUEST_TABLE, Phase::Locating);
    let legs = reached(LEG_TABLE, LegState::Sending);
    for phase in Phase::ALL {
        assert!(phases.contains(phase), "{phase} is never reached");
    }
    for state in LegState::ALL {
        assert!(legs.contains(state), "{state} is never reached");
    }
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
fn a_clock_runs_wherever_somebody_must_act_and_moves_the_leg_on_unless_an_item_is_out() {
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
        assert_eq!(state.clock().is_some(), state.is_engaged(), "{state}");
        let moves = state.clock().map(|clock| targets(LEG_TABLE, state, |t| *t == trigger(clock)));
        if let Some(moves) = moves {
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
    let raised = |does: &Do| match does {
        Do::Incident(slug) => Some(*slug),
        _ => None,
    };
    let does = LEG_TABLE.iter().map(|row| &row.kind).filter_map(|kind| match kind {
        Kind::Goes { does, .. } => Some(*does),
        Kind::Refused => None,
    });
    let more = REQUEST_TABLE.iter().map(|row| &row.kind).filter_map(|kind| match kind {
        Kind::Goes { does, .. } => Some(*does),
        Kind::Refused => None,
    });
    let slugs: BTreeSet<_> = does.chain(more).flatten().filter_map(raised).collect();
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), SLUGS);
}

/// Each act has a trigger of its own in the machines that know it, and none in the others.
#[test]
fn each_act_has_its_own_trigger() {
    let mut triggers = BTreeSet::new();
    for kind in ActKind::ALL {
        let knows = kind.info().machines.contains(&MachineKind::Brokering);
        assert_eq!(classify::staff(*kind).is_some(), knows, "{kind}");
        assert!(classify::staff(*kind).is_none_or(|trigger| triggers.insert(trigger)), "{kind}");
    }
}
