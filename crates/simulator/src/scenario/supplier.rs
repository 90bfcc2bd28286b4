//! The words of a supplier's scenario.

use std::{str::FromStr, time::Duration};

use iso18626::{ErrorType, Status, YesNo};

use super::{
    SupplierScenario,
    details::{ANY_MESSAGE, Detail, Details},
    parse::{Args, Begun, ScenarioError, Vocabulary, parse},
};

words! {
    /// What happens to a supplier.
    pub enum SupplierTrigger {
        Request = "request" ("") "a request arrives", for example "unfilled on request";
        Retry = "retry" ("") "the request is repeated, naming this one as the previous", for example "retry OnLoan, will-supply on retry, loaned";
        Received = "received" ("") "the requester has the item", for example "will-supply, loaned, overdue on received";
        Renew = "renew" ("") "the requester asks for more time", for example "will-supply, loaned, recalled on renew";
        Cancel = "cancel" ("") "the requester wants to withdraw", for example "will-supply, loaned on cancel, cancel no";
        ShippedReturn = "shipped-return" ("") "the item is on its way back", for example "will-supply, loaned, loan-completed on shipped-return after 100ms";
        ShippedForward = "shipped-forward" ("") "the item went on to another library", for example "will-supply, loaned, notification on shipped-forward note \"thank you\"";
        StatusRequest = "status-request" ("") "the requester asks where things stand", for example "expect-to-supply, will-supply on status-request reason StatusRequestResponse, loaned";
        Accept = "accept" ("") "a condition is agreed to (a notification whose note begins with ACCEPT)", for example "conditional LibraryUseOnly, will-supply on accept, loaned";
        Decline = "decline" ("") "a condition is declined (a notification whose note begins with REJECT)", for example "conditional NoReproduction, unfilled PolicyProblem on decline";
        Notification = "notification" ("") "any other notification", for example "will-supply, loaned on notification";
        HoldReturn = "hold-return" ("") "the requester holds on to the item (2021)", for example "will-supply, loaned, hold-return on hold-return";
        Lost = "lost" ("") "the item is lost (2021)", for example "will-supply, loaned, completed-without-return on lost";
    }
}

words! {
    /// What a supplier does in a step.
    pub enum SupplierWord {
        RequestReceived = "request-received" ("") "tells that the request is there", for example "request-received, unfilled";
        ExpectToSupply = "expect-to-supply" ("") "means to supply", for example "expect-to-supply, will-supply, loaned";
        WillSupply = "will-supply" ("") "promises to supply", for example "will-supply, loaned";
        Conditional = "conditional" ("[CONDITION]") "means to supply on a condition or at a cost, and waits for the answer", for example "conditional LibraryUseOnly, loaned on accept";
        Loaned = "loaned" ("") "ships the item on loan; due in 28 days unless told otherwise", for example "loaned due 2027-01-31";
        CopyCompleted = "copy-completed" ("") "delivers a copy", for example "will-supply, copy-completed url https://copies.example/7.pdf";
        Unfilled = "unfilled" ("[REASON]") "cannot supply", for example "unfilled NotOnShelf";
        Retry = "retry" ("[REASON]") "could supply if asked again on other terms", for example "retry CostExceedsMaxCost cost 12.50 USD before +7d, will-supply on retry, loaned";
        Overdue = "overdue" ("") "says the item should have been back", for example "will-supply, loaned, overdue on received after 100ms";
        Recalled = "recalled" ("") "wants the item back early", for example "will-supply, loaned, recalled on received";
        HoldReturn = "hold-return" ("") "asks to hold on to the item (2021)", for example "will-supply, loaned, hold-return on received, release-hold-return";
        ReleaseHoldReturn = "release-hold-return" ("") "lifts the hold (2021)", for example "will-supply, loaned, release-hold-return on received";
        LoanCompleted = "loan-completed" ("") "has the item back", for example "will-supply, loaned, loan-completed on shipped-return";
        CompletedWithoutReturn = "completed-without-return" ("") "gives the item up", for example "will-supply, loaned, completed-without-return on received";
        Cancelled = "cancelled" ("") "withdraws on its own account", for example "will-supply, cancelled";
        Renew = "renew" ("yes|no") "answers a renewal; `on renew` is understood", for example "will-supply, loaned, renew no";
        Cancel = "cancel" ("yes|no") "answers a cancel; `on cancel` is understood", for example "will-supply, cancel no, loaned";
        Status = "status" ("") "answers a status request; `on status-request` is understood", for example "will-supply, status after 100ms";
        Notification = "notification" ("") "sends news with the status as it is", for example "will-supply, notification note \"closed on Friday\"";
        Answer = "answer" ("FAULT") "confirms the message that set the chain off wrongly; see the faults", for example "answer http 500, will-supply, loaned";
        Wait = "wait" ("") "does nothing; with `after`, waits", for example "will-supply, wait after 50ms, loaned";
        Silent = "silent" ("") "says nothing more of its own accord, whatever comes", for example "silent";
    }
}

