//! What the passing of time is to decide: the clock of the gateway and of everybody is moved until the requests that wait for it have ended.
//! Must never move it while a message is under way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use api::model::{Advance, Advanced, Leg, Queue, RequestDetail};
use jiff::{SignedDuration, Timestamp};
use net::{Clock, RealClock};
use simulator::{Conversation, SimClock};

use super::{cast::call, part::heard_end};
use crate::{
    client::{Client, part},
    exit::Failure,
};

/// How often it is looked.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a request may take to come to where it waits for the clock.
const LIMIT: Duration = Duration::from_secs(60);
/// How often the clock is moved at most.
const MOVES: usize = 30;

/// The date for everybody, which can be moved.
#[derive(Clone, Default)]
pub(super) struct MovedClock(Arc<AtomicI64>);

impl MovedClock {
    /// The same date, for simulated libraries.
    pub(super) fn shown(&self) -> SimClock {
        let clock = self.clone();
        SimClock::new(move || clock.now())
    }

    fn now(&self) -> Timestamp {
        let by = SignedDuration::from_secs(self.0.load(Ordering::SeqCst));
        RealClock.now().saturating_add(by).unwrap_or(Timestamp::MAX)
    }

    /// Moves it until all these have ended, or nothing happens any more.
    pub(super) async fn run_out(&self, client: &Client, talks: &[Conversation]) -> Result<(), Failure> {
        for _ in 0..MOVES {
            let mut latest = None;
            for talk in talks {
                latest = latest.max(self.awaited(client, talk).await?);
            }
            let Some(until) = latest else { return Ok(()) };
            nothing_is_sent(client).await?;
            let seconds = until.duration_since(self.now()).as_secs().max(0) + 60;
            self.0.fetch_add(seconds, Ordering::SeqCst);
            let advance = Advance { advance_seconds: u64::try_from(seconds).unwrap_or(0) };
            let _: Advanced = client.post("clock/advance", &advance).await?;
        }
        Ok(())
    }

    /// Until when a request waits for the clock. Nothing: it has ended, or neither ends nor waits, which its books will show.
    async fn awaited(&self, client: &Client, talk: &Conversation) -> Result<Option<Timestamp>, Failure> {
        let path = format!("requests/{}", part(&talk.id()));
        let began = RealClock.monotonic();
        while heard_end(talk).is_none() && RealClock.monotonic() - began < LIMIT {
            let detail: RequestDetail = client.get(&path).await?;
            let waits = detail.line.waits.iter().map(|wait| wait.until).min();
            // A timer that has run out is being seen to.
            let waits = waits.filter(|until| *until > self.now());
            if waits.is_some()
                && detail.queue.is_empty()
                && detail.legs.last().is_some_and(|leg| is_silent(&detail, leg))
            {
                return Ok(waits);
            }
            RealClock.sleep(GLANCE).await;
        }
        Ok(None)
    }
}

/// Waits until nothing is left to send to anybody: what is under way would be given up with the time that passes.
async fn nothing_is_sent(client: &Client) -> Result<(), Failure> {
    let began = RealClock.monotonic();
    while RealClock.monotonic() - began < LIMIT {
        let queue: Queue = client.get("queue").await?;
        if queue.messages.is_empty() {
            break;
        }
        RealClock.sleep(GLANCE).await;
    }
    Ok(())
}

/// Whether this supplier says nothing about the request, as its title tells it.
fn is_silent(detail: &RequestDetail, leg: &Leg) -> bool {
    let tag = leg.symbol.rsplit(':').next().unwrap_or_default();
    detail.line.title.as_deref().is_some_and(|title| title.contains(&call(tag, "silent")))
}
