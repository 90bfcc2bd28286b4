//! What systems send that no schema allows, and what becomes of it.

use ncip::{Body, Problem, ProblemKind, ReadOptions, Reading, Service, Version, WriteOptions, read, write};

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), &ReadOptions::default()).expect("it is readable")
}

fn of_user(reading: &Reading) -> &str {
    match &reading.message.body {
        Body::LookupUser(message) => message.user_id.as_ref().expect("a user").value(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn version_2_is_read_without_namespace_with_any_prefix_and_with_an_unqualified_version() {
    let inside = |p: &str| {
        format!(
            "<{p}LookupUser><{p}UserId><{p}UserIdentifierValue>7</{p}UserIdentifierValue></{p}UserId></{p}LookupUser>"
        )
    };
    let version = "version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\"";
    for text in [
        format!("<NCIPMessage {version}>{}</NCIPMessage>", inside("")),
        format!(
            "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" {version}>{}</NCIPMessage>",
            inside("")
        ),
        format!(
            "<x:NCIPMessage xmlns:x=\"http://www.niso.org/2008/ncip\" x:{version}>{}</x:NCIPMessage>",
            inside("x:")
        ),
        format!("<NCIPMessage>{}</NCIPMessage>", inside("")),
    ] {
        let reading = reading(&text);
        assert_eq!(of_user(&reading), "7", "{text}");
        assert_eq!(reading.version, Version::V2_02);
        assert!(reading.is_acceptable(), "{:?}", reading.diagnostics);
    }
}

#[test]
fn version_1_names_are_understood_in_a_version_2_message() {
    let reading = reading(
        "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" version=\"http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_0.xsd\">\
         <LookupUserResponse><UniqueUserId><UniqueAgencyId><Scheme>s</Scheme><Value>KOHA</Value></UniqueAgencyId>\
         <UserIdentifierValue>7</UserIdentifierValue></UniqueUserId>\
         <UserOptionalFields><UserPrivilege><AgencyId>KOHA</AgencyId><AgencyUserPrivilegeType>PT</AgencyUserPrivilegeType>\
         <ValidToDate>2030-01-31</ValidToDate></UserPrivilege></UserOptionalFields></LookupUserResponse></NCIPMessage>",
    );
    let Body::LookupUserResponse(message) = &reading.message.body else { panic!("{reading:?}") };
    let user = message.user_id.as_ref().unwrap();
    assert_eq!((user.value(), user.agency_id.as_ref().unwrap().value.as_str()), ("7", "KOHA"));
    let privilege = &message.user_optional_fields.as_ref().unwrap().user_privileges[0];
    assert_eq!(privilege.valid_to_date.as_ref().unwrap().as_str(), "2030-01-31T00:00:00");
    assert!(reading.is_acceptable(), "{:?}", reading.diagnostics);
}

#[test]
fn a_bare_problem_is_a_problem() {
    let reading = reading(
        "<Problem><ProblemType>Unknown User</ProblemType><ProblemDetail>no such patron</ProblemDetail></Problem>",
    );
    let problems = reading.message.body.problems();
    assert_eq!(problems[0].known(), Some(ProblemKind::UnknownUser));
    assert_eq!(problems[0].problem_detail.as_deref(), Some("no such patron"));
}

#[test]
fn a_service_that_nobody_knows_is_carried_whole() {
    let text = "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\"><FrobItem><ItemId>1</ItemId></FrobItem></NCIPMessage>";
    let reading = reading(text);
    assert_eq!(reading.message.service(), Some(Service::Other("FrobItem".to_owned())));
    let written = write(&reading.message, &WriteOptions::default()).unwrap();
    assert!(String::from_utf8(written.bytes).unwrap().contains("<FrobItem><ItemId>1</ItemId></FrobItem>"));
}

#[test]
fn problems_of_version_1_are_those_of_version_2() {
    let mut problem =
        Problem::of_service(ProblemKind::UnknownItem, &Service::CheckInItem).element("ItemId").value("31");
    let both = [Version::V1_0, Version::V2_02];
    for messaging in [false, true] {
        if messaging {
            problem = Problem::new(ProblemKind::UnknownService).element("NCIPMessage");
        }
        for version in both {
            let header = Some(ncip::ResponseHeader::new("A", "B"));
            let body = Service::CheckInItem.refusal(header, vec![problem.clone()]).unwrap();
            let written = write(&body.into(), &WriteOptions::new(version)).unwrap();
            let text = String::from_utf8(written.bytes.clone()).unwrap();
            let name = if messaging { "<MessagingError>" } else { "<ProcessingError>" };
            assert_eq!(text.contains(name), version == Version::V1_0, "{text}");
            assert_eq!(reading(&text).message.body.problems(), std::slice::from_ref(&problem), "{text}");
        }
    }
}

#[test]
fn a_secret_is_not_shown() {
    let text = "<NCIPMessage><LookupUser><AuthenticationInput><AuthenticationInputData>1234</AuthenticationInputData>\
                <AuthenticationDataFormatType>text</AuthenticationDataFormatType>\
                <AuthenticationInputType>PIN</AuthenticationInputType></AuthenticationInput></LookupUser></NCIPMessage>";
    let reading = reading(text);
    assert!(!format!("{reading:?}").contains("1234"));
    let Body::LookupUser(message) = reading.message.body else { panic!() };
    assert_eq!(message.authentication_inputs[0].authentication_input_data.expose(), "1234");
}

#[test]
fn what_1_01_added_goes_to_peers_of_1_01_alone() {
    let mut message = ncip::RenewItem { item_id: ncip::ItemId::new("A", "1"), ..Default::default() };
    message.initiation_header = Some(ncip::InitiationHeader::new("A", "B"));
    message.user_id = Some(ncip::UserId::new("A", "7"));
    message.paid_fee_amount = Some(ncip::Amount::new("EUR", 100));
    let text = |version| {
        let written = write(&message.clone().into(), &WriteOptions::new(version)).unwrap();
        (String::from_utf8(written.bytes).unwrap(), written.losses)
    };
    let (new, _) = text(Version::V1_01);
    assert!(new.contains("<PaidFeeAmount>"));
    let (old, losses) = text(Version::V1_0);
    assert!(!old.contains("<PaidFeeAmount>"));
    assert!(losses.iter().any(|loss| loss.path.ends_with("/PaidFeeAmount")), "{losses:?}");
}

#[test]
fn every_answer_is_understood_even_where_it_answers_something_else() {
    let reading = reading(
        "<NCIPMessage version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"><ItemRequestedResponse><ResponseHeader>\
         <FromAgencyId><UniqueAgencyId><Scheme/><Value/></UniqueAgencyId></FromAgencyId>\
         <ToAgencyId><UniqueAgencyId><Scheme/><Value>Failed to create hold</Value></UniqueAgencyId></ToAgencyId>\
         </ResponseHeader></ItemRequestedResponse></NCIPMessage>",
    );
    assert_eq!(reading.message.body.response_header().unwrap().to_agency_id.value, "Failed to create hold");
}

#[test]
fn an_id_that_names_nobody_does_not_hide_what_the_user_gives() {
    const INPUT: &str = "<AuthenticationInput><AuthenticationInputData>21234</AuthenticationInputData>\
        <AuthenticationDataFormatType>text</AuthenticationDataFormatType>\
        <AuthenticationInputType>Barcode Id</AuthenticationInputType></AuthenticationInput>";
    let ids = [
        "<UserId/>",
        "<UserId> </UserId>",
        "<UserId><UserIdentifierValue/></UserId>",
        "<UserId><UserIdentifierValue>  </UserIdentifierValue></UserId>",
        "<UserId><AgencyId>A</AgencyId></UserId>",
        "<UserId><AgencyId>A</AgencyId><UserIdentifierValue/></UserId>",
    ];
    let item = "<ItemId><ItemIdentifierValue>1</ItemIdentifierValue></ItemId>";
    let kinds = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>";
    for (service, rest) in [
        ("LookupUser", String::new()),
        ("RequestItem", format!("{item}{kinds}")),
        ("CancelRequestItem", format!("{item}{kinds}")),
        ("UpdateRequestItem", format!("{item}{kinds}")),
        ("LookupRequest", format!("{item}<RequestType>Hold</RequestType>")),
        ("CheckOutItem", item.to_owned()),
        ("UndoCheckOutItem", item.to_owned()),
        ("RenewItem", item.to_owned()),
        ("ReportCirculationStatusChange", format!("{item}<ItemReportedLost/>")),
        ("DeleteUser", String::new()),
    ] {
        for id in ids {
            let order = if service == "UndoCheckOutItem" { [item, id, INPUT] } else { [id, INPUT, &rest] };
            let text = format!("<NCIPMessage><{service}>{}</{service}></NCIPMessage>", order.concat());
            let mut read = reading(&text);
            assert!(read.is_acceptable(), "{text}: {:?}", read.diagnostics);
            let inputs = read.message.body.authentication_inputs();
            assert_eq!(inputs[0].authentication_input_data.expose(), "21234", "{text}");
            read.message.body.drop_blank_user();
            let written =
                write(&read.message, &WriteOptions::new(Version::V2_02)).expect("it can be written");
            let written = String::from_utf8(written.bytes).expect("UTF-8");
            assert!(written.contains("21234") && !written.contains("UserId>"), "{written}");
        }
        // Who gives nothing must be named, where anybody must be.
        if service != "UndoCheckOutItem" {
            let text = format!("<NCIPMessage><{service}><UserId/>{rest}</{service}></NCIPMessage>");
            assert!(!reading(&text).is_acceptable(), "{text}");
        }
    }
}

#[test]
fn a_problem_in_an_ext_is_the_answers_and_is_not_written_there_again() {
    let problem = "<Problem><ProcessingError><ProcessingErrorType><Scheme>s</Scheme><Value>Unknown User</Value></ProcessingErrorType>\
        <ProcessingErrorElement><ElementName>UserId</ElementName></ProcessingErrorElement></ProcessingError></Problem>";
    let text = format!(
        "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\"><LookupUserResponse><UserId><UserIdentifierValue>1</UserIdentifierValue>\
         </UserId><Ext>{problem}</Ext></LookupUserResponse></NCIPMessage>"
    );
    let message = ncip::read(text.as_bytes(), &ReadOptions::default()).unwrap().message;
    assert_eq!(message.body.problems()[0].problem_type.value, "Unknown User");
    let written = ncip::write(&message, &WriteOptions::new(Version::V2_02)).unwrap().bytes;
    let written = String::from_utf8(written).unwrap();
    assert!(!written.contains("ProcessingError>"), "the other version's form is not passed on: {written}");

    let own = text.replace(problem, "<Colour>green</Colour>");
    let message = ncip::read(own.as_bytes(), &ReadOptions::default()).unwrap().message;
    let written = ncip::write(&message, &WriteOptions::new(Version::V2_02)).unwrap().bytes;
    assert!(String::from_utf8(written).unwrap().contains("green"), "what is no problem stays");
}
