//! What must never enter state or events: the patron, and what the requester wrote in words. It is taken out of a request before the
//! machine sees it and put back when a downstream request is rendered. Must never decide how much a supplier may see: [`SealedFields`] says it.

use iso18626::{Message, PatronInfo, Request, RequestedDeliveryInfo, YesNo};
use serde::{Deserialize, Serialize};

/// What was taken out of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SealedParts {
    /// Who the patron is.
    pub patron_info: Option<PatronInfo>,
    /// What the requester wrote in words.
    pub note: Option<String>,
    /// Where to deliver, if that is the patron's own address.
    pub requested_delivery_info: Vec<RequestedDeliveryInfo>,
}

/// Which sealed parts of the requester's latest request are put back into a message when it is rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealedFields {
    /// None: the message is whole as it is.
    #[default]
    Nothing,
    /// The note. The patron stays away; a token for it already is in the message where policy gives one.
    Note,
    /// The note, the patron, and the patron's address.
    Everything,
}

/// Takes the sealed parts out of a request. That there was a patron, of which type, and whether to send straight to it, stays.
pub fn split_sealed(mut request: Request) -> (Request, SealedParts) {
    let note = request.service_info.as_mut().and_then(|service| service.note.take());
    let straight = request.patron_info.as_ref().is_some_and(|patron| patron.send_to_patron == Some(YesNo::Y));
    let requested_delivery_info =
        if straight { std::mem::take(&mut request.requested_delivery_info) } else { Vec::new() };
    let left = request.patron_info.as_ref().map(|patron| PatronInfo {
        patron_type: patron.patron_type.clone(),
        send_to_patron: patron.send_to_patron.clone(),
        ..PatronInfo::default()
    });
    let patron_info = std::mem::replace(&mut request.patron_info, left);
    (request, SealedParts { patron_info, note, requested_delivery_info })
}

/// Puts sealed parts back into a downstream request, as far as `fields` lets them. Other messages stay as they are.
pub fn merge_sealed(message: Message, parts: &SealedParts, fields: SealedFields) -> Message {
    let Message::Request(mut request) = message else { return message };
    if fields != SealedFields::Nothing
        && let Some(note) = &parts.note
    {
        let service = request.service_info.get_or_insert_default();
        service.note = Some(match service.note.take() {
            Some(ours) => format!("{ours}\n{note}"),
            None => note.clone(),
        });
    }
    if fields == SealedFields::Everything {
        request.patron_info = parts.patron_info.clone();
        if !parts.requested_delivery_info.is_empty() {
            request.requested_delivery_info = parts.requested_delivery_info.clone();
        }
    }
    Message::Request(request)
}

#[cfg(test)]
mod tests {
    use iso18626::{Address, Open, ServiceInfo};

    use super::*;

    fn asked(straight: YesNo) -> Request {
        Request {
            service_info: Some(ServiceInfo {
                note: Some("for Ms Marker".to_owned()),
                ..ServiceInfo::default()
            }),
            requested_delivery_info: vec![RequestedDeliveryInfo {
                address: Some(Address::default()),
                ..RequestedDeliveryInfo::default()
            }],
            patron_info: Some(PatronInfo {
                surname: Some("Marker".to_owned()),
                patron_type: Some(Open::new("Adult")),
                send_to_patron: Some(straight),
                ..PatronInfo::default()
            }),
            ..Request::default()
        }
    }

    #[test]
    fn what_is_split_off_leaves_no_patron_and_merges_back_whole() {
        for straight in [YesNo::Y, YesNo::N] {
            let original = asked(straight.clone());
            let (bare, parts) = split_sealed(original.clone());
            assert!(!format!("{bare:?}").contains("Marker"));
            assert_eq!(bare.requested_delivery_info.is_empty(), straight == YesNo::Y);
            assert!(bare.patron_info.is_some(), "that there is a patron stays known");
            let back = merge_sealed(Message::Request(bare), &parts, SealedFields::Everything);
            assert_eq!(back, Message::Request(original));
        }
    }

    #[test]
    fn the_note_goes_without_the_patron_where_policy_says_so() {
        let (mut bare, parts) = split_sealed(asked(YesNo::Y));
        bare.service_info.get_or_insert_default().note = Some("Supplier: X".to_owned());
        let merged = merge_sealed(Message::Request(bare.clone()), &parts, SealedFields::Note);
        let mut expected = bare.clone();
        expected.service_info.get_or_insert_default().note = Some("Supplier: X\nfor Ms Marker".to_owned());
        assert_eq!(merged, Message::Request(expected));
        let nothing = merge_sealed(Message::Request(bare.clone()), &parts, SealedFields::Nothing);
        assert_eq!(nothing, Message::Request(bare));
    }
}
