//! What a library's tasks share: its settings, its ids and stamps, and the requests it knows.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use iso18626::{AgencyId, Message, WriteOptions};
use tokio::sync::watch;

use crate::{
    clock::Stamps, flow::FlowLog, library::LibraryConfig, page::Head, real_time::lock, requesting::Talk,
    scenario_choice::Scenarios, supplying::Supplied,
};

/// How many confirmations are kept to answer repeats with.
const REMEMBERED_ANSWERS: usize = 20_000;

/// What a library's tasks share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: LibraryConfig,
    pub(crate) address: SocketAddr,
    pub(crate) stamps: Stamps,
    pub(crate) flow: FlowLog,
    pub(crate) far: Mutex<Destination>,
    pub(crate) scenarios: Mutex<Scenarios>,
    /// Requests this library was asked, by requester and id.
    pub(crate) supplied: Mutex<HashMap<(String, String), Arc<Supplied>>>,
    /// Requests this library made, by id.
    pub(crate) talks: Mutex<HashMap<String, Arc<Talk>>>,
    pub(crate) answered: Mutex<Answered>,
    pub(crate) stopped: watch::Receiver<()>,
    pub(crate) numbers: AtomicU64,
    pub(crate) prefix: String,
}

/// Where messages go.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) url: hyper::Uri,
    pub(crate) symbol: Option<AgencyId>,
    pub(crate) client: crate::http_client::HttpClient,
}

/// Confirmations given, by the message's bytes.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    by_bytes: HashMap<u64, Vec<u8>>,
    order: VecDeque<u64>,
}

impl Answered {
    pub(crate) fn get(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.by_bytes.get(&digest(message)).cloned()
    }

    pub(crate) fn keep(&mut self, message: &[u8], confirmation: Vec<u8>) {
        if self.order.len() == REMEMBERED_ANSWERS
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_bytes.remove(&oldest);
        }
        let digest = digest(message);
        self.by_bytes.insert(digest, confirmation);
        self.order.push_back(digest);
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

impl Core {
    /// The library's symbol, in one string.
    pub(crate) fn symbol(&self) -> String {
        crate::symbol::symbol(&self.config.symbol)
    }

    /// A number that nobody had before.
    pub(crate) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// An id that nobody had before, at most 32 letters.
    pub(crate) fn fresh_id(&self) -> String {
        format!("{}-{}", self.prefix, self.number())
    }

    pub(crate) fn far(&self) -> Destination {
        lock(&self.far).clone()
    }

    /// The message's bytes in this library's edition.
    pub(crate) fn write(
        &self,
        message: &Message,
        last_heard: Option<iso18626::Status>,
    ) -> Result<Vec<u8>, iso18626::WriteError> {
        let options = WriteOptions {
            last_heard,
            version: self.config.version.clone(),
            ..WriteOptions::new(self.config.edition)
        };
        iso18626::write(message, &options).map(|written| written.bytes)
    }

    /// What its page says of it.
    pub(crate) fn shown(&self) -> Head {
        Head {
            title: self.config.name.clone(),
            facts: vec![
                ("Symbol", self.symbol()),
                ("Edition", self.config.edition.to_string()),
                ("Messages to", self.url()),
                ("Far side", self.far().url.to_string()),
            ],
        }
    }

    /// Where the library can be reached.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/iso18626", self.address)
    }
}
