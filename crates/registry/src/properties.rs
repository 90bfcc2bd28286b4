//! What holds for every registry: it is written and read without loss, and compared without a difference unless there is one.

use dialects::ncip::default_step;
use loan_model::{PeerId, Symbol, facts::PeerKind, hosted::StepSetting, ils::Step};
use proptest::prelude::*;

use crate::{
    Group, GroupId, Named, Registry, Wait,
    binding::{Field, TestRng, Text},
    file::{
        CalendarSettings, ClockSettings, ConnectionKind, ConnectionSettings, Contact, File, HostedSettings,
        Library, ManualSettings, NcipSettings, PostalAddress, ProofBy, RetrySettings, TimeoutSettings,
    },
};

/// A registry at random. Each key has a value of its own kind; what must fit together is made to fit.
fn any_registry(seed: u64) -> Registry {
    let mut rng = TestRng::new(seed);
    let mut file = File::random(&mut rng);
    file.broker.symbols.insert(0, Symbol::new("LOCAL", "BROKER"));
    file.broker.symbols.truncate(1);
    people(&mut file.broker.contacts, &mut file.broker.addresses);
    calendar(&mut file.defaults.calendar);
    clocks(&mut file.defaults.clocks);
    file.defaults.connection = ConnectionSettings {
        kind: None,
        url: None,
        headers: Vec::new(),
        ncip: NcipSettings::default(),
        manual: ManualSettings::default(),
        tls: crate::TlsSettings::default(),
        ..file.defaults.connection
    };
    hosted(&mut file.defaults.hosted);
    // Between two libraries an entry each way, and one for everybody.
    file.ncip_routes.truncate(3);
    let ends = [(None, None), (Some(0), None), (None, Some(0))];
    for (route, (from, to)) in file.ncip_routes.iter_mut().zip(ends) {
        let known = |n: Option<usize>| n.filter(|n| *n < file.libraries.len());
        (route.from, route.to) = (known(from).map(numbered), known(to).map(numbered));
        route.services.sort();
        route.services.dedup();
    }
    if file.libraries.is_empty() {
        file.ncip_routes.truncate(1);
    }
    limits(&mut file.defaults.connection);
    file.groups = (0..rng.throw(3))
        .map(|n| Group { id: group(n), name: String::random(&mut rng), named: Named::random(&mut rng) })
        .collect();
    let groups = file.groups.len();
    for (n, library) in file.libraries.iter_mut().enumerate() {
        fit(n, library, groups, &mut rng);
    }
    Registry::of(file)
}

fn numbered(n: usize) -> PeerId {
    PeerId::new(format!("library-{n}"))
}

fn group(n: usize) -> GroupId {
    GroupId::parse(&format!("group-{n}")).unwrap()
}

/// Makes a library fit: the first of all is a broker that others may be behind, each later one may be part of it.
fn fit(n: usize, library: &mut Library, groups: usize, rng: &mut TestRng) {
    library.id = numbered(n);
    library.symbols = (0..=rng.throw(3)).map(|s| Symbol::new("LOCAL", &format!("\"{n}\" {s}"))).collect();
    let first = || Some(PeerId::new("library-0")).filter(|_| n > 0);
    library.parent = library.parent.take().and_then(|_| first());
    library.behind = library.behind.take().and_then(|_| first());
    if n == 0 {
        library.kind = PeerKind::Broker;
    }
    library.groups.truncate(groups);
    for (n, place) in library.groups.iter_mut().enumerate() {
        place.group = group(n);
    }
    calendar(&mut library.calendar);
    clocks(&mut library.clocks);
    for proof in &mut library.proofs {
        proof.header = (proof.by == ProofBy::Header).then(|| crate::HeaderName::parse("x-key").unwrap());
        let certificate = proof.by == ProofBy::Certificate;
        proof.name = proof.name.take().filter(|_| certificate);
        proof.fingerprint = (certificate && proof.name.is_none()).then(|| net::Fingerprint::of(b"one"));
        proof.secret = (!certificate).then(|| crate::SecretRef::random(rng));
        proof.user = (proof.by == ProofBy::Basic).then(|| "desk".to_owned());
    }
    people(&mut library.contacts, &mut library.addresses);
    let connection = library.connection.get_or_insert_with(ConnectionSettings::default);
    connection.url.get_or_insert_with(|| crate::Url::random(rng));
    let mut seen = Vec::new();
    connection.headers.retain(|header| {
        seen.push(header.name.clone());
        seen.iter().filter(|name| **name == header.name).count() == 1
    });
    for header in &mut connection.headers {
        header.value = header.value.take().filter(|_| !header.name.is_secret());
        header.secret = match header.value {
            Some(_) => None,
            None => Some(crate::SecretRef::random(rng)),
        };
    }
    limits(connection);
    spoken(n, connection, rng);
    connection.tls.key = connection.tls.certificate.as_ref().map(|_| crate::SecretRef::random(rng));
    if !connection.url.as_ref().is_some_and(|url| url.as_str().starts_with("https:")) {
        connection.tls = crate::TlsSettings::default();
    }
    hosted(&mut library.hosted);
    library.courier.via = library.courier.via.take().and_then(|_| first());
    if let Some(days) = &mut library.courier.days {
        days.sort();
        days.dedup();
    }
}

