//! The libraries that the gateway hosts: their ILSs, what these hold, and what their patrons ask for over NCIP.

use api::model::RequestDetail;
use errors::slug;
use ncip::{
    BibliographicDescription, Body, InitiationHeader, ItemId, ItemOptionalFields, Message, ReadOptions,
    RequestItem, UserId, Version, WriteOptions,
};
use simulator::{
    SimClock,
    ils::{
        Circulation, Dialect, IlsOptions, IlsServer, Item, Notices, Patron,
        circulation::{HoldState, Wanted},
    },
};

use super::{BROKER_AGENCY, SOON, Stage, Why, poisoned};
use crate::exit::Failure;

/// The other libraries, as a patron of every ILS.
pub(super) const OTHERS: &str = "ILL-LIBRARIES";

/// A library whose ILS speaks NCIP and nothing else.
pub(super) struct Hosted {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) dialect: Dialect,
    pub(super) version: Version,
    pub(super) tells: Tells,
}

/// Whether an ILS tells what happens at its desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    /// It only answers, as most do.
    Nothing,
    /// It sends notices, and is not asked.
    Everything,
}

/// The hosted libraries. Fictional, as their symbols are.
pub(super) const HOSTED: &[Hosted] = &[
    Hosted {
        id: "oak",
        name: "Oak Street Library",
        dialect: Dialect::Koha,
        version: Version::V2_02,
        tells: Tells::Nothing,
    },
    Hosted {
        id: "pine",
        name: "Pinewood Library",
        dialect: Dialect::Symphony,
        version: Version::V1_0,
        tells: Tells::Nothing,
    },
    Hosted {
        id: "elm",
        name: "Elm Grove Library",
        dialect: Dialect::Polaris,
        version: Version::V1_0,
        tells: Tells::Everything,
    },
    Hosted {
        id: "ash",
        name: "Ashfield Library",
        dialect: Dialect::Folio,
        version: Version::V2_02,
        tells: Tells::Everything,
    },
];

impl Hosted {
    /// A hosted library by its id.
    fn named(id: &str) -> &'static Hosted {
        let found = HOSTED.iter().find(|known| known.id == id);
        found.expect("scenarios name the libraries of the table, which a test plays")
    }

    /// Its agency in NCIP.
    pub(super) fn agency(&self) -> String {
        agency(self.id)
    }

    /// How it is shown.
    fn shown(&self) -> String {
        format!("{} ({}, NCIP {})", self.id, self.dialect.title(), self.version)
    }
}

/// The agency of a library in NCIP.
pub(crate) fn agency(id: &str) -> String {
    format!("XX-{}", id.to_uppercase())
}

/// The card of a library's reader.
pub(crate) fn card(id: &str) -> String {
    format!("CARD-{}-1", id.to_uppercase())
}

/// Starts their ILSs.
pub(super) async fn start(gateway: &str, clock: &SimClock) -> Result<Vec<IlsServer>, Failure> {
    let mut systems = Vec::new();
    for hosted in HOSTED {
        let mut options = IlsOptions::new(hosted.dialect, &hosted.agency())
            .patron(Patron::person(&card(hosted.id), "Robin", "Reader").pin("2468"))
            .patron(Patron::library(OTHERS, "Other libraries"));
        if hosted.tells == Tells::Everything {
            options = options.notices(Notices::to(&format!("{gateway}/ncip"), BROKER_AGENCY));
        }
        let started = IlsServer::start(options, clock.clone()).await;
        systems.push(started.map_err(|why| Failure::new(slug!("demo.no-ils"), why.to_string()))?);
    }
    Ok(systems)
}

/// Something that a patron finds in the catalogue of all libraries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) title: &'a str,
    pub(crate) author: &'a str,
    /// The library that has it.
    pub(crate) at: &'a str,
    /// Its barcode there.
    pub(crate) barcode: &'a str,
}

impl Stage {
    /// The ILS of a hosted library.
    pub(crate) fn ils(&self, id: &str) -> &IlsServer {
        let at = HOSTED.iter().position(|known| known.id == id);
        &self.systems[at.expect("scenarios name the libraries of the table, which a test plays")]
    }

