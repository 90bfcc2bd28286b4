//! What staff do: act on a request, send a message again, drop one, erase a patron. Each is an input with a name and a reason. Must never
//! overwrite what happened.

use persistence::{Body, Erasure, LaneEntry, MessageId, Opened, RequestId, Role};
use state_machine::brokering::{DeliveryOutcome, Input, StaffAction, allowed_actions};

use super::{
    EntryChange, Failed, Loaded, Logged, LoggedOut, LoggedOutcome, Requests, Stepped, What, Work,
    draft::{arrival, out_of},
};

/// Why staff could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StaffFailed {
    /// There is no such request.
    #[error("there is no such request")]
    NoRequest,
    /// The action cannot be taken now.
    #[error("`{action}` cannot be done now: {}", allowed(.now))]
    NotAllowed {
        /// Which.
        action: StaffAction,
        /// What can.
        now: Vec<StaffAction>,
    },
    /// There is no such message.
    #[error("there is no such message among those sent")]
    NoMessage,
    /// The message waits in no lane.
    #[error("the message waits no longer: there is nothing to drop")]
    NotQueued,
    /// The message's bytes are gone.
    #[error("the message's bytes are gone: they were erased, or retention took them")]
    Erased,
}

fn allowed(now: &[StaffAction]) -> String {
    match now {
        [] => "nothing can".to_owned(),
        now => now.iter().map(|action| action.as_str()).collect::<Vec<_>>().join(", ") + " can",
    }
}

/// Who acts, and why.
#[derive(Debug, Clone)]
pub(crate) struct Because {
    pub(crate) by: String,
    pub(crate) reason: String,
}

impl Requests {
    /// Acts on a request.
    pub(crate) async fn act(
        &self,
        request: RequestId,
        action: StaffAction,
        because: &Because,
    ) -> Result<Stepped, Failed<StaffFailed>> {
        self.step(request, |loaded| {
            let loaded = loaded.ok_or(StaffFailed::NoRequest)?;
            let now = allowed_actions(&loaded.kept.state);
            if !now.contains(&action) {
                return Err(StaffFailed::NotAllowed { action, now });
            }
            let Because { by, reason } = because.clone();
            let what = What::Staff { action, by: by.clone(), reason: reason.clone() };
            Ok(Work::new(what, Some(Input::Staff { action, by, reason })))
        })
        .await
    }

    /// Sends a message again, with the same bytes: one that still waits gets a fresh plan, one that left its lane goes out as a new
    /// message linked to it.
    pub(crate) async fn resend(
        &self,
        request: RequestId,
        message: MessageId,
        because: &Because,
    ) -> Result<Stepped, Failed<StaffFailed>> {
        let sent = self.sent(request, message).await?;
        let (was, body) = sent.ok_or(Failed::Declined(StaffFailed::NoMessage))?;
        let copy = self.new_message();
        self.step(request, |loaded| {
            let loaded = loaded.ok_or(StaffFailed::NoRequest)?;
            let Because { by, reason } = because.clone();
            let what = What::Resend { message, out: was.out.clone(), peer: was.peer.clone(), by, reason };
            let mut work = Work::new(what, None);
            work.entry = Some(match queued(loaded, message) {
                Some(entry) => EntryChange::Requeue(entry),
                None => {
                    let body = body.clone().ok_or(StaffFailed::Erased)?;
                    let logged = LoggedOut { message: copy, resends: Some(message), ..was.clone() };
                    EntryChange::Copy(Box::new((logged, body)))
                }
            });
            Ok(work)
        })
        .await
    }

    /// Takes a message out of its lane, so that those behind it can go.
    pub(crate) async fn drop_message(
        &self,
        request: RequestId,
        message: MessageId,
        because: &Because,
    ) -> Result<Stepped, Failed<StaffFailed>> {
        self.step(request, |loaded| {
            let loaded = loaded.ok_or(StaffFailed::NoRequest)?;
            let entry = queued(loaded, message).ok_or(StaffFailed::NotQueued)?;
            let out = out_of(&entry).ok_or(StaffFailed::NoMessage)?;
            let Because { by, reason } = because.clone();
            let what = What::Delivery {
                message,
                out: out.clone(),
                peer: state_machine::PeerId::new(entry.lane.peer.clone()),
                outcome: LoggedOutcome::Dropped { by: by.clone(), reason: reason.clone() },
                http: None,
            };
            let outcome = DeliveryOutcome::Dropped { by, reason, arrival: arrival(&entry) };
            let mut work = Work::new(what, Some(Input::Delivery { out, outcome }));
            work.entry = Some(EntryChange::Remove(entry));
            Ok(work)
        })
        .await
    }

    /// Destroys the key of a request's sealed bytes: the patron's data are gone for good. That it was done stays in the timeline.
    pub(crate) async fn erase(
        &self,
        request: RequestId,
        because: &Because,
    ) -> Result<Stepped, Failed<StaffFailed>> {
        let stepped = self
            .step(request, |loaded| {
                loaded.ok_or(StaffFailed::NoRequest)?;
                let Because { by, reason } = because.clone();
                Ok(Work::new(What::Erase { by, reason }, None))
            })
            .await?;
        match self.store.erase(request).await? {
            Erasure::Done => Ok(stepped),
            Erasure::Unknown => Err(Failed::Declined(StaffFailed::NoRequest)),
        }
    }

    /// A message that was rendered for a request, and its bytes if they are still there.
    async fn sent(
        &self,
        request: RequestId,
        message: MessageId,
    ) -> Result<Option<(LoggedOut, Option<Body>)>, Failed<StaffFailed>> {
        const PAGE: usize = 200;
        let mut from = 1;
        loop {
            let steps = self.store.records(request, from, PAGE).await?;
            for step in &steps {
                let Some(body) = step.bodies.iter().find(|body| body.role == Role::Out(message)) else {
                    continue;
                };
                let logged: Logged = serde_json::from_slice(&step.input)
                    .map_err(|why| Failed::Bug(format!("step {} cannot be read: {why}", step.number)))?;
                let Some(was) = logged.out.into_iter().find(|out| out.message == message) else {
                    return Ok(None);
                };
                let bytes = match &body.sealed {
                    Opened::Plain(bytes) => Some(Body {
                        content_type: body.content_type.clone(),
                        sealed: bytes.clone(),
                        clear: body.clear.clone(),
                    }),
                    Opened::Erased => None,
                };
                return Ok(Some((was, bytes)));
            }
            match steps.last() {
                Some(last) if steps.len() == PAGE => from = last.number + 1,
                _ => return Ok(None),
            }
        }
    }
}

fn queued(loaded: &Loaded, message: MessageId) -> Option<LaneEntry> {
    loaded.lanes.iter().find(|entry| entry.message == message).cloned()
}
