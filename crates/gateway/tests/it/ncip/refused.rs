//! What must not get lost between two members: a refusal, a PIN, a wish, and that something was left out.

use ncip::{
    AcceptItem, AgencyId, AuthenticationInput, Body, LookupItem, LookupUser, RenewItem, RequestId,
    SchemeValue, Secret, UserId, Version,
};
use testkit::{FakePeer, Play};

use super::{
    carried::header,
    world::{Member, World, problems},
};

const CARD: &str = "00123";
const PIN: &str = "5317";
const VERSIONS: [Version; 3] = [Version::V1_0, Version::V2_0, Version::V2_02];

/// A member whose system speaks a version and answers this; `south` asks it.
async fn world(version: &str, more: &str, answer: impl Into<Vec<u8>>) -> (World, FakePeer) {
    let answer = answer.into();
    let north = FakePeer::start(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        Play::Answer([head.as_bytes(), &answer].concat())
    })
    .await;
    let ncip = |agency: &str, more: &str| {
        format!(
            "url = \"http://{}/ncip\"\nversion = \"{version}\"\nfrom_agency = \"GATE\"\nto_agency = \"{agency}\"\n{more}",
            north.addr
        )
    };
    let members =
        [Member { id: "north", ncip: ncip("ILS-N", more) }, Member { id: "south", ncip: ncip("ILS-S", "") }];
    let route = "\n[[ncip_route]]\nfrom = \"south\"\nto = \"north\"\n\
                 services = [\"LookupUser\", \"LookupItem\", \"RenewItem\", \"AcceptItem\"]\n";
    (World::new(&members, route).await, north)
}

fn v2(inside: &str) -> String {
    format!("<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\">{inside}</NCIPMessage>")
}

fn lookup() -> LookupUser {
    LookupUser {
        initiation_header: Some(header("SOUTH", "NORTH")),
        user_id: Some(UserId {
            agency_id: Some(AgencyId::bare("NORTH")),
            user_identifier_value: CARD.to_owned(),
            ..UserId::default()
        }),
        user_element_types: vec![SchemeValue::bare("Name Information")],
        ..LookupUser::default()
    }
}

fn renew() -> RenewItem {
    RenewItem {
        initiation_header: Some(header("SOUTH", "NORTH")),
        user_id: lookup().user_id,
        item_id: ncip::ItemId::bare("31234"),
        ..RenewItem::default()
    }
}

fn input(kind: &str, data: &str) -> AuthenticationInput {
    AuthenticationInput {
        authentication_input_data: Secret::from(data),
        authentication_data_format_type: SchemeValue::bare("text"),
        authentication_input_type: SchemeValue::bare(kind),
        ..AuthenticationInput::default()
    }
}

const USER: &str = "<UserId><UserIdentifierValue>00123</UserIdentifierValue></UserId>";
const BLOCKED: &str =
    "<Problem><ProblemType>User Blocked</ProblemType><ProblemDetail>fines</ProblemDetail></Problem>";

