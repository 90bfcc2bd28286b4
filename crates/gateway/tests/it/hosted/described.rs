//! What a patron must say of what is wanted, so that nobody is asked for nothing.

use api::model::{Ask, AskedItem, Problem, RequestPage};
use gateway::NCIP;
use hyper::{HeaderMap, Method, header::CONTENT_TYPE};
use iso18626::{BibliographicItemId, Open};
use ncip::{BibliographicId, Body, ItemId, Message, ReadOptions, RequestItem, Version, WriteOptions};
use persistence::{EngineKind, MemoryDisk};

use super::{
    named::wanted,
    world::{PATRON, manual, world},
};
use crate::broker::{Edition, World, call};

const WEST: &str = "ISIL:XX-WEST";

async fn here() -> World {
    let disk = MemoryDisk::new();
    world(&manual("north"), EngineKind::Memory(disk.clone()), disk, &[(WEST, Edition::V1_2)]).await
}

async fn say(world: &World, message: RequestItem) -> Body {
    let bytes =
        ncip::write(&Message { body: message.into() }, &WriteOptions::new(Version::V2_02)).unwrap().bytes;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/xml".parse().unwrap());
    let answer = call(world.running(), Method::POST, NCIP, headers, bytes).await;
    ncip::read(&answer.body, &ReadOptions::default()).unwrap().message.body
}

fn undescribed(items: Vec<ItemId>) -> RequestItem {
    RequestItem { item_optional_fields: None, item_ids: items, ..wanted("") }
}

#[tokio::test]
async fn a_barcode_whose_library_is_not_known_is_refused_with_what_is_missing() {
    let world = here().await;
    for item in [
        ItemId::bare("000555"),
        ItemId::new("XX-NOBODY", "000555"),
        ItemId::new("XX-NORTH", "000555"),
        ItemId::new(" ", "000555"),
    ] {
        let answer = say(&world, undescribed(vec![item.clone()])).await;
        let [problem] = answer.problems() else { panic!("{answer:?}") };
        assert_eq!(problem.problem_type.value, "Needed Data Missing", "{item:?}");
        assert_eq!(problem.problem_element.as_deref(), Some("AgencyId"), "{item:?}");
        let detail = problem.problem_detail.as_deref().unwrap();
        assert!(detail.contains("agency") && detail.contains("title"), "{detail}");
    }
    let item =
        |agency: Option<&str>| AskedItem { barcode: "000555".to_owned(), agency: agency.map(str::to_owned) };
    let ask = |items| Ask { library: "north".to_owned(), patron: PATRON.to_owned(), items, ..Ask::default() };
    for (wish, slug) in [
        (ask(vec![item(None)]), "request.no-holder"),
        (ask(vec![item(Some("XX-NORTH"))]), "request.no-holder"),
        (ask(vec![]), "request.not-described"),
        (
            Ask { title: Some(" ".to_owned()), isbn: Some(" ".to_owned()), ..ask(vec![]) },
            "request.not-described",
        ),
        (
            Ask { volumes: vec!["2".to_owned()], pages: Some("1-3".to_owned()), ..ask(vec![]) },
            "request.not-described",
        ),
    ] {
        let answer = world.ask("requests", &wish).await;
        let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((answer.status.as_u16(), problem.slug.as_str()), (400, slug), "{problem:?}");
        assert!(problem.detail.unwrap().contains("a title, an author, an ISBN or ISSN"));
    }
    let page: RequestPage = world.get("requests").await;
    assert!(page.requests.is_empty(), "nothing was made: {page:?}");
    assert_eq!(world.peers[0].count(), 0, "nobody was asked");

    // What another library has is asked for there.
    let answer = say(&world, undescribed(vec![ItemId::new("XX-WEST", "000555")])).await;
    assert_eq!(answer.problems(), []);
    let asked = world.peers[0].next_request().await;
    let barcode = BibliographicItemId { code: Open::new("Barcode"), identifier: "000555".to_owned() };
    assert_eq!(asked.bibliographic_info.bibliographic_item_id, [barcode]);
}

#[tokio::test]
async fn a_standard_number_by_any_name_is_enough_and_goes_by_the_standards_code() {
    let world = here().await;
    let number = |code: Option<&str>, number: &str| BibliographicId {
        bibliographic_item_id: Some(ncip::BibliographicItemId {
            bibliographic_item_identifier: number.to_owned(),
            bibliographic_item_identifier_code: code.map(Into::into),
            ..ncip::BibliographicItemId::default()
        }),
        ..BibliographicId::default()
    };
    let bibliographic_ids = vec![
        number(Some("ISBN-13"), "978-0-14-032872-1"),
        number(None, "0140328726"),
        number(Some("issn"), "00280836"),
    ];
    let answer = say(&world, RequestItem { bibliographic_ids, ..undescribed(vec![]) }).await;
    assert_eq!(answer.problems(), []);
    let sent = world.peers[0].next_request().await.bibliographic_info.bibliographic_item_id;
    let sent: Vec<_> = sent.iter().map(|it| (it.code.value.as_str(), it.identifier.as_str())).collect();
    assert_eq!(sent, [("ISBN", "9780140328721"), ("ISBN", "0140328726"), ("ISSN", "0028-0836")]);
}
