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
    world.apply(file).await;
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

/// The other broker has north's request, as we sent it.
async fn asked(world: &World) -> iso18626::Request {
    let [_, other, _] = world.peers.as_slice() else { unreachable!() };
    world.say(0, &Message::Request(request(A, "n-1", T, &[O]))).await;
    other.next_request().await
}

#[tokio::test]
async fn what_comes_back_from_another_broker_is_refused_and_shown() {
    let back = |asked: &iso18626::Request| {
        let mut back = asked.clone();
        back.header.requesting_agency_id = super::words::agency(A);
        back.header.supplying_agency_id = Some(super::words::agency("ISIL:XX-SOUTH"));
        back
    };
    type Change = fn(&mut iso18626::Request, &str);
    let ways: [(&str, Change); 3] = [
        ("under our own id", |_, _| {}),
        ("naming it as the one before", |back, id| {
            back.bibliographic_info.bibliographic_record_id.clear();
            back.header.requesting_agency_request_id = "o-2".to_owned();
            let service = back.service_info.get_or_insert_default();
            service.request_type = Some(iso18626::RequestType::Retry);
            service.requesting_agency_previous_request_id = Some(id.to_owned());
        }),
        ("with its id rewritten", |back, _| back.header.requesting_agency_request_id = "o-2".to_owned()),
    ];
    for (way, change) in ways {
        let world = world().await;
        let asked = asked(&world).await;
        let id = asked.header.requesting_agency_request_id.clone();
        let mut back = back(&asked);
        change(&mut back, &id);
        let errors = world.refused(0, &Message::Request(back.clone())).await;
        assert!(errors[0].contains("has come back"), "{way}: {errors:?}");
        let shown = world.detail("n-1").await.timeline.len();
        let mut turn = back.clone();
        turn.header.timestamp = iso18626::DateTime::from_lexical("2026-03-02T11:00:00Z");
        world.refused(0, &Message::Request(turn)).await;
        let detail = world.detail("n-1").await;
        assert_eq!(detail.timeline.len(), shown, "{way}: the second turn is not told again");
        let raised: Vec<&str> = detail.line.incidents.iter().map(|incident| incident.slug.as_str()).collect();
        assert_eq!(raised, ["request.circle"], "{way}");
        assert_eq!(detail.line.phase, "asking", "{way}: the request itself goes on");
    }
}

#[tokio::test]
async fn copies_for_a_book_club_are_no_circle_and_an_endless_one_ends() {
    let world = world().await;
    asked(&world).await;
    for copy in 2..=50 {
        let id = format!("n-{copy}");
        world.say(0, &Message::Request(request(A, &id, T, &[O]))).await;
    }
    let errors = world.refused(0, &Message::Request(request(A, "n-51", T, &[O]))).await;
    assert!(errors[0].contains("has come back"), "{errors:?}");
    // Other things that only a record tells apart are other things.
    for record in 1..=60 {
        let mut by_record = request(A, &format!("r-{record}"), T, &[O]);
        by_record.bibliographic_info.title = None;
        by_record.bibliographic_info.supplier_unique_record_id = Some(format!("record-{record}"));
        world.say(0, &Message::Request(by_record)).await;
    }
    // The same many copies are welcome where no other broker has one.
    for copy in 52..=110 {
        let id = format!("n-{copy}");
        let mut other = request(A, &id, T, &["ISIL:XX-SOUTH"]);
        other.bibliographic_info.title = Some("Ten copies".to_owned());
        world.say(0, &Message::Request(other)).await;
    }
}
