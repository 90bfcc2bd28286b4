//! What the outbox and the timers bring: the outcome of a delivery, and a timer that ran out. Must never let an outcome be lost: who
//! brings it calls again until it is committed.

use persistence::{Body, LaneEntry, Timer};
use state_machine::brokering::{DeliveryOutcome, Input, StaffAction, TimerName, allowed_actions};

use super::{
    EntryChange, Failed, Loaded, LoggedOutcome, Requests, What, Work, draft::out_of, logged::sentences,
    read_kept, scrub::scrubbed,
};
use crate::{
    outbox::{Outcome, Settle, SettleError, Settlement},
    seams::BoxFuture,
    timers::{Fire, FireError},
};

/// The incident that holds a lane whose head cannot be delivered.
pub(crate) const UNDELIVERABLE: &str = "delivery.undeliverable";

/// Whatever brought it, it has been dealt with already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gone;

impl Settle for Requests {
    fn settle(&self, settlement: Settlement) -> BoxFuture<'_, Result<(), SettleError>> {
        Box::pin(async move {
            let request = settlement.entry.lane.request;
            let settlement = self.without_the_patron(settlement).await?;
            let settled = self.step(request, |loaded| delivery(&settlement, loaded)).await;
            match settled {
                Ok(_) | Err(Failed::Declined(Gone)) => Ok(()),
                Err(failed) => Err(SettleError(failed.to_string())),
            }
        })
    }
}

impl Fire for Requests {
    fn fire(&self, timer: Timer) -> BoxFuture<'_, Result<(), FireError>> {
        Box::pin(async move {
            match self.step(timer.request, |loaded| ran_out(&timer, loaded)).await {
                Ok(_) | Err(Failed::Declined(Gone)) => Ok(()),
                Err(failed) => Err(FireError(failed.to_string())),
            }
        })
    }
}

impl Requests {
    /// What a peer says is wrong, without words of the patron that it may quote.
    async fn without_the_patron(&self, mut settlement: Settlement) -> Result<Settlement, SettleError> {
        let Outcome::Refused(errors) = &mut settlement.outcome else { return Ok(settlement) };
        let failed = |why: String| SettleError(why);
        let request = settlement.entry.lane.request;
        let stored = self.store.request(request).await.map_err(|why| failed(why.to_string()))?;
        let Some(stored) = stored else { return Ok(settlement) };
        let step = read_kept(&stored).map_err(failed)?.sealed_step;
        if let Some(step) = step {
            let parts = self.unseal(request, step).await.map_err(|why| failed(why.to_string()))?;
            *errors = scrubbed(errors, &parts);
        }
        Ok(settlement)
    }
}

fn delivery(settlement: &Settlement, loaded: Option<&Loaded>) -> Result<Work, Gone> {
    let loaded = loaded.ok_or(Gone)?;
    let entry = present(&settlement.entry, loaded).ok_or(Gone)?;
    let out = out_of(&entry).ok_or(Gone)?;
    let (outcome, logged, change) = match &settlement.outcome {
        Outcome::Confirmed => {
            (DeliveryOutcome::Confirmed, LoggedOutcome::Confirmed, EntryChange::Remove(entry.clone()))
        }
        Outcome::AlreadyThere(_) => {
            (DeliveryOutcome::Confirmed, LoggedOutcome::AlreadyThere, EntryChange::Remove(entry.clone()))
        }
        Outcome::Refused(errors) => (
            DeliveryOutcome::Refused(errors.clone()),
            LoggedOutcome::Refused { errors: sentences(errors) },
            EntryChange::Remove(entry.clone()),
        ),
        Outcome::Undeliverable { why, .. } => (
            DeliveryOutcome::Undeliverable { why: why.clone(), arrival: super::draft::arrival(&entry) },
            LoggedOutcome::Undeliverable { why: why.clone() },
            EntryChange::Hold(entry.clone(), UNDELIVERABLE),
        ),
    };
    let what = What::Delivery {
        message: entry.message,
        out: out.clone(),
        peer: state_machine::PeerId::new(entry.lane.peer.clone()),
        outcome: logged,
        http: settlement.exchange.as_ref().map(|exchange| exchange.answer.status.as_u16()),
    };
    let mut work = Work::new(what, Some(Input::Delivery { out, outcome }));
    work.entry = Some(change);
    work.raw_in = settlement.exchange.as_ref().map(|exchange| Body {
        content_type: exchange.answer.content_type.clone().unwrap_or_default(),
        sealed: exchange.answer.body.to_vec(),
        clear: None,
    });
    if matches!(settlement.outcome, Outcome::AlreadyThere(_))
        && allowed_actions(&loaded.kept.state).contains(&StaffAction::AskStatus)
    {
        let (action, by) = (StaffAction::AskStatus, "gateway".to_owned());
        let reason = "the supplier says that it has the request already: verify it".to_owned();
        let what = What::Staff { action, by: by.clone(), reason: reason.clone() };
        work.then.push((what, Input::Staff { action, by, reason }));
    }
    Ok(work)
}

fn ran_out(timer: &Timer, loaded: Option<&Loaded>) -> Result<Work, Gone> {
    let loaded = loaded.ok_or(Gone)?;
    // A timer that was moved or stopped meanwhile has not run out.
    if !loaded.timers.contains(timer) {
        return Err(Gone);
    }
    let name: TimerName = timer.name.parse().map_err(|_| Gone)?;
    let mut work = Work::new(What::Timer { timer: name }, Some(Input::Timer(name)));
    work.timer = Some(timer.name.clone());
    Ok(work)
}

/// The entry as it stands in its lane now, if it is still there.
pub(super) fn present(entry: &LaneEntry, loaded: &Loaded) -> Option<LaneEntry> {
    loaded.lanes.iter().find(|other| other.message == entry.message && other.seq == entry.seq).cloned()
}
