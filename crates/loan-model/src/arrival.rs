//! Whether what was sent may have reached its receiver, in the machines' words. Must never say how that is known: what was written to a
//! connection, or kept of earlier attempts, is told in the terms of those who send.

use serde::{Deserialize, Serialize};

/// Whether a message or command that nobody confirmed may have arrived all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MayHaveArrived {
    /// No attempt can have reached the receiver.
    No,
    /// An attempt may have.
    Yes,
}
