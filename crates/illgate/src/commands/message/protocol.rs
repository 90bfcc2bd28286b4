//! A message of either protocol as one thing. Which protocol it is, its root element says.

use clap::ValueEnum;
use serde::Serialize;

/// What to write a message in.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Target {
    #[value(name = "1.1", help = "ISO 18626 of 2014")]
    V1_1,
    #[value(name = "1.2", help = "ISO 18626 of 2017")]
    V1_2,
    #[value(name = "2021-2", help = "ISO 18626 of 2021")]
    V2021_2,
    #[value(name = "ncip-1", help = "NCIP 1.0")]
    Ncip1,
    #[value(name = "ncip-1.01", help = "NCIP 1.01")]
    Ncip1_01,
    #[value(name = "ncip-2.02", help = "NCIP 2.02")]
    Ncip2_02,
}

/// A target, by its protocol.
#[derive(Debug, Clone, Copy)]
enum Form {
    Iso(iso18626::Edition),
    Ncip(ncip::Version),
}

impl Target {
    fn form(self) -> Form {
        match self {
            Self::V1_1 => Form::Iso(iso18626::Edition::V1_1),
            Self::V1_2 => Form::Iso(iso18626::Edition::V1_2),
            Self::V2021_2 => Form::Iso(iso18626::Edition::V2021_2),
            Self::Ncip1 => Form::Ncip(ncip::Version::V1_0),
            Self::Ncip1_01 => Form::Ncip(ncip::Version::V1_01),
            Self::Ncip2_02 => Form::Ncip(ncip::Version::V2_02),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self.form() {
            Form::Iso(edition) => edition.as_str(),
            Form::Ncip(version) => version.as_str(),
        }
    }
}

/// A message that was read.
pub(super) enum Reading {
    Iso(Box<iso18626::Reading>),
    Ncip(Box<ncip::Reading>),
}

/// Not even the kind of message could be told.
pub(super) struct Unreadable {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) sentence: String,
    pub(super) whole: String,
}

/// One thing that is wrong, as the sender of the message is told.
#[derive(Serialize)]
pub(super) struct Diagnostic<'a> {
    severity: ncip::Severity,
    path: &'a str,
    line: u32,
    column: u32,
    sentence: String,
    /// What an answer calls it.
    problem: String,
}

/// An element kept aside: where it was. What is in it is not known, so a secret could be.
#[derive(Serialize)]
pub(super) struct Extra<'a> {
    pub(super) path: &'a str,
}

/// A message in another form.
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    pub(super) losses: Vec<Loss>,
}

/// What a form could not say.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Loss {
    Iso(iso18626::Loss),
    Ncip(ncip::Loss),
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Loss::Iso(loss) => loss.fmt(f),
            Loss::Ncip(loss) => loss.fmt(f),
        }
    }
}

/// Reads a message of the protocol that its root element is of.
pub(super) fn read(bytes: &[u8], namespace: iso18626::NamespaceRule) -> Result<Reading, Unreadable> {
    let options = iso18626::ReadOptions { namespace, ..iso18626::ReadOptions::default() };
    let foreign = match iso18626::read(bytes, &options) {
        Ok(reading) => return Ok(Reading::Iso(Box::new(reading))),
        Err(why) => why,
    };
    match ncip::read(bytes, &ncip::ReadOptions::default()) {
        Ok(reading) => Ok(Reading::Ncip(Box::new(reading))),
        Err(why) => Err(Unreadable {
            line: foreign.line,
            column: foreign.column,
            sentence: match why.kind {
                ncip::UnreadableKind::NotAMessage => {
                    format!("{}; nor is it a message of NCIP", foreign.sentence)
                }
                _ => foreign.sentence.clone(),
            },
            whole: foreign.to_string(),
        }),
    }
}

impl Reading {
    pub(super) fn is_acceptable(&self) -> bool {
        match self {
            Reading::Iso(reading) => reading.is_acceptable(),
            Reading::Ncip(reading) => reading.is_acceptable(),
        }
    }

