//! A step in the making: decisions are made, effects become lane rows, timers and index entries, messages are rendered; in the end it is
//! one commit. Follow-up inputs that need nothing from outside (candidates, a message that cannot be written) are decided in the same
//! commit, so that no crash can fall between. Must never write, send or answer anything itself.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use errors::{Slug, slug};
use iso18626::{Message, Status};
use jiff::Timestamp;
use loan_model::{
    MayHaveArrived, NotificationKind, PeerId, ils,
    names::Party,
    sealed::{SealedFields, SealedParts, merge_sealed},
};
use persistence::{
    Body, Commit, ExternalOp, LaneEntry, LaneKey, Lifecycle, MessageId, RequestId, StoreError, TimerOp,
    UnixMillis, Version,
};
use state_machine::{
    brokering::{self},
    hosted,
    interpreter::{DeliveryOutcome, Effect, Reply},
};

use super::{
    Loaded, Requests, StepError, StoredRequest,
    locate::{Asked, locate},
    logged::{LoggedInput, LoggedInputKind, LoggedOutbound, LoggedReply, LoggedRule, word},
    machine::{Facts, Input, State, decide},
    names::{Outbound, word as name_of},
    renderer::{CommandToRender, MessageToRender, NotificationToRender, Unwritable},
    step_input::{Refusal, StepInput},
    stored::{
        RequestMeta, any_key, bare, borrowing_key, hold_key, item_key, lending_key, requester_key,
        shared_key, supplier_key,
    },
};
use crate::{destination::Destination, peer_warnings, registry_view::Snapshot, stored_time::unix_millis};

/// How many inputs may follow from one: a rota has an end, a fault of ours may not.
const FOLLOW_UPS: usize = 2_000;

/// A step, ready to be committed.
pub(super) struct Drafted {
    pub(super) commit: Commit,
    pub(super) stored: StoredRequest,
    pub(super) reply: Option<Body>,
    pub(super) rules: Vec<LoggedRule>,
    pub(super) pushed: Vec<MessageId>,
    /// Lanes that lost an entry.
    pub(super) changed: Vec<LaneKey>,
    /// Lanes whose head staff want sent now.
    pub(super) hurried: Vec<LaneKey>,
    /// When the first of the timers that were set is due.
    pub(super) due: Option<UnixMillis>,
}

/// A message to be put into its lane.
pub(super) struct Push {
    pub(super) logged: LoggedOutbound,
    pub(super) body: Body,
    /// When it is to be sent first; at once, where nothing is said.
    pub(super) not_before: Option<UnixMillis>,
}

