//! Declares what can happen to a request or a part of it: one name each, so that a table can have a row for it, with its words, and
//! with the act of staff or the clock that it is, where it is one.

use acts::ActKind;
use loan_model::names::Clock;

/// What can happen to a request or a part.
pub(crate) trait Trigger: Copy + PartialEq + std::fmt::Debug + 'static {
    /// Every one, in the order of the declaration.
    const ALL: &'static [Self];

    /// What happened, in words.
    fn words(self) -> &'static str;

    /// What it comes from.
    fn cause(self) -> Cause;

    /// What an act of staff is; nothing where it is for another machine.
    fn of_act(act: ActKind) -> Option<Self> {
        Self::ALL.iter().copied().find(|trigger| trigger.cause() == Cause::Act(act))
    }

    /// What it is that a clock has run out; nothing where no such clock runs here.
    fn of_clock(clock: Clock) -> Option<Self> {
        Self::ALL.iter().copied().find(|trigger| trigger.cause() == Cause::Clock(clock))
    }
}

/// What a trigger comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Staff do this.
    Act(ActKind),
    /// This clock has run out.
    Clock(Clock),
    /// A message, an answer, or something that happens because of something else.
    Other,
}

/// Declares the triggers of a table, each with its words. `act Close` behind them says that staff do it with this act, `clock Answer`
/// that this clock has run out. Where two are the same act, the first is what it usually is.
macro_rules! triggers {
    ($(#[$meta:meta])* $name:ident {
        $( $variant:ident $words:literal $(act $act:ident)? $(clock $clock:ident)?; )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name {
            $( #[doc = $words] $variant, )*
        }

        impl $crate::interpreter::Trigger for $name {
            const ALL: &'static [$name] = &[$( $name::$variant, )*];

            fn words(self) -> &'static str {
                match self { $( $name::$variant => $words, )* }
            }

            fn cause(self) -> $crate::interpreter::Cause {
                match self { $( $name::$variant => triggers!(@cause $(act $act)? $(clock $clock)?), )* }
            }
        }
    };
    (@cause) => { $crate::interpreter::Cause::Other };
    (@cause act $act:ident) => { $crate::interpreter::Cause::Act(::acts::ActKind::$act) };
    (@cause clock $clock:ident) => { $crate::interpreter::Cause::Clock(::loan_model::names::Clock::$clock) };
}
pub(crate) use triggers;
