//! Requests that go their way, between libraries of both editions.

use iso18626::{Action, AgencyId, Edition, Message, Open, ReasonForMessage, Status};

use super::{
    words::{BROKER, action, agency, report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

#[tokio::test]
async fn a_loan_between_two_editions_runs_to_its_end() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2)]).await;
    let [north, south] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-1", T, &[B]))).await;

    let sent = south.next().await;
    assert_eq!(sent.reading.edition, Edition::V2021_2);
    assert!(sent.reading.diagnostics.is_empty(), "{:?}", sent.reading.diagnostics);
    let Message::Request(asked) = sent.reading.message else { panic!("no request") };
    let asks = &asked.header.requesting_agency_id;
    assert_eq!(*asks, AgencyId { id_type: asks.id_type.clone(), ..agency(BROKER) }, "the opaque face");
    let list = "http://illtransactions.org/ISO18626/OpenCodeList/AgencyIdTypeList-V2.0";
    assert_eq!(asks.id_type, Open::with_scheme("ISIL", list));
    assert_ne!(asked.header.requesting_agency_request_id, "n-1");
    assert_eq!(asked.bibliographic_info.title.as_deref(), Some("The cloud atlas"));
    let note = asked.service_info.as_ref().and_then(|service| service.note.as_deref()).unwrap();
    assert!(note.contains("as soon as it can be"), "the note is carried: {note}");
    let patron = asked.patron_info.clone().unwrap_or_default();
    assert_eq!(patron.surname, None, "by default the patron stays at home");

    let first = north.next().await;
    assert_eq!(first.reading.edition, Edition::V1_2);
    assert!(first.reading.diagnostics.is_empty(), "{:?}", first.reading.diagnostics);
    let Message::SupplyingAgencyMessage(expect) = first.reading.message else { panic!("no report") };
    assert_eq!(expect.status_info.status, Status::ExpectToSupply);
    assert_eq!(expect.header.requesting_agency_request_id, "n-1");

    let says = |reason, status, at| Message::SupplyingAgencyMessage(report(B, &asked, at, reason, status));
    let does = |what, at| Message::RequestingAgencyMessage(action(A, "n-1", at, what));
    world.say(1, &says(ReasonForMessage::RequestResponse, Status::WillSupply, "2026-03-02T11:00:00Z")).await;
    assert_eq!(north.next_report().await.status_info.status, Status::WillSupply);
    world.say(1, &says(ReasonForMessage::StatusChange, Status::Loaned, "2026-03-02T12:00:00Z")).await;
    assert_eq!(north.next_report().await.status_info.status, Status::Loaned);
    world.say(0, &does(Action::Received, "2026-03-04T12:00:00Z")).await;
    assert_eq!(south.next_action().await.action, Action::Received);
    world.say(0, &does(Action::ShippedReturn, "2026-03-14T12:00:00Z")).await;
    let returned = south.next_action().await;
    assert_eq!(returned.action, Action::ShippedReturn);
    assert_eq!(returned.header.supplying_agency_request_id.as_deref(), Some("ISIL-XX-SOUTH-7"));
    world.say(1, &says(ReasonForMessage::StatusChange, Status::LoanCompleted, "2026-03-16T12:00:00Z")).await;
    assert_eq!(north.next_report().await.status_info.status, Status::LoanCompleted);

    let detail =
        world.until("n-1", |detail| detail.line.phase == "completed" && detail.queue.is_empty()).await;
    assert_eq!(detail.legs.len(), 1);
    assert!(detail.line.incidents.is_empty(), "{:?}", detail.line.incidents);
}

#[tokio::test]
async fn unfilled_goes_on_to_the_next_and_unfilled_ends_the_rota() {
    let world = World::new(&[(A, Edition::V2021_2), (B, Edition::V1_2), (C, Edition::V2021_2)]).await;
    let [north, south, east] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-2", T, &[B, C]))).await;
    let first = south.next_request().await;
    assert_eq!(north.next_report().await.status_info.status, Status::ExpectToSupply);
    let no = |from, about: &_, at| {
        Message::SupplyingAgencyMessage(report(
            from,
            about,
            at,
            ReasonForMessage::RequestResponse,
            Status::Unfilled,
        ))
    };
    world.say(1, &no(B, &first, "2026-03-02T11:00:00Z")).await;
    let second = east.next_request().await;
    assert_ne!(first.header.requesting_agency_request_id, second.header.requesting_agency_request_id);
    world.say(2, &no(C, &second, "2026-03-02T12:00:00Z")).await;
    let detail =
        world.until("n-2", |detail| detail.line.phase == "unfilled" && detail.queue.is_empty()).await;
    assert_eq!(detail.legs.len(), 2);
    let told: Vec<String> = detail
        .timeline
        .iter()
        .flat_map(|step| &step.messages)
        .filter(|message| message.direction == api::model::Direction::Out)
        .filter(|message| message.party.as_deref() == Some("requester"))
        .map(|message| message.text.clone())
        .collect();
    let finals = told.iter().filter(|text| text.starts_with("Unfilled (")).count();
    assert_eq!(finals, 1, "{told:?}");
}

