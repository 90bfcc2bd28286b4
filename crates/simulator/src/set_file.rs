//! The file that describes a set of libraries: who they are, what they answer, what they ask for.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    str::FromStr,
    time::Duration,
};

use iso18626::{Edition, ServiceType, TimestampEcho};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    library::{Books, FarSide, LibraryConfig},
    request_builder::NewRequest,
    scenario::{RequesterPlan, ScenarioError, SupplierScenario},
    symbol::agency_id,
};

/// A set of libraries, read from TOML.
#[derive(Clone, Debug)]
pub struct SetFile {
    /// The broker they all turn to.
    pub far: FarSide,
    /// The libraries.
    pub libraries: Vec<PlayedLibrary>,
}

/// One library of a set.
#[derive(Clone, Debug)]
pub struct PlayedLibrary {
    /// Its settings.
    pub config: LibraryConfig,
    /// Scenarios that requests can call for by name.
    pub named: Vec<(String, SupplierScenario)>,
    /// Scenarios by a part of the title.
    pub titles: Vec<(String, SupplierScenario)>,
    /// What it asks for.
    pub requests: Vec<PlayedRequest>,
}

/// A request that a library makes of its own accord.
#[derive(Clone, Debug)]
pub struct PlayedRequest {
    /// The request with its plan.
    pub request: NewRequest,
    /// How long after the start.
    pub after: Duration,
    /// How often: once, or every so long.
    pub every: Option<Duration>,
}

/// What is wrong with a set's file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {sentence}")]
pub struct SetProblem {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong, and what could stand there.
    pub sentence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSet {
    #[serde(default = "own_gateway")]
    broker: String,
    broker_symbol: Option<String>,
    listen: Option<Spanned<String>>,
    #[serde(default)]
    scenarios: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    library: Vec<RawLibrary>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLibrary {
    symbol: String,
    name: Option<String>,
    #[serde(default)]
    port: u16,
    edition: Option<Spanned<String>>,
    version: Option<String>,
    timestamp_echo: Option<TimestampEcho>,
    pace_milliseconds: Option<u64>,
    books_after_milliseconds: Option<u64>,
    scenario: Option<Spanned<String>>,
    #[serde(default)]
    scenarios: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    titles: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    request: Vec<RawRequest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRequest {
    title: String,
    author: Option<String>,
    #[serde(default)]
    service: Service,
    to: Option<String>,
    note: Option<String>,
    max_cost: Option<Spanned<String>>,
    plan: Option<Spanned<String>>,
    #[serde(default)]
    after_seconds: u64,
    every_seconds: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Service {
    #[default]
    Loan,
    Copy,
    CopyOrLoan,
}

impl SetFile {
    /// Reads a set from TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(text: &str) -> Result<Self, Vec<SetProblem>> {
        let raw: RawSet = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(problem) => {
                let at = problem.span().map_or(0, |span| span.start);
                return Err(vec![place(text, at, problem.message().to_owned())]);
            }
        };
        let mut problems = Problems { text, found: Vec::new() };
        let set = set(raw, &mut problems);
        if problems.found.is_empty() { Ok(set) } else { Err(problems.found) }
    }

    /// The same set, turned to another broker.
    pub fn turned_to(mut self, far: FarSide) -> Self {
        for library in &mut self.libraries {
            library.config.far = far.clone();
        }
        SetFile { far, ..self }
    }
}

/// Where a gateway on this machine takes messages: a set that is turned elsewhere need not name one.
fn own_gateway() -> String {
    "http://127.0.0.1:18626/iso18626".to_owned()
}

struct Problems<'a> {
    text: &'a str,
    found: Vec<SetProblem>,
}

impl Problems<'_> {
    fn add(&mut self, at: &Spanned<String>, sentence: String) {
        self.found.push(place(self.text, at.span().start, sentence));
    }

    /// A scenario, or a problem that tells the place within it too.
    fn scenario<S: FromStr<Err = ScenarioError>>(&mut self, raw: &Spanned<String>) -> Option<S> {
        raw.get_ref()
            .parse()
            .map_err(|problem: ScenarioError| self.add(raw, format!("in this scenario, {problem}")))
            .ok()
    }
}

fn set(raw: RawSet, problems: &mut Problems<'_>) -> SetFile {
    let far = FarSide { url: raw.broker, symbol: raw.broker_symbol.as_deref().map(agency_id) };
    let listen = raw.listen.and_then(|listen| match listen.get_ref().parse() {
        Ok(address) => Some(address),
        Err(_) => {
            problems.add(&listen, format!("`{}` is no IP address such as 127.0.0.1", listen.get_ref()));
            None
        }
    });
    let listen = listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let common = scenarios(raw.scenarios, problems);
    let libraries = raw.library.into_iter().map(|library| {
        let mut named = common.clone();
        named.extend(scenarios(library.scenarios, problems));
        let name = library.name.unwrap_or_else(|| library.symbol.clone());
        let config = LibraryConfig::new(&library.symbol, &name, far.clone());
        let edition = library.edition.and_then(|edition| match edition.get_ref().parse::<Edition>() {
            Ok(known) => Some(known),
            Err(problem) => {
                problems.add(&edition, problem.to_string());
                None
            }
        });
        PlayedLibrary {
            config: LibraryConfig {
                edition: edition.unwrap_or(config.edition),
                version: library.version,
                echo: library.timestamp_echo.unwrap_or_default(),
                listen,
                port: library.port,
                scenario: library.scenario.as_ref().and_then(|scenario| problems.scenario(scenario)),
                books: library
                    .books_after_milliseconds
                    .map_or(Books::AtOnce, |after| Books::Late(Duration::from_millis(after))),
                pace: library.pace_milliseconds.map_or(config.pace, Duration::from_millis),
                ..config
            },
            named,
            titles: scenarios(library.titles, problems),
            requests: library.request.into_iter().map(|request| played(request, problems)).collect(),
        }
    });
    let libraries = libraries.collect();
    SetFile { far, libraries }
}

fn scenarios(
    raw: BTreeMap<String, Spanned<String>>,
    problems: &mut Problems<'_>,
) -> Vec<(String, SupplierScenario)> {
    raw.into_iter().filter_map(|(name, text)| Some((name, problems.scenario(&text)?))).collect()
}

fn played(raw: RawRequest, problems: &mut Problems<'_>) -> PlayedRequest {
    let service = match raw.service {
        Service::Loan => ServiceType::Loan,
        Service::Copy => ServiceType::Copy,
        Service::CopyOrLoan => ServiceType::CopyOrLoan,
    };
    let mut request = NewRequest::of(&raw.title, service);
    if let Some(author) = &raw.author {
        request = request.author(author);
    }
    if let Some(to) = &raw.to {
        request = request.to(to);
    }
    if let Some(note) = &raw.note {
        request = request.note(note);
    }
    if let Some(cost) = &raw.max_cost {
        match cost.get_ref().split_once(' ') {
            Some((amount, currency)) => request = request.max_cost(amount, currency),
            None => problems.add(cost, "write an amount and a currency, such as `12.50 USD`".to_owned()),
        }
    }
    if let Some(plan) = raw.plan.as_ref().and_then(|plan| problems.scenario::<RequesterPlan>(plan)) {
        request = request.plan(plan);
    }
    PlayedRequest {
        request,
        after: Duration::from_secs(raw.after_seconds),
        every: raw.every_seconds.map(Duration::from_secs),
    }
}

fn place(text: &str, at: usize, sentence: String) -> SetProblem {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    SetProblem {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        sentence,
    }
}
