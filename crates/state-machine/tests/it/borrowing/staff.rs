//! What staff may do: the list comes from the tables, and an act names its volumes.

use acts::{Act, ActKind, Barcode, Fields};
use iso18626::Status;
use loan_model::ils::Step;
use state_machine::{
    borrowing::{Borrowing, Phase},
    hosted::{Machine, Origin},
};

use super::world::{World, by_hand, never_renews, volume, with_ils, without};

fn names(world: &World) -> Vec<&'static str> {
    Borrowing::allowed_actions(world.state(), &world.library).into_iter().map(ActKind::as_str).collect()
}

#[test]
fn the_list_of_what_is_allowed_follows_the_request() {
    let mut world = World::new(by_hand());
    world.ask(Origin::Staff, None);
    assert_eq!(names(&world), ["send", "edit", "set-pickup", "cancel", "close"]);
    world.does(Act::Send);
    let out = names(&world);
    for name in ["cancel", "receive", "copy-received", "note", "ask-status", "close"] {
        assert!(out.contains(&name), "{name}");
    }
    assert!(!out.contains(&"pick-up"), "nothing is here");
    world.loaned(&["a"]);
    let shipped = names(&world);
    assert!(!shipped.contains(&"ship-back"), "{shipped:?}");
    world.receive(&[]);
    let here = names(&world);
    for name in ["pick-up", "check-in", "ship-back", "renew", "report-lost", "report-damaged"] {
        assert!(here.contains(&name), "{name}");
    }
    assert!(!here.contains(&"receive"));
    world.ship_back(&[]);
    assert!(!names(&world).contains(&"ship-back"));
    world.says(Status::LoanCompleted);
    assert!(names(&world).is_empty());
}

#[test]
fn what_the_librarys_settings_switch_off_is_not_offered() {
    for (library, renews) in [(with_ils(), true), (never_renews(), false)] {
        let world = World::on_shelf(library, &["a"]);
        assert_eq!(names(&world).contains(&"renew"), renews);
    }
    for (library, charges) in [(with_ils(), true), (without(with_ils(), Step::ChargePatron), false)] {
        let world = World::on_shelf(library, &["a"]);
        assert_eq!(names(&world).contains(&"charge"), charges);
    }
}

#[test]
fn an_act_on_a_volume_is_refused_by_the_volumes_row() {
    let mut world = World::shipped(by_hand(), &["a", "b"]);
    world.receive(&["a"]);
    world.may_not(Act::PickUp { volumes: vec![volume(2).into()] }, "picked-up-not");
    world.may_not(Act::PickUp { volumes: vec![volume(7).into()] }, "no-such-volume");
    world.does(Act::PickUp { volumes: vec![volume(1).into(), volume(2).into()] });
    assert_eq!(world.state().summary().volumes[0].state, "checked-out");
    assert_eq!(world.state().summary().volumes[1].state, "in-transit");
}

#[test]
fn a_volume_is_named_by_its_number_the_lenders_barcode_or_its_own() {
    let mut world = World::on_shelf(with_ils(), &["a", "b", "c"]);
    let local = world.state().summary().volumes[1].local.clone().unwrap();
    let states = |world: &World| {
        let summary = world.state().summary();
        summary.volumes.iter().map(|volume| volume.state.clone()).collect::<Vec<_>>()
    };
    let named =
        vec![volume(1).into(), Barcode::new(&local).unwrap().into(), Barcode::new("c").unwrap().into()];
    world.does(Act::PickUp { volumes: named });
    assert_eq!(states(&world), ["checked-out"; 3]);
    // One that is not there refuses the whole act.
    let named = vec![volume(1).into(), Barcode::new("d").unwrap().into()];
    world.may_not(Act::CheckIn { volumes: named }, "no-such-volume");
    world.may_not(Act::CheckIn { volumes: vec![volume(1).into(), volume(4).into()] }, "no-such-volume");
    assert_eq!(states(&world), ["checked-out"; 3]);
}

#[test]
fn what_came_without_a_barcode_is_named_by_the_next_number() {
    let mut world = World::sent(by_hand());
    world.may_not(Act::Receive { volumes: vec![volume(2).into()] }, "no-such-volume");
    world.does(Act::Receive { volumes: vec![volume(2).into(), volume(1).into()] });
    let volumes = world.state().summary().volumes;
    assert_eq!(volumes.len(), 2);
    assert!(volumes.iter().all(|volume| volume.barcode.is_none() && volume.state != "in-transit"));
}

#[test]
fn an_act_of_another_machine_is_refused_by_name() {
    for act in [
        Act::NextSupplier,
        Act::WillSupply,
        Act::Ship { volumes: Vec::new(), due: None, instead_of: Vec::new() },
    ] {
        World::sent(by_hand()).may_not(act, "act-of-another-machine");
    }
}

#[test]
fn a_day_ends_where_the_library_is() {
    let mut library = by_hand();
    library.calendar.time_zone = "America/Denver".to_owned();
    let mut world = World::new(library);
    world.ask(Origin::Staff, None);
    let mut fields = Fields::default();
    fields.set("need-before", "2026-12-20");
    world.does(Act::new(ActKind::Edit, fields).unwrap());
    assert!(format!("{:?}", world.state().request()).contains("2026-12-21T06:59:59"));
}

#[test]
fn staff_can_close_at_every_point() {
    let mut world = World::new(with_ils());
    world.ask(Origin::Ncip, None);
    world.does(Act::Close);
    assert!(world.sent.is_empty(), "nobody knew of it");
    assert_eq!(world.phase(), Phase::Closed);

    let mut world = World::on_shelf(with_ils(), &["a", "b"]);
    world.actions();
    world.does(Act::Close);
    assert_eq!(world.phase(), Phase::Closed);
    assert_eq!(world.actions(), ["action/Notification"]);
    assert!(world.has_incident("ils.item-left"));
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Closed);
}

#[test]
fn a_note_reaches_the_supplier_and_is_not_kept() {
    let mut world = World::sent(with_ils());
    world.sent.clear();
    world.does(Act::Note { note: "Where is it?".to_owned() });
    assert!(format!("{:?}", world.sent).contains("Where is it?"));
    assert!(!serde_json::to_string(&world.events).unwrap().contains("Where is it?"));
}

#[test]
fn events_and_state_read_back_from_json() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.does(Act::Renew);
    let state = serde_json::to_string(world.state()).unwrap();
    assert_eq!(&serde_json::from_str::<state_machine::borrowing::State>(&state).unwrap(), world.state());
    let events = serde_json::to_string(&world.events).unwrap();
    let read: Vec<state_machine::borrowing::Event> = serde_json::from_str(&events).unwrap();
    assert_eq!(read, world.events);
}
