//! Carrying a message to a member's own system and its answer back, within a deadline and without keeping either: an *exchange*. Versions
//! are bridged; agencies and credentials become those that the system knows, and the sender's own again in the answer. Only that there was
//! one is kept, and how it ended. Must never log or keep what is said, a PIN least of all.

use dialects::ncip::{AnswerTo, Credentials, IlsSettings, Namespace, is_pin};
use errors::slug;
use loan_model::{MayHaveArrived, PeerId};
use ncip::{
    AgencyId, Body, InitiationHeader, Message, NamespaceUse, Problem, SchemeValue, Secret, Service, UserForm,
    VisitAgencies, WriteOptions,
};
use net::timeout;

use super::{
    connections::IlsConnection,
    counts::Pair,
    endpoint::{Asking, Ncip},
    guesses::{Came, Guess, Tell},
    inputs::card,
    left_out::{LeftOut, Reply},
    link::NcipFailure,
    ports::Card,
    problems::{later, missing, of_failure, turned, unanswered, unsupported, unusable},
    unreadable_dates::look_at,
};

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Answered,
    Problem,
    Failed,
    Refused,
}

impl Ended {
    fn as_str(self) -> &'static str {
        match self {
            Ended::Answered => "answered",
            Ended::Problem => "problem",
            Ended::Failed => "failed",
            Ended::Refused => "refused",
        }
    }
}

impl Ncip {
    /// Carries a message to a member's system, and its answer back.
    pub(super) async fn exchange(
        &self,
        asking: &Asking<'_>,
        to: &PeerId,
        body: &Body,
    ) -> Result<Reply, Vec<Problem>> {
        let (ended, answer) = match self.carried(asking, to, body).await {
            Ok(answer) if answer.body.problems().is_empty() => (Ended::Answered, Ok(answer)),
            Ok(answer) => (Ended::Problem, Ok(answer)),
            Err((ended, problem)) => (ended, Err(vec![problem])),
        };
        tracing::info!(
            %to, ended = ended.as_str(), "an NCIP exchange has ended"
        );
        let counted = async {
            let pair = (&asking.from, to);
            self.counts.exchange(pair, asking.service.as_str(), ended.as_str(), asking.at).await?;
            if ended == Ended::Answered
                && asking.from != *to
                && let (Body::LookupUser(asked), Ok(Reply { body: Body::LookupUserResponse(told), .. })) =
                    (body, &answer)
            {
                let told = card(told.user_id.as_ref(), &[]);
                let asked = card(asked.user_id.as_ref(), &asked.authentication_inputs);
                if let Some(card) = told.or(asked) {
                    let pair = Pair { at: &asking.from, home: to };
                    self.counts.card(pair, Card::reveal(&card), asking.at).await?;
                }
            }
            Ok::<(), persistence::StoreError>(())
        };
        match counted.await {
            Ok(()) => answer,
            Err(why) => {
                tracing::error!(slug = %slug!("store.failed"), %why, "an exchange could not be counted");
                Err(vec![later("the gateway cannot keep this: come again later")])
            }
        }
    }

    /// Asks a member's system something of our own in the sender's name. Nothing is counted: the sender did not ask it.
    pub(super) async fn question(
        &self,
        asking: &Asking<'_>,
        to: &PeerId,
        body: &Body,
    ) -> Result<Body, Problem> {
        self.carried(asking, to, body).await.map(|answer| answer.body).map_err(|(_, problem)| problem)
    }

    /// Counts what is not carried, because the pair may not do it.
    pub(super) async fn refused(&self, asking: &Asking<'_>, to: &PeerId) -> Result<(), Vec<Problem>> {
        let (pair, ended) = ((&asking.from, to), Ended::Refused.as_str());
        let counted = self.counts.exchange(pair, asking.service.as_str(), ended, asking.at).await;
        counted.map_err(|why| {
            tracing::error!(slug = %slug!("store.failed"), %why, "an exchange could not be counted");
            vec![later("the gateway cannot keep this: come again later")]
        })
    }

