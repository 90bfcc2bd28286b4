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
    confirmed: Arc<Mutex<HashSet<String>>>,
}

/// What becomes of a message that is refused because its request is not known yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotKnownYet {
    SentAgain,
    GivenUp,
}

impl Outbox {
    pub(crate) fn to(url: &str, not_known_yet: NotKnownYet) -> Outbox {
        let (lane, mut receiver) = unbounded_channel::<(Option<String>, Vec<u8>)>();
        let answered: Arc<Mutex<HashSet<String>>> = Arc::default();
        let confirmed: Arc<Mutex<HashSet<String>>> = Arc::default();
        let (known, sure) = (Arc::clone(&answered), Arc::clone(&confirmed));
        let client = Client::new(url, BTreeMap::new(), Duration::from_secs(2)).expect("a URL");
        tokio::spawn(async move {
            while let Some((request, bytes)) = receiver.recv().await {
                for round in 0..100 {
                    let answered = known.lock().expect("no one panicked in there").clone();
                    if request.as_ref().is_some_and(|id| answered.contains(id)) {
                        break;
                    }
                    let none = BTreeMap::new();
                    let answer = client.send("POST", Some("application/xml"), &none, bytes.clone()).await;
                    let confirmation = answer.ok().and_then(|answer| confirmation(&answer.body));
                    if let Some(confirmation) = confirmation {
                        let later = not_known_yet == NotKnownYet::SentAgain && round < 20;
                        if !(later && request.is_none() && is_unknown(&confirmation)) {
                            sure.lock().expect("no one panicked in there").extend(request);
                            break;
                        }
                    }
                    outside::pause(AGAIN).await;
                }
            }
        });
        Outbox { lane, answered, confirmed }
    }

    pub(crate) fn send(&self, bytes: Vec<u8>) {
        // Who no longer listens is no longer tested.
        let _ = self.lane.send((None, bytes));
    }

    /// Sends a request: until it is confirmed, or answered.
    pub(crate) fn ask(&self, id: &str, bytes: Vec<u8>) {
        let _ = self.lane.send((Some(id.to_owned()), bytes));
    }

    /// Whether the request of this id was confirmed.
    pub(crate) fn is_confirmed(&self, id: &str) -> bool {
        self.confirmed.lock().expect("no one panicked in there").contains(id)
    }

    /// The request of this id was answered.
    pub(crate) fn answered(&self, id: &str) {
        self.answered.lock().expect("no one panicked in there").insert(id.to_owned());
    }
}

fn confirmation(body: &[u8]) -> Option<Element> {
    let inner = Element::parse(body).ok()?.children.into_iter().next()?;
    inner.name.ends_with("Confirmation").then_some(inner)
}

fn is_unknown(confirmation: &Element) -> bool {
    let value = confirmation.text_at("errorData/errorValue").unwrap_or_default();
    confirmation.text_at("confirmationHeader/messageStatus") == Some("ERROR")
        && value.contains("requestingAgencyRequestId")
}
