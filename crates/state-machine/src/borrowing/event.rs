//! What happened. The state is made of these alone; must never hold patron data or a note.

use iso18626::{Action, DateTime, Request, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    phases::{Phase, VolumeState},
    state::PatronSide,
};
use crate::{
    PeerId, Symbol,
    acts::{ActKind, Patch},
    hosted::{IlsProblem, Origin, Ticket, TimerName, VolumeNo},
};

/// Something that happened to a request of a hosted library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
#[allow(missing_docs, reason = "the fields say what the sentences say")]
pub enum Event {
    /// Somebody asked.
    Opened {
        library: PeerId,
        symbol: Symbol,
        broker: Symbol,
        partner: PeerId,
        request: Box<Request>,
        origin: Origin,
        duplicate_of: Option<String>,
        /// Where it is to be picked up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pickup: Option<String>,
        snapshot: u64,
        at: Timestamp,
    },
    /// Staff acted.
    StaffActed { act: ActKind, by: String, reason: String, at: Timestamp },
    /// Staff corrected the request.
    Edited {
        patch: Patch,
        /// The item is of no use after this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        need_before: Option<DateTime>,
    },
    /// The patron picks it up there; where nothing is said, where the library's settings say.
    PickupSet { place: Option<String> },
    /// A request went out under this id.
    Dispatched { id: String, at: Timestamp },
    /// The request stands elsewhere.
    PhaseMoved { from: Phase, to: Phase, rule: String, at: Timestamp },
    /// The supplier told something that matters later.
    Heard {
        status: Option<Status>,
        supplier: Option<Symbol>,
        supplier_request_id: Option<String>,
        due: Option<DateTime>,
        terms: Option<Vec<String>>,
    },
    /// The terms are agreed.
    TermsAgreed,
    /// A message went to the supplier.
    Told { action: Action },
    /// There is another volume.
    VolumeAdded { volume: VolumeNo, barcode: Option<String>, at: Timestamp },
    /// A volume's barcode is known.
    VolumeNamed { volume: VolumeNo, barcode: String },
    /// A volume stands elsewhere.
    VolumeMoved { volume: VolumeNo, from: VolumeState, to: VolumeState, rule: String, at: Timestamp },
    /// A volume is damaged.
    Damaged { volume: VolumeNo },
    /// The temporary item is to have this id.
    ItemNamed { volume: VolumeNo, local: String },
    /// The ILS has the temporary item, and holds it for the patron, under these ids of its own if it named any.
    ItemThere { volume: VolumeNo, local: Option<String>, hold: Option<String> },
    /// The ILS does not have the temporary item.
    ItemGone { volume: VolumeNo },
    /// What the ILS has of the temporary item for the patron.
    PatronSide { volume: VolumeNo, side: PatronSide },
    /// The patron must bring it back by then.
    PatronDate { volume: VolumeNo, due: Option<Timestamp> },
    /// Where the copy is.
    CopyAt { url: String },
    /// The patron owes this.
    Charged { amount: String, currency: String },
    /// Nobody waits for it any more.
    Unwanted,
    /// The supplier says that it is over.
    SupplierSaysOver,
    /// A renewal is asked for.
    RenewalAsked,
    /// It is answered.
    RenewalAnswered,
    /// The ILS is asked.
    IlsAsked { ticket: Ticket },
    /// What came of it.
    IlsAnswered { ticket: Ticket, outcome: StepOutcome },
    /// Something is awaited.
    WaitStarted { timer: TimerName, until: Timestamp, why: String },
    /// It is awaited no more.
    WaitEnded { timer: TimerName },
    /// Something needs staff.
    IncidentRaised { slug: String, text: String, volume: Option<VolumeNo>, at: Timestamp },
    /// It does no more.
    IncidentSettled { slug: String, volume: Option<VolumeNo> },
    /// Something changed nothing, and the rule that says so.
    Ignored { rule: String, why: String },
}

/// What came of asking the ILS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
#[allow(missing_docs, reason = "the fields say what the sentences say")]
pub enum StepOutcome {
    /// It was done.
    Done,
    /// It said no, and nobody needs to look at that.
    Refused { problems: Vec<IlsProblem> },
    /// It was not done; staff must say what follows.
    Failed { why: String },
    /// Staff did it by hand.
    ByHand,
    /// It will not be done.
    GivenUp,
    /// Staff ask again; the next asking follows.
    AskedAgain,
    /// It does not matter any more.
    Moot,
}
