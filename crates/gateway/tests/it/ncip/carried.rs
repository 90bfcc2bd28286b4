//! What is carried to a member's system and back: versions bridged, names and credentials changed and restored, nothing of it kept.

use api::model::NcipExchanges;
use ncip::{
    AgencyId, AuthenticationInput, Body, InitiationHeader, ItemId, LookupItem, LookupUser, RenewItem,
    SchemeValue, Secret, UserId, Version,
};
use testkit::{Act, FakePeer, Play, SocketIls, dead_port, http};

use super::world::{Member, World, problems, read};

const PIN: &str = "5317";
const CARD: &str = "21111000042424";

/// A LookupUser by card and PIN.
fn lookup(from: &str, to: &str) -> LookupUser {
    lookup_by(from, to, CARD, PIN)
}

/// The same by these.
pub(super) fn lookup_by(from: &str, to: &str, card: &str, pin: &str) -> LookupUser {
    let input = |kind: &str, data: &str| AuthenticationInput {
        authentication_input_data: Secret::from(data),
        authentication_data_format_type: SchemeValue::bare("text"),
        authentication_input_type: SchemeValue::bare(kind),
        ..AuthenticationInput::default()
    };
    LookupUser {
        initiation_header: Some(header(from, to)),
        authentication_inputs: vec![input("Barcode Id", card), input("PIN", pin)],
        user_element_types: vec![SchemeValue::bare("Name Information")],
        ..LookupUser::default()
    }
}

fn by_id(from: &str, to: &str, id: &str) -> LookupUser {
    LookupUser {
        authentication_inputs: Vec::new(),
        user_id: Some(UserId {
            agency_id: Some(AgencyId::bare(to)),
            user_identifier_value: id.to_owned(),
            ..UserId::default()
        }),
        ..lookup(from, to)
    }
}

pub(super) fn header(from: &str, to: &str) -> InitiationHeader {
    InitiationHeader {
        from_agency_id: AgencyId::bare(from),
        from_agency_authentication: Some(Secret::from("the sender's own")),
        to_agency_id: AgencyId::bare(to),
        ..InitiationHeader::default()
    }
}

/// What a system of version 2 says of a patron.
const KNOWN_2: &str = r#"<NCIPMessage xmlns="http://www.niso.org/2008/ncip" version="http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd">
<LookupUserResponse><ResponseHeader><FromAgencyId><AgencyId>ILS-2</AgencyId></FromAgencyId><ToAgencyId><AgencyId>GATE</AgencyId></ToAgencyId></ResponseHeader>
<UserId><AgencyId>ILS-2</AgencyId><UserIdentifierValue>21111000042424</UserIdentifierValue></UserId>
<UserOptionalFields><NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Ada Visiting</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation></UserOptionalFields>
</LookupUserResponse></NCIPMessage>"#;

/// The same in version 1.
const KNOWN_1: &str = r#"<NCIPMessage version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd">
<LookupUserResponse><ResponseHeader><FromAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>ILS-1</Value></UniqueAgencyId></FromAgencyId><ToAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>GATE</Value></UniqueAgencyId></ToAgencyId></ResponseHeader>
<UniqueUserId><UniqueAgencyId><Scheme>s</Scheme><Value>ILS-1</Value></UniqueAgencyId><UserIdentifierValue>21111000042424</UserIdentifierValue></UniqueUserId>
</LookupUserResponse></NCIPMessage>"#;

fn over_http(addr: std::net::SocketAddr, version: &str, agency: &str) -> String {
    format!(
        "url = \"http://{addr}/ncip\"\nversion = \"{version}\"\nfrom_agency = \"GATE\"\nto_agency = \"{agency}\"\n\
         application_profile = \"PROFILE\"\n"
    )
}

fn over_socket(addr: std::net::SocketAddr, version: &str, agency: &str) -> String {
    format!(
        "url = \"tcp://{addr}\"\nversion = \"{version}\"\nfrom_agency = \"GATE\"\nto_agency = \"{agency}\"\n"
    )
}

/// Two members: `north`, whose system is of version 2 over HTTP, and `south`, of version 1 without it.
async fn both(more: &str) -> (World, FakePeer, SocketIls) {
    let north = FakePeer::start(|_| Play::Answer(http("200 OK", &["content-type: text/xml"], KNOWN_2))).await;
    let south = SocketIls::start(Act::Write(KNOWN_1.to_owned(), 50)).await;
    let members = [
        Member { id: "north", ncip: over_http(north.addr, "2.02", "ILS-2") },
        Member { id: "south", ncip: over_socket(south.addr, "1.0", "ILS-1") },
    ];
    (World::new(&members, more).await, north, south)
}

