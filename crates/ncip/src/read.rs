//! Reading a message from bytes, tolerantly.
//!
//! A message is read as its `version` says. Where something in it speaks against that, it is read as the others have
//! it too, and the reading against which least speaks is taken. A problem is the answer's wherever it stands ([`stray`]).

use xml::{
    About, Break, BreakKind, DocType, Document, Element, Expect, Extra, Finding, Outcome, Severity, Text,
    Unreadable,
};

use crate::misplaced;
use crate::stray;
use crate::version::NAMESPACE;
use crate::{
    Body, Diagnostic, LookupVersion, LookupVersionResponse, Message, OtherService, Problem, ProblemKind,
    Version,
};

/// How to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// How much is taken.
    pub limits: xml::Limits,
}

/// What was read. Also for a message with errors: what could be read is in `message`, the rest is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The message.
    pub message: Message,
    /// Its version: what its attribute says or, where that lies, its content.
    pub version: Version,
    /// The attribute `version` as it came; empty where it is missing.
    pub declared: String,
    /// What is wrong with it, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// Elements that no version knows, kept extra.
    pub extras: Vec<Extra>,
    /// Whether it was read to its end.
    pub ending: Ending,
}

/// Whether a document was read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was.
    Whole,
    /// It breaks off, or cannot be read further: what stands behind is not known.
    BrokenOff,
}

impl Reading {
    /// Whether the message can be acted on: nothing worse than warnings.
    pub fn is_acceptable(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The diagnostics for which the message is answered with a problem.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|d| d.severity == Severity::Error)
    }
}

/// The root element of all messages but those that ask for versions.
pub(crate) const ROOT: &str = "NCIPMessage";

/// The root element of the messages that ask for versions.
pub(crate) const VERSION_ROOT: &str = "NCIPVersionMessage";

/// Reads one message.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Reading, Unreadable> {
    let text = xml::decode(bytes, &options.limits).map_err(|broken| Unreadable::new(None, broken))?;
    let result = match open(&text, options, ROOT) {
        Ok(document) => {
            message(&text, options, document).and_then(|reading| match misplaced::item_fields(&reading) {
                misplaced::ItemFields::InPlace => Ok(reading),
                misplaced::ItemFields::AmongUsers => moved(&text, options),
            })
        }
        Err(foreign) if foreign.kind == BreakKind::Foreign => match open(&text, options, VERSION_ROOT) {
            Ok(document) => Ok(versions(&text, document)),
            // Some systems answer with the bare problem.
            Err(_) => match open(&text, options, "Problem") {
                Ok(document) => Ok(bare_problem(&text, document)),
                Err(_) if stray::is_the_root(&text, &options.limits) => Ok(of_problems(&text)),
                Err(_) => Err(foreign),
            },
        },
        Err(broken) => Err(broken),
    };
    let mut reading = result.map_err(|broken| Unreadable::new(Some(&text), broken))?;
    collect_problems(&mut reading, &text, options);
    Ok(reading)
}

/// The message with an item's fields read where an item's fields stand.
fn moved(text: &Text<'_>, options: &ReadOptions) -> Result<Reading, Break> {
    let text = text.with_text(misplaced::renamed(text.as_str()));
    let mut reading = message(&text, options, open(&text, options, ROOT)?)?;
    misplaced::settle(&mut reading, &options.limits);
    Ok(reading)
}

/// A message of nothing but problems, which are still to be collected.
fn of_problems(text: &Text<'_>) -> Reading {
    let outcome = Outcome { findings: Vec::new(), extras: Vec::new(), begun: true, broken: None };
    reading(text, Version::default(), String::new(), Body::Problem(Vec::new()), outcome)
}

