//! Where one message ends and the next begins, on a connection that says nothing of it: a message ends with the end tag of its root,
//! `NCIPMessage` or `NCIPVersionMessage`, under whatever prefix. Pure and incremental; each byte is looked at once. Must never hold more
//! than its limit, nor judge what a message says: that is the codec's.

/// The roots that a message can have.
const ROOTS: [&[u8]; 2] = [b"NCIPMessage", b"NCIPVersionMessage"];
/// The longest local name worth remembering: one more than the longest root's, so that a longer one is none.
const NAME: usize = 19;

/// Cuts a stream of bytes into messages.
///
/// What comes between two messages (blanks, line ends, control characters that some systems send) is left out.
#[derive(Debug, Clone)]
pub struct Framer {
    limit: usize,
    /// What came and was not given out, after what was.
    held: Vec<u8>,
    /// Where the message begins.
    begins: usize,
    /// How far it was looked at.
    looked_at: usize,
    place: Place,
    name: Name,
}

/// More bytes came without an end than a message may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} bytes came and no message ended")]
pub struct TooLong {
    /// The most bytes that a message may have.
    pub limit: usize,
}

/// Where in the text the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between tags.
    Text,
    /// After `<`.
    Open,
    /// In the name of an end tag.
    EndName,
    /// After that name.
    EndRest,
    /// In the name of a start tag.
    StartName,
    /// In the rest of a start tag; whether the last byte was a `/`.
    StartRest(Slash),
    /// In an attribute's value, up to this quote.
    Value(u8),
    /// After `<!`, and how much of `--` or `[CDATA[` came.
    Bang(u8),
    /// After `<!-`.
    Dash,
    /// In a comment, and how much of `-->` came.
    Comment(u8),
    /// In a CDATA section, and how much of `]]>` came.
    Cdata(u8),
    /// In a processing instruction, and how much of `?>` came.
    Instruction(u8),
    /// In a document type declaration.
    Doctype,
    /// In a quoted part of it, up to this quote.
    DoctypeValue(u8),
    /// In its internal subset.
    Subset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slash {
    Last,
    Not,
}

/// A tag's local name, as far as it matters.
#[derive(Debug, Clone, Copy, Default)]
struct Name {
    bytes: [u8; NAME],
    length: usize,
}

impl Name {
    fn add(&mut self, byte: u8) {
        if byte == b':' {
            self.length = 0;
        } else if self.length < NAME {
            self.bytes[self.length] = byte;
            self.length += 1;
        }
    }

    fn is_root(&self) -> bool {
        ROOTS.contains(&&self.bytes[..self.length])
    }
}

const CDATA: &[u8] = b"[CDATA[";

