//! The parties and where they listen. Each message that the subject sends to one of them is read here, recorded, put into the mailbox of the case
//! it belongs to, and answered as that case wishes. A message belongs to a case by the case's token (it is part of the ids and titles that
//! the case chose) or by a request id that was seen together with that token; so cases can share the parties and run side by side.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::edition::Edition;
use crate::http::Message;
use crate::mailbox::{Mailbox, Reply};
use crate::peers::{Part, Party, Peers, Trait};
use crate::real_time;
use crate::record::{Direction, Exchange};
use crate::token::tokens;
use crate::tree::Element;
use crate::wire::Confirmed;

/// All parties at their addresses.
pub(crate) struct Parties {
    /// The parties, with the addresses they have in fact.
    pub(crate) peers: Peers,
    began: Instant,
    /// By how many seconds the subject's clock was moved ahead of the true one.
    ahead: AtomicI64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_token: HashMap<String, Arc<Mailbox>>,
    by_id: HashMap<(usize, String), Arc<Mailbox>>,
    /// Who gets the next request that carries no token: a requester under test chooses its own titles and ids.
    next: Option<Arc<Mailbox>>,
    log: Vec<Exchange>,
    fetched: Vec<String>,
    /// When a party's line was bad last: a moment as `elapsed` gives it.
    bad_lines: HashMap<usize, u64>,
}

