//! What is answered here: who is spoken to, which versions; how a hosted library's requests stand, and what changes them. What is meant
//! for a library's own system is handed on. Must never answer for that system.

use dialects::ncip::{IlsSettings, Preset};
use errors::slug;
use loan_model::PeerId;
use ncip::{
    Body, LookupAgency, LookupAgencyResponse, LookupVersion, LookupVersionResponse,
    OrganizationNameInformation, Problem, SchemeValue, Service, Version,
};
use registry::Registry;

use super::{
    counts::Pair,
    endpoint::{Asking, Ncip},
    inputs::{self, About},
    left_out::Reply,
    ports::{NotTaken, Noticed},
    problems::{later, of_not_taken, refusal, unauthorized, unknown_agency, unsupported},
    route::{Goes, goes, home},
    unreadable_dates::look_at,
};

/// The services that are offered, besides those that are carried on.
const OFFERED: &[Service] = &[
    Service::LookupVersion,
    Service::LookupAgency,
    Service::LookupUser,
    Service::LookupItem,
    Service::LookupRequest,
    Service::RequestItem,
    Service::CancelRequestItem,
    Service::UpdateRequestItem,
    Service::ItemShipped,
    Service::ItemReceived,
    Service::ItemCheckedOut,
    Service::ItemCheckedIn,
    Service::ItemRenewed,
    Service::ItemRecalled,
    Service::ItemRequestCancelled,
    Service::CirculationStatusChangeReported,
    Service::CirculationStatusUpdated,
];

/// What kind of name an agency is told by.
const NAME_TYPE: &str = "Official Name";

impl Ncip {
    pub(super) async fn respond(&self, asking: &Asking<'_>, body: &Body) -> Result<Reply, Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        let named = named(&asking.snapshot.registry, body);
        match goes(&asking.snapshot.registry, asking.service, asking.parties(named.as_ref())) {
            Goes::Here => here(asking, body).map(Reply::from).map_err(one),
            Goes::Request(library) => {
                self.check_pin(asking, &library, body).await?;
                self.of_request(asking, &library, body).await.map(Reply::from).map_err(one)
            }
            Goes::Notice => self.noticed(asking, named.as_ref(), body).await.map(Reply::from).map_err(one),
            Goes::Carried(to) => {
                look_at(&self.incidents, &asking.from, body, &settings(asking, &asking.from)).await;
                self.exchange(asking, &to, body).await
            }
            Goes::Unauthorized => {
                let to = home(asking.parties(named.as_ref()));
                self.refused(asking, to).await?;
                Err(one(unauthorized(asking.service)))
            }
            Goes::Unsupported => Err(one(unsupported(asking.service))),
        }
    }

    /// A message about a hosted library's request: an input, never carried on.
    async fn of_request(&self, asking: &Asking<'_>, library: &PeerId, body: &Body) -> Result<Body, Problem> {
        let not_taken = |why: NotTaken| {
            if let NotTaken::Later { why } = &why {
                tracing::warn!(slug = %slug!("ncip.not-taken"), %library, why, "an NCIP message was not taken");
            }
            of_not_taken(asking.service, &why)
        };
        let about = || About { library: library.clone(), key: asking.key.clone() };
        let settings = settings(asking, library);
        look_at(&self.incidents, library, body, &settings).await;
        match body {
            Body::RequestItem(message) => {
                let mut asked = self.hosted.ask(inputs::ask(message, about(), &settings)?).await;
                if let Err(NotTaken::NoHolder { .. }) = asked
                    && let Some(described) = self.described(asking, library, message).await?
                {
                    asked = self.hosted.ask(inputs::ask(&described, about(), &settings)?).await;
                }
                let asked = asked.map_err(not_taken)?;
                Ok(inputs::asked(message, asking.header, asked.request))
            }
            Body::CancelRequestItem(message) => {
                let shown = self.hosted.cancel(inputs::cancel(message, about())?).await.map_err(not_taken)?;
                Ok(inputs::cancelled(message, asking.header, shown))
            }
            Body::UpdateRequestItem(message) => {
                let shown = self.hosted.update(inputs::update(message, about())?).await.map_err(not_taken)?;
                Ok(inputs::updated(message, asking.header, shown))
            }
            Body::LookupRequest(message) => {
                let which = inputs::looked_up(message)?;
                let shown = self.hosted.look_up(library, &which).await.map_err(not_taken)?;
                Ok(inputs::found(message, asking.header, shown))
            }
            _ => Err(unsupported(asking.service)),
        }
    }