impl Framer {
    /// Messages of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, held: Vec::new(), begins: 0, looked_at: 0, place: Place::Text, name: Name::default() }
    }

    /// Takes the bytes that came next.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.drain(..self.begins);
        self.looked_at -= self.begins;
        self.begins = 0;
        self.held.extend_from_slice(bytes);
    }

    /// The next whole message, if one has come.
    ///
    /// # Errors
    /// When what has come is longer than a message may be. The stream cannot be followed from there on.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, TooLong> {
        while let Some(&byte) = self.held.get(self.looked_at) {
            self.looked_at += 1;
            if byte <= b' ' && self.looked_at == self.begins + 1 {
                self.begins = self.looked_at;
                continue;
            }
            if self.looked_at - self.begins > self.limit {
                return Err(TooLong { limit: self.limit });
            }
            if self.ends(byte) {
                let message = self.held[self.begins..self.looked_at].to_vec();
                self.begins = self.looked_at;
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// What has come of a message that has not ended.
    pub fn unfinished(&self) -> &[u8] {
        &self.held[self.begins..]
    }

    /// Takes one byte more; whether a message ends with it.
    fn ends(&mut self, byte: u8) -> bool {
        self.place = match (self.place, byte) {
            (Place::Text, b'<') => Place::Open,
            (Place::Text, _) => Place::Text,
            (Place::Open, b'/') => self.named(Place::EndName),
            (Place::Open, b'!') => Place::Bang(0),
            (Place::Open, b'?') => Place::Instruction(0),
            (Place::Open, b'<') => Place::Open,
            (Place::Open, byte) if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                self.name = Name::default();
                self.name.add(byte);
                Place::StartName
            }
            (Place::Open, _) => Place::Text,
            (Place::EndName | Place::EndRest, b'>') => {
                self.place = Place::Text;
                return self.name.is_root();
            }
            // A tag that does not end before the next begins is broken: what matters is to find the end all the same.
            (Place::EndName | Place::EndRest | Place::StartName | Place::StartRest(_), b'<') => Place::Open,
            (Place::EndName, byte) if byte.is_ascii_whitespace() => Place::EndRest,
            (Place::EndName, byte) => {
                self.name.add(byte);
                Place::EndName
            }
            (Place::EndRest, _) => Place::EndRest,
            (Place::StartName | Place::StartRest(Slash::Not), b'>') => Place::Text,
            (Place::StartRest(Slash::Last), b'>') => {
                self.place = Place::Text;
                return self.name.is_root();
            }
            (Place::StartName | Place::StartRest(_), b'/') => Place::StartRest(Slash::Last),
            (Place::StartName, byte) if byte.is_ascii_whitespace() => Place::StartRest(Slash::Not),
            (Place::StartName, byte) => {
                self.name.add(byte);
                Place::StartName
            }
            (Place::StartRest(_), quote @ (b'"' | b'\'')) => Place::Value(quote),
            (Place::StartRest(_), _) => Place::StartRest(Slash::Not),
            (Place::Value(quote), byte) if byte == quote => Place::StartRest(Slash::Not),
            (Place::Value(_), b'<') => Place::Open,
            (Place::Value(quote), _) => Place::Value(quote),
            (Place::Bang(0), b'-') => Place::Dash,
            (Place::Bang(came), byte) if CDATA.get(usize::from(came)) == Some(&byte) => {
                if usize::from(came) + 1 == CDATA.len() { Place::Cdata(0) } else { Place::Bang(came + 1) }
            }
            (Place::Bang(_), b'>') => Place::Text,
            (Place::Bang(_), _) => Place::Doctype,
            (Place::Dash, b'-') => Place::Comment(0),
            (Place::Dash, _) => Place::Text,
            (Place::Comment(0), b'-') => Place::Comment(1),
            (Place::Comment(1 | 2), b'-') => Place::Comment(2),
            (Place::Comment(2), b'>') => Place::Text,
            (Place::Comment(_), _) => Place::Comment(0),
            (Place::Cdata(0), b']') => Place::Cdata(1),
            (Place::Cdata(1 | 2), b']') => Place::Cdata(2),
            (Place::Cdata(2), b'>') => Place::Text,
            (Place::Cdata(_), _) => Place::Cdata(0),
            (Place::Instruction(_), b'?') => Place::Instruction(1),
            (Place::Instruction(1), b'>') => Place::Text,
            (Place::Instruction(_), _) => Place::Instruction(0),
            (Place::Doctype, b'>') => Place::Text,
            (Place::Doctype, b'[') => Place::Subset,
            (Place::Doctype, quote @ (b'"' | b'\'')) => Place::DoctypeValue(quote),
            (Place::Doctype, _) => Place::Doctype,
            (Place::DoctypeValue(quote), byte) if byte == quote => Place::Doctype,
            (Place::DoctypeValue(quote), _) => Place::DoctypeValue(quote),
            // Such a message is refused: its declarations need not be understood to find where it ends.
            (Place::Subset, b']') => Place::Doctype,
            (Place::Subset, _) => Place::Subset,
        };
        false
    }

    fn named(&mut self, place: Place) -> Place {
        self.name = Name::default();
        place
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All messages of a stream that comes in these pieces.
    fn cut(pieces: &[&[u8]]) -> (Vec<String>, String) {
        let mut framer = Framer::new(10_000);
        let mut messages = Vec::new();
        for piece in pieces {
            framer.push(piece);
            while let Some(message) = framer.next_message().unwrap() {
                messages.push(String::from_utf8(message).unwrap());
            }
        }
        (messages, String::from_utf8(framer.unfinished().to_vec()).unwrap())
    }

    /// Each is one message.
    const WHOLE: [&str; 14] = [
        "<NCIPMessage></NCIPMessage>",
        "<?xml version=\"1.0\"?><!DOCTYPE NCIPMessage PUBLIC \"-//NISO//NCIP DTD Version 1.0//EN\" \"http://x/</NCIPMessage>.dtd\"><NCIPMessage version=\"1\"><A/></NCIPMessage>",
        "<ns1:NCIPMessage xmlns:ns1=\"http://www.niso.org/2008/ncip\"><ns1:LookupUser/></ns1:NCIPMessage>",
        "<NCIPVersionMessage><LookupVersion/></NCIPVersionMessage >",
        "<NCIPMessage><!-- </NCIPMessage> - -- ---></NCIPMessage\n>",
        "<NCIPMessage><![CDATA[</NCIPMessage> ]] ]]]></NCIPMessage>",
        "<NCIPMessage><?pi </NCIPMessage> ? ??></NCIPMessage>",
        "<NCIPMessage a='</NCIPMessage'></NCIPMessage>",
        "<NCIPMessage a=\"1 > 0 />\"><B c='/'/></NCIPMessage>",
        "<NCIPMessage/>",
        "<NCIPMessage version='1' />",
        "<NCIPMessage>a < b, a <3, <</NCIPMessage>",
        "<NCIPMessage><NCIPMessages></NCIPMessages><NCIPMessageX/></NCIPMessage>",
        "<!DOCTYPE NCIPMessage [<!ENTITY x '</NCIPMessage>'>]><NCIPMessage>&x;</NCIPMessage>",
    ];

    #[test]
    fn each_message_ends_where_its_root_does() {
        for whole in WHOLE {
            assert_eq!(cut(&[whole.as_bytes()]), (vec![whole.to_owned()], String::new()), "{whole}");
        }
    }

    #[test]
    fn a_broken_tag_does_not_hide_the_end() {
        for broken in [
            "<NCIPMessage><A b=\"c></A></NCIPMessage>",
            "<NCIPMessage><A></A</NCIPMessage>",
            "<NCIPMessage><A b='<C/></A></NCIPMessage>",
        ] {
            assert_eq!(cut(&[broken.as_bytes()]).0, [broken], "{broken}");
        }
    }

    #[test]
    fn what_stands_between_messages_is_left_out_and_what_has_not_ended_stays() {
        let stream = "\r\n<NCIPMessage>1</NCIPMessage>\n\u{4}\0 <NCIPMessage>2</NCIPMessage> <NCIPMess";
        let (messages, rest) = cut(&[stream.as_bytes()]);
        assert_eq!(messages, ["<NCIPMessage>1</NCIPMessage>", "<NCIPMessage>2</NCIPMessage>"]);
        assert_eq!(rest, "<NCIPMess");
    }

    #[test]
    fn a_message_at_the_limit_is_taken_and_one_beyond_it_is_not() {
        let message = b"<NCIPMessage>12345</NCIPMessage>";
        let mut framer = Framer::new(message.len());
        framer.push(message);
        framer.push(message);
        assert_eq!(framer.next_message(), Ok(Some(message.to_vec())));
        assert_eq!(framer.next_message(), Ok(Some(message.to_vec())));
        let mut framer = Framer::new(message.len() - 1);
        framer.push(message);
        assert_eq!(framer.next_message(), Err(TooLong { limit: message.len() - 1 }));
    }

    proptest! {
        #[test]
        fn any_split_of_the_bytes_gives_the_same_messages(
            which in prop::collection::vec((0..WHOLE.len(), "[ \r\n\t]{0,3}"), 0..6),
            cuts in prop::collection::vec(0usize..2000, 0..20),
        ) {
            let stream: String = which.iter().map(|(at, gap)| format!("{gap}{}", WHOLE[*at])).collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|at| at % (stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream.as_bytes()[pair[0]..pair[1]]).collect();
            let expected: Vec<String> = which.iter().map(|(at, _)| WHOLE[*at].to_owned()).collect();
            prop_assert_eq!(cut(&pieces), (expected, String::new()));
        }

        #[test]
        fn any_bytes_split_anyhow_are_cut_the_same_way(
            bytes in prop::collection::vec(prop::sample::select(b"<>/!?-[]\"' NCIPMessage:CDATA\n".to_vec()), 0..300),
            at in 0usize..300,
        ) {
            let at = at.min(bytes.len());
            let parts = cut(&[&bytes[..at], &bytes[at..]]);
            prop_assert_eq!(cut(&[&bytes]), parts);
        }
    }
}
