//! What an HTTP request must be like to carry a message, and what its head tells of the body. Real clients send XML under any content type: what is
//! XML is read. Must never look into a message.

use std::borrow::Cow;

use hyper::{
    HeaderMap, Method, Request, StatusCode,
    body::Bytes,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName},
};

use super::answer::Answer;

/// The media types of a message.
const TYPES: [&str; 2] = ["application/xml", "text/xml"];

/// What a head tells of its body.
#[derive(Debug)]
pub(super) struct Head {
    /// The content type as it came; empty where there is none.
    pub(super) content_type: String,
    essence: String,
    charset: Option<String>,
}

/// A body that can be a message.
#[derive(Debug)]
pub(super) struct Carried {
    /// The document; in UTF-8 where it does not tell its encoding itself.
    pub(super) bytes: Bytes,
    /// What is not as it should be, for the sender's operator.
    pub(super) oddity: Option<String>,
}

/// Checks method and headers.
pub(super) fn check_head<B>(request: &Request<B>) -> Result<Head, Answer> {
    if request.method() != Method::POST {
        return Err(Answer::method_not_allowed());
    }
    let encoding = text(request.headers(), &CONTENT_ENCODING);
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        return Err(unsupported(format!("the content encoding `{encoding}` is not taken: send it plain")));
    }
    let content_type = text(request.headers(), &CONTENT_TYPE);
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    Ok(Head { essence, charset, content_type })
}

impl Head {
    /// The body as a document, whatever it is called.
    pub(super) fn carried(&self, bytes: Bytes) -> Result<Carried, Answer> {
        let declared = TYPES.contains(&self.essence.as_str());
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        if !declared && !blank && !xml::looks_like_xml(&bytes) {
            let what = if self.essence.is_empty() { "none" } else { self.content_type.as_str() };
            let why = format!("the content type is {what}, and the body is no XML: send application/xml");
            return Err(unsupported(why));
        }
        let bytes = match &self.charset {
            None => bytes,
            Some(charset) => match xml::recoded(&bytes, charset) {
                Ok(Cow::Borrowed(_)) => bytes,
                Ok(Cow::Owned(text)) => text.into(),
                Err(xml::UnknownCharset) => {
                    return Err(unsupported(format!(
                        "the character set `{charset}` is not taken: send UTF-8"
                    )));
                }
            },
        };
        let oddity = match self.essence.as_str() {
            _ if declared => None,
            "" => Some("Content-Type: there is none; application/xml is expected".to_owned()),
            // A name of the sender's own could be anybody's text.
            "application/octet-stream" | "text/plain" | "text/html" | "application/x-www-form-urlencoded" => {
                Some(format!("Content-Type: {}; application/xml is expected", self.essence))
            }
            _ => Some("Content-Type: it is another than application/xml".to_owned()),
        };
        Ok(Carried { bytes, oddity })
    }
}

fn unsupported(why: String) -> Answer {
    Answer::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, why)
}

/// A header as text; empty where it is missing or no text.
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn taken(method: Method, headers: &[(&str, &str)], body: &'static [u8]) -> Result<Carried, u16> {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check_head(&request.body(Body::empty()).unwrap())
            .and_then(|head| head.carried(Bytes::from_static(body)))
            .map_err(|answer| answer.status().as_u16())
    }

    #[test]
    fn what_is_xml_is_taken_whatever_it_is_called() {
        let post = |content_type, body| taken(Method::POST, &[("content-type", content_type)], body);
        for declared in [
            "application/xml",
            "text/xml",
            "Application/XML; charset=\"UTF-8\"",
            "text/xml;charset=utf-16",
            "application/xml; foo=bar; charset=iso-8859-1",
        ] {
            assert_eq!(post(declared, b"<a/>").unwrap().oddity, None, "{declared}");
        }
        for other in
            ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "x/y", ""]
        {
            let carried = post(other, b" <a/>").unwrap();
            assert!(carried.oddity.unwrap().starts_with("Content-Type: "), "{other}");
            assert_eq!(post(other, b"xml=a").unwrap_err(), 415, "{other}");
        }
        assert!(taken(Method::POST, &[], b"<a/>").unwrap().oddity.is_some());
        assert_eq!(taken(Method::GET, &[("content-type", "text/xml")], b"<a/>").unwrap_err(), 405);
        let gzip = [("content-type", "text/xml"), ("content-encoding", "gzip")];
        assert_eq!(taken(Method::POST, &gzip, b"<a/>").unwrap_err(), 415);
    }

    #[test]
    fn the_encoding_of_the_head_is_that_of_the_body() {
        let post = |charset: &str, body| {
            let declared = format!("text/xml; charset={charset}");
            taken(Method::POST, &[("content-type", declared.as_str())], body)
                .map(|carried| String::from_utf8_lossy(&carried.bytes).into_owned())
        };
        for (charset, body, read) in [
            ("windows-1252", &b"<a>\x80</a>"[..], "<a>\u{20ac}</a>"),
            ("\"iso-8859-15\"", b"<a>\xa4</a>", "<a>\u{20ac}</a>"),
            ("ISO-8859-1", b"<a>\xe9</a>", "<a>\u{e9}</a>"),
            ("koi8-r", b"<a>e</a>", "<a>e</a>"),
        ] {
            assert_eq!(post(charset, body).as_deref(), Ok(read), "{charset}");
        }
        assert_eq!(post("koi8-r", b"<a>\xe9</a>"), Err(415));
    }
}
