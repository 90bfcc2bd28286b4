//! Another broker beside ours with the habits of real ones: one that forgets what it lent, and one that puts a second request in place of a
//! cancelled one. And cancels that it took and never answers.

use api::model::RequestDetail;
use iso18626::{Action, Edition, Message, ReasonForMessage, Status, SupplyingAgencyMessage, YesNo};
use jiff::SignedDuration;
use simulator::{Conversation, Direction, FlowEntry, NewRequest};

use super::{
    matrix::{PLAYS, Place, Play, SOON, Two, plays},
    words::{action, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
/// The other broker.
const O: &str = "ISIL:XX-OTHER";
const T: &str = "2026-03-02T10:00:00Z";
/// Longer than a library has to answer a cancel, whatever day it is.
const GRACE: SignedDuration = SignedDuration::from_hours(24 * 5);

const fn play(title: &'static str, supplier: &'static str, requester: &'static str, ends: Status) -> Play {
    Play { asks: NewRequest::loan, title, supplier, requester, ends }
}

/// Waits until the requester's cancel is with the other broker, which has confirmed it, and lets its time run out.
async fn grace_runs_out(two: &Two, talk: &Conversation) {
    let is_with_it = |detail: &RequestDetail| detail.line.phase == "cancelling" && detail.queue.is_empty();
    two.world.until(&talk.id(), is_with_it).await;
    two.world.clock.advance(GRACE);
}

/// The next message to the requester whose note says this.
async fn heard(talk: &Conversation, words: &str) -> SupplyingAgencyMessage {
    let says = |heard: &SupplyingAgencyMessage| {
        heard.message_info.note.as_ref().is_some_and(|note| note.contains(words))
    };
    talk.wait_for(words, SOON, says).await.unwrap()
}

/// What the requester hears of its cancel.
async fn answer(talk: &Conversation) -> (Option<YesNo>, Status) {
    let heard = talk.wait_for_reason(ReasonForMessage::CancelResponse, SOON).await.unwrap();
    (heard.message_info.answer_yes_no, heard.status_info.status)
}

#[tokio::test]
async fn a_broker_that_forgets_what_it_lent_still_copies_refuses_and_cancels() {
    plays("habits = [\"forgets\"]", &PLAYS[1..]).await;
}

#[tokio::test]
async fn a_loan_that_the_broker_below_forgot_stands_and_is_shown_to_staff() {
    let two = Two::start("habits = [\"forgets\"]").await;
    let loan = play("Forgotten below", "will-supply, loaned due +14d", "received on loaned", Status::Loaned);
    let talk = two.play(Place::Below, &loan).await;
    talk.wait_for_status(Status::Loaned, SOON).await.unwrap();
    let refused = |detail: &RequestDetail| {
        detail.line.incidents.iter().any(|incident| incident.slug == "supplier.refused")
    };
    let detail = two.world.until(&talk.id(), refused).await;
    assert_eq!(detail.line.phase, "on-loan");
    let told = heard(&talk, "did not take Received").await;
    assert_eq!(told.status_info.status, Status::Loaned, "the loan stands");
}

#[tokio::test]
async fn what_the_broker_above_forgot_ends_all_the_same_and_is_shown_to_staff() {
    let two = Two::start("habits = [\"forgets\"]").await;
    let lends = "will-supply, loaned due +14d, loan-completed after 50ms";
    let talk =
        two.play(Place::Above, &play("Forgotten above", lends, "received on overdue", Status::Loaned)).await;
    talk.wait_for_status(Status::Loaned, SOON).await.unwrap();
    let is_request = |entry: &FlowEntry| entry.direction == Direction::Out && entry.kind == "request";
    let asked = two.union.flow().entries().into_iter().find(is_request).and_then(|it| it.request).unwrap();
    let refused = |detail: &RequestDetail| {
        detail.line.incidents.iter().any(|incident| incident.slug == "requester.refused")
    };
    two.world.until(&asked, |detail| detail.line.phase == "completed").await;
    // A message about a request that is not known so soon may only be early: it is sent again for a while.
    testkit::until("it is given up", async || {
        two.world.clock.advance(SignedDuration::from_mins(1));
        refused(&two.world.detail(&asked).await)
    })
    .await;
}

#[tokio::test]
async fn a_broker_that_replaces_what_is_cancelled_is_asked_and_asks() {
    plays("habits = [\"replaces\"]", &PLAYS).await;
}

#[tokio::test]
async fn a_broker_that_only_says_that_it_has_what_was_cancelled_is_cancelled_again_and_shown_to_staff() {
    let two = Two::start("habits = [\"replaces\"]").await;
    let cancel = play("Replaced", "silent", "cancel on expect-to-supply", Status::Cancelled);
    let talk = two.play(Place::Below, &cancel).await;
    grace_runs_out(&two, &talk).await;
    let raised = |detail: &RequestDetail, slug: &str, text: &str| {
        detail.line.incidents.iter().any(|it| it.slug == slug && it.text.contains(text))
    };
    let sent_again = |detail: &RequestDetail| {
        raised(detail, "supplier.quiet", "the cancel was sent again") && detail.queue.is_empty()
    };
    assert_eq!(two.world.until(&talk.id(), sent_again).await.line.phase, "cancelling", "that is no answer");
    two.world.clock.advance(GRACE);
    assert_eq!(answer(&talk).await, (Some(YesNo::Y), cancel.ends));
    let detail = two.world.until(&talk.id(), |detail| detail.line.phase == "cancelled").await;
    assert!(raised(&detail, "supplier.quiet", ""), "it may lend all the same");
    let asked = two.isle.flow().entries().into_iter().find_map(|entry| entry.request).unwrap();
    two.isle.play_now(&asked, "loaned due +14d").await.unwrap();
    two.world.until(&talk.id(), |detail| raised(detail, "loan.after-end", "")).await;
}

#[tokio::test]
async fn a_cancel_that_ends_as_a_broker_s_no_is_answered_yes() {
    for union in ["face = \"opaque\"", "face = \"transparent\"", "habits = [\"doubles\"]"] {
        let two = Two::start(union).await;
        let no = "will-supply, unfilled NotOnShelf on cancel";
        let above = play("A no above", no, "cancel on will-supply", Status::Cancelled);
        let talk = two.play(Place::Above, &above).await;
        assert_eq!(answer(&talk).await, (Some(YesNo::Y), Status::Cancelled), "{union}: asks ours");

        let below = play("A no below", no, "cancel on will-supply", Status::Cancelled);
        let talk = two.play(Place::Below, &below).await;
        // It tells the no as news and answers nothing.
        talk.wait_for_status(Status::WillSupply, SOON).await.unwrap();
        talk.wait_for_reason(ReasonForMessage::Notification, SOON).await.unwrap();
        grace_runs_out(&two, &talk).await;
        assert_eq!(answer(&talk).await, (Some(YesNo::Y), Status::Cancelled), "{union}: is asked by ours");
    }
}

#[tokio::test]
async fn a_broker_that_answers_neither_the_cancel_nor_the_question_is_left_to_the_clock_and_staff() {
    let world = World::new(&[(A, Edition::V2021_2), (O, Edition::V2021_2)]).await;
    let file = world.registry(Some(1)).replace("id = \"other\"", "id = \"other\"\nkind = \"broker\"");
    world.apply(file).await;
    let [north, other] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-1", T, &[O]))).await;
    other.next_request().await;
    assert_eq!(north.next_report().await.status_info.status, Status::ExpectToSupply);
    let cancel = action(A, "n-1", "2026-03-02T11:00:00Z", Action::Cancel);
    world.say(0, &Message::RequestingAgencyMessage(cancel)).await;
    for asks in [Action::Cancel, Action::StatusRequest] {
        assert_eq!(other.next_action().await.action, asks);
        world.until("n-1", |detail| detail.queue.is_empty()).await;
        world.clock.advance(GRACE);
    }
    let told = north.next_report().await;
    assert_eq!(told.message_info.reason_for_message, ReasonForMessage::CancelResponse);
    assert_eq!(told.message_info.answer_yes_no, Some(YesNo::Y));
    let detail = world.until("n-1", |detail| detail.line.phase == "cancelled").await;
    let raised: Vec<_> = detail.line.incidents.iter().map(|incident| incident.slug.as_str()).collect();
    assert_eq!(raised, ["supplier.quiet"], "it may have passed the request on");
}
