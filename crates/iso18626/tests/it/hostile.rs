//! Input that means harm, or has come to it.

use std::time::{Duration, Instant};

use iso18626::{Edition, ReadOptions, UnreadableKind, WriteOptions, read, write};

const NS: &str = "http://illtransactions.org/2013/iso18626";

fn around(inside: &str) -> String {
    format!(
        "<ISO18626Message xmlns=\"{NS}\" xmlns:ill=\"{NS}\" ill:version=\"1.2\"><request>{inside}</request></ISO18626Message>"
    )
}

fn titled(title: &str) -> String {
    around(&format!("<bibliographicInfo><title>{title}</title></bibliographicInfo>"))
}

/// What is said of a document: the sentence of its end, or why it is unreadable.
fn end_of(document: &[u8]) -> String {
    match read(document, &ReadOptions::default()) {
        Ok(reading) => {
            assert!(!reading.is_acceptable(), "it is refused");
            reading.errors().last().map(|d| d.sentence.clone()).unwrap_or_default()
        }
        Err(unreadable) => unreadable.sentence,
    }
}

#[test]
fn a_doctype_is_refused_whatever_it_says() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;\">]>";
    let external = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">";
    let parameter = "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://x.example/\"> %p;]>";
    for doctype in [laughs, external, parameter, "<!DOCTYPE x>", "<!doctype x>", "<!DOCTYPE x [<!ENTITY a '"]
    {
        let document = format!("{doctype}{}", titled("&lol2;"));
        let unreadable = read(document.as_bytes(), &ReadOptions::default()).expect_err("it is refused");
        assert_eq!(unreadable.kind, UnreadableKind::NotXml, "{doctype}");
    }
    let inside = titled("x").replace("<bibliographicInfo>", "<!DOCTYPE x><bibliographicInfo>");
    assert_eq!(end_of(inside.as_bytes()), "a DOCTYPE is not accepted");
}

#[test]
fn an_entity_that_nobody_declared_is_an_error_and_no_text() {
    let reading = read(titled("a&nbsp;b").as_bytes(), &ReadOptions::default()).expect("its kind is known");
    assert!(reading.errors().any(|d| d.sentence.contains("entity")));
    for reference in ["&#0;", "&#x1F;", "&#xD800;", "&#x110000;", "&#xFFFE;", "&#;", "&#x;", "&#99999999999;"]
    {
        assert!(end_of(titled(reference).as_bytes()).contains("character"), "{reference}");
    }
    assert!(!end_of(titled("a & b").as_bytes()).is_empty());
}

#[test]
fn each_limit_is_met_where_it_is() {
    let limit = |document: String| end_of(document.as_bytes());
    let limits = ReadOptions::default().limits;
    assert!(limit(around(&"<a>".repeat(100))).contains("inside one another"));
    assert!(limit(around(&"<a/>".repeat(limits.max_elements))).contains("elements"));
    assert!(limit(around(&format!("<{}/>", "n".repeat(limits.max_name + 1)))).contains("in a name"));
    assert!(limit(titled(&"x".repeat(limits.max_text + 1))).contains("bytes of text"));
    assert!(limit(titled(&"&amp;x".repeat(limits.max_text))).contains("bytes"));
    let attributes: String = (0..=limits.max_attributes).map(|n| format!(" a{n}=\"\"")).collect();
    assert!(limit(around(&format!("<header{attributes}/>"))).contains("attributes"));
    let spaces: String = (0..10).map(|n| format!(" xmlns:p{n}=\"urn:{n}\"")).collect();
    assert!(limit(around(&format!("<a{spaces}>").repeat(5))).contains("namespace"));
    assert!(limit(around("<header a=\"1\" a=\"2\"/>")).contains("twice"));
    let large = read(&vec![b' '; limits.max_bytes + 1], &ReadOptions::default()).expect_err("it is refused");
    assert!(large.too_large());
    let named = format!("<{}>", "n".repeat(limits.max_name + 1));
    assert!(read(named.as_bytes(), &ReadOptions::default()).expect_err("it is refused").too_large());
}

