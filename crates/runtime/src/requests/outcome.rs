//! What the outbox and the timers bring: the outcome of a delivery, and a timer that ran out. Must never lose an outcome: the
//! caller calls again until it is committed.

use std::sync::PoisonError;

use errors::slug;
use loan_model::{PeerId, ils::IlsAnswer};
use net::BoxFuture;
use persistence::{Body, LaneEntry, Standing, Timer};
use state_machine::{
    hosted::{self},
    interpreter::DeliveryOutcome,
};

use super::{
    EntryChange, Input, Loaded, LoggedInputKind, LoggedOutcome, Outbound, Requests, StepError, StepInput,
    logged::sentences, read_stored, scrub::scrubbed,
};
use crate::{
    outbox::{DeliveryReport, Outcome, OutcomeSink, RecordError, arrival},
    timers::{Fire, FireError},
};

/// The incident that holds a lane whose head cannot be delivered.
pub(super) const UNDELIVERABLE: &str = slug!("delivery.undeliverable").as_str();
/// The incident that holds a mail that cannot be delivered.
const MAIL_UNDELIVERABLE: &str = slug!("mail.undeliverable").as_str();

/// The incident that holds a lane whose head is of a kind that cannot be read: no machine can be told what became of it.
const UNKNOWN_KIND: &str = slug!("delivery.unknown-kind").as_str();

/// It was recorded before, or does not concern the request any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stale;

impl OutcomeSink for Requests {
    fn record_outcome(&self, report: DeliveryReport) -> BoxFuture<'_, Result<(), RecordError>> {
        Box::pin(async move {
            let request = report.entry.lane.request;
            let report = self.without_the_patron(report).await?;
            match self.step(request, |loaded| delivery(&report, loaded)).await {
                Ok(_) | Err(StepError::Declined(Stale)) => Ok(()),
                Err(failed) => Err(RecordError(failed.to_string())),
            }
        })
    }

    fn rests(&self, peer: &str) {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).insert(PeerId::new(peer));
    }

    fn answers_again(&self, peer: &str) {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).remove(&PeerId::new(peer));
    }
}

impl Fire for Requests {
    fn fire(&self, timer: Timer) -> BoxFuture<'_, Result<(), FireError>> {
        Box::pin(async move {
            match self.step(timer.request, |loaded| ran_out(&timer, loaded)).await {
                Ok(_) | Err(StepError::Declined(Stale)) => Ok(()),
                Err(failed) => Err(FireError(failed.to_string())),
            }
        })
    }
}

impl Requests {
    /// What a peer says is wrong, without words of the patron that it may quote.
    async fn without_the_patron(&self, mut report: DeliveryReport) -> Result<DeliveryReport, RecordError> {
        let Outcome::Refused(errors) = &mut report.outcome else { return Ok(report) };
        let failed = |why: String| RecordError(why);
        let request = report.entry.lane.request;
        let stored = self.store.request(request).await.map_err(|why| failed(why.to_string()))?;
        let Some(stored) = stored else { return Ok(report) };
        let step = read_stored(&stored).map_err(failed)?.meta.sealed_step;
        if let Some(step) = step {
            let parts = self.unseal(request, step).await.map_err(|why| failed(why.to_string()))?;
            *errors = scrubbed(errors, &parts);
        }
        Ok(report)
    }
}

