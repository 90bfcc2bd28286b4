//! What can happen to a request and to a volume: one name each, so that a table can have a row for it.

use crate::interpreter::triggers;

triggers! {
    /// What can happen to a request.
    RequestTrigger {
        Opened "a patron or staff ask for something";
        PatronGood "the patron may borrow";
        PatronRefused "the ILS does not accept the patron";
        StepFailed "the ILS did not do a step";
        CheckGivenUp "staff gave up asking about the patron";
        Charged "the ILS has charged the patron";
        PatronCancels "the patron does not want it any more";
        PatronRenewed "the ILS has renewed by itself";
        Arrived "the ILS has received it";

        Acknowledged "RequestReceived";
        ExpectToSupply "ExpectToSupply";
        WillSupply "WillSupply";
        Terms "a condition or offered costs before shipping";
        RetryPossible "RetryPossible";
        Unfilled "Unfilled";
        Loaned "Loaned";
        Overdue "Overdue";
        Recalled "Recalled";
        CopyCompleted "CopyCompleted";
        LoanCompleted "LoanCompleted";
        CompletedWithoutReturn "CompletedWithoutReturn";
        SaysCancelled "Cancelled";
        HoldReturn "HoldReturn";
        ReleaseHoldReturn "ReleaseHoldReturn";
        CancelYes "CancelResponse: yes";
        CancelNo "CancelResponse: no";
        RenewYes "RenewResponse: yes";
        RenewNo "RenewResponse: no";
        DueLater "a later due date, unasked";
        DueEarlier "an earlier due date, unasked";
        Denied "news that the supplier does not supply";
        News "a notification, or a status without news";
        Stale "an answer to an earlier request";

        Delivered "a message was taken";
        RequestRefused "the request was refused";
        RequestUndelivered "the request cannot have arrived";
        Undelivered "a message could not be delivered";
        RenewRefused "Renew was refused";
        CancelRefused "Cancel was refused";
        MessageRefused "another message was refused";

        NeedBeforeTimer "the item is needed no more" clock NeedBefore;
        AnswerTimer "time to answer is over" clock Answer;
        ReplyTimer "time to reply is over" clock Reply;
        ReturnTimer "time to come home is over" clock ReturnTransit;

        NoticeUnclear "the ILS tells what may be about another request";

        VolumeArrived "a volume is here";
        VolumeGone "a volume is sent back or lost";
        VolumeFound "a lost volume is found";

        Send "staff: send" act Send;
        Edit "staff: edit" act Edit;
        SetPickup "staff: set where it is picked up" act SetPickup;
        Cancel "staff: cancel" act Cancel;
        AgreeCondition "staff: agree to the condition" act AgreeCondition;
        DeclineCondition "staff: decline the condition" act DeclineCondition;
        Retry "staff: retry" act Retry;
        Receive "staff: receive" act Receive;
        CopyReceived "staff: copy received" act CopyReceived;
        PickUp "staff: pick up" act PickUp;
        CheckIn "staff: check in" act CheckIn;
        Renew "staff: renew" act Renew;
        NeverLeft "staff: it never left" act NeverLeft;
        ShipBack "staff: ship back" act ShipBack;
        ReportLost "staff: report lost" act ReportLost;
        ReportDamaged "staff: report damaged" act ReportDamaged;
        Charge "staff: charge the patron" act Charge;
        Note "staff: note" act Note;
        AskStatus "staff: ask how things stand" act AskStatus;
        RetryStep "staff: retry a step" act RetryStep;
        DoneByHand "staff: a step was done by hand" act DoneByHand;
        GiveUp "staff: give a step up" act GiveUp;
        ResolveIncidents "staff: incidents resolved" act ResolveIncidents;
        Close "staff: close" act Close;
    }
}

triggers! {
    /// What can happen to a volume.
    VolumeTrigger {
        Arrive "it is received";
        ItemHeld "the ILS holds the temporary item";
        ItemDuplicate "the ILS has another item of this id";
        HoldGivenUp "the ILS will not hold it";
        CheckOutDone "the ILS has lent it";
        CheckInDone "the ILS has taken it back";
        RenewDone "the ILS has renewed it";
        RecallDone "the ILS has recalled it";
        HoldCancelled "the ILS has cancelled the hold";
        ItemWithdrawn "the ILS has removed the temporary item";
        StepFailed "the ILS did not do a step";
        ReturnGivenUp "staff gave up ending its loan or hold in the ILS";
        StepGivenUp "staff gave a step up";
        StepsResolved "nothing is being asked of the ILS";

        CheckedOutNotice "the ILS tells that it lent it";
        CheckedInNotice "the ILS tells that it took it back";
        RenewedNotice "the ILS tells that it renewed it";
        RecalledNotice "the ILS tells that it recalled it";
        LostNotice "the ILS tells that it is lost";
        PolledOut "asked, the ILS says that it is lent";
        PolledIn "asked, the ILS says that it is not lent";
        PolledLost "asked, the ILS says that it is lost";
        PolledOther "asked, the ILS says nothing of use";
        PollFailed "the ILS did not say where it is";

        Recall "the supplier wants it back";
        SupplierOverdue "the supplier misses it";
        RenewGranted "the supplier lets it be kept longer";
        RenewDenied "the supplier does not let it be kept longer";
        SupplierHasIt "the supplier has it back";
        WriteOff "the supplier does not want it back";

        TransitTimer "it should have arrived" clock Transit;
        HoldShelfTimer "it was not picked up in time" clock HoldShelf;
        DueTimer "it is due" clock Due;
        CustodyTimer "it has not been seen to" clock Custody;
        PollTimer "time to ask where it is" clock Poll;

        PickUp "the patron takes it";
        CheckIn "the patron has brought it back";
        ShipBack "it goes back";
        ReportLost "it is lost";
        ReportDamaged "it is damaged";
        Unwanted "the patron does not want it";
        Close "the request is closed";
    }
}
