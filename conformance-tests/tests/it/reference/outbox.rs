//! What a reference subject sends: one message after the other to one place, each until it is confirmed.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use conformance_tests::http::Client;
use conformance_tests::tree::Element;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{AGAIN, outside};

/// A lane to one place.
pub(crate) struct Outbox {
    lane: UnboundedSender<(Option<String>, Vec<u8>)>,
    answered: Arc<Mutex<HashSet<String>>>,
}

impl Outbox {
    pub(crate) fn to(url: &str) -> Outbox {
        let (lane, mut receiver) = unbounded_channel::<(Option<String>, Vec<u8>)>();
        let answered: Arc<Mutex<HashSet<String>>> = Arc::default();
        let known = Arc::clone(&answered);
        let client = Client::new(url, BTreeMap::new(), Duration::from_secs(2)).expect("a URL");
        tokio::spawn(async move {
            while let Some((request, bytes)) = receiver.recv().await {
                for _ in 0..100 {
                    let answered = known.lock().expect("no one panicked in there").clone();
                    if request.as_ref().is_some_and(|id| answered.contains(id)) {
                        break;
                    }
                    let none = BTreeMap::new();
                    let answer = client.send("POST", Some("application/xml"), &none, bytes.clone()).await;
                    if answer.is_ok_and(|answer| is_confirmation(&answer.body)) {
                        break;
                    }
                    outside::pause(AGAIN).await;
                }
            }
        });
        Outbox { lane, answered }
    }

    pub(crate) fn send(&self, bytes: Vec<u8>) {
        // Who no longer listens is no longer tested.
        let _ = self.lane.send((None, bytes));
    }

    /// Sends a request: until it is confirmed, or answered.
    pub(crate) fn ask(&self, id: &str, bytes: Vec<u8>) {
        let _ = self.lane.send((Some(id.to_owned()), bytes));
    }

    /// The request of this id was answered.
    pub(crate) fn answered(&self, id: &str) {
        self.answered.lock().expect("no one panicked in there").insert(id.to_owned());
    }
}

fn is_confirmation(body: &[u8]) -> bool {
    let tree = Element::parse(body).ok();
    tree.and_then(|tree| tree.children.into_iter().next())
        .is_some_and(|inner| inner.name.ends_with("Confirmation"))
}
