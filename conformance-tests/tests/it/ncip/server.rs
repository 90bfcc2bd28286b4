//! The doors of the reference router: HTTP by the book, and bare connections.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use conformance_tests::http::Client;
use conformance_tests::ncip::{Member, Transport};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::faults::Fault;
use super::reference::Router;
use crate::reference::outside;

const MAX_BODY: usize = 1 << 20;

/// Opens both doors: the URL, and the address for bare connections.
pub(crate) async fn serve(router: Arc<Router>) -> (String, String) {
    let (http, bare) = (outside::listen("127.0.0.1:0").await, outside::listen("127.0.0.1:0").await);
    let url = format!("http://{}/ncip", http.local_addr().expect("it listens"));
    let tcp = bare.local_addr().expect("it listens").to_string();
    let by_http = Arc::clone(&router);
    tokio::spawn(async move {
        while let Ok((stream, _)) = http.accept().await {
            let router = Arc::clone(&by_http);
            let service = service_fn(move |request| {
                let router = Arc::clone(&router);
                async move { Ok::<_, Infallible>(answer(&router, request).await) }
            });
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move {
                let _ended = connection.await;
            });
        }
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = bare.accept().await {
            tokio::spawn(talk(Arc::clone(&router), stream));
        }
    });
    (url, tcp)
}

async fn answer(router: &Router, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if router.dead.load(Ordering::Relaxed) {
        return plain(503, "gone");
    }
    if request.method() != "POST" {
        let breaks = router.fault == Some(Fault::BreaksOn("get"));
        return plain(if breaks { 500 } else { 405 }, "POST only");
    }
    let kind =
        request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    if let Some(Fault::TurnsAway(mark)) = router.fault
        && kind.contains(mark)
    {
        return plain(415, "application/xml");
    }
    let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else {
        let takes = router.fault == Some(Fault::TakesTheUnreadable);
        return plain(if takes { 500 } else { 413 }, "too long, or broken off");
    };
    let bytes = body.to_bytes().to_vec();
    let bytes = if kind.starts_with("application/x-www-form-urlencoded") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(Fault::TurnsAway(mark)) = router.fault
            && text.starts_with(mark)
        {
            return plain(400, "no such field");
        }
        decoded(text.split_once('=').map_or("", |(_, value)| value))
    } else if kind.starts_with("application/xml") || kind.starts_with("text/xml") {
        bytes
    } else {
        let breaks = matches!(router.fault, Some(Fault::BreaksOn(mark)) if kind.contains(mark));
        return plain(if breaks { 500 } else { 415 }, "application/xml or text/xml");
    };
    if bytes.is_empty() {
        if router.fault == Some(Fault::EmptyBodyIsTaken) {
            return plain(204, "");
        }
        return plain(400, "an empty body");
    }
    let answer = router.answer(&bytes).await;
    let status = if answer.problem && router.fault == Some(Fault::HttpErrorForProblems) { 500 } else { 200 };
    let kind = match router.fault {
        Some(Fault::AnswersAsHtml) => "text/html",
        _ => "application/xml; charset=utf-8",
    };
    let response = Response::builder().status(status).header("content-type", kind);
    response.body(Full::new(Bytes::from(answer.text))).expect("a plain response")
}

fn decoded(value: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or_default());
            }
            other => bytes.push(other),
        }
    }
    bytes
}

fn plain(status: u16, reason: &'static str) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::new(Bytes::from(reason))).expect("a plain response")
}

async fn talk(router: Arc<Router>, mut stream: TcpStream) {
    let mut bytes = Vec::with_capacity(1 << 16);
    loop {
        let end = match router.fault {
            Some(Fault::CutsAtTheWord) => cut_at_the_word(&bytes),
            _ => message_end(&bytes),
        };
        if router.dead.load(Ordering::Relaxed) {
            return;
        }
        if let Some(end) = end {
            if !bytes.trim_ascii_start().starts_with(b"<") && router.fault == Some(Fault::DiesOfGarbage) {
                router.dead.store(true, Ordering::Relaxed);
                return;
            }
            let after = bytes.split_off(end);
            let message = std::mem::replace(&mut bytes, after);
            let answer = router.answer(&message).await;
            if stream.write_all(format!("{}\n", answer.text).as_bytes()).await.is_err() {
                return;
            }
            if router.fault == Some(Fault::OneMessageAConnection) {
                return;
            }
            if router.fault == Some(Fault::DropsTheRest) {
                bytes.clear();
            }
            continue;
        }
        if router.fault == Some(Fault::FirstPieceIsAll) && !bytes.trim_ascii().is_empty() {
            return;
        }
        if bytes.len() > MAX_BODY || !matches!(stream.read_buf(&mut bytes).await, Ok(count) if count > 0) {
            if router.fault == Some(Fault::DiesOfTheHalf) && !bytes.trim_ascii().is_empty() {
                router.dead.store(true, Ordering::Relaxed);
            }
            return;
        }
    }
}

