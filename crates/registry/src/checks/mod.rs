//! What each key alone can't tell: names that must be known, things that must not be twice, values that must fit together.

mod hosted;

use std::collections::BTreeMap;

use loan_model::{
    PeerId, Symbol,
    facts::{PeerKind, PeerStanding},
};

use crate::{
    Library, NcipAddress,
    binding::{Field as _, Reader, joined, labels},
    connection::limits,
    file::{
        Allowance, CalendarSettings, ClockSettings, ConnectionSettings, Contact, File, ManualSettings,
        NcipSettings, PostalAddress, ProofBy, TlsSettings,
    },
    ids::SymbolKey,
};

/// Notes everything that is wrong with what could be read.
pub(crate) fn check(file: &File, reader: &mut Reader<'_>) {
    let named: Vec<(String, &Library)> = labels(file.libraries.iter().map(|library| library.id.as_str()))
        .into_iter()
        .map(|label| format!("library[{label}]"))
        .zip(&file.libraries)
        .collect();
    let groups: Vec<String> = labels(file.groups.iter().map(|group| group.id.as_str()))
        .into_iter()
        .map(|label| format!("group[{label}]"))
        .collect();

    if file.broker.symbols.is_empty() {
        reader.missing_at("broker.symbols", "names no symbol: the broker needs at least one");
    }
    ids(named.iter().map(|(at, library)| (at, library.id.as_str())), "library", reader);
    ids(groups.iter().zip(&file.groups).map(|(at, group)| (at, group.id.as_str())), "group", reader);
    symbols(file, &named, reader);
    people("broker", &file.broker.contacts, &file.broker.addresses, reader);
    calendar("defaults.calendar", &file.defaults.calendar, reader);
    clocks("defaults.clocks", &file.defaults.clocks, reader);
    let shared = &file.defaults.connection;
    for (key, there) in [
        ("kind", shared.kind.is_some()),
        ("url", shared.url.is_some()),
        ("headers", !shared.headers.is_empty()),
        ("ncip", shared.ncip != NcipSettings::default()),
        ("manual", shared.manual != ManualSettings::default()),
        ("tls", shared.tls != TlsSettings::default()),
    ] {
        if there {
            reader.wrong_at(
                &format!("defaults.connection.{key}"),
                "can't hold for every library: say it in each library's connection",
            );
        }
    }
    numbers("defaults.connection", shared, reader);
    hosted::settings("defaults.hosted", &file.defaults.hosted, reader);
    hosted::routes(&file.ncip_routes, &file.libraries, reader);
    hosted::agencies(&named, reader);
    for (at, library) in &named {
        memberships(at, library, file, reader);
        relations(at, library, &file.libraries, reader);
        calendar(&joined(at, "calendar"), &library.calendar, reader);
        clocks(&joined(at, "clocks"), &library.clocks, reader);
        people(at, &library.contacts, &library.addresses, reader);
        proofs(at, library, reader);
        hosted::settings(&joined(at, "hosted"), &library.hosted, reader);
        hosted::courier(&joined(at, "courier"), library, &file.libraries, reader);
        reached(at, library, file, reader);
    }
}

fn ids<'a>(all: impl Iterator<Item = (&'a String, &'a str)>, what: &str, reader: &mut Reader<'_>) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for (at, id) in all.filter(|(_, id)| !id.is_empty()) {
        match seen.get(id) {
            Some(first) => {
                let line = reader.line(first);
                reader.wrong_at(
                    &joined(at, "id"),
                    format!("`{id}` is the id of another {what} already, in line {line}: give each its own"),
                );
            }
            None => drop(seen.insert(id, joined(at, "id"))),
        }
    }
}

fn symbols(file: &File, named: &[(String, &Library)], reader: &mut Reader<'_>) {
    let mut seen: BTreeMap<SymbolKey, (String, String)> = BTreeMap::new();
    let mut claim = |at: &str, owner: &str, symbols: &[Symbol], reader: &mut Reader<'_>| {
        for (index, symbol) in symbols.iter().enumerate() {
            let at = format!("{at}.symbols[#{}]", index + 1);
            match seen.get(&symbol.into()) {
                Some((first, other)) => {
                    let line = reader.line(first);
                    let sentence = format!(
                        "{symbol} is a symbol of {other} already, in line {line}; letter case does not tell symbols apart"
                    );
                    reader.wrong_at(&at, sentence);
                }
                None => drop(seen.insert(symbol.into(), (at, owner.to_owned()))),
            }
        }
    };
    claim("broker", "the broker", &file.broker.symbols, reader);
    for (at, library) in named {
        claim(at, &format!("`{}`", library.id), &library.symbols, reader);
        let gathers = matches!(library.kind, PeerKind::System | PeerKind::Consortium);
        if library.symbols.is_empty() && !gathers {
            reader.missing_at(
                &joined(at, "symbols"),
                "names no symbol: only a system or a consortium can do without",
            );
        }
    }
}

