//! Running the cases: beside each other where they may, alone where they need the subject for themselves, and at the end those that look at
//! everything the subject sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::case::{CaseEnd, Pace, Role, Verdict};
use crate::cases;
use crate::catalogue::{Case, CaseBody};
use crate::deviations::Deviations;
use crate::edition::Edition;
use crate::http::Client;
use crate::line::Line;
use crate::ncip::Wire;
use crate::parties::Parties;
use crate::peers::Peers;
use crate::real_time;
use crate::report::{CaseResult, Report};
use crate::script::{Found, Script, Setting};
use crate::subject::Subject;
use crate::token::token;
use crate::watch::Seen;

/// What to run, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// In which editions of ISO 18626.
    pub editions: Vec<Edition>,
    /// In which versions of NCIP, over which transports.
    pub wires: Vec<Wire>,
    /// Which cases, by id; all that fit the subject, if empty.
    pub cases: Vec<String>,
    /// How long to wait for what must come.
    pub timeout: Duration,
    /// How long to wait for what must not come.
    pub quiet: Duration,
    /// How many cases run beside each other.
    pub beside: usize,
    /// What the ids are made of: the same seed writes the same ids. None takes a fresh one.
    pub seed: Option<u64>,
    /// Failures that are known, with their reasons.
    pub deviations: Deviations,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            editions: Edition::ALL.to_vec(),
            wires: Wire::ALL.to_vec(),
            cases: Vec::new(),
            timeout: Duration::from_secs(10),
            quiet: Duration::from_millis(300),
            beside: 8,
            seed: None,
            deviations: Deviations::default(),
        }
    }
}

impl Options {
    /// What a subject of this role is tested in.
    #[must_use]
    pub fn lines(&self, role: Role) -> Vec<Line> {
        match role {
            Role::NcipResponder | Role::NcipInitiator => self.wires.iter().copied().map(Line::Ncip).collect(),
            Role::Broker | Role::Supplier | Role::Requester => {
                self.editions.iter().copied().map(Line::Iso).collect()
            }
        }
    }
}

/// How far a run is.
#[derive(Debug)]
pub struct Progress<'a> {
    /// How many cases are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// The one that was done just now.
    pub last: &'a CaseResult,
}

/// The suite with its parties at their addresses.
pub struct Suite {
    parties: Arc<Parties>,
}

impl Suite {
    /// Opens the parties' addresses.
    ///
    /// # Errors
    /// A sentence that names the address which could not be opened.
    pub async fn open(peers: Peers) -> Result<Suite, String> {
        Ok(Suite { parties: Parties::open(peers).await? })
    }

    /// The parties, with the URLs at which the subject reaches them.
    #[must_use]
    pub fn peers(&self) -> &Peers {
        &self.parties.peers
    }

