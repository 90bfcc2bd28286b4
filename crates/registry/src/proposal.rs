//! Taking over a new file: whole or not at all, from the present version only, and without losing a library that requests still name.

use loan_model::{PeerId, Symbol, facts::PeerStanding};

use crate::{Change, File, Library, Problem, Registry, binding::labels, ids::SymbolKey};

/// A registry that may take the place of the present one, and what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The new registry, retired libraries included.
    pub registry: Registry,
    /// What it changes. Nothing, where the file says what holds already.
    pub changes: Vec<Change>,
    /// Libraries that are gone from the file and retired, since requests still name them.
    pub retired: Vec<PeerId>,
}

/// Why a file was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Something is wrong with it.
    #[error("the file has {} problem{}", .0.len(), if .0.len() == 1 { "" } else { "s" })]
    Problems(Vec<Problem>),
    /// It was made from another version than the present one.
    #[error(
        "the registry has changed since (version {current}). If you have seen those changes, write `based_on = {current}` at the top of your file; else start from `illgate peers export`"
    )]
    Stale {
        /// The version that the file names.
        based_on: Option<u64>,
        /// The present version; 0 where there is none yet.
        current: u64,
    },
}

impl Registry {
    /// Reads a file that is to take this registry's place. `version` is this registry's own (0: there is none yet); `referenced` says
    /// whether an open request names a library.
    ///
    /// # Errors
    /// Everything that is wrong with the file; else that it is stale.
    pub fn propose(
        &self,
        version: u64,
        text: &str,
        referenced: &dyn Fn(&PeerId) -> bool,
    ) -> Result<Proposal, Refused> {
        let (mut file, mut reader) = Registry::read(text);
        let kept = self.still_referenced(&file.libraries, referenced);
        for library in &kept {
            for symbol in &library.symbols {
                if let Some(place) = claim(&file, symbol) {
                    let sentence = format!(
                        "{symbol} is still the symbol of `{}`, which is gone from the file but named by open requests: keep it there with status = \"retired\" until they end, or keep its id",
                        library.id
                    );
                    reader.wrong_at(&place, sentence);
                }
            }
        }
        let problems = reader.finish();
        if !problems.is_empty() {
            return Err(Refused::Problems(problems));
        }
        // What is already there may be proposed from anywhere: nothing is undone by it.
        let is_same = File { based_on: self.file.based_on, ..file.clone() } == self.file;
        if !is_same && file.based_on.unwrap_or(0) != version {
            return Err(Refused::Stale { based_on: file.based_on, current: version });
        }
        let retired: Vec<PeerId> = kept.iter().map(|library| library.id.clone()).collect();
        file.libraries.extend(kept);
        let ids: Vec<PeerId> = file.libraries.iter().map(|library| library.id.clone()).collect();
        for library in file.libraries.iter_mut().filter(|library| retired.contains(&library.id)) {
            library.parent = library.parent.take().filter(|parent| ids.contains(parent));
            library.groups.retain(|place| file.groups.iter().any(|group| group.id == place.group));
        }
        let registry = Registry::of(file);
        Ok(Proposal { changes: self.diff_retiring(&registry, &retired), registry, retired })
    }

    /// Libraries that the new file lacks and open requests name, and those they are reached through; all of them retired.
    fn still_referenced(&self, new: &[Library], referenced: &dyn Fn(&PeerId) -> bool) -> Vec<Library> {
        let gone = |id: &PeerId| new.iter().all(|library| library.id != *id);
        let mut kept: Vec<Library> = Vec::new();
        let mut next: Vec<&Library> =
            self.libraries().filter(|library| gone(&library.id) && referenced(&library.id)).collect();
        while let Some(library) = next.pop() {
            if kept.iter().any(|other| other.id == library.id) {
                continue;
            }
            kept.push(Library { status: PeerStanding::Retired, ..library.clone() });
            let through =
                library.behind.as_ref().or(library.parent.as_ref().filter(|_| library.connection.is_none()));
            next.extend(through.filter(|id| gone(id)).and_then(|id| self.library(id)));
        }
        kept
    }
}

/// Where in the new file a symbol is given to somebody.
fn claim(file: &File, symbol: &Symbol) -> Option<String> {
    let key = SymbolKey::from(symbol);
    let labels = labels(file.libraries.iter().map(|library| library.id.as_str()));
    let libraries = labels.iter().map(|label| format!("library[{label}]"));
    let owners = libraries.zip(file.libraries.iter().map(|library| &library.symbols));
    std::iter::once(("broker".to_owned(), &file.broker.symbols)).chain(owners).find_map(|(owner, symbols)| {
        let index = symbols.iter().position(|own| SymbolKey::from(own) == key)?;
        Some(format!("{owner}.symbols[#{}]", index + 1))
    })
}
