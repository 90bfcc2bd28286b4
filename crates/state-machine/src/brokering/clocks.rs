//! When a clock runs out: by the calendar of whoever must act. Must never ask what time it is.

use iso18626::Request;
use jiff::{SignedDuration, Timestamp};

use super::{
    names::{Clock, LegId},
    run::Run,
};
use crate::facts::PeerFacts;

/// When a leg's clock runs out if it starts now, and what is awaited.
pub(crate) fn leg_clock(run: &Run<'_>, leg: LegId, clock: Clock) -> (Timestamp, String) {
    let now = run.context.now;
    let leg = run.state.leg(leg);
    let supplier =
        run.facts(&leg.peer).unwrap_or_else(|| PeerFacts::new(leg.peer.clone(), leg.symbol.clone()));
    let requester = || {
        let requester = &run.state.requester;
        run.facts(&requester.peer)
            .unwrap_or_else(|| PeerFacts::new(requester.peer.clone(), requester.symbol.clone()))
    };
    let name = &leg.name;
    match clock {
        Clock::Deliver => (later(now, supplier.clocks.deliver), format!("the request must reach {name}")),
        Clock::Answer => (
            supplier.calendar.after(now, supplier.clocks.answer),
            format!("{name} must answer; ExpectToSupply is no answer"),
        ),
        Clock::Ship => (supplier.calendar.after(now, supplier.clocks.ship), format!("{name} must ship")),
        Clock::Grace => {
            (supplier.calendar.after(now, supplier.clocks.grace), format!("{name} must answer the cancel"))
        }
        Clock::Reply => {
            let requester = requester();
            let until = requester.calendar.after(now, requester.clocks.reply);
            (until, format!("the requester must agree to the condition of {name}, or decline"))
        }
        Clock::Retry => {
            let named = leg.retry_before.as_ref().and_then(|date| date.instant()).filter(|date| *date > now);
            let until = named.unwrap_or_else(|| {
                let requester = requester();
                requester.calendar.after(now, requester.clocks.retry)
            });
            (until, format!("the requester may retry with {name}"))
        }
        Clock::Custody => {
            let due = leg.due_date.as_ref().and_then(|date| date.instant()).filter(|date| *date > now);
            let until = match due {
                Some(due) => supplier.calendar.after(due, supplier.clocks.grace),
                None => supplier.calendar.after(now, supplier.clocks.custody),
            };
            (until, format!("news of the item of {name}; the supplier is asked then"))
        }
        Clock::Locate => (locate_again(now), "suppliers are looked for".to_owned()),
        Clock::NeedBefore => (now, "the item is of no use after this".to_owned()),
    }
}

/// When candidates are asked for again, if they have not come.
pub(crate) fn locate_again(now: Timestamp) -> Timestamp {
    later(now, SignedDuration::from_secs(30))
}

/// The instant after which the item is of no use.
pub fn need_before(request: &Request) -> Option<Timestamp> {
    request.service_info.as_ref()?.need_before_date.as_ref()?.instant()
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
