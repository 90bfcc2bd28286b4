//! The histories of brokering. They begin anywhere in a request's life, so that the late rules decide as often as the early ones.

use acts::{Act, ActKind, Fields};
use iso18626::{Action, DateTime, ServiceType, Status};
use loan_model::facts::{Face, PeerKind, RetryPolicy};
use proptest::prelude::*;
use state_machine::{
    brokering::{Addressing, Input, allowed_actions},
    interpreter::DeliveryOutcome,
};

use super::words;
use crate::{
    histories::{ACTS, Step, input, pick, step},
    support::{ASKER, World, asked, peer, symbol},
};

/// A history and the settings under which it happens.
#[derive(Clone, Debug)]
pub(super) struct History {
    begins: Begins,
    temper: Temper,
    need: Need,
    face: Face,
    policy: RetryPolicy,
    steps: Vec<Step>,
}

/// Where a history begins.
#[derive(Clone, Copy, Debug)]
enum Begins {
    /// With the request to the broker.
    Asked,
    /// With the request to the first supplier, by way of the broker.
    Addressed,
    /// With the request on its way to the first supplier.
    Asking,
    /// With a condition of the first supplier.
    Conditional,
    /// With a retry that the first supplier offers.
    RetryOffered,
    /// With a cancel that the first supplier has not answered.
    Cancelling,
    /// With the first supplier's having shipped.
    OnLoan,
    /// With a loan that the first supplier misses.
    Overdue,
}

/// Whether anybody ends the request early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Temper {
    Any,
    /// The requester cancels with one supplier at most, and staff neither cancel nor close.
    Patient,
}

/// Whether the item is needed by a certain date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    AnyTime,
    WithinTwoWeeks,
}

pub(super) fn history() -> impl Strategy<Value = History> {
    use Begins::{Addressed, Asked, Asking, Cancelling, Conditional, OnLoan, Overdue, RetryOffered};
    (
        prop::sample::select(vec![
            Asked,
            Asked,
            Addressed,
            Asking,
            Asking,
            Conditional,
            RetryOffered,
            Cancelling,
            OnLoan,
            Overdue,
        ]),
        prop::sample::select(vec![Temper::Any, Temper::Patient, Temper::Patient]),
        prop::sample::select(vec![Need::AnyTime, Need::WithinTwoWeeks]),
        prop::sample::select(vec![Face::Opaque, Face::Transparent]),
        prop::sample::select(vec![RetryPolicy::Relay, RetryPolicy::CountAsUnfilled]),
        prop::collection::vec(step(), 1..40),
    )
        .prop_map(|(begins, temper, need, face, policy, steps)| History {
            begins,
            temper,
            need,
            face,
            policy,
            steps,
        })
}

/// What happens in a history, step by step.
pub(super) fn written(history: &History) -> Vec<words::Step> {
    let mut world = World::new(&["first", "second", "third"]);
    world.journal = Some(Vec::new());
    world.facts_mut(ASKER).face = history.face;
    world.facts_mut("second").supplier_face = history.face;
    world.facts_mut("first").retry_policy = history.policy;
    world.facts_mut("second").kind = PeerKind::Broker;
    begin(&mut world, history);
    let mut given = Vec::new();
    for step in &history.steps {
        let Some(input) = input(&mut world, &given, step) else { continue };
        let input = sensible(&world, step, input);
        if history.temper == Temper::Patient && ends_early(&input) {
            continue;
        }
        give(&mut world, &input);
        given.push(input);
    }
    world.journal.unwrap()
}

fn begin(world: &mut World, history: &History) {
    let mut request = asked();
    if history.need == Need::WithinTwoWeeks {
        let date = DateTime::from_instant(world.now + jiff::SignedDuration::from_hours(24 * 14));
        let service = request.service_info.as_mut().unwrap();
        service.need_before_date = Some(date);
        // A copy would do as well.
        service.service_type = ServiceType::CopyOrLoan;
    }
    let addressed = match history.begins {
        Begins::Addressed => {
            world.broker.addressed = loan_model::facts::Addressed::GoesOn;
            Addressing::Member(peer("first"))
        }
        _ => Addressing::Broker,
    };
    give(world, &Input::Request { message: Box::new(request), from: peer(ASKER), addressed });
    if matches!(history.begins, Begins::Asked | Begins::Addressed) {
        return;
    }
    world.locate();
    if !matches!(history.begins, Begins::Asking | Begins::Cancelling) {
        world.deliver(0);
    }
    match history.begins {
        Begins::Asked | Begins::Addressed | Begins::Asking => {}
        Begins::Conditional => {
            world.condition(0, Status::WillSupply, "LibraryUseOnly");
        }
        Begins::RetryOffered => {
            world.supplier(0, Status::RetryPossible);
        }
        Begins::Cancelling => {
            world.asker(Action::Cancel);
        }
        Begins::OnLoan => {
            world.supplier(0, Status::Loaned);
        }
        Begins::Overdue => {
            world.supplier(0, Status::Loaned);
            world.supplier(0, Status::Overdue);
        }
    }
}

/// Of every two acts of staff one is among those that are allowed.
fn sensible(world: &World, step: &Step, input: Input) -> Input {
    match (step, input) {
        (Step::Staff { action: number }, Input::Staff { act, by, reason }) if *number < 128 => {
            let allowed = allowed_actions(world.state());
            let allowed: Vec<ActKind> = ACTS.iter().copied().filter(|kind| allowed.contains(kind)).collect();
            let made = pick(&allowed, *number).map(|kind| Act::new(kind, Fields::default()).unwrap());
            Input::Staff { act: made.unwrap_or(act), by, reason }
        }
        (_, input) => input,
    }
}

/// Nothing is checked here: what is not as it was must be told as that, with its history and step.
fn give(world: &mut World, input: &Input) {
    if let Input::Delivery { out, outcome } = input
        && !matches!(outcome, DeliveryOutcome::Undeliverable { .. })
    {
        world.unconfirmed.retain(|message| message.to != out.to || message.kind != out.kind);
    }
    world.give(input.clone());
}

fn ends_early(input: &Input) -> bool {
    match input {
        Input::Requesting { message, .. } => {
            message.action == Action::Cancel
                && message.header.supplying_agency_id == symbol("broker").to_agency_id()
        }
        Input::Staff { act, .. } => matches!(act, Act::CancelRequest | Act::Close),
        _ => false,
    }
}
