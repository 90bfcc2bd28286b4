//! What the messages about a hosted library's requests mean: from the standard's elements to plain values, and back to an answer. Must never
//! decide anything.

use dialects::ncip::IlsSettings;
use jiff::Timestamp;
use loan_model::PeerId;
use ncip::{
    AuthenticationInput, Body, CancelRequestItem, CancelRequestItemResponse, DateTime, InitiationHeader,
    ItemId, LookupRequest, LookupRequestResponse, Problem, RequestFields, RequestId, RequestItem,
    RequestItemResponse, SchemeValue, Service, UpdateRequestItem, UpdateRequestItemResponse, UserId,
};

use super::{
    ports::{
        AskedService, Card, MessageKey, Notice, PatronAsk, PatronCancel, PatronUpdate, Shown, ShownStatus,
        WantedTitle, Which,
    },
    problems::{missing, turned, unusable},
};

/// The type of a request for a copy that need not come back.
const COPY: &str = "Non-returnable Copy";

/// Whose request a message is about, and by what a repeat of it is known.
pub(super) struct About {
    pub(super) library: PeerId,
    pub(super) key: MessageKey,
}

/// Who the user is that a message names.
pub(super) fn card(user: Option<&UserId>, inputs: &[AuthenticationInput]) -> Option<Card> {
    dialects::ncip::card(user, inputs).map(Card::new)
}

/// A patron asks for something.
pub(super) fn ask(message: &RequestItem, about: About, settings: &IlsSettings) -> Result<PatronAsk, Problem> {
    let asking = dialects::ncip::ask(message, settings);
    let patron = asking.patron.ok_or_else(|| missing("UserId").detail("who asks?"))?;
    let wanted = WantedTitle {
        records: asking.records,
        items: asking.items,
        description: asking.description,
        publisher: asking.publisher,
        published: asking.published,
        edition: asking.edition,
    };
    if wanted == WantedTitle::default() {
        return Err(missing("BibliographicId").detail("what is asked for?"));
    }
    Ok(PatronAsk {
        library: about.library,
        key: about.key,
        theirs: asking.request,
        patron: Card::new(patron),
        wanted,
        service: asking.service,
        pickup: asking.pickup,
        need_before: asking.need_before,
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
    // What says which request is meant changes nothing of it.
    let named = RequestFields {
        user_id: fields.user_id.clone(),
        item_id: fields.item_id.clone(),
        need_before_date: fields.need_before_date.clone(),
        pickup_location: fields.pickup_location.clone(),
        ..RequestFields::default()
    };
    let only =
        "of a request, only its pick-up location and the date before which it is needed can be changed";
    let refused = |element| Err(unusable(&Service::UpdateRequestItem, element).detail(only));
    if message.delete_request_fields.is_some() {
        return refused("DeleteRequestFields");
    }
    if fields != named {
        return refused("AddRequestFields");
    }
    if pickup.is_none() && need_before.is_none() {
        return Err(missing("AddRequestFields").detail(only));
    }
    Ok(PatronUpdate { library: about.library, key: about.key, which, patron, pickup, need_before })
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
        user_id: user(message.user_id.as_ref(), &message.authentication_inputs),
        request_type: Some(kind(shown.service)),
        request_scope_type: Some(SchemeValue::bare("Bibliographic Item")),
        request_status_type: Some(SchemeValue::bare(match shown.status {
            ShownStatus::InProcess => "In Process",
            ShownStatus::AvailableForPickup => "Available For Pickup",
            // The list has no word for one that its patron has, or has had.
            ShownStatus::Filled => "Requested Via ILL",
            ShownStatus::CannotFulfill => "Cannot Fulfill Request",
            ShownStatus::Expired => "Expired",
        })),
        need_before_date: date(shown.need_before),
        pickup_location: shown.pickup.as_deref().map(SchemeValue::bare),
        pickup_expiry_date: date(shown.hold_until),
        date_of_user_request: date(shown.placed),
        request_id: Some(ours(header, shown.request)),
        ..LookupRequestResponse::default()
    })
}

/// A notice that moves a request; nothing where it is understood and moves none.
pub(super) fn notice(body: &Body, about: About, settings: &IlsSettings) -> Option<Notice> {
    let told = dialects::ncip::notice(body, settings)?;
    Some(Notice {
        library: about.library,
        key: about.key,
        kind: told.notice.kind,
        item: told.item,
        request: told.request,
        due: told.notice.due,
    })
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
    named.filter(|user| !user.is_blank()).cloned().or_else(|| {
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
