//! What the messages about a hosted library's requests mean: from the standard's elements to plain values, and back to an answer. Must never
//! decide anything.

use jiff::Timestamp;
use ncip::{
    AuthenticationInput, BibliographicDescription, BibliographicId, Body, CancelRequestItem,
    CancelRequestItemResponse, DateTime, Flag, InitiationHeader, ItemId, LookupRequest,
    LookupRequestResponse, Problem, RequestFields, RequestId, RequestItem, RequestItemResponse, SchemeValue,
    UpdateRequestItem, UpdateRequestItemResponse, UserId,
};
use state_machine::{
    PeerId,
    hosted::{ItemDescription, NoticeKind},
};

use super::{
    problems::{missing, turned},
    seam::{
        AskedService, Card, MessageKey, Notice, PatronAsk, PatronCancel, PatronUpdate, RecordId, Shown,
        ShownStatus, WantedTitle, Which,
    },
};

/// The type of a request for a copy that need not come back.
const COPY: &str = "Non-returnable Copy";

/// Whose request a message is about, and by what a repeat of it is known.
pub(super) struct About {
    pub(super) library: PeerId,
    pub(super) key: MessageKey,
}

/// Who the user is that a message names: by an id, or by what he gives to be known; of that the barcode, never a PIN.
pub(super) fn card(user: Option<&UserId>, inputs: &[AuthenticationInput]) -> Option<Card> {
    let named = user.map(|user| user.user_identifier_value.as_str());
    let given = || {
        let barcode = inputs.iter().find(|input| !is_pin(input));
        barcode.map(|input| input.authentication_input_data.expose())
    };
    named.or_else(given).map(str::trim).filter(|id| !id.is_empty()).map(Card::new)
}

/// Whether it is something that only the user should know.
pub(super) fn is_pin(input: &AuthenticationInput) -> bool {
    let kind = input.authentication_input_type.value.to_ascii_lowercase();
    ["pin", "password", "secret", "code"].iter().any(|word| kind.contains(word)) && !kind.contains("barcode")
}

/// A patron asks for something.
pub(super) fn ask(message: &RequestItem, about: About) -> Result<PatronAsk, Problem> {
    let patron = card(message.user_id.as_ref(), &message.authentication_inputs)
        .ok_or_else(|| missing("UserId").detail("who asks?"))?;
    let fields = message.item_optional_fields.as_ref();
    let described = fields.and_then(|fields| fields.bibliographic_description.as_ref());
    let mut wanted = described.map(title).unwrap_or_default();
    if let Some(item) = fields.and_then(|fields| fields.item_description.as_ref()) {
        wanted.description.call_number = item.call_number.clone();
        wanted.description.volume = item.copy_number.clone();
    }
    wanted.records.extend(message.bibliographic_ids.iter().filter_map(record));
    wanted.items.extend(message.item_ids.iter().map(|item| item.item_identifier_value.clone()));
    if wanted == WantedTitle::default() {
        return Err(missing("BibliographicId").detail("what is asked for?"));
    }
    Ok(PatronAsk {
        library: about.library,
        key: about.key,
        theirs: message.request_id.as_ref().map(|id| id.request_identifier_value.clone()),
        patron,
        wanted,
        service: if message.request_type.is(COPY) { AskedService::Copy } else { AskedService::Loan },
        pickup: message.pickup_location.as_ref().map(|place| place.value.clone()),
        need_before: message.need_before_date.as_ref().and_then(DateTime::instant),
    })
}

fn title(described: &BibliographicDescription) -> WantedTitle {
    let number = described.bibliographic_item_ids.first();
    let records = described.bibliographic_record_ids.iter().map(|record| RecordId {
        id: record.bibliographic_record_identifier.clone(),
        source: value(record.agency_id.as_ref().or(record.bibliographic_record_identifier_code.as_ref())),
    });
    WantedTitle {
        records: records.collect(),
        items: Vec::new(),
        description: ItemDescription {
            title: described.title.clone(),
            author: described.author.clone(),
            call_number: None,
            volume: None,
            standard_number: number.map(|number| number.bibliographic_item_identifier.clone()),
            format: value(described.medium_type.as_ref()),
        },
        publisher: described.publisher.clone(),
        published: described.publication_date.clone(),
        edition: described.edition.clone(),
    }
}

