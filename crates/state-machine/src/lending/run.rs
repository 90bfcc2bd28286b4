//! Carries out rows: moves the request and its volumes, keeps the clocks that belong to where it stands, and does what a row says. Must
//! never do anything that no row says.

use super::{
    act::Act,
    classify, clocks,
    event::Event,
    guards::View,
    incidents,
    phases::Phase,
    request_table::REQUEST_TABLE,
    rules::Do,
    state::State,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    brokering::RuleVerdict,
    hosted::{Clock, Context, Decision, Effect, Input, RuleUsed, Ticket, TimerName, VolumeNo},
    rows::{Kind, To, find},
};

/// One decision under way.
pub(crate) struct Run<'a> {
    /// The state as it will be.
    pub(crate) state: State,
    pub(crate) input: &'a Input<Act>,
    pub(crate) context: &'a Context<'a>,
    /// The volume that something happens to.
    pub(crate) volume: Option<VolumeNo>,
    /// The step that failed, and why, for the incident.
    pub(crate) failed: Option<Ticket>,
    pub(crate) cause: Option<String>,
    pub(crate) decision: Decision<Event>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(state: State, input: &'a Input<Act>, context: &'a Context<'a>) -> Self {
        let decision = Decision::default();
        Run { state, input, context, volume: None, failed: None, cause: None, decision }
    }

    /// Something happens to the request.
    pub(crate) fn request(&mut self, trigger: RequestTrigger) {
        let row = find(REQUEST_TABLE, self.state.phase, trigger, &self.view());
        self.used(row.name, row.why, row.is_refusal());
        if let Kind::Goes { to, does, .. } = &row.kind {
            let from = self.state.phase;
            let to = match to {
                To::Stay => from,
                To::Resume => self.state.before.unwrap_or(Phase::OnLoan),
                To::State(phase) => *phase,
            };
            if from != to {
                self.record(Event::PhaseMoved { from, to, rule: row.name.to_owned(), at: self.context.now });
                self.settle_what(incidents::passes);
            }
            self.carry_out(does);
            if from != to {
                self.keep_clocks();
            }
        }
    }

    /// Something happens to a volume, and, if its row says so, to the request.
    pub(crate) fn volume(&mut self, volume: VolumeNo, trigger: VolumeTrigger) {
        let Some(from) = self.state.volume(volume).map(|known| known.state) else {
            return self.ignore("no-such-volume", "No such volume is part of this request.");
        };
        let outer = self.volume.replace(volume);
        let row = find(VOLUME_TABLE, from, trigger, &self.view());
        self.used(row.name, row.why, row.is_refusal());
        if let Kind::Goes { to, does, then } = &row.kind {
            let to = match to {
                To::State(state) => *state,
                To::Stay | To::Resume => from,
            };
            if from != to {
                let rule = row.name.to_owned();
                self.record(Event::VolumeMoved { volume, from, to, rule, at: self.context.now });
            }
            self.carry_out(does);
            if let Some(then) = then {
                self.request(*then);
            }
        }
        self.volume = outer;
    }

    /// Something happens to every volume that it can happen to.
    pub(crate) fn each_volume(&mut self, trigger: VolumeTrigger) {
        let volumes: Vec<VolumeNo> = self.state.volumes.iter().map(|known| known.volume).collect();
        for volume in volumes {
            if !self.volume_refuses(volume, trigger) {
                self.volume(volume, trigger);
            }
        }
    }

    /// A timer has run out.
    pub(crate) fn timer(&mut self, name: TimerName) {
        let awaited = self.state.waits.is_due(name, self.context.now);
        match classify::clock(name.clock).filter(|_| awaited) {
            Some(trigger) => {
                self.record(Event::WaitEnded { timer: name });
                self.request(trigger);
            }
            None => self.ignore("timer-not-awaited", "Nobody waits for this any more, or not yet."),
        }
    }

    /// Whether the row for this would refuse.
    pub(crate) fn is_refused(&self, trigger: RequestTrigger) -> bool {
        find(REQUEST_TABLE, self.state.phase, trigger, &self.view()).is_refusal()
    }

    /// A row that would refuse does so, and nothing else happens.
    pub(crate) fn refuse(&mut self, trigger: RequestTrigger) {
        let row = find(REQUEST_TABLE, self.state.phase, trigger, &self.view());
        self.decision.rules.push(RuleUsed { rule: row.name, why: row.why, verdict: RuleVerdict::Refused });
    }

    /// A rule that comes before the tables refuses, and nothing else happens.
    pub(crate) fn refuse_by(&mut self, (rule, why): (&'static str, &'static str)) {
        self.decision.rules.push(RuleUsed { rule, why, verdict: RuleVerdict::Refused });
    }

    /// Keeps that something changes nothing, by a rule that comes before the tables.
    pub(crate) fn ignore(&mut self, rule: &'static str, why: &'static str) {
        self.used(rule, why, true);
    }

    /// Keeps an event, and moves the state by it.
    pub(crate) fn record(&mut self, event: Event) {
        self.state.apply(&event);
        self.decision.events.push(event);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.decision.effects.push(effect);
    }

    /// An incident is over, if it was open.
    pub(crate) fn settle(&mut self, slug: &str, volume: Option<VolumeNo>) {
        if self.state.incidents.has(slug, volume) {
            self.record(Event::IncidentSettled { slug: slug.to_owned(), volume });
            self.effect(Effect::SettleIncident { slug: slug.to_owned(), volume });
        }
    }

    /// Every incident of a kind is over.
    pub(crate) fn settle_what(&mut self, is_over: impl Fn(&str) -> bool) {
        for (slug, volume) in self.state.incidents.named(is_over) {
            self.settle(&slug, volume);
        }
    }

    /// Shows staff something, once.
    pub(crate) fn raise(&mut self, slug: &'static str) {
        let volume = self.volume;
        if self.state.incidents.has(slug, volume) {
            return;
        }
        let text = incidents::text(self, slug, volume);
        self.record(Event::IncidentRaised {
            slug: slug.to_owned(),
            text: text.clone(),
            volume,
            at: self.context.now,
        });
        self.effect(Effect::RaiseIncident { slug, text, volume });
    }

    /// Starts a clock, or starts it anew, if it can run.
    pub(crate) fn restart(&mut self, clock: Clock) {
        let timer = clock.of_request();
        match clocks::until(self, clock) {
            Some((until, why)) => {
                self.record(Event::WaitStarted { timer, until, why });
                self.effect(Effect::SetTimer { name: timer, at: until });
            }
            None => self.stop(timer),
        }
    }

    fn view(&self) -> View<'_> {
        View { state: &self.state, volume: self.volume, happening: Some((self.input, self.context)) }
    }

    /// Whether the row of a volume for this would refuse.
    pub(crate) fn volume_refuses(&self, volume: VolumeNo, trigger: VolumeTrigger) -> bool {
        let view = View { volume: Some(volume), ..self.view() };
        self.state
            .volume(volume)
            .is_none_or(|known| find(VOLUME_TABLE, known.state, trigger, &view).is_refusal())
    }

    fn used(&mut self, rule: &'static str, why: &'static str, refused: bool) {
        let verdict = if refused { RuleVerdict::Refused } else { RuleVerdict::Done };
        self.decision.rules.push(RuleUsed { rule, why, verdict });
        if refused {
            self.record(Event::Ignored { rule: rule.to_owned(), why: why.to_owned() });
        }
    }

    /// Stops the clocks that do not belong to where the request stands, and starts those that do.
    fn keep_clocks(&mut self) {
        let own = self.state.phase.clocks();
        let running = self.state.waits.running();
        for timer in running.iter().filter(|timer| !own.contains(&timer.clock)) {
            self.stop(*timer);
        }
        // How long the item is needed starts with the request, not with a phase.
        for clock in own.iter().filter(|clock| **clock != Clock::NeedBefore) {
            if !running.contains(&clock.of_request()) {
                self.restart(*clock);
            }
        }
    }

    fn stop(&mut self, timer: TimerName) {
        if self.state.waits.has(timer) {
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
            Do::Adopt => self.adopt(),
            Do::End => self.end(),
            Do::RestartClock(clock) => self.restart(*clock),
            Do::Ask(step) => self.ask(*step, self.volume),
            Do::Unask(step) => self.unask(*step, self.volume),
            Do::PlaceHold => self.place_hold(),
            Do::ReleaseHold => self.release_hold(),
            Do::DropRenewals => self.drop_renewals(),
            Do::StepAgain => self.step_again(),
            Do::StepByHand => self.step_by_hand(),
            Do::StepGivenUp => self.step_given_up(),
            Do::AddVolumes => self.add_volumes(),
            Do::ShipNamed => self.ship_named(),
            Do::EachVolume(trigger) => self.each_volume(*trigger),
            Do::Named(trigger) => self.named(*trigger),
            Do::HearOut => self.hear(Some(super::state::IlsLoan::Out)),
            Do::HearIn => self.hear(Some(super::state::IlsLoan::Back)),
            Do::HearDue => self.hear(None),
            Do::TakeDue => self.take_due(),
            Do::MarkReceived => {
                if self.state.received_at.is_none() {
                    self.record(Event::Received { at: self.context.now });
                }
            }
            Do::MarkDamaged => self.mark_damaged(),
            Do::WishCancel => self.record(Event::CancelAsked),
            Do::WishRenewal => self.record(Event::RenewalAsked { at: self.context.now }),
            Do::TellStaff(occasion) => self.effect(Effect::Tell { occasion: *occasion }),
            Do::Incident(slug) => self.raise(slug),
            Do::SettleIncidents => self.settle_what(incidents::staff_settle),
            told => self.tell(told),
        }
    }

    fn begin(&mut self) {
        self.know_requester();
        self.restart(Clock::NeedBefore);
    }

    fn adopt(&mut self) {
        let Input::Message { message, .. } = self.input else { return };
        let iso18626::Message::Request(request) = &**message else { return };
        self.record(Event::Retried { request: Box::new(request.clone()), at: self.context.now });
        self.know_requester();
        if self.state.phase.clocks().contains(&Clock::NeedBefore) {
            self.restart(Clock::NeedBefore);
        }
    }

    fn know_requester(&mut self) {
        let id = self.state.request.header.requesting_agency_request_id.clone();
        self.effect(Effect::KnowAs { peer: self.state.peer.clone(), id });
    }

    fn end(&mut self) {
        for timer in self.state.waits.running() {
            self.stop(timer);
        }
        self.drop_what_is_of_no_use();
        self.settle_what(incidents::ends);
        self.effect(Effect::Close);
    }
}
