//! An item's fields that a system puts where a user's belong, in an answer about an item: Koha does. They are read in their proper place.

use xml::Limits;

use crate::read::Reading;
use crate::{Body, Diagnostic, ItemOptionalFields, ProblemKind, Severity};

/// Where an answer about an item has the item's fields.
pub(crate) enum ItemFields {
    /// Where they belong, or nowhere.
    InPlace,
    /// Where a user's belong.
    AmongUsers,
}

const PLACE: &str = "ItemOptionalFields";
const AMONG_USERS: &str = "UserOptionalFields";

/// Where the item's fields are.
pub(crate) fn item_fields(reading: &Reading) -> ItemFields {
    match &reading.message.body {
        Body::LookupItemResponse(answer)
            if answer.item_optional_fields.is_none()
                && reading.extras.iter().any(|extra| extra.path.ends_with(AMONG_USERS)) =>
        {
            ItemFields::AmongUsers
        }
        _ => ItemFields::InPlace,
    }
}

/// The document with the place named rightly. Both names are of one length, so that every offset holds.
pub(crate) fn renamed(text: &str) -> String {
    text.replace(AMONG_USERS, PLACE)
}

/// Says so, and puts what stands there without the element around it into that element.
pub(crate) fn settle(reading: &mut Reading, limits: &Limits) {
    let path = format!("/NCIPMessage/LookupItemResponse/{AMONG_USERS}");
    reading.diagnostics.insert(
        0,
        Diagnostic {
            severity: Severity::Warning,
            path,
            line: 1,
            column: 1,
            sentence: "the item's fields stand where a user's belong".to_owned(),
            quoted: None,
            problem: ProblemKind::ProtocolError,
        },
    );
    let Body::LookupItemResponse(answer) = &mut reading.message.body else { return };
    let Some(fields) = &mut answer.item_optional_fields else { return };
    reading.extras.retain(|extra| {
        let text = || {
            let raw = xml::decode(extra.raw.as_bytes(), limits).ok()?;
            Some(xml::tree(&raw, limits).ok()?.text)
        };
        match extra.path.rsplit('/').next() {
            Some("CallNumber") => !take(fields, text(), Part::CallNumber),
            Some("CopyNumber") => !take(fields, text(), Part::CopyNumber),
            _ => true,
        }
    });
}

#[derive(Clone, Copy)]
enum Part {
    CallNumber,
    CopyNumber,
}

/// Whether the text found its place; a blank one needs none.
fn take(fields: &mut ItemOptionalFields, text: Option<String>, part: Part) -> bool {
    let Some(text) = text else { return false };
    if text.is_empty() {
        return true;
    }
    let described = fields.item_description.get_or_insert_default();
    let place = match part {
        Part::CallNumber => &mut described.call_number,
        Part::CopyNumber => &mut described.copy_number,
    };
    place.get_or_insert_with(|| text.clone()) == &text
}
