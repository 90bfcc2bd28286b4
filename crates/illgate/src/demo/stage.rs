//! The stage: the gateway, the libraries and the clock, and what a scenario may do with them. Must never wait but for a condition.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use gateway::{
    api::model::{Advance, Advanced, Applied, RequestDetail},
    seams::{Clock, RealClock},
};
use iso18626::{Edition, Status, SupplierInfo, SupplyingAgencyMessage};
use jiff::SignedDuration;
use simulator::{Conversation, FarSide, Library, LibraryConfig, NewRequest, SimClock, agency_id};

use crate::{
    child::{Gateway, Start},
    client::Client,
    exit::{Exit, Failure},
};

/// The broker's symbol.
const BROKER: &str = "ISIL:XX-DEMO";
/// How long a library waits for one message.
pub(super) const SOON: Duration = Duration::from_secs(8);
/// How often the gateway is asked whether something is so.
const GLANCE: Duration = Duration::from_millis(20);

/// The libraries: id, name, edition, face. Fictional, as their symbols are.
const LIBRARIES: [(&str, &str, Edition, &str); 5] = [
    ("north", "North College Library", Edition::V1_2, "opaque"),
    ("hill", "Hill Town Library", Edition::V2021_2, "transparent"),
    ("river", "River Valley Library", Edition::V1_2, "opaque"),
    ("sea", "Seaside Public Library", Edition::V2021_2, "opaque"),
    ("moor", "Moorland University Library", Edition::V1_2, "transparent"),
];

/// Why a scenario did not go on, in a sentence.
#[derive(Debug)]
pub(super) struct Why(pub(super) String);

impl<E: std::error::Error> From<E> for Why {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Where everything plays.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    start: Start,
    gateway: tokio::sync::Mutex<Option<Gateway>>,
    address: SocketAddr,
    client: Client,
    libraries: Vec<Library>,
    /// By how many seconds the gateway's and the libraries' dates are ahead.
    ahead: Arc<AtomicI64>,
    asked: Mutex<Vec<String>>,
    notes: Mutex<Vec<String>>,
}

impl Stage {
    /// Starts the gateway and the libraries, and makes them known to each other.
    pub(super) async fn set(engine: &str) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("illgate-demo-").tempdir();
        let folder = folder.map_err(|why| {
            Failure::new(Exit::System, "demo.no-folder", format!("a temporary folder: {why}"))
        })?;
        let mut start = Start::fresh(folder.path(), engine, "")?;
        let gateway = Gateway::start(&start).await?;
        let address = gateway.address();
        start.address = Some(address);

