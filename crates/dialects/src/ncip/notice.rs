//! What an ILS tells of its own accord.

use loan_model::ils::{CirculationStatus, IlsNotice, NoticeKind};
use ncip::{Body, DateTime, ItemId, RequestId};

use super::{dates, settings::IlsSettings, words};

/// Something an ILS told, and what it is about. At least one of the two ids is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The item's barcode there.
    pub item: Option<String>,
    /// The request's id, ours or the ILS's.
    pub request: Option<String>,
    /// What it has done. The barcode tells which volume it is.
    pub notice: IlsNotice,
}

/// Reads a notice; nothing where the message is none, or tells nothing that can move a request.
pub fn notice(body: &Body, settings: &IlsSettings) -> Option<NoticeFacts> {
    let told = |kind, item: Option<&ItemId>, request: Option<&RequestId>, due: Option<&DateTime>| {
        let id = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let item = item.and_then(|item| id(item.value()));
        let request = request.and_then(|request| id(request.value()));
        let due = dates::until(due, settings);
        (item.is_some() || request.is_some()).then_some(NoticeFacts {
            item,
            request,
            notice: IlsNotice { kind, volume: None, due },
        })
    };
    match body {
        Body::ItemShipped(it) => told(NoticeKind::Shipped, it.item_id.as_ref(), it.request_id.as_ref(), None),
        Body::ItemReceived(it) => told(NoticeKind::Received, Some(&it.item_id), it.request_id.as_ref(), None),
        Body::ItemCheckedOut(it) => {
            told(NoticeKind::CheckedOut, Some(&it.item_id), it.request_id.as_ref(), it.date_due.as_ref())
        }
        Body::ItemCheckedIn(it) => told(NoticeKind::CheckedIn, Some(&it.item_id), None, None),
        Body::ItemRenewed(it) => told(NoticeKind::Renewed, Some(&it.item_id), None, Some(&it.date_due)),
        Body::ItemRecalled(it) => told(NoticeKind::Recalled, Some(&it.item_id), None, Some(&it.date_due)),
        Body::ItemRequestCancelled(it) => {
            told(NoticeKind::RequestCancelled, it.item_id.as_ref(), it.request_id.as_ref(), None)
        }
        Body::CirculationStatusUpdated(it) => {
            let kind = match words::circulation_status(&it.circulation_status.value) {
                CirculationStatus::Available => NoticeKind::CheckedIn,
                CirculationStatus::OnLoan => NoticeKind::CheckedOut,
                CirculationStatus::Lost => NoticeKind::Lost,
                CirculationStatus::OnHold
                | CirculationStatus::InTransit
                | CirculationStatus::NotAvailable
                | CirculationStatus::Other => return None,
            };
            told(kind, Some(&it.item_id), None, None)
        }
        Body::CirculationStatusChangeReported(it) => {
            // What a user only says of returning it is for staff to see to, with the item in hand.
            let lost = it.item_reported_lost.is_set() || it.item_reported_missing.is_set();
            lost.then(|| told(NoticeKind::Lost, Some(&it.item_id), None, None)).flatten()
        }
        _ => None,
    }
}
