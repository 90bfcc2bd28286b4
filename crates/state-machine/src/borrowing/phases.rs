//! Where a request can stand, and where a volume can.

use crate::interpreter::states;

states! {
    /// Where a request stands.
    Phase {
        /// The ILS is asked about the patron.
        Checking = "being-checked", runs NeedBefore;
        /// Staff must look at it before it is sent.
        Draft = "draft", runs NeedBefore;
        /// It is with the broker.
        Sent = "sent", runs Answer;
        /// A supplier expects to supply; nothing is promised.
        Expecting = "expecting", runs Answer;
        /// A supplier will supply.
        Promised = "will-supply", runs Answer;
        /// A supplier named a condition; staff must agree or decline.
        Conditional = "conditional", runs Reply;
        /// A supplier offered a retry; staff must retry or cancel.
        RetryOffered = "retry-offered", runs Reply;
        /// Our cancel is with the broker.
        Cancelling = "cancelling", runs Answer;
        /// It is on its way to us.
        Shipped = "shipped";
        /// Some or all of it is here.
        Received = "received";
        /// Some of it is back on its way, some not.
        PartlyReturned = "partly-returned";
        /// All of it is sent back or reported lost; the supplier must say that it is over.
        Returned = "returned", runs ReturnTransit;
        /// A copy is on its way to us.
        CopySent = "copy-sent", runs Answer;
        /// Over: the loan is settled, or the copy is here.
        Completed = "completed" => final;
        /// Over: no library could supply it.
        Unfilled = "unfilled" => final;
        /// Over: it was withdrawn.
        Cancelled = "cancelled" => final;
        /// Over: the patron may not ask.
        Refused = "refused" => final;
        /// Over: staff closed it.
        Closed = "closed" => final;
    }
}

states! {
    /// Where a volume stands.
    VolumeState {
        /// On its way to us.
        InTransit = "in-transit", runs Transit;
        /// Here; the ILS is asked to hold it for the patron.
        Received = "received", runs Custody, calls HoldForPatron;
        /// On the hold shelf.
        OnShelf = "on-shelf", runs HoldShelf, calls HoldForPatron;
        /// Not picked up in time.
        Expired = "hold-expired", runs Custody, calls HoldForPatron;
        /// The patron has it.
        CheckedOut = "checked-out", runs Due, calls HoldForPatron CheckOutToPatron RenewForPatron RecallFromPatron;
        /// The patron should have brought it back.
        Overdue = "overdue", calls HoldForPatron CheckOutToPatron RenewForPatron RecallFromPatron;
        /// The patron has it, and the supplier wants it back.
        Recalled = "recalled", calls HoldForPatron CheckOutToPatron RenewForPatron RecallFromPatron;
        /// Here, and to be sent back: the patron has brought it, or does not want it.
        CheckedIn = "checked-in", runs Custody, calls CheckInFromPatron CancelPatronHold WithdrawItem;
        /// On its way back, or there.
        SentBack = "sent-back", calls CheckInFromPatron CancelPatronHold WithdrawItem => final;
        /// Lost; the supplier has been told.
        Lost = "lost";
        /// It will not go back.
        WrittenOff = "written-off" => final;
    }
}

impl VolumeState {
    /// Whether it is here or with the patron.
    pub fn is_in_custody(self) -> bool {
        self.is_out() || matches!(self, Self::Received | Self::OnShelf | Self::Expired | Self::CheckedIn)
    }

    /// Whether the patron has it.
    pub fn is_out(self) -> bool {
        matches!(self, Self::CheckedOut | Self::Overdue | Self::Recalled)
    }

    /// Whether the ILS is asked now and then where it is.
    pub(crate) fn is_polled(self) -> bool {
        self.is_out() || matches!(self, Self::OnShelf | Self::Expired)
    }
}
