//! What suppliers are sent: requests under fresh ids, and the requester's messages or our own. Must never tell a supplier more of the
//! patron than policy lets it.

use iso18626::{
    Action, AgencyId, BibliographicRecordId, DateTime, Message, Open, PatronInfo, Request, RequestHeader,
    RequestType, RequestingAgencyMessage, RequestingAgencyMessageHeader, ServiceInfo, ServiceType,
    SupplierInfo,
};
use loan_model::{
    facts::{Face, PatronData, fill_requester},
    names::{HOP, LegId, OutboundKind, OutboundRef, Party, REFERENCE},
    sealed::SealedFields,
};

use super::{event::Event, input::Input, machine::Execution, state::Leg};
use crate::interpreter::Effect;

impl Execution<'_> {
    /// Sends the leg a request: its first, or the retry of its last.
    pub(crate) fn send_request(&mut self, leg: LegId) {
        let id = format!("{}-{}", self.context.key, self.state.dispatched + 1);
        let policy = self.supplier(self.state.leg(leg)).patron_data;
        let request = self.downstream_request(leg, &id, policy);
        let peer = self.state.leg(leg).peer.clone();
        self.record(Event::Dispatched { leg, id: id.clone(), at: self.context.now });
        self.effect(Effect::KnowAs { peer: peer.clone(), id, party: Party::Leg(leg) });
        self.effect(Effect::Send {
            out: OutboundRef { to: Party::Leg(leg), kind: OutboundKind::Request },
            peer,
            message: Box::new(Message::Request(request)),
            sealed: if policy == PatronData::Full { SealedFields::Everything } else { SealedFields::Note },
        });
    }

    /// Sends the leg a message, in the requester's words where it is the requester that speaks.
    pub(crate) fn send(&mut self, leg: LegId, action: &Action) {
        let to = self.state.leg(leg);
        let peer = to.peer.clone();
        let header = &self.state.request.header;
        let message = RequestingAgencyMessage {
            header: RequestingAgencyMessageHeader {
                supplying_agency_id: to.symbol.to_agency_id(),
                requesting_agency_id: self.requesting_agency(to),
                consortial_id: header.consortial_id.clone(),
                multiple_item_request_id: header.multiple_item_request_id.clone(),
                timestamp: DateTime::from_instant(self.context.now),
                requesting_agency_request_id: to.ids.last().cloned().unwrap_or_default(),
                supplying_agency_request_id: to.said.supplier_request_id.clone(),
                requesting_agency_authentication: None,
            },
            action: action.clone(),
            note: self.words(action),
        };
        self.record(Event::SentToSupplier { leg, action: action.clone() });
        self.effect(Effect::Send {
            out: OutboundRef { to: Party::Leg(leg), kind: OutboundKind::Action(action.clone()) },
            peer,
            message: Box::new(Message::RequestingAgencyMessage(message)),
            sealed: SealedFields::Nothing,
        });
    }

    fn words(&self, action: &Action) -> Option<String> {
        match self.input {
            Input::Requesting { message, .. } => message.note.clone(),
            Input::Staff { reason, .. } => match action {
                Action::Notification | Action::Cancel => Some(format!("The broker's staff: {reason}")),
                _ => None,
            },
            Input::Timer(_) if *action == Action::Cancel => Some("Out of time".to_owned()),
            _ => None,
        }
    }

    /// Who stands as the requester towards this supplier.
    fn requesting_agency(&self, leg: &Leg) -> AgencyId {
        match leg.face {
            Face::Opaque => self.context.broker.symbol.to_agency_id(),
            Face::Transparent => self.state.request.header.requesting_agency_id.clone(),
        }
    }

    fn downstream_request(&self, id: LegId, request_id: &str, policy: PatronData) -> Request {
        let leg = self.state.leg(id);
        let mut request = (*self.state.request).clone();
        let header = &self.state.request.header;
        request.header = RequestHeader {
            supplying_agency_id: Some(leg.symbol.to_agency_id()),
            requesting_agency_id: self.requesting_agency(leg),
            consortial_id: header.consortial_id.clone(),
            multiple_item_request_id: header.multiple_item_request_id.clone(),
            timestamp: DateTime::from_instant(self.context.now),
            requesting_agency_request_id: request_id.to_owned(),
            supplying_agency_request_id: None,
            requesting_agency_authentication: None,
        };
        self.describe_holding(leg, &mut request);
        self.describe_service(leg, &mut request);
        self.mark_hop(leg, request_id, &mut request);
        self.describe_requester(&mut request);
        request.patron_info = request.patron_info.take().and_then(|patron| match policy {
            PatronData::None => None,
            // A patron id that means something to us alone.
            PatronData::Token => Some(PatronInfo {
                patron_id: Some(format!("patron-{}", self.context.key)),
                ..PatronInfo::default()
            }),
            PatronData::Full => Some(patron),
        });
        request
    }

    /// What this supplier holds; what others hold is not its business.
    fn describe_holding(&self, leg: &Leg, request: &mut Request) {
        let entry = self.state.rota.entries.iter().find(|entry| entry.peer == leg.peer);
        if let Some(record_id) = entry.and_then(|entry| entry.record_id.clone()) {
            request.bibliographic_info.supplier_unique_record_id = Some(record_id);
        }
        match entry.and_then(|entry| entry.holding.clone()) {
            Some(holding) => request.supplier_info = vec![holding],
            None => request.supplier_info.retain(|info| {
                info.supplier_code.as_ref().is_some_and(|code| leg.is_called(&loan_model::Symbol::from(code)))
            }),
        }
        // A retry is for the library behind the broker that offered it.
        if request.supplier_info.is_empty() && leg.said.lender.is_some() {
            let supplier_code = Some(leg.lends().to_agency_id());
            request.supplier_info = vec![SupplierInfo { supplier_code, ..SupplierInfo::default() }];
        }
    }

    /// Another broker may come back with it: then the mark says so, whatever id it has by then.
    fn mark_hop(&self, leg: &Leg, request_id: &str, request: &mut Request) {
        if self.supplier(leg).is_brokered() {
            request
                .bibliographic_info
                .bibliographic_record_id
                .push(BibliographicRecordId { code: Open::new(HOP), identifier: request_id.to_owned() });
            request.service_info.get_or_insert_default().note = Some(format!("{REFERENCE}{request_id}"));
        }
    }

    /// A first request is new; a later one to the same supplier is a retry that names the one before.
    fn describe_service(&self, leg: &Leg, request: &mut Request) {
        let service = request.service_info.get_or_insert_with(|| ServiceInfo {
            service_type: ServiceType::CopyOrLoan,
            ..ServiceInfo::default()
        });
        let previous = leg.ids.last().cloned();
        service.request_type = Some(if previous.is_some() { RequestType::Retry } else { RequestType::New });
        service.requesting_agency_previous_request_id = previous;
    }

    /// Who really asks, and where to deliver: as the request says, with gaps filled from the registry.
    fn describe_requester(&self, request: &mut Request) {
        let known = self.requester();
        let said = request.requesting_agency_info.take().unwrap_or_default();
        request.requesting_agency_info = Some(fill_requester(said, Some(&known), &self.state.requester.name));
        if request.requested_delivery_info.is_empty() {
            request.requested_delivery_info = known.delivery_info;
        }
    }
}
