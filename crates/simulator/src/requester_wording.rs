//! A requester's messages.

use iso18626::{
    Action, AgencyId, DateTime, Request, RequestType, RequestingAgencyMessage, RequestingAgencyMessageHeader,
};
use jiff::SignedDuration;

use crate::{
    core::Core,
    scenario::{Details, Fault},
    symbol::agency_id,
};

/// About which request, and between whom, a message is.
pub(crate) struct About<'a> {
    pub(crate) request: &'a Request,
    pub(crate) supplier: AgencyId,
    pub(crate) supplier_request_id: Option<String>,
}

/// Something done or asked for.
pub(crate) fn act(
    core: &Core,
    about: About<'_>,
    action: Action,
    details: &Details,
) -> RequestingAgencyMessage {
    let asked = &about.request.header;
    let mut header = RequestingAgencyMessageHeader {
        supplying_agency_id: about.supplier,
        requesting_agency_id: asked.requesting_agency_id.clone(),
        consortial_id: asked.consortial_id.clone(),
        multiple_item_request_id: asked.multiple_item_request_id.clone(),
        timestamp: stamp(core, details),
        requesting_agency_request_id: asked.requesting_agency_request_id.clone(),
        supplying_agency_request_id: about.supplier_request_id,
        requesting_agency_authentication: asked.requesting_agency_authentication.clone(),
    };
    match details.fault {
        Some(Fault::WrongId) => header.requesting_agency_request_id = "nobody-knows-this".to_owned(),
        Some(Fault::WrongParty) => header.requesting_agency_id = agency_id("ISIL:NO-PARTY"),
        _ => {}
    }
    RequestingAgencyMessage { header, action, note: details.note.clone() }
}

/// The request again, under `id`, naming the one before.
pub(crate) fn retry(core: &Core, request: &Request, id: String, details: &Details) -> Request {
    let mut again = request.clone();
    let previous = std::mem::replace(&mut again.header.requesting_agency_request_id, id);
    again.header.timestamp = stamp(core, details);
    let service = again.service_info.get_or_insert_default();
    service.request_type = Some(RequestType::Retry);
    service.requesting_agency_previous_request_id = Some(previous);
    if details.note.is_some() {
        service.note = details.note.clone();
    }
    if let Some(cost) = &details.cost {
        again.billing_info.get_or_insert_default().maximum_costs = Some(cost.clone());
    }
    again
}

fn stamp(core: &Core, details: &Details) -> DateTime {
    let stamp = core.stamps.next();
    let backdated = details.backdated.and_then(|by| SignedDuration::try_from(by).ok());
    DateTime::from_instant(backdated.and_then(|by| stamp.checked_sub(by).ok()).unwrap_or(stamp))
}
