//! One library: its settings, its start, and what can be asked of it.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use iso18626::{AgencyId, Edition, TimestampEcho};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    books::{self, AskedOf},
    clock::{SimClock, Stamps},
    core::{Core, Destination},
    flow::{FlowEntry, FlowLog, REMEMBERED},
    http_client::HttpClient,
    http_server,
    lane::SendFailure,
    real_time::{listen, lock},
    request_builder::NewRequest,
    requesting::Conversation,
    scenario::{ScenarioError, SupplierScenario},
    scenario_choice::Scenarios,
    supplying::{self, Known},
    symbol::agency_id,
};

/// The far side of a library: the broker, or another library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarSide {
    /// Where messages are posted.
    pub url: String,
    /// Its symbol: whom requests are addressed to unless they say otherwise. Without one, a 2021 request names nobody.
    pub symbol: Option<AgencyId>,
}

impl FarSide {
    /// The far side at `url`, addressed by `symbol`.
    pub fn new(url: impl Into<String>, symbol: &str) -> Self {
        FarSide { url: url.into(), symbol: Some(agency_id(symbol)) }
    }
}

/// When a library knows a request of its own: before that, what is said about it is refused as unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Books {
    /// Before it is sent.
    #[default]
    AtOnce,
    /// So long after its confirmation has come, as many systems do.
    Late(Duration),
}

/// The settings of one library.
#[derive(Clone, Debug)]
pub struct LibraryConfig {
    /// Its symbol.
    pub symbol: AgencyId,
    /// Its name.
    pub name: String,
    /// The edition it writes. It reads every one.
    pub edition: Edition,
    /// What it writes as version, where that is not the edition's own word.
    pub version: Option<String>,
    /// Which field of its confirmations repeats a message's timestamp.
    pub echo: TimestampEcho,
    /// The far side.
    pub far: FarSide,
    /// Where it listens.
    pub listen: IpAddr,
    /// On which port; 0 takes a free one.
    pub port: u16,
    /// What it does about a request that says nothing else. Without one it supplies.
    pub scenario: Option<SupplierScenario>,
    /// How long it takes before it acts on something. Real time.
    pub pace: Duration,
    /// How long it tries to send a message that is not confirmed.
    pub patience: Duration,
    /// How long it waits for one answer.
    pub attempt: Duration,
    /// When it knows a request of its own.
    pub books: Books,
    /// How many exchanges its log remembers.
    pub remembered: usize,
}

impl LibraryConfig {
    /// A library of edition 1.2 on a free loopback port, that supplies what it is asked for.
    pub fn new(symbol: &str, name: &str, far: FarSide) -> Self {
        LibraryConfig {
            symbol: agency_id(symbol),
            name: name.to_owned(),
            edition: Edition::V1_2,
            version: None,
            echo: TimestampEcho::default(),
            far,
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            scenario: None,
            pace: Duration::from_millis(20),
            patience: Duration::from_secs(60),
            attempt: Duration::from_secs(20),
            books: Books::AtOnce,
            remembered: REMEMBERED,
        }
    }

    /// The same with another edition.
    pub fn edition(self, edition: Edition) -> Self {
        LibraryConfig { edition, ..self }
    }

    /// The same with a scenario.
    ///
    /// # Errors
    /// When the text is no scenario.
    pub fn scenario(self, text: &str) -> Result<Self, ScenarioError> {
        Ok(LibraryConfig { scenario: Some(text.parse()?), ..self })
    }
}

/// A library could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its port cannot be had.
    #[error(
        "{library} cannot listen on {address}:{port}: {source}; choose another port, or 0 for a free one"
    )]
    Listen {
        /// Its symbol.
        library: String,
        /// Where it was to listen.
        address: IpAddr,
        /// On which port.
        port: u16,
        /// Why not.
        source: std::io::Error,
    },
    /// The far side's address is none.
    #[error(
        "`{url}` is no URL to post messages to: {why}; write for example http://127.0.0.1:18626/iso18626"
    )]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What was to be played cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    /// The text is no scenario.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// Nobody asked for that.
    #[error("{library} was not asked for {request}")]
    Unknown {
        /// The supplier.
        library: String,
        /// The requester's id of the request.
        request: String,
    },
}

/// A running library.
#[derive(Debug)]
pub struct Library {
    core: Arc<Core>,
    stop: watch::Sender<()>,
    serving: JoinHandle<()>,
}

impl Library {
    /// Starts a library: it listens when this returns.
    ///
    /// # Errors
    /// When its port cannot be had or the far side's URL is none.
    pub async fn start(config: LibraryConfig, clock: SimClock) -> Result<Self, StartError> {
        Self::start_watched(config, clock, |_| {}).await
    }

