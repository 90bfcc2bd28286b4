//! What staff of a borrowing library can do. As JSON: `{"action":"receive","volumes":[{"barcode":"31234"}]}`.

use iso18626::{DateTime, Request, ServiceInfo};
use serde::{Deserialize, Serialize};

use super::trigger::RequestTrigger;
use crate::hosted::{Ticket, VolumeNo};

/// Something that staff do. Where `volumes` is empty, every volume is meant that it can be done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "action")]
pub enum Act {
    /// Send the request.
    Send,
    /// Correct it before it is sent, or before it is sent again.
    Edit {
        /// What is corrected.
        #[serde(flatten)]
        patch: Patch,
    },
    /// The patron picks it up elsewhere.
    SetPickup {
        /// Where; an empty text means where the library's settings say.
        place: String,
    },
    /// The request is not wanted any more.
    Cancel,
    /// Agree to the supplier's condition.
    AgreeCondition,
    /// Decline it.
    DeclineCondition,
    /// Ask again, on the terms that the supplier named.
    Retry,
    /// A parcel has come.
    Receive {
        /// What was in it; empty means all that is in transit.
        #[serde(default)]
        volumes: Vec<Arriving>,
    },
    /// A copy has come.
    CopyReceived {
        /// Where it can be fetched, if it is kept somewhere.
        #[serde(default)]
        url: Option<String>,
    },
    /// The patron takes it.
    PickUp {
        /// Which.
        #[serde(default)]
        volumes: Vec<VolumeNo>,
    },
    /// The patron has brought it back.
    CheckIn {
        /// Which.
        #[serde(default)]
        volumes: Vec<VolumeNo>,
    },
    /// The patron wants to keep it longer.
    Renew,
    /// It goes back to the supplier.
    ShipBack {
        /// Which.
        #[serde(default)]
        volumes: Vec<VolumeNo>,
    },
    /// It is lost.
    ReportLost {
        /// Which.
        #[serde(default)]
        volumes: Vec<VolumeNo>,
    },
    /// It is damaged.
    ReportDamaged {
        /// Which.
        #[serde(default)]
        volumes: Vec<VolumeNo>,
        /// How; the supplier reads it.
        note: String,
    },
    /// The patron owes something.
    Charge {
        /// How much, in the currency's own units: `12.50`.
        amount: String,
        /// The currency, by ISO 4217.
        currency: String,
    },
    /// Write to the supplier.
    Note {
        /// What.
        text: String,
    },
    /// Ask the supplier how things stand.
    AskStatus,
    /// Ask the ILS once more for what it did not do.
    RetryStep {
        /// Which asking.
        ticket: Ticket,
    },
    /// What the ILS did not do was done by hand.
    DoneByHand {
        /// Which asking.
        ticket: Ticket,
    },
    /// What the ILS did not do will not be done.
    GiveUp {
        /// Which asking.
        ticket: Ticket,
    },
    /// The incidents have been looked at.
    SettleIncidents,
    /// Close the request, whatever the supplier and the item do.
    Close,
}

/// A volume in a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arriving {
    /// The lender's barcode, where it was read.
    #[serde(default)]
    pub barcode: Option<String>,
}

/// What staff correct in a request. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Patch {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// The title of the article or chapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_of_component: Option<String>,
    /// The author of the article or chapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_of_component: Option<String>,
    /// The volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<Vec<String>>,
    /// The issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// The pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages_requested: Option<String>,
    /// Of no use after this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_before: Option<DateTime>,
}

/// Declares the name of each act and the trigger it is, once.
macro_rules! kinds {
    ($($act:pat => $name:literal, $trigger:ident;)*) => {
        impl Act {
            /// The name of every act.
            pub const NAMES: &[&'static str] = &[$($name),*];

            /// The trigger of every act, in the same order.
            pub(crate) const TRIGGERS: &[RequestTrigger] = &[$(RequestTrigger::$trigger),*];

            /// Its name, as in JSON.
            pub fn name(&self) -> &'static str {
                match self { $($act => $name,)* }
            }

            /// What it is for the request.
            pub(crate) fn trigger(&self) -> RequestTrigger {
                match self { $($act => RequestTrigger::$trigger,)* }
            }
        }
    };
}

kinds! {
    Act::Send => "send", Send;
    Act::Edit { .. } => "edit", Edit;
    Act::SetPickup { .. } => "set-pickup", SetPickup;
    Act::Cancel => "cancel", Cancel;
    Act::AgreeCondition => "agree-condition", AgreeCondition;
    Act::DeclineCondition => "decline-condition", DeclineCondition;
    Act::Retry => "retry", Retry;
    Act::Receive { .. } => "receive", Receive;
    Act::CopyReceived { .. } => "copy-received", CopyReceived;
    Act::PickUp { .. } => "pick-up", PickUp;
    Act::CheckIn { .. } => "check-in", CheckIn;
    Act::Renew => "renew", Renew;
    Act::ShipBack { .. } => "ship-back", ShipBack;
    Act::ReportLost { .. } => "report-lost", ReportLost;
    Act::ReportDamaged { .. } => "report-damaged", ReportDamaged;
    Act::Charge { .. } => "charge", Charge;
    Act::Note { .. } => "note", Note;
    Act::AskStatus => "ask-status", AskStatus;
    Act::RetryStep { .. } => "retry-step", RetryStep;
    Act::DoneByHand { .. } => "done-by-hand", DoneByHand;
    Act::GiveUp { .. } => "give-up", GiveUp;
    Act::SettleIncidents => "settle-incidents", SettleIncidents;
    Act::Close => "close", Close;
}

impl Act {
    /// The volumes it names; none means every one that it can be done to.
    pub(crate) fn volumes(&self) -> &[VolumeNo] {
        match self {
            Act::PickUp { volumes }
            | Act::CheckIn { volumes }
            | Act::ShipBack { volumes }
            | Act::ReportLost { volumes }
            | Act::ReportDamaged { volumes, .. } => volumes,
            _ => &[],
        }
    }

    /// The asking of the ILS that it is about.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        match self {
            Act::RetryStep { ticket } | Act::DoneByHand { ticket } | Act::GiveUp { ticket } => Some(*ticket),
            _ => None,
        }
    }
}

impl Patch {
    /// Corrects a request.
    pub(crate) fn apply(&self, request: &mut Request) {
        let set = |field: &mut Option<String>, said: &Option<String>| {
            if said.is_some() {
                field.clone_from(said);
            }
        };
        let asked = &mut request.bibliographic_info;
        set(&mut asked.title, &self.title);
        set(&mut asked.author, &self.author);
        set(&mut asked.edition, &self.edition);
        set(&mut asked.title_of_component, &self.title_of_component);
        set(&mut asked.author_of_component, &self.author_of_component);
        set(&mut asked.issue, &self.issue);
        set(&mut asked.pages_requested, &self.pages_requested);
        if let Some(volume) = &self.volume {
            asked.volume.clone_from(volume);
        }
        if let Some(date) = &self.need_before {
            let service: &mut ServiceInfo = request.service_info.get_or_insert_default();
            service.need_before_date = Some(date.clone());
        }
    }
}
