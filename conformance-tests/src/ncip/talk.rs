//! Talking to the subject: over HTTP, or over a bare connection.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{Answer, Client};
use crate::real_time;

/// No message of a subject is longer.
const MAX_MESSAGE: usize = 8 << 20;

/// The ways to the subject.
#[derive(Clone)]
pub(crate) struct Transports {
    pub(crate) http: Client,
    pub(crate) tcp: Option<String>,
    pub(crate) limit: Duration,
}

impl Transports {
    pub(crate) async fn post(&self, content_type: Option<&str>, body: Vec<u8>) -> Result<Answer, String> {
        self.http.send("POST", content_type, &BTreeMap::new(), body).await
    }

    pub(crate) async fn dial(&self) -> Result<Bare, String> {
        let address = self.tcp.as_deref().ok_or("the subject takes no bare connections")?;
        let stream = real_time::connect(address).await.map_err(|error| format!("no connection: {error}"))?;
        Ok(Bare { stream, rest: Vec::new(), limit: self.limit })
    }
}

/// A bare connection.
pub struct Bare {
    stream: TcpStream,
    rest: Vec<u8>,
    limit: Duration,
}

impl Bare {
    /// A connection that was accepted.
    pub(crate) fn accepted(stream: TcpStream, limit: Duration) -> Bare {
        Bare { stream, rest: Vec::new(), limit }
    }

    /// The connection itself, for who writes in a manner of his own.
    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Writes these bytes now.
    ///
    /// # Errors
    /// A sentence, when the other side closed.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match real_time::within(self.limit, write).await {
            Some(result) => result.map_err(|error| format!("the connection was closed: {error}")),
            None => Err("nobody reads any more".to_owned()),
        }
    }

    /// Reads one message: to the end tag of its root.
    ///
    /// # Errors
    /// A sentence: closed, or nothing whole in time.
    pub async fn read(&mut self) -> Result<Vec<u8>, String> {
        let limit = self.limit;
        let read = async {
            loop {
                if let Some(end) = message_end(&self.rest) {
                    let after = self.rest.split_off(end);
                    return Ok(std::mem::replace(&mut self.rest, after));
                }
                if self.rest.len() > MAX_MESSAGE {
                    return Err("an endless message".to_owned());
                }
                match self.stream.read_buf(&mut self.rest).await {
                    Ok(0) if self.rest.iter().all(u8::is_ascii_whitespace) => {
                        return Err("the connection was closed".to_owned());
                    }
                    Ok(0) => return Err("the connection was closed within a message".to_owned()),
                    Ok(_) => {}
                    Err(error) => return Err(format!("the connection broke: {error}")),
                }
            }
        };
        real_time::within(limit, read).await.unwrap_or_else(|| Err("no whole message in time".to_owned()))
    }

    /// Whether the other side closes within the limit, sending nothing more that is whole.
    pub async fn closes(&mut self) -> bool {
        self.read().await.is_err_and(|why| why.contains("closed") || why.contains("broke"))
    }
}

/// Where the first message ends: after `</NCIPMessage>` or `</NCIPVersionMessage>`, whatever its prefix.
fn message_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(place) = bytes[from..].windows(2).position(|two| two == b"</") {
        let start = from + place + 2;
        let close = bytes[start..].iter().position(|&byte| byte == b'>')? + start;
        let name = &bytes[start..close];
        let name = name.rsplit(|&byte| byte == b':').next().unwrap_or(name).trim_ascii();
        if name == b"NCIPMessage" || name == b"NCIPVersionMessage" {
            return Some(close + 1);
        }
        from = close;
    }
    None
}
