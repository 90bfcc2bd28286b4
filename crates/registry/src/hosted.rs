//! Libraries that the gateway hosts: what their machines are told, how their ILS is spoken to, whom a mail goes to; and which NCIP
//! services go from member to member.

use serde::Serialize;
use state_machine::{
    PeerId, Symbol,
    hosted::{HostedFacts, Step, StepSetting},
};

use crate::{
    ConnectionKind, DateStyle, Header, InstitutionalPatron, Library, MailWhen, NcipAddress, NcipNamespace,
    NcipPost, NcipServiceName, NcipVersion, PatronBy, PickupIn, PresetName, Rate, Registry, RetryPlan,
    SecretRef, StepSettings, Timeouts, Tolerated, Wait, connection::limits, file::NcipSettings,
    registry::SymbolKey,
};

/// What the broker is called as the peer of a hosted library's machine. No library can have this id.
pub const BROKER_AS_PEER: &str = "@broker";

/// How a library's ILS is spoken to over NCIP. What is left open is as the preset has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NcipConnection {
    /// Whose connection it is: the library's own, or its parent's. Limits are shared by all who use it.
    pub owner: PeerId,
    /// Where its responder listens.
    pub address: NcipAddress,
    /// How its ILS speaks.
    pub preset: PresetName,
    /// The version written.
    pub version: Option<NcipVersion>,
    /// How a message is posted.
    pub post: Option<NcipPost>,
    /// Whether elements are in the standard's namespace.
    pub namespace: Option<NcipNamespace>,
    /// The agency that we are to it.
    pub from_agency: String,
    /// The agency that it is to us.
    pub to_agency: String,
    /// The scheme written with agency ids.
    pub agency_scheme: Option<String>,
    /// The system that we are to it.
    pub from_system: Option<String>,
    /// The system that it is to us.
    pub to_system: Option<String>,
    /// The profile written.
    pub application_profile: Option<String>,
    /// Where our agency's secret is kept.
    pub agency_secret: Option<SecretRef>,
    /// Where our system's secret is kept.
    pub system_secret: Option<SecretRef>,
    /// Where the secret of its own messages is kept.
    pub accept_secret: Option<SecretRef>,
    /// How a patron is named.
    pub patron_by: Option<PatronBy>,
    /// Where its patrons pick things up.
    pub pickup_location: Option<String>,
    /// How the pick-up location is said.
    pub pickup_in: Option<PickupIn>,
    /// The type of a hold.
    pub request_type: Option<String>,
    /// The scope of a hold.
    pub request_scope: Option<String>,
    /// What is to be done with a temporary item.
    pub accept_action: Option<String>,
    /// What is asked about a patron.
    pub user_elements: Option<Vec<String>>,
    /// What is asked about an item.
    pub item_elements: Option<Vec<String>>,
    /// Problems that mean that the work is done, besides those of the preset.
    pub tolerated: Vec<Tolerated>,
    /// The libraries that it lends to, as patrons of its ILS.
    pub institutional_patrons: Vec<InstitutionalPatron>,
    /// How dates and times are written.
    pub dates: Option<DateStyle>,
    /// The IANA name of the time zone of its dates.
    pub time_zone: String,
    /// Which steps its ILS is asked.
    pub steps: StepSettings,
    /// Headers sent with every message that is posted.
    pub headers: Vec<Header>,
    /// How many messages may be on their way at once.
    pub concurrency: u32,
    /// How many messages in a time.
    pub rate: Rate,
    /// How long it is waited for.
    pub timeouts: Timeouts,
    /// When a message is sent again.
    pub retry: RetryPlan,
}

