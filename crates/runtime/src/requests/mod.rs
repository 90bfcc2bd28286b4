//! The commit loop: whatever happens to a request is loaded, decided, rendered and committed here, once and durably, before anybody hears
//! of it. Must never let an effect out before its commit.

mod commit;
mod draft;
mod draft_lanes;
mod locate;
mod logged;
mod machine;
mod names;
mod outcome;
mod redacted;
mod renderer;
mod request_locks;
mod scrub;
mod staff;
mod step_input;
mod stored;

use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};

use iso18626::{ErrorData, Message, MessageKind, NamespaceRule, ReadOptions, Reading};
use jiff::SignedDuration;
use loan_model::{
    PeerId,
    sealed::{SealedParts, split_sealed},
};
use net::Seams;
use persistence::{
    Body, CommitError, Corrupt, LaneEntry, LaneKey, MessageId, Opened, RequestId, RequestRow, Role, Store,
    StoreError, StoredReply, Timer, UnixMillis,
};

use self::{draft::Draft, request_locks::RequestLocks};
use crate::{
    balances::LoanBalances,
    committed::{Committed, Listeners},
    destination::Destination,
    input_span,
    registry_view::RegistryView,
    stored_time::unix_millis,
    unanswered::{Unanswered, Unwritten},
};

pub use self::{locate::Preview, renderer::RenderedMail};
pub use self::{
    logged::{Logged, LoggedInputKind, LoggedOutbound, LoggedOutcome, LoggedRule, sentences, word},
    machine::{Input, Kind, State},
    names::Outbound,
    redacted::{XML, redacted},
    renderer::{
        CommandToRender, MessageToRender, NotificationToRender, RenderedCommand, RenderedMessage, Renderer,
        Unwritable, WriteReply,
    },
    scrub::words as private_words,
    staff::{Because, StaffFailed},
    step_input::{EntryChange, Refusal, StepInput},
    stored::{
        ATTENTION, EVERYBODY, OPEN, StoredRequest, any_key, bare, borrowing_key, hold_prefix, item_key,
        items_prefix, lending_key, related_keys, requester_key, shared_key, shared_prefix, supplier_key,
    },
};

/// How often a decision is made anew when the request has moved on meanwhile.
const TRIES: usize = 8;

/// The requests of a gateway.
pub struct Requests {
    store: Store,
    view: Arc<RegistryView>,
    seams: Seams,
    locks: RequestLocks,
    renderer: Arc<dyn Renderer>,
    listeners: Listeners,
    /// Peers that do not answer at present.
    resting: Mutex<BTreeSet<PeerId>>,
    unanswered: Arc<Unanswered>,
    balances: Arc<LoanBalances>,
}

/// A request before a step.
#[derive(Debug)]
pub struct Loaded {
    /// Its row in the store.
    pub row: RequestRow,
    /// Its state and what is remembered beside it.
    pub stored: StoredRequest,
    /// What waits in its lanes.
    pub lanes: Vec<LaneEntry>,
    /// Its timers.
    pub timers: Vec<Timer>,
}

/// A step that was made.
#[derive(Debug)]
pub struct StepOutcome {
    /// The version the request has now.
    pub version: u64,
    /// The request as it is stored now.
    pub stored: StoredRequest,
    /// What the sender is answered.
    pub reply: Option<Body>,
    /// The rules that decided about the input.
    pub rules: Vec<LoggedRule>,
    /// The messages that were put into lanes.
    pub pushed: Vec<MessageId>,
}

/// A step that was not made: nothing has changed.
#[derive(Debug)]
pub enum StepError<R = Infallible> {
    /// Having seen the request, the caller took the input back.
    Declined(R),
    /// The machine refused to make a request of it.
    NotCreated(Vec<ErrorData>),
    /// The machine's table says that nothing happens.
    Refused(LoggedRule),
    /// The input was handled before.
    Repeated(Box<StoredReply>),
    /// The id was claimed by another request meanwhile.
    Taken,
    /// Too much waits for this request, or it moves on all the time.
    Busy,
    /// What is kept of the request is damaged.
    Damaged(Corrupt),
    /// The store has failed.
    Store(StoreError),
    /// A fault of ours, in words without patron data.
    Bug(String),
}

impl<R> From<StoreError> for StepError<R> {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(corrupt) => StepError::Damaged(corrupt),
            other => StepError::Store(other),
        }
    }
}

impl<R> std::fmt::Display for StepError<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StepError::Declined(_) => f.write_str("it does not apply any more"),
            StepError::NotCreated(errors) => write!(f, "no request: {}", sentences(errors).join("; ")),
            StepError::Refused(rule) => write!(f, "{}: {}", rule.rule, rule.why),
            StepError::Repeated(_) => f.write_str("it was handled before"),
            StepError::Taken => f.write_str("its id belongs to another request"),
            StepError::Busy => f.write_str("too much happens to the request at once"),
            StepError::Damaged(corrupt) => write!(f, "what is kept of the request is damaged: {corrupt}"),
            StepError::Store(error) => error.fmt(f),
            StepError::Bug(what) => write!(f, "a fault of the gateway: {what}"),
        }
    }
}

