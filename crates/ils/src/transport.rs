//! Asking a hosted library's ILS: a command is rendered in the commit that decided it, carried by the outbox, and what comes back is an
//! answer to its machine. One that may have been carried out already is asked about first. Must never put a secret into what is kept, nor log
//! a message.

use std::{collections::BTreeSet, fmt, sync::Arc};

use dialects::ncip::{
    AttemptKind, Exchange as With, Fill, Found, Look, Probe, Question, Secrets, render, repeat_probe,
    understand, with_secrets,
};
use hyper::{StatusCode, body::Bytes};
use jiff::Timestamp;
use loan_model::{
    MayHaveArrived, PeerId,
    ils::{IlsAnswer, IlsCommand},
};
use net::{BoxFuture, Cause, Seams};
use persistence::{Body, RequestId, Store};
use runtime::{
    destination::Destination,
    library_incidents::LibraryIncidents,
    outbox::{AtLast, Attempt, Blames, Delivery, Exchange, Outcome, Transport},
    registry_view::RegistryView,
    requests::{CommandToRender, RenderedCommand, hold_prefix, private_words},
    stored_time::timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{IlsConnection, IlsConnections, unreadable_dates::look_at};

/// The media type of a queued command.
pub const QUEUED: &str = "application/vnd.illgate.ils+json";

/// A command as it lies in its lane: the message without secrets, and what is needed to understand the answer. Sealed, for it names the patron.
#[derive(Serialize, Deserialize)]
pub struct QueuedCommand {
    command: IlsCommand,
    /// The message.
    pub xml: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patron: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    private: Vec<String>,
}

/// Renders a command for a library's ILS; where that cannot be done, the answer that says so.
pub fn command(order: CommandToRender<'_>) -> Result<RenderedCommand, IlsAnswer> {
    let CommandToRender { command, library, sealed: parts, registry } = order;
    let failed = |why: String| IlsAnswer::Failed { why, may_have_arrived: MayHaveArrived::No };
    let connection = registry
        .registry
        .ncip(library)
        .ok_or_else(|| failed("the registry has no connection to the library's ILS".to_owned()))?;
    let settings = connection.settings;
    let patron = parts.patron_info.as_ref().and_then(|patron| patron.patron_id.clone());
    let write = |patron: Option<String>, private: Vec<String>| {
        let fill = Fill { patron: patron.clone(), private: private.clone() };
        let rendered = render(&command, &fill, &settings).map_err(|why| why.answer())?;
        let bytes = rendered.bytes().map_err(|why| why.answer())?;
        let xml = String::from_utf8(bytes).map_err(|why| failed(why.to_string()))?;
        let queued = QueuedCommand { command: command.clone(), xml, patron, private };
        serde_json::to_vec(&queued).map_err(|why| failed(why.to_string()))
    };
    let plaintext = write(patron.clone(), private_words(parts))?;
    let redacted = write(patron.map(|_| "***".to_owned()), Vec::new())?;
    Ok(RenderedCommand {
        body: Body { content_type: QUEUED.to_owned(), plaintext, redacted: Some(redacted) },
        edition: format!("NCIP {}", settings.version),
    })
}

/// Carries commands to ILSs.
pub struct IlsTransport {
    /// The connections to libraries' ILSs.
    pub connections: Arc<IlsConnections>,
    /// Takes what is wrong with a library's ILS as a whole.
    pub incidents: Arc<LibraryIncidents>,
    /// Where the holds of other requests are known.
    pub store: Store,
    /// The registry.
    pub view: Arc<RegistryView>,
    /// Time, randomness and the network.
    pub seams: Seams,
}

impl fmt::Debug for IlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IlsTransport")
    }
}

impl Transport for IlsTransport {
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt> {
        Box::pin(async move { self.ask(delivery).await.unwrap_or_else(|attempt| attempt) })
    }
}

