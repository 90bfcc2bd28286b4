//! Hosted libraries: how what their machines put into lanes gets to the broker, to their ILS and to their staff, and how what patrons,
//! staff and ILSs do gets to their machines. What happens to a request it must never decide itself.

mod ils;
mod ncip_inputs;

pub(crate) use self::ils::{IlsTransport, QUEUED, QueuedCommand, command};
