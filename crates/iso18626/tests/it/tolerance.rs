//! What the reader forgives, what it does not, and what it says.

use iso18626::{
    Edition, ErrorType, Message, NamespaceRule, ReadOptions, Reading, Request, Severity, Status,
    SupplyingAgencyMessage, read,
};

const NS: &str = "http://illtransactions.org/2013/iso18626";

/// A request in 1.2 with these pieces in its header and in its body.
fn request(header: &str, body: &str) -> String {
    format!(
        "<ISO18626Message xmlns=\"{NS}\" xmlns:ill=\"{NS}\" ill:version=\"1.2\">\n<request>\n<header>\n{header}\n</header>\n{body}\n</request>\n</ISO18626Message>"
    )
}

const HEADER: &str = "<supplyingAgencyId><agencyIdType>ISIL</agencyIdType><agencyIdValue>S</agencyIdValue></supplyingAgencyId>\n\
<requestingAgencyId><agencyIdType>ISIL</agencyIdType><agencyIdValue>R</agencyIdValue></requestingAgencyId>\n\
<multipleItemRequestId/>\n<timestamp>2026-01-31T12:00:00Z</timestamp>\n<requestingAgencyRequestId>r-1</requestingAgencyRequestId>";

fn supplying(info: &str) -> String {
    format!(
        "<ISO18626Message xmlns=\"{NS}\" xmlns:ill=\"{NS}\" ill:version=\"1.2\"><supplyingAgencyMessage><header>{HEADER}</header>{info}</supplyingAgencyMessage></ISO18626Message>"
    )
}

fn reading(document: &str) -> Reading {
    read(document.as_bytes(), &ReadOptions::default()).expect("the kind of message can be told")
}

fn as_request(reading: &Reading) -> &Request {
    match &reading.message {
        Message::Request(request) => request,
        other => panic!("a request, not {}", other.kind()),
    }
}

fn as_supplying(reading: &Reading) -> &SupplyingAgencyMessage {
    match &reading.message {
        Message::SupplyingAgencyMessage(message) => message,
        other => panic!("a supplier's message, not {}", other.kind()),
    }
}

/// Severity, element and sentence of each diagnostic.
fn said(reading: &Reading) -> Vec<(Severity, &str, &str)> {
    reading.diagnostics.iter().map(|d| (d.severity, d.element(), d.sentence.as_str())).collect()
}

#[test]
fn a_plain_message_is_read_without_a_word() {
    let reading =
        reading(&request(HEADER, "<bibliographicInfo><title>A &amp; B</title></bibliographicInfo>"));
    assert_eq!(said(&reading), []);
    assert_eq!(reading.edition, Edition::V1_2);
    assert_eq!(reading.version, "1.2");
    let request = as_request(&reading);
    assert_eq!(request.bibliographic_info.title.as_deref(), Some("A & B"));
    assert_eq!(request.header.multiple_item_request_id, None, "empty means none");
}

#[test]
fn the_place_is_that_of_the_element() {
    let document =
        request(HEADER, "<bibliographicInfo>\n  <title>ö</title><titel>x</titel>\n</bibliographicInfo>");
    let reading = reading(&document);
    let diagnostic = &reading.diagnostics[0];
    assert_eq!(diagnostic.path, "/ISO18626Message/request/bibliographicInfo/titel");
    assert_eq!((diagnostic.line, diagnostic.column), (11, 19), "columns count characters");
    assert_eq!(diagnostic.error_type, ErrorType::UnrecognisedDataElement);
}

#[test]
fn any_prefix_cdata_comments_and_references_are_read() {
    let document = format!(
        "\u{feff}<?xml version=\"1.0\"?><!-- a --><x:ISO18626Message xmlns:x=\"{NS}\" x:version='1.2'><x:request><x:header>{}</x:header>\
         <x:bibliographicInfo><x:title>a<!-- b --><![CDATA[<c> & ]]>d&#x26;&#233;&lt;<?pi ?></x:title></x:bibliographicInfo></x:request></x:ISO18626Message>\n<!-- end -->",
        HEADER.replace("</", "</x:").replace('<', "<x:").replace("<x:/x:", "</x:")
    );
    let reading = reading(&document);
    assert_eq!(said(&reading), []);
    assert_eq!(as_request(&reading).bibliographic_info.title.as_deref(), Some("a<c> & d&é<"));
}

