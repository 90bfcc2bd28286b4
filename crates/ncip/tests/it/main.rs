//! What the codec promises.

mod agencies;
mod corpus;
mod fuzz_corpus;
mod hostile;
mod made;
mod official;
mod oracle;
mod quoting;
mod schemes;
mod secrets;
mod tolerance;
mod walk;
