//! Who might supply a request: candidates from the registry, put in order by the machine's own rules. Must never judge by itself.

use jiff::Timestamp;
use loan_model::PeerId;
use ranking::{Basis, Candidate, Criterion, RotaTable, RoutingFacts, rank};
use state_machine::brokering::State;

use crate::registry_view::Snapshot;

/// The rota of a request: every candidate, with its place or with why it was passed over.
pub(super) fn locate(
    snapshot: &Snapshot,
    state: &State,
    exclude: Vec<PeerId>,
    only: Option<PeerId>,
    resting: Vec<PeerId>,
    now: Timestamp,
) -> RotaTable {
    let candidates = match only {
        Some(peer) => snapshot
            .facts(&peer)
            .map(|facts| Candidate {
                facts: facts.clone(),
                basis: Basis::Addressed,
                record_id: None,
                holding: None,
            })
            .into_iter()
            .collect(),
        None => snapshot.registry.candidates(state.request(), state.requester()),
    };
    let requester = snapshot.facts(state.requester());
    let mut requester_symbols = vec![state.requester_symbol().clone()];
    if let Some(facts) = requester {
        requester_symbols.push(facts.symbol.clone());
        requester_symbols.extend(facts.other_symbols.iter().cloned());
    }
    let service = state.request().service_info.as_ref();
    let facts = RoutingFacts {
        now,
        requester: state.requester().clone(),
        requester_symbols,
        came_from: state.came_from().cloned(),
        exclude,
        resting,
        need_before: service.and_then(|service| service.need_before_date.as_ref()?.instant()),
        local_supply: requester.map(|facts| facts.local_supply).unwrap_or_default(),
        criteria: Criterion::DEFAULT.to_vec(),
    };
    let mut table = rank(candidates, &facts);
    if table.entries.is_empty() {
        table.nobody = Some(snapshot.registry.why_nobody(state.requester()));
    }
    table
}
