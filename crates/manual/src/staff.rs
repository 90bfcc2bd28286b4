//! What the staff of a library without a system may do about its requests, asked of and told to the machines. Must never decide it: their tables
//! do.

use acts::{Act, ActKind};
use jiff::tz::TimeZone;
use loan_model::{PeerId, Symbol};
use net::BoxFuture;
use persistence::RequestId;
use runtime::{
    registry_view::Snapshot,
    requests::{Because, Loaded, Requests, StaffFailed, State, StepError},
};
use slips::{Slip, SlipKind};

use super::{ActFailed, Acts, Allowed, Done, OnceKey, SlipFacts, StaffCommand, build_slip, offers};

impl Acts for Requests {
    fn allowed(&self, request: RequestId, library: PeerId) -> BoxFuture<'_, Result<Allowed, ActFailed>> {
        Box::pin(async move {
            let loaded = of_library(self, request, &library).await?;
            let snapshot = self.view().snapshot();
            standing(request, &loaded.stored.state, &library, &snapshot).ok_or(ActFailed::NoRequest)
        })
    }

    fn act(&self, command: StaffCommand) -> BoxFuture<'_, Result<Done, ActFailed>> {
        Box::pin(async move {
            let StaffCommand { request, library, act, by, reason, once, file } = command;
            of_library(self, request, &library).await?;
            let because = Because { by, reason };
            let once = once.map(|key| key.bytes().to_vec());
            let done = match (file, act) {
                (Some(file), Act::DeliverCopy { .. }) => self.hand_over(request, file, &because, once).await,
                (_, act) => self.act_once(request, act, &because, once).await,
            };
            match done {
                Ok(stepped) => {
                    let phase = stepped.stored.state.hosted().map(|summary| summary.phase);
                    Ok(Done { phase: phase.unwrap_or_default() })
                }
                Err(StepError::Repeated(_)) => Err(ActFailed::DoneBefore),
                Err(StepError::Refused(rule)) => Err(ActFailed::NotAllowed { why: rule.why }),
                Err(StepError::Declined(why)) => Err(match why {
                    StaffFailed::NoRequest => ActFailed::NoRequest,
                    StaffFailed::NoCopy(why) => ActFailed::Unfit { why: why.to_string() },
                    other => ActFailed::NotAllowed { why: other.to_string() },
                }),
                Err(other) => Err(ActFailed::NotNow { why: other.to_string() }),
            }
        })
    }

    fn was_done(&self, request: RequestId, once: OnceKey) -> BoxFuture<'_, Result<bool, ActFailed>> {
        Box::pin(async move {
            let found = self.store().dedupe(request, once.bytes().to_vec()).await;
            found.map(|found| found.is_some()).map_err(|why| ActFailed::NotNow { why: why.to_string() })
        })
    }
}

/// A request, if it is this library's.
async fn of_library(requests: &Requests, request: RequestId, library: &PeerId) -> Result<Loaded, ActFailed> {
    let loaded = requests.load::<StaffFailed>(request).await;
    let loaded = loaded.map_err(|why| ActFailed::NotNow { why: why.to_string() })?;
    loaded.filter(|loaded| loaded.stored.meta.library.as_ref() == Some(library)).ok_or(ActFailed::NoRequest)
}

/// What may be done about a request of a hosted library, and its slip.
pub fn standing(request: RequestId, state: &State, library: &PeerId, snapshot: &Snapshot) -> Option<Allowed> {
    let acts = offers::offered(&state.acts(snapshot.hosted(library)));
    let slip = slip_now(request, state, library, snapshot, None).ok()?;
    Some(Allowed { acts, slip: Some(Box::new(slip)) })
}

/// Why there is no such slip.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSlip {
    /// Nothing passes through the broker's hands.
    #[error(
        "this is the broker's side of the loan: slips belong to the requests of the libraries that it hosts"
    )]
    OfBroker,
    /// The other side's.
    #[error("a request under {machine} has no {} slip: it has {}", .kind.as_str(), kinds(.has))]
    OtherSide {
        /// Which was wanted.
        kind: SlipKind,
        /// What the request's machine is called.
        machine: &'static str,
        /// Which there are.
        has: &'static [SlipKind],
    },
}

fn kinds(all: &[SlipKind]) -> String {
    all.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" and ")
}

/// The slip of a hosted library's request as it stands: of this kind, or of the one that is wanted next.
pub fn slip_now(
    request: RequestId,
    state: &State,
    library: &PeerId,
    snapshot: &Snapshot,
    kind: Option<SlipKind>,
) -> Result<Slip, NoSlip> {
    let summary = state.hosted().ok_or(NoSlip::OfBroker)?;
    let (asked, shelf, has, next, partner) = match state {
        State::Brokering(_) => return Err(NoSlip::OfBroker),
        State::Borrowing(state) => {
            let named = summary.partner.as_ref().and_then(|partner| partner.parse::<Symbol>().ok());
            let has: &[SlipKind] = &[SlipKind::Return];
            (state.request(), (None, None), has, SlipKind::Return, named)
        }
        State::Lending(lending) => {
            // Until it is answered it is to be pulled; then it travels.
            let unanswered = state.acts(snapshot.hosted(library)).contains(&ActKind::WillSupply);
            let next = if unanswered { SlipKind::Pull } else { SlipKind::Routing };
            let has: &[SlipKind] = &[SlipKind::Pull, SlipKind::Routing];
            (lending.request(), lending.shelf(), has, next, Some(lending.requester()))
        }
    };
    let kind = kind.unwrap_or(next);
    if !has.contains(&kind) {
        return Err(NoSlip::OtherSide { kind, machine: state.kind().as_str(), has });
    }
    let partner = partner.as_ref();
    let facts = SlipFacts { request, kind, library, asked, summary: &summary, shelf, partner };
    let mut slip = build_slip(&facts, &snapshot.registry, &zone(snapshot, library));
    slip.notes.extend(state.pickup().map(|place| format!("To be picked up at {place}")));
    slip.notes.extend(state.copy().map(|url| format!("The copy is at {url}")));
    Ok(slip)
}

/// A library's time zone.
pub fn zone(snapshot: &Snapshot, library: &PeerId) -> TimeZone {
    let name = snapshot.facts(library).map(|facts| facts.calendar.time_zone.as_str());
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}
