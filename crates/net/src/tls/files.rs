//! Certificates and keys on the disk, in PEM. Must never show a key.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

/// Where a certificate and its key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate and those between it and its root, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadCertificate {
    /// A file cannot be read.
    #[error("{}: {why}. It must be there and readable by the gateway's own user", at.display())]
    File {
        /// Which.
        at: PathBuf,
        /// The reason, in the system's words.
        why: io::Error,
    },
    /// A file has no such thing in it.
    #[error("{} holds no {what} in PEM: {why}", at.display())]
    Pem {
        /// Which.
        at: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The two do not go together, or are of a kind that is not known.
    #[error(
        "{} and {} cannot be used together: {why}. The first certificate of the one must be that of the key in the other",
        files.certificate.display(),
        files.key.display()
    )]
    Pair {
        /// The two.
        files: CertificateFiles,
        /// What is wrong with them.
        why: String,
    },
}

/// The bytes of a file.
pub(super) fn bytes(at: &Path) -> Result<Vec<u8>, BadCertificate> {
    std::fs::read(at).map_err(|why| BadCertificate::File { at: at.to_owned(), why })
}

/// The certificates in such bytes, of which there must be one.
pub(super) fn certificates(at: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadCertificate> {
    let bad = |why| BadCertificate::Pem { at: at.to_owned(), what: "certificate", why };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|why| bad(why.to_string()))?;
    if found.is_empty() { Err(bad("there is none".to_owned())) } else { Ok(found) }
}

/// The key in such bytes.
pub(super) fn key(at: &Path, pem: &[u8]) -> Result<PrivateKeyDer<'static>, BadCertificate> {
    // What stands there may be a key after all: it is not repeated.
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| BadCertificate::Pem {
        at: at.to_owned(),
        what: "private key",
        why: "there is none that can be read without a passphrase".to_owned(),
    })
}