#[tokio::test]
async fn a_problem_arrives_in_every_version_whatever_stands_beside_it() {
    for inside in [
        format!("{USER}{BLOCKED}"),
        format!("{BLOCKED}{USER}"),
        format!("{USER}<Ext>{BLOCKED}</Ext>"),
        format!("{USER}<UserOptionalFields>{BLOCKED}</UserOptionalFields>"),
        format!(
            "{USER}<ProcessingError><ProcessingErrorType>User Blocked</ProcessingErrorType></ProcessingError>"
        ),
    ] {
        let answer = v2(&format!("<LookupUserResponse>{inside}</LookupUserResponse>"));
        let (world, _north) = world("2.02", "", answer).await;
        for version in VERSIONS {
            let answer = world.say(version, lookup()).await;
            assert_eq!(problems(&answer), ["User Blocked"], "{version}: {inside}");
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_is_told_as_none_and_never_as_done() {
    for inside in [
        "<RenewItemResponse/>".to_owned(),
        "<RenewItemResponse><DateDue>2026-12-24T00:00:00Z</DateDue></RenewItemResponse>".to_owned(),
        "<RenewItemResponse><ItemId><ItemIdentifierValue>9</ItemIdentifierValue></ItemId></RenewItemResponse>".to_owned(),
        "<RenewItemResponse><ItemId><ItemIdentifierValue>31234</ItemIdentifierValue></ItemId>".to_owned(),
        "<CheckInItemResponse><ItemId><ItemIdentifierValue>31234</ItemIdentifierValue></ItemId></CheckInItemResponse>".to_owned(),
    ] {
        let (world, north) = world("2.02", "", v2(&inside)).await;
        let answer = world.say(Version::V2_02, renew()).await;
        assert_eq!(problems(&answer), ["Temporary Processing Failure"], "{inside}");
        let detail = answer.problems()[0].problem_detail.clone().unwrap();
        assert!(detail.contains("may have been done"), "{detail}");
        assert_eq!(north.posts().len(), 1);
    }
    // A look does nothing: it can be asked again.
    let (world, _north) = world("2.02", "", v2("<LookupUserResponse/>")).await;
    let answer = world.say(Version::V1_0, lookup()).await;
    assert_eq!(problems(&answer), ["Temporary Processing Failure"]);
}

#[tokio::test]
async fn a_pin_is_carried_or_the_message_is_refused() {
    let yes = v2(&format!("<LookupUserResponse>{USER}</LookupUserResponse>"));
    let pin = || vec![input("PIN", PIN)];
    let both = || vec![input("Barcode Id", CARD), input("PIN", PIN)];
    let message = |inputs: Vec<AuthenticationInput>, inside: &str| {
        let asked = LookupUser { user_id: None, authentication_inputs: inputs, ..lookup() };
        let written = ncip::write(&Body::from(asked).into(), &Version::V2_02.into()).unwrap();
        let text = String::from_utf8(written.bytes).unwrap();
        text.replacen("<AuthenticationInput>", &format!("{inside}<AuthenticationInput>"), 1)
    };
    for (setting, inputs, carried, user) in [
        ("", pin(), false, false),
        ("", both(), true, false),
        ("credentials = \"both\"\n", pin(), true, true),
    ] {
        let (world, north) = world("2.02", setting, yes.as_str()).await;
        let (_, answer) = world.post("application/xml", message(inputs, USER)).await;
        let answer = ncip::read(&answer, &Default::default()).unwrap().message.body;
        let posts = north.posts();
        if carried {
            assert_eq!(problems(&answer), [""; 0], "{setting}");
            let post = String::from_utf8(posts[0].body.clone()).unwrap();
            assert!(post.contains(PIN) && post.contains(CARD), "{post}");
            assert_eq!(post.contains("<UserId>"), user, "{post}");
        } else {
            assert_eq!(problems(&answer), ["Element Rule Violated"]);
            assert_eq!(answer.problems()[0].problem_element.as_deref(), Some("AuthenticationInput"));
            assert_eq!(posts.len(), 0, "it was not asked");
        }
    }
}

#[tokio::test]
async fn a_patron_is_at_home_with_the_library_whatever_its_system_calls_itself() {
    for agency in ["<AgencyId>BRANCH-7</AgencyId>", "<AgencyId>ILS-N</AgencyId>", "<AgencyId/>"] {
        let user = USER.replace("<UserId>", &format!("<UserId>{agency}"));
        let answer = v2(&format!("<LookupUserResponse>{user}</LookupUserResponse>"));
        let (world, _north) = world("2.02", "", answer).await;
        for (to, home) in [("NORTH", "NORTH"), ("BROKER", "NORTH")] {
            let asked = LookupUser { initiation_header: Some(header("SOUTH", to)), ..lookup() };
            let answer = world.say(Version::V2_02, asked).await;
            let Body::LookupUserResponse(told) = answer else { panic!("{answer:?}") };
            assert_eq!(told.user_id.unwrap().agency_id.unwrap().value, home, "{agency} {to}");
        }
    }
}

#[tokio::test]
async fn a_wish_that_a_system_cannot_be_told_is_refused() {
    let (world, north) = world("1.0", "", "").await;
    let accept = AcceptItem {
        initiation_header: Some(header("SOUTH", "NORTH")),
        request_id: RequestId::bare("R-1"),
        requested_action_type: SchemeValue::bare("Hold For Pickup"),
        pickup_location: Some(SchemeValue::bare("Branch 2")),
        ..AcceptItem::default()
    };
    let answer = world.say(Version::V2_02, accept).await;
    assert_eq!(answer.problems()[0].problem_element.as_deref(), Some("PickupLocation"));
    assert_eq!(north.posts().len(), 0, "it was not asked");
}

#[tokio::test]
async fn what_was_left_out_of_an_answer_is_named_to_the_asker() {
    let answer = v2(
        "<LookupItemResponse><ItemId><ItemIdentifierValue>31234</ItemIdentifierValue></ItemId><UserOptionalFields>\
         <CirculationStatus>On Loan</CirculationStatus><CallNumber>QA 76</CallNumber><Shelfmark>X</Shelfmark>\
         </UserOptionalFields></LookupItemResponse>",
    );
    let (world, _north) = world("2.02", "", answer).await;
    let asked = LookupItem {
        initiation_header: Some(header("SOUTH", "NORTH")),
        item_id: Some(ncip::ItemId::bare("31234")),
        item_element_types: vec![SchemeValue::bare("Circulation Status")],
        ..LookupItem::default()
    };
    for version in VERSIONS {
        let written = ncip::write(&Body::from(asked.clone()).into(), &version.into()).unwrap();
        let (_, answer) = world.post("application/xml", written.bytes).await;
        let text = String::from_utf8(answer.clone()).unwrap();
        let Body::LookupItemResponse(told) = super::world::read(version, &answer) else { panic!("{text}") };
        let fields = told.item_optional_fields.unwrap();
        assert_eq!(fields.circulation_status.unwrap().value, "On Loan");
        assert_eq!(fields.item_description.unwrap().call_number.as_deref(), Some("QA 76"));
        let place = if version == Version::V2_02 { "<ItemNote" } else { "<!--" };
        assert!(text.contains(place) && text.contains("Shelfmark"), "{text}");
        assert!(!text.contains(">X<"), "{text}");
    }
}

#[tokio::test]
async fn a_stack_trace_stays_with_its_library() {
    let trace = "\tat org.x.W.v(W.java:3)\n".repeat(300);
    let problem = format!(
        "<Problem><ProblemType>Temporary Processing Failure</ProblemType><ProblemDetail>java.lang.X: boom\n{trace}\
         </ProblemDetail><ProblemElement/></Problem>"
    );
    let (world, _north) =
        world("2.02", "", v2(&format!("<LookupUserResponse>{problem}</LookupUserResponse>"))).await;
    for version in VERSIONS {
        let answer = world.say(version, lookup()).await;
        let problem = &answer.problems()[0];
        let said = problem.problem_detail.as_deref().or(problem.problem_value.as_deref());
        assert_eq!(said, Some("java.lang.X: boom"), "{version}");
        assert_ne!(problem.problem_element.as_deref(), Some(""));
    }
}

#[tokio::test]
async fn an_answer_in_sloppy_bytes_is_carried() {
    let answer = v2(&format!(
        "<LookupUserResponse>{USER}<UserOptionalFields><NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Jos@ </UnstructuredPersonalUserName></PersonalNameInformation></NameInformation></UserOptionalFields></LookupUserResponse>"
    ));
    let (before, after) = answer.split_once('@').unwrap();
    let bytes =
        [b"\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>", before.as_bytes(), b"\xE9\x01", after.as_bytes()]
            .concat();
    let (world, _north) = world("2.02", "", bytes).await;
    let answer = world.say(Version::V2_02, lookup()).await;
    let Body::LookupUserResponse(told) = answer else { panic!("{answer:?}") };
    let name = told.user_optional_fields.unwrap().name_information.unwrap();
    assert!(format!("{name:?}").contains("Jos\u{e9}"), "{name:?}");
}

/// Another patron's standing is no answer about this one, in whatever version it comes.
#[tokio::test]
async fn an_answer_about_another_patron_is_not_carried_on() {
    let told = |id: &str| {
        v2(&format!(
            "<LookupUserResponse><UserId><UserIdentifierValue>{id}</UserIdentifierValue></UserId></LookupUserResponse>"
        ))
    };
    for (more, id, is_carried) in [
        ("", CARD, true),
        ("", "00999", false),
        ("user_ids = \"its-own\"\n", "51", true),
        ("user_ids = \"its-own\"\n", "00999", false),
    ] {
        let (world, north) = world("2.02", more, told(id)).await;
        for version in VERSIONS {
            let answer = world.say(version, lookup()).await;
            assert_eq!(problems(&answer).is_empty(), is_carried, "{more}: {id}: {answer:?}");
        }
        drop(north);
    }
}

/// A date that cannot be read, in an answer that is carried, is told of once for the library whose system wrote it.
#[tokio::test]
async fn a_date_that_is_carried_and_cannot_be_read_is_an_incident_of_its_writer() {
    let until = "<UserPrivilege><AgencyId>N</AgencyId><AgencyUserPrivilegeType>STATUS</AgencyUserPrivilegeType><ValidToDate>24.12.2031</ValidToDate></UserPrivilege>";
    let answer = v2(&format!(
        "<LookupUserResponse><UserId><UserIdentifierValue>{CARD}</UserIdentifierValue></UserId><UserOptionalFields>{until}</UserOptionalFields></LookupUserResponse>"
    ));
    let (world, north) = world("2.02", "", answer).await;
    for _ in 0..3 {
        assert_eq!(problems(&world.say(Version::V2_02, lookup()).await), [""; 0]);
    }
    assert_eq!(world.incidents().await, [("north".to_owned(), "ncip.date".to_owned())]);
    drop(north);
}
