//! What a patron asks for, where an ILS, a discovery system or a self-service machine asks in the patron's name.

use iso18626::{BibliographicItemIdCode, OpenList};
use jiff::Timestamp;
use loan_model::ils::ItemDescription;
use ncip::{
    AuthenticationInput, BibliographicId, BibliographicItemId, BibliographicRecordId, ItemId, RequestItem,
    UserId,
};

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

/// Who the user is that a message names: by an id, or by what the user gives to be known; of that the barcode, never a PIN. An id that is
/// empty names nobody.
pub fn card<'a>(user: Option<&'a UserId>, inputs: &'a [AuthenticationInput]) -> Option<&'a str> {
    let named = user.map(UserId::value);
    let given =
        inputs.iter().filter(|input| !is_pin(input)).map(|input| input.authentication_input_data.expose());
    named.into_iter().chain(given).map(str::trim).find(|id| !id.is_empty())
}

/// Whether it is something that only the user should know.
pub fn is_pin(input: &AuthenticationInput) -> bool {
    let kind = letters(&input.authentication_input_type.value);
    let is_code = kind.contains("code") && !kind.contains("barcode");
    is_code || ["pin", "password", "secret"].iter().any(|word| kind.contains(word))
}

/// Reads what a patron asks for. Never reads a PIN.
pub fn ask(message: &RequestItem, settings: &IlsSettings) -> Asking {
    let fields = message.item_optional_fields.as_ref();
    let described = fields.and_then(|fields| fields.bibliographic_description.as_ref());
    let copy = fields.and_then(|fields| fields.item_description.as_ref());
    let mut records: Vec<RecordId> = message.bibliographic_ids.iter().filter_map(record).collect();
    let text = |text: &Option<String>| said(text.as_deref());
    if let Some(described) = described {
        let numbers = described.bibliographic_item_ids.iter().map(item_number);
        let ids = described.bibliographic_record_ids.iter().map(record_id);
        for more in numbers.chain(ids) {
            if !more.id.is_empty() && !records.contains(&more) {
                records.push(more);
            }
        }
    }
    let standard =
        |record: &&RecordId| record.source.as_deref().and_then(BibliographicItemIdCode::from_wire).is_some();
    Asking {
        patron: card(message.user_id.as_ref(), &message.authentication_inputs).map(str::to_owned),
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
    let number = id.bibliographic_item_id.as_ref().map(item_number);
    number
        .or_else(|| id.bibliographic_record_id.as_ref().map(record_id))
        .filter(|record| !record.id.is_empty())
}

/// A number that a title bears: a standard one by the standard's code, whatever it is called.
fn item_number(number: &BibliographicItemId) -> RecordId {
    let code = number.bibliographic_item_identifier_code.as_ref().map(|code| code.value.as_str());
    numbered(&number.bibliographic_item_identifier, code, None)
}

fn record_id(record: &BibliographicRecordId) -> RecordId {
    let code = record.bibliographic_record_identifier_code.as_ref().map(|code| code.value.as_str());
    let agency = record.agency_id.as_ref().map(|agency| agency.value.as_str());
    numbered(&record.bibliographic_record_identifier, code, agency)
}

fn numbered(id: &str, code: Option<&str>, agency: Option<&str>) -> RecordId {
    let (code, agency) = (said(code), said(agency));
    // What an agency calls by this number is its own affair.
    let known = match (&code, &agency) {
        (None, Some(_)) => None,
        _ => iso18626::BibliographicItemId::recognised(code.as_deref(), id),
    };
    match known {
        Some(number) => RecordId { id: number.identifier, source: Some(number.code.value) },
        None => RecordId { id: id.trim().to_owned(), source: code.or(agency) },
    }
}

fn item_at(item: &ItemId) -> Option<ItemAt> {
    let agency = said(item.agency_id.as_ref().map(|agency| agency.value.as_str()));
    said(Some(item.value())).map(|barcode| ItemAt { barcode, agency })
}

fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
