//! The link of a copy, on its way between libraries of both editions.

use iso18626::{DeliveryInfo, DeliveryMethod, Edition, Message, ReasonForMessage, ServiceType, Status};

use super::{
    words::{report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const LINK: &str = "https://copies.example.org/get?a=1&b=2";
const WRITTEN: &str = "https://copies.example.org/get?a=1&amp;b=2";

#[tokio::test]
async fn a_copy_s_link_arrives_where_the_requester_s_edition_has_it() {
    let (first, second) = (Edition::V1_2, Edition::V2021_2);
    let in_item_id = DeliveryInfo { item_id: vec![LINK.to_owned()], ..DeliveryInfo::default() };
    let in_url = DeliveryInfo { url: Some(LINK.to_owned()), ..DeliveryInfo::default() };
    let item_id = (format!("<itemId>{WRITTEN}</itemId><sentVia"), ">URL</sentVia>");
    let url = (format!("<URL>{WRITTEN}</URL><deliveryMethod"), ">URL</deliveryMethod>");
    for (requester, supplier, sent, arrives) in [
        (first, first, &in_item_id, &item_id),
        (second, first, &in_item_id, &url),
        (second, second, &in_item_id, &url),
        (first, second, &in_item_id, &item_id),
        (first, second, &in_url, &item_id),
        (second, second, &in_url, &url),
    ] {
        let world = World::new(&[(A, requester), (B, supplier)]).await;
        let [north, south] = world.peers.as_slice() else { unreachable!() };
        let mut asks = request(A, "n-1", "2026-03-02T10:00:00Z", &[B]);
        asks.service_info.as_mut().unwrap().service_type = ServiceType::Copy;
        world.say(0, &Message::Request(asks)).await;
        let asked = south.next_request().await;
        assert_eq!(north.next_report().await.status_info.status, Status::ExpectToSupply);
        let reason = ReasonForMessage::RequestResponse;
        let mut copy = report(B, &asked, "2026-03-02T11:00:00Z", reason, Status::CopyCompleted);
        let date_sent = copy.delivery_info.take().unwrap().date_sent;
        let delivery_method = Some(DeliveryMethod::URL.into());
        copy.delivery_info = Some(DeliveryInfo { date_sent, delivery_method, ..sent.clone() });
        world.say(1, &Message::SupplyingAgencyMessage(copy)).await;
        let told = String::from_utf8(north.next().await.bytes).unwrap();
        assert!(told.contains(&arrives.0) && told.contains(arrives.1), "{supplier} to {requester}: {told}");
        assert_eq!(told.matches(WRITTEN).count(), 1, "{told}");
    }
}
