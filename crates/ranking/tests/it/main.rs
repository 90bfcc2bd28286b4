//! Filtering and ordering candidates.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use iso18626::SupplierInfo;
use loan_model::{
    PeerId, Symbol,
    calendar::Closure,
    facts::{Lends, PeerFacts, PeerKind, PeerStanding},
};
use ranking::{Basis, Candidate, Criterion, PassedOver, RotaTable, RoutingFacts, Verdict, rank};

/// A Monday.
const START: &str = "2026-11-02T15:00:00Z";

fn peer(name: &str) -> PeerId {
    PeerId::new(name)
}

fn symbol(name: &str) -> Symbol {
    Symbol::new("ISIL", &name.to_uppercase())
}

fn facts(name: &str) -> PeerFacts {
    PeerFacts::new(peer(name), symbol(name))
}

fn candidate(facts: PeerFacts, basis: Basis) -> Candidate {
    Candidate { facts, basis, record_id: None, holding: None }
}

fn routing() -> RoutingFacts {
    RoutingFacts {
        now: START.parse().unwrap(),
        requester: peer("asker"),
        requester_symbols: vec![symbol("asker")],
        came_from: None,
        resting: Vec::new(),
        exclude: Vec::new(),
        need_before: None,
        local_supply: Default::default(),
        criteria: Criterion::DEFAULT.to_vec(),
    }
}

fn order(rota: &RotaTable) -> Vec<&str> {
    rota.chosen().map(|entry| entry.peer.as_str()).collect()
}

fn why(rota: &RotaTable, id: &str) -> Option<PassedOver> {
    rota.entries.iter().find_map(|entry| match entry.verdict {
        Verdict::PassedOver { why } if entry.peer == PeerId::new(id) => Some(why),
        _ => None,
    })
}

#[test]
fn named_suppliers_come_first_then_groups_by_priority_then_the_last_resort() {
    let mut last = facts("a-last");
    last.roles.lends = Lends::Last;
    let rota = rank(
        vec![
            candidate(last, Basis::Named { order: 0 }),
            candidate(facts("b-far"), Basis::Group { priority: 2 }),
            candidate(facts("c-near"), Basis::Group { priority: 1 }),
            candidate(facts("d-holds"), Basis::Holding),
            candidate(facts("e-second"), Basis::Named { order: 1 }),
            candidate(facts("f-first"), Basis::Named { order: 0 }),
        ],
        &routing(),
    );
    assert_eq!(order(&rota), ["f-first", "e-second", "d-holds", "c-near", "b-far", "a-last"]);
    let Verdict::Chosen { place, scores } = &rota.entries[0].verdict else { panic!("chosen") };
    assert_eq!((*place, scores.len()), (1, Criterion::DEFAULT.len()));
}

#[test]
fn each_candidate_passed_over_stays_in_the_table_with_the_reason() {
    let mut paused = facts("paused");
    paused.standing = PeerStanding::Paused;
    let mut keeps = facts("keeps");
    keeps.roles.lends = Lends::No;
    let mut other_name = facts("other-name");
    other_name.other_symbols = vec![Symbol::new("isil", "ASKER")];
    let mut closed = facts("closed");
    let today = jiff::civil::date(2026, 11, 2);
    closed.calendar.closures.push(Closure { from: today, to: today, what: "stocktaking".to_owned() });
    let mut broker = facts("broker-elsewhere");
    broker.kind = PeerKind::Broker;
    let mut behind = facts("behind");
    behind.behind = Some(peer("broker-elsewhere"));
    let group = Basis::Group { priority: 1 };
    let all = [
        paused,
        keeps,
        other_name,
        closed,
        broker,
        behind,
        facts("asker"),
        facts("tried"),
        facts("good"),
        facts("good"),
    ];
    let count = all.len();
    let rota = rank(
        all.map(|facts| candidate(facts, group)).to_vec(),
        &RoutingFacts {
            came_from: Some(peer("broker-elsewhere")),
            exclude: vec![peer("tried")],
            ..routing()
        },
    );
    assert_eq!(rota.entries.len(), count);
    assert_eq!(order(&rota), ["good"]);
    for (id, reason) in [
        ("paused", PassedOver::NotActive),
        ("keeps", PassedOver::DoesNotLend),
        ("other-name", PassedOver::LocalSupply),
        ("asker", PassedOver::LocalSupply),
        ("closed", PassedOver::Closed),
        ("broker-elsewhere", PassedOver::CameFromThere),
        ("behind", PassedOver::CameFromThere),
        ("tried", PassedOver::AlreadyTried),
        ("good", PassedOver::Twice),
    ] {
        assert_eq!(why(&rota, id), Some(reason), "{id}");
    }
}

