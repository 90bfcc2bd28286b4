//! A mail as it came, and its parts as a reader would see them. It understands what mail programs write today, not everything that the
//! standards allow.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailMessage {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Whether it came over TLS.
    pub secured: bool,
    /// As whom the sender was logged in.
    pub user: Option<String>,
    /// Header and body as they came.
    pub raw: String,
}

/// A part of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its media type, without parameters.
    pub media: String,
    /// The name it is attached under.
    pub name: Option<String>,
    /// What it has, decoded.
    pub bytes: Vec<u8>,
}

impl MailMessage {
    /// The value of a header field, its lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        header(head(&self.raw).0, name)
    }

    /// Its parts, those of a multipart one by one.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        collect(&self.raw, &mut parts);
        parts
    }

    /// What it says in plain text.
    pub fn text(&self) -> String {
        let plain = self.parts().into_iter().find(|part| part.media == "text/plain");
        plain.map(|part| String::from_utf8_lossy(&part.bytes).into_owned()).unwrap_or_default()
    }

    /// The addresses of web pages in its plain text, in their order.
    pub fn links(&self) -> Vec<String> {
        let text = self.text();
        let words = text.split_whitespace();
        words
            .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
            .map(str::to_owned)
            .collect()
    }
}

fn collect(entity: &str, into: &mut Vec<Part>) {
    let (head, body) = head(entity);
    let kind = header(head, "Content-Type").unwrap_or_else(|| "text/plain".to_owned());
    let media = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media.starts_with("multipart/")
        && let Some(boundary) = parameter(&kind, "boundary")
    {
        let mark = format!("--{boundary}");
        for piece in body.split(&mark).skip(1) {
            if piece.starts_with("--") {
                break;
            }
            collect(piece.trim_start_matches("\r\n"), into);
        }
        return;
    }
    let disposition = header(head, "Content-Disposition").unwrap_or_default();
    let encoding = header(head, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
    let bytes = match encoding.as_str() {
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default(),
        "quoted-printable" => unquoted(body),
        _ => body.as_bytes().to_vec(),
    };
    into.push(Part { media, name: parameter(&disposition, "filename"), bytes });
}

fn head(entity: &str) -> (&str, &str) {
    entity.split_once("\r\n\r\n").unwrap_or((entity, ""))
}

fn header(head: &str, name: &str) -> Option<String> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn unquoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let joined = text.replace("=\r\n", "");
    let mut rest = joined.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = (byte == b'=').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        match code {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_decoded_and_links_are_found() {
        let raw = "Subject: a\r\n b\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain; \
                   charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9 http://a.exam=\r\nple/x=3Dy end\r\n--x\r\n\
                   Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"s.pdf\"\r\n\
                   Content-Transfer-Encoding: base64\r\n\r\nJVBE\r\nRg==\r\n--x--\r\n";
        let message = MailMessage {
            from: String::new(),
            to: Vec::new(),
            secured: false,
            user: None,
            raw: raw.to_owned(),
        };
        assert_eq!(message.header("subject").as_deref(), Some("a b"));
        assert!(message.text().starts_with("café "));
        assert_eq!(message.links(), ["http://a.example/x=y"]);
        let pdf = &message.parts()[1];
        assert_eq!((pdf.name.as_deref(), pdf.bytes.as_slice()), (Some("s.pdf"), b"%PDF".as_slice()));
    }
}
