//! What happens in every machine: a request moves, a wait starts or ends, an incident is raised or resolved, staff act, or nothing changes.

use acts::ActKind;
use decision_model::Table;
use jiff::Timestamp;
use loan_model::names::{About, TimerName};
use serde::{Deserialize, Serialize};

use super::open::Standing;

/// Something that happens in every machine; `P` is where its requests can stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields say what the sentences say")]
pub enum Common<P> {
    /// The request moved.
    PhaseMoved { from: P, to: P, rule: String, at: Timestamp },
    /// Something is awaited.
    WaitStarted { timer: TimerName, until: Timestamp, why: String },
    /// It is not awaited any more.
    WaitEnded { timer: TimerName },
    /// Something needs staff.
    IncidentRaised { slug: String, text: String, about: About, at: Timestamp },
    /// It does not any more.
    IncidentResolved { slug: String, about: About },
    /// Staff acted.
    StaffActed { act: ActKind, by: String, reason: String, at: Timestamp },
    /// Something came that changes nothing, and the rule that says so.
    Ignored { table: Table, rule: String, why: String },
}

impl<P: Copy> Common<P> {
    /// Changes what every state has.
    pub(crate) fn apply(&self, standing: &mut Standing<P>) {
        match self {
            Self::PhaseMoved { to, at, .. } => {
                standing.phase = *to;
                standing.changed_at = *at;
            }
            Self::WaitStarted { timer, until, why } => standing.waits.start(*timer, *until, why),
            Self::WaitEnded { timer } => standing.waits.end(*timer),
            Self::IncidentRaised { slug, text, about, at } => {
                standing.incidents.raise(slug, text, *about, *at);
                standing.changed_at = *at;
            }
            Self::IncidentResolved { slug, about } => standing.incidents.resolve(slug, *about),
            Self::StaffActed { at, .. } => standing.changed_at = *at,
            Self::Ignored { .. } => {}
        }
    }
}
