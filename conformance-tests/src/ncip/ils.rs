//! The members' systems: what the subject sends to them is read here, recorded, laid before the case it belongs to, and answered as that
//! case wishes; without a wish, as a well-behaved ILS that knows every patron and every item.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::members::{Member, Members, Trait};
use super::messages as write;
use super::reply::Read;
use super::shelves::{Manner, Said, Shelves};
use super::talk::Bare;
use super::wire::{Transport, Version};
use crate::http::Message;
use crate::real_time;
use crate::report::Shown;
use crate::token::tokens;

/// What a member's system does with the messages of a case.
#[derive(Clone, Debug)]
pub enum Does {
    /// It answers as it should.
    Well,
    /// It says no, with these problems: name and element.
    Refuse(&'static [(&'static str, &'static str)]),
    /// It answers these bytes, with this HTTP status.
    Say(u16, &'static str, Vec<u8>),
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
    pub(crate) shelves: Mutex<Shelves>,
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
    /// Ids of an initiator's own making, by the case in whose messages they were first said.
    learnt: HashMap<String, String>,
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
                let listener = real_time::listen(&wanted)
                    .await
                    .map_err(|error| format!("{}: cannot listen on {wanted}: {error}", member.agency))?;
                listeners.insert(key.clone(), (listener, (!shared).then_some(index)));
            }
            if wanted.ends_with(":0") {
                let local = listeners[&key].0.local_addr().map_err(|error| error.to_string())?;
                member.url = member.url.replacen(&wanted, &local.to_string(), 1);
            }
        }
        let floor = Arc::new(Floor { members, began: real_time::instant(), state: Mutex::default() });
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

    /// What belongs to none of these cases.
    pub(crate) fn others(&self, tokens: &BTreeSet<&str>) -> Vec<Shown> {
        let state = self.lock();
        let others = state.log.iter().filter(|(of, _)| !of.as_deref().is_some_and(|of| tokens.contains(of)));
        others.map(|(_, shown)| shown.clone()).collect()
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
            let said = self.take(member, message.body, content_type).await;
            let head = format!(
                "HTTP/1.1 {} So\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
                said.status,
                said.kind,
                said.bytes.len()
            );
            if !tell(&mut stream, said.manner, &[head.as_bytes(), &said.bytes].concat()).await {
                return;
            }
        }
    }

    async fn serve_bare(self: Arc<Self>, stream: TcpStream, member: usize) {
        let mut bare = Bare::accepted(stream, Duration::from_secs(60));
        while let Ok(bytes) = bare.read().await {
            let said = self.take(member, bytes, None).await;
            if !tell(bare.stream(), said.manner, &[&said.bytes[..], b"\n"].concat()).await {
                return;
            }
        }
    }

    /// What is answered, and how.
    async fn take(&self, member: usize, bytes: Vec<u8>, content_type: Option<String>) -> Said {
        let read = Read::parse(&bytes);
        let token = self.case_of(&bytes, read.as_ref().ok());
        let place = token.as_ref().and_then(|token| self.lock().places.get(token).cloned());
        let received = Received { member, read, bytes: bytes.clone(), content_type };
        let ils = &self.members.member[member];
        let said = match &place {
            Some(place) if ils.is_hosted() => {
                let mut shelves = place.shelves.lock().unwrap_or_else(PoisonError::into_inner);
                shelves.answer(member, ils, &received.read)
            }
            Some(place) => {
                let does = place.does.lock().unwrap_or_else(PoisonError::into_inner).get(&member).cloned();
                carried(ils, &received, does.unwrap_or(Does::Well))
            }
            None => {
                self.lock().stray.push(received.clone());
                carried(ils, &received, Does::Well)
            }
        };
        if let Some(place) = place {
            place.received.lock().unwrap_or_else(PoisonError::into_inner).push(received);
            place.news.notify_waiters();
        }
        let is_answered = !matches!(said.manner, Manner::Closed | Manner::Never);
        self.log(
            token.as_deref(),
            Shown {
                at: self.at(),
                from: "the subject".to_owned(),
                to: ils.agency.clone(),
                message: String::from_utf8_lossy(&bytes).into_owned(),
                status: is_answered.then_some(said.status),
                answer: match is_answered {
                    true => String::from_utf8_lossy(&said.bytes[..said.bytes.len().min(20_000)]).into_owned(),
                    false => String::new(),
                },
            },
        );
        said
    }

    /// The case that a message belongs to: by the token that it carries, or by an id that stood beside one before.
    fn case_of(&self, bytes: &[u8], read: Option<&Read>) -> Option<String> {
        let ids = ["ItemIdentifierValue", "RequestIdentifierValue"].map(|name| read?.anywhere(name));
        let ids = ids.into_iter().flatten().map(str::trim).filter(|id| !id.is_empty());
        let mut state = self.lock();
        let text = String::from_utf8_lossy(bytes);
        if let Some(token) = tokens(&text).find(|token| state.places.contains_key(*token)) {
            for id in ids {
                state.learnt.insert(id.to_owned(), token.to_owned());
            }
            return Some(token.to_owned());
        }
        ids.filter_map(|id| state.learnt.get(id)).next().cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a member's system does with a message that was carried to it.
fn carried(ils: &Member, received: &Received, does: Does) -> Said {
    let answer = |status, kind, bytes, manner| Said { status, kind, bytes, manner };
    const XML: &str = "application/xml; charset=utf-8";
    match does {
        Does::Well => answer(200, XML, well(ils, received).into(), Manner::Whole),
        Does::Refuse(problems) => answer(200, XML, refuse(ils, received, problems).into(), Manner::Whole),
        Does::Say(status, kind, body) => answer(status, kind, body, Manner::Whole),
        Does::HangUp => answer(200, XML, Vec::new(), Manner::Closed),
        Does::Silent => answer(200, XML, Vec::new(), Manner::Never),
    }
}

/// Answers in a manner. Whether the connection lives on.
async fn tell(stream: &mut TcpStream, manner: Manner, bytes: &[u8]) -> bool {
    match manner {
        Manner::Closed => false,
        Manner::Never => {
            // Longer than any subject waits; the case is over by then, and the connection with it.
            real_time::pause(Duration::from_secs(120)).await;
            false
        }
        Manner::Whole => stream.write_all(bytes).await.is_ok(),
        Manner::After(time) => {
            real_time::pause(time).await;
            stream.write_all(bytes).await.is_ok()
        }
        Manner::Pieces => {
            for piece in bytes.chunks(bytes.len() / 5 + 1) {
                if stream.write_all(piece).await.is_err() || stream.flush().await.is_err() {
                    return false;
                }
                real_time::pause(Duration::from_millis(30)).await;
            }
            true
        }
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

fn host_and_port(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split('/').next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |place| &rest[place..])
}
