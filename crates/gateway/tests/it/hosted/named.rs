//! What a patron finds in a catalogue of several libraries: whose it is, the message says, and that library is asked.

use gateway::NCIP;
use hyper::{HeaderMap, header::CONTENT_TYPE};
use ncip::{
    BibliographicDescription, BibliographicId, BibliographicRecordId, Body, InitiationHeader, ItemId,
    ItemOptionalFields, Message, ReadOptions, RequestItem, UserId, Version, WriteOptions,
};
use persistence::{EngineKind, MemoryDisk};

use super::world::{PATRON, manual, world};
use crate::broker::{World, call};

/// What a patron of North asks for.
pub(super) fn wanted(title: &str) -> RequestItem {
    let described = BibliographicDescription { title: Some(title.to_owned()), ..Default::default() };
    RequestItem {
        initiation_header: Some(InitiationHeader {
            from_agency_id: "XX-NORTH".into(),
            to_agency_id: "XX-BROKER".into(),
            ..InitiationHeader::default()
        }),
        user_id: Some(UserId::bare(PATRON)),
        request_type: "Hold".into(),
        request_scope_type: "Item".into(),
        item_optional_fields: Some(ItemOptionalFields {
            bibliographic_description: Some(described),
            ..ItemOptionalFields::default()
        }),
        ..RequestItem::default()
    }
}

pub(super) fn record(agency: &str, id: &str) -> BibliographicId {
    BibliographicId {
        bibliographic_record_id: Some(BibliographicRecordId {
            bibliographic_record_identifier: id.to_owned(),
            agency_id: Some(agency.into()),
            ..BibliographicRecordId::default()
        }),
        ..BibliographicId::default()
    }
}

/// The library's record of the request that it became.
pub(super) async fn ask(world: &World, message: RequestItem) -> String {
    let written = ncip::write(&Message { body: message.into() }, &WriteOptions::new(Version::V2_02)).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/xml".parse().unwrap());
    let answer = call(world.running(), "POST".parse().unwrap(), NCIP, headers, written.bytes).await;
    let reading = ncip::read(&answer.body, &ReadOptions::default()).unwrap();
    let Body::RequestItemResponse(taken) = reading.message.body else { panic!("{reading:?}") };
    assert_eq!(taken.problems, []);
    format!("req_{}", taken.request_id.unwrap().value())
}

#[tokio::test]
async fn the_library_that_has_it_is_asked_for_its_own_item() {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let libraries = manual("north") + &manual("south") + &manual("west");
    let world = world(&libraries, engine, disk, &[]).await;
    for (message, sent) in [
        (RequestItem { item_ids: vec![ItemId::new("XX-WEST", "W-1")], ..wanted("Dune") }, "W-1"),
        (RequestItem { bibliographic_ids: vec![record("XX-WEST", "b77")], ..wanted("Emma") }, "b77"),
    ] {
        let borrowing = ask(&world, message).await;
        let lending = world.related(&borrowing, "lending", Some("west")).await;
        world.until_phase(&lending, "on-pull-list").await;
        let path = format!("requests/{lending}/messages/1/in");
        let asked = world.send("GET", &path, "application/json", Vec::new()).await;
        let asked = String::from_utf8_lossy(&asked.body).into_owned();
        assert!(asked.contains(&format!(">{sent}<")), "{asked}");
    }
}

#[tokio::test]
async fn several_that_have_it_are_asked_in_turn_and_an_own_item_names_nobody() {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let libraries = manual("north") + &manual("south") + &manual("west") + &manual("east");
    let world = world(&libraries, engine, disk, &[]).await;
    let items = ["XX-WEST", "XX-SOUTH"].map(|agency| ItemId::new(agency, format!("{agency}-1")));
    let borrowing = ask(&world, RequestItem { item_ids: items.to_vec(), ..wanted("Dune") }).await;
    let broker = world.related(&borrowing, "brokering", None).await;
    let order = |detail: &api::model::RequestDetail| -> Vec<String> {
        detail.rota.iter().filter(|line| line.place.is_some()).map(|line| line.peer.clone()).collect()
    };
    let detail = world.until(&broker, |detail| !detail.rota.is_empty()).await;
    assert_eq!(order(&detail), ["west", "south"]);

    let own = ItemId::new("XX-NORTH", "N-1");
    let borrowing = ask(&world, RequestItem { item_ids: vec![own], ..wanted("Emma") }).await;
    let broker = world.related(&borrowing, "brokering", None).await;
    let detail = world.until(&broker, |detail| !detail.rota.is_empty()).await;
    let mut all = order(&detail);
    all.sort();
    assert_eq!(all, ["east", "south", "west"]);
}
