//! The table of acts from outside: each act with its example, with what it lacks, and with what it does not take.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;

use acts::{Act, ActError, ActFault, ActKind, Barcode, Count, DayOrTime, Fields, Need, Takes, VolumeRef};
use loan_model::{calendar::Calendar, names::VolumeNo};

fn fields(json: &str) -> Fields {
    serde_json::from_str(json).unwrap_or_else(|why| panic!("{json}: {why}"))
}

fn read(kind: ActKind, json: &str) -> Result<Act, ActError> {
    Act::new(kind, fields(json))
}

/// The values that a field takes, and one that it does not.
fn bad_value(takes: Takes) -> Option<&'static str> {
    match takes {
        Takes::Text => Some("\u{7}"),
        Takes::Volume => Some(""),
        Takes::DayOrTime => Some("2026-12-20T18:00"),
        Takes::Amount => Some("5,00"),
        Takes::Currency => Some("dollars"),
        Takes::Step => Some("hold-for-patron"),
        Takes::Code(_) => Some("Whatever"),
    }
}

#[test]
fn every_example_is_read_and_written_as_it_stands() {
    for kind in ActKind::ALL {
        let example = kind.info().example();
        let act = Act::new(*kind, example.clone()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(act.kind(), *kind);
        assert_eq!(act.fields(), example, "{kind}");
        assert_eq!(fields(&example.json()), example, "{kind}");
        assert_eq!(
            example.is_empty(),
            kind.info().fields().next().is_none(),
            "{kind}: an example where there are fields"
        );
    }
}

#[test]
fn every_act_refuses_what_it_has_no_field_for() {
    for kind in ActKind::ALL {
        let mut more = kind.info().example();
        more.set("colour", "green");
        let why = Act::new(*kind, more).unwrap_err();
        assert_eq!(why.fault, ActFault::UnknownField { field: "colour".to_owned() });
        assert!(why.to_string().starts_with(&format!("`{kind}` has no field `colour`")), "{why}");
    }
}

#[test]
fn every_required_field_is_missed_and_an_example_given() {
    for kind in ActKind::ALL {
        let required: Vec<_> = kind.info().fields().filter(|field| field.need == Need::Required).collect();
        for field in &required {
            let mut less = kind.info().example();
            less.take(field.name);
            let why = Act::new(*kind, less).unwrap_err();
            assert_eq!(why.fault, ActFault::Missing { fields: vec![*field] });
            assert!(why.to_string().contains(&why.example().unwrap()), "{why}");
        }
    }
}

#[test]
fn every_field_refuses_a_value_that_it_does_not_take() {
    for kind in ActKind::ALL {
        for field in kind.info().fields() {
            let mut wrong = kind.info().example();
            wrong.set(field.name, bad_value(field.takes).unwrap());
            let why = Act::new(*kind, wrong).unwrap_err();
            assert_eq!(why.fault, ActFault::Value { field: field.name, takes: field.takes }, "{kind}");
            let codes = field.takes.codes();
            assert!(codes.iter().all(|code| why.to_string().contains(code)), "{why}");
        }
    }
}

#[test]
fn every_code_that_is_listed_is_taken() {
    for kind in ActKind::ALL {
        for field in kind.info().fields() {
            for code in field.takes.codes() {
                let mut given = kind.info().example();
                given.set(field.name, *code);
                let act = Act::new(*kind, given.clone()).unwrap_or_else(|why| panic!("{why}"));
                assert_eq!(act.fields(), given);
            }
        }
    }
}

#[test]
fn a_field_for_one_value_takes_no_list_and_a_list_takes_each_value_once() {
    for kind in ActKind::ALL {
        for field in kind.info().fields() {
            let value = match field.takes {
                Takes::Volume => "31183004",
                _ => "a text",
            };
            let mut given = kind.info().example();
            given.set(field.name, vec![value.to_owned(), value.to_owned()]);
            let fault = Act::new(*kind, given).unwrap_err().fault;
            match field.count {
                Count::One => assert_eq!(fault, ActFault::OneOnly { field: field.name }),
                Count::Many => assert_eq!(fault, ActFault::Twice { field: field.name }),
            }
        }
    }
}

#[test]
fn names_and_fields_are_told_apart() {
    let names: BTreeSet<&str> = ActKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), ActKind::ALL.len());
    for kind in ActKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
        let of: BTreeSet<&str> = kind.info().fields().map(|field| field.name).collect();
        assert_eq!(of.len(), kind.info().fields().count(), "{kind}");
        assert!(!kind.info().machines.is_empty());
        assert!(
            kind.info().does.ends_with('.') && kind.info().fields().all(|field| field.about.ends_with('.')),
            "{kind}"
        );
    }
    let why = "give-in".parse::<ActKind>().unwrap_err().to_string();
    assert!(why.contains("will-supply, conditional"), "{why}");
}

