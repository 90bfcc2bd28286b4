//! What a step does to the lanes of its request: what waits there is taken out, put off, sent anew or sent at once. Must never touch
//! another request's lanes.

use loan_model::MayHaveArrived;
use persistence::{LaneEntry, LaneKey};
use state_machine::brokering::Unconfirmed;

use super::{
    draft::{Draft, Push},
    names::Outbound,
    step_input::EntryChange,
};
use crate::{outbox::arrival, stored_time::unix_millis};

impl Draft<'_> {
    /// Takes something out of its lane. What an ILS may have been asked stays: its answer is of use.
    pub(super) fn withdraw(&mut self, out: &Outbound) {
        if let Some(index) = self.pushes.iter().rposition(|push| push.logged.out == *out) {
            self.pushes.remove(index);
            return;
        }
        let same = |entry: &LaneEntry| {
            let asked = matches!(out, Outbound::Ask(_)) && arrival::of_entry(entry) == MayHaveArrived::Yes;
            !asked && Outbound::read(&entry.kind) == *out
        };
        if let Some(index) = self.updated.iter().rposition(same) {
            let entry = self.updated.remove(index);
            let index = self.lanes.iter().position(|other| other.message == entry.message);
            self.removed.extend(index.map(|index| self.lanes.remove(index)));
        } else if let Some(index) = self.lanes.iter().rposition(same) {
            self.removed.push(self.lanes.remove(index));
        }
    }

    /// Takes something out of its lane that nobody wants any more. An attempt that may be under way ends it: its answer is kept, and it is
    /// not begun again.
    pub(super) fn abandon(&mut self, out: &Outbound) {
        self.withdraw(out);
        if let Some(entry) = self.lanes.iter().rfind(|entry| Outbound::read(&entry.kind) == *out) {
            self.updated.push(entry.clone().withdrawn());
        }
    }

    /// Has something sent now that waits in its lane.
    pub(super) fn hurry(&mut self, out: &Outbound) {
        if let Some(entry) = self.lanes.iter().rfind(|entry| Outbound::read(&entry.kind) == *out) {
            self.hurried.push(entry.lane.clone());
            self.updated.push(entry.clone().requeued(unix_millis(self.now)));
        }
    }

    /// Carries out what staff want of an entry.
    pub(super) fn change_entry(&mut self, change: EntryChange) {
        match change {
            EntryChange::Remove(entry) => {
                self.lanes.retain(|other| other.message != entry.message);
                self.removed.push(entry);
            }
            EntryChange::Hold(entry, incident) => self.updated.push(entry.held(incident)),
            EntryChange::Arrived(entry) => self.updated.push(entry.withdrawn()),
            EntryChange::Requeue(entry) => {
                self.hurried.push(entry.lane.clone());
                self.updated.push(entry.requeued(unix_millis(self.now)));
            }
            EntryChange::Copy(copy) => {
                let (logged, body) = *copy;
                let peer = logged.peer.as_str().to_owned();
                self.hurried.push(LaneKey { request: self.request, peer });
                self.pushes.push(Push { logged, body, not_before: None });
            }
        }
    }

    /// What waits to be confirmed, in the lanes and in this step.
    pub(super) fn unconfirmed(&self) -> Vec<Unconfirmed> {
        let waiting = self
            .lanes
            .iter()
            .filter_map(|entry| unconfirmed(Outbound::read(&entry.kind), arrival::of_entry(entry)));
        let pushed =
            self.pushes.iter().filter_map(|push| unconfirmed(push.logged.out.clone(), MayHaveArrived::No));
        waiting.chain(pushed).collect()
    }
}

/// What the broker's machine is told of a message that waits.
fn unconfirmed(out: Outbound, may_have_arrived: MayHaveArrived) -> Option<Unconfirmed> {
    match out {
        Outbound::Message { to, kind } => Some(Unconfirmed { to, kind, may_have_arrived }),
        Outbound::Ask(_) | Outbound::Tell(_) | Outbound::Unreadable(_) => None,
    }
}
