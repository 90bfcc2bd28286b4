//! What staff may do.

use acts::{Act, ActKind, Fields};
use iso18626::{Action, Status};
use loan_model::{
    MachineKind,
    names::{Clock, LegId},
};
use state_machine::brokering::{LegState, Phase, allowed_actions};

use crate::support::World;

#[test]
fn what_is_allowed_is_what_the_tables_carry_out() {
    let mut worlds = vec![World::asking(&["first", "second"]), World::on_loan(&["first"])];
    let mut conditional = World::asking(&["first"]);
    conditional.condition(0, Status::WillSupply, "LibraryUseOnly");
    worlds.push(conditional);
    let mut ended = World::asking(&["first"]);
    ended.unfilled(0, "NotOnShelf");
    worlds.push(ended);
    let mut parting = World::asking(&["first", "second"]);
    parting.run_out(Clock::Answer.of(LegId(0)));
    worlds.push(parting);
    for world in &mut worlds {
        let allowed = allowed_actions(world.state());
        for kind in ActKind::of(MachineKind::Brokering) {
            let phase = world.phase();
            let input = state_machine::brokering::Input::Staff {
                act: Act::new(kind, Fields::default()).unwrap(),
                by: "an operator".to_owned(),
                reason: "a reason".to_owned(),
            };
            let decision = world.try_decide(&input);
            assert_eq!(decision.refusal().is_none(), allowed.contains(&kind), "{kind} while {phase}");
            assert_eq!(decision.events.is_empty(), !allowed.contains(&kind), "{kind} while {phase}");
        }
    }
}

#[test]
fn a_refused_action_says_why() {
    let mut world = World::on_loan(&["first"]);
    let decision = world.staff(Act::NextSupplier);
    assert_eq!(decision.refusal().unwrap().why, "No supplier can be passed over now.");
    assert_eq!(decision.refusal().unwrap().rule, "staff-next-nobody");
}

#[test]
fn an_act_of_another_machine_is_refused_by_name() {
    let mut world = World::on_loan(&["first"]);
    for act in [Act::Renew, Act::WillSupply] {
        let decision = world.staff(act);
        assert_eq!(decision.refusal().unwrap().rule, "act-of-another-machine");
        assert!(decision.events.is_empty() && decision.effects.is_empty());
    }
}

#[test]
fn staff_pass_a_supplier_over_and_need_not_wait() {
    let mut world = World::asking(&["first", "second"]);
    world.staff(Act::NextSupplier);
    assert_eq!((world.take(), world.phase()), (vec!["leg-0 action/Cancel".to_owned()], Phase::CancelPending));
    world.staff(Act::NextSupplier);
    assert_eq!((world.leg(0), world.leg(1)), (LegState::PassedOver, LegState::Sending));
}

#[test]
fn staff_agree_or_decline_in_the_requesters_place() {
    let mut world = World::asking(&["first", "second"]);
    world.condition(0, Status::WillSupply, "LibraryUseOnly");
    world.take();
    world.staff(Act::AgreeCondition);
    assert_eq!(
        (world.take(), world.leg(0)),
        (vec!["leg-0 action/Notification".to_owned()], LegState::Promised)
    );

    let mut world = World::asking(&["first", "second"]);
    world.condition(0, Status::WillSupply, "LibraryUseOnly");
    world.staff(Act::DeclineCondition);
    assert_eq!((world.leg(0), world.leg(1)), (LegState::PassedOver, LegState::Sending));
}

#[test]
fn staff_cancel_and_the_requester_hears_the_end_as_a_status() {
    let mut world = World::asking(&["first", "second"]);
    world.staff(Act::CancelRequest);
    assert_eq!((world.take(), world.phase()), (vec!["leg-0 action/Cancel".to_owned()], Phase::Cancelling));
    world.cancel_response(0, iso18626::YesNo::Y, Status::Cancelled);
    assert_eq!(world.take(), ["requester report/StatusChange/Cancelled"]);
}

#[test]
fn staff_close_a_loan_with_a_reason_and_the_peers_are_told() {
    let mut world = World::on_loan(&["first"]);
    world.staff(Act::Close);
    assert_eq!(world.take(), ["requester report/Notification/Loaned", "leg-0 action/Notification"]);
    assert!(world.last_report().message_info.note.as_ref().unwrap().contains("a reason"));
    assert!(world.actions().last().unwrap().note.as_ref().unwrap().contains("a reason"));
    assert_eq!((world.phase(), world.leg(0), world.closed), (Phase::Closed, LegState::Closed, 1));
    assert!(world.timers.is_empty());
    world.check_replay();
}

#[test]
fn staff_close_what_has_not_shipped_and_the_supplier_is_cancelled() {
    let mut world = World::asking(&["first"]);
    world.staff(Act::Close);
    assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply", "leg-0 action/Cancel"]);
    assert_eq!(world.phase(), Phase::Closed);
}

#[test]
fn staff_ask_how_things_stand() {
    let mut world = World::on_loan(&["first"]);
    world.staff(Act::AskStatus);
    assert_eq!(world.take(), ["leg-0 action/StatusRequest"]);
}

#[test]
fn staff_resolve_incidents() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::Lost);
    assert!(world.incidents.contains("item.lost"));
    assert!(allowed_actions(world.state()).contains(&ActKind::ResolveIncidents));
    world.staff(Act::ResolveIncidents);
    assert!(world.incidents.is_empty() && world.state().summary().incidents.is_empty());
}

#[test]
fn staff_look_for_the_rest_of_the_rota_again() {
    let mut world = World::asking(&["first"]);
    let mut late = World::new(&["second"]);
    world.peers.append(&mut late.peers);
    world.staff(Act::LocateAgain);
    world.locate();
    assert_eq!(world.phase(), Phase::Asking);
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.leg_peer(1).as_str(), "second");
}
