//! Where a request stands with its lender. Must never hold patron data or a note.

use acts::VolumeRef;
use iso18626::{Request, Status};
use jiff::Timestamp;
use loan_model::{PeerId, Symbol, ils::StepId, names::VolumeNo};
use serde::{Deserialize, Serialize};

use super::phases::{Phase, VolumeState};
use crate::{
    hosted::{IlsCalls, Over, Summary, VolumeSummary},
    interpreter::Standing,
};

/// A request under lending. Made and changed by [`evolve`](crate::interpreter::evolve) alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Our id of it.
    pub(crate) id: String,
    /// The peer that sent it, in practice the broker.
    pub(crate) peer: PeerId,
    /// The latest request, without its sealed parts.
    pub(crate) request: Box<Request>,
    #[serde(flatten)]
    pub(crate) standing: Standing<Phase>,
    /// Where it stood before a renewal was asked for.
    #[serde(default)]
    pub(crate) before: Option<Phase>,
    #[serde(default)]
    pub(crate) volumes: Vec<Volume>,
    /// The calls of the ILS.
    #[serde(default)]
    pub(crate) calls: IlsCalls,
    #[serde(default)]
    pub(crate) hold: Hold,
    /// The ids of further holds: the ILS has placed one more than once.
    #[serde(default)]
    pub(crate) other_holds: Vec<String>,
    /// Where the ILS says that the item stands.
    #[serde(default)]
    pub(crate) call_number: Option<String>,
    #[serde(default)]
    pub(crate) location: Option<String>,
    /// The barcode of the item that the ILS chose.
    #[serde(default)]
    pub(crate) item: Option<String>,
    /// When staff want it back.
    #[serde(default)]
    pub(crate) due_wished: Option<Timestamp>,
    /// When it is due, as the requester knows it.
    #[serde(default)]
    pub(crate) due: Option<Timestamp>,
    #[serde(default)]
    pub(crate) retry_before: Option<Timestamp>,
    /// What the requester was last told.
    #[serde(default)]
    pub(crate) told: Option<Status>,
    /// Whether the requester has had an answer since its last request or retry.
    #[serde(default)]
    pub(crate) answered: FirstAnswer,
    /// The final answer, once it was given.
    #[serde(default)]
    pub(crate) final_answer: Option<Status>,
    #[serde(default)]
    pub(crate) received_at: Option<Timestamp>,
    /// Whether the requester waits for the answer to a cancel.
    #[serde(default)]
    pub(crate) cancel: Cancel,
    /// Since when the requester waits for the answer to a renewal.
    #[serde(default)]
    pub(crate) renewal_since: Option<Timestamp>,
}

/// One volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) volume: VolumeNo,
    #[serde(default)]
    pub(crate) barcode: Option<String>,
    pub(crate) state: VolumeState,
    #[serde(default)]
    pub(crate) loan: IlsLoan,
    /// When it is due in the ILS.
    #[serde(default)]
    pub(crate) due: Option<Timestamp>,
    #[serde(default)]
    pub(crate) renewals: Option<u32>,
    #[serde(default)]
    pub(crate) damage: Damage,
    pub(crate) since: Timestamp,
}

/// Whether the ILS has a volume on loan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IlsLoan {
    /// Not that we know.
    #[default]
    Unknown,
    /// It has.
    Out,
    /// It had, and has it back.
    Back,
}

/// Whether a volume is damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Damage {
    #[default]
    None,
    Noted,
}

/// Whether the requester waits for the answer to a cancel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Cancel {
    #[default]
    None,
    Asked,
}

/// Whether the requester has had an answer since its last request or retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FirstAnswer {
    #[default]
    Awaited,
    Given,
}

/// The hold in the ILS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "hold", content = "request")]
pub(crate) enum Hold {
    /// There is none.
    #[default]
    None,
    /// There is one, under this id of the ILS's own, or under ours.
    Placed(Option<String>),
}

impl State {
    /// Where the request stands.
    pub fn phase(&self) -> Phase {
        self.standing.phase
    }

    /// The ILS's own ids of the holds for it.
    pub fn holds(&self) -> impl Iterator<Item = &str> {
        let own = match &self.hold {
            Hold::Placed(own) => own.as_deref(),
            Hold::None => None,
        };
        own.into_iter().chain(self.other_holds.iter().map(String::as_str))
    }

