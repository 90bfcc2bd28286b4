//! The door of a reference subject: HTTP by the book, tolerant reading, and confirmations.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use conformance_tests::edition::Edition;
use conformance_tests::grammar::faults;
use conformance_tests::tree::Element;
use conformance_tests::wire::Confirmed;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use super::{Error, Fault, now, outside};

const MAX_BODY: usize = 1 << 20;

/// What a subject does with a message that was read.
pub(crate) trait Subject: Send + Sync + 'static {
    /// `Ok` to confirm, or what is wrong. The bytes are what a repeat is told by.
    fn take(&self, message: &Element, edition: Edition) -> Result<(), Error>;
    /// Held while a message is handled.
    fn turn(&self) -> &Mutex<()>;
    /// In which way it is wrong.
    fn fault(&self) -> Option<Fault>;
    /// The answer that was given to these bytes before.
    fn remembered(&self, bytes: &[u8]) -> Option<Vec<u8>>;
    /// Keeps an answer, and may spoil it.
    fn remember(&self, bytes: &[u8], answer: Vec<u8>) -> Vec<u8>;
}

/// What is wrong with a value.
pub(crate) fn value(text: &str) -> Error {
    ("UnrecognisedDataValue", text.to_owned())
}

pub(crate) async fn serve(subject: Arc<dyn Subject>) -> String {
    let listener = outside::listen("127.0.0.1:0").await;
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let subject = Arc::clone(&subject);
            let service = service_fn(move |request| {
                let subject = Arc::clone(&subject);
                async move { Ok::<_, Infallible>(answer(&*subject, request).await) }
            });
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move {
                let _ = connection.await;
            });
        }
    });
    format!("http://{address}/iso18626")
}

async fn answer(subject: &dyn Subject, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != "POST" {
        return plain(405, "POST only");
    }
    let kind =
        request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let xml = ["application/xml", "text/xml"].iter().any(|wanted| {
        kind.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with(';'))
    });
    if !xml {
        return plain(415, "application/xml or text/xml");
    }
    let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else {
        return plain(413, "too long, or broken off");
    };
    let bytes = body.to_bytes();
    let (status, kind, body) = handle(subject, &bytes);
    let response = Response::builder().status(status).header("content-type", kind);
    response.body(Full::new(Bytes::from(body))).expect("a plain response")
}

fn plain(status: u16, reason: &'static str) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header("content-type", "text/plain");
    response.body(Full::new(Bytes::from(reason))).expect("a plain response")
}

fn handle(subject: &dyn Subject, bytes: &[u8]) -> (u16, &'static str, Vec<u8>) {
    let _one_at_a_time = subject.turn().lock().expect("no one panicked in there");
    if let Some(answer) = subject.remembered(bytes) {
        return (200, "application/xml", answer);
    }
    let Some(mut text) = decode(bytes) else { return (400, "text/plain", b"an unknown encoding".to_vec()) };
    if subject.fault() == Some(Fault::ExpandsEntities)
        && let (Some(start), Some(end)) = (text.find("<!DOCTYPE"), text.rfind("]>"))
    {
        text = format!("{}{}", &text[..start], &text[end + 2..]).replace("&lol9;", "lol").replace("&x;", "x");
    }
    let tree = match Element::parse(text.as_bytes()) {
        Ok(tree) => tree,
        Err(error) => return (400, "text/plain", error.into_bytes()),
    };
    if tree.name != "ISO18626Message"
        || tree.namespace != conformance_tests::edition::NAMESPACE
        || tree.children.len() != 1
    {
        return (400, "text/plain", b"no ISO18626Message with one message in it".to_vec());
    }
    let message = &tree.children[0];
    if !matches!(message.name.as_str(), "request" | "supplyingAgencyMessage" | "requestingAgencyMessage") {
        return (400, "text/plain", b"no message that can be confirmed".to_vec());
    }
    let edition = edition(&tree);
    let outcome = check(subject, &tree, edition).and_then(|()| subject.take(message, edition));
    let error = outcome.err();
    let error = error.as_ref().map(|(kind, value)| (*kind, value.as_str()));
    let received = now();
    let answer = Confirmed { message: &tree, received: &received, error }.xml(edition).into_bytes();
    (200, "application/xml", subject.remember(bytes, answer))
}

/// By what it says, unless the content speaks against it.
fn edition(tree: &Element) -> Edition {
    let said = tree.attribute("version").is_some_and(|version| version.value.contains("2021"));
    let said = if said { Edition::V2021_2 } else { Edition::V1_2 };
    let lacks = |edition| faults(tree, edition).iter().filter(|fault| fault.contains(": expected <")).count();
    if lacks(said) > lacks(said.other()) { said.other() } else { said }
}

fn check(subject: &dyn Subject, tree: &Element, edition: Edition) -> Result<(), Error> {
    let message = &tree.children[0];
    for (path, kind) in [
        ("action", "UnsupportedActionType"),
        ("messageInfo/reasonForMessage", "UnsupportedReasonForMessageType"),
    ] {
        let bad = faults(tree, edition).into_iter().find(|fault| fault.contains(&format!("/{path} is")));
        if subject.fault() == Some(Fault::AnyActionGoes) && bad.is_some() {
            return Ok(());
        }
        if let (Some(bad), Some(_)) = (bad, message.at(path)) {
            return Err((kind, bad));
        }
    }
    for fault in faults(tree, edition) {
        // An empty status in a Notification is seen in the wild.
        if fault.contains("statusInfo/status is \"\"") {
            continue;
        }
        if fault.contains("which is not a valid") {
            return Err(("UnrecognisedDataValue", fault));
        }
        if fault.contains(": expected <") {
            return Err(("BadlyFormedMessage", fault));
        }
    }
    if message.text_at("header/requestingAgencyRequestId").is_none_or(str::is_empty) {
        return Err(("UnrecognisedDataValue", "requestingAgencyRequestId is empty".to_owned()));
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(100)]).to_ascii_lowercase();
            if start.contains("encoding=\"iso-8859-1\"") {
                return Some(bytes.iter().map(|&byte| char::from(byte)).collect());
            }
            String::from_utf8(bytes.to_vec()).ok()
        }
    }
}
