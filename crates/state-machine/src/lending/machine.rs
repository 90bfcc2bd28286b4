//! Lending as the interpreter sees it: its types and tables, its clocks, and what each action of a row does.

use iso18626::{
    Message,
    ReasonForMessage::{CancelResponse, RequestResponse, StatusRequestResponse},
    Status, YesNo,
};
use jiff::Timestamp;
use loan_model::names::{About, Clock, Party, TimerName, VolumeNo};

use super::{
    actions::{RequestAction, VolumeAction},
    clocks,
    event::Event,
    guards::View,
    incidents,
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    state::State,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    hosted::{CallEvent, Context, Input, StepStands},
    interpreter::{self, Common, Effect, Machine, PartRow, RequestRow, Standing, Table, TableState},
    refusals::NO_SUCH_VOLUME,
};

/// The lending machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lending {}

/// One decision of lending under way.
pub(crate) type Execution<'a> = interpreter::Execution<'a, Lending>;

impl Machine for Lending {
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
        state.volumes.iter().map(|volume| volume.volume).collect()
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
        incidents::text(execution, slug, about.volume())
    }

    fn clock(execution: &Execution<'_>, timer: TimerName) -> Option<(Timestamp, String)> {
        clocks::until(execution, timer.clock)
    }

    /// Where it stood before the renewal was asked for.
    fn resumed_phase(execution: &Execution<'_>) -> Phase {
        execution.state.before.unwrap_or(Phase::OnLoan)
    }

    fn left_phase(execution: &mut Execution<'_>, _: Phase) {
        execution.resolve_all(incidents::passes);
    }

    fn entered_phase(execution: &mut Execution<'_>) {
        let wanted: Vec<_> =
            execution.state.standing.phase.clocks().iter().map(|clock| clock.of_request()).collect();
        execution.keep_clocks(&wanted, |_| true);
    }

    fn left_state(execution: &mut Execution<'_>, volume: VolumeNo, _: VolumeState) {
        execution.cancel_moot_calls(volume);
    }

    fn act_on_request(execution: &mut Execution<'_>, action: &'static RequestAction) {
        use RequestAction as Do;
        let run = execution;
        match action {
            Do::Begin => run.begin(),
            Do::Adopt => run.adopt(),
            Do::End => run.end(),
            Do::RestartClock(clock) => run.start_clock(clock.of_request()),
            Do::CallIls(step) => run.call_ils(*step, None),
            Do::CancelIlsCall(step) => run.cancel_call(*step, None),
            Do::PlaceHoldIfNone => run.place_hold(),
            Do::ReleaseHoldIfAny => run.release_hold(),
            Do::ReleaseHoldLeft => run.release_hold_left(),
            Do::CancelRenewals => run.cancel_renewals(),
            Do::RetryStep => run.retry_step(),
            Do::HurryStep => run.hurry_step(),
            Do::TakeStepAsDone => run.resolve_step(StepStands::ByHand),
            Do::GiveStepUp => run.resolve_step(StepStands::GivenUp),
            Do::AddVolumes => run.add_volumes(),
            Do::ShipNamed => run.ship_named(),
            Do::PutBackReplaced => run.put_back_replaced(),
            Do::EachVolume(trigger) => run.on_each_part(*trigger),
            Do::Named(trigger) => run.on_parts(run.named(), *trigger),
            Do::SetDue => run.set_due(),
            Do::WishDue => run.wish_due(),
            Do::MarkReceived => {
                if run.state.received_at.is_none() {
                    run.record(Event::Received { at: run.context.now });
                }
            }
            Do::MarkDamaged => run.mark_damaged(),
            Do::WishCancel => run.record(Event::CancelAsked),
            Do::WishRenewal => run.record(Event::RenewalAsked { at: run.context.now }),
            Do::TellExpect => run.say_status(Status::ExpectToSupply),
            Do::TellWillSupply => run.say_status(Status::WillSupply),
            Do::TellCondition => run.tell_condition(),
            Do::TellRetry => run.tell_retry(),
            Do::TellFinalOnce(status) => run.tell_final(status.clone()),
            Do::TellLoaned => run.tell_loaned(),
            Do::TellCopy => run.tell_copy(),
            Do::TellOverdue => run.say_status(Status::Overdue),
            Do::TellRecalled => run.say_status(Status::Recalled),
            Do::TellAboutReturn(status) => run.tell_about_return(status.clone()),
            Do::TellDue => run.tell_due(),
            Do::TellStatus => run.say(run.notice()),
            Do::TellAgain => run.answer(RequestResponse, None, run.stands()),
            Do::TellNote => run.tell_note(),
            Do::TellClosed => run.tell_closed(),
            Do::AnswerStatus => run.answer(StatusRequestResponse, None, run.stands()),
            Do::AnswerPendingCancel(answer) => run.answer_cancel(answer),
            Do::RefuseCancel => run.answer(CancelResponse, Some(YesNo::N), run.stands()),
            Do::RepeatCancelled => run.answer(CancelResponse, Some(YesNo::Y), Status::Cancelled),
            Do::GrantPendingRenewal => run.answer_renewal(YesNo::Y),
            Do::RefusePendingRenewal => run.answer_renewal(YesNo::N),
            Do::Notify(kind) => run.effect(Effect::NotifyStaff { kind: *kind }),
            Do::Incident(slug) => run.raise(slug, Self::about(run.part)),
            Do::IncidentEachTime(slug) => run.raise_each_time(slug, Self::about(run.part)),
            Do::ResolveIncidents => run.resolve_all(incidents::staff_resolve),
        }
    }

    fn act_on_part(execution: &mut Execution<'_>, volume: VolumeNo, action: &'static VolumeAction) {
        use VolumeAction as Do;
        let run = execution;
        match action {
            Do::CallIls(step) => run.call_ils(*step, Some(volume)),
            Do::CancelIlsCall(step) => run.cancel_call(*step, Some(volume)),
            Do::RecordIlsLoan(loan) => run.record_ils_loan(volume, *loan),
            Do::RecordIlsDue => run.record_ils_due(volume),
            Do::Incident(slug) => run.raise(slug, Self::about(Some(volume))),
        }
    }
}

impl Execution<'_> {
    fn begin(&mut self) {
        self.know_requester();
        self.start_clock(Clock::NeedBefore.of_request());
    }

    fn adopt(&mut self) {
        let Input::Message { message, .. } = self.input else { return };
        let Message::Request(request) = &**message else { return };
        self.record(Event::Retried { request: Box::new(request.clone()), at: self.context.now });
        self.know_requester();
        if self.state.standing.phase.clocks().contains(&Clock::NeedBefore) {
            self.start_clock(Clock::NeedBefore.of_request());
        }
    }

    fn know_requester(&mut self) {
        let id = self.state.request.header.requesting_agency_request_id.clone();
        self.effect(Effect::KnowAs { peer: self.state.peer.clone(), id, party: Party::Library });
    }

    fn end(&mut self) {
        self.stop_clocks();
        self.cancel_what_is_of_no_use();
        self.resolve_all(incidents::ends);
        self.effect(Effect::Close);
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
