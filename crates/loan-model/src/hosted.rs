//! What the machines of a hosted library are told about it. The registry's settings are projected into this; never a secret.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{PeerId, Symbol, calendar::Calendar, ils::Step, names::VolumeNo};

/// A hosted library, as its machines see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedFacts {
    /// Its id in the registry.
    pub id: PeerId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name, for people.
    pub name: String,
    /// The broker that its machines speak to.
    pub broker: Symbol,
    /// The broker's name for the peer that messages go to.
    pub partner: PeerId,
    /// When it is open.
    pub calendar: Calendar,
    /// Which steps its ILS is asked; a library without an ILS has none.
    pub steps: BTreeMap<Step, StepSetting>,
    /// What the temporary items of its ILS are called.
    pub template: ItemTemplate,
    /// What it answers on what its ILS says of availability.
    pub availability: AvailabilityAnswer,
    /// What it answers when its ILS says that the item is not to be had.
    pub unavailable: UnavailableAnswer,
    /// What it answers, as a lender, when a requester asks to keep an item longer.
    pub renewals_granted: RenewalAnswer,
    /// What becomes of a patron's wish to keep an item longer.
    pub renewals: RenewalRule,
    /// The id as a patron, in its ILS, of each library it lends to; `*` for all others.
    pub institutional_patrons: BTreeMap<String, String>,
    /// Within this time the same patron asking for the same item is a duplicate.
    pub duplicate_window: SignedDuration,
    /// How many working days an item stays on the hold shelf.
    pub hold_shelf_days: u16,
    /// How many days an item takes home to its library: the patron's date is the due date less this.
    pub transit_days: u16,
    /// How many working days staff have to pull and answer.
    pub pull_days: u16,
    /// How long a scan of what goes can be undone before the requester is told.
    #[serde(default)]
    pub undo_window: SignedDuration,
    /// How many working days until something shipped ought to have arrived.
    pub transit_alarm_days: u16,
    /// For how many days it lends, where its ILS does not say.
    pub loan_days: u16,
    /// How often it is asked where a temporary item is, if no notices come.
    pub poll_every: Option<SignedDuration>,
}

/// Whether a step is asked of the ILS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepSetting {
    /// It is not: staff do it, or nobody needs it.
    #[default]
    Off,
    /// It is.
    On,
}

/// What a temporary item is called in the borrowing ILS. It must be unique there; a duplicate gets a suffix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "template", content = "prefix")]
pub enum ItemTemplate {
    /// The lender's barcode.
    #[default]
    LenderBarcode,
    /// This prefix, the request's running id, and the volume.
    Prefix(String),
}

impl ItemTemplate {
    /// What the temporary item of a volume is called, where so many names were tried before: each further one has a suffix.
    pub fn name(&self, key: &str, (number, barcode): (VolumeNo, Option<&str>), tried: u32) -> String {
        // The end of the key is what differs between requests; a whole one is longer than barcodes may be.
        let start = key.len().saturating_sub(8);
        let own = format!("{}-{}", key.get(start..).unwrap_or(key), number.0);
        let name = match (self, barcode) {
            (ItemTemplate::LenderBarcode, Some(barcode)) => barcode.to_owned(),
            (ItemTemplate::LenderBarcode, None) => own,
            (ItemTemplate::Prefix(prefix), _) => format!("{prefix}{own}"),
        };
        match tried {
            0 => name,
            tried => format!("{name}-{}", tried + 1),
        }
    }
}

/// What a hosted lender answers by itself when its ILS says that the item is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AvailabilityAnswer {
    /// Nothing: staff answer.
    Staff,
    /// `ExpectToSupply`; `WillSupply` follows after the pull.
    #[default]
    ExpectToSupply,
    /// `WillSupply` at once.
    WillSupply,
}

/// What a hosted lender answers by itself when its ILS says that the item is not to be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnavailableAnswer {
    /// Nothing: staff answer.
    Staff,
    /// `Unfilled`, with the reason that the ILS's answer means.
    #[default]
    Unfilled,
}

/// What a hosted lender answers a `Renew`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RenewalAnswer {
    /// Nothing: staff answer.
    Staff,
    /// Yes, unless its ILS refuses.
    #[default]
    Grant,
    /// No.
    Never,
}

/// What becomes of a patron's wish to keep an item longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RenewalRule {
    /// The supplier is asked.
    #[default]
    AskSupplier,
    /// No renewals.
    Never,
}

impl HostedFacts {
    /// A library with nothing special about it and no ILS. Its messages go to the peer called `broker`.
    pub fn new(id: PeerId, symbol: Symbol, broker: Symbol) -> Self {
        HostedFacts {
            name: id.as_str().to_owned(),
            id,
            symbol,
            broker,
            partner: PeerId::new("broker"),
            calendar: Calendar::default(),
            steps: BTreeMap::new(),
            template: ItemTemplate::default(),
            availability: AvailabilityAnswer::default(),
            unavailable: UnavailableAnswer::default(),
            renewals: RenewalRule::default(),
            renewals_granted: RenewalAnswer::default(),
            institutional_patrons: BTreeMap::new(),
            duplicate_window: SignedDuration::from_hours(7 * 24),
            hold_shelf_days: 7,
            transit_days: 4,
            pull_days: 3,
            undo_window: SignedDuration::ZERO,
            transit_alarm_days: 14,
            loan_days: 42,
            poll_every: None,
        }
    }

    /// Whether this step is asked of the ILS.
    pub fn asks(&self, step: Step) -> bool {
        self.steps.get(&step) == Some(&StepSetting::On)
    }

    /// The id of a library as a patron in this one's ILS.
    pub fn institutional_patron(&self, library: &Symbol) -> Option<&str> {
        self.institutional_patrons
            .get(&library.to_string())
            .or_else(|| self.institutional_patrons.get("*"))
            .map(String::as_str)
    }
}
