//! What the head of an HTTP request must be like to carry a message. Must never look into the body.

use hyper::{
    HeaderMap, Method, Request, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName},
};

use super::answer::Answer;

/// The media types of a message.
const TYPES: [&str; 2] = ["application/xml", "text/xml"];
/// The character sets that can be decoded; the document's own declaration says which it is.
const CHARSETS: [&str; 8] =
    ["utf-8", "utf8", "us-ascii", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "latin1"];

/// Checks method and headers.
pub(super) fn check_head<B>(request: &Request<B>) -> Result<(), Answer> {
    if request.method() != Method::POST {
        return Err(Answer::method_not_allowed());
    }
    let unsupported = |why: String| Err(Answer::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    let encoding = text(request.headers(), &CONTENT_ENCODING);
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        return unsupported(format!("the content encoding `{encoding}` is not taken: send it plain"));
    }
    let declared = text(request.headers(), &CONTENT_TYPE);
    let mut parts = declared.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    if declared.is_empty() {
        return unsupported("a content type is missing: send application/xml".to_owned());
    }
    if !TYPES.contains(&essence.as_str()) {
        return unsupported(format!("the content type `{declared}` is not taken: send application/xml"));
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    match charset {
        Some(charset) if !CHARSETS.contains(&charset.as_str()) => {
            unsupported(format!("the character set `{charset}` is not taken: send UTF-8"))
        }
        _ => Ok(()),
    }
}

/// A header as text; empty where it is missing or no text.
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn heads_are_taken_or_refused_for_a_reason() {
        let refused = |method: Method, headers: &[(&str, &str)]| {
            let mut request = Request::builder().method(method);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            check_head(&request.body(Body::empty()).unwrap()).err().map(|answer| answer.status().as_u16())
        };
        let post = |content_type| refused(Method::POST, &[("content-type", content_type)]);
        for taken in [
            "application/xml",
            "text/xml",
            "Application/XML; charset=\"UTF-8\"",
            "text/xml;charset=utf-16",
            "application/xml; foo=bar; charset=iso-8859-1",
        ] {
            assert_eq!(post(taken), None, "{taken}");
        }
        for other in ["", "text/plain", "application/json", "application/xmlx", "text/xml; charset=koi8-r"] {
            assert_eq!(post(other), Some(415), "{other}");
        }
        assert_eq!(refused(Method::POST, &[]), Some(415));
        assert_eq!(refused(Method::GET, &[("content-type", "text/xml")]), Some(405));
        let gzip = [("content-type", "text/xml"), ("content-encoding", "gzip")];
        assert_eq!(refused(Method::POST, &gzip), Some(415));
    }
}