impl IlsTransport {
    async fn ask(&self, delivery: Delivery) -> Result<Attempt, Attempt> {
        let queued: QueuedCommand = serde_json::from_slice(&delivery.bytes).map_err(|why| {
            told(IlsAnswer::Failed {
                why: format!("the queued command cannot be read: {why}"),
                may_have_arrived: MayHaveArrived::No,
            })
        })?;
        let Destination::Ils(library) = Destination::of(&delivery.entry.lane.peer) else {
            return Err(no_answer("no ILS is there".to_owned(), MayHaveArrived::No));
        };
        let snapshot = self.view.snapshot();
        let connection = self
            .connections
            .to(&snapshot, &library)
            .ok_or_else(|| {
                no_answer("the registry has no connection to its ILS".to_owned(), MayHaveArrived::No)
            })?
            .map_err(|why| no_answer(why, MayHaveArrived::No))?;
        let mut asked = AttemptKind::First;
        if delivery.earlier == MayHaveArrived::Yes {
            match repeat_probe(&queued.command, &connection.declared.settings) {
                Probe::Ask(questions) => {
                    let asked_at = timestamp(delivery.entry.queued_at);
                    let of = Of { library: &library, request: delivery.entry.lane.request, asked_at };
                    match self.look_first(&connection, &questions, &queued, of).await? {
                        Looked::Done(done) => return Ok(done),
                        Looked::Again(kind) => asked = kind,
                    }
                }
                Probe::Tolerate => asked = AttemptKind::Repeated,
                Probe::Leave => return Ok(for_staff(None, None)),
            }
        }
        let reply = self.exchange(&connection, queued.xml.clone().into_bytes()).await?;
        Ok(match self.understood(&connection, &queued.command, &queued, &reply, asked).await {
            // The ILS is there and answers: that its answer settles nothing is this command's trouble, and no other's.
            IlsAnswer::Failed { why, .. } => {
                Attempt::Unusable { why, exchange: Some(self.kept(reply)), at_last: AtLast::Undeliverable }
            }
            answer => Attempt::Answered {
                outcome: Outcome::Answered(Box::new(answer)),
                exchange: Some(self.kept(reply)),
            },
        })
    }

    /// Asks whether it was done before.
    async fn look_first(
        &self,
        connection: &IlsConnection,
        questions: &[Question],
        queued: &QueuedCommand,
        of: Of<'_>,
    ) -> Result<Looked, Attempt> {
        let cannot = |why: String| no_answer(why, MayHaveArrived::Yes);
        let settings = &connection.declared.settings;
        let fill = fill(queued);
        let mut look = Look::new(&queued.command, &fill, settings, of.asked_at);
        let (mut unusable, mut last) = (None, None);
        for &question in questions {
            let rendered = look.render(question).map_err(|why| cannot(why.to_string()))?;
            let bytes = rendered.bytes().map_err(|why| cannot(why.to_string()))?;
            let reply = self.exchange(connection, bytes).await.map_err(|attempt| match attempt {
                // What was asked about may have been done, whatever became of the asking.
                Attempt::NoAnswer { why, rest, blames, .. } => {
                    Attempt::NoAnswer { why, rest, may_have_arrived: MayHaveArrived::Yes, blames }
                }
                other => other,
            })?;
            self.look_at_dates(connection, &reply).await;
            // Another question may tell what this one does not.
            if let Err(why) = look.hear(question, &reply.body) {
                unusable = Some(why);
            }
            let known = self.known_elsewhere(&look, &of).await.map_err(cannot)?;
            if let Found::Done(facts) = look.found(&known) {
                return Ok(Looked::Done(Attempt::Answered {
                    outcome: Outcome::Answered(Box::new(IlsAnswer::Done { facts })),
                    exchange: Some(self.kept(reply)),
                }));
            }
            last = Some((reply, known));
        }
        let (reply, known) = last.ok_or_else(|| cannot("there was nothing to ask".to_owned()))?;
        match (look.found(&known), unusable) {
            (Found::ForStaff(why), _) => Ok(Looked::Done(for_staff(Some(why), Some(self.kept(reply))))),
            (Found::NotDone, _) => Ok(Looked::Again(AttemptKind::First)),
            (Found::Done(_) | Found::Unclear, Some(why)) => Err(Attempt::Unusable {
                why,
                exchange: Some(self.kept(reply)),
                at_last: AtLast::Undeliverable,
            }),
            (Found::Done(_) | Found::Unclear, None) => Ok(Looked::Again(AttemptKind::Repeated)),
        }
    }

