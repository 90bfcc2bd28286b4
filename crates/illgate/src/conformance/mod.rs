//! Our own gateway as the suite's subject. The suite itself is a black box that knows the protocol only; here it is given a subject.

mod hosted;
mod own;

pub(crate) use own::OwnGateway;
