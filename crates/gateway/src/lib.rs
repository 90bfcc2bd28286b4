//! The runtime: endpoints, the commit loop, lanes and timers. The one crate that opens sockets; what happens to a request it must
//! never decide itself: that is the state machine's.

pub mod api;
pub mod http;
pub mod outbox;
pub mod seams;
pub mod timers;