    /// The holds among those that were seen of which another request knows.
    async fn known_elsewhere(&self, look: &Look<'_>, of: &Of<'_>) -> Result<BTreeSet<String>, String> {
        let mut known = BTreeSet::new();
        for id in look.hold_ids() {
            let requests = self.store.find_externals(&hold_prefix(of.library, id)).await;
            let requests = requests.map_err(|why| why.to_string())?;
            if requests.iter().any(|request| *request != of.request) {
                known.insert(id.to_owned());
            }
        }
        Ok(known)
    }

    async fn exchange(&self, connection: &IlsConnection, queued: Vec<u8>) -> Result<Reply, Attempt> {
        let secrets = Secrets {
            agency: connection.credentials.agency.clone(),
            system: connection.credentials.system.clone(),
        };
        let bytes = with_secrets(&queued, &secrets, &connection.declared.settings)
            .map_err(|why| no_answer(why.to_string(), MayHaveArrived::No))?;
        let _permit = connection
            .in_flight
            .acquire()
            .await
            .map_err(|_| no_answer("the gateway is going down".to_owned(), MayHaveArrived::No))?;
        let answer = connection.link.exchange(bytes.into()).await;
        let answer = answer.map_err(|failure| Attempt::NoAnswer {
            why: failure.why,
            rest: None,
            may_have_arrived: failure.may_have_arrived,
            blames: match failure.cause {
                Cause::Certificate => Blames::Certificate,
                Cause::Other => Blames::Peer,
            },
        })?;
        Ok(Reply { status: answer.status, body: answer.body, at: self.seams.clock.now() })
    }

    async fn understood(
        &self,
        connection: &IlsConnection,
        command: &IlsCommand,
        queued: &QueuedCommand,
        reply: &Reply,
        asked: AttemptKind,
    ) -> IlsAnswer {
        let settings = &connection.declared.settings;
        self.look_at_dates(connection, reply).await;
        let fill = fill(queued);
        let with = With { settings, fill: &fill, asked, now: reply.at };
        understand(command, &reply.body, &with)
    }

    async fn look_at_dates(&self, connection: &IlsConnection, reply: &Reply) {
        if let Ok(reading) = ncip::read(&reply.body, &ncip::ReadOptions::default()) {
            let (owner, settings) = (&connection.declared.owner, &connection.declared.settings);
            look_at(&self.incidents, owner, &reading.message.body, settings).await;
        }
    }

    /// The answer as it is kept, sealed.
    fn kept(&self, reply: Reply) -> Exchange {
        Exchange {
            status: reply.status.map(|status| status.as_u16()),
            content_type: Some("application/xml".to_owned()),
            body: reply.body.to_vec(),
        }
    }
}

/// Whose command it is that is asked about, and since when.
struct Of<'a> {
    library: &'a PeerId,
    request: RequestId,
    asked_at: Timestamp,
}

/// What asking first came to.
enum Looked {
    /// It is not sent again: this is the answer.
    Done(Attempt),
    /// It is to be sent.
    Again(AttemptKind),
}

/// What an ILS said.
struct Reply {
    status: Option<StatusCode>,
    body: Bytes,
    at: Timestamp,
}

fn fill(queued: &QueuedCommand) -> Fill {
    Fill { patron: queued.patron.clone(), private: queued.private.clone() }
}

/// Nobody can tell whether it was done, and done again it would be done twice.
fn for_staff(why: Option<&str>, exchange: Option<Exchange>) -> Attempt {
    let why = why.map_or_else(String::new, |why| format!("{why}; "));
    let answer = IlsAnswer::Failed {
        why: format!(
            "{why}it may have been done, and may not be done twice: look at the ILS, then say `done-by-hand`, or `retry-step` where it was not done"
        ),
        may_have_arrived: MayHaveArrived::Yes,
    };
    Attempt::Answered { outcome: Outcome::Answered(Box::new(answer)), exchange }
}

fn told(answer: IlsAnswer) -> Attempt {
    Attempt::Answered { outcome: Outcome::Answered(Box::new(answer)), exchange: None }
}

fn no_answer(why: String, may_have_arrived: MayHaveArrived) -> Attempt {
    Attempt::NoAnswer { why, rest: None, may_have_arrived, blames: Blames::Peer }
}
