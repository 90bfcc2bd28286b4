//! What the endpoint answers itself: who it is, how hosted requests stand, what changes them, and what is wrong.

use ils::{AskedService, Card, NotTaken, Which};
use loan_model::{PeerId, ils::NoticeKind};
use ncip::{
    AcceptItem, AgencyId, AuthenticationInput, BibliographicDescription, BibliographicId,
    BibliographicRecordId, Body, CancelRequestItem, CheckOutItem, DateTime, Flag, ItemCheckedIn,
    ItemCheckedOut, ItemId, ItemOptionalFields, LookupAgency, LookupItem, LookupRequest, LookupVersion,
    RequestFields, RequestId, RequestItem, SchemeValue, Secret, UpdateRequestItem, UserId, Version,
};

use super::{
    carried::header,
    world::{HostedCall, Member, World, problems, read},
};

/// Three members: two with systems (where nobody listens), one with ISO 18626 of its own and no system to ask.
async fn world() -> World {
    let nowhere = |agency: &str| format!("url = \"tcp://127.0.0.1:9\"\nto_agency = \"{agency}\"\n");
    let members = [
        Member { id: "north", ncip: nowhere("ILS-N") },
        Member { id: "south", ncip: nowhere("ILS-S") + "accept_secret = \"file:south-ncip\"\n" },
    ];
    let native = "\n[[library]]\nid = \"native\"\nname = \"Native library\"\nsymbols = [\"ISIL:NATIVE\"]\n\
                  connection.url = \"http://127.0.0.1:9/iso18626\"\n";
    let retired = "\n[[library]]\nid = \"gone\"\nname = \"Gone library\"\nsymbols = [\"ISIL:GONE\"]\nstatus = \"retired\"\n";
    World::new(&members, &format!("{native}{retired}")).await
}

fn request(from: &str, to: &str) -> RequestItem {
    RequestItem {
        initiation_header: Some(header(from, to)),
        user_id: Some(UserId { user_identifier_value: "patron-7".to_owned(), ..UserId::default() }),
        bibliographic_ids: vec![BibliographicId {
            bibliographic_record_id: Some(BibliographicRecordId {
                bibliographic_record_identifier: "ocm1".to_owned(),
                bibliographic_record_identifier_code: Some(SchemeValue::bare("OCLC")),
                ..BibliographicRecordId::default()
            }),
            ..BibliographicId::default()
        }],
        request_type: SchemeValue::bare("Loan"),
        request_scope_type: SchemeValue::bare("Bibliographic Item"),
        need_before_date: Some(DateTime::from_lexical("2027-01-31T00:00:00Z")),
        ..RequestItem::default()
    }
}

fn id(value: &str) -> RequestId {
    RequestId { request_identifier_value: value.to_owned(), ..RequestId::default() }
}

fn item(value: &str) -> ItemId {
    ItemId { item_identifier_value: value.to_owned(), ..ItemId::default() }
}

fn user(value: &str) -> UserId {
    UserId { user_identifier_value: value.to_owned(), ..UserId::default() }
}

fn checked_out(from: &str, to: &str, barcode: &str) -> ItemCheckedOut {
    ItemCheckedOut {
        initiation_header: Some(header(from, to)),
        user_id: user("patron-7"),
        item_id: item(barcode),
        date_due: Some(DateTime::from_lexical("2026-12-24T23:59:00Z")),
        ..ItemCheckedOut::default()
    }
}

#[tokio::test]
async fn versions_and_agencies_are_told() {
    let world = world().await;
    let term = |value: &str| AgencyId::new("http://example.org/agencies", value);
    let asked = LookupVersion { from_agency_id: term("WHOEVER"), to_agency_id: term("BROKER") };
    let message = ncip::Message { body: Body::from(asked) };
    let written = ncip::write(&message, &Version::V1_0.into()).unwrap();
    let (status, answer) = world.post("text/xml", written.bytes).await;
    let answer = ncip::read(&answer, &ncip::ReadOptions::default()).unwrap();
    assert_eq!((status, answer.diagnostics.as_slice()), (200, [].as_slice()));
    let Body::LookupVersionResponse(told) = answer.message.body else { panic!() };
    assert_eq!(told.versions_supported.len(), 5);
    assert_eq!(told.to_agency_id.value, "WHOEVER");

    let agency = |wanted: &str| LookupAgency {
        initiation_header: Some(header("NORTH", "BROKER")),
        agency_id: term(wanted),
        agency_element_types: vec![SchemeValue::bare("Organization Name Information")],
        ..LookupAgency::default()
    };
    for version in [Version::V1_0, Version::V2_02] {
        for (wanted, name) in
            [("native", "Native library"), ("ILS-S", "south library"), ("BROKER", "The broker")]
        {
            let Body::LookupAgencyResponse(told) = world.say(version, agency(wanted)).await else { panic!() };
            assert_eq!(told.organization_name_information[0].organization_name, name);
        }
        assert_eq!(problems(&world.say(version, agency("NOBODY")).await), ["Unknown Agency"]);
    }
}

