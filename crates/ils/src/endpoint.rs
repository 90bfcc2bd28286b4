//! `POST /ncip`, and the same without HTTP: what comes in is read, its sender made out, and either answered here or carried on. Whatever is
//! wrong is answered as a problem, with HTTP 200; several things wrong, as several. What changes a request is answered only after its
//! commit. Must never log or keep a message: it may hold a PIN.

use std::{fmt::Write as _, sync::Arc};

use axum::body::Body as HttpBody;
use errors::slug;
use hyper::{
    Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
};
use jiff::Timestamp;
use loan_model::{PeerId, facts::PeerStanding};
use ncip::{
    Body, Direction, Extra, InitiationHeader, Message, Problem, ProblemKind, ReadOptions, Reading, Schemes,
    Service, Version, WriteOptions,
};
use net::{BoxFuture, Caller, Seams, http::RequestBody};
use persistence::{IntakeEntry, IntakeId, IntakeLimits, Store};
use runtime::{
    gate::{IntakeGate, IntakeState},
    input_span::{self, InputKind, InputSpan},
    library_incidents::LibraryIncidents,
    presented::{Authenticator, Claim, Credential, Presented, Protocol, Remedy},
    registry_view::{RegistryView, Snapshot},
    stored_time::unix_millis,
};
use tokio::sync::Semaphore;

use super::{
    connections::IlsConnections,
    counts::Counts,
    guesses::Guesses,
    left_out::Reply,
    ports::{HostedInputs, MessageKey},
    post::{NoMessage, check_head, message},
    problems::{self, later, missing, refusal, unauthorized, unknown_agency},
    route::Parties,
    shape::shape,
    socket::{Frame, FrameHandler},
};

/// How many messages are handled at once; more are told to come again.
const MAX_IN_FLIGHT: usize = 512;

/// The endpoint.
pub struct Ncip {
    /// The store.
    pub store: Store,
    /// The registry.
    pub view: Arc<RegistryView>,
    /// Time, randomness and the network.
    pub seams: Seams,
    /// Proves who sends a message.
    pub authenticator: Arc<dyn Authenticator>,
    /// Takes what concerns hosted libraries' requests.
    pub hosted: Arc<dyn HostedInputs>,
    /// The connections to libraries' ILSs.
    pub connections: Arc<IlsConnections>,
    /// Takes what is wrong with a library's ILS as a whole.
    pub incidents: Arc<LibraryIncidents>,
    /// What NCIP carried, in figures.
    pub counts: Counts,
    /// Which cards and PINs were tried.
    pub guesses: Guesses,
    /// How much is kept of what cannot be attributed to a request.
    pub keep: IntakeLimits,
    /// How messages are read.
    pub read: ReadOptions,
    /// Whether messages are taken.
    pub gate: Arc<IntakeGate>,
    /// How many messages are handled at once.
    pub in_flight: Semaphore,
}

/// What came in, and what its sender presents.
struct Received {
    bytes: Vec<u8>,
    presented: Presented,
    at: Timestamp,
}

/// A message whose sender is known.
pub(super) struct Asking<'a> {
    /// The registry.
    pub(super) snapshot: &'a Snapshot,
    /// Who sends it.
    pub(super) from: PeerId,
    /// The member that it goes to; nobody where it goes to the gateway.
    pub(super) to: Option<PeerId>,
    /// Its header.
    pub(super) header: &'a InitiationHeader,
    /// Its service.
    pub(super) service: &'a Service,
    /// What stands in it that nobody knows, by its path.
    pub(super) unknown: &'a [Extra],
    /// By what a repeat of it is known.
    pub(super) key: MessageKey,
    /// When it came.
    pub(super) at: Timestamp,
}

impl Asking<'_> {
    /// Whom the message concerns, if it names a user or an item of this member.
    pub(super) fn parties<'a>(&'a self, named: Option<&'a PeerId>) -> Parties<'a> {
        Parties { from: &self.from, to: self.to.as_ref(), named }
    }
}

impl Ncip {
    /// The bound on messages that are handled at once.
    pub fn in_flight() -> Semaphore {
        Semaphore::new(MAX_IN_FLIGHT)
    }

