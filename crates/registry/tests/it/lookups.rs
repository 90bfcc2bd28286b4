//! Who is who, and how each is reached.

use dialects::iso18626::DialectName;
use iso18626::{Edition, NamespaceRule, TimestampEcho};
use loan_model::{Symbol, facts::Face};
use registry::{Registry, Wait};

use crate::support::{id, library, registry};

#[test]
fn symbols_are_found_whatever_their_case() {
    let registry = registry(&library("north", ""));
    for text in ["ISIL:XX-NORTH", "isil:xx-north", "Isil:xx-North"] {
        let symbol: Symbol = text.parse().unwrap();
        assert_eq!(registry.by_symbol(&symbol).map(|library| &library.id), Some(&id("north")), "{text}");
        assert_eq!(registry.canonical(&symbol), Some(&Symbol::new("ISIL", "XX-NORTH")), "{text}");
        assert!(registry.speaks_for(&id("north"), &symbol), "{text}");
    }
    assert!(registry.by_symbol(&Symbol::new("LOCAL", "XX-NORTH")).is_none());
    assert!(registry.is_broker(&Symbol::new("local", "b")));
    assert!(registry.by_symbol(&Symbol::new("LOCAL", "B")).is_none());
    assert_eq!(registry.canonical(&Symbol::new("local", "b")), Some(&Symbol::new("LOCAL", "B")));
}

fn family() -> Registry {
    registry(
        &[
            library("system", "kind = \"system\""),
            "[[library]]\nid = \"main\"\nname = \"Main\"\nsymbols = [\"ISIL:XX-MAIN\"]\nparent = \"system\"\n".to_owned(),
            "[[library]]\nid = \"branch\"\nname = \"Branch\"\nsymbols = [\"ISIL:XX-BRANCH\"]\nparent = \"main\"\n".to_owned(),
            library("gate", "kind = \"broker\""),
            "[[library]]\nid = \"member\"\nname = \"Member\"\nsymbols = [\"ISIL:XX-MEMBER\"]\nbehind = \"gate\"\n".to_owned(),
            library("gone", "kind = \"broker\"\nstatus = \"retired\""),
            library("orphan", "behind = \"gone\""),
            "[[library]]\nid = \"both\"\nname = \"Both\"\nsymbols = [\"ISIL:XX-BOTH\"]\nbehind = \"gate\"\nparent = \"system\"\n".to_owned(),
            library("stranger", ""),
        ]
        .concat(),
    )
}

#[test]
fn a_peer_speaks_for_itself_its_parts_and_those_behind_it_and_nobody_else() {
    let registry = family();
    let rows = [
        ("system", "SYSTEM", true),
        ("system", "MAIN", true),
        ("system", "BRANCH", true),
        ("main", "BRANCH", true),
        ("gate", "MEMBER", true),
        ("branch", "MAIN", false),
        ("member", "GATE", false),
        ("stranger", "MAIN", false),
        ("gone", "GONE", true),
        ("gone", "ORPHAN", false),
        ("nobody", "MAIN", false),
        ("main", "NOBODY", false),
    ];
    for (peer, symbol, expected) in rows {
        let symbol = Symbol::new("ISIL", &format!("XX-{symbol}"));
        assert_eq!(registry.speaks_for(&id(peer), &symbol), expected, "{peer} {symbol}");
        assert_eq!(registry.symbols_of(&id(peer)).contains(&&symbol), expected, "{peer} {symbol}");
    }
}

#[test]
fn a_library_is_reached_by_its_own_connection_or_through_others() {
    let registry = family();
    for (library, owner) in [
        ("main", "system"),
        ("branch", "system"),
        ("member", "gate"),
        ("both", "gate"),
        ("orphan", "orphan"),
        ("system", "system"),
    ] {
        let connection = registry.connection(&id(library)).unwrap();
        assert_eq!(connection.owner, id(owner), "{library}");
        assert_eq!(connection.url.as_str(), format!("http://{owner}.example.org/"));
    }
    assert_eq!(registry.connection(&id("nobody")), None);
}

#[test]
fn a_connection_has_its_own_word_then_the_consortiums_then_its_dialects() {
    let shared = "[defaults.connection]\nface = \"transparent\"\nedition = \"2021-2\"\nconcurrency = 9\ntimeouts.read = \"7s\"\n\n";
    let registry = registry(
        &[
            shared,
            &library("a", ""),
            &library("b", "connection.face = \"opaque\"\nconnection.timeouts.total = \"20s\""),
            &library("c", "connection.dialect = \"koha\""),
            &library("d", "connection.dialect = \"crosslink\"\nconnection.timestamp_echo = \"timestamp\""),
        ]
        .concat(),
    );
    let of = |library| registry.connection(&id(library)).unwrap();
    let (a, b, c, d) = (of("a"), of("b"), of("c"), of("d"));
    assert_eq!((a.face, a.edition, a.dialect), (Face::Transparent, Edition::V2021_2, DialectName::Plain));
    assert_eq!(
        (a.supplier_face, b.supplier_face),
        (Face::Transparent, Face::Opaque),
        "as the face that is said"
    );
    assert_eq!((d.face, d.supplier_face), (Face::Opaque, Face::Transparent), "two of the dialect");
    assert_eq!(
        (a.concurrency, a.timeouts.read, a.timeouts.total),
        (9, Wait::from_secs(7), Wait::from_secs(60))
    );
    assert_eq!(
        (b.face, b.timeouts.read, b.timeouts.total),
        (Face::Opaque, Wait::from_secs(7), Wait::from_secs(20))
    );
    // Who names its dialect means all of it; limits stay the consortium's.
    assert_eq!((c.face, c.edition, c.namespace), (Face::Opaque, Edition::V1_2, NamespaceRule::MayBeMissing));
    assert_eq!(c.concurrency, 9);
    assert_eq!(d.timestamp_echo, TimestampEcho::Timestamp);
}

#[test]
fn addresses_are_accepted_as_the_library_says() {
    let registry = registry(&[library("a", "accept_from = [\"192.0.2.0/24\"]"), library("b", "")].concat());
    let (inside, outside) = ([192, 0, 2, 9].into(), [203, 0, 113, 1].into());
    assert!(registry.accepts_from(&id("a"), inside) && !registry.accepts_from(&id("a"), outside));
    assert!(registry.accepts_from(&id("b"), outside) && !registry.accepts_from(&id("nobody"), inside));
}

#[test]
fn what_is_debugged_masks_header_values() {
    let lines = "connection.headers = [{ name = \"X-Site\", value = \"swordfish\" }, { name = \"X-Key\", secret = \"env:KEY\" }]";
    let registry = registry(&library("a", lines));
    for text in [format!("{:?}", registry.connection(&id("a"))), format!("{registry:?}")] {
        assert!(!text.contains("swordfish"), "{text}");
    }
    assert!(registry.to_toml().contains("swordfish"), "the file itself keeps it");
}

#[test]
fn without_a_file_there_is_a_broker_and_nobody_else() {
    let registry = Registry::default();
    assert!(registry.is_broker(&registry.broker().symbol));
    assert_eq!((registry.libraries().count(), registry.based_on()), (0, None));
    assert_eq!(Registry::parse_toml(&registry.to_toml()).unwrap(), registry);
}
