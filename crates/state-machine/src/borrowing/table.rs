//! What the rows of borrowing are made of.

use iso18626::Action;

use super::{
    guards::View,
    trigger::{RequestTrigger, VolumeTrigger},
};
pub(crate) use crate::rows::{To, find, rows};
use crate::{
    hosted::{Occasion, Step},
    rows::Rules,
};

/// The tables of borrowing; what happens to a volume may make something happen to its request.
pub(crate) struct Rule;

impl Rules for Rule {
    type Do = Do;
    type Then = RequestTrigger;
    type View<'a> = View<'a>;
}

/// What a row of borrowing leads to.
pub(crate) type Kind<S> = crate::rows::Kind<Rule, S>;

/// Something that a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    /// Something happens to the request because of it.
    Now(RequestTrigger),
    /// The request is over: every clock stops, and what was only asked to know more is not asked any more.
    End,
    /// The request is not over after all.
    Reopen,

    /// Send the request, under a new id.
    SendRequest,
    /// Send it again, under a new id that names the one before.
    SendRetry,
    /// Send the supplier a message.
    Send(Action),
    /// Send back word that the condition is agreed.
    SendAgreement,
    /// Send back word that it is declined.
    SendRefusal,
    /// Tell the supplier what staff write.
    SendNote,
    /// Tell the supplier that this volume is lost.
    SendLost,
    /// Tell the supplier that this volume is damaged, and keep that it is.
    SendDamage,
    /// Tell the supplier, once, that it is on its way back.
    SendReturn,
    /// Tell the supplier that staff closed the request.
    SendClosed,

    /// Correct the request.
    Edit,
    /// Keep where the patron picks it up.
    SetPickup,
    /// Remember that the terms are agreed.
    AgreeTerms,
    /// Keep which volumes were sent.
    TakeVolumes,
    /// Keep which volumes arrive, and let each arrive.
    TakeArrivals,
    /// Keep where the copy is.
    TakeCopy,
    /// Remember that nobody waits for it any more.
    MarkUnwanted,
    /// Remember that the supplier says it is over.
    MarkOver,
    /// Remember that a renewal is asked for.
    AskRenewal,
    /// Remember that it is answered.
    AnswerRenewal,

    /// This happens to each volume that staff named, or to each that it can happen to.
    Named(VolumeTrigger),
    /// This happens to each volume.
    EachVolume(VolumeTrigger),

    /// Ask the ILS, if the library wants it asked.
    Ask(Step),
    /// Ask the ILS for what is left to be asked, unless it is busy with this volume.
    Tidy,
    /// Ask the ILS again for the step that staff named.
    AskAgain,
    /// Take the step that staff named as done.
    TakeAsDone,
    /// Take the step that staff named as given up.
    TakeAsGivenUp,
    /// Forget what the ILS did not do for this volume: it does not matter any more.
    ForgetFailed,
    /// Forget that the ILS did not lend it when asked: it has.
    ForgetCheckOut,
    /// Give the temporary item its id.
    NameItem,
    /// The ILS has the temporary item, and holds it for the patron.
    ItemThere,
    /// The ILS does not have the temporary item.
    ItemGone,
    /// The ILS has it lent to the patron.
    Lent,
    /// The ILS has neither hold nor loan of it.
    Freed,
    /// The patron's date is what the supplier's date leaves.
    SetPatronDate,
    /// The patron's date is what the ILS says; one that is too late is shown.
    TakeDate,

    /// Tell staff by mail.
    Tell(Occasion),
    /// Show staff.
    Incident(&'static str),
    /// It needs no staff any more.
    Settle(&'static str),
    /// Nothing needs staff any more but what the ILS did not do.
    SettleIncidents,
}
