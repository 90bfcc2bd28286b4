//! Another broker: between requesters and suppliers, in one of two faces, with the habits of real ones. What it does about a message is decided
//! in `books`; here it listens, and sends what it has decided, one message after the other to each peer.
//!
//! It is not illgate's broker made small: it forgets, doubles and passes a no on in the way that others do, so that ours can be tried above it
//! and below it.

mod books;
mod document;
mod settings;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use hyper::body::Bytes;
use iso18626::{Edition, Message, NamespaceRule, ReadOptions, TimestampEcho, WriteOptions};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

pub use self::books::RelayedBy;
use self::books::{Books, Post, Stamp};
pub use self::document::document;
pub use self::settings::{BrokerPeer, BrokerSettings, Checks, Face, Habit};
use crate::{
    clock::{SimClock, Stamps},
    core::{Answered, Destination},
    flow::{Direction, FlowEntry, FlowLog, Outcome, says},
    http_server::{self, Answer, Site},
    lane::{errors_in_words, outcome_of},
    library::{FarSide, StartError, far},
    page::{self, Head},
    real_time::{listen, lock, sleep},
    symbol::{agency_id, symbol},
};

/// How long one answer is waited for.
const ATTEMPT: Duration = Duration::from_secs(20);
/// The pauses between attempts, in milliseconds; after the last of them a message is given up.
const PAUSES: [u64; 8] = [50, 100, 200, 400, 800, 1600, 3200, 6400];

/// A running broker.
#[derive(Debug)]
pub struct Broker {
    desk: Arc<Desk>,
    address: SocketAddr,
    stop: watch::Sender<()>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Desk {
    settings: BrokerSettings,
    books: Mutex<Books>,
    answered: Mutex<Answered>,
    stamps: Stamps,
    prefix: String,
    flow: FlowLog,
    /// One queue a peer, in the order of the settings.
    queues: Vec<mpsc::UnboundedSender<Post>>,
}

impl Broker {
    /// Starts a broker: it listens when this returns.
    ///
    /// # Errors
    /// When its port cannot be had or a peer's URL is none.
    pub async fn start(settings: BrokerSettings, clock: SimClock) -> Result<Self, StartError> {
        Self::start_watched(settings, clock, |_| {}).await
    }

    /// The same; `on_exchange` hears of each exchange as it happens.
    ///
    /// # Errors
    /// As [`Broker::start`].
    pub async fn start_watched(
        settings: BrokerSettings,
        clock: SimClock,
        on_exchange: impl Fn(&FlowEntry) + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let side = |peer: &BrokerPeer| far(&FarSide::new(peer.url.clone(), &peer.symbol));
        let peers: Vec<Destination> = settings.peers.iter().map(side).collect::<Result<_, _>>()?;
        let (listener, address) =
            listen(settings.listen, settings.port).await.map_err(|source| StartError::Listen {
                library: settings.symbol.clone(),
                address: settings.listen,
                port: settings.port,
                source,
            })?;
        let (stop, stopped) = watch::channel(());
        let remembered = settings.remembered;
        let letters: String =
            agency_id(&settings.symbol).value.chars().filter(char::is_ascii_alphanumeric).collect();
        // Ids of an earlier run must not come again: the others may remember them.
        let prefix = format!("{letters:.8}-{}", clock.now().as_millisecond() % 100_000_000_000);
        let (queues, waiting): (Vec<_>, Vec<_>) = peers.iter().map(|_| mpsc::unbounded_channel()).unzip();
        let desk = Arc::new(Desk {
            settings,
            books: Mutex::default(),
            answered: Mutex::default(),
            stamps: Stamps::new(clock),
            prefix,
            flow: FlowLog::new(Some(Arc::new(on_exchange)), remembered),
            queues,
        });
        for ((peer, to), posts) in peers.into_iter().enumerate().zip(waiting) {
            tokio::spawn(desk.clone().send(peer, to, posts, stopped.clone()));
        }
        let serving = tokio::spawn(http_server::serve(listener, desk.clone(), stopped));
        Ok(Broker { desk, address, stop, serving })
    }

    /// Its symbol.
    pub fn symbol(&self) -> &str {
        &self.desk.settings.symbol
    }

    /// Where messages to it are posted.
    pub fn url(&self) -> String {
        format!("http://{}/iso18626", self.address)
    }

    /// What its own books say of the requests that it has passed on, in the order in which they came.
    pub fn relayed(&self) -> Vec<RelayedBy> {
        lock(&self.desk.books).relayed()
    }

    /// What went over the wire.
    pub fn flow(&self) -> &FlowLog {
        &self.desk.flow
    }

    /// Stops at once: nothing more is sent or answered.
    pub async fn stop(self) {
        self.stop.send_replace(());
        // The task ends by itself; that it was cancelled elsewhere is no concern here.
        let _ = self.serving.await;
    }
}

impl Site for Desk {
    fn show(&self, path: &str) -> Answer {
        match path {
            "/" => Answer::body(200, "text/html; charset=utf-8", page::page(&self.head(), &self.flow)),
            "/log" => Answer::body(200, "application/json", self.flow.json()),
            _ => http_server::nothing_there(),
        }
    }

