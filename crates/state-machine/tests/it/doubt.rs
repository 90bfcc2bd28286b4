//! Statuses that nothing led up to: the requester hears which library said what, the incident names it, and staff say whether it is so.

use acts::Act;
use iso18626::{ReasonForMessage, ServiceType, Status};
use loan_model::names::LegId;
use state_machine::brokering::{LegState, Phase, allowed_actions};

use crate::support::{World, asked};

/// What only a library can say that has shipped.
const FIRST_WORDS: [Status; 5] = [
    Status::LoanCompleted,
    Status::CopyCompleted,
    Status::CompletedWithoutReturn,
    Status::Overdue,
    Status::Recalled,
];

fn doubted(status: &Status) -> World {
    let mut world = World::asking(&["first", "second"]);
    world.take();
    world.supplier(0, status.clone());
    world
}

#[test]
fn a_first_word_that_is_not_believed_is_told_with_its_library_and_shown_to_staff() {
    for status in FIRST_WORDS {
        let mut world = doubted(&status);
        assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Asked), "{status}");
        assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"], "{status}");
        let note = world.last_report().message_info.note.clone().unwrap();
        assert!(note.starts_with(&format!("first, ISIL:FIRST, says {status}")), "{note}");
        let incident = &world.state().summary().incidents[0];
        assert_eq!(incident.slug, "supplier.contradicts");
        assert!(incident.text.starts_with(&format!("first says {status}")), "{}", incident.text);
        let allowed = allowed_actions(world.state());
        assert!(allowed.contains(&Act::WasLent.kind()) && allowed.contains(&Act::WasNotLent.kind()));
        world.check_replay();
    }
}

#[test]
fn what_staff_say_was_lent_counts_as_said() {
    for (status, phase, leg, said) in [
        (Status::LoanCompleted, Phase::Completed, LegState::LoanCompleted, vec!["Loaned", "LoanCompleted"]),
        (Status::CopyCompleted, Phase::Completed, LegState::CopyCompleted, vec!["CopyCompleted"]),
        (
            Status::CompletedWithoutReturn,
            Phase::Completed,
            LegState::CompletedWithoutReturn,
            vec!["Loaned", "CompletedWithoutReturn"],
        ),
        (Status::Overdue, Phase::OnLoan, LegState::Overdue, vec!["Loaned", "Overdue"]),
        (Status::Recalled, Phase::OnLoan, LegState::Recalled, vec!["Loaned", "Recalled"]),
    ] {
        let mut world = doubted(&status);
        world.take();
        world.staff(Act::WasLent);
        assert_eq!((world.phase(), world.leg(0)), (phase, leg), "{status}");
        let expected: Vec<String> =
            said.iter().map(|said| format!("requester report/StatusChange/{said}")).collect();
        assert_eq!(world.take(), expected, "{status}");
        assert!(world.incidents.is_empty(), "{status}: {:?}", world.incidents);
        world.check_replay();
    }
}

#[test]
fn what_staff_say_was_not_lent_goes_on_to_the_next() {
    for status in FIRST_WORDS {
        let mut world = doubted(&status);
        world.staff(Act::WasNotLent);
        assert_eq!((world.leg(0), world.leg(1)), (LegState::Unfilled, LegState::Sending), "{status}");
        assert!(world.incidents.is_empty(), "{status}");
        world.staff(Act::WasLent);
        assert_eq!(world.rule(), "staff-was-lent-nothing", "{status}");
    }
}

#[test]
fn a_supplier_that_was_passed_over_is_doubted_too() {
    let mut world = World::asking(&["first", "second"]);
    world.unfilled(0, "NotOnShelf");
    world.deliver(1);
    world.supplier(0, Status::LoanCompleted);
    world.take();
    world.staff(Act::WasNotLent);
    assert_eq!((world.phase(), world.leg(1)), (Phase::Asking, LegState::Asked));
    world.supplier(0, Status::CompletedWithoutReturn);
    world.staff(Act::WasLent);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Completed, LegState::CompletedWithoutReturn));
}

