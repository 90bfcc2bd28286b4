//! The stage: the gateway, the libraries and the clock, and what a scenario may do with them. Must never wait but for a condition.

mod hosted;
mod mailbox;
mod native;
mod registry;
mod requests;
mod union;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use api::model::{Advance, Advanced, Applied, NcipCounts};
use errors::slug;
use jiff::SignedDuration;
use net::{Clock, RealClock};
use simulator::{
    Library, SimClock,
    ils::IlsServer,
    mail::{Mailbox, MailboxOptions},
};

pub(crate) use self::{
    hosted::{Found, NOTHING, agency, card, header},
    native::Talk,
};
use crate::{
    child::{Gateway, Start},
    client::Client,
    exit::Failure,
    output::Tone,
};

/// The broker's symbol.
const BROKER: &str = "ISIL:XX-DEMO";
/// The broker's agency in NCIP.
const BROKER_AGENCY: &str = "XX-DEMO";
/// How long anything is waited for.
pub(crate) const SOON: Duration = Duration::from_secs(8);
/// How often the gateway is asked whether something is so.
const GLANCE: Duration = Duration::from_millis(20);

/// Why a scenario did not go on, in a sentence.
#[derive(Debug)]
pub(crate) struct Why(pub(crate) String);

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
    /// Libraries with ISO 18626 of their own, in the order of their table.
    libraries: Vec<Library>,
    /// Another broker, and the library behind it.
    union: union::Union,
    /// The ILSs of hosted libraries, in the order of their table.
    systems: Vec<IlsServer>,
    /// Of the library without a system.
    mailbox: Mailbox,
    /// By how many seconds the gateway's and the libraries' dates are ahead.
    ahead: Arc<AtomicI64>,
    asked: Mutex<Vec<String>>,
    asked_by_patrons: Mutex<Vec<String>>,
    notes: Mutex<Vec<(Tone, String)>>,
}

impl Stage {
    /// Starts the gateway and the libraries, and makes them known to each other.
    pub(crate) async fn set(engine: &str) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("illgate-demo-").tempdir();
        let folder = folder
            .map_err(|why| Failure::new(slug!("demo.no-folder"), format!("a temporary folder: {why}")))?;
        let mailbox = Mailbox::start(MailboxOptions::default()).await;
        let mailbox =
            mailbox.map_err(|why| Failure::new(slug!("demo.no-mailbox"), format!("a mailbox: {why}")))?;
        let mut start = Start::fresh(folder.path(), engine, &mailbox::settings(&mailbox))?;
        let gateway = Gateway::start(&start).await?;
        let address = gateway.address();
        start.address = Some(address);

        let ahead = Arc::new(AtomicI64::new(0));
        let url = format!("http://{address}");
        let libraries = native::start(&url, &clock(&ahead)).await?;
        let union = union::start(&url, &clock(&ahead)).await?;
        let systems = hosted::start(&url, &clock(&ahead)).await?;
        let client = Client::at(gateway.told(), &start.data())?;
        let file = registry::file(&libraries, &union, &systems);
        let _: Applied = client.post_text("registry", "text/toml", file).await?;
        Ok(Self {
            folder,
            start,
            gateway: tokio::sync::Mutex::new(Some(gateway)),
            address,
            client,
            libraries,
            union,
            systems,
            mailbox,
            ahead,
            asked: Mutex::default(),
            asked_by_patrons: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// Where the gateway listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many libraries there are.
    pub(crate) fn libraries(&self) -> usize {
        self.libraries.len() + self.systems.len() + 2
    }

    /// The requests asked since the last time, by the requesters' ids.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(poisoned))
    }

    /// The requests of hosted libraries' patrons since the last time.
    pub(crate) fn asked_by_patrons(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked_by_patrons.lock().unwrap_or_else(poisoned))
    }

    /// Shows a step of the scenario.
    pub(crate) fn show(&self, step: String) {
        self.notes.lock().unwrap_or_else(poisoned).push((Tone::Plain, step));
    }

    /// Keeps something remarkable, to be told with the scenario.
    pub(crate) fn note(&self, note: String) {
        self.notes.lock().unwrap_or_else(poisoned).push((Tone::Warn, note));
    }

    /// The steps shown and the notes since the last time.
    pub(crate) fn notes(&self) -> Vec<(Tone, String)> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(poisoned))
    }

    /// The date for everybody here.
    pub(crate) fn clock(&self) -> SimClock {
        clock(&self.ahead)
    }

    /// One exchange with what the gateway shows to everybody.
    async fn knock(
        &self,
        method: &'static str,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<(u16, Vec<u8>), Why> {
        Ok(self.client.knock(method, path, body).await?)
    }

    /// What NCIP carried between members.
    pub(crate) async fn ncip_counts(&self) -> Result<NcipCounts, Why> {
        Ok(self.client.get("ncip/counts").await?)
    }

    async fn advance(&self, seconds: i64) -> Result<(), Why> {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
        let advance = Advance { advance_seconds: u64::try_from(seconds).unwrap_or(0) };
        let _: Advanced = self.client.post("clock/advance", &advance).await?;
        Ok(())
    }

    /// Kills the gateway as a power cut would, and starts it again.
    pub(crate) async fn cut_power(&self) -> Result<(), Why> {
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
    pub(crate) fn invitation(&self) -> String {
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
        text += &format!("  {}  another broker\n", self.union.broker.url().replace("iso18626", ""));
        text += "The ILSs of the hosted libraries show what they hold:\n";
        for ils in self.systems.iter().filter(|ils| ils.url().starts_with("http")) {
            text += &format!("  http://{}/  {}\n", ils.address(), ils.name());
        }
        text
    }

    /// The last lines of the gateway's log.
    pub(crate) fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.start.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    /// Ends everything and takes the folder away.
    pub(crate) async fn strike(self) {
        if let Some(gateway) = self.gateway.into_inner() {
            // A process that is gone already is what is wanted.
            let _gone = gateway.kill().await;
        }
        for library in self.libraries {
            library.stop().await;
        }
        self.union.broker.stop().await;
        self.union.isle.stop().await;
        for ils in self.systems {
            ils.stop().await;
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

/// What a lock holds, whatever became of who held it last.
fn poisoned<T>(error: PoisonError<T>) -> T {
    error.into_inner()
}
