//! The histories of lending. They begin anywhere in a loan, so that the late rules decide as often as the early ones.

use acts::Act;
use iso18626::{Action, ServiceType};
use loan_model::hosted::{HostedFacts, UnavailableAnswer};
use proptest::prelude::*;
use state_machine::{hosted::Input, interpreter::DeliveryOutcome};

use super::words;
use crate::lending::{
    histories::{Turn, answer, input, pick, settings, staff, turn},
    support::{World, broker, request, scans},
};

/// A history, the library to which it happens, and what is asked for.
#[derive(Clone, Debug)]
pub(super) struct History {
    begins: Begins,
    temper: Temper,
    need: Need,
    unavailable: UnavailableAnswer,
    library: HostedFacts,
    service: ServiceType,
    turns: Vec<Turn>,
}

/// Where a history begins.
#[derive(Clone, Copy, Debug)]
enum Begins {
    /// With the request.
    Asked,
    /// With a cancel that nobody has answered.
    Cancelling,
    /// With two volumes on their way.
    Shipped,
    /// With two volumes that the requester has.
    OnLoan,
    /// With two volumes that the requester wants to keep longer.
    RenewalAsked,
}

/// Whether the item is needed by a certain date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    AnyTime,
    WithinTwoWeeks,
}

/// Whether anybody ends the request early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Temper {
    Any,
    /// The requester does not cancel, and staff neither say no nor close.
    Patient,
}

pub(super) fn history() -> impl Strategy<Value = History> {
    (
        prop::sample::select(vec![
            Begins::Asked,
            Begins::Asked,
            Begins::Asked,
            Begins::Cancelling,
            Begins::Shipped,
            Begins::OnLoan,
            Begins::RenewalAsked,
        ]),
        prop::sample::select(vec![Temper::Any, Temper::Patient]),
        prop::sample::select(vec![Need::AnyTime, Need::WithinTwoWeeks]),
        prop::sample::select(vec![UnavailableAnswer::Unfilled, UnavailableAnswer::Staff]),
        settings(),
        prop::sample::select(vec![ServiceType::Loan, ServiceType::CopyOrLoan]),
        prop::collection::vec(turn(), 1..40),
    )
        .prop_map(|(begins, temper, need, unavailable, library, service, turns)| History {
            begins,
            temper,
            need,
            unavailable,
            library,
            service,
            turns,
        })
}

/// What happens in a history, step by step.
pub(super) fn written(history: History) -> Vec<words::Step> {
    let mut world = World::new(HostedFacts { unavailable: history.unavailable, ..history.library });
    world.journal = Some(Vec::new());
    let mut asked = request();
    let service = asked.service_info.as_mut().unwrap();
    service.service_type = history.service;
    if history.need == Need::WithinTwoWeeks {
        let date = world.now + jiff::SignedDuration::from_hours(24 * 14);
        service.need_before_date = Some(iso18626::DateTime::from_instant(date));
    }
    let opening = iso18626::Message::Request(asked);
    let opening = Input::Message { message: Box::new(opening), from: broker() };
    world.give(opening);
    begin(&mut world, history.begins);
    let mut given = Vec::new();
    for turn in &history.turns {
        let Some(input) = input(&mut world, &given, turn) else { continue };
        let input = sensible(&world, turn, input);
        if history.temper == Temper::Patient && ends_early(&input) {
            continue;
        }
        world.give(input.clone());
        given.push(input);
    }
    world.journal.unwrap()
}

fn begin(world: &mut World, begins: Begins) {
    match begins {
        Begins::Asked => return,
        Begins::Cancelling => {
            all_done(world);
            world.try_act(Act::Pulled { volumes: scans(&["a"]) });
            return world.says(Action::Cancel);
        }
        Begins::Shipped | Begins::OnLoan | Begins::RenewalAsked => ship(world),
    }
    if let Begins::OnLoan | Begins::RenewalAsked = begins {
        world.says(Action::Received);
    }
    if let Begins::RenewalAsked = begins {
        world.says(Action::Renew);
    }
}

/// The ILS does what it is asked, and staff ship two volumes.
fn ship(world: &mut World) {
    all_done(world);
    for act in [
        Act::Pulled { volumes: scans(&["a", "b"]) },
        Act::Ship { volumes: Vec::new(), due: None, instead_of: Vec::new() },
    ] {
        world.try_act(act);
        all_done(world);
    }
}

fn all_done(world: &mut World) {
    while let Some((ticket, _)) = world.waiting.first().cloned() {
        world.waiting.remove(0);
        let input = Input::Ils { step: ticket, answer: answer(world, 3) };
        world.give(input);
    }
}

/// Of every two acts of staff one is among those that are allowed, if this test makes such an act.
fn sensible(world: &World, turn: &Turn, input: Input) -> Input {
    match (turn, input) {
        (Turn::Staff { act: number, scan }, Input::Staff { act, by, reason }) if *scan < 128 => {
            let name = pick(&world.allowed(), *number).unwrap_or_default();
            let made = (0..24).map(|number| staff(world, number, *scan));
            let made =
                made.chain([Act::HoldReturn, Act::ReleaseHoldReturn]).find(|act| act.kind().as_str() == name);
            Input::Staff { act: made.unwrap_or(act), by, reason }
        }
        // Of every two requests that come again one is a reminder.
        (Turn::Retry, Input::Message { from, .. }) if world.events.len().is_multiple_of(2) => {
            let mut reminder = request();
            reminder.service_info.as_mut().unwrap().request_type = Some(iso18626::RequestType::Reminder);
            Input::Message { message: Box::new(iso18626::Message::Request(reminder)), from }
        }
        // A message may not be delivered at all.
        (Turn::Delivered { outcome, .. }, Input::Delivery { out, .. }) if outcome % 8 == 5 => {
            let may_have_arrived = loan_model::MayHaveArrived::Yes;
            Input::Delivery {
                out,
                outcome: DeliveryOutcome::Undeliverable { why: "no route".to_owned(), may_have_arrived },
            }
        }
        (_, input) => input,
    }
}

fn ends_early(input: &Input) -> bool {
    match input {
        Input::Message { message, .. } => {
            matches!(&**message, iso18626::Message::RequestingAgencyMessage(message) if message.action == Action::Cancel)
        }
        Input::Staff { act, .. } => matches!(act, Act::Close | Act::Unfilled { .. }),
        _ => false,
    }
}
