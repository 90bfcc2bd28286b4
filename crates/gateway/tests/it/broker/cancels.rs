//! A Cancel that comes again, as a broker that repeats what it passes on sends it: under another date, while the first waits for its answer.

use iso18626::{Action, Edition, Message, ReasonForMessage, Request, Status, SupplyingAgencyMessage, YesNo};

use super::{
    peer::Peer,
    words::{BROKER, action, agency, report, request},
    world::World,
};

const NORTH: &str = "ISIL:XX-NORTH";
const SOUTH: &str = "ISIL:XX-SOUTH";
const EAST: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

/// North has asked south and then east, and sees its suppliers' symbols where it is told to.
async fn asked(north_is: &str) -> (World, Request) {
    let peers = [(NORTH, Edition::V2021_2), (SOUTH, Edition::V2021_2), (EAST, Edition::V2021_2)];
    let world = World::new(&peers).await;
    let file = world.registry(Some(1)).replace("id = \"north\"", &format!("id = \"north\"\n{north_is}"));
    world.apply(file).await;
    world.say(0, &Message::Request(request(NORTH, "n-1", T, &[SOUTH, EAST]))).await;
    let about = world.peers[1].next_request().await;
    assert_eq!(world.peers[0].next_report().await.status_info.status, Status::ExpectToSupply);
    (world, about)
}

/// North cancels with somebody at this minute.
async fn cancel(world: &World, with: &str, minute: u32) {
    let mut cancel = action(NORTH, "n-1", &format!("2026-03-02T11:{minute:02}:00Z"), Action::Cancel);
    cancel.header.supplying_agency_id = agency(with);
    world.say(0, &Message::RequestingAgencyMessage(cancel)).await;
}

/// South answers a Cancel.
async fn answer(world: &World, about: &Request, minute: u32, answer: YesNo, status: Status) {
    let at = format!("2026-03-02T12:{minute:02}:00Z");
    let mut told = report(SOUTH, about, &at, ReasonForMessage::CancelResponse, status);
    told.message_info.answer_yes_no = Some(answer);
    world.say(1, &Message::SupplyingAgencyMessage(told)).await;
}

/// What a requester is told of its Cancel.
fn outcome(told: &SupplyingAgencyMessage) -> (ReasonForMessage, Option<YesNo>) {
    (told.message_info.reason_for_message.clone(), told.message_info.answer_yes_no.clone())
}

/// South is sent one Cancel, however often north sends it.
async fn one_cancel(south: &Peer) {
    assert_eq!(south.next_action().await.action, Action::Cancel);
}

#[tokio::test]
async fn a_cancel_again_while_the_first_waits_is_not_passed_on_and_has_the_same_answer() {
    let (world, about) = asked("").await;
    let [north, south, east] = world.peers.as_slice() else { unreachable!() };
    cancel(&world, BROKER, 0).await;
    one_cancel(south).await;
    cancel(&world, BROKER, 1).await;
    answer(&world, &about, 0, YesNo::Y, Status::Cancelled).await;
    assert_eq!(outcome(&north.next_report().await), (ReasonForMessage::CancelResponse, Some(YesNo::Y)));
    world.until("n-1", |detail| detail.line.phase == "cancelled" && detail.queue.is_empty()).await;
    assert_eq!((north.count(), south.count(), east.count()), (2, 2, 0));
}

#[tokio::test]
async fn after_a_no_to_a_cancel_that_came_again_another_one_is_passed_on() {
    let (world, about) = asked("").await;
    let [north, south, east] = world.peers.as_slice() else { unreachable!() };
    cancel(&world, BROKER, 0).await;
    one_cancel(south).await;
    cancel(&world, BROKER, 1).await;
    answer(&world, &about, 0, YesNo::N, Status::WillSupply).await;
    assert_eq!(outcome(&north.next_report().await), (ReasonForMessage::CancelResponse, Some(YesNo::N)));
    world.until("n-1", |detail| detail.line.phase == "asking" && detail.queue.is_empty()).await;
    assert_eq!((north.count(), south.count()), (2, 2));

    cancel(&world, BROKER, 2).await;
    one_cancel(south).await;
    answer(&world, &about, 1, YesNo::Y, Status::Cancelled).await;
    assert_eq!(outcome(&north.next_report().await), (ReasonForMessage::CancelResponse, Some(YesNo::Y)));
    world.until("n-1", |detail| detail.line.phase == "cancelled" && detail.queue.is_empty()).await;
    assert_eq!((north.count(), south.count(), east.count()), (3, 3, 0));
}

/// All that north hears when it asks so often for the next supplier, until that one is asked.
async fn next_supplier(cancels: u32) -> Vec<(ReasonForMessage, Status)> {
    let (world, about) = asked("connection.face = \"transparent\"\nconnection.dialect = \"reshare\"").await;
    let [north, south, east] = world.peers.as_slice() else { unreachable!() };
    cancel(&world, SOUTH, 0).await;
    one_cancel(south).await;
    for again in 1..cancels {
        cancel(&world, SOUTH, again).await;
    }
    answer(&world, &about, 0, YesNo::Y, Status::Cancelled).await;
    east.next_request().await;
    world.until("n-1", |detail| detail.line.phase == "asking" && detail.queue.is_empty()).await;
    assert_eq!((south.count(), east.count()), (2, 1));
    let mut heard = Vec::new();
    while heard.len() + 1 < north.count() {
        let told = north.next_report().await;
        heard.push((told.message_info.reason_for_message, told.status_info.status));
    }
    heard
}

#[tokio::test]
async fn a_cancel_again_that_asks_for_the_next_supplier_asks_for_one() {
    let once = next_supplier(1).await;
    let answers = once.iter().filter(|(reason, _)| *reason == ReasonForMessage::CancelResponse).count();
    assert_eq!(answers, 1, "{once:?}");
    assert_eq!(next_supplier(3).await, once);
}