    /// Puts things on a library's shelves.
    pub(crate) fn shelve(&self, library: &str, title: &str, barcodes: &[&str]) {
        self.ils(library).change(|shelves| {
            for barcode in barcodes {
                shelves.add_item(Item::new(barcode, &format!("record-of-{barcode}"), title));
            }
        });
    }

    /// A patron asks through the library's own catalogue, in the NCIP that it speaks. Gives the library's record of it.
    pub(crate) async fn patron_asks(&self, library: &str, found: Found<'_>) -> Result<String, Why> {
        let description = BibliographicDescription {
            title: Some(found.title.to_owned()),
            author: Some(found.author.to_owned()),
            ..BibliographicDescription::default()
        };
        let ask = RequestItem {
            initiation_header: Some(header(library, None)),
            user_id: Some(UserId::new(agency(library).as_str(), card(library))),
            item_ids: vec![ItemId::new(agency(found.at).as_str(), found.barcode)],
            request_type: "Hold".into(),
            request_scope_type: "Item".into(),
            item_optional_fields: Some(ItemOptionalFields {
                bibliographic_description: Some(description),
                ..ItemOptionalFields::default()
            }),
            ..RequestItem::default()
        };
        match self.say(library, ask).await? {
            Body::RequestItemResponse(taken) if taken.problems.is_empty() => {
                let id = taken.request_id.ok_or_else(|| Why("the answer names no request".to_owned()))?;
                let id = format!("req_{}", id.value());
                self.asked_by_patrons.lock().unwrap_or_else(poisoned).push(id.clone());
                Ok(id)
            }
            other => Err(Why(format!("the patron's request was not taken: {:?}", other.problems()))),
        }
    }

    /// A library's system says something to the gateway, in its version; the answer.
    pub(crate) async fn say(&self, library: &str, body: impl Into<Body>) -> Result<Body, Why> {
        let version = Hosted::named(library).version;
        let written = ncip::write(&Message { body: body.into() }, &WriteOptions::new(version))?;
        let (status, answer) = self.knock("POST", "/ncip", Some(("application/xml", written.bytes))).await?;
        if status != 200 {
            return Err(Why(format!("the gateway answered NCIP with {status}")));
        }
        let reading = ncip::read(&answer, &ReadOptions::default())?;
        match reading.version == version {
            true => Ok(reading.message.body),
            false => Err(Why(format!("asked in {version}, the gateway answered in {}", reading.version))),
        }
    }

    /// Waits until ILSs hold exactly this, and shows it below what happened.
    pub(crate) async fn happened(&self, what: &str, systems: &[(&str, &str)]) -> Result<(), Why> {
        self.show(format!("• {what}"));
        for (library, expected) in systems {
            let hosted = Hosted::named(library);
            let ils = self.ils(library);
            let seen = ils.wait_until(expected, SOON, |held| holds(held) == *expected).await;
            let held = holds(&ils.holdings());
            if let Err(why) = seen {
                return Err(Why(format!(
                    "{what}: {} holds `{held}` and not `{expected}`: {why}",
                    hosted.shown()
                )));
            }
            self.show(format!("    {:<34} {held}", hosted.shown()));
        }
        Ok(())
    }

    /// Lets the time to ask an ILS where an item is run out, and waits until it has been asked.
    pub(crate) async fn poll(&self, borrowing: &str) -> Result<(), Why> {
        let asked_at = |detail: &RequestDetail| {
            detail.line.waits.iter().find(|wait| wait.timer.starts_with("poll")).map(|wait| wait.until)
        };
        let before =
            asked_at(&self.until(borrowing, "it is to be polled", |it| asked_at(it).is_some()).await?);
        self.run_out(borrowing, "poll").await?;
        let what = "the ILS was asked where it is, and has answered";
        self.until(borrowing, what, |it| asked_at(it) != before && it.asked.is_empty()).await?;
        Ok(())
    }

    /// Waits until every volume of a request stands so.
    pub(crate) async fn volumes_are(&self, request: &str, states: &[&str]) -> Result<(), Why> {
        let what = format!("its volumes are {states:?}");
        let are = |it: &RequestDetail| {
            it.volumes.iter().map(|volume| volume.state.as_str()).eq(states.iter().copied())
        };
        self.until(request, &what, are).await?;
        Ok(())
    }

