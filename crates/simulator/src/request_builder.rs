//! A request to be sent, as a test or a person would describe it.

use iso18626::{
    Address, AgencyId, BibliographicInfo, BibliographicItemId, BibliographicItemIdCode, BillingInfo, Costs,
    DateTime, Decimal, Open, PatronInfo, PhysicalAddress, PublicationInfo, Request, RequestHeader,
    RequestType, RequestedDeliveryInfo, RequestingAgencyInfo, ServiceInfo, ServiceType,
};

use crate::{core::Core, scenario::RequesterPlan, scenario::When, symbol::agency_id};

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct NewRequest {
    message: Request,
    need_before: Option<When>,
    id: Option<String>,
    to: To,
    plan: Option<RequesterPlan>,
}

/// To whom a request is addressed.
#[derive(Clone, Debug)]
enum To {
    FarSide,
    Agency(AgencyId),
    Nobody,
}

impl NewRequest {
    /// A loan of `title`.
    pub fn loan(title: &str) -> Self {
        Self::of(title, ServiceType::Loan)
    }

    /// A copy from `title`.
    pub fn copy(title: &str) -> Self {
        Self::of(title, ServiceType::Copy)
    }

    /// A request of any service.
    pub fn of(title: &str, service_type: ServiceType) -> Self {
        let message = Request {
            bibliographic_info: BibliographicInfo { title: Some(title.to_owned()), ..Default::default() },
            service_info: Some(ServiceInfo {
                request_type: Some(RequestType::New),
                service_type,
                ..ServiceInfo::default()
            }),
            ..Request::default()
        };
        NewRequest { message, need_before: None, id: None, to: To::FarSide, plan: None }
    }

    /// The author.
    pub fn author(self, author: &str) -> Self {
        self.change(|message| message.bibliographic_info.author = Some(author.to_owned()))
    }

    /// The article or chapter wanted.
    pub fn component(self, title: &str, pages: &str) -> Self {
        self.change(|message| {
            message.bibliographic_info.title_of_component = Some(title.to_owned());
            message.bibliographic_info.pages_requested = Some(pages.to_owned());
        })
    }

    /// The ISBN.
    pub fn isbn(self, isbn: &str) -> Self {
        self.change(|message| {
            message.bibliographic_info.bibliographic_item_id.push(BibliographicItemId {
                code: BibliographicItemIdCode::ISBN.into(),
                identifier: isbn.to_owned(),
            });
        })
    }

    /// The publisher and year.
    pub fn published(self, publisher: &str, year: &str) -> Self {
        self.change(|message| {
            message.publication_info = Some(PublicationInfo {
                publisher: Some(publisher.to_owned()),
                publication_date: Some(year.to_owned()),
                ..PublicationInfo::default()
            });
        })
    }

    /// The record's id in the supplier's catalogue.
    pub fn record_id(self, id: &str) -> Self {
        self.change(|message| message.bibliographic_info.supplier_unique_record_id = Some(id.to_owned()))
    }

    /// A note; a line of it that begins with `sim:` calls for a scenario.
    pub fn note(self, note: &str) -> Self {
        self.change(|message| message.service_info.get_or_insert_default().note = Some(note.to_owned()))
    }

    /// At most this much is paid, such as `12.50`, `USD`.
    pub fn max_cost(self, amount: &str, currency: &str) -> Self {
        let costs =
            Costs { currency_code: Open::new(currency), monetary_value: Decimal::from_lexical(amount) };
        self.change(|message| {
            message.billing_info = Some(BillingInfo {
                maximum_costs: Some(costs),
                ..message.billing_info.take().unwrap_or_default()
            });
        })
    }

    /// Of no use after this.
    pub fn need_before(self, when: When) -> Self {
        NewRequest { need_before: Some(when), ..self }
    }

    /// The patron.
    pub fn patron(self, patron: PatronInfo) -> Self {
        self.change(|message| message.patron_info = Some(patron))
    }

    /// One of several requests that belong together.
    pub fn multiple_item_request_id(self, id: &str) -> Self {
        self.change(|message| message.header.multiple_item_request_id = Some(id.to_owned()))
    }

    /// Addressed to this symbol instead of the far side's.
    pub fn to(self, symbol: &str) -> Self {
        NewRequest { to: To::Agency(agency_id(symbol)), ..self }
    }

    /// Addressed to nobody (2021).
    pub fn to_nobody(self) -> Self {
        NewRequest { to: To::Nobody, ..self }
    }

    /// Under this id instead of a fresh one.
    pub fn id(self, id: &str) -> Self {
        NewRequest { id: Some(id.to_owned()), ..self }
    }

    /// What the library does of its own accord about what comes back.
    pub fn plan(self, plan: RequesterPlan) -> Self {
        NewRequest { plan: Some(plan), ..self }
    }

    /// Any other change to the message.
    pub fn change(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(&mut self.message);
        self
    }

    /// The message as `core`'s library sends it now, and its plan.
    pub(crate) fn build(self, core: &Core) -> (Request, Option<RequesterPlan>) {
        let NewRequest { mut message, need_before, id, to, plan } = self;
        message.header = RequestHeader {
            supplying_agency_id: match to {
                To::FarSide => core.far().symbol,
                To::Agency(agency) => Some(agency),
                To::Nobody => None,
            },
            requesting_agency_id: core.config.symbol.clone(),
            timestamp: DateTime::from_instant(core.stamps.next()),
            requesting_agency_request_id: id.unwrap_or_else(|| core.fresh_id()),
            ..message.header
        };
        if let Some(when) = need_before {
            message.service_info.get_or_insert_default().need_before_date =
                Some(when.from(core.stamps.now()));
        }
        let place = PhysicalAddress {
            line1: Some("Interlibrary Loan".to_owned()),
            locality: Some(core.config.name.clone()),
            ..PhysicalAddress::default()
        };
        if message.requesting_agency_info.is_none() {
            message.requesting_agency_info = Some(RequestingAgencyInfo {
                name: Some(core.config.name.clone()),
                address: vec![Address::Physical(place.clone())],
                ..RequestingAgencyInfo::default()
            });
        }
        if message.requested_delivery_info.is_empty() {
            message.requested_delivery_info.push(RequestedDeliveryInfo {
                sort_order: Some("1".to_owned()),
                address: Some(Address::Physical(place)),
                ..RequestedDeliveryInfo::default()
            });
        }
        (message, plan)
    }
}