/// Takes the problems that stand in wrong places for those of the answer.
fn collect_problems(reading: &mut Reading, text: &Text<'_>, options: &ReadOptions) {
    let body = &mut reading.message.body;
    if let Body::Other(other) = body
        && stray::is_error(&other.name)
    {
        *body = Body::Problem(Vec::new());
    }
    let found = stray::problems(text, &options.limits);
    if !found.is_empty() && body.problems_mut().is_some() {
        // In another version it would be written where it stands in neither.
        body.drop_ext(stray::holds_a_problem);
    }
    let Some(problems) = body.problems_mut() else { return };
    problems.retain(|problem| !problem.says_nothing() || found.is_empty());
    for stray::Found { problem, offset } in found {
        if problems.iter().any(|known| known.is_the_same_as(&problem)) {
            continue;
        }
        problems.push(problem);
        let (line, column) = text.place(offset);
        reading.diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            path: format!("/{ROOT}"),
            line,
            column,
            sentence: "a problem stands where no version has it: it is read as the answer's".to_owned(),
            quoted: None,
            problem: ProblemKind::ProtocolError,
        });
    }
}

fn open<'t>(text: &'t Text<'t>, options: &ReadOptions, root: &'static str) -> Result<Document<'t>, Break> {
    let expect = Expect {
        root,
        namespaces: &[NAMESPACE],
        attributes: &["version"],
        namespace: xml::NamespaceRule::MayBeMissing,
        doctype: DocType::ExternalReadPast,
        passed: &["datatype"],
        unsound: xml::Unsound::Kept,
    };
    Document::open(text, &options.limits, expect)
}

fn message<'t>(text: &'t Text<'t>, options: &ReadOptions, first: Document<'t>) -> Result<Reading, Break> {
    let declared = first.attribute("version").unwrap_or_default().to_owned();
    let said = Version::from_attribute(&declared);
    let mut best = Attempt::of(first, said.unwrap_or_default());
    for version in [Version::V2_02, Version::V1_01] {
        if best.strange() == 0 || Some(version) == said {
            continue;
        }
        let attempt = Attempt::of(open(text, options, ROOT)?, version);
        if attempt.strange() < best.strange() {
            best = attempt;
        }
    }
    best.settle_unknown();
    best.forgive_blank_user();
    if best.body == Body::default() {
        return Err(best.outcome.broken.unwrap_or_else(nothing));
    }
    let doubt = match said {
        _ if matches!(best.body, Body::LookupVersion(_) | Body::LookupVersionResponse(_)) => {
            Some(format!("a message about versions belongs in {VERSION_ROOT}"))
        }
        None if !declared.is_empty() => {
            Some(format!("the version is none that is known; the content is read as {}", best.version))
        }
        Some(said) if said != best.version => {
            Some(format!("the version says {said}, the content is that of {}", best.version))
        }
        _ => None,
    };
    let mut reading = reading(text, best.version, declared, best.body, best.outcome);
    if let Some(sentence) = doubt {
        reading.diagnostics.insert(
            0,
            Diagnostic {
                severity: Severity::Warning,
                path: format!("/{ROOT}"),
                line: 1,
                column: 1,
                sentence,
                quoted: None,
                problem: ProblemKind::ProtocolError,
            },
        );
    }
    Ok(reading)
}

/// A document read as one version has it.
struct Attempt {
    version: Version,
    body: Body,
    outcome: Outcome,
}

impl Attempt {
    fn of(document: Document<'_>, version: Version) -> Attempt {
        let mut body = Body::default();
        let mut outcome = document.read(&mut body, version.column());
        expect_no_namespace(&mut outcome, version);
        Attempt { version, body, outcome }
    }

    /// How much speaks against the version.
    fn strange(&self) -> usize {
        let strange = |f: &&Finding| {
            matches!(
                f.about,
                About::Foreign | About::Order | About::Surplus | About::Unknown | About::Missing(_)
            )
        };
        self.outcome.findings.iter().filter(strange).count()
    }

    /// Takes a service that no version knows whole.
    fn settle_unknown(&mut self) {
        if self.outcome.begun || self.outcome.broken.is_some() {
            return;
        }
        let depth = |path: &str| path.matches('/').count();
        if let Some(index) = self.outcome.extras.iter().position(|extra| depth(&extra.path) == 2) {
            let extra = self.outcome.extras.remove(index);
            let name = extra.path.rsplit('/').next().unwrap_or_default().to_owned();
            self.body = Body::Other(OtherService { name, raw: extra.raw });
            self.outcome.findings.retain(|finding| !matches!(finding.about, About::Missing(_)));
        }
    }

