//! What is an answer and what is none, over every service, in both versions and in every form in which a refusal is seen.

use dialects::ncip::{Answer, AnswerTo, NoAnswer, answer};
use ncip::{Body, Direction, Message, Named, NamedBy, Service, ServiceKind, Version, WriteOptions};

/// What each answer must say, as a message of version 2: with all of it, it is one.
const SOUND: &[(&str, &[&str])] = &[
    ("LookupAgency", &["<AgencyId>A</AgencyId>"]),
    (
        "LookupItem",
        &[ITEM, "<ItemOptionalFields><CirculationStatus>On Loan</CirculationStatus></ItemOptionalFields>"],
    ),
    (
        "LookupItemSet",
        &[
            "<BibInformation><HoldingsSet><ItemInformation><ItemId><ItemIdentifierValue>i</ItemIdentifierValue></ItemId></ItemInformation></HoldingsSet></BibInformation>",
        ],
    ),
    ("LookupRequest", &[REQUEST]),
    ("LookupUser", &[USER]),
    ("AuthenticateUser", &[USER]),
    ("AcceptItem", &[REQUEST]),
    ("CancelRecallItem", &[ITEM]),
    ("CancelRequestItem", &[REQUEST]),
    ("CheckInItem", &[ITEM]),
    ("CheckOutItem", &[ITEM, "<DateDue>2026-12-24T00:00:00Z</DateDue>"]),
    ("CreateAgency", &["<AgencyId>A</AgencyId>"]),
    ("CreateItem", &[ITEM]),
    ("CreateUser", &[USER]),
    ("CreateUserFiscalTransaction", &[USER]),
    ("DeleteItem", &[ITEM]),
    ("DeleteUser", &[USER]),
    ("RecallItem", &[ITEM]),
    ("RenewItem", &[ITEM]),
    ("ReportCirculationStatusChange", &[ITEM]),
    ("RequestItem", &[REQUEST]),
    ("SendUserNotice", &[USER]),
    ("UndoCheckOutItem", &[ITEM]),
    ("UpdateAgency", &["<AgencyId>A</AgencyId>"]),
    ("UpdateCirculationStatus", &[ITEM]),
    ("UpdateItem", &[ITEM]),
    ("UpdateRequestItem", &[ITEM]),
    ("UpdateUser", &[USER]),
];

const ITEM: &str = "<ItemId><ItemIdentifierValue>31234</ItemIdentifierValue></ItemId>";
const USER: &str = "<UserId><UserIdentifierValue>21234</UserIdentifierValue></UserId>";
const REQUEST: &str = "<RequestId><RequestIdentifierValue>R-1</RequestIdentifierValue></RequestId>";
const NS: &str = "http://www.niso.org/2008/ncip";

fn v2(service: &str, inside: &str) -> String {
    format!(
        "<NCIPMessage xmlns=\"{NS}\" xmlns:ncip=\"{NS}\" ncip:version=\"{}\"><{service}Response>{inside}</{service}Response></NCIPMessage>",
        Version::V2_02.attribute()
    )
}

/// The same in version 1, by its names.
fn v1(service: &str, inside: &str) -> String {
    let mut inside = inside.to_owned();
    for (new, old) in
        [("ItemId>", "UniqueItemId>"), ("UserId>", "UniqueUserId>"), ("RequestId>", "UniqueRequestId>")]
    {
        inside = inside
            .replace(&format!("<{new}"), &format!("<{old}"))
            .replace(&format!("</{new}"), &format!("</{old}"));
    }
    inside = inside.replace(
        "<AgencyId>A</AgencyId>",
        "<UniqueAgencyId><Scheme>s</Scheme><Value>A</Value></UniqueAgencyId>",
    );
    inside = inside.replace(
        "<CirculationStatus>On Loan<",
        "<CirculationStatus><Scheme>s</Scheme><Value>On Loan</Value><",
    );
    let header = "<ResponseHeader><FromAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>A</Value></UniqueAgencyId></FromAgencyId><ToAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>B</Value></UniqueAgencyId></ToAgencyId></ResponseHeader>";
    format!(
        "<NCIPMessage version=\"{}\"><{service}Response>{header}{inside}</{service}Response></NCIPMessage>",
        Version::V1_0.attribute()
    )
}

