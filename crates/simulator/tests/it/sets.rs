//! A set of libraries from a file: read, played until told to stop, and shown.

use std::sync::Arc;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use iso18626::Edition;
use simulator::{NewRequest, SetFile, SimulateOptions, SimulatorEvent, run, scenario::document};
use tokio::sync::{mpsc, oneshot};

use crate::support::{Pair, SOON, clock};

#[test]
fn the_example_in_the_document_is_a_set() {
    let document = document();
    let (_, example) = document.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let set = SetFile::parse(example).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(set.libraries.len(), 2);
    assert_eq!(set.libraries[0].config.port, 19001);
    assert_eq!(set.libraries[0].named.len(), 2);
    assert_eq!(set.libraries[0].titles.len(), 1);
    assert_eq!(set.libraries[1].config.edition, Edition::V2021_2);
    assert_eq!(set.libraries[1].requests.len(), 1);
}

#[test]
fn a_set_that_names_no_broker_turns_to_the_gateway_here() {
    let set = SetFile::parse("[[library]]\nsymbol = \"ISIL:A\"\n").unwrap();
    assert_eq!(set.libraries[0].config.far.url, "http://127.0.0.1:18626/iso18626");
}

#[test]
fn everything_wrong_with_a_file_is_told_at_once() {
    let text = "broker = \"http://127.0.0.1:1/\"\nlisten = \"here\"\n[scenarios]\nbad = \"lonaed\"\n\n[[library]]\nsymbol = \"ISIL:A\"\n\
                edition = \"3.0\"\nscenario = \"renew maybe\"\n";
    let problems = SetFile::parse(text).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(2, 10), (4, 7), (8, 11), (9, 12)], "{problems:?}");
    assert!(problems[1].sentence.contains("did you mean `loaned`?"), "{problems:?}");

    let unknown =
        SetFile::parse("broker = \"x\"\n[[library]]\nsymbol = \"A\"\ncolour = \"red\"\n").unwrap_err();
    assert_eq!(unknown[0].line, 4);
    assert!(unknown[0].sentence.contains("colour"), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_played_until_it_is_stopped() {
    // The broker of this set is a library too: it lends.
    let broker = Pair::start(Edition::V2021_2, "will-supply, loaned, loan-completed on shipped-return").await;
    let text = format!(
        "broker = \"{}\"\nbroker-symbol = \"ISIL:SUP\"\n[[library]]\nsymbol = \"ISIL:REQ\"\nname = \"Boulder\"\npace-milliseconds = 1\n\
         [[library.request]]\ntitle = \"Lichens\"\nplan = \"received on loaned, shipped-return\"\n",
        broker.supplier.url()
    );
    let (tell, mut told) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let options = SimulateOptions {
        set: SetFile::parse(&text).unwrap(),
        clock: clock(),
        on_event: Arc::new(move |event| {
            let _ = tell.send(event);
        }),
        shutdown: Box::pin(async move {
            let _ = stopped.await;
        }),
    };
    let running = tokio::spawn(run(options));
    let SimulatorEvent::Listening { symbol, url, .. } = told.recv().await.unwrap() else {
        panic!("no listener")
    };
    assert_eq!(symbol, "ISIL:REQ");
    broker.supplier.turn_to(&simulator::FarSide::new(url, "ISIL:REQ")).unwrap();
    loop {
        let SimulatorEvent::Exchange(entry) = told.recv().await.unwrap() else { panic!("not sent") };
        if entry.says.starts_with("LoanCompleted") {
            break;
        }
    }
    stop.send(()).unwrap();
    let played = running.await.unwrap().unwrap();
    assert_eq!(played.libraries, 1);
    assert!(played.exchanges >= 6, "{played:?}");
}

async fn get(url: &str) -> (u16, String) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let answer = client.get(url.parse().unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flow_log_is_there_as_json_and_as_a_page_without_patron_data() {
    let pair = Pair::start(Edition::V1_2, "will-supply").await;
    let patron = iso18626::PatronInfo { surname: Some("Marker<Name".to_owned()), ..Default::default() };
    let request = NewRequest::loan("Lichens & Mosses <1927>").patron(patron);
    let conversation = pair.requester.send_request(request).await.unwrap();
    conversation.wait_for_status(iso18626::Status::WillSupply, SOON).await.unwrap();
    let base = format!("http://{}", pair.supplier.address());
    // What it said is in its log once its confirmation is there.
    let said = async || get(&base).await.1.contains("WillSupply (RequestResponse)");
    testkit::until("the supplier's log has what it said", said).await;

    let (status, json) = get(&format!("{base}/log")).await;
    assert_eq!(status, 200);
    let entries: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(entries[0]["direction"], "in");
    assert_eq!(entries[0]["kind"], "request");
    assert_eq!(entries[0]["outcome"], "confirmed");
    assert_eq!(entries[0]["peer"], "ISIL:REQ");
    assert_eq!(entries[0]["request"], conversation.id());

    let (status, page) = get(&base).await;
    assert_eq!(status, 200);
    assert!(
        page.contains("Lichens &amp; Mosses &lt;1927&gt;") && page.contains("WillSupply (RequestResponse)"),
        "{page}"
    );
    assert!(!page.contains("Mosses <1927>"));
    assert!(!page.contains("Marker") && !json.contains("Marker"), "patron data is shown");
    assert_eq!(get(&format!("{base}/nothing")).await.0, 404);
}
