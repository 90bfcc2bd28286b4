//! A library as requester: its requests, what it does about them, and what came back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use iso18626::{
    Action, AgencyId, Costs, ErrorType, Message, ReasonForMessage, Request, Status, SupplyingAgencyMessage,
};
use tokio::sync::watch;

use crate::{
    core::Core,
    intake::Verdict,
    lane::{Delivered, Lane, Outgoing, SendFailure},
    library::Books,
    real_time::{lock, sleep, within},
    request_builder::NewRequest,
    requester_wording::{self as wording, About},
    scenario::{Addressed, Details, Repeat, RequesterPlan, RequesterStep, RequesterTrigger, RetryId, Timed},
    symbol::symbol,
};

/// One request of this library and everything said about it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Conversation {
    core: Arc<Core>,
    talk: Arc<Talk>,
}

/// What is known of a request.
#[derive(Debug)]
pub(crate) struct Talk {
    state: Mutex<TalkState>,
    lane: Lane,
    changed: watch::Sender<usize>,
}

#[derive(Debug)]
struct TalkState {
    request: Request,
    heard: Vec<SupplyingAgencyMessage>,
    /// How many of them a wait has already passed.
    passed: usize,
    plan: Option<RequesterPlan>,
    happened: HashMap<RequesterTrigger, usize>,
}

/// On what terms a request is made again.
#[derive(Clone, Debug, Default)]
pub struct RetryTerms {
    /// The most that is paid now.
    pub max_cost: Option<Costs>,
    /// Under a new id, or the same.
    pub id: RetryId,
    /// Another note.
    pub note: Option<String>,
}

/// What was waited for did not come in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("request {request} at {library}: no {wanted} within {waited:?}; heard: {heard}")]
pub struct NotHeard {
    /// The requester.
    pub library: String,
    /// Its id of the request.
    pub request: String,
    /// What was waited for.
    pub wanted: String,
    /// For how long.
    pub waited: Duration,
    /// What came instead.
    pub heard: String,
}

impl Conversation {
    pub(crate) async fn begin(core: Arc<Core>, request: NewRequest) -> Result<Self, SendFailure> {
        let (request, plan) = request.build(&core);
        let id = request.header.requesting_agency_request_id.clone();
        let talk = Arc::new(Talk {
            lane: Lane::open(core.clone()),
            changed: watch::Sender::new(0),
            state: Mutex::new(TalkState {
                request: request.clone(),
                heard: Vec::new(),
                passed: 0,
                plan,
                happened: HashMap::new(),
            }),
        });
        let books = core.config.books;
        if books == Books::AtOnce {
            lock(&core.talks).insert(id.clone(), talk.clone());
        }
        talk.lane.push(Outgoing::plain(Message::Request(request))).await?;
        if let Books::Late(after) = books {
            sleep(after).await;
            lock(&core.talks).insert(id, talk.clone());
        }
        happens(&core, &talk, RequesterTrigger::Sent);
        Ok(Conversation { core, talk })
    }

    /// The id under which the request runs now (a retry may change it).
    pub fn id(&self) -> String {
        lock(&self.talk.state).request.header.requesting_agency_request_id.clone()
    }

    /// The request as it was last sent.
    pub fn request(&self) -> Request {
        lock(&self.talk.state).request.clone()
    }

    /// Every supplier's message that came, in order; repeats are not counted again.
    pub fn heard(&self) -> Vec<SupplyingAgencyMessage> {
        lock(&self.talk.state).heard.clone()
    }

    /// The status last heard, notifications included.
    pub fn last_status(&self) -> Option<Status> {
        lock(&self.talk.state).heard.last().map(|message| message.status_info.status.clone())
    }

    /// The next message with this status. A notification does not count, except one that names a new supplier
    /// (`ExpectToSupply`): it tells of what went before.
    ///
    /// # Errors
    /// When none came in time; it says what came.
    pub async fn wait_for_status(
        &self,
        status: Status,
        deadline: Duration,
    ) -> Result<SupplyingAgencyMessage, NotHeard> {
        self.wait_for(&format!("status {status}"), deadline, |message| {
            message.status_info.status == status
                && (message.message_info.reason_for_message != ReasonForMessage::Notification
                    || status == Status::ExpectToSupply)
        })
        .await
    }

    /// The next message with this reason.
    ///
    /// # Errors
    /// When none came in time.
    pub async fn wait_for_reason(
        &self,
        reason: ReasonForMessage,
        deadline: Duration,
    ) -> Result<SupplyingAgencyMessage, NotHeard> {
        self.wait_for(&format!("message with reason {reason}"), deadline, |message| {
            message.message_info.reason_for_message == reason
        })
        .await
    }