#[test]
fn who_does_not_open_before_the_item_is_needed_is_passed_over() {
    let mut weekend = facts("weekend");
    weekend.calendar.open = vec![loan_model::calendar::OpenDay::Saturday];
    let rota = rank(
        vec![
            candidate(weekend, Basis::Group { priority: 1 }),
            candidate(facts("weekdays"), Basis::Group { priority: 2 }),
        ],
        &RoutingFacts { need_before: Some("2026-11-05T00:00:00Z".parse().unwrap()), ..routing() },
    );
    assert_eq!(order(&rota), ["weekdays"]);
    assert_eq!(why(&rota, "weekend"), Some(PassedOver::TooLate));
}

#[test]
fn the_order_does_not_depend_on_the_order_of_the_candidates() {
    let group = Basis::Group { priority: 1 };
    let names = ["c", "a", "b"];
    let one = rank(names.map(|name| candidate(facts(name), group)).to_vec(), &routing());
    let mut turned = names.map(|name| candidate(facts(name), group)).to_vec();
    turned.reverse();
    assert_eq!(one, rank(turned, &routing()));
    assert_eq!(order(&one), ["a", "b", "c"]);
}

#[test]
fn a_holding_goes_with_its_supplier() {
    let mut with = candidate(facts("first"), Basis::Holding);
    with.record_id = Some("rec-1".to_owned());
    with.holding = Some(SupplierInfo { call_number: Some("QA 76".to_owned()), ..SupplierInfo::default() });
    let rota = rank(vec![with], &routing());
    assert_eq!(rota.entries[0].record_id.as_deref(), Some("rec-1"));
    assert_eq!(rota.entries[0].holding.as_ref().unwrap().call_number.as_deref(), Some("QA 76"));
}

#[test]
fn those_that_do_not_answer_come_last_of_all_with_a_score_that_says_so() {
    let mut last = facts("a-last");
    last.roles.lends = Lends::Last;
    let candidates =
        vec![candidate(facts("addressed"), Basis::Addressed), candidate(last, Basis::Group { priority: 1 })];
    let rota = rank(candidates, &RoutingFacts { resting: vec![peer("addressed")], ..routing() });
    assert_eq!(order(&rota), ["a-last", "addressed"]);
    let Verdict::Chosen { scores, .. } = &rota.entries[1].verdict else { panic!("chosen") };
    assert!(scores.iter().any(|score| score.criterion == Criterion::Resting && score.value == 1));
}

#[test]
fn a_supplier_that_nobody_knows_stands_in_the_table_as_unknown() {
    let candidates = vec![
        candidate(facts("stranger"), Basis::Unknown),
        candidate(facts("known"), Basis::Named { order: 0 }),
    ];
    let rota = rank(candidates, &routing());
    assert_eq!((order(&rota), why(&rota, "stranger")), (vec!["known"], Some(PassedOver::Unknown)));
}

#[test]
fn why_nobody_is_asked_names_the_first_few() {
    let candidates = (0..7).map(|number| candidate(facts(&format!("s{number}")), Basis::Unknown)).collect();
    let said = rank(candidates, &routing()).why_nobody().unwrap();
    assert!(said.contains("S4: no library here has this symbol") && said.ends_with("2 more"), "{said}");
    let rota = RotaTable { nobody: Some(ranking::Nobody::NoLender), ..RotaTable::default() };
    assert!(rota.why_nobody().unwrap().contains("no other library"));
}
