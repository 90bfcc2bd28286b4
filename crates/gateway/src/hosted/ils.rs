//! Asking a hosted library's ILS: a command is rendered and frozen in the commit that decided it, carried by the outbox, and what comes back
//! is an answer to its machine. One that may have been carried out already is asked about first. Must never put a secret into what is
//! frozen, nor log a message.

use std::{fmt, num::NonZeroU32, sync::Arc, time::Duration};

use dialects::ncip::{
    Asked, Exchange as With, Fill, Probe, Secrets, already_done, render, repeat_probe, understand,
    with_secrets,
};
use hyper::{StatusCode, body::Bytes};
use jiff::Timestamp;
use net::{BoxFuture, Seams, http::Answer};
use persistence::{Arrival, Body};
use serde::{Deserialize, Serialize};
use state_machine::{
    PeerId, brokering,
    hosted::{IlsAnswer, IlsCommand},
    sealed::SealedParts,
};

use crate::{
    ncip::{IlsWay, IlsWays},
    outbox::{Carried, Courier, Exchange, Outcome, Parcel, Repeat},
    registry_view::{RegistryView, Snapshot},
    requests::{Destination, private_words},
};

/// The media type of what is frozen.
pub(crate) const FROZEN: &str = "application/vnd.illgate.ils+json";

/// A command as it is frozen: the message without secrets, and what is needed to understand the answer. Sealed, for it names the patron.
#[derive(Serialize, Deserialize)]
pub(crate) struct Frozen {
    command: IlsCommand,
    /// The message.
    pub(crate) xml: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patron: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    private: Vec<String>,
}

/// A command, rendered.
pub(crate) struct Rendered {
    pub(crate) body: Body,
    /// The protocol and its version.
    pub(crate) edition: String,
}

/// Renders a command for a library's ILS; where that cannot be done, the answer that says so.
pub(crate) fn freeze(
    snapshot: &Snapshot,
    library: &PeerId,
    command: IlsCommand,
    parts: &SealedParts,
) -> Result<Rendered, IlsAnswer> {
    let failed = |why: String| IlsAnswer::Failed { why, arrival: brokering::Arrival::Impossible };
    let connection = snapshot
        .registry
        .ncip(library)
        .ok_or_else(|| failed("the registry has no way to the library's ILS".to_owned()))?;
    let settings = connection.settings;
    let patron = parts.patron_info.as_ref().and_then(|patron| patron.patron_id.clone());
    let write = |patron: Option<String>, private: Vec<String>| {
        let fill = Fill { patron: patron.clone(), private: private.clone() };
        let rendered = render(&command, &fill, &settings).map_err(|why| why.answer())?;
        let bytes = rendered.bytes().map_err(|why| why.answer())?;
        let xml = String::from_utf8(bytes).map_err(|why| failed(why.to_string()))?;
        let frozen = Frozen { command: command.clone(), xml, patron, private };
        serde_json::to_vec(&frozen).map_err(|why| failed(why.to_string()))
    };
    let plaintext = write(patron.clone(), private_words(parts))?;
    let redacted = write(patron.map(|_| "***".to_owned()), Vec::new())?;
    Ok(Rendered {
        body: Body { content_type: FROZEN.to_owned(), plaintext, redacted: Some(redacted) },
        edition: format!("NCIP {}", settings.version),
    })
}

/// Carries commands to ILSs.
pub(crate) struct IlsCourier {
    pub(crate) ways: Arc<IlsWays>,
    pub(crate) view: Arc<RegistryView>,
    pub(crate) seams: Seams,
}

impl fmt::Debug for IlsCourier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IlsCourier")
    }
}

impl Courier for IlsCourier {
    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Carried> {
        Box::pin(async move { self.ask(parcel).await.unwrap_or_else(|carried| carried) })
    }
}

impl IlsCourier {
    async fn ask(&self, parcel: Parcel) -> Result<Carried, Carried> {
        let frozen: Frozen = serde_json::from_slice(&parcel.bytes).map_err(|why| {
            told(IlsAnswer::Failed {
                why: format!("what was frozen cannot be read: {why}"),
                arrival: brokering::Arrival::Impossible,
            })
        })?;
        let Destination::Ils(library) = Destination::of(&parcel.entry.lane.peer) else {
            return Err(no_answer("no ILS is there".to_owned(), Arrival::Impossible));
        };
        let snapshot = self.view.snapshot();
        let way = self
            .ways
            .to(&snapshot, &library)
            .ok_or_else(|| no_answer("the registry has no way to its ILS".to_owned(), Arrival::Impossible))?
            .map_err(|why| no_answer(why, Arrival::Impossible))?;
        let mut asked = Asked::Once;
        if parcel.repeat == Repeat::Repeat {
            match repeat_probe(&frozen.command, &way.connection.settings) {
                Probe::Ask(probe) => {
                    if let Some(done) = self.look_first(&way, &probe, &frozen).await? {
                        return Ok(done);
                    }
                }
                Probe::Tolerate => asked = Asked::Again,
                Probe::Leave => {
                    return Ok(told(IlsAnswer::Failed {
                        why: "it may have been done, and must not be done twice: look at the ILS".to_owned(),
                        arrival: brokering::Arrival::Possible,
                    }));
                }
            }
        }
        let reply = self.exchange(&way, frozen.xml.clone().into_bytes()).await?;
        Ok(match self.understood(&way, &frozen.command, &frozen, &reply, asked) {
            IlsAnswer::Failed { why, .. } => no_answer(why, Arrival::Possible),
            answer => Carried::Told {
                outcome: Outcome::Answered(Box::new(answer)),
                exchange: Some(self.kept(reply)),
            },
        })
    }

