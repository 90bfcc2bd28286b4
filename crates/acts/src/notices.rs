//! What staff are told of a notice of the ILS that may be about this request or about another: what the ILS has done, and which act does the
//! same here. Must never guess which request it is.

use loan_model::ils::NoticeKind;

use crate::ActKind;

/// The side of a loan that a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The library borrows.
    Borrowing,
    /// It lends.
    Lending,
}

/// The sentence for the incident.
pub fn unclear_notice(kind: NoticeKind, side: Side) -> String {
    let done = match kind {
        NoticeKind::Shipped => "shipped an item",
        NoticeKind::Received => "received an item",
        NoticeKind::CheckedOut => "lent an item",
        NoticeKind::CheckedIn => "taken an item back",
        NoticeKind::Renewed => "renewed a loan",
        NoticeKind::Recalled => "recalled an item",
        NoticeKind::RequestCancelled => "dropped a hold",
        NoticeKind::Lost => "noted an item as lost",
    };
    let act = act(kind, side);
    format!(
        "The ILS has {done}, for this request or for another: it does not say which, and nothing has moved. Look there: `{act}` here if it is \
         about this request; then `{}`.",
        ActKind::ResolveIncidents
    )
}

/// What staff do here that the ILS has done there.
fn act(kind: NoticeKind, side: Side) -> ActKind {
    match (side, kind) {
        (Side::Borrowing, NoticeKind::Received) => ActKind::Receive,
        (Side::Borrowing, NoticeKind::CheckedOut) => ActKind::PickUp,
        (Side::Borrowing, NoticeKind::CheckedIn) => ActKind::CheckIn,
        (Side::Borrowing, NoticeKind::Renewed) => ActKind::Renew,
        (Side::Borrowing, NoticeKind::Shipped | NoticeKind::Recalled) => ActKind::ShipBack,
        (Side::Borrowing, NoticeKind::RequestCancelled) => ActKind::Cancel,
        (Side::Borrowing, NoticeKind::Lost) => ActKind::ReportLost,
        (Side::Lending, NoticeKind::Shipped | NoticeKind::CheckedOut) => ActKind::Ship,
        (Side::Lending, NoticeKind::Received | NoticeKind::CheckedIn) => ActKind::Returned,
        (Side::Lending, NoticeKind::Renewed) => ActKind::Extend,
        (Side::Lending, NoticeKind::Recalled) => ActKind::Recall,
        // Another reader gets the item: it is found again, or it cannot be supplied.
        (Side::Lending, NoticeKind::RequestCancelled) => ActKind::Unfilled,
        (Side::Lending, NoticeKind::Lost) => ActKind::Lost,
    }
}
