//! What must fit together where a library is hosted, and where NCIP goes from member to member.

use std::collections::BTreeMap;

use loan_model::PeerId;
use ncip::Service;

use super::{ids_known, is_email};
use crate::{
    ConnectionKind, Library,
    binding::{Reader, joined},
    file::{ConnectionSettings, CourierSettings, HostedSettings, ManualSettings, NcipRoute, NcipSettings},
};

/// What a connection says by its kind.
pub(super) fn kind(at: &str, own: &ConnectionSettings, reader: &mut Reader<'_>) {
    let kind = own.kind.unwrap_or_default();
    let ncip = joined(at, "ncip");
    match kind {
        ConnectionKind::Iso18626 => {
            if own.url.is_none() {
                reader.missing_at(&joined(at, "url"), "is missing: a connection needs it");
            }
            if own.ncip != NcipSettings::default() && own.ncip.url.is_none() {
                reader.missing_at(&joined(&ncip, "url"), "is missing: what else is said of NCIP needs it");
            }
        }
        ConnectionKind::Ncip => {
            if own.ncip.url.is_none() {
                reader
                    .missing_at(&joined(&ncip, "url"), "is missing: a connection of kind \"ncip\" needs it");
            }
        }
        ConnectionKind::Manual => {
            if own.manual.mail_to.is_empty() {
                reader.missing_at(
                    &joined(at, "manual.mail_to"),
                    "names nobody: a library without a system is told by mail",
                );
            }
            if own.ncip != NcipSettings::default() {
                reader.wrong_at(&ncip, "is for a library with an ILS: say kind = \"ncip\", or take it out");
            }
        }
    }
    if kind != ConnectionKind::Manual && own.manual != ManualSettings::default() {
        reader.wrong_at(
            &joined(at, "manual"),
            "is for a library without a system: say kind = \"manual\", or take it out",
        );
    }
    if kind != ConnectionKind::Iso18626 {
        for (key, there) in [
            ("url", own.url.is_some()),
            ("edition", own.edition.is_some()),
            ("version_string", own.version_string.is_some()),
            ("dialect", own.dialect.is_some()),
            ("face", own.face.is_some()),
            ("supplier_face", own.supplier_face.is_some()),
            ("expect_to_supply", own.expect_to_supply.is_some()),
            ("interim_unfilled", own.interim_unfilled.is_some()),
            ("cancel_to_supplier", own.cancel_to_supplier.is_some()),
            ("timestamp_echo", own.timestamp_echo.is_some()),
            ("namespace", own.namespace.is_some()),
            ("schemes", own.schemes.is_some()),
            ("note_labels", own.note_labels.is_some()),
            ("timestamps", own.timestamps.is_some()),
            ("resends", own.resends.is_some()),
        ] {
            if there {
                let instead = if (key, kind) == ("url", ConnectionKind::Ncip) {
                    "that of its NCIP responder is `ncip.url`"
                } else {
                    "take it out"
                };
                reader.wrong_at(
                    &joined(at, key),
                    format!("is about ISO 18626, which a library of this kind does not speak: {instead}"),
                );
            }
        }
    }
    ncip_settings(&ncip, &own.ncip, reader);
    manual(&joined(at, "manual"), &own.manual, reader);
}

fn ncip_settings(at: &str, ncip: &NcipSettings, reader: &mut Reader<'_>) {
    for (index, known) in ncip.institutional_patrons.iter().enumerate() {
        if ncip.institutional_patrons[..index].iter().any(|other| other.library == known.library) {
            let who = known.library.as_ref().map_or("every other library".to_owned(), ToString::to_string);
            reader.wrong_at(
                &format!("{at}.institutional_patrons[#{}]", index + 1),
                format!("is a second patron for {who}"),
            );
        }
    }
    for (key, elements) in [("user_elements", &ncip.user_elements), ("item_elements", &ncip.item_elements)] {
        let elements = elements.as_deref().unwrap_or_default();
        for (index, element) in elements.iter().enumerate() {
            if elements[..index].contains(element) {
                reader.wrong_at(&format!("{at}.{key}[#{}]", index + 1), "is named twice");
            }
        }
    }
}

fn manual(at: &str, manual: &ManualSettings, reader: &mut Reader<'_>) {
    for (index, address) in manual.mail_to.iter().enumerate() {
        if !is_email(address) {
            reader.wrong_at(&format!("{at}.mail_to[#{}]", index + 1), "is not an e-mail address");
        }
    }
    if manual.daily_hour.is_some_and(|hour| hour > 23) {
        reader.wrong_at(&joined(at, "daily_hour"), "is not an hour of the day (0 to 23)");
    }
    if manual.link_days.is_some_and(|days| !(1..=90).contains(&days)) {
        reader.wrong_at(&joined(at, "link_days"), "is out of range: a link can be used for 1 to 90 days");
    }
}