    async fn carried(
        &self,
        asking: &Asking<'_>,
        to: &PeerId,
        body: &Body,
    ) -> Result<Reply, (Ended, Problem)> {
        let refused = |problem: Problem| (Ended::Refused, problem);
        let failed = |problem: Problem| (Ended::Failed, problem);
        let service = asking.service;
        let connection = match self.connections.to(asking.snapshot, to) {
            Some(Ok(connection)) => connection,
            Some(Err(why)) => {
                tracing::error!(slug = %slug!("ncip.settings"), %to, why, "a library's NCIP connection cannot be used");
                return Err(failed(later(
                    "the connection to the library's system is not in order; its operator has been told",
                )));
            }
            None => {
                return Err(refused(
                    unsupported(service).detail("the library has no system that answers this"),
                ));
            }
        };
        let body = &credentials(service, body, connection.declared.settings.credentials).map_err(refused)?;
        let names = Names::of(asking, to, body, &connection.declared.settings);
        let version = connection.declared.settings.version;
        let namespace = match connection.declared.settings.namespace {
            Namespace::LeftOut => NamespaceUse::LeftOut,
            Namespace::Required | Namespace::MayBeMissing => NamespaceUse::Written,
        };
        let user = match connection.declared.settings.credentials {
            Credentials::OneOf => UserForm::OneOf,
            Credentials::Both => UserForm::Both,
        };
        let schemes = connection.declared.settings.schemes;
        let options = WriteOptions { namespace, user, schemes, ..WriteOptions::new(version) };
        let sent = Message { body: names.outward(body, asking.header, &connection) };
        let written = ncip::write(&sent, &options).map_err(|why| {
            tracing::warn!(slug = %slug!("ncip.incomplete"), %to, path = why.path, "a message cannot be said in the library's version");
            refused(missing(why.path.rsplit('/').next().unwrap_or_default()).detail(format!(
                "the library's system speaks version {version}, and needs what is missing here"
            )))
        })?;
        let mut left_out =
            LeftOut::of_question(service, &written.losses, asking.unknown).map_err(|problem| {
                tracing::info!(%to, %version, "a message was not carried: its system cannot be told all of it");
                refused(problem)
            })?;
        if asking.header.ext.is_some() {
            left_out.question_without("InitiationHeader/Ext");
        }
        let guess = self.guesses.of(&asking.from, to, body);
        if guess.as_ref().is_some_and(Guess::is_too_much) {
            let problem = unusable(service, "AuthenticationInput");
            return Err(refused(problem.detail("it names its user in too many ways: once is enough")));
        }
        let total = connection.declared.timeouts.total.duration();
        let exchange = async {
            let _permit = connection.in_flight.acquire().await;
            // Not sooner: what waits for its turn must not get past a pause that begins meanwhile.
            if let Some(guess) = &guess
                && self.guesses.begin(guess, self.seams.clock.monotonic()).is_err()
            {
                return None;
            }
            Some(connection.link.exchange(written.bytes.into()).await)
        };
        let answer = timeout(&*self.seams.clock, total, exchange).await;
        let answer =
            answer.map_err(|_| failed(unanswered(service, "the library's system did not answer in time")))?;
        let Some(answer) = answer else {
            if let Some(guess) = &guess {
                let told = self.guesses.held_back(&asking.from, self.seams.clock.monotonic());
                self.tell(&asking.from, guess, told).await;
            }
            return Err(refused(later(
                "too many cards or PINs were tried that are not right: come again later",
            )));
        };
        let ended = async |came: Came<'_>| {
            if let Some(guess) = &guess {
                let told = self.guesses.ended(guess, came, self.seams.clock.monotonic());
                self.tell(&asking.from, guess, told).await;
            }
        };
        if let Err(NcipFailure { may_have_arrived: MayHaveArrived::No, .. }) = &answer {
            ended(Came::Nowhere).await;
        }
        let answer = answer.map_err(|failure| {
            tracing::warn!(slug = %slug!("ncip.no-answer"), %to, blame = failure.blame.as_str(), why = failure.why, "a library's system did not answer");
            failed(of_failure(service, &failure))
        })?;
        let users = connection.declared.settings.user_ids.into();
        let answer_to = AnswerTo { service, named: sent.body.named(), users, question: Some(&sent.body) };
        let answer = dialects::ncip::answer(&answer.body, answer_to).map_err(|why| {
            tracing::warn!(slug = %slug!("ncip.bad-answer"), %to, %why, "a library's system gave no answer that can be used");
            failed(unanswered(service, "the library's system gave no answer that can be used"))
        })?;
        ended(Came::Answered(answer.body.problems())).await;
        look_at(&self.incidents, &connection.declared.owner, &answer.body, &connection.declared.settings)
            .await;
        left_out.answer_without(answer.unknown);
        if answer.body.response_header().is_some_and(|header| header.ext.is_some()) {
            left_out.answer_without(vec!["ResponseHeader/Ext".to_owned()]);
        }
        let body = names.homeward(answer.body, asking.header, &secrets(body));
        Ok(Reply { body, carried: Some(left_out) })
    }
}

