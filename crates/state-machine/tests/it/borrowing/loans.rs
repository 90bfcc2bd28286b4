//! Whole loans: without notices, with them, and by hand; volumes one by one; recalled, overdue, lost, not picked up.

use acts::Act;
use iso18626::{Action, Status};
use loan_model::{
    NotificationKind,
    ils::{IlsCommand, IlsNotice, NoticeKind, Step},
};
use state_machine::{
    borrowing::{
        Phase,
        VolumeState::{
            CheckedIn, CheckedOut, Expired, InTransit, Lost, OnShelf, Overdue, Recalled, SentBack, WrittenOff,
        },
    },
    hosted::Input,
};

use super::world::{Record, World, action, by_hand, volume, with_ils, with_prefix, without};

#[test]
fn a_loan_whose_ils_tells_nothing_is_seen_by_asking() {
    let mut world = World::on_shelf(with_ils(), &["31234"]);
    assert_eq!(world.items["31234"], Record::OnHold);
    assert_eq!(world.known, ["31234", "31234"]);
    assert_eq!(world.actions(), ["request", "action/Received"]);
    world.rings("poll/vol-1");
    world.ils();
    world.states(&[OnShelf]);
    world.in_the_ils("31234", Record::OnLoan);
    world.rings("poll/vol-1");
    world.ils();
    world.states(&[CheckedOut]);
    world.rings("poll/vol-1");
    world.ils();
    world.states(&[CheckedOut]);
    world.in_the_ils("31234", Record::Free);
    world.rings("poll/vol-1");
    world.ils();
    world.states(&[CheckedIn]);
    assert!(world.items.is_empty(), "the temporary item is gone once it is checked in");
    world.ship_back(&[]);
    assert_eq!(world.phase(), Phase::Returned);
    assert_eq!(world.actions(), ["action/ShippedReturn"]);
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_loan_by_staff_in_the_gateway_moves_the_ils() {
    let mut world = World::on_shelf(with_ils(), &["31234"]);
    world.pick_up();
    world.ils();
    assert_eq!(world.items["31234"], Record::OnLoan);
    world.check_in();
    world.states(&[CheckedIn]);
    assert!(matches!(world.asked.as_slice(), [(_, IlsCommand::CheckInItem { .. })]), "{:?}", world.asked);
    world.ils();
    assert!(world.items.is_empty());
    world.ship_back(&[]);
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn a_loan_whose_ils_tells_everything_needs_no_staff() {
    let mut world = World::shipped(with_ils(), &["31234"]);
    world.notice(NoticeKind::Received, 1);
    world.ils();
    world.in_the_ils("31234", Record::OnLoan);
    world.notice(NoticeKind::CheckedOut, 1);
    world.states(&[CheckedOut]);
    assert!(world.asked.is_empty(), "what the ILS did itself is not asked of it");
    world.in_the_ils("31234", Record::Free);
    world.notice(NoticeKind::CheckedIn, 1);
    world.states(&[CheckedIn]);
    world.ils();
    assert!(world.items.is_empty());
    world.notice(NoticeKind::Shipped, 1);
    assert_eq!(world.phase(), Phase::Returned);
    world.says(Status::LoanCompleted);
    assert_eq!(world.actions(), ["request", "action/Received", "action/ShippedReturn"]);
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn a_notice_that_names_no_volume_is_about_the_only_one_that_it_can_be_about() {
    let about_any = Input::Notice(IlsNotice { kind: NoticeKind::CheckedIn, volume: None, due: None });
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.step(&about_any);
    world.states(&[OnShelf]);
    world.pick_up();
    world.ils();
    world.step(&about_any);
    world.states(&[CheckedIn]);

    let mut world = World::on_shelf(with_ils(), &["a", "b"]);
    world.pick_up();
    world.ils();
    world.step(&about_any);
    world.states(&[CheckedOut, CheckedOut]);
    assert_eq!(world.rules(), ["notice-about-any"]);
}

#[test]
fn a_library_without_an_ils_borrows_by_hand() {
    let mut world = World::on_shelf(by_hand(), &[]);
    assert!(world.asked.is_empty());
    assert!(!world.timers.contains_key(&"poll/vol-1".parse().unwrap()));
    world.pick_up();
    world.check_in();
    world.ship_back(&[]);
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
    assert!(world.answered.is_empty());
}

#[test]
fn three_volumes_come_and_go_in_two_parcels_each() {
    let mut world = World::shipped(with_ils(), &["a", "b", "c"]);
    world.actions();
    world.receive(&["a", "c"]);
    world.ils();
    world.states(&[OnShelf, InTransit, OnShelf]);
    assert_eq!(world.phase(), Phase::Received);
    assert!(world.actions().is_empty(), "it is not all here");
    world.receive(&["b"]);
    world.ils();
    assert_eq!(world.actions(), ["action/Received"]);
    world.pick_up();
    world.ils();
    world.does(Act::CheckIn { volumes: vec![volume(1).into(), volume(2).into()] });
    world.ils();
    world.states(&[CheckedIn, CheckedIn, CheckedOut]);
    assert_eq!(world.items.keys().collect::<Vec<_>>(), ["c"]);
    world.ship_back(&[1, 2]);
    assert_eq!(world.phase(), Phase::PartlyReturned);
    assert!(world.actions().is_empty(), "one is still to go");
    world.ship_back(&[3]);
    assert_eq!(world.phase(), Phase::Returned);
    assert_eq!(world.actions(), ["action/ShippedReturn"]);
    world.ils();
    assert!(world.items.is_empty());
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn received_before_loaned_names_the_volumes_once() {
    let mut world = World::sent(with_ils());
    world.receive(&["a"]);
    assert_eq!(world.phase(), Phase::Received);
    world.loaned(&["a", "b"]);
    world.ils();
    world.states(&[OnShelf, InTransit]);
    world.loaned(&["a", "b"]);
    world.states(&[OnShelf, InTransit]);
    world.receive(&[]);
    world.ils();
    world.states(&[OnShelf, OnShelf]);
    world.may_not(Act::Receive { volumes: Vec::new() }, "receive-again");
}

#[test]
fn a_volume_received_without_a_barcode_gets_the_one_that_the_supplier_names() {
    let mut world = World::sent(with_ils());
    world.does(Act::Receive { volumes: Vec::new() });
    world.loaned(&["a"]);
    assert_eq!(world.state().summary().volumes[0].barcode.as_deref(), Some("a"));
    world.states(&[state_machine::borrowing::VolumeState::Received]);
}

#[test]
fn nothing_after_received_is_needed_before_it_is_sent_back() {
    for taken in [Record::OnHold, Record::OnLoan] {
        let mut world = World::on_shelf(with_ils(), &["a"]);
        // The patron has it, and nobody told.
        world.in_the_ils("a", taken);
        world.ship_back(&[]);
        assert_eq!(world.phase(), Phase::Returned);
        world.ils();
        assert!(world.items.is_empty(), "{taken:?}");
        world.says(Status::LoanCompleted);
        assert_eq!(world.phase(), Phase::Completed);
    }
}

#[test]
fn what_is_sent_back_while_lent_is_checked_in_first() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.ship_back(&[]);
    let asked: Vec<Step> = world.asked.iter().map(|(ticket, _)| ticket.step).collect();
    assert_eq!(asked, [Step::CheckInFromPatron], "the temporary item waits for that");
    world.ils();
    assert!(world.items.is_empty());
}

#[test]
fn a_temporary_item_that_is_lent_is_not_removed_where_the_ils_is_not_asked_to_check_in() {
    let mut world = World::on_shelf(without(with_ils(), Step::CheckInFromPatron), &["a"]);
    world.pick_up();
    world.ils();
    world.ship_back(&[]);
    assert!(world.asked.is_empty());
    assert!(world.has_incident("ils.item-left"));
    world.in_the_ils("a", Record::Free);
    world.notice(NoticeKind::CheckedIn, 1);
    world.ils();
    assert!(world.items.is_empty());
    assert!(world.incidents.is_empty());
}

#[test]
fn a_recall_reaches_the_patron_and_the_hold_shelf() {
    let mut world = World::on_shelf(with_ils(), &["a", "b"]);
    world.does(Act::PickUp { volumes: vec![volume(1).into()] });
    world.ils();
    world.says(Status::Recalled);
    world.states(&[Recalled, CheckedIn]);
    assert!(world.has_incident("item.recalled"));
    let steps: Vec<Step> = world.asked.iter().map(|(ticket, _)| ticket.step).collect();
    assert_eq!(steps, [Step::RecallFromPatron, Step::CancelPatronHold]);
    world.ils();
    world.check_in();
    world.ils();
    world.ship_back(&[]);
    assert!(!world.has_incident("item.recalled"));
    assert!(world.items.is_empty());
}

#[test]
fn a_supplier_that_misses_it_makes_it_overdue() {
    let mut world = World::on_shelf(with_ils(), &["a", "b"]);
    world.does(Act::PickUp { volumes: vec![volume(1).into()] });
    world.ils();
    world.says(Status::Overdue);
    world.states(&[Overdue, OnShelf]);
    assert_eq!(world.told.last(), Some(&NotificationKind::DueBack));
}

#[test]
fn completed_while_it_is_here_is_an_incident_and_removes_nothing() {
    for picked_up in [true, false] {
        let mut world = World::on_shelf(with_ils(), &["a"]);
        if picked_up {
            world.pick_up();
            world.ils();
        }
        world.says(Status::LoanCompleted);
        assert!(world.has_incident("loan.completed-while-here"));
        assert!(world.asked.is_empty(), "no silent DeleteItem");
        assert_eq!(world.phase(), Phase::Received);
        world.check_in();
        world.ils();
        world.ship_back(&[]);
        assert_eq!(world.phase(), Phase::Completed, "the supplier said so before");
        assert!(world.incidents.is_empty());
        assert!(world.items.is_empty());
    }
}

#[test]
fn completed_without_shipped_return_ends_what_is_checked_in() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.check_in();
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
    world.states(&[SentBack]);
    world.ils();
    assert!(world.items.is_empty());
    assert!(!world.actions().contains(&"action/ShippedReturn".to_owned()));
}

#[test]
fn a_hold_that_is_not_picked_up_expires_and_goes_back() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    let shelf: jiff::Timestamp = world.timers[&"hold-shelf/vol-1".parse().unwrap()];
    assert_eq!(shelf, world.in_days(9), "seven working days");
    world.rings("hold-shelf/vol-1");
    world.states(&[Expired]);
    assert!(world.has_incident("hold-shelf.expired"));
    world.rings("custody/vol-1");
    assert!(world.has_incident("return.forgotten"));
    world.ship_back(&[]);
    assert!(world.incidents.is_empty());
    world.ils();
    assert!(world.items.is_empty());
}

#[test]
fn a_patron_who_does_not_want_it_sends_it_back() {
    let mut world = World::on_shelf(with_ils(), &["a", "b"]);
    world.does(Act::PickUp { volumes: vec![volume(1).into()] });
    world.ils();
    world.does(Act::Cancel);
    world.states(&[CheckedOut, CheckedIn]);
    world.ils();
    assert_eq!(world.items.keys().collect::<Vec<_>>(), ["a"]);
    world.may_not(Act::Cancel, "cancel-late");

    // Before it has arrived: it never gets a temporary item.
    let mut world = World::shipped(with_ils(), &["a"]);
    world.step(&Input::Notice(IlsNotice { kind: NoticeKind::RequestCancelled, volume: None, due: None }));
    world.receive(&[]);
    world.states(&[CheckedIn]);
    assert!(world.asked.is_empty());
    world.ship_back(&[]);
    assert_eq!(world.actions(), ["request", "action/Received", "action/ShippedReturn"]);
}

#[test]
fn a_lost_item_is_told_and_settled_by_the_supplier() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.actions();
    world.notice(NoticeKind::Lost, 1);
    assert!(world.has_incident("ils.item-lost"));
    world.does(Act::ReportLost { volumes: Vec::new() });
    assert_eq!(world.actions(), [action(Action::Lost)]);
    assert_eq!(world.phase(), Phase::Returned);
    world.says(Status::CompletedWithoutReturn);
    assert_eq!(world.phase(), Phase::Completed);
    world.states(&[WrittenOff]);
    assert!(world.has_incident("ils.item-left"), "the loan to the patron is for staff to end");
    assert_eq!(world.items["a"], Record::OnLoan);
}

