//! What a case is, and how a table of cases is written.

use std::future::Future;
use std::pin::Pin;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::edition::Edition;
use crate::ncip::Wire;
use crate::script::Script;

/// One case.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its id, which never changes: `B01`.
    pub id: &'static str,
    /// What holds if it passes, as a sentence.
    pub title: &'static str,
    /// What it is about.
    pub area: &'static str,
    /// Which subjects it is for.
    pub roles: &'static [Role],
    /// In which editions it makes sense.
    pub editions: &'static [Edition],
    /// In which versions of NCIP, over which transports.
    pub wires: &'static [Wire],
    /// On what authority.
    pub source: Source,
    /// What the suite sends.
    pub sends: &'static str,
    /// What it expects.
    pub expects: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What a supplier's staff do about each request of the case, in words that a subject which acts by itself has a scenario for.
    pub does: &'static [&'static str],
    /// Beside others, or alone.
    pub pace: Pace,
    /// The script.
    pub run: CaseBody,
}

/// A script, running.
pub type CaseFuture = Pin<Box<dyn Future<Output = Result<(), CaseEnd>> + Send>>;

/// What a case does.
#[derive(Clone, Copy)]
pub enum CaseBody {
    /// It plays the parties.
    Script(fn(Script) -> CaseFuture),
    /// It plays the members of NCIP.
    Ncip(fn(crate::ncip::Script) -> CaseFuture),
    /// It looks at everything that the subject sent in the run, in one edition.
    Watch(fn(&crate::watch::Seen) -> Result<(), CaseEnd>),
}

impl Case {
    /// A case with nothing in it yet: the tables fill in what differs.
    pub(crate) const fn blank(area: &'static str) -> Case {
        Case {
            id: "",
            title: "",
            area,
            roles: &[Role::Broker],
            editions: &Edition::ALL,
            wires: &[],
            source: Source::Standard("the message model"),
            sends: "",
            expects: "",
            why: "",
            does: &[],
            pace: Pace::Together,
            run: CaseBody::Script(|_| Box::pin(async { Ok(()) })),
        }
    }
}

/// A table of cases. Each reads like a page of the standard's use cases: what is sent, what is expected, why, and the script.
macro_rules! cases {
    ($($table:tt)*) => {
        crate::catalogue::case_table! { Script crate::catalogue::Case::blank; $($table)* }
    };
}
pub(crate) use cases;

/// The same for scripts of any kind: the kind's name in [`CaseBody`], and what a case of it is before its row says more.
macro_rules! case_table {
    ($body_kind:ident $blank:path; $area:literal;
        $($id:ident $title:literal { $($key:ident: $value:expr),* $(,)? } |$s:ident| $body:block)*) => {
        /// The cases of this area.
        pub(crate) const CASES: &[crate::catalogue::Case] = &[$(
            crate::catalogue::Case {
                id: stringify!($id),
                title: $title,
                $($key: $value,)*
                run: crate::catalogue::CaseBody::$body_kind(|$s| Box::pin(async move { $body; Ok(()) })),
                ..$blank($area)
            },
        )*];
    };
}
pub(crate) use case_table;