fn cut_at_the_word(bytes: &[u8]) -> Option<usize> {
    let word = b"</NCIPMessage>";
    bytes.windows(word.len()).position(|window| window == word).map(|place| place + word.len())
}

/// The end of the first message: the end tag of its root, outside of comments and CDATA.
fn message_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let open = bytes[at..].iter().position(|&byte| byte == b'<')? + at;
        let rest = &bytes[open..];
        let (start, stop): (&[u8], &[u8]) = if rest.starts_with(b"<!--") {
            (b"<!--", b"-->")
        } else if rest.starts_with(b"<![CDATA[") {
            (b"<![CDATA[", b"]]>")
        } else {
            (b"<", b">")
        };
        let close = rest[start.len()..].windows(stop.len()).position(|window| window == stop)?;
        let end = open + start.len() + close + stop.len();
        let tag = &bytes[open..end];
        if tag.starts_with(b"</") {
            let name = tag[2..tag.len() - 1].trim_ascii();
            let name = name.rsplit(|&byte| byte == b':').next().unwrap_or(name);
            if name == b"NCIPMessage" || name == b"NCIPVersionMessage" {
                return Some(end);
            }
        }
        at = end;
    }
}

/// Asks a member's system over its transport.
pub(crate) async fn ask(url: &str, bare: bool, message: &str, limit: Duration) -> Result<Vec<u8>, String> {
    if !bare {
        let client = Client::new(url, std::collections::BTreeMap::new(), limit)?;
        let none = std::collections::BTreeMap::new();
        let answer = client.send("POST", Some("application/xml"), &none, message.as_bytes().to_vec()).await?;
        return if answer.status == 200 { Ok(answer.body) } else { Err(format!("HTTP {}", answer.status)) };
    }
    let talk = async {
        let mut stream = outside::connect(url).await.map_err(|error| error.to_string())?;
        stream.write_all(message.as_bytes()).await.map_err(|error| error.to_string())?;
        stream.write_all(b"\n").await.map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        loop {
            if let Some(end) = message_end(&bytes) {
                bytes.truncate(end);
                return Ok(bytes);
            }
            if !matches!(stream.read_buf(&mut bytes).await, Ok(count) if count > 0) {
                return Err("closed".to_owned());
            }
        }
    };
    outside::within(limit, talk).await.unwrap_or_else(|| Err("no answer in time".to_owned()))
}

/// Asks a member's system and takes what comes first for all of it: the HTTP status, and the bytes.
pub(crate) async fn ask_hastily(
    to: &Member,
    message: &str,
    limit: Duration,
) -> Result<(u16, Vec<u8>), String> {
    let is_http = to.transport == Transport::Http;
    let rest = to.url.trim_start_matches("http://");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/xml\r\ncontent-length: {}\r\n\r\n",
        message.len()
    );
    let talk = async {
        let mut stream = outside::connect(host).await.map_err(|error| error.to_string())?;
        let message = if is_http { format!("{head}{message}") } else { format!("{message}\n") };
        stream.write_all(message.as_bytes()).await.map_err(|error| error.to_string())?;
        let mut bytes = Vec::with_capacity(1 << 16);
        while matches!(stream.read_buf(&mut bytes).await, Ok(count) if count > 0) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match text.split_once("\r\n\r\n") {
                _ if !is_http => return Ok((200, bytes)),
                Some((head, body)) if !body.is_empty() => {
                    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
                    return Ok((status.unwrap_or(200), body.as_bytes().to_vec()));
                }
                _ => {}
            }
        }
        Err("closed".to_owned())
    };
    outside::within(limit, talk).await.unwrap_or_else(|| Err("no answer in time".to_owned()))
}
