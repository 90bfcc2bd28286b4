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
const MAX_IN_FLIGHT: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);

/// The ways of all lanes.
pub(crate) struct Ways {
    view: Arc<RegistryView>,
    inside: Arc<Link>,
    ils: Arc<dyn Courier>,
    /// Who carries mails; nobody, where mail is not configured.
    mail: Option<Arc<Link>>,
}

impl Ways {
    /// The ways, by who carries what stays inside, who asks ILSs, and who carries mails.
    pub(crate) fn new(
        view: Arc<RegistryView>,
        inside: Arc<dyn Courier>,
        ils: Arc<dyn Courier>,
        mail: Option<Arc<dyn Courier>>,
    ) -> Self {
        let link = |courier, concurrency| {
            Arc::new(Link {
                way: Way::Courier(courier),
                concurrency,
                rate: None,
                plan: RetryPlan::default(),
                breaker: Breaker::default(),
            })
        };
        // One mail to a library at a time: the first of a day tells what the others would.
        let mail = mail.map(|courier| link(courier, NonZeroU32::MIN));
        Self { view, inside: link(inside, MAX_IN_FLIGHT), ils, mail }
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
            // Without mail, letters of the time before wait until there is mail again.
            Destination::Staff(_) => match &self.mail {
                Some(mail) => Route::Open(Arc::clone(mail)),
                None => Route::Paused,
            },
        }
    }
}
