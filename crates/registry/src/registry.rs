//! One snapshot of the registry: read, indexed, never changed. Must never do I/O.

use std::collections::{BTreeMap, BTreeSet};

use loan_model::{PeerId, Symbol, facts::PeerStanding};
use toml::de::DeValue;

use crate::{
    Problem,
    binding::{Reader, Table, Writer},
    checks,
    file::{Broker, File, Group, Library},
    ids::{GroupId, SymbolKey},
};

/// Everything about libraries, as one reviewed file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    pub(crate) file: File,
    by_id: BTreeMap<PeerId, usize>,
    by_symbol: BTreeMap<SymbolKey, usize>,
    /// For each library, the others that may use its symbols.
    above: Vec<Vec<usize>>,
    /// For each library, the others whose symbols it may use.
    tenants: Vec<Vec<usize>>,
}

impl Default for Registry {
    /// What a gateway starts with: a broker called `LOCAL:ILLGATE`, and nobody else.
    fn default() -> Self {
        let broker = Broker {
            name: "illgate".to_owned(),
            symbols: vec![Symbol::new("LOCAL", "ILLGATE")],
            ..Broker::default()
        };
        Registry::of(File { broker, ..File::default() })
    }
}

impl Registry {
    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file.
    pub fn parse_toml(text: &str) -> Result<Self, Vec<Problem>> {
        let (file, reader) = Self::read(text);
        match reader.finish() {
            problems if problems.is_empty() => Ok(Registry::of(file)),
            problems => Err(problems),
        }
    }

    /// Reads and checks a file, and gives what could be read together with what is wrong.
    pub(crate) fn read(text: &str) -> (File, Reader<'_>) {
        let (mut reader, root) = Reader::open(text);
        let table = root.into_inner();
        let file = File::read_fields(&table, 0, "", &mut reader);
        // What the file names by place, the places of its keys tell.
        for (key, node) in &table {
            if let DeValue::Array(_) = node.get_ref() {
                reader.remember(key.get_ref(), key.span().start);
            }
        }
        checks::check(&file, &mut reader);
        (file, reader)
    }

    /// Puts a checked file in order and indexes it.
    pub(crate) fn of(mut file: File) -> Self {
        file.libraries.sort_by(|a, b| a.id.cmp(&b.id));
        file.groups.sort_by(|a, b| a.id.cmp(&b.id));
        let numbered = || file.libraries.iter().enumerate();
        let by_id: BTreeMap<_, _> = numbered().map(|(index, library)| (library.id.clone(), index)).collect();
        let by_symbol = numbered()
            .flat_map(|(index, library)| library.symbols.iter().map(move |symbol| (symbol.into(), index)))
            .collect();
        let above = above(&file.libraries, &by_id);
        let tenants = tenants(&above);
        Registry { file, by_id, by_symbol, above, tenants }
    }

    /// The file in canonical form: reading it gives this registry again, and writing that gives this text again.
    pub fn to_toml(&self) -> String {
        let mut writer = Writer::default();
        self.file.write_fields(&mut writer);
        writer.finish()
    }

    /// The same, naming the version it is: what an export gives.
    pub fn export(&self, version: u64) -> String {
        let file = File { based_on: Some(version), ..self.file.clone() };
        Registry { file, ..self.clone() }.to_toml()
    }

    /// The version that the file was made from.
    pub fn based_on(&self) -> Option<u64> {
        self.file.based_on
    }

    /// The broker as the file has it.
    pub fn broker_entry(&self) -> &Broker {
        &self.file.broker
    }

    /// Whether the symbol means the broker itself.
    pub fn is_broker(&self, symbol: &Symbol) -> bool {
        let key = SymbolKey::from(symbol);
        self.file.broker.symbols.iter().any(|own| SymbolKey::from(own) == key)
    }

    /// A library.
    pub fn library(&self, id: &PeerId) -> Option<&Library> {
        self.by_id.get(id).map(|index| &self.file.libraries[*index])
    }

    /// The library that has the symbol, whatever its letter case.
    pub fn by_symbol(&self, symbol: &Symbol) -> Option<&Library> {
        self.by_symbol.get(&symbol.into()).map(|index| &self.file.libraries[*index])
    }

    /// The symbol as the registry spells it, a library's or the broker's.
    pub fn canonical(&self, symbol: &Symbol) -> Option<&Symbol> {
        let key = SymbolKey::from(symbol);
        let own = self.by_symbol(symbol).map_or(&self.file.broker.symbols, |library| &library.symbols);
        own.iter().find(|own| SymbolKey::from(*own) == key)
    }

    /// Every library, by id.
    pub fn libraries(&self) -> impl Iterator<Item = &Library> {
        self.file.libraries.iter()
    }

    /// A group.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        let found = self.file.groups.binary_search_by(|group| group.id.cmp(id)).ok()?;
        self.file.groups.get(found)
    }

    /// Every group, by id.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.file.groups.iter()
    }

    /// Whether the peer may use the symbol: it is its own, or that of a library which is part of it or reached through it.
    pub fn speaks_for(&self, peer: &PeerId, symbol: &Symbol) -> bool {
        match (self.by_id.get(peer), self.by_symbol.get(&symbol.into())) {
            (Some(peer), Some(owner)) => peer == owner || self.tenants[*peer].contains(owner),
            _ => false,
        }
    }

    /// Whether the one is part of the other, or reached through it.
    pub fn is_behind(&self, library: &PeerId, other: &PeerId) -> bool {
        match (self.by_id.get(library), self.by_id.get(other)) {
            (Some(library), Some(other)) => self.tenants[*other].contains(library),
            _ => false,
        }
    }

    /// Who may send with the library's symbols: itself first, then those that it is part of or reached through.
    pub fn speakers(&self, id: &PeerId) -> impl Iterator<Item = &Library> {
        let own = self.by_id.get(id);
        let above = own.into_iter().flat_map(|index| &self.above[*index]);
        own.into_iter().chain(above).map(|index| &self.file.libraries[*index])
    }

    /// Every symbol that the peer may use, its own first.
    pub fn symbols_of(&self, peer: &PeerId) -> Vec<&Symbol> {
        let Some(peer) = self.by_id.get(peer) else { return Vec::new() };
        let all = std::iter::once(peer).chain(&self.tenants[*peer]);
        all.flat_map(|index| &self.file.libraries[*index].symbols).collect()
    }
}

/// For each library, those that it is part of or reached through, all the way up. A retired one speaks for itself alone.
fn above(libraries: &[Library], by_id: &BTreeMap<PeerId, usize>) -> Vec<Vec<usize>> {
    let above = |index: usize| {
        let mut seen = BTreeSet::from([index]);
        let mut next = vec![index];
        let mut above = Vec::new();
        while let Some(here) = next.pop() {
            let here = &libraries[here];
            let ups = [&here.parent, &here.behind].into_iter().flatten().filter_map(|id| by_id.get(id));
            for up in ups.filter(|up| libraries[**up].status != PeerStanding::Retired) {
                if seen.insert(*up) {
                    above.push(*up);
                    next.push(*up);
                }
            }
        }
        above
    };
    (0..libraries.len()).map(above).collect()
}

/// The same the other way round.
fn tenants(above: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut tenants = vec![Vec::new(); above.len()];
    for (index, above) in above.iter().enumerate() {
        above.iter().for_each(|up| tenants[*up].push(index));
    }
    tenants
}
