//! NCIP: how a library's ILS is spoken to, with nothing left open; which library an agency id means; which services go from member to
//! member. Must never hold a secret.

use dialects::ncip::{Declared, IlsSettings, Travels, default_step, unfit};
use loan_model::{PeerId, Symbol, hosted::StepSetting, ils::Step};
use ncip::Service;

use crate::{
    Header, InstitutionalPatron, Library, NcipAddress, NcipSettings, Rate, Registry, RetryPlan, SecretRef,
    StepSettings, Timeouts, TlsSettings, UnknownItems, connection::limits, ids::SymbolKey,
};

/// How a library's ILS is reached and spoken to over NCIP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NcipConnection {
    /// Whose connection it is: the library's own, or its parent's. Limits are shared by all who use it.
    pub owner: PeerId,
    /// Where its responder listens.
    pub address: NcipAddress,
    /// How it is spoken to: as the preset has it, overlaid by the library's own settings.
    pub settings: IlsSettings,
    /// Which steps its ILS is asked, as far as the library says.
    pub steps: StepSettings,
    /// The libraries that it lends to, as patrons of its ILS.
    pub institutional_patrons: Vec<InstitutionalPatron>,
    /// Where our agency's secret is kept.
    pub agency_secret: Option<SecretRef>,
    /// Where our system's secret is kept.
    pub system_secret: Option<SecretRef>,
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
    /// How the line is secured.
    pub tls: TlsSettings,
}

impl NcipConnection {
    /// Whether the ILS is asked a step: as the library says, else as its kind of ILS is.
    pub fn setting(&self, step: Step) -> StepSetting {
        match self.steps.get(step) {
            Some(true) => StepSetting::On,
            Some(false) => StepSetting::Off,
            None => default_step(self.settings.preset, self.settings.version, step),
        }
    }
}

impl Registry {
    /// How the library's ILS is spoken to; nothing where it has no responder. A library with ISO 18626 of its own may have one too.
    pub fn ncip(&self, id: &PeerId) -> Option<NcipConnection> {
        let library = self.library(id)?;
        let owner = self.connection_owner(id)?;
        let connection = owner.connection.as_ref()?;
        let limits = limits(connection, &self.file.defaults.connection);
        // Each key is named, so that none can be forgotten.
        let NcipSettings {
            url,
            preset,
            version,
            post,
            namespace,
            schemes,
            from_agency,
            to_agency,
            agency_scheme,
            agencies: _,
            from_system,
            to_system,
            application_profile,
            agency_secret,
            system_secret,
            accept_secret: _,
            patron_by,
            user_ids,
            credentials,
            pickup_location,
            pickup_in,
            request_type,
            request_scope,
            accept_action,
            user_elements,
            item_elements,
            tolerated,
            institutional_patrons,
            dates,
            date_form,
            standing_privilege,
            good_standing,
            bad_standing,
            time_zone,
            steps,
        } = connection.ncip.clone();
        let symbol = |symbols: &[Symbol]| symbols.first().map(|symbol| symbol.value().to_owned());
        let from_agency = from_agency.or_else(|| symbol(&self.file.broker.symbols)).unwrap_or_default();
        let to_agency = to_agency.or_else(|| symbol(&library.symbols)).unwrap_or_default();
        let default = match version {
            Some(version) => {
                IlsSettings::in_version(preset.unwrap_or_default(), version, from_agency, to_agency)
            }
            None => IlsSettings::of(preset.unwrap_or_default(), from_agency, to_agency),
        };
        Some(NcipConnection {
            owner: owner.id.clone(),
            address: url?,
            settings: IlsSettings {
                preset: default.preset,
                version: default.version,
                post: post.unwrap_or(default.post),
                namespace: namespace.unwrap_or(default.namespace),
                schemes: schemes.unwrap_or(default.schemes),
                from_agency: default.from_agency,
                to_agency: default.to_agency,
                agency_scheme: agency_scheme.or(default.agency_scheme),
                from_system: from_system.or(default.from_system),
                to_system: to_system.or(default.to_system),
                application_profile: application_profile.or(default.application_profile),
                patron_by: patron_by.unwrap_or(default.patron_by),
                user_ids: user_ids.unwrap_or(default.user_ids),
                credentials: credentials.unwrap_or(default.credentials),
                pickup_location: pickup_location.or(default.pickup_location),
                pickup_in: pickup_in.unwrap_or(default.pickup_in),
                request_type: request_type.unwrap_or(default.request_type),
                item_scope: request_scope.clone().unwrap_or(default.item_scope),
                title_scope: request_scope.unwrap_or(default.title_scope),
                accept_action: accept_action.unwrap_or(default.accept_action),
                user_elements: user_elements.unwrap_or(default.user_elements),
                item_elements: item_elements.unwrap_or(default.item_elements),
                tolerated,
                dates: dates.unwrap_or(default.dates),
                date_form: date_form.unwrap_or(default.date_form),
                standing_privilege: standing_privilege.or(default.standing_privilege),
                good_standing,
                bad_standing,
                time_zone: match time_zone {
                    Some(zone) => zone.as_str().to_owned(),
                    None => self.calendar(library).time_zone,
                },
            },
            steps,
            institutional_patrons,
            agency_secret,
            system_secret,
            headers: connection.headers.clone(),
            concurrency: limits.concurrency,
            rate: limits.rate,
            timeouts: limits.timeouts,
            retry: limits.retry,
            tls: connection.tls.clone(),
        })
    }

