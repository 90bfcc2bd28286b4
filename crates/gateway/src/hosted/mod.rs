//! Hosted libraries: how what their machines put into lanes gets to the broker, to their ILS and to their staff, and how what patrons,
//! staff and ILSs do gets to their machines. What happens to a request it must never decide itself.

mod desk;
mod ils;
mod ncip_inputs;
mod secret;

pub(crate) use self::{
    desk::{PatronRequest, PatronRequests, PlaceError, Placed, Provenance},
    ils::{IlsTransport, QUEUED, QueuedCommand, command},
    secret::HashKey,
};