fn memberships(at: &str, library: &Library, file: &File, reader: &mut Reader<'_>) {
    for (index, place) in library.groups.iter().enumerate() {
        let at = format!("{at}.groups[#{}]", index + 1);
        let group = &place.group;
        if !group.as_str().is_empty() && file.groups.iter().all(|known| known.id != *group) {
            reader.unknown_at(
                &joined(&at, "group"),
                "group",
                format!("there is no group `{group}`: declare it with [[group]], or correct the name"),
            );
        }
        if library.groups[..index].iter().any(|other| other.group == *group) {
            reader.wrong_at(&joined(&at, "group"), format!("`{group}` is named twice"));
        }
        if place.priority == 0 {
            reader.wrong_at(&joined(&at, "priority"), "is 0: the first is 1");
        }
    }
}

fn relations(at: &str, library: &Library, all: &[Library], reader: &mut Reader<'_>) {
    let find = |id: &PeerId| all.iter().find(|other| other.id == *id);
    for (key, target) in [("parent", &library.parent), ("behind", &library.behind)] {
        let Some(target) = target else { continue };
        let at = joined(at, key);
        match find(target) {
            None => reader.unknown_at(
                &at,
                "library",
                format!("there is no library `{target}`: declare it with [[library]], or correct the name"),
            ),
            Some(_) if *target == library.id => reader.wrong_at(&at, "is the library itself"),
            Some(other) if key == "behind" && other.kind != PeerKind::Broker => {
                reader.wrong_at(
                    &at,
                    format!(
                        "`{target}` is not a broker: only one of kind = \"broker\" can stand before others"
                    ),
                );
            }
            Some(_) if circle(library, all, key) => {
                reader.wrong_at(
                    &at,
                    format!("goes in a circle: following `{key}` from `{}` leads back to it", library.id),
                );
            }
            Some(_) => {}
        }
    }
}

/// Whether following the key leads back to the library itself.
fn circle(library: &Library, all: &[Library], key: &str) -> bool {
    let mut here = library;
    for _ in all {
        let above = if key == "parent" { &here.parent } else { &here.behind };
        match above.as_ref().and_then(|id| all.iter().find(|other| other.id == *id)) {
            Some(above) if above.id == library.id => return true,
            Some(above) => here = above,
            None => return false,
        }
    }
    false
}

/// Each way of proof says what it needs, and nothing else.
fn proofs(at: &str, library: &Library, reader: &mut Reader<'_>) {
    for (index, proof) in library.proofs.iter().enumerate() {
        let at = format!("{at}.proof[#{}]", index + 1);
        let certificate = proof.by == ProofBy::Certificate;
        for (key, named, of) in [
            ("header", proof.header.is_some(), ProofBy::Header),
            ("user", proof.user.as_ref().is_some_and(|user| !user.is_empty()), ProofBy::Basic),
        ] {
            let word = of.inline();
            match (proof.by == of, named) {
                (true, false) => {
                    reader.missing_at(&joined(&at, key), format!("is missing: by = {word} needs it"))
                }
                (false, true) => reader.wrong_at(&joined(&at, key), format!("goes with by = {word} only")),
                _ => {}
            }
        }
        let word = proof.by.inline();
        match (certificate, proof.secret.is_some()) {
            (true, true) => reader.wrong_at(
                &joined(&at, "secret"),
                format!("by = {word} has none: a certificate proves itself"),
            ),
            (false, false) => {
                reader.missing_at(&joined(&at, "secret"), format!("is missing: by = {word} needs it"))
            }
            _ => {}
        }
        let told = [("name", proof.name.is_some()), ("fingerprint", proof.fingerprint.is_some())];
        for (key, _) in told.into_iter().filter(|(_, told)| *told && !certificate) {
            let word = ProofBy::Certificate.inline();
            reader.wrong_at(&joined(&at, key), format!("goes with by = {word} only"));
        }
        let unread = ["name", "fingerprint"].iter().any(|key| reader.is_told(&joined(&at, key)));
        match told {
            [(key, false), (_, false)] if certificate && !unread => reader.missing_at(
                &joined(&at, key),
                format!("is missing: by = {word} needs it, or a `fingerprint`"),
            ),
            [(_, true), (key, true)] if certificate => {
                reader.wrong_at(&joined(&at, key), "stands beside a `name`: each is a proof of its own")
            }
            _ => {}
        }
    }
}

