//! Why a supplier was passed over is said to the requester; and an opaque one hears whom a message is about.

use iso18626::{Action, ReasonForMessage, Status, YesNo};
use loan_model::{
    MayHaveArrived,
    names::{Clock, LegId, OutboundKind, Party},
};
use state_machine::interpreter::DeliveryOutcome;

use crate::support::World;

type Way = (&'static str, &'static str, fn(&mut World));

fn undeliverable(may_have_arrived: MayHaveArrived) -> DeliveryOutcome {
    DeliveryOutcome::Undeliverable { may_have_arrived, why: "nobody is there".to_owned() }
}

/// Every way out of the rota, with what is said of it.
const WAYS: [Way; 13] = [
    ("it says so", "does not supply", |world| drop(world.unfilled(0, "NotOnShelf"))),
    ("an ERROR", "refused the request", |world| {
        world.outcome(Party::Leg(LegId(0)), OutboundKind::Request, DeliveryOutcome::Refused(Vec::new()));
    }),
    ("nobody is there", "could not be reached", |world| {
        world.outcome(Party::Leg(LegId(0)), OutboundKind::Request, undeliverable(MayHaveArrived::No));
    }),
    ("perhaps it has it", "could not be reached", |world| {
        world.outcome(Party::Leg(LegId(0)), OutboundKind::Request, undeliverable(MayHaveArrived::Yes));
    }),
    ("out of time to deliver", "could not be reached", |world| {
        drop(world.run_out(Clock::Deliver.of(LegId(0))))
    }),
    ("silence", "did not answer in time", |world| {
        world.deliver(0);
        world.run_out(Clock::Answer.of(LegId(0)));
        world.run_out(Clock::Grace.of(LegId(0)));
    }),
    ("silence and a yes to our cancel", "did not answer in time", |world| {
        world.deliver(0);
        world.run_out(Clock::Answer.of(LegId(0)));
        world.cancel_response(0, YesNo::Y, Status::Cancelled);
    }),
    ("a promise that is not kept", "did not ship in time", |world| {
        world.supplier(0, Status::WillSupply);
        world.run_out(Clock::Ship.of(LegId(0)));
        world.run_out(Clock::Grace.of(LegId(0)));
    }),
    ("a promise that is taken back", "withdrew", |world| {
        world.supplier(0, Status::WillSupply);
        world.unfilled(0, "NotOnShelf");
    }),
    ("a cancel of its own", "withdrew", |world| drop(world.supplier(0, Status::Cancelled))),
    ("a condition", "named a condition that was not agreed", |world| {
        world.condition(0, Status::WillSupply, "LibraryUseOnly");
        world.run_out(Clock::Reply.of(LegId(0)));
    }),
    ("a retry", "offered a retry that was not taken up", |world| {
        world.supplier(0, Status::RetryPossible);
        world.run_out(Clock::Retry.of(LegId(0)));
    }),
    ("staff", "was passed over", |world| {
        world.deliver(0);
        world.staff(acts::Act::NextSupplier);
        world.run_out(Clock::Grace.of(LegId(0)));
    }),
];

/// The news that one supplier is out of it.
fn interim(world: &World) -> &iso18626::SupplyingAgencyMessage {
    let reports = world.sent.iter().filter_map(|sent| match &sent.message {
        iso18626::Message::SupplyingAgencyMessage(report) => Some(report),
        _ => None,
    });
    let note =
        |report: &iso18626::SupplyingAgencyMessage| report.message_info.note.clone().unwrap_or_default();
    reports
        .filter(|report| report.message_info.reason_for_message == ReasonForMessage::Notification)
        .find(|report| note(report).starts_with("Supplier: first, ISIL:FIRST, "))
        .unwrap_or_else(|| panic!("nobody was told: {:?}", world.sent))
}

