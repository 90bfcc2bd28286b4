//! Which way a lane leads: over the registry's connection, to a machine of this gateway, to an ILS, or to staff. Must never hold a secret.

use std::{num::NonZeroU32, sync::Arc};

use crate::{
    outbox::{Breaker, Courier, Link, Peers, RetryPlan, Route, Way},
    registry_view::RegistryView,
    requests::Destination,
};

/// How many messages are handed over inside this gateway at once, per destination.
const AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);

/// The ways of all lanes.
pub(crate) struct Ways {
    view: Arc<RegistryView>,
    inside: Arc<Link>,
}

impl Ways {
    pub(crate) fn new(view: Arc<RegistryView>, inside: Arc<dyn Courier>) -> Self {
        let inside = Arc::new(Link {
            way: Way::Courier(inside),
            concurrency: AT_ONCE,
            rate: None,
            plan: RetryPlan::default(),
            breaker: Breaker::default(),
        });
        Self { view, inside }
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
            Destination::Ils(_) => Route::None("its ILS cannot be asked".to_owned()),
            // Letters are carried by those who write them.
            Destination::Staff(_) => Route::Paused,
        }
    }
}
