//! Who is asked: by what was lent and borrowed, and who is closed.

use iso18626::{Edition, Message, ReasonForMessage, Status};
use jiff::{SignedDuration, ToSpan, tz::TimeZone};
use net::{Clock, RealClock, timeout};

use super::{
    peer::TIMEOUT,
    words::{report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

async fn world() -> World {
    World::new(&[(A, Edition::V1_2), (B, Edition::V1_2), (C, Edition::V1_2)]).await
}

/// Asks for something that nobody is named for; who is asked, and what is said of each in the rota.
async fn ask(world: &World, id: &str) -> (String, Vec<(String, String)>) {
    world.say(0, &Message::Request(request(A, id, T, &[]))).await;
    let detail = world.until(id, |detail| !detail.legs.is_empty()).await;
    (detail.legs[0].peer.clone(), detail.rota.into_iter().map(|line| (line.peer, line.why)).collect())
}

#[tokio::test]
async fn lending_is_spread_and_what_was_lent_before_a_restart_counts() {
    let mut world = world().await;
    let mut asked = Vec::new();
    for number in 0..10 {
        asked.push(ask(&world, &format!("r-{number}")).await.0);
    }
    let south = asked.iter().filter(|peer| *peer == "south").count();
    assert_eq!(south, 5, "who has a request to answer is not asked before who has none: {asked:?}");

    let preview: api::model::Rota = world.get("peers/north/rota").await;
    let said: Vec<_> =
        preview.lenders.iter().map(|lender| (lender.line.peer.as_str(), lender.open)).collect();
    assert!(said.contains(&("south", 5)) && said.contains(&("east", 5)), "{preview:?}");
    let own = preview.lenders.iter().find(|lender| lender.line.peer == "north");
    assert!(own.is_none() && preview.nobody.is_none(), "{preview:?}");

    // All of south's are shipped, and east's are still to be answered.
    for _ in 0..5 {
        let got = world.peers[1].next_request().await;
        let says = report(B, &got, T, ReasonForMessage::RequestResponse, Status::Loaned);
        world.say(1, &Message::SupplyingAgencyMessage(says)).await;
    }
    world.stop().await;
    world.disk.crash();
    world.start().await;
    // They are counted beside what comes in.
    let counted = async {
        loop {
            let preview: api::model::Rota = world.get("peers/north/rota").await;
            let of =
                |id: &str| preview.lenders.iter().find(|lender| lender.line.peer == id).cloned().unwrap();
            let (south, east) = (of("south"), of("east"));
            if (south.lent, south.open, east.lent, east.open) == (5, 0, 0, 5) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(&RealClock, TIMEOUT, counted).await.expect("what was lent before counts");
}

#[tokio::test]
async fn a_lender_that_is_closed_is_asked_where_nobody_else_is_left_and_has_its_time_after_that() {
    let world = world().await;
    let today = world.clock.now().to_zoned_datetime(TimeZone::UTC).date();
    let (from, to) = (today.saturating_sub(1.day()), today.saturating_add(2.days()));
    let closed = format!(
        "calendar.time_zone = \"UTC\"\ncalendar.closures = [{{ from = {from}, to = {to}, what = \"stocktaking\" }}]\n"
    );
    let file = world.registry(Some(1)).replace("id = \"south\"\n", &format!("id = \"south\"\n{closed}"));
    world.apply(file).await;

    world.say(0, &Message::Request(request(A, "r-1", T, &[]))).await;
    let first = world.peers[2].next_request().await;
    assert_eq!(world.peers[1].count(), 0, "who is open is asked first");
    world.peers[0].next_report().await;
    let says = report(C, &first, T, ReasonForMessage::RequestResponse, Status::Unfilled);
    world.say(2, &Message::SupplyingAgencyMessage(says)).await;
    world.peers[1].next_request().await;
    let told = async {
        loop {
            let note = world.peers[0].next_report().await.message_info.note.unwrap_or_default();
            if note.contains(&format!("closed until {to}")) {
                return;
            }
        }
    };
    timeout(&RealClock, TIMEOUT, told).await.expect("the requester is told");
    let wait = |detail: &api::model::RequestDetail| {
        let wait = detail.line.waits.iter().find(|wait| wait.why.contains("must answer"))?;
        Some((wait.until, wait.why.clone()))
    };
    let detail = world.until("r-1", |detail| wait(detail).is_some()).await;
    let (until, why) = wait(&detail).unwrap();
    assert!(
        until > world.clock.now() + SignedDuration::from_hours(48) && why.contains("closed until"),
        "{until} {why}"
    );
    let closed = detail.rota.iter().find(|line| line.peer == "south").unwrap();
    assert!(closed.why.contains("closed for 3 days"), "{closed:?}");
}
