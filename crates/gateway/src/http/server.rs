//! The accept loop. Each connection is bounded in number, size and time, so that nobody who calls can keep others out.
//! A request that was begun is handled to its end even when its sender hangs up. Must never answer anything itself.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::body::Body;
use hyper::{Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::{
    body::RequestBody,
    guard::WriteGuard,
    seats::{Seat, Seats, lock},
    timer::SeamTimer,
};
use crate::seams::{BoxFuture, Clock, Listener, Stream, within};

/// How long the loop rests when the system refuses a connection (it is out of file descriptors, most likely).
const REST: Duration = Duration::from_millis(200);

/// How long those that are cut off are waited for.
const LAST_MOMENT: Duration = Duration::from_secs(5);

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Its extensions hold the [`Source`].
    fn handle(&self, request: Request<RequestBody>) -> BoxFuture<'static, Response<Body>>;

    /// How large the body of a request for this path may be, and how long it may take; the limits of the server as a rule.
    fn allowance(&self, _path: &str, limits: &ServerLimits) -> (u64, Duration) {
        (limits.body_bytes, limits.body_time)
    }
}

/// Whom a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(pub SocketAddr);

/// What a caller may take.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    /// How long the head of a request may take; a connection that is silent for so long between requests is closed, too.
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
    /// Answers what comes in on a listener.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(
        listener: Box<dyn Listener>,
        handler: Arc<dyn Handler>,
        limits: ServerLimits,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let addr = listener.local_addr()?;
        let (stop, stopped) = watch::channel(None);
        let seats = Seats::new(limits.connections, limits.per_source);
        let serving = Arc::new(Serving { handler, limits, clock, seats, handling: Mutex::default() });
        let task = tokio::spawn(serving.accept(listener, stopped));
        Ok(Self { addr, stop, task })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no more requests, lets those under way be answered within the time given, and cuts off the rest. Gives how many
    /// connections were cut off.
    pub async fn drain(self, within: Duration) -> usize {
        self.stop.send_replace(Some(within));
        self.task.await.unwrap_or_default()
    }
}

/// What the connections share.
struct Serving {
    handler: Arc<dyn Handler>,
    limits: ServerLimits,
    clock: Arc<dyn Clock>,
    seats: Arc<Seats>,
    handling: Mutex<JoinSet<()>>,
}

impl Serving {
    async fn accept(
        self: Arc<Self>,
        listener: Box<dyn Listener>,
        mut stopped: watch::Receiver<Option<Duration>>,
    ) -> usize {
        let graceful = GracefulShutdown::new();
        let mut tasks = JoinSet::new();
        loop {
            let next = async {
                let permit = self.seats.free().await;
                (permit, listener.accept().await)
            };
            tokio::select! {
                () = told_to_stop(&mut stopped) => break,
                Some(_) = tasks.join_next() => {}
                (permit, accepted) = next => match (permit, accepted) {
                    (Some(permit), Ok((stream, from))) => match self.seats.take(permit, from.ip()) {
                        Some(seat) => {
                            tasks.spawn(Arc::clone(&self).serve(stream, Source(from), seat, graceful.watcher()));
                        }
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
        let _ = within(&*self.clock, patience, graceful.shutdown()).await;
        while tasks.try_join_next().is_some() {}
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

    async fn serve(self: Arc<Self>, stream: Box<dyn Stream>, source: Source, seat: Seat, watcher: Watcher) {
        let stream = WriteGuard::new(stream, Arc::clone(&self.clock), self.limits.write_time);
        let service = service_fn(|request| Arc::clone(&self).answer(request, source));
        let connection = http1::Builder::new()
            .timer(SeamTimer(Arc::clone(&self.clock)))
            .header_read_timeout(self.limits.header_time)
            .max_buf_size(self.limits.header_bytes.max(8 << 10))
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(why) = watcher.watch(connection).await {
            tracing::debug!(source = %source.0, %why, "a connection ended early");
        }
        drop(seat);
    }

    /// Answers in a task of its own, which a sender that hangs up does not end.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        source: Source,
    ) -> Result<Response<Body>, Infallible> {
        let limits = &self.limits;
        let (bytes, time) = self.handler.allowance(request.uri().path(), limits);
        let time_up = self.clock.pause(time);
        let mut request = request.map(|body| RequestBody::new(body, bytes, time_up));
        request.extensions_mut().insert(source);
        let answer = self.handler.handle(request);
        let (tell, told) = tokio::sync::oneshot::channel();
        {
            let mut handling = lock(&self.handling);
            while handling.try_join_next().is_some() {}
            handling.spawn(async move {
                let _ = tell.send(answer.await);
            });
        }
        Ok(told.await.unwrap_or_else(|_| {
            // The handler panicked, or the server is going down.
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }))
    }
}

/// Resolves when the server is to stop, or was dropped.
async fn told_to_stop(stopped: &mut watch::Receiver<Option<Duration>>) {
    let _ = stopped.wait_for(Option::is_some).await;
}
