//! Taking over a new file.

use loan_model::{PeerId, facts::PeerStanding};
use registry::{Refused, Registry};

use crate::support::{file, id, library, registry};

fn nobody(_: &PeerId) -> bool {
    false
}

fn told(changes: &[registry::Change]) -> Vec<String> {
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_first_file_needs_no_version() {
    let text = file(&library("a", ""));
    let proposal = Registry::default().propose(0, &text, &nobody).unwrap();
    assert_eq!(proposal.registry.libraries().count(), 1);
    assert!(told(&proposal.changes).contains(&"+ library a (Library a)".to_owned()));
}

#[test]
fn a_file_made_from_another_version_is_refused() {
    let present = registry(&library("a", ""));
    for (based_on, version, good) in
        [(Some(7), 7, true), (Some(6), 7, false), (None, 7, false), (Some(8), 7, false)]
    {
        let other = registry(&library("b", ""));
        let text = based_on.map_or_else(|| other.to_toml(), |based_on| other.export(based_on));
        match present.propose(version, &text, &nobody) {
            Ok(proposal) => assert!(good && !proposal.changes.is_empty() && proposal.retired.is_empty()),
            Err(refused) => {
                assert!(!good);
                assert_eq!(refused, Refused::Stale { based_on, current: version });
                assert!(refused.to_string().contains("version 7"), "{refused}");
            }
        }
    }
}

#[test]
fn what_is_there_already_may_be_proposed_from_any_version() {
    let present = registry(&library("a", ""));
    for text in [present.to_toml(), present.export(6), present.export(7)] {
        let proposal = present.propose(7, &text, &nobody).unwrap();
        assert!(proposal.changes.is_empty() && proposal.retired.is_empty());
    }
}

#[test]
fn problems_go_before_staleness() {
    let present = registry(&library("a", ""));
    let text = file(&library("a", "kind = \"ship\""));
    assert!(
        matches!(present.propose(7, &text, &nobody), Err(Refused::Problems(problems)) if problems.len() == 1)
    );
}

#[test]
fn a_library_that_requests_name_is_retired_not_deleted() {
    let group = "[[group]]\nid = \"g\"\nname = \"G\"\n";
    let old = registry(
        &[
            group,
            &library("gate", "kind = \"broker\""),
            &library("parent", "kind = \"system\""),
            "[[library]]\nid = \"kept\"\nname = \"Kept\"\nsymbols = [\"ISIL:XX-KEPT\"]\nbehind = \"gate\"\nparent = \"parent\"\n\
             groups = [{ group = \"g\", priority = 1 }]\n",
            &library("gone", ""),
            &library("stays", ""),
        ]
        .concat(),
    );
    let new = format!("based_on = 3\n{}", file(&library("stays", "")));
    let proposal = old.propose(3, &new, &|library| *library == id("kept")).unwrap();
    let kept = proposal.registry.library(&id("kept")).unwrap();
    assert_eq!((kept.status, kept.parent.is_some(), kept.groups.len()), (PeerStanding::Retired, false, 0));
    assert!(proposal.registry.connection(&id("kept")).is_some(), "its broker is kept for it");
    assert!(
        proposal.registry.library(&id("gone")).is_none()
            && proposal.registry.library(&id("parent")).is_none()
    );
    let mut retired = proposal.retired.clone();
    retired.sort();
    assert_eq!(retired, [id("gate"), id("kept")]);
    let told = told(&proposal.changes);
    for line in [
        "~ library kept (Kept): retired, as open requests still name it",
        "~ library gate (Library gate): retired, as open requests still name it",
        "- library gone (Library gone)",
        "- library parent (Library parent)",
        "- group g (G)",
    ] {
        assert!(told.contains(&line.to_owned()), "{line}\n{told:#?}");
    }
    // What results is a file that can be read, and the same file again changes nothing.
    let result = &proposal.registry;
    assert_eq!(Registry::parse_toml(&result.to_toml()).as_ref(), Ok(result));
    let again = result.propose(4, &new.replace("= 3", "= 4"), &|library| *library == id("kept")).unwrap();
    assert!(again.changes.is_empty(), "{:?}", again.changes);
    // Once no request names it, it goes.
    let last = result.propose(4, &new.replace("= 3", "= 4"), &nobody).unwrap();
    assert_eq!(last.registry.libraries().count(), 1);
}

#[test]
fn a_symbol_of_a_library_that_requests_name_is_not_given_away() {
    let old = registry(&[library("old", ""), library("stays", "")].concat());
    let new = format!("based_on = 1\n{}", file(&library("new", "")).replace("ISIL:XX-NEW", "isil:xx-old"));
    let Err(Refused::Problems(problems)) = old.propose(1, &new, &|library| *library == id("old")) else {
        panic!("not refused");
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].key, "library[new].symbols[#1]");
    assert!(problems[0].sentence.contains("`old`"), "{}", problems[0]);
    assert!(old.propose(1, &new, &nobody).is_ok());
    let new = format!("based_on = 1\n{}", file(&library("stays", "")).replace("LOCAL:B", "ISIL:XX-OLD"));
    let Err(Refused::Problems(problems)) = old.propose(1, &new, &|library| *library == id("old")) else {
        panic!("not refused");
    };
    assert_eq!(problems[0].key, "broker.symbols[#2]");
}
