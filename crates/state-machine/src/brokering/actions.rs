//! What the rows of brokering can do.

use iso18626::{Action, Status, YesNo};

use super::{state::Pressed, trigger::LegTrigger};
use crate::interpreter::actions;

actions! {
    /// What a row of the request can do.
    RequestAction {
        /// Make the request's id known, and start the clock of its need.
        Begin;
        /// Look for suppliers.
        Locate;
        /// Look for suppliers as before.
        LocateSame;
        /// Look for suppliers other than those tried, among all members.
        LocateOthers;
        /// Look for suppliers no more.
        StopLocating;
        /// Keep the rota.
        SetRota;
        /// Ask no other supplier.
        CloseRota;
        /// Find the next supplier.
        Choose;
        /// Open the next supplier's leg and send it the request.
        OpenLeg;
        /// Take over the new request.
        Adopt;
        /// Take over the new request, and forget who was tried.
        AdoptAnew;
        /// The requester's messages belong to this leg now.
        MakeCurrent;
        /// The requester's messages belong to another leg that has an item out.
        PassOn;
        /// Clear every clock; the request is over.
        End;
        /// The request is not over after all.
        Reopen;

        /// Tell the requester whom the request is with.
        TellChosen;
        /// Tell the requester that a supplier does not supply, if one was asked before.
        TellPassedOver;
        /// Tell the requester that a library behind the broker that has the request does not supply.
        TellNoBehind;
        /// Tell the requester that it holds the item itself, if it does and wants to know.
        TellLocalSupplyIfWanted;
        /// Tell the requester the supplier's status.
        RelayStatus;
        /// Tell the requester the supplier's status, the final answer.
        RelayFinal;
        /// Tell the requester what the supplier wrote, as a notification.
        RelayNews;
        /// Tell the requester the final answer, unless it has it.
        TellFinalOnce(Status);
        /// Tell the requester how things stand, as a notification.
        TellStatus;
        /// Answer the requester's new request with how things stand.
        TellAgain;
        /// Answer a StatusRequest.
        AnswerStatus;
        /// Answer a Renew with no.
        RefuseRenew;
        /// Answer a Cancel that came too late or is of no use.
        RefuseCancel;
        /// Answer a Cancel of what is cancelled already.
        RepeatCancelled;
        /// Answer the cancel that waits for an answer, if one does.
        AnswerPendingCancel(YesNo);
        /// Tell the requester that staff closed the request.
        TellClosed;

        /// Remember that the requester cancels.
        WishCancel;
        /// Remember that the requester cancels with this supplier only.
        WishOther;
        /// Remember that staff cancel.
        WishByStaff;

        /// This happens to the leg that the requester's message belongs to.
        Addressed(LegTrigger);
        /// This happens to the current leg.
        Current(LegTrigger);
        /// This happens to every leg that it can happen to.
        EachLeg(LegTrigger);
        /// This happens to the leg whose status is not believed.
        Doubted(LegTrigger);
        /// What the supplier said that was not believed counts: it shipped, and then what it said of the item.
        Believe;
        /// Show staff an incident, about the leg that made this happen or the requester.
        Incident(&'static str);
        /// Nothing needs staff any more.
        ResolveIncidents;
    }
}

actions! {
    /// What a row of a leg can do.
    LegAction {
        /// Send the request to the same supplier again.
        SendRetry;
        /// Send the supplier a message, with the requester's words where it is the requester's.
        Send(Action);
        /// Take the request out of its lane.
        WithdrawRequest;
        /// Take our cancel out of its lane, if no attempt can have delivered it.
        WithdrawUnsentCancel;
        /// Remember the terms.
        RecordTerms;
        /// Remember that the terms are agreed.
        AgreeTerms;
        /// Remember that a renewal is asked for.
        AskRenewal;
        /// Remember how far the supplier was pressed for the answer to a cancel.
        Press(Pressed);
        /// What the library before promised or offered is void: the broker asks its next one.
        VoidPromise;
        /// Start the leg's clock anew.
        RestartClock;

        /// Tell the requester the supplier's status.
        RelayStatus;
        /// Tell the requester what the supplier wrote, as a notification.
        RelayNews;
        /// Tell the requester, as a notification, that the supplier that shipped says now that it does not supply.
        RelayDenial;
        /// Remember the status that is not believed, and tell the requester, as a notification, which library said what.
        Doubt;
        /// Tell the requester the later due date.
        RelayExtension;
        /// This does not need staff any more, about this leg.
        Resolve(&'static str);
        /// Tell the requester the supplier's answer to a renewal.
        RelayRenewal;
        /// Answer a Renew with no.
        RefuseRenew;
        /// Tell the requester that its report was refused.
        TellReportRefused;

        /// Show staff an incident about this leg.
        Incident(&'static str);
        /// Count.
        Count(&'static str);
    }
}
