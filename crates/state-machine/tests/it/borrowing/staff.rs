//! What staff may do: the list comes from the tables, and acts read and print as JSON.

use iso18626::Status;
use state_machine::{
    borrowing::{Act, Arriving, Patch, Phase, allowed_actions},
    hosted::Origin,
};

use super::world::{World, by_hand, volume, with_ils};

#[test]
fn the_list_of_what_is_allowed_follows_the_request() {
    let mut world = World::new(by_hand());
    world.ask(Origin::Staff, None);
    assert_eq!(allowed_actions(world.state()), ["send", "edit", "set-pickup", "cancel", "charge", "close"]);
    world.does(Act::Send);
    let out = allowed_actions(world.state());
    for name in ["cancel", "receive", "copy-received", "note", "ask-status", "close"] {
        assert!(out.contains(&name), "{name}");
    }
    assert!(!out.contains(&"pick-up"), "nothing is here");
    world.loaned(&["a"]);
    let shipped = allowed_actions(world.state());
    assert!(!shipped.contains(&"ship-back"), "{shipped:?}");
    world.receive(&[]);
    let here = allowed_actions(world.state());
    for name in ["pick-up", "check-in", "ship-back", "renew", "report-lost", "report-damaged"] {
        assert!(here.contains(&name), "{name}");
    }
    assert!(!here.contains(&"receive"));
    world.ship_back(&[]);
    assert!(!allowed_actions(world.state()).contains(&"ship-back"));
    world.says(Status::LoanCompleted);
    assert_eq!(allowed_actions(world.state()), ["charge"]);
}

#[test]
fn an_act_on_a_volume_is_refused_by_the_volumes_row() {
    let mut world = World::shipped(by_hand(), &["a", "b"]);
    world.receive(&["a"]);
    world.may_not(Act::PickUp { volumes: vec![volume(2)] }, "picked-up-not");
    world.may_not(Act::PickUp { volumes: vec![volume(7)] }, "no-such-volume");
    world.does(Act::PickUp { volumes: vec![volume(1), volume(2)] });
    assert_eq!(world.state().summary().volumes[0].state, "checked-out");
    assert_eq!(world.state().summary().volumes[1].state, "in-transit");
}

#[test]
fn acts_read_as_json() {
    let acts = [
        (r#"{"action":"send"}"#, Act::Send),
        (r#"{"action":"receive"}"#, Act::Receive { volumes: Vec::new() }),
        (
            r#"{"action":"receive","volumes":[{"barcode":"31234"},{}]}"#,
            Act::Receive {
                volumes: vec![Arriving { barcode: Some("31234".to_owned()) }, Arriving::default()],
            },
        ),
        (r#"{"action":"ship-back","volumes":["vol-2"]}"#, Act::ShipBack { volumes: vec![volume(2)] }),
        (
            r#"{"action":"edit","title":"T","pages-requested":"1-9"}"#,
            Act::Edit {
                patch: Patch {
                    title: Some("T".to_owned()),
                    pages_requested: Some("1-9".to_owned()),
                    ..Patch::default()
                },
            },
        ),
        (
            r#"{"action":"give-up","ticket":"hold-for-patron/vol-1/0"}"#,
            Act::GiveUp { ticket: "hold-for-patron/vol-1/0".parse().unwrap() },
        ),
    ];
    for (json, act) in acts {
        let read: Act = serde_json::from_str(json).unwrap();
        assert_eq!(read, act);
        assert!(json.contains(&format!(r#""action":"{}""#, act.name())));
        let again: Act = serde_json::from_str(&serde_json::to_string(&act).unwrap()).unwrap();
        assert_eq!(again, act);
        assert!(Act::NAMES.contains(&act.name()));
    }
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
    world.does(Act::Note { text: "Where is it?".to_owned() });
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