fn calendar(at: &str, calendar: &CalendarSettings, reader: &mut Reader<'_>) {
    for (index, closing) in calendar.closures.iter().enumerate() {
        if closing.to < closing.from {
            reader.wrong_at(
                &format!("{at}.closures[#{}].to", index + 1),
                format!("the closure ends ({}) before it begins ({})", closing.to, closing.from),
            );
        }
    }
    for (index, day) in calendar.open_days.iter().flatten().enumerate() {
        if calendar.open_days.iter().flatten().take(index).any(|other| other == day) {
            reader.wrong_at(&format!("{at}.open_days[#{}]", index + 1), "is named twice");
        }
    }
}

fn clocks(at: &str, clocks: &ClockSettings, reader: &mut Reader<'_>) {
    let all: [(&str, Option<Allowance>); 6] = [
        ("answer", clocks.answer),
        ("ship", clocks.ship),
        ("reply", clocks.reply),
        ("grace", clocks.grace),
        ("retry", clocks.retry),
        ("custody", clocks.custody),
    ];
    for (key, allowance) in all {
        let Some(Allowance { working_days, cap_calendar_days }) = allowance else { continue };
        if working_days == 0 {
            reader.wrong_at(&format!("{at}.{key}.working_days"), "is 0: give it a day at least");
        } else if cap_calendar_days < working_days {
            reader.wrong_at(
                &format!("{at}.{key}.cap_calendar_days"),
                format!(
                    "{cap_calendar_days} days of the calendar are over before {working_days} working days are"
                ),
            );
        }
    }
    if clocks.deliver.is_some_and(|wait| wait.duration().is_zero()) {
        reader.wrong_at(&format!("{at}.deliver"), "must be longer than zero");
    }
}

fn people(at: &str, contacts: &[Contact], addresses: &[PostalAddress], reader: &mut Reader<'_>) {
    let in_contacts = contacts.iter().enumerate().map(|(index, contact)| ("contact", index, &contact.email));
    let in_addresses =
        addresses.iter().enumerate().map(|(index, address)| ("address", index, &address.email));
    for (list, index, email) in in_contacts.chain(in_addresses) {
        if email.as_ref().is_some_and(|email| !is_email(email)) {
            reader.wrong_at(&format!("{at}.{list}[#{}].email", index + 1), "is not an e-mail address");
        }
    }
    for (index, address) in addresses.iter().enumerate() {
        let at = format!("{at}.address[#{}]", index + 1);
        let code = |country: &String| country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        if address.country.as_ref().is_some_and(|country| !code(country)) {
            reader.wrong_at(&joined(&at, "country"), "is not the two capital letters of a country, as in US");
        }
        let rest = PostalAddress { purposes: Vec::new(), ..address.clone() };
        if rest == PostalAddress::default() {
            reader.missing_at(&at, "says nothing: give it a line or an e-mail address");
        }
    }
}

fn is_email(text: &str) -> bool {
    let (name, host) = text.split_once('@').unwrap_or_default();
    !name.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
}

fn ids_known(id: &PeerId, all: &[Library]) -> bool {
    all.iter().any(|library| library.id == *id)
}

fn reached(at: &str, library: &Library, file: &File, reader: &mut Reader<'_>) {
    match &library.connection {
        Some(own) => connection(&joined(at, "connection"), own, &file.defaults.connection, reader),
        None if library.behind.is_some() || library.parent.is_some() => {}
        None => {
            let takes_part =
                matches!(library.status, PeerStanding::Active | PeerStanding::Testing | PeerStanding::Paused);
            if takes_part && !library.symbols.is_empty() {
                reader.missing_at(
                    &joined(at, "connection"),
                    "is missing: without it, `behind` or `parent` the library can't be reached; until it can, say status = \"invited\"",
                );
            }
        }
    }
}

