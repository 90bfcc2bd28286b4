//! Who might supply. Must never judge: ranking passes over whom it must, and says why.

use iso18626::{Request, SupplierInfo};
use jiff::SignedDuration;
use loan_model::{
    PeerId, Symbol,
    facts::{Addressed, Lends, PeerFacts, PeerStanding},
};
use ranking::{Basis, Candidate, Criterion, Nobody};

use crate::{
    Library, Registry,
    file::{Named, RoutingSettings},
};

/// By what lenders are put in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing {
    /// The criteria, the first that sets two apart decides.
    pub criteria: Vec<Criterion>,
    /// A closure of more working days than this is not waited for.
    pub skip_closed_days: u32,
    /// So far back what libraries lent and borrowed counts.
    pub balance_window: SignedDuration,
}

impl Registry {
    /// Who might supply what this library asks for, in order of preference: the member that the request is addressed to; those that the
    /// request names, in its order; then, if it is in a group and none of its groups says `named = "only"`, or where it names none, the members of its
    /// groups by priority, lenders of last resort last. Where the file declares no groups, all libraries are one. Those that it names and nobody knows are among
    /// them, to be told as unknown.
    pub fn candidates(&self, request: &Request, requester: &PeerId) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = self.addressed(request).into_iter().collect();
        if !found.is_empty() && self.file.broker.addressed == Addressed::Ends {
            return found;
        }
        let mut others = self.named(request);
        if others.is_empty() || self.named_are(requester) == Named::First {
            others.extend(self.lenders_to(requester));
        }
        for other in others {
            if found.iter().all(|candidate| candidate.facts.id != other.facts.id) {
                found.push(other);
            }
        }
        found.extend(self.unknown(request));
        found
    }

    /// Whether the lenders that a request of this library names come first or are all. They are all where it is in no group.
    fn named_are(&self, requester: &PeerId) -> Named {
        let groups = self.library(requester).into_iter().flat_map(|library| &library.groups);
        let mut named =
            groups.filter_map(|place| self.group(&place.group)).map(|group| group.named).peekable();
        if named.peek().is_some() && named.all(|named| named == Named::First) {
            Named::First
        } else {
            Named::Only
        }
    }

    /// By what lenders are put in order.
    pub fn routing(&self) -> Routing {
        let RoutingSettings { order, skip_closed_days, balance_days } = &self.file.routing;
        Routing {
            criteria: if order.is_empty() { Criterion::DEFAULT.to_vec() } else { order.clone() },
            skip_closed_days: skip_closed_days.unwrap_or(5),
            balance_window: SignedDuration::from_hours(24 * i64::from(balance_days.unwrap_or(90))),
        }
    }

    /// Why nobody might supply what this library asks for, where that is so.
    pub fn why_nobody(&self, requester: &PeerId) -> Nobody {
        let in_a_group = self.library(requester).is_some_and(|library| !library.groups.is_empty());
        if in_a_group || self.file.groups.is_empty() { Nobody::NoLender } else { Nobody::NoGroup }
    }

    /// Those that the request names and nobody here knows, by their symbols.
    fn unknown(&self, request: &Request) -> Vec<Candidate> {
        let named = request.supplier_info.iter().filter_map(|info| info.supplier_code.as_ref());
        let mut symbols: Vec<Symbol> = named.map(Symbol::from).collect();
        symbols.retain(|symbol| self.by_symbol(symbol).is_none() && !self.is_broker(symbol));
        symbols.dedup();
        let candidate = |symbol: Symbol| Candidate {
            facts: PeerFacts::new(PeerId::new(symbol.to_string()), symbol),
            basis: Basis::Unknown,
            record_id: None,
            holding: None,
        };
        symbols.into_iter().map(candidate).collect()
    }

    fn addressed(&self, request: &Request) -> Option<Candidate> {
        let symbol = Symbol::from(request.header.supplying_agency_id.as_ref()?);
        let library = self.by_symbol(&symbol).filter(|_| !self.is_broker(&symbol))?;
        let holding = request
            .supplier_info
            .iter()
            .find(|info| self.names(info).is_some_and(|named| named.id == library.id));
        self.candidate(library, Basis::Addressed, holding)
    }

    fn named(&self, request: &Request) -> Vec<Candidate> {
        let mut infos: Vec<&SupplierInfo> = request.supplier_info.iter().collect();
        infos.sort_by_key(|info| {
            info.sort_order.as_deref().and_then(|order| order.trim().parse().ok()).unwrap_or(u32::MAX)
        });
        let mut found: Vec<Candidate> = Vec::new();
        for info in infos {
            let Some(library) = self.names(info) else { continue };
            if found.iter().any(|candidate| candidate.facts.id == library.id) {
                continue;
            }
            let order = u32::try_from(found.len()).unwrap_or(u32::MAX);
            found.extend(self.candidate(library, Basis::Named { order }, Some(info)));
        }
        found
    }

    fn names(&self, info: &SupplierInfo) -> Option<&Library> {
        self.by_symbol(&Symbol::from(info.supplier_code.as_ref()?))
    }

    fn lenders_to(&self, requester: &PeerId) -> Vec<Candidate> {
        let Some(requester) = self.library(requester) else { return Vec::new() };
        let mut members: Vec<(bool, u32, &Library)> = self
            .libraries()
            .filter(|library| library.id != requester.id && library.status != PeerStanding::Retired)
            .filter_map(|library| {
                Some((library.lends == Lends::Last, self.priority_for(requester, library)?, library))
            })
            .collect();
        members.sort_by_key(|(last, priority, library)| (*last, *priority, &library.id));
        members
            .into_iter()
            .filter_map(|(_, priority, library)| self.candidate(library, Basis::Group { priority }, None))
            .collect()
    }

    /// The best priority of a lender among the groups that it shares with the requester.
    fn priority_for(&self, requester: &Library, lender: &Library) -> Option<u32> {
        if self.file.groups.is_empty() {
            return Some(1);
        }
        let shared = |group| requester.groups.iter().any(|place| place.group == group);
        lender.groups.iter().filter(|place| shared(place.group.clone())).map(|place| place.priority).min()
    }

    fn candidate(
        &self,
        library: &Library,
        basis: Basis,
        holding: Option<&SupplierInfo>,
    ) -> Option<Candidate> {
        let record = holding.and_then(|holding| holding.bibliographic_record_id.as_ref());
        Some(Candidate {
            facts: self.facts(&library.id)?,
            basis,
            record_id: record.map(|record| record.identifier.clone()),
            holding: holding.cloned(),
        })
    }
}
