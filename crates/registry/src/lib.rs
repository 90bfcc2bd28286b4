//! The peer registry: everything about libraries, from one reviewed TOML file. A [`Registry`] is one snapshot: read and checked as a
//! whole, indexed, never changed; share it behind an `Arc` and put another in its place. Must never do I/O, and never hold a secret:
//! the file says where one is kept ([`SecretRef`]).
//!
//! ```
//! use registry::Registry;
//! use loan_model::{PeerId, Symbol};
//!
//! let file = r#"
//!     [broker]
//!     name = "Sample consortium"
//!     symbols = ["ISIL:XX-BROKER"]
//!
//!     [[library]]
//!     id = "north"
//!     name = "North Library"
//!     symbols = ["ISIL:XX-NORTH"]
//!     connection.url = "http://127.0.0.1:8081/iso18626"
//!     connection.edition = "2021-2"
//! "#;
//! let registry = Registry::parse_toml(file).unwrap();
//! let north = registry.by_symbol(&Symbol::new("isil", "xx-north")).unwrap();
//! assert_eq!(registry.connection(&north.id).unwrap().edition, iso18626::Edition::V2021_2);
//! assert_eq!(registry.facts(&PeerId::new("north")).unwrap().name, "North Library");
//!
//! // Every problem at once, each with line, column and key.
//! let problems = Registry::parse_toml(&file.replace("edition", "edtion").replace("http:", "ftp:")).unwrap_err();
//! assert_eq!(problems.len(), 2);
//! ```
//!
//! # The file
//!
//! [`Registry::parse_toml`] reads it strictly; [`Registry::to_toml`] writes it in canonical form (reading that gives the same registry,
//! writing it again the same text; comments are not kept); [`Registry::export`] does so naming the version it is.
//! [`Registry::propose`] takes over a new file: it refuses one with problems or made from another version, retires instead of deleting
//! the libraries that open requests name, and says what changes ([`Change`], for people by its `Display`). [`Registry::diff`] compares
//! any two; [`Registry::warnings`] is what is allowed and cannot work, or proves nobody. Before there is a file, [`Registry::default`] serves.
//!
//! # Look-ups
//!
//! [`Registry::library`], [`Registry::by_symbol`] (letter case does not matter), [`Registry::is_broker`], [`Registry::canonical`],
//! [`Registry::speaks_for`] (own symbols, those of its parts and of the libraries behind it), [`Registry::symbols_of`],
//! [`Registry::speakers`] (the same the other way round), [`Registry::accepts_from`], [`Registry::address_proves`], [`Registry::can_prove`],
//! [`proofs()`], [`client_proofs()`].
//!
//! # Projections
//!
//! [`Registry::facts`] and [`Registry::broker`] are what the machines are told; [`Registry::connection`] is how a library is reached,
//! with nothing left open; [`Registry::hosted_facts`], [`Registry::ncip`] and [`Registry::manual`] are the same of a library without
//! ISO 18626 of its own; [`Registry::may_route`] is which NCIP goes from member to member; [`Registry::candidates`] is who might supply, for `ranking::rank`.
//!
//! What a key means, and what it is where nobody says, is in `schemas/registry.md`, which [`reference()`] writes.

mod binding;
mod candidates;
mod change;
mod checks;
mod connection;
mod facts;
mod file;
mod hosted;
mod ids;
mod ncip;
mod proof;
#[cfg(test)]
mod properties;
mod proposal;
mod reference;
mod registry;
mod values;

pub use self::ncip::NcipConnection;
pub use binding::Problem;
pub use candidates::Routing;
pub use change::{Change, Difference, Subject};
pub use connection::{Connection, RetryPlan, Timeouts};
pub use file::*;
pub use hosted::{BROKER_AS_PEER, ManualConnection};
pub use ids::GroupId;
pub use proof::{Carrier, ClientProof, Proof, client_proofs, proofs};
pub use proposal::{Proposal, Refused};
pub use reference::reference;
pub use registry::Registry;
pub use values::{
    AddressRange, CertificateName, Header, HeaderName, HeaderValue, NcipAddress, Rate, SecretRef, Url, Wait,
    ZoneName,
};
