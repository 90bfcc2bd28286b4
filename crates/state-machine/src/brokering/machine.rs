//! The broker as the interpreter sees it: its types and tables, its clocks, and what each action of a row does.

use iso18626::{
    Action,
    ReasonForMessage::{CancelResponse, RequestResponse, StatusRequestResponse},
    Status, YesNo,
};
use jiff::Timestamp;
use loan_model::{
    MayHaveArrived,
    names::{About, Clock, LegId, OutboundKind, Party, TimerName},
};

use super::{
    actions::{LegAction, RequestAction},
    clocks,
    event::{Event, SameItem},
    guards::View,
    incidents,
    input::{Addressing, Context, Input},
    leg_table::LEG_TABLE,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
    state::{CancelWish, State},
    trigger::{LegTrigger, RequestTrigger},
};
use crate::interpreter::{self, Common, Effect, Machine, PartRow, RequestRow, Standing, Table, TableState};
use loan_model::terms;

/// The broker's machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brokering {}

/// One decision of the broker under way.
pub(crate) type Execution<'a> = interpreter::Execution<'a, Brokering>;

impl Machine for Brokering {
    type State = State;
    type Event = Event;
    type Input = Input;
    type Context<'c> = Context<'c>;
    type View<'v> = View<'v>;
    type Phase = Phase;
    type RequestTrigger = RequestTrigger;
    type RequestAction = RequestAction;
    type Part = LegId;
    type PartState = LegState;
    type PartTrigger = LegTrigger;
    type PartAction = LegAction;

    const PART: Table = Table::Leg;
    const REQUEST_TABLE: &'static [RequestRow<Self>] = REQUEST_TABLE;
    const PART_TABLE: &'static [PartRow<Self>] = LEG_TABLE;
    const NO_SUCH_PART: (&'static str, &'static str) = ("no-such-leg", "No such supplier has been asked.");

    fn standing(state: &State) -> &Standing<Phase> {
        &state.standing
    }

    fn parts(state: &State) -> Vec<LegId> {
        state.legs_with_ids().map(|(id, _)| id).collect()
    }

    fn part_state(state: &State, leg: LegId) -> Option<LegState> {
        state.legs.get(leg.0 as usize).map(|leg| leg.state)
    }

    fn part_moved(leg: LegId, from: LegState, to: LegState, rule: String, at: Timestamp) -> Event {
        Event::LegMoved { leg, from, to, rule, at }
    }

    fn view<'v>(execution: &'v Execution<'_>, leg: Option<LegId>) -> View<'v> {
        View { state: &execution.state, leg, happening: Some((execution.input, execution.context)) }
    }

    fn about(leg: Option<LegId>) -> About {
        leg.map_or(Party::Requester, Party::Leg).into()
    }

    fn incident_text(execution: &Execution<'_>, slug: &str, about: About) -> String {
        incidents::text(execution, slug, about)
    }

    fn clock(execution: &Execution<'_>, timer: TimerName) -> Option<(Timestamp, String)> {
        clocks::until(execution, timer)
    }

    /// The phase that the current leg's state means.
    fn resumed_phase(execution: &Execution<'_>) -> Phase {
        let state = &execution.state;
        match state.current.map(|leg| state.leg(leg).state) {
            Some(LegState::Conditional) => Phase::Conditional,
            Some(LegState::RetryOffered) => Phase::RetryOffered,
            Some(state) if state.is_custody() => Phase::OnLoan,
            _ => Phase::Asking,
        }
    }

    fn resumed_part(execution: &Execution<'_>, leg: LegId) -> Option<LegState> {
        let leg = execution.state.leg(leg);
        Some(match leg.before {
            // A promise that crossed the cancel counts now.
            Some(LegState::Sending | LegState::Asked | LegState::Expecting)
                if leg.said.status == Some(Status::WillSupply) =>
            {
                LegState::Promised
            }
            // It has answered: it need not be delivered any more.
            Some(LegState::Sending) => LegState::Asked,
            before => before.unwrap_or(LegState::Promised),
        })
    }

    fn left_state(execution: &mut Execution<'_>, leg: LegId, _: LegState) {
        execution.keep_leg_clocks(leg);
        let (stands, about) = (execution.state.leg(leg).state, Self::about(Some(leg)));
        // Who was asked about a cancel has answered, unless its time ran out.
        if stands != LegState::PassedOver {
            execution.resolve("supplier.quiet", about);
        }
        // Nothing is waited for from who is out of it.
        if stands == LegState::PassedOver || stands.is_final() {
            execution.resolve("supplier.not-taken", about);
        }
    }

