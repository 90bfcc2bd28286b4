//! What can happen to a request and to a volume: one name each, so that a table can have a row for it.

use crate::interpreter::triggers;

triggers! {
    /// What can happen to a request.
    RequestTrigger {
        Opened "a patron or staff ask for something";
        PatronGood "the patron may borrow";
        PatronRefused "the ILS does not accept the patron";
        StepFailed "the ILS did not do a step";
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
        News "a notification, or a status without news";
        Stale "an answer to an earlier request";

        Delivered "a message was taken";
        RequestRefused "the request was refused";
        RequestUndelivered "the request cannot have arrived";
        Undelivered "a message could not be delivered";
        RenewRefused "Renew was refused";
        CancelRefused "Cancel was refused";
        MessageRefused "another message was refused";

        NeedBeforeTimer "the item is needed no more";
        AnswerTimer "time to answer is over";
        ReplyTimer "time to reply is over";
        ReturnTimer "time to come home is over";

        VolumeArrived "a volume is here";
        VolumeGone "a volume is sent back or lost";
        VolumeFound "a lost volume is found";

        Send "staff: send";
        Edit "staff: edit";
        SetPickup "staff: set where it is picked up";
        Cancel "staff: cancel";
        AgreeCondition "staff: agree to the condition";
        DeclineCondition "staff: decline the condition";
        Retry "staff: retry";
        Receive "staff: receive";
        CopyReceived "staff: copy received";
        PickUp "staff: pick up";
        CheckIn "staff: check in";
        Renew "staff: renew";
        ShipBack "staff: ship back";
        ReportLost "staff: report lost";
        ReportDamaged "staff: report damaged";
        Charge "staff: charge the patron";
        Note "staff: note";
        AskStatus "staff: ask how things stand";
        RetryStep "staff: retry a step";
        DoneByHand "staff: a step was done by hand";
        GiveUp "staff: give a step up";
        SettleIncidents "staff: incidents settled";
        Close "staff: close";
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
        SupplierHasIt "the supplier has it back";
        WriteOff "the supplier does not want it back";

        TransitTimer "it should have arrived";
        HoldShelfTimer "it was not picked up in time";
        DueTimer "it is due";
        CustodyTimer "it has not been seen to";
        PollTimer "time to ask where it is";

        PickUp "the patron takes it";
        CheckIn "the patron has brought it back";
        ShipBack "it goes back";
        ReportLost "it is lost";
        ReportDamaged "it is damaged";
        Unwanted "the patron does not want it";
        Close "the request is closed";
    }
}
