//! Libraries without ISO 18626 of their own.

use dialects::ncip::Preset;
use jiff::SignedDuration;
use loan_model::{
    PeerId, Symbol,
    facts::Face,
    hosted::{AvailabilityAnswer, ItemTemplate, RenewalAnswer, RenewalRule, UnavailableAnswer},
    ils::Step,
};
use ncip::{Service, Version};
use registry::{ConnectionKind, NcipAddress, Registry, SecretRef};

use crate::support::{id, library, read, registry};

const HOSTED: &str = r#"
[broker]
name = "Sample"
symbols = ["ISIL:XX-BROKER", "LOCAL:B"]

[defaults]
connection.timeouts.total = "20s"
hosted = { loan_days = 21, hold_shelf_days = 5 }
calendar.time_zone = "America/Denver"

[[library]]
id = "mill"
name = "Mill Library"
symbols = ["ISIL:XX-MILL", "LOCAL:ML"]
courier.stop = "C17"

[library.connection]
kind = "ncip"
headers = [{ name = "X-Key", secret = "env:MILL_KEY" }]

[library.connection.ncip]
url = "tcp://ils.mill.example.org:5001"
preset = "koha"
version = "1.01"
agencies = ["MILLSYS"]
agency_secret = "file:mill-agency"
institutional_patrons = [
    { library = "LOCAL:LK", patron = "ILL-LAKE" },
    { patron = "ILL-OTHER" },
]
tolerated = [{ service = "CheckInItem", problem = "Not Yours" }]

[library.connection.ncip.steps]
place_hold = false
recall_from_patron = true

[library.hosted]
temporary_items = "prefix:ILL-"
availability = "will-supply"
renewals = "never"
unavailable = "staff"
renewals_granted = "never"
duplicate_window = "2d"
hold_shelf_days = 7

[[library]]
id = "mill-east"
name = "Mill Library, East"
symbols = ["ISIL:XX-MILL-E"]
kind = "branch"
parent = "mill"
courier.via = "mill"

[[library]]
id = "lake"
name = "Lake Library"
symbols = ["ISIL:XX-LAKE", "LOCAL:LK"]

[library.connection]
kind = "manual"

[library.connection.manual]
mail_to = ["desk@lake.example.org"]
mail = "daily"
daily_hour = 6
"#;

#[test]
fn an_ils_is_spoken_to_as_the_file_says() {
    let registry = read(HOSTED);
    let mill = registry.ncip(&id("mill")).unwrap();
    assert_eq!(mill.address, NcipAddress::Tcp { host: "ils.mill.example.org".to_owned(), port: 5001 });
    let settings = &mill.settings;
    assert_eq!((settings.preset, settings.version), (Preset::Koha, Version::V1_01));
    assert_eq!((settings.from_agency.as_str(), settings.to_agency.as_str()), ("XX-BROKER", "XX-MILL"));
    assert_eq!(settings.time_zone, "America/Denver");
    assert_eq!(mill.timeouts.total.to_string(), "20s");
    assert_eq!(mill.agency_secret, Some(SecretRef::File("mill-agency".to_owned())));
    let east = registry.ncip(&id("mill-east")).unwrap();
    assert_eq!((east.owner.clone(), east.settings.to_agency.as_str()), (id("mill"), "XX-MILL-E"));
    assert_eq!(registry.ncip(&id("lake")), None);
    let lake = registry.manual(&id("lake")).unwrap();
    assert_eq!(
        (lake.mail_to.as_slice(), lake.daily_hour, lake.link_days),
        (&["desk@lake.example.org".to_owned()][..], 6, 14)
    );
    assert_eq!(registry.manual(&id("mill")), None);
}

#[test]
fn a_hosted_library_needs_no_url_and_is_reached_inside() {
    let registry = read(HOSTED);
    for (library, kind) in [
        ("mill", ConnectionKind::Ncip),
        ("mill-east", ConnectionKind::Ncip),
        ("lake", ConnectionKind::Manual),
    ] {
        assert_eq!(registry.kind_of_connection(&id(library)), Some(kind));
        assert!(registry.is_hosted(&id(library)) && registry.connection(&id(library)).is_none());
        assert_eq!(
            registry.facts(&id(library)).unwrap().face,
            Face::Transparent,
            "its ILS has a patron for each library"
        );
    }
    let native = self::registry(&library("a", ""));
    assert!(!native.is_hosted(&id("a")) && !native.is_hosted(&id("nobody")));
}

