//! What the two machines of a hosted library share: [`crate::borrowing`], its side as a requester, and [`crate::lending`], its side as a
//! supplier. A hosted library has no ISO 18626 of its own: an ILS that speaks NCIP, or staff with no system at all.
//!
//! What a machine wants of the ILS is a value, an [`IlsCommand`]; what came of it an [`IlsAnswer`]. Must never know how a command travels,
//! nor who the patron is: [`IlsUser::Patron`] stands for the patron whose data are sealed with the request.

mod effect;
mod facts;
mod ils;
mod input;
mod machine;
mod names;
mod open;

pub(crate) use self::open::{Incidents, Waits};
pub use self::{
    effect::{Effect, Occasion},
    facts::{
        AvailabilityAnswer, HostedFacts, ItemTemplate, RenewalAnswer, RenewalRule, StepSetting,
        UnavailableAnswer,
    },
    ils::{
        CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsNotice, IlsProblem, IlsUser, ItemDescription,
        NoticeKind, PatronStanding, Wanted,
    },
    input::{Context, Input, Origin, StepAct},
    machine::{Decision, Machine, Over, Reply, RuleUsed, Summary, VolumeSummary},
    names::{Clock, OutboundKind, OutboundRef, Partner, Step, Ticket, TimerName, VolumeNo},
};