    /// Lets a user's id be empty where the message says otherwise who the user is.
    fn forgive_blank_user(&mut self) {
        if !self.body.has_blank_user() {
            return;
        }
        self.outcome.findings.retain(|finding| {
            let mut parents = finding.path.rsplit('/').skip(1);
            let of_user = matches!(parents.next(), Some("UserId" | "UniqueUserId" | "VisibleUserId"));
            let of_message = parents.count() == 3;
            !(of_user && of_message && matches!(finding.about, About::Missing(_)))
        });
    }
}

/// Version 1 has no namespace: that none is there is as it should be.
fn expect_no_namespace(outcome: &mut Outcome, version: Version) {
    if version.namespace().is_none() {
        outcome.findings.retain(|finding| finding.about != About::Namespace);
    }
}

fn versions(text: &Text<'_>, document: Document<'_>) -> Reading {
    let version = Version::V1_0;
    let declared = document.attribute("version").unwrap_or_default().to_owned();
    let mut wire = VersionMessage::default();
    let mut outcome = document.read(&mut wire, version.column());
    expect_no_namespace(&mut outcome, version);
    let body = match wire {
        VersionMessage { response: Some(message), .. } => Body::LookupVersionResponse(message),
        VersionMessage { initiation, .. } => Body::LookupVersion(initiation.unwrap_or_default()),
    };
    reading(text, version, declared, body, outcome)
}

element! {
    /// The envelope of the messages that ask for versions.
    pub(crate) struct VersionMessage {
        initiation: Option<Box<LookupVersion>>       => (LookupVersion one);
        response: Option<Box<LookupVersionResponse>> => (LookupVersionResponse one);
    }
    rules {
        ALL sides [initiation] [response];
    }
}

fn bare_problem(text: &Text<'_>, document: Document<'_>) -> Reading {
    let version = Version::default();
    let mut problem = Problem::default();
    let mut outcome = document.read(&mut problem as &mut dyn Element, version.column());
    outcome.findings.retain(|finding| finding.about != About::Attribute);
    outcome.findings.insert(
        0,
        Finding {
            about: About::Foreign,
            severity: Severity::Warning,
            path: "/Problem".to_owned(),
            offset: 0,
            sentence: "the problem stands outside of any message".to_owned(),
            quoted: None,
        },
    );
    reading(text, version, String::new(), Body::Problem(vec![problem]), outcome)
}

fn reading(text: &Text<'_>, version: Version, declared: String, body: Body, outcome: Outcome) -> Reading {
    let placed = xml::placed(outcome.findings, text);
    let diagnostics: Vec<_> = placed.into_iter().map(|(finding, place)| diagnostic(finding, place)).collect();
    let ending = match outcome.broken {
        None => Ending::Whole,
        Some(_) => Ending::BrokenOff,
    };
    Reading { message: Message { body }, version, declared, diagnostics, extras: outcome.extras, ending }
}

fn diagnostic(finding: Finding, (line, column): (u32, u32)) -> Diagnostic {
    Diagnostic {
        severity: finding.severity,
        path: finding.path,
        line,
        column,
        sentence: finding.sentence,
        quoted: finding.quoted,
        problem: problem(finding.about),
    }
}

/// What a reply calls a finding.
fn problem(about: About) -> ProblemKind {
    match about {
        About::Missing(_) => ProblemKind::NeededDataMissing,
        About::Foreign | About::Unknown | About::Surplus => ProblemKind::UnknownElement,
        About::Value(_) | About::Order | About::Attribute | About::Stray | About::Encoding | About::Break => {
            ProblemKind::InvalidMessageSyntaxError
        }
        About::Namespace => ProblemKind::ProtocolError,
    }
}

fn nothing() -> Break {
    Break { offset: 0, kind: BreakKind::Foreign, sentence: "there is no message of NCIP".to_owned() }
}
