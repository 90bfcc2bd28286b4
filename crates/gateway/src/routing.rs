//! Where a lane leads, and by which transport: over ISO 18626, to a machine of this gateway, to an ILS, or to staff by mail. Must never hold a
//! secret.

use std::{num::NonZeroU32, sync::Arc};

use iso_endpoint::IsoConnections;
use loan_model::PeerId;
use runtime::{
    destination::Destination,
    outbox::{Breaker, Connection, RetryPlan, Route, Router, Transport, at_least_one, limits},
    registry_view::RegistryView,
};

/// How many messages are handed over inside this gateway at once, per destination.
const MAX_IN_FLIGHT: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);

/// Knows the transport of every lane.
pub(crate) struct LaneRouter {
    registry: Arc<RegistryView>,
    iso: IsoConnections,
    local: Arc<Connection>,
    ils: Arc<dyn Transport>,
    /// Nothing, where mail is not configured.
    mail: Option<Arc<Connection>>,
}

impl LaneRouter {
    /// A router over these transports.
    pub(crate) fn new(
        registry: Arc<RegistryView>,
        iso: IsoConnections,
        local: Arc<dyn Transport>,
        ils: Arc<dyn Transport>,
        mail: Option<Arc<dyn Transport>>,
    ) -> Self {
        let connection = |transport, concurrency| {
            Arc::new(Connection {
                transport,
                concurrency,
                rate: None,
                plan: RetryPlan::default(),
                breaker: Breaker::default(),
            })
        };
        // One mail to a library at a time: the first of a day tells what the others would.
        let mail = mail.map(|transport| connection(transport, NonZeroU32::MIN));
        Self { registry, iso, local: connection(local, MAX_IN_FLIGHT), ils, mail }
    }

    fn to_ils(&self, library: &PeerId) -> Route {
        let Some(settings) = self.registry.snapshot().registry.ncip(library) else {
            return Route::None("the registry has no connection to its ILS".to_owned());
        };
        let (rate, plan) = limits(settings.rate, &settings.retry);
        Route::Open(Arc::new(Connection {
            transport: Arc::clone(&self.ils),
            concurrency: at_least_one(settings.concurrency.into()),
            rate: Some(rate),
            plan,
            breaker: Breaker::default(),
        }))
    }
}

impl Router for LaneRouter {
    fn route(&self, peer: &str) -> Route {
        let registry = self.registry.snapshot();
        match Destination::of(peer) {
            Destination::Broker => Route::Open(Arc::clone(&self.local)),
            Destination::Library(library) if registry.registry.is_hosted(&library) => {
                Route::Open(Arc::clone(&self.local))
            }
            Destination::Library(library) => self.iso.route(&registry, &library),
            Destination::Ils(library) => self.to_ils(&library),
            // Without mail, the mails of an earlier configuration wait until there is mail again.
            Destination::Staff(_) => match &self.mail {
                Some(mail) => Route::Open(Arc::clone(mail)),
                None => Route::Paused,
            },
        }
    }
}
