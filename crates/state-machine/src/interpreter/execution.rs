//! One decision under way: finds the row, moves what it moves, has its actions done, and keeps clocks and incidents. Must never do
//! anything that no row says.

use acts::ActKind;
use decision_model::{Decision, Effect, RuleUsed, RuleVerdict, Table};
use jiff::Timestamp;
use loan_model::{
    names::{About, TimerName},
    open::Tells,
};

use super::{
    common::Common,
    evolve::Evolve as _,
    machine::{Machine, PartRow, RequestRow},
    rows::{Kind, To, find},
    triggers::Trigger,
};

/// One decision under way.
pub(crate) struct Execution<'a, M: Machine> {
    /// The state as it will be.
    pub(crate) state: M::State,
    pub(crate) input: &'a M::Input,
    pub(crate) context: &'a M::Context<'a>,
    pub(crate) now: Timestamp,
    /// The part that something happens to, or that made it happen to the request.
    pub(crate) part: Option<M::Part>,
    pub(crate) decision: Decision<M::Event>,
}

impl<'a, M: Machine> Execution<'a, M> {
    pub(crate) fn new(
        state: M::State,
        input: &'a M::Input,
        context: &'a M::Context<'a>,
        now: Timestamp,
    ) -> Self {
        Execution { state, input, context, now, part: None, decision: Decision::default() }
    }

    /// The decision with which a request comes into being.
    pub(crate) fn open(
        opened: M::Event,
        trigger: M::RequestTrigger,
        input: &'a M::Input,
        (context, now): (&'a M::Context<'a>, Timestamp),
    ) -> Option<Self> {
        let mut run = Self::new(M::State::open(&opened)?, input, context, now);
        run.decision.events.push(opened);
        run.on_request(trigger);
        Some(run)
    }

    /// Something happens to the request.
    pub(crate) fn on_request(&mut self, trigger: M::RequestTrigger) {
        let from = M::standing(&self.state).phase;
        let row = self.request_row(trigger);
        self.used(row.used(Table::Request));
        let Kind::Goes { to, does, .. } = &row.kind else { return };
        let to = match to {
            To::Stay => from,
            To::Resume => M::resumed_phase(self),
            To::State(phase) => *phase,
        };
        if from != to {
            let (rule, at) = (row.name.to_owned(), self.now);
            self.note(Common::PhaseMoved { from, to, rule, at });
            M::left_phase(self, from);
        }
        for action in *does {
            M::act_on_request(self, action);
        }
        if from != to {
            M::entered_phase(self);
        }
    }

    /// Something happens to a part, and, if its row says so, to the request.
    pub(crate) fn on_part(&mut self, part: M::Part, trigger: M::PartTrigger) {
        let Some(from) = M::part_state(&self.state, part) else {
            return self.ignore(M::NO_SUCH_PART);
        };
        let outer = self.part.replace(part);
        let row = find(M::PART_TABLE, from, trigger, &M::view(self, Some(part)));
        self.used(row.used(M::PART));
        if let Kind::Goes { to, does, then } = &row.kind {
            let to = match to {
                To::Stay => from,
                To::Resume => M::resumed_part(self, part).unwrap_or(from),
                To::State(state) => *state,
            };
            if from != to {
                self.record(M::part_moved(part, from, to, row.name.to_owned(), self.now));
                M::left_state(self, part, from);
            }
            for action in *does {
                M::act_on_part(self, part, action);
            }
            if let Some(then) = then {
                self.on_request(*then);
            }
        }
        self.part = outer;
    }

    /// Something happens to each part that it can happen to.
    pub(crate) fn on_each_part(&mut self, trigger: M::PartTrigger) {
        self.on_parts(M::parts(&self.state), trigger);
    }

    /// Something happens to each of these parts that it can happen to.
    pub(crate) fn on_parts(&mut self, parts: Vec<M::Part>, trigger: M::PartTrigger) {
        let mut parts = parts;
        parts.retain(|part| self.can(*part, trigger));
        parts.dedup();
        for part in parts {
            self.on_part(part, trigger);
        }
    }

    /// Whether something can happen to a part.
    pub(crate) fn can(&self, part: M::Part, trigger: M::PartTrigger) -> bool {
        self.part_row(part, trigger).is_some_and(|row| !row.is_refusal())
    }

