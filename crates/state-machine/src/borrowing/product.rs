//! Walks the whole product of states and triggers of both tables.

use std::collections::BTreeSet;

use super::{
    act,
    incidents::SLUGS,
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    table::{Do, Kind},
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    MachineKind,
    acts::ActKind,
    hosted::{Clock, Step},
    rows::walk::{reached, targets, unguarded, walk},
};

/// Everything that rows do.
fn does() -> impl Iterator<Item = &'static Do> {
    fn of<S>(kind: &'static Kind<S>) -> &'static [Do] {
        match kind {
            Kind::Goes { does, .. } => does,
            Kind::Refused => &[],
        }
    }
    let request = REQUEST_TABLE.iter().flat_map(|row| of(&row.kind));
    request.chain(VOLUME_TABLE.iter().flat_map(|row| of(&row.kind)))
}

#[test]
fn each_pair_of_the_request_has_a_row() {
    walk(REQUEST_TABLE, Phase::ALL, RequestTrigger::ALL);
}

#[test]
fn each_pair_of_a_volume_has_a_row() {
    walk(VOLUME_TABLE, VolumeState::ALL, VolumeTrigger::ALL);
}

#[test]
fn each_state_is_reachable() {
    let phases = reached(REQUEST_TABLE, Phase::Checking);
    let volumes = reached(VOLUME_TABLE, VolumeState::InTransit);
    for phase in Phase::ALL {
        assert!(phases.contains(phase), "{phase} is never reached");
    }
    for state in VolumeState::ALL {
        assert!(volumes.contains(state), "{state} is never reached");
    }
}

#[test]
fn each_state_that_is_not_final_has_a_way_out_by_others_and_by_staff() {
    for phase in Phase::ALL.iter().filter(|phase| !phase.is_final()) {
        let by_others = |trigger: &RequestTrigger| *trigger < RequestTrigger::Send;
        assert!(!targets(REQUEST_TABLE, *phase, by_others).is_empty(), "{phase}");
        assert!(!targets(REQUEST_TABLE, *phase, |t| *t == RequestTrigger::Close).is_empty(), "{phase}");
    }
    for state in VolumeState::ALL.iter().filter(|state| !state.is_final()) {
        let by_supplier = |trigger: &VolumeTrigger| {
            matches!(trigger, VolumeTrigger::SupplierHasIt | VolumeTrigger::WriteOff)
        };
        assert!(!targets(VOLUME_TABLE, *state, by_supplier).is_empty(), "{state}");
        assert!(!targets(VOLUME_TABLE, *state, |t| *t == VolumeTrigger::Close).is_empty(), "{state}");
    }
}

#[test]
fn a_volume_that_is_in_custody_can_be_sent_back_wherever_it_stands() {
    for state in VolumeState::ALL {
        let back = targets(VOLUME_TABLE, *state, |trigger| *trigger == VolumeTrigger::ShipBack);
        assert_eq!(
            back == [VolumeState::SentBack],
            state.is_in_custody() || *state == VolumeState::Lost,
            "{state}"
        );
    }
}

#[test]
fn a_final_volume_stays_where_it_is() {
    for state in VolumeState::ALL.iter().filter(|state| state.is_final()) {
        assert!(targets(VOLUME_TABLE, *state, |_| true).is_empty(), "{state}");
    }
}

#[test]
fn only_a_late_item_opens_what_is_over() {
    let reopens = [RequestTrigger::Loaned, RequestTrigger::Receive];
    for phase in Phase::ALL.iter().filter(|phase| phase.is_final()) {
        let others = targets(REQUEST_TABLE, *phase, |trigger| !reopens.contains(trigger));
        assert!(others.is_empty(), "{phase}");
        let opened = targets(REQUEST_TABLE, *phase, |trigger| reopens.contains(trigger));
        assert!(opened.iter().all(|to| *to == Phase::Shipped), "{phase}");
    }
}

#[test]
fn a_notification_and_a_failing_step_move_nothing_but_a_check() {
    for phase in Phase::ALL {
        assert!(targets(REQUEST_TABLE, *phase, |trigger| *trigger == RequestTrigger::News).is_empty());
        let failing = targets(REQUEST_TABLE, *phase, |trigger| *trigger == RequestTrigger::StepFailed);
        assert_eq!(failing.is_empty(), *phase != Phase::Checking, "{phase}");
    }
    for state in VolumeState::ALL {
        let failing = |t: &VolumeTrigger| matches!(t, VolumeTrigger::StepFailed | VolumeTrigger::PollFailed);
        assert!(targets(VOLUME_TABLE, *state, failing).is_empty(), "{state}");
        assert!(!unguarded(VOLUME_TABLE, *state, VolumeTrigger::StepFailed).is_refusal(), "{state}");
    }
}

