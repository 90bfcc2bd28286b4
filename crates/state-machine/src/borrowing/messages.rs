//! What the supplier is told, through the broker, and what is read out of its messages. Must never tell it anything of the patron but
//! the request's own sealed parts.

use acts::Act;
use iso18626::{
    Action, DateTime, Message, Request, RequestHeader, RequestType, RequestingAgencyMessage,
    RequestingAgencyMessageHeader, ServiceInfo, ServiceType, SupplyingAgencyMessage, is_link,
};
use loan_model::{
    names::{OutboundKind, OutboundRef, Party, VolumeNo},
    sealed::SealedFields,
};

use super::{event::Event, machine::Execution, phases::VolumeState, state::Volume};
use crate::{hosted::Input, interpreter::Effect};

/// Where a copy can be fetched.
pub(crate) fn url(message: &SupplyingAgencyMessage) -> Option<&str> {
    let url = message.delivery_info.as_ref()?.url.as_deref()?.trim();
    (!url.is_empty()).then_some(url)
}

/// The barcodes of what was sent. A further link of what was sent by link is none.
pub(crate) fn barcodes(message: &SupplyingAgencyMessage) -> Vec<String> {
    let Some(delivery) = &message.delivery_info else { return Vec::new() };
    let mut barcodes: Vec<String> = Vec::new();
    for barcode in &delivery.item_id {
        let barcode = barcode.trim();
        let is_further_link = delivery.is_sent_by_link() && is_link(barcode);
        if !barcode.is_empty() && !is_further_link && !barcodes.iter().any(|known| known == barcode) {
            barcodes.push(barcode.to_owned());
        }
    }
    barcodes
}

impl Execution<'_> {
    /// Sends the request under a new id; a retry names the one before.
    pub(crate) fn send_request(&mut self, request_type: RequestType) {
        let id = format!("{}-{}", self.context.key, self.state.ids.len() + 1);
        let request = self.request_message(&id, request_type);
        let peer = self.state.library.partner.clone();
        self.record(Event::Dispatched { id: id.clone(), at: self.context.now });
        self.effect(Effect::KnowAs { peer: peer.clone(), id, party: Party::Library });
        self.effect(Effect::Send {
            out: OutboundRef { to: Party::Supplier, kind: OutboundKind::Request },
            peer,
            message: Box::new(Message::Request(request)),
            sealed: SealedFields::Everything,
        });
    }

    fn request_message(&self, id: &str, request_type: RequestType) -> Request {
        let library = &self.state.library;
        let mut request = (*self.state.request).clone();
        let named = request.header.supplying_agency_id.take();
        request.header = RequestHeader {
            supplying_agency_id: Some(named.unwrap_or_else(|| library.broker.to_agency_id())),
            requesting_agency_id: library.symbol.to_agency_id(),
            timestamp: DateTime::from_instant(self.context.now),
            requesting_agency_request_id: id.to_owned(),
            supplying_agency_request_id: None,
            requesting_agency_authentication: None,
            ..request.header
        };
        let service = request
            .service_info
            .get_or_insert_with(|| ServiceInfo { service_type: ServiceType::Loan, ..ServiceInfo::default() });
        service.requesting_agency_previous_request_id = match request_type {
            RequestType::Retry => self.state.ids.last().cloned(),
            _ => None,
        };
        service.request_type = Some(request_type);
        request
    }

    /// Sends a message. A cancel is for the broker, so that it ends the request; all else for the supplier, where it is known.
    pub(crate) fn send(&mut self, action: Action, note: Option<String>) {
        let library = &self.state.library;
        let supplier = self.state.supplier.as_ref().filter(|_| action != Action::Cancel);
        let header = &self.state.request.header;
        let message = RequestingAgencyMessage {
            header: RequestingAgencyMessageHeader {
                supplying_agency_id: supplier.unwrap_or(&library.broker).to_agency_id(),
                requesting_agency_id: library.symbol.to_agency_id(),
                consortial_id: header.consortial_id.clone(),
                multiple_item_request_id: header.multiple_item_request_id.clone(),
                timestamp: DateTime::from_instant(self.context.now),
                requesting_agency_request_id: self.state.id().unwrap_or_default().to_owned(),
                supplying_agency_request_id: self.state.supplier_request_id.clone(),
                requesting_agency_authentication: None,
            },
            action: action.clone(),
            note,
        };
        let peer = library.partner.clone();
        self.record(Event::SentToSupplier { action: action.clone() });
        self.effect(Effect::Send {
            out: OutboundRef { to: Party::Supplier, kind: OutboundKind::Action(action) },
            peer,
            message: Box::new(Message::RequestingAgencyMessage(message)),
            sealed: SealedFields::Nothing,
        });
    }

    /// Writes to the supplier.
    pub(crate) fn write(&mut self, note: impl Into<String>) {
        self.send(Action::Notification, Some(note.into()));
    }

    /// What staff write.
    pub(crate) fn send_note(&mut self) {
        if let Input::Staff { act: Act::Note { note }, .. } = self.input {
            self.write(note.clone());
        }
    }

    /// That a volume is lost.
    pub(crate) fn send_lost(&mut self, number: VolumeNo) {
        let note = format!("{} is lost", self.called(number));
        self.send(Action::Lost, Some(note));
    }

    /// That a volume is damaged, and how.
    pub(crate) fn send_damage(&mut self, number: VolumeNo) {
        if let Input::Staff { act: Act::ReportDamaged { note, .. }, .. } = self.input {
            let note = format!("{} is damaged: {note}", self.called(number));
            self.record(Event::Damaged { volume: number });
            self.write(note);
        }
    }

    /// That it is on its way back: once, when the last volume goes; one that is found later is news.
    pub(crate) fn send_return(&mut self) {
        if !self.state.volumes.iter().any(|volume| volume.state == VolumeState::SentBack) {
            return;
        }
        if self.state.has_told(&Action::ShippedReturn) {
            self.write("Another volume is on its way back");
        } else {
            self.send(Action::ShippedReturn, None);
        }
    }

    fn called(&self, number: VolumeNo) -> String {
        let barcode = self.state.volume(number).and_then(|volume: &Volume| volume.barcode.as_deref());
        match (barcode, self.state.volumes.len()) {
            (Some(barcode), _) => format!("Item {barcode}"),
            (None, 1) => "The item".to_owned(),
            (None, _) => format!("Volume {}", number.0),
        }
    }
}