#[tokio::test]
async fn a_visiting_patron_is_checked_at_home_whatever_the_versions() {
    let (world, north, south) = both("").await;

    // From version 1 to version 2.
    let answer = world.say(Version::V1_0, lookup("SOUTH", "NORTH")).await;
    let Body::LookupUserResponse(told) = answer else { panic!("{answer:?}") };
    let back = told.response_header.unwrap();
    assert_eq!((back.from_agency_id.value.as_str(), back.to_agency_id.value.as_str()), ("NORTH", "SOUTH"));
    let user = told.user_id.unwrap();
    assert_eq!(
        (user.agency_id.unwrap().value.as_str(), user.user_identifier_value.as_str()),
        ("NORTH", CARD)
    );
    let post = String::from_utf8(north.got(1).await.remove(0).body).unwrap();
    for part in ["ncip_v2_02.xsd", "GATE</", "ILS-2</", "PROFILE</", CARD, PIN] {
        assert!(post.contains(part), "{part}: {post}");
    }
    for part in ["SOUTH", "NORTH", "the sender's own"] {
        assert!(!post.contains(part), "{part}: {post}");
    }

    // From version 2 to version 1, without HTTP there.
    let answer = world.say(Version::V2_02, by_id("NORTH", "SOUTH", CARD)).await;
    let Body::LookupUserResponse(told) = answer else { panic!("{answer:?}") };
    assert_eq!(told.response_header.unwrap().from_agency_id.value, "SOUTH");
    assert_eq!(told.user_id.unwrap().agency_id.unwrap().value, "SOUTH");
    let got = south.got(1).await.remove(0);
    for part in ["ncip_v1_0.dtd", "<Value>GATE</Value>", "<Value>ILS-1</Value>", CARD] {
        assert!(got.contains(part), "{part}: {got}");
    }
    assert!(!got.contains("NORTH"), "{got}");
}

#[tokio::test]
async fn an_id_that_names_nobody_does_not_hide_a_card_on_its_way() {
    let (world, north, _south) = both("").await;
    let asked = ncip::Message { body: Body::from(lookup("SOUTH", "NORTH")) };
    let text = String::from_utf8(ncip::write(&asked, &Version::V2_02.into()).unwrap().bytes).unwrap();
    let at = text.find("<AuthenticationInput>").unwrap();
    for (count, id) in
        ["<UserId/>", "<UserId><UserIdentifierValue> </UserIdentifierValue></UserId>"].iter().enumerate()
    {
        let (status, answer) = world.post("application/xml", [&text[..at], *id, &text[at..]].concat()).await;
        assert_eq!((status, problems(&read(Version::V2_02, &answer))), (200, vec![]), "{id}");
        let post = String::from_utf8(north.got(count + 1).await.remove(count).body).unwrap();
        assert!(post.contains(CARD) && !post.contains("UserId>"), "{post}");
    }
    assert_eq!(world.counts().await.visits[0].cards, 1, "by the card that was given");
}

#[tokio::test]
async fn a_system_that_leaves_its_name_empty_is_named_all_the_same() {
    let answer = KNOWN_2.replace("<UserId><AgencyId>ILS-2</AgencyId>", "<UserId><AgencyId/>");
    assert_ne!(answer, KNOWN_2);
    let north = FakePeer::start(move |_| Play::Answer(http("200 OK", &[], &answer))).await;
    let members = [
        Member { id: "north", ncip: over_http(north.addr, "2.02", "ILS-2") },
        Member { id: "south", ncip: over_http(north.addr, "2.02", "ILS-3") },
    ];
    let world = World::new(&members, "").await;
    for version in [Version::V1_0, Version::V2_02] {
        let answer = world.say(version, lookup("SOUTH", "NORTH")).await;
        let Body::LookupUserResponse(told) = answer else { panic!("{answer:?}") };
        assert_eq!(told.user_id.unwrap().agency_id.unwrap().value, "NORTH", "{version}");
    }
}

#[tokio::test]
async fn cards_are_counted_once_a_day_and_nothing_of_them_is_kept() {
    let (world, _north, _south) = both("").await;
    for _ in 0..3 {
        world.say(Version::V2_02, lookup("SOUTH", "NORTH")).await;
    }
    // Its own patrons do not visit.
    world.say(Version::V2_02, by_id("NORTH", "NORTH", CARD)).await;
    let counts = world.counts().await;
    assert_eq!(counts.visits.len(), 1, "{counts:?}");
    let visits = &counts.visits[0];
    assert_eq!((visits.at.as_str(), visits.home.as_str()), ("south", "north"));
    assert_eq!((visits.cards, visits.lookups, visits.loans), (1, 3, 0));
    for secret in [PIN, CARD, "Ada Visiting", "the sender's own"] {
        assert!(!crate::broker::holds(world.dir.path(), secret.as_bytes()), "{secret}");
    }
}

