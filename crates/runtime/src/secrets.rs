//! The secrets that the registry names: read from where it says they are kept, when a connection is made. Must never show one.

use std::path::{Path, PathBuf};

use registry::{Header, SecretRef};

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

fn read_secret(path: &Path) -> Result<String, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}
