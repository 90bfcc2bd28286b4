//! The volumes of a loan: which are meant, and when they are due.

use acts::{Act, DayOrTime, VolumeRef};
use iso18626::{Action, Message};
use jiff::Timestamp;
use loan_model::{ils::Wanted, names::VolumeNo};

use super::{
    act, clocks,
    event::Event,
    machine::Execution,
    phases::VolumeState,
    state::{IlsLoan, Volume},
    trigger::VolumeTrigger,
};
use crate::{hosted::Input, interpreter::Effect};

impl Execution<'_> {
    /// Takes in what was scanned. What goes without a scan is one volume: the item that the ILS means, where it said so.
    pub(crate) fn add_volumes(&mut self) {
        let Input::Staff { act, .. } = self.input else { return };
        for one in act::volumes(act) {
            if let VolumeRef::Barcode(barcode) = one
                && self.state.volume_meant_by(one).is_none()
            {
                self.add_volume(Some(barcode.as_str().to_owned()));
            }
        }
        if let Act::Ship { due, .. } = act {
            if !self.state.volumes.iter().any(|volume| waits_to_go(volume.state)) {
                let barcode = self.known_item().filter(|item| self.state.volume_called(item).is_none());
                self.add_volume(barcode);
            }
            if let Some(due) = self.end_of(*due) {
                self.record(Event::DueWished { due });
            }
        }
    }

    /// The barcode of the item that is meant, where the request or the ILS names it.
    fn known_item(&self) -> Option<String> {
        match Wanted::by(&self.state.request) {
            Some(Wanted::Item(barcode)) => Some(barcode),
            _ => self.state.item.clone(),
        }
    }

    fn add_volume(&mut self, barcode: Option<String>) {
        let last = self.state.volumes.iter().map(|volume| volume.volume.0).max().unwrap_or(0);
        let volume = VolumeNo(last.saturating_add(1));
        self.record(Event::VolumeAdded { volume, barcode: barcode.clone(), at: self.context.now });
        if let Some(barcode) = barcode {
            self.effect(Effect::KnowItem { barcode, volume });
        }
    }

    /// What is named goes, or all that was pulled; what was pulled and is not named stays.
    pub(crate) fn ship_named(&mut self) {
        let scans = match self.input {
            Input::Staff { act, .. } => act::volumes(act),
            _ => &[],
        };
        let (go, stay): (Vec<_>, Vec<_>) = self
            .state
            .volumes
            .iter()
            .filter(|volume| waits_to_go(volume.state))
            .partition(|volume| scans.is_empty() || scans.iter().any(|scan| volume.is_meant_by(scan)));
        let go: Vec<VolumeNo> = go.iter().map(|volume| volume.volume).collect();
        let stay: Vec<VolumeNo> = stay
            .iter()
            .filter(|volume| volume.state == VolumeState::Pulled)
            .map(|volume| volume.volume)
            .collect();
        for volume in stay {
            self.on_part(volume, VolumeTrigger::PutBack);
        }
        for volume in go {
            self.on_part(volume, VolumeTrigger::Ship);
        }
    }

    /// What staff named as scanned wrongly stays.
    pub(crate) fn put_back_replaced(&mut self) {
        let Input::Staff { act, .. } = self.input else { return };
        let named = act::replaced(act);
        let is_meant = |volume: &&Volume| named.iter().any(|one| volume.is_meant_by(one));
        let meant = self.state.volumes.iter().filter(is_meant).map(|volume| volume.volume).collect();
        self.on_parts(meant, VolumeTrigger::PutBack);
    }

    /// Keeps until when staff let it be kept, where they say so.
    pub(crate) fn wish_due(&mut self) {
        if let Input::Staff { act: Act::Extend { due }, .. } = self.input
            && let Some(due) = self.end_of(*due)
        {
            self.record(Event::DueWished { due });
        }
    }

    /// The volumes that staff named; where they named none, those that the act can be about.
    pub(crate) fn named(&self) -> Vec<VolumeNo> {
        let Input::Staff { act, .. } = self.input else { return Vec::new() };
        let named = act::volumes(act);
        let is_meant = |volume: &&Volume| match named {
            [] if matches!(act, Act::Unship { .. } | Act::ShipAnyway { .. }) => volume.state.is_leaving(),
            [] => volume.state.is_out(),
            named => named.iter().any(|one| volume.is_meant_by(one)),
        };
        self.state.volumes.iter().filter(is_meant).map(|volume| volume.volume).collect()
    }

    /// Keeps whether the ILS has the volume on loan, and when it is due there.
    pub(crate) fn record_ils_loan(&mut self, volume: VolumeNo, loan: IlsLoan) {
        let due = self.input.told().due.filter(|_| loan != IlsLoan::Back);
        self.record(Event::VolumeHeard {
            volume,
            loan: Some(loan),
            due,
            renewals: self.input.told().renewals,
        });
    }

    /// Keeps when the volume is due in the ILS. A renewal without a date is for as long as was asked.
    pub(crate) fn record_ils_due(&mut self, volume: VolumeNo) {
        let due = match self.input {
            Input::Ils { .. } | Input::Staff { .. } => {
                self.input.told().due.or_else(|| Some(self.renewed_due()))
            }
            _ => self.input.told().due,
        };
        self.record(Event::VolumeHeard { volume, loan: None, due, renewals: self.input.told().renewals });
    }

    /// When the loan is due: as the ILS says, else as staff say, else by policy.
    pub(crate) fn set_due(&mut self) {
        let of_volumes = self.state.due_of_volumes();
        let due = if self.state.due.is_none() {
            of_volumes.or(self.state.due_wished).or_else(|| Some(self.loan_due()))
        } else {
            match self.input {
                Input::Staff { act: Act::Recall { due }, .. } => self.end_of(*due),
                Input::Staff { act: Act::AnswerRenewal { due, .. }, .. } => {
                    self.end_of(*due).or_else(|| Some(self.renewed_due()))
                }
                Input::Message { .. } | Input::Staff { act: Act::Extend { .. }, .. } => {
                    Some(self.renewed_due())
                }
                _ => of_volumes,
            }
        };
        if let Some(due) = due.filter(|due| self.state.due != Some(*due)) {
            self.record(Event::DueSet { due });
        }
    }

    /// When a loan that starts now is due by policy.
    pub(crate) fn loan_due(&self) -> Timestamp {
        clocks::later(self.context.now, self.context.library.loan_days)
    }

    /// When a loan is due that is renewed now: as staff say, else by policy.
    pub(crate) fn renewed_due(&self) -> Timestamp {
        if let Input::Staff { act: Act::AnswerRenewal { due: Some(due), .. }, .. } = self.input {
            return due.end(&self.context.library.calendar);
        }
        // What staff wish for beyond the present date is an extension, unless the requester asks.
        let asked = self.state.renewal_since.is_some() || matches!(self.input, Input::Message { .. });
        let beyond = |wished: &Timestamp| !asked && self.state.due.is_some_and(|due| *wished > due);
        if let Some(wished) = self.state.due_wished.filter(beyond) {
            return wished;
        }
        let from = self.state.due.unwrap_or(self.context.now).max(self.context.now);
        clocks::later(from, self.context.library.loan_days)
    }

    pub(crate) fn mark_damaged(&mut self) {
        for volume in self.damaged() {
            self.record(Event::VolumeDamaged { volume });
        }
    }

    /// The volumes that staff say are damaged, or the only one.
    pub(crate) fn damaged(&self) -> Vec<VolumeNo> {
        let Input::Staff { act: Act::Damaged { volumes, .. }, .. } = self.input else { return Vec::new() };
        let meant: Vec<&Volume> = match volumes.as_slice() {
            [] => self.state.only_volume().into_iter().collect(),
            named => named
                .iter()
                .filter_map(|one| self.state.volumes.iter().rfind(|volume| volume.is_meant_by(one)))
                .collect(),
        };
        meant.into_iter().map(|volume| volume.volume).collect()
    }

    /// The point in time that staff mean: a day ends where the library is.
    pub(crate) fn end_of(&self, due: Option<DayOrTime>) -> Option<Timestamp> {
        due.map(|due| due.end(&self.context.library.calendar))
    }

    /// Whether the input is this action of the requester's.
    pub(crate) fn is_asked(&self, action: &Action) -> bool {
        matches!(self.input, Input::Message { message, .. }
            if matches!(&**message, Message::RequestingAgencyMessage(asks) if asks.action == *action))
    }
}

fn waits_to_go(state: VolumeState) -> bool {
    matches!(state, VolumeState::Pulled | VolumeState::CheckedOut)
}
