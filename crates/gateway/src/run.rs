//! Starting and stopping: what is opened, in which order, and what is waited for at the end. What lay half done when the gateway was
//! killed is taken up again from the store's lanes and timers. Must never serve anything before it can keep what it is told.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use api::{self, Api, Token, Watchers};
use errors::slug;
use ils::{Counts, FramedMessages, Guesses, IlsConnections, IlsTransport, Ncip};
use iso_endpoint::{Intake, IsoConnections, LocalTransport};
use iso18626::Edition;
use jiff::Timestamp;
use loan_model::PeerId;
use manual::{
    Links,
    copies::{self, Copies, CopyLinks},
    mail::{MailQueue, MailTransport},
    pages::{self, Pages},
};
use net::{BadCertificate, Clock, Seams, Server, Shown};
use persistence::{Store, StoreConfig, StoreError, SystemEntropy};
use registry::Registry;
use runtime::{
    committed::Listeners,
    digest_key::HashKey,
    gate::{FreeSpace, IntakeGate, IntakeState},
    library_incidents::LibraryIncidents,
    outbox::{Outbox, OutboxHandle, Transport},
    patron_requests::PatronRequests,
    presented::Authenticator,
    proof::Prover,
    registry_view::{DOCUMENT, RegistryView},
    requests::Requests,
    secrets::Secrets,
    timers::{Timers, TimersHandle},
};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    certificates::{CertificateWatch, Certificates},
    config::GatewayConfig,
    endpoints::{Endpoints, not_found},
    health::{self, Health},
    renderers::Renderers,
    routing::LaneRouter,
};

/// The path of the ISO 18626 endpoint.
pub const ISO18626: &str = "/iso18626";
/// The path of the NCIP endpoint.
pub const NCIP: &str = "/ncip";

/// Why a gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data directory cannot be used.
    #[error("{}: {why}. The data directory must be the gateway's own", at.display())]
    Data {
        /// The file or folder.
        at: PathBuf,
        /// The reason, in the system's words.
        why: io::Error,
    },
    /// The registry in the store cannot be read.
    #[error(
        "version {version} of the registry, as the store has it, cannot be read: {why}. A newer release may have written it"
    )]
    Registry {
        /// Its version.
        version: u64,
        /// The first problem.
        why: String,
    },
    /// The certificate cannot be shown.
    #[error(transparent)]
    Certificate(#[from] BadCertificate),
    /// The address cannot be listened on.
    #[error("cannot listen on {at}: {why}. Is another gateway running, or does the port need a privilege?")]
    Listen {
        /// The address.
        at: SocketAddr,
        /// The reason, in the system's words.
        why: io::Error,
    },
}

/// Starts gateways.
#[derive(Debug)]
pub struct Gateway;

/// A gateway that runs.
pub struct RunningGateway {
    addr: SocketAddr,
    certificates: Certificates,
    store: Store,
    gate: Arc<IntakeGate>,
    server: Server,
    sockets: Option<Server>,
    outbox: OutboxHandle,
    timers: TimersHandle,
    /// What looks at the disk and at the certificates.
    watches: [JoinHandle<()>; 3],
    drain: Duration,
}

/// What a stop cut off; it is taken up after the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutdownReport {
    /// Connections that were not answered in time.
    pub connections: usize,
    /// Messages that were being sent.
    pub deliveries: usize,
}

