//! Walks the whole product of states and triggers of both tables.

use loan_model::{MachineKind, ils::Step, names::Clock};

use super::{
    act,
    actions::{RequestAction, VolumeAction},
    incidents::SLUGS,
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::interpreter::{
    Row, TableState,
    walk::{acts, raised, targets, unguarded, walk},
};

#[test]
fn each_pair_has_a_row_and_each_state_is_reached() {
    walk(REQUEST_TABLE, Phase::Checking, RequestTrigger::ALL);
    walk(VOLUME_TABLE, VolumeState::InTransit, VolumeTrigger::ALL);
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
fn no_clock_ends_a_request_that_the_supplier_knows_of() {
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
                if row.actions().contains(&VolumeAction::CallIlsIfUsed(Step::WithdrawItem)) {
                    assert_eq!(*trigger, VolumeTrigger::StepsResolved, "{}", row.name);
                    assert!(!state.is_out(), "{}", row.name);
                }
            }
        }
    }
}

#[test]
fn each_incident_raised_is_listed() {
    let mut slugs = raised(REQUEST_TABLE, |action| match action {
        RequestAction::Incident(slug) => Some(*slug),
        _ => None,
    });
    slugs.extend(raised(VOLUME_TABLE, |action| match action {
        VolumeAction::Incident(slug) => Some(*slug),
        _ => None,
    }));
    // The one that no row raises: a date is seen to be too late when it is recorded.
    slugs.insert("due.later");
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), SLUGS);
    let of_request = REQUEST_TABLE.iter().flat_map(Row::actions).filter_map(|action| match action {
        RequestAction::Resolve(slug) => Some(slug),
        _ => None,
    });
    let of_volume = VOLUME_TABLE.iter().flat_map(Row::actions).filter_map(|action| match action {
        VolumeAction::Resolve(slug) => Some(slug),
        _ => None,
    });
    for slug in of_request.chain(of_volume) {
        assert!(SLUGS.contains(slug), "{slug}");
    }
}

#[test]
fn each_act_has_its_own_trigger() {
    acts(MachineKind::Borrowing, act::trigger);
}
