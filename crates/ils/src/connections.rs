//! The connections to the members' ILSs, as the registry has them: one a connection, made anew when its settings change, with what is at once
//! in flight bounded. Must never show a secret.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use hyper::Uri;
use loan_model::PeerId;
use net::{
    Seams, Secured, Tls,
    http::{ClientLimits, sensitive_headers},
};
use registry::{NcipAddress, NcipConnection, SecretRef, TlsSettings};
use runtime::{registry_view::Snapshot, secrets::Secrets};
use tokio::sync::Semaphore;

use super::link::{Endpoint, NcipLink};

/// How large an ILS's answer may be.
const ANSWER: usize = 4 << 20;

/// The connections to all members. Shared by all that speak NCIP to an ILS.
pub struct IlsConnections {
    seams: Seams,
    tls: Tls,
    secrets: Secrets,
    /// By library: those of one system have each their own agencies, though one address.
    cached: Mutex<BTreeMap<PeerId, (u64, Arc<IlsConnection>)>>,
    /// By the connection's owner: how many messages are in flight.
    in_flight: Mutex<BTreeMap<PeerId, InFlight>>,
}

/// How many messages may be in flight, and those that are.
type InFlight = (u32, Arc<Semaphore>);

/// A connection to a library's ILS.
pub struct IlsConnection {
    /// What the registry says of it.
    pub declared: NcipConnection,
    /// How messages get there.
    pub link: NcipLink,
    /// What is to be in flight at once.
    pub in_flight: Arc<Semaphore>,
    /// The secrets that our messages carry.
    pub credentials: Credentials,
}

/// Secrets of a connection.
#[derive(Clone, Default)]
pub struct Credentials {
    /// `FromAgencyAuthentication`.
    pub agency: Option<String>,
    /// `FromSystemAuthentication`.
    pub system: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

impl fmt::Debug for IlsConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IlsConnection")
            .field("owner", &self.declared.owner)
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}

impl IlsConnections {
    /// Connections over these seams, none of them made yet.
    pub fn new(seams: Seams, tls: Tls, secrets: Secrets) -> Self {
        Self { seams, tls, secrets, cached: Mutex::default(), in_flight: Mutex::default() }
    }

    /// The connection to a library's ILS; nothing where it has no responder.
    ///
    /// # Errors
    /// Why its settings cannot be used.
    pub fn to(&self, snapshot: &Snapshot, library: &PeerId) -> Option<Result<Arc<IlsConnection>, String>> {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, made)) = cached.get(library)
            && *version == snapshot.version
        {
            return Some(Ok(Arc::clone(made)));
        }
        let connection = snapshot.registry.ncip(library)?;
        // Another version of the registry need not change this one: its open connections are worth keeping.
        // What secures the line is read anew: a renewed certificate may lie in the same file.
        let secured = connection.tls != TlsSettings::default();
        let made = match cached.get(library) {
            Some((_, made)) if made.declared == connection && !secured => Ok(Arc::clone(made)),
            _ => self.make(connection).map(Arc::new),
        };
        // What cannot be used is looked at again the next time: a secret's file may have been mended meanwhile.
        if let Ok(made) = &made {
            cached.insert(library.clone(), (snapshot.version, Arc::clone(made)));
        }
        Some(made)
    }

    fn make(&self, connection: NcipConnection) -> Result<IlsConnection, String> {
        let reveal = |secret: &Option<SecretRef>| match secret {
            Some(secret) => self.secrets.reveal(secret).map(Some),
            None => Ok(None),
        };
        let credentials = Credentials {
            agency: reveal(&connection.agency_secret)?,
            system: reveal(&connection.system_secret)?,
        };
        let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let endpoint = match &connection.address {
            NcipAddress::Tcp { host, port } => {
                Endpoint::Socket { host: bare(host), port: *port, secured: Secured::Plain }
            }
            NcipAddress::Tls { host, port } => {
                Endpoint::Socket { host: bare(host), port: *port, secured: Secured::Tls }
            }
            NcipAddress::Http(url) => {
                let url: Uri =
                    url.as_str().parse().map_err(|why| format!("its URL cannot be used: {why}"))?;
                let headers = sensitive_headers(self.secrets.headers(&connection.headers)?)?;
                Endpoint::Http { url, headers, format: connection.settings.post }
            }
        };
        let limits = ClientLimits {
            connect: connection.timeouts.connect.duration(),
            read: connection.timeouts.read.duration(),
            total: connection.timeouts.total.duration(),
            body_bytes: ANSWER,
            ..ClientLimits::default()
        };
        let tls = self.tls.for_peer(&self.secrets.tls(&connection.tls)?)?;
        let link = NcipLink::new(&self.seams, &tls, endpoint, limits);
        Ok(IlsConnection { in_flight: self.in_flight(&connection), link, credentials, declared: connection })
    }

    fn in_flight(&self, connection: &NcipConnection) -> Arc<Semaphore> {
        let most = connection.concurrency.max(1);
        let fresh = || (most, Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX >> 4))));
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = in_flight.entry(connection.owner.clone()).or_insert_with(fresh);
        if entry.0 != most {
            *entry = fresh();
        }
        Arc::clone(&entry.1)
    }
}
