//! What a reference subject sends: one message after the other to one place, each until it is confirmed.

use std::collections::BTreeMap;
use std::time::Duration;

use conformance_tests::http::Client;
use conformance_tests::tree::Element;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{AGAIN, outside};

/// A lane to one place.
pub(crate) struct Outbox(UnboundedSender<Vec<u8>>);

impl Outbox {
    pub(crate) fn to(url: &str) -> Outbox {
        let (sender, mut receiver) = unbounded_channel::<Vec<u8>>();
        let client = Client::new(url, BTreeMap::new(), Duration::from_secs(2)).expect("a URL");
        tokio::spawn(async move {
            while let Some(bytes) = receiver.recv().await {
                for _ in 0..100 {
                    let none = BTreeMap::new();
                    let answer = client.send("POST", Some("application/xml"), &none, bytes.clone()).await;
                    if answer.is_ok_and(|answer| is_confirmation(&answer.body)) {
                        break;
                    }
                    outside::pause(AGAIN).await;
                }
            }
        });
        Outbox(sender)
    }

    pub(crate) fn send(&self, bytes: Vec<u8>) {
        // Who no longer listens is no longer tested.
        let _ = self.0.send(bytes);
    }
}

fn is_confirmation(body: &[u8]) -> bool {
    let tree = Element::parse(body).ok();
    tree.and_then(|tree| tree.children.into_iter().next())
        .is_some_and(|inner| inner.name.ends_with("Confirmation"))
}
