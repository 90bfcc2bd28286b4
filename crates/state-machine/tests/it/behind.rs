//! Libraries behind another broker: each that has the request is announced, its no is told as a no, and it stands as the lender.

use iso18626::{Action, Open, ReasonForMessage, Status, SupplyingAgencyMessage};
use loan_model::{
    facts::{CancelToSupplier, ExpectToSupplyAs, InterimUnfilled, PeerKind},
    lender::Lender,
    names::LegId,
};
use state_machine::{
    brokering::{Input, LegState, Phase},
    interpreter::Reply,
};

use crate::support::{ASKER, World, peer, symbol};

const ISLE: &str = "ISIL:ISLE (through first, ISIL:FIRST)";
const REEF: &str = "ISIL:REEF (through first, ISIL:FIRST)";

/// The first supplier is a broker.
fn world() -> World {
    let mut world = World::asking(&["first", "second"]);
    world.facts_mut("first").kind = PeerKind::Broker;
    world
}

fn lender(name: &str) -> Lender {
    Lender { symbol: symbol(name), name: None, peer: None }
}

/// The broker says something of a library behind it.
fn says(world: &mut World, name: &str, reason: ReasonForMessage, status: Status) {
    let mut message = world.said(0, reason, status.clone());
    message.message_info.reason_unfilled = (status == Status::Unfilled).then(|| Open::new("NotOnShelf"));
    let (message, from) = (Box::new(message), peer("first"));
    let lender = Some(lender(name));
    let decision = world.give(Input::Supplying { leg: LegId(0), message, from, lender });
    assert_eq!(decision.reply, Reply::Ok);
}

fn news(world: &mut World, name: &str, status: Status) {
    says(world, name, ReasonForMessage::Notification, status);
}

fn changes(world: &mut World, name: &str, status: Status) {
    says(world, name, ReasonForMessage::StatusChange, status);
}

/// The symbol in the header, and the note.
fn told(report: &SupplyingAgencyMessage) -> (&str, &str) {
    let note = report.message_info.note.as_deref().unwrap_or_default();
    (&report.header.supplying_agency_id.value, note)
}

#[test]
fn each_new_lender_behind_a_broker_is_announced_once() {
    for reason in [ReasonForMessage::StatusChange, ReasonForMessage::Notification] {
        let mut world = world();
        for (name, who) in [("isle", ISLE), ("reef", REEF), ("isle", ISLE)] {
            says(&mut world, name, reason.clone(), Status::ExpectToSupply);
            assert_eq!(world.take(), ["requester report/StatusChange/ExpectToSupply"], "{reason} {name}");
            assert_eq!(told(world.last_report()), ("BROKER", format!("Supplier: {who}").as_str()));
            says(&mut world, name, ReasonForMessage::StatusChange, Status::ExpectToSupply);
            assert_eq!(world.take(), Vec::<String>::new(), "{name} is known");
        }
        assert_eq!(world.leg(0), LegState::Expecting);
        world.check_replay();
    }
}

#[test]
fn a_lender_is_announced_as_the_dialect_and_the_face_have_it() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.facts_mut("first").kind = PeerKind::Broker;
    world.facts_mut(ASKER).expect_to_supply = ExpectToSupplyAs::Notification;
    world.ask();
    world.deliver(0);
    world.take();
    news(&mut world, "isle", Status::ExpectToSupply);
    assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"]);
    assert_eq!(told(world.last_report()), ("ISLE", ""));
    news(&mut world, "isle", Status::Unfilled);
    assert_eq!(told(world.last_report()), ("ISLE", format!("{ISLE}, does not supply").as_str()));
    news(&mut world, "reef", Status::ExpectToSupply);
    assert_eq!(told(world.last_report()).0, "REEF");
    changes(&mut world, "reef", Status::Loaned);
    let lent = world.last_report().clone();
    assert_eq!(told(&lent), ("REEF", ""));
    let back = lent.return_info.unwrap();
    assert_eq!(
        (back.return_agency_id, back.name),
        (Some(symbol("reef").to_agency_id()), Some("ISIL:REEF".to_owned()))
    );
    // What the requester says to either of them is for the broker that stands for both.
    for name in ["reef", "isle", "first"] {
        world.take();
        world.asker_to(name, Action::Received);
        assert_eq!(world.take(), ["leg-0 action/Received"], "{name}");
    }
    assert_eq!(world.actions()[0].header.supplying_agency_id, symbol("first").to_agency_id());
}