/// Each of these is as long as a document may be; what grows with its square would take minutes.
#[allow(clippy::disallowed_methods, reason = "what is bounded here is the time itself")]
#[test]
fn nothing_takes_more_than_linear_time() {
    let filled = |piece: &str, before: &str, after: &str| {
        let room = ReadOptions::default().limits.max_bytes - before.len() - after.len() - 200;
        around(&format!("{before}{}{after}", piece.repeat(room / piece.len())))
    };
    let title = ("<bibliographicInfo><title>", "</title></bibliographicInfo>");
    let documents = [
        filled("<a/>", "", ""),
        filled("<x y='1'>1</x>", "<bibliographicInfo>", "</bibliographicInfo>"),
        filled("<title>1</title>", "<bibliographicInfo>", "</bibliographicInfo>"),
        filled("<!---->", title.0, title.1),
        filled("<?a?>", title.0, title.1),
        filled("<![CDATA[]]>", title.0, title.1),
        filled("<![CDATA[a]]>", title.0, title.1),
        filled("&#65;", title.0, title.1),
        filled("&x;", title.0, title.1),
        filled("&", title.0, title.1),
        filled("<", title.0, title.1),
        filled("<!--", title.0, title.1),
        filled("<![CDATA[", title.0, title.1),
        filled("]]>", title.0, title.1),
        filled(" ", title.0, title.1),
        filled("\n", "", ""),
        filled("\r", "", ""),
        filled("a", "<", "/>"),
        filled(" a='b'", "<header", "/>"),
        filled("&lt;", "<header a='", "'/>"),
        filled("<header>", "", ""),
        filled("</header>", "", ""),
        filled("é", title.0, title.1),
        filled("[<!ENTITY a 'b'>", "<!DOCTYPE a ", "]>"),
    ];
    for document in documents {
        let began = Instant::now();
        let _ = read(document.as_bytes(), &ReadOptions::default());
        let took = began.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?} for {}", &document[..document.len().min(300)]);
    }
}

#[test]
fn a_message_cut_anywhere_is_answered_for_as_soon_as_its_kind_is_known() {
    let whole = include_bytes!("../../benches/full-request-1.2.xml");
    let known = whole.windows(9).position(|w| w == b"<request>").expect("it is a request") + 9;
    for cut in 0..whole.trim_ascii_end().len() {
        match read(&whole[..cut], &ReadOptions::default()) {
            Ok(reading) => {
                assert!(cut >= known, "at {cut}");
                assert!(!reading.is_acceptable(), "at {cut}");
            }
            Err(_) => assert!(cut < known, "at {cut}"),
        }
    }
}

#[test]
fn a_message_broken_in_its_middle_keeps_what_stands_before() {
    let header = "<header><supplyingAgencyId><agencyIdType>ISIL</agencyIdType><agencyIdValue>S</agencyIdValue></supplyingAgencyId>\
        <requestingAgencyId><agencyIdType>ISIL</agencyIdType><agencyIdValue>R</agencyIdValue></requestingAgencyId>\
        <multipleItemRequestId/><timestamp>2026-01-31T12:00:00Z</timestamp><requestingAgencyRequestId>r-1</requestingAgencyRequestId></header>";
    let broken: [&[u8]; 6] = [b"\xFF\xFE", b"\0", b"<<", b"</x>", b"&", b"<title></titel>"];
    for bytes in broken {
        let document = around(&format!("{header}<bibliographicInfo><title>@</title></bibliographicInfo>"));
        let (before, after) = document.split_once('@').expect("it is there");
        let document = [before.as_bytes(), bytes, after.as_bytes()].concat();
        let reading = read(&document, &ReadOptions::default()).expect("its kind is known");
        assert!(!reading.is_acceptable(), "{bytes:?}");
        assert_eq!(reading.message.requesting_agency_request_id(), Some("r-1"), "{bytes:?}");
        assert_eq!(reading.message.timestamp().as_str(), "2026-01-31T12:00:00Z");
    }
}

/// What reads wrongly in one place and means no harm: each is said.
#[test]
fn sloppy_bytes_are_read_past_and_said() {
    let titled = |title: &[u8]| {
        let document = titled("@");
        let (before, after) = document.split_once('@').expect("it is there");
        [before.as_bytes(), title, after.as_bytes()].concat()
    };
    let title = |reading: &iso18626::Reading| match &reading.message {
        iso18626::Message::Request(request) => request.bibliographic_info.title.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    };
    let head = b"<?xml version='1.0' encoding='UTF-8'?>";
    for (bytes, read_as, said) in [
        (titled(b"Z\xFCrich"), "Z\u{FC}rich", "windows-1252"),
        (
            [head.as_slice(), &titled(b"\x93K\xF6ln\x94 f\xC3\xBCr 5 \x80")].concat(),
            "\u{201C}K\u{F6}ln\u{201D} f\u{FC}r 5 \u{20AC}",
            "windows-1252",
        ),
        (titled(b"a\x01b"), "a\u{FFFD}b", "U+0001"),
        (titled(b"a\x02b\x1Fc"), "a\u{FFFD}b\u{FFFD}c", "U+0002"),
        (titled(b"a\xEF\xBF\xBEb"), "a\u{FFFD}b", "U+FFFE"),
        ([b"\r\n \n".as_slice(), head, &titled(b"a")].concat(), "a", "before the XML declaration"),
        ([b"\xEF\xBB\xBF\n".as_slice(), head, &titled(b"a")].concat(), "a", "before the XML declaration"),
        ([&titled(b"a")[..], b"\x04\n\0\0"].concat(), "a", "U+0004"),
    ] {
        let reading = read(&bytes, &ReadOptions::default()).expect("it is read");
        assert!(reading.errors().all(|it| it.element() == "header"), "{read_as}: {:?}", reading.diagnostics);
        assert_eq!(title(&reading), read_as);
        let sentences: Vec<_> = reading.diagnostics.iter().map(|it| it.sentence.as_str()).collect();
        assert!(sentences.iter().any(|sentence| sentence.contains(said)), "{read_as}: {sentences:?}");
    }
    let sound = read(&titled("Zürich".as_bytes()), &ReadOptions::default()).expect("it is read");
    assert!(sound.diagnostics.iter().all(|it| it.element() == "header"));
    // Declared after a blank line, it is the encoding all the same.
    let latin = [b"\n<?xml version='1.0' encoding='ISO-8859-1'?>".as_slice(), &titled(b"Z\xFCrich")].concat();
    assert_eq!(title(&read(&latin, &ReadOptions::default()).expect("it is read")), "Z\u{FC}rich");
}

