//! Who plays in a case: the parties of the peers file by what they are.

use std::sync::PoisonError;

use super::Script;
use crate::case::CaseEnd;
use crate::edition::Edition;
use crate::peers::{Face, Part, Trait};
use crate::wire::Symbol;

impl Script {
    /// A party's symbol.
    #[must_use]
    pub fn symbol(&self, party: usize) -> Symbol {
        self.0.parties.party(party).symbol.clone()
    }

    pub(crate) fn edition_of(&self, party: usize) -> Edition {
        self.0.parties.party(party).edition
    }

    /// The requester that the broker shows its own symbol to.
    ///
    /// # Errors
    /// Not applicable without such a party.
    pub fn requester(&self) -> Result<usize, CaseEnd> {
        self.pick(Part::Requester, self.edition(), Face::Opaque)
    }

    /// The requester that the broker shows the supplier's symbol to.
    ///
    /// # Errors
    /// Not applicable without such a party.
    pub fn transparent_requester(&self) -> Result<usize, CaseEnd> {
        self.pick(Part::Requester, self.edition(), Face::Transparent)
    }

    /// A requester of the other edition.
    ///
    /// # Errors
    /// Not applicable without such a party.
    pub fn other_requester(&self) -> Result<usize, CaseEnd> {
        self.pick(Part::Requester, self.edition().other(), Face::Opaque)
    }

    /// The supplier that the broker shows the requester's symbol to.
    ///
    /// # Errors
    /// Not applicable without such a party.
    pub fn transparent_supplier(&self) -> Result<usize, CaseEnd> {
        self.pick(Part::Supplier, self.edition(), Face::Transparent)
    }

    /// Suppliers of the case's edition.
    ///
    /// # Errors
    /// Not applicable when there are too few.
    pub fn suppliers<const N: usize>(&self) -> Result<[usize; N], CaseEnd> {
        self.ordinary(self.edition())
    }

    /// Suppliers of the other edition.
    ///
    /// # Errors
    /// Not applicable when there are too few.
    pub fn other_suppliers<const N: usize>(&self) -> Result<[usize; N], CaseEnd> {
        self.ordinary(self.edition().other())
    }

    /// A party that is special in the subject's registry.
    ///
    /// # Errors
    /// Not applicable without such a party.
    pub fn special(&self, what: Trait) -> Result<usize, CaseEnd> {
        let found = self.0.parties.peers.party.iter().position(|party| party.traits.contains(&what));
        found.ok_or_else(|| {
            CaseEnd::NotApplicable(format!("the peers file has no party with the trait {what:?}"))
        })
    }

    /// Whether the two parties prove who they are, each in its own way.
    #[must_use]
    pub fn have_credentials(&self, one: usize, other: usize) -> bool {
        let headers = |party: usize| &self.0.parties.party(party).headers;
        !headers(one).is_empty() && !headers(other).is_empty() && headers(one) != headers(other)
    }

    /// Any party at all, to send something that is no message.
    ///
    /// # Errors
    /// Not applicable without one of the edition.
    pub fn any_party(&self) -> Result<usize, CaseEnd> {
        self.requester().or_else(|_| self.suppliers::<1>().map(|[supplier]| supplier))
    }

    fn pick(&self, part: Part, edition: Edition, face: Face) -> Result<usize, CaseEnd> {
        let parties = &self.0.parties;
        let mut fitting = parties.find(part, edition).filter(|&index| parties.party(index).face == face);
        fitting.next().ok_or_else(|| {
            CaseEnd::NotApplicable(format!("the peers file has no {face:?} {part:?} that speaks {edition}"))
        })
    }

    /// Ordinary opaque suppliers, the same throughout a case.
    fn ordinary<const N: usize>(&self, edition: Edition) -> Result<[usize; N], CaseEnd> {
        let mut assigned = self.0.assigned.lock().unwrap_or_else(PoisonError::into_inner);
        let all = assigned.entry(edition).or_insert_with(|| self.ordinary_in_turn(edition));
        if all.len() < N {
            let why =
                format!("the peers file has {} suppliers that speak {edition}; {N} are needed", all.len());
            return Err(CaseEnd::NotApplicable(why));
        }
        Ok(std::array::from_fn(|place| all[place]))
    }

    /// The ordinary suppliers, beginning at a place that differs from case to case, to spread the load. Those whose line was bad in an
    /// earlier case come last: a subject may be wary of them for a while.
    fn ordinary_in_turn(&self, edition: Edition) -> Vec<usize> {
        let parties = &self.0.parties;
        let fits = |&index: &usize| {
            parties.party(index).face == Face::Opaque && parties.party(index).traits.is_empty()
        };
        let mut all: Vec<usize> = parties.find(Part::Supplier, edition).filter(fits).collect();
        let first = self.0.token.bytes().map(usize::from).sum::<usize>();
        let turn = first % all.len().max(1);
        all.rotate_left(turn);
        all.sort_by_key(|&party| parties.bad_line(party));
        all
    }
}
