//! What patrons tell by NCIP, and how far it gets: to their library's ILS, and to nobody else's request.

use api::model::{Done, Step};
use gateway::NCIP;
use hyper::{HeaderMap, Method, header::CONTENT_TYPE};
use ncip::{
    AgencyId, BibliographicDescription, BibliographicId, BibliographicRecordId, Body, DateTime,
    InitiationHeader, ItemId, ItemOptionalFields, LookupRequest, Message, ReadOptions, RequestFields,
    RequestId, RequestItem, SchemeValue, UpdateRequestItem, UserId, Version, WriteOptions,
};
use persistence::{EngineKind, MemoryDisk};
use serde_json::json;
use simulator::ils::{Dialect, IlsServer};

use super::{
    ils::{ils, library},
    world::{PATRON, manual, world},
};
use crate::broker::{World, call};

/// Says something to the gateway in the name of the north.
async fn say(world: &World, body: impl Into<Body>) -> Body {
    let message = Message { body: body.into() };
    let bytes = ncip::write(&message, &WriteOptions::new(Version::V2_02)).unwrap().bytes;
    post(world, bytes).await
}

async fn post(world: &World, bytes: Vec<u8>) -> Body {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/xml".parse().unwrap());
    let answer = call(world.running(), Method::POST, NCIP, headers, bytes).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    ncip::read(&answer.body, &ReadOptions::default()).unwrap().message.body
}

fn problems(body: &Body) -> Vec<String> {
    body.problems().iter().map(|problem| problem.problem_type.value.clone()).collect()
}

fn header() -> Option<InitiationHeader> {
    let north = || AgencyId::bare("NORTH");
    Some(InitiationHeader { from_agency_id: north(), to_agency_id: north(), ..InitiationHeader::default() })
}

fn user(card: &str) -> Option<UserId> {
    Some(UserId { user_identifier_value: card.to_owned(), ..UserId::default() })
}

fn place(place: &str) -> Option<SchemeValue> {
    Some(SchemeValue::bare(place))
}

/// A patron asks for a book, to be picked up at a branch; the request's id.
async fn ask(world: &World, title: &str, pickup: &str) -> Result<String, Vec<String>> {
    let described =
        BibliographicDescription { title: Some(title.to_owned()), ..BibliographicDescription::default() };
    let asked = RequestItem {
        initiation_header: header(),
        user_id: user(PATRON),
        bibliographic_ids: vec![BibliographicId {
            bibliographic_record_id: Some(BibliographicRecordId {
                bibliographic_record_identifier: format!("ocm-{title}"),
                bibliographic_record_identifier_code: place("OCLC"),
                ..BibliographicRecordId::default()
            }),
            ..BibliographicId::default()
        }],
        request_type: SchemeValue::bare("Loan"),
        request_scope_type: SchemeValue::bare("Title"),
        pickup_location: place(pickup),
        item_optional_fields: Some(ItemOptionalFields {
            bibliographic_description: Some(described),
            ..ItemOptionalFields::default()
        }),
        ..RequestItem::default()
    };
    let answer = say(world, asked).await;
    let Body::RequestItemResponse(told) = &answer else { panic!("{answer:?}") };
    match &told.request_id {
        Some(id) => Ok(format!("req_{}", id.request_identifier_value)),
        None => Err(problems(&answer)),
    }
}

fn which(request: &str) -> Option<RequestId> {
    let id = request.trim_start_matches("req_").to_owned();
    Some(RequestId { request_identifier_value: id, ..RequestId::default() })
}

/// A change of the request for Dune, told as the standard has it: by its id, or by who asked for what.
async fn change(world: &World, request: &str, card: Option<&str>, fields: RequestFields) -> Vec<String> {
    let item = ItemId { item_identifier_value: "ocm-Dune".to_owned(), ..ItemId::default() };
    let update = UpdateRequestItem {
        initiation_header: header(),
        user_id: card.and_then(user),
        item_id: card.map(|_| item),
        request_type: card.and(place("Loan")),
        request_id: which(request).filter(|_| card.is_none()),
        add_request_fields: Some(fields),
        ..UpdateRequestItem::default()
    };
    problems(&say(world, update).await)
}

/// The same, told as some systems do: by its id, and with the patron and an item.
async fn change_with_both(world: &World, request: &str, card: &str, fields: RequestFields) -> Vec<String> {
    let update = UpdateRequestItem {
        initiation_header: header(),
        request_id: which(request),
        add_request_fields: Some(fields),
        ..UpdateRequestItem::default()
    };
    let message = Message { body: Body::from(update) };
    let bytes = ncip::write(&message, &WriteOptions::new(Version::V2_02)).unwrap().bytes;
    let text = String::from_utf8(bytes).unwrap();
    let (before, after) = text.split_once("<RequestId>").unwrap();
    let user = format!(
        "<UserId><UserIdentifierValue>{card}</UserIdentifierValue></UserId>\
         <ItemId><ItemIdentifierValue>none-yet</ItemIdentifierValue></ItemId><RequestType>Loan</RequestType>"
    );
    problems(&post(world, format!("{before}{user}<RequestId>{after}").into_bytes()).await)
}

fn pickup(at: &str) -> RequestFields {
    RequestFields { pickup_location: place(at), ..RequestFields::default() }
}

/// A date and a place in one message.
fn both(at: &str) -> RequestFields {
    RequestFields { need_before_date: Some(DateTime::from_lexical("2027-03-01T00:00:00Z")), ..pickup(at) }
}

async fn hosted() -> (World, IlsServer) {
    let north = ils(Dialect::Koha, "NORTH", "").await;
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = world(&(library("north", "koha", &north) + &manual("south")), engine, disk, &[]).await;
    (world, north)
}

