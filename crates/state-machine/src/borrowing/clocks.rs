//! When a clock runs out: by the library's calendar. Must never ask what time it is.

use jiff::{SignedDuration, Timestamp};
use loan_model::{
    calendar::WorkingTime,
    names::{Clock, TimerName},
};

use super::state::State;
use crate::hosted::Context;

/// Without news, before the supplier is asked. The broker has clocks of its own, which are shorter.
const ANSWER: WorkingTime = WorkingTime::new(7, 21);
/// For staff to answer a condition or an offer.
const REPLY: WorkingTime = WorkingTime::new(2, 7);
/// For staff to see to something that is here and does not move.
const CUSTODY: WorkingTime = WorkingTime::new(3, 7);

/// When a clock runs out if it starts now, and what is awaited; nothing where there is no date to wait for.
pub(crate) fn start(
    state: &State,
    timer: TimerName,
    context: &Context<'_>,
) -> Option<(Timestamp, &'static str)> {
    let now = context.now;
    let library = context.library;
    let working = |time| library.calendar.after(now, time);
    // Closed days must not hold a clock for ever: its cap is twice its days and a week.
    let days = |days: u16| working(WorkingTime::new(u32::from(days), 2 * u32::from(days) + 7));
    Some(match timer.clock {
        Clock::NeedBefore => {
            let date = state.request.service_info.as_ref()?.need_before_date.as_ref()?.instant()?;
            (date, "the item is of no use after this")
        }
        Clock::Answer => (working(ANSWER), "news of the request; the supplier is asked then"),
        Clock::Reply => (working(REPLY), "staff must answer the supplier"),
        Clock::Transit => (days(library.transit_alarm_days), "it must arrive"),
        Clock::HoldShelf => (days(library.hold_shelf_days), "the patron must pick it up"),
        Clock::Due => (state.volume(timer.volume()?)?.due?, "the patron must bring it back"),
        Clock::ReturnTransit => {
            let onward = library.transit_alarm_days.saturating_add(library.transit_days);
            (days(onward), "the supplier must say that it is back")
        }
        Clock::Custody => (working(CUSTODY), "staff must see to it"),
        Clock::Poll => (later(now, library.poll_every?), "the ILS is asked where it is"),
        // These belong to the other machines.
        Clock::Locate
        | Clock::Deliver
        | Clock::Pull
        | Clock::Ship
        | Clock::Undo
        | Clock::Retry
        | Clock::Grace => {
            return None;
        }
    })
}

/// The date that the supplier's due date leaves to the patron: less the way home, as long as that is still to come.
pub(crate) fn patron_date(state: &State, context: &Context<'_>) -> Option<Timestamp> {
    let due = state.due?;
    let home = SignedDuration::from_hours(24 * i64::from(context.library.transit_days));
    Some(due.checked_sub(home).ok().filter(|date| *date > context.now).unwrap_or(due))
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
