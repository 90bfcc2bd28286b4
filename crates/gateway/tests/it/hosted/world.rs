//! A gateway that hosts libraries, started afresh for a test.

use api::model::{Ask, Done, RequestDetail};
use persistence::{EngineKind, MemoryDisk};
use serde_json::{Value, json};

use crate::broker::{Edition, World};

/// The barcode of the patron who asks.
pub(crate) const PATRON: &str = "PATRON-21234000";

/// A gateway with these libraries in its registry, and the native ones given.
pub(crate) async fn world(
    libraries: &str,
    engine: EngineKind,
    disk: MemoryDisk,
    natives: &[(&'static str, Edition)],
) -> World {
    let world = World::on(engine, disk, natives, |_| {}).await;
    let file = world.registry(Some(1)) + libraries;
    world.apply(file).await;
    world
}

/// A library whose staff do everything.
pub(crate) fn manual(id: &str) -> String {
    let symbol = id.to_uppercase();
    format!(
        "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"ISIL:XX-{symbol}\"]\n\
         connection.kind = \"manual\"\nconnection.manual.mail_to = [\"ill@{id}.example.org\"]\n"
    )
}

impl World {
    /// A patron of a library asks for a book.
    pub(crate) async fn patron_asks(&self, library: &str, title: &str) -> String {
        let ask = Ask {
            library: library.to_owned(),
            patron: PATRON.to_owned(),
            title: Some(title.to_owned()),
            author: Some("Herbert, Frank".to_owned()),
            ..Ask::default()
        };
        let answer = self.ask("requests", &ask).await;
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{text}");
        let done: Done = serde_json::from_str(&text).unwrap();
        done.request.id
    }

    /// Staff of a hosted library act.
    pub(crate) async fn act(&self, request: &str, action: &str, with: Value) -> Done {
        let body = json!({ "action": action, "reason": "a test", "by": "staff", "with": with });
        let answer = self.ask(&format!("requests/{request}/act"), &body).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{action}: {text}: {:#?}", self.detail(request).await);
        serde_json::from_str(&text).unwrap()
    }

    /// The record of the same loan that this machine of this library has, once there is one.
    pub(crate) async fn related(&self, request: &str, machine: &str, library: Option<&str>) -> String {
        let fits = |detail: &RequestDetail| {
            let mut all = detail.related.iter();
            all.find(|it| it.machine == machine && it.library.as_deref() == library).map(|it| it.id.clone())
        };
        let broker = self.until(request, |detail| !detail.related.is_empty()).await;
        if let Some(id) = fits(&broker) {
            return id;
        }
        // The broker's record moves when it makes the lender's.
        let of_broker = broker.related[0].id.clone();
        fits(&self.until(&of_broker, |detail| fits(detail).is_some()).await).unwrap()
    }

    /// Waits until the request is in that state.
    pub(crate) async fn until_phase(&self, request: &str, phase: &str) -> RequestDetail {
        self.until(request, |detail| detail.line.phase == phase).await
    }
}
