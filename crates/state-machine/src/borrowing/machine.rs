//! Borrowing as the interpreter sees it: its types and tables, its clocks, and what each action of a row does.

use iso18626::{RequestType, Status};
use jiff::Timestamp;
use loan_model::{
    ils::Step,
    names::{About, Clock, Party, TimerName, VolumeNo},
};

use super::{
    actions::{RequestAction, VolumeAction},
    clocks,
    event::Event,
    guards::View,
    incidents,
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    state::{Demand, PatronSide, Renewal, State, SupplierSays, TemporaryItem},
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    hosted::{CallEvent, Context, Input, STEP_FAILED, StepStands},
    interpreter::{self, Common, Effect, Machine, PartRow, RequestRow, Standing, Table, TableState},
    refusals::NO_SUCH_VOLUME,
};

/// The borrowing machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Borrowing {}

/// One decision of borrowing under way.
pub(crate) type Execution<'a> = interpreter::Execution<'a, Borrowing>;

/// What an incident about the request is about.
pub(crate) const REQUEST: About = About::Party(Party::Library);

impl Machine for Borrowing {
    type State = State;
    type Event = Event;
    type Input = Input;
    type Context<'c> = Context<'c>;
    type View<'v> = View<'v>;
    type Phase = Phase;
    type RequestTrigger = RequestTrigger;
    type RequestAction = RequestAction;
    type Part = VolumeNo;
    type PartState = VolumeState;
    type PartTrigger = VolumeTrigger;
    type PartAction = VolumeAction;

    const PART: Table = Table::Volume;
    const REQUEST_TABLE: &'static [RequestRow<Self>] = REQUEST_TABLE;
    const PART_TABLE: &'static [PartRow<Self>] = VOLUME_TABLE;
    const NO_SUCH_PART: (&'static str, &'static str) = NO_SUCH_VOLUME;

    fn standing(state: &State) -> &Standing<Phase> {
        &state.standing
    }

    fn parts(state: &State) -> Vec<VolumeNo> {
        state.numbered().map(|(number, _)| number).collect()
    }

    fn part_state(state: &State, volume: VolumeNo) -> Option<VolumeState> {
        state.volume(volume).map(|volume| volume.state)
    }

    fn part_moved(
        volume: VolumeNo,
        from: VolumeState,
        to: VolumeState,
        rule: String,
        at: Timestamp,
    ) -> Event {
        Event::VolumeMoved { volume, from, to, rule, at }
    }

    fn view<'v>(execution: &'v Execution<'_>, volume: Option<VolumeNo>) -> View<'v> {
        let library = execution.context.library;
        View {
            state: &execution.state,
            volume,
            library,
            happening: Some((execution.input, execution.context)),
        }
    }

    fn about(volume: Option<VolumeNo>) -> About {
        volume.into()
    }

    fn incident_text(execution: &Execution<'_>, slug: &str, about: About) -> String {
        incidents::text(&execution.state, execution.input, slug, about.volume())
    }

    fn clock(execution: &Execution<'_>, timer: TimerName) -> Option<(Timestamp, String)> {
        let (until, why) = clocks::start(&execution.state, timer, execution.context)?;
        Some((until, why.to_owned()))
    }

    /// The phase that the supplier's last words mean, where a cancel comes to nothing.
    fn resumed_phase(execution: &Execution<'_>) -> Phase {
        let state = &execution.state;
        match &state.status {
            Some(Status::RetryPossible) => Phase::RetryOffered,
            _ if state.terms.iter().any(|term| !state.agreed.contains(term)) => Phase::Conditional,
            Some(Status::WillSupply) => Phase::Promised,
            Some(Status::ExpectToSupply) => Phase::Expecting,
            _ => Phase::Sent,
        }
    }

    fn resumed_part(_: &Execution<'_>, _: VolumeNo) -> Option<VolumeState> {
        None
    }

    fn left_phase(execution: &mut Execution<'_>, phase: Phase) {
        for clock in phase.clocks() {
            execution.stop_clock(clock.of_request());
        }
        for slug in incidents::of_phase(phase) {
            execution.resolve(slug, REQUEST);
        }
    }