    /// Where its volumes stand.
    pub fn volume_states(&self) -> impl Iterator<Item = (VolumeNo, VolumeState)> + '_ {
        self.volumes.iter().map(|volume| (volume.volume, volume.state))
    }

    /// What the ILS was asked and did not do.
    pub fn failed_steps(&self) -> impl Iterator<Item = StepId> + '_ {
        self.calls.failed()
    }

    /// Where the ILS says that the item stands: call number, and where in the building.
    pub fn shelf(&self) -> (Option<&str>, Option<&str>) {
        (self.call_number.as_deref(), self.location.as_deref())
    }

    /// The barcode of the item that the ILS means, where it said so.
    pub fn item(&self) -> Option<&str> {
        self.item.as_deref()
    }

    /// The request, without its sealed parts.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// When it came.
    pub fn opened_at(&self) -> Timestamp {
        self.standing.opened_at
    }

    /// When it last changed.
    pub fn changed_at(&self) -> Timestamp {
        self.standing.changed_at
    }

    /// The requester's symbol, as its request has it.
    pub fn requester(&self) -> Symbol {
        Symbol::from(&self.request.header.requesting_agency_id)
    }

    /// Where the request stands, for people and lists.
    pub(crate) fn summary(&self) -> Summary {
        Summary {
            phase: self.standing.phase.as_str().to_owned(),
            over: if self.standing.phase.is_final() { Over::Closed } else { Over::Open },
            title: self.request.bibliographic_info.title.clone(),
            symbol: self.request.header.supplying_agency_id.as_ref().map(|id| Symbol::from(id).to_string()),
            partner: Some(self.requester().to_string()),
            id: self.id.clone(),
            volumes: self
                .volumes
                .iter()
                .map(|volume| VolumeSummary {
                    volume: volume.volume,
                    state: volume.state.as_str().to_owned(),
                    barcode: volume.barcode.clone(),
                    local: None,
                    due: volume.due,
                })
                .collect(),
            waits: self.standing.waits.iter().cloned().collect(),
            asked: self.calls.open().collect(),
            incidents: self.standing.incidents.iter().cloned().collect(),
            due: self.due,
        }
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answered == FirstAnswer::Given
    }

    pub(crate) fn volume(&self, volume: VolumeNo) -> Option<&Volume> {
        self.volumes.iter().find(|known| known.volume == volume)
    }

    /// The volume with this barcode, if it still has something before it.
    pub(crate) fn volume_called(&self, barcode: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.is_called(barcode) && volume.state != VolumeState::PutBack)
    }

    /// The volume that staff name, if it is not put back.
    pub(crate) fn volume_meant_by(&self, named: &VolumeRef) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.is_meant_by(named) && volume.state != VolumeState::PutBack)
    }

    /// The one volume, if there is only one.
    pub(crate) fn only_volume(&self) -> Option<&Volume> {
        let mut volumes = self.volumes.iter().filter(|volume| volume.state != VolumeState::PutBack);
        volumes.next().filter(|_| volumes.next().is_none())
    }

    /// Whether everything that is to go is ready.
    pub(crate) fn all_are_ready(&self) -> bool {
        let waits = |volume: &Volume| matches!(volume.state, VolumeState::Pulled | VolumeState::CheckingOut);
        !self.volumes.iter().any(waits)
            && self.volumes.iter().any(|volume| volume.state == VolumeState::CheckedOut)
    }

    pub(crate) fn volumes_out(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.iter().filter(|volume| volume.state.is_out())
    }

    /// When the first of the volumes that are out is due in the ILS.
    pub(crate) fn due_of_volumes(&self) -> Option<Timestamp> {
        self.volumes_out().filter_map(|volume| volume.due).min()
    }
}

impl Volume {
    pub(crate) fn is_called(&self, barcode: &str) -> bool {
        self.barcode.as_deref() == Some(barcode.trim())
    }

    /// Whether staff name it so.
    pub(crate) fn is_meant_by(&self, named: &VolumeRef) -> bool {
        named.means(self.volume, self.barcode.as_deref())
    }
}