#[test]
fn a_no_behind_a_broker_is_told_as_a_no_in_each_dialects_form() {
    let ways = [
        (InterimUnfilled::Unfilled, Status::ExpectToSupply, Status::Unfilled),
        (InterimUnfilled::Unfilled, Status::WillSupply, Status::Unfilled),
        (InterimUnfilled::LastHeard, Status::ExpectToSupply, Status::ExpectToSupply),
        (InterimUnfilled::LastHeard, Status::WillSupply, Status::ExpectToSupply),
    ];
    for (form, before, as_what) in ways {
        let mut world = world();
        world.facts_mut(ASKER).interim_unfilled = form;
        changes(&mut world, "isle", before.clone());
        world.take();
        news(&mut world, "isle", Status::Unfilled);
        assert_eq!(world.take(), [format!("requester report/Notification/{as_what}")], "{form:?} {before}");
        let no = world.last_report().clone();
        assert_eq!(told(&no).1, format!("Supplier: {ISLE}, does not supply"));
        assert_eq!(no.message_info.reason_unfilled, Some(Open::new("NotOnShelf")));
        assert_eq!((world.leg(0), world.phase()), (LegState::Expecting, Phase::Asking));
        world.asker(Action::StatusRequest);
        assert_eq!(world.last_report().status_info.status, Status::ExpectToSupply, "the promise is void");
        world.take();
        // The broker goes on, and so does the loan.
        news(&mut world, "reef", Status::ExpectToSupply);
        changes(&mut world, "reef", Status::WillSupply);
        changes(&mut world, "reef", Status::Loaned);
        let heard = ["ExpectToSupply", "WillSupply", "Loaned"];
        assert_eq!(world.take(), heard.map(|status| format!("requester report/StatusChange/{status}")));
        assert_eq!(told(world.last_report()).1, format!("Supplier: {REEF}"));
        assert_eq!(world.requests().len(), 1, "nobody else is asked");
        world.check_replay();
    }
}

#[test]
fn a_promise_that_a_supplier_of_our_own_withdraws_is_void_too() {
    for (form, as_what) in
        [(InterimUnfilled::LastHeard, Status::ExpectToSupply), (InterimUnfilled::Unfilled, Status::Unfilled)]
    {
        let mut world = World::asking(&["first", "second"]);
        world.facts_mut(ASKER).interim_unfilled = form;
        world.supplier(0, Status::WillSupply);
        world.take();
        world.unfilled(0, "NotOnShelf");
        assert_eq!(world.take()[0], format!("requester report/Notification/{as_what}"));
    }
}

#[test]
fn a_condition_or_a_retry_behind_a_broker_is_void_with_the_no() {
    let conditional: fn(&mut World) = |world| drop(world.condition(0, Status::WillSupply, "LibraryUseOnly"));
    let retry: fn(&mut World) = |world| drop(world.supplier(0, Status::RetryPossible));
    for (names, phase) in [(conditional, Phase::Conditional), (retry, Phase::RetryOffered)] {
        for status in [Status::Unfilled, Status::ExpectToSupply] {
            let mut world = world();
            names(&mut world);
            assert_eq!(world.phase(), phase);
            news(&mut world, "isle", status);
            assert_eq!((world.leg(0), world.phase()), (LegState::Expecting, Phase::Asking));
        }
    }
}

#[test]
fn a_no_changes_nothing_for_the_library_that_has_the_request_since() {
    let mut world = world();
    for name in ["isle", "reef"] {
        news(&mut world, name, Status::ExpectToSupply);
    }
    changes(&mut world, "reef", Status::WillSupply);
    world.take();
    news(&mut world, "isle", Status::Unfilled);
    assert_eq!((world.take().len(), world.rule()), (0, "no-behind-former"));
    assert_eq!(world.leg(0), LegState::Promised);
    changes(&mut world, "reef", Status::Loaned);
    world.take();
    news(&mut world, "reef", Status::Unfilled);
    assert_eq!(world.rule(), "no-behind-while-out");
    assert_eq!(world.take(), ["requester report/Notification/Loaned"], "words, of a loan that runs");
}

#[test]
fn under_a_cancel_a_no_behind_a_broker_is_told_and_the_answer_decides() {
    let mut world = world();
    changes(&mut world, "isle", Status::WillSupply);
    world.asker(Action::Cancel);
    world.take();
    news(&mut world, "isle", Status::Unfilled);
    assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"]);
    assert_eq!(world.leg(0), LegState::Cancelling);
    news(&mut world, "reef", Status::ExpectToSupply);
    assert_eq!(world.rule(), "next-behind-under-cancel");
    world.unfilled(0, "NotHeld");
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
}

#[test]
fn a_cancel_of_a_library_behind_a_broker_is_of_the_one_that_has_the_request() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.facts_mut("first").kind = PeerKind::Broker;
    world.facts_mut(ASKER).cancel_to_supplier = CancelToSupplier::NextSupplier;
    world.ask();
    world.deliver(0);
    for name in ["isle", "reef"] {
        news(&mut world, name, Status::ExpectToSupply);
    }
    world.take();
    world.asker_to("isle", Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/ExpectToSupply N"], "it is out of it already");
    world.asker_to("reef", Action::Cancel);
    assert_eq!(world.take(), ["leg-0 action/Cancel"]);
}

#[test]
fn the_brokers_last_word_moves_the_rota_on() {
    let mut world = world();
    news(&mut world, "isle", Status::ExpectToSupply);
    news(&mut world, "isle", Status::Unfilled);
    world.take();
    world.unfilled(0, "NotHeld");
    assert_eq!(world.take()[1], "leg-1 request");
}

