//! The members that the suite plays: what the subject must know of them.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::wire::{Transport, Version, Wire};

/// The file of the members.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// The subject's own agency id.
    pub agency: String,
    /// An agency id that the subject does not know.
    #[serde(default = "nowhere")]
    pub unknown: String,
    /// What the subject is: an ILS that answers itself, or a router that asks the members' systems.
    #[serde(default)]
    pub kind: Kind,
    /// Where the subject takes bare connections, `host:port`; without it the cases over them are not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tcp: Option<String>,
    /// The members.
    pub member: Vec<Member>,
}

/// What an NCIP subject is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It carries lookups to the members' systems.
    #[default]
    Router,
    /// It answers from what it knows itself: patrons and items are in the file.
    Responder,
}

/// One library that the suite plays, and its ILS.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its agency id.
    pub agency: String,
    /// The version its ILS speaks.
    pub version: Version,
    /// How its ILS is reached.
    pub transport: Transport,
    /// Where its ILS listens: `http://127.0.0.1:19627/m1`, or `127.0.0.1:19628`.
    pub url: String,
    /// How the subject proves to the ILS who it is, so that the suite can see it arrive and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// What is special about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<Trait>,
}

/// What is special about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trait {
    /// Nothing answers at its address.
    Dead,
    /// LookupItem may be sent to it by any member, besides LookupUser.
    ItemsToo,
    /// An initiator speaks for it to its ILS, where its patrons borrow.
    Borrows,
    /// The same, where it lends.
    Lends,
}

fn nowhere() -> String {
    "CT-NOWHERE".to_owned()
}

impl Member {
    /// The version and transport of its ILS.
    #[must_use]
    pub fn wire(&self) -> Wire {
        Wire { version: self.version, transport: self.transport }
    }
}

impl Member {
    /// Whether an initiator speaks for it to its ILS.
    #[must_use]
    pub fn is_hosted(&self) -> bool {
        self.traits.iter().any(|what| matches!(what, Trait::Borrows | Trait::Lends))
    }
}

impl Members {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong with it.
    pub fn load(path: &Path) -> Result<Members, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The file's text.
    ///
    /// # Errors
    /// A sentence, if a value cannot be written.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|error| error.to_string())
    }

    /// Those whose ILSs are reached by one of these versions and transports.
    #[must_use]
    pub fn over(mut self, wires: &[Wire]) -> Members {
        self.member.retain(|member| wires.contains(&member.wire()));
        self
    }

    /// The members that the suite is at its best with towards an initiator: several borrowers and lenders for each version and transport, so
    /// that an ILS that is in trouble in one case is not the one of every other case too. The lenders' ILSs want a password, the borrowers'
    /// none.
    #[must_use]
    pub fn hosted(http: &str) -> Members {
        let mut member = Vec::new();
        for (wire, word) in Wire::ALL.iter().zip(["1", "2", "1T", "2T"]) {
            let pairs = ["A", "B", "C", "D"].into_iter();
            let both = pairs.flat_map(|pair| [("B", Trait::Borrows, pair), ("L", Trait::Lends, pair)]);
            for (kind, role, pair) in both {
                let agency = format!("CT-{kind}{word}{pair}");
                member.push(Member {
                    version: wire.version,
                    transport: wire.transport,
                    url: match wire.transport {
                        Transport::Http => format!("http://{http}/{}", agency.to_lowercase()),
                        Transport::Tcp => "127.0.0.1:0".to_owned(),
                    },
                    password: (role == Trait::Lends).then(|| format!("secret-of-{}", agency.to_lowercase())),
                    traits: vec![role],
                    agency,
                });
            }
        }
        Members { agency: "CT-GATEWAY".to_owned(), unknown: nowhere(), kind: Kind::Router, tcp: None, member }
    }

    /// The members that the suite is at its best with: one for each version and transport, one whose items others may look up, and
    /// one where nothing answers. `http` is the address for those reached by HTTP (port 0 takes a free one); the others take free ports.
    #[must_use]
    pub fn standard(http: &str) -> Members {
        let mut member = Vec::new();
        let mut add = |agency: &str, wire: Wire, traits: &[Trait]| {
            member.push(Member {
                agency: agency.to_owned(),
                version: wire.version,
                transport: wire.transport,
                url: match wire.transport {
                    Transport::Http => format!("http://{http}/{}", agency.to_lowercase()),
                    Transport::Tcp => "127.0.0.1:0".to_owned(),
                },
                password: Some(format!("secret-of-{}", agency.to_lowercase())),
                traits: traits.to_vec(),
            });
        };
        add("CT-M1", Wire::V1, &[]);
        add("CT-M2", Wire::V2, &[]);
        add("CT-M3", Wire::V1_TCP, &[]);
        add("CT-M4", Wire::V2_TCP, &[]);
        add("CT-M5", Wire::V2, &[Trait::ItemsToo]);
        add("CT-M6", Wire::V1, &[Trait::ItemsToo]);
        member.push(Member {
            agency: "CT-DEAD".to_owned(),
            version: Version::V2,
            transport: Transport::Http,
            url: "http://127.0.0.1:9/dead".to_owned(),
            password: None,
            traits: vec![Trait::Dead],
        });
        Members { agency: "CT-GATEWAY".to_owned(), unknown: nowhere(), kind: Kind::Router, tcp: None, member }
    }
}
