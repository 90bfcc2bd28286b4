//! Where a request can stand with its lender, and where one volume of it can.

use crate::interpreter::states;

states! {
    /// Where a request stands.
    Phase {
        /// It has come.
        Received = "received", runs NeedBefore;
        /// The ILS is asked whether it is there.
        Checking = "checking", runs NeedBefore Pull;
        /// Staff must look for it on the shelf, and answer.
        OnPullList = "on-pull-list", runs NeedBefore Pull;
        /// It is promised.
        WillSupply = "will-supply", runs NeedBefore Ship;
        /// A condition is named; the requester must agree or decline.
        Conditional = "conditional", runs NeedBefore Reply;
        /// A retry is offered.
        RetryOffered = "retry-offered", runs NeedBefore Reply;
        /// The requester cancels, and staff must say whether it has gone.
        Cancelling = "cancelling", runs NeedBefore Reply;
        /// Staff send it; the ILS checks it out.
        Shipping = "shipping", runs Ship Undo;
        /// It is on its way to the requester.
        Shipped = "shipped", runs Transit Due;
        /// The requester has it.
        OnLoan = "on-loan", runs Due;
        /// The requester asks to keep it longer.
        RenewalAsked = "renewal-asked", runs Reply;
        /// It should have been back.
        Overdue = "overdue";
        /// It is wanted back early.
        Recalled = "recalled", runs Due;
        /// It is on its way back.
        Returning = "returning", runs ReturnTransit;
        /// Some volumes are back.
        PartlyReturned = "partly-returned", runs Due;
        /// Over: a copy was delivered, or the item came back or was written off.
        Completed = "completed" => final;
        /// Over: it could not be supplied.
        Unfilled = "unfilled" => final;
        /// Over: it was withdrawn.
        Cancelled = "cancelled" => final;
        /// Over: staff closed it.
        Closed = "closed" => final;
    }
}

states! {
    /// Where one volume stands.
    VolumeState {
        /// Off the shelf.
        Pulled = "pulled";
        /// To be sent; the ILS is asked to check it out.
        CheckingOut = "checking-out", calls CheckOutToLibrary;
        /// Ready to go.
        CheckedOut = "checked-out";
        /// Sent.
        Shipped = "shipped", calls CheckOutToLibrary RenewForLibrary RecallFromLibrary;
        /// Back; the ILS is asked to check it in.
        Returned = "returned", calls CheckInFromLibrary;
        /// Over: back, and nothing more to do.
        CheckedIn = "checked-in" => final;
        /// Over: pulled, and not sent.
        PutBack = "put-back", calls CheckInFromLibrary => final;
        /// Over: written off.
        Lost = "lost" => final;
    }
}

impl Phase {
    /// Whether something of the library is out.
    pub fn is_custody(self) -> bool {
        matches!(
            self,
            Phase::Shipped
                | Phase::OnLoan
                | Phase::RenewalAsked
                | Phase::Overdue
                | Phase::Recalled
                | Phase::Returning
                | Phase::PartlyReturned
        )
    }
}

impl VolumeState {
    /// Whether it is out.
    pub fn is_out(self) -> bool {
        self == VolumeState::Shipped
    }

    /// Whether it is to go, and has not left.
    pub fn is_leaving(self) -> bool {
        matches!(self, VolumeState::CheckingOut | VolumeState::CheckedOut)
    }

    /// Whether it has come back.
    pub fn is_back(self) -> bool {
        matches!(self, VolumeState::Returned | VolumeState::CheckedIn)
    }
}
