//! HTTP/1.1 on a connection that came in: heads and bodies are bounded in size and time. A request that was begun is handled to its end
//! even when its sender hangs up. Must never answer anything itself, but for a handler that failed.

use std::{
    convert::Infallible,
    error::Error,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use hyper::{
    Request, Response, StatusCode,
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;

use super::{body::RequestBody, timer::SeamTimer};
use crate::{
    exchange::{Exchange, Unflushed},
    seams::{BoxFuture, Clock, Listener},
    server::{Caller, Connection, ConnectionHandler, Server, ServerLimits, Tasks},
    tls::ServerTls,
};

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// The body of an answer.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>
        + Default
        + Send
        + Unpin
        + 'static;

    /// Answers one request. Its extensions hold the [`Source`], and the `Arc` of the certificate that the caller showed.
    fn handle(&self, request: Request<RequestBody>) -> BoxFuture<'static, Response<Self::Body>>;

    /// How large the body of a request for this path may be, and how long it may take; the limits of the server as a rule.
    fn allowance(&self, _path: &str, limits: &ServerLimits) -> (u64, Duration) {
        (limits.body_bytes, limits.body_time)
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(pub SocketAddr);

/// What a request in clear is told where TLS is spoken.
const IN_CLEAR: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 56\r\nconnection: close\r\n\r\n\
    TLS is spoken here: the address begins with https, then\n";

/// Answers the requests that come in on a listener, over TLS where there is a certificate.
///
/// # Errors
/// When the listener has no address.
pub fn serve<H: Handler>(
    listener: Box<dyn Listener>,
    handler: Arc<H>,
    limits: ServerLimits,
    clock: Arc<dyn Clock>,
    tls: Option<Arc<ServerTls>>,
) -> io::Result<Server> {
    let http = Http { handler, limits: limits.clone(), clock: Arc::clone(&clock) };
    Server::start(listener, Arc::new(http), limits, clock, tls)
}

/// Speaks HTTP on connections.
struct Http<H> {
    handler: Arc<H>,
    limits: ServerLimits,
    clock: Arc<dyn Clock>,
}

impl<H: Handler> ConnectionHandler for Http<H> {
    fn serve(self: Arc<Self>, connection: Connection) -> BoxFuture<'static, io::Result<()>> {
        Box::pin(async move {
            let Connection { stream, caller, mut stop, tasks } = connection;
            let unflushed = stream.unflushed();
            let service = service_fn(|request| {
                Arc::clone(&self).answer(request, caller.clone(), tasks.clone(), unflushed.clone())
            });
            let connection = http1::Builder::new()
                .timer(SeamTimer(Arc::clone(&self.clock)))
                .header_read_timeout(self.limits.header_time)
                .max_buf_size(self.limits.header_bytes.max(8 << 10))
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service);
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.given() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            ended.map_err(io::Error::other)
        })
    }

    fn in_clear(&self) -> &'static [u8] {
        IN_CLEAR
    }
}

impl<H: Handler> Http<H> {
    /// Answers in a task of its own, which a sender that hangs up does not end.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        caller: Caller,
        tasks: Tasks,
        unflushed: Unflushed,
    ) -> Result<Response<AnswerBody<H::Body>>, Infallible> {
        let (bytes, time) = self.handler.allowance(request.uri().path(), &self.limits);
        let time_up = self.clock.sleep(time);
        let mut request = request.map(|body| RequestBody::new(body, bytes, time_up));
        request.extensions_mut().insert(Source(caller.source));
        if let Some(certificate) = caller.certificate {
            request.extensions_mut().insert(certificate);
        }
        let exchange = Exchange::default();
        let answer = tasks.run(exchange.run(self.handler.handle(request))).await;
        let answer = answer.unwrap_or_else(|| {
            let mut response = Response::new(H::Body::default());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        });
        Ok(answer.map(|body| AnswerBody { body, exchange: Some(exchange), unflushed }))
    }
}

/// The body of an answer. Once it is handed to the connection, its exchange ends with the next flush.
struct AnswerBody<B> {
    body: B,
    exchange: Option<Exchange>,
    unflushed: Unflushed,
}

impl<B: Body + Unpin> Body for AnswerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for AnswerBody<B> {
    fn drop(&mut self) {
        if let Some(exchange) = self.exchange.take() {
            self.unflushed.push(exchange);
        }
    }
}