    /// A circulation notice: what the sender's own ILS has done. It moves the request that it belongs to, if it belongs to one.
    async fn noticed(
        &self,
        asking: &Asking<'_>,
        named: Option<&PeerId>,
        body: &Body,
    ) -> Result<Body, Problem> {
        let about = About { library: asking.from.clone(), key: asking.key.clone() };
        if !OFFERED.contains(asking.service) {
            return Err(unsupported(asking.service));
        }
        let settings = settings(asking, &asking.from);
        look_at(&self.incidents, &asking.from, body, &settings).await;
        let noticed = match inputs::notice(body, about, &settings) {
            Some(notice) if asking.snapshot.registry.is_hosted(&asking.from) => {
                match self.hosted.notice(notice).await {
                    Ok(noticed) => noticed,
                    Err(NotTaken::UnknownRequest | NotTaken::NotOffered { .. }) => Noticed::NotOurs,
                    Err(why) => return Err(of_not_taken(asking.service, &why)),
                }
            }
            _ => Noticed::NotOurs,
        };
        if let (Noticed::NotOurs, Body::ItemCheckedOut(_)) = (noticed, body) {
            let home = home(asking.parties(named));
            if *home != asking.from {
                let pair = Pair { at: &asking.from, home };
                self.counts.loan(pair, asking.at).await.map_err(|why| {
                    tracing::error!(slug = %slug!("store.failed"), %why, "a loan could not be counted");
                    later("the gateway cannot keep this: come again later")
                })?;
            }
        }
        tracing::info!(?noticed, "an NCIP notice was taken");
        Ok(refusal(Some(asking.service), Some(asking.header), Vec::new()))
    }
}

/// How a library's system speaks; one that has none, as the standard has it.
fn settings(asking: &Asking<'_>, library: &PeerId) -> IlsSettings {
    match asking.snapshot.registry.ncip(library) {
        Some(connection) => connection.settings,
        None => IlsSettings::of(Preset::PlainV2, "", ""),
    }
}

/// The member whose user or item a message names.
fn named(registry: &Registry, body: &Body) -> Option<PeerId> {
    let agency = match body {
        Body::LookupUser(message) => message.user_id.as_ref()?.agency_id.as_ref()?,
        Body::LookupItem(message) => message.item_id.as_ref()?.agency_id.as_ref()?,
        Body::ItemCheckedOut(message) => message.user_id.agency_id.as_ref()?,
        _ => return None,
    };
    registry.by_agency(&agency.value).map(|library| library.id.clone())
}

/// What the gateway itself knows.
fn here(asking: &Asking<'_>, body: &Body) -> Result<Body, Problem> {
    match body {
        Body::LookupAgency(message) => agency(asking, message),
        _ => Err(unsupported(asking.service)),
    }
}

/// Who an agency is.
fn agency(asking: &Asking<'_>, message: &LookupAgency) -> Result<Body, Problem> {
    let wanted = message.agency_id.value.trim();
    let registry = &asking.snapshot.registry;
    let name = match registry.by_agency(wanted) {
        Some(library) => library.name.clone(),
        None if registry.is_broker_agency(wanted) => registry.broker_entry().name.clone(),
        None => return Err(unknown_agency("AgencyId", wanted)),
    };
    Ok(Body::from(LookupAgencyResponse {
        response_header: Some(super::problems::turned(asking.header)),
        agency_id: Some(message.agency_id.clone()),
        organization_name_information: vec![OrganizationNameInformation {
            organization_name_type: SchemeValue::bare(NAME_TYPE),
            organization_name: name,
            ..OrganizationNameInformation::default()
        }],
        ..LookupAgencyResponse::default()
    }))
}

/// Which versions are spoken, and which services offered.
pub(super) fn versions(asked: &LookupVersion) -> Body {
    Body::from(LookupVersionResponse {
        from_agency_id: asked.to_agency_id.clone(),
        to_agency_id: asked.from_agency_id.clone(),
        versions_supported: Version::ALL.iter().map(|version| version.attribute().to_owned()).collect(),
        services_supported: OFFERED.iter().map(|service| service.as_str().to_owned()).collect(),
    })
}
