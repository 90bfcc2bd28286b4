//! The confirmation that answers a message.

use iso18626::{
    Action, AgencyId, Confirm, DateTime, Edition, ErrorData, ErrorType, Message, MessageKind, MessageStatus,
    Open, ReadOptions, ReasonForMessage, Request, RequestingAgencyMessage, SupplyingAgencyMessage,
    TimestampEcho, WriteOptions, confirm, read, write,
};

const RECEIVED: &str = "2026-02-01T08:00:00.250Z";
const SENT: &str = "2026-01-31T12:00:00.5+01:00";

fn agency(value: &str) -> AgencyId {
    AgencyId { id_type: Open::new("ISIL"), value: value.to_owned() }
}

fn messages() -> [Message; 3] {
    let mut request = Request::default();
    request.header.supplying_agency_id = Some(agency("S"));
    request.header.requesting_agency_id = agency("R");
    request.header.requesting_agency_request_id = " r/1 ".to_owned();
    request.header.multiple_item_request_id = Some("m".to_owned());
    request.header.timestamp = DateTime::from_lexical(SENT);
    let mut supplying = SupplyingAgencyMessage::default();
    supplying.header.supplying_agency_id = agency("S");
    supplying.header.requesting_agency_id = agency("R");
    supplying.header.requesting_agency_request_id = " r/1 ".to_owned();
    supplying.header.timestamp = DateTime::from_lexical(SENT);
    supplying.message_info.reason_for_message = ReasonForMessage::StatusChange;
    let mut requesting = RequestingAgencyMessage::default();
    requesting.header.supplying_agency_id = agency("S");
    requesting.header.requesting_agency_id = agency("R");
    requesting.header.requesting_agency_request_id = " r/1 ".to_owned();
    requesting.header.timestamp = DateTime::from_lexical(SENT);
    requesting.action = Action::Renew;
    [
        Message::Request(request),
        Message::SupplyingAgencyMessage(supplying),
        Message::RequestingAgencyMessage(requesting),
    ]
}

#[test]
fn it_echoes_ids_and_timestamps_to_the_letter() {
    let received = RECEIVED.parse().expect("it is an instant");
    for message in messages() {
        let ok = confirm(&message, received, Confirm::Ok, TimestampEcho::Timestamp);
        assert_eq!(ok.requesting_agency_request_id(), Some(" r/1 "));
        assert_eq!(ok.supplying_agency(), message.supplying_agency());
        assert_eq!(ok.requesting_agency(), message.requesting_agency());
        assert_eq!(ok.timestamp().as_str(), SENT);
        assert_eq!(ok.multiple_item_request_id(), message.multiple_item_request_id());
        let other = confirm(&message, received, Confirm::Ok, TimestampEcho::TimestampReceived);
        assert_eq!(other.timestamp().as_str(), RECEIVED);
    }
}

#[test]
fn it_is_of_the_matching_kind_and_repeats_action_or_reason() {
    let received = RECEIVED.parse().expect("it is an instant");
    let [request, supplying, requesting] = messages();
    let confirmed = |message| confirm(message, received, Confirm::Ok, TimestampEcho::Timestamp);
    assert_eq!(confirmed(&request).kind(), MessageKind::RequestConfirmation);
    match confirmed(&supplying) {
        Message::SupplyingAgencyMessageConfirmation(c) => {
            assert_eq!(c.reason_for_message, Some(ReasonForMessage::StatusChange));
            assert_eq!(c.confirmation_header.message_status, MessageStatus::OK);
        }
        other => panic!("{}", other.kind()),
    }
    match confirmed(&requesting) {
        Message::RequestingAgencyMessageConfirmation(c) => assert_eq!(c.action, Some(Action::Renew)),
        other => panic!("{}", other.kind()),
    }
}

#[test]
fn it_can_be_written_in_every_edition_also_for_the_worst_message() {
    let received = RECEIVED.parse().expect("it is an instant");
    let error = |value: &str| ErrorData {
        error_type: ErrorType::UnrecognisedDataValue,
        error_value: Some(value.to_owned()),
    };
    let mut worst = messages().to_vec();
    worst.extend([
        Message::Request(Request::default()),
        Message::SupplyingAgencyMessage(SupplyingAgencyMessage::default()),
        Message::RequestingAgencyMessage(RequestingAgencyMessage {
            action: Action::Unknown("Burn".to_owned()),
            ..RequestingAgencyMessage::default()
        }),
        Message::RequestingAgencyMessage(RequestingAgencyMessage {
            action: Action::Lost,
            ..RequestingAgencyMessage::default()
        }),
    ]);
    for message in worst {
        for edition in Edition::ALL {
            let answer = confirm(
                &message,
                received,
                Confirm::Error(vec![error("a"), error("b")]),
                TimestampEcho::Timestamp,
            );
            let written = write(&answer, &WriteOptions::new(edition)).expect("a confirmation can be written");
            let reading = read(&written.bytes, &ReadOptions::default()).expect("and read");
            assert_eq!(reading.diagnostics, [], "{edition}: {}", String::from_utf8_lossy(&written.bytes));
        }
    }
}

#[test]
fn several_errors_become_one_in_1_2() {
    let received = RECEIVED.parse().expect("it is an instant");
    let [request, ..] = messages();
    let errors = vec![
        ErrorData {
            error_type: ErrorType::UnrecognisedDataValue,
            error_value: Some("status: Lent".to_owned()),
        },
        ErrorData { error_type: ErrorType::BadlyFormedMessage, error_value: None },
    ];
    let answer = confirm(&request, received, Confirm::Error(errors.clone()), TimestampEcho::Timestamp);
    let read_back = |edition| {
        let written = write(&answer, &WriteOptions::new(edition)).expect("it can be written");
        let reading = read(&written.bytes, &ReadOptions::default()).expect("it is readable");
        let Message::RequestConfirmation(confirmation) = reading.message else {
            panic!("it is a confirmation")
        };
        (confirmation.error_data, written.losses.len())
    };
    let joined = ErrorData {
        error_type: ErrorType::UnrecognisedDataValue,
        error_value: Some("status: Lent; BadlyFormedMessage".to_owned()),
    };
    assert_eq!(read_back(Edition::V1_2), (vec![joined], 1));
    // 2021-2 has room for all; the one loss is the id that its confirmations no longer have.
    assert_eq!(read_back(Edition::V2021_2), (errors, 1));
}
