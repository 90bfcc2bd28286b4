//! A library as supplier: what it does about each request, as the request's scenario says.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use iso18626::{
    Action, DateTime, ErrorType, Message, Request, RequestType, RequestingAgencyMessage, ServiceType, Status,
};

use tokio::sync::oneshot;

use crate::{
    core::Core,
    intake::Verdict,
    lane::{Delivered, Lane, Outgoing, SendFailure},
    real_time::{lock, sleep},
    scenario::{AnswerFault, SupplierScenario, SupplierStep, SupplierTrigger, Timed},
    supplier_wording as wording,
    symbol::{same_agency, symbol},
};

/// A request this library was asked.
#[derive(Debug)]
pub(crate) struct Supplied {
    pub(crate) state: Mutex<SupplierState>,
    lane: Lane,
}

/// Where a request stands, as the supplier sees it.
#[derive(Debug)]
pub(crate) struct SupplierState {
    pub(crate) request: Request,
    pub(crate) own_id: String,
    pub(crate) status: Status,
    pub(crate) reached: Reached,
    pub(crate) due: Option<DateTime>,
    /// How often it told that the item or the copy went.
    pub(crate) sent: u32,
    scenario: SupplierScenario,
    happened: HashMap<SupplierTrigger, usize>,
    faults: HashMap<(SupplierTrigger, usize, usize), u32>,
    initiative: Initiative,
    /// Rises when the request ends, so that what other chains still had to do is dropped.
    era: u32,
    /// Passes when what happened last has been seen to.
    last: Option<oneshot::Receiver<()>>,
}

/// How far the telling got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// The request is not answered yet.
    Unanswered,
    /// It is answered.
    Answered,
    /// A condition or a cost waits for the requester's word.
    Conditional,
    /// The item has been sent.
    Shipped,
    /// Nothing more is to come.
    Ended,
}

/// Whether what the scenario leaves open is done by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Initiative {
    Default,
    Silent,
}

/// A request arrives.
pub(crate) fn requested(core: &Arc<Core>, request: &Request) -> Verdict {
    let service = request.service_info.as_ref();
    let kind = service.and_then(|service| service.request_type.clone()).unwrap_or(RequestType::New);
    let previous = service.and_then(|service| service.requesting_agency_previous_request_id.as_deref());
    let key = |id: &str| (symbol(&request.header.requesting_agency_id).to_ascii_lowercase(), id.to_owned());
    let id = &request.header.requesting_agency_request_id;
    let known = |id: &str| lock(&core.supplied).get(&key(id)).cloned();
    let same_id = known(id);

    let (supplied, trigger) = match kind {
        RequestType::Retry => match previous.and_then(known).or(same_id) {
            Some(earlier) => {
                let mut state = lock(&earlier.state);
                state.request = request.clone();
                drop(state);
                (earlier, SupplierTrigger::Retry)
            }
            None => {
                let named = previous.unwrap_or("nothing");
                return Verdict::error(
                    ErrorType::UnrecognisedDataValue,
                    format!(
                        "requestingAgencyPreviousRequestId: a retry names a request that is known here, not {named}"
                    ),
                );
            }
        },
        RequestType::Reminder if same_id.is_some() => return Verdict::ok(),
        RequestType::Reminder => {
            return Verdict::error(
                ErrorType::UnrecognisedDataValue,
                format!("requestingAgencyRequestId: nothing is known of {id}"),
            );
        }
        _ => match same_id {
            // The same id again is the same request only while nothing of it was taken (an answer went wrong).
            Some(untaken) if lock(&untaken.state).happened.is_empty() => (untaken, SupplierTrigger::Request),
            Some(_) => {
                return Verdict::error(
                    ErrorType::UnrecognisedDataValue,
                    format!("requestingAgencyRequestId: {id} is already a request here"),
                );
            }
            None => match open(core, request) {
                Ok(supplied) => (supplied, SupplierTrigger::Request),
                Err(refusal) => return refusal,
            },
        },
    };
    lock(&core.supplied).insert(key(id), supplied.clone());
    happens(core, &supplied, trigger)
}

fn open(core: &Arc<Core>, request: &Request) -> Result<Arc<Supplied>, Verdict> {
    let scenario = lock(&core.scenarios).choose(request).map_err(|problem| {
        let sentence = format!("note: the scenario in it cannot be read: {problem}");
        Verdict::error(ErrorType::UnrecognisedDataValue, sentence)
    })?;
    Ok(Arc::new(Supplied {
        lane: Lane::open(core.clone()),
        state: Mutex::new(SupplierState {
            request: request.clone(),
            own_id: core.fresh_id(),
            status: Status::RequestReceived,
            reached: Reached::Unanswered,
            due: None,
            sent: 0,
            scenario,
            happened: HashMap::new(),
            faults: HashMap::new(),
            initiative: Initiative::Default,
            era: 0,
            last: None,
        }),
    }))
}

