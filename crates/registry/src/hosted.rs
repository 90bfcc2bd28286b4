//! Libraries that the gateway hosts: what their machines are told, whom a mail goes to, and where the courier stops.

use loan_model::{
    PeerId, Symbol,
    hosted::{HostedFacts, StepSetting},
    ils::Step,
};

use crate::{ConnectionKind, MailWhen, Registry, UnknownItems, Wait};

/// What the broker is called as the peer of a hosted library's machine. No library can have this id.
pub const BROKER_AS_PEER: &str = "@broker";

/// How the staff of a library without a system are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualConnection {
    /// To whom.
    pub mail_to: Vec<String>,
    /// When.
    pub mail: MailWhen,
    /// At which hour of its day, where it is told daily.
    pub daily_hour: u8,
    /// How many days a link can be used.
    pub link_days: u16,
}

impl Registry {
    /// What the library speaks, itself or through the one it is part of or behind; nothing where it can't be reached.
    pub fn kind_of_connection(&self, id: &PeerId) -> Option<ConnectionKind> {
        let owner = self.connection_owner(id)?;
        owner.connection.as_ref().map(|own| own.kind.unwrap_or_default())
    }

    /// Whether messages to the library stay in the gateway, which speaks ISO 18626 in its stead.
    pub fn is_hosted(&self, id: &PeerId) -> bool {
        matches!(self.kind_of_connection(id), Some(ConnectionKind::Ncip | ConnectionKind::Manual))
    }

    /// How the staff of the library are told; nothing where it has a system.
    pub fn manual(&self, id: &PeerId) -> Option<ManualConnection> {
        if self.kind_of_connection(id)? != ConnectionKind::Manual {
            return None;
        }
        let own = &self.connection_owner(id)?.connection.as_ref()?.manual;
        Some(ManualConnection {
            mail_to: own.mail_to.clone(),
            mail: own.mail.unwrap_or_default(),
            daily_hour: own.daily_hour.and_then(|hour| u8::try_from(hour).ok()).unwrap_or(7),
            link_days: days(own.link_days, None, 14),
        })
    }

    /// What the machines of a library are told about it; nothing where it is not known or has no symbol. A library that has moved to
    /// ISO 18626 of its own has them too: what was open goes on.
    pub fn hosted_facts(&self, id: &PeerId) -> Option<HostedFacts> {
        let library = self.library(id)?;
        let broker = self.broker();
        let own = &library.hosted;
        let shared = &self.file.defaults.hosted;
        let ncip = self.ncip(id);
        let steps = match &ncip {
            Some(ncip) => Step::ALL.iter().map(|&step| (step, ncip.setting(step))).collect(),
            None => Default::default(),
        };
        let polled = ncip.as_ref().is_some_and(|ncip| ncip.setting(Step::PollItem) == StepSetting::On);
        let poll_every = own.poll_every.or(shared.poll_every).unwrap_or(Wait::from_hours(1)).signed();
        Some(HostedFacts {
            id: library.id.clone(),
            symbol: library.symbols.first()?.clone(),
            name: library.name.clone(),
            broker: broker.symbol,
            partner: PeerId::new(BROKER_AS_PEER),
            calendar: self.calendar(library),
            steps,
            template: own
                .temporary_items
                .clone()
                .or_else(|| shared.temporary_items.clone())
                .unwrap_or_default(),
            availability: own.availability.or(shared.availability).unwrap_or_default(),
            unavailable: own.unavailable.or(shared.unavailable).unwrap_or_default(),
            renewals_granted: own.renewals_granted.or(shared.renewals_granted).unwrap_or_default(),
            renewals: own.renewals.or(shared.renewals).unwrap_or_default(),
            institutional_patrons: ncip
                .iter()
                .flat_map(|ncip| &ncip.institutional_patrons)
                .map(|known| (self.written(known.library.as_ref()), known.patron.clone()))
                .collect(),
            duplicate_window: own
                .duplicate_window
                .or(shared.duplicate_window)
                .unwrap_or(Wait::from_hours(7 * 24))
                .signed(),
            hold_shelf_days: days(own.hold_shelf_days, shared.hold_shelf_days, 10),
            transit_days: days(own.transit_days, shared.transit_days, 4),
            pull_days: days(own.pull_days, shared.pull_days, 3),
            undo_window: own.undo_window.or(shared.undo_window).unwrap_or(Wait::from_secs(60)).signed(),
            transit_alarm_days: days(own.transit_alarm_days, shared.transit_alarm_days, 10),
            loan_days: days(own.loan_days, shared.loan_days, 42),
            poll_every: polled.then_some(poll_every),
        })
    }

    /// What becomes of a patron's request for an item of which only a barcode is told.
    pub fn unknown_items(&self, id: &PeerId) -> UnknownItems {
        let own = self.library(id).and_then(|library| library.hosted.unknown_items);
        own.or(self.file.defaults.hosted.unknown_items).unwrap_or_default()
    }

    /// The code of the courier's stop that serves the library: its own, else that of the library through whose stop it is served.
    pub fn courier_stop(&self, id: &PeerId) -> Option<&str> {
        let mut library = self.library(id)?;
        // The chain has no circle; the bound is the number of libraries.
        for _ in 0..=self.file.libraries.len() {
            if let Some(stop) = &library.courier.stop {
                return Some(stop);
            }
            library = self.library(library.courier.via.as_ref()?)?;
        }
        None
    }

    /// A library's symbol as facts have it; `*` for all others.
    fn written(&self, symbol: Option<&Symbol>) -> String {
        match symbol {
            Some(symbol) => {
                // The facts look a library up by its first symbol.
                let first = self.by_symbol(symbol).and_then(|library| library.symbols.first());
                first.unwrap_or(symbol).to_string()
            }
            None => "*".to_owned(),
        }
    }
}

fn days(own: Option<u32>, shared: Option<u32>, default: u16) -> u16 {
    own.or(shared).and_then(|days| u16::try_from(days).ok()).unwrap_or(default)
}