    /// The next message that `matches`. Waits pass over what came before it: each message is found once.
    ///
    /// # Errors
    /// When none came in time.
    pub async fn wait_for(
        &self,
        wanted: &str,
        deadline: Duration,
        matches: impl Fn(&SupplyingAgencyMessage) -> bool,
    ) -> Result<SupplyingAgencyMessage, NotHeard> {
        let mut changes = self.talk.changed.subscribe();
        let found = within(deadline, async {
            loop {
                changes.borrow_and_update();
                {
                    let mut state = lock(&self.talk.state);
                    let next = state.heard[state.passed..].iter().position(&matches);
                    if let Some(next) = next {
                        let at = state.passed + next;
                        state.passed = at + 1;
                        return Some(state.heard[at].clone());
                    }
                }
                if changes.changed().await.is_err() {
                    return None;
                }
            }
        });
        found.await.flatten().ok_or_else(|| NotHeard {
            library: self.core.symbol(),
            request: self.id(),
            wanted: wanted.to_owned(),
            waited: deadline,
            heard: in_words(&self.heard()),
        })
    }

    /// Sends a requester's message and waits until it is confirmed.
    ///
    /// # Errors
    /// When it is refused, not confirmed, or cannot be written.
    pub async fn act(&self, action: Action, note: Option<&str>) -> Result<Delivered, SendFailure> {
        let details = Details { note: note.map(str::to_owned), ..Details::default() };
        self.act_with(action, &details).await
    }

    /// The same with the details of the scenario language (addressed to the supplier, sent twice, ...).
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn act_with(&self, action: Action, details: &Details) -> Result<Delivered, SendFailure> {
        self.talk.act(&self.core, action, details).await
    }

    /// Has the item.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn received(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::Received, None).await
    }

    /// Asks for more time.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn renew(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::Renew, None).await
    }

    /// Withdraws; addressed to the far side's own symbol, as one tells a broker.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn cancel(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::Cancel, None).await
    }

    /// Withdraws from the present supplier only: addressed to the symbol that last wrote.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn cancel_supplier(&self) -> Result<Delivered, SendFailure> {
        let details = Details { addressed: Some(Addressed::Supplier), ..Details::default() };
        self.act_with(Action::Cancel, &details).await
    }

    /// Sends the item back.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn shipped_return(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::ShippedReturn, None).await
    }

    /// Asks where things stand.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn status_request(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::StatusRequest, None).await
    }

    /// Agrees to a condition.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn accept(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::Notification, Some("ACCEPT")).await
    }

    /// Declines a condition.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn decline(&self) -> Result<Delivered, SendFailure> {
        self.act(Action::Notification, Some("REJECT")).await
    }

    /// Asks again on other terms, naming the request before.
    ///
    /// # Errors
    /// As [`Conversation::act`].
    pub async fn retry(&self, terms: RetryTerms) -> Result<Delivered, SendFailure> {
        let details = Details { cost: terms.max_cost, id: terms.id, note: terms.note, ..Details::default() };
        self.talk.retry(&self.core, &details).await
    }
}

impl Talk {
    async fn act(&self, core: &Core, action: Action, details: &Details) -> Result<Delivered, SendFailure> {
        let delivery = {
            let state = lock(&self.state);
            let last = state.heard.last();
            let about = About {
                request: &state.request,
                supplier: addressee(core, &state, &action, details.addressed),
                supplier_request_id: last.and_then(|heard| heard.header.supplying_agency_request_id.clone()),
            };
            let message = Message::RequestingAgencyMessage(wording::act(core, about, action, details));
            self.lane.push(outgoing(message, details))
        };
        delivery.await
    }

    async fn retry(self: &Arc<Self>, core: &Core, details: &Details) -> Result<Delivered, SendFailure> {
        let delivery = {
            let mut state = lock(&self.state);
            let id = match details.id {
                RetryId::New => core.fresh_id(),
                RetryId::Same => state.request.header.requesting_agency_request_id.clone(),
            };
            state.request = wording::retry(core, &state.request, id.clone(), details);
            lock(&core.talks).insert(id, self.clone());
            self.lane.push(outgoing(Message::Request(state.request.clone()), details))
        };
        delivery.await
    }
}

fn outgoing(message: Message, details: &Details) -> Outgoing {
    let repeat: Repeat = details.repeat;
    Outgoing { message, repeat, fault: details.fault, last_heard: None }
}

