//! One message to an ILS, and its answer: posted over HTTP(S), or written to a plain or TLS connection and read to the end tag. All of it
//! bounded. A failure says whose it is, and whether the message can have arrived. Must never try again by itself, nor look at what a
//! message says.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use dialects::ncip::PostFormat;
use errors::Blame;
use hyper::{
    HeaderMap, StatusCode, Uri,
    body::Bytes,
    header::{CONTENT_TYPE, HeaderValue},
};
use loan_model::MayHaveArrived;
use ncip::framing::Framer;
use net::{
    Cause, Clock, Seams, Secured, Tls, connect,
    http::{ClientLimits, HttpClient, Outgoing},
    timeout,
};
use runtime::outbox::may_have_arrived;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How much is read from a connection at once.
const READ_CHUNK: usize = 8 << 10;

/// Where an ILS answers.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// Messages are posted there.
    Http {
        /// The URL: `http` or `https`.
        url: Uri,
        /// Headers sent with each message: credentials, mostly.
        headers: HeaderMap,
        /// In which form they are posted.
        format: PostFormat,
    },
    /// Messages are written to a connection, each with a line end after it, and answers read to their end tag.
    Socket {
        /// A name or an address.
        host: String,
        /// The port.
        port: u16,
        /// Whether the connection is secured.
        secured: Secured,
    },
}

/// A link to an ILS. Clones share its connections.
#[derive(Clone)]
pub struct NcipLink {
    wire: Wire,
    clock: Arc<dyn Clock>,
    limits: ClientLimits,
}

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "one is kept for each member's system")]
enum Wire {
    Http { client: HttpClient, url: Uri, headers: HeaderMap, format: PostFormat },
    Socket { seams: Seams, tls: Tls, host: String, port: u16, secured: Secured },
}

/// What an ILS answered.
#[derive(Clone, PartialEq, Eq)]
pub struct NcipAnswer {
    /// The HTTP status, where it came over HTTP. Some systems send their problems with another than 200.
    pub status: Option<StatusCode>,
    /// The bytes.
    pub body: Bytes,
}

impl fmt::Debug for NcipAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NcipAnswer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// No answer came that could be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NcipFailure {
    /// Whose fault it most likely is.
    pub blame: Blame,
    /// Why, for an operator; without the message.
    pub why: String,
    /// Whether the message can have arrived all the same.
    pub may_have_arrived: MayHaveArrived,
    /// What kept the line from being used.
    pub cause: Cause,
}

/// Why no answer came on a bare connection.
struct Lost {
    why: String,
    cause: Cause,
}

impl Lost {
    fn of(before: &str, why: &(dyn Error + 'static)) -> Self {
        Self { why: format!("{before}{why}"), cause: Cause::of(why) }
    }
}

impl From<String> for Lost {
    fn from(why: String) -> Self {
        Self { why, cause: Cause::Other }
    }
}

impl NcipLink {
    /// A link to an ILS, within these limits.
    pub fn new(seams: &Seams, tls: &Tls, endpoint: Endpoint, limits: ClientLimits) -> Self {
        let wire = match endpoint {
            Endpoint::Http { url, headers, format } => {
                let mut map = headers;
                map.entry(CONTENT_TYPE).or_insert(content_type(format));
                Wire::Http { client: HttpClient::new(seams, tls, limits), url, headers: map, format }
            }
            Endpoint::Socket { host, port, secured } => {
                Wire::Socket { seams: seams.clone(), tls: tls.clone(), host, port, secured }
            }
        };
        Self { wire, clock: Arc::clone(&seams.clock), limits }
    }

    /// Sends a message and gives what comes back.
    ///
    /// # Errors
    /// When no whole answer comes within the limits, or what comes cannot be meant as one.
    pub async fn exchange(&self, message: Bytes) -> Result<NcipAnswer, NcipFailure> {
        match &self.wire {
            Wire::Http { client, url, headers, format } => {
                let body = posted(*format, message);
                let outgoing = Outgoing { url: url.clone(), headers: headers.clone(), body };
                let answer = client.post(outgoing).await.map_err(|failure| NcipFailure {
                    blame: Blame::Peer,
                    why: failure.why,
                    may_have_arrived: may_have_arrived(failure.sent),
                    cause: failure.cause,
                })?;
                judge(answer.status, answer.body)
            }
            Wire::Socket { seams, tls, host, port, secured } => {
                let mut may_have_arrived = MayHaveArrived::No;
                let talking =
                    self.talk((seams, tls), (host, *port, *secured), &message, &mut may_have_arrived);
                let told = timeout(&*self.clock, self.limits.total, talking).await;
                let told = told.unwrap_or_else(|_| {
                    Err(format!("no whole answer within {:?}", self.limits.total).into())
                });
                match told {
                    Ok(body) => Ok(NcipAnswer { status: None, body: body.into() }),
                    Err(Lost { why, cause }) => {
                        Err(NcipFailure { blame: Blame::Peer, why, may_have_arrived, cause })
                    }
                }
            }
        }
    }