impl Requests {
    /// The requests in a store. What is committed is told to `listeners`; what is put into a lane is written by `renderer`.
    pub fn new(
        store: Store,
        view: Arc<RegistryView>,
        seams: Seams,
        renderer: Arc<dyn Renderer>,
        listeners: Listeners,
    ) -> Self {
        let unanswered = Arc::new(Unanswered::new(Arc::clone(&seams.clock)));
        Self {
            store,
            view,
            seams,
            locks: RequestLocks::default(),
            renderer,
            listeners,
            resting: Mutex::default(),
            unanswered,
            balances: Arc::default(),
        }
    }

    /// What the libraries lent and borrowed lately.
    pub fn balances(&self) -> &Arc<LoanBalances> {
        &self.balances
    }

    /// The peers that do not answer at present: their circuits are open.
    fn resting(&self) -> Vec<PeerId> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The lanes in which nothing goes out yet.
    pub fn unanswered(&self) -> &Arc<Unanswered> {
        &self.unanswered
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The registry as it stands.
    pub fn view(&self) -> &RegistryView {
        &self.view
    }

    /// A new request's id.
    pub fn new_id(&self) -> RequestId {
        RequestId::new(self.moment(), self.seams.random.next_u128())
    }

    fn new_message(&self) -> MessageId {
        MessageId::new(self.moment(), self.seams.random.next_u128())
    }

    fn moment(&self) -> UnixMillis {
        unix_millis(self.seams.clock.now())
    }

    /// Makes one step of a request: locks it, loads it, lets `make` say what happens, decides, renders and commits. `make` is asked
    /// again when the request has moved on meanwhile.
    pub async fn step<R>(
        &self,
        request: RequestId,
        make: impl Fn(Option<&Loaded>) -> Result<StepInput, R>,
    ) -> Result<StepOutcome, StepError<R>> {
        input_span::tell_request(request);
        let _guard = self.locks.lock(request).await.map_err(|_| StepError::Busy)?;
        for _ in 0..TRIES {
            let loaded = self.load(request).await?;
            let work = make(loaded.as_ref()).map_err(StepError::Declined)?;
            let unwritten = self.unwritten(request, &work);
            let heard = match &work.kind {
                LoggedInputKind::Message { from, .. } => Some(from.clone()),
                _ => None,
            };
            let drafted = Draft::new(self, request, loaded).run(work).await?;
            match self.store.commit(drafted.commit).await {
                Ok(committed) => {
                    net::keep_until_answered(unwritten);
                    let version = committed.version.number();
                    tracing::info!(version, "the input is committed");
                    if let Some(state) = drafted.stored.state.brokering() {
                        self.balances.update(request, state);
                    }
                    let pushed = committed.lanes.into_iter().map(|entry| entry.lane);
                    let lanes = pushed.chain(drafted.changed).collect();
                    let (hurried, due) = (drafted.hurried, drafted.due);
                    self.listeners.tell(Committed { request, version, lanes, hurried, heard, due });
                    return Ok(StepOutcome {
                        version,
                        stored: drafted.stored,
                        reply: drafted.reply,
                        rules: drafted.rules,
                        pushed: drafted.pushed,
                    });
                }
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::DedupeExists(reply)) => return Err(StepError::Repeated(reply)),
                Err(CommitError::ExternalTaken { .. }) => return Err(StepError::Taken),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StepError::Busy)
    }

    /// Holds the lane of whoever waits for the answer to this input, and for longer where it has a request to book.
    fn unwritten(&self, request: RequestId, work: &StepInput) -> Option<Unwritten> {
        let (peer, books) = match (&work.kind, &work.library) {
            (LoggedInputKind::Message { from, kind, .. }, _) => {
                (from.as_str().to_owned(), (*kind == MessageKind::Request).then_some(from))
            }
            (LoggedInputKind::PatronRequest { .. }, Some(library)) => {
                (Destination::Ils(library.clone()).to_string(), Some(library))
            }
            _ => return None,
        };
        let snapshot = self.view.snapshot();
        let pause = books.map_or(SignedDuration::ZERO, |library| snapshot.booking_pause(library));
        Some(self.unanswered.begin(LaneKey { request, peer }, pause))
    }

    /// A request as it stands.
    pub async fn load<R>(&self, request: RequestId) -> Result<Option<Loaded>, StepError<R>> {
        let Some(row) = self.store.request(request).await? else { return Ok(None) };
        let stored = read_stored(&row).map_err(StepError::Bug)?;
        let lanes = self.store.request_lanes(request).await?;
        let timers = self.store.request_timers(request).await?;
        Ok(Some(Loaded { row, stored, lanes, timers }))
    }

    /// What was taken out of a request's message, from the bytes that are kept of it. Nothing, once they are erased.
    async fn unseal(&self, request: RequestId, step: u64) -> Result<SealedParts, StoreError> {
        let steps = self.store.records(request, step, 1).await?;
        let body = steps
            .into_iter()
            .filter(|found| found.number == step)
            .flat_map(|found| found.bodies)
            .find(|body| body.role == Role::In);
        let Some(Opened::Plain(bytes)) = body.map(|body| body.plaintext) else {
            return Ok(SealedParts::default());
        };
        let options = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..ReadOptions::default() };
        Ok(match iso18626::read(&bytes, &options) {
            Ok(Reading { message: Message::Request(request), .. }) => split_sealed(request).1,
            _ => SealedParts::default(),
        })
    }
}

/// What the store keeps as a request's state, read.
pub fn read_stored(row: &RequestRow) -> Result<StoredRequest, String> {
    StoredRequest::from_json(&row.state)
        .map_err(|why| format!("the state of {} cannot be read: {why}", row.request))
}