words! {
    /// What goes wrong with a confirmation.
    pub enum FaultWord {
        Http = "http" ("CODE") "answers with that HTTP status and no confirmation; the message is not taken", for example "answer http 503 times 2, will-supply";
        Reset = "reset" ("") "closes the connection without an answer; not taken", for example "answer reset, will-supply";
        Hang = "hang" ("") "keeps the connection open and says nothing; not taken", for example "answer hang, will-supply";
        Html = "html" ("") "answers 200 with a web page; not taken", for example "answer html, will-supply";
        Empty = "empty" ("") "answers 200 with nothing; not taken", for example "answer empty, will-supply";
        Redirect = "redirect" ("URL") "answers 302; not taken", for example "answer redirect http://127.0.0.1:9/, will-supply";
        Error = "error" ("TYPE [\"TEXT\"]") "answers ERROR with that errorType; not taken", for example "answer error UnrecognisedDataValue \"no such branch\"";
        Lost = "lost" ("") "takes the message, then closes the connection without an answer", for example "answer lost, will-supply";
        Late = "late" ("DURATION") "takes the message and confirms late", for example "answer late 300ms, will-supply";
        WrongEcho = "wrong-echo" ("") "confirms with another request's id and another time", for example "answer wrong-echo, will-supply";
        Bare = "bare" ("") "confirms without the namespace", for example "answer bare, will-supply";
    }
}

/// What goes wrong with a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// That HTTP status, no confirmation.
    Http(u16),
    /// The connection is closed.
    Reset,
    /// The connection stays open, nothing comes.
    Hang,
    /// A web page.
    Html,
    /// Nothing.
    Empty,
    /// Somewhere else.
    Redirect(String),
    /// An ERROR confirmation.
    Error(ErrorType, Option<String>),
    /// Taken, then the connection is closed.
    Lost,
    /// Taken, confirmed late.
    Late(Duration),
    /// Taken, confirmed with the wrong ids and times.
    WrongEcho,
    /// Taken, confirmed without namespace.
    Bare,
}

impl AnswerFault {
    /// Whether the message is taken although its confirmation goes wrong.
    pub(crate) fn taken(&self) -> bool {
        matches!(self, Self::Lost | Self::Late(_) | Self::WrongEcho | Self::Bare)
    }
}

/// One step of a supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupplierStep {
    /// Tells a status.
    Tell(Status, Details),
    /// Tells that it cannot supply, and why.
    Unfilled(Option<String>, Details),
    /// Offers a retry, and why one is needed.
    Retry(Option<String>, Details),
    /// Answers a renewal.
    Renew(YesNo, Details),
    /// Answers a cancel.
    Cancel(YesNo, Details),
    /// Answers a status request.
    Status(Details),
    /// Sends news.
    Notification(Details),
    /// Confirms wrongly, so many times.
    Answer(AnswerFault, u32),
    /// Does nothing.
    Wait,
    /// Says nothing more of its own accord.
    Silent,
}

