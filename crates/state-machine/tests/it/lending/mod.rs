//! A hosted library as supplier.

mod custody;
pub(crate) mod histories;
mod ils;
mod scans;
mod shelf;
pub(crate) mod support;
