//! NCIP over real sockets: the listener without HTTP, and what the endpoint carries and answers.

mod answers;
mod carried;
mod guessing;
mod quoting;
mod refused;
mod socket;
mod world;
