//! Holds that the ILS has placed more than once: their ids are kept, and all of them are released.

use acts::Act;
use iso18626::Action;
use loan_model::{
    hosted::{HostedFacts, StepSetting},
    ils::{CirculationStatus, IlsAnswer, IlsFacts, IlsProblem, IlsProblemKind, Step, StepId},
};
use state_machine::{hosted::Input, lending::Phase};

use super::support::{World, due, failed, library, returned, ship, status};

fn placed(id: &str) -> IlsAnswer {
    IlsAnswer::Done { facts: Box::new(IlsFacts { request: Some(id.to_owned()), ..IlsFacts::default() }) }
}

/// A request whose ILS has placed the hold twice: staff had it asked again, and the answer to the first call came after all.
fn with_two_holds(library: HostedFacts) -> World {
    let mut world = World::asking(library);
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    let first = world.answer(Step::PlaceHold, failed());
    world.act(Act::RetryStep { step: first });
    world.answer(Step::PlaceHold, placed("1002"));
    late(&mut world, first);
    assert_eq!(world.state().holds().collect::<Vec<_>>().len(), 2);
    world.take_asked();
    world
}

fn late(world: &mut World, first: StepId) {
    world.give(Input::Ils { step: first, answer: placed("1001") });
    world.check_replay();
}

fn all_are_released(world: &mut World) {
    let mut released = world.take_asked();
    world.answer(Step::ReleaseHold, IlsAnswer::Done { facts: Box::default() });
    released.extend(world.take_asked());
    world.answer(Step::ReleaseHold, IlsAnswer::Done { facts: Box::default() });
    released.sort();
    assert_eq!(released, ["release 1001", "release 1002"]);
    assert_eq!(world.state().holds().count(), 0);
    assert!(!world.waits_for(Step::ReleaseHold) && world.incidents.is_empty());
    world.check_replay();
}

#[test]
fn all_are_released_where_nothing_goes() {
    let mut world = with_two_holds(library());
    world.says(Action::Cancel);
    all_are_released(&mut world);
}

#[test]
fn all_but_the_one_that_became_the_loan_are_released_where_it_goes() {
    let mut world = with_two_holds(library());
    world.act(ship(&["a"]));
    world.answer(Step::CheckOutToLibrary, due("2026-12-01T00:00:00Z".parse().unwrap()));
    assert_eq!(world.phase(), Phase::Shipped);
    let asked = world.take_asked();
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("release ")).count(), 1, "{asked:?}");
    world.answer(Step::ReleaseHold, IlsAnswer::Done { facts: Box::default() });
    assert_eq!(world.state().holds().count(), 0);
    world.check_replay();
}

#[test]
fn one_that_comes_after_the_end_is_released() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    let first = world.answer(Step::PlaceHold, failed());
    world.act(Act::RetryStep { step: first });
    world.answer(Step::PlaceHold, placed("1002"));
    world.take_asked();
    world.says(Action::Cancel);
    late(&mut world, first);
    all_are_released(&mut world);
}

#[test]
fn one_that_is_left_behind_is_shown_to_staff() {
    let mut library = library();
    library.steps.insert(Step::ReleaseHold, StepSetting::Off);
    let mut world = World::asking(library);
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    world.answer(Step::PlaceHold, placed("1001"));
    assert!(!world.has_incident("hold.left"));
    world.says(Action::Cancel);
    assert!(world.has_incident("hold.left"));
    world.act(Act::ResolveIncidents);
    assert!(world.incidents.is_empty());
    world.check_replay();
}

/// What the ILS refused and was taken for done is told as what it is.
#[test]
fn that_the_ils_had_lent_nothing_is_told_as_that() {
    let problem = IlsProblem { kind: IlsProblemKind::Other("Item Not Checked Out".to_owned()), detail: None };
    let tolerated = IlsFacts { tolerated: vec![problem], ..IlsFacts::default() };
    for (facts, rule, says) in
        [(tolerated, "not-lent", "has taken nothing back"), (IlsFacts::default(), "checked-in", "checked in")]
    {
        let mut world = World::on_loan(library(), &["a"]);
        world.act(returned(&["a"]));
        let step = world.waiting.last().unwrap().0;
        let decision = world.give(Input::Ils { step, answer: IlsAnswer::Done { facts: Box::new(facts) } });
        let used = decision.rules.first().unwrap();
        assert_eq!(used.rule, rule);
        assert!(used.why.contains(says), "{}", used.why);
        assert_eq!(world.phase(), Phase::Completed);
        world.check_replay();
    }
}
