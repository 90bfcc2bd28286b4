//! A request to one member that went on to others: to an opaque requester the first library's symbol stays in the header to the end.

use iso18626::{Action, Status};
use loan_model::facts::Addressed;
use state_machine::brokering::{Addressing, LegState, Phase};

use crate::support::{World, asked, peer, symbol};

/// The addressed member could not fill it, and the second library has sent it.
fn gone_on_and_on_loan() -> World {
    let mut world = World::new(&["first", "second"]);
    world.broker.addressed = Addressed::GoesOn;
    let mut request = asked();
    request.header.supplying_agency_id = Some(symbol("first").to_agency_id());
    world.ask_with(request, Addressing::Member(peer("first")));
    world.deliver(0);
    world.unfilled(0, "NotOnShelf");
    world.locate();
    world.deliver(1);
    world.supplier(1, Status::Loaned);
    assert_eq!((world.phase(), world.leg(1)), (Phase::OnLoan, LegState::Loaned));
    world.take();
    world
}

#[test]
fn a_member_addressed_request_that_went_on_is_about_the_loan_that_runs() {
    for action in [
        Action::Received,
        Action::ShippedReturn,
        Action::ShippedForward,
        Action::Renew,
        Action::HoldReturn,
        Action::Lost,
        Action::Notification,
        Action::StatusRequest,
    ] {
        for named in ["first", "second", "broker", "nobody"] {
            let mut world = gone_on_and_on_loan();
            world.asker_to(named, action.clone());
            let sent = world.take();
            let supplier: Vec<&String> = sent.iter().filter(|sent| sent.starts_with("leg-")).collect();
            assert_eq!(supplier, [&format!("leg-1 action/{action}")], "{action} to {named}");
        }
    }
}

#[test]
fn a_member_addressed_request_that_went_on_runs_to_its_return() {
    let mut world = gone_on_and_on_loan();
    assert_eq!(world.last_report().header.supplying_agency_id, symbol("first").to_agency_id());
    for action in [Action::Received, Action::ShippedReturn] {
        world.asker_to("first", action);
    }
    assert_eq!(world.leg(1), LegState::Returning);
    world.supplier(1, Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
}
