//! Carries out rows: moves the request and its legs, keeps the clocks that belong to where they stand, and does what a row says.
//! Must never do anything that no row says.

use iso18626::{Status, SupplyingAgencyMessage};

use super::{
    classify, clocks,
    decision::{Decision, RuleUsed, RuleVerdict, Table},
    effect::Effect,
    event::{Event, SameItem},
    guards::View,
    incidents,
    input::{Context, Input},
    leg_table::LEG_TABLE,
    names::{Clock, LegId, OutboundKind, Party, TimerName},
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
    state::{CancelWish, State},
    table::{Do, Kind, To, find},
    terms,
    trigger::{LegTrigger, RequestTrigger},
};
use crate::{
    MayHaveArrived, PeerId,
    facts::{Lends, PeerFacts, PeerStanding},
    ranking::PassedOver,
};

/// One decision under way.
pub(crate) struct Run<'a> {
    /// The state as it will be.
    pub(crate) state: State,
    pub(crate) input: &'a Input,
    pub(crate) context: &'a Context<'a>,
    /// The leg that something happens to.
    pub(crate) leg: Option<LegId>,
    pub(crate) decision: Decision,
}

impl<'a> Run<'a> {
    pub(crate) fn new(state: State, input: &'a Input, context: &'a Context<'a>) -> Self {
        Run { state, input, context, leg: None, decision: Decision::default() }
    }

    /// Something happens to the request.
    pub(crate) fn request(&mut self, trigger: RequestTrigger) {
        let row = find(REQUEST_TABLE, self.state.phase, trigger, &self.view());
        self.used(Table::Request, row.name, row.why, row.is_refusal());
        if let Kind::Goes { to, does, .. } = &row.kind {
            let to = match to {
                To::Stay => self.state.phase,
                To::Resume => self.resumed_phase(),
                To::State(phase) => *phase,
            };
            self.move_request(to, row.name);
            self.carry_out(does);
        }
    }

    /// Something happens to a leg, and, if its row says so, to the request.
    pub(crate) fn leg(&mut self, leg: LegId, trigger: LegTrigger) {
        let outer = self.leg.replace(leg);
        let from = self.state.leg(leg).state;
        let row = find(LEG_TABLE, from, trigger, &self.view());
        self.used(Table::Leg, row.name, row.why, row.is_refusal());
        if let Kind::Goes { to, does, then } = &row.kind {
            let to = match to {
                To::Stay => from,
                To::Resume => self.state.leg(leg).before.unwrap_or(LegState::Promised),
                To::State(state) => *state,
            };
            self.move_leg(leg, to, row.name);
            self.carry_out(does);
            if let Some(then) = then {
                self.request(*then);
            }
        }
        self.leg = outer;
    }

    /// A timer has run out.
    pub(crate) fn timer(&mut self, name: TimerName) {
        let awaited =
            self.state.waits.iter().any(|wait| wait.timer == name && wait.until <= self.context.now);
        if !awaited {
            return self.ignore("timer-not-awaited", "Nobody waits for this any more, or not yet.");
        }
        self.record(Event::WaitEnded { timer: name });
        match (name.clock, name.leg) {
            (Clock::Locate, _) => self.request(RequestTrigger::LocateTimer),
            (clock, Some(leg)) => match classify::leg_clock(clock) {
                Some(trigger) => self.leg(leg, trigger),
                None => self.request(RequestTrigger::NeedBeforeTimer),
            },
            (_, None) => self.request(RequestTrigger::NeedBeforeTimer),
        }
    }

    /// Keeps what a supplier's message says that matters later.
    pub(crate) fn hear(&mut self, id: LegId, message: &SupplyingAgencyMessage) {
        let leg = self.state.leg(id);
        let status = &message.status_info.status;
        let news = !matches!(status, Status::Unknown(_))
            && message.message_info.reason_for_message != iso18626::ReasonForMessage::Notification;
        let named = message.header.supplying_agency_request_id.clone().filter(|id| !id.trim().is_empty());
        let retry_before = message.retry_info.as_ref().and_then(|retry| retry.retry_before.clone());
        let heard = Event::Heard {
            leg: id,
            status: news.then(|| status.clone()).filter(|status| leg.status.as_ref() != Some(status)),
            supplier_request_id: named.filter(|named| leg.supplier_request_id.as_ref() != Some(named)),
            due_date: message.status_info.due_date.clone().filter(|due| leg.due_date.as_ref() != Some(due)),
            retry_before: retry_before.filter(|before| leg.retry_before.as_ref() != Some(before)),
            reason_unfilled: message.message_info.reason_unfilled.clone(),
        };
        let nothing = Event::Heard {
            leg: id,
            status: None,
            supplier_request_id: None,
            due_date: None,
            retry_before: None,
            reason_unfilled: None,
        };
        if heard != nothing {
            self.record(heard);
        }
    }

