//! What the rows of borrowing can do.

use iso18626::Action;
use loan_model::{NotificationKind, ils::Step};

use super::trigger::{RequestTrigger, VolumeTrigger};
use crate::interpreter::actions;

actions! {
    /// What a row of the request can do.
    RequestAction {
        /// This happens to the request because of it.
        Now(RequestTrigger);
        /// The request is over: every clock stops, and calls of the ILS that only ask are cancelled.
        End;
        /// The request is not over after all.
        Reopen;

        /// Send the request, under a new id.
        SendRequest;
        /// Send it again, under a new id that names the one before.
        SendRetry;
        /// Send the supplier a message.
        Send(Action);
        /// Tell the supplier that the condition is agreed.
        SendAgreement;
        /// Tell the supplier that the condition is declined.
        SendRefusal;
        /// Send the supplier the note of staff.
        SendNote;
        /// If a volume is sent back, tell the supplier that it is on its way: the first time as ShippedReturn, later as a notification.
        SendReturnIfAny;
        /// Tell the supplier that staff closed the request.
        SendClosed;

        /// Correct the request.
        Edit;
        /// Keep where the patron picks it up.
        SetPickup;
        /// Remember that the terms are agreed.
        AgreeTerms;
        /// Keep which volumes were sent.
        RecordVolumes;
        /// Forget the volumes that were said to be on their way.
        ForgetVolumes;
        /// Remember that the supplier that shipped says now that it does not supply.
        RecordDenial;
        /// Keep which volumes arrive, and let each arrive.
        RecordArrivals;
        /// Keep where the copy is, if that is told.
        RecordCopy;
        /// Keep what the patron is charged.
        RecordCharge;
        /// Remember that the item is not wanted any more.
        MarkUnwanted;
        /// Remember that the supplier says it is over.
        MarkOver;
        /// Remember that a renewal is asked for.
        AskRenewal;
        /// Remember that it is answered.
        AnswerRenewal;

        /// This happens to each volume that staff named that it can happen to; where they named none, to each that it can happen to.
        Named(VolumeTrigger);
        /// This happens to each volume that it can happen to.
        EachVolume(VolumeTrigger);

        /// Call the ILS for this step, if the library's settings use it and no such call is open.
        CallIlsIfUsed(Step);
        /// Call the ILS again for the step that staff named.
        RetryStep;
        /// Make the call now that waits for the step that staff named.
        HurryStep;
        /// Take the step that staff named as done.
        TakeStepAsDone;
        /// Take the step that staff named as given up.
        GiveStepUp;

        /// Notify staff by mail.
        Notify(NotificationKind);
        /// Show staff an incident about the request.
        Incident(&'static str);
        /// Show staff an incident that has news for them each time.
        IncidentEachTime(&'static str);
        /// The incident about the request is over.
        Resolve(&'static str);
        /// No incident needs staff any more but what the ILS did not do.
        ResolveIncidents;
    }
}

actions! {
    /// What a row of a volume can do.
    VolumeAction {
        /// Tell the supplier that this volume is lost.
        SendLost;
        /// Tell the supplier that this volume is damaged, and keep that it is.
        SendDamage;

        /// Call the ILS for this step, if the library's settings use it, there is an item to ask about and no such call is open.
        CallIlsIfUsed(Step);
        /// If no call of the ILS is open or failed for this volume, look for what is left to be done in the ILS.
        CleanUpIfIdle;
        /// Forget what the ILS did not do for this volume: it does not matter any more.
        ForgetFailed;
        /// Forget that the ILS did not lend it when asked: it has.
        ForgetFailedCheckOut;
        /// Give the temporary item its id.
        NameItem;
        /// The ILS has the temporary item, and holds it for the patron.
        RecordItem;
        /// The ILS does not have the temporary item.
        RecordItemGone;
        /// The ILS has it lent to the patron.
        RecordIlsLoan;
        /// The ILS has renewed the patron's loan by itself.
        RecordIlsRenewal;
        /// The ILS has neither hold nor loan of it.
        RecordNoIlsLoan;
        /// The patron's date is what the supplier's date leaves.
        SetPatronDate;
        /// The patron's date is what the ILS says, if it says one; one that is too late is shown.
        RecordIlsDue;

        /// Notify staff by mail.
        Notify(NotificationKind);
        /// Show staff an incident about this volume.
        Incident(&'static str);
        /// The incident about this volume is over.
        Resolve(&'static str);
    }
}
