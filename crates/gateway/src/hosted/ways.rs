//! Which way a lane leads: over the registry's connection, to a machine of this gateway, to an ILS, or to staff. Must never hold a secret.

use std::{num::NonZeroU32, sync::Arc};

use state_machine::PeerId;

use super::ils::concurrency;
use crate::{
    outbox::{Breaker, Courier, Link, Peers, RetryPlan, Route, Way},
    registry_view::{RegistryView, limits},
    requests::Destination,
};

/// How many messages are handed over inside this gateway at once, per destination.
const AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);

/// The ways of all lanes.
pub(crate) struct Ways {
    view: Arc<RegistryView>,
    inside: Arc<Link>,
    ils: Arc<dyn Courier>,
}

impl Ways {
    /// The ways, by who carries what stays inside and who asks ILSs.
    pub(crate) fn new(view: Arc<RegistryView>, inside: Arc<dyn Courier>, ils: Arc<dyn Courier>) -> Self {
        let inside = Arc::new(Link {
            way: Way::Courier(inside),
            concurrency: AT_ONCE,
            rate: None,
            plan: RetryPlan::default(),
            breaker: Breaker::default(),
        });
        Self { view, inside, ils }
    }

    fn to_ils(&self, library: &PeerId) -> Route {
        let Some(connection) = self.view.snapshot().registry.ncip(library) else {
            return Route::None("the registry has no way to its ILS".to_owned());
        };
        let (rate, plan) = limits(connection.rate, &connection.retry);
        Route::Open(Arc::new(Link {
            way: Way::Courier(Arc::clone(&self.ils)),
            concurrency: concurrency(connection.concurrency),
            rate: Some(rate),
            plan,
            breaker: Breaker::default(),
        }))
    }
}

impl Peers for Ways {
    fn route(&self, peer: &str) -> Route {
        match Destination::of(peer) {
            Destination::Broker => Route::Open(Arc::clone(&self.inside)),
            Destination::Library(library) if self.view.snapshot().registry.is_hosted(&library) => {
                Route::Open(Arc::clone(&self.inside))
            }
            Destination::Library(_) => self.view.route(peer),
            Destination::Ils(library) => self.to_ils(&library),
            // Letters are carried by those who write them.
            Destination::Staff(_) => Route::Paused,
        }
    }
}