    fn act_on_request(execution: &mut Execution<'_>, action: &'static RequestAction) {
        use RequestAction as Do;
        let run = execution;
        match action {
            Do::Begin => run.begin(),
            Do::Locate => {
                let only = match &run.state.addressed {
                    Addressing::Member(peer) => Some(peer.clone()),
                    Addressing::Broker | Addressing::Unknown => None,
                };
                run.locate(only);
            }
            Do::LocateSame => run.locate(run.state.only.clone()),
            Do::LocateOthers => run.locate(None),
            Do::StopLocating => run.stop_clock(Clock::Locate.of_request()),
            Do::SetRota => run.set_rota(),
            Do::CloseRota => run.close_rota(),
            Do::Choose => run.choose(),
            Do::OpenLeg => run.open_leg(),
            Do::Adopt => run.adopt(SameItem::Same),
            Do::AdoptAnew => run.adopt(SameItem::Another),
            Do::MakeCurrent => run.make_current(),
            Do::PassOn => run.pass_on(),
            Do::End => {
                run.stop_clocks();
                run.resolve_all(incidents::ends);
                run.effect(Effect::Close);
            }
            Do::Reopen => run.effect(Effect::Reopen),
            Do::TellChosen => run.tell_chosen(),
            Do::TellPassedOver => run.tell_passed_over(),
            Do::TellNoBehind => run.tell_no_behind(),
            Do::TellLocalSupplyIfWanted => run.tell_local_supply(),
            Do::RelayStatus => run.relay_status(None),
            Do::RelayFinal => run.relay_status(Some(run.supplier_status())),
            Do::RelayNews => run.relay_news(),
            Do::TellFinalOnce(status) => run.tell_final(status.clone()),
            Do::TellStatus => run.say(run.notice()),
            Do::TellAgain => run.answer(RequestResponse, None, run.state.stands()),
            Do::AnswerStatus => run.answer(StatusRequestResponse, None, run.state.stands()),
            Do::RefuseRenew => run.refuse_renew(),
            Do::RefuseCancel => run.answer(CancelResponse, Some(YesNo::N), run.state.stands()),
            Do::RepeatCancelled => run.answer(CancelResponse, Some(YesNo::Y), Status::Cancelled),
            Do::AnswerPendingCancel(answer) => run.answer_cancel(answer),
            Do::TellClosed => run.tell_closed(),
            Do::WishCancel => run.record(Event::CancelAsked { wish: CancelWish::All }),
            Do::WishOther => run.record(Event::CancelAsked { wish: CancelWish::Other }),
            Do::WishByStaff => run.record(Event::CancelAsked { wish: CancelWish::ByStaff }),
            Do::Addressed(trigger) => run.on_leg(run.addressed_leg(), *trigger),
            Do::Current(trigger) => run.on_leg(run.state.current, *trigger),
            Do::EachLeg(trigger) => run.on_each_part(*trigger),
            Do::Doubted(trigger) => run.on_leg(run.state.doubted().map(|(leg, _)| leg), *trigger),
            Do::Believe => run.believe(),
            Do::Incident(slug) => run.raise(slug, Self::about(run.part)),
            Do::ResolveIncidents => run.resolve_all(|_| true),
        }
    }

    fn act_on_part(execution: &mut Execution<'_>, leg: LegId, action: &'static LegAction) {
        use LegAction as Do;
        let run = execution;
        match action {
            Do::SendRetry => run.send_request(leg),
            Do::Send(action) => run.send(leg, action),
            Do::WithdrawRequest => run.withdraw(leg, OutboundKind::Request),
            Do::WithdrawUnsentCancel => {
                let cancel = OutboundKind::Action(Action::Cancel);
                if run.context.waits(leg, &cancel) == Some(MayHaveArrived::No) {
                    run.withdraw(leg, cancel);
                }
            }
            Do::RecordTerms => {
                if let Input::Supplying { message, .. } = run.input {
                    run.record(Event::TermsHeard { leg, terms: terms::of(message) });
                }
            }
            Do::AgreeTerms => run.record(Event::TermsAgreed { leg }),
            Do::VoidPromise => run.record(Event::PromiseVoided { leg }),
            Do::Press(how) => run.record(Event::CancelPressed { leg, how: *how }),
            Do::AskRenewal => run.record(Event::RenewalAsked { leg }),
            Do::RestartClock => {
                run.state.leg(leg).state.clocks().iter().for_each(|clock| run.start_clock(clock.of(leg)));
            }
            Do::RelayStatus => run.relay_status(None),
            Do::RelayNews => run.relay_news(),
            Do::RelayDenial => run.relay_denial(),
            Do::Doubt => run.doubt(leg),
            Do::RelayExtension => run.relay_extension(),
            Do::RelayRenewal => run.relay_renewal(),
            Do::Resolve(slug) => run.resolve(slug, Self::about(Some(leg))),
            Do::RefuseRenew => run.refuse_renew(),
            Do::TellReportRefused => run.tell_report_refused(),
            Do::Incident(slug) => run.raise(slug, Self::about(Some(leg))),
            Do::Count(name) => run.effect(Effect::Count { name }),
        }
    }
}

impl From<Common<Phase>> for Event {
    fn from(event: Common<Phase>) -> Self {
        Self::Common(event)
    }
}
