//! Incidents about a library, or about a setting of the gateway itself, which belong to no request: what a system does to all of them alike. Each
//! is told once and stands until staff resolve it; one about a setting also until it is mended. Must never be told of a patron.

use std::{net::IpAddr, sync::Arc};

use errors::{Slug, slug};
use loan_model::PeerId;
use net::Clock;
use persistence::{LibraryIncident, Raised, Store};

use crate::{
    presented::{Remedy, Unproven},
    stored_time::unix_millis,
};

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
        self.raise_about(library.as_str(), slug, kind, text).await;
    }

    /// The same about a setting of the gateway itself, by its key in `illgate.toml`, which has a dot that no library's id has.
    pub async fn raise_of_setting(&self, key: &'static str, slug: Slug, kind: &str, text: String) {
        self.raise_about(key, slug, kind, text).await;
    }

    /// Takes back what was said of a setting: it is so no longer.
    pub async fn settle(&self, key: &'static str, slug: Slug) {
        match self.store.resolve_library_incidents(key, Some(slug.as_str())).await {
            Ok(0) => {}
            Ok(_) => tracing::info!(about = key, incidents = slug.as_str(), "what was wrong is so no longer"),
            Err(why) => {
                let slug = why.slug().as_str();
                tracing::error!(about = key, slug, %why, "an incident cannot be resolved");
            }
        }
    }

    async fn raise_about(&self, about: &str, slug: Slug, kind: &str, text: String) {
        let incident = LibraryIncident {
            library: about.to_owned(),
            slug: slug.to_string(),
            kind: kind.to_owned(),
            text: text.clone(),
            since: unix_millis(self.clock.now()),
        };
        let counters = [(format!("incident.{slug}"), 1)];
        match self.store.raise_library_incident(incident, &counters).await {
            Ok(Raised::New) => {
                let (blame, slug) = (slug.blame().as_str(), slug.as_str());
                tracing::warn!(
                    blame,
                    slug,
                    library = about,
                    text,
                    "an incident about a library, or about the gateway itself"
                );
            }
            Ok(Raised::Standing | Raised::TooMany) => {}
            Err(why) => {
                let slug = why.slug().as_str();
                tracing::error!(library = about, slug, %why, "an incident cannot be kept");
            }
        }
    }

    /// Says that a message came in a library's name and was not proved, and what would mend it: in the log each time, and as an incident.
    /// What comes while its sender must wait is not told of.
    pub async fn raise_unproven(&self, unproven: &Unproven, address: IpAddr) {
        let Unproven { library, remedy, why } = unproven;
        let (slug, kind, text) = match remedy {
            Remedy::Credentials => (
                slug!("peer.unproven"),
                "",
                format!(
                    "A message in its name came from {address} without the right proof, and was not taken. More may come; the log has each."
                ),
            ),
            Remedy::Address => (
                slug!("peer.unproven"),
                "address",
                format!(
                    "A message in its name came from {address}, which is no address that proves it (`accept_from`), and was not taken. More may come; the log has each."
                ),
            ),
            Remedy::Proof => (
                slug!("peer.no-proof"),
                "",
                format!(
                    "A message in its name came from {address} and was not taken: the registry knows nothing that proves who this library is, and `broker.unproven` does not let it in without. More may come; the log has each."
                ),
            ),
            Remedy::Operator => (
                slug!("config.secret"),
                "",
                format!(
                    "A message in its name came from {address} and was told to come again later: the secret that proves it cannot be used. The log says why."
                ),
            ),
            Remedy::Waiting(_) => return,
        };
        let (incident, slug) = (slug, slug.as_str());
        tracing::warn!(%library, slug, %address, why, "a message was not proved, and not taken");
        self.raise(library, incident, kind, text).await;
    }
}

impl std::fmt::Debug for LibraryIncidents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LibraryIncidents")
    }
}