    fn entered_phase(_: &mut Execution<'_>) {}

    fn left_state(execution: &mut Execution<'_>, volume: VolumeNo, state: VolumeState) {
        for clock in state.clocks() {
            execution.stop_clock(clock.of(volume));
        }
        for slug in incidents::of_volume(state) {
            execution.resolve(slug, About::Volume(volume));
        }
        execution.cancel_moot_calls(volume);
    }

    fn act_on_request(execution: &mut Execution<'_>, action: &'static RequestAction) {
        use RequestAction as Do;
        let run = execution;
        match action {
            Do::Now(trigger) => run.on_request(*trigger),
            Do::End => run.end(),
            Do::Reopen => run.effect(Effect::Reopen),
            Do::SendRequest => run.send_request(RequestType::New),
            Do::SendRetry => run.send_request(RequestType::Retry),
            Do::Send(action) => run.send(action.clone(), None),
            Do::SendAgreement => run.write("We agree to the condition"),
            Do::SendRefusal => run.write("We decline the condition"),
            Do::SendNote => run.send_note(),
            Do::SendReturnIfAny => run.send_return(),
            Do::SendClosed => run.write("The library closed the request"),
            Do::Edit => run.edit(),
            Do::SetPickup => run.set_pickup(),
            Do::AgreeTerms => run.record(Event::TermsAgreed),
            Do::RecordVolumes => run.record_volumes(),
            Do::ForgetVolumes => run.forget_volumes(),
            Do::RecordDenial => run.record_denial(),
            Do::RecordArrivals => run.record_arrivals(),
            Do::RecordCopy => run.record_copy(),
            Do::RecordCharge => run.record_charge(),
            Do::MarkUnwanted => {
                if run.state.demand == Demand::Wanted {
                    run.record(Event::Unwanted);
                }
            }
            Do::MarkOver => {
                if run.state.supplier_says == SupplierSays::Nothing {
                    run.record(Event::SupplierSaysOver);
                }
            }
            Do::AskRenewal => run.record(Event::RenewalAsked),
            Do::AnswerRenewal => {
                if run.state.renewal == Renewal::Asked {
                    run.record(Event::RenewalAnswered);
                }
            }
            Do::Named(trigger) => run.on_parts(run.named(), *trigger),
            Do::EachVolume(trigger) => run.on_each_part(*trigger),
            Do::CallIlsIfUsed(step) => run.call_ils(*step, None),
            Do::RetryStep => run.resolve_step(StepStands::Withdrawn),
            Do::HurryStep => run.hurry_step(),
            Do::TakeStepAsDone => run.resolve_step(StepStands::ByHand),
            Do::GiveStepUp => run.resolve_step(StepStands::GivenUp),
            Do::Notify(kind) => run.effect(Effect::NotifyStaff { kind: *kind }),
            Do::Incident(slug) => run.raise(slug, REQUEST),
            Do::IncidentEachTime(slug) => run.raise_each_time(slug, REQUEST),
            Do::Resolve(slug) => run.resolve(slug, REQUEST),
            Do::ResolveIncidents => run.resolve_all(|slug| slug != STEP_FAILED),
        }
    }

    fn act_on_part(execution: &mut Execution<'_>, volume: VolumeNo, action: &'static VolumeAction) {
        use VolumeAction as Do;
        let run = execution;
        let about = About::Volume(volume);
        match action {
            Do::SendLost => run.send_lost(volume),
            Do::SendDamage => run.send_damage(volume),
            Do::CallIlsIfUsed(step) => run.call_ils(*step, Some(volume)),
            Do::CleanUpIfIdle => {
                if !run.state.is_ils_busy_with(volume) {
                    run.on_part(volume, VolumeTrigger::StepsResolved);
                }
            }
            Do::ForgetFailed => run.forget_failed(Some(volume), |_| true),
            Do::ForgetFailedCheckOut => {
                run.forget_failed(Some(volume), |step| step == Step::CheckOutToPatron)
            }
            Do::NameItem => run.name_item(volume),
            Do::RecordItem => run.record_item(volume),
            Do::RecordItemGone => run.record(Event::ItemGone { volume }),
            Do::RecordIlsLoan => run.set_side(volume, PatronSide::Loan),
            Do::RecordIlsRenewal => run.set_side(volume, PatronSide::RenewedLoan),
            Do::RecordNoIlsLoan => run.set_side(volume, PatronSide::None),
            Do::SetPatronDate => run.set_patron_date(volume),
            Do::RecordIlsDue => run.record_ils_due(volume),
            Do::Notify(kind) => run.effect(Effect::NotifyStaff { kind: *kind }),
            Do::Incident(slug) => run.raise(slug, about),
            Do::Resolve(slug) => run.resolve(slug, about),
        }
    }
}

impl Execution<'_> {
    /// Stops the clocks that do not belong to where things stand, and starts those that do.
    pub(crate) fn keep_all_clocks(&mut self) {
        let wanted = self.wanted_clocks();
        self.keep_clocks(&wanted, |_| true);
    }

    fn wanted_clocks(&self) -> Vec<TimerName> {
        if self.state.standing.phase.is_final() {
            return Vec::new();
        }
        let mut wanted: Vec<TimerName> =
            self.state.standing.phase.clocks().iter().map(|clock| clock.of_request()).collect();
        for (number, volume) in self.state.numbered() {
            wanted.extend(volume.state.clocks().iter().map(|clock| clock.of(number)));
            let asked = self.state.calls.stands(Step::PollItem, Some(number)) == Some(StepStands::Waiting);
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
}

impl From<CallEvent> for Event {
    fn from(call: CallEvent) -> Self {
        Self::Call(call)
    }
}

impl From<Common<Phase>> for Event {
    fn from(event: Common<Phase>) -> Self {
        Self::Common(event)
    }
}
