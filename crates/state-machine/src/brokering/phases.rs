//! Where a request can stand, and where a leg can.

use crate::interpreter::states;

states! {
    /// Where a request stands.
    Phase {
        /// Suppliers are being looked for.
        Locating = "locating";
        /// A supplier has been asked.
        Asking = "asking";
        /// A supplier named a condition; the requester must agree or decline.
        Conditional = "conditional";
        /// A supplier offered a retry; the requester must retry.
        RetryOffered = "retry-offered";
        /// The broker has cancelled with a supplier and waits for its answer.
        CancelPending = "cancel-pending";
        /// The requester cancels; the supplier has been asked.
        Cancelling = "cancelling";
        /// An item is out.
        OnLoan = "on-loan";
        /// Over: a copy was delivered, or the item came back or was settled.
        Completed = "completed" => final;
        /// Over: no library could fill it.
        Unfilled = "unfilled" => final;
        /// Over: it was withdrawn.
        Cancelled = "cancelled" => final;
        /// Over: staff closed it.
        Closed = "closed" => final;
    }
}

states! {
    /// Where a supplier's leg stands.
    LegState {
        /// The request is on its way.
        Sending = "sending", runs Deliver;
        /// The supplier has it.
        Asked = "asked", runs Answer;
        /// It expects to supply; nothing is promised.
        Expecting = "expecting", runs Answer;
        /// It will supply.
        Promised = "promised", runs Ship;
        /// It named a condition.
        Conditional = "conditional", runs Reply;
        /// It offered a retry.
        RetryOffered = "retry-offered", runs Retry;
        /// The requester's cancel is with it.
        Cancelling = "cancelling", runs Grace;
        /// The broker has sent it a cancel of its own and waits for the answer.
        CancelPending = "cancel-pending", runs Grace;
        /// Passed over; it may not know yet.
        PassedOver = "passed-over";
        /// It has sent the item.
        Loaned = "loaned", runs Custody;
        /// The item should have been back.
        Overdue = "overdue", runs Custody;
        /// It wants the item back early.
        Recalled = "recalled", runs Custody;
        /// The item is on its way back.
        Returning = "returning", runs Custody;
        /// Over: it could not supply.
        Unfilled = "unfilled" => final;
        /// Over: it let the request go.
        Cancelled = "cancelled" => final;
        /// Over: it delivered a copy.
        CopyCompleted = "copy-completed" => final;
        /// Over: the item is back.
        LoanCompleted = "loan-completed" => final;
        /// Over: the item will not come back.
        CompletedWithoutReturn = "completed-without-return" => final;
        /// Over: staff closed it.
        Closed = "closed" => final;
    }
}

impl LegState {
    /// Whether the item is out.
    pub fn is_custody(self) -> bool {
        matches!(self, LegState::Loaned | LegState::Overdue | LegState::Recalled | LegState::Returning)
    }

    /// Whether the supplier is deliberately engaged: asked, and neither passed over nor done.
    pub fn is_engaged(self) -> bool {
        !self.is_final() && self != LegState::PassedOver
    }
}