    /// The same; `on_exchange` hears of each exchange as it happens.
    ///
    /// # Errors
    /// As [`Library::start`].
    pub async fn start_watched(
        config: LibraryConfig,
        clock: SimClock,
        on_exchange: impl Fn(&FlowEntry) + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let far = far(&config.far)?;
        let remembered = config.remembered;
        let (listener, address) =
            listen(config.listen, config.port).await.map_err(|source| StartError::Listen {
                library: crate::symbol::symbol(&config.symbol),
                address: config.listen,
                port: config.port,
                source,
            })?;
        let (stop, stopped) = watch::channel(());
        let letters: String =
            config.symbol.value.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
        // Ids of an earlier run must not come again: the far side may remember them.
        let prefix = format!("{letters}-{}", clock.now().as_millisecond() % 100_000_000_000);
        let core = Arc::new(Core {
            scenarios: Mutex::new(Scenarios::new(config.scenario.clone())),
            config,
            address,
            stamps: Stamps::new(clock),
            flow: FlowLog::new(Some(Arc::new(on_exchange)), remembered),
            far: Mutex::new(far),
            supplied: Mutex::default(),
            talks: Mutex::default(),
            answered: Mutex::default(),
            stopped: stopped.clone(),
            numbers: AtomicU64::new(0),
            prefix,
        });
        let serving = tokio::spawn(http_server::serve(listener, core.clone(), stopped));
        Ok(Library { core, stop, serving })
    }

    /// Its settings.
    pub fn config(&self) -> &LibraryConfig {
        &self.core.config
    }

    /// Its symbol in one string.
    pub fn symbol(&self) -> String {
        self.core.symbol()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.core.address
    }

    /// Where messages to it are posted.
    pub fn url(&self) -> String {
        self.core.url()
    }

    /// What went over the wire.
    pub fn flow(&self) -> &FlowLog {
        &self.core.flow
    }

    /// Turns to another far side, also for what is still unconfirmed.
    ///
    /// # Errors
    /// When its URL is none.
    pub fn turn_to(&self, side: &FarSide) -> Result<(), StartError> {
        *lock(&self.core.far) = far(side)?;
        Ok(())
    }

    /// Gives a scenario a name that requests can call for with `sim:NAME`.
    ///
    /// # Errors
    /// When the text is no scenario.
    pub fn name_scenario(&self, name: &str, text: &str) -> Result<(), ScenarioError> {
        lock(&self.core.scenarios).name(name, text.parse()?);
        Ok(())
    }

    /// Plays a scenario for every request whose title holds `part`.
    ///
    /// # Errors
    /// When the text is no scenario.
    pub fn scenario_for_title(&self, part: &str, text: &str) -> Result<(), ScenarioError> {
        lock(&self.core.scenarios).for_title(part, text.parse()?);
        Ok(())
    }

    /// Does now, as supplier, what the first chain of a scenario says about a request; returns when it is done.
    ///
    /// # Errors
    /// When the text is no scenario or nothing is known of the request.
    pub async fn play_now(&self, request: &str, text: &str) -> Result<(), PlayError> {
        let scenario = text.parse()?;
        match supplying::play_now(&self.core, request, &scenario).await {
            Known::Yes => Ok(()),
            Known::No => Err(PlayError::Unknown { library: self.symbol(), request: request.to_owned() }),
        }
    }

    /// What its own books say of the requests that it was asked, in no order.
    pub fn asked(&self) -> Vec<AskedOf> {
        books::asked(&self.core)
    }

    #[cfg(test)]
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(crate) fn take_scenarios(
        &self,
        named: Vec<(String, SupplierScenario)>,
        titles: Vec<(String, SupplierScenario)>,
    ) {
        let mut scenarios = lock(&self.core.scenarios);
        named.into_iter().for_each(|(name, scenario)| scenarios.name(&name, scenario));
        titles.into_iter().for_each(|(part, scenario)| scenarios.for_title(&part, scenario));
    }

    /// Sends a request and waits until it is confirmed.
    ///
    /// # Errors
    /// When it is refused, not confirmed, or cannot be written.
    pub async fn send_request(&self, request: NewRequest) -> Result<Conversation, SendFailure> {
        Conversation::begin(self.core.clone(), request).await
    }

    /// Stops at once: nothing more is sent or answered.
    pub async fn stop(self) {
        self.stop.send_replace(());
        // The task ends by itself; that it was cancelled elsewhere is no concern here.
        let _ = self.serving.await;
    }
}

pub(crate) fn far(side: &FarSide) -> Result<Destination, StartError> {
    let wrong = |why: String| StartError::Url { url: side.url.clone(), why };
    let url: hyper::Uri =
        side.url.parse().map_err(|problem: hyper::http::uri::InvalidUri| wrong(problem.to_string()))?;
    if !matches!(url.scheme_str(), Some("http" | "https")) || url.host().is_none() {
        return Err(wrong("it must begin with http:// or https:// and name a host".to_owned()));
    }
    let client = HttpClient::for_url(&url).map_err(|problem| wrong(problem.to_string()))?;
    Ok(Destination { url, symbol: side.symbol.clone(), client })
}
