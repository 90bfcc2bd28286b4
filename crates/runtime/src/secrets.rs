//! The secrets that the registry names: read from where it says they are kept, when a connection is made. Must never show one.

use std::path::{Path, PathBuf};

use net::{PeerTls, ShownToPeer};
use registry::{Header, SecretRef, TlsSettings};

/// Where secrets are kept that the registry names.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The folder of those that are files.
    pub dir: PathBuf,
}

impl Secrets {
    /// The secret.
    ///
    /// # Errors
    /// Why it cannot be read, without any of it.
    pub fn reveal(&self, secret: &SecretRef) -> Result<String, String> {
        match secret {
            SecretRef::Env(name) => {
                std::env::var(name).map_err(|_| format!("the environment has no variable {name}"))
            }
            SecretRef::File(name) => read_secret(&self.dir.join(name)),
        }
    }

    /// The headers of a connection, by name, with their secrets.
    ///
    /// # Errors
    /// Which header's secret cannot be read, and why.
    pub fn headers(&self, wanted: &[Header]) -> Result<Vec<(String, String)>, String> {
        let header = |header: &Header| {
            let name = header.name.as_str();
            let value = match (&header.value, &header.secret) {
                (_, Some(secret)) => {
                    self.reveal(secret).map_err(|why| format!("its header {name}: {why}"))?
                }
                (Some(value), None) => value.reveal().to_owned(),
                (None, None) => String::new(),
            };
            Ok((name.to_owned(), value))
        };
        wanted.iter().map(header).collect()
    }
}

impl Secrets {
    /// How the line to a library's system is secured, with what is kept of that.
    ///
    /// # Errors
    /// What of it cannot be read, without any key.
    pub fn tls(&self, wanted: &TlsSettings) -> Result<PeerTls, String> {
        let read = |what: &str, secret: &Option<SecretRef>| {
            let read = secret.as_ref().map(|secret| self.reveal(secret));
            read.transpose().map_err(|why| format!("connection.tls.{what}: {why}"))
        };
        let shown = read("certificate", &wanted.certificate)?.zip(read("key", &wanted.key)?);
        Ok(PeerTls {
            authorities: read("authorities", &wanted.authorities)?,
            pins: wanted.pins.clone(),
            shown: shown.map(|(certificate, key)| ShownToPeer { certificate, key }),
        })
    }
}

fn read_secret(path: &Path) -> Result<String, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}