    /// Answers one HTTP request.
    pub async fn receive(&self, request: Request<RequestBody>) -> Response<HttpBody> {
        match InputSpan::new(InputKind::Ncip).run(self.take(request)).await {
            Ok(answer) => {
                let mut response = Response::new(HttpBody::from(answer));
                let xml = HeaderValue::from_static("application/xml; charset=\"utf-8\"");
                response.headers_mut().insert(CONTENT_TYPE, xml);
                response
            }
            Err(NoMessage { status, why }) => {
                let mut response = Response::new(HttpBody::from(format!("{why}\n")));
                *response.status_mut() = status;
                let plain = HeaderValue::from_static("text/plain; charset=utf-8");
                response.headers_mut().insert(CONTENT_TYPE, plain);
                if status == StatusCode::METHOD_NOT_ALLOWED {
                    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
                }
                response
            }
        }
    }

    async fn take(&self, request: Request<RequestBody>) -> Result<Vec<u8>, NoMessage> {
        let carried = check_head(request.method(), request.headers())?;
        let (head, body) = request.into_parts();
        let bytes =
            body.read().await.map_err(|why| NoMessage { status: why.status(), why: why.to_string() })?;
        let bytes = message(carried, &bytes)?;
        let at = self.seams.clock.now();
        Ok(self.hear(Received { bytes, presented: Presented::by_http(&head), at }).await)
    }

    /// The answer to a message: always one.
    async fn hear(&self, received: Received) -> Vec<u8> {
        let reading = match ncip::read(&received.bytes, &self.read) {
            Ok(reading) => reading,
            Err(why) => return self.unreadable(&received, &why.to_string()).await,
        };
        let message = &reading.message;
        let answer = match message.body.direction() {
            Direction::Response => {
                let why = "an answer is given to a message, in its own exchange: it is not sent by itself";
                Reply::from(Body::Problem(vec![Problem::new(ProblemKind::ProtocolError).detail(why)]))
            }
            Direction::Initiation => {
                let service = message.service().unwrap_or_else(|| Service::Other(String::new()));
                input_span::tell_message(&service);
                let problems = problems::of_reading(&reading);
                if let (Body::LookupVersion(asked), true) = (&message.body, problems.is_empty()) {
                    Reply::from(super::responder::versions(asked))
                } else {
                    let answered = match problems.is_empty() {
                        true => self.handle(&received, &reading, &service).await,
                        false => {
                            let why: Vec<String> = reading.errors().map(ToString::to_string).collect();
                            Err(self
                                .kept(&received, &why.join("; "))
                                .await
                                .map_or_else(|why| vec![why], |()| problems))
                        }
                    };
                    let header = message.body.initiation_header();
                    answered.unwrap_or_else(|problems| {
                        let kinds = problems.iter().map(|problem| problem.problem_type.value.as_str());
                        let kinds = kinds.collect::<Vec<_>>().join(", ");
                        tracing::info!(source = %received.presented.address.ip(), kinds, "an NCIP message was refused");
                        Reply::from(refusal(Some(&service), header, problems))
                    })
                }
            }
        };
        // What is broken may look like another version than the one that its sender can read.
        let declared = Version::from_attribute(&reading.declared).filter(|_| !reading.is_acceptable());
        let options = WriteOptions {
            schemes: self.schemes(&message.body),
            ..WriteOptions::new(declared.unwrap_or(reading.version))
        };
        written(answer, options)
    }

    /// Whether the system that asks likes schemes with terms.
    fn schemes(&self, asked: &Body) -> Schemes {
        let snapshot = self.view.snapshot();
        let from = asked.initiation_header().map(|header| header.from_agency_id.value.trim());
        let library = from.and_then(|agency| snapshot.registry.by_agency(agency));
        let connection = library.and_then(|library| snapshot.registry.ncip(&library.id));
        connection.map(|connection| connection.settings.schemes).unwrap_or_default()
    }

