//! What happened. The state is made of these alone; must never hold patron data or a note.

use acts::Patch;
use iso18626::{Action, DateTime, Request, Status};
use jiff::Timestamp;
use loan_model::{PeerId, Symbol, names::VolumeNo};
use serde::{Deserialize, Serialize};

use super::{
    phases::{Phase, VolumeState},
    state::{PatronSide, Shipping},
};
use crate::{
    hosted::{CallEvent, Origin},
    interpreter::Common,
};

/// Something that happened to a request of a hosted library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
#[expect(missing_docs, reason = "the fields say what the sentences say")]
pub enum Event {
    /// A patron or staff asked for something.
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
        registry_version: u64,
        at: Timestamp,
    },
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
    SentToSupplier { action: Action },
    /// The supplier that shipped says now that it does not supply.
    ShippingDenied { shipping: Shipping },
    /// Nothing of what was said to be on its way is: its volumes and its date are forgotten.
    VolumesForgotten,
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
    /// How often the ILS has renewed the patron's loan, if it said so.
    Renewals { volume: VolumeNo, renewals: Option<u32> },
    /// Where the copy is.
    CopyAt { url: String },
    /// The patron owes this.
    Charged { amount: String, currency: String },
    /// It is not wanted any more.
    Unwanted,
    /// The supplier says that it is over.
    SupplierSaysOver,
    /// A renewal is asked for.
    RenewalAsked,
    /// It is answered.
    RenewalAnswered,
    /// What happens to a call of the ILS.
    #[serde(untagged)]
    Call(CallEvent),
    /// What happens in every machine.
    #[serde(untagged)]
    Common(Common<Phase>),
}
