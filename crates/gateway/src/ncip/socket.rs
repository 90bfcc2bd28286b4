//! NCIP without HTTP: whoever connects writes messages, one after another, and reads their answers in the same order, each with a line
//! end after it; over TLS where there is a certificate. Bounded in number, size and time as the HTTP server is. A message that was begun is handled to its end even when its
//! sender hangs up. Must never look at what a message says.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ncip::framing::Framer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{oneshot, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    http::{OwnTls, Seat, Seats, ServerLimits, WriteGuard},
    seams::{BoxFuture, Clock, Listener, Stream, within},
};

/// How long the loop rests when the system refuses a connection.
const REST: Duration = Duration::from_millis(200);
/// How long those that are cut off are waited for.
const LAST_MOMENT: Duration = Duration::from_secs(5);
/// How much is read from a connection at once.
const PIECE: usize = 8 << 10;

/// What was heard on a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A whole message.
    Message(Vec<u8>),
    /// Something that broke off.
    BrokenOff(Vec<u8>),
    /// More than a message may have; nothing of it is kept.
    TooLong {
        /// The most bytes that a message may have.
        limit: usize,
    },
}

/// Answers what is heard.
pub(crate) trait Listen: Send + Sync + 'static {
    /// Answers it.
    fn answer(&self, heard: Heard, from: SocketAddr) -> BoxFuture<'static, Vec<u8>>;
}

/// A listener that runs.
#[derive(Debug)]
pub(crate) struct SocketServer {
    addr: SocketAddr,
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<usize>,
}

impl SocketServer {
    /// Answers what comes in on a listener.
    ///
    /// # Errors
    /// When the listener has no address.
    pub(crate) fn start(
        listener: Box<dyn Listener>,
        handler: Arc<dyn Listen>,
        limits: ServerLimits,
        clock: Arc<dyn Clock>,
        tls: Option<Arc<OwnTls>>,
    ) -> io::Result<Self> {
        let addr = listener.local_addr()?;
        let (stop, stopped) = watch::channel(None);
        let seats = Seats::new(limits.connections, limits.per_source);
        let serving = Arc::new(Serving { handler, limits, clock, tls, seats, handling: Mutex::default() });
        let task = tokio::spawn(serving.accept(listener, stopped));
        Ok(Self { addr, stop, task })
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no more messages, lets those under way be answered within the time given, and cuts off the rest. Gives how many connections
    /// were cut off.
    pub(crate) async fn drain(self, within: Duration) -> usize {
        self.stop.send_replace(Some(within));
        self.task.await.unwrap_or_default()
    }
}

/// What the connections share.
struct Serving {
    handler: Arc<dyn Listen>,
    limits: ServerLimits,
    clock: Arc<dyn Clock>,
    tls: Option<Arc<OwnTls>>,
    seats: Arc<Seats>,
    handling: Mutex<JoinSet<()>>,
}

impl Serving {
    async fn accept(
        self: Arc<Self>,
        listener: Box<dyn Listener>,
        mut stopped: watch::Receiver<Option<Duration>>,
    ) -> usize {
        let mut tasks = JoinSet::new();
        loop {
            let stop = stopped.clone();
            let next = async {
                let permit = self.seats.free().await;
                (permit, listener.accept().await)
            };
            tokio::select! {
                () = told_to_stop(&mut stopped) => break,
                Some(_) = tasks.join_next() => {}
                (permit, accepted) = next => match (permit, accepted) {
                    (Some(permit), Ok((stream, from))) => match self.seats.take(permit, from.ip()) {
                        Some(seat) => { tasks.spawn(Arc::clone(&self).serve(stream, from, seat, stop)); }
                        None => tracing::warn!(source = %from.ip(), "too many connections from one address"),
                    },
                    (_, Err(why)) => {
                        tracing::warn!(%why, "a connection could not be accepted");
                        self.clock.pause(REST).await;
                    }
                    (None, _) => break,
                },
            }
        }
        drop(listener);
        let patience = stopped.borrow().unwrap_or_default();
        let ending = async { while tasks.join_next().await.is_some() {} };
        let _ = within(&*self.clock, patience, ending).await;
        let cut = tasks.len();
        let mut handling = std::mem::take(&mut *lock(&self.handling));
        tasks.abort_all();
        handling.abort_all();
        let _ = within(&*self.clock, LAST_MOMENT, async {
            while tasks.join_next().await.is_some() {}
            while handling.join_next().await.is_some() {}
        })
        .await;
        cut
    }

