//! Where a request and its volumes stand. Must never hold patron data or a note.

use iso18626::{Action, Request, Status};
use jiff::Timestamp;
use loan_model::{PeerId, Symbol, ils::Step, names::VolumeNo};
use serde::{Deserialize, Serialize};

use super::phases::{Phase, VolumeState};
use crate::{
    hosted::{IlsCalls, Origin, Over, Summary, VolumeSummary},
    interpreter::Standing,
};

/// A request of a hosted library. Made and changed by [`evolve`](crate::interpreter::evolve) alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(crate) library: Library,
    /// As it was asked and corrected, without its sealed parts.
    pub(crate) request: Box<Request>,
    pub(crate) origin: Origin,
    /// Another request of the same patron for the same item.
    #[serde(default)]
    pub(crate) duplicate_of: Option<String>,
    /// Where the patron picks it up, if not where the library's settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pickup: Option<String>,
    #[serde(flatten)]
    pub(crate) standing: Standing<Phase>,
    /// The ids under which it was sent, latest last.
    #[serde(default)]
    pub(crate) ids: Vec<String>,
    #[serde(default)]
    pub(crate) supplier: Option<Symbol>,
    #[serde(default)]
    pub(crate) supplier_request_id: Option<String>,
    /// The status that the supplier last told.
    #[serde(default)]
    pub(crate) status: Option<Status>,
    /// When the supplier wants it back.
    #[serde(default)]
    pub(crate) due: Option<Timestamp>,
    #[serde(default)]
    pub(crate) terms: Vec<String>,
    #[serde(default)]
    pub(crate) agreed: Vec<String>,
    #[serde(default)]
    pub(crate) renewal: Renewal,
    #[serde(default)]
    pub(crate) demand: Demand,
    /// Whether the supplier says that it is over while something is still here.
    #[serde(default)]
    pub(crate) supplier_says: SupplierSays,
    /// Whether the supplier stands by it that it has sent something.
    #[serde(default)]
    pub(crate) shipping: Shipping,
    /// The once-only messages that were sent.
    #[serde(default)]
    pub(crate) told: Vec<Action>,
    /// Where the copy is.
    #[serde(default)]
    pub(crate) copy: Option<String>,
    /// What the patron was last charged.
    #[serde(default)]
    pub(crate) charge: Option<Charge>,
    #[serde(default)]
    pub(crate) volumes: Vec<Volume>,
    /// The calls of the ILS.
    #[serde(default)]
    pub(crate) calls: IlsCalls,
}

/// The library, as it was when the request came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Library {
    pub(crate) id: PeerId,
    pub(crate) symbol: Symbol,
    pub(crate) broker: Symbol,
    pub(crate) partner: PeerId,
}

/// One volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) state: VolumeState,
    /// The lender's barcode.
    #[serde(default)]
    pub(crate) barcode: Option<String>,
    /// The temporary item's id in our ILS.
    #[serde(default)]
    pub(crate) local: Option<String>,
    /// The ILS's own id of the hold, where it named one.
    #[serde(default)]
    pub(crate) hold: Option<String>,
    /// How many ids were tried.
    #[serde(default)]
    pub(crate) names: u32,
    #[serde(default)]
    pub(crate) item: TemporaryItem,
    #[serde(default)]
    pub(crate) side: PatronSide,
    /// When the patron must bring it back.
    #[serde(default)]
    pub(crate) due: Option<Timestamp>,
    #[serde(default)]
    pub(crate) renewals: Option<u32>,
    #[serde(default)]
    pub(crate) condition: Condition,
    pub(crate) since: Timestamp,
}

/// Whether a renewal waits for its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Renewal {
    #[default]
    None,
    Asked,
}

/// Whether the item is still wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Demand {
    #[default]
    Wanted,
    Unwanted,
}

/// Whether the supplier stands by it that it has sent something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shipping {
    /// It does.
    #[default]
    Believed,
    /// It does not, by a status.
    Denied,
    /// It does not, as the broker tells as news: a status of it that follows is the broker's answer.
    DeniedAsNews,
}

