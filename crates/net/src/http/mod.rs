//! HTTP/1.1, both ways, over the network seam: a server that bounds its callers, and a client that bounds the peers it calls. Knows
//! no message: must never look into a body.

mod body;
mod client;
mod connection;
mod connector;
mod timer;

pub(crate) use self::connector::Connector;
pub use self::{
    body::{BodyError, RequestBody},
    client::{Answer, ClientLimits, Failure, HttpClient, Outgoing, Sent},
    connection::{Handler, Source, serve},
};

/// The headers whose values are text, by their names in lower case.
pub fn text_headers(headers: &hyper::HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

/// The base of links that are given out, such as `https://ill.example.org`; `None` when the text is not an absolute `http` or `https` URL
/// without a query.
pub fn web_base(text: &str) -> Option<hyper::Uri> {
    let uri: hyper::Uri = text.trim_end_matches('/').parse().ok()?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    (web && uri.host().is_some() && uri.query().is_none()).then_some(uri)
}
