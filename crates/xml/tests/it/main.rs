//! The engines over a small protocol of their own.

mod documents;
mod lexical;
mod protocol;