        let ahead = Arc::new(AtomicI64::new(0));
        let mut libraries = Vec::new();
        for (id, name, edition, _) in LIBRARIES {
            let far = FarSide::new(format!("http://{address}/iso18626"), BROKER);
            let config = LibraryConfig {
                pace: Duration::from_millis(5),
                ..LibraryConfig::new(&symbol(id), name, far).edition(edition)
            };
            let library = Library::start(config, clock(&ahead)).await;
            libraries
                .push(library.map_err(|why| Failure::new(Exit::System, "demo.no-library", why.to_string()))?);
        }
        let client = Client::at(address, &start.data())?;
        let _: Applied = client.post_text("registry", "text/toml", registry(&libraries)).await?;
        Ok(Self {
            folder,
            start,
            gateway: tokio::sync::Mutex::new(Some(gateway)),
            address,
            client,
            libraries,
            ahead,
            asked: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// Where the gateway listens.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn libraries(&self) -> &[Library] {
        &self.libraries
    }

    /// A library by its id in the registry.
    pub(super) fn library(&self, id: &str) -> &Library {
        let at = LIBRARIES.iter().position(|(known, ..)| *known == id);
        &self.libraries[at.expect("scenarios name the libraries of the table, which a test plays")]
    }

    /// Tells a library what to do about the requests for a title.
    pub(super) fn supplies(&self, library: &str, title: &str, scenario: &str) -> Result<(), Why> {
        Ok(self.library(library).scenario_for_title(title, scenario)?)
    }

    /// Lets a library ask for something, of these suppliers in this order.
    pub(super) async fn ask(
        &self,
        library: &str,
        request: NewRequest,
        suppliers: &[&str],
    ) -> Result<Talk, Why> {
        let rota: Vec<SupplierInfo> = (1..)
            .zip(suppliers)
            .map(|(place, id): (u32, _)| SupplierInfo {
                sort_order: Some(place.to_string()),
                supplier_code: Some(agency_id(&symbol(id))),
                ..SupplierInfo::default()
            })
            .collect();
        let request = request.change(|message| message.supplier_info = rota);
        let talk = self.library(library).send_request(request).await?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(talk.id());
        Ok(Talk(talk))
    }

    /// The requests asked since the last time, by the requesters' ids.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps something to be told with the scenario.
    pub(super) fn note(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    /// The notes since the last time.
    pub(super) fn notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A request as the gateway sees it.
    pub(super) async fn request(&self, id: &str) -> Result<RequestDetail, Why> {
        Ok(self.client.get(&format!("requests/{}", crate::client::part(id))).await?)
    }

    /// Waits until the gateway awaits nothing more of a request and has nothing more to send.
    pub(super) async fn settled(&self, talk: &Talk) -> Result<(), Why> {
        let began = RealClock.monotonic();
        loop {
            let detail = self.request(&talk.0.id()).await?;
            if detail.queue.is_empty() && detail.line.waits.is_empty() {
                return match detail.line.incidents.first() {
                    None => Ok(()),
                    Some(incident) => {
                        Err(Why(format!("an incident is left: {}: {}", incident.slug, incident.text)))
                    }
                };
            }
            if RealClock.monotonic() - began > SOON {
                return Err(Why(format!(
                    "not at rest: waits {:?}, queue {:?}",
                    detail.line.waits, detail.queue
                )));
            }
            RealClock.pause(GLANCE).await;
        }
    }

    /// Advances every date beyond what is awaited of a request next. Tells whether anything was.
    pub(super) async fn pass(&self, talk: &Talk, timer: &str) -> Result<(), Why> {
        let began = RealClock.monotonic();
        loop {
            let detail = self.request(&talk.0.id()).await?;
            let now = clock(&self.ahead).now();
            if let Some(wait) = detail.line.waits.iter().find(|wait| wait.timer.starts_with(timer)) {
                let left = wait.until.duration_since(now).as_secs().max(0) + 60;
                return self.advance(left).await;
            }
            if RealClock.monotonic() - began > SOON {
                return Err(Why(format!("nothing like `{timer}` is awaited: {:?}", detail.line.waits)));
            }
            RealClock.pause(GLANCE).await;
        }
    }

    async fn advance(&self, seconds: i64) -> Result<(), Why> {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
        let advance = Advance { advance_seconds: u64::try_from(seconds).unwrap_or(0) };
        let _: Advanced = self.client.post("clock/advance", &advance).await?;
        Ok(())
    }

    /// Kills the gateway as a power cut would, and starts it again.
    pub(super) async fn cut_power(&self) -> Result<(), Why> {
        let mut gateway = self.gateway.lock().await;
        if let Some(running) = gateway.take() {
            running.kill().await?;
        }
        let ahead = u64::try_from(self.ahead.load(Ordering::SeqCst)).unwrap_or(0);
        let began = RealClock.monotonic();
        *gateway = Some(Gateway::start(&Start { ahead, ..self.start.clone() }).await?);
        let took = (RealClock.monotonic() - began).as_millis();
        self.note(format!(
            "The gateway was killed with SIGKILL; started again, it answered after {took} ms."
        ));
        Ok(())
    }

    /// What to try while it stays up.
    pub(super) fn invitation(&self) -> String {
        let program = std::env::current_exe().map_or("illgate".into(), |path| path.display().to_string());
        let config = self.start.config().display().to_string();
        let mut text = format!(
            "\nThe gateway stays up until Ctrl-C. Try, in another terminal:\n\
             \x20 {program} --config {config} status\n\
             \x20 {program} --config {config} requests list\n\
             \x20 {program} --config {config} requests show REQUEST\n\
             \x20 {program} --config {config} peers list\n\
             Messages are taken at {}/iso18626. The libraries show their exchanges:\n",
            self.url()
        );
        for library in &self.libraries {
            text += &format!(
                "  http://{}/  {} ({})\n",
                library.address(),
                library.config().name,
                library.symbol()
            );
        }
        text
    }

    /// The last lines of the gateway's log.
    pub(super) fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.start.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    /// Ends everything and takes the folder away.
    pub(super) async fn strike(self) {
        if let Some(gateway) = self.gateway.into_inner() {
            // A process that is gone already is what is wanted.
            let _gone = gateway.kill().await;
        }
        for library in self.libraries {
            library.stop().await;
        }
        drop(self.folder);
    }
}

/// A library's symbol.
fn symbol(id: &str) -> String {
    format!("ISIL:XX-{}", id.to_uppercase())
}

/// The machine's date, ahead as the gateway's is.
fn clock(ahead: &Arc<AtomicI64>) -> SimClock {
    let ahead = Arc::clone(ahead);
    SimClock::new(move || {
        let by = SignedDuration::from_secs(ahead.load(Ordering::SeqCst));
        RealClock.now().saturating_add(by).unwrap_or(jiff::Timestamp::MAX)
    })
}

/// The registry of the demonstration: quick retries, and the usual clocks.
fn registry(libraries: &[Library]) -> String {
    let mut text = format!(
        "[broker]\nname = \"The demonstration's broker\"\nsymbols = [\"{BROKER}\"]\n\n\
         [defaults.connection]\nrate = \"1000/s\"\n\
         timeouts = {{ connect = \"1s\", read = \"2s\", total = \"3s\" }}\n\
         retry = {{ first = \"100ms\", factor = 2, longest = \"1s\", give_up_after = \"1h\" }}\n"
    );
    for ((id, name, edition, face), library) in LIBRARIES.iter().zip(libraries) {
        text += &format!(
            "\n[[library]]\nid = \"{id}\"\nname = \"{name}\"\nsymbols = [\"{}\"]\n\n\
             [library.connection]\nurl = \"{}\"\nedition = \"{edition}\"\nface = \"{face}\"\n",
            symbol(id),
            library.url()
        );
    }
    text
}

/// A request and what its requester hears.
pub(super) struct Talk(pub(super) Conversation);

impl Talk {
    /// Waits for a status.
    pub(super) async fn hears(&self, status: Status) -> Result<SupplyingAgencyMessage, Why> {
        Ok(self.0.wait_for_status(status, SOON).await?)
    }

    /// Waits for statuses, one after the other.
    pub(super) async fn hears_all(&self, statuses: &[Status]) -> Result<(), Why> {
        for status in statuses {
            self.hears(status.clone()).await?;
        }
        Ok(())
    }

    /// Waits for a message of which something is so.
    pub(super) async fn hears_that(
        &self,
        what: &str,
        is: impl Fn(&SupplyingAgencyMessage) -> bool,
    ) -> Result<SupplyingAgencyMessage, Why> {
        Ok(self.0.wait_for(what, SOON, is).await?)
    }

    /// Receives the item, sends it back and waits until it is there.
    pub(super) async fn returns(&self) -> Result<(), Why> {
        self.0.received().await?;
        self.0.shipped_return().await?;
        self.hears(Status::LoanCompleted).await?;
        Ok(())
    }

    /// The status heard last: how it ended.
    pub(super) fn ending(&self) -> String {
        self.0.last_status().map_or("nothing".to_owned(), |status| status.to_string())
    }
}
