//! What is answered here: who is spoken to, which versions; how a hosted library's requests stand, and what changes them. What is meant
//! for a library's own system is handed on. Must never answer for that system.

use ncip::{
    Body, LookupAgency, LookupAgencyResponse, LookupVersion, LookupVersionResponse,
    OrganizationNameInformation, Problem, SchemeValue, Service, ServiceKind, UserId, Version,
};
use state_machine::PeerId;

use super::{
    asks::{self, About},
    counts::Pair,
    endpoint::{Asking, Ncip},
    problems::{later, of_not_taken, refusal, unauthorized, unknown_agency, unsupported},
    seam::{NotTaken, Noticed},
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

/// The elements that name an agency, as `LookupAgency` asks for them.
const NAME_TYPE: &str = "Translated Name";

impl Ncip {
    pub(super) async fn respond(&self, asking: &Asking<'_>, body: &Body) -> Result<Body, Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        match body {
            Body::LookupAgency(message) => agency(asking, message).map_err(one),
            Body::LookupUser(message) => {
                let home = home(asking, message.user_id.as_ref());
                self.exchange(asking, &home, body).await
            }
            Body::LookupItem(message) => {
                let owner = message.item_id.as_ref().and_then(|item| item.agency_id.as_ref());
                let owner = owner.and_then(|agency| asking.snapshot.registry.by_agency(&agency.value));
                let to = asking.to.clone().or_else(|| owner.map(|library| library.id.clone()));
                self.exchange(asking, &to.unwrap_or_else(|| asking.from.clone()), body).await
            }
            Body::LookupRequest(_)
            | Body::RequestItem(_)
            | Body::CancelRequestItem(_)
            | Body::UpdateRequestItem(_)
                if hosted(asking).is_some() =>
            {
                self.of_request(asking, body).await.map_err(one)
            }
            _ if asking.service.kind() == Some(ServiceKind::Notification) => {
                self.noticed(asking, body).await.map_err(one)
            }
            _ => match &asking.to {
                Some(to) if *to != asking.from => self.exchange(asking, to, body).await,
                _ => Err(one(unsupported(asking.service))),
            },
        }
    }

    /// A message about a hosted library's request: an input, never carried on.
    async fn of_request(&self, asking: &Asking<'_>, body: &Body) -> Result<Body, Problem> {
        let library = hosted(asking).ok_or_else(|| unsupported(asking.service))?;
        if library != asking.from
            && !asking.snapshot.registry.may_route(&asking.from, &library, asking.service.as_str())
        {
            return Err(unauthorized(asking.service));
        }
        let not_taken = |why: NotTaken| {
            if let NotTaken::Later { why } = &why {
                tracing::warn!(%library, service = %asking.service, why, "an NCIP message was not taken");
            }
            of_not_taken(asking.service, &why)
        };
        let about = || About { library: library.clone(), key: asking.key.clone() };
        match body {
            Body::RequestItem(message) => {
                let asked = self.hosted.ask(asks::ask(message, about())?).await.map_err(not_taken)?;
                tracing::info!(%library, request = asked.request, "a patron's request was taken");
                Ok(asks::asked(message, asking.header, asked.request))
            }
            Body::CancelRequestItem(message) => {
                let shown = self.hosted.cancel(asks::cancel(message, about())?).await.map_err(not_taken)?;
                tracing::info!(%library, request = shown.request, "a patron's cancel was taken");
                Ok(asks::cancelled(message, asking.header, shown))
            }
            Body::UpdateRequestItem(message) => {
                let shown = self.hosted.update(asks::update(message, about())?).await.map_err(not_taken)?;
                tracing::info!(%library, request = shown.request, "a change of a patron's request was taken");
                Ok(asks::updated(message, asking.header, shown))
            }
            Body::LookupRequest(message) => {
                let which = asks::looked_up(message)?;
                let shown = self.hosted.look_up(&library, &which).await.map_err(not_taken)?;
                Ok(asks::found(message, asking.header, shown))
            }
            _ => Err(unsupported(asking.service)),
        }
    }

    /// A circulation notice: what the sender's own ILS has done. It moves the request that it belongs to, if it belongs to one.
    async fn noticed(&self, asking: &Asking<'_>, body: &Body) -> Result<Body, Problem> {
        let about = About { library: asking.from.clone(), key: asking.key.clone() };
        let notice = asks::notice(body, about).ok_or_else(|| unsupported(asking.service))?;
        let noticed = match notice {
            Ok(notice) if asking.snapshot.registry.is_hosted(&asking.from) => {
                match self.hosted.notice(notice).await {
                    Ok(noticed) => noticed,
                    Err(NotTaken::UnknownRequest | NotTaken::NotOffered { .. }) => Noticed::NotOurs,
                    Err(why) => return Err(of_not_taken(asking.service, &why)),
                }
            }
            _ => Noticed::NotOurs,
        };
        if let (Noticed::NotOurs, Body::ItemCheckedOut(message)) = (noticed, body) {
            let home = home(asking, Some(&message.user_id));
            if home != asking.from {
                let pair = Pair { at: &asking.from, home: &home };
                self.counts.loan(pair, asking.at).await.map_err(|why| {
                    tracing::error!(%why, "a loan could not be counted");
                    later("the gateway cannot keep this: come again later")
                })?;
            }
        }
        tracing::info!(from = %asking.from, service = %asking.service, ?noticed, "an NCIP notice was taken");
        Ok(refusal(Some(asking.service), Some(asking.header), Vec::new()))
    }
}

/// The hosted library whose request a message is about: the one it goes to, else, to the gateway itself, its sender.
fn hosted(asking: &Asking<'_>) -> Option<PeerId> {
    let library = asking.to.as_ref().unwrap_or(&asking.from);
    asking.snapshot.registry.is_hosted(library).then(|| library.clone())
}

/// A user's home library: the one the message goes to; to the gateway itself, the agency in the user's id, else the sender.
fn home(asking: &Asking<'_>, user: Option<&UserId>) -> PeerId {
    let named = user.and_then(|user| user.agency_id.as_ref());
    let named = named.and_then(|agency| asking.snapshot.registry.by_agency(&agency.value));
    let to = asking.to.clone().filter(|to| *to != asking.from);
    to.or_else(|| named.map(|library| library.id.clone())).unwrap_or_else(|| asking.from.clone())
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
