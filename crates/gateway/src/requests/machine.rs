//! The machines as the commit loop drives them: one shape for the broker's and for the two of a hosted library. What differs between them
//! ends here. Must never decide anything itself.

use std::str::FromStr;

use iso18626::{Message, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use state_machine::{
    PeerId,
    borrowing::{self, Borrowing},
    brokering::{self, DeliveryOutcome, Reply, Unconfirmed},
    hosted::{self, HostedFacts, IlsCommand, Machine, Occasion, Over, Summary, Ticket, VolumeNo},
    lending::{self, Lending},
    sealed::Carry,
};

use super::{
    logged::LoggedRule,
    names::{Outbound, Side},
};
use crate::registry_view::Snapshot;

/// Which machine a request is run by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The broker's, between a requester and its suppliers.
    #[default]
    Brokering,
    /// A hosted library's, as a requester.
    Borrowing,
    /// A hosted library's, as a supplier.
    Lending,
}

impl Kind {
    /// Every one.
    pub const ALL: &[Kind] = &[Kind::Brokering, Kind::Borrowing, Kind::Lending];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brokering => "brokering",
            Self::Borrowing => Borrowing::NAME,
            Self::Lending => Lending::NAME,
        }
    }

    /// Where its requests can stand, as its table has it, and where they are over.
    pub fn phases(self) -> Vec<(&'static str, Over)> {
        fn all<P: Copy>(
            phases: &[P],
            name: fn(P) -> &'static str,
            is_final: fn(P) -> bool,
        ) -> Vec<(&'static str, Over)> {
            let over = |phase| if is_final(phase) { Over::Closed } else { Over::Open };
            phases.iter().map(|&phase| (name(phase), over(phase))).collect()
        }
        match self {
            Self::Brokering => {
                all(brokering::Phase::ALL, brokering::Phase::as_str, brokering::Phase::is_final)
            }
            Self::Borrowing => {
                all(borrowing::Phase::ALL, borrowing::Phase::as_str, borrowing::Phase::is_final)
            }
            Self::Lending => all(lending::Phase::ALL, lending::Phase::as_str, lending::Phase::is_final),
        }
    }

    /// Whether a request that stands there is over, as far as this release knows.
    pub fn over(self, phase: &str) -> Option<Over> {
        self.phases().into_iter().find(|(name, _)| *name == phase).map(|(_, over)| over)
    }

    /// Whether that is a phase of this machine, or of any where none is named.
    ///
    /// # Errors
    /// When it is none, with those that there are.
    pub fn check_phase(machine: Option<Kind>, phase: &str) -> Result<(), NoSuchPhase> {
        let machines = machine.as_ref().map_or(Kind::ALL, std::slice::from_ref);
        if machines.iter().any(|machine| machine.over(phase).is_some()) {
            return Ok(());
        }
        Err(NoSuchPhase { phase: phase.to_owned(), machines: machines.to_vec() })
    }
}

impl FromStr for Kind {
    type Err = NoSuchMachine;

    fn from_str(text: &str) -> Result<Self, NoSuchMachine> {
        let found = Kind::ALL.iter().copied().find(|machine| machine.as_str() == text);
        found.ok_or_else(|| NoSuchMachine { name: text.to_owned() })
    }
}

/// A text that names no machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no machine: there are {}", named(Kind::ALL.iter().map(|machine| machine.as_str())))]
pub struct NoSuchMachine {
    /// The text.
    pub name: String,
}

/// A text that names no phase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{phase}` is no phase of {}", .machines.iter().map(|it| phases_of(*it)).collect::<Vec<_>>().join("; nor of "))]
pub struct NoSuchPhase {
    /// The text.
    pub phase: String,
    /// Of which machines it was to be one.
    pub machines: Vec<Kind>,
}

fn phases_of(machine: Kind) -> String {
    let phases = machine.phases();
    format!("{}: it has {}", machine.as_str(), named(phases.iter().map(|(name, _)| *name)))
}

fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    Brokering(Box<brokering::State>),
    Borrowing(Box<<Borrowing as Machine>::State>),
    Lending(Box<<Lending as Machine>::State>),
}

/// Whether something of a request needs staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeedsStaff {
    Yes,
    No,
}

/// Something that happens to a request. What staff of a hosted library do is the act's JSON, which its machine reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    Brokering(brokering::Input),
    Hosted(Box<hosted::Input<Value>>),
}

impl Input {
    pub(crate) fn hosted(input: hosted::Input<Value>) -> Self {
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
    pub(super) deeds: Vec<Deed>,
    pub(super) reply: Reply,
    pub(super) rules: Vec<LoggedRule>,
    /// The rule that says that nothing happens, if the first does.
    pub(super) refused: Option<LoggedRule>,
}

/// What the commit loop does about a decision.
pub(super) enum Deed {
    Send { out: Outbound, peer: PeerId, message: Box<Message>, carry: Carry },
    Withdraw(Outbound),
    Ask { ticket: Ticket, command: Box<IlsCommand> },
    Tell(Occasion),
    Locate { exclude: Vec<PeerId>, only: Option<PeerId> },
    SetTimer { name: String, at: Timestamp },
    ClearTimer { name: String },
    Raise { slug: &'static str, text: String, about: String },
    Settle { slug: String, about: String },
    Know { peer: PeerId, id: String, side: Side },
    KnowItem { barcode: String, volume: VolumeNo },
    Close,
    Reopen,
    Count { name: &'static str },
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
        snapshot: facts.snapshot.version,
        unconfirmed: facts.unconfirmed,
    };
    let decision = brokering::decide(state.as_ref(), input, &context);
    let refused = decision.refusal().cloned().map(LoggedRule::from);
    let mut events = Vec::new();
    for event in decision.events {
        state = brokering::evolve(state, &event);
        events.push(json(&event)?);
    }
    Ok(Decided {
        state: state.map(|state| State::Brokering(Box::new(state))),
        events,
        deeds: decision.effects.into_iter().map(Deed::from).collect(),
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
    input: &hosted::Input<Value>,
    facts: &Facts<'_>,
) -> Result<Decided, String> {
    let library = facts.library.ok_or("the registry does not say of whose library the request is")?;
    let context =
        hosted::Context { now: facts.now, key: facts.key, library, snapshot: facts.snapshot.version };
    let decision = M::decide(state.as_ref(), &of_machine::<M>(input)?, &context);
    let rule = |used: &hosted::RuleUsed| LoggedRule::hosted(M::KIND, used);
    let refused = decision.refusal().map(rule);
    let mut events = Vec::new();
    for event in &decision.events {
        state = M::evolve(state, event);
        events.push(json(event)?);
    }
    Ok(Decided {
        state: state.map(M::state),
        events,
        rules: decision.rules.iter().map(rule).collect(),
        deeds: decision.effects.into_iter().map(Deed::from).collect(),
        reply: decision.reply,
        refused,
    })
}

/// The input with its act read.
fn of_machine<M: Machine>(input: &hosted::Input<Value>) -> Result<hosted::Input<M::Act>, String> {
    use hosted::Input as I;
    Ok(match input.clone() {
        I::Ask { request, origin, duplicate_of, pickup } => I::Ask { request, origin, duplicate_of, pickup },
        I::Message { message, from } => I::Message { message, from },
        I::Delivery { out, outcome } => I::Delivery { out, outcome },
        I::Ils { ticket, answer } => I::Ils { ticket, answer },
        I::Notice(notice) => I::Notice(notice),
        I::Timer(name) => I::Timer(name),
        I::Staff { act, by, reason } => {
            let act = serde_json::from_value(act).map_err(|why| why.to_string())?;
            I::Staff { act, by, reason }
        }
    })
}

fn json(event: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(event).map_err(|why| format!("an event cannot be kept as JSON: {why}"))
}

impl State {
    /// Which machine's it is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Brokering(_) => Kind::Brokering,
            Self::Borrowing(_) => Kind::Borrowing,
            Self::Lending(_) => Kind::Lending,
        }
    }

    /// The broker's state, if it is one.
    pub(crate) fn brokering(&self) -> Option<&brokering::State> {
        match self {
            Self::Brokering(state) => Some(state),
            Self::Borrowing(_) | Self::Lending(_) => None,
        }
    }

    /// Where a hosted library's request stands, if it is one.
    pub(crate) fn hosted(&self) -> Option<Summary> {
        match self {
            Self::Brokering(_) => None,
            Self::Borrowing(state) => Some(Borrowing::summary(state)),
            Self::Lending(state) => Some(Lending::summary(state)),
        }
    }

    /// Where the patron of a hosted library picks it up, if not where the library's settings say.
    pub(crate) fn pickup(&self) -> Option<&str> {
        match self {
            Self::Borrowing(state) => state.pickup(),
            Self::Brokering(_) | Self::Lending(_) => None,
        }
    }

    /// Where the copy that a hosted library asked for can be fetched.
    pub(crate) fn copy(&self) -> Option<&str> {
        match self {
            Self::Borrowing(state) => state.copy(),
            Self::Brokering(_) | Self::Lending(_) => None,
        }
    }

    /// Whether something of it needs staff.
    pub(crate) fn needs_staff(&self) -> NeedsStaff {
        let calm = match self {
            Self::Brokering(state) => state.summary().incidents.is_empty(),
            Self::Borrowing(state) => Borrowing::summary(state).incidents.is_empty(),
            Self::Lending(state) => Lending::summary(state).incidents.is_empty(),
        };
        if calm { NeedsStaff::No } else { NeedsStaff::Yes }
    }

    /// What became of something that it put into a lane, as its machine's input; nothing where its machine puts no such thing there.
    pub(crate) fn delivery(&self, out: Outbound, outcome: DeliveryOutcome) -> Option<Input> {
        let Outbound::Message { to, kind } = out else { return None };
        match self {
            Self::Brokering(_) => {
                let out = brokering::OutboundRef { to: to.try_into().ok()?, kind };
                Some(Input::Brokering(brokering::Input::Delivery { out, outcome }))
            }
            Self::Borrowing(_) | Self::Lending(_) => {
                let out = hosted::OutboundRef { to: to.try_into().ok()?, kind };
                Some(Input::hosted(hosted::Input::Delivery { out, outcome }))
            }
        }
    }

    /// A timer that ran out, as its machine's input.
    pub(crate) fn timer(&self, name: &str) -> Option<Input> {
        match self {
            Self::Brokering(_) => Some(Input::Brokering(brokering::Input::Timer(name.parse().ok()?))),
            Self::Borrowing(_) | Self::Lending(_) => {
                Some(Input::hosted(hosted::Input::Timer(name.parse().ok()?)))
            }
        }
    }

    /// What staff may do now.
    pub(crate) fn actions(&self) -> Vec<String> {
        match self {
            Self::Brokering(state) => {
                brokering::allowed_actions(state).iter().map(ToString::to_string).collect()
            }
            Self::Borrowing(state) => owned(&Borrowing::allowed_actions(state)),
            Self::Lending(state) => owned(&Lending::allowed_actions(state)),
        }
    }

    /// Why an act of a hosted library's staff cannot be read.
    pub(crate) fn check_act(&self, act: &Value) -> Result<(), String> {
        let read = match self {
            Self::Brokering(_) => return Ok(()),
            Self::Borrowing(_) => {
                serde_json::from_value::<<Borrowing as Machine>::Act>(act.clone()).map(|_| ())
            }
            Self::Lending(_) => serde_json::from_value::<<Lending as Machine>::Act>(act.clone()).map(|_| ()),
        };
        read.map_err(|why| why.to_string())
    }

    /// The status that a broker's requester heard last.
    pub(super) fn last_heard(&self) -> Option<Status> {
        self.brokering().and_then(|state| state.summary().told).map(|told| told.status)
    }
}

fn owned(words: &[&'static str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl From<brokering::Effect> for Deed {
    fn from(effect: brokering::Effect) -> Self {
        use brokering::Effect as E;
        match effect {
            E::Send { to, peer, message, carry, kind } => {
                Self::Send { out: Outbound::Message { to: to.into(), kind }, peer, message, carry }
            }
            E::Withdraw { to, kind } => Self::Withdraw(Outbound::Message { to: to.into(), kind }),
            E::Locate { exclude, only } => Self::Locate { exclude, only },
            E::SetTimer { name, at } => Self::SetTimer { name: name.to_string(), at },
            E::ClearTimer { name } => Self::ClearTimer { name: name.to_string() },
            E::RaiseIncident { slug, text, party } => Self::Raise { slug, text, about: party.to_string() },
            E::SettleIncident { slug, party } => Self::Settle { slug, about: party.to_string() },
            E::KnowAs { peer, id, party } => Self::Know { peer, id, side: party.into() },
            E::Close => Self::Close,
            E::Reopen => Self::Reopen,
            E::Count { name } => Self::Count { name },
        }
    }
}

impl From<hosted::Effect> for Deed {
    fn from(effect: hosted::Effect) -> Self {
        use hosted::Effect as E;
        let volume = |volume: Option<VolumeNo>| volume.map(|it| it.to_string()).unwrap_or_default();
        match effect {
            E::Send { out, peer, message, carry } => Self::Send { out: out.into(), peer, message, carry },
            E::Ask { ticket, command } => Self::Ask { ticket, command },
            E::Unask { ticket } => Self::Withdraw(Outbound::Ask(ticket)),
            E::Tell { occasion } => Self::Tell(occasion),
            E::SetTimer { name, at } => Self::SetTimer { name: name.to_string(), at },
            E::ClearTimer { name } => Self::ClearTimer { name: name.to_string() },
            E::RaiseIncident { slug, text, volume: about } => {
                Self::Raise { slug, text, about: volume(about) }
            }
            E::SettleIncident { slug, volume: about } => Self::Settle { slug, about: volume(about) },
            E::KnowAs { peer, id } => Self::Know { peer, id, side: Side::Library },
            E::KnowItem { barcode, volume } => Self::KnowItem { barcode, volume },
            E::Close => Self::Close,
            E::Reopen => Self::Reopen,
            E::Count { name } => Self::Count { name },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_knows_its_own_phases_and_where_they_end() {
        assert_eq!(Kind::Lending.over("on-pull-list"), Some(Over::Open));
        assert_eq!(Kind::Borrowing.over("refused"), Some(Over::Closed));
        assert_eq!(Kind::Brokering.over("on-pull-list"), None);
        for machine in Kind::ALL {
            assert_eq!(machine.as_str().parse(), Ok(*machine));
            let over = machine.phases().iter().filter(|(_, over)| *over == Over::Closed).count();
            assert!(over >= 4, "{machine:?}");
        }
    }

    #[test]
    fn a_wrong_phase_is_answered_with_those_there_are() {
        assert_eq!(Kind::check_phase(None, "on-pull-list"), Ok(()));
        assert_eq!(Kind::check_phase(Some(Kind::Lending), "on-pull-list"), Ok(()));
        let said = Kind::check_phase(Some(Kind::Brokering), "on-pull-list").unwrap_err().to_string();
        assert!(
            said.starts_with("`on-pull-list` is no phase of brokering: it has locating, asking"),
            "{said}"
        );
        let said = Kind::check_phase(None, "onloan").unwrap_err().to_string();
        assert!(said.contains("; nor of borrowing: ") && said.contains("; nor of lending: "), "{said}");
    }
}