#[test]
fn encodings_are_read_by_mark_look_and_declaration() {
    let text = titled("Zürich");
    let utf16 =
        |units: Vec<u16>, bytes: fn(u16) -> [u8; 2]| units.into_iter().flat_map(bytes).collect::<Vec<u8>>();
    let marked: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
    let plain: Vec<u16> = text.encode_utf16().collect();
    let latin1 = |declared: &str| {
        let head = format!("<?xml version='1.0' encoding='{declared}'?>").into_bytes();
        [head, text.chars().map(|c| u8::try_from(u32::from(c)).expect("it is Latin-1")).collect()].concat()
    };
    let documents = [
        utf16(marked.clone(), u16::to_le_bytes),
        utf16(marked, u16::to_be_bytes),
        utf16(plain.clone(), u16::to_le_bytes),
        utf16(plain, u16::to_be_bytes),
        latin1("ISO-8859-1"),
        latin1("latin1"),
        latin1("windows-1252"),
        [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
    ];
    for document in documents {
        let reading = read(&document, &ReadOptions::default()).expect("it is readable");
        let written = reading.message.canonical();
        assert!(written.contains("Zürich"), "{written}");
    }
    let unknown = latin1("EBCDIC-CP-US");
    assert!(
        read(&unknown, &ReadOptions::default()).expect_err("it is refused").sentence.contains("encoding")
    );
}

#[test]
fn utf_16_cut_in_the_middle_of_a_character_breaks_off() {
    let bytes: Vec<u8> =
        std::iter::once(0xFEFF).chain(titled("𝔘").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for cut in 0..bytes.len() {
        if let Ok(reading) = read(&bytes[..cut], &ReadOptions::default()) {
            assert!(!reading.is_acceptable(), "at {cut}");
        }
    }
    let mut lone = bytes.clone();
    let high = lone.windows(2).position(|w| w == 0xD835u16.to_le_bytes()).expect("it is there");
    lone.drain(high..high + 2);
    assert!(!end_of(&lone).is_empty());
}

#[test]
fn other_documents_are_no_messages() {
    for document in [
        "",
        " ",
        "\0\0\0\0",
        "hello",
        "{\"a\":1}",
        "<html><body>502</body></html>",
        "<ISO18626Message/>",
        "<ISO18626Message xmlns=\"urn:other\"><request/></ISO18626Message>",
        "<x:ISO18626Message><x:request/></x:ISO18626Message>",
    ] {
        let unreadable = read(document.as_bytes(), &ReadOptions::default()).expect_err(document);
        assert!(!unreadable.too_large() && !unreadable.sentence.is_empty(), "{document}");
    }
    let empty = format!("<ISO18626Message xmlns=\"{NS}\"><other/></ISO18626Message>");
    read(empty.as_bytes(), &ReadOptions::default()).expect_err("no kind of message");
}

#[test]
fn what_xml_cannot_hold_is_not_written() {
    let reading = read(titled("x").as_bytes(), &ReadOptions::default()).expect("it is readable");
    let iso18626::Message::Request(mut request) = reading.message else { panic!("it is a request") };
    request.header.timestamp = iso18626::DateTime::from_lexical("2026-01-31T12:00:00Z");
    request.bibliographic_info.title = Some("a\u{0}b".to_owned());
    let message = iso18626::Message::Request(request);
    let refused = write(&message, &WriteOptions::new(Edition::V1_2)).expect_err("it is refused");
    assert_eq!(refused.path, "/ISO18626Message/request/bibliographicInfo/title");
}
