//! What the codec promises.

mod corpus;
mod official;
mod oracle;