#[tokio::test]
async fn messages_of_a_lane_have_timestamps_that_increase() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2)]).await;
    // To the second: all of the messages below are made within one or two.
    let id = "id = \"north\"\n";
    let file = world.registry(Some(1)).replace(id, &format!("{id}connection.timestamps = \"seconds\"\n"));
    world.apply(file).await;
    let [north, south] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-3", T, &[B]))).await;
    let asked = south.next_request().await;
    for (reason, status) in [
        (ReasonForMessage::RequestResponse, Status::WillSupply),
        (ReasonForMessage::StatusChange, Status::Loaned),
        (ReasonForMessage::StatusChange, Status::Overdue),
    ] {
        world.say(1, &Message::SupplyingAgencyMessage(report(B, &asked, T, reason, status))).await;
    }
    let mut last = None;
    for _ in 0..4 {
        let text = north.next_report().await.header.timestamp;
        assert!(!text.as_str().contains('.'), "{text}");
        let at = text.instant().unwrap();
        assert!(last < Some(at), "{last:?} {at}");
        last = Some(at);
    }
}

#[tokio::test]
async fn what_was_said_to_be_sent_and_never_left_goes_to_the_next_supplier() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2), (C, Edition::V1_2)]).await;
    let [north, south, east] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-9", T, &[B, C]))).await;
    let asked = south.next_request().await;
    assert_eq!(north.next_report().await.status_info.status, Status::ExpectToSupply);
    let says = |reason, status, at| report(B, &asked, at, reason, status);
    let loaned = says(ReasonForMessage::RequestResponse, Status::Loaned, "2026-03-02T11:00:00Z");
    world.say(1, &Message::SupplyingAgencyMessage(loaned)).await;
    assert_eq!(north.next_report().await.status_info.status, Status::Loaned);

    let mut denial = says(ReasonForMessage::StatusChange, Status::Unfilled, "2026-03-02T12:00:00Z");
    denial.message_info.reason_unfilled = Some(iso18626::Open::new("NotOnShelf"));
    world.say(1, &Message::SupplyingAgencyMessage(denial)).await;
    let told = north.next_report().await;
    assert_eq!(told.message_info.reason_for_message, ReasonForMessage::Notification);
    assert_eq!(told.message_info.reason_unfilled.map(|reason| reason.value), Some("NotOnShelf".to_owned()));
    let detail = world.detail("n-9").await;
    assert_eq!(detail.line.phase, "on-loan", "the loan is not ended by it");
    assert!(detail.actions.contains(&"never-left".to_owned()), "{:?}", detail.actions);

    world.act(&detail.line.id, "never-left", serde_json::json!({})).await;
    east.next_request().await;
    let detail = world.until("n-9", |detail| detail.line.phase == "asking").await;
    assert_eq!(detail.line.incidents, []);
}

#[tokio::test]
async fn a_loan_that_the_lender_extends_unasked_is_relayed_in_the_requesters_edition() {
    let world = World::new(&[(A, Edition::V2021_2), (B, Edition::V1_2)]).await;
    let [north, south] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-10", T, &[B]))).await;
    let asked = south.next_request().await;
    north.next_report().await;
    let says = |reason, at, due: &str| {
        let mut message = report(B, &asked, at, reason, Status::Loaned);
        message.status_info.due_date = Some(iso18626::DateTime::from_lexical(due));
        message
    };
    let loaned = says(ReasonForMessage::RequestResponse, "2026-03-02T11:00:00Z", "2026-04-02T11:00:00Z");
    world.say(1, &Message::SupplyingAgencyMessage(loaned)).await;
    north.next_report().await;
    let mut longer = says(ReasonForMessage::RenewResponse, "2026-03-12T11:00:00Z", "2027-03-15T23:59:00Z");
    longer.message_info.answer_yes_no = Some(iso18626::YesNo::Y);
    world.say(1, &Message::SupplyingAgencyMessage(longer)).await;
    let told = north.next_report().await;
    assert_eq!(told.status_info.status, Status::Loaned);
    let due = told.status_info.due_date.and_then(|due| due.instant());
    assert_eq!(due, Some("2027-03-15T23:59:00Z".parse().unwrap()));
    let waits = world.detail("n-10").await.line.waits;
    assert!(waits.iter().any(|wait| wait.timer == "custody/leg-0" && Some(wait.until) > due), "{waits:?}");
}
