//! How the client connects: over the network seam, within a deadline that holds for name, TCP and TLS together. Must never consult the
//! environment (proxies) or follow anything.

use std::{
    error::Error,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use hyper::{
    Uri,
    rt::{Read, ReadBufCursor, Write},
};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use tower_service::Service;

use crate::seams::{BoxFuture, Clock, Net, Seams, Stream, within};

/// Connects by TCP, or by TLS over it, in time.
#[derive(Clone)]
pub(super) struct Connector {
    inner: HttpsConnector<Tcp>,
    clock: Arc<dyn Clock>,
    time: Duration,
}

impl Connector {
    pub(super) fn new(net: Arc<dyn Net>, clock: Arc<dyn Clock>, tls: &super::Tls, time: Duration) -> Self {
        let inner = HttpsConnector::from((Tcp { net, time }, Arc::clone(&tls.0)));
        Self { inner, clock, time }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Wire>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.inner.call(to);
        let (clock, time) = (Arc::clone(&self.clock), self.time);
        Box::pin(async move {
            match within(&*clock, time, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time").into()),
            }
        })
    }
}

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
pub(crate) async fn connect(
    seams: &Seams,
    tls: &super::Tls,
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

/// Connects by TCP.
#[derive(Clone)]
pub(super) struct Tcp {
    net: Arc<dyn Net>,
    time: Duration,
}

impl Service<Uri> for Tcp {
    type Response = Wire;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Wire>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let Self { net, time } = self.clone();
        Box::pin(async move {
            let host = to.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
            let port = to.port_u16().unwrap_or(if to.scheme_str() == Some("https") { 443 } else { 80 });
            Ok(Wire(TokioIo::new(net.connect(host, port, time).await?)))
        })
    }
}

/// A connection as hyper takes it.
pub(super) struct Wire(TokioIo<Box<dyn Stream>>);

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl Write for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, slices)
    }
}
