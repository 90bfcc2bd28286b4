//! The registry as the running gateway sees it: one snapshot at a time, put in place of the last without a restart. Whoever needs the
//! registry takes the snapshot once and stays with it. Must never log a secret.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use dialects::iso18626::Resends;
use hyper::{
    Uri,
    header::{HeaderName, HeaderValue},
};
use iso18626::{Edition, NamespaceRule, ReadOptions};
use jiff::SignedDuration;
use net::http::ClientLimits;
use registry::{BROKER_AS_PEER, Connection, Registry, SecretRef};
use state_machine::{
    PeerId, Symbol,
    facts::{BrokerFacts, PeerFacts},
    hosted::HostedFacts,
};

use crate::{
    outbox::{Header, Link, Peers, Post, Rate, RetryPlan, Route, Way},
    requests::Wire,
};

/// The document that the store keeps the registry under.
pub(crate) const DOCUMENT: &str = "registry";

/// Where secrets are kept that the registry names.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    /// The folder of those that stand in files.
    pub(crate) dir: PathBuf,
}

impl Secrets {
    pub(crate) fn reveal(&self, secret: &SecretRef) -> Result<String, String> {
        match secret {
            SecretRef::Env(name) => {
                std::env::var(name).map_err(|_| format!("the environment has no variable {name}"))
            }
            SecretRef::File(name) => read_secret(&self.dir.join(name)),
        }
    }
}

fn read_secret(path: &Path) -> Result<String, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}

/// The present snapshot.
#[derive(Debug)]
pub(crate) struct RegistryView {
    now: RwLock<Arc<Snapshot>>,
    secrets: Secrets,
}

/// The registry at one version.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The registry.
    pub(crate) registry: Registry,
    /// Its version; 0 where there is none yet.
    pub(crate) version: u64,
    broker: BrokerFacts,
    peers: BTreeMap<PeerId, Peer>,
    /// The libraries whose side this gateway runs, now or until lately.
    hosted: BTreeMap<PeerId, HostedFacts>,
}

#[derive(Debug)]
struct Peer {
    facts: PeerFacts,
    wire: Wire,
    namespace: NamespaceRule,
    resends: Resends,
    route: Route,
}

impl RegistryView {
    pub(crate) fn new(registry: Registry, version: u64, secrets: Secrets) -> Self {
        let snapshot = Snapshot::new(registry, version, &secrets);
        Self { now: RwLock::new(Arc::new(snapshot)), secrets }
    }

    /// The present snapshot.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another registry in place of the present one, unless that is newer.
    pub(crate) fn replace(&self, registry: Registry, version: u64) {
        let snapshot = Arc::new(Snapshot::new(registry, version, &self.secrets));
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.version < version {
            *now = snapshot;
        }
    }
}

impl Snapshot {
    fn new(registry: Registry, version: u64, secrets: &Secrets) -> Self {
        let peer = |id: &PeerId| {
            let facts = registry.facts(id)?;
            let connection = registry.connection(id);
            Some(Peer {
                facts,
                wire: connection.as_ref().map(wire).unwrap_or_default(),
                namespace: connection.as_ref().map(|it| it.namespace).unwrap_or_default(),
                resends: connection.as_ref().map(|it| it.resends).unwrap_or_default(),
                route: match &connection {
                    Some(connection) => route(connection, secrets),
                    None => Route::None("the registry has no connection for it".to_owned()),
                },
            })
        };
        let ids: Vec<PeerId> = registry.libraries().map(|library| library.id.clone()).collect();
        let peers = ids.into_iter().filter_map(|id| peer(&id).map(|peer| (id, peer))).collect();
        let broker = registry.broker();
        let hosted = registry
            .libraries()
            .filter_map(|library| Some((library.id.clone(), registry.hosted_facts(&library.id)?)))
            .collect();
        Self { registry, version, broker, peers, hosted }
    }

    /// What the machines of a hosted library are told about it.
    pub(crate) fn hosted(&self, id: &PeerId) -> Option<&HostedFacts> {
        self.hosted.get(id)
    }

    /// The broker.
    pub(crate) fn broker(&self) -> &BrokerFacts {
        &self.broker
    }