impl Parties {
    /// Opens the parties' addresses. A port 0 becomes a free one, and the parties' URLs say which.
    pub(crate) async fn open(mut peers: Peers) -> Result<Arc<Parties>, String> {
        let mut listeners: HashMap<String, TcpListener> = HashMap::new();
        for party in &mut peers.party {
            if party.traits.contains(&Trait::Dead) {
                continue;
            }
            let wanted = party.listen.clone().or_else(|| host_and_port(&party.url));
            let wanted = wanted.ok_or_else(|| format!("{}: {:?} has no host", party.symbol, party.url))?;
            if !listeners.contains_key(&wanted) {
                let opened = real_time::listen(&wanted).await;
                let listener = opened.map_err(|error| {
                    format!("{}: cannot listen on {wanted}: {error}; is something else there?", party.symbol)
                })?;
                listeners.insert(wanted.clone(), listener);
            }
            if wanted.ends_with(":0") {
                let local = listeners[&wanted].local_addr().map_err(|error| error.to_string())?;
                party.url = party.url.replacen(&wanted, &local.to_string(), 1);
            }
        }
        let parties = Arc::new(Parties {
            peers,
            began: real_time::instant(),
            ahead: AtomicI64::new(0),
            state: Mutex::default(),
        });
        for listener in listeners.into_values() {
            let weak = Arc::downgrade(&parties);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let Some(parties) = weak.upgrade() else { return };
                    tokio::spawn(async move { parties.serve(stream).await });
                }
            });
        }
        Ok(parties)
    }

    pub(crate) fn party(&self, index: usize) -> &Party {
        &self.peers.party[index]
    }

    /// The parties of a kind that speak an edition, in the file's order.
    pub(crate) fn find(&self, part: Part, edition: Edition) -> impl Iterator<Item = usize> + '_ {
        let fits = move |party: &Party| party.part == part && party.edition == edition;
        self.peers.party.iter().enumerate().filter(move |(_, party)| fits(party)).map(|(index, _)| index)
    }

    /// The time by the subject's clock, as far as the suite has moved it.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        let ahead = jiff::SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        real_time::now().checked_add(ahead).unwrap_or(jiff::Timestamp::MAX)
    }

    pub(crate) fn moved_ahead(&self, time: Duration) {
        self.ahead.fetch_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Milliseconds since the parties opened.
    pub(crate) fn elapsed(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    pub(crate) fn enrol(&self, token: &str) -> Arc<Mailbox> {
        let mailbox = Arc::new(Mailbox::default());
        self.state().by_token.insert(token.to_owned(), Arc::clone(&mailbox));
        mailbox
    }

    /// The next request without a token is this case's.
    pub(crate) fn expect_next(&self, mailbox: &Arc<Mailbox>) {
        self.state().next = Some(Arc::clone(mailbox));
    }

    /// Messages that name this request at this party are this case's.
    pub(crate) fn bind(&self, party: usize, request_id: &str, mailbox: &Arc<Mailbox>) {
        self.state().by_id.insert((party, request_id.to_owned()), Arc::clone(mailbox));
    }

    /// Keeps an exchange that the suite began.
    pub(crate) fn record(&self, exchange: Exchange) -> usize {
        let mut state = self.state();
        state.log.push(exchange);
        state.log.len() - 1
    }

    /// When a party's line was bad last, in milliseconds since the parties opened; none if it never was.
    pub(crate) fn bad_line(&self, party: usize) -> Option<u64> {
        self.state().bad_lines.get(&party).copied()
    }

    /// Waits until nothing has come or gone for that time, so that what is still on its way at the end of a run is seen too.
    pub(crate) async fn quiet(&self, time: Duration) {
        const MAX_ROUNDS: usize = 20;
        let mut seen = self.state().log.len();
        for _ in 0..MAX_ROUNDS {
            real_time::pause(time).await;
            let now = self.state().log.len();
            if now == seen {
                return;
            }
            seen = now;
        }
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.state().log.clone()
    }

    /// The paths that somebody asked for and no party has.
    pub(crate) fn fetched(&self) -> Vec<String> {
        self.state().fetched.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Ok(message) = Message::read(&mut stream).await else { return };
        let path = message.first.split(' ').nth(1).unwrap_or("/").to_owned();
        let Some(party) = self.at(&path) else {
            self.state().fetched.push(path);
            let _ = write_answer(&mut stream, 404, "text/plain", b"nobody here").await;
            return;
        };
        let tree = Element::parse(&message.body).ok();
        let (n, reply) = self.take_in(party, &message, tree.as_ref());
        if reply.is_bad_line() {
            let now = self.elapsed();
            self.state().bad_lines.insert(party, now);
        }
        let (status, body) = self.answer(&mut stream, party, &reply, tree.as_ref()).await;
        let mut state = self.state();
        state.log[n].status = status;
        state.log[n].answer = body;
    }

    fn at(&self, path: &str) -> Option<usize> {
        self.peers.party.iter().position(|party| path_of(&party.url) == path)
    }

    /// Records a message and lays it into its mailbox; says how it is to be answered.
    fn take_in(&self, party: usize, message: &Message, tree: Option<&Element>) -> (usize, Reply) {
        let inner = tree.and_then(|tree| tree.children.first());
        let kind = inner.map_or("unreadable", |inner| inner.name.as_str()).to_owned();
        let request_id = inner.and_then(|inner| inner.text_at("header/requestingAgencyRequestId"));
        let request_id = request_id.unwrap_or_default().to_owned();
        let text = String::from_utf8_lossy(&message.body);
        let mut state = self.state();
        let mut mailbox = state.by_id.get(&(party, request_id.clone())).cloned();
        if mailbox.is_none() {
            mailbox = tokens(&text).find_map(|token| state.by_token.get(token).cloned());
        }
        if mailbox.is_none() && kind == "request" {
            mailbox = state.next.take();
        }
        if let Some(mailbox) = &mailbox
            && kind == "request"
        {
            state.by_id.insert((party, request_id), Arc::clone(mailbox));
        }
        let case = mailbox.as_ref().and_then(|mailbox| {
            let owner = state.by_token.iter().find(|(_, other)| Arc::ptr_eq(other, mailbox));
            owner.map(|(token, _)| token.clone())
        });
        state.log.push(Exchange {
            case,
            at: self.elapsed(),
            direction: Direction::FromSubject,
            party: Some(party),
            edition: Some(self.party(party).edition),
            content_type: message.header("content-type").map(str::to_owned),
            sent: message.body.clone(),
            status: None,
            answer_type: None,
            answer: Vec::new(),
        });
        let n = state.log.len() - 1;
        drop(state);
        let reply = match (mailbox, inner) {
            (Some(mailbox), Some(inner)) => mailbox.deliver(party, &kind, inner, &message.body, n),
            (None, Some(_)) => Reply::Confirm,
            _ => Reply::Plain(400, "text/plain", "this is no ISO 18626 message"),
        };
        (n, reply)
    }

    async fn answer(
        &self,
        stream: &mut TcpStream,
        party: usize,
        reply: &Reply,
        tree: Option<&Element>,
    ) -> (Option<u16>, Vec<u8>) {
        let received = stamp(self.now());
        let edition = self.party(party).edition;
        let confirm = |error| match tree {
            Some(message) => Confirmed { message, received: &received, error }.xml(edition).into_bytes(),
            None => Vec::new(),
        };
        let (status, kind, body): (u16, &str, Vec<u8>) = match reply {
            Reply::Confirm | Reply::Drip => (200, "application/xml", confirm(None)),
            Reply::OfAnotherRequest => (200, "application/xml", of_another_request(&confirm(None))),
            Reply::OfAnotherKind => (200, "application/xml", of_another_kind(&confirm(None))),
            Reply::Truncate => {
                let whole = confirm(None);
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: {}\r\n\r\n",
                    whole.len()
                );
                let half = &whole[..whole.len() / 2];
                let _ = stream.write_all(&[head.as_bytes(), half].concat()).await;
                let _ = stream.shutdown().await;
                return (None, half.to_vec());
            }
            Reply::ConfirmAs(status) => (*status, "application/xml", confirm(None)),
            Reply::Refuse(status, kind, value) => (*status, "application/xml", confirm(Some((kind, value)))),
            Reply::Plain(status, kind, body) => (*status, kind, body.as_bytes().to_vec()),
            Reply::Redirect(path) => {
                let head = format!(
                    "HTTP/1.1 302 Found\r\nlocation: {path}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(head.as_bytes()).await;
                return (Some(302), Vec::new());
            }
            Reply::Close => return (None, Vec::new()),
            Reply::Hang(gate) => {
                let mut nothing = [0; 1];
                tokio::select! {
                    () = gate.opened() => {}
                    _ = tokio::io::AsyncReadExt::read(stream, &mut nothing) => {}
                }
                return (None, Vec::new());
            }
            Reply::Held(gate) => {
                gate.opened().await;
                (200, "application/xml", confirm(None))
            }
        };
        let written = if matches!(reply, Reply::Drip) {
            drip(stream, &body).await
        } else {
            write_answer(stream, status, kind, &body).await
        };
        (written.is_ok().then_some(status), body)
    }
}

/// A moment as messages have it: UTC, milliseconds.
pub(crate) fn stamp(now: jiff::Timestamp) -> String {
    format!("{now:.3}")
}

fn host_and_port(url: &str) -> Option<String> {
    let uri: hyper::Uri = url.parse().ok()?;
    Some(format!("{}:{}", uri.host()?, uri.port_u16().unwrap_or(80)))
}

fn path_of(url: &str) -> String {
    url.parse::<hyper::Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default()
}

async fn write_answer(stream: &mut TcpStream, status: u16, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await?;
    stream.shutdown().await
}

/// The confirmation, with an id that nobody has.
fn of_another_request(confirmation: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(confirmation);
    let end = "</requestingAgencyRequestId>";
    text.replace(end, &format!("-of-another{end}")).into_bytes()
}

/// The confirmation, as if a message of the other side had been sent.
fn of_another_kind(confirmation: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(confirmation);
    let (own, other) = match text.contains("supplyingAgencyMessageConfirmation") {
        true => ("supplyingAgencyMessageConfirmation", "requestingAgencyMessageConfirmation"),
        false if text.contains("requestingAgencyMessageConfirmation") => {
            ("requestingAgencyMessageConfirmation", "supplyingAgencyMessageConfirmation")
        }
        false => ("requestConfirmation", "supplyingAgencyMessageConfirmation"),
    };
    text.replace(own, other).into_bytes()
}

async fn drip(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    for piece in body.chunks(body.len() / 8 + 1) {
        stream.write_all(piece).await?;
        stream.flush().await?;
        real_time::pause(Duration::from_millis(60)).await;
    }
    stream.shutdown().await
}
