//! The registry as the running gateway sees it: one snapshot at a time, put in place of the last without a restart. A step takes the snapshot
//! once and stays with it. Holds facts only: connections and secrets are derived from it elsewhere.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use dialects::iso18626::Resends;
use iso18626::NamespaceRule;
use jiff::SignedDuration;
use loan_model::{
    PeerId, Symbol,
    facts::{BrokerFacts, PeerFacts},
    hosted::HostedFacts,
};
use registry::Registry;

use crate::spoken_editions::SpokenEditions;

/// The document that the store keeps the registry under.
pub const DOCUMENT: &str = "registry";

/// The present snapshot.
#[derive(Debug)]
pub struct RegistryView {
    now: RwLock<Arc<Snapshot>>,
    spoken: Arc<SpokenEditions>,
}

/// The registry at one version.
#[derive(Debug)]
pub struct Snapshot {
    /// The registry.
    pub registry: Registry,
    /// Its version; 0 where there is none yet.
    pub version: u64,
    spoken: Arc<SpokenEditions>,
    broker: BrokerFacts,
    peers: BTreeMap<PeerId, Peer>,
    /// The libraries whose side this gateway runs, now or until lately.
    hosted: BTreeMap<PeerId, HostedFacts>,
}

#[derive(Debug)]
struct Peer {
    facts: PeerFacts,
    namespace: NamespaceRule,
    resends: Resends,
}

impl RegistryView {
    /// The registry at a version; 0 where there is none yet.
    pub fn new(registry: Registry, version: u64) -> Self {
        let spoken = Arc::new(SpokenEditions::default());
        let now = Snapshot::new(registry, version, Arc::clone(&spoken));
        Self { now: RwLock::new(Arc::new(now)), spoken }
    }

    /// The present snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another registry in place of the present one, unless that is newer.
    pub fn replace(&self, registry: Registry, version: u64) {
        let snapshot = Arc::new(Snapshot::new(registry, version, Arc::clone(&self.spoken)));
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.version < version {
            *now = snapshot;
        }
    }
}

impl Snapshot {
    fn new(registry: Registry, version: u64, spoken: Arc<SpokenEditions>) -> Self {
        let peer = |id: &PeerId| {
            let facts = registry.facts(id)?;
            let connection = registry.connection(id);
            Some(Peer {
                facts,
                namespace: connection.as_ref().map(|it| it.namespace).unwrap_or_default(),
                resends: connection.as_ref().map(|it| it.resends).unwrap_or_default(),
            })
        };
        let ids: Vec<PeerId> = registry.libraries().map(|library| library.id.clone()).collect();
        let peers = ids.into_iter().filter_map(|id| peer(&id).map(|peer| (id, peer))).collect();
        let broker = registry.broker();
        let hosted = registry
            .libraries()
            .filter_map(|library| Some((library.id.clone(), registry.hosted_facts(&library.id)?)))
            .collect();
        Self { registry, version, spoken, broker, peers, hosted }
    }

    /// What the machines of a hosted library are told about it.
    pub fn hosted(&self, id: &PeerId) -> Option<&HostedFacts> {
        self.hosted.get(id)
    }

    /// The editions that peers really write.
    pub fn spoken(&self) -> &SpokenEditions {
        &self.spoken
    }

    /// The broker.
    pub fn broker(&self) -> &BrokerFacts {
        &self.broker
    }

    /// What the machines are told of a peer.
    pub fn facts(&self, id: &PeerId) -> Option<&PeerFacts> {
        self.peers.get(id).map(|peer| &peer.facts)
    }

    /// Whether a peer's messages may lack the namespace.
    pub fn namespace(&self, id: &PeerId) -> NamespaceRule {
        self.peers.get(id).map(|peer| peer.namespace).unwrap_or_default()
    }

    /// What a peer does with the timestamp of a message that it sends again.
    pub fn resends(&self, id: &PeerId) -> Resends {
        self.peers.get(id).map(|peer| peer.resends).unwrap_or_default()
    }

    /// How long a peer is sent nothing about a new request of its own once that is confirmed.
    pub fn booking_pause(&self, id: &PeerId) -> SignedDuration {
        self.registry.booking_pause(id).signed()
    }

    /// The library that has the symbol.
    pub fn owner(&self, symbol: &Symbol) -> Option<&PeerId> {
        self.registry.by_symbol(symbol).map(|library| &library.id)
    }
}
