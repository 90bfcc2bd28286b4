//! What the rows of the lending tables may do.

use iso18626::{Status, YesNo};

use super::{
    guards::View,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    hosted::{Clock, Occasion, Step},
    rows::Rules,
};

/// The lending machine, as its tables see it.
pub(crate) struct Lends;

impl Rules for Lends {
    type Do = Do;
    type Then = RequestTrigger;
    type View<'a> = View<'a>;
}

/// Something that a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    /// Make the request's id known, and start the clock of its need.
    Begin,
    /// Take over the new request.
    Adopt,
    /// Clear every clock; the request is over.
    End,
    /// Start a clock anew.
    RestartClock(Clock),

    /// Ask the ILS.
    Ask(Step),
    /// Take back what the ILS was asked and has not answered.
    Unask(Step),
    /// Ask the ILS for a hold, if it is asked for holds and has none.
    PlaceHold,
    /// Give the hold up.
    ReleaseHold,
    /// Take back the renewals that the ILS was asked for.
    DropRenewals,
    /// Staff's word on a step: ask again.
    StepAgain,
    /// Staff's word on a step: done by hand.
    StepByHand,
    /// Staff's word on a step: it will not be done.
    StepGivenUp,

    /// Take in what was scanned.
    AddVolumes,
    /// What is named goes, or all that was pulled; the rest stays.
    ShipNamed,
    /// This happens to every volume that it can happen to.
    EachVolume(VolumeTrigger),
    /// This happens to the volumes named, or to all that are out.
    Named(VolumeTrigger),
    /// The ILS has this volume on loan.
    HearOut,
    /// The ILS has this volume back.
    HearIn,
    /// Remember this volume's due date.
    HearDue,
    /// The loan is due when its volumes are, or as staff or policy say.
    TakeDue,
    /// Remember that the requester has it.
    MarkReceived,
    /// Remember that a volume is damaged.
    MarkDamaged,
    /// Remember that the requester cancels.
    WishCancel,
    /// Remember that the requester wants to renew.
    WishRenewal,

    /// Tell the requester that it will probably be supplied.
    TellExpect,
    /// Tell the requester that it will be supplied.
    TellWillSupply,
    /// Tell the requester the condition.
    TellCondition,
    /// Tell the requester that and when it may ask again.
    TellRetry,
    /// Tell the requester the final answer.
    TellFinal(Status),
    /// Tell the requester that it is on its way.
    TellLoaned,
    /// Tell the requester where the copy is.
    TellCopy,
    /// Tell the requester that it should have been back.
    TellOverdue,
    /// Tell the requester that it is wanted back.
    TellRecalled,
    /// Tell the requester about sending back, without the loan moving.
    TellAboutReturn(Status),
    /// Tell the requester that the due date has moved.
    TellDue,
    /// Tell the requester how things stand, as a notification.
    TellStatus,
    /// Answer the requester's new request with how things stand.
    TellAgain,
    /// Tell the requester what staff wrote.
    TellNote,
    /// Tell the requester that staff closed the request.
    TellClosed,
    /// Answer a StatusRequest.
    AnswerStatus,
    /// Answer the cancel, if one waits for an answer.
    AnswerCancel(YesNo),
    /// Answer a Cancel that came too late.
    RefuseCancel,
    /// Answer a Cancel of what is cancelled already.
    RepeatCancelled,
    /// Answer the renewal with yes and the new date.
    GrantRenewal,
    /// Answer the renewal with no.
    RefuseRenewal,

    /// Tell the library's staff.
    TellStaff(Occasion),
    /// Show staff.
    Incident(&'static str),
    /// Nothing needs staff any more but what the ILS did not do.
    SettleIncidents,
}
