//! NCIP over real sockets: the link to an ILS, the listener without HTTP, and what the endpoint carries and answers.

mod answers;
mod carried;
mod ils;
mod link;
mod quoting;
mod refused;
mod socket;
mod world;
