//! When a clock runs out: by the calendar of the library that must act. Must never ask what time it is.

use jiff::{SignedDuration, Timestamp};
use loan_model::names::{Clock, LegId, TimerName};

use super::machine::Execution;
use crate::messages::need_before;

/// When a clock runs out if it starts now, and what is awaited; nothing where it cannot run.
pub(crate) fn until(run: &Execution<'_>, timer: TimerName) -> Option<(Timestamp, String)> {
    let now = run.context.now;
    match (timer.clock, timer.leg()) {
        (Clock::Locate, _) => {
            Some((later(now, SignedDuration::from_secs(30)), "suppliers are looked for".to_owned()))
        }
        (Clock::NeedBefore, _) => {
            let by = need_before(&run.state.request).filter(|by| *by > now)?;
            Some((by, "the item is of no use after this".to_owned()))
        }
        (clock, leg) => leg_clock(run, leg?, clock),
    }
}

fn leg_clock(run: &Execution<'_>, leg: LegId, clock: Clock) -> Option<(Timestamp, String)> {
    let now = run.context.now;
    let leg = run.state.leg(leg);
    let supplier = run.supplier(leg);
    let name = &leg.name;
    Some(match clock {
        Clock::Deliver => (later(now, supplier.clocks.deliver), format!("the request must reach {name}")),
        Clock::Answer => (
            supplier.calendar.after_opening(now, supplier.clocks.answer),
            format!("{name} must answer; {}", supplier.answering(now)),
        ),
        Clock::Ship => (supplier.calendar.after(now, supplier.clocks.ship), format!("{name} must ship")),
        Clock::Grace => {
            (supplier.calendar.after(now, supplier.clocks.grace), format!("{name} must answer the cancel"))
        }
        Clock::Reply => {
            let requester = run.requester();
            let until = requester.calendar.after(now, requester.clocks.reply);
            (until, format!("the requester must agree to the condition of {name}, or decline"))
        }
        Clock::Retry => {
            let named =
                leg.said.retry_before.as_ref().and_then(|date| date.instant()).filter(|date| *date > now);
            let until = named.unwrap_or_else(|| {
                let requester = run.requester();
                requester.calendar.after(now, requester.clocks.retry)
            });
            (until, format!("the requester may retry with {name}"))
        }
        Clock::Custody => {
            let due = leg.said.due_date.as_ref().and_then(|date| date.instant()).filter(|date| *date > now);
            let until = match due {
                Some(due) => supplier.calendar.after(due, supplier.clocks.grace),
                None => supplier.calendar.after(now, supplier.clocks.custody),
            };
            (until, format!("news of the item of {name}; the supplier is asked then"))
        }
        // These belong to the request, or to the machines of a hosted library.
        Clock::Locate
        | Clock::NeedBefore
        | Clock::Pull
        | Clock::Undo
        | Clock::Transit
        | Clock::HoldShelf
        | Clock::Poll
        | Clock::Due
        | Clock::ReturnTransit => return None,
    })
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
