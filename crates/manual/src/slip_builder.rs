//! The slip of a hosted library's request, from what its machine and the registry know. Pure. The request has lost its sealed parts before it
//! comes here, so there is no patron in it.

use iso18626::{Address, PhysicalAddress, Request};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use loan_model::{PeerId, Symbol};
use persistence::RequestId;
use registry::{Library, Purpose, Registry};
use slips::{Courier, ItemFacts, RequestCode, Slip, SlipKind, SlipVolume, Stop};
use state_machine::hosted::Summary;

/// What a slip is made of.
#[derive(Clone, Copy, Debug)]
pub struct SlipFacts<'a> {
    /// Our id of the request.
    pub request: RequestId,
    /// What it is for.
    pub kind: SlipKind,
    /// The library whose slip it is.
    pub library: &'a PeerId,
    /// What is asked for, without sealed parts.
    pub asked: &'a Request,
    /// Where it stands.
    pub summary: &'a Summary,
    /// Call number and location, as far as the library's own system says.
    pub shelf: (Option<&'a str>, Option<&'a str>),
    /// The other library, behind the broker.
    pub partner: Option<&'a Symbol>,
}

/// The slip.
pub fn build_slip(facts: &SlipFacts<'_>, registry: &Registry, zone: &TimeZone) -> Slip {
    let asked = facts.asked;
    let mut slip =
        Slip::new(facts.kind, RequestCode::new(facts.request.to_string()), facts.summary.id.clone());
    slip.item = item(asked, facts.shelf);
    slip.volumes = facts
        .summary
        .volumes
        .iter()
        .map(|volume| SlipVolume {
            name: format!("vol. {}", volume.volume.0),
            barcode: volume.barcode.clone(),
        })
        .collect();
    slip.due = facts.summary.due.map(|due| day(due, zone));
    let need_before = asked.service_info.as_ref().and_then(|service| service.need_before_date.as_ref());
    slip.needed_by = need_before.and_then(|date| date.to_string().get(..10)?.parse().ok());
    slip.notes = asked
        .service_info
        .iter()
        .flat_map(|service| &service.loan_condition)
        .map(|condition| format!("Condition: {}", condition.value))
        .collect();
    let goods = match facts.kind {
        SlipKind::Return => Purpose::Return,
        SlipKind::Pull | SlipKind::Routing => Purpose::Delivery,
    };
    slip.from = stop(registry.library(facts.library), Purpose::Return, registry);
    let partner = facts.partner.and_then(|symbol| registry.by_symbol(symbol));
    slip.to = match (partner, facts.kind) {
        (Some(library), _) => stop(Some(library), goods, registry),
        (None, SlipKind::Return) => Stop::default(),
        (None, SlipKind::Pull | SlipKind::Routing) => told(asked),
    };
    if slip.to.symbol.is_none() {
        slip.to.symbol = facts.partner.map(ToString::to_string);
    }
    if slip.to.name.is_empty() {
        slip.to.name = slip.to.symbol.take().unwrap_or_default();
    }
    slip
}

fn item(asked: &Request, (call_number, location): (Option<&str>, Option<&str>)) -> ItemFacts {
    let info = &asked.bibliographic_info;
    let title = match (&info.title, &info.subtitle) {
        (Some(title), Some(subtitle)) => Some(format!("{title}: {subtitle}")),
        (title, _) => title.clone(),
    };
    let published = asked.publication_info.as_ref().map(|published| {
        let words = [&published.place_of_publication, &published.publisher, &published.publication_date];
        words.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
    });
    let part = [&info.title_of_component, &info.author_of_component];
    let part = part.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" / ");
    let mut extent: Vec<String> = Vec::new();
    if !info.volume.is_empty() {
        extent.push(format!("vol. {}", info.volume.join(", ")));
    }
    extent.extend(info.issue.iter().map(|issue| format!("no. {issue}")));
    extent.extend(info.pages_requested.iter().map(|pages| format!("pp. {pages}")));
    // Where the holdings that the request came with say it, if our own system says nothing.
    let shelf = asked.supplier_info.iter().find_map(|supplier| supplier.call_number.clone());
    let numbers = info.bibliographic_item_id.iter().map(|id| (id.code.value.clone(), id.identifier.clone()));
    ItemFacts {
        title,
        author: info.author.clone(),
        edition: info.edition.clone(),
        published: published.filter(|words| !words.is_empty()),
        part: Some(part).filter(|words| !words.is_empty()),
        extent: Some(extent.join(", ")).filter(|words| !words.is_empty()),
        numbers: numbers.collect(),
        call_number: call_number.map(str::to_owned).or(shelf),
        location: location.map(str::to_owned),
        service: asked.service_info.as_ref().map(|service| service.service_type.to_string()),
    }
}

/// A library as the registry has it; its address for this purpose, else its first.
fn stop(library: Option<&Library>, purpose: Purpose, registry: &Registry) -> Stop {
    let Some(library) = library else { return Stop::default() };
    let fits = library.addresses.iter().find(|address| address.purposes.contains(&purpose));
    let any = || library.addresses.iter().find(|address| address.purposes.is_empty());
    let address = fits.or_else(any).map(|address| {
        let town = [&address.locality, &address.region, &address.postal_code];
        let town = town.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        let lines = [address.line1.clone(), address.line2.clone(), Some(town), address.country.clone()];
        lines.into_iter().flatten().filter(|line| !line.is_empty()).collect()
    });
    let own = library.courier.stop.is_some();
    let via = library.courier.via.as_ref().filter(|_| !own).and_then(|via| registry.library(via));
    let courier = registry.courier_stop(&library.id).map(|code| Courier {
        name: None,
        code: code.to_owned(),
        through: via.map(|via| via.name.clone()),
    });
    Stop {
        name: library.name.clone(),
        symbol: library.symbols.first().map(ToString::to_string),
        address: address.unwrap_or_default(),
        courier,
    }
}

