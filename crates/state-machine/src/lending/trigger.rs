//! What can happen to a request of a lender and to one volume of it: one name each, so that a table can have a row for it.

use crate::interpreter::triggers;

triggers! {
    /// What can happen to a request.
    RequestTrigger {
        Opened "the request came";

        Available "the ILS says that it is there";
        Unavailable "the ILS says that it is not to be had";
        Unclear "the ILS does not say whether it is there";
        CheckFailed "the ILS was asked whether it is there, in vain";
        HoldPlaced "the ILS has placed the hold";
        HoldFailed "the ILS was asked for a hold, in vain";
        HoldNotWanted "staff: there will be no hold";
        HoldReleased "the ILS has released the hold";
        ReleaseFailed "the ILS was asked to release the hold, in vain";

        VolumeReady "a volume is ready to go";
        VolumeStays "a volume does not go after all";
        VolumeBack "a volume is back";
        VolumeLost "a volume is written off";
        VolumeRenewed "the ILS has renewed a volume";
        VolumeNotRenewed "the ILS does not renew a volume";
        VolumeDueMoved "the ILS has another due date for a volume";
        VolumeRecalled "the ILS has recalled a volume by itself";
        VolumeMissing "the ILS counts a volume as lost";

        Cancel "the requester cancels";
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
        Reminder "the requester reminds";

        TellDelivered "the requester took a message";
        TellDropped "staff dropped a message to the requester";
        TellRefused "the requester refused a message";
        TellUndelivered "a message to the requester could not be delivered";

        DoneAfterAll "the ILS has done what staff gave up";
        NoticeShipped "the ILS has shipped it";
        NoticeHoldGone "the ILS has dropped the hold";
        NoticeUnclear "the ILS tells what may be about another request";

        PullTimer "time to pull is over" clock Pull;
        ShipTimer "time to ship is over" clock Ship;
        UndoTimer "time to undo a scan is over" clock Undo;
        ReplyTimer "time to reply is over" clock Reply;
        TransitTimer "it ought to have arrived" clock Transit;
        DueTimer "it is due" clock Due;
        ReturnTimer "it ought to be back" clock ReturnTransit;
        NeedBeforeTimer "the item is needed no more" clock NeedBefore;

        StaffWillSupply "staff: will supply" act WillSupply;
        StaffConditional "staff: a condition" act Conditional;
        StaffRetryLater "staff: retry later" act RetryLater;
        StaffUnfilled "staff: unfilled" act Unfilled;
        StaffPulled "staff: pulled" act Pulled;
        StaffShip "staff: ship" act Ship;
        StaffUnship "staff: it does not go after all" act Unship;
        StaffShipAnyway "staff: it goes without the ILS" act ShipAnyway;
        StaffDeliverCopy "staff: deliver a copy" act DeliverCopy;
        StaffRecall "staff: recall" act Recall;
        StaffCancelYes "staff: the cancel is granted" act AnswerCancel;
        StaffCancelNo "staff: the cancel is refused" act AnswerCancel;
        StaffRenewYes "staff: the renewal is granted" act AnswerRenewal;
        StaffRenewNo "staff: the renewal is refused" act AnswerRenewal;
        StaffExtend "staff: it may be kept longer" act Extend;
        StaffOverdue "staff: send an overdue notice" act SendOverdue;
        StaffHoldReturn "staff: keep it for the time being" act HoldReturn;
        StaffReleaseHoldReturn "staff: it may come back after all" act ReleaseHoldReturn;
        StaffReturned "staff: returned" act Returned;
        StaffLost "staff: lost" act Lost;
        StaffDamaged "staff: damaged" act Damaged;
        StaffNote "staff: a note" act Note;
        StaffRetryStep "staff: ask the ILS again" act RetryStep;
        StaffDoneByHand "staff: done by hand" act DoneByHand;
        StaffGiveUp "staff: give up a step" act GiveUp;
        StaffClose "staff: close" act Close;
        StaffResolve "staff: incidents resolved" act ResolveIncidents;
    }
}

triggers! {
    /// What can happen to a volume.
    VolumeTrigger {
        Ship "it is to go";
        Leave "the requester hears that it goes";
        PutBack "it stays";
        GoAnyway "it goes without the ILS";
        Back "staff have it back";
        WriteOff "it is written off";
        Renew "it is to be renewed";
        Recall "it is to be recalled";

        CheckOutDone "the ILS has checked it out";
        CheckOutFailed "the ILS was asked to check it out, in vain";
        CheckOutGivenUp "staff: it is not checked out";
        CheckInDone "the ILS has checked it in";
        CheckInFailed "the ILS was asked to check it in, in vain";
        CheckInGivenUp "staff: it is not checked in";
        RenewDone "the ILS has renewed it";
        RenewRefused "the ILS does not renew it";
        RenewFailed "the ILS was asked to renew it, in vain";
        RecallDone "the ILS has recalled it";
        RecallFailed "the ILS was asked to recall it, in vain";
        RecallGivenUp "staff: it is not recalled in the ILS";

        CheckedOutAfterAll "the ILS has checked it out, which staff gave up";
        RenewedAfterAll "the ILS has renewed it, which staff gave up";
        DoneAfterAll "the ILS has done what staff gave up";
        NoticeCheckedOut "the ILS tells that it is checked out";
        NoticeCheckedIn "the ILS tells that it is checked in";
        NoticeRenewed "the ILS tells that it is renewed";
        NoticeRecalled "the ILS tells that it is recalled";
        NoticeLost "the ILS tells that it is lost";
    }
}
