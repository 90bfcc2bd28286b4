//! What an ILS tells of an item, a hold or a request is given to the request that it is about, and to no other of the same item or patron.

use ncip::{
    CancelRequestItem, DateTime, InitiationHeader, ItemCheckedIn, ItemCheckedOut, ItemId,
    ItemRequestCancelled, RequestId, RequestItem, UserId,
};
use persistence::{EngineKind, MemoryDisk};
use serde_json::json;
use simulator::ils::{Dialect, Item};

use super::{
    named::{ask, wanted},
    own_system::say,
    pair::{ITEM, Pair, Tells},
    world::{PATRON, manual, world},
};
use crate::broker::World;

const BARCODE: &str = "S-1";
const UNCLEAR: &str = "notice.unclear";

fn header(from: &str) -> Option<InitiationHeader> {
    let (from_agency_id, to_agency_id) = (from.into(), "XX-BROKER".into());
    Some(InitiationHeader { from_agency_id, to_agency_id, ..InitiationHeader::default() })
}

/// South's ILS has lent the item; `tag` makes it another message.
fn lent(request: Option<&str>, tag: &str) -> ItemCheckedOut {
    ItemCheckedOut {
        initiation_header: header("XX-SOUTH"),
        user_id: UserId::bare(tag),
        item_id: ItemId::bare(BARCODE),
        request_id: request.map(RequestId::bare),
        date_due: Some(DateTime::from_lexical("2026-12-20T12:00:00Z")),
        ..ItemCheckedOut::default()
    }
}

async fn volume(world: &World, request: &str) -> String {
    world.detail(request).await.volumes[0].state.clone()
}

async fn incidents(world: &World, request: &str) -> Vec<String> {
    world.detail(request).await.line.incidents.iter().map(|it| it.slug.clone()).collect()
}

/// Two loans of one item, both pulled.
async fn two_of_one_item() -> (World, [String; 2]) {
    let disk = MemoryDisk::new();
    let libraries = manual("north") + &manual("south");
    let world = world(&libraries, EngineKind::Memory(disk.clone()), disk, &[]).await;
    let mut lendings = Vec::new();
    for title in ["Dune", "Emma"] {
        let borrowing = world.patron_asks("north", title).await;
        let lending = world.related(&borrowing, "lending", Some("south")).await;
        world.until_phase(&lending, "on-pull-list").await;
        world.act(&lending, "pulled", json!({ "volumes": [BARCODE] })).await;
        lendings.push(lending);
    }
    (world, lendings.try_into().unwrap())
}

#[tokio::test]
async fn an_items_barcode_that_is_of_two_requests_moves_neither() {
    let (world, both) = two_of_one_item().await;
    assert_eq!(say(&world, lent(None, "1")).await, []);
    for request in &both {
        assert_eq!(volume(&world, request).await, "pulled");
        assert_eq!(incidents(&world, request).await, [UNCLEAR]);
    }
    // The same message again says nothing new.
    assert_eq!(say(&world, lent(None, "1")).await, []);
    for request in &both {
        assert_eq!(incidents(&world, request).await, [UNCLEAR]);
    }
    // Once the other is over, it is about the one that is left.
    world.act(&both[1], "unfilled", json!({ "reason": "NotOnShelf" })).await;
    assert_eq!(say(&world, lent(None, "2")).await, []);
    assert_eq!(volume(&world, &both[0]).await, "checked-out");
}

#[tokio::test]
async fn each_unclear_notice_of_a_request_is_seen_by_staff() {
    let (world, both) = two_of_one_item().await;
    let back = ItemCheckedIn {
        initiation_header: header("XX-SOUTH"),
        item_id: ItemId::bare(BARCODE),
        ..ItemCheckedIn::default()
    };
    assert_eq!(say(&world, lent(None, "1")).await, []);
    assert_eq!(say(&world, back).await, []);
    for request in &both {
        let detail = world.detail(request).await;
        let [incident] = &detail.line.incidents[..] else { panic!("{:?}", detail.line.incidents) };
        let text = &incident.text;
        assert!(incident.slug == UNCLEAR && text.contains("taken an item back"), "{text}");
        assert!(text.contains("1 more like it"), "{text}");
    }
}

#[tokio::test]
async fn a_requests_id_says_more_than_an_items() {
    for of_volume in ["", "-v1"] {
        let (world, both) = two_of_one_item().await;
        let id = format!("{}{of_volume}", both[1].trim_start_matches("req_"));
        assert_eq!(say(&world, lent(Some(&id), "1")).await, []);
        assert_eq!(volume(&world, &both[0]).await, "pulled", "{id}");
        assert_eq!(volume(&world, &both[1]).await, "checked-out", "{id}");
        for request in &both {
            assert!(incidents(&world, request).await.is_empty(), "{id}");
        }
    }
}

