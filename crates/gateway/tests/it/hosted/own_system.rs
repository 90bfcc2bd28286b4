//! What a library's own system is asked before a message about its patrons' requests is taken: the PIN, and what an item is.

use api::model::RequestPage;
use gateway::NCIP;
use hyper::{HeaderMap, Method, header::CONTENT_TYPE};
use ncip::{
    AuthenticationInput, Body, CancelRequestItem, ItemId, LookupRequest, Message, Problem, ReadOptions,
    RequestFields, RequestItem, SchemeValue, UpdateRequestItem, Version, WriteOptions,
};
use persistence::{EngineKind, MemoryDisk};
use simulator::{
    SimClock,
    ils::{Dialect, IlsOptions, IlsServer, Item, Patron, Service},
};

use super::{
    named::{ask, record, wanted},
    pair::{Tells, library},
    world::{PATRON, manual, world},
};
use crate::broker::{World, call};

const PIN: &str = "4711";
const BARCODE: &str = "N-1";

/// Says it to the gateway, and gives what is wrong with it.
pub(super) async fn say(world: &World, body: impl Into<Body>) -> Vec<Problem> {
    let bytes =
        ncip::write(&Message { body: body.into() }, &WriteOptions::new(Version::V2_02)).unwrap().bytes;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/xml".parse().unwrap());
    let answer = call(world.running(), Method::POST, NCIP, headers, bytes).await;
    ncip::read(&answer.body, &ReadOptions::default()).unwrap().message.body.problems().to_vec()
}

fn kinds(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.problem_type.value.as_str()).collect()
}

fn inputs(pin: &str) -> Vec<AuthenticationInput> {
    [("Barcode Id", PATRON), ("PIN", pin)]
        .map(|(kind, data)| AuthenticationInput {
            authentication_input_data: data.into(),
            authentication_data_format_type: "text/plain".into(),
            authentication_input_type: kind.into(),
            ..AuthenticationInput::default()
        })
        .to_vec()
}

async fn requests(world: &World) -> usize {
    let page: RequestPage = world.get("requests?limit=50").await;
    page.requests.len()
}

/// A patron of North asks for a title that South has.
fn of_title(title: &str) -> RequestItem {
    RequestItem { bibliographic_ids: vec![record("XX-SOUTH", title)], ..wanted(title) }
}

/// North has this ILS, which knows the patron by a PIN.
async fn with_ils(dialect: Dialect, more: &str) -> (World, IlsServer) {
    let disk = MemoryDisk::new();
    let world = World::on(EngineKind::Memory(disk.clone()), disk, &[], |_| {}).await;
    let clock = world.clock.clone();
    let clock = SimClock::new(move || net::Clock::now(&clock));
    let options =
        IlsOptions::new(dialect, "XX-NORTH").patron(Patron::person(PATRON, "Robin", "Reader").pin(PIN));
    let north = IlsServer::start(options, clock).await.unwrap();
    north.change(|held| held.add_item(Item::new(BARCODE, "1000001", "Dune")));
    let file = world.registry(Some(1)) + &library("north", &north, Tells::Nothing) + more + &manual("south");
    world.apply(file).await;
    (world, north)
}

#[tokio::test]
async fn a_pin_is_sent_on_in_every_message_about_a_request_and_a_wrong_one_refuses_it() {
    for &dialect in Dialect::ALL {
        let (world, north) = with_ils(dialect, "").await;
        let looks_up = dialect.services().contains(&Service::LookupUser);
        let made = ask(&world, of_title("Dune")).await;
        world.related(&made, "lending", Some("south")).await;
        let before = requests(&world).await;
        let header = wanted("").initiation_header;
        let place = Some(RequestFields {
            pickup_location: Some(SchemeValue::bare("Branch 2")),
            ..RequestFields::default()
        });
        let messages = |pin: &str| -> Vec<Body> {
            let authentication_inputs = inputs(pin);
            vec![
                RequestItem {
                    user_id: None,
                    authentication_inputs: authentication_inputs.clone(),
                    ..of_title("Emma")
                }
                .into(),
                LookupRequest {
                    initiation_header: header.clone(),
                    item_id: Some(ItemId::bare("Dune")),
                    request_type: Some("Hold".into()),
                    authentication_inputs: authentication_inputs.clone(),
                    ..LookupRequest::default()
                }
                .into(),
                UpdateRequestItem {
                    initiation_header: header.clone(),
                    item_id: Some(ItemId::bare("Dune")),
                    request_type: Some("Hold".into()),
                    add_request_fields: place.clone(),
                    authentication_inputs: authentication_inputs.clone(),
                    ..UpdateRequestItem::default()
                }
                .into(),
                CancelRequestItem {
                    initiation_header: header.clone(),
                    item_id: Some(ItemId::bare("Dune")),
                    authentication_inputs,
                    request_type: "Hold".into(),
                    ..CancelRequestItem::default()
                }
                .into(),
            ]
        };
        for message in messages("0815") {
            let service = message.service().unwrap();
            let refused = say(&world, message).await;
            assert!(!refused.is_empty(), "{dialect}: {service}");
            assert!(!format!("{refused:?}").contains("0815"), "{dialect}: {service}: {refused:?}");
        }
        assert_eq!(requests(&world).await, before, "{dialect}");
        for message in messages(PIN) {
            let service = message.service().unwrap();
            let answered = say(&world, message).await;
            let said = answered.iter().map(|it| it.problem_element.clone().unwrap_or_default());
            let said: Vec<String> = said.collect();
            match looks_up {
                true => assert_eq!(said, [""; 0], "{dialect}: {service}: {answered:?}"),
                false => assert_eq!(said, ["AuthenticationInput"], "{dialect}: {service}"),
            }
        }
        drop(north);
    }
}