    /// Runs the cases that fit the subject.
    ///
    /// # Errors
    /// A sentence: a URL that is none, a case that does not exist.
    pub async fn run(
        &self,
        subject: Subject,
        options: &Options,
        mut progress: impl FnMut(&Progress<'_>),
    ) -> Result<Report, String> {
        let began = real_time::now();
        let seed = options.seed.unwrap_or_else(real_time::fresh_seed);
        let client =
            Client::new(&subject.url, subject.headers.clone(), options.timeout.max(Duration::from_secs(10)))?;
        let chosen = choose(subject.role, options)?;
        let total = chosen.len();
        let run = Running { parties: &self.parties, subject: &subject, client: &client, options, seed };
        let mut results = Vec::new();
        let mut facts = BTreeMap::new();
        let mut keep = |(mut result, found): (CaseResult, Found)| {
            result.expect(&options.deviations);
            for (what, values) in found.facts {
                facts.entry(what).or_insert_with(BTreeSet::new).extend(values);
            }
            results.push(result);
            let last = &results[results.len() - 1];
            progress(&Progress { done: results.len(), total, last });
        };

        // A requester chooses its own ids and titles: only one case at a time can tell which request is its own.
        let alone = |case: &Case| case.pace == Pace::Alone || subject.role == Role::Requester;
        let by_pace = |pace| {
            chosen.iter().filter(move |(case, _)| is_script(case) && alone(case) == (pace == Pace::Alone))
        };
        // First those that move the clock: later, each step would wake up everything that the other cases have left behind.
        for (case, edition) in by_pace(Pace::Alone) {
            keep(run.play(case, *edition).await);
        }
        let together = Arc::new(Semaphore::new(options.beside.max(1)));
        let mut playing = JoinSet::new();
        for (case, edition) in by_pace(Pace::Together) {
            let permit = Arc::clone(&together);
            let play = run.play(case, *edition);
            playing.spawn(async move {
                let _permit = permit.acquire_owned().await;
                play.await
            });
        }
        while let Some(played) = playing.join_next().await {
            keep(played.map_err(|error| format!("a case broke down: {error}"))?);
        }
        self.parties.quiet(options.quiet).await;
        let exchanges = self.parties.exchanges();
        let ids = chosen.iter().map(|(case, edition)| (token(seed, case.id, edition), case.id)).collect();
        for (case, edition) in &chosen {
            if let CaseBody::Watch(look) = case.run {
                let seen = Seen::new(&self.parties.peers, subject.role, *edition, &exchanges, &ids);
                let verdict = verdict(look(&seen), seen.notes());
                keep((CaseResult::new(case, Line::Iso(*edition), verdict, 0, String::new()), seen.found()));
            }
        }
        let milliseconds = (real_time::now().as_millisecond() - began.as_millisecond()).unsigned_abs();
        Ok(Report::new(
            &subject,
            &self.parties.peers,
            options,
            seed,
            began,
            milliseconds,
            results,
            facts,
            &exchanges,
        ))
    }
}

/// Opens the parties' addresses and runs the cases that fit the subject.
///
/// # Errors
/// A sentence: an address that cannot be opened, a URL that is none, a case that does not exist.
pub async fn run(
    peers: Peers,
    subject: Subject,
    options: &Options,
    progress: impl FnMut(&Progress<'_>),
) -> Result<Report, String> {
    Suite::open(peers).await?.run(subject, options, progress).await
}

fn is_script(case: &Case) -> bool {
    matches!(case.run, CaseBody::Script(_))
}

/// The cases of a run, in the order of the catalogue.
fn choose(role: Role, options: &Options) -> Result<Vec<(&'static Case, Edition)>, String> {
    for wanted in &options.cases {
        if !cases::all().any(|case| case.id == wanted) {
            return Err(format!("there is no case {wanted}"));
        }
    }
    let wanted = |case: &&Case| options.cases.is_empty() || options.cases.iter().any(|id| id == case.id);
    let mut chosen = Vec::new();
    for case in cases::all().filter(|case| case.roles.contains(&role)).filter(wanted) {
        for &edition in case.editions.iter().filter(|edition| options.editions.contains(edition)) {
            chosen.push((case, edition));
        }
    }
    if chosen.is_empty() { Err(format!("no case fits a {role} in these editions")) } else { Ok(chosen) }
}

struct Running<'a> {
    parties: &'a Arc<Parties>,
    subject: &'a Subject,
    client: &'a Client,
    options: &'a Options,
    seed: u64,
}

impl Running<'_> {
    fn play(
        &self,
        case: &'static Case,
        edition: Edition,
    ) -> impl Future<Output = (CaseResult, Found)> + Send + use<> {
        let token = token(self.seed, case.id, edition);
        let mailbox = self.parties.enrol(&token);
        let script = Script::new(Setting {
            parties: Arc::clone(self.parties),
            mailbox: Arc::clone(&mailbox),
            subject: self.subject.clone(),
            client: self.client.clone(),
            edition,
            pace: case.pace,
            does: case.does,
            token: token.clone(),
            timeout: self.options.timeout,
            quiet: self.options.quiet,
        });
        async move {
            let began = real_time::instant();
            let outcome = match case.run {
                CaseBody::Script(play) => play(script.clone()).await,
                CaseBody::Watch(_) | CaseBody::Ncip(_) => Ok(()),
            };
            mailbox.settle();
            let found = script.found();
            let verdict = verdict(outcome, found.notes.clone());
            (
                CaseResult::new(case, Line::Iso(edition), verdict, began.elapsed().as_millis() as u64, token),
                found,
            )
        }
    }
}

pub(crate) fn verdict(outcome: Result<(), CaseEnd>, notes: Vec<String>) -> Verdict {
    match outcome {
        Ok(()) if notes.is_empty() => Verdict::Pass,
        Ok(()) => Verdict::Note { what: notes },
        Err(CaseEnd::Fail(failure)) => Verdict::Fail(failure),
        Err(CaseEnd::NotApplicable(why)) => Verdict::NotApplicable { why },
        Err(CaseEnd::Inconclusive(why)) => Verdict::Inconclusive { why },
    }
}
