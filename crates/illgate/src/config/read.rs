//! Reading the configuration: the file, then the environment over it, every error at once.

use std::{
    borrow::Cow,
    ffi::OsString,
    net::SocketAddr,
    ops::Range,
    path::{Path, PathBuf},
};

use errors::slug;
use manual::mail::BadMailSettings;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    mail,
    problem::{Problem, nearest},
    table::{Config, KEYS, Key, SECTIONS},
    values::{Expose, FileAt, PasswordAt},
};
use crate::exit::Failure;

/// The file that is read where none is named.
const FILE: &str = "illgate.toml";
/// The environment variable that names the file.
const FILE_VARIABLE: &str = "ILLGATE_CONFIG";

/// A configuration and where each value came from.
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// One for each key of the table, in its order.
    pub(crate) origins: Vec<Origin>,
    /// The file that was read, if there was one.
    pub(crate) file: Option<PathBuf>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Origin {
    Default,
    Line(usize),
    Variable(String),
}

/// Reads the named file (else the one that `ILLGATE_CONFIG` names, else `illgate.toml` here if there is one) and the environment.
pub(crate) fn load(named: Option<&Path>) -> Result<Loaded, Failure> {
    let named = named.map(Path::to_owned).or_else(|| std::env::var_os(FILE_VARIABLE).map(PathBuf::from));
    let file = named.or_else(|| Path::new(FILE).exists().then(|| FILE.into()));
    let text = match &file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|why| Failure::new(slug!("config.unreadable"), format!("{}: {why}", path.display())))?,
        None => String::new(),
    };
    let name = file.as_ref().map_or("environment".to_owned(), |path| path.display().to_string());
    let (mut loaded, problems) = read(&text, std::env::vars_os());
    if !problems.is_empty() {
        let lines: Vec<String> = problems.iter().map(|problem| problem.print(&name)).collect();
        let sentence = match lines.len() {
            1 => "the configuration has an error".to_owned(),
            many => format!("the configuration has {many} errors"),
        };
        return Err(Failure::new(slug!("config.invalid"), sentence)
            .details(lines)
            .hint("`illgate config reference` describes every key"));
    }
    if let Some(folder) = file.as_ref().and_then(|path| path.parent()) {
        loaded.config.data.dir = folder.join(&loaded.config.data.dir);
        if let PasswordAt::File(path) = &mut loaded.config.mail.password {
            *path = folder.join(&*path);
        }
        let (server, ncip) = (&mut loaded.config.server, &mut loaded.config.ncip);
        let files = [
            &mut server.certificate,
            &mut server.key,
            &mut server.client_authorities,
            &mut server.client_revocations,
            &mut ncip.certificate,
            &mut ncip.key,
        ];
        for path in files.into_iter().filter_map(|file| file.0.as_mut()) {
            *path = folder.join(&*path);
        }
    }
    loaded.file = file;
    Ok(loaded)
}