    /// The row that decides what happens to a part, if there is such a part.
    pub(crate) fn part_row(&self, part: M::Part, trigger: M::PartTrigger) -> Option<&'static PartRow<M>> {
        let state = M::part_state(&self.state, part)?;
        Some(find(M::PART_TABLE, state, trigger, &M::view(self, Some(part))))
    }

    /// The row that decides what happens to the request.
    pub(crate) fn request_row(&self, trigger: M::RequestTrigger) -> &'static RequestRow<M> {
        find(M::REQUEST_TABLE, M::standing(&self.state).phase, trigger, &M::view(self, self.part))
    }

    /// The row that refuses what would happen to the request, if it does.
    pub(crate) fn refusal(&self, trigger: M::RequestTrigger) -> Option<RuleUsed> {
        let row = self.request_row(trigger);
        row.is_refusal().then(|| row.used(Table::Request))
    }

    /// A timer has run out.
    pub(crate) fn on_timer(&mut self, timer: TimerName) {
        if !M::standing(&self.state).waits.is_due(timer, self.now) {
            return self.ignore(("timer-not-awaited", "This is not awaited any more, or not yet."));
        }
        self.note(Common::WaitEnded { timer });
        let part = timer.part.map(M::Part::try_from);
        match (part, M::RequestTrigger::of_clock(timer.clock), M::PartTrigger::of_clock(timer.clock)) {
            (None, Some(trigger), _) => self.on_request(trigger),
            (Some(Ok(part)), _, Some(trigger)) => self.on_part(part, trigger),
            _ => self.ignore(("timer-unknown", "No such clock runs here.")),
        }
    }

    /// Staff do what a row carries out.
    pub(crate) fn on_act(&mut self, act: ActKind, by: &str, reason: &str, trigger: M::RequestTrigger) {
        let (by, reason, at) = (by.to_owned(), reason.to_owned(), self.now);
        self.note(Common::StaffActed { act, by, reason, at });
        self.on_request(trigger);
    }

    /// Keeps that something changes nothing, by a rule that comes before the tables.
    pub(crate) fn ignore(&mut self, rule: (&'static str, &'static str)) {
        self.used(RuleUsed::gate(rule));
    }

    /// A rule refuses an act of staff, and nothing else happens.
    pub(crate) fn refuse(&mut self, refusal: RuleUsed) {
        self.decision.rules.push(refusal);
    }

    /// Keeps an event, and moves the state by it.
    pub(crate) fn record(&mut self, event: M::Event) {
        self.state.apply(&event);
        self.decision.events.push(event);
    }

    fn note(&mut self, event: Common<M::Phase>) {
        self.record(event.into());
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.decision.effects.push(effect);
    }

    /// Something needs staff; once under one name and about the same.
    pub(crate) fn raise(&mut self, slug: &'static str, about: About) {
        let text = M::incident_text(self, slug, about);
        self.raise_with(slug, about, text, Tells::Once);
    }

    /// The same, and staff are told each time.
    pub(crate) fn raise_each_time(&mut self, slug: &'static str, about: About) {
        let text = M::incident_text(self, slug, about);
        self.raise_with(slug, about, text, Tells::EachTime);
    }

    /// The same, with its sentence.
    pub(crate) fn raise_with(&mut self, slug: &'static str, about: About, text: String, tells: Tells) {
        let Some(text) = M::standing(&self.state).incidents.saying(slug, about, text, tells) else { return };
        let at = self.now;
        self.note(Common::IncidentRaised { slug: slug.to_owned(), text: text.clone(), about, at });
        self.effect(Effect::RaiseIncident { slug, text, about });
    }

    /// It does no more, if it did.
    pub(crate) fn resolve(&mut self, slug: &str, about: About) {
        if M::standing(&self.state).incidents.has(slug, about) {
            self.note(Common::IncidentResolved { slug: slug.to_owned(), about });
            self.effect(Effect::ResolveIncident { slug: slug.to_owned(), about });
        }
    }

    /// Nothing of such a name needs staff any more.
    pub(crate) fn resolve_all(&mut self, is_over: impl Fn(&str) -> bool) {
        for (slug, about) in M::standing(&self.state).incidents.named(is_over) {
            self.resolve(&slug, about);
        }
    }

    /// Starts a clock, or starts it anew, if it can run.
    pub(crate) fn start_clock(&mut self, timer: TimerName) {
        match M::clock(self, timer) {
            Some((until, why)) => {
                self.note(Common::WaitStarted { timer, until, why });
                self.effect(Effect::SetTimer { name: timer, at: until });
            }
            None => self.stop_clock(timer),
        }
    }

    /// Stops a clock, if it runs.
    pub(crate) fn stop_clock(&mut self, timer: TimerName) {
        if M::standing(&self.state).waits.has(timer) {
            self.note(Common::WaitEnded { timer });
            self.effect(Effect::ClearTimer { name: timer });
        }
    }

    /// Stops every clock.
    pub(crate) fn stop_clocks(&mut self) {
        self.keep_clocks(&[], |_| true);
    }

    /// Of the clocks that are meant, stops those that are not wanted, and starts those that are and do not run.
    pub(crate) fn keep_clocks(&mut self, wanted: &[TimerName], are_meant: impl Fn(&TimerName) -> bool) {
        let mut running = M::standing(&self.state).waits.running();
        running.retain(are_meant);
        for timer in running.iter().filter(|timer| !wanted.contains(timer)) {
            self.stop_clock(*timer);
        }
        for timer in wanted.iter().filter(|timer| !running.contains(timer)) {
            self.start_clock(*timer);
        }
    }

    fn used(&mut self, used: RuleUsed) {
        self.decision.rules.push(used.clone());
        if used.verdict == RuleVerdict::Refused {
            let RuleUsed { table, rule, why, .. } = used;
            self.note(Common::Ignored { table, rule: rule.to_owned(), why: why.to_owned() });
        }
    }
}