/// A requester as its request tells of it.
fn told(asked: &Request) -> Stop {
    let name = asked.requesting_agency_info.as_ref().and_then(|agency| agency.name.clone());
    let address = asked.requested_delivery_info.iter().find_map(|delivery| match &delivery.address {
        Some(Address::Physical(address)) => Some(address),
        _ => None,
    });
    Stop {
        name: name.unwrap_or_default(),
        address: address.map(address_lines).unwrap_or_default(),
        ..Stop::default()
    }
}

fn address_lines(address: &PhysicalAddress) -> Vec<String> {
    let region = address.region.as_ref().map(|region| region.value.clone());
    let town = [address.locality.clone(), region, address.postal_code.clone()];
    let town = town.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let country = address.country.as_ref().map(|country| country.value.clone());
    let lines = [address.line1.clone(), address.line2.clone(), Some(town), country];
    lines.into_iter().flatten().filter(|line| !line.is_empty()).collect()
}

fn day(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use iso18626::{ServiceInfo, ServiceType, SupplierInfo};
    use jiff::civil::date;
    use loan_model::names::VolumeNo;
    use persistence::UnixMillis;
    use state_machine::hosted::{Over, VolumeSummary};

    use super::*;

    const REGISTRY: &str = r#"
        [broker]
        name = "Broker"
        symbols = ["LOCAL:BROKER"]

        [[library]]
        id = "hill"
        name = "Hill Library"
        symbols = ["LOCAL:HILL"]
        [library.courier]
        stop = "C214"
        [library.connection]
        kind = "manual"
        [library.connection.manual]
        mail_to = ["desk@hill.example"]

        [[library]]
        id = "valley"
        name = "Valley Library"
        symbols = ["LOCAL:VALLEY"]
        [library.courier]
        via = "hill"
        [library.connection]
        kind = "manual"
        [library.connection.manual]
        mail_to = ["desk@valley.example"]
        [[library.address]]
        purposes = ["delivery"]
        line1 = "2 River Road"
        locality = "Valleyton"
        postal_code = "80001"
    "#;

    fn registry() -> Registry {
        Registry::parse_toml(REGISTRY).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    fn asked() -> Request {
        let mut asked = Request::default();
        asked.bibliographic_info.title = Some("Tides".to_owned());
        asked.bibliographic_info.subtitle = Some("a handbook".to_owned());
        asked.bibliographic_info.volume = vec!["1".to_owned(), "2".to_owned()];
        asked.supplier_info =
            vec![SupplierInfo { call_number: Some("551.46".to_owned()), ..SupplierInfo::default() }];
        asked.service_info = Some(ServiceInfo { service_type: ServiceType::Loan, ..ServiceInfo::default() });
        asked
    }

    fn summary() -> Summary {
        Summary {
            phase: "shipped".to_owned(),
            over: Over::Open,
            title: None,
            symbol: None,
            partner: None,
            id: "R-42".to_owned(),
            volumes: vec![VolumeSummary {
                volume: VolumeNo(1),
                state: "shipped".to_owned(),
                barcode: Some("31183".to_owned()),
                local: None,
                due: None,
            }],
            waits: Vec::new(),
            asked: Vec::new(),
            incidents: Vec::new(),
            due: Some("2027-01-16T05:00:00Z".parse().unwrap()),
        }
    }

    #[test]
    fn a_slip_says_what_machine_and_registry_know() {
        let (asked, summary, hill) = (asked(), summary(), PeerId::new("hill"));
        let valley = Symbol::new("LOCAL", "VALLEY");
        let facts = SlipFacts {
            request: RequestId::new(UnixMillis::new(1), 7),
            kind: SlipKind::Routing,
            library: &hill,
            asked: &asked,
            summary: &summary,
            shelf: (None, Some("Annex")),
            partner: Some(&valley),
        };
        let zone = TimeZone::get("America/Denver").unwrap();
        let slip = build_slip(&facts, &registry(), &zone);
        assert_eq!(slip.item.title.as_deref(), Some("Tides: a handbook"));
        assert_eq!(slip.item.call_number.as_deref(), Some("551.46"));
        assert_eq!(slip.item.location.as_deref(), Some("Annex"));
        assert_eq!(slip.item.extent.as_deref(), Some("vol. 1, 2"));
        assert_eq!((slip.reference.as_str(), slip.due), ("R-42", Some(date(2027, 1, 15))));
        assert_eq!(slip.volumes[0].barcode.as_deref(), Some("31183"));
        assert_eq!(slip.from.courier.as_ref().map(|stop| stop.code.as_str()), Some("C214"));
        let courier =
            Courier { name: None, code: "C214".to_owned(), through: Some("Hill Library".to_owned()) };
        assert_eq!(slip.to.courier, Some(courier));
        assert_eq!(slip.to.address, ["2 River Road", "Valleyton 80001"]);

        // A requester that the registry does not have is named by its symbol.
        let far = Symbol::new("LOCAL", "FAR");
        let slip = build_slip(&SlipFacts { partner: Some(&far), ..facts }, &registry(), &zone);
        assert_eq!((slip.to.name.as_str(), slip.to.symbol), ("LOCAL:FAR", None));
    }
}
