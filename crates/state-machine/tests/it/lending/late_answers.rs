//! What the ILS does after staff have given it up: it is kept, and shown where it matters, and nothing moves.

use acts::Act;
use iso18626::Action;
use loan_model::ils::{CirculationStatus, Step};
use state_machine::{
    hosted::Input,
    lending::{Phase, VolumeState},
};

use super::support::{World, done, library, ship, status};

fn volumes(world: &World) -> Vec<String> {
    world.summary().volumes.iter().map(|volume| volume.state.clone()).collect()
}

/// Gives up the step that waits, and lets the ILS do it after all.
fn done_after_all(world: &mut World, step: Step) {
    assert!(world.waits_for(step), "{step}");
    let id = world.waiting.iter().rfind(|(id, _)| id.step == step).unwrap().0;
    world.act(Act::GiveUp { step: id });
    world.take();
    let before = (world.phase(), volumes(world));
    world.give(Input::Ils { step: id, answer: done() });
    assert_eq!(world.take(), [], "{step}: nobody hears of it");
    assert_eq!((world.phase(), volumes(world)), before, "{step}: nothing moves");
    world.check_replay();
}

#[test]
fn the_shelf_is_looked_at_by_staff_then() {
    let mut world = World::asking(library());
    done_after_all(&mut world, Step::CheckItem);
    assert_eq!(world.phase(), Phase::OnPullList);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_hold_is_there_then_and_is_released_in_the_end() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    done_after_all(&mut world, Step::PlaceHold);
    assert!(world.incidents.is_empty());
    world.act(Act::Close);
    assert!(world.waits_for(Step::ReleaseHold));
}

#[test]
fn a_check_out_is_shown_to_staff_and_not_taken_back_unseen() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    done_after_all(&mut world, Step::CheckOutToLibrary);
    assert_eq!(world.volume(1), VolumeState::PutBack);
    assert!(world.has_incident("ils.done-late"));
    assert!(!world.waits_for(Step::CheckInFromLibrary));
    world.act(Act::ResolveIncidents);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_renewal_that_was_refused_meanwhile_is_shown_to_staff() {
    let mut world = World::on_loan(library(), &["a"]);
    world.says(Action::Renew);
    done_after_all(&mut world, Step::RenewForLibrary);
    assert!(world.has_incident("ils.done-late"));
}

#[test]
fn a_recall_and_a_check_in_are_what_everybody_knows_already() {
    let mut world = World::on_loan(library(), &["a"]);
    world.act(Act::Recall { due: None });
    done_after_all(&mut world, Step::RecallFromLibrary);
    assert!(world.incidents.is_empty());
    world.act(Act::Returned { volumes: Vec::new() });
    done_after_all(&mut world, Step::CheckInFromLibrary);
    assert_eq!(world.phase(), Phase::Completed);
    assert!(world.incidents.is_empty());
}
