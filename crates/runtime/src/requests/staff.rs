//! What staff do: act on a request, send a message again, drop one, erase a patron. Each is an input with a name and a reason. Must never
//! overwrite what happened.

use acts::{Act, ActKind};
use errors::slug;
use loan_model::ils::IlsAnswer;
use persistence::{Body, Erasure, LaneEntry, MessageId, Opened, RequestId, Role};
use state_machine::{
    hosted::{self},
    interpreter::DeliveryOutcome,
};

use super::{
    EntryChange, Input, Loaded, Logged, LoggedInputKind, LoggedOutbound, LoggedOutcome, Outbound, Refusal,
    Requests, StepError, StepInput, StepOutcome,
};
use crate::{
    copy_file::{CopyFile, NoCopy},
    outbox::arrival,
};

/// Why staff could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffFailed {
    /// There is no such request.
    #[error("there is no such request")]
    NoRequest,
    /// The act cannot be done now.
    #[error("`{act}` cannot be done now: {}", allowed(.now))]
    NotAllowed {
        /// Which.
        act: ActKind,
        /// What can.
        now: Vec<ActKind>,
    },
    /// The file is not taken.
    #[error(transparent)]
    NoCopy(#[from] NoCopy),
    /// No act is named.
    #[error("nothing is to be done")]
    Nothing,
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

fn allowed(now: &[ActKind]) -> String {
    match now {
        [] => "nothing can".to_owned(),
        now => now.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ") + " can",
    }
}

/// Who acts, and why.
#[derive(Debug, Clone)]
pub struct Because {
    /// Who acts: a name, or where it came from.
    pub by: String,
    /// Why, for the timeline.
    pub reason: String,
}

impl Requests {
    /// Acts on a request.
    pub async fn act(
        &self,
        request: RequestId,
        act: Act,
        because: &Because,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        self.act_once(request, act, because, None).await
    }

    /// The same; under a key, once only.
    pub async fn act_once(
        &self,
        request: RequestId,
        act: Act,
        because: &Because,
        once: Option<Vec<u8>>,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        self.act_with(request, |_| Ok(vec![act.clone()]), because, once, None).await
    }

    /// Does several acts in one commit; if one is refused, none is done.
    pub async fn act_together(
        &self,
        request: RequestId,
        acts: &[Act],
        because: &Because,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        self.act_with(request, |_| Ok(acts.to_vec()), because, None, None).await
    }

    /// Delivers a copy that is handed over as a file: it is kept sealed with the request, and the requester is told where to fetch it.
    pub async fn hand_over(
        &self,
        request: RequestId,
        file: CopyFile,
        because: &Because,
        once: Option<Vec<u8>>,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        let deliver = |step| Ok(vec![Act::DeliverCopy { url: Some(self.copy_address(request, step)?) }]);
        self.act_with(request, deliver, because, once, Some(&file.body())).await
    }

    /// That a copy was fetched is kept once, however often it is.
    pub async fn copy_fetched(&self, request: RequestId, step: u64) {
        let made = self.step(request, |loaded| {
            loaded.ok_or(StaffFailed::NoRequest)?;
            let mut work = StepInput::new(LoggedInputKind::Fetched { step }, None);
            work.dedupe.push(format!("copy-fetched/{step}").into_bytes());
            Ok::<_, StaffFailed>(work)
        });
        match made.await {
            Ok(_) | Err(StepError::Repeated(_)) => {}
            // The copy is given all the same.
            Err(why) => {
                tracing::warn!(slug = %slug!("store.failed"), step, %why, "it cannot be kept that a copy was fetched")
            }
        }
    }

    async fn act_with(
        &self,
        request: RequestId,
        acts_in: impl Fn(u64) -> Result<Vec<Act>, StaffFailed>,
        because: &Because,
        once: Option<Vec<u8>>,
        file: Option<&Body>,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        self.step(request, |loaded| {
            let loaded = loaded.ok_or(StaffFailed::NoRequest)?;
            let state = &loaded.stored.state;
            let acts = acts_in(loaded.row.version.number() + 1)?;
            let now = loaded.stored.acts(&self.view().snapshot());
            if let Some(act) = acts.iter().map(Act::kind).find(|kind| !now.contains(kind)) {
                return Err(StaffFailed::NotAllowed { act, now });
            }
            let mut inputs = acts.into_iter().map(|act| {
                let kind = LoggedInputKind::staff(&act, because);
                (kind, state.staff(act, because))
            });
            let (kind, input) = inputs.next().ok_or(StaffFailed::Nothing)?;
            let mut work = StepInput::new(kind, Some(input));
            work.then = inputs.collect();
            work.dedupe.extend(once.clone());
            work.raw_in = file.cloned();
            work.refusal = if state.brokering().is_some() { Refusal::IsKept } else { Refusal::IsTold };
            Ok(work)
        })
        .await
    }

    /// Where the file that a step keeps will be fetched.
    fn copy_address(&self, request: RequestId, step: u64) -> Result<String, StaffFailed> {
        Ok(self.renderer.copy_address(request, step, self.seams.clock.now())?)
    }

    /// Sends a message again, with the same bytes: one that still waits gets a fresh plan, one that left its lane goes out as a new
    /// message linked to it.
    pub async fn resend(
        &self,
        request: RequestId,
        message: MessageId,
        because: &Because,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        let sent = self.sent(request, message).await?;
        let (was, body) = sent.ok_or(StepError::Declined(StaffFailed::NoMessage))?;
        let copy = self.new_message();
        self.step(request, |loaded| {
            let loaded = loaded.ok_or(StaffFailed::NoRequest)?;
            let Because { by, reason } = because.clone();
            let kind =
                LoggedInputKind::Resend { message, out: was.out.clone(), peer: was.peer.clone(), by, reason };
            let mut work = StepInput::new(kind, None);
            work.entry = Some(match queued(loaded, message) {
                Some(entry) => EntryChange::Requeue(entry),
                None => {
                    let body = body.clone().ok_or(StaffFailed::Erased)?;
                    let logged = LoggedOutbound { message: copy, resends: Some(message), ..was.clone() };
                    EntryChange::Copy(Box::new((logged, body)))
                }
            });
            Ok(work)
        })
        .await
    }

    /// Takes a message out of its lane, so that those behind it can go.
    pub async fn drop_message(
        &self,
        request: RequestId,
        message: MessageId,
        because: &Because,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        self.step(request, |loaded| {
            let loaded = loaded.ok_or(StaffFailed::NoRequest)?;
            let entry = queued(loaded, message).ok_or(StaffFailed::NotQueued)?;
            let out = Outbound::read(&entry.kind);
            let Because { by, reason } = because.clone();
            let kind = LoggedInputKind::Delivery {
                message,
                out: out.clone(),
                peer: loan_model::PeerId::new(entry.lane.peer.clone()),
                outcome: LoggedOutcome::Dropped { by: by.clone(), reason: reason.clone() },
                http: None,
            };
            let may_have_arrived = arrival::of_entry(&entry);
            let input = match &out {
                Outbound::Ask(step) => {
                    let answer =
                        IlsAnswer::Failed { why: format!("dropped by {by}: {reason}"), may_have_arrived };
                    Some(Input::hosted(hosted::Input::Ils { step: *step, answer }))
                }
                _ => {
                    let outcome = DeliveryOutcome::Dropped { by, reason, may_have_arrived };
                    loaded.stored.state.delivery(out, outcome)
                }
            };
            let mut work = StepInput::new(kind, input);
            work.entry = Some(EntryChange::Remove(entry));
            Ok(work)
        })
        .await
    }

    /// Destroys the key of a request's sealed bytes: the patron's data are gone for good. That it was done stays in the timeline.
    pub async fn erase(
        &self,
        request: RequestId,
        because: &Because,
    ) -> Result<StepOutcome, StepError<StaffFailed>> {
        let stepped = self
            .step(request, |loaded| {
                loaded.ok_or(StaffFailed::NoRequest)?;
                let Because { by, reason } = because.clone();
                Ok(StepInput::new(LoggedInputKind::Erase { by, reason }, None))
            })
            .await?;
        match self.store.erase(request).await? {
            Erasure::Done => Ok(stepped),
            Erasure::Unknown => Err(StepError::Declined(StaffFailed::NoRequest)),
        }
    }

    /// A message that was rendered for a request, and its bytes if they are still there.
    async fn sent(
        &self,
        request: RequestId,
        message: MessageId,
    ) -> Result<Option<(LoggedOutbound, Option<Body>)>, StepError<StaffFailed>> {
        const PAGE: usize = 200;
        let mut from = 1;
        loop {
            let steps = self.store.records(request, from, PAGE).await?;
            for step in &steps {
                let Some(body) = step.bodies.iter().find(|body| body.role == Role::Out(message)) else {
                    continue;
                };
                let logged: Logged = serde_json::from_slice(&step.input)
                    .map_err(|why| StepError::Bug(format!("step {} cannot be read: {why}", step.number)))?;
                let Some(was) = logged.out.into_iter().find(|out| out.message == message) else {
                    return Ok(None);
                };
                let bytes = match &body.plaintext {
                    Opened::Plain(bytes) => Some(Body {
                        content_type: body.content_type.clone(),
                        plaintext: bytes.clone(),
                        redacted: body.redacted.clone(),
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
