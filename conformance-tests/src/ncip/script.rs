//! What a case has in its hands: the members it speaks for, the ways to the subject, and expectations that stop the case when they fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::ils::{Does, Floor, Place, Received};
use super::members::{Kind, Member, Trait};
use super::messages as write;
use super::reply::{Problem, Read};
use super::talk::{Bare, Transports};
use super::wire::{Transport, Version, Wire};
use crate::case::CaseEnd;
use crate::http::Answer;
use crate::real_time;
use crate::report::Shown;
use crate::script::Found;
use crate::subject::Subject;

/// A case's hands.
#[derive(Clone)]
pub struct Script {
    pub(crate) floor: Arc<Floor>,
    pub(crate) place: Arc<Place>,
    pub(crate) ways: Transports,
    pub(crate) subject: Subject,
    pub(crate) found: Arc<Mutex<Found>>,
    pub(crate) quiet: Duration,
    pub(crate) timeout: Duration,
    /// Which of several members of a kind the case has.
    pub(crate) turn: usize,
    /// In which version, over which transport the suite sends.
    pub wire: Wire,
    /// What every id of the case begins with.
    pub token: String,
}

/// An answer of the subject that was read.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What it says.
    pub read: Read,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How long it took.
    pub took: Duration,
}

impl Script {
    /// The version the suite sends in.
    #[must_use]
    pub fn version(&self) -> Version {
        self.wire.version
    }

    /// The member that the suite sends as: one whose ILS speaks this case's version over HTTP.
    ///
    /// # Errors
    /// Not applicable, if there is none.
    pub fn sender(&self) -> Result<usize, CaseEnd> {
        self.member_like(|member| member.version == self.wire.version && member.transport == Transport::Http)
    }

    /// The member whose ILS speaks this version over this transport.
    ///
    /// # Errors
    /// Not applicable, if there is none.
    pub fn member(&self, wire: Wire) -> Result<usize, CaseEnd> {
        self.member_like(|member| member.wire() == wire)
    }

    /// A member with something special about it.
    ///
    /// # Errors
    /// Not applicable, if there is none.
    pub fn special(&self, what: Trait) -> Result<usize, CaseEnd> {
        let place = self.floor.members.member.iter().position(|member| member.traits.contains(&what));
        place.ok_or_else(|| {
            CaseEnd::NotApplicable(format!("the peers file has no member with the trait {what:?}"))
        })
    }

    fn member_like(&self, fits: impl Fn(&Member) -> bool) -> Result<usize, CaseEnd> {
        let plain = |member: &Member| member.traits.is_empty() && fits(member);
        let place = self.floor.members.member.iter().position(plain);
        place.ok_or_else(|| CaseEnd::NotApplicable("the peers file has no such member".to_owned()))
    }

    /// A member's agency id.
    #[must_use]
    pub fn agency(&self, member: usize) -> &str {
        &self.floor.members.member[member].agency
    }

    /// The agency id of a member that is not this one; its own, where it is the only one.
    #[must_use]
    pub fn another(&self, member: usize) -> &str {
        let plain = |place: &usize| *place != member && self.of(*place).traits.is_empty();
        self.agency((0..self.floor.members.member.len()).find(plain).unwrap_or(member))
    }

    /// A member.
    #[must_use]
    pub fn of(&self, member: usize) -> &Member {
        &self.floor.members.member[member]
    }

