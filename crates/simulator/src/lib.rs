//! Scripted libraries: ISO 18626 peers on real sockets, for the demonstration, the tests and vendors' practice.
//!
//! A [`Library`] listens on a port of its own. As a supplier it answers each request as a *scenario* tells it to
//! ([`scenario`], `SCENARIOS.md`): what, when, how late, how wrong. As a requester it sends requests, acts on them
//! and records what comes back ([`Conversation`]). What went over the wire is kept in its [`FlowLog`], as typed values,
//! as JSON (`/log`) and as a page (`/`). [`run`] plays a whole set of libraries from one file.
//!
//! It knows the codec only, never the gateway: what it says about an endpoint must not depend on ours.

mod books;
pub mod broker;
mod clock;
mod core;
mod edit_distance;
mod flow;
mod http_client;
mod http_server;
pub mod ils;
mod intake;
mod lane;
mod library;
pub mod mail;
mod page;
mod real_time;
mod request_builder;
mod requester_wording;
mod requesting;
mod run;
pub mod scenario;
mod scenario_choice;
mod set;
mod set_file;
mod supplier_wording;
mod supplying;
mod symbol;
mod wording;

pub use books::AskedOf;
pub use clock::SimClock;
pub use flow::{Direction, FlowEntry, FlowLog, NotSeen, Outcome};
pub use lane::{Delivered, SendFailure};
pub use library::{Books, FarSide, Library, LibraryConfig, PlayError, StartError};
pub use request_builder::NewRequest;
pub use requesting::{Conversation, NotHeard, RetryTerms};
pub use run::{RunError, SimulateOptions, Simulated, SimulatorEvent, run};
pub use scenario::{RequesterPlan, ScenarioError, SupplierScenario};
pub use set::SimulatedSet;
pub use set_file::{PlayedLibrary, PlayedRequest, SetFile, SetProblem};
pub use symbol::{agency_id, symbol};