#[tokio::test]
async fn a_pin_that_nobody_can_check_is_no_yes() {
    let disk = MemoryDisk::new();
    let libraries = manual("north") + &manual("south");
    let alone = world(&libraries, EngineKind::Memory(disk.clone()), disk, &[]).await;
    let asked = || RequestItem { user_id: None, authentication_inputs: inputs(PIN), ..of_title("Dune") };
    let refused = say(&alone, asked()).await;
    assert_eq!(kinds(&refused), ["Element Rule Violated"]);
    assert_eq!(refused[0].problem_element.as_deref(), Some("AuthenticationInput"));
    assert_eq!(requests(&alone).await, 0);

    let (world, north) = with_ils(Dialect::Koha, "").await;
    north.stop().await;
    assert_eq!(kinds(&say(&world, asked()).await), ["Temporary Processing Failure"]);
    assert_eq!(requests(&world).await, 0);
}

/// A patron asks for an item of which the barcode alone is told.
fn of_barcode(agency: Option<&str>, barcode: &str) -> RequestItem {
    let item = agency.map_or_else(|| ItemId::bare(barcode), |agency| ItemId::new(agency, barcode));
    RequestItem { item_ids: vec![item], item_optional_fields: None, ..wanted("") }
}

#[tokio::test]
async fn an_item_whose_holder_is_not_known_is_looked_up_where_that_is_set_and_else_refused() {
    const LOOKED_UP: &str = "hosted.unknown_items = \"look-up\"\n";
    for &dialect in Dialect::ALL {
        let looks_up = dialect.services().contains(&Service::LookupItem);
        for set in ["", LOOKED_UP] {
            let hosted = set.replacen("hosted.", "[library.hosted]\n", 1);
            let (world, north) = with_ils(dialect, &hosted).await;
            for agency in [None, Some("XX-NORTH")] {
                let before = requests(&world).await;
                if looks_up && !set.is_empty() {
                    let borrowing = ask(&world, of_barcode(agency, BARCODE)).await;
                    assert_eq!(world.detail(&borrowing).await.line.title.as_deref(), Some("Dune"));
                } else {
                    let refused = say(&world, of_barcode(agency, BARCODE)).await;
                    assert_eq!(kinds(&refused), ["Needed Data Missing"], "{dialect}: {refused:?}");
                    assert_eq!(requests(&world).await, before, "{dialect}");
                }
            }
            // Each is a request of the library and, a moment later, one of the broker.
            let made = if looks_up && !set.is_empty() { 4 } else { 0 };
            testkit::until("all are made", async || requests(&world).await == made).await;
            // What its ILS does not know, or is somebody else's, is refused.
            let before = requests(&world).await;
            for (agency, barcode) in [(None, "N-9"), (Some("XX-ELSEWHERE"), BARCODE)] {
                let refused = say(&world, of_barcode(agency, barcode)).await;
                assert_eq!(kinds(&refused), ["Needed Data Missing"], "{dialect}: {refused:?}");
                assert!(refused[0].problem_detail.is_some(), "{refused:?}");
            }
            // Silence is no description.
            north.stop().await;
            let refused = say(&world, of_barcode(None, "N-10")).await;
            assert_eq!(kinds(&refused), ["Needed Data Missing"], "{dialect}: {refused:?}");
            assert_eq!(requests(&world).await, before, "{dialect}");
        }
    }
}

#[tokio::test]
async fn the_same_message_again_is_the_same_request_and_is_not_looked_up_anew() {
    let (world, north) = with_ils(Dialect::Koha, "[library.hosted]\nunknown_items = \"look-up\"\n").await;
    let first = ask(&world, of_barcode(None, BARCODE)).await;
    north.stop().await;
    assert_eq!(ask(&world, of_barcode(None, BARCODE)).await, first);
}