#[test]
fn a_retry_is_for_the_library_behind_the_broker_that_offered_it() {
    let mut world = world();
    changes(&mut world, "isle", Status::RetryPossible);
    world.retry("asker-2", |_| {});
    let requests = world.requests();
    let named = |at: usize| {
        let infos = &(requests[at].0 as &iso18626::Request).supplier_info;
        infos.iter().filter_map(|info| info.supplier_code.clone()).collect::<Vec<_>>()
    };
    assert_eq!((named(0), named(1)), (vec![], vec![symbol("isle").to_agency_id()]));
}

#[test]
fn a_library_that_is_no_broker_tells_no_interim_no() {
    let mut world = World::asking(&["first", "second"]);
    world.supplier(0, Status::WillSupply);
    world.take();
    news(&mut world, "first", Status::Unfilled);
    assert_eq!((world.rule(), world.leg(0)), ("news", LegState::Promised));
}

/// As our own form of a no has it: the status last heard, with a reason.
fn last_heard(world: &mut World, name: &str, status: Status) {
    let mut message = world.said(0, ReasonForMessage::Notification, status);
    message.message_info.reason_unfilled = Some(Open::new("NotOnShelf"));
    let (message, from) = (Box::new(message), peer("first"));
    let lender = Some(lender(name));
    world.give(Input::Supplying { leg: LegId(0), message, from, lender });
}

#[test]
fn a_reason_why_not_is_a_no_whatever_status_stands_with_it() {
    for status in [Status::ExpectToSupply, Status::WillSupply, Status::RequestReceived] {
        let mut world = world();
        changes(&mut world, "isle", Status::WillSupply);
        world.take();
        last_heard(&mut world, "isle", status.clone());
        assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"], "{status}");
        let no = format!("Supplier: {ISLE}, does not supply");
        assert_eq!(told(world.last_report()).1, no, "{status}");
        assert_eq!(world.last_report().message_info.reason_unfilled, Some(Open::new("NotOnShelf")));
        assert_eq!(world.leg(0), LegState::Expecting, "{status}");
        // Whose no it is does not lend by it, whether or not it was heard of before.
        for name in ["reef", "isle"] {
            last_heard(&mut world, name, status.clone());
            assert_eq!(world.rule(), "no-behind", "{status} {name}");
        }
        changes(&mut world, "reef", Status::WillSupply);
        last_heard(&mut world, "isle", status.clone());
        assert_eq!((world.rule(), world.leg(0)), ("no-behind-former", LegState::Promised), "{status}");
        world.take();
        changes(&mut world, "reef", Status::Loaned);
        assert_eq!(told(world.last_report()).1, format!("Supplier: {REEF}"));
        // Of an item that is out it is no news of a no.
        last_heard(&mut world, "reef", Status::Loaned);
        assert_eq!(world.rule(), "news");
    }
}

#[test]
fn what_is_void_was_never_promised() {
    for next in ["no", "next"] {
        let moves_on = |world: &mut World| match next {
            "no" => news(world, "isle", Status::Unfilled),
            _ => news(world, "reef", Status::ExpectToSupply),
        };
        let mut world = world();
        changes(&mut world, "isle", Status::WillSupply);
        moves_on(&mut world);
        assert_eq!(world.state().summary().legs[0].status, Some(Status::ExpectToSupply), "{next}");
        let again = world.said(0, ReasonForMessage::StatusRequestResponse, Status::WillSupply);
        world.supplier_says(0, again);
        assert_eq!((world.rule(), world.leg(0)), ("promises", LegState::Promised), "{next}: it is news");

        let mut world = self::world();
        changes(&mut world, "isle", Status::WillSupply);
        world.asker(Action::Cancel);
        moves_on(&mut world);
        world.take();
        world.cancel_response(0, iso18626::YesNo::N, Status::ExpectToSupply);
        assert_eq!(world.leg(0), LegState::Expecting, "{next}: what is kept was promised by nobody");
        assert_eq!(world.take(), ["requester report/CancelResponse/ExpectToSupply N"], "{next}");
        world.check_replay();
    }
}

#[test]
fn a_former_lender_is_known_by_its_symbol_whatever_it_is_called() {
    let mut world = world();
    for name in ["isle", "reef"] {
        news(&mut world, name, Status::ExpectToSupply);
    }
    changes(&mut world, "reef", Status::WillSupply);
    let mut message = world.said(0, ReasonForMessage::Notification, Status::Unfilled);
    message.message_info.reason_unfilled = Some(Open::new("NotOnShelf"));
    let lender = Some(Lender { name: Some("The isle".to_owned()), ..lender("isle") });
    world.give(Input::Supplying { leg: LegId(0), message: Box::new(message), from: peer("first"), lender });
    assert_eq!((world.rule(), world.leg(0)), ("no-behind-former", LegState::Promised));
}
