//! The client: one post, one answer, all of it bounded. It follows no redirect, uses no proxy of the environment, and says of a
//! failure whether anything of the body can have been sent. Must never try again by itself: that is the outbox's.

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::BodyExt;
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Body, Bytes, Frame, SizeHint},
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER, USER_AGENT},
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use tokio::sync::Notify;

use super::{connector::Connector, timer::SeamTimer};
use crate::{
    seams::{Clock, Seams, timeout},
    tls::{Cause, Tls},
};

/// How long a connection may lie idle before another post: shorter than the usual keep-alive of servers, so that posts seldom
/// run into a closing one.
const IDLE: Duration = Duration::from_secs(4);

/// What an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientLimits {
    /// How long connecting may take: name, TCP and TLS.
    pub connect: Duration,
    /// How long the other end may be silent.
    pub read: Duration,
    /// How long the whole exchange may take.
    pub total: Duration,
    /// How large an answer's body may be.
    pub body_bytes: usize,
    /// How large an answer's head may be.
    pub header_bytes: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            total: Duration::from_secs(60),
            body_bytes: 1 << 20,
            header_bytes: 64 << 10,
        }
    }
}

/// What is posted.
#[derive(Clone)]
pub struct Outgoing {
    /// Where to.
    pub url: Uri,
    /// The headers, the content's type among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body's media type, as told.
    pub content_type: Option<String>,
    /// When to come back, as told.
    pub retry_after: Option<String>,
    /// Where it points to instead.
    pub location: Option<String>,
    /// The body.
    pub body: Bytes,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Failure {
    /// Why, for an operator.
    pub why: String,
    /// What can have been sent.
    pub sent: Sent,
    /// What kept the line from being used.
    pub cause: Cause,
}

/// What of a post can have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing of the body: it cannot have arrived.
    Nothing,
    /// Something of the body, or all of it.
    Something,
}

/// A client of one peer, with connections of its own.
#[derive(Clone)]
pub struct HttpClient {
    client: Client<Connector, Tracked>,
    clock: Arc<dyn Clock>,
    limits: ClientLimits,
}

impl HttpClient {
    /// A client with these limits.
    pub fn new(seams: &Seams, tls: &Tls, limits: ClientLimits) -> Self {
        let clock = Arc::clone(&seams.clock);
        let connector = Connector::new(Arc::clone(&seams.net), Arc::clone(&clock), tls, limits.connect);
        let client = Client::builder(TokioExecutor::new())
            .timer(SeamTimer(Arc::clone(&clock)))
            .pool_timer(SeamTimer(Arc::clone(&clock)))
            .pool_idle_timeout(IDLE)
            .http1_max_buf_size(limits.header_bytes.max(8 << 10))
            .build(connector);
        Self { client, clock, limits }
    }

    /// Posts, and gives what comes back whatever its status.
    ///
    /// # Errors
    /// When no whole answer comes within the limits.
    pub async fn post(&self, outgoing: Outgoing) -> Result<Answer, Failure> {
        let begun = Arc::new(Begun::default());
        let exchange = self.exchange(outgoing, Arc::clone(&begun));
        let told = timeout(&*self.clock, self.limits.total, exchange).await;
        let late = || Lost::from(format!("no whole answer within {:?}", self.limits.total));
        told.unwrap_or_else(|_| Err(late())).map_err(|Lost { why, cause }| {
            let sent = if begun.told.load(Ordering::Acquire) { Sent::Something } else { Sent::Nothing };
            Failure { why, sent, cause }
        })
    }

    async fn exchange(&self, outgoing: Outgoing, begun: Arc<Begun>) -> Result<Answer, Lost> {
        let silence = || format!("it said nothing for {:?}", self.limits.read);
        let length = outgoing.body.len();
        let mut request = Request::new(Tracked { left: Some(outgoing.body), begun: Arc::clone(&begun) });
        *request.method_mut() = Method::POST;
        *request.uri_mut() = outgoing.url;
        *request.headers_mut() = outgoing.headers;
        request.headers_mut().insert(CONTENT_LENGTH, length.into());
        request.headers_mut().entry(USER_AGENT).or_insert(hyper::header::HeaderValue::from_static(AGENT));

        let silent = async {
            begun.bell.notified().await;
            self.clock.sleep(self.limits.read).await;
        };
        let response = tokio::select! {
            response = self.client.request(request) => response.map_err(|why| Lost::of("", &why))?,
            () = silent => return Err(silence().into()),
        };
        let (parts, mut body) = Response::into_parts(response);
        let mut bytes = Vec::new();
        self.fits(body.size_hint().lower())?;
        while let Some(frame) =
            timeout(&*self.clock, self.limits.read, body.frame()).await.map_err(|_| silence())?
        {
            let frame = frame.map_err(|why| Lost::of("the answer broke off: ", &why))?;
            if let Some(data) = frame.data_ref() {
                self.fits((bytes.len() + data.len()) as u64)?;
                bytes.extend_from_slice(data);
            }
        }
        let text = |name: HeaderName| {
            parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Ok(Answer {
            status: parts.status,
            content_type: text(CONTENT_TYPE),
            retry_after: text(RETRY_AFTER),
            location: text(LOCATION),
            body: bytes.into(),
        })
    }

    fn fits(&self, size: u64) -> Result<(), String> {
        let limit = self.limits.body_bytes;
        if size <= limit as u64 { Ok(()) } else { Err(format!("its answer is larger than {limit} bytes")) }
    }
}

const AGENT: &str = concat!("illgate/", env!("CARGO_PKG_VERSION"));

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Why no answer came.
struct Lost {
    why: String,
    cause: Cause,
}

impl Lost {
    fn of(before: &str, why: &(dyn Error + 'static)) -> Self {
        Self { why: format!("{before}{}", chain(why)), cause: Cause::of(why) }
    }
}

impl From<String> for Lost {
    fn from(why: String) -> Self {
        Self { why, cause: Cause::Other }
    }
}

/// An error with its causes, which often say more than it does.
fn chain(why: &dyn Error) -> String {
    let mut text = why.to_string();
    let mut cause = why.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = next.source();
    }
    text
}

/// Whether a body was asked for, and so may have been written.
#[derive(Default)]
struct Begun {
    told: AtomicBool,
    bell: Notify,
}

impl Begun {
    fn tell(&self) {
        if !self.told.swap(true, Ordering::AcqRel) {
            self.bell.notify_one();
        }
    }
}

/// A body that tells when it was first asked for: until then nothing of it can have been written.
struct Tracked {
    left: Option<Bytes>,
    begun: Arc<Begun>,
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.begun.tell();
        Poll::Ready(self.left.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.as_ref().map_or(0, Bytes::len) as u64)
    }
}
