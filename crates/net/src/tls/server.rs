//! The certificate that is shown to callers. A new one on the disk takes effect without a restart; one that cannot be used leaves the old one
//! in place. Must never log the key, and never read the disk while a caller waits.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use rustls::{ServerConfig, server::NoServerSessionStorage};
use tokio::sync::watch;

use super::{
    BadCertificate, Certificate, CertificateFiles, TlsVersions,
    clients::Clients,
    files::{bytes, certificates, key},
    versions::provider,
};

/// What is shown to callers, and what is spoken with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTlsSettings {
    /// The key of the configuration that names the certificate.
    pub named_by: &'static str,
    /// The certificate and its key.
    pub files: CertificateFiles,
    /// The versions of TLS.
    pub versions: TlsVersions,
    /// Whose certificates callers may show, if any.
    pub clients: Option<ClientAuthorities>,
}

/// Whose certificates callers may show. Who shows none is let in, and has proved nothing; who shows another is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAuthorities {
    /// The certificates of the authorities, in PEM.
    pub authorities: PathBuf,
    /// Their lists of certificates that they took back, in PEM. With lists, a certificate of an authority without one is refused, and any
    /// while its list is over.
    pub revocations: Option<PathBuf>,
}

/// TLS with callers, as it is now.
pub struct ServerTls {
    settings: ServerTlsSettings,
    current: Mutex<Arc<ServerConfig>>,
    /// What was read of the files; locked while they are read, never while a caller waits.
    read: Mutex<Read>,
    shown: watch::Sender<Shown>,
}

/// The certificate that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// It.
    pub certificate: Certificate,
    /// When the first of its chain ends.
    pub ends: Timestamp,
    /// When the first of the lists of certificates that were taken back is over, if there are any.
    pub lists_end: Option<Timestamp>,
}

/// What a look at the disk showed.
#[derive(Debug)]
pub enum Look {
    /// What was there before.
    Same,
    /// Another certificate, which is shown from now on.
    New,
    /// What cannot be used: the old one is shown.
    Bad(BadCertificate),
}

/// What was read of the files.
#[derive(PartialEq, Eq)]
struct Read {
    certificate: Vec<u8>,
    key: Vec<u8>,
    authorities: Option<Vec<u8>>,
    revocations: Option<Vec<u8>>,
}

impl ServerTls {
    /// Reads the certificate.
    ///
    /// # Errors
    /// When the files cannot be read, or are no certificate and its key.
    pub fn open(settings: ServerTlsSettings) -> Result<Self, BadCertificate> {
        let read = Read::of(&settings)?;
        let (config, shown) = read.usable(&settings)?;
        let (current, read) = (Mutex::new(config), Mutex::new(read));
        Ok(Self { settings, current, read, shown: watch::Sender::new(shown) })
    }

    /// What holds for a caller that connects now.
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The certificate that is shown, as it changes.
    pub fn shown(&self) -> watch::Receiver<Shown> {
        self.shown.subscribe()
    }

