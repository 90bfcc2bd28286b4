//! Walks the whole product of states and triggers of both tables.

use loan_model::{MachineKind, ils::NoticeKind, names::Clock};

use super::{
    act,
    actions::{RequestAction, VolumeAction},
    classify,
    incidents::SLUGS,
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::interpreter::{
    Kind, TableState, To,
    walk::{acts, raised, targets, unguarded, walk},
};

const TIMERS: &[RequestTrigger] = &[
    RequestTrigger::PullTimer,
    RequestTrigger::ShipTimer,
    RequestTrigger::ReplyTimer,
    RequestTrigger::TransitTimer,
    RequestTrigger::DueTimer,
    RequestTrigger::ReturnTimer,
    RequestTrigger::NeedBeforeTimer,
];

#[test]
fn each_pair_has_a_row_and_each_state_is_reached() {
    walk(REQUEST_TABLE, Phase::Received, RequestTrigger::ALL);
    walk(VOLUME_TABLE, VolumeState::Pulled, VolumeTrigger::ALL);
}

#[test]
fn each_state_that_is_not_final_has_a_way_out() {
    for phase in Phase::ALL.iter().filter(|phase| !phase.is_final()) {
        assert!(!targets(REQUEST_TABLE, *phase, |t| *t == RequestTrigger::StaffClose).is_empty(), "{phase}");
        let by_others = |trigger: &RequestTrigger| *trigger < RequestTrigger::StaffWillSupply;
        assert!(!targets(REQUEST_TABLE, *phase, by_others).is_empty(), "{phase}");
    }
    for state in VolumeState::ALL.iter().filter(|state| !state.is_final()) {
        assert!(!targets(VOLUME_TABLE, *state, |_| true).is_empty(), "{state}");
    }
}

#[test]
fn a_clock_runs_wherever_nothing_is_out_and_leads_out() {
    for &phase in Phase::ALL {
        let own = phase.clocks();
        if phase.is_final() {
            assert!(own.is_empty(), "{phase}");
        } else if !phase.is_custody() && phase != Phase::Received {
            let ends = |trigger: &RequestTrigger| {
                own.iter()
                    .filter(|clock| **clock != Clock::NeedBefore)
                    .filter_map(|c| classify::clock(*c))
                    .any(|c| c == *trigger)
            };
            assert!(!targets(REQUEST_TABLE, phase, ends).is_empty(), "{phase}");
        }
        for &clock in own {
            let trigger = classify::clock(clock).expect("each clock of a lender has a trigger");
            assert!(
                REQUEST_TABLE.iter().any(|row| row.is_for(phase, trigger) && !row.is_refusal()),
                "{clock} runs for nothing in {phase}"
            );
        }
    }
}

#[test]
fn no_clock_ends_custody() {
    for &phase in Phase::ALL.iter().filter(|phase| phase.is_custody()) {
        for to in targets(REQUEST_TABLE, phase, |trigger| TIMERS.contains(trigger)) {
            assert!(to.is_custody(), "{phase} to {to}");
        }
    }
}

#[test]
fn only_what_becomes_of_the_volumes_or_staff_end_custody() {
    let ends = [RequestTrigger::VolumeBack, RequestTrigger::VolumeLost, RequestTrigger::StaffClose];
    for &phase in Phase::ALL.iter().filter(|phase| phase.is_custody()) {
        for &trigger in RequestTrigger::ALL {
            let out = targets(REQUEST_TABLE, phase, |t| *t == trigger).iter().any(|to| !to.is_custody());
            assert_eq!(out, ends.contains(&trigger), "{phase} on {trigger:?}");
        }
    }
    let ends = [VolumeTrigger::Back, VolumeTrigger::WriteOff, VolumeTrigger::NoticeCheckedIn];
    for &trigger in VolumeTrigger::ALL {
        let out = !targets(VOLUME_TABLE, VolumeState::Shipped, |t| *t == trigger).is_empty();
        assert_eq!(out, ends.contains(&trigger), "{trigger:?}");
    }
}

#[test]
fn what_is_over_stays_over() {
    for &phase in Phase::ALL.iter().filter(|phase| phase.is_final()) {
        assert!(targets(REQUEST_TABLE, phase, |_| true).is_empty(), "{phase}");
    }
}

#[test]
fn each_message_that_asks_for_an_answer_gets_one_in_every_phase() {
    for &phase in Phase::ALL {
        assert!(!unguarded(REQUEST_TABLE, phase, RequestTrigger::StatusRequest).is_refusal(), "{phase}");
        // A second one while the first waits is answered by the answer to the first.
        let renew = unguarded(REQUEST_TABLE, phase, RequestTrigger::Renew);
        assert_eq!(renew.is_refusal(), phase == Phase::RenewalAsked, "{phase}");
        let cancel = unguarded(REQUEST_TABLE, phase, RequestTrigger::Cancel);
        assert_eq!(cancel.is_refusal(), phase == Phase::Cancelling, "{phase}");
    }
}

/// A requester that waits for an answer gets it when the request moves on.
#[test]
fn no_way_out_of_a_pending_question_leaves_it_unanswered() {
    for row in REQUEST_TABLE.iter().filter(|row| row.from.contains(&Phase::RenewalAsked)) {
        let Kind::Goes { to, does, .. } = row.kind else { continue };
        let leaves = match to {
            To::Stay => false,
            To::Resume => true,
            To::State(to) => to != Phase::RenewalAsked,
        };
        let answers = does.contains(&RequestAction::GrantPendingRenewal)
            || does.contains(&RequestAction::RefusePendingRenewal);
        assert!(!leaves || answers, "{}", row.name);
    }
    for row in REQUEST_TABLE.iter().filter(|row| row.from.contains(&Phase::Cancelling)) {
        let Kind::Goes { to: To::State(to), does, .. } = row.kind else { continue };
        let answers = does.iter().any(|what| matches!(what, RequestAction::AnswerPendingCancel(_)));
        // What is being shipped is answered when it goes.
        assert!(answers || to == Phase::Shipping, "{}", row.name);
    }
    for row in REQUEST_TABLE.iter().filter(|row| row.from.contains(&Phase::Shipping)) {
        if let Kind::Goes { to: To::State(Phase::Shipped), does, .. } = row.kind {
            assert!(
                does.iter().any(|what| matches!(what, RequestAction::AnswerPendingCancel(_))),
                "{}",
                row.name
            );
        }
    }
}

/// Each end before shipping puts back what was pulled and gives up the hold.
#[test]
fn an_end_without_a_loan_leaves_nothing_behind() {
    for row in REQUEST_TABLE {
        let Kind::Goes { to: To::State(to), does, .. } = row.kind else { continue };
        let pulled = row.from.iter().any(|from| {
            matches!(
                from,
                Phase::OnPullList
                    | Phase::WillSupply
                    | Phase::Conditional
                    | Phase::Cancelling
                    | Phase::Shipping
            )
        });
        if to.is_final() && pulled {
            assert!(does.contains(&RequestAction::EachVolume(VolumeTrigger::PutBack)), "{}", row.name);
            assert!(does.contains(&RequestAction::ReleaseHoldIfAny), "{}", row.name);
        }
        if to.is_final() && !row.from.contains(&to) {
            assert_eq!(does.last(), Some(&RequestAction::End), "{}", row.name);
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
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), SLUGS);
}

#[test]
fn each_act_has_its_own_trigger() {
    acts(MachineKind::Lending, act::trigger_of);
}

#[test]
fn each_notice_is_classified() {
    let nothing: Vec<_> = NoticeKind::ALL
        .iter()
        .filter(|kind| matches!(classify::notice(**kind), classify::Noticed::Nothing))
        .collect();
    assert_eq!(nothing, [&NoticeKind::Received]);
}
