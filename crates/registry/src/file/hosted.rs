//! The tables about libraries that the gateway hosts, and about what goes between members besides ISO 18626.

use loan_model::{
    PeerId,
    calendar::OpenDay,
    hosted::{AvailabilityAnswer, ItemTemplate, RenewalAnswer, RenewalRule, UnavailableAnswer},
};
use ncip::Service;

use crate::{
    Wait,
    binding::{Text, table, words},
};

table! {
    /// How the requests of a library without ISO 18626 of its own are run for it, over its ILS or by its staff. What nobody says is the
    /// usual value.
    pub struct HostedSettings in Section {
        /// What the temporary items of its ILS are called. `lender-barcode` where nobody says.
        temporary_items: Option<ItemTemplate> = optional,
        /// What it answers when its ILS says that the item is there. `expect-to-supply` where nobody says.
        availability: Option<AvailabilityAnswer> = optional,
        /// What it answers when its ILS says that the item is not to be had. `unfilled` where nobody says.
        unavailable: Option<UnavailableAnswer> = optional,
        /// What it answers, as a lender, when a requester asks to keep an item longer. `grant` where nobody says.
        renewals_granted: Option<RenewalAnswer> = optional,
        /// What becomes of a patron's wish to keep an item longer. `ask-supplier` where nobody says.
        renewals: Option<RenewalRule> = optional,
        /// Within this time the same patron asking for the same item is a duplicate; `0s`: never. Usually `7d`.
        duplicate_window: Option<Wait> = optional,
        /// How many working days an item stays on the hold shelf. Usually 10.
        hold_shelf_days: Option<u32> = optional,
        /// How many days an item takes home to its library: the patron's date is the due date less this. Usually 4.
        transit_days: Option<u32> = optional,
        /// How many working days staff have to pull and answer. Usually 3.
        pull_days: Option<u32> = optional,
        /// How long a scan of what goes can be undone before the requester is told; `0s`: not at all; an hour
        /// at most. Usually `60s`.
        undo_window: Option<Wait> = optional,
        /// How many working days until something shipped ought to have arrived. Usually 10.
        transit_alarm_days: Option<u32> = optional,
        /// For how many days it lends, where its ILS does not say. Usually 42.
        loan_days: Option<u32> = optional,
        /// What becomes of a patron's request, over NCIP, for an item of which only a barcode is told, and no other library that has it.
        /// `refuse` where nobody says.
        unknown_items: Option<UnknownItems> = optional,
        /// How often its ILS is asked where a temporary item is. Usually `1h`. Not at all where its step `poll_item` is off.
        poll_every: Option<Wait> = optional,
    }
}

table! {
    /// A library without a system: its staff are told by mail.
    pub struct ManualSettings in Section {
        /// To whom.
        mail_to: Vec<String> = optional,
        /// When. `at-once` where nobody says.
        mail: Option<MailWhen> = optional,
        /// At which hour of its day, from 0 to 23, where it is told daily. Usually 7.
        daily_hour: Option<u32> = optional,
        /// How many days the links in a mail can be used. Usually 14.
        link_days: Option<u32> = optional,
    }
}

table! {
    /// The courier's stop at a library.
    pub struct CourierSettings in Section {
        /// The code of the stop, as a routing slip shows it.
        stop: Option<String> = optional,
        /// The library through whose stop it is served, where it has none of its own.
        via: Option<PeerId> = optional,
        /// The days on which the courier comes. Every open day where nobody says.
        days: Option<Vec<OpenDay>> = optional,
    }
}

table! {
    /// Which NCIP services of one member are carried to another. Of several entries that fit, the one that names both counts, else the one
    /// that names where it goes, else the one that names whence it comes. Where none fits, nothing is carried.
    pub struct NcipRoute in Section {
        /// Whence. From every member, where nothing is said.
        from: Option<PeerId> = optional,
        /// Where to. To every member, where nothing is said.
        to: Option<PeerId> = optional,
        /// The services that are carried. None, where there are none.
        services: Vec<Service> = optional,
    }
}

/// When the staff of a library without a system are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailWhen {
    /// Of each thing when it happens.
    #[default]
    AtOnce,
    /// Of everything once a day, on opening days.
    Daily,
}

words! { MailWhen {
    "at-once" => AtOnce "of each thing when it happens",
    "daily" => Daily "of everything once a day, on opening days",
} }

/// What becomes of a patron's request for an item of which only a barcode is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownItems {
    /// It is refused, with what is missing.
    #[default]
    Refuse,
    /// The library's own ILS is asked what the item is; where it does not say, the request is refused.
    LookUp,
}

words! { UnknownItems {
    "refuse" => Refuse "it is refused, with what is missing",
    "look-up" => LookUp "its own ILS is asked what the item is (LookupItem); where it does not say, it is refused",
} }

words! { AvailabilityAnswer {
    "expect-to-supply" => ExpectToSupply "`ExpectToSupply`; `WillSupply` follows after the pull",
    "will-supply" => WillSupply "`WillSupply` at once",
    "staff" => Staff "nothing: staff answer",
} }

words! { UnavailableAnswer {
    "unfilled" => Unfilled "`Unfilled`, with the reason that the answer of its ILS means",
    "staff" => Staff "nothing: staff answer",
} }

words! { RenewalAnswer {
    "grant" => Grant "yes, unless its ILS refuses",
    "never" => Never "no",
    "staff" => Staff "nothing: staff answer",
} }

words! { RenewalRule {
    "ask-supplier" => AskSupplier "the supplier is asked",
    "never" => Never "no renewals",
} }

impl Text for ItemTemplate {
    const WHAT: &'static str = "`lender-barcode`, or `prefix:X`: X, the request and the volume";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["lender-barcode", "prefix:ILL-", "prefix:9"];

    fn parse(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        match text.split_once(':') {
            None if text == "lender-barcode" => Ok(ItemTemplate::LenderBarcode),
            Some(("prefix", prefix)) if (1..=12).contains(&prefix.len()) && prefix.chars().all(plain) => {
                Ok(ItemTemplate::Prefix(prefix.to_owned()))
            }
            _ => Err(format!(
                "`{text}` must be \"lender-barcode\", or \"prefix:\" and 1 to 12 letters, digits, hyphens, dots or underscores"
            )),
        }
    }

    fn print(&self) -> String {
        match self {
            ItemTemplate::LenderBarcode => "lender-barcode".to_owned(),
            ItemTemplate::Prefix(prefix) => format!("prefix:{prefix}"),
        }
    }

    fn blank() -> Self {
        ItemTemplate::default()
    }
}