#[test]
fn order_and_interleaved_repeats_are_forgiven() {
    let body = "<supplierInfo><callNumber>1</callNumber></supplierInfo><bibliographicInfo/>\
                <requestedDeliveryInfo/><supplierInfo><callNumber>2</callNumber></supplierInfo>";
    let reading = reading(&request(HEADER, body));
    assert!(reading.is_acceptable());
    let calls: Vec<_> = as_request(&reading).supplier_info.iter().map(|s| s.call_number.as_deref()).collect();
    assert_eq!(calls, [Some("1"), Some("2")]);
    assert_eq!(
        said(&reading),
        [
            (Severity::Warning, "bibliographicInfo", "`bibliographicInfo` comes too late"),
            (Severity::Warning, "supplierInfo", "`supplierInfo` comes too late"),
        ]
    );
}

#[test]
fn surplus_and_unknown_elements_are_kept_aside() {
    let body =
        "<bibliographicInfo><title>1</title><title>2</title><other a=\"b\">x<y/></other></bibliographicInfo>";
    let reading = reading(&request(HEADER, body));
    assert!(reading.is_acceptable());
    assert_eq!(as_request(&reading).bibliographic_info.title.as_deref(), Some("1"));
    let extras: Vec<_> = reading.extras.iter().map(|e| (e.path.as_str(), e.raw.as_str())).collect();
    assert_eq!(
        extras,
        [
            ("/ISO18626Message/request/bibliographicInfo/title", "<title>2</title>"),
            ("/ISO18626Message/request/bibliographicInfo/other", "<other a=\"b\">x<y/></other>"),
        ]
    );
}

#[test]
fn what_an_edition_holds_once_and_the_model_several_times_is_kept() {
    let body = "<bibliographicInfo><volume>1</volume><volume>2</volume></bibliographicInfo>";
    let reading = reading(&request(HEADER, body));
    assert_eq!(as_request(&reading).bibliographic_info.volume, ["1", "2"]);
    assert!(!reading.diagnostics.is_empty());
}

#[test]
fn elements_of_another_edition_are_read_where_they_stand() {
    let body = "<bibliographicInfo><author>a</author><authorId>isni</authorId></bibliographicInfo>\
                <serviceInfo><serviceType>Loan</serviceType><itemFormat>PDF</itemFormat></serviceInfo>";
    let reading = reading(&request(HEADER, body));
    let request = as_request(&reading);
    assert!(reading.is_acceptable());
    assert_eq!(request.bibliographic_info.author_id.as_deref(), Some("isni"));
    assert_eq!(
        request.service_info.as_ref().and_then(|s| s.item_format.as_ref()).map(|f| &*f.value),
        Some("PDF")
    );
}

#[test]
fn an_edition_that_lies_is_told_by_the_content() {
    let header = HEADER.replace("<multipleItemRequestId/>\n", "");
    let body = "<bibliographicInfo><author>a</author><authorId>i</authorId><bibliographicItemId>\
                <bibliographicItemIdentifierCode>ISBN</bibliographicItemIdentifierCode><bibliographicItemIdentifier>1</bibliographicItemIdentifier>\
                </bibliographicItemId></bibliographicInfo><serviceInfo><serviceType>Loan</serviceType></serviceInfo>";
    let reading = reading(&request(&header, body));
    assert_eq!(reading.edition, Edition::V2021_2);
    assert_eq!(reading.version, "1.2");
    assert_eq!(
        said(&reading),
        [(Severity::Warning, "ISO18626Message", "the version says 1.2, the content is that of 2021-2")]
    );
}

#[test]
fn versions_are_understood_however_they_are_spelt() {
    for (version, edition) in [
        ("1.0", Some(Edition::V1_1)),
        ("1.1", Some(Edition::V1_1)),
        ("1.2", Some(Edition::V1_2)),
        ("v1_2_2017", Some(Edition::V1_2)),
        ("2021-1", Some(Edition::V2021_2)),
        ("2021-3", Some(Edition::V2021_2)),
        ("", None),
        ("3", None),
    ] {
        assert_eq!(Edition::from_version(version), edition, "{version}");
    }
}