fn connection(at: &str, own: &ConnectionSettings, shared: &ConnectionSettings, reader: &mut Reader<'_>) {
    numbers(at, own, reader);
    for (index, header) in own.headers.iter().enumerate() {
        let at = format!("{at}.headers[#{}]", index + 1);
        match (&header.value, &header.secret) {
            (Some(_), Some(_)) => reader.wrong_at(&at, "has a value and a secret: it needs one of them"),
            (None, None) if ["value", "secret"].iter().any(|key| reader.is_told(&joined(&at, key))) => {}
            (None, None) => reader.missing_at(&at, "has neither a value nor a secret: it needs one of them"),
            (Some(_), None) if header.name.is_secret() => reader.wrong_at(
                &joined(&at, "value"),
                format!(
                    "`{}` carries a secret, which must not stand in the file: write secret = \"file:NAME\" or \"env:NAME\"",
                    header.name.as_str()
                ),
            ),
            _ => {}
        }
        if own.headers[..index].iter().any(|other| other.name == header.name)
            && !header.name.as_str().is_empty()
        {
            reader.wrong_at(&joined(&at, "name"), format!("`{}` is there twice", header.name.as_str()));
        }
    }
    hosted::kind(at, own, reader);
    secured(&joined(at, "tls"), own, reader);
    let whole = limits(own, shared);
    let mut order = |first: (&str, crate::Wait, bool), second: (&str, crate::Wait, bool)| {
        if first.1 > second.1 && (first.2 || second.2) {
            let key = if second.2 { second.0 } else { first.0 };
            let sentence =
                format!("{} is {}, longer than {}, which is {}", first.0, first.1, second.0, second.1);
            reader.wrong_at(&format!("{at}.{key}"), sentence);
        }
    };
    let (waits, retry) = (&whole.timeouts, &whole.retry);
    order(
        ("timeouts.connect", waits.connect, own.timeouts.connect.is_some()),
        ("timeouts.total", waits.total, own.timeouts.total.is_some()),
    );
    order(
        ("timeouts.read", waits.read, own.timeouts.read.is_some()),
        ("timeouts.total", waits.total, own.timeouts.total.is_some()),
    );
    order(
        ("retry.first", retry.first, own.retry.first.is_some()),
        ("retry.longest", retry.longest, own.retry.longest.is_some()),
    );
    order(
        ("retry.first", retry.first, own.retry.first.is_some()),
        ("retry.give_up_after", retry.give_up_after, own.retry.give_up_after.is_some()),
    );
}

/// What secures a line is for one that TLS is spoken on.
fn secured(at: &str, own: &ConnectionSettings, reader: &mut Reader<'_>) {
    let TlsSettings { certificate, key, .. } = &own.tls;
    match (certificate, key) {
        (Some(_), None) => {
            reader.missing_at(&joined(at, "key"), "is missing: the certificate is shown with its key")
        }
        (None, Some(_)) => {
            reader.missing_at(&joined(at, "certificate"), "is missing: it is shown with the key")
        }
        _ => {}
    }
    let by_http = own.url.as_ref().is_some_and(|url| url.as_str().starts_with("https:"));
    let by_ncip = match &own.ncip.url {
        Some(NcipAddress::Http(url)) => url.as_str().starts_with("https:"),
        Some(NcipAddress::Tls { .. }) => true,
        Some(NcipAddress::Tcp { .. }) | None => false,
    };
    if own.tls != TlsSettings::default() && !by_http && !by_ncip {
        reader.wrong_at(at, "nothing of it holds: no address of this connection begins with https or tls");
    }
}

/// Numbers that must not be nothing.
fn numbers(at: &str, own: &ConnectionSettings, reader: &mut Reader<'_>) {
    let waits = [
        ("timeouts.connect", own.timeouts.connect),
        ("timeouts.read", own.timeouts.read),
        ("timeouts.total", own.timeouts.total),
        ("retry.first", own.retry.first),
        ("retry.longest", own.retry.longest),
        ("retry.give_up_after", own.retry.give_up_after),
    ];
    for (key, wait) in waits {
        if wait.is_some_and(|wait| wait.duration().is_zero()) {
            reader.wrong_at(&format!("{at}.{key}"), "must be longer than zero");
        }
    }
    for (key, number) in [("concurrency", own.concurrency), ("retry.factor", own.retry.factor)] {
        if number == Some(0) {
            reader.wrong_at(&format!("{at}.{key}"), "is 0: the least is 1");
        }
    }
}