fn judged(service: &Service, bytes: &[u8]) -> Result<Answer, NoAnswer> {
    answer(bytes, AnswerTo { service, named: Named::default(), users: NamedBy::TheIdAsked, question: None })
}

/// Every answer that has data, in the versions that have it.
fn sound() -> Vec<(Service, &'static [&'static str], String)> {
    let mut found = Vec::new();
    for (name, parts) in SOUND {
        let service = Service::of(name);
        let inside = parts.concat();
        if *name != "AuthenticateUser" {
            found.push((service.clone(), *parts, v2(name, &inside)));
        }
        if !["LookupItemSet", "DeleteItem", "DeleteUser"].contains(name) {
            found.push((service, *parts, v1(name, &inside)));
        }
    }
    found
}

#[test]
fn every_service_with_data_is_in_the_table() {
    for service in Service::ALL {
        let listed = SOUND.iter().any(|(name, _)| *name == service.as_str());
        let has_data =
            service.kind() != Some(ServiceKind::Notification) && *service != Service::LookupVersion;
        assert_eq!(listed, has_data, "{service}");
    }
}

#[test]
fn an_answer_with_its_substance_is_one_and_without_any_part_of_it_none() {
    for (service, parts, document) in sound() {
        let found = judged(&service, document.as_bytes())
            .unwrap_or_else(|why| panic!("{service}: {why}: {document}"));
        assert_eq!((found.body.problems(), found.unknown.as_slice()), (&[][..], &[][..]), "{document}");
        for part in parts {
            let kept: String = parts.iter().filter(|kept| *kept != part).copied().collect();
            let name = service.as_str();
            let texts = match document.contains(NS) {
                true => [v2(name, &kept), v2(name, "")],
                false => [v1(name, &kept), v1(name, "")],
            };
            for text in texts {
                let none = judged(&service, text.as_bytes());
                assert!(none.is_err(), "{service} without {part}: {none:?}");
            }
        }
        // What is there and says nothing is not there.
        let blank = document
            .replace(">31234<", "> <")
            .replace(">21234<", "><")
            .replace(">R-1<", "><")
            .replace(">A</AgencyId></Lo", "></AgencyId></Lo");
        if blank != document {
            assert!(judged(&service, blank.as_bytes()).is_err(), "{blank}");
        }
    }
}

#[test]
fn an_answer_that_breaks_off_anywhere_is_none() {
    for (service, _, document) in sound() {
        // With the refusal behind the break, in front of it, and without one.
        for step in 1..40 {
            let cut = document.len() * step / 40;
            assert!(judged(&service, &document.as_bytes()[..cut]).is_err(), "{service} cut at {cut}");
        }
        for damage in ["</Oops>", "<<", "&#0;"] {
            let end = document.rfind("</").unwrap() - 5;
            let broken = format!("{}{damage}{}", &document[..end], &document[end..]);
            assert!(judged(&service, broken.as_bytes()).is_err(), "{service}: {damage}");
        }
    }
}

#[test]
fn sloppy_bytes_do_not_make_it_another_answer() {
    for (service, _, document) in sound() {
        let end = document.rfind("</").unwrap();
        let with = |before: &[u8], inside: &[u8], after: &[u8]| {
            [before, &document.as_bytes()[..end], inside, &document.as_bytes()[end..], after].concat()
        };
        for bytes in [
            with(b"\n", b"<!-- Jos\xe9 -->", b""),
            with(b"\r\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>", b"", b"\x04\n"),
            with(b"\x02", b"", b"\0\0"),
        ] {
            let found = judged(&service, &bytes).unwrap_or_else(|why| panic!("{service}: {why}"));
            assert_eq!(found.body.service(), Some(service.clone()));
        }
    }
}

