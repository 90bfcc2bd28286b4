//! Copies: fetched from a URL, sent on paper, uploaded by staff.

use acts::Act;
use iso18626::{DeliveryInfo, ReasonForMessage, Status};
use loan_model::NotificationKind;
use state_machine::borrowing::Phase;

use super::world::{World, with_ils};

fn copied(world: &mut World, url: Option<&str>) {
    let mut message = world.message(ReasonForMessage::StatusChange, Status::CopyCompleted);
    message.delivery_info = Some(DeliveryInfo { url: url.map(str::to_owned), ..DeliveryInfo::default() });
    world.hear(message);
}

const URL: &str = "https://lender.example/copy";

#[test]
fn a_copy_with_a_url_is_there_at_once() {
    let mut world = World::sent(with_ils());
    copied(&mut world, Some(URL));
    assert_eq!(world.phase(), Phase::Completed);
    assert_eq!(world.state().copy(), Some(URL));
    assert_eq!(world.told.last(), Some(&NotificationKind::CopyReady));
}

#[test]
fn a_copy_on_paper_is_awaited() {
    for act in [Act::CopyReceived { url: None }, Act::Receive { volumes: Vec::new() }] {
        let mut world = World::sent(with_ils());
        copied(&mut world, None);
        assert_eq!(world.phase(), Phase::CopySent);
        world.actions();
        world.does(act);
        assert_eq!(world.phase(), Phase::Completed);
        assert_eq!(world.actions(), ["action/Received"]);
        world.states(&[]);
    }
}

#[test]
fn an_uploaded_copy_is_where_staff_say() {
    let mut world = World::sent(with_ils());
    world.says(Status::WillSupply);
    world.does(Act::CopyReceived { url: Some(URL.to_owned()) });
    assert_eq!(world.phase(), Phase::Completed);
    assert_eq!(world.state().copy(), Some(URL));
    copied(&mut world, None);
    assert_eq!(world.rules(), ["copy-late"]);
}

#[test]
fn a_url_may_follow_and_a_copy_may_come_after_the_end() {
    let mut world = World::sent(with_ils());
    copied(&mut world, None);
    copied(&mut world, Some(URL));
    assert_eq!(world.phase(), Phase::Completed);

    let mut world = World::sent(with_ils());
    world.says(Status::Unfilled);
    copied(&mut world, Some(URL));
    assert_eq!(world.phase(), Phase::Unfilled);
    assert!(world.has_incident("copy.after-end"));
    assert_eq!(world.state().copy(), Some(URL));
}
