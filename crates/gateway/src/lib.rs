//! Composition: the runtime, its entrances and transports, the API and health are put together and run here. Must never decide anything about a
//! request, nor speak a protocol itself.
//!
//! [`Gateway::start`] gives a [`RunningGateway`]: `POST /iso18626`, `POST /ncip`, `/api/v1`, the pages of links and `/health/*` on one address,
//! and NCIP without HTTP on another.

mod certificates;
mod config;
mod endpoints;
mod health;
mod renderers;
mod routing;
mod run;

pub use self::{
    config::{GatewayConfig, TrustedProxies},
    run::{Gateway, ISO18626, NCIP, RunningGateway, ShutdownReport, StartError},
};