impl Gateway {
    /// Opens the store, takes up what waits in it, and listens.
    ///
    /// # Errors
    /// When the store, the registry in it, the data directory or the address cannot be used.
    pub async fn start(config: GatewayConfig, seams: Seams) -> Result<RunningGateway, StartError> {
        let in_data = |why| StartError::Data { at: config.data_dir.clone(), why };
        make_private(&config.data_dir).map_err(in_data)?;
        let token = Token::open(&config.data_dir, &*seams.random).map_err(in_data)?;
        let secret = HashKey::open(&config.data_dir, &*seams.random).map_err(in_data)?;
        let certificates = Certificates::open(&config)?;
        let store_config = StoreConfig { engine: config.engine.clone(), dir: config.store_dir() };
        let store = Store::open(&store_config, Box::new(SystemEntropy))?;
        let (registry, version) = read_registry(&store).await?;
        let secrets = Secrets { dir: config.secrets_dir() };
        let authenticator = config.authenticator.clone().unwrap_or_else(|| {
            Arc::new(Prover::new(secrets.clone(), Arc::clone(&seams.clock))) as Arc<dyn Authenticator>
        });
        let connections = Arc::new(IlsConnections::new(seams.clone(), config.tls.clone(), secrets.clone()));
        let view = Arc::new(RegistryView::new(registry, version));
        remember_editions(&store, &view).await?;
        let links = Arc::new(Links::open(&config.data_dir, &*seams.random).map_err(in_data)?);
        let mut copying = config.copies.clone();
        // A library that gets links by mail reaches us at the same address.
        copying.base = copying.base.or_else(|| config.mail.as_ref().map(|mail| mail.base.clone()));
        let mail_queue = config.mail.clone().map(|settings| MailQueue::new(settings, Arc::clone(&links)));
        let renderers = Renderers {
            mail: mail_queue.clone(),
            copies: CopyLinks { settings: copying.clone(), links: Arc::clone(&links) },
        };
        let mut listeners = Listeners::default();
        let (to_outbox, to_timers, to_watchers) =
            (listeners.listen(), listeners.listen(), listeners.listen());
        let requests = Arc::new(Requests::new(
            store.clone(),
            Arc::clone(&view),
            seams.clone(),
            Arc::new(renderers),
            listeners,
        ));

        // Nothing is sent or taken before the address is ours: two gateways must not send the same lanes.
        let listener = seams.net.listen(config.listen).await;
        let listener = listener.map_err(|why| StartError::Listen { at: config.listen, why })?;
        let sockets = match config.ncip_listen {
            Some(at) => {
                let listener = seams.net.listen(at).await;
                Some((at, listener.map_err(|why| StartError::Listen { at, why })?))
            }
            None => None,
        };
        let gate = Arc::new(IntakeGate::default());
        let intake = Arc::new(Intake {
            requests: Arc::clone(&requests),
            store: store.clone(),
            view: Arc::clone(&view),
            seams: seams.clone(),
            authenticator: Arc::clone(&authenticator),
            keep: config.keep_intake,
            read: config.read,
            gate: Arc::clone(&gate),
            in_flight: Intake::in_flight(),
            turns: iso_endpoint::Turns::default(),
        });
        let mail = mail_queue.map(|queue| {
            let (acts, directory) = (Arc::clone(&requests) as _, Arc::clone(&view) as _);
            let carrier =
                MailTransport::new(queue, store.clone(), acts, directory, seams.clone(), config.tls.clone());
            Arc::new(carrier) as Arc<dyn Transport>
        });
        let incidents = Arc::new(LibraryIncidents { store: store.clone(), clock: Arc::clone(&seams.clock) });
        let ils = IlsTransport {
            connections: Arc::clone(&connections),
            incidents: Arc::clone(&incidents),
            store: store.clone(),
            view: Arc::clone(&view),
            seams: seams.clone(),
        };
        let iso = IsoConnections::new(seams.clone(), config.tls.clone(), secrets);
        let local = Arc::new(LocalTransport(Arc::clone(&intake)));
        let router = LaneRouter::new(Arc::clone(&view), iso, local, Arc::new(ils), mail);
        let waiting = store.lanes().await?.len();
        let sink = Arc::clone(&requests) as _;
        let outbox = Outbox::start(
            store.clone(),
            Arc::new(router),
            seams.clone(),
            sink,
            to_outbox,
            Arc::clone(requests.unanswered()),
        )
        .await?;
        let fire = Arc::clone(&requests) as _;
        let timers = Timers::start(store.clone(), Arc::clone(&seams.clock), fire, to_timers);

        let space: Arc<dyn FreeSpace> = config.free_space.clone().unwrap_or_else(|| Arc::new(store.clone()));
        let keeper = SpaceMonitor {
            gate: Arc::clone(&gate),
            space: Arc::clone(&space),
            clock: Arc::clone(&seams.clock),
            floor: config.free_space_floor,
            pause: config.space_check,
        };
        keeper.look().await;
        let space_task = tokio::spawn(keeper.run());
        // Until all is counted, lending is spread by what came since the start and by turns.
        let (balances, counted) = (Arc::clone(requests.balances()), store.clone());
        let window = view.snapshot().registry.routing().balance_window;
        let since = seams.clock.now().checked_sub(window).unwrap_or(Timestamp::MIN);
        let counting = tokio::spawn(async move {
            if let Err(why) = balances.count(&counted, since).await {
                let slug = why.slug().as_str();
                tracing::warn!(%why, slug, "what was lent and borrowed cannot be counted");
            }
        });

        let addr = listener.local_addr().map_err(|why| StartError::Listen { at: config.listen, why })?;
        let desk = Arc::new(PatronRequests {
            requests: Arc::clone(&requests),
            store: store.clone(),
            view: Arc::clone(&view),
            seams: seams.clone(),
            secret,
            asking: tokio::sync::Mutex::default(),
        });
        let counts = Counts::new(store.clone());
        let ncip = Arc::new(Ncip {
            store: store.clone(),
            view: Arc::clone(&view),
            seams: seams.clone(),
            authenticator: Arc::clone(&authenticator),
            hosted: config.hosted_inputs.clone().unwrap_or_else(|| Arc::clone(&desk) as _),
            connections,
            incidents: Arc::clone(&incidents),
            counts: counts.clone(),
            guesses: Guesses::new(&*seams.random),
            keep: config.keep_intake,
            read: ncip::ReadOptions { limits: config.read.limits },
            gate: Arc::clone(&gate),
            in_flight: Ncip::in_flight(),
        });
        let sockets = match sockets {
            Some((at, listener)) => {
                let mut limits = config.server.clone();
                limits.body_bytes =
                    limits.body_bytes.min(u64::try_from(config.read.limits.max_bytes).unwrap_or(u64::MAX));
                let framed = FramedMessages {
                    handler: Arc::new(Arc::clone(&ncip)),
                    limits: limits.clone(),
                    clock: Arc::clone(&seams.clock),
                };
                let (clock, tls) = (Arc::clone(&seams.clock), certificates.ncip.clone());
                let started = Server::start(listener, Arc::new(framed), limits, clock, tls);
                Some(started.map_err(|why| StartError::Listen { at, why })?)
            }
            None => None,
        };
        let watch = CertificateWatch {
            incidents: Arc::clone(&incidents),
            clock: Arc::clone(&seams.clock),
            pause: config.certificate_check,
        };
        let watches = [space_task, counting, tokio::spawn(watch.run(certificates.clone()))];
        let health = Arc::new(Health {
            store: store.clone(),
            gate: Arc::clone(&gate),
            certificates: certificates.clone(),
            clock: Arc::clone(&seams.clock),
        });
        let api = Arc::new(Api {
            store: store.clone(),
            requests: Arc::clone(&requests),
            desk,
            view,
            outbox: outbox.clone(),
            watchers: Watchers::start(to_watchers),
            seams: seams.clone(),
            gate: Arc::clone(&gate),
            space,
            token,
            retention: config.retention,
            copies: copying.clone(),
            stepped: config.stepped.clone(),
            started_at: seams.clock.now(),
            listen: addr.to_string(),
            ncip_listen: sockets.as_ref().map(|sockets| sockets.addr().to_string()),
            certificates: certificates.all(),
            counts,
            engine: config.engine.name(),
            error_pages: config.error_pages,
            applying: tokio::sync::Mutex::default(),
        });
        let given = Copies::new(Arc::clone(&requests), Arc::clone(&links), Arc::clone(&seams.clock));
        let pages = pages::router(Pages {
            links,
            acts: Arc::clone(&requests) as _,
            clock: Arc::clone(&seams.clock),
            most_bytes: copying.most_bytes,
        });
        let endpoints = Arc::new(Endpoints {
            intake,
            ncip,
            copying,
            proxies: config.proxies.clone(),
            router: api::router(api)
                .merge(health::router(health))
                .merge(pages)
                .merge(copies::router(Arc::new(given)))
                .fallback(not_found),
        });
        let (limits, clock, tls) =
            (config.server.clone(), Arc::clone(&seams.clock), certificates.http.clone());
        let server = net::http::serve(listener, endpoints, limits, clock, tls)
            .map_err(|why| StartError::Listen { at: config.listen, why })?;
        tracing::info!(%addr, registry = version, waiting, "the gateway runs");
        let drain = config.drain;
        Ok(RunningGateway {
            addr,
            certificates,
            store,
            gate,
            server,
            sockets,
            outbox,
            timers,
            watches,
            drain,
        })
    }
}