/// Whom a message names as supplier: who wrote last, else who was asked. A cancel names the far side itself.
fn addressee(core: &Core, state: &TalkState, action: &Action, addressed: Option<Addressed>) -> AgencyId {
    let asked = state.request.header.supplying_agency_id.clone();
    let heard = state.heard.last().map(|message| message.header.supplying_agency_id.clone());
    let far = core.far().symbol;
    let chosen = match addressed {
        Some(Addressed::Broker) => far.or(asked),
        Some(Addressed::Supplier) => heard.or(asked).or(far),
        None if *action == Action::Cancel => far.or(asked).or(heard),
        None => heard.or(asked).or(far),
    };
    chosen.unwrap_or_default()
}

/// A supplier's message arrives.
pub(crate) fn told(core: &Arc<Core>, message: &SupplyingAgencyMessage) -> Verdict {
    let id = &message.header.requesting_agency_request_id;
    let Some(talk) = lock(&core.talks).get(id).cloned() else {
        let sentence = format!(
            "requestingAgencyRequestId: {} made no request {id}",
            symbol(&message.header.requesting_agency_id)
        );
        return Verdict::error(ErrorType::UnrecognisedDataValue, sentence);
    };
    let heard = {
        let mut state = lock(&talk.state);
        state.heard.push(message.clone());
        state.heard.len()
    };
    talk.changed.send_replace(heard);
    if let Some(trigger) = trigger(message) {
        happens(core, &talk, trigger);
    }
    Verdict::ok()
}

fn trigger(message: &SupplyingAgencyMessage) -> Option<RequesterTrigger> {
    let status = &message.status_info.status;
    match message.message_info.reason_for_message {
        ReasonForMessage::RenewResponse => Some(RequesterTrigger::RenewAnswer),
        ReasonForMessage::CancelResponse => Some(RequesterTrigger::CancelAnswer),
        ReasonForMessage::StatusRequestResponse => Some(RequesterTrigger::StatusAnswer),
        _ if is_conditional(message) => Some(RequesterTrigger::Condition),
        ReasonForMessage::Notification => Some(RequesterTrigger::Notification),
        _ => RequesterTrigger::status(status),
    }
}

/// Whether a condition or a cost is put before anything is shipped.
fn is_conditional(message: &SupplyingAgencyMessage) -> bool {
    let early = matches!(
        message.status_info.status,
        Status::RequestReceived | Status::ExpectToSupply | Status::WillSupply
    );
    let condition =
        message.delivery_info.as_ref().is_some_and(|delivery| !delivery.loan_condition.is_empty());
    let cost = message.retry_info.as_ref().is_some_and(|terms| !terms.offered_costs.is_empty());
    early && (condition || cost)
}

/// Something happened: the plan's chain for it begins.
fn happens(core: &Arc<Core>, talk: &Arc<Talk>, trigger: RequesterTrigger) {
    let steps = {
        let mut state = lock(&talk.state);
        let nth = *state.happened.entry(trigger).and_modify(|times| *times += 1).or_insert(0);
        let chain = state.plan.as_ref().and_then(|plan| plan.chain(trigger, nth));
        chain.map(|chain| chain.steps.clone()).unwrap_or_default()
    };
    if steps.is_empty() {
        return;
    }
    let mut stopped = core.stopped.clone();
    let (core, talk) = (core.clone(), talk.clone());
    tokio::spawn(async move {
        tokio::select! { _ = stopped.changed() => {}, () = play(&core, &talk, steps) => {} }
    });
}

async fn play(core: &Arc<Core>, talk: &Arc<Talk>, steps: Vec<Timed<RequesterStep>>) {
    sleep(core.config.pace).await;
    for Timed { after, step } in steps {
        sleep(after).await;
        let noted = |details: &Details, word: &str| {
            let note = details.note.as_ref().map_or_else(|| word.to_owned(), |note| format!("{word} {note}"));
            Details { note: Some(note), ..details.clone() }
        };
        let sent = match &step {
            RequesterStep::Wait => continue,
            RequesterStep::Act(action, details) => talk.act(core, action.clone(), details).await,
            RequesterStep::Accept(details) => {
                talk.act(core, Action::Notification, &noted(details, "ACCEPT")).await
            }
            RequesterStep::Decline(details) => {
                talk.act(core, Action::Notification, &noted(details, "REJECT")).await
            }
            RequesterStep::Retry(details) => talk.retry(core, details).await,
        };
        if let Err(problem) = sent {
            tracing::debug!(library = %core.symbol(), %problem, "a requester's message was not taken");
        }
    }
}

fn in_words(heard: &[SupplyingAgencyMessage]) -> String {
    let words: Vec<_> = heard
        .iter()
        .map(|message| crate::flow::says(&Message::SupplyingAgencyMessage(message.clone())))
        .collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
