//! The closed code lists of ISO 18626.
//!
//! A value that no edition lists is kept as `Unknown`, so that a message can be reported and answered; the
//! strict writer refuses it. The cells say whether an edition knows the value and, if not, what becomes of it.

codes! {
    /// Where a request stands, as the supplier tells it (`statusInfo/status`).
    pub enum Status {                                         // 1.2      2021-2
        /// The supplier has the request and has not looked at it yet.
        RequestReceived          => (known) (known);
        /// The supplier means to supply; nothing is promised.
        ExpectToSupply           => (known) (known);
        /// The supplier promises to supply.
        WillSupply               => (known) (known);
        /// The item has been sent on loan.
        Loaned                   => (known) (known);
        /// The item should have been back.
        Overdue                  => (known) (known);
        /// The supplier wants the item back before it is due.
        Recalled                 => (known) (known);
        /// Not as asked, but possible if the request is repeated with other terms.
        RetryPossible            => (known) (known);
        /// The supplier cannot supply.
        Unfilled                 => (known) (known);
        /// The requester is asked to hold on to the item past the end of the loan (2021).
        HoldReturn               => (last_heard) (known);
        /// The hold on returning is lifted (2021).
        ReleaseHoldReturn        => (last_heard) (known);
        /// A copy has been delivered.
        CopyCompleted            => (known) (known);
        /// The item is back with the supplier.
        LoanCompleted            => (known) (known);
        /// The item will not come back: lost, or kept.
        CompletedWithoutReturn   => (known) (known);
        /// The request was withdrawn.
        Cancelled                => (known) (known);
    }
}

codes! {
    /// Why the supplier writes (`messageInfo/reasonForMessage`).
    pub enum ReasonForMessage {
        /// The first answer to a request or a retry.
        RequestResponse          => (known) (known);
        /// The answer to a `StatusRequest`.
        StatusRequestResponse    => (known) (known);
        /// The answer to a `Renew`.
        RenewResponse            => (known) (known);
        /// The answer to a `Cancel`.
        CancelResponse           => (known) (known);
        /// The status has changed since the last message.
        StatusChange             => (known) (known);
        /// News that changes no status.
        Notification             => (known) (known);
    }
}

codes! {
    /// What the requester does or asks for (`requestingAgencyMessage/action`).
    pub enum Action {
        /// Where does the request stand?
        StatusRequest            => (known) (known);
        /// The item or copy has arrived.
        Received                 => (known) (known);
        /// Please withdraw the request.
        Cancel                   => (known) (known);
        /// Please extend the loan.
        Renew                    => (known) (known);
        /// The requester holds on to the item (2021).
        HoldReturn               => (notification) (known);
        /// The item is on its way back.
        ShippedReturn            => (known) (known);
        /// The item has been sent on to another library.
        ShippedForward           => (known) (known);
        /// News that asks for nothing.
        Notification             => (known) (known);
        /// The item is lost (2021).
        Lost                     => (notification) (known);
    }
}

codes! {
    /// Whether a message was taken (`confirmationHeader/messageStatus`).
    pub enum MessageStatus {
        /// Taken.
        OK                       => (known) (known);
        /// Not taken; `errorData` says why.
        ERROR                    => (known) (known);
    }
}

codes! {
    /// What was wrong with a message (`errorData/errorType`).
    pub enum ErrorType {
        /// The action is not supported.
        UnsupportedActionType            => (known) (known);
        /// The reason for the message is not supported.
        UnsupportedReasonForMessageType  => (known) (known);
        /// An element is not known or not expected there.
        UnrecognisedDataElement          => (known) (known);
        /// A value is not known or not acceptable.
        UnrecognisedDataValue            => (known) (known);
        /// The message cannot be read.
        BadlyFormedMessage               => (known) (known);
    }
}

codes! {
    /// What kind of request this is (`serviceInfo/requestType`).
    pub enum RequestType {
        /// A new request.
        New                      => (known) (known);
        /// An earlier request repeated with other terms.
        Retry                    => (known) (known);
        /// A reminder of a request already made.
        Reminder                 => (known) (known);
    }
}

codes! {
    /// Particulars of a request (`serviceInfo/requestSubType`).
    pub enum RequestSubType {
        /// For a given period.
        BookingRequest           => (known) (known);
        /// One of several requests that belong together.
        MultipleItemRequest      => (known) (known);
        /// Asked for by a patron.
        PatronRequest            => (known) (known);
        /// To be passed on to another supplier.
        TransferRequest          => (known) (known);
        /// The supplier may choose what to send.
        SupplyingLibrarysChoice  => (known) (known);
    }
}

codes! {
    /// What service is asked for or was given (`serviceType`).
    pub enum ServiceType {
        /// A copy, not to be returned.
        Copy                     => (known) (known);
        /// A loan, to be returned.
        Loan                     => (known) (known);
        /// Either.
        CopyOrLoan               => (known) (known);
    }
}

codes! {
    /// Which edition of the work is wanted (`serviceInfo/preferredEdition`, 2021).
    pub enum PreferredEdition {
        /// The newest.
        MostRecentEdition        => (any_edition) (known);
        /// The one described.
        ThisEdition              => (any_edition) (known);
        /// Any.
        AnyEdition               => (any_edition) (known);
    }
}

codes! {
    /// Yes or no.
    pub enum YesNo {
        /// Yes.
        Y                        => (known) (known);
        /// No.
        N                        => (known) (known);
    }
}