#[tokio::test]
async fn a_barcode_of_one_of_two_requests_of_one_patron_moves_that_one() {
    let disk = MemoryDisk::new();
    let libraries = manual("north") + &manual("south");
    let world = world(&libraries, EngineKind::Memory(disk.clone()), disk, &[]).await;
    let mut lendings = Vec::new();
    for (title, barcode) in [("Dune", "S-1"), ("Emma", "S-2")] {
        let borrowing = world.patron_asks("north", title).await;
        let lending = world.related(&borrowing, "lending", Some("south")).await;
        world.until_phase(&lending, "on-pull-list").await;
        world.act(&lending, "ship", json!({ "volumes": [barcode] })).await;
        lendings.push(lending);
    }
    let back = ItemCheckedIn {
        initiation_header: header("XX-SOUTH"),
        item_id: ItemId::bare("S-2"),
        ..ItemCheckedIn::default()
    };
    assert_eq!(say(&world, back).await, []);
    assert_eq!(volume(&world, &lendings[0]).await, "shipped");
    assert_eq!(volume(&world, &lendings[1]).await, "checked-in");
}

#[tokio::test]
async fn a_hold_of_the_ils_is_of_its_own_request() {
    let pair = Pair::of(Dialect::Koha, Dialect::Koha, Tells::Nothing).await;
    let world = &pair.world;
    pair.south.change(|held| held.add_item(Item::new("S-2", "1000002", "Emma")));
    let mut lendings = Vec::new();
    for (title, item) in [("Dune", ITEM), ("Emma", "S-2")] {
        let borrowing = ask(world, pair.names(item, title)).await;
        let lending = world.related(&borrowing, "lending", Some("south")).await;
        world.until(&lending, |it| it.line.phase == "on-pull-list" && it.asked.is_empty()).await;
        lendings.push(lending);
    }
    let dropped = |id: &str| ItemRequestCancelled {
        initiation_header: header("XX-SOUTH"),
        user_id: UserId::bare(PATRON),
        request_id: Some(RequestId::bare(id)),
        ..ItemRequestCancelled::default()
    };
    let holds = pair.south.holdings().holds().to_vec();
    assert_eq!(holds.len(), 2, "{holds:?}");
    let of_other = holds.iter().find(|hold| hold.item.as_deref() == Some("S-2"));
    let id = of_other.unwrap_or_else(|| panic!("{holds:?}")).number.to_string();
    assert_eq!(say(world, dropped(&id)).await, []);
    assert!(incidents(world, &lendings[0]).await.is_empty(), "{id}");
    assert_eq!(incidents(world, &lendings[1]).await, ["hold.gone"], "{id}");
}

#[tokio::test]
async fn a_patrons_two_requests_for_one_item_are_told_apart_by_their_ids_alone() {
    let disk = MemoryDisk::new();
    let libraries = manual("north") + &manual("south");
    let world = world(&libraries, EngineKind::Memory(disk.clone()), disk, &[]).await;
    let mut asked = Vec::new();
    for title in ["Dune", "Dune, with the maps"] {
        let message = RequestItem { item_ids: vec![ItemId::new("XX-SOUTH", BARCODE)], ..wanted(title) };
        asked.push(ask(&world, message).await);
    }
    let cancel = |request: Option<&String>| CancelRequestItem {
        initiation_header: header("XX-NORTH"),
        user_id: Some(UserId::bare(PATRON)),
        request_id: request.map(|id| RequestId::bare(id.trim_start_matches("req_"))),
        item_id: request.is_none().then(|| ItemId::new("XX-SOUTH", BARCODE)),
        request_type: "Hold".into(),
        request_scope_type: Some("Item".into()),
        ..CancelRequestItem::default()
    };
    let refused = say(&world, cancel(None)).await;
    assert_eq!(refused[0].problem_element.as_deref(), Some("RequestId"), "{refused:?}");
    assert_eq!(say(&world, cancel(Some(&asked[0]))).await, []);
    world.until_phase(&asked[0], "cancelled").await;
    assert_ne!(world.detail(&asked[1]).await.line.phase, "cancelled");
    // Now the item says enough.
    assert_eq!(say(&world, cancel(None)).await, []);
    world.until_phase(&asked[1], "cancelled").await;
}