impl Ncip {
    /// Tells that a member tries cards and PINs: what was held back in a line a minute, and as an incident where it goes on.
    async fn tell(&self, sender: &PeerId, guess: &Guess, told: Tell) {
        match told {
            Tell::Nothing => {}
            Tell::Line(count) => {
                tracing::warn!(slug = %slug!("ncip.guessing"), %sender, count, card = guess.digest(), "messages with cards or PINs were not carried, after too many that were wrong");
            }
            Tell::Incident => {
                let text = "Its system tries many cards or PINs that are not right; they are carried slowly, if at all.";
                self.incidents.raise(sender, slug!("ncip.guessing"), "", text.to_owned()).await;
            }
        }
    }
}

/// The message as its system can be told who the user is: all of it, or it is not carried.
fn credentials(service: &Service, body: &Body, takes: Credentials) -> Result<Body, Problem> {
    let mut body = body.clone();
    // Some systems read an empty id and nothing after it.
    body.drop_blank_user();
    let inputs = body.authentication_inputs();
    let Some(user) = body.user_id().filter(|_| !inputs.is_empty() && takes == Credentials::OneOf) else {
        return Ok(body);
    };
    // What the user gives names him as the id does: nothing is lost without the id.
    let id = user.value().trim();
    if inputs.iter().any(|input| !is_pin(input) && input.authentication_input_data.expose().trim() == id) {
        body.clear_user_id();
        return Ok(body);
    }
    Err(unusable(service, "AuthenticationInput").detail(
        "the library's system takes a UserId or an AuthenticationInput, not both: name the user by an AuthenticationInput beside the \
         PIN; it was not asked",
    ))
}

/// What the two sides call the agencies.
struct Names {
    /// The sender and the member, as the sender names them.
    theirs: (String, String),
    /// The same, as the member's system names them.
    ours: (String, String),
    scheme: Option<String>,
    /// Names by which the sender may mean the member.
    of_member: Vec<String>,
    /// The member as the home of a user: as the sender names it.
    home: String,
}

impl Names {
    fn of(asking: &Asking<'_>, to: &PeerId, body: &Body, settings: &IlsSettings) -> Self {
        let library = asking.snapshot.registry.library(to);
        let symbols = library.into_iter().flat_map(|library| &library.symbols);
        let mut of_member: Vec<String> =
            symbols.flat_map(|symbol| [symbol.to_string(), symbol.value().to_owned()]).collect();
        let called = asking.header.to_agency_id.value.clone();
        if asking.to.is_some() {
            of_member.push(called.clone());
        }
        let is_member = |name: &&str| of_member.iter().any(|known| known.eq_ignore_ascii_case(name));
        let said = body.user_id().and_then(|user| user.agency_id.as_ref()).map(|agency| agency.value.trim());
        let symbol = || library.and_then(|library| library.symbols.first()).map(|symbol| symbol.value());
        let home = said.filter(is_member).or(Some(called.as_str()).filter(is_member)).or_else(symbol);
        let home = home.unwrap_or(&called).to_owned();
        Self {
            theirs: (asking.header.from_agency_id.value.clone(), called),
            ours: (settings.from_agency.clone(), settings.to_agency.clone()),
            scheme: settings.agency_scheme.clone(),
            of_member,
            home,
        }
    }

