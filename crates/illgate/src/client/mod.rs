//! The client of a running gateway's API. Finds it by the configuration: the address it told, the token beside its store.
//! Must never print the token, nor wait for ever.

mod told;
mod transport;

use std::{path::Path, time::Duration};

use api::model::{BASE, Fault, Problem, TOKEN_FILE};
use errors::slug;
use serde::{Serialize, de::DeserializeOwned};

pub(crate) use self::told::Told;
use self::transport::{Answer, Ask, Lost, Sink};
use crate::{
    config::{Config, load},
    context::Context,
    exit::Failure,
};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long what works through the whole store may take.
const LONG_TIMEOUT: Duration = Duration::from_secs(3600);

/// A running gateway, as far as is known.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    gateway: Told,
    token: String,
    timeout: Duration,
}

impl Client {
    /// The gateway that the configuration means.
    pub(crate) fn find(context: &Context) -> Result<Self, Failure> {
        Self::of(&load(context.global.config.as_deref())?.config)
    }

    /// The gateway of this configuration.
    pub(crate) fn of(config: &Config) -> Result<Self, Failure> {
        let untold = Told { address: config.server.listen, certificate: None };
        Self::at(Told::read(&config.data.dir).unwrap_or(untold), &config.data.dir)
    }

    /// The gateway that listens there and keeps its things in that folder.
    pub(crate) fn at(gateway: Told, dir: &Path) -> Result<Self, Failure> {
        let file = dir.join(TOKEN_FILE);
        let token = std::fs::read_to_string(&file).map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => not_running(&format!("{} does not exist", file.display())),
            _ => Failure::new(slug!("api.no-token"), format!("{}: {why}", file.display()))
                .hint("the token is readable by the gateway's own user: run this as that user"),
        })?;
        Ok(Self { gateway, token: token.trim().to_owned(), timeout: TIMEOUT })
    }

    /// The same, waiting as long as work on the whole store may take.
    pub(crate) fn patient(mut self) -> Self {
        self.timeout = LONG_TIMEOUT;
        self
    }

    /// The same, waiting for so long at most.
    pub(crate) fn within(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether a gateway answers at all.
    pub(crate) async fn answers(&self) -> bool {
        self.clone().within(Duration::from_secs(2)).get::<serde_json::Value>("status").await.is_ok()
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        json(self.ask("GET", path, None).await?)
    }

    /// The answer's bytes as they are.
    pub(crate) async fn bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        Ok(self.ask("GET", path, None).await?.body)
    }

    /// Writes the answer's bytes as they come.
    pub(crate) async fn copy(&self, path: &str, to: &mut (dyn std::io::Write + Send)) -> Result<(), Failure> {
        self.exchange("GET", path, None, &mut |bytes| to.write_all(bytes)).await?;
        Ok(())
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let body = serde_json::to_vec(body)
            .map_err(|why| Failure::new(slug!("api.unwritable"), format!("as JSON: {why}")))?;
        json(self.ask("POST", path, Some(("application/json", body))).await?)
    }

    /// Posts text of another type.
    pub(crate) async fn post_text<T: DeserializeOwned>(
        &self,
        path: &str,
        content_type: &'static str,
        text: String,
    ) -> Result<T, Failure> {
        self.post_bytes(path, content_type, text.into_bytes()).await
    }

    /// Posts bytes of another type.
    pub(crate) async fn post_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        content_type: &'static str,
        bytes: Vec<u8>,
    ) -> Result<T, Failure> {
        json(self.ask("POST", path, Some((content_type, bytes))).await?)
    }

    /// One exchange with what the gateway shows to everybody, whatever is answered. Not with the token.
    pub(crate) async fn knock(
        &self,
        method: &'static str,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<(u16, Vec<u8>), Failure> {
        let mut whole = Vec::new();
        let mut sink = |bytes: &[u8]| {
            whole.extend_from_slice(bytes);
            Ok(())
        };
        let ask = Ask {
            gateway: self.gateway,
            method,
            path: path.to_owned(),
            token: None,
            body,
            timeout: self.timeout,
        };
        let answer = transport::ask(ask, &mut sink).await.map_err(|why| self.lost(why))?;
        whole.extend(answer.body);
        Ok((answer.status, whole))
    }

    async fn ask(
        &self,
        method: &'static str,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<Answer, Failure> {
        let mut whole = Vec::new();
        let mut sink = |bytes: &[u8]| {
            whole.extend_from_slice(bytes);
            Ok(())
        };
        let answer = self.exchange(method, path, body, &mut sink).await?;
        Ok(Answer { body: whole, ..answer })
    }

    async fn exchange(
        &self,
        method: &'static str,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
        sink: &mut Sink<'_>,
    ) -> Result<Answer, Failure> {
        let ask = Ask {
            gateway: self.gateway,
            method,
            path: format!("{BASE}/{path}"),
            token: Some(&self.token),
            body,
            timeout: self.timeout,
        };
        let answer = transport::ask(ask, sink).await.map_err(|why| self.lost(why))?;
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(self.refused(&answer)) }
    }

    fn lost(&self, why: Lost) -> Failure {
        let address = self.gateway.address;
        match why {
            Lost::Unreachable(why) => not_running(&format!("{address}: {why}")),
            Lost::Late => Failure::new(
                slug!("api.late"),
                format!("the gateway at {address} did not answer in {} s", self.timeout.as_secs()),
            ),
            Lost::Broken(why) => Failure::new(
                slug!("api.broken"),
                format!("the connection with the gateway at {address} broke: {why}"),
            ),
            Lost::Unwritable(why) => {
                Failure::new(slug!("output.unwritable"), format!("the answer cannot be written: {why}"))
            }
        }
    }

    fn refused(&self, answer: &Answer) -> Failure {
        let failure = match serde_json::from_slice::<Problem>(&answer.body) {
            Ok(problem) => {
                let said = problem.detail.unwrap_or(problem.title);
                Failure::told(&problem.slug, said).details(problem.errors.iter().map(fault).collect())
            }
            Err(_) => Failure::new(slug!("api.refused"), format!("the gateway answered {}", answer.status)),
        };
        match answer.status {
            401 | 403 => failure.hint(format!(
                "the gateway at {} does not take this token: is it another gateway than the one of this configuration?",
                self.gateway.address
            )),
            _ => failure,
        }
    }
}

/// A fault of a document, in a line.
fn fault(fault: &Fault) -> String {
    format!("{}:{}: {}: {}", fault.line, fault.column, fault.key, fault.sentence)
}

fn not_running(why: &str) -> Failure {
    Failure::new(slug!("api.unreachable"), format!("no gateway is running here ({why})"))
        .hint("start it with `illgate serve`, or name its configuration with `--config FILE`")
}

fn json<T: DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    let body = if answer.body.is_empty() { b"null".as_slice() } else { &answer.body };
    serde_json::from_slice(body).map_err(|why| {
        Failure::new(slug!("api.unreadable"), format!("the gateway's answer is not as it should be: {why}"))
            .hint("is the gateway of another release than this command?")
    })
}

/// Something as a part of a path.
pub(crate) fn part(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts_of_a_path_are_escaped() {
        assert_eq!(part("req_01-a.b"), "req_01-a.b");
        assert_eq!(part("A/ü ?"), "A%2F%C3%BC%20%3F");
    }
}
