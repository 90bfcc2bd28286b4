//! The parties that the suite plays: a file that the subject's registry and the suite agree on.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::case::Role;
use crate::edition::Edition;
use crate::wire::Symbol;

/// What a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// It asks.
    Requester,
    /// It is asked.
    Supplier,
}

/// Whose symbols are in the headers between a broker and this party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Face {
    /// The broker's own.
    #[default]
    Opaque,
    /// Both real ones.
    Transparent,
}

/// What is special about a party in the subject's registry. Cases that need such a party are not applicable without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trait {
    /// Closed today and for the next weeks.
    Closed,
    /// It asks for more than any requester pays.
    Dear,
    /// A lender of last resort.
    LastResort,
    /// Nothing answers at its address.
    Dead,
    /// Another broker, with libraries of its own behind it.
    Broker,
}

/// One library that the suite plays.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its symbol.
    pub symbol: Symbol,
    /// What it is.
    pub part: Part,
    /// The edition it is spoken to in.
    pub edition: Edition,
    /// Whose symbols it sees. Of meaning for a broker only.
    #[serde(default)]
    pub face: Face,
    /// Where the subject reaches it.
    pub url: String,
    /// Where the suite listens for it, if that differs from the URL's host and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// What is special about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<Trait>,
    /// Headers that prove to the subject who it is, such as `authorization`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

/// The peers file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// The subject's own symbol: the broker's, the supplier's, the requester's.
    pub subject: Symbol,
    /// A symbol that the subject does not know.
    #[serde(default = "nowhere")]
    pub unknown: Symbol,
    /// The parties.
    pub party: Vec<Party>,
}

fn nowhere() -> Symbol {
    Symbol { authority: "ISIL".to_owned(), value: "CT-NOWHERE".to_owned() }
}

impl Peers {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong with it.
    pub fn load(path: &Path) -> Result<Peers, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The parties that the suite is at its best with, all behind one address (`127.0.0.1:19626`; port 0 takes a free one):
    /// in each edition an opaque and a transparent requester, five opaque suppliers and one transparent one.
    #[must_use]
    pub fn standard(subject: &Symbol, address: &str) -> Peers {
        let mut party = Vec::new();
        for (edition, mark) in [(Edition::V1_2, "12"), (Edition::V2021_2, "21")] {
            let mut add = |name: String, part, face, traits: &[Trait]| {
                party.push(Party {
                    symbol: Symbol { authority: "ISIL".to_owned(), value: format!("CT-{name}-{mark}") },
                    part,
                    edition,
                    face,
                    url: format!("http://{address}/{}-{mark}", name.to_lowercase()),
                    listen: None,
                    traits: traits.to_vec(),
                    headers: BTreeMap::new(),
                });
            };
            add("R1".to_owned(), Part::Requester, Face::Opaque, &[]);
            add("R2".to_owned(), Part::Requester, Face::Transparent, &[]);
            for number in 1..=5 {
                add(format!("S{number}"), Part::Supplier, Face::Opaque, &[]);
            }
            add("S6".to_owned(), Part::Supplier, Face::Transparent, &[]);
        }
        Peers { subject: subject.clone(), unknown: nowhere(), party }
    }

    /// The same with suppliers that the subject's registry must know as special: one that is closed, a lender of last resort, another broker.
    #[must_use]
    pub fn with_special_suppliers(self) -> Peers {
        let special =
            [("CT-CLOSED", Trait::Closed), ("CT-LAST", Trait::LastResort), ("CT-BELOW", Trait::Broker)];
        special.into_iter().fold(self, |peers, (name, what)| peers.with_special(name, what))
    }

    /// The same with one such supplier.
    #[must_use]
    pub fn with_special(mut self, name: &str, what: Trait) -> Peers {
        let Some(mut party) = self.party.iter().find(|party| party.part == Part::Supplier).cloned() else {
            return self;
        };
        party.url = match party.url.rfind('/') {
            Some(place) => format!("{}/{}", &party.url[..place], name.to_lowercase()),
            None => party.url,
        };
        party.symbol.value = name.to_owned();
        party.traits = vec![what];
        self.party.push(party);
        self
    }

    /// Those that a subject of this role has to do with: a supplier is asked by requesters, a requester asks suppliers.
    #[must_use]
    pub fn for_role(mut self, role: Role) -> Peers {
        self.party.retain(|party| match role {
            Role::Supplier => party.part == Part::Requester,
            Role::Requester => party.part == Part::Supplier,
            Role::Broker | Role::NcipResponder | Role::NcipInitiator => true,
        });
        self
    }

    /// Those that are spoken to in one of these editions.
    #[must_use]
    pub fn in_editions(mut self, editions: &[Edition]) -> Peers {
        self.party.retain(|party| editions.contains(&party.edition));
        self
    }

    /// The file's text.
    ///
    /// # Errors
    /// A sentence, if a value cannot be written.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|error| error.to_string())
    }
}
