//! HTTP as the suite speaks it: an ordinary client, a client that writes whatever bytes it is told (to be slow, broken or odd on
//! purpose), and the reading half of a server whose answers may be odd as well.

use std::collections::BTreeMap;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, Uri};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::real_time;

/// No message or answer of a subject is longer than this.
const MAX_BODY: usize = 32 << 20;

/// An HTTP answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Its Content-Type.
    pub content_type: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The client for one subject.
#[derive(Clone)]
pub struct Client {
    pool: Connections,
    url: Uri,
    headers: BTreeMap<String, String>,
    limit: Duration,
}

/// Certificates are read only where they are needed.
#[derive(Clone)]
enum Connections {
    Plain(Pool<HttpConnector, Full<Bytes>>),
    Tls(Pool<hyper_rustls::HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl Client {
    /// A client that posts to `url`, with these headers on every request.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the URL or this machine's certificates.
    pub fn new(url: &str, headers: BTreeMap<String, String>, limit: Duration) -> Result<Client, String> {
        let url: Uri = url.parse().map_err(|error| format!("{url:?} is no URL: {error}"))?;
        if !matches!(url.scheme_str(), Some("http" | "https")) || url.host().is_none() {
            return Err(format!("{url} is no http:// or https:// URL"));
        }
        if url.scheme_str() == Some("http") {
            let pool = Connections::Plain(Pool::builder(TokioExecutor::new()).build(HttpConnector::new()));
            return Ok(Client { pool, url, headers, limit });
        }
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| format!("no TLS: {error}"))?
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().build();
        let pool = Connections::Tls(Pool::builder(TokioExecutor::new()).build(connector));
        Ok(Client { pool, url, headers, limit })
    }

    /// `host:port`, where the subject speaks plain HTTP; only then can bytes be written to it at will.
    #[must_use]
    pub fn plain_address(&self) -> Option<String> {
        let host = self.url.host()?;
        (self.url.scheme_str() == Some("http"))
            .then(|| format!("{host}:{}", self.url.port_u16().unwrap_or(80)))
    }

    /// The path and the host, for a request written by hand.
    #[must_use]
    pub fn path_and_host(&self) -> (String, String) {
        let path = self.url.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        (path, self.url.authority().map(ToString::to_string).unwrap_or_default())
    }

    /// The extra headers, as lines for a request written by hand.
    #[must_use]
    pub fn header_lines(&self) -> String {
        self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
    }

    /// Sends a request with a body and waits for the whole answer.
    ///
    /// # Errors
    /// A sentence: no connection, no answer in time.
    pub async fn send(
        &self,
        method: &str,
        content_type: Option<&str>,
        headers: &BTreeMap<String, String>,
        body: Vec<u8>,
    ) -> Result<Answer, String> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = Request::builder().method(method).uri(self.url.clone());
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        for (name, value) in self.headers.iter().chain(headers) {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())?;
        let exchange = async {
            let response = match &self.pool {
                Connections::Plain(pool) => pool.request(request).await,
                Connections::Tls(pool) => pool.request(request).await,
            };
            let response = response.map_err(|error| causes(&error))?;
            let status = response.status().as_u16();
            let content_type = response.headers().get("content-type");
            let content_type = content_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
            let body =
                response.into_body().collect().await.map_err(|error| causes(&error))?.to_bytes().to_vec();
            Ok(Answer { status, content_type, body })
        };
        real_time::within(self.limit, exchange)
            .await
            .unwrap_or_else(|| Err(format!("no whole answer within {} s", self.limit.as_secs())))
    }

    /// Opens a connection to write to by hand.
    ///
    /// # Errors
    /// A sentence: the subject speaks TLS, or no connection.
    pub async fn open(&self) -> Result<Wire, String> {
        let address = self.plain_address().ok_or("the subject speaks TLS")?;
        let stream = real_time::connect(&address).await.map_err(|error| format!("no connection: {error}"))?;
        Ok(Wire { stream, limit: self.limit })
    }
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// A connection to the subject, written to by hand.
pub struct Wire {
    stream: TcpStream,
    limit: Duration,
}

impl Wire {
    /// Writes these bytes now.
    ///
    /// # Errors
    /// A sentence, when the subject closed.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match real_time::within(self.limit, write).await {
            Some(result) => result.map_err(|error| format!("the subject closed: {error}")),
            None => Err("the subject reads no more".to_owned()),
        }
    }

    /// Reads one answer.
    ///
    /// # Errors
    /// A sentence: closed, or no answer in time.
    pub async fn answer(&mut self) -> Result<Answer, String> {
        let limit = self.limit;
        let read = async {
            let message = Message::read(&mut self.stream).await?;
            let status = message.first.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
            let content_type = message.header("content-type").map(str::to_owned);
            Ok(Answer { status, content_type, body: message.body })
        };
        real_time::within(limit, read).await.unwrap_or_else(|| Err("no answer in time".to_owned()))
    }
}

/// An HTTP/1 message as read from a connection: its first line, its headers, its body.
#[derive(Clone, Debug)]
pub struct Message {
    /// The request line or status line.
    pub first: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// A header's value, whatever case its name is written in.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Reads one message.
    ///
    /// # Errors
    /// A sentence: closed early, or not HTTP.
    pub async fn read(stream: &mut TcpStream) -> Result<Message, String> {
        let mut bytes = Vec::new();
        let head_end = loop {
            if let Some(place) = find(&bytes, b"\r\n\r\n") {
                // A 1xx is a word in between: the answer follows.
                if bytes.starts_with(b"HTTP/1.1 1") {
                    bytes.drain(..place + 4);
                    continue;
                }
                break place;
            }
            if bytes.len() > 1 << 20 {
                return Err("an endless head".to_owned());
            }
            more(stream, &mut bytes).await?;
        };
        let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers =
            headers.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
        let mut message = Message { first, headers, body: Vec::new() };
        let mut rest = bytes.split_off(head_end + 4);
        let chunked = message.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
        if chunked {
            message.body = read_chunks(stream, rest).await?;
            return Ok(message);
        }
        let length = message.header("content-length").and_then(|value| value.parse::<usize>().ok());
        let is_answer = message.first.starts_with("HTTP/");
        match length {
            Some(length) if length <= MAX_BODY => {
                while rest.len() < length {
                    more(stream, &mut rest).await?;
                }
                rest.truncate(length);
            }
            Some(_) => return Err("a body too long to be true".to_owned()),
            None if is_answer => while more(stream, &mut rest).await.is_ok() && rest.len() < MAX_BODY {},
            None => rest.clear(),
        }
        message.body = rest;
        Ok(message)
    }
}

async fn read_chunks(stream: &mut TcpStream, mut rest: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let line_end = loop {
            match find(&rest, b"\r\n") {
                Some(place) => break place,
                None => more(stream, &mut rest).await?,
            }
        };
        let line = String::from_utf8_lossy(&rest[..line_end]).into_owned();
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| format!("{size:?} is no chunk size"))?;
        let end = line_end + 2 + size.min(MAX_BODY) + 2;
        while rest.len() < end {
            more(stream, &mut rest).await?;
        }
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&rest[line_end + 2..end - 2]);
        rest.drain(..end);
        if body.len() > MAX_BODY {
            return Err("a body too long to be true".to_owned());
        }
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<(), String> {
    match stream.read_buf(bytes).await {
        Ok(0) => Err("the connection was closed".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the connection broke: {error}")),
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
