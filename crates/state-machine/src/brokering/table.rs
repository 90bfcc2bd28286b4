//! What the rows of brokering are made of.

use iso18626::{Action, Status, YesNo};

use super::{
    guards::View,
    trigger::{LegTrigger, RequestTrigger},
};
use crate::rows::Rules;
pub(crate) use crate::rows::{To, find, rows};

/// The tables of brokering; what happens to a leg may make something happen to its request.
pub(crate) struct Brokering;

impl Rules for Brokering {
    type Do = Do;
    type Then = RequestTrigger;
    type View<'a> = View<'a>;
}

/// What a row of brokering leads to.
pub(crate) type Kind<S> = crate::rows::Kind<Brokering, S>;

/// Something that a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    /// Start the request's own clocks and make its id known.
    Begin,
    /// Look for suppliers.
    Locate,
    /// Look for suppliers as before.
    LocateSame,
    /// Look for suppliers other than those tried, wherever.
    LocateOthers,
    /// Look for suppliers no more.
    StopLocating,
    /// Keep the rota.
    SetRota,
    /// Ask nobody else.
    CloseRota,
    /// Find the next supplier.
    Choose,
    /// Open the next supplier's leg and send it the request.
    OpenLeg,
    /// Send the request to the same supplier again.
    SendRetry,
    /// Take over the new request.
    Adopt,
    /// Take over the new request, and forget who was tried.
    AdoptAnew,
    /// The requester's messages belong to this leg now.
    MakeCurrent,
    /// The requester's messages belong to another leg that has an item out.
    PassOn,
    /// Clear every clock; the request is over.
    End,
    /// The request is not over after all.
    Reopen,

    /// Tell the requester whom the request is with.
    TellChosen,
    /// Tell the requester that a supplier is out of it.
    TellPassedOver,
    /// Tell the requester that it holds the item itself, where it wants to know.
    TellLocalSupply,
    /// Tell the requester the supplier's status.
    RelayStatus,
    /// Tell the requester the supplier's status, the final answer.
    RelayFinal,
    /// Tell the requester what the supplier wrote, as a notification.
    RelayNews,
    /// Tell the requester the supplier's answer to a renewal.
    RelayRenewal,
    /// Tell the requester the final answer.
    TellFinal(Status),
    /// Tell the requester how things stand, as a notification.
    TellStatus,
    /// Answer the requester's new request with how things stand.
    TellAgain,
    /// Answer a StatusRequest.
    AnswerStatus,
    /// Answer a Renew with no.
    RefuseRenew,
    /// Answer a Cancel that came too late or is of no use.
    RefuseCancel,
    /// Answer a Cancel of what is cancelled already.
    RepeatCancelled,
    /// Answer the pending cancel, if it waits for an answer.
    AnswerCancel(YesNo),
    /// Tell the requester that staff closed the request.
    TellClosed,
    /// Tell the requester that its report was refused.
    TellReportRefused,

    /// Remember that the requester cancels.
    WishCancel,
    /// Remember that the requester cancels with this supplier only.
    WishOther,
    /// Remember that staff cancel.
    WishByStaff,
    /// Forget that somebody cancels.
    ForgetWish,

    /// Send the supplier a message, with the requester's words where it is the requester's.
    Send(Action),
    /// Take the request out of its lane.
    WithdrawRequest,
    /// Take our cancel out of its lane.
    WithdrawCancel,
    /// Remember the terms.
    HearTerms,
    /// Remember that the terms are agreed.
    AgreeTerms,
    /// Remember that a renewal is asked for.
    AskRenewal,
    /// Start the leg's clock anew.
    RestartClock,

    /// This happens to the leg that the requester's message belongs to.
    Leg(LegTrigger),
    /// This happens to the current leg.
    Current(LegTrigger),
    /// This happens to every leg that is not over.
    EachLeg(LegTrigger),
    /// Show staff.
    Incident(&'static str),
    /// Nothing needs staff any more.
    SettleIncidents,
    /// Count.
    Count(&'static str),
}