/// Plays a scenario's first chain for a request now, to its end.
pub(crate) async fn play_now(core: &Arc<Core>, id: &str, scenario: &SupplierScenario) -> Known {
    let supplied =
        lock(&core.supplied).iter().find(|((_, known), _)| known == id).map(|(_, found)| found.clone());
    let Some(supplied) = supplied else { return Known::No };
    let steps = scenario.chains().first().map(|chain| chain.steps.clone()).unwrap_or_default();
    let era = lock(&supplied.state).era;
    play(core, &supplied, Reaction::Told(steps), era, None).await;
    Known::Yes
}

/// Whether a request is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Yes,
    No,
}

/// A requester's message about a request arrives.
pub(crate) fn told(core: &Arc<Core>, message: &RequestingAgencyMessage) -> Verdict {
    let header = &message.header;
    let key = (
        symbol(&header.requesting_agency_id).to_ascii_lowercase(),
        header.requesting_agency_request_id.clone(),
    );
    let Some(supplied) = lock(&core.supplied).get(&key).cloned() else {
        let sentence = format!(
            "requestingAgencyRequestId: {} has no request {} here",
            symbol(&header.requesting_agency_id),
            header.requesting_agency_request_id
        );
        return Verdict::error(ErrorType::UnrecognisedDataValue, sentence);
    };
    let trigger = {
        let state = lock(&supplied.state);
        let addressed = state.request.header.supplying_agency_id.as_ref();
        let party = same_agency(&header.supplying_agency_id, &core.config.symbol)
            || addressed.is_some_and(|agency| same_agency(agency, &header.supplying_agency_id));
        if !party {
            let sentence = format!(
                "supplyingAgencyId: {} is no party to this request",
                symbol(&header.supplying_agency_id)
            );
            return Verdict::error(ErrorType::UnrecognisedDataValue, sentence);
        }
        match message.action {
            Action::StatusRequest => SupplierTrigger::StatusRequest,
            Action::Received => SupplierTrigger::Received,
            Action::Cancel => SupplierTrigger::Cancel,
            Action::Renew => SupplierTrigger::Renew,
            Action::HoldReturn => SupplierTrigger::HoldReturn,
            Action::ShippedReturn => SupplierTrigger::ShippedReturn,
            Action::ShippedForward => SupplierTrigger::ShippedForward,
            Action::Lost => SupplierTrigger::Lost,
            Action::Notification => notification(message.note.as_deref(), state.reached),
            Action::Unknown(ref action) => {
                return Verdict::error(
                    ErrorType::UnsupportedActionType,
                    format!("action: {action} is not known"),
                );
            }
        }
    };
    happens(core, &supplied, trigger)
}

/// Real systems agree to a condition, or not, by a word in a notification's note; an empty note agrees too.
fn notification(note: Option<&str>, reached: Reached) -> SupplierTrigger {
    let note = note.unwrap_or_default().trim().to_ascii_lowercase();
    if note.starts_with("reject") || note.contains("rejectresponse#") {
        return SupplierTrigger::Decline;
    }
    let agrees = note.starts_with("accept") || note.contains("agreeresponse#");
    match reached {
        Reached::Conditional if agrees || note.is_empty() => SupplierTrigger::Accept,
        _ if agrees => SupplierTrigger::Accept,
        _ => SupplierTrigger::Notification,
    }
}

/// Something happened to a request: it is confirmed, rightly or wrongly, and the chain for it begins.
fn happens(core: &Arc<Core>, supplied: &Arc<Supplied>, trigger: SupplierTrigger) -> Verdict {
    let (reaction, era, turn, fault) = {
        let mut state = lock(&supplied.state);
        let nth = state.happened.get(&trigger).copied().unwrap_or(0);
        let fault = state.fault(trigger, nth);
        if fault.as_ref().is_some_and(|fault| !fault.taken()) {
            return Verdict { fault, ..Verdict::ok() };
        }
        state.happened.insert(trigger, nth + 1);
        if trigger == SupplierTrigger::Retry {
            state.reached = Reached::Unanswered;
            state.era += 1;
        }
        (state.reaction(trigger, nth), state.era, state.turn(), fault)
    };
    if let Some(reaction) = reaction {
        let mut stopped = core.stopped.clone();
        let (core, supplied) = (core.clone(), supplied.clone());
        tokio::spawn(async move {
            tokio::select! { _ = stopped.changed() => {}, () = play(&core, &supplied, reaction, era, Some(turn)) => {} }
        });
    }
    Verdict { fault, ..Verdict::ok() }
}