    /// Every ILS is sound, has done nothing twice, and holds nothing more for anybody.
    pub(crate) fn nothing_is_left(&self) -> Result<(), Why> {
        for ils in &self.systems {
            let held = ils.holdings();
            let wrong = match (held.doubles().first(), held.unsound().first()) {
                (Some(double), _) => format!("did something twice: {double:?}"),
                (_, Some(unsound)) => unsound.clone(),
                _ if holds(&held) != NOTHING => format!("still holds {}", holds(&held)),
                _ => continue,
            };
            return Err(Why(format!("the ILS of {} {wrong}", ils.agency())));
        }
        Ok(())
    }
}

/// The header of what a library's system says to another, or to the gateway.
pub(crate) fn header(from: &str, to: Option<&str>) -> InitiationHeader {
    let to = to.map_or_else(|| BROKER_AGENCY.to_owned(), agency);
    InitiationHeader {
        from_agency_id: agency(from).as_str().into(),
        to_agency_id: to.as_str().into(),
        ..InitiationHeader::default()
    }
}

/// What is said of an ILS that holds nothing for anybody.
pub(crate) const NOTHING: &str = "nothing out, nothing on hold";

/// What an ILS holds: temporary items, holds and loans, in the order of barcodes.
fn holds(held: &Circulation) -> String {
    let mut lines = Vec::new();
    for item in held.items() {
        let kind = if item.is_temporary() { "temporary " } else { "" };
        let mut of_item: Vec<String> = held
            .holds_for(item)
            .map(|hold| {
                let at =
                    if hold.state == HoldState::OnShelf { "on the hold shelf for" } else { "on hold for" };
                format!("{at} {}", hold.patron)
            })
            .collect();
        of_item.extend(held.loan(&item.barcode).map(|loan| format!("lent to {}", loan.patron)));
        if of_item.is_empty() && item.is_temporary() {
            of_item.push("on the shelf".to_owned());
        }
        lines.extend(of_item.into_iter().map(|said| format!("{kind}{} {said}", item.barcode)));
    }
    let known = |wanted: &Wanted| match wanted {
        Wanted::Item(id) => held.items().any(|item| item.barcode == *id),
        Wanted::Title(id) => held.items().any(|item| item.record == *id),
    };
    let astray = held.holds().iter().filter(|hold| !known(&hold.wanted));
    lines.extend(astray.map(|hold| format!("hold {} on what is not there", hold.number)));
    if lines.is_empty() { NOTHING.to_owned() } else { lines.join(", ") }
}

#[cfg(test)]
mod tests {
    use simulator::ils::circulation::{Acceptance, By, HoldWish, LoanWish};

    use super::*;

    #[test]
    fn what_an_ils_holds_is_said_whole() {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let patrons =
            vec![Patron::person("C-1", "Robin", "Reader"), Patron::library(OTHERS, "Other libraries")];
        let items = vec![Item::new("A", "record-a", "Tides"), Item::new("B", "record-b", "Dunes")];
        let mut held = Circulation::new(Dialect::Koha.rules(), patrons, items);
        assert_eq!(holds(&held), NOTHING);
        let wish =
            |wanted: Wanted| HoldWish { patron: OTHERS.to_owned(), wanted, request: None, pickup: None };
        held.request(wish(Wanted::Title("record-a".to_owned())), By::Message, now).expect("it may be held");
        held.request(wish(Wanted::Item("B".to_owned())), By::Message, now).expect("it may be held");
        held.check_out(LoanWish::of("B", OTHERS), By::Message, now).expect("it may be lent");
        let accept = |barcode: &str, hold_for: Option<&str>| Acceptance {
            request: "R-1".to_owned(),
            barcode: Some(barcode.to_owned()),
            hold_for: hold_for.map(str::to_owned),
            pickup: None,
            title: None,
            author: None,
            call_number: None,
            due_back: None,
        };
        held.accept(accept("T-1", Some("C-1")), By::Message, now).expect("it is taken in");
        held.accept(accept("T-2", None), By::Message, now).expect("it is taken in");
        assert_eq!(
            holds(&held),
            "A on hold for ILL-LIBRARIES, B lent to ILL-LIBRARIES, temporary T-1 on the hold shelf for C-1, \
             temporary T-2 on the shelf"
        );
    }
}
