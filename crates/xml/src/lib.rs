//! Hardened, namespace-aware reading and writing of XML, and the declarative binding that the codecs share.
//!
//! Nothing here knows a particular protocol, opens a file or a socket, or follows a reference: a DOCTYPE is
//! refused and only the five predefined entities and character references are understood.

mod limits;

pub use limits::Limits;
