//! The libraries with ISO 18626 of their own, and what their requesters do and hear.

use std::time::Duration;

use errors::slug;
use iso18626::{Edition, Status, SupplierInfo, SupplyingAgencyMessage};
use simulator::{Conversation, FarSide, Library, LibraryConfig, NewRequest, SimClock, agency_id};

use super::{BROKER, SOON, Stage, Why, poisoned, symbol};
use crate::exit::Failure;

/// A library with ISO 18626.
pub(super) struct Native {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) edition: Edition,
    pub(super) face: &'static str,
}

const fn native(id: &'static str, name: &'static str, edition: Edition, face: &'static str) -> Native {
    Native { id, name, edition, face }
}

/// The libraries. Fictional, as their symbols are.
pub(super) const NATIVES: &[Native] = &[
    native("north", "North College Library", Edition::V1_2, "opaque"),
    native("hill", "Hill Town Library", Edition::V2021_2, "transparent"),
    native("river", "River Valley Library", Edition::V1_2, "opaque"),
    native("sea", "Seaside Public Library", Edition::V2021_2, "opaque"),
    native("moor", "Moorland University Library", Edition::V1_2, "transparent"),
];

/// Starts them.
pub(super) async fn start(gateway: &str, clock: &SimClock) -> Result<Vec<Library>, Failure> {
    let mut libraries = Vec::new();
    for Native { id, name, edition, .. } in NATIVES {
        let far = FarSide::new(format!("{gateway}/iso18626"), BROKER);
        let config = LibraryConfig {
            pace: Duration::from_millis(5),
            ..LibraryConfig::new(&symbol(id), name, far).edition(*edition)
        };
        let library = Library::start(config, clock.clone()).await;
        libraries.push(library.map_err(|why| Failure::new(slug!("demo.no-library"), why.to_string()))?);
    }
    Ok(libraries)
}

impl Stage {
    /// A library by its id in the registry.
    pub(crate) fn library(&self, id: &str) -> &Library {
        let at = NATIVES.iter().position(|known| known.id == id);
        &self.libraries[at.expect("scenarios name the libraries of the table, which a test plays")]
    }

    /// Tells a library what to do about the requests for a title.
    pub(crate) fn supplies(&self, library: &str, title: &str, scenario: &str) -> Result<(), Why> {
        Ok(self.library(library).scenario_for_title(title, scenario)?)
    }

    /// Lets a library ask for something, of these suppliers in this order.
    pub(crate) async fn ask(
        &self,
        library: &str,
        request: NewRequest,
        suppliers: &[&str],
    ) -> Result<Talk, Why> {
        let rota: Vec<SupplierInfo> = (1..)
            .zip(suppliers)
            .map(|(place, id): (u32, _)| SupplierInfo {
                sort_order: Some(place.to_string()),
                supplier_code: Some(agency_id(&symbol(id))),
                ..SupplierInfo::default()
            })
            .collect();
        let request = request.change(|message| message.supplier_info = rota);
        let talk = self.library(library).send_request(request).await?;
        self.asked.lock().unwrap_or_else(poisoned).push(talk.id());
        Ok(Talk(talk))
    }

    /// Waits until the gateway awaits nothing more of a request and has nothing more to send.
    pub(crate) async fn settled(&self, talk: &Talk) -> Result<(), Why> {
        self.at_rest(&talk.0.id()).await
    }

    /// Advances every date beyond what is awaited of a request next.
    pub(crate) async fn pass(&self, talk: &Talk, timer: &str) -> Result<(), Why> {
        self.run_out(&talk.0.id(), timer).await
    }
}

/// A request and what its requester hears.
pub(crate) struct Talk(pub(crate) Conversation);

impl Talk {
    /// Waits for a status.
    pub(crate) async fn hears(&self, status: Status) -> Result<SupplyingAgencyMessage, Why> {
        Ok(self.0.wait_for_status(status, SOON).await?)
    }

    /// Waits for statuses, one after the other.
    pub(crate) async fn hears_all(&self, statuses: &[Status]) -> Result<(), Why> {
        for status in statuses {
            self.hears(status.clone()).await?;
        }
        Ok(())
    }

    /// Waits for a message of which something is so.
    pub(crate) async fn hears_that(
        &self,
        what: &str,
        is: impl Fn(&SupplyingAgencyMessage) -> bool,
    ) -> Result<SupplyingAgencyMessage, Why> {
        Ok(self.0.wait_for(what, SOON, is).await?)
    }

    /// Receives the item, sends it back and waits until it is there.
    pub(crate) async fn returns(&self) -> Result<(), Why> {
        self.0.received().await?;
        self.0.shipped_return().await?;
        self.hears(Status::LoanCompleted).await?;
        Ok(())
    }

    /// The status heard last: how it ended.
    pub(crate) fn ending(&self) -> String {
        self.0.last_status().map_or("nothing".to_owned(), |status| status.to_string())
    }
}