    async fn handle(
        &self,
        received: &Received,
        Reading { message, extras, .. }: &Reading,
        service: &Service,
    ) -> Result<Reply, Vec<Problem>> {
        let _permit = self
            .in_flight
            .try_acquire()
            .map_err(|_| vec![later("too many messages are being handled: come again later")])?;
        match self.gate.state() {
            IntakeState::Open => {}
            IntakeState::NoSpace => return Err(vec![later("the disk is nearly full: come again later")]),
            IntakeState::Draining => {
                return Err(vec![later("the gateway is going down: come again later")]);
            }
        }
        let Some(header) = message.body.initiation_header() else {
            return Err(match service.kind() {
                Some(_) => vec![missing("InitiationHeader").detail("who sends this, and to whom?")],
                None => vec![Problem::new(ProblemKind::UnknownService).element(service.as_str())],
            });
        };
        let snapshot = self.view.snapshot();
        let from = self.sender(received, header, &snapshot).await?;
        input_span::tell_peer(&from);
        // Who has not joined yet, or has left, is known but may do nothing.
        let standing = snapshot.facts(&from).map(|facts| facts.standing);
        if matches!(standing, None | Some(PeerStanding::Invited | PeerStanding::Retired)) {
            return Err(vec![unauthorized(service).detail("this library does not take part")]);
        }
        let to = addressed(header, &snapshot)?;
        let key = key(&from, message, service);
        let at = received.at;
        let unknown = extras.as_slice();
        let asking = Asking { snapshot: &snapshot, from, to, header, service, unknown, key, at };
        self.respond(&asking, &message.body).await
    }

    /// The member that sent the message, if it can be believed.
    async fn sender(
        &self,
        received: &Received,
        header: &InitiationHeader,
        snapshot: &Snapshot,
    ) -> Result<PeerId, Vec<Problem>> {
        let agency = header.from_agency_id.value.trim();
        let unknown = || vec![unknown_agency("FromAgencyId", agency)];
        if agency.is_empty() {
            return Err(vec![missing("FromAgencyId").detail("who sends this?")]);
        }
        let library = snapshot.registry.by_agency(agency).ok_or_else(unknown)?;
        let symbol = library.symbols.first().ok_or_else(unknown)?;
        let given = header.from_agency_authentication.as_ref();
        let presented =
            received.presented.clone().with_credential(given.map(|secret| Credential::new(secret.expose())));
        let claim = Claim {
            protocol: Protocol::Ncip,
            peer: &library.id,
            symbol,
            presented: &presented,
            registry: &snapshot.registry,
        };
        let Err(unproven) = self.authenticator.prove(&claim) else {
            return Ok(library.id.clone());
        };
        self.incidents.raise_unproven(&unproven, received.presented.address.ip()).await;
        let why = &unproven.why;
        Err(vec![match unproven.remedy {
            Remedy::Operator | Remedy::Waiting(_) => later(why),
            Remedy::Credentials | Remedy::Address | Remedy::Proof => {
                let problem = Problem::new(ProblemKind::AgencyAuthenticationFailed);
                problem.element("FromAgencyId").detail(why)
            }
        }])
    }

    /// Says that a message could not be read, in the form that its sender most likely understands.
    async fn unreadable(&self, received: &Received, why: &str) -> Vec<u8> {
        let problem = match self.kept(received, why).await {
            Ok(()) => Problem::new(ProblemKind::InvalidMessageSyntaxError).element("NCIPMessage").detail(why),
            Err(problem) => problem,
        };
        let (service, version) = likely(&received.bytes);
        written(Reply::from(refusal(service.as_ref(), None, vec![problem])), WriteOptions::new(version))
    }

    /// Keeps the shape of what could not be understood, bounded per source.
    async fn kept(&self, received: &Received, why: &str) -> Result<(), Problem> {
        let entry = IntakeEntry {
            id: IntakeId::new(unix_millis(received.at), self.seams.random.next_u128()),
            source: received.presented.address.ip().to_string(),
            reason: format!("no NCIP message that can be understood: {why}"),
            body: persistence::Body {
                content_type: "application/xml".to_owned(),
                plaintext: shape(&received.bytes),
                redacted: None,
            },
        };
        tracing::warn!(slug = %slug!("intake.unreadable"), source = %received.presented.address.ip(), why, "an NCIP message could not be understood");
        match self.store.keep_intake(entry, self.keep).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(slug = %slug!("store.failed"), %error, "a message could not be kept");
                Err(later("the message could not be kept: come again later"))
            }
        }
    }
}

