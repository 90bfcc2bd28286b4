//! A connection without HTTP, plain or by TLS. Must never connect to anything but what was asked for.

use std::{error::Error, sync::Arc, time::Duration};

use hyper::Uri;
use hyper_util::rt::TokioIo;
use tower_service::Service;

use crate::{
    http::Connector,
    seams::{Seams, Stream},
    tls::Tls,
};

/// Whether a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secured {
    /// It is not.
    Plain,
    /// By TLS.
    Tls,
}

/// A connection without HTTP, plain or by TLS, within a deadline that holds for name, TCP and TLS together.
///
/// # Errors
/// When there is none in time, or the other end's certificate is not trusted.
pub async fn connect(
    seams: &Seams,
    tls: &Tls,
    secured: Secured,
    (host, port): (&str, u16),
    time: Duration,
) -> Result<Box<dyn Stream>, Box<dyn Error + Send + Sync>> {
    if secured == Secured::Plain {
        return Ok(seams.net.connect(host, port, time).await?);
    }
    let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let uri = Uri::builder().scheme("https").authority(authority).path_and_query("/").build()?;
    let mut connector = Connector::new(Arc::clone(&seams.net), Arc::clone(&seams.clock), tls, time);
    Ok(Box::new(TokioIo::new(connector.call(uri).await?)))
}
