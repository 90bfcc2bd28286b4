//! What the rows of lending can do.

use iso18626::{Status, YesNo};
use loan_model::{NotificationKind, ils::Step, names::Clock};

use super::{state::IlsLoan, trigger::VolumeTrigger};
use crate::interpreter::actions;

actions! {
    /// What a row of the request can do.
    RequestAction {
        /// Make the request's id known, and start the clock of its need.
        Begin;
        /// Take over the new request.
        Adopt;
        /// Clear every clock; the request is over.
        End;
        /// Start a clock anew.
        RestartClock(Clock);

        /// Call the ILS.
        CallIls(Step);
        /// Cancel the call of the ILS, if it is open.
        CancelIlsCall(Step);
        /// Ask the ILS for a hold, if the library's settings use holds, a loan is asked for and there is no hold.
        PlaceHoldIfNone;
        /// If there is a hold, ask the ILS to release it; if it is only asked for, cancel that call.
        ReleaseHoldIfAny;
        /// If one more hold is left, ask the ILS to release it.
        ReleaseHoldLeft;
        /// Cancel the calls of the ILS for renewals that are open.
        CancelRenewals;
        /// Call the ILS again for the step that staff named.
        RetryStep;
        /// Make the call now that waits for the step that staff named.
        HurryStep;
        /// Take the step that staff named as done.
        TakeStepAsDone;
        /// Take the step that staff named as given up.
        GiveStepUp;

        /// Take in what staff named that is not known.
        AddVolumes;
        /// What staff named goes, or all that was pulled; the rest stays.
        ShipNamed;
        /// What staff named as scanned wrongly stays.
        PutBackReplaced;
        /// This happens to each volume that it can happen to.
        EachVolume(VolumeTrigger);
        /// This happens to each volume that staff named that it can happen to; where they named none, to each that is meant then.
        Named(VolumeTrigger);
        /// The loan is due when its volumes are, or as staff or policy say.
        SetDue;
        /// Remember until when staff let it be kept, where they say so.
        WishDue;
        /// Remember that the requester has it.
        MarkReceived;
        /// Remember that a volume is damaged.
        MarkDamaged;
        /// Remember that the requester cancels.
        WishCancel;
        /// Remember that the requester wants to renew.
        WishRenewal;

        /// Tell the requester that it will probably be supplied.
        TellExpect;
        /// Tell the requester that it will be supplied.
        TellWillSupply;
        /// Tell the requester the condition.
        TellCondition;
        /// Tell the requester that and when it may ask again.
        TellRetry;
        /// Tell the requester the final answer, unless it has it.
        TellFinalOnce(Status);
        /// Tell the requester that it is on its way.
        TellLoaned;
        /// Tell the requester where the copy is.
        TellCopy;
        /// Tell the requester that it should have been back.
        TellOverdue;
        /// Tell the requester that it is wanted back.
        TellRecalled;
        /// Tell the requester about sending back, without the loan moving.
        TellAboutReturn(Status);
        /// Tell the requester that the due date has moved.
        TellDue;
        /// Tell the requester how things stand, as a notification.
        TellStatus;
        /// Answer the requester's new request with how things stand.
        TellAgain;
        /// Tell the requester what staff wrote, or what became of a volume.
        TellNote;
        /// Tell the requester that staff closed the request.
        TellClosed;
        /// Answer a StatusRequest.
        AnswerStatus;
        /// Answer the cancel, if one waits for an answer.
        AnswerPendingCancel(YesNo);
        /// Answer a Cancel that came too late.
        RefuseCancel;
        /// Answer a Cancel of what is cancelled already.
        RepeatCancelled;
        /// Answer the renewal with yes and the new date, if one waits for an answer.
        GrantPendingRenewal;
        /// Answer the renewal with no, if one waits for an answer.
        RefusePendingRenewal;

        /// Notify the library's staff by mail.
        Notify(NotificationKind);
        /// Show staff an incident, about the volume that made this happen or the request.
        Incident(&'static str);
        /// Show staff an incident that has news for them each time.
        IncidentEachTime(&'static str);
        /// No incident needs staff any more but what the ILS did not do.
        ResolveIncidents;
    }
}

actions! {
    /// What a row of a volume can do.
    VolumeAction {
        /// Call the ILS.
        CallIls(Step);
        /// Cancel the call of the ILS, if it is open.
        CancelIlsCall(Step);
        /// Keep whether the ILS has this volume on loan, and when it is due there, if it says so.
        RecordIlsLoan(IlsLoan);
        /// Keep when this volume is due in the ILS.
        RecordIlsDue;
        /// Show staff an incident about this volume.
        Incident(&'static str);
    }
}
