//! What a row is, how rows are declared, and how one is found. The first row that matches decides; the last one of a pair has no guard.

use super::{
    guards::{Guard, View},
    trigger::{LegTrigger, RequestTrigger},
};
use iso18626::{Action, Status, YesNo};

/// One row of a table.
pub(crate) struct Row<S: 'static, T: 'static> {
    /// Its name, unique in its table.
    pub(crate) name: &'static str,
    /// In which states.
    pub(crate) from: &'static [S],
    /// On what.
    pub(crate) on: &'static [T],
    /// Only if.
    pub(crate) guard: Option<Guard>,
    /// What it leads to; a refusal leads nowhere and does nothing.
    pub(crate) kind: Kind<S>,
    /// Why, for people.
    pub(crate) why: &'static str,
}

/// What a row leads to.
pub(crate) enum Kind<S: 'static> {
    /// To a state, with something done, and, for a leg, with something happening to the request.
    Goes { to: To<S>, does: &'static [Do], then: Option<RequestTrigger> },
    /// Nothing happens.
    Refused,
}

/// The state a row leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To<S> {
    /// The same.
    Stay,
    /// Where it stood before a cancel.
    Resume,
    /// This one.
    State(S),
}

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

impl<S: PartialEq + Copy, T: PartialEq + Copy> Row<S, T> {
    /// Whether the row is for this pair.
    pub(crate) fn is_for(&self, state: S, trigger: T) -> bool {
        self.from.contains(&state) && self.on.contains(&trigger)
    }

    /// Whether nothing happens.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.kind, Kind::Refused)
    }
}

/// Declares the rows of a table. One row reads: `"name": (states) on (triggers) if guard => state [does] then trigger: "why";`.
/// `stay` and `resume` are states too; `refuse` instead of a state says that nothing happens. Sets of states may be named in braces.
macro_rules! rows {
    ($table:ident: $state:ident, $trigger:ident;
     $( $name:literal: $from:tt on ($($on:ident)+) $(if $guard:ident)? => $to:ident $([$($do:expr),*])? $(then $then:ident)?: $why:literal; )*) => {
        /// The table.
        pub(crate) static $table: &[$crate::brokering::table::Row<$state, $trigger>] = &[$(
            $crate::brokering::table::Row {
                name: $name,
                from: rows!(@from $state $from),
                on: &[$($trigger::$on),+],
                guard: rows!(@guard $($guard)?),
                kind: rows!(@kind $state $to [$($($do),*)?] $($then)?),
                why: $why,
            },
        )*];
    };
    (@from $state:ident ($($from:ident)+)) => { &[$($state::$from),+] };
    (@from $state:ident $set:ident) => { $set };
    (@guard) => { None };
    (@guard $guard:ident) => {
        Some($crate::brokering::guards::Guard { name: stringify!($guard), holds: $crate::brokering::guards::$guard })
    };
    (@kind $state:ident refuse []) => { $crate::brokering::table::Kind::Refused };
    (@kind $state:ident $to:ident [$($do:expr),*] $($then:ident)?) => {
        $crate::brokering::table::Kind::Goes {
            to: rows!(@to $state $to),
            does: &[$($do),*],
            then: rows!(@then $($then)?),
        }
    };
    (@to $state:ident stay) => { $crate::brokering::table::To::Stay };
    (@to $state:ident resume) => { $crate::brokering::table::To::Resume };
    (@to $state:ident $to:ident) => { $crate::brokering::table::To::State($state::$to) };
    (@then) => { None };
    (@then $then:ident) => { Some($crate::brokering::trigger::RequestTrigger::$then) };
}
pub(crate) use rows;

/// The row that decides.
pub(crate) fn find<S: PartialEq + Copy, T: PartialEq + Copy>(
    table: &'static [Row<S, T>],
    state: S,
    trigger: T,
    view: &View<'_>,
) -> &'static Row<S, T> {
    table
        .iter()
        .find(|row| row.is_for(state, trigger) && row.guard.is_none_or(|guard| (guard.holds)(view)))
        .expect("each pair has a row without a guard: a test walks the product")
}
