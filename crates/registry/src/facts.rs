//! What the machines are told: facts about peers and the broker, projected from the snapshot.

use dialects::iso18626::{Dialect, DialectName};
use iso18626::{
    Address, ElectronicAddress, ElectronicAddressType, Open, PhysicalAddress, RequestedDeliveryInfo,
    RequestingAgencyInfo, ReturnInfo,
};
use loan_model::{
    PeerId,
    calendar::{Calendar, Closure, WorkingTime},
    facts::{BrokerFacts, Clocks, Face, GroupPlace, PeerFacts, Roles},
};

use crate::{
    Allowance, Registry,
    file::{Library, PostalAddress, Purpose},
};

impl Registry {
    /// What the machines are told about a library; nothing where it is not known or has no symbol.
    pub fn facts(&self, id: &PeerId) -> Option<PeerFacts> {
        let library = self.library(id)?;
        let symbol = library.symbols.first()?.clone();
        let connection = self.connection(id);
        let plain = Dialect::of(DialectName::Plain);
        let own = &library.policies;
        let shared = &self.file.defaults.policies;
        Some(PeerFacts {
            id: library.id.clone(),
            other_symbols: self.symbols_of(id).into_iter().skip(1).cloned().collect(),
            name: library.name.clone(),
            // A hosted library's own machine has to know who the other side is: its ILS may have a patron for each.
            face: if self.is_hosted(id) {
                Face::Transparent
            } else {
                connection.as_ref().map_or(plain.face, |connection| connection.face)
            },
            supplier_face: if self.is_hosted(id) {
                Face::Transparent
            } else {
                connection.as_ref().map_or(plain.supplier_face, |connection| connection.supplier_face)
            },
            roles: Roles { borrows: library.borrows, lends: library.lends },
            standing: library.status,
            kind: library.kind,
            behind: library.behind.clone(),
            calendar: self.calendar(library),
            clocks: self.clocks(library),
            expect_to_supply: connection
                .as_ref()
                .map_or(plain.expect_to_supply, |connection| connection.expect_to_supply),
            interim_unfilled: connection
                .as_ref()
                .map_or(plain.interim_unfilled, |connection| connection.interim_unfilled),
            cancel_to_supplier: connection
                .as_ref()
                .map_or(plain.cancel_to_supplier, |connection| connection.cancel_to_supplier),
            retry_policy: own.retry.or(shared.retry).unwrap_or_default(),
            local_supply: own.local_supply.or(shared.local_supply).unwrap_or_default(),
            patron_data: own.patron_data.or(shared.patron_data).unwrap_or_default(),
            agency_info: Some(agency_info(library)),
            delivery_info: delivery_info(library),
            return_info: return_info(library),
            balance_goal: own.balance_goal.or(shared.balance_goal).unwrap_or(PeerFacts::BALANCE_GOAL),
            groups: library
                .groups
                .iter()
                .map(|place| GroupPlace { group: place.group.as_str().to_owned(), priority: place.priority })
                .collect(),
            symbol,
        })
    }

    /// What the machines are told about the broker.
    pub fn broker(&self) -> BrokerFacts {
        let broker = &self.file.broker;
        let mut symbols = broker.symbols.iter().cloned();
        BrokerFacts {
            symbol: symbols.next().expect("a registry is not made of a file whose broker has no symbol"),
            other_symbols: symbols.collect(),
            name: broker.name.clone(),
            addressed: broker.addressed,
            retries_per_hour: broker
                .retries_per_hour
                .map_or(BrokerFacts::RETRIES_PER_HOUR, |often| u8::try_from(often).unwrap_or(u8::MAX)),
        }
    }

    pub(crate) fn calendar(&self, library: &Library) -> Calendar {
        let own = &library.calendar;
        let shared = &self.file.defaults.calendar;
        let default = Calendar::default();
        let closures = own.closures.iter().chain(&shared.closures).map(|closing| Closure {
            from: closing.from,
            to: closing.to,
            what: closing.what.clone().unwrap_or_default(),
        });
        let zone = own.time_zone.as_ref().or(shared.time_zone.as_ref());
        Calendar {
            time_zone: zone.map_or(default.time_zone, |zone| zone.as_str().to_owned()),
            open: own.open_days.clone().or_else(|| shared.open_days.clone()).unwrap_or(default.open),
            closures: closures.collect(),
        }
    }

    fn clocks(&self, library: &Library) -> Clocks {
        let own = &library.clocks;
        let shared = &self.file.defaults.clocks;
        let default = Clocks::default();
        let time = |own: Option<Allowance>, shared: Option<Allowance>, default| {
            own.or(shared).map_or(default, WorkingTime::from)
        };
        Clocks {
            deliver: own.deliver.or(shared.deliver).map_or(default.deliver, |wait| wait.signed()),
            answer: time(own.answer, shared.answer, default.answer),
            ship: time(own.ship, shared.ship, default.ship),
            reply: time(own.reply, shared.reply, default.reply),
            grace: time(own.grace, shared.grace, default.grace),
            retry: time(own.retry, shared.retry, default.retry),
            custody: time(own.custody, shared.custody, default.custody),
        }
    }
}

impl From<Allowance> for WorkingTime {
    fn from(allowance: Allowance) -> Self {
        WorkingTime::new(allowance.working_days, allowance.cap_calendar_days)
    }
}

fn agency_info(library: &Library) -> RequestingAgencyInfo {
    RequestingAgencyInfo {
        name: Some(library.name.clone()),
        contact_name: library.contacts.first().map(|contact| contact.name.clone()),
        address: library.addresses.iter().flat_map(wire).collect(),
    }
}

fn delivery_info(library: &Library) -> Vec<RequestedDeliveryInfo> {
    let addresses = used_for(library, Purpose::Delivery).flat_map(wire);
    addresses
        .zip(1..)
        .map(|(address, place)| RequestedDeliveryInfo {
            sort_order: Some(place.to_string()),
            address: Some(address),
            ..RequestedDeliveryInfo::default()
        })
        .collect()
}

fn return_info(library: &Library) -> Option<ReturnInfo> {
    let address = used_for(library, Purpose::Return).find_map(physical)?;
    Some(ReturnInfo {
        return_agency_id: library.symbols.first().map(|symbol| symbol.to_agency_id()),
        name: Some(library.name.clone()),
        physical_address: Some(address),
    })
}

fn used_for(library: &Library, purpose: Purpose) -> impl Iterator<Item = &PostalAddress> {
    library
        .addresses
        .iter()
        .filter(move |address| address.purposes.is_empty() || address.purposes.contains(&purpose))
}

/// An entry of the file as the addresses of a message: those of the street and of e-mail are apart there.
fn wire(address: &PostalAddress) -> Vec<Address> {
    let street = physical(address).map(Address::Physical);
    let email = address.email.as_ref().map(|email| {
        Address::Electronic(ElectronicAddress {
            address_type: Open::from(ElectronicAddressType::Email),
            data: email.clone(),
        })
    });
    street.into_iter().chain(email).collect()
}

fn physical(address: &PostalAddress) -> Option<PhysicalAddress> {
    let street = PhysicalAddress {
        line1: address.line1.clone(),
        line2: address.line2.clone(),
        locality: address.locality.clone(),
        postal_code: address.postal_code.clone(),
        region: address.region.clone().map(Open::new),
        country: address.country.clone().map(Open::new),
    };
    (street != PhysicalAddress::default()).then_some(street)
}
