//! A loan between two hosted libraries.

use persistence::{EngineKind, MemoryDisk};
use serde_json::json;

use super::world::{PATRON, manual, world};

#[tokio::test]
async fn two_libraries_without_automation_lend_to_each_other() {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = world(&(manual("north") + &manual("south")), engine, disk, &[]).await;
    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    let broker = world.related(&borrowing, "brokering", None).await;
    let detail = world.until_phase(&lending, "on-pull-list").await;
    assert_eq!(detail.line.library.as_deref(), Some("south"));
    assert!(detail.actions.contains(&"will-supply".to_owned()), "{:?}", detail.actions);

    world.act(&lending, "will-supply", json!({})).await;
    world.act(&lending, "ship", json!({ "volumes": ["S-1", "S-2"] })).await;
    let detail = world.until(&borrowing, |detail| detail.line.phase == "shipped").await;
    assert_eq!(detail.related.len(), 2, "{:?}", detail.related);
    world.act(&borrowing, "receive", json!({ "volumes": ["S-1", "S-2"] })).await;
    world.until_phase(&broker, "on-loan").await;
    world.act(&borrowing, "ship-back", json!({ "volumes": ["S-1"] })).await;
    world.act(&borrowing, "ship-back", json!({})).await;
    world.until_phase(&lending, "returning").await;
    world.act(&lending, "returned", json!({})).await;
    for request in [&lending, &broker, &borrowing] {
        let detail = world.until_phase(request, "completed").await;
        assert!(detail.line.incidents.is_empty(), "{:#?}", detail.line);
        assert!(detail.queue.iter().all(|line| line.peer.starts_with("mail:")), "{:#?}", detail.queue);
    }
    assert!(!serde_json::to_string(&world.detail(&borrowing).await).unwrap().contains(PATRON));
    assert!(!world.files_hold(PATRON));
}
