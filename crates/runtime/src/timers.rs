//! Durable timers: those of the store are fired when their date comes. A timer that could not be fired is tried again until it is gone
//! from the store. Must never decide what a timer means: that is [`Fire`]'s commit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use errors::slug;
use jiff::{SignedDuration, Timestamp};
use net::{BoxFuture, Clock, timeout};
use persistence::{RequestId, Store, StoreError, Timer, UnixMillis};
use tokio::{
    sync::watch,
    task::{Id, JoinHandle, JoinSet},
};
use tracing::Span;

use crate::{
    committed::CommittedReceiver,
    input_span::{InputKind, InputSpan},
    stored_time::{timestamp, unix_millis},
};

/// How many timers are fired at once.
const MAX_IN_FLIGHT: usize = 32;

/// How long the first pause is after a timer could not be fired, and the longest.
const PAUSES: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(1), SignedDuration::from_mins(1));

/// Who commits what a timer leads to.
pub trait Fire: Send + Sync {
    /// Commits what a due timer leads to, and with it that the timer is cleared or set anew.
    fn fire(&self, timer: Timer) -> BoxFuture<'_, Result<(), FireError>>;
}

/// The commit could not be made now; the timer is fired again.
#[derive(Debug, thiserror::Error)]
#[error("what a timer leads to could not be committed: {0}")]
pub struct FireError(pub String);

/// Makes timers run.
#[derive(Debug)]
pub struct Timers;

/// The running timers. Clones are one.
#[derive(Clone)]
pub struct TimersHandle {
    clock: Arc<dyn Clock>,
    stop: Arc<watch::Sender<bool>>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Timers {
    /// Fires what is due in the store, now and later. `committed` tells of timers that are set from now on.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        fire: Arc<dyn Fire>,
        committed: CommittedReceiver,
    ) -> TimersHandle {
        let rounds = Rounds {
            store,
            clock: Arc::clone(&clock),
            fire,
            running: JoinSet::new(),
            firing: HashMap::new(),
            resting: BTreeMap::new(),
        };
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(rounds.run(stopped, committed));
        TimersHandle { clock, stop: Arc::new(stop), task: Arc::new(Mutex::new(Some(task))) }
    }
}

impl TimersHandle {
    /// Fires no more timers, and waits for those being fired, at most so long: what is cut off is fired after the next start.
    pub async fn drain(&self, limit: Duration) {
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut task) = task
            && timeout(&*self.clock, limit, &mut task).await.is_err()
        {
            task.abort();
            let _ = task.await;
        }
    }
}

impl std::fmt::Debug for TimersHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimersHandle").finish_non_exhaustive()
    }
}

/// A timer, whatever its date.
type Key = (RequestId, String);

/// The task.
struct Rounds {
    store: Store,
    clock: Arc<dyn Clock>,
    fire: Arc<dyn Fire>,
    running: JoinSet<Result<(), FireError>>,
    /// Those being fired, each with the span of its input.
    firing: HashMap<Id, (Timer, Span)>,
    /// Timers that could not be fired: how often, and when they are tried again.
    resting: BTreeMap<Key, (u32, Timestamp)>,
}

impl Rounds {
    async fn run(mut self, mut stopped: watch::Receiver<bool>, mut committed: CommittedReceiver) {
        'rounds: loop {
            let Ok(wake) = self.start_due().await else {
                tracing::error!(slug = %slug!("store.stopped"), "the store has stopped: no more timers are fired");
                return;
            };
            let wake_at = wake.map_or(UnixMillis::MAX, unix_millis);
            let clock = Arc::clone(&self.clock);
            let alarm = async {
                match wake {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::pin!(alarm);
            loop {
                tokio::select! {
                    biased;
                    () = told_to_stop(&mut stopped) => break 'rounds,
                    Some(done) = self.running.join_next_with_id() => {
                        let (id, fired) = match done {
                            Ok((id, fired)) => (id, fired.map_err(|why| why.to_string())),
                            Err(why) => (why.id(), Err(format!("a bug of ours: {why}"))),
                        };
                        if self.ended(id, fired).await.is_err() {
                            return;
                        }
                        break;
                    }
                    Some(committed) = committed.recv() => {
                        // What was set before the last look at the store was seen there.
                        if committed.due.is_some_and(|due| due < wake_at) {
                            break;
                        }
                    }
                    () = &mut alarm => break,
                }
            }
        }
        while self.running.join_next().await.is_some() {}
    }

    /// Starts what is due and may start; gives when to look again.
    async fn start_due(&mut self) -> Result<Option<Timestamp>, StoreError> {
        // Those being fired and those at rest are still in the store, at the front: they must not hide the others.
        let known = self.running.len() + self.resting.len();
        let timers = self.store.timers_due(UnixMillis::MAX, known + MAX_IN_FLIGHT + 1).await?;
        let now = self.clock.now();
        // One that somebody else cleared while it rested needs no more rest.
        let is_left = |key: &Key| timers.iter().any(|timer| timer.request == key.0 && timer.name == key.1);
        self.resting.retain(|key, (_, until)| *until > now || is_left(key));
        let mut wake = None;
        for timer in timers {
            if self
                .firing
                .values()
                .any(|(other, _)| (other.request, &other.name) == (timer.request, &timer.name))
            {
                continue;
            }
            let rest = self.resting.get(&(timer.request, timer.name.clone())).map(|&(_, until)| until);
            let at = timestamp(timer.due).max(rest.unwrap_or(Timestamp::MIN));
            if at > now {
                wake = Some(wake.map_or(at, |wake: Timestamp| wake.min(at)));
            } else if self.running.len() < MAX_IN_FLIGHT {
                let (fire, fired) = (Arc::clone(&self.fire), timer.clone());
                let input = InputSpan::new(InputKind::Timer).request(timer.request);
                let span = input.span();
                let handle = self.running.spawn(input.run(async move { fire.fire(fired).await }));
                self.firing.insert(handle.id(), (timer, span));
            }
        }
        Ok(wake)
    }

    /// A timer was fired, or could not be. One that is still there as it was is fired again after a rest.
    async fn ended(&mut self, id: Id, fired: Result<(), String>) -> Result<(), StoreError> {
        let Some((timer, span)) = self.firing.remove(&id) else { return Ok(()) };
        let key = (timer.request, timer.name.clone());
        let left = self.store.request_timers(timer.request).await?.contains(&timer);
        let why = match fired {
            Err(why) => why,
            Ok(()) if left => "it was fired and is still set".to_owned(),
            Ok(()) => {
                self.resting.remove(&key);
                return Ok(());
            }
        };
        if !left {
            self.resting.remove(&key);
            return Ok(());
        }
        span.in_scope(|| {
            tracing::error!(slug = %slug!("timer.not-fired"), timer = timer.name, why, "a timer could not be fired");
        });
        let (times, until) = self.resting.entry(key).or_insert((0, Timestamp::MIN));
        let (first, longest) = PAUSES;
        *until = self.clock.now() + first.saturating_mul(1 << (*times).min(16)).min(longest);
        *times += 1;
        Ok(())
    }
}

async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
