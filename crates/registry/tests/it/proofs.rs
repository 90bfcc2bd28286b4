//! How libraries prove that a message is their own, and who is told not to.

use registry::{Carrier, ClientProof, Registry, Unproven, client_proofs, proofs};

use crate::support::{id, library, registry};

fn with(name: &str, rest: &str, tables: &str) -> String {
    format!("{}\n{tables}\n", library(name, rest))
}

#[test]
fn each_way_of_proof_is_read_and_ncip_s_own_is_among_them() {
    let tables = r#"
[[library.proof]]
by = "bearer"
secret = "file:north.new"
[[library.proof]]
by = "header"
header = "X-Site-Key"
secret = "env:NORTH"
[[library.proof]]
by = "basic"
user = "ill"
secret = "file:north"
[[library.proof]]
by = "path"
secret = "file:north.path"
[[library.proof]]
by = "certificate"
name = "ILL.north.example.org"
[[library.proof]]
by = "certificate"
fingerprint = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"#;
    let ncip =
        "connection.ncip.url = \"http://127.0.0.1:1/ncip\"\nconnection.ncip.accept_secret = \"file:ils\"";
    let registry = registry(&with("north", ncip, tables));
    let found: Vec<(Carrier, String)> = proofs(registry.library(&id("north")).unwrap())
        .map(|proof| (proof.carrier, proof.secret.to_string()))
        .collect();
    let names: Vec<&str> = found.iter().map(|(_, secret)| secret.as_str()).collect();
    assert_eq!(names, ["file:north.new", "env:NORTH", "file:north", "file:north.path", "file:ils"]);
    assert_eq!(found[2].0, Carrier::Basic("ill".to_owned()));
    assert_eq!(found[4].0, Carrier::NcipMessage);
    let certificates: Vec<ClientProof> = client_proofs(registry.library(&id("north")).unwrap()).collect();
    assert!(
        matches!(&certificates[..], [ClientProof::Named(_), ClientProof::Exactly(_)]),
        "{certificates:?}"
    );
    assert!(registry.to_toml().contains("ill.north.example.org"));
    assert_eq!(Registry::parse_toml(&registry.to_toml()).unwrap(), registry);
    assert_eq!(registry.unproven(), Unproven::Loopback, "where nobody says");
}

#[test]
fn a_way_of_proof_that_lacks_something_is_refused() {
    for (proof, key) in [
        ("by = \"header\"\nsecret = \"file:a\"", "header"),
        ("by = \"basic\"\nsecret = \"file:a\"", "user"),
        ("by = \"bearer\"\nsecret = \"file:a\"\nuser = \"x\"", "user"),
        ("by = \"path\"\nsecret = \"file:a\"\nheader = \"x-key\"", "header"),
        ("by = \"path\"", "secret"),
        ("by = \"certificate\"", "name"),
        ("by = \"certificate\"\nname = \"*.north.example.org\"", "name"),
        ("by = \"certificate\"\nfingerprint = \"e3:b0\"", "fingerprint"),
        ("by = \"certificate\"\nname = \"a.example\"\nsecret = \"file:a\"", "secret"),
        ("by = \"path\"\nsecret = \"file:a\"\nname = \"a.example\"", "name"),
        ("by = \"path\"\nsecret = \"swordfish\"", "secret"),
    ] {
        let text = format!(
            "[broker]\nname = \"B\"\nsymbols = [\"LOCAL:B\"]\n{}\n[[library.proof]]\n{proof}\n",
            library("north", "")
        );
        let problems = Registry::parse_toml(&text).unwrap_err();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.iter().all(|problem| problem.key.ends_with(key)), "{proof}: {told:?}");
        assert!(!told.concat().contains("swordfish"), "{told:?}");
    }
}

#[test]
fn an_address_proves_only_whose_alone_it_is() {
    let moved = "status = \"retired\"\naccept_from = [\"198.51.100.0/24\"]";
    let text = [
        with("north", "accept_from = [\"192.0.2.0/25\"]", ""),
        with("south", "accept_from = [\"192.0.2.64/26\", \"192.0.2.200\"]", ""),
        with("branch", "parent = \"south\"\naccept_from = [\"192.0.2.200\"]", ""),
        with("anywhere", "", ""),
        with("moved", "accept_from = [\"198.51.100.7\"]", ""),
        with("old", moved, ""),
        with("wide", "accept_from = [\"0.0.0.0/0\", \"::/0\"]", ""),
    ];
    let registry = registry(&text.concat());
    let proves = |name: &str, address: &str| registry.address_proves(&id(name), address.parse().unwrap());
    assert!(proves("north", "192.0.2.1"));
    assert!(!proves("north", "192.0.2.70") && !proves("south", "192.0.2.70"), "both have it");
    assert!(proves("branch", "192.0.2.200"), "whom it is part of speaks for it anyway");
    assert!(!proves("south", "192.0.2.200"), "a branch does not speak for the whole");
    assert!(!proves("anywhere", "192.0.2.1"));
    assert!(proves("moved", "198.51.100.7"), "a retired library sends nothing");
    assert!(!proves("wide", "203.0.113.1") && !proves("wide", "2001:db8::1"), "everybody has it");
    let can = ["north", "branch", "anywhere", "wide"].map(|name| registry.can_prove(&id(name), |_| true));
    assert_eq!(can, [true, true, false, false]);
    let warnings = registry.warnings();
    let told =
        |what: &str| -> Vec<String> { warnings.iter().filter(|line| line.contains(what)).cloned().collect() };
    let shared = told("has too");
    assert_eq!(shared.len(), 2, "{warnings:?}");
    assert!(shared[0].starts_with("library north:") && shared[0].contains("library south"), "{shared:?}");
    let wide = told("too wide");
    assert!(wide.len() == 1 && wide[0].starts_with("library wide:"), "{warnings:?}");
    let nobody = told("without a proof");
    assert!(nobody[0].contains(": anywhere, wide;"), "{nobody:?}");
}

#[test]
fn libraries_without_a_proof_are_named() {
    let proof = "[[library.proof]]\nby = \"path\"\nsecret = \"file:a\"";
    let text = [
        with("gate", "kind = \"broker\"", proof),
        "[[library]]\nid = \"behind\"\nname = \"Behind\"\nsymbols = [\"ISIL:XX-BEHIND\"]\nbehind = \"gate\"\n\n".to_owned(),
        with("alone", "", ""),
        with("by-ils", "connection.ncip.url = \"http://127.0.0.1:1/ncip\"\nconnection.ncip.accept_secret = \"file:ils\"", ""),
        with("placed", "accept_from = [\"192.0.2.9\"]", ""),
        with("gone", "status = \"retired\"", ""),
        "[[library]]\nid = \"by-hand\"\nname = \"By hand\"\nsymbols = [\"ISIL:XX-HAND\"]\n\
         connection = { kind = \"manual\", manual.mail_to = [\"desk@example.org\"] }\n"
            .to_owned(),
    ]
    .concat();
    let registry = registry(&text);
    let named: Vec<String> =
        registry.warnings().into_iter().filter(|line| line.starts_with("without a proof")).collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].contains(": alone, by-ils; ") && named[0].contains("this machine only"), "{named:?}");
    let behind = id("behind");
    let speakers: Vec<&str> = registry.speakers(&behind).map(|library| library.id.as_str()).collect();
    assert_eq!(speakers, ["behind", "gate"]);
}
