//! What an HTTP request must be like to carry a message, and where in it the message is: the whole body, or a field of a form, as some
//! systems post it. Must never look into the message.

use hyper::{
    HeaderMap, Method, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName},
};

/// The fields of a form that can hold the message.
const FIELDS: [&[u8]; 2] = [b"xml", b"XForms:Model"];

/// Where the message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    /// It is the body.
    Bare,
    /// It is a field of a form, or, as some clients send it, the body all the same.
    Form,
    /// It is the body, if that is XML: what it is called says nothing.
    Unsaid,
}

/// Why no message can be taken from a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoMessage {
    pub(super) status: StatusCode,
    pub(super) why: String,
}

/// Checks method and headers.
pub(super) fn check_head(method: &Method, headers: &HeaderMap) -> Result<Carried, NoMessage> {
    if method != Method::POST {
        let why = "NCIP messages are posted: use POST".to_owned();
        return Err(NoMessage { status: StatusCode::METHOD_NOT_ALLOWED, why });
    }
    let unsupported = |why: String| Err(NoMessage { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, why });
    let encoding = text(headers, &CONTENT_ENCODING);
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        return unsupported(format!("the content encoding `{encoding}` is not taken: send it plain"));
    }
    let declared = text(headers, &CONTENT_TYPE);
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/xml" | "text/xml" => Ok(Carried::Bare),
        "application/x-www-form-urlencoded" => Ok(Carried::Form),
        _ => Ok(Carried::Unsaid),
    }
}

/// The message, wherever it is.
pub(super) fn message(carried: Carried, body: &[u8]) -> Result<Vec<u8>, NoMessage> {
    match carried {
        Carried::Bare => Ok(body.to_vec()),
        Carried::Form | Carried::Unsaid if xml::looks_like_xml(body) => Ok(body.to_vec()),
        Carried::Form => field(body),
        Carried::Unsaid => Err(NoMessage {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            why: "the content type is not that of XML, and neither is the body: send application/xml"
                .to_owned(),
        }),
    }
}

/// The message in a form.
fn field(form: &[u8]) -> Result<Vec<u8>, NoMessage> {
    form.split(|byte| *byte == b'&')
        .find_map(|pair| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            FIELDS.contains(&decode(name).as_slice()).then(|| decode(value))
        })
        .ok_or_else(|| NoMessage {
            status: StatusCode::BAD_REQUEST,
            why: "the form has no field `xml` or `XForms:Model` with a message".to_owned(),
        })
}

/// Undoes the encoding of a form. An invalid escape is kept as it is.
fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match (byte, digit(at), digit(at + 1)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are one byte.
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_taken_or_refused_for_a_reason() {
        let check = |method: Method, headers: &[(HeaderName, &str)]| {
            let headers: HeaderMap =
                headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            check_head(&method, &headers).map_err(|no| no.status.as_u16())
        };
        let post = |kind: &str| check(Method::POST, &[(CONTENT_TYPE, kind)]);
        for kind in ["application/xml", "text/xml; charset=\"utf-8\"", "Application/XML"] {
            assert_eq!(post(kind), Ok(Carried::Bare), "{kind}");
        }
        assert_eq!(post("application/x-www-form-urlencoded; charset=utf-8"), Ok(Carried::Form));
        for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", "text/xmlx", ""] {
            assert_eq!(post(kind), Ok(Carried::Unsaid), "{kind}");
        }
        assert_eq!(check(Method::POST, &[]), Ok(Carried::Unsaid));
        for carried in [Carried::Bare, Carried::Form, Carried::Unsaid] {
            assert_eq!(message(carried, b" <a/>").unwrap(), b" <a/>");
        }
        assert_eq!(message(Carried::Unsaid, b"{}").unwrap_err().status, 415);
        assert_eq!(message(Carried::Form, b"xml=%3Ca/%3E").unwrap(), b"<a/>");
        assert_eq!(check(Method::GET, &[(CONTENT_TYPE, "text/xml")]), Err(405));
        let gzip = [(CONTENT_TYPE, "text/xml"), (CONTENT_ENCODING, "gzip")];
        assert_eq!(check(Method::POST, &gzip), Err(415));
    }

    #[test]
    fn the_message_is_found_in_a_form() {
        let found = |form: &str| field(form.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap()).ok();
        assert_eq!(found("xml=%3Ca+b%3D%22c%22%2F%3e").as_deref(), Some("<a b=\"c\"/>"));
        assert_eq!(found("x=1&XForms%3AModel=%3Ca/%3E&y=2").as_deref(), Some("<a/>"));
        assert_eq!(found("XForms:Model=<a/>").as_deref(), Some("<a/>"));
        assert_eq!(found("xml=100%&y").as_deref(), Some("100%"));
        assert_eq!(found("xml").as_deref(), Some(""));
        assert_eq!(found("html=<a/>"), None);
        assert_eq!(found(""), None);
        assert_eq!(field(b"xml=%E9").unwrap(), [0xe9]);
    }
}