/// What a library is going to do about something that happened.
enum Reaction {
    /// What its scenario says.
    Told(Vec<Timed<SupplierStep>>),
    /// What is done by default: what that is depends on where the request stands when it is done.
    Usual(SupplierTrigger),
}

/// The turn of something that happened: a library sees to what happens to a request in the order in which it happens. Dropped, it passes on.
#[derive(Debug)]
struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _passes: oneshot::Sender<()>,
}

impl Turn {
    async fn comes(&mut self) {
        if let Some(before) = self.before.take() {
            // A turn is never given, only dropped.
            let _ = before.await;
        }
    }
}

/// Runs a chain: each step after the one before it is confirmed.
async fn play(
    core: &Arc<Core>,
    supplied: &Arc<Supplied>,
    reaction: Reaction,
    mut era: u32,
    mut turn: Option<Turn>,
) {
    sleep(core.config.pace).await;
    if let Some(turn) = &mut turn {
        turn.comes().await;
    }
    // Looked up and begun in one: nothing may happen to the request between.
    let (first, mut steps) = {
        let mut state = lock(&supplied.state);
        if state.era != era {
            return;
        }
        let steps = match reaction {
            Reaction::Told(steps) => steps,
            Reaction::Usual(trigger) => state.default_text(trigger).map(default_steps).unwrap_or_default(),
        };
        let mut steps = VecDeque::from(steps);
        let at_once = steps.front().is_some_and(|first| first.after.is_zero());
        let outgoing = if at_once { state.take(core, &mut steps) } else { None };
        era = state.era;
        (outgoing.map(|outgoing| supplied.lane.push(outgoing)), steps)
    };
    drop(turn);
    delivered(core, first).await;
    while let Some(next) = steps.front() {
        sleep(next.after).await;
        let delivery = {
            let mut state = lock(&supplied.state);
            if state.era != era {
                return;
            }
            let outgoing = state.take(core, &mut steps);
            era = state.era;
            outgoing.map(|outgoing| supplied.lane.push(outgoing))
        };
        delivered(core, delivery).await;
    }
}

/// Waits for the confirmation of what was sent, if anything was.
async fn delivered(core: &Core, sent: Option<impl Future<Output = Result<Delivered, SendFailure>>>) {
    if let Some(sent) = sent
        && let Err(problem) = sent.await
    {
        tracing::debug!(library = %core.symbol(), %problem, "a supplier's message was not taken");
    }
}

impl SupplierState {
    /// What goes wrong with the confirmation, this time.
    fn fault(&mut self, trigger: SupplierTrigger, nth: usize) -> Option<AnswerFault> {
        let chain = self.scenario.chain(trigger, nth)?;
        for (place, timed) in chain.steps.iter().enumerate() {
            let SupplierStep::Answer(fault, times) = &timed.step else { continue };
            let used = self.faults.entry((trigger, nth, place)).or_default();
            if *used < *times {
                *used += 1;
                return Some(fault.clone());
            }
        }
        None
    }

    /// Takes the next step, and falls silent with it where that is what follows: what it says may be answered before it is confirmed.
    fn take(&mut self, core: &Core, steps: &mut VecDeque<Timed<SupplierStep>>) -> Option<Outgoing> {
        let outgoing = self.act(core, &steps.pop_front()?.step);
        let falls_silent =
            |next: &Timed<SupplierStep>| next.after.is_zero() && matches!(next.step, SupplierStep::Silent);
        if steps.front().is_some_and(falls_silent) {
            steps.pop_front();
            self.initiative = Initiative::Silent;
        }
        outgoing
    }

    /// The next turn.
    fn turn(&mut self) -> Turn {
        let (passes, passed) = oneshot::channel();
        Turn { before: self.last.replace(passed), _passes: passes }
    }

    /// What is to be done, by the scenario or, where it says nothing, by default.
    fn reaction(&self, trigger: SupplierTrigger, nth: usize) -> Option<Reaction> {
        let told = self.scenario.chain(trigger, nth).map(|chain| {
            let acts = chain.steps.iter().filter(|timed| !matches!(timed.step, SupplierStep::Answer(..)));
            acts.cloned().collect::<Vec<_>>()
        });
        match told {
            Some(steps) if !steps.is_empty() => Some(Reaction::Told(steps)),
            _ => (self.initiative == Initiative::Default).then_some(Reaction::Usual(trigger)),
        }
    }