    pub(super) fn kind(&self) -> String {
        match self {
            Reading::Iso(reading) => reading.message.kind().to_string(),
            Reading::Ncip(reading) => reading.message.body.element().to_owned(),
        }
    }

    /// The edition or version by its name.
    pub(super) fn edition(&self) -> &'static str {
        match self {
            Reading::Iso(reading) => reading.edition.as_str(),
            Reading::Ncip(reading) => reading.version.as_str(),
        }
    }

    /// The same, as it is spoken of.
    pub(super) fn spoken_edition(&self) -> String {
        match self {
            Reading::Iso(reading) => format!("edition {}", reading.edition),
            Reading::Ncip(reading) => format!("NCIP {}", reading.version),
        }
    }

    /// What the message says of it.
    pub(super) fn version(&self) -> &str {
        match self {
            Reading::Iso(reading) => &reading.version,
            Reading::Ncip(reading) => &reading.declared,
        }
    }

    pub(super) fn diagnostics(&self) -> Vec<Diagnostic<'_>> {
        match self {
            Reading::Iso(reading) => reading.diagnostics.iter().map(Diagnostic::from).collect(),
            Reading::Ncip(reading) => reading.diagnostics.iter().map(Diagnostic::from).collect(),
        }
    }

    pub(super) fn extras(&self) -> Vec<Extra<'_>> {
        match self {
            Reading::Iso(reading) => reading.extras.iter().map(|extra| Extra { path: &extra.path }).collect(),
            Reading::Ncip(reading) => {
                reading.extras.iter().map(|extra| Extra { path: &extra.path }).collect()
            }
        }
    }

    /// The message as JSON for people.
    pub(super) fn message(&self) -> serde_json::Result<serde_json::Value> {
        match self {
            Reading::Iso(reading) => serde_json::to_value(reading.message.shown()),
            Reading::Ncip(reading) => serde_json::to_value(reading.message.shown()),
        }
    }

    /// Writes it in another form of its protocol; the error says what is wrong, and where.
    pub(super) fn write(&self, target: Target) -> Result<Written, String> {
        match (self, target.form()) {
            (Reading::Iso(reading), Form::Iso(edition)) => {
                let written = iso18626::write(&reading.message, &iso18626::WriteOptions::new(edition));
                let written = written.map_err(|error| error.to_string())?;
                let losses = written.losses.into_iter().map(Loss::Iso).collect();
                Ok(Written { bytes: written.bytes, losses })
            }
            (Reading::Ncip(reading), Form::Ncip(version)) => {
                let written = ncip::write(&reading.message, &ncip::WriteOptions::new(version));
                let written = written.map_err(|error| error.to_string())?;
                let losses = written.losses.into_iter().map(Loss::Ncip).collect();
                Ok(Written { bytes: written.bytes, losses })
            }
            (Reading::Iso(_), Form::Ncip(_)) => Err("a message of ISO 18626 has no form in NCIP".to_owned()),
            (Reading::Ncip(_), Form::Iso(_)) => Err("a message of NCIP has no form in ISO 18626".to_owned()),
        }
    }
}

impl<'a> From<&'a iso18626::Diagnostic> for Diagnostic<'a> {
    fn from(found: &'a iso18626::Diagnostic) -> Self {
        Self {
            severity: found.severity,
            path: &found.path,
            line: found.line,
            column: found.column,
            sentence: found.for_sender(),
            problem: found.error_type.to_string(),
        }
    }
}

impl<'a> From<&'a ncip::Diagnostic> for Diagnostic<'a> {
    fn from(found: &'a ncip::Diagnostic) -> Self {
        Self {
            severity: found.severity,
            path: &found.path,
            line: found.line,
            column: found.column,
            sentence: found.for_sender(),
            problem: found.problem.to_string(),
        }
    }
}

impl Diagnostic<'_> {
    pub(super) fn is_error(&self) -> bool {
        self.severity == ncip::Severity::Error
    }

    /// Line and column.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    pub(super) fn sentence(&self) -> &str {
        &self.sentence
    }

    pub(super) fn path(&self) -> &str {
        self.path
    }

    /// What an answer calls it.
    pub(super) fn name(&self) -> &str {
        &self.problem
    }
}
