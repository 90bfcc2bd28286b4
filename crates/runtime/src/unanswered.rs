//! Messages whose sender has no answer yet. A system that books its request when the answer comes does not know it before: nothing goes out in the
//! lane of a message between its commit and the answer, and for a short pause after that. Kept in memory alone: after a restart nobody waits
//! for an answer any more, and nothing is held. Must never hold a lane for longer than half a minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use net::Clock;
use persistence::LaneKey;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// How long an answer is waited for at most: a sender that does not read it must not hold up its own request.
const LONGEST: SignedDuration = SignedDuration::from_secs(30);

/// How many lanes are kept before those are looked for that are over.
const FEW: usize = 64;

/// The lanes in which nothing goes out yet.
pub struct Unanswered {
    clock: Arc<dyn Clock>,
    lanes: Mutex<Lanes>,
}

struct Lanes {
    held: HashMap<LaneKey, Hold>,
    tidy_at: usize,
    listeners: Vec<UnboundedSender<LaneKey>>,
}

/// Why nothing goes out in a lane.
struct Hold {
    /// So many messages are not answered.
    open: usize,
    /// Nothing goes out before.
    until: Timestamp,
}

impl Unanswered {
    /// No lane is held.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let lanes = Lanes { held: HashMap::new(), tidy_at: FEW, listeners: Vec::new() };
        Self { clock, lanes: Mutex::new(lanes) }
    }

    /// Tells of each lane whose message was answered, from now on.
    pub fn listen(&self) -> UnboundedReceiver<LaneKey> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.lock().listeners.push(sender);
        receiver
    }

    /// A message came that is about to be committed: its lane is held until what this gives is dropped, and so long after.
    pub fn begin(self: &Arc<Self>, lane: LaneKey, pause: SignedDuration) -> Unwritten {
        let now = self.clock.now();
        let mut lanes = self.lock();
        if lanes.held.len() >= lanes.tidy_at {
            lanes.held.retain(|_, hold| hold.open > 0 || hold.until > now);
            lanes.tidy_at = FEW.max(2 * lanes.held.len());
        }
        let hold = lanes.held.entry(lane.clone()).or_insert(Hold { open: 0, until: now });
        hold.open += 1;
        hold.until = hold.until.max(later(now, LONGEST));
        Unwritten { unanswered: Arc::clone(self), lane, pause }
    }

    /// Until when nothing goes out in a lane, if it is held.
    pub fn until(&self, lane: &LaneKey) -> Option<Timestamp> {
        self.lock().held.get(lane).map(|hold| hold.until)
    }

    fn end(&self, lane: &LaneKey, pause: SignedDuration) {
        let until = later(self.clock.now(), pause);
        let mut lanes = self.lock();
        if let Some(hold) = lanes.held.get_mut(lane) {
            hold.open = hold.open.saturating_sub(1);
            if hold.open == 0 {
                hold.until = until;
            }
        }
        // A listener that has ended sends nothing more.
        lanes.listeners.retain(|listener| listener.send(lane.clone()).is_ok());
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A message whose answer is not written. Its lane is held as long as this is.
#[must_use = "the lane is held only as long as this is kept"]
pub struct Unwritten {
    unanswered: Arc<Unanswered>,
    lane: LaneKey,
    pause: SignedDuration,
}

impl Drop for Unwritten {
    fn drop(&mut self) {
        self.unanswered.end(&self.lane, self.pause);
    }
}

#[cfg(test)]
mod tests {
    use net::{RealClock, SteppedClock};
    use persistence::{RequestId, UnixMillis};

    use super::*;

    fn lane(number: u128) -> LaneKey {
        LaneKey {
            request: RequestId::new(UnixMillis::new(1_790_000_000_000), number),
            peer: "north".to_owned(),
        }
    }

    #[test]
    fn a_lane_is_held_until_every_message_in_it_is_answered_and_for_the_pause() {
        let start = Timestamp::UNIX_EPOCH;
        let clock = SteppedClock::standing(Arc::new(RealClock), start);
        let unanswered = Arc::new(Unanswered::new(Arc::new(clock.clone())));
        let mut told = unanswered.listen();
        let pause = SignedDuration::from_millis(100);
        assert_eq!(unanswered.until(&lane(1)), None);
        let first = unanswered.begin(lane(1), pause);
        let second = unanswered.begin(lane(1), SignedDuration::ZERO);
        assert_eq!(unanswered.until(&lane(1)), Some(start + LONGEST), "never for ever");
        assert_eq!(unanswered.until(&lane(2)), None, "another lane goes on");
        drop(second);
        assert_eq!(unanswered.until(&lane(1)), Some(start + LONGEST));
        clock.advance(SignedDuration::from_secs(1));
        drop(first);
        assert_eq!(unanswered.until(&lane(1)), Some(start + SignedDuration::from_secs(1) + pause));
        assert_eq!((told.try_recv(), told.try_recv()), (Ok(lane(1)), Ok(lane(1))));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let clock = SteppedClock::standing(Arc::new(RealClock), Timestamp::UNIX_EPOCH);
        let unanswered = Arc::new(Unanswered::new(Arc::new(clock.clone())));
        let open = unanswered.begin(lane(0), SignedDuration::ZERO);
        for number in 1..2_000 {
            drop(unanswered.begin(lane(number), SignedDuration::from_millis(1)));
            clock.advance(SignedDuration::from_millis(1));
        }
        assert!(unanswered.lock().held.len() <= FEW, "{}", unanswered.lock().held.len());
        assert!(unanswered.until(&lane(0)).is_some());
        drop(open);
    }
}