/// Every form in which somebody has said no, as a piece of an answer; what it says; whether it is in version 2's namespace.
fn refusals() -> Vec<(&'static str, String)> {
    let two =
        "<Problem><ProblemType>User Blocked</ProblemType><ProblemDetail>fines</ProblemDetail></Problem>";
    let one = |kind: &str| {
        format!(
            "<{kind}><{kind}Type><Scheme>s</Scheme><Value>User Blocked</Value></{kind}Type><{kind}Element><ElementName>UniqueUserId</ElementName></{kind}Element></{kind}>"
        )
    };
    let plain = "<ProcessingError><ProcessingErrorType>User Blocked</ProcessingErrorType></ProcessingError>";
    vec![
        ("of version 2", two.to_owned()),
        ("of version 1", format!("<Problem>{}</Problem>", one("ProcessingError"))),
        ("of version 1, about the message", format!("<Problem>{}</Problem>", one("MessagingError"))),
        ("of version 1, bare", one("ProcessingError")),
        ("of version 1, bare, about the message", one("MessagingError")),
        ("of version 1, without schemes", plain.to_owned()),
        ("in an Ext", format!("<Ext>{two}</Ext>")),
        ("in an Ext, of version 1", format!("<Ext><Problem>{}</Problem></Ext>", one("ProcessingError"))),
        (
            "in an Ext, of nobody's namespace",
            format!(
                "<Ext><x:Wrapped xmlns:x=\"urn:x\">{}</x:Wrapped></Ext>",
                two.replace('<', "<x:").replace("<x:/", "</x:")
            ),
        ),
        ("in the user's fields", format!("<UserOptionalFields>{two}</UserOptionalFields>")),
        ("in the item's fields", format!("<ItemOptionalFields>{two}</ItemOptionalFields>")),
        ("in the header", format!("<ResponseHeader>{two}</ResponseHeader>")),
        ("in an unknown element", format!("<Result>{two}</Result>")),
        ("an error of another name", "<Error>User Blocked</Error>".to_owned()),
        (
            "an error with parts",
            "<ErrorResponse><Code>User Blocked</Code><Message>fines</Message></ErrorResponse>".to_owned(),
        ),
        ("a fault", "<Ext><Fault>User Blocked</Fault></Ext>".to_owned()),
    ]
}

#[test]
fn a_problem_is_a_refusal_in_its_own_words_wherever_it_stands() {
    let mut services: Vec<(Service, String)> =
        sound().into_iter().map(|(service, _, document)| (service, document)).collect();
    for service in Service::ALL.iter().filter(|service| service.kind() == Some(ServiceKind::Notification)) {
        services.push((service.clone(), v2(service.as_str(), "")));
        services.push((service.clone(), v1(service.as_str(), "")));
    }
    for (service, document) in services {
        let inner_end = document.rfind(&format!("</{service}Response>")).unwrap();
        let outer_end = document.rfind("</NCIPMessage>").unwrap();
        let begin = document.find(&format!("<{service}Response>")).unwrap() + service.as_str().len() + 10;
        for (form, refusal) in refusals() {
            for (place, at) in [("first", begin), ("last", inner_end), ("beside the answer", outer_end)] {
                let text = format!("{}{refusal}{}", &document[..at], &document[at..]);
                let found = judged(&service, text.as_bytes());
                let found = found.unwrap_or_else(|why| panic!("{service}, {form}, {place}: {why}\n{text}"));
                let names: Vec<_> =
                    found.body.problems().iter().map(|it| it.problem_type.value.trim()).collect();
                assert_eq!(names, ["User Blocked"], "{service}, {form}, {place}\n{text}");
                assert_eq!(found.body.service(), Some(service.clone()));
                assert_eq!(found.body.direction(), Direction::Response);
                // It can be said in every version that has the service.
                for version in Version::ALL {
                    let message = Message { body: found.body.clone() };
                    let (_, losses) = ncip::convert(&message, version);
                    let Ok(written) = ncip::write(&message, &WriteOptions::new(version)) else {
                        let header = message.body.response_header().is_none();
                        assert!(header || losses.len() == 1, "{service} {form} in {version}");
                        continue;
                    };
                    let again = ncip::read(&written.bytes, &ncip::ReadOptions::default()).unwrap();
                    assert!(
                        again
                            .message
                            .body
                            .problems()
                            .iter()
                            .any(|it| it.problem_type.value.trim() == "User Blocked")
                    );
                }
            }
        }
    }
}

