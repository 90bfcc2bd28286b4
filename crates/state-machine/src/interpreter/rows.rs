//! Transition tables: what a row is, how rows are declared, and how one is found. The first row that matches decides; the last one of a
//! pair has no guard. Must never know what a row is about.

use std::fmt::{Debug, Display};

use decision_model::{RuleUsed, RuleVerdict, Table};
use loan_model::{ils::Step, names::Clock};

use super::machine::Machine;

/// Where a request or a part of it can stand.
pub(crate) trait TableState: Copy + PartialEq + Debug + Display + 'static {
    /// Every one.
    const STATES: &'static [Self];

    /// Its name.
    fn name(self) -> &'static str;

    /// Whether it is an end.
    fn is_end(self) -> bool;

    /// The clocks that run there.
    fn clocks(self) -> &'static [Clock];

    /// The calls of the ILS that make sense there. One that makes sense in some states is moot in the others.
    fn calls(self) -> &'static [Step];

    /// Whether a call makes no sense any more there.
    fn makes_moot(self, step: Step) -> bool {
        !self.calls().contains(&step) && Self::STATES.iter().any(|state| state.calls().contains(&step))
    }
}

/// One row of a table.
pub(crate) struct Row<M: Machine, S: 'static, T: 'static, A: 'static> {
    /// Its name, unique in its table.
    pub(crate) name: &'static str,
    /// In which states.
    pub(crate) from: &'static [S],
    /// On what.
    pub(crate) on: &'static [T],
    /// Only if.
    pub(crate) guard: Option<Guard<M>>,
    /// What it leads to; a refusal leads nowhere and does nothing.
    pub(crate) kind: Kind<M, S, A>,
    /// Why, for people.
    pub(crate) why: &'static str,
}

/// A guard and its name.
pub(crate) struct Guard<M: Machine> {
    /// Its name, as the tables print it.
    pub(crate) name: &'static str,
    /// Whether it holds.
    pub(crate) holds: for<'v> fn(&M::View<'v>) -> bool,
}

/// What a row leads to.
pub(crate) enum Kind<M: Machine, S: 'static, A: 'static> {
    /// To a state, with something done, and perhaps with something happening to the request.
    Goes { to: To<S>, does: &'static [A], then: Option<M::RequestTrigger> },
    /// Nothing happens.
    Refused,
    /// Nothing happens, and a call of the ILS whose failure this is counts as withdrawn: nobody needs to look at it.
    Withdrawn,
}

/// The state a row leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To<S> {
    /// The same.
    Stay,
    /// Where it stood before a cancel or a renewal.
    Resume,
    /// This one.
    State(S),
}

impl<M: Machine, S: PartialEq + Copy, T: PartialEq + Copy, A> Row<M, S, T, A> {
    /// Whether the row is for this pair.
    pub(crate) fn is_for(&self, state: S, trigger: T) -> bool {
        self.from.contains(&state) && self.on.contains(&trigger)
    }

    /// Whether nothing happens.
    pub(crate) fn is_refusal(&self) -> bool {
        self.verdict() == RuleVerdict::Refused
    }

    /// Whether a call of the ILS whose failure this is counts as withdrawn.
    pub(crate) fn withdraws(&self) -> bool {
        matches!(self.kind, Kind::Withdrawn)
    }

    /// What comes of it.
    pub(crate) fn verdict(&self) -> RuleVerdict {
        match self.kind {
            Kind::Goes { .. } => RuleVerdict::Done,
            Kind::Refused | Kind::Withdrawn => RuleVerdict::Refused,
        }
    }

    /// That it was used.
    pub(crate) fn used(&self, table: Table) -> RuleUsed {
        RuleUsed { table, rule: self.name, why: self.why, verdict: self.verdict() }
    }

    /// What it does.
    pub(crate) fn actions(&self) -> &'static [A] {
        match self.kind {
            Kind::Goes { does, .. } => does,
            Kind::Refused | Kind::Withdrawn => &[],
        }
    }
}

