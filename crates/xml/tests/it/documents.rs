//! Documents of the small protocol, read, written, described and shown.

use xml::{
    About, BreakKind, DocType, Document, Envelope, Expect, Heading, Limits, NamespaceRule, Outcome, Schemes,
    Text, decode, pretty, write, xsd,
};

use crate::protocol::{PARCEL, Parcel};

const POST: xml::Namespace<'static> = xml::Namespace { uri: "urn:post", prefix: "p" };

const EXPECT: Expect = Expect {
    root: "post",
    namespaces: &["urn:post", "urn:post:old"],
    attributes: &["version"],
    namespace: NamespaceRule::Required,
    doctype: DocType::Refused,
    passed: &[],
    unsound: xml::Unsound::LeftOut,
};

fn text(document: &str) -> Text<'_> {
    decode(document.as_bytes(), &Limits::default()).expect("it is text")
}

fn parcel(document: &str, edition: usize) -> (Parcel, Outcome) {
    let text = text(document);
    let mut parcel = Parcel::default();
    let opened = Document::open(&text, &Limits::default(), EXPECT).expect("it opens");
    let outcome = opened.read(&mut parcel, edition);
    (parcel, outcome)
}

fn about(outcome: &Outcome) -> Vec<About> {
    outcome.findings.iter().map(|finding| finding.about).collect()
}

#[test]
fn each_edition_is_read_in_its_own_order_and_names() {
    let first =
        "<post xmlns='urn:post' xmlns:p='urn:post' p:version='1'><weight>5</weight><item>a</item></post>";
    let second =
        "<post xmlns='urn:post' xmlns:p='urn:post' p:version='2'><thing>a</thing><weight>5</weight></post>";
    for (document, edition) in [(first, 0), (second, 1)] {
        let (parcel, outcome) = parcel(document, edition);
        assert_eq!((parcel.item, parcel.weight), (vec!["a".to_owned()], "5".to_owned()));
        assert!(outcome.findings.is_empty() && outcome.begun);
    }
    let (parcel, outcome) = parcel(second, 0);
    assert_eq!(parcel.item, ["a"], "another edition's name is understood");
    assert_eq!(about(&outcome), [About::Foreign]);
}

#[test]
fn every_namespace_of_the_protocol_and_any_prefix_will_do() {
    let document =
        "<a:post xmlns:a='urn:post:old' a:version='1'><b:weight xmlns:b='urn:post'>5</b:weight></a:post>";
    let (parcel, outcome) = parcel(document, 0);
    assert_eq!(parcel.weight, "5");
    assert!(outcome.findings.is_empty());
}

#[test]
fn a_namespace_is_forgotten_where_its_element_ends() {
    let document = "<post xmlns='urn:post' xmlns:p='urn:post' p:version='1'><weight>5</weight>\
                    <x xmlns='urn:other'><item>no</item></x><item>yes</item></post>";
    let (parcel, outcome) = parcel(document, 0);
    assert_eq!(parcel.item, ["yes"]);
    assert_eq!(about(&outcome), [About::Unknown]);
    assert_eq!(outcome.extras[0].raw, "<x xmlns='urn:other'><item>no</item></x>");
}

#[test]
fn an_undeclared_prefix_is_nobodys() {
    let document =
        "<post xmlns='urn:post' xmlns:p='urn:post' p:version='1'><weight>5</weight><q:item>a</q:item></post>";
    let (parcel, outcome) = parcel(document, 0);
    assert!(parcel.item.is_empty());
    assert_eq!(about(&outcome), [About::Unknown]);
}

#[test]
fn elements_may_lie_in_their_own_kind_down_to_the_limit() {
    let nested = |depth: usize| {
        let open = "<inner><weight>1</weight>".repeat(depth);
        let close = "</inner>".repeat(depth);
        format!(
            "<post xmlns='urn:post' xmlns:p='urn:post' p:version='2'><weight>0</weight>{open}{close}</post>"
        )
    };
    let (parcel, outcome) = parcel(&nested(3), 1);
    assert!(outcome.findings.is_empty());
    let second = parcel.inner.and_then(|inner| inner.0.inner).expect("two levels down");
    assert_eq!(second.0.weight, "1");
    let (_, outcome) = self::parcel(&nested(40), 1);
    assert_eq!(outcome.broken.map(|broken| broken.kind), Some(BreakKind::Limit));
}