    /// The subject's own agency id.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.floor.members.agency
    }

    /// An agency id that the subject does not know.
    #[must_use]
    pub fn nowhere(&self) -> &str {
        &self.floor.members.unknown
    }

    /// Not applicable to a subject that is no router.
    ///
    /// # Errors
    /// Says so.
    pub fn router(&self) -> Result<(), CaseEnd> {
        match self.floor.members.kind {
            Kind::Router => Ok(()),
            Kind::Responder => Err(CaseEnd::NotApplicable("the subject is no router".to_owned())),
        }
    }

    /// A patron's barcode that belongs to this case alone.
    #[must_use]
    pub fn barcode(&self, more: &str) -> String {
        format!("{}{more}", self.token)
    }

    /// The header from a member to another.
    #[must_use]
    pub fn header(&self, from: usize, to: &str) -> String {
        write::header(self.version(), self.agency(from), to)
    }

    /// LookupUser from one member to another, about a patron of the other's.
    #[must_use]
    pub fn lookup(&self, from: usize, to: &str, barcode: &str) -> String {
        let user = write::user(self.version(), to, barcode);
        write::lookup_user(self.version(), &self.header(from, to), &user)
    }

    /// What a member's system does with this case's messages.
    pub fn member_does(&self, member: usize, does: Does) {
        self.place.does.lock().unwrap_or_else(PoisonError::into_inner).insert(member, does);
    }

    /// Sends over this case's transport and reads the answer.
    ///
    /// # Errors
    /// Fails if there is no answer that is NCIP.
    pub async fn ask(&self, message: impl AsRef<[u8]>) -> Result<Answered, CaseEnd> {
        let began = real_time::instant();
        let bytes = match self.wire.transport {
            Transport::Http => {
                let answer = self.post(Some("application/xml; charset=\"utf-8\""), message.as_ref()).await?;
                if answer.status != 200 {
                    let got = format!("HTTP {}", answer.status);
                    return Err(CaseEnd::fail("HTTP 200 with an NCIP message", got, &answer.body));
                }
                answer.body
            }
            Transport::Tcp => {
                let mut bare = self.dial().await?;
                self.over(&mut bare, message.as_ref()).await?
            }
        };
        let took = began.elapsed();
        self.read(bytes, took)
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// Fails if it is no NCIP.
    pub fn read(&self, bytes: Vec<u8>, took: Duration) -> Result<Answered, CaseEnd> {
        match Read::parse(&bytes) {
            Ok(read) => Ok(Answered { read, bytes, took }),
            Err(why) => Err(CaseEnd::fail("an NCIP message", why, &bytes)),
        }
    }

    /// Posts anything, and takes whatever HTTP answer comes.
    ///
    /// # Errors
    /// Fails if none comes.
    pub async fn post(&self, content_type: Option<&str>, body: &[u8]) -> Result<Answer, CaseEnd> {
        let answer = self.ways.post(content_type, body.to_vec()).await;
        let status = answer.as_ref().ok().map(|answer| answer.status);
        let shown = answer.as_ref().map_or_else(|why| why.as_bytes(), |answer| &answer.body);
        self.log(body, status, shown);
        answer.map_err(|why| CaseEnd::fail("an HTTP answer", why, body))
    }

    /// Opens a bare connection to the subject.
    ///
    /// # Errors
    /// Not applicable where it takes none; fails where it does not let itself be reached.
    pub async fn dial(&self) -> Result<Bare, CaseEnd> {
        if self.ways.tcp.is_none() {
            return Err(CaseEnd::NotApplicable(
                "the peers file says no address for bare connections".to_owned(),
            ));
        }
        self.ways.dial().await.map_err(|why| CaseEnd::fail("a connection", why, &[]))
    }

    /// Writes a message to a bare connection and reads the answer.
    ///
    /// # Errors
    /// Fails if none comes.
    pub async fn over(&self, bare: &mut Bare, message: &[u8]) -> Result<Vec<u8>, CaseEnd> {
        let answer = async {
            bare.write(message).await?;
            bare.write(b"\n").await?;
            bare.read().await
        };
        let answer = answer.await;
        self.log(message, None, answer.as_ref().map_or_else(|why| why.as_bytes(), Vec::as_slice));
        answer.map_err(|why| CaseEnd::fail("an answer on the connection", why, message))
    }

    /// Keeps an exchange for the report.
    pub fn log(&self, sent: &[u8], status: Option<u16>, answer: &[u8]) {
        let cut = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(20_000)]).into_owned();
        let shown = Shown {
            at: self.floor.at(),
            from: "the suite".to_owned(),
            to: self.subject.name.clone(),
            message: cut(sent),
            status,
            answer: cut(answer),
        };
        self.floor.log(Some(&self.token), shown);
    }

    /// What came to the members' systems in this case.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.place.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one message that came to a member's system, read.
    ///
    /// # Errors
    /// Fails if none or several came, or one that is no NCIP.
    pub fn arrived(&self, member: usize) -> Result<(Read, Received), CaseEnd> {
        let all = self.received();
        let here: Vec<&Received> = all.iter().filter(|received| received.member == member).collect();
        let [one] = here.as_slice() else {
            let got = format!("{} messages", here.len());
            return Err(CaseEnd::fail(
                format!("one message at the ILS of {}", self.agency(member)),
                got,
                &[],
            ));
        };
        match &one.read {
            Ok(read) => Ok((read.clone(), (*one).clone())),
            Err(why) => Err(CaseEnd::fail("an NCIP message at the ILS", why.clone(), &one.bytes)),
        }
    }

    /// Nothing came to any member's system.
    ///
    /// # Errors
    /// Fails if something did.
    pub async fn nothing_arrived(&self) -> Result<(), CaseEnd> {
        real_time::pause(self.quiet).await;
        match self.received().first() {
            None => Ok(()),
            Some(received) => {
                let got = format!("a message at {}", self.agency(received.member));
                Err(CaseEnd::fail("nothing sent to any member's system", got, &received.bytes))
            }
        }
    }

    /// What was fetched from the suite that nobody has a reason to fetch.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        self.floor.fetched()
    }

    /// An address that nobody has a reason to fetch.
    ///
    /// # Errors
    /// Not applicable, if no member is reached by HTTP.
    pub fn bait(&self) -> Result<String, CaseEnd> {
        let bait = self.floor.bait();
        bait.map(|bait| format!("{bait}?{}", self.token))
            .ok_or_else(|| CaseEnd::NotApplicable("no member is reached by HTTP".to_owned()))
    }

    /// Says what the subject does where it may choose.
    pub fn note(&self, what: impl Into<String>) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).notes.push(what.into());
    }

    /// Keeps something for the subject's profile.
    pub fn fact(&self, what: &str, value: impl Into<String>) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let facts: &mut BTreeMap<String, BTreeSet<String>> = &mut found.facts;
        facts.entry(what.to_owned()).or_default().insert(value.into());
    }
}