    async fn talk(
        &self,
        (seams, tls): (&Seams, &Tls),
        (host, port, secured): (&str, u16, Secured),
        message: &[u8],
        may_have_arrived: &mut MayHaveArrived,
    ) -> Result<Vec<u8>, Lost> {
        let connecting = connect(seams, tls, secured, (host, port), self.limits.connect);
        let mut stream = connecting.await.map_err(|why| Lost::of("", &*why))?;
        *may_have_arrived = MayHaveArrived::Yes;
        let writing = async {
            stream.write_all(message).await?;
            stream.write_all(b"\n").await?;
            stream.flush().await
        };
        let written = timeout(&*self.clock, self.limits.read, writing).await;
        let silence = |read: Duration| format!("it said nothing for {read:?}");
        written
            .map_err(|_| format!("it took nothing for {:?}", self.limits.read))?
            .map_err(|why| Lost::of("the message could not be written: ", &why))?;
        let mut framer = Framer::new(self.limits.body_bytes);
        let mut piece = vec![0; READ_CHUNK];
        loop {
            let read = timeout(&*self.clock, self.limits.read, stream.read(&mut piece)).await;
            let count = read
                .map_err(|_| silence(self.limits.read))?
                .map_err(|why| Lost::of("the answer broke off: ", &why))?;
            if count == 0 {
                let why = match framer.unfinished().len() {
                    0 => "it closed the connection without an answer".to_owned(),
                    bytes => {
                        format!("it closed the connection after {bytes} bytes that are no whole message")
                    }
                };
                return Err(why.into());
            }
            framer.push(&piece[..count]);
            if let Some(answer) = framer.next_message().map_err(|why| why.to_string())? {
                return Ok(answer);
            }
        }
    }
}

impl fmt::Debug for NcipLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("NcipLink");
        match &self.wire {
            Wire::Http { url, .. } => shown.field("url", url),
            Wire::Socket { host, port, .. } => shown.field("host", host).field("port", port),
        };
        shown.finish_non_exhaustive()
    }
}

/// Whether an HTTP answer can be meant as NCIP: problems travel with any status, so it is the body that counts where there is one.
fn judge(status: StatusCode, body: Bytes) -> Result<NcipAnswer, NcipFailure> {
    if status.is_success() || is_ncip(&body) {
        return Ok(NcipAnswer { status: Some(status), body });
    }
    // What refuses a post for its path, its credentials or its form has not looked at the message.
    let refused = status.is_redirection()
        || matches!(status.as_u16(), 401 | 403 | 404 | 405 | 407 | 410 | 411 | 413 | 415 | 421 | 426 | 431);
    Err(NcipFailure {
        blame: if refused { Blame::Settings } else { Blame::Peer },
        why: format!("it answered with the HTTP status {status} and no message"),
        may_have_arrived: if refused { MayHaveArrived::No } else { MayHaveArrived::Yes },
        cause: Cause::Other,
    })
}

/// Whether there is an element in it that is no web page's.
fn is_ncip(body: &[u8]) -> bool {
    ["NCIPMessage", "NCIPVersionMessage", "Problem"]
        .iter()
        .any(|name| body.windows(name.len()).any(|part| part == name.as_bytes()))
}

fn content_type(format: PostFormat) -> HeaderValue {
    HeaderValue::from_static(match format {
        PostFormat::ApplicationXml => "application/xml; charset=\"utf-8\"",
        PostFormat::TextXml => "text/xml; charset=\"utf-8\"",
        PostFormat::Form => "application/x-www-form-urlencoded",
    })
}

/// A message as it is posted.
fn posted(format: PostFormat, message: Bytes) -> Bytes {
    if format != PostFormat::Form {
        return message;
    }
    let mut form = b"xml=".to_vec();
    for &byte in message.iter() {
        if byte.is_ascii_alphanumeric() {
            form.push(byte);
        } else {
            form.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    form.into()
}