fn record(id: &BibliographicId) -> Option<RecordId> {
    if let Some(record) = &id.bibliographic_record_id {
        return Some(RecordId {
            id: record.bibliographic_record_identifier.clone(),
            source: value(record.agency_id.as_ref().or(record.bibliographic_record_identifier_code.as_ref())),
        });
    }
    let number = id.bibliographic_item_id.as_ref()?;
    Some(RecordId {
        id: number.bibliographic_item_identifier.clone(),
        source: value(number.bibliographic_item_identifier_code.as_ref()),
    })
}

fn value(term: Option<&SchemeValue>) -> Option<String> {
    term.map(|term| term.value.clone())
}

/// The answer to a request that was taken.
pub(super) fn asked(message: &RequestItem, header: &InitiationHeader, request: String) -> Body {
    Body::from(RequestItemResponse {
        response_header: Some(turned(header)),
        request_id: Some(ours(header, request)),
        item_id: message.item_ids.first().cloned(),
        user_id: user(message.user_id.as_ref(), &message.authentication_inputs),
        request_type: Some(message.request_type.clone()),
        request_scope_type: Some(message.request_scope_type.clone()),
        ..RequestItemResponse::default()
    })
}

/// A request is not wanted any more.
pub(super) fn cancel(message: &CancelRequestItem, about: About) -> Result<PatronCancel, Problem> {
    let patron = card(message.user_id.as_ref(), &message.authentication_inputs);
    let which = which(message.request_id.as_ref(), message.item_id.as_ref(), patron.as_ref())?;
    Ok(PatronCancel { library: about.library, key: about.key, which, patron })
}

/// The answer to a cancel that was taken.
pub(super) fn cancelled(message: &CancelRequestItem, header: &InitiationHeader, shown: Shown) -> Body {
    Body::from(CancelRequestItemResponse {
        response_header: Some(turned(header)),
        item_id: message.item_id.clone().or_else(|| item(&shown)),
        request_id: Some(ours(header, shown.request)),
        user_id: user(message.user_id.as_ref(), &message.authentication_inputs),
        ..CancelRequestItemResponse::default()
    })
}

/// A request is changed.
pub(super) fn update(message: &UpdateRequestItem, about: About) -> Result<PatronUpdate, Problem> {
    let patron = card(message.user_id.as_ref(), &message.authentication_inputs);
    let which = which(message.request_id.as_ref(), message.item_id.as_ref(), patron.as_ref())?;
    let fields = message.add_request_fields.clone().unwrap_or_default();
    let pickup = value(fields.pickup_location.as_ref());
    let need_before = fields.need_before_date.as_ref().and_then(DateTime::instant);
    if message.delete_request_fields.is_some() || (pickup.is_none() && need_before.is_none()) {
        let only =
            "of a request, only its pick-up location and the date before which it is needed can be changed";
        let fields =
            if message.delete_request_fields.is_some() { "DeleteRequestFields" } else { "AddRequestFields" };
        return Err(missing(fields).detail(only));
    }
    Ok(PatronUpdate { library: about.library, key: about.key, which, pickup, need_before })
}

/// The answer to a change that was taken.
pub(super) fn updated(message: &UpdateRequestItem, header: &InitiationHeader, shown: Shown) -> Body {
    let fields: RequestFields = message.add_request_fields.clone().unwrap_or_default();
    // The answer must name an item; a request that has none yet is named itself.
    let named = item(&shown)
        .unwrap_or_else(|| ItemId { item_identifier_value: shown.request.clone(), ..ItemId::default() });
    let asked = message.request_type.clone().or(fields.request_type);
    Body::from(UpdateRequestItemResponse {
        response_header: Some(turned(header)),
        item_id: Some(message.item_id.clone().unwrap_or(named)),
        user_id: user(message.user_id.as_ref(), &message.authentication_inputs)
            .or_else(|| Some(UserId::default())),
        request_type: Some(asked.unwrap_or_else(|| kind(shown.service))),
        request_scope_type: Some(SchemeValue::bare("Bibliographic Item")),
        ..UpdateRequestItemResponse::default()
    })
}

/// Which request is asked about.
pub(super) fn looked_up(message: &LookupRequest) -> Result<Which, Problem> {
    let patron = card(message.user_id.as_ref(), &message.authentication_inputs);
    which(message.request_id.as_ref(), message.item_id.as_ref(), patron.as_ref())
}

