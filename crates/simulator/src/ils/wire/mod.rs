//! NCIP as an ILS reads and writes it: by picking elements by their local names, in both versions, and by writing replies that are
//! valid, except where its dialect has them otherwise.
//!
//! Reading and writing are the simulator's own on purpose: an ILS that shared the gateway's codec would share its mistakes, and could
//! not be wrong in the ways real ones are.

mod node;
mod notice;
mod parsed;
mod reply;
mod tree;
mod writer;

pub(crate) use node::escaped;
pub(crate) use notice::{Notice, notice};
pub(crate) use parsed::{Namespaced, ParsedMessage, Prefixed, read};
pub(crate) use reply::{Done, misplaced, reply, text_reply};
pub(crate) use tree::Element;
pub(crate) use writer::Writer;

use serde::{Deserialize, Serialize};

/// Which version of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Version {
    /// 1.0.
    V1,
    /// 2.02.
    V2,
}

impl Version {
    /// The value of the attribute `version`.
    pub fn attribute(self) -> &'static str {
        match self {
            Version::V1 => "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd",
            Version::V2 => "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd",
        }
    }
}

/// The namespace of version 2.
pub(crate) const NAMESPACE: &str = "http://www.niso.org/2008/ncip";
