//! What a patron asks for, where an ILS, a discovery system or a self-service machine asks in the patron's name.

use jiff::Timestamp;
use loan_model::ils::ItemDescription;
use ncip::{BibliographicId, ItemId, RequestItem};

use super::{dates, settings::IlsSettings, words::letters};

/// What a patron asks for.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Asking {
    /// The patron's barcode or id, where one is given.
    pub patron: Option<String>,
    /// The asking system's own id of the request.
    pub request: Option<String>,
    /// Record ids and standard numbers of what is asked for.
    pub records: Vec<RecordId>,
    /// Particular items.
    pub items: Vec<ItemAt>,
    /// Title, author, volume and the like.
    pub description: ItemDescription,
    /// Publisher.
    pub publisher: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// Which edition.
    pub edition: Option<String>,
    /// A loan, or a copy that need not come back.
    pub service: AskedService,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
    /// Of no use after this.
    pub need_before: Option<Timestamp>,
}

/// What kind of service is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AskedService {
    /// A loan.
    #[default]
    Loan,
    /// A copy to be kept.
    Copy,
}

/// A record's id or a standard number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordId {
    /// The id.
    pub id: String,
    /// Who gave it, or of which kind it is: `OCLC`, `ISBN`, an agency.
    pub source: Option<String>,
}

/// A particular item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemAt {
    /// Its barcode.
    pub barcode: String,
    /// Whose it is, by an agency id.
    pub agency: Option<String>,
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asking")
            .field("request", &self.request)
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}

/// Reads what a patron asks for. Never reads a PIN.
pub fn ask(message: &RequestItem, settings: &IlsSettings) -> Asking {
    let by_card = || {
        let secret = |kind: &str| {
            let kind = letters(kind);
            kind.contains("pin") || kind.contains("password")
        };
        let cards = message.authentication_inputs.iter();
        let mut cards = cards.filter(|input| !secret(&input.authentication_input_type.value));
        cards.next().map(|input| input.authentication_input_data.expose())
    };
    let fields = message.item_optional_fields.as_ref();
    let described = fields.and_then(|fields| fields.bibliographic_description.as_ref());
    let copy = fields.and_then(|fields| fields.item_description.as_ref());
    let mut records: Vec<RecordId> = message.bibliographic_ids.iter().filter_map(record).collect();
    let text = |text: &Option<String>| said(text.as_deref());
    if let Some(described) = described {
        let numbers = described.bibliographic_item_ids.iter().map(|number| RecordId {
            id: number.bibliographic_item_identifier.trim().to_owned(),
            source: number.bibliographic_item_identifier_code.as_ref().map(|code| code.value.clone()),
        });
        let ids = described.bibliographic_record_ids.iter().map(record_id);
        for more in numbers.chain(ids) {
            if !more.id.is_empty() && !records.contains(&more) {
                records.push(more);
            }
        }
    }
    let standard = |record: &&RecordId| {
        let code = record.source.as_deref().map(letters).unwrap_or_default();
        matches!(code.as_str(), "isbn" | "issn" | "ismn")
    };
    Asking {
        patron: said(message.user_id.as_ref().map(|user| user.value()).or_else(by_card)),
        request: said(message.request_id.as_ref().map(|request| request.value())),
        items: message.item_ids.iter().filter_map(item_at).collect(),
        description: ItemDescription {
            title: described.and_then(|it| text(&it.title).or_else(|| text(&it.title_of_component))),
            author: described.and_then(|it| text(&it.author).or_else(|| text(&it.author_of_component))),
            call_number: copy.and_then(|it| text(&it.call_number)),
            volume: copy
                .and_then(|it| it.holdings_information.as_ref())
                .and_then(|it| text(&it.unstructured_holdings_data)),
            standard_number: records.iter().find(standard).map(|record| record.id.clone()),
            format: described.and_then(|it| said(it.medium_type.as_ref().map(|kind| kind.value.as_str()))),
        },
        publisher: described.and_then(|it| text(&it.publisher)),
        published: described.and_then(|it| text(&it.publication_date)),
        edition: described.and_then(|it| text(&it.edition)),
        service: match letters(&message.request_type.value).contains("nonreturnable") {
            true => AskedService::Copy,
            false => AskedService::Loan,
        },
        pickup: said(message.pickup_location.as_ref().map(|place| place.value.as_str())),
        need_before: dates::until(message.need_before_date.as_ref(), settings),
        records,
    }
}

fn record(id: &BibliographicId) -> Option<RecordId> {
    let number = id.bibliographic_item_id.as_ref().map(|number| RecordId {
        id: number.bibliographic_item_identifier.trim().to_owned(),
        source: number.bibliographic_item_identifier_code.as_ref().map(|code| code.value.clone()),
    });
    number
        .or_else(|| id.bibliographic_record_id.as_ref().map(record_id))
        .filter(|record| !record.id.is_empty())
}

fn record_id(record: &ncip::BibliographicRecordId) -> RecordId {
    let code = record.bibliographic_record_identifier_code.as_ref().map(|code| &code.value);
    let source = code.or(record.agency_id.as_ref().map(|agency| &agency.value));
    RecordId { id: record.bibliographic_record_identifier.trim().to_owned(), source: source.cloned() }
}

fn item_at(item: &ItemId) -> Option<ItemAt> {
    let agency = said(item.agency_id.as_ref().map(|agency| agency.value.as_str()));
    said(Some(item.value())).map(|barcode| ItemAt { barcode, agency })
}

fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
