//! What a running gateway tells the commands on its machine, in a file of its data folder: where it listens, and which certificate it shows
//! there. Must never be half written.

use std::{io, net::SocketAddr, path::Path};

use net::Fingerprint;

/// The file's name.
const FILE: &str = "api-address";

/// Where a gateway listens, and what it shows there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) address: SocketAddr,
    /// The certificate; nothing where HTTP is spoken in clear.
    pub(crate) certificate: Option<Fingerprint>,
}

impl Told {
    /// What the gateway with this data folder told last.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(data.join(FILE)).ok()?;
        let mut lines = text.lines();
        let address = lines.next()?.trim().parse().ok()?;
        let certificate = lines.next().map(|line| line.trim().parse()).transpose().ok()?;
        Some(Self { address, certificate })
    }

    /// Tells it: whole or not at all.
    pub(crate) fn write(&self, data: &Path) -> io::Result<()> {
        let at = data.join(FILE);
        let fresh = at.with_extension("new");
        let certificate = self.certificate.map(|it| format!("{it}\n")).unwrap_or_default();
        std::fs::write(&fresh, format!("{}\n{certificate}", self.address))?;
        std::fs::rename(&fresh, &at)
    }

    /// Takes back what an earlier gateway told.
    pub(crate) fn forget(data: &Path) -> io::Result<()> {
        match std::fs::remove_file(data.join(FILE)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
            _ => Ok(()),
        }
    }

    /// The address with what is spoken there.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_it_wrote_and_nothing_that_is_half_of_it() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Told::read(dir.path()), None);
        for certificate in [None, Some(Fingerprint::of(b"one"))] {
            let told = Told { address: ([127, 0, 0, 1], 18626).into(), certificate };
            told.write(dir.path()).unwrap();
            assert_eq!(Told::read(dir.path()), Some(told));
        }
        std::fs::write(dir.path().join(FILE), "127.0.0.1:18626\n00ff\n").unwrap();
        assert_eq!(Told::read(dir.path()), None);
        Told::forget(dir.path()).unwrap();
        assert_eq!(Told::read(dir.path()), None);
        Told::forget(dir.path()).unwrap();
    }
}
