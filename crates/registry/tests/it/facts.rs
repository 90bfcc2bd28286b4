//! What the machines are told.

use jiff::{SignedDuration, civil::date};
use loan_model::{
    Symbol,
    calendar::{OpenDay, WorkingTime},
    facts::{
        Addressed, Clocks, ExpectToSupplyAs, Face, InterimUnfilled, Lends, LocalSupply, PatronData,
        PeerFacts, PeerKind, PeerStanding, RetryPolicy,
    },
};

use crate::support::{id, library, registry};

#[test]
fn a_library_that_says_little_is_as_the_machines_have_it() {
    let registry = registry(&library("a", ""));
    let facts = registry.facts(&id("a")).unwrap();
    let usual = PeerFacts::new(id("a"), Symbol::new("ISIL", "XX-A"));
    let agency_info = facts.agency_info.clone();
    assert_eq!(agency_info.as_ref().and_then(|info| info.name.as_deref()), Some("Library a"));
    assert_eq!(facts, PeerFacts { name: "Library a".to_owned(), agency_info, ..usual });
    assert_eq!(registry.facts(&id("nobody")), None);
}

#[test]
fn a_library_that_says_everything_is_told_so() {
    let lines = r#"
        kind = "system"
        status = "paused"
        borrows = false
        lends = "last"
        groups = [{ group = "g", priority = 3 }]
        connection.dialect = "reshare"
        connection.expect_to_supply = "notification"
        calendar = { time_zone = "America/Denver", open_days = ["sunday"], closures = [{ from = 2026-05-01, to = 2026-05-02, what = "May" }] }
        clocks = { deliver = "90m", answer = { working_days = 2, cap_calendar_days = 5 } }
        policies = { patron_data = "full", retry = "count-as-unfilled", local_supply = "tell" }
        contact = [{ name = "Desk" }]
        address = [
            { purposes = ["billing"], line1 = "Cellar" },
            { purposes = ["return"], email = "back@example.org", line1 = "Dock", country = "US" },
            { purposes = ["delivery"], email = "in@example.org", line1 = "Door" },
        ]
    "#;
    let shared = r#"
        [defaults.calendar]
        time_zone = "Europe/Berlin"
        closures = [{ from = 2026-12-25, to = 2026-12-25 }]
        [defaults.clocks]
        ship = { working_days = 4, cap_calendar_days = 8 }
        answer = { working_days = 1, cap_calendar_days = 1 }
        [[group]]
        id = "g"
        name = "G"
    "#;
    let branch = "[[library]]\nid = \"b\"\nname = \"B\"\nsymbols = [\"ISIL:XX-B\"]\nkind = \"branch\"\nparent = \"a\"\n";
    let registry = registry(&[shared, &library("a", lines), branch].concat());
    let facts = registry.facts(&id("a")).unwrap();
    assert_eq!(facts.other_symbols, [Symbol::new("ISIL", "XX-B")]);
    assert_eq!((facts.kind, facts.standing), (PeerKind::System, PeerStanding::Paused));
    assert_eq!((facts.roles.borrows, facts.roles.lends), (false, Lends::Last));
    assert_eq!(
        facts.groups.iter().map(|place| (place.group.as_str(), place.priority)).collect::<Vec<_>>(),
        [("g", 3)]
    );
    assert_eq!(
        (facts.face, facts.expect_to_supply, facts.interim_unfilled),
        (Face::Transparent, ExpectToSupplyAs::Notification, InterimUnfilled::Unfilled)
    );
    assert_eq!(
        (facts.calendar.time_zone.as_str(), facts.calendar.open.as_slice()),
        ("America/Denver", &[OpenDay::Sunday][..])
    );
    let closed: Vec<_> = facts.calendar.closures.iter().map(|closure| closure.from).collect();
    assert_eq!(closed, [date(2026, 5, 1), date(2026, 12, 25)], "its own closures and everybody's");
    assert_eq!(
        facts.clocks,
        Clocks {
            deliver: SignedDuration::from_mins(90),
            answer: WorkingTime::new(2, 5),
            ship: WorkingTime::new(4, 8),
            ..Clocks::default()
        }
    );
    assert_eq!(
        (facts.patron_data, facts.retry_policy, facts.local_supply),
        (PatronData::Full, RetryPolicy::CountAsUnfilled, LocalSupply::Tell)
    );
    let info = facts.agency_info.unwrap();
    assert_eq!((info.contact_name.as_deref(), info.address.len()), (Some("Desk"), 5));
    assert_eq!(facts.delivery_info.len(), 2, "the door and its e-mail, not the dock nor the cellar");
    assert_eq!(facts.delivery_info[0].sort_order.as_deref(), Some("1"));
    let returned = facts.return_info.unwrap().physical_address.unwrap();
    assert_eq!((returned.line1.as_deref(), returned.line2), (Some("Dock"), None));
}

#[test]
fn a_branch_takes_its_habits_from_the_connection_it_uses() {
    let branch = "[[library]]\nid = \"b\"\nname = \"B\"\nsymbols = [\"ISIL:XX-B\"]\nkind = \"branch\"\nparent = \"a\"\n";
    let registry = registry(&[&library("a", "connection.face = \"transparent\""), branch].concat());
    assert_eq!(registry.facts(&id("b")).unwrap().face, Face::Transparent);
}

#[test]
fn the_broker_answers_to_each_of_its_symbols() {
    let broker = registry(&library("a", "")).broker();
    assert_eq!((broker.name.as_str(), broker.addressed), ("Sample", Addressed::Ends));
    assert!(
        broker.is_called(&Symbol::new("ISIL", "XX-BROKER")) && broker.is_called(&Symbol::new("LOCAL", "B"))
    );
    assert_eq!(broker.symbol, Symbol::new("ISIL", "XX-BROKER"));
}