#[test]
fn a_lost_item_that_is_found_goes_back() {
    let mut world = World::on_shelf(with_ils(), &["a", "b"]);
    world.pick_up();
    world.ils();
    world.does(Act::ReportLost { volumes: vec![volume(1).into()] });
    world.ship_back(&[2]);
    world.states(&[Lost, SentBack]);
    world.actions();
    world.does(Act::CheckIn { volumes: vec![volume(1).into()] });
    assert_eq!(world.phase(), Phase::PartlyReturned);
    world.ship_back(&[1]);
    assert_eq!(world.phase(), Phase::Returned);
    assert_eq!(world.actions(), [action(Action::Notification)], "ShippedReturn was sent with the other");
    world.ils();
    assert!(world.items.is_empty());
}

#[test]
fn damage_is_told_and_changes_nothing_else() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.actions();
    world.does(Act::ReportDamaged { volumes: Vec::new(), note: "the back is broken".to_owned() });
    world.states(&[OnShelf]);
    let sent = format!("{:?}", world.sent);
    assert!(sent.contains("Item a is damaged: the back is broken"), "{sent}");
    let kept = serde_json::to_string(&world.events).unwrap() + &serde_json::to_string(world.state()).unwrap();
    assert!(!kept.contains("broken"), "what staff write is not kept in events or state");
}

