//! Looks at the first byte of a connection, by which TLS and speech in clear are told apart. Must never keep it from who reads next.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use crate::seams::Stream;

/// How a handshake of TLS begins.
const HANDSHAKE: u8 = 22;

/// A connection, by its first byte.
pub(crate) enum FirstByte {
    /// It begins as TLS does.
    Handshake(Rejoined),
    /// It begins in another way.
    Other(Rejoined),
}

impl FirstByte {
    /// Waits for the first byte.
    pub(crate) async fn of(mut stream: Box<dyn Stream>) -> io::Result<Self> {
        let first = stream.read_u8().await?;
        let rejoined = Rejoined { first: Some(first), stream };
        Ok(if first == HANDSHAKE { Self::Handshake(rejoined) } else { Self::Other(rejoined) })
    }
}

/// A connection whose first byte is read again.
pub(crate) struct Rejoined {
    first: Option<u8>,
    stream: Box<dyn Stream>,
}

impl AsyncRead for Rejoined {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if into.remaining() > 0
            && let Some(first) = self.first.take()
        {
            into.put_slice(&[first]);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Rejoined {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
