//! Until when the patron has it: the supplier's date and the ILS's, and who renews.

use acts::Act;
use iso18626::{Action, ReasonForMessage, Status, YesNo};
use loan_model::{
    NotificationKind,
    ils::{IlsCommand, IlsNotice, NoticeKind},
};
use state_machine::{
    borrowing::VolumeState::{CheckedOut, Overdue},
    hosted::Input,
};

use super::world::{World, action, never_renews, volume, with_ils};

#[test]
fn the_patron_has_what_the_suppliers_date_leaves() {
    let mut world = World::shipped(with_ils(), &["a"]);
    let due = world.in_days(42 - 4);
    world.receive(&[]);
    let [(_, IlsCommand::AcceptItem { due: asked, .. })] = world.asked.as_slice() else { panic!() };
    assert_eq!(*asked, Some(due));
    world.ils();
    world.pick_up();
    world.ils();
    assert_eq!(world.state().summary().volumes[0].due, Some(due));
    assert!(!world.has_incident("due.later"));
    world.rings("due/vol-1");
    world.states(&[Overdue]);
    assert!(world.told.contains(&NotificationKind::DueBack));
}

#[test]
fn a_later_date_of_the_ils_is_shown() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    let due = Some(world.in_days(60));
    world.step(&Input::Notice(IlsNotice { kind: NoticeKind::CheckedOut, volume: Some(volume(1)), due }));
    world.states(&[CheckedOut]);
    assert!(world.has_incident("due.later"));
    assert_eq!(world.state().summary().volumes[0].due, due);
    // The supplier lets it be kept that long: the ILS need not be asked.
    world.does(Act::Renew);
    let mut yes = world.message(ReasonForMessage::RenewResponse, Status::Loaned);
    yes.message_info.answer_yes_no = Some(YesNo::Y);
    yes.status_info.due_date = world.loan(&[], 64).status_info.due_date;
    world.hear(yes);
    assert!(world.asked.is_empty());
}

#[test]
fn a_renewal_is_the_suppliers_to_grant() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.actions();
    world.does(Act::Renew);
    assert_eq!(world.actions(), [action(Action::Renew)]);
    world.may_not(Act::Renew, "renew-pending");
    let mut yes = world.message(ReasonForMessage::RenewResponse, Status::Loaned);
    yes.message_info.answer_yes_no = Some(YesNo::Y);
    yes.status_info.due_date = world.loan(&[], 70).status_info.due_date;
    world.hear(yes);
    let due = Some(world.in_days(66));
    let [(_, IlsCommand::RenewItem { due: asked, .. })] = world.asked.as_slice() else { panic!() };
    assert_eq!(*asked, due);
    world.ils_refuses("Maximum Renewals Exceeded");
    assert!(world.has_incident("ils.step-failed"));
    world.states(&[CheckedOut]);

    world.does(Act::Renew);
    world.answers(ReasonForMessage::RenewResponse, Status::Loaned, YesNo::N);
    assert!(world.has_incident("renewal.refused"));
}

#[test]
fn a_renewal_by_the_ils_alone_is_asked_of_the_supplier() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.actions();
    let due = Some(world.in_days(60));
    let notice = Input::Notice(IlsNotice { kind: NoticeKind::Renewed, volume: Some(volume(1)), due });
    world.step(&notice);
    assert_eq!(world.actions(), [action(Action::Renew)]);
    assert!(world.has_incident("due.later"));

    let mut world = World::on_shelf(never_renews(), &["a"]);
    world.pick_up();
    world.ils();
    world.actions();
    world.may_not(Act::Renew, "renew-never");
    world.step(&notice);
    assert!(world.actions().is_empty());
}

/// By `days` after the loan: what the ILS gives, what the supplier then grants, and what is asked of the ILS for that.
#[test]
fn what_the_ils_has_renewed_by_itself_it_is_not_asked_to_renew_again() {
    for (told, granted, later) in [
        (Some(40), 70, false),
        (Some(60), 64, false),
        (Some(60), 70, false),
        (Some(80), 70, true),
        (None, 70, false),
    ] {
        let mut world = World::on_shelf(with_ils(), &["a", "b"]);
        world.pick_up();
        world.ils();
        world.actions();
        let due = told.map(|days| world.in_days(days));
        world.step(&Input::Notice(IlsNotice { kind: NoticeKind::Renewed, volume: Some(volume(1)), due }));
        assert_eq!(world.actions(), [action(Action::Renew)]);
        // It tells of the loan once more.
        world.step(&Input::Notice(IlsNotice { kind: NoticeKind::CheckedOut, volume: Some(volume(1)), due }));
        grant(&mut world, granted);
        let renewed = asked_to_renew(&world);
        assert_eq!(renewed, ["b"], "{told:?}, {granted}: the other volume alone");
        assert_eq!(world.has_incident("due.later"), later, "{told:?}, {granted}");
        world.ils();
        // The next renewal is the supplier's to grant as ever.
        world.does(Act::Renew);
        grant(&mut world, granted + 28);
        assert_eq!(asked_to_renew(&world), ["a", "b"], "{told:?}, {granted}");
    }
}

#[test]
fn a_renewal_that_is_granted_after_a_no_is_no_answer_to_what_the_ils_did_before_that() {
    for refused in [false, true] {
        let mut world = World::on_shelf(with_ils(), &["a"]);
        world.pick_up();
        world.ils();
        world.actions();
        let due = Some(world.in_days(40));
        world.step(&Input::Notice(IlsNotice { kind: NoticeKind::Renewed, volume: Some(volume(1)), due }));
        assert_eq!(world.actions(), [action(Action::Renew)]);
        if refused {
            world.answers(ReasonForMessage::RenewResponse, Status::Loaned, YesNo::N);
            world.does(Act::Renew);
        }
        grant(&mut world, 70);
        let expected: &[&str] = if refused { &["a"] } else { &[] };
        assert_eq!(asked_to_renew(&world), expected, "refused: {refused}");
    }
}

/// The supplier lets it be kept until so many days after now.
fn grant(world: &mut World, days: i64) {
    let mut yes = world.message(ReasonForMessage::RenewResponse, Status::Loaned);
    yes.message_info.answer_yes_no = Some(YesNo::Y);
    yes.status_info.due_date = world.loan(&[], days).status_info.due_date;
    world.hear(yes);
}

fn asked_to_renew(world: &World) -> Vec<String> {
    let asked = world.asked.iter().filter_map(|(_, command)| match command {
        IlsCommand::RenewItem { item, .. } => Some(item.clone()),
        _ => None,
    });
    asked.collect()
}
