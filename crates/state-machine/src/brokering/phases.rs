//! Where a request can stand, and where a leg can.

use serde::{Deserialize, Serialize};

use super::names::Clock;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Suppliers are being looked for.
    Locating,
    /// A supplier has been asked.
    Asking,
    /// A supplier named a condition; the requester must agree or decline.
    Conditional,
    /// A supplier offered a retry; the requester must retry.
    RetryOffered,
    /// The broker has cancelled with a supplier and waits for its answer.
    CancelPending,
    /// The requester cancels; the supplier has been asked.
    Cancelling,
    /// An item is in somebody's hands.
    OnLoan,
    /// Over: a copy was delivered, or the item came back or was settled.
    Completed,
    /// Over: nobody could fill it.
    Unfilled,
    /// Over: it was withdrawn.
    Cancelled,
    /// Over: staff closed it.
    Closed,
}

/// Where a supplier's leg stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegState {
    /// The request is on its way.
    Sending,
    /// The supplier has it.
    Asked,
    /// It expects to supply; nothing is promised.
    Expecting,
    /// It will supply.
    Promised,
    /// It named a condition.
    Conditional,
    /// It offered a retry.
    RetryOffered,
    /// The requester's cancel is with it.
    Cancelling,
    /// The broker has sent it a cancel of its own and waits for the answer.
    CancelPending,
    /// Passed over; it may not know yet.
    PassedOver,
    /// It has sent the item.
    Loaned,
    /// The item should have been back.
    Overdue,
    /// It wants the item back early.
    Recalled,
    /// The item is on its way back.
    Returning,
    /// Over: it could not supply.
    Unfilled,
    /// Over: it let the request go.
    Cancelled,
    /// Over: it delivered a copy.
    CopyCompleted,
    /// Over: the item is back.
    LoanCompleted,
    /// Over: the item will not come back.
    CompletedWithoutReturn,
    /// Over: staff closed it.
    Closed,
}

impl Phase {
    /// Every phase.
    pub const ALL: &[Phase] = &[
        Phase::Locating,
        Phase::Asking,
        Phase::Conditional,
        Phase::RetryOffered,
        Phase::CancelPending,
        Phase::Cancelling,
        Phase::OnLoan,
        Phase::Completed,
        Phase::Unfilled,
        Phase::Cancelled,
        Phase::Closed,
    ];

    /// Whether the request is over.
    pub fn is_final(self) -> bool {
        matches!(self, Phase::Completed | Phase::Unfilled | Phase::Cancelled | Phase::Closed)
    }

    /// Its name: `retry-offered`.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Locating => "locating",
            Phase::Asking => "asking",
            Phase::Conditional => "conditional",
            Phase::RetryOffered => "retry-offered",
            Phase::CancelPending => "cancel-pending",
            Phase::Cancelling => "cancelling",
            Phase::OnLoan => "on-loan",
            Phase::Completed => "completed",
            Phase::Unfilled => "unfilled",
            Phase::Cancelled => "cancelled",
            Phase::Closed => "closed",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl LegState {
    /// Every state.
    pub const ALL: &[LegState] = &[
        LegState::Sending,
        LegState::Asked,
        LegState::Expecting,
        LegState::Promised,
        LegState::Conditional,
        LegState::RetryOffered,
        LegState::Cancelling,
        LegState::CancelPending,
        LegState::PassedOver,
        LegState::Loaned,
        LegState::Overdue,
        LegState::Recalled,
        LegState::Returning,
        LegState::Unfilled,
        LegState::Cancelled,
        LegState::CopyCompleted,
        LegState::LoanCompleted,
        LegState::CompletedWithoutReturn,
        LegState::Closed,
    ];

    /// Whether the item is in somebody's hands.
    pub fn is_custody(self) -> bool {
        matches!(self, LegState::Loaned | LegState::Overdue | LegState::Recalled | LegState::Returning)
    }

    /// The clock that runs while a leg stands there.
    pub(crate) fn clock(self) -> Option<Clock> {
        match self {
            LegState::Sending => Some(Clock::Deliver),
            LegState::Asked | LegState::Expecting => Some(Clock::Answer),
            LegState::Promised => Some(Clock::Ship),
            LegState::Conditional => Some(Clock::Reply),
            LegState::RetryOffered => Some(Clock::Retry),
            LegState::Cancelling | LegState::CancelPending => Some(Clock::Grace),
            LegState::Loaned | LegState::Overdue | LegState::Recalled | LegState::Returning => {
                Some(Clock::Custody)
            }
            LegState::PassedOver
            | LegState::Unfilled
            | LegState::Cancelled
            | LegState::CopyCompleted
            | LegState::LoanCompleted
            | LegState::CompletedWithoutReturn
            | LegState::Closed => None,
        }
    }

    /// Whether the leg is over for good.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            LegState::Unfilled
                | LegState::Cancelled
                | LegState::CopyCompleted
                | LegState::LoanCompleted
                | LegState::CompletedWithoutReturn
                | LegState::Closed
        )
    }

    /// Whether the supplier is deliberately engaged: asked, and neither passed over nor done.
    pub fn is_engaged(self) -> bool {
        !self.is_final() && !matches!(self, LegState::PassedOver)
    }

    /// Its name: `retry-offered`.
    pub fn as_str(self) -> &'static str {
        match self {
            LegState::Sending => "sending",
            LegState::Asked => "asked",
            LegState::Expecting => "expecting",
            LegState::Promised => "promised",
            LegState::Conditional => "conditional",
            LegState::RetryOffered => "retry-offered",
            LegState::Cancelling => "cancelling",
            LegState::CancelPending => "cancel-pending",
            LegState::PassedOver => "passed-over",
            LegState::Loaned => "loaned",
            LegState::Overdue => "overdue",
            LegState::Recalled => "recalled",
            LegState::Returning => "returning",
            LegState::Unfilled => "unfilled",
            LegState::Cancelled => "cancelled",
            LegState::CopyCompleted => "copy-completed",
            LegState::LoanCompleted => "loan-completed",
            LegState::CompletedWithoutReturn => "completed-without-return",
            LegState::Closed => "closed",
        }
    }
}

impl std::fmt::Display for LegState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
