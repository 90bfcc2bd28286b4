//! Borrowing and brokering, each message of the one handed to the other: what a hosted library says is understood as it is meant.

use acts::Act;
use iso18626::{Action, DateTime, DeliveryInfo, Message, ReasonForMessage, Status, YesNo};
use loan_model::names::Party;
use state_machine::{
    borrowing::{Phase, VolumeState},
    brokering::{self, Addressing, LegState},
    hosted::{Input, Origin},
    interpreter::{DeliveryOutcome, Reply},
};

use super::world::{World, with_ils};
use crate::support::{self, facts, peer};

/// A hosted library, the broker, and two suppliers behind it.
struct Chain {
    here: World,
    broker: support::World,
    /// How many of the broker's messages were handed on.
    handed: usize,
}

impl Chain {
    fn new(transparent: bool) -> Self {
        let mut broker = support::World::new(&["first", "second"]);
        broker.peers.remove(&peer(support::ASKER));
        broker.peers.insert(peer("here"), facts("here"));
        if transparent {
            broker = broker.transparent();
        }
        let mut here = World::new(with_ils());
        here.now = broker.now;
        here.ask(Origin::Ncip, None);
        here.ils();
        let mut chain = Chain { here, broker, handed: 0 };
        chain.pump();
        assert_eq!(chain.here.phase(), Phase::Expecting, "the broker named its first supplier");
        chain
    }

    /// Hands messages on until nobody has anything to say.
    fn pump(&mut self) {
        loop {
            let sent = std::mem::take(&mut self.here.sent);
            let told: Vec<Message> = self.broker.sent[self.handed..]
                .iter()
                .filter(|sent| sent.to == Party::Requester)
                .map(|sent| sent.message.clone())
                .collect();
            self.handed = self.broker.sent.len();
            if sent.is_empty() && told.is_empty() {
                return;
            }
            for (out, message) in sent {
                let from = peer("here");
                let input = match message {
                    Message::Request(request) => brokering::Input::Request {
                        message: Box::new(request),
                        from,
                        addressed: Addressing::Broker,
                    },
                    Message::RequestingAgencyMessage(message) => {
                        brokering::Input::Requesting { message: Box::new(message), from }
                    }
                    other => panic!("a requester does not send {other:?}"),
                };
                let reply = self.broker.give(input).reply;
                assert_eq!(reply, Reply::Ok, "{}", out.kind);
                self.broker.locate();
                self.here.delivered(out.kind, DeliveryOutcome::Confirmed);
            }
            for message in told {
                self.here.step(&Input::Message { message: Box::new(message), from: peer("broker") });
                assert_eq!(self.here.last.reply, Reply::Ok);
            }
        }
    }

    fn says(&mut self, leg: u32, status: Status) {
        self.broker.supplier(leg, status);
        self.pump();
    }

    fn ships(&mut self, leg: u32, items: &[&str]) {
        let mut message = self.broker.said(leg, ReasonForMessage::StatusChange, Status::Loaned);
        message.status_info.due_date = Some(DateTime::from_instant(self.here.in_days(42)));
        message.delivery_info = Some(DeliveryInfo {
            date_sent: DateTime::from_instant(self.here.now),
            item_id: items.iter().map(|item| (*item).to_owned()).collect(),
            ..DeliveryInfo::default()
        });
        self.broker.supplier_says(leg, message);
        self.pump();
    }

    fn does(&mut self, act: Act) {
        self.here.does(act);
        self.here.ils();
        self.pump();
    }

    /// The actions that the suppliers were sent.
    fn relayed(&self) -> Vec<Action> {
        self.broker.actions().iter().map(|message| message.action.clone()).collect()
    }
}

#[test]
fn a_loan_of_three_volumes_goes_all_the_way() {
    for transparent in [false, true] {
        let mut chain = Chain::new(transparent);
        chain.says(0, Status::WillSupply);
        assert_eq!(chain.here.phase(), Phase::Promised);
        chain.ships(0, &["a", "b", "c"]);
        assert_eq!(chain.here.phase(), Phase::Shipped);
        chain.here.states(&[VolumeState::InTransit; 3]);
        chain.does(Act::Receive { volumes: Vec::new() });
        chain.does(Act::PickUp { volumes: Vec::new() });
        chain.does(Act::Renew);
        let mut yes = chain.broker.said(0, ReasonForMessage::RenewResponse, Status::Loaned);
        yes.message_info.answer_yes_no = Some(YesNo::Y);
        yes.status_info.due_date = Some(DateTime::from_instant(chain.here.in_days(70)));
        chain.broker.supplier_says(0, yes);
        chain.pump();
        chain.here.ils();
        assert_eq!(chain.here.state().summary().volumes[2].due, Some(chain.here.in_days(66)));
        chain.does(Act::CheckIn { volumes: vec![super::world::volume(1).into()] });
        chain.does(Act::ShipBack { volumes: vec![super::world::volume(1).into()] });
        assert_eq!(chain.here.phase(), Phase::PartlyReturned);
        chain.does(Act::ShipBack { volumes: Vec::new() });
        assert_eq!(chain.broker.leg(0), LegState::Returning);
        chain.says(0, Status::LoanCompleted);
        assert_eq!(chain.here.phase(), Phase::Completed);
        assert!(chain.here.items.is_empty());
        assert!(chain.here.incidents.is_empty(), "{:?}", chain.here.incidents);
        assert_eq!(chain.relayed(), [Action::Received, Action::Renew, Action::ShippedReturn]);
    }
}

