//! The lender's tables.

use loan_model::names::Clock;
use state_machine::{
    interpreter::TableDescription,
    lending::{INCIDENTS, Phase, VolumeState, state_tables},
};

use super::{
    RowOutcome, To, does, ended, held, is_by_staff, is_for, is_refused, is_timer, of_clock, open, targets,
    targets_on, walk,
};

fn request() -> TableDescription {
    state_tables()[0].clone()
}

fn volume() -> TableDescription {
    state_tables()[1].clone()
}

fn is_custody(name: &str) -> bool {
    Phase::ALL.iter().any(|phase| phase.as_str() == name && phase.is_custody())
}

fn is_end(table: &TableDescription, name: &str) -> bool {
    ended(table).any(|state| state.name == name)
}

#[test]
fn each_pair_has_a_row_and_each_state_is_reached() {
    state_tables().iter().for_each(walk);
}

#[test]
fn each_state_that_is_not_final_has_a_way_out() {
    let (request, volume) = (request(), volume());
    for phase in open(&request).map(|phase| phase.name) {
        assert!(!targets_on(&request, phase, &["StaffClose"]).is_empty(), "{phase}");
        assert!(!targets(&request, phase, |trigger| !is_by_staff(trigger)).is_empty(), "{phase}");
    }
    for state in open(&volume).map(|state| state.name) {
        assert!(!targets(&volume, state, |_| true).is_empty(), "{state}");
    }
}

#[test]
fn a_clock_runs_wherever_nothing_is_out_and_leads_out() {
    let request = request();
    for phase in &request.states {
        if phase.is_end {
            assert!(phase.clocks.is_empty(), "{}", phase.name);
        } else if !is_custody(phase.name) && phase.name != Phase::Received.as_str() {
            let own: Vec<&str> = phase
                .clocks
                .iter()
                .filter(|clock| **clock != Clock::NeedBefore)
                .map(|clock| of_clock(&request, *clock))
                .collect();
            assert!(!targets_on(&request, phase.name, &own).is_empty(), "{}", phase.name);
        }
        for &clock in phase.clocks {
            let trigger = of_clock(&request, clock);
            let mut rows = request.rows.iter().filter(|row| is_for(row, phase.name, trigger));
            assert!(rows.any(|row| !row.is_refusal()), "{clock} runs for nothing in {}", phase.name);
        }
    }
}

#[test]
fn no_clock_ends_custody() {
    let request = request();
    for phase in Phase::ALL.iter().filter(|phase| phase.is_custody()) {
        for to in targets(&request, phase.as_str(), is_timer) {
            assert!(is_custody(to), "{phase} to {to}");
        }
    }
}

#[test]
fn only_what_becomes_of_the_volumes_or_staff_end_custody() {
    let (request, volume) = (request(), volume());
    for phase in Phase::ALL.iter().filter(|phase| phase.is_custody()) {
        for on in request.triggers.iter().map(|trigger| trigger.name.as_str()) {
            let out = targets_on(&request, phase.as_str(), &[on]).iter().any(|to| !is_custody(to));
            assert_eq!(out, ["VolumeBack", "VolumeLost", "StaffClose"].contains(&on), "{phase} on {on}");
        }
    }
    for on in volume.triggers.iter().map(|trigger| trigger.name.as_str()) {
        let out = !targets_on(&volume, VolumeState::Shipped.as_str(), &[on]).is_empty();
        assert_eq!(out, ["Back", "WriteOff", "NoticeCheckedIn"].contains(&on), "{on}");
    }
}

#[test]
fn what_is_over_stays_over() {
    let request = request();
    for phase in ended(&request).map(|phase| phase.name) {
        assert!(targets(&request, phase, |_| true).is_empty(), "{phase}");
    }
}

#[test]
fn each_message_that_asks_for_an_answer_gets_one_in_every_phase() {
    let request = request();
    for phase in Phase::ALL {
        assert!(!is_refused(&request, phase.as_str(), "StatusRequest"), "{phase}");
        // A second one while the first waits is answered by the answer to the first.
        assert_eq!(is_refused(&request, phase.as_str(), "Renew"), *phase == Phase::RenewalAsked, "{phase}");
        assert_eq!(is_refused(&request, phase.as_str(), "Cancel"), *phase == Phase::Cancelling, "{phase}");
    }
}

/// A requester that waits for an answer gets it when the request moves on.
#[test]
fn no_way_out_of_a_pending_question_leaves_it_unanswered() {
    let request = request();
    let rows = |phase: Phase| request.rows.iter().filter(move |row| row.from.contains(&phase.as_str()));
    let answers_cancel = |row: &&_| {
        let row: &state_machine::interpreter::RowDescription = row;
        row.actions().iter().any(|action| action.name == "AnswerPendingCancel")
    };
    for row in rows(Phase::RenewalAsked) {
        let leaves = match &row.outcome {
            RowOutcome::Goes { to: To::Stay, .. } | RowOutcome::Refused | RowOutcome::Withdrawn => false,
            RowOutcome::Goes { to: To::Resume, .. } => true,
            RowOutcome::Goes { to: To::State(to), .. } => *to != Phase::RenewalAsked.as_str(),
        };
        let answers = does(row, "GrantPendingRenewal") || does(row, "RefusePendingRenewal");
        assert!(!leaves || answers, "{}", row.name);
    }
    for row in rows(Phase::Cancelling) {
        let Some(to) = row.target() else { continue };
        // What is being shipped is answered when it goes.
        assert!(answers_cancel(&row) || to == Phase::Shipping.as_str(), "{}", row.name);
    }
    for row in rows(Phase::Shipping).filter(|row| row.target() == Some(Phase::Shipped.as_str())) {
        assert!(answers_cancel(&row), "{}", row.name);
    }
}

/// Each end before shipping puts back what was pulled and gives up the hold.
#[test]
fn an_end_without_a_loan_leaves_nothing_behind() {
    let request = request();
    let with_items =
        [Phase::OnPullList, Phase::WillSupply, Phase::Conditional, Phase::Cancelling, Phase::Shipping];
    for row in &request.rows {
        let Some(to) = row.target().filter(|to| is_end(&request, to)) else { continue };
        if with_items.iter().any(|from| row.from.contains(&from.as_str())) {
            assert!(does(row, "EachVolume(PutBack)"), "{}", row.name);
            assert!(does(row, "ReleaseHoldIfAny"), "{}", row.name);
        }
        if !row.from.contains(&to) {
            assert_eq!(row.actions().last().map(|action| action.text.as_str()), Some("End"), "{}", row.name);
        }
    }
}

#[test]
fn each_incident_raised_is_listed() {
    let tables = state_tables();
    let mut slugs = held(&tables, "Incident");
    // One that no row raises: a hold stays where nobody is asked to release it.
    slugs.insert("hold.left");
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), INCIDENTS);
}

/// What has failed is shown to staff until it is seen to: a failure that changes nothing must not stand as one.
#[test]
fn a_failed_call_that_changes_nothing_is_withdrawn() {
    for table in state_tables() {
        let on_failure = |row: &&state_machine::interpreter::RowDescription| {
            row.is_refusal() && row.on.iter().any(|on| on.ends_with("Failed"))
        };
        let rows: Vec<_> = table.rows.iter().filter(on_failure).collect();
        assert!(!rows.is_empty());
        assert!(rows.iter().all(|row| matches!(row.outcome, RowOutcome::Withdrawn)), "{}", table.title);
    }
}
