//! What a case's script works with: sending to the subject, waiting for what the subject sends, and saying what was found. Waiting is always
//! for a condition, with a deadline; a script never sleeps.

mod assignment;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

use crate::case::{CaseEnd, Pace, Role};
use crate::confirmation::Confirmation;
use crate::edition::Edition;
use crate::http::{Answer, Client, Wire};
use crate::mailbox::{Arrival, Mailbox, Reply};
use crate::parties::{Parties, stamp};
use crate::record::{Direction, Exchange};
use crate::subject::{Hook, Subject};
use crate::wire::Request;
use crate::wire::Symbol;

/// The handle of a running case. Clones are the same case.
#[derive(Clone)]
pub struct Script(Arc<Inner>);

struct Inner {
    parties: Arc<Parties>,
    mailbox: Arc<Mailbox>,
    subject: Subject,
    client: Client,
    edition: Edition,
    pace: Pace,
    does: &'static [&'static str],
    token: String,
    timeout: Duration,
    quiet: Duration,
    counter: AtomicUsize,
    /// How many requests told the subject what to do.
    told: AtomicUsize,
    last_stamp: AtomicI64,
    /// The ordinary suppliers of an edition in the order in which they are assigned.
    assigned: Mutex<BTreeMap<Edition, Vec<usize>>>,
    found: Mutex<Found>,
}

/// What a script found besides passing or failing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) notes: Vec<String>,
    pub(crate) facts: BTreeMap<String, BTreeSet<String>>,
}

/// What a script needs from the run.
pub(crate) struct Setting {
    pub(crate) parties: Arc<Parties>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) subject: Subject,
    pub(crate) client: Client,
    pub(crate) edition: Edition,
    pub(crate) pace: Pace,
    pub(crate) does: &'static [&'static str],
    pub(crate) token: String,
    pub(crate) timeout: Duration,
    pub(crate) quiet: Duration,
}

impl Script {
    pub(crate) fn new(setting: Setting) -> Script {
        let Setting { parties, mailbox, subject, client, edition, pace, does, token, timeout, quiet } =
            setting;
        Script(Arc::new(Inner {
            parties,
            mailbox,
            subject,
            client,
            edition,
            pace,
            does,
            token,
            timeout,
            quiet,
            counter: AtomicUsize::new(0),
            told: AtomicUsize::new(0),
            last_stamp: AtomicI64::new(0),
            assigned: Mutex::default(),
            found: Mutex::default(),
        }))
    }

    /// The edition the case runs in: that of the parties it plays first.
    #[must_use]
    pub fn edition(&self) -> Edition {
        self.0.edition
    }

    /// What the subject is.
    #[must_use]
    pub fn role(&self) -> Role {
        self.0.subject.role
    }

    /// The subject's own symbol.
    #[must_use]
    pub fn subject_symbol(&self) -> Symbol {
        self.0.parties.peers.subject.clone()
    }

    /// A symbol that nobody knows.
    #[must_use]
    pub fn unknown_symbol(&self) -> Symbol {
        self.0.parties.peers.unknown.clone()
    }