#[test]
fn the_next_supplier_follows_and_only_the_end_of_the_rota_is_the_end() {
    for transparent in [false, true] {
        let mut chain = Chain::new(transparent);
        chain.broker.unfilled(0, "NotOnShelf");
        chain.pump();
        assert_eq!(chain.here.phase(), Phase::Expecting);
        chain.broker.unfilled(1, "NotOnShelf");
        chain.pump();
        assert_eq!(chain.here.phase(), Phase::Unfilled);
    }
}

#[test]
fn a_condition_is_agreed_or_declined_in_words_that_the_broker_understands() {
    for transparent in [false, true] {
        let mut chain = Chain::new(transparent);
        chain.broker.condition(0, Status::WillSupply, "LibraryUseOnly");
        chain.pump();
        assert_eq!(chain.here.phase(), Phase::Conditional);
        chain.does(Act::AgreeCondition);
        assert_eq!(chain.broker.phase(), brokering::Phase::Asking, "{}", chain.broker.rule());
        assert_eq!(chain.relayed(), [Action::Notification]);

        let mut chain = Chain::new(transparent);
        chain.broker.condition(0, Status::WillSupply, "LibraryUseOnly");
        chain.pump();
        chain.does(Act::DeclineCondition);
        assert_eq!(chain.here.phase(), Phase::Expecting, "the second supplier is asked");
        assert_eq!(chain.relayed(), [Action::Cancel], "the first is let go");
    }
}

#[test]
fn a_cancel_ends_the_request_wherever_it_is() {
    for transparent in [false, true] {
        let mut chain = Chain::new(transparent);
        chain.says(0, Status::WillSupply);
        chain.does(Act::Cancel);
        assert_eq!(chain.here.phase(), Phase::Cancelling);
        chain.broker.cancel_response(0, YesNo::Y, Status::Cancelled);
        chain.pump();
        assert_eq!(chain.here.phase(), Phase::Cancelled);
        assert_eq!(chain.broker.phase(), brokering::Phase::Cancelled);

        // It had shipped: the loan runs, and the item goes back.
        let mut chain = Chain::new(transparent);
        chain.broker.deliver(0);
        chain.does(Act::Cancel);
        chain.broker.cancel_response(0, YesNo::N, Status::Loaned);
        chain.pump();
        assert_eq!(chain.here.phase(), Phase::Shipped);
        assert!(chain.here.has_incident("cancel.refused"));
        chain.does(Act::Receive { volumes: Vec::new() });
        chain.here.states(&[VolumeState::CheckedIn]);
        chain.does(Act::ShipBack { volumes: Vec::new() });
        chain.says(0, Status::LoanCompleted);
        assert_eq!(chain.here.phase(), Phase::Completed);

        // The request was thought never to have arrived, and cancelled at once: then the item comes.
        let mut chain = Chain::new(transparent);
        chain.does(Act::Cancel);
        assert_eq!(chain.here.phase(), Phase::Cancelled);
        chain.ships(0, &["a"]);
        assert!(chain.here.has_incident("loan.after-end"));
        chain.does(Act::Receive { volumes: Vec::new() });
        chain.does(Act::ShipBack { volumes: Vec::new() });
        // The broker has given its final answer, so that it is back is news, and staff close it.
        chain.says(0, Status::LoanCompleted);
        assert_eq!(chain.here.phase(), Phase::Returned);
        chain.does(Act::Close);
        assert_eq!(chain.here.phase(), Phase::Closed);
    }
}

#[test]
fn a_retry_reaches_the_supplier_that_offered_it() {
    let mut chain = Chain::new(false);
    chain.says(0, Status::RetryPossible);
    assert_eq!(chain.here.phase(), Phase::RetryOffered);
    chain.does(Act::Retry);
    assert_eq!(chain.here.phase(), Phase::Sent);
    assert_eq!(chain.broker.requests().len(), 2);
    chain.ships(0, &["a"]);
    assert_eq!(chain.here.phase(), Phase::Shipped);
}

#[test]
fn a_lost_item_is_settled_through_the_broker() {
    let mut chain = Chain::new(false);
    chain.ships(0, &["a"]);
    chain.does(Act::Receive { volumes: Vec::new() });
    chain.does(Act::ReportLost { volumes: Vec::new() });
    assert_eq!(chain.relayed(), [Action::Received, Action::Lost]);
    chain.says(0, Status::CompletedWithoutReturn);
    assert_eq!(chain.here.phase(), Phase::Completed);
    chain.here.states(&[VolumeState::WrittenOff]);
}

#[test]
fn the_broker_asks_when_it_is_asked() {
    let mut chain = Chain::new(false);
    chain.does(Act::AskStatus);
    assert_eq!(chain.relayed(), [Action::StatusRequest]);
    assert_eq!(chain.here.phase(), Phase::Expecting, "the broker's own answer changes nothing");
}
