//! Libraries behind another broker: who may speak for whom.

use iso18626::{Edition, Message, ReasonForMessage, Status};

use super::{
    words::{report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
/// The other broker.
const O: &str = "ISIL:XX-OTHER";
/// A library behind it, that the registry knows.
const BEHIND: &str = "ISIL:XX-BEHIND";
/// A library behind it, that no registry knows.
const STRANGER: &str = "ISIL:YY-STRANGER";
const T: &str = "2026-03-02T10:00:00Z";

/// North, and a library behind another broker.
async fn world() -> World {
    let world =
        World::new(&[(A, Edition::V2021_2), (O, Edition::V2021_2), ("ISIL:XX-SOUTH", Edition::V1_2)]).await;
    let file = world.registry(Some(1)).replace("id = \"other\"", "id = \"other\"\nkind = \"broker\"");
    let file = format!(
        "{file}\n[[library]]\nid = \"behind\"\nname = \"Behind\"\nsymbols = [\"{BEHIND}\"]\nbehind = \"other\"\n"
    );
    let applied = world.send("POST", "registry", "text/toml", file.into_bytes()).await;
    assert_eq!(applied.status, 200, "{}", String::from_utf8_lossy(&applied.body));
    world
}

/// The other broker was asked for a library, and says in this name that it lends. The symbol in the requester's header and its note.
async fn lent(world: &World, supplier: &str, speaks_as: &str) -> (String, String) {
    let [north, other, _] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-1", T, &[supplier]))).await;
    let asked = other.next_request().await;
    let says =
        |reason, status, at| Message::SupplyingAgencyMessage(report(speaks_as, &asked, at, reason, status));
    world.say(1, &says(ReasonForMessage::RequestResponse, Status::Loaned, "2026-03-02T12:00:00Z")).await;
    loop {
        let told = north.next_report().await;
        if told.status_info.status == Status::Loaned {
            let header = told.header.supplying_agency_id.value.clone();
            return (header, told.message_info.note.unwrap_or_default());
        }
    }
}

#[tokio::test]
async fn a_broker_speaks_in_its_own_name_about_what_a_library_behind_it_was_asked() {
    let world = world().await;
    lent(&world, BEHIND, O).await;
    world.until("n-1", |detail| detail.line.phase == "on-loan").await;
}

#[tokio::test]
async fn a_library_behind_a_broker_speaks_for_itself() {
    let world = world().await;
    lent(&world, BEHIND, BEHIND).await;
    world.until("n-1", |detail| detail.line.phase == "on-loan").await;
}

#[tokio::test]
async fn a_transparent_broker_names_a_supplier_that_no_registry_knows() {
    for supplier in [O, BEHIND] {
        let world = world().await;
        lent(&world, supplier, STRANGER).await;
        world.until("n-1", |detail| detail.line.phase == "on-loan").await;
    }
}

#[tokio::test]
async fn nobody_else_speaks_in_a_strangers_name() {
    let world = world().await;
    let [_, _, south] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-1", T, &["ISIL:XX-SOUTH"]))).await;
    let asked = south.next_request().await;
    let loaned = report(STRANGER, &asked, T, ReasonForMessage::RequestResponse, Status::Loaned);
    let errors = world.refused(2, &Message::SupplyingAgencyMessage(loaned)).await;
    assert!(errors[0].contains("is not known to this broker"), "{errors:?}");

    let mut nothing = asked.clone();
    nothing.header.requesting_agency_request_id = "no-such-id".to_owned();
    let loaned = report(STRANGER, &nothing, T, ReasonForMessage::RequestResponse, Status::Loaned);
    let errors = world.refused(1, &Message::SupplyingAgencyMessage(loaned)).await;
    assert!(errors[0].contains("is not known to this broker"), "{errors:?}");
}