#[test]
fn a_problem_instead_of_an_answer_is_a_refusal() {
    let two = "<Problem><ProblemType>User Blocked</ProblemType></Problem>";
    let one = "<ProcessingError><ProcessingErrorType><Scheme>s</Scheme><Value>User Blocked</Value></ProcessingErrorType></ProcessingError>";
    for text in [
        two.to_owned(),
        one.to_owned(),
        format!("<Problem>{one}</Problem>"),
        format!("<NCIPMessage xmlns=\"{NS}\">{two}</NCIPMessage>"),
        format!("<NCIPMessage>{one}</NCIPMessage>"),
        format!("<NCIPMessage><Problem>{one}</Problem></NCIPMessage>"),
        "<NCIPMessage><Error>User Blocked</Error></NCIPMessage>".to_owned(),
        "<Problem><message>User Blocked</message><exception>x</exception></Problem>".to_owned(),
    ] {
        for (service, ..) in sound() {
            let found = judged(&service, text.as_bytes()).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(found.body.problems()[0].problem_type.value, "User Blocked", "{text}");
            assert_eq!(found.body.service(), Some(service));
        }
    }
}

#[test]
fn an_empty_problem_is_a_refusal_and_what_says_that_all_is_well_is_none() {
    for (inside, refused) in [
        ("<Problem/>", true),
        ("<Ext><Problem/></Ext>", true),
        ("<Problem><ProblemDetail/></Problem>", true),
        ("<Ext><Errors/></Ext>", false),
        ("<Ext><ErrorCode>0</ErrorCode></Ext>", false),
        ("<Ext><Error>false</Error></Ext>", false),
        ("<Ext><Default>User</Default></Ext>", false),
    ] {
        let text = v2("CheckInItem", &format!("{ITEM}{inside}"));
        let found = judged(&Service::CheckInItem, text.as_bytes()).unwrap();
        assert_eq!(!found.body.problems().is_empty(), refused, "{inside}");
        assert!(found.body.problems().iter().all(|problem| problem.problem_type.value == "no reason given"));
    }
}

#[test]
fn of_several_titles_those_without_items_are_no_refusal_of_all() {
    let problem = "<Problem><ProblemType>Unknown Item</ProblemType></Problem>";
    let item =
        "<ItemInformation><ItemId><ItemIdentifierValue>i</ItemIdentifierValue></ItemId></ItemInformation>";
    let title = |inside: &str| format!("<BibInformation>{inside}</BibInformation>");
    let set = |inside: &str| format!("<HoldingsSet>{inside}</HoldingsSet>");
    let odd = format!("<ItemInformation>{problem}</ItemInformation>");
    for (inside, refused) in [
        (title(problem) + &title(&set(item)), false),
        (title(&set(&(odd.clone() + item))), false),
        (title(problem), true),
        (title(&set(&odd)), true),
    ] {
        let found = judged(&Service::LookupItemSet, v2("LookupItemSet", &inside).as_bytes()).unwrap();
        assert_eq!(!found.body.problems().is_empty(), refused, "{inside}");
    }
}

