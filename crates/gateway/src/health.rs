//! `/health/live` and `/health/ready`: for the supervisor and the monitor of the gateway. Must never tell more than whether it works, and
//! for how long its certificates do.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};
use net::Clock;
use persistence::Store;
use runtime::gate::{IntakeGate, IntakeState};

use crate::certificates::Certificates;

/// What health depends on.
pub(crate) struct Health {
    pub(crate) store: Store,
    pub(crate) gate: Arc<IntakeGate>,
    pub(crate) certificates: Certificates,
    pub(crate) clock: Arc<dyn Clock>,
}

pub(crate) fn router(health: Arc<Health>) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .with_state(health)
}

/// Whether messages are taken now.
async fn ready(State(health): State<Arc<Health>>) -> (StatusCode, String) {
    let unavailable = |why: &str| (StatusCode::SERVICE_UNAVAILABLE, why.to_owned());
    match health.gate.state() {
        IntakeState::NoSpace => unavailable("the disk is nearly full\n"),
        IntakeState::Draining => unavailable("going down\n"),
        // Any read tells whether the store has stopped.
        IntakeState::Open => match health.store.counter("message.in").await {
            // A certificate that ends is for somebody to renew: it does not take the gateway away from those who trust it still.
            Ok(_) => {
                let ending = health.certificates.ending(health.clock.now());
                let lines = ["ready".to_owned()].into_iter().chain(ending);
                (StatusCode::OK, lines.map(|line| line + "\n").collect())
            }
            Err(_) => unavailable("the store has stopped\n"),
        },
    }
}
