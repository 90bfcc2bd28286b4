//! What the suppliers and the asker of the broker's world say.

use iso18626::{
    Action, DateTime, DeliveryInfo, MessageInfo, Open, ReasonForMessage, Request, RequestType,
    RequestingAgencyMessage, RequestingAgencyMessageHeader, Status, StatusInfo, SupplyingAgencyMessage,
    SupplyingAgencyMessageHeader, YesNo,
};
use loan_model::names::LegId;
use state_machine::{
    brokering::{Addressing, Input},
    interpreter::Reply,
};

use crate::support::{ASKER, Decision, World, asked, peer, symbol};

impl World {
    /// A supplier's message with the reason that a supplier would give.
    pub(crate) fn said(&self, leg: u32, reason: ReasonForMessage, status: Status) -> SupplyingAgencyMessage {
        let summary = &self.state().summary().legs[leg as usize];
        SupplyingAgencyMessage {
            header: SupplyingAgencyMessageHeader {
                supplying_agency_id: summary.symbol.to_agency_id(),
                requesting_agency_id: symbol("broker").to_agency_id(),
                requesting_agency_request_id: summary.ids.last().unwrap().clone(),
                supplying_agency_request_id: Some(format!("{}-own", summary.peer)),
                timestamp: DateTime::from_instant(self.now),
                ..SupplyingAgencyMessageHeader::default()
            },
            message_info: MessageInfo { reason_for_message: reason, ..MessageInfo::default() },
            status_info: StatusInfo {
                status,
                last_change: DateTime::from_instant(self.now),
                ..StatusInfo::default()
            },
            ..SupplyingAgencyMessage::default()
        }
    }

    pub(crate) fn supplier(&mut self, leg: u32, status: Status) -> Decision {
        let message = self.said(leg, ReasonForMessage::StatusChange, status);
        self.supplier_says(leg, message)
    }

    pub(crate) fn supplier_says(&mut self, leg: u32, message: SupplyingAgencyMessage) -> Decision {
        let from = self.leg_peer(leg);
        let decision =
            self.give(Input::Supplying { leg: LegId(leg), message: Box::new(message), from, lender: None });
        assert_eq!(decision.reply, Reply::Ok, "a well-formed message from a party is answered OK");
        decision
    }

    pub(crate) fn unfilled(&mut self, leg: u32, reason: &str) -> Decision {
        let mut message = self.said(leg, ReasonForMessage::StatusChange, Status::Unfilled);
        message.message_info.reason_unfilled = Some(Open::new(reason));
        self.supplier_says(leg, message)
    }

    pub(crate) fn condition(&mut self, leg: u32, status: Status, condition: &str) -> Decision {
        let mut message = self.said(leg, ReasonForMessage::StatusChange, status);
        message.delivery_info = Some(DeliveryInfo {
            date_sent: DateTime::from_instant(self.now),
            loan_condition: vec![Open::new(condition)],
            ..DeliveryInfo::default()
        });
        self.supplier_says(leg, message)
    }

    pub(crate) fn cancel_response(&mut self, leg: u32, answer: YesNo, status: Status) -> Decision {
        let mut message = self.said(leg, ReasonForMessage::CancelResponse, status);
        message.message_info.answer_yes_no = Some(answer);
        self.supplier_says(leg, message)
    }

    pub(crate) fn asker_message(&self, action: Action, note: Option<&str>) -> RequestingAgencyMessage {
        RequestingAgencyMessage {
            header: RequestingAgencyMessageHeader {
                supplying_agency_id: symbol("broker").to_agency_id(),
                requesting_agency_id: symbol(ASKER).to_agency_id(),
                timestamp: DateTime::from_instant(self.now),
                requesting_agency_request_id: "asker-1".to_owned(),
                ..RequestingAgencyMessageHeader::default()
            },
            action,
            note: note.map(str::to_owned),
        }
    }

    pub(crate) fn asker(&mut self, action: Action) -> Decision {
        self.asker_writes(action, None)
    }

    pub(crate) fn asker_writes(&mut self, action: Action, note: Option<&str>) -> Decision {
        let message = self.asker_message(action, note);
        self.asker_says(message)
    }

    /// The requester addresses a supplier by its symbol.
    pub(crate) fn asker_to(&mut self, supplier: &str, action: Action) -> Decision {
        let mut message = self.asker_message(action, None);
        message.header.supplying_agency_id = symbol(supplier).to_agency_id();
        self.asker_says(message)
    }

    fn asker_says(&mut self, message: RequestingAgencyMessage) -> Decision {
        let decision = self.give(Input::Requesting { message: Box::new(message), from: peer(ASKER) });
        assert_eq!(decision.reply, Reply::Ok, "a well-formed message from a party is answered OK");
        decision
    }

    /// A retry, under another id; `change` may change what is asked for.
    pub(crate) fn retry(&mut self, id: &str, change: impl FnOnce(&mut Request)) -> Decision {
        let mut request = asked();
        request.header.requesting_agency_request_id = id.to_owned();
        let service = request.service_info.as_mut().unwrap();
        service.request_type = Some(RequestType::Retry);
        service.requesting_agency_previous_request_id = Some("asker-1".to_owned());
        change(&mut request);
        self.give(Input::Request {
            message: Box::new(request),
            from: peer(ASKER),
            addressed: Addressing::Broker,
        })
    }
}