impl FrameHandler for Arc<Ncip> {
    fn answer(&self, frame: Frame, caller: Caller) -> BoxFuture<'static, Vec<u8>> {
        let ncip = Arc::clone(self);
        let answering = async move {
            let at = ncip.seams.clock.now();
            let presented = Presented::by(caller);
            match frame {
                Frame::Message(bytes) | Frame::BrokenOff(bytes) => {
                    ncip.hear(Received { bytes, presented, at }).await
                }
                Frame::TooLong { limit } => {
                    let why = format!("it is longer than {limit} bytes");
                    ncip.unreadable(&Received { bytes: Vec::new(), presented, at }, &why).await
                }
            }
        };
        Box::pin(InputSpan::new(InputKind::Ncip).run(answering))
    }
}

/// Where a message goes: to a member, or to the gateway itself.
fn addressed(header: &InitiationHeader, snapshot: &Snapshot) -> Result<Option<PeerId>, Vec<Problem>> {
    let agency = header.to_agency_id.value.trim();
    if agency.is_empty() || snapshot.registry.is_broker_agency(agency) {
        return Ok(None);
    }
    let library = snapshot.registry.by_agency(agency);
    library.map(|library| Some(library.id.clone())).ok_or_else(|| vec![unknown_agency("ToAgencyId", agency)])
}

/// By what a message is known when it comes again.
fn key(from: &PeerId, message: &Message, service: &Service) -> MessageKey {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.canonical().as_bytes());
    let mut key = format!("ncip|{from}|{service}|");
    for byte in digest.as_ref() {
        // Writing to a String does not fail.
        let _ = write!(key, "{byte:02x}");
    }
    MessageKey(key.into_bytes())
}

/// The answer as bytes; one that the version cannot say becomes one that it can.
fn written(reply: Reply, options: WriteOptions) -> Vec<u8> {
    let version = options.version;
    let Reply { body: mut answer, carried } = reply;
    let without_service = |problems: Vec<Problem>| {
        // Version 1 has no answer without a service.
        let version = if version.namespace().is_none() { Version::V2_02 } else { version };
        let options = WriteOptions { version, ..options.clone() };
        let written = ncip::write(&Message { body: Body::Problem(problems) }, &options);
        written.map(|written| written.bytes).unwrap_or_default()
    };
    if let Body::Problem(problems) = answer {
        return without_service(problems);
    }
    if version.namespace().is_none()
        && let Some(header) = answer.response_header_mut()
    {
        // Version 1 has no answer without a header, even to a message that had none.
        header.get_or_insert_default();
    }
    let service = answer.service();
    let header = answer.response_header().cloned();
    let message = Message { body: answer };
    let notes = carried.and_then(|left_out| left_out.note(&message, version)).into_iter().collect();
    let options = WriteOptions { notes, ..options.clone() };
    let why = match ncip::write(&message, &options) {
        Ok(written) => return written.bytes,
        Err(why) => why,
    };
    tracing::error!(slug = %slug!("gateway.fault"), %why, %version, "an answer cannot be written");
    let problems = vec![Problem::new(ProblemKind::TemporaryProcessingFailure).element(why.path)];
    let refusal = service.and_then(|service| service.refusal(header, problems.clone()));
    let written = refusal.and_then(|body| ncip::write(&Message { body }, &options).ok());
    written.map_or_else(|| without_service(problems), |written| written.bytes)
}

/// The service and version that a message most likely has that cannot be read: version 1 has no answer without a service.
fn likely(bytes: &[u8]) -> (Option<Service>, Version) {
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    let version = match holds(b"ncip/v1_") || holds(b"NCIP DTD Version 1") {
        true => Version::V1_0,
        false => return (None, Version::V2_02),
    };
    let begins = |service: &&Service| holds(format!("<{}>", service.as_str()).as_bytes());
    match Service::ALL.iter().find(begins) {
        Some(service) => (Some(service.clone()), version),
        None => (None, Version::V2_02),
    }
}
