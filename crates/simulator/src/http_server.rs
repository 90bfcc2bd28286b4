//! The listener of whoever is simulated: messages by POST, its flow log and page by GET.

use std::{convert::Infallible, sync::Arc};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// The largest message that is read.
const LARGEST_MESSAGE: usize = 4 << 20;

/// What is done with the connection a message came on.
pub(crate) enum Answer {
    /// This is answered.
    Body {
        status: u16,
        content_type: &'static str,
        headers: Vec<(header::HeaderName, String)>,
        body: Vec<u8>,
    },
    /// The connection is closed without an answer.
    Close,
    /// Nothing is answered; the connection stays open.
    Hang,
}

impl Answer {
    /// An answer without headers of its own.
    pub(crate) fn body(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Answer::Body { status, content_type, headers: Vec::new(), body: body.into() }
    }

    /// A sentence.
    pub(crate) fn text(status: u16, sentence: impl Into<String>) -> Self {
        Answer::body(status, "text/plain; charset=utf-8", sentence.into())
    }
}

/// What listens.
pub(crate) trait Site: Send + Sync + 'static {
    /// What is shown at a path.
    fn show(&self, path: &str) -> Answer;
    /// What is answered to a message.
    fn receive(self: Arc<Self>, bytes: Bytes) -> impl Future<Output = Answer> + Send;
}

/// The answer to a path at which nothing is.
pub(crate) fn nothing_there() -> Answer {
    Answer::text(404, "the page is at /, the log at /log\n")
}

/// Serves until `stopped`; then closes every connection at once.
pub(crate) async fn serve<S: Site>(listener: TcpListener, site: Arc<S>, mut stopped: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let site = site.clone();
                connections.spawn(async move {
                    let service = service_fn(|request| respond(site.clone(), request));
                    let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
                    if let Err(problem) = served.await {
                        tracing::debug!(%problem, "connection ended");
                    }
                });
            }
        }
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed as the scenario says")]
struct Closed;

async fn respond<S: Site>(site: Arc<S>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closed> {
    let (status, content_type, headers, body) = match answer(site, request).await {
        Answer::Close => return Err(Closed),
        Answer::Hang => match std::future::pending::<Infallible>().await {},
        Answer::Body { status, content_type, headers, body } => (status, content_type, headers, body),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    for (name, value) in headers {
        if let Ok(value) = header::HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

async fn answer<S: Site>(site: Arc<S>, request: Request<Incoming>) -> Answer {
    match *request.method() {
        Method::GET => site.show(request.uri().path()),
        Method::POST => {
            let content_type =
                request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let media_type =
                content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
            if !matches!(media_type.to_ascii_lowercase().as_str(), "application/xml" | "text/xml") {
                return Answer::text(415, "send application/xml or text/xml\n");
            }
            match Limited::new(request.into_body(), LARGEST_MESSAGE).collect().await {
                Ok(body) => site.receive(body.to_bytes()).await,
                Err(problem) if problem.is::<LengthLimitError>() => Answer::text(413, "too large\n"),
                Err(_) => Answer::Close,
            }
        }
        _ => Answer::text(405, "messages come by POST\n"),
    }
}
