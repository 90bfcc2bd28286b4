//! Where the randomness of keys and nonces comes from. The only place of this crate that makes any.

use std::io;

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills the bytes.
    ///
    /// # Errors
    /// When the source fails: then nothing secret may be made.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(clippy::disallowed_methods, reason = "this is the seam through which randomness comes in")]
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| io::Error::other("the system's random generator failed"))
    }
}
