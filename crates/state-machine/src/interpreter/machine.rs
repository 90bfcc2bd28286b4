//! What a machine brings to the interpreter: its types, its two tables, and what is its own in carrying out a row.

use std::fmt::Debug;

use decision_model::Table;
use jiff::Timestamp;
use loan_model::names::{About, Part, TimerName};

use super::{
    common::Common,
    evolve::Evolve,
    execution::Execution,
    open::Standing,
    rows::{Row, TableState},
    triggers::Trigger,
};

/// A row of the request's table.
pub(crate) type RequestRow<M> =
    Row<M, <M as Machine>::Phase, <M as Machine>::RequestTrigger, <M as Machine>::RequestAction>;

/// A row of the part's table.
pub(crate) type PartRow<M> =
    Row<M, <M as Machine>::PartState, <M as Machine>::PartTrigger, <M as Machine>::PartAction>;

/// One machine: a type without values.
pub(crate) trait Machine: Sized + 'static {
    /// The state of one request.
    type State: Evolve<Event = Self::Event>;
    /// What happened to it.
    type Event: From<Common<Self::Phase>>;
    /// What comes in.
    type Input: 'static;
    /// What a decision may look at besides the state and the input.
    type Context<'c>;
    /// What a guard may look at.
    type View<'v>;
    /// Where a request can stand.
    type Phase: TableState;
    /// What can happen to a request.
    type RequestTrigger: Trigger;
    /// What a row of a request can do.
    type RequestAction: Debug + 'static;
    /// A part of a request: a leg, a volume.
    type Part: Copy + PartialEq + Into<Part> + TryFrom<Part> + 'static;
    /// Where a part can stand.
    type PartState: TableState;
    /// What can happen to a part.
    type PartTrigger: Trigger;
    /// What a row of a part can do.
    type PartAction: Debug + 'static;

    /// The table of a request.
    const REQUEST_TABLE: &'static [RequestRow<Self>];
    /// The table of a part.
    const PART_TABLE: &'static [PartRow<Self>];
    /// What the table of a part is called.
    const PART: Table;
    /// The rule by which something is ignored that is about a part that there is not, and its sentence.
    const NO_SUCH_PART: (&'static str, &'static str);

    /// Where the request stands.
    fn standing(state: &Self::State) -> &Standing<Self::Phase>;
    /// Its parts, in order.
    fn parts(state: &Self::State) -> Vec<Self::Part>;
    /// Where a part stands, if there is one.
    fn part_state(state: &Self::State, part: Self::Part) -> Option<Self::PartState>;
    /// The event of a part's move.
    fn part_moved(
        part: Self::Part,
        from: Self::PartState,
        to: Self::PartState,
        rule: String,
        at: Timestamp,
    ) -> Self::Event;

    /// What a guard sees when something happens to this part, or to the request.
    fn view<'v>(execution: &'v Execution<'_, Self>, part: Option<Self::Part>) -> Self::View<'v>;
    /// What an incident about this part is about, or one of the request.
    fn about(part: Option<Self::Part>) -> About;
    /// The sentence of an incident.
    fn incident_text(execution: &Execution<'_, Self>, slug: &str, about: About) -> String;
    /// When a clock runs out that starts now, and what is awaited; nothing where it cannot run.
    fn clock(execution: &Execution<'_, Self>, timer: TimerName) -> Option<(Timestamp, String)>;

    /// The phase that a request goes back to when a cancel or a renewal comes to nothing.
    fn resumed_phase(execution: &Execution<'_, Self>) -> Self::Phase;
    /// The state that a part goes back to when a cancel comes to nothing.
    fn resumed_part(_: &Execution<'_, Self>, _: Self::Part) -> Option<Self::PartState> {
        None
    }
    /// What follows when a request has left a phase, before the row's actions.
    fn left_phase(_: &mut Execution<'_, Self>, _: Self::Phase) {}
    /// What follows when a request has moved, after the row's actions.
    fn entered_phase(_: &mut Execution<'_, Self>) {}
    /// What follows when a part has left a state, before the row's actions.
    fn left_state(execution: &mut Execution<'_, Self>, part: Self::Part, state: Self::PartState);

    /// Does one action of a row of the request.
    fn act_on_request(execution: &mut Execution<'_, Self>, action: &'static Self::RequestAction);
    /// Does one action of a row of a part.
    fn act_on_part(execution: &mut Execution<'_, Self>, part: Self::Part, action: &'static Self::PartAction);
}
