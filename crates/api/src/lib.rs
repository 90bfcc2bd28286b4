//! `/api/v1`: what the command line and the console call. On loopback, with the token that lies in the data directory. Must never show
//! patron data except as the bytes of a message, nor a secret.

mod acts;
mod copies;
mod error_pages;
mod incidents;
mod intake;
mod lines;
pub mod model;
mod ncip;
mod problem;
mod queue;
mod registry;
mod requests;
mod slips;
mod store;
mod timeline;
mod token;
mod watchers;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use errors::{ErrorPage, slug};
use hyper::{Method, header::AUTHORIZATION};
use jiff::Timestamp;
use net::{Seams, ServerTls, SteppedClock, http::Locality};
use persistence::{Retention, Store};

use self::problem::Failure;
pub use self::{token::Token, watchers::Watchers};
use ils::Counts;
use manual::copies::CopySettings;
use runtime::gate::FreeSpace;
use runtime::gate::IntakeGate;
use runtime::input_span::{InputKind, InputSpan};
use runtime::outbox::OutboxHandle;
use runtime::patron_requests::PatronRequests;
use runtime::registry_view::RegistryView;
use runtime::requests::Requests;

/// What the API works with.
pub struct Api {
    /// The store.
    pub store: Store,
    /// The commit loop.
    pub requests: Arc<Requests>,
    /// Takes patrons' requests.
    pub desk: Arc<PatronRequests>,
    /// The registry.
    pub view: Arc<RegistryView>,
    /// The outbox, for the state of its queues.
    pub outbox: OutboxHandle,
    /// Passes on what is committed to those who watch.
    pub watchers: Watchers,
    /// Time, randomness and the network.
    pub seams: Seams,
    /// Whether messages are taken.
    pub gate: Arc<IntakeGate>,
    /// How much space is free.
    pub space: Arc<dyn FreeSpace>,
    /// The token of this machine.
    pub token: Token,
    /// How long things are kept when staff prune.
    pub retention: Retention,
    /// How copies are taken and given.
    pub copies: CopySettings,
    /// The clock that may be advanced, where there is one.
    pub stepped: Option<SteppedClock>,
    /// When the gateway started.
    pub started_at: Timestamp,
    /// Where it listens.
    pub listen: String,
    /// Where NCIP is spoken without HTTP, if it is.
    pub ncip_listen: Option<String>,
    /// The certificates that are shown to callers.
    pub certificates: Vec<Arc<ServerTls>>,
    /// What NCIP carried, in figures.
    pub counts: Counts,
    /// The store's engine.
    pub engine: &'static str,
    /// The page of each error.
    pub error_pages: &'static [ErrorPage],
    /// One registry file is applied at a time.
    pub applying: tokio::sync::Mutex<()>,
}

/// What a handler works with.
type Shared = State<Arc<Api>>;

/// The API's paths.
pub fn router(api: Arc<Api>) -> Router {
    let paths = Router::new()
        .route("/status", get(store::status))
        .route("/requests", get(requests::list).post(requests::ask))
        .route("/requests/{id}", get(requests::show))
        .route("/requests/{id}/watch", get(requests::watch))
        .route("/requests/{id}/messages/{*message}", get(requests::message))
        .route("/requests/{id}/slip", get(slips::slip))
        .route("/requests/{id}/copy", post(copies::upload))
        .route("/requests/{id}/acts", get(acts::allowed))
        .route("/requests/{id}/act", post(acts::act))
        .route("/requests/{id}/erase", post(requests::erase))
        .route("/incidents", get(incidents::list))
        .route("/incidents/{library}/resolve", post(incidents::resolve))
        .route("/queue", get(queue::list))
        .route("/queue/{message}/resend", post(queue::resend))
        .route("/queue/{message}/drop", post(queue::drop_message))
        .route("/registry", get(registry::export).post(registry::apply))
        .route("/peers", get(registry::peers))
        .route("/peers/{id}", get(registry::peer))
        .route("/peers/{id}/rota", get(registry::rota))
        .route("/peers/{id}/pull-list", get(slips::pull_list))
        .route("/intake", get(intake::list))
        .route("/intake/{id}", get(intake::show))
        .route("/errors", get(error_pages::list))
        .route("/errors/{slug}", get(error_pages::show))
        .route("/ncip/counts", get(ncip::counts))
        .route("/store/backup", post(store::backup))
        .route("/store/export", get(store::export))
        .route("/store/prune", post(store::prune))
        .route("/clock/advance", post(store::advance))
        .fallback(|| async { Failure::not_found("there is no such path in this API") })
        .method_not_allowed_fallback(|| async {
            Failure::new(slug!("api.method"), "this path takes another method")
        })
        // The server bounds every body.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&api), guard));
    Router::new().nest(model::BASE, paths).with_state(api)
}

/// Lets in who calls from this machine and has the token.
async fn guard(State(api): Shared, request: Request<Body>, next: Next) -> Response {
    if request.extensions().get::<Locality>() != Some(&Locality::Loopback) {
        let detail =
            "the API answers callers on this machine only, by one of its own names and not through a proxy";
        return Failure::new(slug!("api.remote"), detail).into_response();
    }
    let told = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !api.token.is_bearer(told.unwrap_or_default()) {
        let detail = format!("send the token of the file `{}` in the data directory", model::TOKEN_FILE);
        return Failure::new(slug!("api.token"), detail).into_response();
    }
    match input(&request) {
        Some(kind) => InputSpan::new(kind).run(next.run(request)).await,
        None => next.run(request).await,
    }
}

/// What a call brings, if it is more than a question.
fn input(request: &Request<Body>) -> Option<InputKind> {
    if request.method() != Method::POST {
        return None;
    }
    let asks = request.uri().path().ends_with("/requests");
    Some(if asks { InputKind::PatronRequest } else { InputKind::Staff })
}
