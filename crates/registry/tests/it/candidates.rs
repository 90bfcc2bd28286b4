//! Who might supply, in which order.

use iso18626::{BibliographicRecordId, Request, RequestHeader, SupplierInfo};
use loan_model::Symbol;
use ranking::{Basis, Criterion, Nobody};
use registry::Registry;

use crate::support::{file, id, library, read, registry};

/// A consortium in which a request goes to those that it names and to nobody else.
fn consortium(broker: &str) -> Registry {
    with_named(broker, "only")
}

fn with_named(broker: &str, named: &str) -> Registry {
    let groups = format!(
        "[[group]]\nid = \"g\"\nname = \"G\"\nnamed = \"{named}\"\n[[group]]\nid = \"h\"\nname = \"H\"\n"
    );
    let place = |group, priority| format!("{{ group = \"{group}\", priority = {priority} }}");
    let member = |name, more: &str, places: &[String]| {
        library(name, &format!("groups = [{}]\n{more}", places.join(", ")))
    };
    let libraries = [
        groups,
        member("asker", "", &[place("g", 1), place("h", 1)]),
        member("far", "", &[place("g", 5)]),
        member("near", "", &[place("g", 4), place("h", 2)]),
        member("last", "lends = \"last\"", &[place("g", 1)]),
        member("deaf", "lends = \"no\"", &[place("h", 3)]),
        member("gone", "status = \"retired\"", &[place("g", 1)]),
        member("other", "", &[]),
    ]
    .concat();
    read(&file(&libraries).replace("[broker]\n", &format!("[broker]\n{broker}\n")))
}

fn request(to: Option<&str>, named: &[(Option<&str>, &str)]) -> Request {
    let agency = |symbol: &str| symbol.parse::<Symbol>().unwrap().to_agency_id();
    Request {
        header: RequestHeader { supplying_agency_id: to.map(agency), ..RequestHeader::default() },
        supplier_info: named
            .iter()
            .map(|(order, symbol)| SupplierInfo {
                sort_order: order.map(str::to_owned),
                supplier_code: Some(agency(symbol)),
                bibliographic_record_id: Some(BibliographicRecordId {
                    identifier: format!("record of {symbol}"),
                    ..BibliographicRecordId::default()
                }),
                ..SupplierInfo::default()
            })
            .collect(),
        ..Request::default()
    }
}

fn found(registry: &Registry, request: &Request) -> Vec<(String, Basis)> {
    let candidates = registry.candidates(request, &id("asker"));
    candidates.into_iter().map(|candidate| (candidate.facts.id.to_string(), candidate.basis)).collect()
}

fn expect(found: Vec<(String, Basis)>, expected: &[(&str, Basis)]) {
    let expected: Vec<_> = expected.iter().map(|(id, basis)| ((*id).to_owned(), *basis)).collect();
    assert_eq!(found, expected);
}

const GROUP: [(&str, Basis); 4] = [
    ("near", Basis::Group { priority: 2 }),
    ("deaf", Basis::Group { priority: 3 }),
    ("far", Basis::Group { priority: 5 }),
    ("last", Basis::Group { priority: 1 }),
];

/// One that nobody knows.
const UNKNOWN: (&str, Basis) = ("ISIL:XX-UNKNOWN", Basis::Unknown);

#[test]
fn the_groups_lenders_by_priority_and_those_of_last_resort_last() {
    let registry = consortium("");
    for to in [None, Some("ISIL:XX-BROKER"), Some("local:b"), Some("ISIL:XX-NOBODY")] {
        expect(found(&registry, &request(to, &[])), &GROUP);
    }
}

#[test]
fn those_that_the_request_names_in_its_order_and_no_others() {
    let named = [
        (None, "ISIL:XX-FAR"),
        (Some("20"), "ISIL:XX-OTHER"),
        (Some("3"), "isil:xx-near"),
        (Some("4"), "ISIL:XX-UNKNOWN"),
        (Some("5"), "ISIL:XX-NEAR"),
    ];
    let registry = consortium("");
    let request = request(None, &named);
    let named = |order| Basis::Named { order };
    expect(
        found(&registry, &request),
        &[("near", named(0)), ("other", named(1)), ("far", named(2)), UNKNOWN],
    );
    let candidates = registry.candidates(&request, &id("asker"));
    assert_eq!(candidates[0].record_id.as_deref(), Some("record of isil:xx-near"));
    assert_eq!(candidates[0].holding.as_ref().and_then(|info| info.sort_order.as_deref()), Some("3"));
}