#[test]
fn why_a_supplier_was_passed_over_is_said() {
    for (way, said, passes) in WAYS {
        let mut world = World::new(&["first", "second"]);
        world.ask();
        passes(&mut world);
        let note = interim(&world).message_info.note.clone().unwrap();
        assert_eq!(note, format!("Supplier: first, ISIL:FIRST, {said}"), "{way}: as brokers read who it is");
        world.check_replay();
    }
}

#[test]
fn why_the_last_supplier_was_passed_over_is_said_at_the_end() {
    for (way, said, passes) in WAYS {
        let mut world = World::new(&["first"]);
        world.ask();
        passes(&mut world);
        let last = world.report(&Status::Unfilled).message_info.note.clone().unwrap_or_default();
        let by_itself = ["it says so", "a promise that is taken back"].contains(&way);
        let expected = if by_itself {
            "Supplier: first, ISIL:FIRST".to_owned()
        } else {
            format!("first, ISIL:FIRST, {said}")
        };
        assert_eq!(last, expected, "{way}");
    }
}

#[test]
fn interim_news_carries_no_reason_that_was_said_of_something_else() {
    for (way, _, passes) in WAYS {
        let mut world = World::new(&["first", "second"]);
        world.ask();
        // Words by the way, with a reason.
        let mut words = world.said(0, ReasonForMessage::Notification, Status::Unknown(String::new()));
        words.message_info.reason_unfilled = Some(iso18626::Open::new("OnLoan"));
        world.supplier_says(0, words);
        passes(&mut world);
        let reason = interim(&world).message_info.reason_unfilled.clone().map(|reason| reason.value);
        let by_itself = ["it says so", "a promise that is taken back"].contains(&way);
        assert_eq!(reason.as_deref(), by_itself.then_some("NotOnShelf"), "{way}");
    }
    let mut world = World::asking(&["first", "second"]);
    let mut words = world.said(0, ReasonForMessage::Notification, Status::Unknown(String::new()));
    words.message_info.reason_unfilled = Some(iso18626::Open::new("OnLoan"));
    world.supplier_says(0, words);
    world.supplier(0, Status::Unfilled);
    assert_eq!(interim(&world).message_info.reason_unfilled, None, "it gives no reason now");
}

#[test]
fn an_opaque_requester_hears_whom_a_message_is_about() {
    type Says = (&'static str, fn(&mut World));
    let says: [Says; 8] = [
        ("WillSupply", |world| drop(world.supplier(0, Status::WillSupply))),
        ("a condition", |world| drop(world.condition(0, Status::WillSupply, "LibraryUseOnly"))),
        ("RetryPossible", |world| drop(world.supplier(0, Status::RetryPossible))),
        ("Loaned", |world| drop(world.supplier(0, Status::Loaned))),
        ("the status of a loan", |world| {
            world.supplier(0, Status::Loaned);
            world.asker(Action::StatusRequest);
        }),
        ("a renewal", |world| {
            world.supplier(0, Status::Loaned);
            world.asker(Action::Renew);
            let mut answer = world.said(0, ReasonForMessage::RenewResponse, Status::Loaned);
            answer.message_info.answer_yes_no = Some(YesNo::N);
            world.supplier_says(0, answer);
        }),
        ("a no to a cancel", |world| {
            world.asker(Action::Cancel);
            world.cancel_response(0, YesNo::N, Status::WillSupply);
        }),
        ("the item back", |world| {
            world.supplier(0, Status::Loaned);
            world.supplier(0, Status::LoanCompleted);
        }),
    ];
    for (what, says) in says {
        let mut world = World::asking(&["first", "second"]);
        says(&mut world);
        let note = world.last_report().message_info.note.clone().unwrap_or_default();
        assert!(note.starts_with("Supplier: first, ISIL:FIRST"), "{what}: {note}");

        let mut world = World::new(&["first", "second"]).transparent();
        world.ask();
        world.deliver(0);
        says(&mut world);
        let report = world.last_report();
        assert_eq!(report.message_info.note, None, "{what}: the header names it");
    }
}
