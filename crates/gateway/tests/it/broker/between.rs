//! What stands between a requester and its suppliers: a request that went on from the member it was addressed to, what is not believed, and a
//! rota that can ask nobody.

use iso18626::{Action, Edition, Message, Open, ReasonForMessage, Status, SupplierInfo};

use super::{
    words::{action, agency, report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

#[tokio::test]
async fn a_member_addressed_request_that_went_on_is_returned_to_the_library_that_lends() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2), (C, Edition::V1_2)]).await;
    let file = world.registry(Some(1)).replace("[broker]\n", "[broker]\naddressed = \"goes-on\"\n");
    world.apply(file).await;
    let [north, south, east] = world.peers.as_slice() else { unreachable!() };
    let mut asks = request(A, "n-1", T, &[C]);
    asks.header.supplying_agency_id = Some(agency(B));
    world.say(0, &Message::Request(asks)).await;
    let first = south.next_request().await;
    let no = report(B, &first, T, ReasonForMessage::RequestResponse, Status::Unfilled);
    world.say(1, &Message::SupplyingAgencyMessage(no)).await;
    let second = east.next_request().await;
    let lent = report(C, &second, T, ReasonForMessage::RequestResponse, Status::Loaned);
    world.say(2, &Message::SupplyingAgencyMessage(lent)).await;
    let told = loop {
        let told = north.next_report().await;
        if told.status_info.status == Status::Loaned {
            break told;
        }
    };
    assert_eq!(told.header.supplying_agency_id.value, "XX-SOUTH", "the header stays");
    assert!(told.message_info.note.unwrap().contains("ISIL:XX-EAST"), "who lends is said");
    for (what, at) in
        [(Action::Received, "2026-03-04T10:00:00Z"), (Action::ShippedReturn, "2026-03-14T10:00:00Z")]
    {
        let mut does = action(A, "n-1", at, what.clone());
        does.header.supplying_agency_id = agency(B);
        world.say(0, &Message::RequestingAgencyMessage(does)).await;
        assert_eq!(east.next_action().await.action, what);
    }
    assert_eq!(south.count(), 1, "the first library hears no more of it");
}

#[tokio::test]
async fn what_is_not_believed_goes_on_when_staff_say_that_it_is_so() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2)]).await;
    let [north, south] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-2", T, &[B]))).await;
    let asked = south.next_request().await;
    assert_eq!(north.next_report().await.status_info.status, Status::ExpectToSupply);
    let back = report(B, &asked, T, ReasonForMessage::RequestResponse, Status::LoanCompleted);
    world.say(1, &Message::SupplyingAgencyMessage(back)).await;
    let told = north.next_report().await;
    assert_eq!(told.status_info.status, Status::ExpectToSupply);
    let note = told.message_info.note.unwrap();
    assert!(note.contains("ISIL:XX-SOUTH, says LoanCompleted"), "{note}");
    let detail = world.detail("n-2").await;
    assert!(detail.line.incidents[0].text.contains("says LoanCompleted"), "{:?}", detail.line.incidents);
    for act in ["was-lent", "was-not-lent"] {
        assert!(detail.actions.contains(&act.to_owned()), "{:?}", detail.actions);
    }
    world.act(&detail.line.id, "was-lent", serde_json::json!({})).await;
    assert_eq!(north.next_report().await.status_info.status, Status::Loaned);
    assert_eq!(north.next_report().await.status_info.status, Status::LoanCompleted);
    let detail = world.until("n-2", |detail| detail.line.phase == "completed").await;
    assert_eq!(detail.line.incidents, []);
}

#[tokio::test]
async fn a_supplier_that_nobody_knows_is_told_as_unknown_and_a_rota_of_none_says_why() {
    let world = World::new(&[(A, Edition::V1_2)]).await;
    let [north] = world.peers.as_slice() else { unreachable!() };
    let mut asks = request(A, "n-3", T, &[]);
    asks.supplier_info = vec![SupplierInfo {
        supplier_code: Some(iso18626::AgencyId {
            id_type: Open::new("ISIL"),
            value: "XX-NOWHERE".to_owned(),
        }),
        ..SupplierInfo::default()
    }];
    world.say(0, &Message::Request(asks)).await;
    let told = north.next_report().await;
    assert_eq!(told.status_info.status, Status::Unfilled);
    let note = told.message_info.note.unwrap();
    assert!(note.contains("ISIL:XX-NOWHERE: no library here has this symbol"), "{note}");
    let detail = world.detail("n-3").await;
    assert_eq!(detail.rota.len(), 1);
    assert!(
        detail.rota[0].place.is_none() && detail.rota[0].symbol == "ISIL:XX-NOWHERE",
        "{:?}",
        detail.rota
    );

    world.say(0, &Message::Request(request(A, "n-4", T, &[]))).await;
    let note = north.next_report().await.message_info.note.unwrap();
    assert!(note.starts_with("No library could be asked: "), "{note}");
    let detail = world.detail("n-4").await;
    let located = detail.timeline.iter().flat_map(|step| &step.inputs).find(|input| input.kind == "located");
    assert!(located.unwrap().text.starts_with("0 libraries considered: "), "{located:?}");
}
