//! `/health/live` and `/health/ready`: for the supervisor and the monitor of the gateway. Must never tell more than whether it works.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};
use persistence::Store;
use runtime::gate::{IntakeGate, IntakeState};

/// What health depends on.
pub(crate) struct Health {
    pub(crate) store: Store,
    pub(crate) gate: Arc<IntakeGate>,
}

pub(crate) fn router(health: Arc<Health>) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .with_state(health)
}

/// Whether messages are taken now.
async fn ready(State(health): State<Arc<Health>>) -> (StatusCode, &'static str) {
    let unavailable = |why| (StatusCode::SERVICE_UNAVAILABLE, why);
    match health.gate.state() {
        IntakeState::NoSpace => unavailable("the disk is nearly full\n"),
        IntakeState::Draining => unavailable("going down\n"),
        // Any read tells whether the store has stopped.
        IntakeState::Open => match health.store.counter("message.in").await {
            Ok(_) => (StatusCode::OK, "ready\n"),
            Err(_) => unavailable("the store has stopped\n"),
        },
    }
}