    async fn receive(self: Arc<Self>, bytes: Bytes) -> Answer {
        let options = ReadOptions { namespace: NamespaceRule::Required, ..ReadOptions::default() };
        let reading = match iso18626::read(&bytes, &options) {
            Ok(reading) => reading,
            Err(unreadable) => return Answer::text(400, format!("{unreadable}\n")),
        };
        let message = reading.message;
        if let Some(confirmation) = lock(&self.answered).get(&bytes) {
            self.log(
                Entry { direction: Direction::In, message: &message, outcome: Outcome::Repeated, attempt: 1 },
                &bytes,
            );
            return Answer::body(200, "application/xml; charset=utf-8", confirmation);
        }
        let stamp = Stamp { next: &|| self.stamps.next(), prefix: &self.prefix };
        let taken = lock(&self.books).take(&self.settings, &message, &stamp);
        let outcome = match &taken.confirm {
            iso18626::Confirm::Ok => Outcome::Confirmed,
            iso18626::Confirm::Error(errors) => Outcome::Refused(errors_in_words(errors)),
        };
        let confirmation =
            iso18626::confirm(&message, self.stamps.now(), taken.confirm, TimestampEcho::default());
        let edition = self.sender(&message).map_or(Edition::V1_2, |peer| self.settings.peers[peer].edition);
        let written = match iso18626::write(&confirmation, &WriteOptions::new(edition)) {
            Ok(written) => written.bytes,
            Err(problem) => {
                return Answer::text(400, format!("the confirmation cannot be written: {problem}\n"));
            }
        };
        // What was refused is looked at anew when it comes again.
        if outcome == Outcome::Confirmed {
            lock(&self.answered).keep(&bytes, written.clone());
        }
        self.log(Entry { direction: Direction::In, message: &message, outcome, attempt: 1 }, &bytes);
        self.put(taken.posts);
        Answer::body(200, "application/xml; charset=utf-8", written)
    }
}

/// An exchange to be kept.
struct Entry<'a> {
    direction: Direction,
    message: &'a Message,
    outcome: Outcome,
    attempt: u32,
}

impl Desk {
    /// Sends what is put into a peer's queue, one message after the other.
    async fn send(
        self: Arc<Self>,
        peer: usize,
        to: Destination,
        mut posts: mpsc::UnboundedReceiver<Post>,
        mut stopped: watch::Receiver<()>,
    ) {
        let sending = async {
            while let Some(post) = posts.recv().await {
                self.deliver(peer, &to, &post.message).await;
            }
        };
        tokio::select! { _ = stopped.changed() => {}, () = sending => {} }
    }

    async fn deliver(&self, peer: usize, to: &Destination, message: &Message) {
        let written = match iso18626::write(message, &WriteOptions::new(self.settings.peers[peer].edition)) {
            Ok(written) => written.bytes,
            Err(problem) => {
                let outcome = Outcome::Failed(format!("cannot be written: {problem}"));
                return self.log(Entry { direction: Direction::Out, message, outcome, attempt: 1 }, &[]);
            }
        };
        for (attempt, pause) in (1..).zip(PAUSES) {
            let (answer, _) = to.post(&written, ATTEMPT).await;
            let outcome = outcome_of(&answer);
            if let (Message::Request(request), Outcome::Refused(_)) = (message, &outcome) {
                let stamp = Stamp { next: &|| self.stamps.next(), prefix: &self.prefix };
                let id = &request.header.requesting_agency_request_id;
                self.put(lock(&self.books).refused(&self.settings, id, &stamp));
            }
            let is_over = answer.is_ok();
            self.log(Entry { direction: Direction::Out, message, outcome, attempt }, &written);
            if is_over {
                return;
            }
            sleep(Duration::from_millis(pause)).await;
        }
    }

    /// Puts messages into the queues of those whom they are to.
    fn put(&self, posts: Vec<Post>) {
        for post in posts {
            match self.settings.peer_of(&post.to) {
                // The queue ends with the broker.
                Some(peer) => drop(self.queues[peer].send(post)),
                None => tracing::debug!(to = symbol(&post.to), "no peer speaks for it"),
            }
        }
    }

    /// The peer that sent a message, by the symbol it names.
    fn sender(&self, message: &Message) -> Option<usize> {
        let named = match message {
            Message::SupplyingAgencyMessage(_) => message.supplying_agency(),
            _ => message.requesting_agency(),
        };
        self.settings.peer_of(named?)
    }

    fn head(&self) -> Head {
        let peers = self.settings.peers.iter().map(|peer| format!("{} at {}", peer.symbol, peer.url));
        Head {
            title: format!("Broker {}", self.settings.symbol),
            facts: vec![
                ("Symbol", self.settings.symbol.clone()),
                ("Face", format!("{:?}", self.settings.face).to_lowercase()),
                ("Checks", format!("{:?}", self.settings.checks).to_lowercase()),
                ("Peers", peers.collect::<Vec<_>>().join(", ")),
            ],
        }
    }

    fn log(&self, entry: Entry<'_>, bytes: &[u8]) {
        let Entry { direction, message, outcome, attempt } = entry;
        let is_from_supplier = matches!(message, Message::SupplyingAgencyMessage(_));
        let other = match (direction, is_from_supplier) {
            (Direction::In, true) | (Direction::Out, false) => message.supplying_agency(),
            (Direction::In, false) | (Direction::Out, true) => message.requesting_agency(),
        };
        let xml = iso18626::write(&message.redacted(), &WriteOptions::new(Edition::V2021_2));
        let xml = xml.ok().and_then(|written| iso18626::pretty(&written.bytes).ok());
        self.flow.push(FlowEntry {
            number: 0,
            at: self.stamps.now(),
            library: self.settings.symbol.clone(),
            direction,
            peer: other.map_or_else(|| "somebody".to_owned(), symbol),
            kind: message.kind().to_string(),
            request: message.requesting_agency_request_id().map(str::to_owned),
            says: says(message),
            attempt,
            outcome,
            xml: xml.unwrap_or_else(|| "(cannot be shown)".to_owned()),
            message: Some(message.clone()),
            bytes: bytes.into(),
            answer: Arc::from([]),
        });
    }
}