#[test]
fn an_external_doctype_is_read_past_only_where_that_is_wanted() {
    let read_past = Expect { doctype: DocType::ExternalReadPast, ..EXPECT };
    let opens = |doctype: &str, expect| {
        let document = format!("<?xml version='1.0'?>{doctype}<post xmlns='urn:post' version='1'/>");
        Document::open(&text(&document), &Limits::default(), expect)
            .map(|_| ())
            .map_err(|broken| broken.sentence)
    };
    let external = "<!DOCTYPE post PUBLIC '-//X//DTD//EN' 'http://x.example/post.dtd'>";
    assert_eq!(opens(external, read_past), Ok(()));
    let refused = Err("a DOCTYPE is not accepted".to_owned());
    assert_eq!(opens(external, EXPECT), refused);
    assert_eq!(opens("<!DOCTYPE post SYSTEM 'x' [<!ENTITY a 'b'>]>", read_past), refused);
    assert_eq!(opens("<!DOCTYPE post>", read_past), refused);
    let late = text("<post xmlns='urn:post'><!DOCTYPE post SYSTEM 'x'></post>");
    let document = Document::open(&late, &Limits::default(), read_past).expect("the root is there");
    assert!(document.read(&mut Parcel::default(), 0).broken.is_some(), "not after the root has begun");
}

#[test]
fn what_is_written_is_read_back() {
    let parcel = Parcel { item: vec!["<a> & \"b\"\r\n\t".to_owned()], weight: "7".to_owned(), inner: None };
    let envelope = Envelope {
        root: "post",
        namespace: Some(POST),
        doctype: None,
        attributes: &[("version", "a\"<\n")],
        schemes: Schemes::Written,
    };
    let written = write(&envelope, "inner", &parcel, 1).expect("it is valid");
    let text = text(&written);
    let document = Document::open(&text, &Limits::default(), EXPECT).expect("it opens");
    assert_eq!(document.attribute("version"), Some("a\"<\n"));
    let mut outer = Parcel::default();
    document.read(&mut outer, 1);
    assert_eq!(outer.inner.map(|inner| *inner.0), Some(parcel));
}

#[test]
fn what_is_not_valid_is_refused_with_its_path() {
    let envelope = Envelope {
        root: "post",
        namespace: Some(POST),
        doctype: None,
        attributes: &[],
        schemes: Schemes::Written,
    };
    let several = Parcel { item: vec![String::new(), String::new()], weight: "7".to_owned(), inner: None };
    assert!(write(&envelope, "parcel", &several, 1).is_ok());
    assert_eq!(write(&envelope, "parcel", &several, 0).expect_err("one fits").path, "/post/parcel/item");
    let heavy = Parcel { weight: "heavy".to_owned(), ..Parcel::default() };
    assert_eq!(write(&envelope, "parcel", &heavy, 0).expect_err("no number").path, "/post/parcel/weight");
}

#[test]
fn the_schema_says_what_the_table_says() {
    let heading = Heading { title: "Post", root: "post", namespace: "urn:post", attributes: &["version"] };
    let first = xsd(&heading, &PARCEL, 0);
    assert!(first.contains("<xs:element name=\"item\" type=\"xs:string\" minOccurs=\"0\">"), "{first}");
    assert!(!first.contains("inner"));
    let second = xsd(&heading, &PARCEL, 1);
    assert!(
        second.contains(
            "<xs:element name=\"thing\" type=\"xs:string\" minOccurs=\"0\" maxOccurs=\"unbounded\">"
        )
    );
    assert!(second.contains("In grams &amp; &lt;whole>."));
    let order = |name: &str| second.find(&format!("name=\"{name}\"")).expect(name);
    assert!(order("thing") < order("weight") && order("weight") < order("inner"));
}

#[test]
fn places_count_lines_and_characters() {
    let text = text("aö\r\nb\u{1F4E6}c");
    assert_eq!(text.as_str(), "aö\nb\u{1F4E6}c");
    assert_eq!(text.places(&[9, 0, 3, 4, 100]), [(2, 3), (1, 1), (1, 3), (2, 1), (2, 4)]);
}

#[test]
fn pretty_indents_elements_and_leaves_text_alone() {
    let shown =
        pretty(b"<?xml version='1.0'?><a><!-- c --><b x='1'> t &amp; u </b>\n\n<c/><d></d></a>").unwrap();
    assert_eq!(
        shown,
        "<?xml version='1.0'?>\n<a>\n  <!-- c -->\n  <b x='1'> t &amp; u </b>\n  <c/>\n  <d></d>\n</a>\n"
    );
    assert!(pretty(b"<a><b></a>").is_err());
}
