//! The shape of a message that could not be read: its tags, and nothing between them. So that it can be looked at, though it may
//! hold a PIN or a patron's name anywhere. Must never let a letter or digit of content through.

/// The tags of a text, with everything else blotted out.
pub(super) fn shape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        let (before, from) = rest.split_at(at);
        blot(before, &mut out);
        let name = name(&from[1..]);
        if name == 0 {
            out.push(b'<');
            rest = &from[1..];
            continue;
        }
        out.extend_from_slice(&from[..=name]);
        let after = &from[name + 1..];
        let end = after.iter().position(|byte| matches!(byte, b'>' | b'<')).unwrap_or(after.len());
        blot(&after[..end], &mut out);
        rest = &after[end..];
    }
    blot(rest, &mut out);
    out
}

/// How long the name of a tag is that begins here, its slash and prefix included; 0 where none does. Names of the standard begin with a
/// capital letter and hold letters only, which a PIN of digits does not.
fn name(text: &[u8]) -> usize {
    let slash = usize::from(text.first() == Some(&b'/'));
    let letters = |from: usize| {
        text[from..].iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b':').count()
    };
    let length = slash + letters(slash);
    // What ends in anything but the end of a name is none.
    match text.get(length) {
        Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n') if length > slash => length,
        _ => 0,
    }
}

fn blot(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        out.push(if byte.is_ascii_alphanumeric() || byte >= 0x80 { b'x' } else { byte });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stay_and_content_goes() {
        for (text, expected) in [
            ("<A>1234</A>", "<A>xxxx</A>"),
            ("<ns:A b='c'>Müller</ns:A>", "<ns:A x='x'>xxxxxxx</ns:A>"),
            ("<A>12<34</A>", "<A>xx<xx</A>"),
            ("1234", "xxxx"),
            ("<Pin1234>x", "<xxxxxxx>x"),
            ("<A", "<x"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8(shape(text.as_bytes())).unwrap(), expected, "{text}");
        }
    }
}
