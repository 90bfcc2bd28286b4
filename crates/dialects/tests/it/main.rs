//! The adapters held to tables: what each kind of ILS is sent, and what is made of what it answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod answers;
mod asking;
mod labels;
mod looking;
mod notices;
mod pages;
mod rendering;
mod repeating;
mod support;
mod understanding;
