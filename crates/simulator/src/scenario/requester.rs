//! The words of a requester's plan.

use std::str::FromStr;

use iso18626::{Action, Status};

use super::{
    RequesterPlan,
    details::{ANY_MESSAGE, Detail, Details},
    parse::{Args, Begun, ScenarioError, Vocabulary, parse},
};

words! {
    /// What happens to a requester.
    pub enum RequesterTrigger {
        Sent = "sent" ("") "the request has been confirmed", for example "cancel on sent after 50ms";
        RequestReceived = "request-received" ("") "the status `RequestReceived`", for example "status-request on request-received";
        ExpectToSupply = "expect-to-supply" ("") "the status `ExpectToSupply` without a condition", for example "cancel on expect-to-supply";
        WillSupply = "will-supply" ("") "the status `WillSupply` without a condition", for example "cancel on will-supply";
        Condition = "condition" ("") "a condition or a cost before shipping", for example "accept on condition";
        Loaned = "loaned" ("") "the status `Loaned`", for example "received on loaned";
        Overdue = "overdue" ("") "the status `Overdue`", for example "received on loaned, renew on overdue";
        Recalled = "recalled" ("") "the status `Recalled`", for example "shipped-return on recalled";
        RetryPossible = "retry-possible" ("") "the status `RetryPossible`", for example "retry on retry-possible";
        Unfilled = "unfilled" ("") "the status `Unfilled`, at the end", for example "notification on unfilled note \"a pity\"";
        HoldReturn = "hold-return" ("") "the status `HoldReturn` (2021)", for example "notification on hold-return";
        ReleaseHoldReturn = "release-hold-return" ("") "the status `ReleaseHoldReturn` (2021)", for example "shipped-return on release-hold-return";
        CopyCompleted = "copy-completed" ("") "the status `CopyCompleted`", for example "received on copy-completed";
        LoanCompleted = "loan-completed" ("") "the status `LoanCompleted`", for example "notification on loan-completed note \"thank you\"";
        CompletedWithoutReturn = "completed-without-return" ("") "the status `CompletedWithoutReturn`", for example "notification on completed-without-return";
        Cancelled = "cancelled" ("") "the status `Cancelled`, unasked", for example "notification on cancelled";
        RenewAnswer = "renew-answer" ("") "the answer to a renewal", for example "renew on overdue, shipped-return on renew-answer";
        CancelAnswer = "cancel-answer" ("") "the answer to a cancel", for example "cancel on loaned, received on cancel-answer";
        StatusAnswer = "status-answer" ("") "the answer to a status request", for example "status-request, cancel on status-answer";
        Notification = "notification" ("") "any other news", for example "status-request on notification";
    }
}

words! {
    /// What a requester does in a step.
    pub enum RequesterWord {
        Received = "received" ("") "has the item", for example "received on loaned";
        Renew = "renew" ("") "asks for more time", for example "received on loaned, renew after 50ms";
        Cancel = "cancel" ("") "wants to withdraw; to the broker unless `to supplier`", for example "cancel on will-supply to supplier";
        ShippedReturn = "shipped-return" ("") "sends the item back", for example "received on loaned, shipped-return after 50ms";
        ShippedForward = "shipped-forward" ("") "sends the item on to another library", for example "received on loaned, shipped-forward";
        StatusRequest = "status-request" ("") "asks where things stand", for example "status-request after 50ms";
        Accept = "accept" ("") "agrees to a condition (a notification with the note ACCEPT)", for example "accept on condition";
        Decline = "decline" ("") "declines a condition (a notification with the note REJECT)", for example "decline on condition";
        Notification = "notification" ("") "sends news", for example "notification on loaned note \"arrived wet\"";
        HoldReturn = "hold-return" ("") "holds on to the item (2021)", for example "received on loaned, hold-return";
        Lost = "lost" ("") "has lost the item (2021)", for example "received on loaned, lost";
        Retry = "retry" ("") "asks again, naming the earlier request; `cost` raises what it will pay", for example "retry on retry-possible cost 15.00 USD";
        Wait = "wait" ("") "does nothing; with `after`, waits", for example "received on loaned, wait after 50ms, shipped-return";
    }
}

/// One step of a requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequesterStep {
    /// Sends a requester's message.
    Act(Action, Details),
    /// Agrees to a condition.
    Accept(Details),
    /// Declines a condition.
    Decline(Details),
    /// Asks again.
    Retry(Details),
    /// Does nothing.
    Wait,
}

impl RequesterTrigger {
    /// The trigger for a status that is told as a change.
    pub(crate) fn status(status: &Status) -> Option<RequesterTrigger> {
        Self::named(status.as_str())
    }
}

impl FromStr for RequesterPlan {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        parse::<RequesterStep>(text)
    }
}

impl Vocabulary for RequesterStep {
    type Trigger = RequesterTrigger;

    const FIRST: RequesterTrigger = RequesterTrigger::Sent;

    fn trigger(text: &str) -> Option<RequesterTrigger> {
        RequesterTrigger::named(text)
    }

    fn trigger_words() -> Vec<&'static str> {
        RequesterTrigger::ALL.iter().map(|trigger| trigger.declared().word).collect()
    }

    fn words() -> Vec<&'static str> {
        RequesterWord::ALL.iter().map(|word| word.declared().word).collect()
    }

    fn begin(word: &str, _args: &mut Args<'_>) -> Result<Option<Begun<Self>>, ScenarioError> {
        let act = |action| RequesterStep::Act(action, Details::default());
        Ok(RequesterWord::named(word).map(|word| {
            let step = match word {
                RequesterWord::Received => act(Action::Received),
                RequesterWord::Renew => act(Action::Renew),
                RequesterWord::Cancel => act(Action::Cancel),
                RequesterWord::ShippedReturn => act(Action::ShippedReturn),
                RequesterWord::ShippedForward => act(Action::ShippedForward),
                RequesterWord::StatusRequest => act(Action::StatusRequest),
                RequesterWord::Accept => RequesterStep::Accept(Details::default()),
                RequesterWord::Decline => RequesterStep::Decline(Details::default()),
                RequesterWord::Notification => act(Action::Notification),
                RequesterWord::HoldReturn => act(Action::HoldReturn),
                RequesterWord::Lost => act(Action::Lost),
                RequesterWord::Retry => RequesterStep::Retry(Details::default()),
                RequesterWord::Wait => RequesterStep::Wait,
            };
            (step, None)
        }))
    }

    fn allows(&self) -> Vec<Detail> {
        let own: &[Detail] = match self {
            RequesterStep::Act(..) | RequesterStep::Accept(_) | RequesterStep::Decline(_) => &[Detail::To],
            RequesterStep::Retry(_) => &[Detail::Cost, Detail::SameId],
            RequesterStep::Wait => return Vec::new(),
        };
        own.iter().chain(ANY_MESSAGE).copied().collect()
    }

    fn detailed(self, details: Details) -> Self {
        match self {
            RequesterStep::Act(action, _) => RequesterStep::Act(action, details),
            RequesterStep::Accept(_) => RequesterStep::Accept(details),
            RequesterStep::Decline(_) => RequesterStep::Decline(details),
            RequesterStep::Retry(_) => RequesterStep::Retry(details),
            RequesterStep::Wait => RequesterStep::Wait,
        }
    }
}
