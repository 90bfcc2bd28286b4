//! The machines as the commit loop drives them: one shape for the broker's and for the two of a hosted library. What differs between them
//! ends here. Must never decide anything itself.

use std::collections::BTreeSet;

use acts::{Act, ActKind};
use iso18626::Status;
use jiff::Timestamp;
use loan_model::{PeerId, hosted::HostedFacts, names::OutboundRef};
use serde::Serialize;
use state_machine::{
    borrowing::Borrowing,
    brokering::{self, Unconfirmed},
    hosted::{self, Machine, Summary},
    interpreter::{DeliveryOutcome, Effect, Reply, RuleUsed, evolve},
    lending::Lending,
};

use super::{logged::LoggedRule, names::Outbound, staff::Because};
use crate::registry_view::Snapshot;

pub use loan_model::MachineKind as Kind;

/// Where a request stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Between a requester and its suppliers.
    Brokering(Box<brokering::State>),
    /// At a hosted library that borrows.
    Borrowing(Box<<Borrowing as Machine>::State>),
    /// At a hosted library that lends.
    Lending(Box<<Lending as Machine>::State>),
}

/// Whether something of a request needs staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// It does.
    Required,
    /// It does not.
    None,
}

/// Something that happens to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Of a brokered request.
    Brokering(brokering::Input),
    /// Of a hosted library's request.
    Hosted(Box<hosted::Input>),
}

impl Input {
    /// One of a hosted library's request.
    pub fn hosted(input: hosted::Input) -> Self {
        Self::Hosted(Box::new(input))
    }
}

/// What a decision may look at.
pub(super) struct Facts<'a> {
    pub(super) now: Timestamp,
    pub(super) key: &'a str,
    pub(super) snapshot: &'a Snapshot,
    /// What waits in the lanes of the request.
    pub(super) unconfirmed: &'a [Unconfirmed],
    /// The hosted library whose request it is.
    pub(super) library: Option<&'a HostedFacts>,
}

/// What was decided.
pub(super) struct Decided {
    pub(super) state: Option<State>,
    /// What happened, each as JSON.
    pub(super) events: Vec<String>,
    pub(super) effects: Vec<Effect>,
    pub(super) reply: Reply,
    pub(super) rules: Vec<LoggedRule>,
    /// The rule that says that nothing happens, if the first does.
    pub(super) refused: Option<LoggedRule>,
}

/// Decides about an input. The error is a fault of ours.
pub(super) fn decide(state: Option<State>, input: &Input, facts: &Facts<'_>) -> Result<Decided, String> {
    match (state, input) {
        (None, Input::Brokering(input)) => brokered(None, input, facts),
        (Some(State::Brokering(state)), Input::Brokering(input)) => brokered(Some(*state), input, facts),
        (None, Input::Hosted(input)) => match **input {
            hosted::Input::Ask { .. } => run::<Borrowing>(None, input, facts),
            _ => run::<Lending>(None, input, facts),
        },
        (Some(State::Borrowing(state)), Input::Hosted(input)) => run::<Borrowing>(Some(*state), input, facts),
        (Some(State::Lending(state)), Input::Hosted(input)) => run::<Lending>(Some(*state), input, facts),
        (Some(state), _) => {
            Err(format!("an input of another machine came to one of {}", state.kind().as_str()))
        }
    }
}

fn brokered(
    mut state: Option<brokering::State>,
    input: &brokering::Input,
    facts: &Facts<'_>,
) -> Result<Decided, String> {
    let peers = |id: &PeerId| facts.snapshot.facts(id).cloned();
    let context = brokering::Context {
        now: facts.now,
        key: facts.key,
        broker: facts.snapshot.broker(),
        peers: &peers,
        registry_version: facts.snapshot.version,
        unconfirmed: facts.unconfirmed,
    };
    let decision = brokering::decide(state.as_ref(), input, &context);
    let refused = decision.refusal().cloned().map(LoggedRule::from);
    let mut events = Vec::new();
    for event in decision.events {
        state = evolve(state, &event);
        events.push(json(&event)?);
    }
    Ok(Decided {
        state: state.map(|state| State::Brokering(Box::new(state))),
        events,
        effects: decision.effects,
        reply: decision.reply,
        rules: decision.rules.into_iter().map(LoggedRule::from).collect(),
        refused,
    })
}

/// A machine of a hosted library, and how its state stands among the others.
trait Hosted: Machine {
    const KIND: Kind;
    fn state(state: Self::State) -> State;
}

impl Hosted for Borrowing {
    const KIND: Kind = Kind::Borrowing;
    fn state(state: Self::State) -> State {
        State::Borrowing(Box::new(state))
    }
}

impl Hosted for Lending {
    const KIND: Kind = Kind::Lending;
    fn state(state: Self::State) -> State {
        State::Lending(Box::new(state))
    }
}

