//! The accept loop: listens, limits connections, secures them where there is a certificate, and hands each to a handler. Bounded in number
//! and time, so that no caller can keep others out. Must never read or write a byte of a connection itself.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use errors::slug;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{oneshot, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    first_byte::{FirstByte, Rejoined},
    limiter::{ConnectionLimiter, ConnectionPermit},
    seams::{BoxFuture, Clock, Listener, Stream, timeout},
    tls::{Certificate, ServerTls},
    write_guard::WriteGuard,
};

/// How long the loop waits after the system refused a connection (most likely it is out of file descriptors).
const ACCEPT_BACKOFF: Duration = Duration::from_millis(200);

/// How long connections that were aborted are waited for.
const ABORT_GRACE: Duration = Duration::from_secs(5);

/// Speaks a protocol on connections.
pub trait ConnectionHandler: Send + Sync + 'static {
    /// Serves one connection to its end. Once its [`StopSignal`] is given, the handler answers what was begun and takes no more.
    fn serve(self: Arc<Self>, connection: Connection) -> BoxFuture<'static, io::Result<()>>;

    /// What a caller is told that speaks in clear where TLS is spoken; nothing where the protocol has no words for it.
    fn in_clear(&self) -> &'static [u8] {
        b""
    }
}

/// Who made a connection, as far as it shows.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Where it comes from.
    pub source: SocketAddr,
    /// The certificate that it showed, as it was verified.
    pub certificate: Option<Arc<Certificate>>,
}

/// A connection that was accepted.
pub struct Connection {
    /// What is read and written. The other end must take what is written.
    pub stream: WriteGuard,
    /// Who made it.
    pub caller: Caller,
    /// Tells when the server is to stop.
    pub stop: StopSignal,
    /// Where work goes that must not end with the connection.
    pub tasks: Tasks,
}

/// How much is read of a caller that was told something, so that it is not cut off before it has read that.
const UNREAD: u64 = 64 << 10;

/// Says something to a caller, and hears it out: what is closed with bytes unread takes back what was said.
async fn tell(mut stream: Rejoined, what: &[u8]) -> io::Result<()> {
    stream.write_all(what).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(UNREAD), &mut tokio::io::sink()).await?;
    Ok(())
}

/// What a caller may take.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    /// How long the head of a request, or securing a connection, may take; a connection that is silent for so long between requests is
    /// closed, too.
    pub header_time: Duration,
    /// How long a body may take.
    pub body_time: Duration,
    /// How long a caller may take nothing of an answer.
    pub write_time: Duration,
    /// How large the head of a request may be.
    pub header_bytes: usize,
    /// How large a body may be.
    pub body_bytes: u64,
    /// How many connections there may be; more wait to be accepted.
    pub connections: usize,
    /// How many of them may come from one address; more are closed at once.
    pub per_source: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            header_time: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            header_bytes: 64 << 10,
            body_bytes: 4 << 20,
            connections: 2048,
            per_source: 512,
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<usize>,
}

impl Server {
    /// Hands what comes in on a listener to a handler, over TLS where there is a certificate.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(
        listener: Box<dyn Listener>,
        handler: Arc<dyn ConnectionHandler>,
        limits: ServerLimits,
        clock: Arc<dyn Clock>,
        tls: Option<Arc<ServerTls>>,
    ) -> io::Result<Self> {
        let addr = listener.local_addr()?;
        let (stop, stopped) = watch::channel(None);
        let limiter = ConnectionLimiter::new(limits.connections, limits.per_source);
        let stop_signal = StopSignal(stopped.clone());
        let serving =
            Arc::new(Serving { handler, limits, clock, tls, limiter, stop_signal, tasks: Tasks::default() });
        let task = tokio::spawn(serving.accept(listener, stopped));
        Ok(Self { addr, stop, task })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no more requests, lets those under way be answered within `timeout`, and aborts the rest. Gives how many connections were
    /// aborted.
    pub async fn drain(self, timeout: Duration) -> usize {
        self.stop.send_replace(Some(timeout));
        self.task.await.unwrap_or_default()
    }
}

/// Tells a connection when the server is to stop. Clones tell the same.
#[derive(Debug, Clone)]
pub struct StopSignal(watch::Receiver<Option<Duration>>);

impl StopSignal {
    /// Resolves when the server is to stop, or was dropped.
    pub async fn given(&mut self) {
        let _ = self.0.wait_for(Option::is_some).await;
    }
}

/// Work that was begun on behalf of a connection: it goes on when the other end hangs up, and ends with the server.
#[derive(Debug, Clone, Default)]
pub struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl Tasks {
    /// Runs a future to its end, also when what this gives is dropped. `None` when it panicked, or the server has stopped.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = Option<T>> + Send + 'static {
        let (done, result) = oneshot::channel();
        {
            let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move {
                let _ = done.send(work.await);
            });
        }
        async move { result.await.ok() }
    }

    fn take(&self) -> JoinSet<()> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the connections share.
