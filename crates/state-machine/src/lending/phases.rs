//! Where a request can stand with its lender, and where one volume of it can.

use serde::{Deserialize, Serialize};

use crate::hosted::Clock;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It has come.
    Received,
    /// The ILS is asked whether it is there.
    Checking,
    /// Staff must look for it on the shelf, and answer.
    OnPullList,
    /// It is promised.
    WillSupply,
    /// A condition is named; the requester must agree or decline.
    Conditional,
    /// A retry is offered.
    RetryOffered,
    /// The requester cancels, and staff must say whether it has gone.
    Cancelling,
    /// Staff send it; the ILS checks it out.
    Shipping,
    /// It is on its way to the requester.
    Shipped,
    /// The requester has it.
    OnLoan,
    /// The requester asks to keep it longer.
    RenewalAsked,
    /// It should have been back.
    Overdue,
    /// It is wanted back early.
    Recalled,
    /// It is on its way back.
    Returning,
    /// Some volumes are back.
    PartlyReturned,
    /// Over: a copy was delivered, or the item came back or was written off.
    Completed,
    /// Over: it could not be supplied.
    Unfilled,
    /// Over: it was withdrawn.
    Cancelled,
    /// Over: staff closed it.
    Closed,
}

/// Where one volume stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeState {
    /// Off the shelf.
    Pulled,
    /// To be sent; the ILS is asked to check it out.
    CheckingOut,
    /// Ready to go.
    CheckedOut,
    /// Sent.
    Shipped,
    /// Back; the ILS is asked to check it in.
    Returned,
    /// Over: back, and nothing more to do.
    CheckedIn,
    /// Over: pulled, and not sent.
    PutBack,
    /// Over: written off.
    Lost,
}

impl Phase {
    /// Every phase.
    pub const ALL: &[Phase] = &[
        Phase::Received,
        Phase::Checking,
        Phase::OnPullList,
        Phase::WillSupply,
        Phase::Conditional,
        Phase::RetryOffered,
        Phase::Cancelling,
        Phase::Shipping,
        Phase::Shipped,
        Phase::OnLoan,
        Phase::RenewalAsked,
        Phase::Overdue,
        Phase::Recalled,
        Phase::Returning,
        Phase::PartlyReturned,
        Phase::Completed,
        Phase::Unfilled,
        Phase::Cancelled,
        Phase::Closed,
    ];

    /// Whether the request is over.
    pub fn is_final(self) -> bool {
        matches!(self, Phase::Completed | Phase::Unfilled | Phase::Cancelled | Phase::Closed)
    }

    /// Whether something of ours is in somebody else's hands.
    pub fn is_custody(self) -> bool {
        matches!(
            self,
            Phase::Shipped
                | Phase::OnLoan
                | Phase::RenewalAsked
                | Phase::Overdue
                | Phase::Recalled
                | Phase::Returning
                | Phase::PartlyReturned
        )
    }

    /// The clocks that run while a request stands there. How long the item is needed is a clock of the request, and starts once.
    pub(crate) fn clocks(self) -> &'static [Clock] {
        match self {
            Phase::Received => &[Clock::NeedBefore],
            Phase::Checking | Phase::OnPullList => &[Clock::NeedBefore, Clock::Pull],
            Phase::WillSupply => &[Clock::NeedBefore, Clock::Ship],
            Phase::Conditional | Phase::RetryOffered | Phase::Cancelling => {
                &[Clock::NeedBefore, Clock::Reply]
            }
            Phase::Shipping => &[Clock::Ship],
            Phase::Shipped => &[Clock::Transit, Clock::Due],
            Phase::OnLoan | Phase::Recalled | Phase::PartlyReturned => &[Clock::Due],
            Phase::RenewalAsked => &[Clock::Reply],
            Phase::Returning => &[Clock::ReturnTransit],
            Phase::Overdue | Phase::Completed | Phase::Unfilled | Phase::Cancelled | Phase::Closed => &[],
        }
    }

    /// Its name: `on-pull-list`.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Received => "received",
            Phase::Checking => "checking",
            Phase::OnPullList => "on-pull-list",
            Phase::WillSupply => "will-supply",
            Phase::Conditional => "conditional",
            Phase::RetryOffered => "retry-offered",
            Phase::Cancelling => "cancelling",
            Phase::Shipping => "shipping",
            Phase::Shipped => "shipped",
            Phase::OnLoan => "on-loan",
            Phase::RenewalAsked => "renewal-asked",
            Phase::Overdue => "overdue",
            Phase::Recalled => "recalled",
            Phase::Returning => "returning",
            Phase::PartlyReturned => "partly-returned",
            Phase::Completed => "completed",
            Phase::Unfilled => "unfilled",
            Phase::Cancelled => "cancelled",
            Phase::Closed => "closed",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl VolumeState {
    /// Every state.
    pub const ALL: &[VolumeState] = &[
        VolumeState::Pulled,
        VolumeState::CheckingOut,
        VolumeState::CheckedOut,
        VolumeState::Shipped,
        VolumeState::Returned,
        VolumeState::CheckedIn,
        VolumeState::PutBack,
        VolumeState::Lost,
    ];

    /// Whether it is in somebody else's hands.
    pub fn is_out(self) -> bool {
        self == VolumeState::Shipped
    }

    /// Whether it has come back.
    pub fn is_back(self) -> bool {
        matches!(self, VolumeState::Returned | VolumeState::CheckedIn)
    }

    /// Whether nothing more is to be done with it.
    pub fn is_final(self) -> bool {
        matches!(self, VolumeState::CheckedIn | VolumeState::PutBack | VolumeState::Lost)
    }

    /// Its name: `checking-out`.
    pub fn as_str(self) -> &'static str {
        match self {
            VolumeState::Pulled => "pulled",
            VolumeState::CheckingOut => "checking-out",
            VolumeState::CheckedOut => "checked-out",
            VolumeState::Shipped => "shipped",
            VolumeState::Returned => "returned",
            VolumeState::CheckedIn => "checked-in",
            VolumeState::PutBack => "put-back",
            VolumeState::Lost => "lost",
        }
    }
}

impl std::fmt::Display for VolumeState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
