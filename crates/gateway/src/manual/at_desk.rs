//! What the staff of a library without a system may do about its requests, asked of and told to the machines. Must never decide it: their tables
//! do.

use jiff::tz::TimeZone;
use persistence::RequestId;
use state_machine::{PeerId, Symbol};

use super::{ActFailed, ActKind, Acts, Allowed, Deed, Done, OnceKey, SlipFacts, slip_of};
use crate::{
    registry_view::Snapshot,
    requests::{Because, Failed, Loaded, Requests, StaffFailed, State},
    seams::BoxFuture,
    slips::SlipKind,
};

impl Acts for Requests {
    fn allowed(&self, request: RequestId, library: PeerId) -> BoxFuture<'_, Result<Allowed, ActFailed>> {
        Box::pin(async move {
            let loaded = self.of_library(request, &library).await?;
            let snapshot = self.view().snapshot();
            standing(request, &loaded.kept.state, &library, &snapshot).ok_or(ActFailed::NoRequest)
        })
    }

    fn act(&self, deed: Deed) -> BoxFuture<'_, Result<Done, ActFailed>> {
        Box::pin(async move {
            let loaded = self.of_library(deed.request, &deed.library).await?;
            let summary = loaded.kept.state.hosted().ok_or(ActFailed::NoRequest)?;
            let zone = zone(&self.view().snapshot(), &deed.library);
            let act = deed.act.for_table(&summary, &zone)?;
            let because = Because { by: deed.by, reason: deed.note };
            let once = deed.once.map(|key| key.bytes().to_vec());
            let kind = deed.act.kind();
            match self.act_once(deed.request, kind.as_str(), &act, &because, once).await {
                Ok(stepped) => {
                    let phase = stepped.kept.state.hosted().map(|summary| summary.phase);
                    Ok(Done { phase: phase.unwrap_or_default() })
                }
                Err(Failed::Repeated(_)) => Err(ActFailed::DoneBefore),
                Err(Failed::Refused(rule)) => Err(ActFailed::NotAllowed { why: rule.why }),
                Err(Failed::Declined(why)) => Err(match why {
                    StaffFailed::NoRequest => ActFailed::NoRequest,
                    StaffFailed::BadAct { why, .. } => ActFailed::Unfit { why },
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

impl Requests {
    /// A request, if it is this library's.
    async fn of_library(&self, request: RequestId, library: &PeerId) -> Result<Loaded, ActFailed> {
        let loaded = self.load::<StaffFailed>(request).await;
        let loaded = loaded.map_err(|why| ActFailed::NotNow { why: why.to_string() })?;
        loaded
            .filter(|loaded| loaded.kept.beside.library.as_ref() == Some(library))
            .ok_or(ActFailed::NoRequest)
    }
}

/// What may be done about a request of a hosted library, and its slip.
pub(crate) fn standing(
    request: RequestId,
    state: &State,
    library: &PeerId,
    snapshot: &Snapshot,
) -> Option<Allowed> {
    let summary = state.hosted()?;
    let names = state.actions();
    let acts = ActKind::offered(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let named = summary.partner.as_ref().and_then(|partner| partner.parse::<Symbol>().ok());
    let (asked, shelf, kind, partner) = match state {
        State::Brokering(_) => return None,
        State::Borrowing(state) => (state.request(), (None, None), SlipKind::Return, named),
        State::Lending(state) => {
            // Until it is answered it is to be pulled; then it travels.
            let kind = if acts.contains(&ActKind::WillSupply) { SlipKind::Pull } else { SlipKind::Routing };
            (state.request(), state.shelf(), kind, Some(state.requester()))
        }
    };
    let partner = partner.as_ref();
    let facts = SlipFacts { request, kind, library, asked, summary: &summary, shelf, partner };
    let slip = slip_of(&facts, &snapshot.registry, &zone(snapshot, library));
    Some(Allowed { acts, slip: Some(Box::new(slip)) })
}

fn zone(snapshot: &Snapshot, library: &PeerId) -> TimeZone {
    let name = snapshot.facts(library).map(|facts| facts.calendar.time_zone.as_str());
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}
