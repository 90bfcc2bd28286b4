//! What a simulated broker is told: who it is, how it behaves, and whom it speaks with.

use std::net::{IpAddr, Ipv4Addr};

use iso18626::Edition;
use serde::Deserialize;

use crate::symbol::{agency_id, same_agency};

/// A broker, read from TOML.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BrokerSettings {
    /// Its symbol.
    pub symbol: String,
    /// Whose symbols stand in its headers.
    #[serde(default)]
    pub face: Face,
    /// Whether it minds whose symbol stands in the headers of others.
    #[serde(default)]
    pub checks: Checks,
    /// What it does wrong.
    #[serde(default)]
    pub habits: Vec<Habit>,
    /// Where it listens.
    #[serde(default = "loopback")]
    pub listen: IpAddr,
    /// On which port; 0 takes a free one.
    #[serde(default)]
    pub port: u16,
    /// Whom it asks, in this order, where a request names no suppliers.
    #[serde(default)]
    pub suppliers: Vec<String>,
    /// How many exchanges its log remembers.
    #[serde(skip, default = "remembered")]
    pub remembered: usize,
    /// Whom it speaks with.
    #[serde(rename = "peer")]
    pub peers: Vec<BrokerPeer>,
}

/// Somebody whom a simulated broker speaks with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BrokerPeer {
    /// Its symbol.
    pub symbol: String,
    /// Where messages to it are posted.
    pub url: String,
    /// The edition that it is written to in: `1.2` or `2021-2`.
    #[serde(default = "first_edition", deserialize_with = "edition")]
    pub edition: Edition,
    /// The symbols that it speaks for besides its own; `*` for everybody who is not listed.
    #[serde(default)]
    pub speaks_for: Vec<String>,
}

/// Whose symbols stand in a broker's headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Face {
    /// Its own; the supplier stands in the note.
    #[default]
    Opaque,
    /// Those of the requester and the supplier.
    Transparent,
}

/// Whether a broker minds whose symbol stands in the headers of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checks {
    /// A supplier's message counts only in the symbol that was asked.
    #[default]
    Strict,
    /// A message is known by its id alone.
    Lenient,
}

/// What a broker does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Habit {
    /// It forgets a request when it has told that the item is on its way: nobody's messages about it are known any more.
    Forgets,
    /// What it passes on goes out twice, with different timestamps.
    Doubles,
    /// A Cancel before the supplier has answered is confirmed, and the request is sent to the supplier once more instead.
    Replaces,
}

impl BrokerSettings {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence with the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let settings: BrokerSettings = toml::from_str(text).map_err(|why| why.to_string())?;
        match settings.suppliers.iter().find(|supplier| settings.peer_of(&agency_id(supplier)).is_none()) {
            Some(unknown) => Err(format!("no peer is `{unknown}` or speaks for it: list one as [[peer]]")),
            None => Ok(settings),
        }
    }

    /// Who speaks for an agency.
    pub(super) fn peer_of(&self, agency: &iso18626::AgencyId) -> Option<usize> {
        let is = |symbol: &String| same_agency(&agency_id(symbol), agency);
        let exact = self.peers.iter().position(|peer| is(&peer.symbol) || peer.speaks_for.iter().any(is));
        exact
            .or_else(|| self.peers.iter().position(|peer| peer.speaks_for.iter().any(|symbol| symbol == "*")))
    }

    pub(super) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }
}

fn loopback() -> IpAddr {
    IpAddr::V4(Ipv4Addr::LOCALHOST)
}

fn remembered() -> usize {
    crate::flow::REMEMBERED
}

fn first_edition() -> Edition {
    Edition::V1_2
}

fn edition<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Edition, D::Error> {
    let text = String::deserialize(from)?;
    text.parse()
        .map_err(|_| serde::de::Error::custom(format!("`{text}` is not an edition: write 1.2 or 2021-2")))
}