/// Leaves what goes with the kind of a connection.
fn spoken(n: usize, connection: &mut ConnectionSettings, rng: &mut TestRng) {
    let kind = connection.kind.unwrap_or_default();
    if kind == ConnectionKind::Manual {
        connection.manual.mail_to.push("desk".to_owned());
        for address in &mut connection.manual.mail_to {
            *address = "desk@example.org".to_owned();
        }
        for (number, most) in
            [(&mut connection.manual.daily_hour, 23), (&mut connection.manual.link_days, 90)]
        {
            *number = number.map(|number| number.clamp(1, most));
        }
        connection.ncip = NcipSettings::default();
    } else {
        connection.manual = ManualSettings::default();
        connection.ncip.url.get_or_insert_with(|| crate::NcipAddress::random(rng));
        connection.ncip.agencies = vec![format!("agency {n}")];
        connection.ncip.institutional_patrons.truncate(1);
        let NcipSettings { user_elements, item_elements, .. } = &mut connection.ncip;
        for elements in [user_elements, item_elements].into_iter().flatten() {
            elements.sort();
            elements.dedup();
        }
    }
    if kind != ConnectionKind::Iso18626 {
        let ConnectionSettings {
            concurrency,
            rate,
            ref headers,
            ref timeouts,
            ref retry,
            ref ncip,
            ref manual,
            ..
        } = *connection;
        *connection = ConnectionSettings {
            kind: Some(kind),
            concurrency,
            rate,
            headers: headers.clone(),
            timeouts: timeouts.clone(),
            retry: retry.clone(),
            ncip: ncip.clone(),
            manual: manual.clone(),
            ..ConnectionSettings::default()
        };
    }
}

fn hosted(hosted: &mut HostedSettings) {
    hosted.undo_window = hosted.undo_window.map(|_| Wait::from_secs(90));
    hosted.poll_every = hosted.poll_every.map(|_| Wait::from_hours(2));
}

fn calendar(calendar: &mut CalendarSettings) {
    for closing in &mut calendar.closures {
        closing.to = closing.to.max(closing.from);
    }
    if let Some(days) = &mut calendar.open_days {
        days.sort();
        days.dedup();
    }
}

fn clocks(clocks: &mut ClockSettings) {
    let ClockSettings { deliver: _, answer, ship, reply, grace, retry, custody } = clocks;
    for allowance in [answer, ship, reply, grace, retry, custody].into_iter().flatten() {
        allowance.cap_calendar_days += allowance.working_days;
    }
}

fn people(contacts: &mut [Contact], addresses: &mut [PostalAddress]) {
    let emails = contacts.iter_mut().map(|contact| &mut contact.email);
    for email in emails.chain(addresses.iter_mut().map(|address| &mut address.email)).flatten() {
        *email = "desk@example.org".to_owned();
    }
    for address in addresses {
        address.line1.get_or_insert_with(|| "1 Mill Street".to_owned());
        if let Some(country) = &mut address.country {
            *country = "US".to_owned();
        }
    }
}