/// What the supplier last said of the loan's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SupplierSays {
    #[default]
    Nothing,
    Over,
}

/// The temporary item's record in our ILS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TemporaryItem {
    #[default]
    None,
    There,
    Gone,
}

/// What the ILS has of the temporary item for the patron: each is more than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatronSide {
    /// Nothing.
    #[default]
    None,
    /// A hold.
    Hold,
    /// A loan.
    Loan,
    /// A loan that the ILS has renewed by itself, before the supplier let it be kept longer.
    RenewedLoan,
}

/// In what condition a volume is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Condition {
    #[default]
    Sound,
    Damaged,
}

/// A sum that the patron owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) amount: String,
    pub(crate) currency: String,
}

impl State {
    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.standing.phase
    }

    /// What is asked for, without its sealed parts.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The id under which it was last sent; what the partner's messages name.
    pub fn id(&self) -> Option<&str> {
        self.ids.last().map(String::as_str)
    }

    /// Where the patron picks it up, if not where the library's settings say.
    pub fn pickup(&self) -> Option<&str> {
        self.pickup.as_deref()
    }

    /// Where the copy can be fetched.
    pub fn copy(&self) -> Option<&str> {
        self.copy.as_deref()
    }

    /// The ILS's own ids of the holds for it.
    pub fn holds(&self) -> impl Iterator<Item = &str> {
        self.volumes.iter().filter_map(|volume| volume.hold.as_deref())
    }

    /// When it came.
    pub fn opened_at(&self) -> Timestamp {
        self.standing.opened_at
    }

    /// When it last changed.
    pub fn changed_at(&self) -> Timestamp {
        self.standing.changed_at
    }

    /// Where each volume stands.
    pub fn volume_states(&self) -> impl Iterator<Item = (VolumeNo, VolumeState)> {
        self.numbered().map(|(number, volume)| (number, volume.state))
    }

    /// The request at a glance.
    pub fn summary(&self) -> Summary {
        Summary {
            phase: self.standing.phase.as_str().to_owned(),
            over: if self.standing.phase.is_final() { Over::Closed } else { Over::Open },
            title: self.title().map(str::to_owned),
            symbol: Some(self.library.symbol.to_string()),
            partner: self.supplier.as_ref().map(Symbol::to_string),
            id: self.id().unwrap_or_default().to_owned(),
            volumes: self
                .numbered()
                .map(|(number, volume)| VolumeSummary {
                    volume: number,
                    state: volume.state.as_str().to_owned(),
                    barcode: volume.barcode.clone(),
                    local: volume.local.clone(),
                    due: volume.due,
                })
                .collect(),
            waits: self.standing.waits.iter().cloned().collect(),
            asked: self.calls.open().collect(),
            incidents: self.standing.incidents.iter().cloned().collect(),
            due: self.due,
        }
    }

    pub(crate) fn title(&self) -> Option<&str> {
        let asked = &self.request.bibliographic_info;
        asked.title.as_deref().or(asked.title_of_component.as_deref())
    }

    pub(crate) fn volume(&self, number: VolumeNo) -> Option<&Volume> {
        self.volumes.get(usize::from(number.0).checked_sub(1)?)
    }

    pub(crate) fn numbered(&self) -> impl Iterator<Item = (VolumeNo, &Volume)> {
        self.volumes.iter().zip(1..).map(|(volume, number)| (VolumeNo(number), volume))
    }

    /// The number of the next volume.
    pub(crate) fn next_volume(&self) -> VolumeNo {
        VolumeNo(u16::try_from(self.volumes.len() + 1).unwrap_or(u16::MAX))
    }

    /// Whether a call of the ILS is open for a volume, other than where it is.
    pub(crate) fn is_ils_busy_with(&self, volume: VolumeNo) -> bool {
        self.calls.open().any(|step| step.volume == Some(volume) && step.step != Step::PollItem)
    }

    pub(crate) fn has_told(&self, action: &Action) -> bool {
        self.told.contains(action)
    }
}