impl RunningGateway {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The certificate that is shown there, as it changes, if there is one.
    pub fn certificate(&self) -> Option<watch::Receiver<Shown>> {
        self.certificates.http.as_ref().map(|tls| tls.shown())
    }

    /// Where NCIP is spoken without HTTP, if it is.
    pub fn ncip_addr(&self) -> Option<SocketAddr> {
        self.sockets.as_ref().map(Server::addr)
    }

    /// Resolves when the store has failed, with the reason: the process must then end.
    pub async fn stopped(&self) -> String {
        self.store.failed().await
    }

    /// Takes no more, lets what is being done end within the drain time, and closes the store.
    pub async fn shut_down(self) -> ShutdownReport {
        self.gate.set(IntakeState::Draining);
        let sockets = async {
            match self.sockets {
                Some(sockets) => sockets.drain(self.drain).await,
                None => 0,
            }
        };
        let (connections, sockets, deliveries, ()) = tokio::join!(
            self.server.drain(self.drain),
            sockets,
            self.outbox.drain(self.drain),
            self.timers.drain(self.drain)
        );
        let connections = connections + sockets;
        for watch in self.watches {
            watch.abort();
            let _ = watch.await;
        }
        tracing::info!(connections, deliveries, "the gateway has stopped");
        ShutdownReport { connections, deliveries }
    }
}

