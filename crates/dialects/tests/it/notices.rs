//! What an ILS tells of its own accord.

use dialects::ncip::{Preset, notice};
use loan_model::ils::NoticeKind;
use ncip::{
    Body, CirculationStatusChangeReported, CirculationStatusUpdated, DateTime, Flag, ItemCheckedIn,
    ItemCheckedOut, ItemId, ItemRecalled, ItemReceived, ItemRenewed, ItemRequestCancelled, ItemRequested,
    ItemShipped, RequestId,
};

use crate::support::{at, settings};

#[test]
fn each_notice_tells_what_happened_to_which_item() {
    let item = || ItemId::bare("T-1");
    let request = || Some(RequestId::bare("REQ-17"));
    let due = || DateTime::from_lexical("2026-12-24");
    let moved = |status: &str| {
        Body::from(CirculationStatusUpdated {
            item_id: item(),
            circulation_status: status.into(),
            ..CirculationStatusUpdated::default()
        })
    };
    let reported = |lost, missing| {
        Body::from(CirculationStatusChangeReported {
            item_id: item(),
            item_reported_lost: lost,
            item_reported_missing: missing,
            ..CirculationStatusChangeReported::default()
        })
    };
    let shipped = ItemShipped { request_id: request(), ..ItemShipped::default() };
    let received = ItemReceived { item_id: item(), request_id: request(), ..ItemReceived::default() };
    let out = ItemCheckedOut { item_id: item(), date_due: Some(due()), ..ItemCheckedOut::default() };
    let renewed = ItemRenewed { item_id: item(), date_due: due(), ..ItemRenewed::default() };
    let recalled = ItemRecalled { item_id: item(), date_due: due(), ..ItemRecalled::default() };
    let cancelled = ItemRequestCancelled { request_id: request(), ..ItemRequestCancelled::default() };
    type NoticeFacts = (NoticeKind, Option<&'static str>, Option<&'static str>, Dated);
    let rows: Vec<(Body, Option<NoticeFacts>)> = vec![
        (shipped.into(), Some((NoticeKind::Shipped, None, Some("REQ-17"), Dated::No))),
        (received.into(), Some((NoticeKind::Received, Some("T-1"), Some("REQ-17"), Dated::No))),
        (out.into(), Some((NoticeKind::CheckedOut, Some("T-1"), None, Dated::Yes))),
        (
            ItemCheckedIn { item_id: item(), ..ItemCheckedIn::default() }.into(),
            Some((NoticeKind::CheckedIn, Some("T-1"), None, Dated::No)),
        ),
        (renewed.into(), Some((NoticeKind::Renewed, Some("T-1"), None, Dated::Yes))),
        (recalled.into(), Some((NoticeKind::Recalled, Some("T-1"), None, Dated::Yes))),
        (cancelled.into(), Some((NoticeKind::RequestCancelled, None, Some("REQ-17"), Dated::No))),
        (moved("On Loan"), Some((NoticeKind::CheckedOut, Some("T-1"), None, Dated::No))),
        (moved("Available On Shelf"), Some((NoticeKind::CheckedIn, Some("T-1"), None, Dated::No))),
        (moved("Lost"), Some((NoticeKind::Lost, Some("T-1"), None, Dated::No))),
        (moved("In Transit Between Library Locations"), None),
        (moved("Available For Pickup"), None),
        (reported(Flag::Set, Flag::Unset), Some((NoticeKind::Lost, Some("T-1"), None, Dated::No))),
        (reported(Flag::Unset, Flag::Set), Some((NoticeKind::Lost, Some("T-1"), None, Dated::No))),
        (reported(Flag::Unset, Flag::Unset), None),
        (ItemRequested::default().into(), None),
        (ItemCheckedIn::default().into(), None),
        (ncip::CheckInItem { item_id: item(), ..ncip::CheckInItem::default() }.into(), None),
    ];
    for (body, expected) in rows {
        let told = notice(&body, &settings(Preset::Koha));
        let found = told.as_ref().map(|told| {
            let dated = if told.notice.due.is_some() { Dated::Yes } else { Dated::No };
            (told.notice.kind, told.item.as_deref(), told.request.as_deref(), dated)
        });
        assert_eq!(found, expected, "{body:?}");
        if let Some(due) = told.and_then(|told| told.notice.due) {
            assert_eq!(due, at("2026-12-25T06:59:59Z"), "in the library's zone");
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dated {
    Yes,
    No,
}