#[tokio::test]
async fn where_a_patron_picks_it_up_reaches_the_ils_and_what_is_printed() {
    let (world, _north) = hosted().await;
    let borrowing = ask(&world, "Dune", " Branch 2 ").await.unwrap();
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    assert_eq!(world.detail(&borrowing).await.pickup.as_deref(), Some("Branch 2"));
    let asked = LookupRequest {
        initiation_header: header(),
        request_id: which(&borrowing),
        ..LookupRequest::default()
    };
    let Body::LookupRequestResponse(told) = say(&world, asked).await else { panic!() };
    assert_eq!(told.pickup_location, place("Branch 2"));

    // It can be changed until it is here, by the patron whose it is.
    assert_eq!(change(&world, &borrowing, Some(PATRON), pickup("Branch 3")).await, [""; 0]);
    world.act(&lending, "ship", json!({ "volumes": ["S-1"] })).await;
    world.until_phase(&borrowing, "shipped").await;
    let slip = world.send("GET", &format!("requests/{borrowing}/slip"), "", Vec::new()).await;
    assert!(String::from_utf8_lossy(&slip.body).contains("To be picked up at Branch 3"));
    world.act(&borrowing, "receive", json!({ "volumes": ["S-1"] })).await;
    let detail = world
        .until(&borrowing, |detail| detail.volumes.iter().any(|volume| volume.state == "on-shelf"))
        .await;
    let mut accepted = Vec::new();
    for message in detail.timeline.iter().flat_map(|step| &step.messages) {
        let path = format!("requests/{borrowing}/messages/{}", message.id);
        let bytes = world.send("GET", &path, "", Vec::new()).await.body;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        accepted.extend(text.contains("<AcceptItem>").then_some(text));
    }
    assert_eq!(accepted.len(), 1, "the ILS is given it once");
    assert!(accepted[0].contains("Branch 3") && !accepted[0].contains("Branch 2"), "{}", accepted[0]);
    assert_eq!(change(&world, &borrowing, Some(PATRON), pickup("Branch 4")).await, ["Element Rule Violated"]);
}

#[tokio::test]
async fn a_request_is_changed_by_its_own_patron_and_in_what_may_be_changed() {
    let (world, _north) = hosted().await;
    let long = "x".repeat(101);
    let refused = ask(&world, "Emma", &long).await.unwrap_err();
    assert_eq!(refused, ["Element Rule Violated"]);
    let borrowing = ask(&world, "Dune", "Branch 2").await.unwrap();
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    let kind = RequestFields { request_type: place("Non-returnable Copy"), ..pickup("Branch 3") };
    let date = Some(DateTime::from_lexical("2027-03-01T00:00:00Z"));
    let sent = RequestFields { need_before_date: date, ..RequestFields::default() };
    for (card, fields, problem) in [
        (Some("OTHER-PATRON"), pickup("Branch 3"), "Unknown Request"),
        (Some(PATRON), kind, "Element Rule Violated"),
        (Some(PATRON), RequestFields::default(), "Needed Data Missing"),
        (Some(PATRON), sent, "Element Rule Violated"),
        (Some(PATRON), both("Branch 3"), "Element Rule Violated"),
        (Some(PATRON), pickup(&long), "Element Rule Violated"),
    ] {
        let said = format!("{card:?} {fields:?}");
        assert_eq!(change(&world, &borrowing, card, fields).await, [problem], "{said}");
        assert_eq!(world.detail(&borrowing).await.pickup.as_deref(), Some("Branch 2"), "{said}");
    }
    // Somebody else who knows the request's id does not change it, and its own patron does.
    let other = change_with_both(&world, &borrowing, "OTHER-PATRON", pickup("Branch 3")).await;
    assert_eq!(other, ["Unknown Request"]);
    assert_eq!(world.detail(&borrowing).await.pickup.as_deref(), Some("Branch 2"));
    assert_eq!(change_with_both(&world, &borrowing, PATRON, pickup("Branch 5")).await, [""; 0]);
    assert_eq!(world.detail(&borrowing).await.pickup.as_deref(), Some("Branch 5"));
    // Where no patron is named, the library answers for it.
    assert_eq!(change(&world, &borrowing, None, pickup("Branch 3")).await, [""; 0]);
    assert_eq!(world.detail(&borrowing).await.pickup.as_deref(), Some("Branch 3"));
}

#[tokio::test]
async fn a_date_and_a_place_are_changed_in_one_step() {
    let (world, _north) = hosted().await;
    // What staff enter waits to be looked at, and can be changed in everything.
    let entered = json!({ "library": "north", "patron": PATRON, "title": "Dune", "origin": "staff" });
    let answer = world.ask("requests", &entered).await;
    let done: Done = serde_json::from_slice(&answer.body).unwrap();
    let held = done.request.id;
    world.until(&held, |detail| detail.actions.iter().any(|action| action == "edit")).await;
    assert_eq!(change(&world, &held, None, both("Branch 3")).await, [""; 0]);
    let detail = world.detail(&held).await;
    assert_eq!(detail.pickup.as_deref(), Some("Branch 3"));
    let acts = |step: &Step| -> Vec<String> {
        step.inputs.iter().filter(|input| input.kind == "staff").map(|input| input.text.clone()).collect()
    };
    let steps: Vec<Vec<String>> = detail.timeline.iter().map(acts).filter(|acts| !acts.is_empty()).collect();
    let [step] = &steps[..] else { panic!("one step: {steps:?}") };
    let [edit, place] = &step[..] else { panic!("two acts: {step:?}") };
    assert!(edit.starts_with("edit by ncip") && place.starts_with("set-pickup by ncip"), "{step:?}");
}
