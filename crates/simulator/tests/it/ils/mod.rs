//! Simulated ILSs: the library itself, each quirk of each dialect over real sockets, failures, the desk and its notices.

mod circulation;
mod dialects;
mod document;
mod failures;
mod lost;
mod notices;
mod presets;
mod schemas;
mod support;