#[test]
fn unqualified_attributes_are_forgiven() {
    let document = request(
        &HEADER.replacen("<agencyIdType>", "<agencyIdType scheme=\"urn:x\">", 1),
        "<bibliographicInfo/>",
    )
    .replace("ill:version", "version");
    let reading = reading(&document);
    assert!(reading.is_acceptable());
    assert_eq!(reading.version, "1.2");
    let supplier = as_request(&reading).header.supplying_agency_id.as_ref().expect("it is there");
    assert_eq!(supplier.id_type.scheme.as_deref(), Some("urn:x"));
    assert_eq!(reading.diagnostics.len(), 2);
}

#[test]
fn a_missing_namespace_is_an_error_unless_the_peer_is_known_for_it() {
    let document = request(HEADER, "<bibliographicInfo/>")
        .replace(&format!(" xmlns=\"{NS}\" xmlns:ill=\"{NS}\""), "")
        .replace("ill:", "");
    let strict = reading(&document);
    assert!(!strict.is_acceptable());
    assert_eq!(strict.message.requesting_agency_request_id(), Some("r-1"), "enough for a confirmation");
    let options = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..ReadOptions::default() };
    assert!(read(document.as_bytes(), &options).expect("it is readable").is_acceptable());
}

#[test]
fn missing_mandatory_elements_are_errors_and_the_rest_is_read() {
    let header = HEADER.replace("<requestingAgencyRequestId>r-1</requestingAgencyRequestId>", "");
    let reading = reading(&request(&header, "<bibliographicInfo><title>t</title></bibliographicInfo>"));
    assert_eq!(
        said(&reading),
        [(Severity::Error, "requestingAgencyRequestId", "`requestingAgencyRequestId` is missing")]
    );
    assert_eq!(reading.diagnostics[0].error_type, ErrorType::BadlyFormedMessage);
    assert_eq!(as_request(&reading).bibliographic_info.title.as_deref(), Some("t"));
}

#[test]
fn bad_codes_are_errors_of_their_kind() {
    let message = |reason: &str, status: &str| {
        supplying(&format!(
            "<messageInfo><reasonForMessage>{reason}</reasonForMessage></messageInfo>\
             <statusInfo><status>{status}</status><lastChange>2026-01-31T12:00:00Z</lastChange></statusInfo>"
        ))
    };
    let errors = |document: &str| {
        let reading = reading(document);
        reading.errors().map(|d| (d.element().to_owned(), d.error_type.clone())).collect::<Vec<_>>()
    };
    assert_eq!(errors(&message("StatusChange", "Loaned")), []);
    assert_eq!(
        errors(&message("Whim", "Loaned")),
        [("reasonForMessage".to_owned(), ErrorType::UnsupportedReasonForMessageType)]
    );
    assert_eq!(
        errors(&message("StatusChange", "Lent")),
        [("status".to_owned(), ErrorType::UnrecognisedDataValue)]
    );
    assert_eq!(errors(&message("Notification", "")), [], "an empty status is practice");
    let kept = reading(&message("StatusChange", "Lent"));
    assert_eq!(as_supplying(&kept).status_info.status, Status::Unknown("Lent".to_owned()));
}

#[test]
fn an_unknown_action_is_its_own_kind_of_error() {
    let document = format!(
        "<ISO18626Message xmlns=\"{NS}\" xmlns:ill=\"{NS}\" ill:version=\"1.2\"><requestingAgencyMessage><header>{HEADER}</header><action>Burn</action></requestingAgencyMessage></ISO18626Message>"
    );
    let reading = reading(&document);
    let errors: Vec<_> = reading.errors().map(|d| d.error_type.clone()).collect();
    assert_eq!(errors, [ErrorType::UnsupportedActionType]);
}

#[test]
fn empty_optional_elements_mean_nothing() {
    let reading = reading(&supplying(
        "<messageInfo><reasonForMessage>StatusChange</reasonForMessage><answerYesNo/><offeredCosts/><retryAfter/></messageInfo>\
         <statusInfo><status>Loaned</status><dueDate/><lastChange/></statusInfo><deliveryInfo><dateSent/><deliveryCosts/></deliveryInfo>",
    ));
    assert!(reading.is_acceptable(), "{:?}", said(&reading));
    let message = as_supplying(&reading);
    assert_eq!(message.message_info.answer_yes_no, None);
    assert_eq!(message.retry_info, None);
    assert_eq!(message.status_info.due_date, None);
    assert_eq!(message.delivery_info.as_ref().map(|d| d.delivery_costs.len()), Some(0));
}