#[test]
fn an_answer_of_another_kind_or_about_something_else_is_none() {
    let id = |value: &str| ncip::ItemId::bare(value);
    for (service, _, document) in sound() {
        for (other, ..) in sound().into_iter().filter(|(other, ..)| *other != service) {
            assert!(judged(&other, document.as_bytes()).is_err(), "{other} was answered as {service}");
        }
        let question = document.replace("Response>", ">");
        assert!(judged(&service, question.as_bytes()).is_err(), "a question is no answer: {question}");
        let named = ncip::read(document.as_bytes(), &ncip::ReadOptions::default())
            .unwrap()
            .message
            .body
            .named()
            .item
            .is_some();
        for (asked, is_other) in [("31234", false), (" 3-1234", false), ("31235", true)] {
            let asked = id(asked);
            let named_item = Named { item: Some(&asked), ..Named::default() };
            let found = answer(
                document.as_bytes(),
                AnswerTo { service: &service, named: named_item, users: NamedBy::TheIdAsked, question: None },
            );
            assert_eq!(found.is_err(), is_other && named, "{service}: {asked:?}: {found:?}");
        }
    }
    let typed = v2(
        "CheckOutItem",
        "<ItemId><ItemIdentifierType>Accession Number</ItemIdentifierType><ItemIdentifierValue>9</ItemIdentifierValue></ItemId><DateDue>2026-12-24T00:00:00Z</DateDue>",
    );
    let asked = id("31234");
    let to = AnswerTo {
        service: &Service::CheckOutItem,
        named: Named { item: Some(&asked), ..Named::default() },
        users: NamedBy::TheIdAsked,
        question: None,
    };
    assert!(answer(typed.as_bytes(), to).is_ok(), "names of two kinds cannot be compared");
}

#[test]
fn an_items_fields_are_needed_where_they_were_asked_for() {
    let text = v2("LookupItem", ITEM);
    for (elements, expected) in [(vec![], true), (vec!["Circulation Status".into()], false)] {
        let question = Body::from(ncip::LookupItem { item_element_types: elements, ..Default::default() });
        let to = AnswerTo {
            service: &Service::LookupItem,
            named: Named::default(),
            users: NamedBy::TheIdAsked,
            question: Some(&question),
        };
        assert_eq!(answer(text.as_bytes(), to).is_ok(), expected);
    }
}

#[test]
fn kohas_item_fields_stand_in_their_place() {
    let text = v2(
        "LookupItem",
        &format!(
            "{ITEM}<UserOptionalFields><CirculationStatus>Checked In </CirculationStatus><CallNumber>QA 76</CallNumber><CopyNumber/></UserOptionalFields>"
        ),
    );
    let found = judged(&Service::LookupItem, text.as_bytes()).unwrap();
    assert_eq!(found.unknown, [""; 0]);
    let Body::LookupItemResponse(answer) = found.body else { panic!() };
    let fields = answer.item_optional_fields.unwrap();
    assert_eq!(fields.circulation_status.unwrap().value.trim(), "Checked In");
    assert_eq!(fields.item_description.unwrap().call_number.as_deref(), Some("QA 76"));
}

#[test]
fn a_stack_trace_does_not_get_through() {
    let trace = "java.lang.NullPointerException: no user\n\tat org.x.Y.z(Y.java:12)\n".to_owned()
        + &"\tat org.x.W.v(W.java:3)\n".repeat(300);
    let text = v2(
        "CheckInItem",
        &format!(
            "<Problem><ProblemType>Temporary Processing Failure</ProblemType><ProblemDetail>{trace}</ProblemDetail><ProblemElement/></Problem>"
        ),
    );
    let found = judged(&Service::CheckInItem, text.as_bytes()).unwrap();
    assert_eq!(
        found.body.problems()[0].problem_detail.as_deref(),
        Some("java.lang.NullPointerException: no user")
    );
    assert_eq!(found.body.problems()[0].problem_element, None);
}