    async fn serve(
        self: Arc<Self>,
        stream: Box<dyn Stream>,
        from: SocketAddr,
        seat: Seat,
        mut stopped: watch::Receiver<Option<Duration>>,
    ) {
        let stream = match self.secured(stream).await {
            Ok(stream) => stream,
            Err(why) => {
                tracing::debug!(source = %from, %why, "a connection was not secured");
                return;
            }
        };
        let mut stream = WriteGuard::new(stream, Arc::clone(&self.clock), self.limits.write_time);
        let limit = usize::try_from(self.limits.body_bytes).unwrap_or(usize::MAX);
        let mut framer = Framer::new(limit);
        let mut piece = vec![0; PIECE];
        loop {
            let heard = match self.hear(&mut stream, &mut framer, &mut piece, &mut stopped).await {
                Ok(Some(heard)) => heard,
                Ok(None) => break,
                Err(why) => {
                    tracing::debug!(source = %from, %why, "a connection ended early");
                    break;
                }
            };
            let whole = matches!(heard, Heard::Message(_));
            let Some(mut answer) = self.answer(heard, from).await else { break };
            answer.push(b'\n');
            let written = async {
                stream.write_all(&answer).await?;
                stream.flush().await
            };
            if written.await.is_err() || !whole {
                break;
            }
        }
        let _ = stream.shutdown().await;
        drop(seat);
    }

    /// The connection, secured if it is to be; whoever takes too long over that is let go.
    async fn secured(&self, stream: Box<dyn Stream>) -> io::Result<Box<dyn Stream>> {
        let Some(tls) = &self.tls else { return Ok(stream) };
        let acceptor = TlsAcceptor::from(tls.config(self.clock.monotonic()));
        let secured = within(&*self.clock, self.limits.header_time, acceptor.accept(stream)).await;
        let secured = secured.map_err(|why| io::Error::new(io::ErrorKind::TimedOut, why))??;
        Ok(Box::new(secured))
    }

    /// The next message; nothing where the other end has no more to say, says nothing, or is to be told nothing more.
    async fn hear(
        &self,
        stream: &mut WriteGuard,
        framer: &mut Framer,
        piece: &mut [u8],
        stopped: &mut watch::Receiver<Option<Duration>>,
    ) -> io::Result<Option<Heard>> {
        let mut time_up = self.clock.pause(self.limits.header_time);
        let mut begun = false;
        loop {
            match framer.next_message() {
                Ok(Some(message)) => return Ok(Some(Heard::Message(message))),
                Ok(None) => {}
                Err(too_long) => return Ok(Some(Heard::TooLong { limit: too_long.limit })),
            }
            if !begun && !framer.unfinished().is_empty() {
                begun = true;
                time_up = self.clock.pause(self.limits.body_time);
            }
            let broken_off = |framer: &Framer| begun.then(|| Heard::BrokenOff(framer.unfinished().to_vec()));
            let count = tokio::select! {
                count = stream.read(piece) => count?,
                () = &mut time_up => return Ok(broken_off(framer)),
                () = told_to_stop(stopped), if !begun => return Ok(None),
            };
            if count == 0 {
                return Ok(broken_off(framer));
            }
            framer.push(&piece[..count]);
        }
    }

    /// Answers in a task of its own, which a sender that hangs up, or a stop, does not end.
    async fn answer(&self, heard: Heard, from: SocketAddr) -> Option<Vec<u8>> {
        let (tell, told) = oneshot::channel();
        let answer = self.handler.answer(heard, from);
        {
            let mut handling = lock(&self.handling);
            while handling.try_join_next().is_some() {}
            handling.spawn(async move {
                let _ = tell.send(answer.await);
            });
        }
        told.await.ok()
    }
}

/// Resolves when the server is to stop, or was dropped.
async fn told_to_stop(stopped: &mut watch::Receiver<Option<Duration>>) {
    let _ = stopped.wait_for(Option::is_some).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