/// Reads the file's text and the environment; tells everything that is wrong.
pub(crate) fn read(
    text: &str,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> (Loaded, Vec<Problem>) {
    let origins = KEYS.iter().map(|_| Origin::Default).collect();
    let loaded = Loaded { config: Config::default(), origins, file: None };
    let mut reader = Reader { text, loaded, problems: Vec::new() };
    reader.file();
    reader.environment(environment);
    reader.check();
    let Reader { loaded, mut problems, .. } = reader;
    problems.sort_by_key(|problem| (problem.line.unwrap_or(usize::MAX), problem.column));
    (loaded, problems)
}

struct Reader<'a> {
    text: &'a str,
    loaded: Loaded,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn file(&mut self) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            self.problem(&span, "TOML", error.message().to_owned());
        }
        for (name, value) in table.into_inner() {
            let span = name.span();
            let name = name.into_inner();
            let Some((section, _)) = SECTIONS.iter().find(|(section, _)| *section == name) else {
                let known = SECTIONS.iter().map(|(section, _)| *section);
                let sentence = format!("there is no such section{}", meant(&name, known));
                self.problem(&span, &name, sentence);
                continue;
            };
            match value.into_inner() {
                DeValue::Table(keys) => self.section(section, keys),
                other => {
                    let sentence =
                        format!("a section is wanted (`[{name}]`), not {}", article(other.type_str()));
                    self.problem(&span, &name, sentence);
                }
            }
        }
    }

    fn section(&mut self, section: &'static str, keys: DeTable<'_>) {
        for (name, value) in keys {
            let at = KEYS.iter().position(|key| key.section == section && key.name == *name.get_ref());
            let Some(at) = at else {
                let known = KEYS.iter().filter(|key| key.section == section).map(|key| key.name);
                let sentence = format!("there is no such key{}", meant(name.get_ref(), known));
                self.problem(&name.span(), &format!("{section}.{}", name.get_ref()), sentence);
                continue;
            };
            self.value(at, value);
        }
    }

    fn value(&mut self, at: usize, value: Spanned<DeValue<'_>>) {
        let (key, span) = (&KEYS[at], value.span());
        let text: Cow<'_, str> = match value.get_ref() {
            DeValue::String(text) if !key.bare => text.clone(),
            DeValue::Integer(number) if key.bare => Cow::Owned(number.to_string().replace('_', "")),
            other => {
                let sentence = format!("{} is wanted, not {}", key.kind, article(other.type_str()));
                return self.problem(&span, &key.path(), sentence);
            }
        };
        match (key.set)(&mut self.loaded.config, &text) {
            Ok(()) => self.loaded.origins[at] = Origin::Line(self.place(&span).0),
            Err(()) => self.problem(&span, &key.path(), wanted(key, &text)),
        }
    }

    fn environment(&mut self, environment: impl Iterator<Item = (OsString, OsString)>) {
        let mut found: Vec<(String, OsString)> = environment
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with("ILLGATE_") && name.contains("__"))
            .collect();
        found.sort();
        for (name, value) in found {
            let Some(at) = KEYS.iter().position(|key| key.variable() == name) else {
                let known: Vec<String> = KEYS.iter().map(Key::variable).collect();
                let near = meant(&name, known.iter().map(String::as_str));
                self.outside(&name, format!("no key has this variable{near}"));
                continue;
            };
            let Ok(text) = value.into_string() else {
                self.outside(&name, "its value is not UTF-8".to_owned());
                continue;
            };
            match (KEYS[at].set)(&mut self.loaded.config, &text) {
                Ok(()) => self.loaded.origins[at] = Origin::Variable(name),
                Err(()) => self.outside(&name, wanted(&KEYS[at], &text)),
            }
        }
    }

    /// What no single value shows.
    fn check(&mut self) {
        if let Err(why) = mail::settings(&self.loaded.config.mail) {
            let key = match why {
                BadMailSettings::Plain { .. } => "mail.tls",
                BadMailSettings::From { .. } => "mail.from",
                BadMailSettings::Base { .. } => "mail.links",
            };
            self.at_key(key, why.to_string());
        }
        let (server, ncip) = (&self.loaded.config.server, &self.loaded.config.ncip);
        let pairs = [("server", &server.certificate, &server.key), ("ncip", &ncip.certificate, &ncip.key)];
        let halves = pairs.map(|(section, certificate, key)| match (&certificate.0, &key.0) {
            (Some(_), None) => Some((section, "certificate", "key")),
            (None, Some(_)) => Some((section, "key", "certificate")),
            _ => None,
        });
        let (named, listed) = (server.client_authorities.0.is_some(), server.client_revocations.0.is_some());
        let secured = server.certificate.0.is_some() || ncip.certificate.0.is_some();
        for (section, there, wanted) in halves.into_iter().flatten() {
            let sentence = format!("there is a {there} and no {wanted}: name both or none");
            self.at_key(&format!("{section}.{there}"), sentence);
        }
        if named && !secured {
            let sentence =
                "callers show certificates over TLS only: name a `certificate` and its `key` for the gateway";
            self.at_key("server.client_authorities", sentence.to_owned());
        }
        if listed && !named {
            let sentence = "whose lists they are, `client_authorities` must say";
            self.at_key("server.client_revocations", sentence.to_owned());
        }
        let Config { server, ncip, .. } = &self.loaded.config;
        if server.expose == Expose::PlainHttp {
            return;
        }
        let in_clear = |listen: Option<SocketAddr>, certificate: &FileAt| {
            listen.filter(|listen| certificate.0.is_none() && !listen.ip().is_loopback())
        };
        let listens = [
            ("server", in_clear(Some(server.listen), &server.certificate)),
            ("ncip", in_clear(ncip.listen.0, &ncip.certificate)),
        ];
        for (section, listen) in listens {
            let Some(listen) = listen else { continue };
            let sentence = format!(
                "{listen} is reachable from other machines, and there is no TLS: name a `certificate` and its `key` in [{section}], \
                 listen on a loopback address, or say `expose = \"plain-http\"` in [server] if a proxy ends TLS in front of it"
            );
            self.at_key(&format!("{section}.listen"), sentence);
        }
    }

    /// A problem of a key that was read, where it stands.
    fn at_key(&mut self, path: &str, sentence: String) {
        let at = KEYS.iter().position(|key| key.path() == path);
        match at.map(|at| self.loaded.origins[at].clone()) {
            Some(Origin::Line(line)) => self.problems.push(Problem {
                line: Some(line),
                column: Some(1),
                key: path.to_owned(),
                sentence,
            }),
            _ => self.outside(path, sentence),
        }
    }

    fn problem(&mut self, span: &Range<usize>, key: &str, sentence: String) {
        let (line, column) = self.place(span);
        self.problems.push(Problem { line: Some(line), column: Some(column), key: key.to_owned(), sentence });
    }

    fn outside(&mut self, key: &str, sentence: String) {
        self.problems.push(Problem { line: None, column: None, key: key.to_owned(), sentence });
    }

    fn place(&self, span: &Range<usize>) -> (usize, usize) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

fn wanted(key: &Key, text: &str) -> String {
    format!("{} is wanted, not `{text}`", key.kind)
}

fn meant<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known).map_or(String::new(), |near| format!("; `{near}` is meant, perhaps"))
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