#[test]
fn what_does_not_arrive_or_does_not_come_home_shows() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.rings("transit/vol-1");
    assert!(world.has_incident("transit.late"));
    world.receive(&[]);
    assert!(!world.has_incident("transit.late"));
    world.rings("custody/vol-1");
    assert!(world.has_incident("hold.stuck"));
    world.ils();
    world.check_in();
    world.ils();
    world.rings("custody/vol-1");
    assert!(world.has_incident("return.forgotten"));
    world.ship_back(&[]);
    world.actions();
    world.rings("return-transit");
    assert!(world.has_incident("return.late"));
    assert_eq!(world.actions(), [action(Action::StatusRequest)]);
    world.says(Status::LoanCompleted);
    assert!(world.incidents.is_empty());
}

#[test]
fn the_temporary_items_id_follows_the_template() {
    let mut world = World::shipped(with_prefix("ILL-"), &["a", "b"]);
    world.receive(&[]);
    world.ils();
    assert_eq!(world.items.keys().collect::<Vec<_>>(), ["ILL-0000test-1", "ILL-0000test-2"]);
}

#[test]
fn an_id_that_is_taken_gets_a_suffix() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.items.insert("a".to_owned(), Record::OnLoan);
    world.items.insert("a-2".to_owned(), Record::OnLoan);
    world.receive(&[]);
    world.ils();
    world.states(&[OnShelf]);
    assert_eq!(world.state().summary().volumes[0].local.as_deref(), Some("a-3"));
    assert!(world.incidents.is_empty());
}

#[test]
fn a_hold_on_returning_shows_until_it_is_lifted() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.says(Status::HoldReturn);
    assert!(world.has_incident("return.held"));
    world.says(Status::ReleaseHoldReturn);
    assert!(world.incidents.is_empty());
}
