//! An ILS's listener: messages by POST or over a bare connection; by HTTP also what it holds, what it did, and its failures.
//!
//! Both kinds of message are taken on one port: a connection that begins with the name of an HTTP method speaks HTTP, any other is a
//! bare one. So the page can be looked at also where messages come bare.

use std::{convert::Infallible, sync::Arc};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{control, dialect::Transport, quirk::Quirk, respond::ConnectionAction, server::Shared};
use crate::real_time::sleep;

/// The largest message that is read.
const LARGEST_MESSAGE: usize = 1 << 20;

/// Serves until `stopped`; then closes every connection at once.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(connection(shared.clone(), stream));
            }
        }
    }
}

async fn connection(shared: Arc<Shared>, stream: TcpStream) {
    let mut first = [0; 1];
    let bare = match stream.peek(&mut first).await {
        Ok(0) | Err(_) => return,
        // A message begins with `<`, white space or a byte order mark; a method with a letter.
        Ok(_) => !first[0].is_ascii_uppercase(),
    };
    if bare && shared.transport == Transport::RawTcp {
        if let Err(problem) = talk(&shared, stream).await {
            tracing::debug!(%problem, "connection ended");
        }
        return;
    }
    let service = service_fn(|request| answer(shared.clone(), request));
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    if let Err(problem) = served.await {
        tracing::debug!(%problem, "connection ended");
    }
}

/// Messages one after the other over a bare connection.
async fn talk(shared: &Shared, mut stream: TcpStream) -> std::io::Result<()> {
    let mut waiting: Vec<u8> = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = end_of_message(&waiting) {
                break end;
            }
            if waiting.len() > LARGEST_MESSAGE || stream.read_buf(&mut waiting).await? == 0 {
                return Ok(());
            }
        };
        let message: Vec<u8> = waiting.drain(..end).collect();
        match shared.respond(&message).await {
            ConnectionAction::Answer { status: 200 | 400, body, after } => {
                sleep(after).await;
                stream.write_all(&body).await?;
            }
            // Over a bare connection there is no status: what has another one is closed.
            ConnectionAction::Answer { .. } | ConnectionAction::Close => return Ok(()),
            ConnectionAction::Hang | ConnectionAction::Held(_) => {
                match std::future::pending::<Infallible>().await {}
            }
        }
    }
}

/// Where the first whole message ends, white space before it included.
pub(crate) fn end_of_message(bytes: &[u8]) -> Option<usize> {
    const ENDS: [&[u8]; 2] = [b"NCIPMessage", b"NCIPVersionMessage"];
    let mut from = 0;
    while let Some(tag) = find(&bytes[from..], b"</").map(|at| from + at) {
        let close = find(&bytes[tag..], b">").map(|at| tag + at)?;
        let name = bytes[tag + 2..close].trim_ascii();
        let local = name.iter().rposition(|&byte| byte == b':').map_or(name, |colon| &name[colon + 1..]);
        if ENDS.contains(&local) {
            return Some(close + 1);
        }
        from = close + 1;
    }
    None
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed as it was told to")]
struct Closed;

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closed> {
    let is_control = request.method() != Method::POST || request.uri().path().starts_with("/ils/");
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_MESSAGE).collect().await {
        Ok(body) => body.to_bytes(),
        Err(problem) if problem.is::<LengthLimitError>() => return Ok(plain(413, "too large\n")),
        Err(_) => return Err(Closed),
    };
    if is_control {
        let control::Shown { status, content_type, body } =
            control::answer(&shared, &head.method, head.uri.path(), &body);
        return Ok(response(status, content_type, body));
    }
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let message = match media_type.as_str() {
        "application/xml" | "text/xml" => body.to_vec(),
        "application/x-www-form-urlencoded" if shared.dialect.has(Quirk::TakesForms) => {
            match form_field(&body) {
                Some(message) => message,
                None => return Ok(plain(400, "the form has neither `xml` nor `XForms:Model`\n")),
            }
        }
        _ => return Ok(plain(415, "send application/xml or text/xml\n")),
    };
    match shared.respond(&message).await {
        ConnectionAction::Answer { status, body, after } => {
            sleep(after).await;
            Ok(response(status, "application/xml; charset=\"utf-8\"", body))
        }
        ConnectionAction::Close => Err(Closed),
        ConnectionAction::Hang | ConnectionAction::Held(_) => {
            match std::future::pending::<Infallible>().await {}
        }
    }
}

/// The message in a form.
fn form_field(body: &[u8]) -> Option<Vec<u8>> {
    let fields = body.split(|&byte| byte == b'&');
    fields
        .filter_map(|field| {
            let equals = field.iter().position(|&byte| byte == b'=')?;
            Some((decoded(&field[..equals]), decoded(&field[equals + 1..])))
        })
        .find(|(name, _)| matches!(name.as_slice(), b"xml" | b"XForms:Model"))
        .map(|(_, value)| value)
}

/// A form's escapes resolved.
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let escape = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, escape.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(escaped)) => {
                out.push(escaped);
                rest = &after[2..];
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(other),
        }
    }
    out
}

fn plain(status: u16, sentence: &'static str) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", sentence)
}

fn response(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_with_its_end_tag_whatever_its_prefix() {
        for message in [
            "<NCIPMessage><A></A></NCIPMessage>",
            "\n<ns1:NCIPMessage></ns1:NCIPMessage>",
            "<NCIPVersionMessage></NCIPVersionMessage >",
        ] {
            for cut in 1..message.len() {
                assert_eq!(end_of_message(&message.as_bytes()[..cut]), None, "{message} cut at {cut}");
            }
            let more = format!("{message}\n<NCIPMessage>");
            assert_eq!(end_of_message(more.as_bytes()), Some(message.len()));
        }
    }

    #[test]
    fn a_form_gives_up_its_message() {
        assert_eq!(form_field(b"a=1&xml=%3Ca+b%3D%221%22/%3E"), Some(b"<a b=\"1\"/>".to_vec()));
        assert_eq!(form_field(b"XForms%3AModel=%3Ca/%3E"), Some(b"<a/>".to_vec()));
        assert_eq!(form_field(b"a=1"), None);
        assert_eq!(decoded(b"100%"), b"100%");
    }
}
