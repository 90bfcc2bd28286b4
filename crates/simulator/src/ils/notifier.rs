//! Sending notices: one after the other, each tried a few times, to one address.

use std::{sync::Arc, time::Duration};

use hyper::Uri;
use tokio::sync::{mpsc, watch};

use super::{
    server::Shared,
    service::Service,
    wire::{Notice, Writer, notice},
};
use crate::{
    flow::Direction,
    http_client::HttpClient,
    real_time::{connect, sleep, within},
};

/// How often a notice is tried: long enough for a gateway that is started again.
const ATTEMPTS: u32 = 50;
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long it waits between attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// Whom an ILS tells what happens at its desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notices {
    /// Where: `http://...`, or `tcp://HOST:PORT` over a bare connection.
    pub url: String,
    /// The agency they are addressed to.
    pub to: String,
    /// Which are sent; every one that it knows where none is named.
    pub only: Vec<Service>,
}

impl Notices {
    /// Every notice, to that address.
    pub fn to(url: &str, agency: &str) -> Self {
        Notices { url: url.to_owned(), to: agency.to_owned(), only: Vec::new() }
    }
}

/// The address is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is no address for notices: {why}; write http://HOST/ncip or tcp://HOST:PORT")]
pub struct NoticesProblem {
    url: String,
    why: String,
}

#[derive(Debug)]
enum Target {
    Http(Uri, Box<HttpClient>),
    RawTcp(String),
}

/// Takes notices to be sent.
#[derive(Debug)]
pub(crate) struct Sender(mpsc::UnboundedSender<Notice>);

impl Sender {
    pub(crate) fn send(&self, notice: Notice) {
        // The other end goes away only when the ILS stops.
        let _ = self.0.send(notice);
    }
}

/// What waits to be sent, and where.
pub(crate) struct Outbox {
    waiting: mpsc::UnboundedReceiver<Notice>,
    target: Target,
    settings: Notices,
}

/// Prepares to send.
pub(crate) fn prepare(settings: Notices) -> Result<(Sender, Outbox), NoticesProblem> {
    let wrong = |why: String| NoticesProblem { url: settings.url.clone(), why };
    let url: Uri =
        settings.url.parse().map_err(|why: hyper::http::uri::InvalidUri| wrong(why.to_string()))?;
    let target = match (url.scheme_str(), url.authority()) {
        (Some("tcp"), Some(authority)) if authority.port().is_some() => Target::RawTcp(authority.to_string()),
        (Some("http" | "https"), Some(_)) => {
            let client = HttpClient::for_url(&url).map_err(|why| wrong(why.to_string()))?;
            Target::Http(url, Box::new(client))
        }
        _ => return Err(wrong("it names no host".to_owned())),
    };
    let (sender, waiting) = mpsc::unbounded_channel();
    Ok((Sender(sender), Outbox { waiting, target, settings }))
}

/// Sends what comes until `stopped`.
pub(crate) async fn run(mut outbox: Outbox, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    loop {
        let next = tokio::select! {
            _ = stopped.changed() => return,
            next = outbox.waiting.recv() => next,
        };
        let Some(next) = next else { return };
        let only = &outbox.settings.only;
        if !only.is_empty() && !only.contains(&next.service()) {
            continue;
        }
        let writer =
            Writer { dialect: shared.dialect, version: shared.dialect.own_version(), agency: &shared.agency };
        let message = notice(&writer, &outbox.settings.to, &next);
        tokio::select! {
            _ = stopped.changed() => return,
            () = deliver(&outbox.target, &shared, &next, &message) => {}
        }
    }
}

async fn deliver(target: &Target, shared: &Shared, told: &Notice, message: &[u8]) {
    for attempt in 1..=ATTEMPTS {
        let answered = match target {
            Target::Http(url, client) => client.post(url, message, ATTEMPT).await.and_then(|answer| {
                if answer.status == 200 {
                    Ok(answer.body.to_vec())
                } else {
                    Err(format!("HTTP {}", answer.status))
                }
            }),
            Target::RawTcp(address) => {
                let sent = within(ATTEMPT, over_tcp(address, message)).await;
                sent.unwrap_or_else(|| Err("no answer in time".to_owned()))
            }
        };
        let (outcome, answer) = match answered {
            Ok(answer) => ("answered".to_owned(), answer),
            Err(why) => (format!("not delivered (attempt {attempt}): {why}"), Vec::new()),
        };
        let delivered = !answer.is_empty();
        shared.note(told.service().to_string(), Direction::Out, outcome, message, &answer);
        if delivered {
            return;
        }
        sleep(PAUSE).await;
    }
}

async fn over_tcp(address: &str, message: &[u8]) -> Result<Vec<u8>, String> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = connect(address).await.map_err(|why| why.to_string())?;
    stream.write_all(message).await.map_err(|why| why.to_string())?;
    let mut answer = Vec::new();
    while super::listening::end_of_message(&answer).is_none() {
        let read = stream.read_buf(&mut answer).await.map_err(|why| why.to_string())?;
        if read == 0 {
            return Err("closed without an answer".to_owned());
        }
    }
    Ok(answer)
}
