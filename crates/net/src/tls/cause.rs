//! Why there was no line: whether a certificate was not taken, on either side. Must never guess from words.

use std::{error::Error, io};

use rustls::{AlertDescription, Error as TlsError};

/// What kept a line from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The other end's certificate is not trusted, or it does not take ours.
    Certificate,
    /// Anything else.
    Other,
}

impl Cause {
    /// That of an error, or of what caused it.
    pub fn of(why: &(dyn Error + 'static)) -> Self {
        let mut next = Some(why);
        while let Some(why) = next {
            // The inner error of an I/O error is not among its causes, but what caused that is.
            let inner = why.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            if inner.is_some_and(|inner| Self::of(inner) == Self::Certificate)
                || why.downcast_ref::<TlsError>().is_some_and(is_of_certificate)
            {
                return Self::Certificate;
            }
            next = why.source();
        }
        Self::Other
    }
}

fn is_of_certificate(why: &TlsError) -> bool {
    use AlertDescription as A;
    match why {
        TlsError::InvalidCertificate(_) | TlsError::NoCertificatesPresented => true,
        TlsError::AlertReceived(alert) => matches!(
            alert,
            A::BadCertificate
                | A::UnsupportedCertificate
                | A::CertificateRevoked
                | A::CertificateExpired
                | A::CertificateUnknown
                | A::UnknownCA
                | A::CertificateRequired
                | A::AccessDenied
        ),
        _ => false,
    }
}
