//! HTTP/1.1, both ways, over the network seam: a server that bounds whoever calls it, and a client that bounds whoever it calls. Knows
//! no message: must never look into a body.

mod body;
mod client;
mod connector;
mod guard;
mod seats;
mod server;
mod timer;
mod tls;

pub use self::{
    body::{BodyError, RequestBody},
    client::{Answer, ClientLimits, Failure, HttpClient, Outgoing, Sent},
    connector::Secured,
    server::{Handler, Server, ServerLimits, Source},
    tls::Tls,
};
pub(crate) use self::{
    connector::connect,
    guard::WriteGuard,
    seats::{Seat, Seats},
};
