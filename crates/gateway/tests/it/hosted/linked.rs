//! A copy that a library elsewhere gives by its link, wherever its system writes that.

use api::model::Ask;
use iso18626::{DeliveryInfo, DeliveryMethod, Message, ReasonForMessage, Status};
use persistence::{EngineKind, MemoryDisk};

use super::world::{PATRON, manual, world};
use crate::broker::{Edition, report};

const WEST: &str = "ISIL:XX-WEST";
const LINK: &str = "https://copies.example.org/get?a=1&b=2";

#[tokio::test]
async fn a_hosted_patron_gets_the_link_that_came_as_an_item_s_id() {
    for (edition, status, service) in [
        (Edition::V1_2, Status::CopyCompleted, "Copy"),
        (Edition::V2021_2, Status::CopyCompleted, "Copy"),
        // Some systems lend whatever they send.
        (Edition::V1_2, Status::Loaned, "Copy"),
        (Edition::V2021_2, Status::Loaned, "Copy"),
        (Edition::V2021_2, Status::Loaned, "CopyOrLoan"),
    ] {
        let disk = MemoryDisk::new();
        let world = world(&manual("north"), EngineKind::Memory(disk.clone()), disk, &[(WEST, edition)]).await;
        let ask = Ask {
            library: "north".to_owned(),
            patron: PATRON.to_owned(),
            service: Some(service.to_owned()),
            title: Some("Journal of Tides".to_owned()),
            ..Ask::default()
        };
        let answer = world.ask("requests", &ask).await;
        let done: api::model::Done = serde_json::from_slice(&answer.body).unwrap();
        let asked = world.peers[0].next_request().await;
        let reason = ReasonForMessage::RequestResponse;
        let mut copy = report(WEST, &asked, "2026-03-02T11:00:00Z", reason, status.clone());
        copy.delivery_info = Some(DeliveryInfo {
            date_sent: copy.status_info.last_change.clone(),
            item_id: vec![LINK.to_owned()],
            delivery_method: Some(DeliveryMethod::URL.into()),
            ..DeliveryInfo::default()
        });
        world.say(0, &Message::SupplyingAgencyMessage(copy)).await;
        let detail = world.until_phase(&done.request.id, "completed").await;
        assert_eq!(detail.copy.as_deref(), Some(LINK), "{edition} {status}");
        assert!(detail.volumes.is_empty(), "{edition} {status}: {:?}", detail.volumes);
        let broker = world.related(&done.request.id, "brokering", None).await;
        assert!(world.until_phase(&broker, "completed").await.line.incidents.is_empty());
        assert!(detail.line.incidents.is_empty(), "{edition} {status}: {:?}", detail.line.incidents);
    }
}