#[test]
fn those_that_the_request_names_come_first_where_its_groups_do_not_say_that_they_are_all() {
    let named = |order| Basis::Named { order };
    let asks = request(None, &[(None, "ISIL:XX-FAR"), (None, "ISIL:XX-OTHER")]);
    let rest = [("far", named(0)), ("other", named(1)), GROUP[0], GROUP[1], GROUP[3]];
    expect(found(&with_named("", "first"), &asks), &rest);
    expect(found(&consortium(""), &asks), &rest[..2]);
    let of_none = with_named("", "first").candidates(&asks, &id("other"));
    let of_none: Vec<&str> = of_none.iter().map(|candidate| candidate.facts.id.as_str()).collect();
    assert_eq!(of_none, ["far", "other"], "a library in no group");
}

#[test]
fn by_what_lenders_are_put_in_order_is_the_consortiums() {
    let usual = consortium("").routing();
    assert_eq!(usual.criteria, Criterion::DEFAULT);
    assert_eq!((usual.skip_closed_days, usual.balance_window.as_hours()), (5, 90 * 24));
    let text = file(&library("asker", ""))
        + "[routing]\norder = [\"balance\", \"turn\"]\nskip_closed_days = 0\nbalance_days = 30\n";
    let routing = read(&text).routing();
    assert_eq!(routing.criteria, [Criterion::Balance, Criterion::Turn]);
    assert_eq!((routing.skip_closed_days, routing.balance_window.as_hours()), (0, 30 * 24));
    let facts = read(&file(&library("asker", "policies.balance_goal = 50"))).facts(&id("asker")).unwrap();
    assert_eq!(facts.balance_goal, 50);
}

#[test]
fn names_that_nobody_has_do_not_end_the_search() {
    let found = found(&consortium(""), &request(None, &[(Some("1"), "ISIL:XX-UNKNOWN")]));
    expect(found, &[&GROUP[..], &[UNKNOWN]].concat());
}

#[test]
fn the_member_that_is_addressed_alone_or_first() {
    let to_far = request(Some("ISIL:XX-FAR"), &[(Some("1"), "ISIL:XX-OTHER"), (Some("2"), "ISIL:XX-FAR")]);
    expect(found(&consortium(""), &to_far), &[("far", Basis::Addressed)]);
    let goes_on = consortium("addressed = \"goes-on\"");
    expect(found(&goes_on, &to_far), &[("far", Basis::Addressed), ("other", Basis::Named { order: 0 })]);
    assert_eq!(
        goes_on.candidates(&to_far, &id("asker"))[0].record_id.as_deref(),
        Some("record of ISIL:XX-FAR")
    );
    let rest = [("far", Basis::Addressed), GROUP[0], GROUP[1], GROUP[3]];
    expect(found(&goes_on, &request(Some("ISIL:XX-FAR"), &[])), &rest);
}

#[test]
fn without_groups_all_libraries_are_one() {
    let registry = registry(
        &[library("asker", ""), library("a", ""), library("b", "lends = \"last\""), library("c", "")]
            .concat(),
    );
    let one = Basis::Group { priority: 1 };
    expect(found(&registry, &request(None, &[])), &[("a", one), ("c", one), ("b", one)]);
    assert!(registry.candidates(&request(None, &[]), &id("nobody")).is_empty());
}

#[test]
fn those_that_a_request_names_and_nobody_knows_are_told_as_unknown() {
    let registry = consortium("");
    let asks = request(None, &[(None, "ISIL:XX-NEAR"), (None, "ISIL:XX-STRANGER")]);
    let found = found(&registry, &asks);
    expect(found, &[("near", Basis::Named { order: 0 }), ("ISIL:XX-STRANGER", Basis::Unknown)]);
}

#[test]
fn a_requester_in_no_group_is_told_so() {
    let registry = consortium("");
    assert_eq!(registry.why_nobody(&id("other")), Nobody::NoGroup);
    assert_eq!(registry.why_nobody(&id("asker")), Nobody::NoLender);
}
