//! Messages as a library writes them, in few words. Must never hold state.

use iso18626::{
    Action, AgencyId, BibliographicInfo, DateTime, DeliveryInfo, Message, MessageInfo, Open, PatronInfo,
    ReasonForMessage, Request, RequestHeader, RequestType, RequestingAgencyMessage,
    RequestingAgencyMessageHeader, ServiceInfo, ServiceType, Status, StatusInfo, SupplierInfo,
    SupplyingAgencyMessage, SupplyingAgencyMessageHeader,
};

/// The broker's symbol.
pub(crate) const BROKER: &str = "ISIL:XX-BROKER";

/// A symbol as it is in a message.
pub(crate) fn agency(symbol: &str) -> AgencyId {
    let (authority, value) = symbol.split_once(':').unwrap();
    AgencyId { id_type: Open::new(authority), value: value.to_owned() }
}

/// A request for a loan, made at `at`, that names its suppliers in order.
pub(crate) fn request(from: &str, id: &str, at: &str, suppliers: &[&str]) -> Request {
    let named = suppliers.iter().zip(1..).map(|(symbol, order)| SupplierInfo {
        sort_order: Some(order.to_string()),
        supplier_code: Some(agency(symbol)),
        ..SupplierInfo::default()
    });
    Request {
        header: RequestHeader {
            supplying_agency_id: Some(agency(BROKER)),
            requesting_agency_id: agency(from),
            multiple_item_request_id: Some(String::new()),
            timestamp: DateTime::from_lexical(at),
            requesting_agency_request_id: id.to_owned(),
            ..RequestHeader::default()
        },
        bibliographic_info: BibliographicInfo {
            title: Some("The cloud atlas".to_owned()),
            ..BibliographicInfo::default()
        },
        service_info: Some(ServiceInfo {
            request_type: Some(RequestType::New),
            service_type: ServiceType::Loan,
            note: Some("as soon as it can be".to_owned()),
            ..ServiceInfo::default()
        }),
        supplier_info: named.collect(),
        patron_info: Some(PatronInfo {
            patron_id: Some("P-4711".to_owned()),
            surname: Some("Zzyzxmarker".to_owned()),
            ..PatronInfo::default()
        }),
        ..Request::default()
    }
}

/// What a supplier says of a request that it was sent.
pub(crate) fn report(
    from: &str,
    about: &Request,
    at: &str,
    reason: ReasonForMessage,
    status: Status,
) -> SupplyingAgencyMessage {
    let shipped = matches!(status, Status::Loaned | Status::CopyCompleted);
    SupplyingAgencyMessage {
        header: SupplyingAgencyMessageHeader {
            supplying_agency_id: agency(from),
            requesting_agency_id: about.header.requesting_agency_id.clone(),
            multiple_item_request_id: Some(String::new()),
            timestamp: DateTime::from_lexical(at),
            requesting_agency_request_id: about.header.requesting_agency_request_id.clone(),
            supplying_agency_request_id: Some(format!("{}-7", from.replace(':', "-"))),
            ..SupplyingAgencyMessageHeader::default()
        },
        message_info: MessageInfo { reason_for_message: reason, ..MessageInfo::default() },
        status_info: StatusInfo { status, last_change: DateTime::from_lexical(at), ..StatusInfo::default() },
        delivery_info: shipped.then(|| DeliveryInfo {
            date_sent: DateTime::from_lexical(at),
            item_id: vec!["B-100".to_owned()],
            ..DeliveryInfo::default()
        }),
        ..SupplyingAgencyMessage::default()
    }
}

/// What a requester does about its request.
pub(crate) fn action(from: &str, id: &str, at: &str, action: Action) -> RequestingAgencyMessage {
    RequestingAgencyMessage {
        header: RequestingAgencyMessageHeader {
            supplying_agency_id: agency(BROKER),
            requesting_agency_id: agency(from),
            multiple_item_request_id: Some(String::new()),
            timestamp: DateTime::from_lexical(at),
            requesting_agency_request_id: id.to_owned(),
            ..RequestingAgencyMessageHeader::default()
        },
        action,
        note: None,
    }
}

/// The status and the errors of a confirmation.
pub(crate) fn confirmed(bytes: &[u8]) -> (String, Vec<String>) {
    let reading = iso18626::read(bytes, &iso18626::ReadOptions::default()).unwrap();
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let (header, errors) = match reading.message {
        Message::RequestConfirmation(it) => (it.confirmation_header, it.error_data),
        Message::SupplyingAgencyMessageConfirmation(it) => (it.confirmation_header, it.error_data),
        Message::RequestingAgencyMessageConfirmation(it) => (it.confirmation_header, it.error_data),
        other => panic!("no confirmation but {other:?}"),
    };
    let errors = errors
        .iter()
        .map(|error| format!("{}: {}", error.error_type, error.error_value.as_deref().unwrap_or("")));
    (header.message_status.to_string(), errors.collect())
}