impl FromStr for SupplierScenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        parse::<SupplierStep>(text)
    }
}

const BEFORE_SHIPPING: &[Detail] =
    &[Detail::Expected, Detail::Cost, Detail::Condition, Detail::Reason, Detail::Telling];
const SHIPPING: &[Detail] = &[
    Detail::Due,
    Detail::Cost,
    Detail::Condition,
    Detail::Url,
    Detail::Item,
    Detail::Via,
    Detail::Reason,
    Detail::Telling,
];
const RETRY: &[Detail] =
    &[Detail::Cost, Detail::Condition, Detail::Before, Detail::From, Detail::Reason, Detail::Telling];
const LATER: &[Detail] = &[Detail::Due, Detail::Reason, Detail::Telling];

impl Vocabulary for SupplierStep {
    type Trigger = SupplierTrigger;

    const FIRST: SupplierTrigger = SupplierTrigger::Request;

    fn trigger(text: &str) -> Option<SupplierTrigger> {
        SupplierTrigger::named(text)
    }

    fn trigger_words() -> Vec<&'static str> {
        SupplierTrigger::ALL.iter().map(|trigger| trigger.declared().word).collect()
    }

    fn words() -> Vec<&'static str> {
        SupplierWord::ALL.iter().map(|word| word.declared().word).collect()
    }

    fn begin(word: &str, args: &mut Args<'_>) -> Result<Option<Begun<Self>>, ScenarioError> {
        let Some(word) = SupplierWord::named(word) else { return Ok(None) };
        let details = Details::default();
        let tell = |status| SupplierStep::Tell(status, Details::default());
        let step = match word {
            SupplierWord::RequestReceived => tell(Status::RequestReceived),
            SupplierWord::ExpectToSupply => tell(Status::ExpectToSupply),
            SupplierWord::WillSupply => tell(Status::WillSupply),
            SupplierWord::Conditional => {
                let conditions = free_word(args).into_iter().collect();
                SupplierStep::Tell(Status::ExpectToSupply, Details { conditions, ..Details::default() })
            }
            SupplierWord::Loaned => tell(Status::Loaned),
            SupplierWord::CopyCompleted => tell(Status::CopyCompleted),
            SupplierWord::Unfilled => SupplierStep::Unfilled(free_word(args), details),
            SupplierWord::Retry => SupplierStep::Retry(free_word(args), details),
            SupplierWord::Overdue => tell(Status::Overdue),
            SupplierWord::Recalled => tell(Status::Recalled),
            SupplierWord::HoldReturn => tell(Status::HoldReturn),
            SupplierWord::ReleaseHoldReturn => tell(Status::ReleaseHoldReturn),
            SupplierWord::LoanCompleted => tell(Status::LoanCompleted),
            SupplierWord::CompletedWithoutReturn => tell(Status::CompletedWithoutReturn),
            SupplierWord::Cancelled => tell(Status::Cancelled),
            SupplierWord::Renew => SupplierStep::Renew(yes_no(args)?, details),
            SupplierWord::Cancel => SupplierStep::Cancel(yes_no(args)?, details),
            SupplierWord::Status => SupplierStep::Status(details),
            SupplierWord::Notification => SupplierStep::Notification(details),
            SupplierWord::Answer => SupplierStep::Answer(fault(args)?, 1),
            SupplierWord::Wait => SupplierStep::Wait,
            SupplierWord::Silent => SupplierStep::Silent,
        };
        let implied = match word {
            SupplierWord::Renew => Some(SupplierTrigger::Renew),
            SupplierWord::Cancel => Some(SupplierTrigger::Cancel),
            SupplierWord::Status => Some(SupplierTrigger::StatusRequest),
            _ => None,
        };
        Ok(Some((step, implied)))
    }

    fn allows(&self) -> Vec<Detail> {
        let own = match self {
            SupplierStep::Tell(Status::RequestReceived | Status::ExpectToSupply | Status::WillSupply, _) => {
                BEFORE_SHIPPING
            }
            SupplierStep::Tell(Status::Loaned | Status::CopyCompleted, _) => SHIPPING,
            SupplierStep::Retry(..) => RETRY,
            SupplierStep::Tell(..)
            | SupplierStep::Unfilled(..)
            | SupplierStep::Renew(..)
            | SupplierStep::Cancel(..)
            | SupplierStep::Status(..)
            | SupplierStep::Notification(..) => LATER,
            SupplierStep::Answer(..) => return vec![Detail::Times],
            SupplierStep::Wait | SupplierStep::Silent => return Vec::new(),
        };
        own.iter().chain(ANY_MESSAGE).copied().collect()
    }

    fn detailed(self, mut details: Details) -> Self {
        match self {
            SupplierStep::Tell(status, own) => {
                details.conditions.splice(0..0, own.conditions);
                SupplierStep::Tell(status, details)
            }
            SupplierStep::Unfilled(reason, _) => SupplierStep::Unfilled(reason, details),
            SupplierStep::Retry(reason, _) => SupplierStep::Retry(reason, details),
            SupplierStep::Renew(answer, _) => SupplierStep::Renew(answer, details),
            SupplierStep::Cancel(answer, _) => SupplierStep::Cancel(answer, details),
            SupplierStep::Status(_) => SupplierStep::Status(details),
            SupplierStep::Notification(_) => SupplierStep::Notification(details),
            SupplierStep::Answer(fault, _) => SupplierStep::Answer(fault, details.times.unwrap_or(1)),
            SupplierStep::Wait => SupplierStep::Wait,
            SupplierStep::Silent => SupplierStep::Silent,
        }
    }
}

