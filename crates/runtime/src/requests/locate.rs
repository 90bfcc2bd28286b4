//! Who might supply a request: candidates from the registry, put in order by the consortium's rules. Must never judge by itself.

use iso18626::Request;
use jiff::Timestamp;
use loan_model::{PeerId, Symbol};
use ranking::{Balances, Basis, Candidate, RotaTable, RoutingFacts, rank};
use state_machine::brokering::State;

use super::Requests;
use crate::registry_view::Snapshot;

/// Who asks, and for what.
pub(super) struct Asked<'a> {
    requester: &'a PeerId,
    symbol: Option<&'a Symbol>,
    came_from: Option<&'a PeerId>,
    request: &'a Request,
}

impl<'a> Asked<'a> {
    pub(super) fn of(state: &'a State) -> Self {
        Self {
            requester: state.requester(),
            symbol: Some(state.requester_symbol()),
            came_from: state.came_from(),
            request: state.request(),
        }
    }
}

/// What the order depends on besides the request and the registry.
pub(super) struct Around<'a> {
    /// The broker's name of the request.
    pub(super) request: &'a str,
    /// Who does not answer at present.
    pub(super) resting: Vec<PeerId>,
    /// What was lent and borrowed lately.
    pub(super) balances: Balances,
    /// Now.
    pub(super) now: Timestamp,
}

/// The rota of a request: every candidate, with its place or with why it was passed over.
pub(super) fn locate(
    snapshot: &Snapshot,
    asked: &Asked<'_>,
    exclude: Vec<PeerId>,
    only: Option<PeerId>,
    around: Around<'_>,
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
        None => snapshot.registry.candidates(asked.request, asked.requester),
    };
    let requester = snapshot.facts(asked.requester);
    let mut requester_symbols: Vec<Symbol> = asked.symbol.into_iter().cloned().collect();
    if let Some(facts) = requester {
        requester_symbols.push(facts.symbol.clone());
        requester_symbols.extend(facts.other_symbols.iter().cloned());
    }
    // A library behind a broker asks through it, whoever stands in the header.
    let came_from = asked.came_from.or(requester.and_then(|facts| facts.behind.as_ref()));
    let routing = snapshot.registry.routing();
    let Around { request, resting, balances, now } = around;
    let service = asked.request.service_info.as_ref();
    let facts = RoutingFacts {
        now,
        request: request.to_owned(),
        requester: asked.requester.clone(),
        requester_symbols,
        came_from: came_from.cloned(),
        exclude,
        resting,
        need_before: service.and_then(|service| service.need_before_date.as_ref()?.instant()),
        local_supply: requester.map(|facts| facts.local_supply).unwrap_or_default(),
        skip_closed_days: routing.skip_closed_days,
        balances,
        criteria: routing.criteria,
    };
    let mut table = rank(candidates, &facts);
    if table.entries.is_empty() {
        table.nobody = Some(snapshot.registry.why_nobody(asked.requester));
    }
    table
}

/// Who would be asked now, and by what.
#[derive(Debug)]
pub struct Preview {
    /// The rota.
    pub rota: RotaTable,
    /// What the libraries lent and borrowed lately.
    pub balances: Balances,
}

impl Requests {
    /// What the order of the request of this name depends on now.
    pub(super) fn around<'a>(&self, request: &'a str, snapshot: &Snapshot, now: Timestamp) -> Around<'a> {
        let balances = self.balances.within(snapshot.registry.routing().balance_window, now);
        Around { request, resting: self.resting(), balances, now }
    }

    /// Who would be asked now if this library asked for something and named nobody.
    pub fn preview(&self, library: &PeerId) -> Preview {
        let (snapshot, now) = (self.view.snapshot(), self.seams.clock.now());
        let request = Request::default();
        let asked = Asked { requester: library, symbol: None, came_from: None, request: &request };
        let around = self.around("", &snapshot, now);
        let balances = around.balances.clone();
        Preview { rota: locate(&snapshot, &asked, Vec::new(), None, around), balances }
    }
}
