//! Incidents about a library, which belong to no request: what its system does to all of them alike. Each is told once and stands until staff
//! resolve it. Must never be told of a patron.

use std::{net::IpAddr, sync::Arc};

use errors::{Slug, slug};
use loan_model::PeerId;
use net::Clock;
use persistence::{LibraryIncident, Raised, Store};

use crate::{presented::Remedy, stored_time::unix_millis};

/// Raises incidents about libraries.
pub struct LibraryIncidents {
    /// Where they are kept.
    pub store: Store,
    /// Since when one stands.
    pub clock: Arc<dyn Clock>,
}

impl LibraryIncidents {
    /// Raises an incident where none of this name and `kind` stands about the library.
    pub async fn raise(&self, library: &PeerId, slug: Slug, kind: &str, text: String) {
        let incident = LibraryIncident {
            library: library.to_string(),
            slug: slug.to_string(),
            kind: kind.to_owned(),
            text: text.clone(),
            since: unix_millis(self.clock.now()),
        };
        let counters = [(format!("incident.{slug}"), 1)];
        match self.store.raise_library_incident(incident, &counters).await {
            Ok(Raised::New) => {
                let (blame, slug) = (slug.blame().as_str(), slug.as_str());
                tracing::warn!(blame, slug, %library, text, "an incident about a library");
            }
            Ok(Raised::Standing | Raised::TooMany) => {}
            Err(why) => {
                let slug = why.slug().as_str();
                tracing::error!(%library, slug, %why, "an incident cannot be kept");
            }
        }
    }

    /// Says that messages come in the library's name without the right proof. A sender that the registry does not let in at all says nothing
    /// of the library.
    pub async fn raise_unproven(&self, library: &PeerId, remedy: Remedy, address: IpAddr) {
        if remedy == Remedy::Credentials {
            let text = format!(
                "A message in its name came from {address} without the right proof, and was not taken. More may come; the log has each."
            );
            self.raise(library, slug!("peer.unproven"), "", text).await;
        }
    }
}

impl std::fmt::Debug for LibraryIncidents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LibraryIncidents")
    }
}
