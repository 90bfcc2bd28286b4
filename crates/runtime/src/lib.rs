//! The commit loop and what runs on it: requests are loaded, decided, rendered and committed here ([`requests`]); what a commit put into a lane
//! is sent by the [`outbox`], and what it set a timer for happens by the [`timers`]. What happens to a request it must never decide itself:
//! that is the state machine's. Knows no HTTP, NCIP or mail: what is sent is rendered and carried through ports.

pub mod balances;
pub mod committed;
pub mod copy_file;
pub mod destination;
pub mod digest_key;
pub mod failed_proofs;
pub mod gate;
pub mod input_span;
pub mod library_incidents;
pub mod outbox;
pub mod patron_requests;
pub mod peer_warnings;
pub mod presented;
pub mod proof;
pub mod registry_view;
pub mod requests;
pub mod secrets;
pub mod spoken_editions;
pub mod stored_time;
pub mod timers;
pub mod unanswered;