    /// The key of the configuration that names the certificate.
    pub fn named_by(&self) -> &'static str {
        self.settings.named_by
    }

    /// The file of the certificate.
    pub fn file(&self) -> &Path {
        &self.settings.files.certificate
    }

    /// The file of the lists of certificates that were taken back, if there is one.
    pub fn revocations_file(&self) -> Option<&Path> {
        self.settings.clients.as_ref()?.revocations.as_deref()
    }

    /// Reads the disk again. A new certificate holds for those who connect from now on; what is connected stays.
    pub fn look(&self) -> Look {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let read = match Read::of(&self.settings) {
            Ok(read) if read == *known => return Look::Same,
            Ok(read) => read,
            Err(why) => return Look::Bad(why),
        };
        match read.usable(&self.settings) {
            Ok((config, shown)) => {
                *known = read;
                *self.current.lock().unwrap_or_else(PoisonError::into_inner) = config;
                self.shown.send_replace(shown);
                Look::New
            }
            Err(why) => Look::Bad(why),
        }
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTls").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Read {
    fn of(settings: &ServerTlsSettings) -> Result<Self, BadCertificate> {
        let CertificateFiles { certificate, key } = &settings.files;
        let clients = settings.clients.as_ref();
        let authorities = clients.map(|clients| bytes(&clients.authorities)).transpose()?;
        let revocations = clients.and_then(|clients| clients.revocations.as_ref());
        let revocations = revocations.map(|at| bytes(at)).transpose()?;
        Ok(Self { certificate: bytes(certificate)?, key: bytes(key)?, authorities, revocations })
    }

    fn usable(&self, settings: &ServerTlsSettings) -> Result<(Arc<ServerConfig>, Shown), BadCertificate> {
        let files = &settings.files;
        let chain = certificates(&files.certificate, &self.certificate)?;
        let mut shown = shown(&files.certificate, &chain)?;
        let key = key(&files.key, &self.key)?;
        let builder = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(settings.versions.list())
            .expect("the provider knows TLS 1.2 and 1.3: both are compiled in");
        let clients = self.clients(settings)?;
        shown.lists_end = clients.as_ref().and_then(|clients| clients.lists_end);
        let checked = clients.is_some();
        let builder = match clients {
            Some(clients) => builder.with_client_cert_verifier(clients.verifier),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(|why| BadCertificate::Pair { files: files.clone(), why: why.to_string() })?;
        if checked {
            // A session that is resumed is not checked again: a certificate that was taken back meanwhile would go on.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok((Arc::new(config), shown))
    }

    fn clients(&self, settings: &ServerTlsSettings) -> Result<Option<Clients>, BadCertificate> {
        let (Some(clients), Some(authorities)) = (&settings.clients, &self.authorities) else {
            return Ok(None);
        };
        let lists = clients.revocations.as_deref().zip(self.revocations.as_deref());
        Clients::read((&clients.authorities, authorities), lists).map(Some)
    }
}

fn shown(at: &Path, chain: &[rustls::pki_types::CertificateDer<'_>]) -> Result<Shown, BadCertificate> {
    let bad = |why| BadCertificate::Pem { at: at.to_owned(), what: "certificate", why };
    let read: Result<Vec<_>, _> = chain.iter().map(|der| Certificate::read(der)).collect();
    let read = read.map_err(bad)?;
    let ends = read.iter().map(|one| one.ends).min();
    let certificate = read.into_iter().next();
    match certificate.zip(ends) {
        Some((certificate, ends)) => Ok(Shown { certificate, ends, lists_end: None }),
        None => Err(bad("there is none".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use testkit::Identity;

    use super::*;

    struct Disk(tempfile::TempDir);

    impl Disk {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn write(&self, (certificate, key): &(String, String)) {
            let files = self.settings().files;
            std::fs::write(files.certificate, certificate).unwrap();
            std::fs::write(files.key, key).unwrap();
        }

        fn settings(&self) -> ServerTlsSettings {
            let files = CertificateFiles {
                certificate: self.0.path().join("c.pem"),
                key: self.0.path().join("k.pem"),
            };
            ServerTlsSettings { named_by: "test", files, versions: TlsVersions::default(), clients: None }
        }
    }

    #[test]
    fn a_new_certificate_takes_effect_and_one_that_cannot_be_used_does_not() {
        let disk = Disk::new();
        let (one, two) = (Identity::new().pem(), Identity::new().pem());
        disk.write(&one);
        let tls = ServerTls::open(disk.settings()).unwrap();
        let (first, shown) = (tls.config(), tls.shown());
        assert!(matches!(tls.look(), Look::Same));
        disk.write(&two);
        assert!(Arc::ptr_eq(&first, &tls.config()), "the disk is not read for a caller");
        assert!(matches!(tls.look(), Look::New));
        let second = tls.config();
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(shown.has_changed().unwrap());
        // Half written: a certificate without its key.
        disk.write(&(one.0.clone(), two.1.clone()));
        assert!(matches!(tls.look(), Look::Bad(BadCertificate::Pair { .. })));
        assert!(Arc::ptr_eq(&second, &tls.config()));
        disk.write(&one);
        assert!(matches!(tls.look(), Look::New));
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let disk = Disk::new();
        let open = || ServerTls::open(disk.settings()).unwrap_err().to_string();
        assert!(open().contains("c.pem"), "{}", open());
        let (certificate, key) = Identity::new().pem();
        disk.write(&("nothing".to_owned(), key.clone()));
        assert!(open().contains("c.pem holds no certificate"), "{}", open());
        disk.write(&(certificate.clone(), "rosebud".to_owned()));
        assert!(open().contains("k.pem holds no private key") && !open().contains("rosebud"), "{}", open());
        disk.write(&(certificate, Identity::new().pem().1));
        assert!(
            open().contains("c.pem and") && open().contains("k.pem cannot be used together"),
            "{}",
            open()
        );
    }
}
