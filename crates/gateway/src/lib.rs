//! The runtime: endpoints, the commit loop, lanes and timers. What happens to a request it must
//! never decide itself: that is the state machine's.
//!
//! [`Gateway::start`] gives a [`RunningGateway`]: `POST /iso18626` ([`intake`]), `POST /ncip` ([`ncip`]), `/api/v1` ([`api`]) and `/health/*` on one address.
//! What comes in is decided and committed (`requests`), then carried out by the [`outbox`] and the [`timers`].

pub mod api;
pub mod committed;
mod config;
mod copies;
mod copy_file;
pub mod gate;
mod health;
mod hosted;
pub mod intake;
pub mod manual;
pub mod ncip;
pub mod outbox;
pub mod presented;
mod registry_view;
mod renderers;
mod requests;
mod routing;
mod run;
mod secrets;
pub mod timers;

pub use self::{
    config::{FreeSpace, GatewayConfig},
    copies::CopySettings,
    copy_file::{CopyFile, NoCopy},
    requests::RenderedMail,
    run::{Gateway, ISO18626, NCIP, RunningGateway, ShutdownReport, StartError},
};
