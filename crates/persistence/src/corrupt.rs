//! A kept value that cannot be read. Must never carry the value: patron data could be in it.

/// Which value is damaged, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table} {key}: {why}")]
pub struct Corrupt {
    /// The table it is in.
    pub table: &'static str,
    /// Its key, in hexadecimal.
    pub key: String,
    /// What is wrong with it.
    pub why: String,
}
