//! The members' systems: what the subject sends to them is read here, recorded, laid before the case it belongs to, and answered as that
//! case wishes; without a wish, as a well-behaved ILS that knows every patron and every item.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::members::{Member, Members, Trait};
use super::messages as write;
use super::reply::Read;
use super::talk::Bare;
use super::wire::{Transport, Version};
use crate::http::Message;
use crate::outside;
use crate::report::Shown;

/// How the token of a case begins. What follows are eight more characters.
const TOKEN_MARK: &str = "nt0";
const TOKEN_LENGTH: usize = 11;

/// What a member's system does with the messages of a case.
#[derive(Clone, Debug)]
pub enum Does {
    /// It answers as it should.
    Well,
    /// It says no, with these problems: name and element.
    Refuse(&'static [(&'static str, &'static str)]),
    /// It answers these bytes, with this HTTP status.
    Say(u16, &'static str, String),
    /// It reads and never answers.
    Silent,
    /// It reads and closes.
    HangUp,
}

/// A message that came to a member's system.
#[derive(Clone, Debug)]
pub struct Received {
    /// Which member.
    pub member: usize,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was read of it.
    pub read: Result<Read, String>,
    /// The Content-Type, over HTTP.
    pub content_type: Option<String>,
}

/// What belongs to one case.
#[derive(Default)]
pub(crate) struct Place {
    pub(crate) does: Mutex<HashMap<usize, Does>>,
    pub(crate) received: Mutex<Vec<Received>>,
    pub(crate) news: Notify,
}

/// All members' systems at their addresses.
pub(crate) struct Floor {
    pub(crate) members: Members,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    places: HashMap<String, Arc<Place>>,
    log: Vec<(Option<String>, Shown)>,
    /// Requests for anything but an ILS: a DTD that somebody fetched.
    fetched: Vec<String>,
    /// What carried no case's token.
    stray: Vec<Received>,
}

impl Floor {
    pub(crate) async fn open(mut members: Members) -> Result<Arc<Floor>, String> {
        let mut listeners: HashMap<String, (TcpListener, Option<usize>)> = HashMap::new();
        for (index, member) in members.member.iter_mut().enumerate() {
            if member.traits.contains(&Trait::Dead) {
                continue;
            }
            let wanted = match member.transport {
                Transport::Http => host_and_port(&member.url)
                    .ok_or_else(|| format!("{}: {:?} has no host", member.agency, member.url))?,
                Transport::Tcp => member.url.clone(),
            };
            let shared = member.transport == Transport::Http;
            let key = if shared { wanted.clone() } else { format!("{wanted}#{index}") };
            if !listeners.contains_key(&key) {
                let listener = outside::listen(&wanted)
                    .await
                    .map_err(|error| format!("{}: cannot listen on {wanted}: {error}", member.agency))?;
                listeners.insert(key.clone(), (listener, (!shared).then_some(index)));
            }
            if wanted.ends_with(":0") {
                let local = listeners[&key].0.local_addr().map_err(|error| error.to_string())?;
                member.url = member.url.replacen(&wanted, &local.to_string(), 1);
            }
        }
        let floor = Arc::new(Floor { members, began: outside::instant(), state: Mutex::default() });
        for (listener, bare) in listeners.into_values() {
            let weak = Arc::downgrade(&floor);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let Some(floor) = weak.upgrade() else { return };
                    tokio::spawn(async move {
                        match bare {
                            Some(member) => floor.serve_bare(stream, member).await,
                            None => floor.serve_http(stream).await,
                        }
                    });
                }
            });
        }
        Ok(floor)
    }

    pub(crate) fn enrol(&self, token: &str) -> Arc<Place> {
        let place = Arc::<Place>::default();
        self.lock().places.insert(token.to_owned(), Arc::clone(&place));
        place
    }

    /// How long ago the run began, in milliseconds.
    pub(crate) fn at(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn log(&self, token: Option<&str>, shown: Shown) {
        self.lock().log.push((token.map(str::to_owned), shown));
    }

    pub(crate) fn logged(&self, token: &str) -> Vec<Shown> {
        let state = self.lock();
        let own = state.log.iter().filter(|(of, _)| of.as_deref() == Some(token));
        own.map(|(_, shown)| shown.clone()).collect()
    }

    pub(crate) fn fetched(&self) -> Vec<String> {
        self.lock().fetched.clone()
    }

    /// An address of the suite's that nobody has a reason to fetch.
    pub(crate) fn bait(&self) -> Option<String> {
        let member = self.members.member.iter().find(|member| member.transport == Transport::Http)?;
        Some(format!("http://{}/bait/ncip.dtd", host_and_port(&member.url)?))
    }

    async fn serve_http(self: Arc<Self>, mut stream: TcpStream) {
        while let Ok(message) = Message::read(&mut stream).await {
            let mut words = message.first.split(' ');
            let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let member = self.members.member.iter().position(|member| {
                member.transport == Transport::Http && path_of(&member.url) == path && method == "POST"
            });
            let Some(member) = member else {
                self.lock().fetched.push(path.to_owned());
                let _gone = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
                continue;
            };
            let content_type = message.header("content-type").map(str::to_owned);
            let Some((status, kind, body)) = self.take(member, message.body, content_type).await else {
                return;
            };
            let head = format!(
                "HTTP/1.1 {status} So\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            if stream.write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
                return;
            }
        }
    }

    async fn serve_bare(self: Arc<Self>, stream: TcpStream, member: usize) {
        let mut bare = Bare::accepted(stream, Duration::from_secs(60));
        while let Ok(bytes) = bare.read().await {
            let Some((_, _, body)) = self.take(member, bytes, None).await else { return };
            if bare.write(&[&body[..], b"\n"].concat()).await.is_err() {
                return;
            }
        }
    }

    /// What is answered; none: the connection is closed.
    async fn take(
        &self,
        member: usize,
        bytes: Vec<u8>,
        content_type: Option<String>,
    ) -> Option<(u16, String, Vec<u8>)> {
        let token = token_in(&bytes);
        let place = token.as_ref().and_then(|token| self.lock().places.get(token).cloned());
        let received = Received { member, read: Read::parse(&bytes), bytes: bytes.clone(), content_type };
        let does = match &place {
            Some(place) => {
                place.received.lock().unwrap_or_else(PoisonError::into_inner).push(received.clone());
                place.news.notify_waiters();
                let does = place.does.lock().unwrap_or_else(PoisonError::into_inner);
                does.get(&member).cloned().unwrap_or(Does::Well)
            }
            None => {
                self.lock().stray.push(received.clone());
                Does::Well
            }
        };
        let ils = &self.members.member[member];
        let answer = match does {
            Does::Well => Some((200, "application/xml; charset=utf-8".to_owned(), well(ils, &received))),
            Does::Refuse(problems) => {
                Some((200, "application/xml; charset=utf-8".to_owned(), refuse(ils, &received, problems)))
            }
            Does::Say(status, kind, body) => Some((status, kind.to_owned(), body)),
            Does::HangUp => None,
            Does::Silent => {
                // Longer than any subject waits; the case is over by then, and the connection with it.
                outside::pause(Duration::from_secs(120)).await;
                None
            }
        };
        let shown = answer.as_ref().map(|(_, _, body)| body.clone()).unwrap_or_default();
        self.log(
            token.as_deref(),
            Shown {
                at: self.at(),
                from: "the subject".to_owned(),
                to: ils.agency.clone(),
                message: String::from_utf8_lossy(&bytes).into_owned(),
                status: answer.as_ref().map(|(status, _, _)| *status),
                answer: shown,
            },
        );
        answer.map(|(status, kind, body)| (status, kind, body.into_bytes()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn well(ils: &Member, received: &Received) -> String {
    let version = ils.version;
    let Ok(read) = &received.read else {
        return refuse(ils, received, &[("Invalid Message Syntax Error", "NCIPMessage")]);
    };
    let header = reply_header(version, read);
    let value = |name: &str| read.anywhere(name).unwrap_or_default().trim().to_owned();
    match read.service() {
        "LookupUser" => {
            let id =
                read.anywhere("UserIdentifierValue").or_else(|| read.anywhere("AuthenticationInputData"));
            let id = id.unwrap_or_default().trim().to_owned();
            write::user_found(
                version,
                &header,
                &write::user(version, &ils.agency, &id),
                &format!("Reader {id}"),
            )
        }
        "LookupItem" => {
            let item = write::item(version, &ils.agency, &value("ItemIdentifierValue"));
            write::item_found(version, &header, &item, "Available On Shelf")
        }
        _ => refuse(ils, received, &[("Unsupported Service", "NCIPMessage")]),
    }
}

fn refuse(ils: &Member, received: &Received, problems: &[(&str, &str)]) -> String {
    let version = ils.version;
    let (service, header) = match &received.read {
        Ok(read) => (read.service().to_owned(), reply_header(version, read)),
        Err(_) => ("LookupUser".to_owned(), write::response_header(version, &ils.agency, "unknown")),
    };
    let value = received.read.as_ref().ok().and_then(|read| read.anywhere("UserIdentifierValue"));
    let text: String = problems
        .iter()
        .map(|(kind, element)| {
            write::problem(version, &service.to_lowercase(), kind, element, value.unwrap_or_default())
        })
        .collect();
    // Version 1 has one Problem, with all errors in it.
    let text = match version {
        Version::V1 => text.replace("</Problem><Problem>", ""),
        Version::V2 => text,
    };
    write::refused(version, &service, &header, &text)
}

fn reply_header(version: Version, read: &Read) -> String {
    let at = |place| read.agency(place).unwrap_or_default();
    write::response_header(version, at("ToAgencyId"), at("FromAgencyId"))
}

fn token_in(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let start = text.find(TOKEN_MARK)?;
    let token: String = text[start..].chars().take(TOKEN_LENGTH).collect();
    (token.len() == TOKEN_LENGTH).then_some(token)
}

/// The token of a case: the same seed gives the same.
pub(crate) fn token(seed: u64, case: &str, wire: &str) -> String {
    let mut hash = seed ^ 0xcbf2_9ce4_8422_2325;
    for byte in case.bytes().chain(wire.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{TOKEN_MARK}{:08x}", (hash ^ (hash >> 32)) as u32)
}

fn host_and_port(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split('/').next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |place| &rest[place..])
}