    /// What the machines are told of a peer.
    pub(crate) fn facts(&self, id: &PeerId) -> Option<&PeerFacts> {
        self.peers.get(id).map(|peer| &peer.facts)
    }

    /// How a peer is written to.
    pub(crate) fn wire(&self, id: &PeerId) -> Wire {
        if id.as_str() == BROKER_AS_PEER || self.registry.is_hosted(id) {
            return Wire { edition: Edition::V2021_2, ..Wire::default() };
        }
        self.peers.get(id).map(|peer| peer.wire.clone()).unwrap_or_default()
    }

    /// Whether a peer's messages may lack the namespace.
    pub(crate) fn namespace(&self, id: &PeerId) -> NamespaceRule {
        self.peers.get(id).map(|peer| peer.namespace).unwrap_or_default()
    }

    /// What a peer does with the timestamp of a message that it sends again.
    pub(crate) fn resends(&self, id: &PeerId) -> Resends {
        self.peers.get(id).map(|peer| peer.resends).unwrap_or_default()
    }

    /// The library that has the symbol.
    pub(crate) fn owner(&self, symbol: &Symbol) -> Option<&PeerId> {
        self.registry.by_symbol(symbol).map(|library| &library.id)
    }

    fn route(&self, id: &str) -> Route {
        match self.peers.get(&PeerId::new(id)) {
            Some(peer) => peer.route.clone(),
            None => Route::None("the registry does not have it".to_owned()),
        }
    }
}

impl Peers for RegistryView {
    fn route(&self, peer: &str) -> Route {
        self.snapshot().route(peer)
    }
}

fn wire(connection: &Connection) -> Wire {
    Wire {
        edition: connection.edition,
        version: connection.version_string.clone(),
        resolution: connection.timestamps,
        echo: connection.timestamp_echo,
    }
}

fn route(connection: &Connection, secrets: &Secrets) -> Route {
    match link(connection, secrets) {
        Ok(link) => Route::Open(Arc::new(link)),
        Err(why) => Route::None(why),
    }
}

/// How many messages a connection takes in a time, and when one is tried again.
pub(crate) fn limits(rate: registry::Rate, retry: &registry::RetryPlan) -> (Rate, RetryPlan) {
    let signed = |wait: std::time::Duration| SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    let per_minute = u64::from(rate.count()) * 60 / rate.period().as_secs().max(1);
    let rate = Rate { per_minute: at_least_one(per_minute), burst: at_least_one(rate.count().into()) };
    let plan = RetryPlan {
        first: signed(retry.first.duration()),
        longest: signed(retry.longest.duration()),
        give_up_after: signed(retry.give_up_after.duration()),
        ..RetryPlan::default()
    };
    (rate, plan)
}

fn at_least_one(count: u64) -> NonZeroU32 {
    NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN)
}

fn link(connection: &Connection, secrets: &Secrets) -> Result<Link, String> {
    let url: Uri = connection.url.as_str().parse().map_err(|why| format!("its URL cannot be used: {why}"))?;
    let mut headers = Vec::new();
    for header in &connection.headers {
        let failed = |why: String| format!("its header {}: {why}", header.name.as_str());
        let value = match (&header.value, &header.secret) {
            (_, Some(secret)) => secrets.reveal(secret).map_err(failed)?,
            (Some(value), None) => value.reveal().to_owned(),
            (None, None) => String::new(),
        };
        let name = HeaderName::from_bytes(header.name.as_str().as_bytes());
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| failed("its value has characters that no header can carry".to_owned()))?;
        value.set_sensitive(true);
        headers.push(Header { name: name.map_err(|why| failed(why.to_string()))?, value });
    }
    let (rate, plan) = limits(connection.rate, &connection.retry);
    let post = Post {
        url,
        headers,
        limits: ClientLimits {
            connect: connection.timeouts.connect.duration(),
            read: connection.timeouts.read.duration(),
            total: connection.timeouts.total.duration(),
            ..ClientLimits::default()
        },
        read: ReadOptions { namespace: connection.namespace, ..ReadOptions::default() },
    };
    Ok(Link {
        way: Way::Post(post),
        concurrency: at_least_one(connection.concurrency.into()),
        rate: Some(rate),
        plan,
        breaker: crate::outbox::Breaker::default(),
    })
}