#[tokio::test]
async fn a_pin_that_a_system_repeats_is_blotted_out() {
    let answer = KNOWN_2.replace(
        &KNOWN_2[KNOWN_2.find("<UserId>").unwrap()..KNOWN_2.find("</LookupUserResponse>").unwrap()],
        "<Problem><ProblemType>User Authentication Failed</ProblemType><ProblemDetail>5317 is wrong</ProblemDetail>\
         <ProblemElement>AuthenticationInputData</ProblemElement><ProblemValue>5317</ProblemValue></Problem>\
         <Problem><ProblemType>User Blocked</ProblemType></Problem>",
    );
    let north = FakePeer::start(move |_| Play::Answer(http("200 OK", &[], &answer))).await;
    let members = [
        Member { id: "north", ncip: over_http(north.addr, "2.02", "ILS-2") },
        Member { id: "south", ncip: over_http(north.addr, "2.02", "ILS-3") },
    ];
    let world = World::new(&members, "").await;
    let answer = world.say(Version::V2_02, lookup("SOUTH", "NORTH")).await;
    assert_eq!(problems(&answer), ["User Authentication Failed", "User Blocked"]);
    assert_eq!(answer.problems()[0].problem_value.as_deref(), Some("***"));
    assert_eq!(answer.problems()[0].problem_detail.as_deref(), Some("*** is wrong"));
    // Whom the home library refuses has not been checked.
    assert_eq!(world.counts().await.visits, []);
}

#[tokio::test]
async fn services_are_carried_as_the_pair_allows() {
    let item = |from: &str, to: &str| LookupItem {
        initiation_header: Some(header(from, to)),
        item_id: Some(ItemId { item_identifier_value: "1".to_owned(), ..ItemId::default() }),
        item_element_types: vec![SchemeValue::bare("Circulation Status")],
        ..LookupItem::default()
    };
    let route = "\n[[ncip_route]]\nfrom = \"south\"\nto = \"north\"\nservices = [\"LookupItem\"]\n";
    let (world, north, _south) = both(route).await;
    let refused = ["Unauthorized Service For Agency"];
    assert_eq!(problems(&world.say(Version::V2_02, lookup("SOUTH", "NORTH")).await), refused);
    assert_eq!(problems(&world.say(Version::V2_02, item("NORTH", "SOUTH")).await), refused);
    assert_eq!(north.posts().len(), 0);
    // Allowed, so it is carried; the answer there is to another service.
    let answer = world.say(Version::V2_02, item("SOUTH", "NORTH")).await;
    assert_eq!(problems(&answer), ["Temporary Processing Failure"]);
    assert_eq!(north.got(1).await.len(), 1);
    let renew = RenewItem {
        initiation_header: Some(header("SOUTH", "NORTH")),
        user_id: Some(UserId { user_identifier_value: CARD.to_owned(), ..UserId::default() }),
        item_id: ItemId { item_identifier_value: "1".to_owned(), ..ItemId::default() },
        ..RenewItem::default()
    };
    assert_eq!(problems(&world.say(Version::V1_0, renew).await), refused);
}

#[tokio::test]
async fn a_system_that_does_not_answer_becomes_a_proper_problem() {
    let silent = SocketIls::start(Act::Silent).await;
    let garbage = FakePeer::start(|_| Play::Answer(http("200 OK", &[], "It works!"))).await;
    let gone = FakePeer::start(|_| Play::Answer(http("404 Not Found", &[], ""))).await;
    let bare = FakePeer::start(|_| {
        Play::Answer(http("500 Oh", &[], "<Problem><ProblemType>Unknown User</ProblemType></Problem>"))
    })
    .await;
    let members = [
        Member { id: "asks", ncip: over_http(gone.addr, "2.02", "X-ASKS") },
        Member { id: "silent", ncip: over_socket(silent.addr, "1.0", "X-1") },
        Member { id: "garbage", ncip: over_http(garbage.addr, "2.02", "X-2") },
        Member { id: "gone", ncip: over_http(gone.addr, "2.02", "X-3") },
        Member { id: "bare", ncip: over_http(bare.addr, "2.02", "X-4") },
        Member { id: "dead", ncip: over_socket(([127, 0, 0, 1], dead_port().await).into(), "2.02", "X-5") },
        Member {
            id: "unset",
            ncip: over_http(gone.addr, "2.02", "X-6") + "agency_secret = \"file:nowhere\"\n",
        },
    ];
    let world = World::new(&members, "").await;
    for (to, expected) in [
        ("SILENT", "Temporary Processing Failure"),
        ("GARBAGE", "Temporary Processing Failure"),
        ("GONE", "Temporary Processing Failure"),
        ("BARE", "Unknown User"),
        ("DEAD", "Temporary Processing Failure"),
        ("UNSET", "Temporary Processing Failure"),
    ] {
        for version in [Version::V1_0, Version::V2_02] {
            let answer = world.say(version, lookup("ASKS", to)).await;
            assert_eq!(problems(&answer), [expected], "{to} {version}");
            assert_eq!(answer.response_header().unwrap().from_agency_id.value, to);
        }
    }
    let counts = world.counts().await;
    let ended = |to: &str| -> Vec<(String, i64)> {
        let of = |line: &&NcipExchanges| line.to == to;
        counts.exchanges.iter().filter(of).map(|line| (line.outcome.clone(), line.count)).collect()
    };
    for to in ["silent", "garbage", "gone", "dead", "unset"] {
        assert_eq!(ended(to), [("failed".to_owned(), 2)], "{to}");
    }
    assert_eq!(ended("bare"), [("problem".to_owned(), 2)]);
    assert_eq!(counts.visits, []);
}