#[test]
fn the_machines_are_told_what_the_file_says() {
    let facts = read(HOSTED).hosted_facts(&id("mill")).unwrap();
    assert_eq!(
        (facts.symbol.clone(), facts.broker.clone()),
        (Symbol::new("ISIL", "XX-MILL"), Symbol::new("ISIL", "XX-BROKER"))
    );
    assert_eq!(facts.partner, PeerId::new(registry::BROKER_AS_PEER));
    assert_eq!(facts.calendar.time_zone, "America/Denver");
    assert_eq!(facts.template, ItemTemplate::Prefix("ILL-".to_owned()));
    assert_eq!((facts.availability, facts.renewals), (AvailabilityAnswer::WillSupply, RenewalRule::Never));
    assert_eq!((facts.unavailable, facts.renewals_granted), (UnavailableAnswer::Staff, RenewalAnswer::Never));
    assert_eq!(facts.duplicate_window, SignedDuration::from_hours(48));
    assert_eq!(
        (facts.hold_shelf_days, facts.loan_days, facts.pull_days),
        (7, 21, 3),
        "its own, everybody's, the usual"
    );
    let asked: Vec<Step> = Step::ALL.iter().copied().filter(|step| facts.asks(*step)).collect();
    let silent: Vec<Step> = Step::ALL.iter().copied().filter(|step| !asked.contains(step)).collect();
    assert_eq!(
        silent,
        [
            Step::PollItem,
            Step::RenewForPatron,
            Step::CancelPatronHold,
            Step::WithdrawItem,
            Step::ChargePatron,
            Step::CheckItem,
            Step::PlaceHold,
            Step::ReleaseHold,
            Step::RenewForLibrary,
            Step::RecallFromLibrary,
        ],
        "one by the file, the others by the preset in its version"
    );
    assert_eq!(facts.poll_every, None);
    assert_eq!(
        facts.institutional_patron(&Symbol::new("ISIL", "XX-LAKE")),
        Some("ILL-LAKE"),
        "by its first symbol"
    );
    assert_eq!(facts.institutional_patron(&Symbol::new("ISIL", "XX-FAR")), Some("ILL-OTHER"));
}

#[test]
fn a_library_without_an_ils_is_asked_nothing() {
    let registry = read(HOSTED);
    let facts = registry.hosted_facts(&id("lake")).unwrap();
    assert!(Step::ALL.iter().all(|step| !facts.asks(*step)) && facts.poll_every.is_none());
    assert_eq!(facts.hold_shelf_days, 5);
}

#[test]
fn a_library_that_does_not_poll_is_not_polled() {
    let text = HOSTED.replace("place_hold = false", "poll_item = false");
    let facts = read(&text).hosted_facts(&id("mill")).unwrap();
    assert_eq!(facts.poll_every, None);
}

#[test]
fn what_was_open_goes_on_when_a_library_moves_to_iso_18626() {
    let text = HOSTED.replace("kind = \"ncip\"", "url = \"http://mill.example.org/\"");
    let registry = read(&text);
    assert!(!registry.is_hosted(&id("mill")) && registry.connection(&id("mill")).is_some());
    let facts = registry.hosted_facts(&id("mill")).unwrap();
    assert!(facts.asks(Step::CheckInFromPatron) && registry.ncip(&id("mill")).is_some());
}

#[test]
fn agencies_are_told_apart() {
    let registry = read(HOSTED);
    let found = |agency: &str| registry.by_agency(agency).map(|library| library.id.as_str());
    for (agency, library) in [
        ("millsys", Some("mill")),
        ("XX-MILL", Some("mill")),
        ("ISIL:XX-MILL-E", Some("mill-east")),
        ("lk", Some("lake")),
        ("XX-BROKER", None),
        ("", None),
    ] {
        assert_eq!(found(agency), library, "{agency}");
    }
    assert!(
        registry.is_broker_agency("b")
            && registry.is_broker_agency("ISIL:xx-broker")
            && !registry.is_broker_agency("XX-MILL")
    );
    // A value that two libraries have in lists of their own means neither.
    let twice = read(&HOSTED.replace("LOCAL:LK", "LOCAL:XX-MILL"));
    assert_eq!(twice.by_agency("XX-MILL"), None);
}

#[test]
fn the_courier_comes_to_its_stop_or_to_the_one_it_is_served_through() {
    let registry = read(HOSTED);
    let stop = |library| registry.courier_stop(&id(library));
    assert_eq!((stop("mill"), stop("mill-east"), stop("lake")), (Some("C17"), Some("C17"), None));
}

/// From each of two libraries to each of two, what an entry of each kind changes.
#[test]
fn the_nearest_entry_says_what_is_carried() {
    let entry = |from: Option<&str>, to: Option<&str>, services: &str| {
        let key =
            |key: &str, id: Option<&str>| id.map(|id| format!("{key} = \"{id}\"\n")).unwrap_or_default();
        format!("[[ncip_route]]\n{}{}services = [{services}]\n\n", key("from", from), key("to", to))
    };
    let with = |entries: &str| -> Registry {
        let libraries = [library("a", ""), library("b", ""), library("c", "")].concat();
        self::registry(&format!("{entries}{libraries}"))
    };
    let may = |registry: &Registry, from: &str, to: &str, service: &Service| {
        registry.may_route(&id(from), &id(to), service)
    };
    let none = with("");
    for service in [Service::LookupUser, Service::LookupItem] {
        assert!(!may(&none, "a", "b", &service), "what nobody names is closed: {service}");
    }
    let all = with(
        &[
            entry(None, None, "\"LookupItem\""),
            entry(Some("a"), None, "\"RequestItem\""),
            entry(None, Some("b"), "\"LookupUser\", \"RenewItem\""),
            entry(Some("a"), Some("b"), ""),
        ]
        .concat(),
    );
    for (from, to, allowed) in [
        ("c", "a", &[Service::LookupItem][..]),
        ("a", "c", &[Service::RequestItem]),
        ("c", "b", &[Service::LookupUser, Service::RenewItem]),
        ("a", "b", &[]),
    ] {
        for service in [Service::LookupUser, Service::LookupItem, Service::RequestItem, Service::RenewItem] {
            assert_eq!(may(&all, from, to, &service), allowed.contains(&service), "{from} {to} {service}");
        }
    }
}