/// Every service whose question names somebody or something, with an answer that names another: none, however it says it.
#[test]
fn an_answer_that_names_another_than_was_asked_is_none() {
    let user = |id: &str| format!("<UserId><UserIdentifierValue>{id}</UserIdentifierValue></UserId>");
    let item = |id: &str| format!("<ItemId><ItemIdentifierValue>{id}</ItemIdentifierValue></ItemId>");
    let request =
        |id: &str| format!("<RequestId><RequestIdentifierValue>{id}</RequestIdentifierValue></RequestId>");
    let kind = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>";
    let due = "<DateDue>2026-12-24T00:00:00Z</DateDue>";
    let fields = "<ItemOptionalFields><CirculationStatus>On Loan</CirculationStatus></ItemOptionalFields>";
    let told_alias = format!("{}<UserOptionalFields>{}</UserOptionalFields>", user("777"), user("21234"));
    let by = NamedBy::TheIdAsked;
    let own = NamedBy::PerhapsItsOwn;
    // The service, the question, the answer, how it names users, and whether it is an answer.
    for (service, asked, said, users, is_answer) in [
        ("LookupUser", user("21234"), user("21234"), by, true),
        ("LookupUser", user("21234"), user("2-1234"), by, true),
        ("LookupUser", user("21234"), user("99999"), by, false),
        ("LookupUser", user("21234"), user("SOMEBODY-ELSE"), by, false),
        ("LookupUser", user("21234"), told_alias, by, true),
        // Its own number of the patron, or the number of another card.
        ("LookupUser", user("21234"), user("51"), own, true),
        ("LookupUser", user("21234"), user("99999"), own, false),
        ("CheckOutItem", user("ILL-A") + &item("1"), item("1") + &user("ILL-A") + due, by, true),
        ("CheckOutItem", user("ILL-A") + &item("1"), item("1") + due, by, true),
        ("CheckOutItem", user("ILL-A") + &item("1"), item("1") + &user("ILL-B") + due, by, false),
        ("CheckOutItem", user("ILL-A") + &item("1"), item("2") + &user("ILL-A") + due, by, false),
        ("RenewItem", user("ILL-A") + &item("1"), item("1") + &user("ILL-B"), by, false),
        ("RenewItem", user("ILL-A") + &item("1"), item("2"), by, false),
        ("CheckInItem", item("1"), item("1") + &user("ILL-B"), by, true),
        ("CheckInItem", item("1"), item("2"), by, false),
        ("LookupItem", item("1"), item("2") + fields, by, false),
        ("LookupItem", request("R-1"), request("R-2") + fields, by, false),
        ("LookupItem", request("R-1"), item("2") + fields, by, true),
        ("LookupRequest", request("R-1"), request("R-2"), by, false),
        ("LookupRequest", request("R-1"), request("R-1") + &item("5"), by, true),
        ("RequestItem", user("A") + &item("1") + kind, request("R-1") + &item("1"), by, true),
        ("RequestItem", user("A") + &item("1") + kind, item("2") + &user("A"), by, false),
        ("RequestItem", user("A") + &item("1") + kind, request("7") + &user("B"), by, false),
        // The ILS's own number of the hold, or our id of another.
        ("RequestItem", user("A") + &item("1") + &request("KEY-1") + kind, request("1001"), by, true),
        ("RequestItem", user("A") + &item("1") + &request("KEY-1") + kind, request("KEY-2"), by, false),
        ("CancelRequestItem", user("A") + &request("R-1") + kind, request("R-2"), by, false),
        ("CancelRequestItem", user("A") + &request("R-1") + kind, request("R-1") + &user("B"), by, false),
        (
            "AcceptItem",
            request("KEY-1") + "<RequestedActionType>Hold For Pickup</RequestedActionType>",
            request("KEY-2"),
            by,
            false,
        ),
        (
            "AcceptItem",
            request("KEY-1") + "<RequestedActionType>Hold For Pickup</RequestedActionType>",
            request("31234"),
            by,
            true,
        ),
        ("DeleteItem", item("1"), item("2"), by, false),
        ("RecallItem", item("1"), item("2"), by, false),
        ("CreateUser", user("21234"), user("99999"), by, true),
    ] {
        let root = |name: &str, inside: &str| {
            format!(
                "<NCIPMessage xmlns=\"{NS}\" xmlns:ncip=\"{NS}\" ncip:version=\"{}\"><{name}>{inside}</{name}></NCIPMessage>",
                Version::V2_02.attribute()
            )
        };
        let question = root(service, &asked);
        let question = ncip::read(question.as_bytes(), &ncip::ReadOptions::default()).unwrap().message.body;
        let asked_service = Service::of(service);
        let to =
            AnswerTo { service: &asked_service, named: question.named(), users, question: Some(&question) };
        let found = answer(root(&format!("{service}Response"), &said).as_bytes(), to);
        assert_eq!(found.is_ok(), is_answer, "{service}: {asked}: {said}: {found:?}");
    }
}
