//! What the codec promises.

mod corpus;
mod fuzz_corpus;
mod hostile;
mod made;
mod official;
mod oracle;
mod tolerance;
