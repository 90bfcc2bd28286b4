//! Transition tables: what a row is, how rows are declared, and how one is found. The first row that matches decides; the last one of a
//! pair has no guard. Each machine brings its own things to do and its own guards, as [`Rules`]. Must never know what a row is about.

mod text;
#[cfg(test)]
pub(crate) mod walk;

pub(crate) use self::text::Document;
use std::fmt::Debug;

/// What the tables of one machine are made of.
pub(crate) trait Rules: 'static {
    /// Something that a row does.
    type Do: Debug + 'static;
    /// What may happen to another table's state after a row.
    type Then: Copy + Debug + 'static;
    /// What a guard may look at.
    type View<'a>;
}

/// One row of a table.
pub(crate) struct Row<R: Rules, S: 'static, T: 'static> {
    /// Its name, unique in its table.
    pub(crate) name: &'static str,
    /// In which states.
    pub(crate) from: &'static [S],
    /// On what.
    pub(crate) on: &'static [T],
    /// Only if.
    pub(crate) guard: Option<Guard<R>>,
    /// What it leads to; a refusal leads nowhere and does nothing.
    pub(crate) kind: Kind<R, S>,
    /// Why, for people.
    pub(crate) why: &'static str,
}

/// A guard and its name.
pub(crate) struct Guard<R: Rules> {
    /// Its name, as the tables print it.
    pub(crate) name: &'static str,
    /// Whether it holds.
    pub(crate) holds: for<'a> fn(&R::View<'a>) -> bool,
}

/// What a row leads to.
pub(crate) enum Kind<R: Rules, S: 'static> {
    /// To a state, with something done, and perhaps with something happening to another table's state.
    Goes { to: To<S>, does: &'static [R::Do], then: Option<R::Then> },
    /// Nothing happens.
    Refused,
}

/// The state a row leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To<S> {
    /// The same.
    Stay,
    /// Where it stood before a cancel.
    Resume,
    /// This one.
    State(S),
}

impl<R: Rules, S: PartialEq + Copy, T: PartialEq + Copy> Row<R, S, T> {
    /// Whether the row is for this pair.
    pub(crate) fn is_for(&self, state: S, trigger: T) -> bool {
        self.from.contains(&state) && self.on.contains(&trigger)
    }

    /// Whether nothing happens.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.kind, Kind::Refused)
    }
}

/// The row that decides.
pub(crate) fn find<R: Rules, S: PartialEq + Copy, T: PartialEq + Copy>(
    table: &'static [Row<R, S, T>],
    state: S,
    trigger: T,
    view: &R::View<'_>,
) -> &'static Row<R, S, T> {
    table
        .iter()
        .find(|row| row.is_for(state, trigger) && row.guard.as_ref().is_none_or(|guard| (guard.holds)(view)))
        .expect("each pair has a row without a guard: a test walks the product")
}

/// Declares the rows of a table. The head reads `NAME: rules, state, trigger then trigger of the other table;`. One row reads: `"name":
/// (states) on (triggers) if guard => state [does] then trigger: "why";`. `stay` and `resume` are states too; `refuse` instead of a
/// state says that nothing happens. Sets of states may be named. Guards are functions of a module `guards` in scope.
macro_rules! rows {
    ($table:ident: $rules:ident, $state:ident, $trigger:ident then $next:ident;
     $( $name:literal: $from:tt on ($($on:ident)+) $(if $guard:ident)? => $to:ident $([$($do:expr),*])? $(then $then:ident)?: $why:literal; )*) => {
        /// The table.
        pub(crate) static $table: &[$crate::rows::Row<$rules, $state, $trigger>] = &[$(
            $crate::rows::Row {
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
    (@guard $guard:ident) => { Some($crate::rows::Guard { name: stringify!($guard), holds: guards::$guard }) };
    (@kind $state:ident $next:ident refuse []) => { $crate::rows::Kind::Refused };
    (@kind $state:ident $next:ident $to:ident [$($do:expr),*] $($then:ident)?) => {
        $crate::rows::Kind::Goes {
            to: rows!(@to $state $to),
            does: &[$($do),*],
            then: rows!(@then $next $($then)?),
        }
    };
    (@to $state:ident stay) => { $crate::rows::To::Stay };
    (@to $state:ident resume) => { $crate::rows::To::Resume };
    (@to $state:ident $to:ident) => { $crate::rows::To::State($state::$to) };
    (@then $next:ident) => { None };
    (@then $next:ident $then:ident) => { Some($next::$then) };
}
pub(crate) use rows;

/// Declares the triggers of a table, each with its words.
macro_rules! triggers {
    ($(#[$meta:meta])* $name:ident { $( $variant:ident $words:literal; )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum $name {
            $( #[doc = $words] $variant, )*
        }

        impl $name {
            /// Every trigger.
            #[cfg(test)]
            pub(crate) const ALL: &[$name] = &[$( $name::$variant, )*];

            /// What happened, in words.
            pub(crate) fn words(self) -> &'static str {
                match self { $( $name::$variant => $words, )* }
            }
        }
    };
}
pub(crate) use triggers;
