//! What staff do about a barcode that was scanned wrongly, a date that moves unasked, a step that waits, and an ILS that is well but cannot do
//! one thing.

use api::model::{Peers, RequestDetail};
use jiff::SignedDuration;
use persistence::{EngineKind, MemoryDisk};
use serde_json::json;
use simulator::ils::{Dialect, Failure, Fault, Refusal, Service};

use super::{
    ils::{ils, library},
    pair::{ITEM, Pair, Tells},
    world::world,
};
use crate::broker::World;

const BOOK: &str = "[[item]]\nbarcode = \"S-1\"\ntitle = \"Dune\"\n";

fn waits_to_leave(detail: &RequestDetail) -> bool {
    detail.line.waits.iter().any(|wait| wait.timer == "undo")
}

fn has_incident(detail: &RequestDetail, slug: &str) -> bool {
    detail.line.incidents.iter().any(|incident| incident.slug == slug)
}

/// A request on the pull list of a lender that has a minute to undo a scan.
async fn asked(south: &simulator::ils::IlsServer) -> (World, String, String) {
    let north = ils(Dialect::Koha, "NORTH", "").await;
    let disk = MemoryDisk::new();
    let registry = library("north", "koha", &north)
        + &library("south", "koha", south)
        + "[library.hosted]\nundo_window = \"60s\"\n";
    let world = world(&registry, EngineKind::Memory(disk.clone()), disk, &[]).await;
    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    (world, borrowing, lending)
}

#[tokio::test]
async fn a_barcode_scanned_wrongly_is_replaced_and_the_requester_never_hears_of_it() {
    let south = ils(Dialect::Koha, "SOUTH", BOOK).await;
    let (world, borrowing, lending) = asked(&south).await;
    world.act(&lending, "ship", json!({ "volumes": ["NO-SUCH-BOOK"] })).await;
    world.until(&lending, |it| has_incident(it, "ils.step-failed")).await;
    world.act(&lending, "ship", json!({ "volumes": ["S-1"], "instead-of": ["NO-SUCH-BOOK"] })).await;
    let detail = world.until(&lending, waits_to_leave).await;
    assert_eq!(detail.line.incidents, []);
    assert_ne!(world.detail(&borrowing).await.line.phase, "shipped", "nothing is said yet");
    world.clock.advance(SignedDuration::from_secs(61));
    let detail = world.until_phase(&borrowing, "shipped").await;
    let barcodes: Vec<_> = detail.volumes.iter().map(|volume| volume.barcode.as_deref()).collect();
    assert_eq!(barcodes, [Some("S-1")]);
}

#[tokio::test]
async fn a_scan_is_undone_in_time_and_its_check_out_with_it() {
    let south = ils(Dialect::Koha, "SOUTH", BOOK).await;
    let (world, borrowing, lending) = asked(&south).await;
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    world.until(&lending, waits_to_leave).await;
    assert_eq!(south.holdings().loans().count(), 1);
    world.act(&lending, "unship", json!({})).await;
    let detail = world.until(&lending, |it| it.asked.is_empty() && it.queue.is_empty()).await;
    assert_eq!((detail.line.phase.as_str(), waits_to_leave(&detail)), ("on-pull-list", false));
    assert_eq!(south.holdings().loans().count(), 0, "the ILS has taken it back");
    world.clock.advance(SignedDuration::from_secs(61));
    assert_ne!(world.detail(&borrowing).await.line.phase, "shipped");
}

#[tokio::test]
async fn a_loan_that_the_lender_extends_runs_longer_for_the_patron_too() {
    let pair = Pair::of(Dialect::Koha, Dialect::Koha, Tells::Nothing).await;
    let world = &pair.world;
    let (borrowing, lending) = pair.shelved(&[ITEM]).await;
    world.act(&borrowing, "pick-up", json!({})).await;
    let detail = pair.until_volumes(&borrowing, &["checked-out"]).await;
    let detail = world.until(&detail.line.id, |it| it.asked.is_empty()).await;
    let before = detail.volumes[0].due.unwrap();
    world.act(&lending, "extend", json!({ "due": "2029-03-15" })).await;
    let later = |it: &RequestDetail| it.volumes[0].due.is_some_and(|due| due > before);
    let detail = world.until(&borrowing, |it| later(it) && it.asked.is_empty()).await;
    assert_eq!(detail.line.incidents, []);
    assert_eq!(pair.north.holdings().carried_out(Service::RenewItem), 1, "the borrower's ILS follows");
    assert_eq!(pair.south.holdings().carried_out(Service::RenewItem), 1);
    pair.are_sound();
}

#[tokio::test]
async fn an_ils_that_is_well_and_cannot_do_one_thing_goes_on_with_the_rest() {
    let south = ils(Dialect::Koha, "SOUTH", BOOK).await;
    let (world, borrowing, lending) = asked(&south).await;
    south.fail(Failure::always(Service::CheckOutItem, Fault::Refuse(Refusal::TemporaryProcessingFailure)));
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    let detail = world.until(&lending, |it| has_incident(it, "ils.step-failed")).await;
    assert!(
        ["retry-step", "done-by-hand", "give-up"].iter().all(|act| detail.actions.iter().any(|it| it == act))
    );
    let peers: Peers = world.get("peers").await;
    let queues = serde_json::to_string(&peers).unwrap();
    assert!(!queues.contains("\"open\""), "no circuit is open: {queues}");
    south.heal();
    let step = detail.asked[0].clone();
    world.act(&lending, "retry-step", json!({ "step": step })).await;
    world.until(&lending, waits_to_leave).await;
    world.clock.advance(SignedDuration::from_secs(61));
    world.until_phase(&borrowing, "shipped").await;
}

#[tokio::test]
async fn what_waits_for_an_ils_is_done_by_hand_and_asked_no_more() {
    let south = ils(Dialect::Koha, "SOUTH", BOOK).await;
    let (world, borrowing, lending) = asked(&south).await;
    south.fail(Failure::always(Service::CheckOutItem, Fault::Http(503)));
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    let waits =
        |it: &RequestDetail| it.queue.iter().any(|line| line.attempts > 0 && line.last_error.is_some());
    testkit::until("the ILS was asked in vain", async || waits(&world.detail(&lending).await)).await;
    let detail = world.detail(&lending).await;
    let step = detail.asked[0].clone();
    world.act(&lending, "done-by-hand", json!({ "step": step })).await;
    let detail = world.until(&lending, |it| it.queue.is_empty() && waits_to_leave(it)).await;
    assert_eq!(detail.line.incidents, []);
    world.clock.advance(SignedDuration::from_secs(61));
    world.until_phase(&borrowing, "shipped").await;
    assert_eq!(south.holdings().loans().count(), 0, "the ILS was not asked once more");
}
