//! What can happen to a request and to a leg: one name each, so that a table can have a row for it.

use crate::interpreter::triggers;

triggers! {
    /// What can happen to a request.
    RequestTrigger {
        Opened "the request came";
        Located "candidates were found and ranked";
        NextChosen "the rota has a next supplier";
        NoneLeft "the rota has no next supplier";
        LocateTimer "no candidates came in time" clock Locate;
        NeedBeforeTimer "the item is needed no more" clock NeedBefore;

        CancelAll "the requester cancels the request";
        CancelSupplier "the requester cancels with the supplier only";
        CancelFormer "the requester cancels with a supplier that is out of it";
        Agree "the requester agrees";
        Reject "the requester declines";
        Renew "the requester asks to renew";
        Received "the requester has received it";
        ShippedReturn "the requester sends it back";
        ShippedForward "the requester sends it on";
        HoldReturn "the requester holds on to it";
        Lost "the requester has lost it";
        Notification "the requester writes";
        StatusRequest "the requester asks how things stand";
        Retry "the requester retries";
        RetryChanged "the requester retries with other bibliographic data";
        Reminder "the requester reminds";

        LegExpects "a supplier expects to supply";
        LegNextBehind "a broker asks another library behind it";
        LegNoBehind "a library behind a broker does not supply";
        LegPromises "a supplier will supply";
        LegTerms "a supplier names a condition";
        LegRetry "a supplier offers a retry";
        LegUnfilled "a supplier cannot supply";
        LegLetGo "a supplier let the request go";
        LegKept "a supplier keeps the request against a cancel";
        LegSilent "a supplier is out of time";
        LegPassedOver "a supplier is passed over";
        LegLost "a supplier could not be reached, or refused the request";
        LegShipped "a supplier has sent the item";
        LegCopied "a supplier has delivered a copy";
        LegReturned "a supplier has the item back";
        LegNotReturned "a supplier writes the item off";

        TellDelivered "the requester took a message";
        TellDropped "staff dropped a message to the requester";
        TellRefused "the requester refused a message";
        TellUndelivered "a message to the requester could not be delivered";

        NextSupplier "staff: next supplier" act NextSupplier;
        NeverLeft "staff: it never left" act NeverLeft;
        WasLent "staff: it was lent" act WasLent;
        WasNotLent "staff: it was not lent" act WasNotLent;
        LocateAgain "staff: locate again" act LocateAgain;
        AgreeCondition "staff: agree to the condition" act AgreeCondition;
        DeclineCondition "staff: decline the condition" act DeclineCondition;
        CancelRequest "staff: cancel the request" act CancelRequest;
        AskStatus "staff: ask how things stand" act AskStatus;
        Close "staff: close" act Close;
        ResolveIncidents "staff: incidents resolved" act ResolveIncidents;
    }
}

triggers! {
    /// What can happen to a leg.
    LegTrigger {
        Acknowledged "RequestReceived";
        ExpectToSupply "ExpectToSupply";
        WillSupply "WillSupply";
        Terms "a condition or offered costs before shipping";
        RetryPossible "RetryPossible";
        Unfilled "Unfilled";
        NextBehind "ExpectToSupply of another library behind the broker";
        NoBehind "Unfilled as news, or a reason for it: of a library behind the broker";
        Loaned "Loaned";
        Overdue "Overdue";
        Recalled "Recalled";
        CopyCompleted "CopyCompleted";
        LoanCompleted "LoanCompleted";
        CompletedWithoutReturn "CompletedWithoutReturn";
        SaysCancelled "Cancelled";
        HoldReturn "HoldReturn or ReleaseHoldReturn";
        CancelYes "CancelResponse: yes";
        CancelNo "CancelResponse: no";
        CancelNoCancelled "CancelResponse: no, with status Cancelled";
        RenewAnswer "RenewResponse";
        DueLater "a later due date, unasked";
        DueEarlier "an earlier due date, unasked";
        News "a notification, or a status without news";
        NoNews "the status is as it was";
        Stale "an answer to an earlier request of this leg";
        CameBack "the request to it has come back to us";
        NotTaken "a message of it was not taken";

        Delivered "the request was taken";
        RequestKnown "the request was refused because the supplier has it";
        RequestRefused "the request was refused";
        RequestUndelivered "the request cannot have arrived";
        RequestAstray "the request may have arrived";
        ActionDelivered "a message was taken";
        RenewRefused "Renew was refused";
        CancelRefused "Cancel was refused";
        StatusRequestRefused "StatusRequest was refused";
        ReportRefused "Received, ShippedReturn, ShippedForward, HoldReturn or Lost was refused";
        NoteRefused "Notification was refused";
        ActionUndelivered "a message could not be delivered";

        DeliverTimer "time to deliver is over" clock Deliver;
        AnswerTimer "time to answer is over" clock Answer;
        ShipTimer "time to ship is over" clock Ship;
        ReplyTimer "time to reply to a condition is over" clock Reply;
        RetryTimer "time to retry is over" clock Retry;
        GraceTimer "time to answer our cancel is over" clock Grace;
        CustodyTimer "an item is out without news" clock Custody;

        Agree "agree to the condition";
        Decline "decline the condition";
        Cancel "cancel for the requester";
        PassOver "cancel, and wait whether it agrees";
        GiveUp "pass over without waiting";
        LetGo "cancel, since another supplier ships";
        NeverLeft "its item never left";
        WasLent "what was not believed is so";
        WasNotLent "what was not believed is not so";
        RetrySame "retry";
        RetryGone "there will be no retry";
        AskStatus "ask how things stand";
        Renew "relay Renew";
        Received "relay Received";
        ShippedReturn "relay ShippedReturn";
        ShippedForward "relay ShippedForward";
        HoldOn "relay HoldReturn";
        Lost "relay Lost";
        Note "relay Notification";
        Close "close";
    }
}