/// How a request stands.
pub(super) fn found(message: &LookupRequest, header: &InitiationHeader, shown: Shown) -> Body {
    let date = |at: Option<Timestamp>| at.map(DateTime::from);
    Body::from(LookupRequestResponse {
        response_header: Some(turned(header)),
        item_id: item(&shown).or_else(|| message.item_id.clone()),
        user_id: message.user_id.clone(),
        request_type: Some(kind(shown.service)),
        request_scope_type: Some(SchemeValue::bare("Bibliographic Item")),
        request_status_type: Some(SchemeValue::bare(match shown.status {
            ShownStatus::InProcess => "In Process",
            ShownStatus::AvailableForPickup => "Available For Pickup",
            ShownStatus::Filled => "Filled",
            ShownStatus::CannotFulfill => "Cannot Fulfill Request",
            ShownStatus::Expired => "Expired",
        })),
        need_before_date: date(shown.need_before),
        pickup_expiry_date: date(shown.hold_until),
        date_of_user_request: date(shown.placed),
        request_id: Some(ours(header, shown.request)),
        ..LookupRequestResponse::default()
    })
}

/// A notice, of those that move a request. `Err` where it moves none but is understood all the same.
pub(super) fn notice(body: &Body, about: About) -> Option<Result<Notice, About>> {
    let (kind, item, request, due) = match body {
        Body::ItemShipped(m) => (NoticeKind::Shipped, m.item_id.as_ref(), m.request_id.as_ref(), None),
        Body::ItemReceived(m) => (NoticeKind::Received, Some(&m.item_id), m.request_id.as_ref(), None),
        Body::ItemCheckedOut(m) => {
            (NoticeKind::CheckedOut, Some(&m.item_id), m.request_id.as_ref(), m.date_due.as_ref())
        }
        Body::ItemCheckedIn(m) => (NoticeKind::CheckedIn, Some(&m.item_id), None, None),
        Body::ItemRenewed(m) => (NoticeKind::Renewed, Some(&m.item_id), None, Some(&m.date_due)),
        Body::ItemRecalled(m) => (NoticeKind::Recalled, Some(&m.item_id), None, Some(&m.date_due)),
        Body::ItemRequestCancelled(m) => {
            (NoticeKind::RequestCancelled, m.item_id.as_ref(), m.request_id.as_ref(), None)
        }
        Body::CirculationStatusUpdated(m) if is_lost(&m.circulation_status) => {
            (NoticeKind::Lost, Some(&m.item_id), None, None)
        }
        Body::CirculationStatusChangeReported(m)
            if is_set(&m.item_reported_lost) || is_set(&m.item_reported_missing) =>
        {
            (NoticeKind::Lost, Some(&m.item_id), None, None)
        }
        // What a user merely says, or a status that is told of by a notice of its own, moves nothing.
        Body::CirculationStatusUpdated(_) | Body::CirculationStatusChangeReported(_) => {
            return Some(Err(about));
        }
        _ => return None,
    };
    Some(Ok(Notice {
        library: about.library,
        key: about.key,
        kind,
        item: item.map(|item| item.item_identifier_value.clone()),
        request: request.map(|request| request.request_identifier_value.clone()),
        due: due.and_then(DateTime::instant),
    }))
}

fn is_lost(status: &SchemeValue) -> bool {
    let status = status.value.to_ascii_lowercase();
    status.contains("lost") || status.contains("missing")
}

fn is_set(flag: &Flag) -> bool {
    bool::from(*flag)
}

fn which(
    request: Option<&RequestId>,
    item: Option<&ItemId>,
    patron: Option<&Card>,
) -> Result<Which, Problem> {
    match (request, item, patron) {
        (Some(request), ..) => Ok(Which::Request(request.request_identifier_value.clone())),
        (None, Some(item), Some(patron)) => {
            Ok(Which::PatronAndItem { patron: patron.clone(), item: item.item_identifier_value.clone() })
        }
        _ => Err(missing("RequestId").detail("which request is meant?")),
    }
}

/// A request's id as we give it.
fn ours(header: &InitiationHeader, request: String) -> RequestId {
    RequestId {
        agency_id: Some(header.to_agency_id.clone()),
        request_identifier_value: request,
        ..RequestId::default()
    }
}

fn item(shown: &Shown) -> Option<ItemId> {
    let barcode = shown.item.clone()?;
    Some(ItemId { item_identifier_value: barcode, ..ItemId::default() })
}

fn user(named: Option<&UserId>, inputs: &[AuthenticationInput]) -> Option<UserId> {
    named.cloned().or_else(|| {
        let card = card(None, inputs)?;
        Some(UserId { user_identifier_value: card.reveal().to_owned(), ..UserId::default() })
    })
}

fn kind(service: AskedService) -> SchemeValue {
    SchemeValue::bare(match service {
        AskedService::Loan => "Loan",
        AskedService::Copy => COPY,
    })
}
