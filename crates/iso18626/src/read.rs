//! Reading a message from bytes, tolerantly.

use xml::{
    About, Break, BreakKind, DocType, Document, Expect, Extra, Finding, Outcome, Severity, Text, Unreadable,
};

use crate::wire::Envelope;
use crate::{Action, Diagnostic, Edition, ErrorType, Message, ReasonForMessage};

/// How to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// How much is taken.
    pub limits: xml::Limits,
    /// Whether the namespace must be there.
    pub namespace: NamespaceRule,
}

/// Whether a message must be in the standard's namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NamespaceRule {
    /// It must.
    #[default]
    Required,
    /// Elements in no namespace are taken for the standard's: some systems leave it out.
    MayBeMissing,
}

/// What was read. Also for a message with errors: what could be read is in `message`, the rest is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The message.
    pub message: Message,
    /// Its edition: what its version says or, where that lies, its content.
    pub edition: Edition,
    /// The `version` as declared; empty where it is missing.
    pub version: String,
    /// What is wrong with it, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// Elements that no edition knows, kept extra.
    pub extras: Vec<Extra>,
}

impl Reading {
    /// Whether the message can be acted on: nothing worse than warnings.
    pub fn is_acceptable(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The `version` as declared, where it is a number that is known: what may be logged and kept of it.
    pub fn known_version(&self) -> Option<&str> {
        let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | 'v' | 'V');
        let version = self.version.trim();
        let known = version.len() <= 16 && version.chars().all(number);
        (known && Edition::from_version(version).is_some()).then_some(version)
    }

    /// The diagnostics for which the message is answered with an error.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|d| d.severity == Severity::Error)
    }
}

/// Reads one message.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Reading, Unreadable> {
    let text = xml::decode(bytes, &options.limits).map_err(|broken| Unreadable::new(None, broken))?;
    let mut declared = None;
    let mut best: Option<Attempt> = None;
    for edition in [Edition::V1_2, Edition::V2021_2, Edition::V1_1] {
        let document = open(&text, options)?;
        let first = *declared
            .get_or_insert_with(|| Edition::from_version(document.attribute("version").unwrap_or_default()));
        let edition = match best {
            None => first.unwrap_or(edition),
            // A 1.2 message without what 1.2 added is a 1.2 message with something missing.
            Some(_) if Some(edition) == first || (edition, first) == (Edition::V1_1, Some(Edition::V1_2)) => {
                continue;
            }
            Some(_) => edition,
        };
        let version = document.attribute("version").unwrap_or_default().to_owned();
        let mut envelope = Box::new(Envelope::default());
        let outcome = document.read(&mut *envelope, edition.column());
        let attempt = Attempt { edition, version, envelope, outcome };
        match &best {
            Some(best) if !attempt.fits_better_than(best) => {}
            _ => best = Some(attempt),
        }
        if best.as_ref().is_some_and(|best| best.strange() == 0) {
            break;
        }
    }
    let Some(best) = best else { return Err(Unreadable::new(Some(&text), nothing())) };
    if !best.outcome.begun {
        let broken = best.outcome.broken.unwrap_or_else(|| {
            let first = best.outcome.findings.into_iter().find(|finding| finding.about != About::Namespace);
            first.map_or_else(nothing, |finding| Break {
                offset: finding.offset,
                sentence: finding.sentence,
                ..nothing()
            })
        });
        return Err(Unreadable::new(Some(&text), broken));
    }
    Ok(best.reading(&text, declared.flatten()))
}

/// The namespace of every edition.
pub(crate) const NAMESPACE: &str = "http://illtransactions.org/2013/iso18626";

/// The root element of every edition.
pub(crate) const ROOT: &str = "ISO18626Message";

fn open<'t>(text: &'t Text<'t>, options: &ReadOptions) -> Result<Document<'t>, Unreadable> {
    let expect = Expect {
        root: ROOT,
        namespaces: &[NAMESPACE],
        attributes: &["version"],
        namespace: match options.namespace {
            NamespaceRule::Required => xml::NamespaceRule::Required,
            NamespaceRule::MayBeMissing => xml::NamespaceRule::MayBeMissing,
        },
        doctype: DocType::Refused,
        passed: &[],
        unsound: xml::Unsound::LeftOut,
    };
    Document::open(text, &options.limits, expect).map_err(|broken| Unreadable::new(Some(text), broken))
}

/// A document read as one edition has it.
struct Attempt {
    edition: Edition,
    version: String,
    envelope: Box<Envelope>,
    outcome: Outcome,
}

impl Attempt {
    /// How much speaks against the edition.
    fn strange(&self) -> usize {
        let strange = |f: &&Finding| matches!(f.about, About::Foreign | About::Order | About::Surplus);
        self.outcome.findings.iter().filter(strange).count()
    }

    fn fits_better_than(&self, other: &Attempt) -> bool {
        self.strange() < other.strange() && self.outcome.findings.len() <= other.outcome.findings.len()
    }

    fn reading(self, text: &Text<'_>, declared: Option<Edition>) -> Reading {
        let placed = xml::placed(self.outcome.findings, text);
        let mut diagnostics: Vec<_> =
            placed.into_iter().map(|(finding, place)| diagnostic(finding, place)).collect();
        let doubt = match declared {
            _ if self.version.is_empty() => None,
            None => {
                Some(format!("the version is none that is known; the content is read as {}", self.edition))
            }
            Some(declared) if declared != self.edition => {
                Some(format!("the version says {declared}, the content is that of {}", self.edition))
            }
            Some(_) => None,
        };
        if let Some(sentence) = doubt {
            let path = format!("/{ROOT}");
            let error_type = ErrorType::UnrecognisedDataValue;
            let severity = Severity::Warning;
            let quoted = None;
            diagnostics
                .insert(0, Diagnostic { severity, path, line: 1, column: 1, sentence, quoted, error_type });
        }
        Reading {
            message: (*self.envelope).into(),
            edition: self.edition,
            version: self.version,
            diagnostics,
            extras: self.outcome.extras,
        }
    }
}

fn diagnostic(finding: Finding, (line, column): (u32, u32)) -> Diagnostic {
    Diagnostic {
        severity: finding.severity,
        path: finding.path,
        line,
        column,
        sentence: finding.sentence,
        quoted: finding.quoted,
        error_type: error_type(finding.about),
    }
}

/// What a confirmation calls a finding.
fn error_type(about: About) -> ErrorType {
    match about {
        About::Missing(Some(list)) | About::Value(Some(list)) if list == Action::LIST.name => {
            ErrorType::UnsupportedActionType
        }
        About::Missing(Some(list)) | About::Value(Some(list)) if list == ReasonForMessage::LIST.name => {
            ErrorType::UnsupportedReasonForMessageType
        }
        About::Value(_) => ErrorType::UnrecognisedDataValue,
        About::Order | About::Surplus | About::Foreign | About::Unknown | About::Attribute | About::Stray => {
            ErrorType::UnrecognisedDataElement
        }
        About::Missing(_) | About::Namespace | About::Encoding | About::Break => {
            ErrorType::BadlyFormedMessage
        }
    }
}

fn nothing() -> Break {
    Break { offset: 0, kind: BreakKind::Foreign, sentence: "there is no message of ISO 18626".to_owned() }
}