/// How the staff of a library without a system are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

    /// How the library's ILS is spoken to; nothing where it has no responder. A library with ISO 18626 of its own may have one too.
    pub fn ncip(&self, id: &PeerId) -> Option<NcipConnection> {
        let library = self.library(id)?;
        let owner = self.connection_owner(id)?;
        let connection = owner.connection.as_ref()?;
        let limits = limits(connection, &self.file.defaults.connection);
        let own = connection.ncip.clone();
        let symbol = |symbols: &[Symbol]| symbols.first().map(|symbol| symbol.value().to_owned());
        Some(NcipConnection {
            owner: owner.id.clone(),
            address: own.url?,
            preset: own.preset.unwrap_or_default(),
            version: own.version,
            post: own.post,
            namespace: own.namespace,
            from_agency: own.from_agency.or_else(|| symbol(&self.file.broker.symbols)).unwrap_or_default(),
            to_agency: own.to_agency.or_else(|| symbol(&library.symbols)).unwrap_or_default(),
            agency_scheme: own.agency_scheme,
            from_system: own.from_system,
            to_system: own.to_system,
            application_profile: own.application_profile,
            agency_secret: own.agency_secret,
            system_secret: own.system_secret,
            accept_secret: own.accept_secret,
            patron_by: own.patron_by,
            pickup_location: own.pickup_location,
            pickup_in: own.pickup_in,
            request_type: own.request_type,
            request_scope: own.request_scope,
            accept_action: own.accept_action,
            user_elements: own.user_elements,
            item_elements: own.item_elements,
            tolerated: own.tolerated,
            institutional_patrons: own.institutional_patrons,
            dates: own.dates,
            time_zone: match own.time_zone {
                Some(zone) => zone.as_str().to_owned(),
                None => self.calendar(library).time_zone,
            },
            steps: own.steps,
            headers: connection.headers.clone(),
            concurrency: limits.concurrency,
            rate: limits.rate,
            timeouts: limits.timeouts,
            retry: limits.retry,
        })
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

    /// What the machines of a library are told about it; nothing where it is not known or has no symbol. `usual` says which steps an ILS of
    /// a kind is asked where the library's settings are silent. A library that has moved to ISO 18626 of its own has them too: what was
    /// open goes on.
    pub fn hosted_facts(
        &self,
        id: &PeerId,
        usual: impl Fn(PresetName, Step) -> StepSetting,
    ) -> Option<HostedFacts> {
        let library = self.library(id)?;
        let broker = self.broker();
        let own = &library.hosted;
        let shared = &self.file.defaults.hosted;
        let ncip = self.ncip(id);
        let steps = match &ncip {
            Some(ncip) => Step::ALL.iter().map(|&step| (step, setting(ncip, step, &usual))).collect(),
            None => Default::default(),
        };
        let polled =
            ncip.as_ref().is_some_and(|ncip| setting(ncip, Step::PollItem, &usual) == StepSetting::On);
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
            transit_alarm_days: days(own.transit_alarm_days, shared.transit_alarm_days, 10),
            loan_days: days(own.loan_days, shared.loan_days, 42),
            poll_every: polled.then_some(poll_every),
        })
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

    /// The library that is meant by an NCIP agency id, whatever its letter case: one of those listed for it, else its `to_agency`, a
    /// symbol, or the value of one. Nothing where it could be one of several.
    pub fn by_agency(&self, agency: &str) -> Option<&Library> {
        let same = |id: &str| id.eq_ignore_ascii_case(agency);
        let listed =
            |library: &&Library| ncip_of(library).is_some_and(|ncip| ncip.agencies.iter().any(|id| same(id)));
        let implied = |library: &&Library| {
            let to = ncip_of(library).and_then(|ncip| ncip.to_agency.as_deref());
            to.is_some_and(same) || library.symbols.iter().any(|symbol| named_by(symbol, agency))
        };
        self.libraries().find(listed).or_else(|| {
            let mut all = self.libraries().filter(implied);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// Whether an NCIP agency id means the broker: one of its symbols, or the value of one.
    pub fn is_broker_agency(&self, agency: &str) -> bool {
        self.file.broker.symbols.iter().any(|symbol| named_by(symbol, agency))
    }

    /// Whether a message of this service is carried from one member to another.
    pub fn may_route(&self, from: &PeerId, to: &PeerId, service: &str) -> bool {
        let fits = |named: &Option<PeerId>, id: &PeerId| named.as_ref().is_none_or(|named| named == id);
        let entries =
            self.file.ncip_routes.iter().filter(|route| fits(&route.from, from) && fits(&route.to, to));
        match entries.max_by_key(|route| (route.to.is_some(), route.from.is_some())) {
            Some(route) => route.services.iter().any(|allowed| allowed.as_str() == service),
            None => service == NcipServiceName::LOOKUP_USER.as_str(),
        }
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

fn ncip_of(library: &Library) -> Option<&NcipSettings> {
    library.connection.as_ref().map(|connection| &connection.ncip)
}

fn named_by(symbol: &Symbol, agency: &str) -> bool {
    symbol.value().eq_ignore_ascii_case(agency)
        || agency.parse::<Symbol>().is_ok_and(|agency| SymbolKey::from(&agency) == SymbolKey::from(symbol))
}

fn setting(
    ncip: &NcipConnection,
    step: Step,
    usual: &impl Fn(PresetName, Step) -> StepSetting,
) -> StepSetting {
    match ncip.steps.get(step) {
        Some(true) => StepSetting::On,
        Some(false) => StepSetting::Off,
        None => usual(ncip.preset, step),
    }
}

fn days(own: Option<u32>, shared: Option<u32>, usual: u16) -> u16 {
    own.or(shared).and_then(|days| u16::try_from(days).ok()).unwrap_or(usual)
}