#[test]
fn no_clock_ends_a_request_that_somebody_knows_of() {
    let clocks = [RequestTrigger::AnswerTimer, RequestTrigger::ReplyTimer, RequestTrigger::ReturnTimer];
    for phase in Phase::ALL {
        assert!(targets(REQUEST_TABLE, *phase, |trigger| clocks.contains(trigger)).is_empty(), "{phase}");
        let needed = targets(REQUEST_TABLE, *phase, |t| *t == RequestTrigger::NeedBeforeTimer);
        assert_eq!(needed.is_empty(), !phase.clocks().contains(&Clock::NeedBefore), "{phase}");
    }
    let sent_back = |trigger: &VolumeTrigger| {
        matches!(
            trigger,
            VolumeTrigger::TransitTimer | VolumeTrigger::CustodyTimer | VolumeTrigger::PollTimer
        )
    };
    for state in VolumeState::ALL {
        assert!(targets(VOLUME_TABLE, *state, sent_back).is_empty(), "{state}");
    }
}

#[test]
fn each_clock_that_runs_has_a_row_that_does_something() {
    let of_request = |clock| match clock {
        Clock::NeedBefore => RequestTrigger::NeedBeforeTimer,
        Clock::Answer => RequestTrigger::AnswerTimer,
        Clock::Reply => RequestTrigger::ReplyTimer,
        Clock::ReturnTransit => RequestTrigger::ReturnTimer,
        other => panic!("{other} is no clock of a request"),
    };
    for phase in Phase::ALL {
        assert!(!phase.is_final() || phase.clocks().is_empty(), "{phase}");
        for clock in phase.clocks() {
            assert!(!unguarded(REQUEST_TABLE, *phase, of_request(*clock)).is_refusal(), "{phase}: {clock}");
        }
    }
    let of_volume = |clock| match clock {
        Clock::Transit => VolumeTrigger::TransitTimer,
        Clock::HoldShelf => VolumeTrigger::HoldShelfTimer,
        Clock::Due => VolumeTrigger::DueTimer,
        Clock::Custody => VolumeTrigger::CustodyTimer,
        other => panic!("{other} is no clock of a volume"),
    };
    for state in VolumeState::ALL {
        for clock in state.clocks() {
            assert!(!unguarded(VOLUME_TABLE, *state, of_volume(*clock)).is_refusal(), "{state}: {clock}");
        }
        let polled = !unguarded(VOLUME_TABLE, *state, VolumeTrigger::PollTimer).is_refusal();
        assert_eq!(polled, state.is_polled(), "{state}");
    }
}

#[test]
fn a_temporary_item_goes_only_once_nothing_else_is_asked() {
    for state in VolumeState::ALL {
        for trigger in VolumeTrigger::ALL {
            for row in VOLUME_TABLE.iter().filter(|row| row.is_for(*state, *trigger)) {
                let Kind::Goes { does, .. } = &row.kind else { continue };
                if does.contains(&Do::Ask(Step::WithdrawItem)) {
                    assert_eq!(*trigger, VolumeTrigger::StepsSettled, "{}", row.name);
                    assert!(!state.is_out(), "{}", row.name);
                }
            }
        }
    }
}

#[test]
fn each_incident_raised_is_listed() {
    let raised = does().filter_map(|what| match what {
        Do::Incident(slug) => Some(*slug),
        _ => None,
    });
    // The one that no row raises: a date is seen to be too late when it is taken.
    let slugs: BTreeSet<&str> = raised.chain(["due.later"]).collect();
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), SLUGS);
    for what in does() {
        if let Do::Settle(slug) = what {
            assert!(SLUGS.contains(slug), "{slug}");
        }
    }
}

/// Each act has a trigger of its own in the machines that know it, and none in the others.
#[test]
fn each_act_has_its_own_trigger() {
    let mut triggers = BTreeSet::new();
    for kind in ActKind::ALL {
        let knows = kind.info().machines.contains(&MachineKind::Borrowing);
        assert_eq!(act::trigger(*kind).is_some(), knows, "{kind}");
        assert!(act::trigger(*kind).is_none_or(|trigger| triggers.insert(trigger)), "{kind}");
    }
}