/// A reason or condition, unless what comes next belongs to the language.
fn free_word(args: &mut Args<'_>) -> Option<String> {
    args.maybe(|text| {
        let ours = Detail::named(text).is_some() || matches!(text, "on" | "after");
        (!ours).then(|| text.to_owned())
    })
}

fn yes_no(args: &mut Args<'_>) -> Result<YesNo, ScenarioError> {
    args.checked("`yes` or `no`", |text| match text.to_ascii_lowercase().as_str() {
        "yes" | "y" => Some(YesNo::Y),
        "no" | "n" => Some(YesNo::N),
        _ => None,
    })
}

fn fault(args: &mut Args<'_>) -> Result<AnswerFault, ScenarioError> {
    let known: Vec<_> = FaultWord::ALL.iter().map(|word| word.declared().word).collect();
    let word = args.checked(&format!("a fault: one of {}", known.join(", ")), FaultWord::named)?;
    Ok(match word {
        FaultWord::Http => AnswerFault::Http(args.checked("an HTTP status such as `500`", |text| {
            text.parse().ok().filter(|code| (200..600).contains(code))
        })?),
        FaultWord::Reset => AnswerFault::Reset,
        FaultWord::Hang => AnswerFault::Hang,
        FaultWord::Html => AnswerFault::Html,
        FaultWord::Empty => AnswerFault::Empty,
        FaultWord::Redirect => AnswerFault::Redirect(args.text("a URL")?),
        FaultWord::Error => {
            let error_type = args.checked("an errorType such as `UnrecognisedDataValue`", |text| {
                ErrorType::ALL.iter().find(|e| super::declare::same_word(e.as_str(), text)).cloned()
            })?;
            AnswerFault::Error(error_type, free_word(args))
        }
        FaultWord::Lost => AnswerFault::Lost,
        FaultWord::Late => AnswerFault::Late(args.duration()?),
        FaultWord::WrongEcho => AnswerFault::WrongEcho,
        FaultWord::Bare => AnswerFault::Bare,
    })
}
