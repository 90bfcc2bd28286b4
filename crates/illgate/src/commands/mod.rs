//! What each command does, one module a command. Must never decide anything about a request: the gateway does.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod conformance;
pub(crate) mod crowd;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod incidents;
pub(crate) mod intake;
pub(crate) mod message;
pub(crate) mod ncip;
pub(crate) mod peers;
pub(crate) mod queue;
pub(crate) mod requests;
pub(crate) mod route;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod simulate_broker;
pub(crate) mod simulate_ils;
pub(crate) mod status;
pub(crate) mod store;

use std::future::Future;

use errors::slug;

use crate::{
    exit::Failure,
    output::{Colour, Tone},
    timeline,
};

/// Runs something asynchronous to its end.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|why| Failure::new(slug!("system.no-runtime"), format!("cannot start threads: {why}")))?;
    let done = runtime.block_on(work);
    // A command that is over must not wait for a blocking read of standard input or the like.
    runtime.shutdown_background();
    done
}

/// An exchange of a simulated library, in a line.
pub(crate) fn exchange(entry: &simulator::FlowEntry, colour: Colour) -> String {
    let (from, to) = match entry.direction {
        simulator::Direction::In => (&entry.peer, &entry.library),
        simulator::Direction::Out => (&entry.library, &entry.peer),
    };
    let time = timeline::moment(entry.at);
    let id = entry.request.as_deref().unwrap_or("");
    format!("{}  {from} ──▶ {to}  {}  {id}", colour.paint(Tone::Faint, time), entry.says)
}
