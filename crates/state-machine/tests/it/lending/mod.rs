//! A hosted library as supplier.

mod custody;
pub(crate) mod histories;
mod holds;
mod ils;
mod late_answers;
mod scans;
mod shelf;
pub(crate) mod support;
