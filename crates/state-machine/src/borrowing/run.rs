//! Carries out rows: moves the request and its volumes, keeps the clocks that belong to where they stand, and keeps what needs staff.
//! Must never do anything that no row says.

use super::{
    act::Act,
    clocks,
    event::Event,
    guards::View,
    incidents,
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    state::{State, TemporaryItem},
    table::{Kind, To, find},
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    brokering::RuleVerdict,
    hosted::{Clock, Context, Decision, Effect, Input, RuleUsed, Step, TimerName, VolumeNo},
};

/// One decision under way.
pub(crate) struct Run<'a> {
    /// The state as it will be.
    pub(crate) state: State,
    pub(crate) input: &'a Input<Act>,
    pub(crate) context: &'a Context<'a>,
    /// The volume that something happens to.
    pub(crate) volume: Option<VolumeNo>,
    pub(crate) decision: Decision<Event>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(state: State, input: &'a Input<Act>, context: &'a Context<'a>) -> Self {
        Run { state, input, context, volume: None, decision: Decision::default() }
    }

    /// Something happens to the request.
    pub(crate) fn request(&mut self, trigger: RequestTrigger) {
        let outer = self.volume.take();
        let from = self.state.phase;
        let row = find(REQUEST_TABLE, from, trigger, &self.view());
        self.used(row.name, row.why, row.is_refusal());
        if let Kind::Goes { to, does, .. } = &row.kind {
            let to = match to {
                To::Stay => from,
                To::Resume => self.resumed_phase(),
                To::State(phase) => *phase,
            };
            self.move_request(to, row.name);
            for what in *does {
                self.perform(what);
            }
        }
        self.volume = outer;
    }

    /// Something happens to a volume, and, if its row says so, to the request.
    pub(crate) fn volume(&mut self, number: VolumeNo, trigger: VolumeTrigger) {
        let Some(from) = self.state.volume(number).map(|volume| volume.state) else {
            return self.ignore("no-such-volume", "There is no such volume.");
        };
        let outer = self.volume.replace(number);
        let row = find(VOLUME_TABLE, from, trigger, &self.view());
        self.used(row.name, row.why, row.is_refusal());
        if let Kind::Goes { to, does, then } = &row.kind {
            if let To::State(to) = to {
                self.move_volume(number, *to, row.name);
            }
            for what in *does {
                self.perform(what);
            }
            if let Some(then) = then {
                self.request(*then);
            }
        }
        self.volume = outer;
    }

    /// Whether something can happen to a volume.
    pub(crate) fn can(&self, number: VolumeNo, trigger: VolumeTrigger) -> bool {
        let view = View { volume: Some(number), ..self.view() };
        self.state
            .volume(number)
            .is_some_and(|volume| !find(VOLUME_TABLE, volume.state, trigger, &view).is_refusal())
    }

    /// Every volume's number.
    pub(crate) fn numbers(&self) -> Vec<VolumeNo> {
        self.state.numbered().map(|(number, _)| number).collect()
    }

    /// Keeps that something changes nothing, by a rule that comes before the tables.
    pub(crate) fn ignore(&mut self, rule: &'static str, why: &'static str) {
        self.used(rule, why, true);
    }

    /// A rule that refuses does so, and nothing else happens.
    pub(crate) fn refuse(&mut self, rule: &'static str, why: &'static str) {
        self.decision.rules.push(RuleUsed { rule, why, verdict: RuleVerdict::Refused });
    }

    /// Keeps an event, and moves the state by it.
    pub(crate) fn record(&mut self, event: Event) {
        self.state.apply(&event);
        self.decision.events.push(event);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.decision.effects.push(effect);
    }

    pub(crate) fn view(&self) -> View<'_> {
        View { state: &self.state, volume: self.volume, happening: Some((self.input, self.context)) }
    }

    /// Something needs staff; once under one name and volume.
    pub(crate) fn raise(&mut self, slug: &'static str, volume: Option<VolumeNo>) {
        if self.state.incidents.has(slug, volume) {
            return;
        }
        let text = incidents::text(&self.state, self.input, slug, volume);
        let at = self.context.now;
        self.record(Event::IncidentRaised { slug: slug.to_owned(), text: text.clone(), volume, at });
        self.effect(Effect::RaiseIncident { slug, text, volume });
    }

    /// It does no more, if it did.
    pub(crate) fn settle(&mut self, slug: &str, volume: Option<VolumeNo>) {
        if self.state.incidents.has(slug, volume) {
            self.record(Event::IncidentSettled { slug: slug.to_owned(), volume });
            self.effect(Effect::SettleIncident { slug: slug.to_owned(), volume });
        }
    }

    /// Stops a clock, if it runs.
    pub(crate) fn stop(&mut self, timer: TimerName) {
        if self.state.waits.has(timer) {
            self.record(Event::WaitEnded { timer });
            self.effect(Effect::ClearTimer { name: timer });
        }
    }

    /// Stops the clocks that do not belong to where things stand, and starts those that do.
    pub(crate) fn keep_clocks(&mut self) {
        let wanted = self.wanted_clocks();
        let running = self.state.waits.running();
        for timer in running.iter().filter(|timer| !wanted.contains(timer)) {
            self.stop(*timer);
        }
        for timer in wanted.into_iter().filter(|timer| !running.contains(timer)) {
            if let Some((until, why)) = clocks::start(&self.state, timer, self.context) {
                self.record(Event::WaitStarted { timer, until, why: why.to_owned() });
                self.effect(Effect::SetTimer { name: timer, at: until });
            }
        }
    }

    fn wanted_clocks(&self) -> Vec<TimerName> {
        if self.state.phase.is_final() {
            return Vec::new();
        }
        let mut wanted: Vec<TimerName> =
            self.state.phase.clocks().iter().map(|clock| clock.of_request()).collect();
        for (number, volume) in self.state.numbered() {
            wanted.extend(volume.state.clocks().iter().map(|clock| clock.of(number)));
            let asked = self
                .state
                .asked
                .iter()
                .any(|a| a.ticket.step == Step::PollItem && a.ticket.volume == Some(number));
            let polled = volume.state.is_polled()
                && volume.item == TemporaryItem::There
                && self.context.library.poll_every.is_some()
                && self.context.library.asks(Step::PollItem);
            if polled && !asked {
                wanted.push(Clock::Poll.of(number));
            }
        }
        wanted
    }

    fn used(&mut self, rule: &'static str, why: &'static str, refused: bool) {
        let verdict = if refused { RuleVerdict::Refused } else { RuleVerdict::Done };
        self.decision.rules.push(RuleUsed { rule, why, verdict });
        if refused {
            self.record(Event::Ignored { rule: rule.to_owned(), why: why.to_owned() });
        }
    }

    /// The phase that the supplier's last words mean, where a cancel comes to nothing.
    fn resumed_phase(&self) -> Phase {
        use iso18626::Status;
        let terms = &self.state.terms;
        match &self.state.status {
            Some(Status::RetryPossible) => Phase::RetryOffered,
            _ if terms.iter().any(|term| !self.state.agreed.contains(term)) => Phase::Conditional,
            Some(Status::WillSupply) => Phase::Promised,
            Some(Status::ExpectToSupply) => Phase::Expecting,
            _ => Phase::Sent,
        }
    }

    fn move_request(&mut self, to: Phase, rule: &str) {
        let from = self.state.phase;
        if from != to {
            self.record(Event::PhaseMoved { from, to, rule: rule.to_owned(), at: self.context.now });
            for clock in from.clocks() {
                self.stop(clock.of_request());
            }
            for slug in incidents::of_phase(from) {
                self.settle(slug, None);
            }
        }
    }

    fn move_volume(&mut self, number: VolumeNo, to: VolumeState, rule: &str) {
        let Some(from) = self.state.volume(number).map(|volume| volume.state) else { return };
        if from != to {
            let at = self.context.now;
            self.record(Event::VolumeMoved { volume: number, from, to, rule: rule.to_owned(), at });
            for clock in from.clocks() {
                self.stop(clock.of(number));
            }
            for slug in incidents::of_volume(from) {
                self.settle(slug, Some(number));
            }
        }
    }
}
