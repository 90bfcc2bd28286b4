//! The certificate that is shown to callers. A new one on the disk takes effect without a restart; one that cannot be used leaves the old one
//! in place. Must never log the key.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use errors::slug;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// How long a certificate is shown before the disk is read again.
const RELOAD_INTERVAL: Duration = Duration::from_secs(30);

/// Where the certificate and its key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate and those between it and its root, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// Why a certificate cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum BadCertificate {
    /// A file cannot be read.
    #[error("{}: {why}", at.display())]
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
    #[error("the certificate and the key cannot be used: {0}")]
    Pair(String),
}

/// The certificate that is shown now.
pub struct ServerTls {
    files: CertificateFiles,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    read: Read,
    read_at: Instant,
}

/// What was read of the files.
#[derive(PartialEq, Eq)]
struct Read {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl ServerTls {
    /// Reads the certificate.
    ///
    /// # Errors
    /// When the files cannot be read, or are no certificate and its key.
    pub fn open(files: CertificateFiles, now: Instant) -> Result<Self, BadCertificate> {
        let read = Read::of(&files)?;
        let config = read.config(&files)?;
        Ok(Self { files, current: Mutex::new(Current { config, read, read_at: now }) })
    }

    /// What is shown to a caller that connects now.
    pub fn config(&self, now: Instant) -> Arc<ServerConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(current.read_at) >= RELOAD_INTERVAL {
            current.read_at = now;
            match self.renewed(&current.read) {
                Ok(None) => {}
                Ok(Some((read, config))) => {
                    (current.read, current.config) = (read, config);
                    tracing::info!(certificate = %self.files.certificate.display(), "a new certificate is shown from now on");
                }
                Err(why) => {
                    tracing::warn!(slug = %slug!("server.certificate"), %why, "the new certificate cannot be used: the old one is shown")
                }
            }
        }
        Arc::clone(&current.config)
    }

    fn renewed(&self, old: &Read) -> Result<Option<(Read, Arc<ServerConfig>)>, BadCertificate> {
        let read = Read::of(&self.files)?;
        if read == *old {
            return Ok(None);
        }
        let config = read.config(&self.files)?;
        Ok(Some((read, config)))
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTls").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Read {
    fn of(files: &CertificateFiles) -> Result<Self, BadCertificate> {
        let bytes =
            |at: &Path| std::fs::read(at).map_err(|why| BadCertificate::File { at: at.to_owned(), why });
        Ok(Self { certificate: bytes(&files.certificate)?, key: bytes(&files.key)? })
    }

    fn config(&self, files: &CertificateFiles) -> Result<Arc<ServerConfig>, BadCertificate> {
        let bad = |at: &Path, what, why: String| BadCertificate::Pem { at: at.to_owned(), what, why };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.map_err(|why| bad(&files.certificate, "certificate", why.to_string()))?;
        if chain.is_empty() {
            return Err(bad(&files.certificate, "certificate", "there is none".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key);
        // What stood there may be a key after all: it is not repeated.
        let key =
            key.map_err(|_| bad(&files.key, "private key", "there is none that can be read".to_owned()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3: both are compiled in")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|why| BadCertificate::Pair(why.to_string()))?;
        Ok(Arc::new(config))
    }
}

#[cfg(test)]
mod tests {
    use testkit::Identity;

    use super::*;

    fn pair() -> (String, String) {
        Identity::new().pem()
    }

    struct Disk(tempfile::TempDir);

    impl Disk {
        fn write(&self, (certificate, key): &(String, String)) {
            std::fs::write(self.files().certificate, certificate).unwrap();
            std::fs::write(self.files().key, key).unwrap();
        }

        fn files(&self) -> CertificateFiles {
            CertificateFiles { certificate: self.0.path().join("c.pem"), key: self.0.path().join("k.pem") }
        }
    }

    #[test]
    fn a_new_certificate_takes_effect_and_one_that_cannot_be_used_does_not() {
        let disk = Disk(tempfile::tempdir().unwrap());
        let (one, two) = (pair(), pair());
        disk.write(&one);
        let start = seconds(0);
        let tls = ServerTls::open(disk.files(), start).unwrap();
        let first = tls.config(start);
        disk.write(&two);
        assert!(
            Arc::ptr_eq(&first, &tls.config(start + Duration::from_secs(29))),
            "the disk is not read each time"
        );
        let second = tls.config(start + Duration::from_secs(30));
        assert!(!Arc::ptr_eq(&first, &second));
        // Half written: a certificate without its key.
        disk.write(&(one.0.clone(), two.1.clone()));
        assert!(Arc::ptr_eq(&second, &tls.config(start + Duration::from_secs(60))));
        disk.write(&one);
        assert!(!Arc::ptr_eq(&second, &tls.config(start + Duration::from_secs(90))));
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let disk = Disk(tempfile::tempdir().unwrap());
        let open = || ServerTls::open(disk.files(), seconds(0)).unwrap_err().to_string();
        assert!(open().contains("c.pem"), "{}", open());
        let (certificate, key) = pair();
        disk.write(&("nothing".to_owned(), key.clone()));
        assert!(open().contains("c.pem holds no certificate"), "{}", open());
        disk.write(&(certificate.clone(), "rosebud".to_owned()));
        assert!(open().contains("k.pem holds no private key") && !open().contains("rosebud"), "{}", open());
        disk.write(&(certificate, pair().1));
        assert!(open().contains("cannot be used"), "{}", open());
    }

    fn seconds(after: u64) -> Instant {
        use crate::Clock;
        crate::RealClock.monotonic() + Duration::from_secs(after)
    }
}