/// How many seconds a scan can be undone at most: the requester waits for news until then.
const UNDO_WINDOW: u64 = 60 * 60;

/// How a library's requests are run for it.
pub(super) fn settings(at: &str, hosted: &HostedSettings, reader: &mut Reader<'_>) {
    for (key, days, least) in [
        ("hold_shelf_days", hosted.hold_shelf_days, 1),
        ("transit_days", hosted.transit_days, 0),
        ("pull_days", hosted.pull_days, 1),
        ("transit_alarm_days", hosted.transit_alarm_days, 1),
        ("loan_days", hosted.loan_days, 1),
    ] {
        if let Some(days) = days.filter(|days| !(least..=366).contains(days)) {
            reader.wrong_at(
                &joined(at, key),
                format!("is {days}, but must be a number of days from {least} to 366"),
            );
        }
    }
    if hosted.undo_window.is_some_and(|wait| wait.duration().as_secs() > UNDO_WINDOW) {
        reader.wrong_at(
            &joined(at, "undo_window"),
            "is too long: an hour is the most, for the requester hears nothing until it is over",
        );
    }
    if hosted.poll_every.is_some_and(|wait| wait.duration().as_secs() < 60) {
        reader.wrong_at(
            &joined(at, "poll_every"),
            "is too often: a minute is the least. To ask never, switch the step `poll_item` off",
        );
    }
}

/// The courier's stop.
pub(super) fn courier(at: &str, library: &Library, all: &[Library], reader: &mut Reader<'_>) {
    let CourierSettings { stop: _, via, days } = &library.courier;
    for (index, day) in days.iter().flatten().enumerate() {
        if days.iter().flatten().take(index).any(|other| other == day) {
            reader.wrong_at(&format!("{at}.days[#{}]", index + 1), "is named twice");
        }
    }
    let Some(via) = via else { return };
    let at = joined(at, "via");
    if *via == library.id {
        reader.wrong_at(&at, "is the library itself");
    } else if !ids_known(via, all) {
        unknown_library(&at, via, reader);
    } else {
        let next = |id: &PeerId| {
            all.iter().find(|other| other.id == *id).and_then(|other| other.courier.via.as_ref())
        };
        let chain = std::iter::successors(Some(via), |id| next(id)).take(all.len() + 1);
        if chain.into_iter().any(|id| *id == library.id) {
            reader.wrong_at(
                &at,
                format!("goes in a circle: following it from `{}` leads back to it", library.id),
            );
        }
    }
}

/// What is carried from member to member.
pub(super) fn routes(routes: &[NcipRoute], all: &[Library], reader: &mut Reader<'_>) {
    for (index, route) in routes.iter().enumerate() {
        let at = format!("ncip_route[#{}]", index + 1);
        for (key, id) in [("from", &route.from), ("to", &route.to)] {
            if let Some(id) = id.as_ref().filter(|id| !ids_known(id, all)) {
                unknown_library(&joined(&at, key), id, reader);
            }
        }
        let same = |other: &NcipRoute| (&other.from, &other.to) == (&route.from, &route.to);
        if routes[..index].iter().any(same) {
            reader.wrong_at(
                &at,
                "says again what is carried between the same libraries: put both into one entry",
            );
        }
        let mut seen: Vec<&Service> = Vec::new();
        for (index, service) in route.services.iter().enumerate() {
            if seen.contains(&service) {
                reader.wrong_at(&format!("{at}.services[#{}]", index + 1), "is named twice");
            }
            seen.push(service);
        }
    }
}

/// An agency id means one library.
pub(super) fn agencies(named: &[(String, &Library)], reader: &mut Reader<'_>) {
    let mut seen: BTreeMap<String, (String, &PeerId)> = BTreeMap::new();
    for (at, library) in named {
        let Some(connection) = &library.connection else { continue };
        for (index, agency) in connection.ncip.agencies.iter().enumerate() {
            let at = format!("{at}.connection.ncip.agencies[#{}]", index + 1);
            match seen.get(&agency.to_ascii_uppercase()) {
                Some((first, other)) => {
                    let line = reader.line(first);
                    reader.wrong_at(
                        &at,
                        format!("`{agency}` is an agency of `{other}` already, in line {line}; letter case does not tell agencies apart"),
                    );
                }
                None => drop(seen.insert(agency.to_ascii_uppercase(), (at, &library.id))),
            }
        }
    }
}

fn unknown_library(at: &str, id: &PeerId, reader: &mut Reader<'_>) {
    reader.unknown_at(
        at,
        "library",
        format!("there is no library `{id}`: declare it with [[library]], or correct the name"),
    );
}