#[test]
fn what_proves_shipping_settles_the_doubt() {
    let mut world = doubted(&Status::LoanCompleted);
    world.supplier(0, Status::Loaned);
    assert_eq!(world.phase(), Phase::OnLoan);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_copy_is_believed_where_one_would_do() {
    for service in [ServiceType::Copy, ServiceType::CopyOrLoan] {
        let mut world = World::new(&["first"]);
        let mut request = asked();
        request.service_info.as_mut().unwrap().service_type = service;
        world.ask_with(request, state_machine::brokering::Addressing::Broker);
        world.deliver(0);
        world.supplier(0, Status::CopyCompleted);
        assert_eq!(world.phase(), Phase::Completed);
    }
}

#[test]
fn what_is_not_believed_of_a_loan_that_runs_is_told_with_its_library() {
    for (status, arrived) in
        [(Status::Unfilled, true), (Status::Cancelled, true), (Status::CopyCompleted, false)]
    {
        let mut world = World::on_loan(&["first", "second"]);
        if arrived {
            world.asker(iso18626::Action::Received);
        }
        world.take();
        let message = world.said(0, ReasonForMessage::StatusChange, status.clone());
        world.supplier_says(0, message);
        assert_eq!(world.take(), ["requester report/Notification/Loaned"], "{status}");
        let note = world.last_report().message_info.note.clone().unwrap();
        assert!(note.contains(&format!("first, ISIL:FIRST, says {status}")), "{note}");
        let allowed = allowed_actions(world.state());
        assert!(allowed.contains(&Act::WasLent.kind()) && !allowed.contains(&Act::WasNotLent.kind()));
        world.staff(Act::WasLent);
        assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Loaned), "{status}");
        assert!(world.incidents.is_empty(), "{status}");
    }
}

#[test]
fn a_contradiction_about_a_loan_that_runs_ends_no_custody() {
    let mut world = World::on_loan(&["first"]);
    world.asker(iso18626::Action::Received);
    world.cancel_response(0, iso18626::YesNo::Y, Status::LoanCompleted);
    assert!(world.incidents.contains("supplier.contradicts"));
    world.staff(Act::WasLent);
    assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Loaned), "the loan stands as it did");
}

#[test]
fn what_was_not_taken_needs_nobody_once_the_supplier_is_heard_or_out_of_it() {
    use iso18626::Action;
    use state_machine::brokering::Input;

    let not_taken = || {
        let mut world = World::asking(&["first", "second"]);
        world.give(Input::NotTaken { leg: LegId(0) });
        assert!(is_open(&world));
        world
    };
    fn is_open(world: &World) -> bool {
        world.state().summary().incidents.iter().any(|incident| incident.slug == "supplier.not-taken")
    }
    for status in [Status::WillSupply, Status::Loaned, Status::Unfilled, Status::ExpectToSupply] {
        let mut world = not_taken();
        world.supplier(0, status.clone());
        assert!(!is_open(&world), "{status}: it says how things stand");
        world.check_replay();
    }
    // News is no word on how things stand.
    let mut world = not_taken();
    let news = world.said(0, ReasonForMessage::Notification, Status::ExpectToSupply);
    world.supplier_says(0, news);
    assert!(is_open(&world));
    // Passed over.
    let mut world = not_taken();
    world.staff(Act::NextSupplier);
    assert!(is_open(&world), "its answer to the cancel is waited for");
    world.run_out(loan_model::names::Clock::Grace.of(LegId(0)));
    assert!(!is_open(&world));
    // And at the end of the loan.
    let mut world = World::on_loan(&["first"]);
    world.give(Input::NotTaken { leg: LegId(0) });
    world.asker(Action::ShippedReturn);
    world.staff(Act::Close);
    assert!(!is_open(&world));
}