impl std::fmt::Debug for RunningGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningGateway").field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// Takes up what was seen of the editions that peers speak.
async fn remember_editions(store: &Store, view: &RegistryView) -> Result<(), StoreError> {
    let slug = slug!("peer.edition").as_str();
    // A damaged incident is shown among them, and says nothing here.
    let told = store.library_incidents(None).await?.into_iter().filter_map(Result::ok);
    for incident in told.filter(|incident| incident.slug == slug) {
        let edition = Edition::ALL.into_iter().find(|edition| edition.as_str() == incident.kind);
        if let Some(edition) = edition {
            view.snapshot().spoken().remember(PeerId::new(incident.library), edition);
        }
    }
    Ok(())
}

async fn read_registry(store: &Store) -> Result<(Registry, u64), StartError> {
    let Some(document) = store.document(DOCUMENT).await? else { return Ok((Registry::default(), 0)) };
    let version = document.version;
    let failed = |why: String| StartError::Registry { version, why };
    let text = String::from_utf8(document.bytes).map_err(|why| failed(why.to_string()))?;
    match Registry::parse_toml(&text) {
        Ok(registry) => Ok((registry, version)),
        Err(problems) => Err(failed(problems.first().map(ToString::to_string).unwrap_or_default())),
    }
}

fn make_private(dir: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Looks at the free space, and opens and closes the gate by it.
struct SpaceMonitor {
    gate: Arc<IntakeGate>,
    space: Arc<dyn FreeSpace>,
    clock: Arc<dyn Clock>,
    floor: u64,
    pause: Duration,
}

impl SpaceMonitor {
    async fn run(self) {
        loop {
            self.clock.sleep(self.pause).await;
            self.look().await;
        }
    }

    async fn look(&self) {
        let before = self.gate.state();
        match self.space.free_space().await {
            Ok(free) if free < self.floor => {
                if before == IntakeState::Open {
                    tracing::error!(slug = %slug!("store.no-space"), free,
                        floor = self.floor,
                        "the disk is nearly full: no messages are taken"
                    );
                }
                self.gate.set(IntakeState::NoSpace);
            }
            Ok(free) => {
                if before == IntakeState::NoSpace {
                    tracing::info!(free, "there is space again: messages are taken");
                }
                self.gate.set(IntakeState::Open);
            }
            Err(why) => {
                tracing::warn!(slug = %slug!("store.failed"), %why, "how much space is free cannot be told")
            }
        }
    }
}
