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

use crate::{
    seams::{BoxFuture, Clock, Net, Stream, timeout},
    tls::Tls,
};

/// Connects by TCP, or by TLS over it, in time.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<Tcp>,
    clock: Arc<dyn Clock>,
    time: Duration,
}

impl Connector {
    pub(crate) fn new(net: Arc<dyn Net>, clock: Arc<dyn Clock>, tls: &Tls, time: Duration) -> Self {
        let inner = HttpsConnector::from((Tcp { net, time }, tls.config()));
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
            match timeout(&*clock, time, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time").into()),
            }
        })
    }
}

/// Connects by TCP.
#[derive(Clone)]
pub(crate) struct Tcp {
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
pub(crate) struct Wire(TokioIo<Box<dyn Stream>>);

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