struct Serving {
    handler: Arc<dyn ConnectionHandler>,
    limits: ServerLimits,
    clock: Arc<dyn Clock>,
    tls: Option<Arc<ServerTls>>,
    limiter: Arc<ConnectionLimiter>,
    stop_signal: StopSignal,
    tasks: Tasks,
}

/// A connection, and the certificate that the caller showed.
type Secured = (Box<dyn Stream>, Option<Arc<Certificate>>);

/// Whether a connection was not secured because of the certificate that the caller showed.
fn is_about_certificate(why: &io::Error) -> bool {
    let why = why.get_ref().and_then(|why| why.downcast_ref::<rustls::Error>());
    matches!(why, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::InvalidCertRevocationList(_)))
}

impl Serving {
    async fn accept(
        self: Arc<Self>,
        listener: Box<dyn Listener>,
        stopped: watch::Receiver<Option<Duration>>,
    ) -> usize {
        let mut stop_signal = self.stop_signal.clone();
        let mut connections = JoinSet::new();
        loop {
            let next = async {
                let permit = self.limiter.acquire().await;
                (permit, listener.accept().await)
            };
            tokio::select! {
                () = stop_signal.given() => break,
                Some(_) = connections.join_next() => {}
                (permit, accepted) = next => match (permit, accepted) {
                    (Some(permit), Ok((stream, source))) => match self.limiter.admit(permit, source.ip()) {
                        Some(permit) => {
                            connections.spawn(Arc::clone(&self).serve(stream, source, permit));
                        }
                        None => tracing::warn!(slug = %slug!("server.crowded"), source = %source.ip(), "too many connections from one address"),
                    },
                    (_, Err(why)) => {
                        tracing::warn!(slug = %slug!("server.cannot-accept"), %why, "a connection could not be accepted");
                        self.clock.sleep(ACCEPT_BACKOFF).await;
                    }
                    (None, _) => break,
                },
            }
        }
        drop(listener);
        let grace = stopped.borrow().unwrap_or_default();
        let _ =
            timeout(&*self.clock, grace, async { while connections.join_next().await.is_some() {} }).await;
        while connections.try_join_next().is_some() {}
        let aborted = connections.len();
        let mut tasks = self.tasks.take();
        connections.abort_all();
        tasks.abort_all();
        let _ = timeout(&*self.clock, ABORT_GRACE, async {
            while connections.join_next().await.is_some() {}
            while tasks.join_next().await.is_some() {}
        })
        .await;
        aborted
    }

    async fn serve(self: Arc<Self>, stream: Box<dyn Stream>, source: SocketAddr, permit: ConnectionPermit) {
        // Who has not secured the connection has begun nothing that a stop would have to wait for.
        let mut stop = self.stop_signal.clone();
        let secured = tokio::select! {
            secured = self.secured(stream) => secured,
            () = stop.given() => return,
        };
        match secured {
            Ok((stream, certificate)) => {
                let stream = WriteGuard::new(stream, Arc::clone(&self.clock), self.limits.write_time);
                let (stop, tasks) = (self.stop_signal.clone(), self.tasks.clone());
                let caller = Caller { source, certificate };
                let connection = Connection { stream, caller, stop, tasks };
                if let Err(why) = Arc::clone(&self.handler).serve(connection).await {
                    tracing::debug!(%source, %why, "a connection ended early");
                }
            }
            Err(why) if is_about_certificate(&why) => {
                tracing::warn!(slug = %slug!("server.client-certificate"), %source, %why, "a caller's certificate is not taken");
            }
            Err(why) => tracing::debug!(%source, %why, "a connection was not secured"),
        }
        drop(permit);
    }

    /// The connection, secured if there is a certificate, within the time of a head; and the certificate that the caller showed.
    async fn secured(&self, stream: Box<dyn Stream>) -> io::Result<Secured> {
        let Some(tls) = &self.tls else { return Ok((stream, None)) };
        let acceptor = TlsAcceptor::from(tls.config());
        let securing = async {
            match FirstByte::of(stream).await? {
                FirstByte::Handshake(stream) => Ok(acceptor.accept(stream).await?),
                FirstByte::Other(stream) => {
                    tell(stream, self.handler.in_clear()).await?;
                    Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "it spoke in clear, and TLS is spoken here",
                    ))
                }
            }
        };
        let secured = timeout(&*self.clock, self.limits.header_time, securing).await;
        let secured = secured.map_err(|why| io::Error::new(io::ErrorKind::TimedOut, why))??;
        let shown = secured.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let shown = shown.map(|der| Certificate::read(der).map(Arc::new)).transpose();
        let shown = shown.map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?;
        Ok((Box::new(secured), shown))
    }
}
