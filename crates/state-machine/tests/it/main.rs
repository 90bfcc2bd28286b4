//! The machines from outside: rules by name, crossing messages, the tables as documents, and random histories.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod addressed;
mod behind;
mod borrowing;
mod cancel;
mod crossing;
mod dates;
mod doubt;
mod histories;
mod lending;
mod oracle;
mod page;
mod passed_over;
mod phases;
mod product;
mod refusals;
mod relaying;
mod rota;
mod said;
mod silence;
mod staff;
mod support;
mod tables;
mod terms;
mod unanswered;
