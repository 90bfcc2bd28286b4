//! Requests whose supplier answers by a message and never by a confirmation.

use iso18626::{Action, Edition, Message, ReasonForMessage, Status};

use super::{
    peer::Mood,
    words::{action, report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const T: &str = "2026-03-02T10:00:00Z";

#[tokio::test]
async fn an_answered_request_is_not_sent_again_and_holds_nothing_up() {
    // Whatever the supplier says first: it has the request.
    for (id, reason, first) in [
        ("m-1", ReasonForMessage::RequestResponse, Status::WillSupply),
        ("m-2", ReasonForMessage::RequestResponse, Status::ExpectToSupply),
        ("m-3", ReasonForMessage::RequestResponse, Status::Loaned),
        ("m-4", ReasonForMessage::Notification, Status::Unknown(String::new())),
    ] {
        let world = World::new(&[(A, Edition::V1_2), (B, Edition::V2021_2)]).await;
        let file = world.registry(Some(1)).replace("retry.first = \"1s\"", "retry.first = \"20m\"");
        world.apply(file).await;
        world.peers[1].set_mood(Mood::Mute);
        world.say(0, &Message::Request(request(A, id, T, &[B]))).await;
        let asked = world.peers[1].next_request().await;
        world.say(1, &Message::SupplyingAgencyMessage(report(B, &asked, T, reason, first.clone()))).await;
        let waits = world.until(id, |detail| detail.queue.iter().all(|it| it.peer != "south")).await;
        let said = waits.timeline.iter().flat_map(|step| &step.inputs).map(|input| input.text.as_str());
        assert!(
            said.clone().any(|text| text.contains("answered by a message")),
            "{:?}",
            said.collect::<Vec<_>>()
        );
        world.peers[1].set_mood(Mood::Taking);
        if first != Status::Loaned {
            let lends =
                report(B, &asked, "2026-03-02T11:00:00Z", ReasonForMessage::StatusChange, Status::Loaned);
            world.say(1, &Message::SupplyingAgencyMessage(lends)).await;
        }
        world.say(0, &Message::RequestingAgencyMessage(action(A, id, T, Action::Received))).await;
        // Whatever else was on its way: no second request.
        assert_eq!(world.peers[1].next_action().await.action, Action::Received, "{id}");
    }
}
