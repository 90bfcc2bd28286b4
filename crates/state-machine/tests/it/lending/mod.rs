//! A hosted library as supplier.

mod custody;
mod histories;
mod ils;
mod shelf;
mod support;
