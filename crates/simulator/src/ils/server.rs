//! A running ILS: its listener, its clock, and the handle with which tests and the demo look at it and make it fail.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use serde::Serialize;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    agreement::Agreement,
    circulation::{Circulation, Item, Patron, Rules},
    desk::Desk,
    dialect::{Dialect, Transport},
    fault::{Failure, Failures},
    listening,
    notifier::{self, Notices, NoticesProblem},
    respond::{ConnectionAction, Held, Response, System},
    service::Service,
};
use crate::{
    clock::SimClock,
    real_time::{listen, lock, within},
};

/// How many exchanges an ILS remembers.
const REMEMBERED: usize = 5_000;

/// What an ILS is to be.
#[derive(Clone, Debug)]
pub struct IlsOptions {
    /// How it speaks.
    pub dialect: Dialect,
    /// Its own agency id.
    pub agency: String,
    /// Its name, for people.
    pub name: String,
    /// Who has a card.
    pub patrons: Vec<Patron>,
    /// Its items.
    pub items: Vec<Item>,
    /// How it goes about lending; the dialect's own rules, unless a test wants another.
    pub rules: Rules,
    /// What was agreed on with the initiators.
    pub agreement: Agreement,
    /// How messages reach it.
    pub transport: Transport,
    /// Where it listens.
    pub listen: IpAddr,
    /// On which port; 0 takes a free one.
    pub port: u16,
    /// Whom it tells what happens at its desk; nobody, as most.
    pub notices: Option<Notices>,
    /// What goes wrong from the start.
    pub failures: Vec<Failure>,
}

impl IlsOptions {
    /// An ILS on a free loopback port, that holds nothing and tells nobody.
    pub fn new(dialect: Dialect, agency: &str) -> Self {
        IlsOptions {
            dialect,
            agency: agency.to_owned(),
            name: format!("{agency} ({})", dialect.title()),
            patrons: Vec::new(),
            items: Vec::new(),
            rules: dialect.rules(),
            agreement: Agreement::default(),
            transport: dialect.transport(),
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            notices: None,
            failures: Vec::new(),
        }
    }

    /// The same with another patron.
    pub fn patron(mut self, patron: Patron) -> Self {
        self.patrons.push(patron);
        self
    }

    /// The same with another item.
    pub fn item(mut self, item: Item) -> Self {
        self.items.push(item);
        self
    }

    /// The same, reached in another way.
    pub fn transport(self, transport: Transport) -> Self {
        IlsOptions { transport, ..self }
    }

    /// The same, telling somebody what happens at its desk.
    pub fn notices(self, notices: Notices) -> Self {
        IlsOptions { notices: Some(notices), ..self }
    }
}