/// The row that decides.
pub(crate) fn find<M: Machine, S: PartialEq + Copy, T: PartialEq + Copy, A>(
    table: &'static [Row<M, S, T, A>],
    state: S,
    trigger: T,
    view: &M::View<'_>,
) -> &'static Row<M, S, T, A> {
    table
        .iter()
        .find(|row| row.is_for(state, trigger) && row.guard.as_ref().is_none_or(|guard| (guard.holds)(view)))
        .expect("each pair has a row without a guard: a test walks the product")
}

/// Declares the rows of a table. The head reads `NAME: machine, state, trigger, action then trigger of the request;`. One row reads:
/// `"name": (states) on (triggers) if guard => state [actions] then trigger: "why";`. `stay` and `resume` are states too; `refuse`
/// instead of a state says that nothing happens, `withdraw` also that a call of the ILS whose failure this is counts as withdrawn. Sets of states may be named. Guards are functions of a module `guards` in scope.
macro_rules! rows {
    ($table:ident: $machine:ident, $state:ident, $trigger:ident, $action:ident then $next:ident;
     $( $name:literal: $from:tt on ($($on:ident)+) $(if $guard:ident)? => $to:ident $([$($do:expr),*])? $(then $then:ident)?: $why:literal; )*) => {
        /// The table.
        pub(crate) static $table: &[$crate::interpreter::Row<$machine, $state, $trigger, $action>] = &[$(
            $crate::interpreter::Row {
                name: $name,
                from: rows!(@from $state $from),
                on: &[$($trigger::$on),+],
                guard: rows!(@guard $($guard)?),
                kind: rows!(@kind $state $next $to [$($($do),*)?] $($then)?),
                why: $why,
            },
        )*];
    };
    (@from $state:ident ($($from:ident)+)) => { &[$($state::$from),+] };
    (@from $state:ident $set:ident) => { $set };
    (@guard) => { None };
    (@guard $guard:ident) => { Some($crate::interpreter::Guard { name: stringify!($guard), holds: guards::$guard }) };
    (@kind $state:ident $next:ident refuse []) => { $crate::interpreter::Kind::Refused };
    (@kind $state:ident $next:ident withdraw []) => { $crate::interpreter::Kind::Withdrawn };
    (@kind $state:ident $next:ident $to:ident [$($do:expr),*] $($then:ident)?) => {
        $crate::interpreter::Kind::Goes {
            to: rows!(@to $state $to),
            does: &[$($do),*],
            then: rows!(@then $next $($then)?),
        }
    };
    (@to $state:ident stay) => { $crate::interpreter::To::Stay };
    (@to $state:ident resume) => { $crate::interpreter::To::Resume };
    (@to $state:ident $to:ident) => { $crate::interpreter::To::State($state::$to) };
    (@then $next:ident) => { None };
    (@then $next:ident $then:ident) => { Some($next::$then) };
}
pub(crate) use rows;

/// Declares the states of a table once: their names, which clocks run there, which calls of the ILS make sense there, and which are final.
macro_rules! states {
    ($(#[$meta:meta])* $type:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal $(, runs $($clock:ident)+)? $(, calls $($call:ident)+)? $(=> $final:ident)?; )* }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize,
        )]
        pub enum $type {
            $( $(#[$doc])* #[serde(rename = $word)] $variant, )*
        }

        impl $type {
            /// Every one.
            pub const ALL: &[$type] = &[$( $type::$variant, )*];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self { $( $type::$variant => $word, )* }
            }

            /// Whether it is over.
            pub fn is_final(self) -> bool {
                match self { $( $type::$variant => states!(@final $($final)?), )* }
            }
        }

        impl $crate::interpreter::TableState for $type {
            const STATES: &'static [Self] = Self::ALL;

            fn name(self) -> &'static str {
                self.as_str()
            }

            fn is_end(self) -> bool {
                self.is_final()
            }

            fn clocks(self) -> &'static [::loan_model::names::Clock] {
                match self { $( $type::$variant => &[$($(::loan_model::names::Clock::$clock),+)?], )* }
            }

            fn calls(self) -> &'static [::loan_model::ils::Step] {
                match self { $( $type::$variant => &[$($(::loan_model::ils::Step::$call),+)?], )* }
            }
        }

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
    (@final) => { false };
    (@final final) => { true };
}
pub(crate) use states;