    /// A row that would refuse does so, and nothing else happens.
    pub(crate) fn refuse(&mut self, trigger: RequestTrigger) {
        let row = find(REQUEST_TABLE, self.state.phase, trigger, &self.view());
        self.decision.rules.push(RuleUsed {
            table: Table::Request,
            rule: row.name,
            why: row.why,
            verdict: RuleVerdict::Refused,
        });
    }

    /// A rule that comes before the tables refuses, and nothing else happens.
    pub(crate) fn refuse_by(&mut self, (rule, why): (&'static str, &'static str)) {
        self.decision.rules.push(RuleUsed { table: Table::Gate, rule, why, verdict: RuleVerdict::Refused });
    }

    /// Keeps that something changes nothing, by a rule that comes before the tables.
    pub(crate) fn ignore(&mut self, rule: &'static str, why: &'static str) {
        self.used(Table::Gate, rule, why, true);
    }

    /// Keeps an event, and moves the state by it.
    pub(crate) fn record(&mut self, event: Event) {
        self.state.apply(&event);
        self.decision.events.push(event);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.decision.effects.push(effect);
    }

    /// What is known of a peer.
    pub(crate) fn facts(&self, peer: &PeerId) -> Option<PeerFacts> {
        (self.context.peers)(peer)
    }

    /// An incident is over, if it was open.
    pub(crate) fn settle(&mut self, slug: &str, party: Party) {
        if self.state.incidents.iter().any(|open| open.slug == slug && open.party == party) {
            self.record(Event::IncidentSettled { slug: slug.to_owned(), party });
            self.effect(Effect::SettleIncident { slug: slug.to_owned(), party });
        }
    }