/// An ILS could not be started.
#[derive(Debug, thiserror::Error)]
pub enum IlsStartError {
    /// Its port cannot be had.
    #[error(
        "the ILS of {agency} cannot listen on {address}:{port}: {source}; choose another port, or 0 for a free one"
    )]
    Listen {
        /// Its agency.
        agency: String,
        /// Where it was to listen.
        address: IpAddr,
        /// On which port.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// Notices cannot be sent there.
    #[error(transparent)]
    Notices(#[from] NoticesProblem),
}

/// A message that came or a notice that went, and what became of it. No patron data.
#[derive(Clone, Debug, Serialize)]
pub struct IlsExchange {
    /// Running number.
    pub number: u64,
    /// When, by the ILS's clock.
    pub at: Timestamp,
    /// The service; `unreadable` where it could not be told.
    pub service: String,
    /// In or out.
    pub direction: crate::flow::Direction,
    /// What became of it, in few words.
    pub outcome: String,
    /// The message as it went over the wire.
    #[serde(skip)]
    pub message: Arc<[u8]>,
    /// What came back, if anything did.
    #[serde(skip)]
    pub answer: Arc<[u8]>,
}

/// What waited for did not happen in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{agency}: {wanted} not seen within {waited:?}; what came: {seen}")]
pub struct IlsNotSeen {
    /// Whose ILS.
    pub agency: String,
    /// What was waited for.
    pub wanted: String,
    /// For how long.
    pub waited: Duration,
    /// What happened instead.
    pub seen: String,
}

type OnExchange = Arc<dyn Fn(&IlsExchange) + Send + Sync>;

/// What the listener, the desk and the handle share.
pub(crate) struct Shared {
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    pub(crate) agency: String,
    pub(crate) transport: Transport,
    pub(crate) address: SocketAddr,
    pub(crate) clock: SimClock,
    pub(crate) system: Mutex<System>,
    pub(crate) notifier: Option<notifier::Sender>,
    exchanges: Mutex<Vec<IlsExchange>>,
    changed: watch::Sender<u64>,
    held: Mutex<Vec<Service>>,
    releases: watch::Sender<u64>,
    on_exchange: OnExchange,
}

impl Shared {
    /// Takes a message, and waits where it is to be held; what is to be done with its connection.
    pub(crate) async fn respond(&self, bytes: &[u8]) -> ConnectionAction {
        loop {
            let mut releases = self.releases.subscribe();
            match self.respond_at_once(bytes) {
                ConnectionAction::Held(held) => {
                    // The test that could release it is gone: it waits until its connection ends.
                    if releases.changed().await.is_err() {
                        return ConnectionAction::Hang;
                    }
                    if let Held::Answer(action) = held {
                        return *action;
                    }
                }
                action => return action,
            }
        }
    }

    fn respond_at_once(&self, bytes: &[u8]) -> ConnectionAction {
        let now = self.clock.now();
        let Response { service, outcome, action } = lock(&self.system).respond(bytes, now);
        let answer: &[u8] = match &action {
            ConnectionAction::Answer { body, .. } => body,
            ConnectionAction::Close | ConnectionAction::Hang | ConnectionAction::Held(_) => &[],
        };
        let service = service.unwrap_or_else(|| "unreadable".to_owned());
        if let (ConnectionAction::Held(_), Ok(service)) = (&action, service.parse()) {
            lock(&self.held).push(service);
        }
        self.note(service, crate::flow::Direction::In, outcome, bytes, answer);
        action
    }

    pub(crate) fn note(
        &self,
        service: String,
        direction: crate::flow::Direction,
        outcome: String,
        message: &[u8],
        answer: &[u8],
    ) {
        let exchange = {
            let mut exchanges = lock(&self.exchanges);
            let number = exchanges.last().map_or(1, |last| last.number + 1);
            let exchange = IlsExchange {
                number,
                at: self.clock.now(),
                service,
                direction,
                outcome,
                message: message.into(),
                answer: answer.into(),
            };
            if exchanges.len() == REMEMBERED {
                exchanges.remove(0);
            }
            exchanges.push(exchange.clone());
            exchange
        };
        tracing::debug!(agency = %self.agency, service = %exchange.service, outcome = %exchange.outcome, "ILS exchange");
        (self.on_exchange)(&exchange);
        self.touched();
    }

    /// Wakes those who wait for a change.
    pub(crate) fn touched(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn exchanges(&self) -> Vec<IlsExchange> {
        lock(&self.exchanges).clone()
    }

    pub(crate) fn url(&self) -> String {
        match self.transport {
            Transport::Http => format!("http://{}/ncip", self.address),
            Transport::RawTcp => format!("tcp://{}", self.address),
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ILS of {} at {}", self.agency, self.address)
    }
}

/// A running ILS.
#[derive(Debug)]
pub struct IlsServer {
    shared: Arc<Shared>,
    stop: watch::Sender<()>,
    serving: JoinHandle<()>,
    notifying: Option<JoinHandle<()>>,
}

impl IlsServer {
    /// Starts an ILS: it listens when this returns.
    ///
    /// # Errors
    /// When its port cannot be had or notices cannot be sent where they should go.
    pub async fn start(options: IlsOptions, clock: SimClock) -> Result<Self, IlsStartError> {
        Self::start_watched(options, clock, |_| {}).await
    }

    /// The same; `on_exchange` hears of each message and notice as it happens.
    ///
    /// # Errors
    /// As [`IlsServer::start`].
    pub async fn start_watched(
        options: IlsOptions,
        clock: SimClock,
        on_exchange: impl Fn(&IlsExchange) + Send + Sync + 'static,
    ) -> Result<Self, IlsStartError> {
        let (stop, stopped) = watch::channel(());
        let (notifier, outbox) = match options.notices {
            None => (None, None),
            Some(notices) => {
                let (sender, outbox) = notifier::prepare(notices)?;
                (Some(sender), Some(outbox))
            }
        };
        let (listener, address) =
            listen(options.listen, options.port).await.map_err(|source| IlsStartError::Listen {
                agency: options.agency.clone(),
                address: options.listen,
                port: options.port,
                source,
            })?;
        let mut failures = Failures::default();
        options.failures.into_iter().for_each(|failure| failures.add(failure));
        let shared = Arc::new(Shared {
            name: options.name,
            dialect: options.dialect,
            agency: options.agency.clone(),
            transport: options.transport,
            address,
            clock,
            system: Mutex::new(System {
                dialect: options.dialect,
                agency: options.agency,
                agreement: options.agreement,
                circulation: Circulation::new(options.rules, options.patrons, options.items),
                failures,
                last: Vec::new(),
            }),
            notifier,
            exchanges: Mutex::default(),
            changed: watch::Sender::new(0),
            held: Mutex::default(),
            releases: watch::Sender::new(0),
            on_exchange: Arc::new(on_exchange),
        });
        let serving = tokio::spawn(listening::serve(listener, shared.clone(), stopped.clone()));
        let notifying = outbox.map(|outbox| tokio::spawn(notifier::run(outbox, shared.clone(), stopped)));
        Ok(IlsServer { shared, stop, serving, notifying })
    }

    /// How it speaks.
    pub fn dialect(&self) -> Dialect {
        self.shared.dialect
    }

    /// Its agency id.
    pub fn agency(&self) -> &str {
        &self.shared.agency
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Where messages go: `http://.../ncip`, or `tcp://...` over a bare connection.
    pub fn url(&self) -> String {
        self.shared.url()
    }

    /// What it holds at this moment.
    pub fn holdings(&self) -> Circulation {
        lock(&self.shared.system).circulation.clone()
    }

    /// Every message and notice, oldest first.
    pub fn exchanges(&self) -> Vec<IlsExchange> {
        self.shared.exchanges()
    }

    /// Lets something go wrong; what was asked for earlier comes first.
    pub fn fail(&self, failure: Failure) {
        lock(&self.shared.system).failures.add(failure);
    }

    /// Lets nothing go wrong any more.
    pub fn heal(&self) {
        lock(&self.shared.system).failures.clear();
    }

    /// What is still to go wrong.
    pub fn failures(&self) -> Vec<Failure> {
        lock(&self.shared.system).failures.all().to_vec()
    }

    /// What was held back since it started, as [`super::Fault::HoldBefore`] and [`super::Fault::HoldAfter`] say; oldest first, whatever
    /// became of it since.
    pub fn held_back(&self) -> Vec<Service> {
        lock(&self.shared.held).clone()
    }

    /// Lets go on whatever is held back now.
    pub fn release(&self) {
        self.shared.releases.send_modify(|count| *count += 1);
    }

    /// The desk: what patrons and staff do by themselves.
    pub fn desk(&self) -> Desk {
        Desk::of(self.shared.clone())
    }

    /// Changes what it holds by hand.
    pub fn change<T>(&self, change: impl FnOnce(&mut Circulation) -> T) -> T {
        let changed = change(&mut lock(&self.shared.system).circulation);
        self.shared.touched();
        changed
    }

    /// Waits until what it holds is as wanted.
    ///
    /// # Errors
    /// When it was not in time; it says what came.
    pub async fn wait_until(
        &self,
        wanted: &str,
        deadline: Duration,
        holds: impl Fn(&Circulation) -> bool,
    ) -> Result<(), IlsNotSeen> {
        let mut changes = self.shared.changed.subscribe();
        let seen = within(deadline, async {
            loop {
                changes.borrow_and_update();
                if holds(&self.holdings()) {
                    return;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        });
        seen.await.ok_or_else(|| IlsNotSeen {
            agency: self.shared.agency.clone(),
            wanted: wanted.to_owned(),
            waited: deadline,
            seen: self.exchanges().iter().map(IlsExchange::to_string).collect::<Vec<_>>().join("; "),
        })
    }

    /// Stops at once.
    pub async fn stop(self) {
        self.stop.send_replace(());
        // The tasks end by themselves; that they were cancelled elsewhere is no concern here.
        let _ = self.serving.await;
        if let Some(notifying) = self.notifying {
            let _ = notifying.await;
        }
    }
}

impl std::fmt::Display for IlsExchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arrow = match self.direction {
            crate::flow::Direction::In => "<-",
            crate::flow::Direction::Out => "->",
        };
        write!(f, "{arrow} {}: {}", self.service, self.outcome)
    }
}