    /// Asks whether it was done before. Nothing: it was not, and is to be sent as if for the first time.
    async fn look_first(
        &self,
        way: &IlsWay,
        probe: &IlsCommand,
        frozen: &Frozen,
    ) -> Result<Option<Carried>, Carried> {
        let settings = &way.connection.settings;
        let cannot = |why: String| no_answer(why, Arrival::Possible);
        let rendered = render(probe, &fill(frozen), settings).map_err(|why| cannot(why.to_string()))?;
        let bytes = rendered.bytes().map_err(|why| cannot(why.to_string()))?;
        let reply = self.exchange(way, bytes).await.map_err(|carried| match carried {
            // What was asked about may have been done, whatever became of the asking.
            Carried::NoAnswer { why, .. } => cannot(why),
            other => other,
        })?;
        match self.understood(way, probe, frozen, &reply, Asked::Once) {
            IlsAnswer::Done { facts } if already_done(&frozen.command, &facts) => {
                let answer = IlsAnswer::Done { facts };
                Ok(Some(Carried::Told {
                    outcome: Outcome::Answered(Box::new(answer)),
                    exchange: Some(self.kept(reply)),
                }))
            }
            IlsAnswer::Done { .. } | IlsAnswer::Refused { .. } => Ok(None),
            IlsAnswer::Failed { why, .. } => Err(cannot(why)),
        }
    }

    async fn exchange(&self, way: &IlsWay, frozen: Vec<u8>) -> Result<Reply, Carried> {
        let secrets =
            Secrets { agency: way.credentials.agency.clone(), system: way.credentials.system.clone() };
        let bytes = with_secrets(&frozen, &secrets, &way.connection.settings)
            .map_err(|why| no_answer(why.to_string(), Arrival::Impossible))?;
        let _permit = way
            .in_flight
            .acquire()
            .await
            .map_err(|_| no_answer("the gateway is going down".to_owned(), Arrival::Impossible))?;
        let answer = way.link.exchange(bytes.into()).await.map_err(|failure| {
            let arrival = match failure.arrival {
                brokering::Arrival::Impossible => Arrival::Impossible,
                brokering::Arrival::Possible => Arrival::Possible,
            };
            no_answer(failure.why, arrival)
        })?;
        Ok(Reply { status: answer.status, body: answer.body, at: self.seams.clock.now() })
    }

    fn understood(
        &self,
        way: &IlsWay,
        command: &IlsCommand,
        frozen: &Frozen,
        reply: &Reply,
        asked: Asked,
    ) -> IlsAnswer {
        let settings = &way.connection.settings;
        let fill = fill(frozen);
        let with = With { settings, fill: &fill, asked, now: reply.at };
        understand(command, &reply.body, &with)
    }

    /// The answer as it is kept, sealed.
    fn kept(&self, reply: Reply) -> Exchange {
        let answer = Answer {
            status: reply.status.unwrap_or(StatusCode::OK),
            content_type: Some("application/xml".to_owned()),
            retry_after: None,
            location: None,
            body: reply.body,
        };
        Exchange { answer, at: reply.at, latency: Duration::ZERO }
    }
}

/// What an ILS said.
struct Reply {
    status: Option<StatusCode>,
    body: Bytes,
    at: Timestamp,
}

fn fill(frozen: &Frozen) -> Fill {
    Fill { patron: frozen.patron.clone(), private: frozen.private.clone() }
}

fn told(answer: IlsAnswer) -> Carried {
    Carried::Told { outcome: Outcome::Answered(Box::new(answer)), exchange: None }
}

fn no_answer(why: String, arrival: Arrival) -> Carried {
    Carried::NoAnswer { why, rest: None, arrival }
}

/// How many commands may be under way to an ILS at once.
pub(super) fn concurrency(most: u32) -> NonZeroU32 {
    NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN)
}