/// A step in the making.
pub(super) struct Draft<'a> {
    pub(super) requests: &'a Requests,
    pub(super) request: RequestId,
    pub(super) key: String,
    pub(super) now: Timestamp,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) version: Version,
    pub(super) lifecycle: Lifecycle,
    pub(super) state: Option<State>,
    pub(super) meta: RequestMeta,
    pub(super) sealed: Option<SealedParts>,
    pub(super) lanes: Vec<LaneEntry>,
    pub(super) removed: Vec<LaneEntry>,
    pub(super) updated: Vec<LaneEntry>,
    pub(super) pushes: Vec<Push>,
    pub(super) hurried: Vec<LaneKey>,
    pub(super) timers: Vec<TimerOp>,
    pub(super) external: Vec<ExternalOp>,
    pub(super) counters: BTreeMap<String, i64>,
    pub(super) events: Vec<String>,
    pub(super) inputs: Vec<LoggedInput>,
    pub(super) queue: VecDeque<(LoggedInputKind, Input)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(requests: &'a Requests, request: RequestId, loaded: Option<Loaded>) -> Self {
        let clock = requests.seams.clock.now();
        let snapshot = requests.view.snapshot();
        let mut draft = Self {
            requests,
            request,
            key: bare(request),
            now: clock,
            snapshot,
            version: Version::NEW,
            lifecycle: Lifecycle::Open,
            state: None,
            meta: RequestMeta::default(),
            sealed: None,
            lanes: Vec::new(),
            removed: Vec::new(),
            updated: Vec::new(),
            pushes: Vec::new(),
            hurried: Vec::new(),
            timers: Vec::new(),
            external: Vec::new(),
            counters: BTreeMap::new(),
            events: Vec::new(),
            inputs: Vec::new(),
            queue: VecDeque::new(),
        };
        if let Some(Loaded { row, stored, lanes, .. }) = loaded {
            draft.now = clock.max(stored.at);
            draft.version = row.version;
            draft.lifecycle = row.lifecycle;
            draft.state = Some(stored.state);
            draft.meta = stored.meta;
            draft.lanes = lanes;
        }
        draft
    }

    /// Decides, and everything that follows.
    pub(super) async fn run<R>(mut self, work: StepInput) -> Result<Drafted, StepError<R>> {
        let StepInput {
            kind,
            input,
            library,
            refusal,
            then,
            raw_in,
            sealed,
            known,
            dedupe,
            claim,
            entry,
            timer,
            answering,
        } = work;
        if self.state.is_none() {
            self.meta.library = library;
        }
        self.external.extend(known.into_iter().map(ExternalOp::Set));
        let held = self.state.as_ref().map(State::holds).unwrap_or_default();
        if let Some(name) = timer {
            self.timers.push(TimerOp::Clear { name });
        }
        if let Some(parts) = sealed {
            self.meta.sealed_step = Some(self.version.number() + 1);
            self.sealed = Some(parts);
        }
        if let Some(key) = &claim {
            self.meta.known.insert(key.clone(), Party::Requester);
        }
        if let Some(change) = entry {
            self.change_entry(change);
        }
        if answering.is_some() {
            self.count("message.in");
        }
        match &kind {
            LoggedInputKind::Message { from, diagnostics, .. } => {
                peer_warnings::counted(from, diagnostics).iter().for_each(|name| self.count(name));
            }
            LoggedInputKind::NotTaken { .. } => self.meta.not_taken += 1,
            _ => {}
        }
        let mut reply = Reply::Ok;
        match input {
            Some(input) => {
                reply = self.decide(kind, &input, refusal).await?;
                self.follow_up().await?;
                for (kind, input) in then {
                    self.decide(kind, &input, refusal).await?;
                    self.follow_up().await?;
                }
            }
            None => self.inputs.push(LoggedInput { kind, rules: Vec::new() }),
        }
        let body = match &answering {
            Some(answering) => Some(answering.write(&reply).map_err(StepError::Bug)?),
            None => None,
        };
        if self.state.is_none() {
            return Err(match reply {
                Reply::Error(errors) => StepError::NotCreated(errors),
                Reply::Ok => {
                    StepError::Bug("the machine confirmed a request that it did not make".to_owned())
                }
            });
        }
        self.know_holds(&held);
        let reply = body.map(|body| (LoggedReply::from(&reply), body));
        self.commit(raw_in, reply, dedupe, claim)
    }

    /// Decides about what follows from an input.
    async fn follow_up<R>(&mut self) -> Result<(), StepError<R>> {
        let mut rounds = 0;
        while let Some((kind, input)) = self.queue.pop_front() {
            rounds += 1;
            if rounds > FOLLOW_UPS {
                return Err(StepError::Bug("one input leads to another without end".to_owned()));
            }
            self.decide(kind, &input, Refusal::IsKept).await?;
        }
        Ok(())
    }

    /// Decides about one input and takes in what follows from it.
    async fn decide<R>(
        &mut self,
        kind: LoggedInputKind,
        input: &Input,
        refusal: Refusal,
    ) -> Result<Reply, StepError<R>> {
        let last_heard = self.state.as_ref().and_then(State::last_heard);
        let unconfirmed = self.unconfirmed();
        let snapshot = Arc::clone(&self.snapshot);
        let facts = Facts {
            now: self.now,
            key: &self.key,
            snapshot: &snapshot,
            unconfirmed: &unconfirmed,
            library: self.meta.library.as_ref().and_then(|library| snapshot.hosted(library)),
        };
        let decided = decide(self.state.take(), input, &facts).map_err(StepError::Bug)?;
        if refusal == Refusal::IsTold
            && let Some(rule) = decided.refused
        {
            return Err(StepError::Refused(rule));
        }
        self.state = decided.state;
        self.events.extend(decided.events);
        self.inputs.push(LoggedInput { kind, rules: decided.rules });
        for effect in decided.effects {
            self.take_in(effect, last_heard.clone()).await?;
        }
        Ok(decided.reply)
    }

    async fn take_in(&mut self, effect: Effect, last_heard: Option<Status>) -> Result<(), StoreError> {
        match effect {
            Effect::Send { out, peer, message, sealed } => {
                self.send(out.into(), peer, *message, sealed, last_heard).await?;
            }
            Effect::Withdraw { out } => self.withdraw(&out.into()),
            Effect::CallIls { step, command } => self.call_ils(step, *command).await?,
            Effect::CancelIlsCall { step } => self.withdraw(&Outbound::Ask(step)),
            Effect::AbandonIlsCall { step } => self.abandon(&Outbound::Ask(step)),
            Effect::HurryIlsCall { step } => self.hurry(&Outbound::Ask(step)),
            Effect::NotifyStaff { kind } => self.tell(kind),
            Effect::Locate { exclude, only } => self.locate(exclude, only),
            Effect::SetTimer { name, at } => {
                self.timers.push(TimerOp::Set { name: name.to_string(), due: unix_millis(at) });
            }
            Effect::ClearTimer { name } => self.timers.push(TimerOp::Clear { name: name.to_string() }),
            Effect::RaiseIncident { slug, text, about } => {
                let blame = Slug::find(slug).map(|slug| slug.blame().as_str());
                tracing::warn!(blame, slug, %about, text, "an incident");
                self.count(&format!("incident.{slug}"));
            }
            Effect::ResolveIncident { slug, about } => {
                tracing::info!(slug, %about, "an incident is resolved");
            }
            Effect::KnowAs { peer, id, party } => self.know(&peer, &id, party),
            Effect::KnowItem { barcode, volume } => {
                if let Some(library) = &self.meta.library {
                    let key = item_key(library, &barcode);
                    self.external.push(ExternalOp::Set(shared_key(&key, self.request)));
                    self.external.push(ExternalOp::Set(key));
                }
                self.meta.items.insert(barcode, volume);
            }
            Effect::Close => self.lifecycle = Lifecycle::Closed { at: unix_millis(self.now) },
            Effect::Reopen => self.lifecycle = Lifecycle::Open,
            Effect::Count { name } => self.count(name),
        }
        Ok(())
    }

    /// Renders a message and puts it at the end of its lane; one that has no valid form in its peer's edition is undeliverable at once.
    async fn send(
        &mut self,
        out: Outbound,
        peer: PeerId,
        message: Message,
        fields: SealedFields,
        last_heard: Option<Status>,
    ) -> Result<(), StoreError> {
        let message = match fields {
            SealedFields::Nothing => message,
            SealedFields::Note | SealedFields::Everything => {
                merge_sealed(message, self.sealed().await?, fields)
            }
        };
        let text = word(&message);
        let rendered = self.requests.renderer.message(MessageToRender {
            message,
            peer: &peer,
            now: self.now,
            last: self.meta.stamps.get(&peer).copied(),
            last_heard,
            registry: &self.snapshot,
        });
        match rendered {
            Ok(rendered) => {
                self.meta.stamps.insert(peer.clone(), rendered.timestamp);
                let message = self.requests.new_message();
                let logged = LoggedOutbound {
                    message,
                    out,
                    peer,
                    text,
                    edition: rendered.edition,
                    losses: rendered.losses,
                    resends: None,
                };
                self.pushes.push(Push { logged, body: rendered.body, not_before: None });
                self.count("message.out");
            }
            Err(Unwritable { why }) => {
                tracing::error!(slug = %slug!("message.unwritable"), %peer, %out, why, "a message cannot be written");
                let kind = LoggedInputKind::Unsendable { out: out.clone(), peer, why: why.clone() };
                let outcome = DeliveryOutcome::Undeliverable { why, may_have_arrived: MayHaveArrived::No };
                if let Some(input) = self.state.as_ref().and_then(|state| state.delivery(out, outcome)) {
                    self.queue.push_back((kind, input));
                }
            }
        }
        Ok(())
    }

    /// What was taken out of the latest request, from the bytes that are kept of it. Nothing, once they are erased.
    async fn sealed(&mut self) -> Result<&SealedParts, StoreError> {
        if self.sealed.is_none() {
            self.sealed = Some(match self.meta.sealed_step {
                Some(step) => self.requests.unseal(self.request, step).await?,
                None => SealedParts::default(),
            });
        }
        Ok(self.sealed.get_or_insert_default())
    }

    /// Renders a command and puts it at the end of the ILS's lane; one that cannot be put to the ILS is answered at once.
    async fn call_ils(&mut self, step: ils::StepId, command: ils::IlsCommand) -> Result<(), StoreError> {
        let Some(library) = self.meta.library.clone() else { return Ok(()) };
        let snapshot = Arc::clone(&self.snapshot);
        let peer = PeerId::new(Destination::Ils(library.clone()).to_string());
        let out = Outbound::Ask(step);
        let renderer = Arc::clone(&self.requests.renderer);
        let sealed = self.sealed().await?;
        let command = CommandToRender { command, library: &library, sealed, registry: &snapshot };
        match renderer.ils_command(command) {
            Ok(rendered) => {
                let logged = LoggedOutbound {
                    message: self.requests.new_message(),
                    out,
                    peer,
                    text: step.step.to_string(),
                    edition: rendered.edition,
                    losses: Vec::new(),
                    resends: None,
                };
                self.pushes.push(Push { logged, body: rendered.body, not_before: None });
                self.count("ils.asked");
            }
            Err(answer) => {
                let why = match &answer {
                    ils::IlsAnswer::Failed { why, .. } => why.clone(),
                    _ => "the ILS cannot be asked this".to_owned(),
                };
                let kind = LoggedInputKind::Unsendable { out, peer, why };
                self.queue.push_back((kind, Input::hosted(hosted::Input::Ils { step, answer })));
            }
        }
        Ok(())
    }

    /// Puts a mail to the library's staff into its lane. A library that is not told by mail, or a gateway without mail, has its list of open
    /// requests.
    fn tell(&mut self, occasion: NotificationKind) {
        self.count(&format!("tell.{}", name_of(&occasion)));
        let (Some(library), Some(state)) = (&self.meta.library, &self.state) else { return };
        let message = self.requests.new_message();
        let mail = self.requests.renderer.notification(NotificationToRender {
            request: self.request,
            message,
            occasion,
            state,
            library,
            now: self.now,
            registry: &self.snapshot,
            random: &*self.requests.seams.random,
        });
        let Some(mail) = mail else { return };
        let peer = PeerId::new(Destination::Staff(library.clone()).to_string());
        let logged = LoggedOutbound {
            message,
            out: Outbound::Tell(occasion),
            peer,
            text: "mail".to_owned(),
            edition: String::new(),
            losses: Vec::new(),
            resends: None,
        };
        self.pushes.push(Push { logged, body: mail.body, not_before: Some(mail.next_at) });
    }

    fn locate(&mut self, exclude: Vec<PeerId>, only: Option<PeerId>) {
        let Some(state) = self.state.as_ref().and_then(State::brokering) else { return };
        let around = self.requests.around(&self.key, &self.snapshot, self.now);
        let table = locate(&self.snapshot, &Asked::of(state), exclude, only, around);
        let kind = LoggedInputKind::Located { considered: table.entries.len(), nobody: table.nobody };
        self.queue.push_back((kind, Input::Brokering(brokering::Input::Located(table))));
    }

    fn know(&mut self, peer: &PeerId, id: &str, side: Party) {
        let key = match (&self.meta.library, &self.state, side) {
            (Some(library), Some(State::Lending(_)), _) => lending_key(library, id),
            (Some(library), ..) => borrowing_key(library, id),
            (None, _, Party::Requester) => requester_key(peer, id),
            (None, ..) => supplier_key(id),
        };
        self.external.push(ExternalOp::Set(key.clone()));
        // By the broker's ids people look for the broker's record.
        if self.meta.library.is_none() {
            self.external.push(ExternalOp::Set(any_key(id)));
        }
        self.meta.known.insert(key, side);
    }

    /// Lets the request be found by the holds that its ILS has made for it since.
    fn know_holds(&mut self, before: &BTreeSet<String>) {
        let (Some(library), Some(state)) = (&self.meta.library, &self.state) else { return };
        let new = state.holds().into_iter().filter(|hold| !before.contains(hold));
        let keys = new.map(|hold| shared_key(&hold_key(library, &hold), self.request));
        self.external.extend(keys.map(ExternalOp::Set));
    }

    fn count(&mut self, name: &str) {
        *self.counters.entry(name.to_owned()).or_default() += 1;
    }
}