    fn view(&self) -> View<'_> {
        View { state: &self.state, leg: self.leg, happening: Some((self.input, self.context)) }
    }

    fn used(&mut self, table: Table, rule: &'static str, why: &'static str, refused: bool) {
        let verdict = if refused { RuleVerdict::Refused } else { RuleVerdict::Done };
        self.decision.rules.push(RuleUsed { table, rule, why, verdict });
        if refused {
            self.record(Event::Ignored { table, rule: rule.to_owned(), why: why.to_owned() });
        }
    }

    fn move_request(&mut self, to: Phase, rule: &str) {
        let from = self.state.phase;
        if from != to {
            self.record(Event::PhaseMoved { from, to, rule: rule.to_owned(), at: self.context.now });
        }
    }

    /// The phase that the current leg's state means.
    fn resumed_phase(&self) -> Phase {
        match self.state.current.map(|leg| self.state.leg(leg).state) {
            Some(LegState::Conditional) => Phase::Conditional,
            Some(LegState::RetryOffered) => Phase::RetryOffered,
            Some(state) if state.is_custody() => Phase::OnLoan,
            _ => Phase::Asking,
        }
    }

    fn move_leg(&mut self, leg: LegId, to: LegState, rule: &str) {
        let from = self.state.leg(leg).state;
        if from != to {
            self.record(Event::LegMoved { leg, from, to, rule: rule.to_owned(), at: self.context.now });
            self.keep_clocks(leg);
        }
    }

    /// Stops the leg's clocks that do not belong to where it stands, and starts the one that does.
    fn keep_clocks(&mut self, leg: LegId) {
        let own = self.state.leg(leg).state.clock();
        let running: Vec<Clock> =
            self.state.waits.iter().filter(|w| w.timer.leg == Some(leg)).map(|w| w.timer.clock).collect();
        for clock in running.iter().filter(|clock| Some(**clock) != own) {
            self.stop(clock.of(leg));
        }
        if let Some(clock) = own.filter(|clock| !running.contains(clock)) {
            self.start_leg_clock(leg, clock);
        }
    }

    fn start_leg_clock(&mut self, leg: LegId, clock: Clock) {
        let (until, why) = clocks::leg_clock(self, leg, clock);
        self.start(clock.of(leg), until, why);
    }

    fn start(&mut self, timer: TimerName, until: jiff::Timestamp, why: String) {
        self.record(Event::WaitStarted { timer, until, why });
        self.effect(Effect::SetTimer { name: timer, at: until });
    }

    fn stop(&mut self, timer: TimerName) {
        if self.state.waits.iter().any(|wait| wait.timer == timer) {
            self.record(Event::WaitEnded { timer });
            self.effect(Effect::ClearTimer { name: timer });
        }
    }

    fn carry_out(&mut self, does: &'static [Do]) {
        for what in does {
            self.perform(what);
        }
    }

    fn perform(&mut self, what: &'static Do) {
        match what {
            Do::Begin => self.begin(),
            Do::Locate => {
                let only = match &self.state.addressed {
                    super::input::Addressing::Member(peer) => Some(peer.clone()),
                    _ => None,
                };
                self.locate(only);
            }
            Do::LocateSame => self.locate(self.state.only.clone()),
            Do::LocateOthers => self.locate(None),
            Do::StopLocating => self.stop(Clock::Locate.of_request()),
            Do::SetRota => {
                if let Input::Located(rota) = self.input {
                    let (snapshot, at) = (self.context.snapshot, self.context.now);
                    self.record(Event::RotaSet { rota: rota.clone(), snapshot, at });
                }
            }
            Do::CloseRota => {
                if self.state.rota_open() {
                    self.record(Event::RotaClosed);
                }
            }
            Do::Choose => self.choose(),
            Do::OpenLeg => self.open_leg(),
            Do::SendRetry => self.with_leg(Self::send_request),
            Do::Adopt => self.adopt(SameItem::Same),
            Do::AdoptAnew => self.adopt(SameItem::Another),
            Do::MakeCurrent => self.with_leg(|run, leg| run.record(Event::CurrentSet { leg })),
            Do::PassOn => {
                let out =
                    self.state.legs_with_ids().find(|(_, leg)| leg.state.is_custody()).map(|(id, _)| id);
                if let Some(leg) = out.filter(|leg| Some(*leg) != self.state.current) {
                    self.record(Event::CurrentSet { leg });
                }
            }
            Do::End => {
                for timer in self.state.waits.iter().map(|wait| wait.timer).collect::<Vec<_>>() {
                    self.stop(timer);
                }
                self.effect(Effect::Close);
            }
            Do::Reopen => self.effect(Effect::Reopen),
            Do::WishCancel => self.record(Event::CancelAsked { wish: CancelWish::All }),
            Do::WishOther => self.record(Event::CancelAsked { wish: CancelWish::Other }),
            Do::WishByStaff => self.record(Event::CancelAsked { wish: CancelWish::ByStaff }),
            Do::ForgetWish => self.forget_wish(),
            Do::Send(action) => self.with_leg(|run, leg| run.send(leg, action)),
            Do::WithdrawRequest => self.with_leg(|run, leg| {
                run.effect(Effect::Withdraw { to: Party::Leg(leg), kind: OutboundKind::Request });
            }),
            Do::WithdrawCancel => self.with_leg(Self::withdraw_cancel),
            Do::HearTerms => self.with_leg(|run, leg| {
                if let Input::Supplying { message, .. } = run.input {
                    run.record(Event::TermsHeard { leg, terms: terms::of(message) });
                }
            }),
            Do::AgreeTerms => self.with_leg(|run, leg| run.record(Event::TermsAgreed { leg })),
            Do::AskRenewal => self.with_leg(|run, leg| run.record(Event::RenewalAsked { leg })),
            Do::RestartClock => self.with_leg(|run, leg| {
                if let Some(clock) = run.state.leg(leg).state.clock() {
                    run.start_leg_clock(leg, clock);
                }
            }),
            Do::Leg(trigger) => {
                if let Some(leg) = self.addressed_leg() {
                    self.leg(leg, *trigger);
                }
            }
            Do::Current(trigger) => {
                if let Some(leg) = self.state.current {
                    self.leg(leg, *trigger);
                }
            }
            Do::EachLeg(trigger) => {
                let legs: Vec<LegId> = self
                    .state
                    .legs_with_ids()
                    .filter(|(_, leg)| !leg.state.is_final())
                    .map(|(id, _)| id)
                    .collect();
                for leg in legs {
                    self.leg(leg, *trigger);
                }
            }
            Do::Incident(slug) => self.raise(slug),
            Do::SettleIncidents => {
                for open in self.state.incidents.clone() {
                    self.settle(&open.slug, open.party);
                }
            }
            Do::Count(name) => self.effect(Effect::Count { name }),
            upstream => self.tell(upstream),
        }
    }

    fn with_leg(&mut self, act: impl FnOnce(&mut Self, LegId)) {
        if let Some(leg) = self.leg {
            act(self, leg);
        }
    }

    /// The leg that the requester's message is for: the one it addresses, else the current one.
    fn addressed_leg(&self) -> Option<LegId> {
        let Input::Requesting { message, .. } = self.input else { return self.state.current };
        let symbol = crate::Symbol::from(&message.header.supplying_agency_id);
        classify::leg_called(&self.state, &symbol).or(self.state.current)
    }

    fn begin(&mut self) {
        self.know_requester();
        self.start_need_before();
    }

    fn know_requester(&mut self) {
        let id = self.state.request.header.requesting_agency_request_id.clone();
        let peer = self.state.requester.peer.clone();
        self.effect(Effect::KnowAs { peer, id, party: Party::Requester });
    }

    fn start_need_before(&mut self) {
        match clocks::need_before(&self.state.request).filter(|by| *by > self.context.now) {
            Some(by) => {
                self.start(Clock::NeedBefore.of_request(), by, "the item is of no use after this".to_owned())
            }
            None => self.stop(Clock::NeedBefore.of_request()),
        }
    }

    fn locate(&mut self, only: Option<PeerId>) {
        self.record(Event::LocateAsked { only: only.clone() });
        let until = clocks::locate_again(self.context.now);
        self.start(Clock::Locate.of_request(), until, "suppliers are looked for".to_owned());
        self.effect(Effect::Locate { exclude: self.state.tried.clone(), only });
    }

    fn choose(&mut self) {
        while let Some(entry) = self.state.next_in_rota() {
            let takes_requests = self
                .facts(&entry.peer)
                .is_some_and(|peer| peer.standing == PeerStanding::Active && peer.roles.lends != Lends::No);
            if takes_requests {
                return self.request(RequestTrigger::NextChosen);
            }
            let peer = entry.peer.clone();
            self.record(Event::PassedOver { peer, why: PassedOver::NotActive });
        }
        self.request(RequestTrigger::NoneLeft);
    }

    fn open_leg(&mut self) {
        let Some(entry) = self.state.next_in_rota().cloned() else { return };
        let leg = LegId(self.state.legs.len() as u32);
        let face = self.facts(&entry.peer).map(|peer| peer.face).unwrap_or_default();
        self.record(Event::LegOpened {
            leg,
            peer: entry.peer,
            symbol: entry.symbol,
            name: entry.name,
            face,
            at: self.context.now,
        });
        self.leg = Some(leg);
        self.keep_clocks(leg);
        self.send_request(leg);
    }

    fn adopt(&mut self, item: SameItem) {
        let Input::Request { message, .. } = self.input else { return };
        self.record(Event::Retried { request: message.clone(), item, at: self.context.now });
        self.know_requester();
        if !self.state.phase.is_final() {
            self.start_need_before();
        }
    }

    pub(crate) fn forget_wish(&mut self) {
        if self.state.cancel != CancelWish::None {
            self.record(Event::CancelAnswered);
        }
    }

    fn withdraw_cancel(&mut self, leg: LegId) {
        let kind = OutboundKind::Action(iso18626::Action::Cancel);
        let unsent = self.context.unconfirmed.iter().any(|message| {
            message.to == Party::Leg(leg)
                && message.kind == kind
                && message.may_have_arrived == MayHaveArrived::No
        });
        if unsent {
            self.effect(Effect::Withdraw { to: Party::Leg(leg), kind });
        }
    }

    fn raise(&mut self, slug: &'static str) {
        let party = self.leg.map_or(Party::Requester, Party::Leg);
        if self.state.incidents.iter().any(|open| open.slug == slug && open.party == party) {
            return;
        }
        let text = incidents::text(self, slug, party);
        self.record(Event::IncidentRaised {
            slug: slug.to_owned(),
            text: text.clone(),
            party,
            at: self.context.now,
        });
        self.effect(Effect::RaiseIncident { slug, text, party });
    }
}
