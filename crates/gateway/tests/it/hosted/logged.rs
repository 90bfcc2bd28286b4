//! Whatever comes in, each line that is logged about it says which request, peer and message it is about, under the same names, and nothing
//! of the patron.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use api::model::Ask;
use hyper::{HeaderMap, Method};
use iso18626::Message;
use jiff::SignedDuration;
use ncip::{ItemId, RequestItem};
use net::http::web_base;
use persistence::{EngineKind, MemoryDisk};
use runtime::input_span::InputKind;
use serde_json::Value;
use simulator::ils::Dialect;
use tracing_subscriber::{Layer, filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt};

use super::{
    named::{ask, wanted},
    pair::{Tells, library, start},
    world::{PATRON, manual},
};
use crate::broker::{Edition, World, call, request};

const BASE: &str = "https://ill.example.org";
const OAK: &str = "ISIL:XX-OAK";

/// What can be known of an input of each kind: its peer, its message. All are about a request here.
const KNOWN: [(InputKind, &[&str]); 9] = [
    (InputKind::Message, &["peer", "message"]),
    (InputKind::InsideMessage, &["peer", "message"]),
    (InputKind::Ncip, &["peer", "message"]),
    (InputKind::PatronRequest, &["peer"]),
    (InputKind::Staff, &[]),
    (InputKind::Link, &[]),
    (InputKind::Timer, &[]),
    (InputKind::Delivery, &["peer", "message"]),
    (InputKind::IlsCall, &["peer", "message"]),
];

/// Whose lines are all written while an input is handled. (The others tell of connections, queues and the gateway itself, too.)
const HANDLING: [&str; 7] = [
    "api",
    "ils",
    "iso_endpoint",
    "manual",
    "runtime::requests",
    "runtime::patron_requests",
    "runtime::outbox::attempt",
];

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Every kind of input comes in once at least.
async fn every_kind() {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = World::on(engine, disk, &[(OAK, Edition::V1_2)], |config| {
        config.copies.base = web_base(BASE);
    })
    .await;
    let north = start(&world, Dialect::Koha, "XX-NORTH", Tells::Nothing).await;
    let registry = world.registry(Some(1)).replace("id = \"oak\"", "id = \"oak\"\nlends = \"no\"");
    let file = registry + &library("north", &north, Tells::Nothing) + &manual("south");
    world.apply(file).await;

    // NCIP, then the ILS is asked whether the patron may.
    let item = ItemId::new("XX-SOUTH", "S-1");
    let borrowing = ask(&world, RequestItem { item_ids: vec![item], ..wanted("Dune") }).await;
    world.until(&borrowing, |detail| detail.asked.is_empty() && detail.line.phase != "being-checked").await;

    // A patron's request by the API, inside messages, staff, and a copy that is fetched by its link.
    let wish = Ask {
        library: "north".to_owned(),
        patron: PATRON.to_owned(),
        service: Some("Copy".to_owned()),
        title: Some("Journal of Tides".to_owned()),
        title_of_component: Some("On currents".to_owned()),
        ..Ask::default()
    };
    let answer = world.ask("requests", &wish).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let done: Value = serde_json::from_slice(&answer.body).unwrap();
    let copied = done["request"]["id"].as_str().unwrap().to_owned();
    let lending = world.related(&copied, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    let path = format!("requests/{lending}/copy?reason=scanned&by=staff");
    let uploaded = world.send("POST", &path, "application/pdf", b"%PDF-1.7 on currents".to_vec()).await;
    assert_eq!(uploaded.status, 200, "{}", String::from_utf8_lossy(&uploaded.body));
    let url = world.until(&copied, |detail| detail.copy.is_some()).await.copy.unwrap();
    let path = url.strip_prefix(BASE).unwrap();
    assert_eq!(call(world.running(), Method::GET, path, HeaderMap::new(), Vec::new()).await.status, 200);

    // A library's own message over HTTP, and a timer of its request.
    let asks = Message::Request(request(OAK, "r-1", "2026-03-02T10:00:00Z", &["ISIL:XX-SOUTH"]));
    world.say(0, &asks).await;
    let waits = world.until("r-1", |detail| !detail.line.waits.is_empty() && detail.queue.is_empty()).await;
    world.clock.advance(SignedDuration::from_hours(24 * 60));
    world.until("r-1", |detail| detail.line.waits != waits.line.waits).await;
}

#[tokio::test]
async fn every_line_about_an_input_says_its_request_peer_and_message() {
    let (json, text) = (Lines::default(), Lines::default());
    let as_json = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(json.clone());
    let as_text = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(text.clone());
    let subscriber =
        tracing_subscriber::registry().with(as_json.and_then(as_text).with_filter(LevelFilter::INFO));
    let guard = tracing::subscriber::set_default(subscriber);
    every_kind().await;
    drop(guard);

    let mut seen: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in json.text().lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        let target = line["target"].as_str().unwrap();
        let is_of = |own: &str| target == own || target.starts_with(&format!("{own}::"));
        // That a registry was applied is about no request.
        let handling = HANDLING.iter().any(|own| is_of(own)) && target != "api::registry";
        if handling {
            assert_eq!(line["span"]["name"], "input", "it is written outside of an input: {line}");
            assert_eq!(line["spans"].as_array().map(Vec::len), Some(1), "one input at a time: {line}");
        }
        if line["message"] == "the input is committed" {
            let kind = line["span"]["kind"].as_str().unwrap().to_owned();
            seen.entry(kind).or_default().push(line["span"].clone());
        }
    }
    assert_eq!(KNOWN.map(|(kind, _)| kind), InputKind::ALL);
    for (kind, fields) in KNOWN {
        let spans = seen.get(kind.as_str()).unwrap_or_else(|| panic!("no {kind:?} came in: {}", json.text()));
        for span in spans {
            assert!(span["request"].as_str().is_some_and(|id| id.starts_with("req_")), "{kind:?}: {span}");
            for field in fields {
                assert!(
                    span[field].as_str().is_some_and(|said| !said.is_empty()),
                    "{kind:?}: {field}: {span}"
                );
            }
        }
    }
    for line in text.text().lines().filter(|line| line.contains("the input is committed")) {
        let (_, span) = line.split_once("input{kind=").unwrap_or_else(|| panic!("no span: {line}"));
        assert_eq!(span.matches(" request=req_").count(), 1, "a request, once: {line}");
        assert!(span.matches(" peer=").count() <= 1 && span.matches(" message=").count() <= 1, "{line}");
    }
    for private in [PATRON, "Robin", "Reader", "P-4711", "Zzyzxmarker", "/copy/"] {
        assert!(!json.text().contains(private) && !text.text().contains(private), "{private} is in the log");
    }
}