    /// What a library does where its scenario says nothing.
    fn default_text(&self, trigger: SupplierTrigger) -> Option<&'static str> {
        let copy = self.is_copy();
        Some(match trigger {
            SupplierTrigger::Request | SupplierTrigger::Retry if copy => "will-supply, copy-completed",
            SupplierTrigger::Request | SupplierTrigger::Retry => "will-supply, loaned",
            SupplierTrigger::Accept if copy => "copy-completed",
            SupplierTrigger::Accept => "loaned",
            SupplierTrigger::Decline => "unfilled PolicyProblem",
            SupplierTrigger::Renew if self.reached == Reached::Shipped => "renew yes due +28d",
            SupplierTrigger::Renew => "renew no",
            SupplierTrigger::Cancel if matches!(self.reached, Reached::Shipped | Reached::Ended) => {
                "cancel no"
            }
            SupplierTrigger::Cancel => "cancel yes",
            SupplierTrigger::StatusRequest => "status",
            SupplierTrigger::ShippedReturn => "loan-completed",
            SupplierTrigger::Lost => "completed-without-return",
            SupplierTrigger::Received
            | SupplierTrigger::ShippedForward
            | SupplierTrigger::Notification
            | SupplierTrigger::HoldReturn => return None,
        })
    }

    pub(crate) fn is_copy(&self) -> bool {
        self.request.service_info.as_ref().is_some_and(|service| service.service_type == ServiceType::Copy)
    }

    /// Takes a step: what is sent, if anything.
    fn act(&mut self, core: &Core, step: &SupplierStep) -> Option<Outgoing> {
        let last_heard = self.status.clone();
        let before = self.reached;
        let (message, details) = match step {
            SupplierStep::Silent => {
                self.initiative = Initiative::Silent;
                return None;
            }
            SupplierStep::Wait | SupplierStep::Answer(..) => return None,
            SupplierStep::Tell(status, details) => {
                let message = wording::tell(core, self, status, details);
                self.status = details.telling.clone().unwrap_or_else(|| status.clone());
                self.reached = reached(status, details.conditions.is_empty() && details.cost.is_none());
                self.sent += u32::from(matches!(status, Status::Loaned | Status::CopyCompleted));
                (message, details)
            }
            SupplierStep::Unfilled(reason, details) => {
                let message = wording::unfilled(core, self, reason.as_deref(), details);
                (self.status, self.reached) = (Status::Unfilled, Reached::Ended);
                (message, details)
            }
            SupplierStep::Retry(reason, details) => {
                let message = wording::retry(core, self, reason.as_deref(), details);
                (self.status, self.reached) = (Status::RetryPossible, Reached::Answered);
                (message, details)
            }
            SupplierStep::Renew(answer, details) => {
                (wording::renew_answer(core, self, answer, details), details)
            }
            SupplierStep::Cancel(answer, details) => {
                if *answer == iso18626::YesNo::Y {
                    (self.status, self.reached) = (Status::Cancelled, Reached::Ended);
                }
                (wording::cancel_answer(core, self, answer, details), details)
            }
            SupplierStep::Status(details) => (wording::status_answer(core, self, details), details),
            SupplierStep::Notification(details) => (wording::notification(core, self, details), details),
        };
        if self.reached == Reached::Ended && before != Reached::Ended {
            self.era += 1;
        }
        Some(Outgoing {
            message: Message::SupplyingAgencyMessage(message),
            repeat: details.repeat,
            fault: details.fault,
            last_heard: Some(last_heard),
        })
    }
}

fn reached(status: &Status, free: bool) -> Reached {
    match status {
        Status::RequestReceived | Status::ExpectToSupply | Status::WillSupply if !free => {
            Reached::Conditional
        }
        Status::Loaned
        | Status::Overdue
        | Status::Recalled
        | Status::HoldReturn
        | Status::ReleaseHoldReturn => Reached::Shipped,
        Status::CopyCompleted
        | Status::LoanCompleted
        | Status::CompletedWithoutReturn
        | Status::Unfilled
        | Status::Cancelled => Reached::Ended,
        _ => Reached::Answered,
    }
}

fn default_steps(text: &'static str) -> Vec<Timed<SupplierStep>> {
    let scenario: SupplierScenario =
        text.parse().expect("what is done by default is written in the language: a test reads each");
    scenario.chains().first().map(|chain| chain.steps.clone()).unwrap_or_default()
}
