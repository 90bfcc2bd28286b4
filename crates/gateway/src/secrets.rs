//! The secrets that the registry names: read from where it says they are kept, when a connection is made. Must never show one.

use std::path::{Path, PathBuf};

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use registry::SecretRef;

/// Where secrets are kept that the registry names.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    /// The folder of those that are files.
    pub(crate) dir: PathBuf,
}

impl Secrets {
    /// The secret.
    ///
    /// # Errors
    /// Why it cannot be read, without any of it.
    pub(crate) fn reveal(&self, secret: &SecretRef) -> Result<String, String> {
        match secret {
            SecretRef::Env(name) => {
                std::env::var(name).map_err(|_| format!("the environment has no variable {name}"))
            }
            SecretRef::File(name) => read_secret(&self.dir.join(name)),
        }
    }
}

fn read_secret(path: &Path) -> Result<String, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    }
}

/// The headers of a connection, with their secrets.
///
/// # Errors
/// Which header cannot be written, and why.
pub(crate) fn headers(wanted: &[registry::Header], secrets: &Secrets) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for header in wanted {
        let failed = |why: String| format!("its header {}: {why}", header.name.as_str());
        let value = match (&header.value, &header.secret) {
            (_, Some(secret)) => secrets.reveal(secret).map_err(failed)?,
            (Some(value), None) => value.reveal().to_owned(),
            (None, None) => String::new(),
        };
        let name =
            HeaderName::from_bytes(header.name.as_str().as_bytes()).map_err(|why| failed(why.to_string()))?;
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| failed("its value has characters that no header can carry".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}
