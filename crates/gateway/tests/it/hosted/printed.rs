//! What staff print: a request's slip, and the list of what is to be pulled.

use api::model::{Problem, PullList};
use persistence::{EngineKind, MemoryDisk};
use serde_json::json;

use super::world::{PATRON, manual, world};
use crate::broker::World;

/// What is fetched, with its media type.
async fn fetch(world: &World, path: &str) -> (String, Vec<u8>) {
    let answer = world.send("GET", path, "application/json", Vec::new()).await;
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    (answer.content_type.unwrap(), answer.body.to_vec())
}

/// The problem that there is instead.
async fn problem(world: &World, path: &str) -> (u16, Problem) {
    let answer = world.send("GET", path, "application/json", Vec::new()).await;
    (answer.status.as_u16(), serde_json::from_slice(&answer.body).unwrap())
}

#[tokio::test]
async fn a_request_has_the_slips_of_its_side() {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = world(&(manual("north") + &manual("south")), engine, disk, &[]).await;
    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    let broker = world.related(&borrowing, "brokering", None).await;
    world.until_phase(&lending, "on-pull-list").await;

    let (kind, page) = fetch(&world, &format!("requests/{lending}/slip")).await;
    let page = String::from_utf8(page).unwrap();
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(page.contains("<h1>Pull slip</h1>") && page.contains("Dune"), "{page}");
    assert!(page.contains("north library") && !page.contains(PATRON), "{page}");
    let (kind, file) = fetch(&world, &format!("requests/{lending}/slip?kind=routing&format=pdf")).await;
    assert_eq!(kind, "application/pdf");
    assert!(file.starts_with(b"%PDF-1."));

    // Once it is answered, the one that goes with it is next.
    world.act(&lending, "will-supply", json!({})).await;
    let (_, page) = fetch(&world, &format!("requests/{lending}/slip")).await;
    assert!(String::from_utf8(page).unwrap().contains("<h1>Routing slip</h1>"));
    let (_, page) = fetch(&world, &format!("requests/{borrowing}/slip?kind=return&format=html")).await;
    assert!(String::from_utf8(page).unwrap().contains("<h1>Return slip</h1>"));

    for (id, wanted, status, slug) in [
        (&borrowing, "kind=pull", 409, "slip.none"),
        (&lending, "kind=return", 409, "slip.none"),
        (&broker, "format=pdf", 409, "slip.none"),
        (&lending, "kind=parking", 400, "api.bad-request"),
        (&lending, "format=docx", 400, "api.bad-request"),
        (&"req_nobody".to_owned(), "", 404, "request.unknown"),
    ] {
        let (was, problem) = problem(&world, &format!("requests/{id}/slip?{wanted}")).await;
        assert_eq!((was, problem.slug.as_str()), (status, slug), "{wanted}: {problem:?}");
    }
}

#[tokio::test]
async fn the_pull_list_has_what_somebody_must_fetch_and_nothing_else() {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = world(&(manual("north") + &manual("south")), engine, disk, &[]).await;
    let mut lending = Vec::new();
    for title in ["Dune", "Emma", "Ulysses", "Walden"] {
        let borrowing = world.patron_asks("north", title).await;
        let id = world.related(&borrowing, "lending", Some("south")).await;
        world.until_phase(&id, "on-pull-list").await;
        lending.push(id);
    }
    // Promised and not fetched is still to be fetched; pulled, or not to be had, is not.
    world.act(&lending[1], "will-supply", json!({})).await;
    world.act(&lending[2], "pulled", json!({ "volumes": ["S-9"] })).await;
    world.act(&lending[3], "unfilled", json!({ "reason": "NotOnShelf" })).await;

    let list: PullList = world.get("peers/south/pull-list").await;
    assert_eq!((list.library.as_str(), list.name.as_str()), ("south", "south library"));
    let titles: Vec<_> = list.items.iter().map(|item| item.title.as_deref().unwrap()).collect();
    assert_eq!(titles, ["Dune", "Emma"]);
    assert_eq!(list.items[0].request, lending[0]);
    assert_eq!(list.items[0].wanted_by, "north library");
    let same: PullList = world.get("peers/ISIL:XX-SOUTH/pull-list?format=json").await;
    assert_eq!(same.items, list.items);
    let none: PullList = world.get("peers/north/pull-list").await;
    assert!(none.items.is_empty(), "{none:?}");

    let (kind, page) = fetch(&world, "peers/south/pull-list?format=html").await;
    let page = String::from_utf8(page).unwrap();
    assert_eq!(kind, "text/html; charset=utf-8");
    assert_eq!(page.matches("Pull slip").count(), 2, "{page}");
    assert!(!page.contains("Ulysses") && !page.contains("Walden") && !page.contains(PATRON), "{page}");
    let (kind, file) = fetch(&world, "peers/south/pull-list?format=pdf").await;
    assert_eq!(kind, "application/pdf");
    assert!(file.starts_with(b"%PDF-1."));

    let (status, unknown) = problem(&world, "peers/west/pull-list").await;
    assert_eq!((status, unknown.slug.as_str()), (404, "peer.unknown"));
}
