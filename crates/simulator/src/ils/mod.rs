//! A simulated ILS: patrons, items, holds, loans and due dates, that speaks NCIP as a particular kind of ILS does, fails when told to,
//! and shows what it holds.
//!
//! [`circulation`] is the library itself, pure; [`Dialect`] and [`Quirk`] say how ten kinds of ILS speak; [`IlsServer`] puts one on a
//! socket. It must never know the gateway, nor read or write through the gateway's codec: see `wire`.

mod agreement;
pub mod circulation;
mod control;
mod desk;
mod dialect;
mod document;
mod fault;
mod listening;
mod notifier;
mod page;
mod perform;
mod quirk;
mod refusal;
mod respond;
mod server;
mod service;
mod stock;
mod wire;

pub use agreement::Agreement;
pub use circulation::{Circulation, Item, Patron};
pub use desk::Desk;
pub use dialect::{Dialect, NoDialect, Transport};
pub use document::document;
pub use fault::{Failure, Fault, NoFailure};
pub use notifier::{Notices, NoticesProblem};
pub use quirk::{Basis, Quirk};
pub use refusal::Refusal;
pub use server::{IlsExchange, IlsNotSeen, IlsOptions, IlsServer, IlsStartError};
pub use service::{NoService, Service};
pub use stock::{Stock, StockProblem};
pub use wire::Version;
