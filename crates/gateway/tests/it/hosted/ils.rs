//! Libraries whose ILS speaks NCIP: what it is asked, and what is not done twice when its answer is lost.

use std::time::Duration;

use api::model::RequestDetail;
use persistence::{EngineKind, MemoryDisk};
use serde_json::json;
use simulator::{
    SimClock,
    ils::{Dialect, Failure, Fault, IlsOptions, IlsServer, Refusal, Service, Stock},
};

use super::world::{PATRON, world};

/// How long an ILS is waited for.
const SOON: Duration = Duration::from_secs(20);

/// An ILS with the patron, the library's partners, and a book.
pub(super) async fn ils(dialect: Dialect, agency: &str, items: &str) -> IlsServer {
    let stock = Stock::parse(&format!(
        "[[patron]]\nbarcode = \"{PATRON}\"\nsurname = \"Reader\"\n\
         [[patron]]\nbarcode = \"ILL-OTHERS\"\nsurname = \"Other libraries\"\n{items}"
    ))
    .unwrap();
    let mut options = IlsOptions::new(dialect, agency);
    options.patrons = stock.patrons;
    options.items = stock.items;
    IlsServer::start(options, SimClock::real()).await.unwrap()
}

pub(super) fn library(id: &str, preset: &str, ils: &IlsServer) -> String {
    let symbol = id.to_uppercase();
    let url = ils.url();
    format!(
        "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"ISIL:XX-{symbol}\"]\n\
         [library.connection]\nkind = \"ncip\"\nretry.first = \"1s\"\n\
         [library.connection.ncip]\nurl = \"{url}\"\npreset = \"{preset}\"\nto_agency = \"{symbol}\"\n\
         institutional_patrons = [{{ patron = \"ILL-OTHERS\" }}]\n"
    )
}

#[tokio::test]
async fn what_an_ils_did_before_its_answer_was_lost_is_not_done_again() {
    lend_with_bad_answers(Fault::DropAfter).await;
}

#[tokio::test]
async fn what_an_ils_did_before_its_answer_broke_off_is_not_done_again() {
    lend_with_bad_answers(Fault::Cut).await;
}

#[tokio::test]
async fn what_an_ils_did_and_answered_twice_at_once_is_not_done_again() {
    lend_with_bad_answers(Fault::Repeat).await;
}

#[tokio::test]
async fn what_an_ils_did_and_answered_with_an_older_answer_is_not_done_again() {
    lend_with_bad_answers(Fault::Stale).await;
}

#[tokio::test]
async fn an_answer_in_the_wrong_encoding_is_an_answer() {
    lend_with_bad_answers(Fault::MisEncode).await;
}

#[tokio::test]
async fn a_refusal_in_a_wrong_place_is_one() {
    let north = ils(Dialect::Koha, "NORTH", "").await;
    let south = ils(Dialect::Evergreen, "SOUTH", "[[item]]\nbarcode = \"S-1\"\ntitle = \"Dune\"\n").await;
    south.fail(Failure::once(Service::CheckOutItem, Fault::Misplace(Refusal::ItemDoesNotCirculate)));
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let registry = library("north", "koha", &north) + &library("south", "evergreen", &south);
    let world = world(&registry, engine, disk, &[]).await;
    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    let told = |detail: &RequestDetail| {
        let incidents = &detail.line.incidents;
        incidents.iter().any(|incident| format!("{incident:?}").contains("Item Does Not Circulate"))
    };
    world.until(&lending, told).await;
    assert_eq!(south.holdings().loans().count(), 0, "nothing was lent, and nobody says so");
}

/// A loan between two ILSs of which each answers each step wrongly once.
async fn lend_with_bad_answers(fault: Fault) {
    let north = ils(Dialect::Koha, "NORTH", "").await;
    let south = ils(Dialect::Evergreen, "SOUTH", "[[item]]\nbarcode = \"S-1\"\ntitle = \"Dune\"\n").await;
    for lossy in [&north, &south] {
        for service in [Service::AcceptItem, Service::CheckOutItem, Service::CheckInItem] {
            lossy.fail(Failure::once(service, fault.clone()));
        }
    }
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let registry = library("north", "koha", &north) + &library("south", "evergreen", &south);
    let world = world(&registry, engine, disk, &[]).await;

    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    world.act(&lending, "will-supply", json!({})).await;
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    world.until_phase(&borrowing, "shipped").await;
    assert_eq!(south.holdings().loans().count(), 1, "it is lent to the borrowing library");

    world.act(&borrowing, "receive", json!({ "volumes": ["S-1"] })).await;
    world.until(&borrowing, |detail| detail.volumes.iter().any(|volume| volume.state == "on-shelf")).await;
    assert_eq!(north.holdings().items().count(), 1, "one temporary item");
    assert_eq!(north.holdings().carried_out(Service::AcceptItem), 1);

    world.act(&borrowing, "ship-back", json!({})).await;
    world.until_phase(&lending, "returning").await;
    world.act(&lending, "returned", json!({})).await;
    for request in [&lending, &borrowing] {
        world.until_phase(request, "completed").await;
    }
    south.wait_until("it is back on the shelf", SOON, |held| held.loans().count() == 0).await.unwrap();
    for ils in [&north, &south] {
        assert!(ils.holdings().doubles().is_empty(), "{:?}", ils.holdings().doubles());
    }
    assert!(!world.files_hold(PATRON), "no file holds the patron in clear");
}

#[tokio::test]
async fn a_book_of_its_own_with_the_same_barcode_is_not_taken_for_the_one_that_came() {
    let north = ils(Dialect::Koha, "NORTH", "[[item]]\nbarcode = \"S-1\"\ntitle = \"Emma\"\n").await;
    let south = ils(Dialect::Evergreen, "SOUTH", "[[item]]\nbarcode = \"S-1\"\ntitle = \"Dune\"\n").await;
    // Nobody knows whether it was done; the ILS, asked about the barcode, tells of its own book.
    north.fail(Failure::once(Service::AcceptItem, Fault::DropBefore));
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let registry = library("north", "koha", &north) + &library("south", "evergreen", &south);
    let world = world(&registry, engine, disk, &[]).await;

    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    world.until_phase(&borrowing, "shipped").await;
    world.act(&borrowing, "receive", json!({ "volumes": ["S-1"] })).await;
    world.until(&borrowing, |detail| detail.volumes.iter().any(|volume| volume.state == "on-shelf")).await;

    let held = north.holdings();
    let waiting: Vec<_> = held.holds().iter().map(|hold| (&hold.patron, &hold.item)).collect();
    assert_eq!(waiting.len(), 1, "the patron's book waits: {waiting:?}");
    assert!(waiting.iter().all(|(_, item)| item.as_deref() != Some("S-1")), "it is another one: {waiting:?}");
    assert_eq!(held.items().count(), 2);
}
