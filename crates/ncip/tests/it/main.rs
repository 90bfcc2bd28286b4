//! What the codec promises.

mod corpus;
mod hostile;
mod made;
mod official;
mod oracle;
mod tolerance;
