//! What the staff of a hosted library are notified of by mail.

use serde::{Deserialize, Serialize};

/// What staff are notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// Lending: there is a new request to pull.
    NewRequest,
    /// Lending: the requester has agreed to the condition; it can be shipped.
    ConditionAgreed,
    /// Lending: the requester wants to cancel.
    CancelAsked,
    /// Lending: the requester wants to keep it longer.
    RenewalAsked,
    /// Lending: it is on its way back.
    OnItsWayBack,
    /// Lending: it should have come back.
    Overdue,
    /// Borrowing: a supplier will supply.
    WillBeSupplied,
    /// Borrowing: there is a condition to answer.
    ConditionNamed,
    /// Borrowing: it is on its way.
    Shipped,
    /// Borrowing: no library could supply it.
    Unfilled,
    /// Borrowing: the supplier wants it back.
    Recalled,
    /// Borrowing: it is due back.
    DueBack,
    /// Borrowing: the copy is there.
    CopyReady,
}
