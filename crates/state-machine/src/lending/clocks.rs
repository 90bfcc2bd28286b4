//! When a clock runs out, by the library's calendar. Must never ask what time it is.

use jiff::{SignedDuration, Timestamp};
use loan_model::{calendar::WorkingTime, names::Clock};

use super::{machine::Execution, phases::Phase};
use crate::messages::need_before;

/// For the requester to reply to a condition, or to retry where no date was named.
const REPLY: WorkingTime = WorkingTime::new(4, 10);
/// For staff to answer a cancel.
const CANCEL: WorkingTime = WorkingTime::new(1, 4);
/// For staff or the ILS to answer a renewal.
const RENEWAL: WorkingTime = WorkingTime::new(2, 7);
/// For the ILS to check out what staff send.
const CHECK_OUT: WorkingTime = WorkingTime::new(1, 4);
/// Beyond the due date, before the requester is reminded.
const GRACE: WorkingTime = WorkingTime::new(1, 4);

/// When a clock runs out if it starts now, and what is awaited. None if it cannot run.
pub(crate) fn until(run: &Execution<'_>, clock: Clock) -> Option<(Timestamp, String)> {
    let now = run.context.now;
    let library = run.context.library;
    let after = |time| library.calendar.after(now, time);
    let (until, why) = match (clock, run.state.standing.phase) {
        (Clock::NeedBefore, _) => {
            let by = need_before(&run.state.request).filter(|by| *by > now)?;
            (by, "the item is of no use after this")
        }
        (Clock::Pull, _) => (after(days(library.pull_days)), "staff must pull it and answer"),
        (Clock::Undo, _) => {
            if !run.state.all_are_ready() {
                return None;
            }
            let until = now.checked_add(library.undo_window).unwrap_or(Timestamp::MAX);
            (until, "a scan can be undone until the requester is told")
        }
        (Clock::Ship, Phase::Shipping) => (after(CHECK_OUT), "the ILS must check it out"),
        (Clock::Ship, _) => (after(days(library.pull_days)), "staff must send it"),
        (Clock::Reply, Phase::Cancelling) => (after(CANCEL), "staff must answer the cancel"),
        (Clock::Reply, Phase::RenewalAsked) => (after(RENEWAL), "the renewal must be answered"),
        (Clock::Reply, Phase::RetryOffered) => {
            let named = run.state.retry_before.filter(|before| *before > now);
            (named.unwrap_or_else(|| after(REPLY)), "the requester may ask again")
        }
        (Clock::Reply, _) => (after(REPLY), "the requester must agree to the condition, or decline"),
        (Clock::Transit, _) => (after(days(library.transit_alarm_days)), "the requester must receive it"),
        (Clock::ReturnTransit, _) => (after(days(library.transit_alarm_days)), "it must come back"),
        (Clock::Due, _) => {
            let due = run.state.due?;
            (library.calendar.after(due, GRACE).max(now), "it must be back")
        }
        // These belong to the other machines.
        (
            Clock::Locate
            | Clock::Deliver
            | Clock::Answer
            | Clock::Retry
            | Clock::Grace
            | Clock::HoldShelf
            | Clock::Poll
            | Clock::Custody,
            _,
        ) => return None,
    };
    Some((until, why.to_owned()))
}

/// So many working days, and no more than weekends and a long closure make of them.
fn days(working: u16) -> WorkingTime {
    WorkingTime::new(u32::from(working), u32::from(working) * 2 + 5)
}

/// So many days of the calendar after an instant.
pub(crate) fn later(from: Timestamp, days: u16) -> Timestamp {
    from.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX)
}
