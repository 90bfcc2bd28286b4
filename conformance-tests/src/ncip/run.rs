//! Running the NCIP cases against a subject.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cases;
use super::ils::Floor;
use super::members::Members;
use super::script::Script;
use super::talk::Transports;
use super::wire::Wire;
use crate::case::Pace;
use crate::catalogue::{Case, CaseBody};
use crate::http::Client;
use crate::line::Line;
use crate::real_time;
use crate::report::{CaseResult, Report};
use crate::run::{Options, Progress, verdict};
use crate::script::Found;
use crate::subject::Subject;
use crate::token::token;

/// The suite with its members' systems at their addresses.
pub struct NcipSuite {
    floor: Arc<Floor>,
}

impl NcipSuite {
    /// Opens the members' addresses.
    ///
    /// # Errors
    /// A sentence that names the address which could not be opened.
    pub async fn open(members: Members) -> Result<NcipSuite, String> {
        Ok(NcipSuite { floor: Floor::open(members).await? })
    }

    /// The members, with the addresses at which the subject reaches them.
    #[must_use]
    pub fn members(&self) -> &Members {
        &self.floor.members
    }

    /// Runs the cases that fit the subject. `tcp` is where it takes bare connections.
    ///
    /// # Errors
    /// A sentence: a URL that is none, a case that does not exist.
    pub async fn run(
        &self,
        subject: Subject,
        tcp: Option<String>,
        options: &Options,
        mut progress: impl FnMut(&Progress<'_>),
    ) -> Result<Report, String> {
        let began = real_time::now();
        let seed = options.seed.unwrap_or_else(real_time::fresh_seed);
        let limit = options.timeout.max(Duration::from_secs(10));
        let http = Client::new(&subject.url, subject.headers.clone(), limit)?;
        let ways = Transports { http, tcp: tcp.or_else(|| self.floor.members.tcp.clone()), limit };
        let chosen = choose(&subject, options)?;
        let total = chosen.len();
        let mut results: Vec<CaseResult> = Vec::new();
        let mut facts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut keep = |(mut result, found): (CaseResult, Found)| {
            result.expect(&options.deviations);
            for (what, values) in found.facts {
                facts.entry(what).or_default().extend(values);
            }
            results.push(result);
            let last = &results[results.len() - 1];
            progress(&Progress { done: results.len(), total, last });
        };
        let play = |case: &'static Case, wire: Wire| {
            let token = token(seed, case.id, wire);
            let script = Script {
                floor: Arc::clone(&self.floor),
                place: self.floor.enrol(&token),
                ways: ways.clone(),
                subject: subject.clone(),
                found: Arc::default(),
                quiet: options.quiet,
                timeout: options.timeout,
                turn: cases::all().take_while(|other| other.id != case.id).count(),
                wire,
                token,
            };
            played(case, script)
        };
        for &(case, wire) in chosen.iter().filter(|(case, _)| case.pace == Pace::Alone) {
            keep(play(case, wire).await);
        }
        let together = Arc::new(Semaphore::new(options.beside.max(1)));
        let mut playing = JoinSet::new();
        for &(case, wire) in chosen.iter().filter(|(case, _)| case.pace == Pace::Together) {
            let permit = Arc::clone(&together);
            let play = play(case, wire);
            playing.spawn(async move {
                let _permit = permit.acquire_owned().await;
                play.await
            });
        }
        while let Some(played) = playing.join_next().await {
            keep(played.map_err(|error| format!("a case broke down: {error}"))?);
        }
        for result in &mut results {
            result.exchanges = self.floor.logged(result.token());
        }
        let milliseconds = (real_time::now().as_millisecond() - began.as_millisecond()).unsigned_abs();
        let others = self.floor.others(&results.iter().map(CaseResult::token).collect());
        Ok(Report {
            others,
            ..Report::assemble(&subject, options, seed, began, milliseconds, results, facts)
        })
    }
}

/// Opens the members' addresses and runs the cases that fit the subject.
///
/// # Errors
/// A sentence: an address that cannot be opened, a URL that is none, a case that does not exist.
pub async fn run(
    members: Members,
    subject: Subject,
    options: &Options,
    progress: impl FnMut(&Progress<'_>),
) -> Result<Report, String> {
    NcipSuite::open(members).await?.run(subject, None, options, progress).await
}

fn choose(subject: &Subject, options: &Options) -> Result<Vec<(&'static Case, Wire)>, String> {
    let mut chosen = Vec::new();
    let wanted = |case: &&Case| options.cases.is_empty() || options.cases.iter().any(|id| id == case.id);
    for case in cases::all().filter(|case| case.roles.contains(&subject.role)).filter(wanted) {
        for &wire in case.wires.iter().filter(|wire| options.wires.contains(wire)) {
            chosen.push((case, wire));
        }
    }
    if chosen.is_empty() { Err(format!("no case fits a {}", subject.role)) } else { Ok(chosen) }
}

async fn played(case: &'static Case, script: Script) -> (CaseResult, Found) {
    let began = real_time::instant();
    let outcome = match case.run {
        CaseBody::Ncip(play) => play(script.clone()).await,
        CaseBody::Script(_) | CaseBody::Watch(_) => Ok(()),
    };
    let found = script.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let verdict = verdict(outcome, found.notes.clone());
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let line = Line::Ncip(script.wire);
    (CaseResult::new(case, line, verdict, took, script.token), found)
}