#[test]
fn open_codes_are_kept_with_their_scheme() {
    let body = "<bibliographicInfo/><serviceInfo><serviceType>Loan</serviceType><serviceLevel ill:scheme=\"http://x.example/l\">teleport</serviceLevel></serviceInfo>";
    let reading = reading(&request(HEADER, body));
    assert_eq!(said(&reading), []);
    let level = as_request(&reading)
        .service_info
        .as_ref()
        .and_then(|s| s.service_level.clone())
        .expect("it is there");
    assert_eq!((level.value.as_str(), level.scheme.as_deref()), ("teleport", Some("http://x.example/l")));
    assert_eq!(level.code(), None);
}

#[test]
fn dates_and_amounts_keep_their_form() {
    let header = HEADER.replace("2026-01-31T12:00:00Z", " 2026-01-31T12:00:00.500+01:00 ");
    let body = "<bibliographicInfo/><billingInfo><maximumCosts><currencyCode>EUR</currencyCode><monetaryValue>012.50</monetaryValue></maximumCosts></billingInfo>";
    let reading = reading(&request(&header, body));
    assert_eq!(said(&reading), []);
    let request = as_request(&reading);
    assert_eq!(request.header.timestamp.as_str(), "2026-01-31T12:00:00.500+01:00");
    let costs = request.billing_info.as_ref().and_then(|b| b.maximum_costs.as_ref()).expect("it is there");
    assert_eq!(costs.monetary_value.as_str(), "012.50");
}

#[test]
fn a_date_without_a_time_is_its_first_moment() {
    let body = "<bibliographicInfo/><serviceInfo><serviceType>Loan</serviceType><needBeforeDate>2026-03-01</needBeforeDate></serviceInfo>";
    let reading = reading(&request(HEADER, body));
    assert!(reading.is_acceptable());
    let service = as_request(&reading).service_info.as_ref().expect("it is there");
    assert_eq!(service.need_before_date.as_ref().map(|d| d.as_str()), Some("2026-03-01T00:00:00"));
}

#[test]
fn a_hundred_warnings_never_hide_an_error() {
    let body =
        format!("<bibliographicInfo>{}</bibliographicInfo><serviceInfo/><serviceInfo/>", "<x/>".repeat(500));
    let reading = reading(&request(
        &HEADER.replace("<requestingAgencyRequestId>r-1</requestingAgencyRequestId>", ""),
        &body,
    ));
    let early = reading.diagnostics.len();
    assert!(early < 400, "they are bounded");
    let late = request(
        HEADER,
        &format!("{body}<serviceInfo><serviceType>Beam</serviceType></serviceInfo>")
            .replace("<serviceInfo/>", ""),
    );
    assert!(!self::reading(&late).is_acceptable(), "an error after many warnings counts");
}

#[test]
fn a_closed_value_in_another_case_is_read_with_a_warning() {
    for (written, status) in [
        ("cancelled", Status::Cancelled),
        ("WILLSUPPLY", Status::WillSupply),
        ("loaned", Status::Loaned),
        ("unFilled", Status::Unfilled),
    ] {
        let reading = reading(&supplying(&format!(
            "<messageInfo><reasonForMessage>statuschange</reasonForMessage></messageInfo>\
             <statusInfo><status>{written}</status><lastChange>2026-01-31T12:00:00Z</lastChange></statusInfo>"
        )));
        assert!(reading.is_acceptable(), "{:?}", said(&reading));
        let message = as_supplying(&reading);
        assert_eq!(message.status_info.status, status, "{written}");
        assert_eq!(message.message_info.reason_for_message, iso18626::ReasonForMessage::StatusChange);
        let warned = said(&reading);
        assert_eq!(warned.len(), 2, "{warned:?}");
        assert!(warned.iter().all(|(severity, _, _)| *severity == Severity::Warning));
        assert!(warned[1].2.contains(status.as_str()), "{warned:?}");
    }
    let wrong = reading(&supplying(
        "<messageInfo><reasonForMessage>StatusChange</reasonForMessage></messageInfo>\
         <statusInfo><status>gone</status><lastChange>2026-01-31T12:00:00Z</lastChange></statusInfo>",
    ));
    assert!(!wrong.is_acceptable());
}
