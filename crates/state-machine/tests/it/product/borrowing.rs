//! The borrower's tables.

use loan_model::{ils::Step, names::Clock};
use state_machine::{
    borrowing::{INCIDENTS, Phase, VolumeState, state_tables},
    interpreter::TableDescription,
};

use super::{does, ended, held, is_by_staff, is_refused, of_clock, open, targets, targets_on, walk};

fn request() -> TableDescription {
    state_tables()[0].clone()
}

fn volume() -> TableDescription {
    state_tables()[1].clone()
}

#[test]
fn each_pair_has_a_row_and_each_state_is_reached() {
    state_tables().iter().for_each(walk);
}

#[test]
fn each_state_that_is_not_final_has_a_way_out_by_others_and_by_staff() {
    let (request, volume) = (request(), volume());
    for phase in open(&request).map(|phase| phase.name) {
        assert!(!targets(&request, phase, |trigger| !is_by_staff(trigger)).is_empty(), "{phase}");
        assert!(!targets_on(&request, phase, &["Close"]).is_empty(), "{phase}");
    }
    for state in open(&volume).map(|state| state.name) {
        assert!(!targets_on(&volume, state, &["SupplierHasIt", "WriteOff"]).is_empty(), "{state}");
        assert!(!targets_on(&volume, state, &["Close"]).is_empty(), "{state}");
    }
}

#[test]
fn a_volume_that_is_in_custody_can_be_sent_back_wherever_it_stands() {
    let volume = volume();
    for state in VolumeState::ALL {
        let back = targets_on(&volume, state.as_str(), &["ShipBack"]);
        let expected = state.is_in_custody() || *state == VolumeState::Lost;
        assert!(back.iter().all(|to| *to == VolumeState::SentBack.as_str()), "{state}");
        assert_eq!(!back.is_empty(), expected, "{state}");
    }
}

#[test]
fn a_final_volume_stays_where_it_is() {
    let volume = volume();
    for state in ended(&volume).map(|state| state.name) {
        assert!(targets(&volume, state, |_| true).is_empty(), "{state}");
    }
}

#[test]
fn only_a_late_item_opens_what_is_over() {
    let request = request();
    let reopens = ["Loaned", "Receive"];
    for phase in ended(&request).map(|phase| phase.name) {
        let others = targets(&request, phase, |trigger| !reopens.contains(&trigger.name.as_str()));
        assert!(others.is_empty(), "{phase}");
        let opened = targets_on(&request, phase, &reopens);
        assert!(opened.iter().all(|to| *to == Phase::Shipped.as_str()), "{phase}");
    }
}

#[test]
fn a_notification_and_a_failing_step_move_nothing_but_a_check() {
    let (request, volume) = (request(), volume());
    for phase in Phase::ALL {
        assert!(targets_on(&request, phase.as_str(), &["News"]).is_empty());
        let failing = targets_on(&request, phase.as_str(), &["StepFailed"]);
        assert_eq!(failing.is_empty(), *phase != Phase::Checking, "{phase}");
    }
    for state in VolumeState::ALL {
        assert!(targets_on(&volume, state.as_str(), &["StepFailed", "PollFailed"]).is_empty(), "{state}");
        assert!(!is_refused(&volume, state.as_str(), "StepFailed"), "{state}");
    }
}

#[test]
fn no_clock_ends_a_request_that_the_supplier_knows_of() {
    let (request, volume) = (request(), volume());
    for phase in &request.states {
        let clocks = ["AnswerTimer", "ReplyTimer", "ReturnTimer"];
        assert!(targets_on(&request, phase.name, &clocks).is_empty(), "{}", phase.name);
        let needed = targets_on(&request, phase.name, &["NeedBeforeTimer"]);
        assert_eq!(needed.is_empty(), !phase.clocks.contains(&Clock::NeedBefore), "{}", phase.name);
    }
    for state in VolumeState::ALL {
        let clocks = ["TransitTimer", "CustodyTimer", "PollTimer"];
        assert!(targets_on(&volume, state.as_str(), &clocks).is_empty(), "{state}");
    }
}

#[test]
fn each_clock_that_runs_has_a_row_that_does_something() {
    for table in state_tables() {
        for state in &table.states {
            assert!(!state.is_end || state.clocks.is_empty(), "{}", state.name);
            for &clock in state.clocks {
                let refused = is_refused(&table, state.name, of_clock(&table, clock));
                assert!(!refused, "{}: {clock}", state.name);
            }
        }
    }
    // The ILS is asked for what may be with the patron.
    let volume = volume();
    for state in VolumeState::ALL {
        let polled = state.is_out() || matches!(state, VolumeState::OnShelf | VolumeState::Expired);
        assert_eq!(!is_refused(&volume, state.as_str(), "PollTimer"), polled, "{state}");
    }
}

#[test]
fn a_temporary_item_goes_only_once_nothing_else_is_asked() {
    let volume = volume();
    let withdrawing: Vec<_> =
        volume.rows.iter().filter(|row| does(row, "CallIlsIfUsed(WithdrawItem)")).collect();
    assert!(!withdrawing.is_empty());
    for row in withdrawing {
        assert_eq!(row.on, ["StepsResolved"], "{}", row.name);
        let out = VolumeState::ALL.iter().filter(|state| state.is_out());
        assert!(out.into_iter().all(|state| !row.from.contains(&state.as_str())), "{}", row.name);
    }
}

#[test]
fn each_incident_raised_is_listed() {
    let tables = state_tables();
    let mut slugs = held(&tables, "Incident");
    // The one that no row raises: a date is seen to be too late when it is recorded.
    slugs.insert("due.later");
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), INCIDENTS);
    for slug in held(&tables, "Resolve") {
        assert!(INCIDENTS.contains(&slug), "{slug}");
    }
}

#[test]
fn a_call_makes_sense_where_its_volume_can_need_it() {
    let volume = volume();
    let at = |state: VolumeState| {
        let found = volume.states.iter().find(|known| known.name == state.as_str());
        found.expect("it is a state of the table").calls
    };
    for state in VolumeState::ALL {
        assert_eq!(at(*state).contains(&Step::RenewForPatron), state.is_out(), "{state}");
        let back = matches!(state, VolumeState::CheckedIn | VolumeState::SentBack);
        assert_eq!(at(*state).contains(&Step::WithdrawItem), back, "{state}");
        let held = state.is_in_custody() && *state != VolumeState::CheckedIn;
        assert_eq!(at(*state).contains(&Step::HoldForPatron), held, "{state}");
    }
}