    /// The message as the member's system is to get it.
    fn outward(&self, body: &Body, header: &InitiationHeader, connection: &IlsConnection) -> Body {
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b);
        let mut body = body.clone();
        rename(&mut body, |agency| {
            if self.of_member.iter().any(|name| same(agency, name)) {
                Some(self.ours.1.clone())
            } else if same(agency, &self.theirs.0) {
                Some(self.ours.0.clone())
            } else {
                None
            }
        });
        let settings = &connection.declared.settings;
        let term = |value: &Option<String>| value.clone().map(SchemeValue::bare);
        let agency = |value: &str| AgencyId { scheme: self.scheme.clone(), value: value.to_owned() };
        let secret = |value: &Option<String>| value.clone().map(Secret::from);
        if let Some(place) = body.initiation_header_mut() {
            let on_behalf_of_agency = place.take().and_then(|header| header.on_behalf_of_agency);
            *place = Some(InitiationHeader {
                from_system_id: term(&settings.from_system),
                from_system_authentication: secret(&connection.credentials.system),
                from_agency_id: agency(&self.ours.0),
                from_agency_authentication: secret(&connection.credentials.agency),
                on_behalf_of_agency,
                to_system_id: term(&settings.to_system),
                to_agency_id: agency(&self.ours.1),
                application_profile_type: term(&settings.application_profile)
                    .or_else(|| header.application_profile_type.clone()),
                ext: None,
            });
        }
        body
    }

    /// The answer as the sender is to get it: from the agency that it wrote to, and without what only it should know.
    fn homeward(&self, mut body: Body, header: &InitiationHeader, secrets: &[String]) -> Body {
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b);
        rename(&mut body, |agency| {
            // Some systems leave their own name out and keep its place.
            let own = agency.trim().is_empty() || same(agency, &self.ours.1);
            if own {
                Some(self.home.clone())
            } else if same(agency, &self.ours.0) {
                Some(self.theirs.0.clone())
            } else {
                None
            }
        });
        // Whatever its system calls itself there, the user's home is the library.
        if let Some(agency) = body.answered_user_mut().and_then(|user| user.agency_id.as_mut()) {
            *agency = AgencyId { value: self.home.clone(), ..header.to_agency_id.clone() };
        }
        if let Some(place) = body.response_header_mut() {
            *place = Some(turned(header));
        }
        for problem in body.problems_mut().into_iter().flatten() {
            let Problem { problem_type, problem_detail, problem_element, problem_value, ext: _ } = problem;
            let texts = [problem_detail, problem_element, problem_value].into_iter().flatten();
            for text in texts.chain([&mut problem_type.value]) {
                for secret in secrets {
                    *text = text.replace(secret.as_str(), "***");
                }
            }
        }
        body
    }
}

/// Names the agencies of a message anew, wherever they are; `None` leaves one as it is.
fn rename(body: &mut Body, name: impl Fn(&str) -> Option<String>) {
    body.visit_agencies(&mut |agency| {
        if let Some(other) = name(&agency.value) {
            agency.value = other;
        }
    });
}

/// What only the user should know, of a message.
fn secrets(body: &Body) -> Vec<String> {
    let pins = body.authentication_inputs().iter().filter(|input| is_pin(input));
    let pins = pins.map(|input| input.authentication_input_data.expose().to_owned());
    pins.filter(|pin| !pin.is_empty()).collect()
}