#[test]
fn what_an_act_lacks_is_said_in_full() {
    for (kind, json, says) in [
        (
            ActKind::Charge,
            "{}",
            "`charge` needs `amount` (an amount such as `12.50`) and `currency` (a currency by ISO 4217 such as `USD`); \
             an example: {\"amount\":\"5.00\",\"currency\":\"USD\"}",
        ),
        (
            ActKind::Unfilled,
            r#"{"reason":"unfilled"}"#,
            "`reason` of `unfilled` must be one of NonCirculating, NotAvailableForILL, NotHeld, NotOnShelf, PolicyProblem, \
             PoorCondition; an example: {\"reason\":\"NotOnShelf\"}",
        ),
        (ActKind::Close, r#"{"why":"x"}"#, "`close` has no field `why`: it has none"),
        (
            ActKind::Ship,
            r#"{"volume":["1"]}"#,
            "`ship` has no field `volume`: it has `volumes`, `due`, `instead-of`; an example: \
             {\"due\":\"2026-12-20\",\"volumes\":[\"31183004\",\"31183005\"]}",
        ),
    ] {
        assert_eq!(read(kind, json).unwrap_err().to_string(), says);
    }
}

#[test]
fn terms_are_a_condition_a_cost_or_both() {
    let condition = r#"{"condition":"LibraryUseOnly"}"#;
    let cost = r#"{"amount":"5","currency":"usd"}"#;
    for (json, has_condition, has_cost) in [(condition, true, false), (cost, false, true)] {
        let Ok(Act::Conditional { terms }) = read(ActKind::Conditional, json) else { panic!("{json}") };
        assert_eq!((terms.condition().is_some(), terms.cost().is_some()), (has_condition, has_cost));
    }
    for (json, lacks) in
        [("{}", "condition"), (r#"{"amount":"5"}"#, "currency"), (r#"{"currency":"USD"}"#, "amount")]
    {
        let why = read(ActKind::Conditional, json).unwrap_err().problem();
        assert!(why.contains(&format!("needs `{lacks}`")), "{why}");
    }
}

#[test]
fn an_edit_corrects_something() {
    assert!(matches!(read(ActKind::Edit, "{}").unwrap_err().fault, ActFault::NoneOf { .. }));
    let Ok(Act::Edit { patch, need_before }) =
        read(ActKind::Edit, r#"{"pages-requested":"1-9","volume":["2","3"]}"#)
    else {
        panic!("it is read")
    };
    assert_eq!((patch.pages_requested.as_deref(), patch.volume.len(), need_before), (Some("1-9"), 2, None));
}

#[test]
fn a_volume_is_a_number_or_a_barcode() {
    let Ok(Act::Ship { volumes, .. }) = read(ActKind::Ship, r#"{"volumes":["vol-2"," 31183004 "]}"#) else {
        panic!("it is read")
    };
    let barcode = Barcode::new("31183004").unwrap();
    assert_eq!(volumes, [VolumeRef::Number(VolumeNo(2)), VolumeRef::Barcode(barcode)]);
    for bad in ["", "  ", "a\u{7}b", &"1".repeat(65)] {
        assert!(Barcode::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn fields_are_texts_and_a_wrong_one_is_named() {
    assert_eq!(fields(r#"{"due":null,"answer":"yes"}"#).names().collect::<Vec<_>>(), ["answer"]);
    for (json, says) in [
        (r#"{"amount":5.0}"#, "`amount`: invalid type"),
        (r#"{"volumes":[{"barcode":"1"}]}"#, "`volumes`: invalid type"),
        (r#"{"due":"2026-12-20","due":"2026-12-21"}"#, "`due` is given twice"),
    ] {
        let why = serde_json::from_str::<Fields>(json).unwrap_err().to_string();
        assert!(why.starts_with(says), "{why}");
    }
}

#[test]
fn a_day_ends_and_begins_where_the_library_is() {
    let calendar = Calendar { time_zone: "America/Denver".to_owned(), ..Default::default() };
    let day = DayOrTime::Day(jiff::civil::date(2027, 1, 15));
    assert_eq!(day.end(&calendar).to_string(), "2027-01-16T06:59:59Z");
    assert_eq!(day.start(&calendar).to_string(), "2027-01-15T07:00:00Z");
    let time: jiff::Timestamp = "2027-01-15T10:00:00Z".parse().unwrap();
    assert_eq!((DayOrTime::from(time).end(&calendar), DayOrTime::from(time).start(&calendar)), (time, time));
}