#[tokio::test]
async fn a_patrons_request_starts_here() {
    let world = world().await;
    for (version, to) in [(Version::V1_0, "BROKER"), (Version::V2_02, "NORTH"), (Version::V2_02, "ILS-N")] {
        let Body::RequestItemResponse(told) = world.say(version, request("NORTH", to)).await else {
            panic!()
        };
        assert_eq!(told.problems, []);
        let ours = told.request_id.unwrap();
        assert_eq!(ours.request_identifier_value, "REQ-1");
        assert_eq!(ours.agency_id.unwrap().value, to);
        assert_eq!(told.user_id.unwrap().user_identifier_value, "patron-7");
        let ask = world.hosted.asked();
        assert_eq!((ask.library, ask.patron), (PeerId::new("north"), Card::new("patron-7")));
        assert_eq!(ask.service, AskedService::Loan);
        // Midnight is the end of its day.
        assert_eq!(ask.need_before, Some("2027-01-31T23:59:59Z".parse().unwrap()));
        let record = &ask.wanted.records[0];
        assert_eq!((record.id.as_str(), record.source.as_deref()), ("ocm1", Some("OCLC")));
    }
}

#[tokio::test]
async fn a_repeat_has_the_same_key_and_another_message_another() {
    let world = world().await;
    let mut keys = Vec::new();
    for need in ["2027-01-31T00:00:00Z", "2027-01-31T00:00:00Z", "2027-02-01T00:00:00Z"] {
        let need_before_date = Some(DateTime::from_lexical(need));
        world.say(Version::V2_02, RequestItem { need_before_date, ..request("NORTH", "NORTH") }).await;
        let ask = world.hosted.asked();
        keys.push(ask.key);
    }
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[tokio::test]
async fn what_a_patron_wants_can_be_described() {
    let world = world().await;
    let described = BibliographicDescription {
        title: Some("Of tides".to_owned()),
        author: Some("Moss, A.".to_owned()),
        ..BibliographicDescription::default()
    };
    let card = AuthenticationInput {
        authentication_input_data: Secret::from("card-9"),
        authentication_data_format_type: SchemeValue::bare("text"),
        authentication_input_type: SchemeValue::bare("Barcode Id"),
        ..AuthenticationInput::default()
    };
    let mut asked = request("NORTH", "NORTH");
    asked.user_id = None;
    asked.authentication_inputs = vec![card];
    // An id that names nobody is none.
    let sound = ncip::Message { body: Body::from(asked.clone()) };
    let text = String::from_utf8(ncip::write(&sound, &Version::V2_02.into()).unwrap().bytes).unwrap();
    let at = text.find("<AuthenticationInput>").unwrap();
    for blank in ["<UserId/>", "<UserId><UserIdentifierValue> </UserIdentifierValue></UserId>"] {
        let (_, answer) = world.post("text/xml", [&text[..at], blank, &text[at..]].concat()).await;
        let Body::RequestItemResponse(taken) = read(Version::V2_02, &answer) else { panic!("{answer:?}") };
        assert_eq!(taken.problems, []);
        assert_eq!(taken.user_id.unwrap().value(), "card-9", "{blank}");
        assert_eq!(world.hosted.asked().patron, Card::new("card-9"), "{blank}");
    }
    asked.request_type = SchemeValue::bare("Non-returnable Copy");
    asked.request_id = Some(id("theirs-3"));
    asked.pickup_location = Some(SchemeValue::bare("Branch 2"));
    asked.item_optional_fields = Some(ItemOptionalFields {
        bibliographic_description: Some(described),
        ..ItemOptionalFields::default()
    });
    assert_eq!(problems(&world.say(Version::V2_02, asked.clone()).await), [""; 0]);
    let ask = world.hosted.asked();
    assert_eq!((ask.patron, ask.service), (Card::new("card-9"), AskedService::Copy));
    assert_eq!((ask.theirs.as_deref(), ask.pickup.as_deref()), (Some("theirs-3"), Some("Branch 2")));
    assert_eq!(ask.wanted.description.title.as_deref(), Some("Of tides"));
    assert_eq!(ask.wanted.description.author.as_deref(), Some("Moss, A."));
}

#[tokio::test]
async fn a_hosted_request_is_shown_changed_and_cancelled() {
    let world = world().await;
    for version in [Version::V1_01, Version::V2_02] {
        let asked = LookupRequest {
            initiation_header: Some(header("NORTH", "BROKER")),
            request_id: Some(id("REQ-1")),
            ..LookupRequest::default()
        };
        let Body::LookupRequestResponse(told) = world.say(version, asked).await else { panic!() };
        assert_eq!(told.request_status_type.unwrap().value, "Available For Pickup");
        assert_eq!(told.pickup_expiry_date.unwrap().as_str(), "2026-12-01T10:00:00Z");

        let cancel = CancelRequestItem {
            initiation_header: Some(header("NORTH", "NORTH")),
            user_id: Some(user("patron-7")),
            request_id: Some(id("REQ-1")),
            request_type: SchemeValue::bare("Loan"),
            ..CancelRequestItem::default()
        };
        let Body::CancelRequestItemResponse(told) = world.say(version, cancel).await else { panic!() };
        assert_eq!(told.request_id.unwrap().request_identifier_value, "REQ-1");

        let need_before_date = Some(DateTime::from_lexical("2027-03-01T00:00:00Z"));
        let update = UpdateRequestItem {
            initiation_header: Some(header("NORTH", "NORTH")),
            request_id: Some(id("REQ-1")),
            add_request_fields: Some(RequestFields { need_before_date, ..RequestFields::default() }),
            ..UpdateRequestItem::default()
        };
        let Body::UpdateRequestItemResponse(told) = world.say(version, update).await else { panic!() };
        assert_eq!(told.problems, []);

        let which = Which::Request("REQ-1".to_owned());
        let told = world.hosted.told();
        assert_eq!(told[0], HostedCall::LookUp(PeerId::new("north"), which.clone()));
        let (HostedCall::Cancel(cancel), HostedCall::Update(update)) = (&told[1], &told[2]) else {
            panic!("{told:?}")
        };
        assert_eq!((&cancel.which, &cancel.patron), (&which, &Some(Card::new("patron-7"))));
        assert_eq!(update.need_before, Some("2027-03-01T00:00:00Z".parse().unwrap()));
    }
}

#[tokio::test]
async fn a_refusal_becomes_the_standards_problem() {
    let world = world().await;
    let why = || "because".to_owned();
    for (refusal, problem) in [
        (NotTaken::UnknownUser, "Unknown User"),
        (NotTaken::UnknownRequest, "Unknown Request"),
        (NotTaken::Ineligible { why: why() }, "User Ineligible To Request This Item"),
        (NotTaken::Duplicate { request: "REQ-0".to_owned() }, "Duplicate Request"),
        (NotTaken::TooLate { why: why() }, "Request Already Processed"),
        (NotTaken::Element { element: "PickupLocation", why: why() }, "Needed Data Missing"),
        (NotTaken::Value { element: "PickupLocation", why: why() }, "Element Rule Violated"),
        (NotTaken::NotOffered { why: why() }, "Unsupported Service"),
        (NotTaken::Later { why: why() }, "Temporary Processing Failure"),
    ] {
        world.hosted.refuse(Some(refusal));
        for version in [Version::V1_0, Version::V2_02] {
            assert_eq!(problems(&world.say(version, request("NORTH", "NORTH")).await), [problem]);
        }
    }
    world.hosted.told();
    world.hosted.refuse(None);
    let mut empty = request("NORTH", "NORTH");
    empty.bibliographic_ids = Vec::new();
    empty.item_ids = vec![];
    empty.user_id = Some(user(" "));
    let (status, answer) = world.post("text/xml", written_loosely(&empty)).await;
    assert_eq!(status, 200);
    assert!(!problems(&read(Version::V2_02, &answer)).is_empty());
    assert_eq!(world.hosted.told(), []);
}

/// A message that our writer would not write.
fn written_loosely(message: &RequestItem) -> String {
    let sound = RequestItem { bibliographic_ids: request("A", "B").bibliographic_ids, ..message.clone() };
    let sound = ncip::Message { body: Body::from(sound) };
    let text = String::from_utf8(ncip::write(&sound, &Version::V2_02.into()).unwrap().bytes).unwrap();
    let (from, to) = (text.find("<BibliographicId>"), text.find("</BibliographicId>"));
    match (from, to) {
        (Some(from), Some(to)) => format!("{}{}", &text[..from], &text[to + "</BibliographicId>".len()..]),
        _ => {
            let from = text.find("<ncip:BibliographicId>").unwrap();
            let to = text.find("</ncip:BibliographicId>").unwrap();
            format!("{}{}", &text[..from], &text[to + "</ncip:BibliographicId>".len()..])
        }
    }
}

#[tokio::test]
async fn notices_move_the_request_they_belong_to_and_loans_of_visitors_are_counted() {
    let world = world().await;
    let notice = checked_out("NORTH", "BROKER", "item-1");
    let Body::ItemCheckedOutResponse(told) = world.say(Version::V2_02, notice).await else { panic!() };
    assert_eq!(
        (told.problems.len(), told.response_header.unwrap().to_agency_id.value.as_str()),
        (0, "NORTH")
    );
    let back = ItemCheckedIn {
        initiation_header: Some(header("NORTH", "SOUTH")),
        item_id: item("item-1"),
        ..ItemCheckedIn::default()
    };
    assert_eq!(problems(&world.say(Version::V1_0, back).await), [""; 0]);
    let told = world.hosted.told();
    let [HostedCall::Notice(out), HostedCall::Notice(back)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((out.kind, out.item.as_deref()), (NoticeKind::CheckedOut, Some("item-1")));
    assert_eq!(out.due, Some("2026-12-24T23:59:00Z".parse().unwrap()));
    assert_eq!((back.kind, &back.library), (NoticeKind::CheckedIn, &PeerId::new("north")));

    // What belongs to no request of ours is a loan of somebody's patron, if he is at home elsewhere.
    for (to, loans) in [("NORTH", 0), ("SOUTH", 1), ("SOUTH", 2)] {
        let answer = world.say(Version::V2_02, checked_out("NORTH", to, "not-ours")).await;
        assert_eq!(problems(&answer), [""; 0]);
        let visits = world.counts().await.visits;
        assert_eq!(visits.iter().map(|line| line.loans).sum::<i64>(), loans);
        assert!(visits.iter().all(|line| line.cards == 0 && line.at == "north" && line.home == "south"));
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_said_in_the_services_own_answer() {
    let world = world().await;
    let accept = |to: &str| AcceptItem {
        initiation_header: Some(header("NORTH", to)),
        request_id: id("1"),
        requested_action_type: SchemeValue::bare("Hold For Pickup"),
        ..AcceptItem::default()
    };
    let out = CheckOutItem {
        initiation_header: Some(header("NORTH", "SOUTH")),
        user_id: Some(user("1")),
        item_id: item("2"),
        ..CheckOutItem::default()
    };
    let look = |from: &str, to: &str| LookupItem {
        initiation_header: Some(header(from, to)),
        item_id: Some(item("1")),
        item_element_types: vec![SchemeValue::bare("Location")],
        current_borrower_desired: Flag::Unset,
        ..LookupItem::default()
    };
    for version in [Version::V1_0, Version::V2_02] {
        let say = async |body: Body| problems(&world.say(version, body).await);
        assert_eq!(say(accept("BROKER").into()).await, ["Unsupported Service"]);
        assert_eq!(say(accept("NORTH").into()).await, ["Unsupported Service"]);
        assert_eq!(say(out.clone().into()).await, ["Unauthorized Service For Agency"]);
        assert_eq!(say(request("NORTH", "SOUTH").into()).await, ["Unauthorized Service For Agency"]);
        assert_eq!(say(request("NATIVE", "BROKER").into()).await, ["Unsupported Service"]);
        assert_eq!(say(look("NATIVE", "NATIVE").into()).await, ["Unsupported Service"]);
        assert_eq!(say(look("GONE", "NORTH").into()).await, ["Unauthorized Service For Agency"]);
        assert_eq!(say(look("NOBODY", "NORTH").into()).await, ["Unknown Agency"]);
        assert_eq!(say(look("NORTH", "NOBODY").into()).await, ["Unknown Agency"]);
    }
    assert_eq!(world.hosted.told(), []);
}

#[tokio::test]
async fn who_must_show_a_secret_shows_the_right_one() {
    let world = world().await;
    let dir = world.dir.path().join("secrets");
    let asked = request("SOUTH", "SOUTH");
    // While the gateway cannot know the secret, nobody can show it.
    assert_eq!(problems(&world.say(Version::V2_02, asked.clone()).await), ["Temporary Processing Failure"]);
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("south-ncip"), "open sesame\n").unwrap();
    assert_eq!(problems(&world.say(Version::V2_02, asked.clone()).await), ["Agency Authentication Failed"]);
    let mut shown = asked;
    shown.initiation_header.as_mut().unwrap().from_agency_authentication = Some(Secret::from("open sesame"));
    assert_eq!(problems(&world.say(Version::V2_02, shown).await), [""; 0]);
    assert_eq!(world.hosted.told().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_and_only_its_shape_is_kept() {
    let world = world().await;
    let hidden = "<NCIPMessage><LookupUser><AuthenticationInputData>5317</AuthenticationInputData>Ada";
    for broken in [hidden, "", "no xml", "<html/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><NCIPMessage/>"] {
        let (status, answer) = world.post("application/xml", broken).await;
        assert_eq!(status, 200, "{broken}");
        assert_eq!(problems(&read(Version::V2_02, &answer)), ["Invalid Message Syntax Error"], "{broken}");
    }
    let (_, answer) = world
        .post(
            "text/xml",
            "<NCIPMessage version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"><LookupUser>&",
        )
        .await;
    assert!(
        String::from_utf8_lossy(&answer).contains("<MessagingErrorType>"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    // Nor is there an answer of version 1 without a header.
    let headless = "<NCIPMessage version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"><RecallItem/></NCIPMessage>";
    let (_, answer) = world.post("text/xml", headless).await;
    let answer = read(Version::V1_0, &answer);
    assert_eq!(answer.element(), "RecallItemResponse");
    assert!(!answer.problems().is_empty());
    let kept = world.kept().await;
    let shape = "<NCIPMessage><LookupUser><AuthenticationInputData>xxxx</AuthenticationInputData>xxx";
    assert!(kept.iter().any(|kept| kept == shape), "{kept:?}");
    assert!(kept.iter().all(|kept| !kept.contains("5317") && !kept.contains("Ada")), "{kept:?}");
}

#[tokio::test]
async fn messages_are_taken_from_forms_and_other_posts_refused() {
    let world = world().await;
    let message = ncip::Message { body: Body::from(request("NORTH", "NORTH")) };
    let xml = ncip::write(&message, &Version::V2_02.into()).unwrap().bytes;
    let escaped: String = xml.iter().map(|byte| format!("%{byte:02x}")).collect();
    for field in ["xml", "XForms%3AModel"] {
        let form = format!("a=b&{field}={escaped}");
        let (status, answer) = world.post("application/x-www-form-urlencoded", form).await;
        assert_eq!((status, problems(&read(Version::V2_02, &answer))), (200, Vec::new()));
    }
    for kind in ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded"] {
        let (status, answer) = world.post(kind, xml.clone()).await;
        assert_eq!((status, problems(&read(Version::V2_02, &answer))), (200, Vec::new()), "{kind}");
    }
    assert_eq!(world.post("text/plain", "{}").await.0, 415);
    assert_eq!(world.post("application/x-www-form-urlencoded", "a=b").await.0, 400);
    assert_eq!(world.post("text/xml", vec![b' '; 5 << 20]).await.0, 413);
}