impl Answered {
    /// It is this service's answer, without a problem.
    ///
    /// # Errors
    /// Fails otherwise.
    pub fn fine(&self, service: &str) -> Result<(), CaseEnd> {
        self.is(service)?;
        match self.read.problems().first() {
            None => Ok(()),
            Some(problem) => {
                Err(CaseEnd::fail("an answer without a problem", format!("{:?}", problem.kind), &self.bytes))
            }
        }
    }

    /// It is this service's answer.
    ///
    /// # Errors
    /// Fails otherwise.
    pub fn is(&self, service: &str) -> Result<(), CaseEnd> {
        let wanted = format!("{service}Response");
        if self.read.service() == wanted {
            return Ok(());
        }
        Err(CaseEnd::fail(format!("<{wanted}>"), format!("<{}>", self.read.service()), &self.bytes))
    }

    /// It names one of these problems.
    ///
    /// # Errors
    /// Fails if it names none of them.
    pub fn refuses(&self, kinds: &[&str]) -> Result<Problem, CaseEnd> {
        let problems = self.read.problems();
        let one =
            problems.iter().find(|problem| kinds.iter().any(|kind| problem.kind.eq_ignore_ascii_case(kind)));
        one.cloned().ok_or_else(|| {
            let got: Vec<&str> = problems.iter().map(|problem| problem.kind.as_str()).collect();
            let got = if got.is_empty() { "no problem at all".to_owned() } else { got.join(", ") };
            CaseEnd::fail(format!("the problem {}", kinds.join(" or ")), got, &self.bytes)
        })
    }

    /// It has some problem.
    ///
    /// # Errors
    /// Fails if it has none.
    pub fn refuses_somehow(&self) -> Result<Problem, CaseEnd> {
        let first = self.read.problems().into_iter().next();
        first.ok_or_else(|| CaseEnd::fail("a problem", "no problem at all", &self.bytes))
    }
}