    /// What is allowed, and either cannot work with the kind of ILS that it is said of or proves nobody: a sentence each, with library and key.
    pub fn warnings(&self) -> Vec<String> {
        let unasked = self.libraries().filter(|library| {
            let ncip = self.ncip(&library.id);
            self.is_hosted(&library.id)
                && self.unknown_items(&library.id) == UnknownItems::LookUp
                && !ncip.is_some_and(|ncip| ncip.settings.answers(&Service::LookupItem))
        });
        let unasked = unasked.map(|library| {
            format!(
                "library {}: hosted.unknown_items is \"look-up\", and it has no ILS that answers LookupItem: such requests are refused",
                library.id
            )
        });
        let own = self.libraries().filter(|library| library.connection.is_some());
        let connections = own.filter_map(|library| Some((library, self.ncip(&library.id)?)));
        connections
            .flat_map(|(library, connection)| {
                let found = unfit(&Declared {
                    settings: &connection.settings,
                    from_agency: ncip_of(library).and_then(|ncip| ncip.from_agency.as_deref()),
                    travels: match connection.address {
                        NcipAddress::Http(_) => Travels::ByHttp,
                        NcipAddress::Tcp { .. } | NcipAddress::Tls { .. } => Travels::Bare,
                    },
                    asked: &|step| connection.setting(step),
                });
                let line = |unfit| format!("library {}: connection.ncip.{unfit}", library.id);
                found.into_iter().map(line).collect::<Vec<_>>()
            })
            .chain(unasked)
            .chain(self.proof_warnings())
            .collect()
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
    pub fn may_route(&self, from: &PeerId, to: &PeerId, service: &Service) -> bool {
        let fits = |named: &Option<PeerId>, id: &PeerId| named.as_ref().is_none_or(|named| named == id);
        let entries =
            self.file.ncip_routes.iter().filter(|route| fits(&route.from, from) && fits(&route.to, to));
        let nearest = entries.max_by_key(|route| (route.to.is_some(), route.from.is_some()));
        nearest.is_some_and(|route| route.services.contains(service))
    }
}

fn ncip_of(library: &Library) -> Option<&NcipSettings> {
    library.connection.as_ref().map(|connection| &connection.ncip)
}

fn named_by(symbol: &Symbol, agency: &str) -> bool {
    symbol.value().eq_ignore_ascii_case(agency)
        || agency.parse::<Symbol>().is_ok_and(|agency| SymbolKey::from(&agency) == SymbolKey::from(symbol))
}
