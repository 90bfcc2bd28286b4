//! The end of a step: what was decided and rendered becomes one commit, with the lists that the request enters and leaves. Must never decide
//! anything.

use persistence::{
    Body, Commit, ExternalOp, LaneOp, Lifecycle, Place, Record, TimerOp, UnixMillis, WorklistOp,
};

use super::{
    StepError, StoredRequest,
    draft::{Draft, Drafted},
    logged::{Logged, LoggedReply},
    machine::Attention,
    stored::{ATTENTION, EVERYBODY, OPEN, RequestMeta},
};
use crate::stored_time::unix_millis;

impl Draft<'_> {
    /// The commit of all that the step has led to.
    pub(super) fn commit<R>(
        mut self,
        raw_in: Option<Body>,
        reply: Option<(LoggedReply, Body)>,
        dedupe: Vec<Vec<u8>>,
        claim: Option<String>,
    ) -> Result<Drafted, StepError<R>> {
        let at = unix_millis(self.now);
        let state = self.state.ok_or_else(|| StepError::Bug("a step without a state".to_owned()))?;
        let worklists = places(&mut self.meta, state.attention(), self.lifecycle, at);
        let (logged_reply, reply) = reply.unzip();
        let rules = self.inputs.first().map(|input| input.rules.clone()).unwrap_or_default();
        let logged = Logged {
            inputs: self.inputs,
            registry_version: self.snapshot.version,
            out: self.pushes.iter().map(|push| push.logged.clone()).collect(),
            reply: logged_reply,
        };
        let stored = StoredRequest { at: self.now, state, meta: self.meta };
        let json = |what: &str, value: serde_json::Result<Vec<u8>>| {
            value.map_err(|why| StepError::Bug(format!("{what} cannot be kept as JSON: {why}")))
        };
        let changed = self.removed.iter().map(|entry| entry.lane.clone()).collect();
        let pushed = self.pushes.iter().map(|push| push.logged.message).collect();
        let mut lanes: Vec<LaneOp> = self.removed.into_iter().map(LaneOp::Remove).collect();
        lanes.extend(self.updated.into_iter().map(LaneOp::Update));
        lanes.extend(self.pushes.iter().map(|push| LaneOp::Push {
            peer: push.logged.peer.as_str().to_owned(),
            message: push.logged.message,
            kind: push.logged.out.to_string(),
            next_at: push.not_before.unwrap_or(at),
        }));
        let due = self.timers.iter().filter_map(|timer| match timer {
            TimerOp::Set { due, .. } => Some(*due),
            TimerOp::Clear { .. } => None,
        });
        let due = due.min();
        let mut external = self.external;
        if let Some(claim) = claim {
            external.retain(|op| *op != ExternalOp::Set(claim.clone()));
            external.insert(0, ExternalOp::Claim(claim));
        }
        let commit = Commit {
            request: self.request,
            expect: self.version,
            record: Record {
                at,
                input: json("an input", serde_json::to_vec(&logged))?,
                events: format!("[{}]", self.events.join(",")).into_bytes(),
                raw_in,
                rendered_out: self.pushes.into_iter().map(|push| (push.logged.message, push.body)).collect(),
                reply: reply.clone(),
            },
            state: json("a state", stored.to_json())?,
            lifecycle: self.lifecycle,
            dedupe,
            external,
            worklists,
            lanes,
            timers: self.timers,
            counters: self.counters.into_iter().collect(),
        };
        Ok(Drafted { commit, stored, reply, rules, pushed, changed, hurried: self.hurried, due })
    }
}

/// The lists that a request enters and leaves.
fn places(
    meta: &mut RequestMeta,
    needed: Attention,
    lifecycle: Lifecycle,
    at: UnixMillis,
) -> Vec<WorklistOp> {
    let mut ops = Vec::new();
    let library = meta.library.as_ref().map(|library| library.as_str().to_owned());
    let mut place = |list: &str, library: &str, was: Option<UnixMillis>, is: bool| {
        let place = |since| Place { list: list.to_owned(), library: library.to_owned(), since };
        match (was, is) {
            (None, true) => ops.push(WorklistOp::Enter(place(at))),
            (Some(since), false) => ops.push(WorklistOp::Leave(place(since))),
            _ => {}
        }
        is.then(|| was.unwrap_or(at))
    };
    let (attention, open) = (meta.attention, meta.open);
    meta.attention = place(ATTENTION, EVERYBODY, attention, needed == Attention::Required);
    if let Some(library) = &library {
        place(ATTENTION, library, attention, needed == Attention::Required);
        meta.open = place(OPEN, library, open, lifecycle == Lifecycle::Open);
    }
    ops
}