/// Waits that fit whatever the other side of an override is.
fn limits(connection: &mut ConnectionSettings) {
    let TimeoutSettings { connect, read, total } = &mut connection.timeouts;
    let RetrySettings { first, factor: _, longest, give_up_after } = &mut connection.retry;
    for (wait, fits) in [
        (connect, Wait::from_secs(2)),
        (read, Wait::from_secs(40)),
        (total, Wait::from_secs(50)),
        (first, Wait::from_secs(20)),
        (longest, Wait::from_hours(1)),
        (give_up_after, Wait::from_hours(99)),
    ] {
        if let Some(wait) = wait {
            *wait = fits;
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_without_loss(seed: u64) {
        let registry = any_registry(seed);
        let text = registry.to_toml();
        let again = match Registry::parse_toml(&text) {
            Ok(again) => again,
            Err(problems) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                return Err(TestCaseError::fail(format!("{}\n{text}", problems.join("\n"))));
            }
        };
        prop_assert_eq!(&again, &registry);
        prop_assert_eq!(again.to_toml(), text);
        prop_assert!(registry.diff(&again).is_empty());
    }

    #[test]
    fn a_difference_is_told_exactly_where_there_is_one(one: u64, other: u64, key in 0usize..64) {
        let (old, new) = (any_registry(one), any_registry(other));
        let same = |a: &Registry, b: &Registry| a.export(0) == b.export(0);
        prop_assert_eq!(old.diff(&new).is_empty(), same(&old, &new));
        // And where one library differs in what a throw of the rng makes of it.
        let mut file = old.file.clone();
        if let Some(library) = file.libraries.last_mut() {
            let mut rng = TestRng::new(other ^ one);
            for _ in 0..key {
                rng.throw(2);
            }
            let id = library.id.clone();
            *library = Library { id, ..Library::random(&mut rng) };
        }
        let changed = Registry::of(file);
        prop_assert_eq!(old.diff(&changed).is_empty(), same(&old, &changed));
        prop_assert!(old.diff(&old).is_empty());
    }

    #[test]
    fn every_lookup_agrees_with_the_file(seed: u64) {
        let registry = any_registry(seed);
        for library in registry.libraries() {
            prop_assert_eq!(registry.library(&library.id), Some(library));
            for symbol in &library.symbols {
                prop_assert_eq!(registry.by_symbol(symbol), Some(library));
                prop_assert!(registry.speaks_for(&library.id, symbol));
            }
            let facts = registry.facts(&library.id).expect("it has symbols");
            prop_assert_eq!(Some(&facts.symbol), library.symbols.first());
            let kind = registry.kind_of_connection(&library.id).expect("it has a connection");
            prop_assert_eq!(registry.connection(&library.id).is_some(), kind == ConnectionKind::Iso18626);
            prop_assert_eq!(registry.ncip(&library.id).is_some(), kind != ConnectionKind::Manual);
            prop_assert_eq!(registry.manual(&library.id).is_some(), kind == ConnectionKind::Manual);
            let hosted = registry.hosted_facts(&library.id).expect("it has symbols");
            let said = library.connection.as_ref().map(|connection| connection.ncip.clone()).unwrap_or_default();
            for &step in Step::ALL {
                let preset = said.preset.unwrap_or_default();
                let version = said.version.unwrap_or(preset.own_version());
                let default = default_step(preset, version, step) == StepSetting::On;
                let asked = kind != ConnectionKind::Manual && said.steps.get(step).unwrap_or(default);
                prop_assert_eq!(hosted.asks(step), asked);
            }
            let agencies = library.connection.iter().flat_map(|connection| &connection.ncip.agencies);
            for agency in agencies {
                prop_assert_eq!(registry.by_agency(agency).map(|found| &found.id), Some(&library.id));
            }
            let may: Vec<_> = registry.symbols_of(&library.id).into_iter().cloned().collect();
            prop_assert_eq!([vec![facts.symbol], facts.other_symbols].concat(), may);
        }
    }
}

/// Keys of a table that come after one of its sections would be written into that section.
#[test]
fn in_every_table_values_stand_before_sections() {
    use crate::binding::{Layout, Shape, TableDoc};
    fn walk(doc: &TableDoc, seen: &mut Vec<String>) {
        let mut section = None;
        for field in &doc.fields {
            let inner = match &field.shape {
                Shape::Table(Layout::Section, inner) => Some(inner),
                Shape::List(of) => match of.as_ref() {
                    Shape::Table(Layout::Section, inner) => Some(inner),
                    _ => None,
                },
                _ => None,
            };
            match inner {
                Some(inner) => {
                    section = Some(field.key);
                    walk(&inner(), seen);
                }
                None => assert_eq!(section, None, "`{}` stands after a section", field.key),
            }
            seen.push(field.key.to_owned());
        }
    }
    let Shape::Table(_, doc) = File::shape() else { panic!("a table") };
    let mut seen = Vec::new();
    walk(&doc(), &mut seen);
    assert!(seen.len() > 100, "{}", seen.len());
}
