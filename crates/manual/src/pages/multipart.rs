//! A form with a file in it, as browsers send one: `multipart/form-data`. Pure; what it reads lies in memory and is bounded already. Must never
//! look at what the file is called.

use super::Filling;

/// What came: the fields in words, and the file, if one was chosen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) fields: Filling,
    pub(super) file: Option<Vec<u8>>,
}

/// The field that the file is in.
pub(super) const FILE: &str = "file";
/// The most parts that a form has.
const PARTS: usize = 16;

/// Reads a form; nothing where it is none, or broken.
pub(super) fn read(content_type: &str, body: &[u8]) -> Option<Parts> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|one| {
        let (name, value) = one.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let mark = format!("\r\n--{boundary}").into_bytes();
    let mut rest = body.strip_prefix(&mark[2..])?;
    let mut parts = Parts { fields: Filling::new(), file: None };
    for _ in 0..PARTS {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &mark)?;
        let (part, after) = rest.split_at(end);
        take(part, &mut parts)?;
        rest = &after[mark.len()..];
    }
    None
}

fn take(part: &[u8], parts: &mut Parts) -> Option<()> {
    let (head, content) = match part.strip_prefix(b"\r\n") {
        Some(content) => (&b""[..], content),
        None => {
            let end = find(part, b"\r\n\r\n")?;
            (&part[..end], &part[end + 4..])
        }
    };
    let head = std::str::from_utf8(head).ok()?;
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let name = disposition.split(';').find_map(|one| {
        let (key, value) = one.split_once('=')?;
        (key.trim() == "name").then(|| value.trim().trim_matches('"'))
    })?;
    if name == FILE {
        // A form that is sent without a choice has an empty file in it.
        parts.file = Some(content.to_vec()).filter(|bytes| !bytes.is_empty());
    } else {
        parts.fields.insert(name.to_owned(), std::str::from_utf8(content).ok()?.to_owned());
    }
    Some(())
}

/// Where the needle stands first. It begins with the only line end in it, so that nothing is looked at twice.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x";

    fn form(file: &[u8]) -> Vec<u8> {
        let mut body = b"------x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nas asked\r\n------x\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a; name=b.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
            .to_vec();
        body.extend(file);
        body.extend(b"\r\n------x--\r\n");
        body
    }

    #[test]
    fn a_form_is_taken_apart_and_the_file_left_whole() {
        let file = b"%PDF-1.7\r\n\r\n------\r\n-----x\r\n\0\xff";
        let parts = read(KIND, &form(file)).unwrap();
        assert_eq!(parts.fields.get("note").map(String::as_str), Some("as asked"));
        assert_eq!(parts.file.as_deref(), Some(file.as_slice()));
        let none = read("multipart/form-data; charset=utf-8; boundary=\"----x\"", &form(b"")).unwrap();
        assert_eq!(none.file, None);
    }

    #[test]
    fn what_is_no_form_or_broken_is_not_taken() {
        let whole = form(b"%PDF-1.7");
        for kind in [
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=----x",
        ] {
            assert_eq!(read(kind, &whole), None, "{kind}");
        }
        for end in 0..whole.len() - 4 {
            assert_eq!(read(KIND, &whole[..end]), None, "cut at {end}");
        }
        let many: Vec<u8> = b"------x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n\r\n".repeat(20);
        assert_eq!(read(KIND, &many), None);
    }
}