fn run<M: Hosted>(
    mut state: Option<M::State>,
    input: &hosted::Input,
    facts: &Facts<'_>,
) -> Result<Decided, String> {
    let library = facts.library.ok_or("the registry does not say of whose library the request is")?;
    let context =
        hosted::Context { now: facts.now, key: facts.key, library, registry_version: facts.snapshot.version };
    let decision = M::decide(state.as_ref(), input, &context);
    let rule = |used: &RuleUsed| LoggedRule::hosted(M::KIND, used);
    let refused = decision.refusal().map(rule);
    let mut events = Vec::new();
    for event in &decision.events {
        state = evolve(state, event);
        events.push(json(event)?);
    }
    Ok(Decided {
        state: state.map(M::state),
        events,
        rules: decision.rules.iter().map(rule).collect(),
        effects: decision.effects,
        reply: decision.reply,
        refused,
    })
}

fn json(event: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(event).map_err(|why| format!("an event cannot be kept as JSON: {why}"))
}

impl State {
    /// Which machine's it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Brokering(_) => Kind::Brokering,
            Self::Borrowing(_) => Kind::Borrowing,
            Self::Lending(_) => Kind::Lending,
        }
    }

    /// The broker's state, if it is one.
    pub fn brokering(&self) -> Option<&brokering::State> {
        match self {
            Self::Brokering(state) => Some(state),
            Self::Borrowing(_) | Self::Lending(_) => None,
        }
    }

    /// Where a hosted library's request stands, if it is one.
    pub fn hosted(&self) -> Option<Summary> {
        match self {
            Self::Brokering(_) => None,
            Self::Borrowing(state) => Some(Borrowing::summary(state)),
            Self::Lending(state) => Some(Lending::summary(state)),
        }
    }

    /// Where the patron of a hosted library picks it up, if not where the library's settings say.
    pub fn pickup(&self) -> Option<&str> {
        match self {
            Self::Borrowing(state) => state.pickup(),
            Self::Brokering(_) | Self::Lending(_) => None,
        }
    }

    /// Where the copy that a hosted library asked for can be fetched.
    pub fn copy(&self) -> Option<&str> {
        match self {
            Self::Borrowing(state) => state.copy(),
            Self::Brokering(_) | Self::Lending(_) => None,
        }
    }

    /// The ILS's own ids of the holds for it.
    pub(super) fn holds(&self) -> BTreeSet<String> {
        match self {
            Self::Brokering(_) => BTreeSet::new(),
            Self::Borrowing(state) => state.holds().map(str::to_owned).collect(),
            Self::Lending(state) => state.holds().map(str::to_owned).collect(),
        }
    }

    /// Whether something of it needs staff.
    pub fn attention(&self) -> Attention {
        let calm = match self {
            Self::Brokering(state) => state.summary().incidents.is_empty(),
            Self::Borrowing(state) => Borrowing::summary(state).incidents.is_empty(),
            Self::Lending(state) => Lending::summary(state).incidents.is_empty(),
        };
        if calm { Attention::None } else { Attention::Required }
    }

    /// What became of something that it put into a lane, as its machine's input; nothing where its machine puts no such thing there.
    pub fn delivery(&self, out: Outbound, outcome: DeliveryOutcome) -> Option<Input> {
        let Outbound::Message { to, kind } = out else { return None };
        match self {
            Self::Brokering(_) => {
                Some(Input::Brokering(brokering::Input::Delivery { out: OutboundRef { to, kind }, outcome }))
            }
            Self::Borrowing(_) | Self::Lending(_) => {
                Some(Input::hosted(hosted::Input::Delivery { out: OutboundRef { to, kind }, outcome }))
            }
        }
    }

    /// A timer that ran out, as its machine's input.
    pub fn timer(&self, name: &str) -> Option<Input> {
        match self {
            Self::Brokering(_) => Some(Input::Brokering(brokering::Input::Timer(name.parse().ok()?))),
            Self::Borrowing(_) | Self::Lending(_) => {
                Some(Input::hosted(hosted::Input::Timer(name.parse().ok()?)))
            }
        }
    }

    /// What staff may do now; of a hosted library's request by the library's settings, and nothing where the registry has none.
    pub fn acts(&self, library: Option<&HostedFacts>) -> Vec<ActKind> {
        match (self, library) {
            (Self::Brokering(state), _) => brokering::allowed_actions(state),
            (Self::Borrowing(state), Some(library)) => Borrowing::allowed_actions(state, library),
            (Self::Lending(state), Some(library)) => Lending::allowed_actions(state, library),
            (Self::Borrowing(_) | Self::Lending(_), None) => Vec::new(),
        }
    }

    /// An act of staff, as its machine's input.
    pub fn staff(&self, act: Act, because: &Because) -> Input {
        let Because { by, reason } = because.clone();
        match self {
            Self::Brokering(_) => Input::Brokering(brokering::Input::Staff { act, by, reason }),
            Self::Borrowing(_) | Self::Lending(_) => Input::hosted(hosted::Input::Staff { act, by, reason }),
        }
    }

    /// The status that a broker's requester heard last.
    pub(super) fn last_heard(&self) -> Option<Status> {
        self.brokering().and_then(|state| state.summary().told).map(|told| told.status)
    }
}
