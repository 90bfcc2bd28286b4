//! What the API says of what needs staff: of a request, or of a library as a whole. Must never hold patron data or a secret.

use errors::Blame;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RequestPage;

/// `GET incidents`, with the filters of `GET requests`: what needs staff.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentPage {
    /// What is wrong with a library as a whole; on the first page only, and not where requests of a machine or phase are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<LibraryIncident>,
    /// A page of the requests that need staff.
    #[serde(flatten)]
    pub page: RequestPage,
}

/// Something that needs staff and belongs to no request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryIncident {
    /// The library, by its id in the registry.
    pub library: String,
    /// Its stable name.
    pub slug: String,
    /// Whose it is, as its name says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blame: Option<Blame>,
    /// A sentence.
    pub text: String,
    /// Since when.
    pub since: Timestamp,
}

/// `POST incidents/{library}/resolve`: staff have seen to what is wrong with a library as a whole. It is raised anew where it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveIncidents {
    /// Those of this name; all where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Why.
    pub reason: String,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// How many incidents were resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedIncidents {
    /// How many.
    pub resolved: usize,
}

/// Something that needs staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its stable name.
    pub slug: String,
    /// Whose it is, as its name says: `peer`, `settings`, `operator`, `ours` or `temporary`. None for a name of another release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blame: Option<Blame>,
    /// A sentence.
    pub text: String,
    /// Whom it is about: `requester` or `leg-0`.
    pub party: String,
    /// Since when.
    pub since: Timestamp,
}
