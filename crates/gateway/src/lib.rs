//! The runtime: endpoints, the commit loop, lanes and timers. What happens to a request it must
//! never decide itself: that is the state machine's.
//!
//! [`Gateway::start`] gives a [`RunningGateway`]: `POST /iso18626` ([`intake`]), `POST /ncip` ([`ncip`]), `/api/v1` ([`api`]) and `/health/*` on one address.
//! What comes in is decided and committed (`requests`), then carried out by the [`outbox`] and the [`timers`].

mod config;
mod health;
mod renderers;
mod routing;
mod run;

pub use self::{
    config::GatewayConfig,
    run::{Gateway, ISO18626, NCIP, RunningGateway, ShutdownReport, StartError},
};
