//! Libraries behind another broker: who may speak for whom.

use iso18626::{Action, Edition, Message, ReasonForMessage, Status};

use super::{
    words::{action, report, request},
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
    let address = "[[library.address]]\nline1 = \"1 North Street\"\nlocality = \"Town\"\n\n";
    let file = world.registry(Some(1));
    let file = file.replace(
        "[[library]]\nid = \"other\"",
        &format!("{address}[[library]]\nid = \"other\"\nkind = \"broker\""),
    );
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

#[tokio::test]
async fn a_broker_and_the_libraries_behind_it_speak_for_each_other_as_requesters_too() {
    // Who asked, and who speaks of it.
    for (asks, speaks) in [(BEHIND, O), (O, BEHIND), (O, STRANGER), (BEHIND, STRANGER), (BEHIND, BEHIND)] {
        let world = world().await;
        let [_, other, south] = world.peers.as_slice() else { unreachable!() };
        world.say(1, &Message::Request(request(asks, "b-1", T, &["ISIL:XX-SOUTH"]))).await;
        let asked = south.next_request().await;
        let loaned = report("ISIL:XX-SOUTH", &asked, T, ReasonForMessage::RequestResponse, Status::Loaned);
        world.say(2, &Message::SupplyingAgencyMessage(loaned)).await;
        while other.next_report().await.status_info.status != Status::Loaned {}
        for (minute, action_of) in
            [Action::Received, Action::StatusRequest, Action::ShippedReturn].iter().enumerate()
        {
            let at = format!("2026-03-02T13:0{minute}:00Z");
            world
                .say(1, &Message::RequestingAgencyMessage(action(speaks, "b-1", &at, action_of.clone())))
                .await;
            let told = south.next_action().await;
            assert_eq!(told.action, *action_of, "{asks} {speaks}");
        }
        // Nobody else does, and a stranger only in what a broker has part in.
        let foreign = action(A, "b-1", T, Action::Cancel);
        let errors = world.refused(0, &Message::RequestingAgencyMessage(foreign)).await;
        assert!(errors[0].contains("not a party"), "{errors:?}");
        world.say(0, &Message::Request(request(A, "n-9", T, &["ISIL:XX-SOUTH"]))).await;
        for who in [STRANGER, O, BEHIND] {
            let errors = world
                .refused(1, &Message::RequestingAgencyMessage(action(who, "n-9", T, Action::Cancel)))
                .await;
            assert!(errors[0].contains("not a party") || errors[0].contains("is not known"), "{errors:?}");
        }
    }
}

#[tokio::test]
async fn a_retry_and_a_reminder_come_from_whoever_speaks_for_the_requester() {
    let world = world().await;
    let [_, other, south] = world.peers.as_slice() else { unreachable!() };
    world.say(1, &Message::Request(request(BEHIND, "b-1", T, &["ISIL:XX-SOUTH"]))).await;
    let asked = south.next_request().await;
    let mut retry =
        report("ISIL:XX-SOUTH", &asked, T, ReasonForMessage::RequestResponse, Status::RetryPossible);
    retry.message_info.reason_retry = Some(iso18626::Open::new("OnLoan"));
    world.say(2, &Message::SupplyingAgencyMessage(retry)).await;
    while other.next_report().await.status_info.status != Status::RetryPossible {}
    let mut again = request(O, "b-2", "2026-03-02T11:00:00Z", &["ISIL:XX-SOUTH"]);
    let service = again.service_info.get_or_insert_default();
    service.request_type = Some(iso18626::RequestType::Retry);
    service.requesting_agency_previous_request_id = Some("b-1".to_owned());
    world.say(1, &Message::Request(again)).await;
    let retried = south.next_request().await;
    let service = retried.service_info.unwrap();
    assert_eq!(
        service.requesting_agency_previous_request_id.as_ref(),
        Some(&asked.header.requesting_agency_request_id)
    );
    let mut reminder = request(BEHIND, "b-2", "2026-03-02T12:00:00Z", &[]);
    reminder.service_info.get_or_insert_default().request_type = Some(iso18626::RequestType::Reminder);
    world.say(1, &Message::Request(reminder)).await;
    assert_eq!(world.detail("b-2").await.line.phase, "asking");
}

#[tokio::test]
async fn a_request_never_goes_back_through_the_broker_of_its_library() {
    let world = world().await;
    world.say(1, &Message::Request(request(BEHIND, "b-1", T, &[O, "ISIL:XX-SOUTH"]))).await;
    let [_, _, south] = world.peers.as_slice() else { unreachable!() };
    south.next_request().await;
    let detail = world.detail("b-1").await;
    assert_eq!(detail.legs.len(), 1, "{detail:#?}");
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

/// A broker on the way that keeps of a request what is wanted and who asks, and gives it an id of its own.
fn rewritten(asked: &iso18626::Request, id: &str) -> iso18626::Request {
    let mut back = asked.clone();
    back.header.requesting_agency_request_id = id.to_owned();
    back.header.requesting_agency_id = super::words::agency(A);
    back.header.supplying_agency_id = Some(super::words::agency(super::words::BROKER));
    back.bibliographic_info.bibliographic_record_id.clear();
    back.patron_info = None;
    let service = back.service_info.get_or_insert_default();
    (service.note, service.requesting_agency_previous_request_id) = (None, None);
    back
}

#[tokio::test]
async fn what_comes_round_without_any_id_of_ours_is_told_at_the_first_turn() {
    type Change = fn(&mut iso18626::Request);
    let ways: [(&str, Change); 4] = [
        ("with the requester's address as we filled it", |_| {}),
        ("with the title as the broker writes it", |back| {
            back.bibliographic_info.title = Some("THE CLOUD ATLAS /".to_owned());
        }),
        ("in its own name, for the same requester", |back| {
            back.header.requesting_agency_id = super::words::agency(O);
        }),
        ("with the reference in a note of its own", |back| {
            back.requesting_agency_info = None;
            back.bibliographic_info.title = Some("Cloud".to_owned());
        }),
    ];
    for (way, change) in ways {
        let world = world().await;
        let asked = asked(&world).await;
        let mut back = rewritten(&asked, "o-2");
        change(&mut back);
        if back.requesting_agency_info.is_none() {
            let note = asked.service_info.as_ref().and_then(|service| service.note.clone()).unwrap();
            let service = back.service_info.get_or_insert_default();
            service.note = Some(format!("From our broker. {}", note.replace('\n', "; ")));
        }
        let errors = world.refused(0, &Message::Request(back)).await;
        assert!(errors[0].contains("has come back"), "{way}: {errors:?}");
        let detail = world.detail("n-1").await;
        assert_eq!(detail.line.incidents[0].slug, "request.circle", "{way}");
    }
}

#[tokio::test]
async fn what_is_asked_for_besides_is_no_circle() {
    let world = world().await;
    let asked = asked(&world).await;
    type Change = fn(&mut iso18626::Request);
    let others: [(&str, usize, Change); 3] = [
        ("another thing", 0, |other| other.bibliographic_info.title = Some("Another".to_owned())),
        ("another volume", 0, |other| other.bibliographic_info.volume = vec!["2".to_owned()]),
        ("another library of the broker's", 1, |other| {
            other.header.requesting_agency_id = super::words::agency(O);
            let info = other.requesting_agency_info.get_or_insert_default();
            info.name = Some("A library of ours".to_owned());
        }),
    ];
    for (number, (_, peer, change)) in others.into_iter().enumerate() {
        let mut other = rewritten(&asked, &format!("o-{number}"));
        change(&mut other);
        world.say(peer, &Message::Request(other)).await;
    }
    assert_eq!(world.detail("n-1").await.line.incidents.len(), 0);
}

#[tokio::test]
async fn copies_for_a_book_club_are_no_circle_and_an_endless_one_ends() {
    let world = world().await;
    let whole = |id: &str| {
        let mut request = request(A, id, T, &[O]);
        request.requesting_agency_info = Some(iso18626::RequestingAgencyInfo {
            name: Some("north library".to_owned()),
            ..Default::default()
        });
        request
    };
    // Whether a library says who it is or leaves that to the broker.
    for copy in 1..=12 {
        world.say(0, &Message::Request(request(A, &format!("n-{copy}"), T, &[O]))).await;
    }
    let other = |id: &str| {
        let mut other = whole(id);
        other.bibliographic_info.title = Some("Another for the club".to_owned());
        other
    };
    for copy in 1..=24 {
        world.say(0, &Message::Request(other(&format!("o-{copy}")))).await;
    }
    let errors = world.refused(0, &Message::Request(other("o-25"))).await;
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
