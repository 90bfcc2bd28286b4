//! HTTP/1.1, both ways, over the network seam: a server that bounds its callers, and a client that bounds the peers it calls. Knows
//! no message: must never look into a body.

mod body;
mod client;
mod connection;
mod connector;
mod forwarded;
mod locality;
mod timer;

pub(crate) use self::connector::Connector;
pub use self::{
    body::{BodyError, RequestBody},
    client::{Answer, ClientLimits, Failure, HttpClient, Outgoing, Sent},
    connection::{Handler, Source, serve},
    forwarded::ForwardedHeader,
    locality::Locality,
};

/// The head of a request that came in.
pub type RequestHead = hyper::http::request::Parts;

/// Headers to be sent, whose values are never shown.
///
/// # Errors
/// Which header cannot be sent, and why.
pub fn sensitive_headers(headers: Vec<(String, String)>) -> Result<hyper::HeaderMap, String> {
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};
    let header = |(name, value): (String, String)| {
        let failed = |why: String| format!("its header {name}: {why}");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|why| failed(why.to_string()))?;
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| failed("its value has characters that no header can carry".to_owned()))?;
        value.set_sensitive(true);
        Ok((name, value))
    };
    headers.into_iter().map(header).collect::<Result<HeaderMap, String>>()
}

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
