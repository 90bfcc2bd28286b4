//! Connections to libraries that speak ISO 18626, derived from the registry and cached as long as it says the same. Must never show a secret.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use hyper::Uri;
use iso18626::ReadOptions;
use loan_model::{PeerId, facts::Clocks};
use net::{
    PeerTls, Seams, Tls,
    http::{ClientLimits, HttpClient, sensitive_headers},
};
use runtime::{
    outbox::{Breaker, Connection, Route, at_least_one, limits},
    registry_view::Snapshot,
    secrets::Secrets,
};

use super::http_transport::HttpTransport;

/// The connections to all peers.
pub struct IsoConnections {
    seams: Seams,
    tls: Tls,
    secrets: Secrets,
    cached: Mutex<BTreeMap<PeerId, CachedRoute>>,
}

/// A connection, and the version of the registry that it was derived from.
struct CachedRoute {
    registry_version: u64,
    route: Route,
    /// The client with its limits: another version of the registry need not close its connections.
    client: Option<Client>,
}

/// A client, its limits, and how its line is secured.
type Client = (ClientLimits, PeerTls, HttpClient);

impl IsoConnections {
    /// Connections over these seams, none of them made yet.
    pub fn new(seams: Seams, tls: Tls, secrets: Secrets) -> Self {
        Self { seams, tls, secrets, cached: Mutex::default() }
    }

    /// How messages get to a peer.
    pub fn route(&self, registry: &Snapshot, peer: &PeerId) -> Route {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let before = cached.get(peer);
        if let Some(before) = before
            && before.registry_version == registry.version
        {
            return before.route.clone();
        }
        let mut client = before.and_then(|before| before.client.clone());
        let route = match self.connect(registry, peer, &mut client) {
            Ok(connection) => Route::Open(Arc::new(connection)),
            Err(why) => Route::None(why),
        };
        let now = CachedRoute { registry_version: registry.version, route: route.clone(), client };
        cached.insert(peer.clone(), now);
        route
    }

    fn connect(
        &self,
        registry: &Snapshot,
        peer: &PeerId,
        client: &mut Option<Client>,
    ) -> Result<Connection, String> {
        if registry.registry.library(peer).is_none() {
            return Err("the registry does not have it".to_owned());
        }
        let settings =
            registry.registry.connection(peer).ok_or("the registry has no connection for it".to_owned())?;
        let url: Uri =
            settings.url.as_str().parse().map_err(|why| format!("its URL cannot be used: {why}"))?;
        let client_limits = ClientLimits {
            connect: settings.timeouts.connect.duration(),
            read: settings.timeouts.read.duration(),
            total: settings.timeouts.total.duration(),
            ..ClientLimits::default()
        };
        let peer_tls = self.secrets.tls(&settings.tls)?;
        let client = match client {
            Some((limits, secured, client)) if *limits == client_limits && *secured == peer_tls => {
                client.clone()
            }
            _ => {
                let fresh = HttpClient::new(&self.seams, &self.tls.for_peer(&peer_tls)?, client_limits);
                *client = Some((client_limits, peer_tls, fresh.clone()));
                fresh
            }
        };
        let transport = HttpTransport {
            url,
            headers: sensitive_headers(self.secrets.headers(&settings.headers)?)?,
            read: ReadOptions { namespace: settings.namespace, ..ReadOptions::default() },
            client,
        };
        let (rate, mut plan) = limits(settings.rate, &settings.retry);
        // A pause that outlasts the time for delivery would lose the request without another try.
        let deliver = registry.facts(peer).map_or(Clocks::default().deliver, |facts| facts.clocks.deliver);
        plan.longest = plan.longest.min(deliver);
        let usual = Breaker::default();
        let breaker = Breaker { longest: usual.longest.min(deliver), longest_rest: deliver, ..usual };
        Ok(Connection {
            transport: Arc::new(transport),
            concurrency: at_least_one(settings.concurrency.into()),
            rate: Some(rate),
            plan,
            breaker,
        })
    }
}