    /// A word that marks this case's requests: it is part of all their ids and titles.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.0.token
    }

    /// An id nobody has used.
    #[must_use]
    pub fn fresh_id(&self) -> String {
        format!("{}-{}", self.0.token, self.0.counter.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// A moment later than any that the case has written, as messages have it.
    #[must_use]
    pub fn now(&self) -> String {
        let now = self.0.parties.now().as_millisecond();
        let last = self.0.last_stamp.fetch_max(now, Ordering::Relaxed);
        let stamped = if last >= now { self.0.last_stamp.fetch_add(1, Ordering::Relaxed) + 1 } else { now };
        jiff::Timestamp::from_millisecond(stamped).map(stamp).unwrap_or_default()
    }

    /// That many days from now (or ago), as messages have it.
    #[must_use]
    pub fn in_days(&self, days: i64) -> String {
        let moment = self.0.parties.now().checked_add(jiff::SignedDuration::from_hours(24 * days));
        moment.map(stamp).unwrap_or_default()
    }

    /// Sends bytes to the subject as a party would, and returns the answer whatever it is.
    ///
    /// # Errors
    /// Fails the case when there is no answer at all; inconclusive when there is no connection.
    pub async fn post(&self, party: usize, body: impl Into<Vec<u8>>) -> Result<Confirmation, CaseEnd> {
        self.post_as(party, "application/xml", body).await
    }

    /// The same with a Content-Type of one's choice.
    ///
    /// # Errors
    /// As for `post`.
    pub async fn post_as(
        &self,
        party: usize,
        kind: &str,
        body: impl Into<Vec<u8>>,
    ) -> Result<Confirmation, CaseEnd> {
        self.request("POST", party, Some(kind), body).await
    }

    /// The same with a method of one's choice.
    ///
    /// # Errors
    /// As for `post`.
    pub async fn request(
        &self,
        method: &str,
        party: usize,
        kind: Option<&str>,
        body: impl Into<Vec<u8>>,
    ) -> Result<Confirmation, CaseEnd> {
        let body = body.into();
        let headers = &self.0.parties.party(party).headers;
        let answer = self.0.client.send(method, kind, headers, body.clone()).await;
        self.record(party, kind, &body, answer.as_ref().ok());
        match answer {
            Ok(answer) => Ok(Confirmation::new(answer)),
            Err(error) if error.contains("Connect") => {
                Err(CaseEnd::Inconclusive(format!("the subject cannot be reached: {error}")))
            }
            Err(error) => Err(CaseEnd::fail("an HTTP answer", error, &body)),
        }
    }

    fn record(&self, party: usize, kind: Option<&str>, body: &[u8], answer: Option<&Answer>) {
        self.0.parties.record(Exchange {
            case: Some(self.0.token.clone()),
            at: self.0.parties.elapsed(),
            direction: Direction::ToSubject,
            party: Some(party),
            edition: Some(self.edition_of(party)),
            content_type: kind.map(str::to_owned),
            sent: body.to_vec(),
            status: answer.map(|answer| answer.status),
            answer_type: answer.and_then(|answer| answer.content_type.clone()),
            answer: answer.map(|answer| answer.body.clone()).unwrap_or_default(),
        });
    }

    /// A connection to write to by hand, with the head for a message of that length (`None`: no Content-Length).
    ///
    /// # Errors
    /// Not applicable where the subject speaks TLS only; inconclusive without a connection.
    pub async fn wire(
        &self,
        party: usize,
        length: Option<usize>,
        extra: &str,
    ) -> Result<(Wire, String), CaseEnd> {
        if self.0.client.plain_address().is_none() {
            return Err(CaseEnd::NotApplicable("bytes cannot be written by hand over TLS".to_owned()));
        }
        let wire = self.0.client.open().await.map_err(CaseEnd::Inconclusive)?;
        let (path, host) = self.0.client.path_and_host();
        let mut head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/xml\r\n");
        head += &self.0.client.header_lines();
        for (name, value) in &self.0.parties.party(party).headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some(length) = length {
            head += &format!("content-length: {length}\r\n");
        }
        Ok((wire, head + extra + "\r\n"))
    }

    /// Reads the answer on such a connection and records the exchange.
    ///
    /// # Errors
    /// Fails the case when there is no answer.
    pub async fn wire_answer(
        &self,
        party: usize,
        wire: &mut Wire,
        body: &[u8],
    ) -> Result<Confirmation, CaseEnd> {
        let answer = wire.answer().await;
        self.record(party, Some("application/xml"), body, answer.as_ref().ok());
        answer.map(Confirmation::new).map_err(|error| CaseEnd::fail("an HTTP answer", error, body))
    }

    /// How the next `times` messages of that kind (with that action or status, unless it is empty) are answered at a party.
    pub fn answer(&self, party: usize, kind: &'static str, word: &'static str, times: usize, reply: Reply) {
        self.0.mailbox.preset(party, kind, word, times, reply);
    }

    /// Waits for a message that nobody has taken yet; repeats of the same bytes don't count.
    ///
    /// # Errors
    /// Fails the case when none comes in time.
    pub async fn arrival(
        &self,
        expected: impl fmt::Display,
        party: usize,
        wanted: impl Fn(&Arrival) -> bool,
    ) -> Result<Arrival, CaseEnd> {
        let found = self.seek(self.0.timeout, party, &wanted).await;
        found.ok_or_else(|| self.missed(party, expected.to_string()))
    }

    /// The same with another deadline, and without failing.
    pub async fn seek(
        &self,
        limit: Duration,
        party: usize,
        wanted: impl Fn(&Arrival) -> bool,
    ) -> Option<Arrival> {
        let look = |arrivals: &mut Vec<Arrival>| {
            let fresh = |old: &&mut Arrival| old.party == party && !old.taken && !old.repeat && wanted(old);
            let found = arrivals.iter_mut().find(fresh)?;
            found.taken = true;
            Some(found.clone())
        };
        self.0.mailbox.until(limit, look).await
    }

    /// The failure of having waited in vain at a party.
    #[must_use]
    pub fn missed(&self, party: usize, expected: String) -> CaseEnd {
        let arrivals: Vec<Arrival> =
            self.arrivals().into_iter().filter(|arrival| arrival.party == party).collect();
        let heard: Vec<String> = arrivals.iter().map(Arrival::summary).collect();
        let heard = if heard.is_empty() {
            "nothing came".to_owned()
        } else {
            format!("what came: {}", heard.join("; "))
        };
        let got = format!("{heard} (waited {} s at {})", self.0.timeout.as_secs(), self.symbol(party));
        CaseEnd::fail(expected, got, arrivals.last().map(|last| last.bytes.as_slice()).unwrap_or_default())
    }

    /// Everything that came for this case so far.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.0.mailbox.arrivals()
    }

    /// Fails if such a message has come, or comes within the quiet time.
    ///
    /// # Errors
    /// The failure.
    pub async fn never(
        &self,
        expected: impl fmt::Display,
        unwanted: impl Fn(&Arrival) -> bool,
    ) -> Result<(), CaseEnd> {
        let look = |arrivals: &mut Vec<Arrival>| arrivals.iter().find(|arrival| unwanted(arrival)).cloned();
        match self.0.mailbox.until(self.0.quiet, look).await {
            None => Ok(()),
            Some(arrival) => {
                let got = format!("{} at {}", arrival.summary(), self.symbol(arrival.party));
                Err(CaseEnd::fail(expected.to_string(), got, &arrival.bytes))
            }
        }
    }

    /// Whether something comes to hold of what came, within that time.
    pub async fn comes_to(&self, limit: Duration, mut holds: impl FnMut(&[Arrival]) -> bool) -> bool {
        let look = |arrivals: &mut Vec<Arrival>| holds(arrivals).then_some(());
        self.0.mailbox.until(limit, look).await.is_some()
    }

    /// Moves the subject's clock, one step after the other, until a message comes. The steps are many and small enough for all that the
    /// subject does on the way to happen in its order.
    ///
    /// # Errors
    /// Not applicable without a clock; fails the case when nothing comes for all the time that passed.
    pub async fn until_advanced(
        &self,
        party: usize,
        expected: &str,
        step: Duration,
        wanted: impl Fn(&Arrival) -> bool,
    ) -> Result<Arrival, CaseEnd> {
        const STEPS: u32 = 60;
        for _ in 0..STEPS {
            if let Some(arrival) = self.seek(Duration::from_millis(250), party, &wanted).await {
                return Ok(arrival);
            }
            self.advance(step).await?;
        }
        let found = self.seek(self.0.timeout, party, &wanted).await;
        let hours = step.as_secs() * u64::from(STEPS) / 3600;
        found.ok_or_else(|| {
            self.missed(party, format!("{expected}, before {hours} hours were over by its clock"))
        })
    }

    /// Moves the subject's clock.
    ///
    /// # Errors
    /// Not applicable without a hook; inconclusive when it does not work.
    pub async fn advance(&self, time: Duration) -> Result<(), CaseEnd> {
        let order = json!({ "advance_seconds": time.as_secs() });
        pull(self.0.subject.clock.as_ref(), "its clock cannot be moved", order).await?;
        self.0.parties.moved_ahead(time);
        Ok(())
    }

    /// How long what must come is waited for.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.0.timeout
    }

    /// Whether the case may move the subject's clock: it has it for itself, and there is a hook for it.
    #[must_use]
    pub fn may_move_the_clock(&self) -> bool {
        self.0.pace == Pace::Alone && self.0.subject.clock.is_some()
    }

    /// Kills the subject and starts it again.
    ///
    /// # Errors
    /// Not applicable without a hook; inconclusive when it does not work.
    pub async fn kill_and_restart(&self) -> Result<(), CaseEnd> {
        pull(
            self.0.subject.restart.as_ref(),
            "it cannot be killed and started again",
            json!({ "restart": "kill" }),
        )
        .await
    }

    /// Makes the subject's staff do something.
    ///
    /// # Errors
    /// Not applicable without a hook; inconclusive when it does not work.
    pub async fn staff(&self, order: serde_json::Value) -> Result<(), CaseEnd> {
        if self.acts_by_itself() {
            return Ok(());
        }
        pull(self.0.subject.staff.as_ref(), "nobody moves its staff", order).await
    }

    /// Whether the subject is a supplier that was told by its request what it does.
    fn acts_by_itself(&self) -> bool {
        self.role() == Role::Supplier && self.0.subject.scenarios.is_some()
    }

    /// Tells a subject that acts by itself what it is to do about this request, and whom it is to ask.
    ///
    /// # Errors
    /// Not applicable, if it has no scenario for that.
    pub(crate) fn tell_scenario(&self, request: &mut Request) -> Result<(), CaseEnd> {
        let Some(scenarios) = &self.0.subject.scenarios else { return Ok(()) };
        let suppliers = request.suppliers.clone();
        scenarios.tell_suppliers(request, &suppliers);
        if !self.acts_by_itself() {
            return Ok(());
        }
        match self.0.does.get(self.0.told.fetch_add(1, Ordering::Relaxed)) {
            Some(does) => scenarios.tell(request, does).map_err(CaseEnd::NotApplicable),
            None => Ok(()),
        }
    }

    /// Says what the subject does where it may choose. The case then is a note instead of a pass.
    pub fn note(&self, what: impl Into<String>) {
        self.found_mut(|found| found.notes.push(what.into()));
    }

    /// Keeps something about the subject for its profile.
    pub fn fact(&self, what: &str, value: impl Into<String>) {
        self.found_mut(|found| {
            found.facts.entry(what.to_owned()).or_default().insert(value.into());
        });
    }

    pub(crate) fn found(&self) -> Found {
        self.0.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn found_mut(&self, change: impl FnOnce(&mut Found)) {
        change(&mut self.0.found.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn bind(&self, party: usize, request_id: &str) {
        self.0.parties.bind(party, request_id, &self.0.mailbox);
    }

    pub(crate) fn expect_next(&self) {
        self.0.parties.expect_next(&self.0.mailbox);
    }

    /// The paths that somebody asked the parties' server for, and that no party has.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        self.0.parties.fetched()
    }

    /// The URL of a party.
    #[must_use]
    pub fn url_of(&self, party: usize) -> String {
        self.0.parties.party(party).url.clone()
    }
}

async fn pull(hook: Option<&Hook>, without: &str, order: serde_json::Value) -> Result<(), CaseEnd> {
    let hook = hook.ok_or_else(|| CaseEnd::NotApplicable(format!("no hook for this subject: {without}")))?;
    hook.call(order).await.map_err(|error| CaseEnd::Inconclusive(format!("the hook did not work: {error}")))
}
