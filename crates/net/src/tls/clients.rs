//! Whether a certificate that a caller shows is taken: by whom it is signed, and whether it was taken back. Must never take one whose state
//! nobody tells.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use rustls::{
    RootCertStore,
    pki_types::{CertificateRevocationListDer, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use x509_cert::{crl::CertificateList, der::Decode};

use super::{BadCertificate, certificate::told, files::certificates, versions::provider};

/// Judges the certificates of callers.
pub(super) struct Clients {
    pub(super) verifier: Arc<dyn ClientCertVerifier>,
    /// When the first list is over.
    pub(super) lists_end: Option<Timestamp>,
}

/// A file, and what is in it.
type Content<'a> = (&'a Path, &'a [u8]);

impl Clients {
    /// By these authorities, and their lists of what they took back.
    pub(super) fn read(authorities: Content<'_>, lists: Option<Content<'_>>) -> Result<Self, BadCertificate> {
        let bad = |at: &Path, what, why: String| BadCertificate::Pem { at: at.to_owned(), what, why };
        let mut roots = RootCertStore::empty();
        for certificate in certificates(authorities.0, authorities.1)? {
            roots
                .add(certificate)
                .map_err(|why| bad(authorities.0, "certificate of an authority", why.to_string()))?;
        }
        let mut builder =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).allow_unauthenticated();
        let mut lists_end = None;
        if let Some((at, pem)) = lists {
            let bad_list = |why| bad(at, "list of revoked certificates", why);
            let read: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(pem).collect();
            let read = read.map_err(|why| bad_list(why.to_string()))?;
            if read.is_empty() {
                return Err(bad_list("there is none".to_owned()));
            }
            for list in &read {
                let end = list_end(list).map_err(bad_list)?;
                lists_end = lists_end.map_or(Some(end), |before: Timestamp| Some(before.min(end)));
            }
            builder = builder.with_crls(read).enforce_revocation_expiration();
        }
        let verifier = builder.build().map_err(|why| match lists {
            Some((at, _)) => bad(at, "list of revoked certificates", why.to_string()),
            None => bad(authorities.0, "certificate of an authority", why.to_string()),
        })?;
        Ok(Self { verifier, lists_end })
    }
}

/// When a list is over. One that does not say is over at once: nobody could tell that it is old.
fn list_end(list: &[u8]) -> Result<Timestamp, String> {
    let read = <CertificateList>::from_der(list).map_err(|why| why.to_string())?;
    Ok(read.tbs_cert_list.next_update.map_or(Timestamp::MIN, told))
}
