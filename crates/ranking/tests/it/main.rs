//! Filtering and ordering candidates.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use iso18626::SupplierInfo;
use loan_model::{
    PeerId, Symbol,
    calendar::Closure,
    facts::{Lends, PeerFacts, PeerKind, PeerStanding},
};
use ranking::{
    Balance, Balances, Basis, Candidate, Criterion, PassedOver, RotaTable, RoutingFacts, Verdict, rank,
};

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
        request: "r-1".to_owned(),
        requester: peer("asker"),
        requester_symbols: vec![symbol("asker")],
        came_from: None,
        resting: Vec::new(),
        exclude: Vec::new(),
        need_before: None,
        skip_closed_days: 5,
        balances: Balances::new(),
        local_supply: Default::default(),
        criteria: Criterion::DEFAULT.to_vec(),
    }
}

/// From one day of November to another.
fn closure(from: i8, to: i8) -> Closure {
    let day = |day| jiff::civil::date(2026, 11, day);
    Closure { from: day(from), to: day(to), what: "stocktaking".to_owned() }
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
    closed.calendar.closures.push(closure(2, 9));
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
        ("closed", PassedOver::ClosedTooLong),
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
fn the_order_does_not_depend_on_the_order_of_the_candidates_and_equals_take_turns() {
    let group = Basis::Group { priority: 1 };
    let names = ["c", "a", "b"];
    let mut first = std::collections::BTreeMap::<String, u32>::new();
    for number in 0..3000 {
        let routing = RoutingFacts { request: format!("r-{number}"), ..routing() };
        let one = rank(names.map(|name| candidate(facts(name), group)).to_vec(), &routing);
        let mut turned = names.map(|name| candidate(facts(name), group)).to_vec();
        turned.reverse();
        assert_eq!(one, rank(turned, &routing));
        *first.entry(order(&one)[0].to_owned()).or_default() += 1;
    }
    assert!(first.values().all(|count| (900..=1100).contains(count)) && first.len() == 3, "{first:?}");
}

#[test]
fn who_is_closed_comes_behind_who_is_open_and_the_first_to_open_before_the_others() {
    let group = Basis::Group { priority: 1 };
    let closed = |name: &str, to: i8| {
        let mut facts = facts(name);
        facts.calendar.closures.push(closure(1, to));
        candidate(facts, group)
    };
    let mut last = facts("a-last");
    last.roles.lends = Lends::Last;
    let all = || vec![closed("a", 6), closed("b", 2), closed("c", 4), candidate(last.clone(), group)];
    let resting = vec![peer("a-last")];
    let rota = rank(all(), &RoutingFacts { resting, ..routing() });
    assert_eq!(order(&rota), ["a-last", "b", "c", "a"]);
    let Verdict::Chosen { scores, .. } = &rota.entries[1].verdict else { panic!("chosen") };
    assert_eq!((scores[0].criterion, scores[0].value), (Criterion::Closed, 1));
    // Where nobody else is left, the request waits for the first to open.
    let rota = rank(all()[..3].to_vec(), &routing());
    assert_eq!(order(&rota), ["b", "c", "a"]);
    // Five working days are waited for, and not beyond when the item is needed.
    let need_before = Some("2026-11-05T12:00:00Z".parse().unwrap());
    let rota = rank(vec![closed("a", 9), closed("b", 8), closed("c", 3)], &routing());
    assert_eq!((order(&rota), why(&rota, "a")), (vec!["c", "b"], Some(PassedOver::ClosedTooLong)));
    let rota = rank(vec![closed("b", 8), closed("c", 3)], &RoutingFacts { need_before, ..routing() });
    assert_eq!((order(&rota), why(&rota, "b")), (vec!["c"], Some(PassedOver::TooLate)));
}

/// Lends and borrows of libraries over so many requests, each shipped by the first in its rota: (name, goal, borrows of a hundred).
fn played(libraries: &[(&str, u32, u32)], requests: u32) -> Balances {
    let mut balances = Balances::new();
    let borrowers: Vec<&str> =
        libraries.iter().flat_map(|(name, _, often)| std::iter::repeat_n(*name, *often as usize)).collect();
    for number in 0..requests {
        let asker = borrowers[number as usize * 7919 % borrowers.len()];
        let lenders = libraries.iter().filter(|(name, _, _)| *name != asker).map(|(name, goal, _)| {
            let facts = PeerFacts { balance_goal: *goal, ..facts(name) };
            candidate(facts, Basis::Group { priority: 1 })
        });
        let routing = RoutingFacts {
            request: format!("r-{number}"),
            requester: peer(asker),
            requester_symbols: vec![symbol(asker)],
            balances: balances.clone(),
            ..routing()
        };
        let rota = rank(lenders.collect(), &routing);
        balances.entry(peer(order(&rota)[0])).or_default().lent += 1;
        balances.entry(peer(asker)).or_default().borrowed += 1;
    }
    balances
}

#[test]
fn lending_follows_borrowing_and_goals() {
    let libraries = [("a", 100, 40), ("b", 100, 20), ("c", 50, 20), ("d", 150, 20)];
    let balances = played(&libraries, 3000);
    let wanted = |name: &str, goal: u32| f64::from(goal * balances[&peer(name)].borrowed);
    let sum: f64 = libraries.iter().map(|(name, goal, _)| wanted(name, *goal)).sum();
    for (name, goal, _) in libraries {
        let ratio = f64::from(balances[&peer(name)].lent) / (wanted(name, goal) / sum * 3000.0);
        assert!((0.8..=1.2).contains(&ratio), "{name}: {:?}, {ratio:.2} of its share", balances[&peer(name)]);
    }
}

#[test]
fn who_never_borrows_comes_neither_first_nor_last() {
    let owes = Balance { lent: 5, borrowed: 10, ..Balance::default() };
    let gave = Balance { lent: 15, borrowed: 10, ..Balance::default() };
    for lent in [0, 9, 11] {
        let never = Balance { lent, ..Balance::default() };
        let balances = Balances::from([(peer("owes"), owes), (peer("gave"), gave), (peer("never"), never)]);
        let all = ["gave", "never", "owes"].map(|name| candidate(facts(name), Basis::Group { priority: 1 }));
        let rota = rank(all.to_vec(), &RoutingFacts { balances, ..routing() });
        assert_eq!(order(&rota), ["owes", "never", "gave"], "{lent}");
    }
}

#[test]
fn who_borrows_and_never_supplies_is_not_asked_first_for_it() {
    let never = |missed| Balance { missed, borrowed: 300, ..Balance::default() };
    for (missed, first) in [(9, "takes"), (10, "gives"), (300, "gives")] {
        let gives = Balance { lent: 290, borrowed: 300, ..Balance::default() };
        let balances = Balances::from([(peer("takes"), never(missed)), (peer("gives"), gives)]);
        let all = ["takes", "gives"].map(|name| candidate(facts(name), Basis::Group { priority: 1 }));
        let rota = rank(all.to_vec(), &RoutingFacts { balances, ..routing() });
        assert_eq!(order(&rota)[0], first, "{missed}");
    }
}

#[test]
fn what_earlier_releases_kept_is_read() {
    let why: PassedOver = serde_json::from_str("\"closed\"").unwrap();
    assert_eq!(why, PassedOver::ClosedTooLong);
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
