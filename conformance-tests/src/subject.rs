//! The subject under test, and the hooks by which the suite may move it.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::case::Role;
use crate::http::Client;
use crate::real_time;
use crate::scenarios::Scenarios;

/// What is tested, and how it is reached.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it is.
    pub role: Role,
    /// Where it listens for ISO 18626.
    pub url: String,
    /// Its name, for the report.
    pub name: String,
    /// Headers that every message to it carries.
    pub headers: BTreeMap<String, String>,
    /// Moves its clock: gets `{"advance_seconds": N}`.
    pub clock: Option<Hook>,
    /// Kills it without warning and starts it again, returning when it answers: gets `{"restart": "kill"}`.
    pub restart: Option<Hook>,
    /// Makes its staff do something: gets `{"do": ..., ...}` as the README lists it.
    pub staff: Option<Hook>,
    /// How it is told what to do, where it acts by itself.
    pub scenarios: Option<Scenarios>,
}

impl Subject {
    /// A subject without any hooks.
    #[must_use]
    pub fn new(role: Role, url: &str) -> Subject {
        Subject {
            role,
            url: url.to_owned(),
            name: url.to_owned(),
            headers: BTreeMap::new(),
            clock: None,
            restart: None,
            staff: None,
            scenarios: None,
        }
    }
}

/// A function of the caller's that carries out a hook.
pub type HookFn = dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync;

/// A way to make the subject do something that no message can.
#[derive(Clone)]
pub enum Hook {
    /// The JSON is POSTed there; any 2xx is a yes.
    Url {
        /// Where.
        url: String,
        /// Sent as a bearer token.
        token: Option<String>,
    },
    /// The command is run with the JSON on its standard input; exit code 0 is a yes.
    Command(Vec<String>),
    /// The function is called.
    Call(Arc<HookFn>),
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hook::Url { url, .. } => f.debug_struct("Url").field("url", url).finish_non_exhaustive(),
            Hook::Command(words) => f.debug_tuple("Command").field(words).finish(),
            Hook::Call(_) => f.write_str("Call"),
        }
    }
}

impl Hook {
    /// Carries it out.
    ///
    /// # Errors
    /// A sentence that says why it did not work.
    pub async fn call(&self, order: Value) -> Result<(), String> {
        match self {
            Hook::Url { url, token } => {
                let mut headers = BTreeMap::new();
                if let Some(token) = token {
                    headers.insert("authorization".to_owned(), format!("Bearer {token}"));
                }
                let client = Client::new(url, headers, Duration::from_secs(30))?;
                let body = order.to_string().into_bytes();
                let answer = client.send("POST", Some("application/json"), &BTreeMap::new(), body).await?;
                if (200..300).contains(&answer.status) {
                    return Ok(());
                }
                Err(format!("{url} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body)))
            }
            Hook::Command(words) => run_command(words, &order.to_string()).await,
            Hook::Call(function) => function(order).await,
        }
    }
}

async fn run_command(words: &[String], input: &str) -> Result<(), String> {
    use tokio::io::AsyncWriteExt;
    let (program, arguments) = words.split_first().ok_or("an empty command")?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input is no failure.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let status = real_time::within(Duration::from_secs(60), child.wait()).await;
    match status {
        Some(Ok(status)) if status.success() => Ok(()),
        Some(Ok(status)) => Err(format!("{program}: {status}")),
        Some(Err(error)) => Err(format!("{program}: {error}")),
        None => Err(format!("{program} did not end within 60 s")),
    }
}