fn delivery(report: &DeliveryReport, loaded: Option<&Loaded>) -> Result<StepInput, Stale> {
    let loaded = loaded.ok_or(Stale)?;
    let entry = present(&report.entry, loaded).ok_or(Stale)?;
    let out = Outbound::read(&entry.kind);
    let (logged, input, change) = match &out {
        Outbound::Message { .. } => {
            let (outcome, logged) = message_outcome(&report.outcome, &entry);
            let change = match outcome {
                DeliveryOutcome::Undeliverable { .. } => EntryChange::Hold(entry.clone(), UNDELIVERABLE),
                _ => EntryChange::Remove(entry.clone()),
            };
            (logged, loaded.stored.state.delivery(out.clone(), outcome), change)
        }
        Outbound::Ask(step) => {
            let (answer, logged) = answer(&report.outcome, &entry);
            let input = Input::hosted(hosted::Input::Ils { step: *step, answer });
            (logged, Some(input), EntryChange::Remove(entry.clone()))
        }
        Outbound::Tell(_) => {
            let (outcome, logged) = outcome(&report.outcome, &entry);
            let change = match outcome {
                DeliveryOutcome::Undeliverable { .. } => EntryChange::Hold(entry.clone(), MAIL_UNDELIVERABLE),
                _ => EntryChange::Remove(entry.clone()),
            };
            (logged, None, change)
        }
        Outbound::Unreadable(kind) => {
            tracing::error!(slug = %slug!("delivery.unknown-kind"), kind, "a lane is held");
            let (_, logged) = outcome(&report.outcome, &entry);
            (logged, None, EntryChange::Hold(entry.clone(), UNKNOWN_KIND))
        }
    };
    let kind = LoggedInputKind::Delivery {
        message: entry.message,
        out,
        peer: loan_model::PeerId::new(entry.lane.peer.clone()),
        outcome: logged,
        http: report.exchange.as_ref().and_then(|exchange| exchange.status),
    };
    let mut work = StepInput::new(kind, input);
    work.entry = Some(change);
    work.raw_in = report.exchange.as_ref().map(|exchange| Body {
        content_type: exchange.content_type.clone().unwrap_or_default(),
        plaintext: exchange.body.clone(),
        redacted: None,
    });
    Ok(work)
}

/// What became of a message to another library. One that its receiver has spoken of did arrive, whatever its attempts came to.
fn message_outcome(settled: &Outcome, entry: &LaneEntry) -> (DeliveryOutcome, LoggedOutcome) {
    match (settled, &entry.standing) {
        (Outcome::Undeliverable { .. }, Standing::Withdrawn) => {
            (DeliveryOutcome::Confirmed, LoggedOutcome::SpokenOf)
        }
        _ => outcome(settled, entry),
    }
}

/// What became of a message, to the machine and for the log.
fn outcome(outcome: &Outcome, entry: &LaneEntry) -> (DeliveryOutcome, LoggedOutcome) {
    match outcome {
        Outcome::Confirmed => (DeliveryOutcome::Confirmed, LoggedOutcome::Confirmed),
        Outcome::Answered(said) => {
            (DeliveryOutcome::Confirmed, LoggedOutcome::Answered { said: (**said).clone() })
        }
        Outcome::AlreadyThere(errors) => {
            (DeliveryOutcome::AlreadyThere(errors.clone()), LoggedOutcome::AlreadyThere)
        }
        Outcome::Refused(errors) => {
            (DeliveryOutcome::Refused(errors.clone()), LoggedOutcome::Refused { errors: sentences(errors) })
        }
        Outcome::Undeliverable { why, .. } => (
            DeliveryOutcome::Undeliverable { why: why.clone(), may_have_arrived: arrival::of_entry(entry) },
            LoggedOutcome::Undeliverable { why: why.clone() },
        ),
    }
}

/// What came of asking an ILS, to the machine and for the log.
fn answer(outcome: &Outcome, entry: &LaneEntry) -> (IlsAnswer, LoggedOutcome) {
    let failed = |why: String| {
        let answer = IlsAnswer::Failed { why: why.clone(), may_have_arrived: arrival::of_entry(entry) };
        (answer, LoggedOutcome::Undeliverable { why })
    };
    match outcome {
        Outcome::Answered(said) => ((**said).clone(), LoggedOutcome::Answered { said: (**said).clone() }),
        Outcome::Undeliverable { why, .. } => failed(why.clone()),
        Outcome::Confirmed | Outcome::AlreadyThere(_) | Outcome::Refused(_) => {
            failed("it was answered in another protocol".to_owned())
        }
    }
}

fn ran_out(timer: &Timer, loaded: Option<&Loaded>) -> Result<StepInput, Stale> {
    let loaded = loaded.ok_or(Stale)?;
    // A timer that was moved or stopped meanwhile has not run out.
    if !loaded.timers.contains(timer) {
        return Err(Stale);
    }
    let input = loaded.stored.state.timer(&timer.name).ok_or(Stale)?;
    let mut work = StepInput::new(LoggedInputKind::Timer { timer: timer.name.clone() }, Some(input));
    work.timer = Some(timer.name.clone());
    Ok(work)
}

/// The entry as it is in its lane now, if it is still there.
pub(super) fn present(entry: &LaneEntry, loaded: &Loaded) -> Option<LaneEntry> {
    loaded.lanes.iter().find(|other| other.message == entry.message && other.seq == entry.seq).cloned()
}
