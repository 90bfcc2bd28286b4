//! One mail over SMTP (RFC 5321), through the seams: TLS or `STARTTLS` (RFC 3207), a login (RFC 4954), one message, a farewell. Must never fall
//! back to plain text, say a password before the way is secured, or log what was said.

use std::{io, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use errors::slug;
use loan_model::MayHaveArrived;
use net::{Seams, Stream, Tls, timeout};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;

use super::{
    SendOutcome,
    queued::Envelope,
    settings::{MailSettings, MailTls},
};

/// The most bytes of one answer of the server.
const ANSWER: usize = 16 << 10;

/// Sends mails.
pub(super) struct Smtp {
    settings: Arc<MailSettings>,
    seams: Seams,
    tls: TlsConnector,
}

/// Why a mail was not taken.
enum SmtpError {
    /// Nothing came back, or what came makes no sense.
    Wire(String),
    /// The server said no to a command.
    Said { to: &'static str, reply: Reply },
}

/// What the server answered: its code, and each line's text.
#[derive(Debug)]
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Smtp {
    pub(super) fn new(settings: Arc<MailSettings>, seams: Seams, tls: Tls) -> Self {
        Self { settings, seams, tls: TlsConnector::from(tls.config()) }
    }

    /// Sends one mail.
    pub(super) async fn send(&self, envelope: &Envelope, message: &[u8]) -> SendOutcome {
        let mut talk = match self.open().await {
            Ok(talk) => talk,
            // Whatever is wrong before the envelope is no fault of the mail.
            Err(trouble) => {
                return SendOutcome::Failed {
                    why: trouble.to_string(),
                    may_have_arrived: MayHaveArrived::No,
                };
            }
        };
        let outcome = match talk.deliver(envelope, message).await {
            Ok(outcome) => outcome,
            Err((trouble, may_have_arrived)) => {
                SendOutcome::Failed { why: trouble.to_string(), may_have_arrived }
            }
        };
        // The mail's fate is sealed: a server that is not polite changes nothing.
        let _ = talk.command("QUIT", "QUIT").await;
        outcome
    }

    async fn open(&self) -> Result<Talk<'_>, SmtpError> {
        let settings = &*self.settings;
        let host = settings.host.trim_start_matches('[').trim_end_matches(']');
        let stream = self.seams.net.connect(host, settings.port, settings.timeout).await;
        let stream = stream.map_err(|why| SmtpError::Wire(format!("no connection to {host}: {why}")))?;
        let mut talk = Talk { smtp: self, stream, unread: Vec::new() };
        if settings.tls == MailTls::Implicit {
            talk = talk.secured().await?;
        }
        talk.greeted().await?;
        let mut offers = talk.hello().await?;
        if settings.tls == MailTls::StartTls {
            if !offers.offers("STARTTLS") {
                let why = "the server offers no STARTTLS, and mail never travels in plain text";
                return Err(SmtpError::Wire(why.to_owned()));
            }
            talk.expect("STARTTLS", "STARTTLS", 220).await?;
            if !talk.unread.is_empty() {
                // Somebody on the way could have put it there.
                return Err(SmtpError::Wire("something was said in plain text after STARTTLS".to_owned()));
            }
            talk = talk.secured().await?;
            offers = talk.hello().await?;
        }
        if let Some((user, password)) = &settings.login {
            talk.log_in(&offers, user, password.reveal()).await?;
        }
        Ok(talk)
    }
}

/// A conversation with the server.
struct Talk<'a> {
    smtp: &'a Smtp,
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
}

impl<'a> Talk<'a> {
    /// The same, over TLS.
    async fn secured(self) -> Result<Talk<'a>, SmtpError> {
        let host = self.smtp.settings.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|why| SmtpError::Wire(why.to_string()))?;
        let (clock, limit) = (&*self.smtp.seams.clock, self.smtp.settings.timeout);
        let shaken = timeout(clock, limit, self.smtp.tls.connect(name, self.stream)).await;
        let stream = shaken
            .map_err(|_| SmtpError::Wire("the server did not finish its TLS handshake".to_owned()))?
            .map_err(|why| SmtpError::Wire(format!("no TLS with the server: {why}")))?;
        Ok(Talk { smtp: self.smtp, stream: Box::new(stream), unread: Vec::new() })
    }

    async fn greeted(&mut self) -> Result<(), SmtpError> {
        let reply = self.reply().await?;
        if reply.code == 220 { Ok(()) } else { Err(SmtpError::Said { to: "the connection", reply }) }
    }

    async fn hello(&mut self) -> Result<Reply, SmtpError> {
        let domain = self.smtp.settings.domain().to_owned();
        self.expect("EHLO", &format!("EHLO {domain}"), 250).await
    }

    async fn log_in(&mut self, offers: &Reply, user: &str, password: &str) -> Result<(), SmtpError> {
        let plain = STANDARD.encode(format!("\0{user}\0{password}"));
        let knows =
            |mechanism: &str| offers.mechanisms().any(|offered| offered.eq_ignore_ascii_case(mechanism));
        if knows("PLAIN") {
            self.expect("AUTH", &format!("AUTH PLAIN {plain}"), 235).await?;
        } else if knows("LOGIN") {
            self.expect("AUTH", "AUTH LOGIN", 334).await?;
            self.expect("AUTH", &STANDARD.encode(user), 334).await?;
            self.expect("AUTH", &STANDARD.encode(password), 235).await?;
        } else {
            return Err(SmtpError::Wire("the server offers no login with a password".to_owned()));
        }
        Ok(())
    }

    /// From the envelope to the server's word that it has the mail.
    async fn deliver(
        &mut self,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<SendOutcome, (SmtpError, MayHaveArrived)> {
        let before = |trouble| (trouble, MayHaveArrived::No);
        let reply = self.command("MAIL", &format!("MAIL FROM:<{}>", envelope.from)).await.map_err(before)?;
        if !reply.is_good() {
            return Ok(reply.no("the sender"));
        }
        let mut refused: Option<Reply> = None;
        let mut taken = 0;
        for to in &envelope.to {
            let reply = self.command("RCPT", &format!("RCPT TO:<{to}>")).await.map_err(before)?;
            if reply.is_good() {
                taken += 1;
            } else if refused.as_ref().is_none_or(|worst| worst.is_final()) {
                // One that may be taken later keeps the mail in the queue, if nobody takes it now.
                refused = Some(reply);
            }
        }
        if let Some(reply) = refused {
            if taken == 0 {
                return Ok(reply.no("the recipients"));
            }
            tracing::warn!(slug = %slug!("mail.recipients"), code = reply.code,
                taken,
                of = envelope.to.len(),
                "not all recipients of a mail were taken"
            );
        }
        let reply = self.command("DATA", "DATA").await.map_err(before)?;
        if reply.code != 354 {
            return Ok(reply.no("the mail"));
        }
        let sent = self.write(&stuffed(message)).await;
        // From here on the server may have it, though it says nothing.
        let after = |trouble| (trouble, MayHaveArrived::Yes);
        sent.map_err(after)?;
        let reply = self.reply().await.map_err(after)?;
        Ok(if reply.is_good() { SendOutcome::Taken } else { reply.no("the mail") })
    }

    async fn expect(&mut self, to: &'static str, line: &str, code: u16) -> Result<Reply, SmtpError> {
        let reply = self.command(to, line).await?;
        if reply.code == code { Ok(reply) } else { Err(SmtpError::Said { to, reply }) }
    }

    async fn command(&mut self, to: &'static str, line: &str) -> Result<Reply, SmtpError> {
        if line.contains(['\r', '\n']) {
            return Err(SmtpError::Wire(format!("{to} would be more than one line")));
        }
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.reply().await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), SmtpError> {
        let (clock, limit) = (&*self.smtp.seams.clock, self.smtp.settings.timeout);
        let stream = &mut self.stream;
        let written = timeout(clock, limit, async {
            stream.write_all(bytes).await?;
            stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(SmtpError::Wire(format!("the connection broke: {why}"))),
            Err(_) => Err(SmtpError::Wire("the server takes nothing".to_owned())),
        }
    }

    async fn reply(&mut self) -> Result<Reply, SmtpError> {
        let (clock, limit) = (&*self.smtp.seams.clock, self.smtp.settings.timeout);
        let (stream, unread) = (&mut self.stream, &mut self.unread);
        match timeout(clock, limit, read_reply(stream, unread)).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(why)) => Err(SmtpError::Wire(format!("no answer from the server: {why}"))),
            Err(_) => Err(SmtpError::Wire("the server did not answer in time".to_owned())),
        }
    }
}

/// Reads one answer: lines `250-text` up to the last, `250 text`.
async fn read_reply(stream: &mut Box<dyn Stream>, unread: &mut Vec<u8>) -> io::Result<Reply> {
    let nonsense = || io::Error::new(io::ErrorKind::InvalidData, "what it says is not SMTP");
    let (mut lines, mut size) = (Vec::new(), 0);
    loop {
        let Some(end) = unread.iter().position(|&byte| byte == b'\n') else {
            if size + unread.len() > ANSWER {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it says too much"));
            }
            if stream.read_buf(unread).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            continue;
        };
        let line: Vec<u8> = unread.drain(..=end).collect();
        size += line.len();
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        let (code, text) = line.split_at_checked(3).ok_or_else(nonsense)?;
        let code: u16 = code.parse().ok().filter(|code| (200..600).contains(code)).ok_or_else(nonsense)?;
        let (more, text) = match text.as_bytes().first() {
            None => (false, ""),
            Some(b' ') => (false, &text[1..]),
            Some(b'-') => (true, &text[1..]),
            Some(_) => return Err(nonsense()),
        };
        lines.push(text.to_owned());
        if size > ANSWER {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it says too much"));
        }
        if !more {
            return Ok(Reply { code, lines });
        }
    }
}

impl Reply {
    fn is_good(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether saying it again is of no use.
    fn is_final(&self) -> bool {
        self.code >= 500
    }

    /// What an answer to an envelope or a mail means that is no yes.
    fn no(&self, what: &str) -> SendOutcome {
        let why = format!("the server does not take {what}: {}", self.code);
        if self.is_final() {
            SendOutcome::Refused { why }
        } else {
            SendOutcome::Failed { why, may_have_arrived: MayHaveArrived::No }
        }
    }

    fn offers(&self, word: &str) -> bool {
        self.lines.iter().skip(1).any(|line| line.trim().eq_ignore_ascii_case(word))
    }

    fn mechanisms(&self) -> impl Iterator<Item = &str> {
        let auth = |line: &&String| line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("AUTH "));
        self.lines.iter().skip(1).filter(auth).flat_map(|line| line.split_whitespace().skip(1))
    }
}

impl std::fmt::Display for SmtpError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SmtpError::Wire(why) => f.write_str(why),
            // The server's words may quote addresses.
            SmtpError::Said { to, reply } => write!(f, "the server answered {to} with {}", reply.code),
        }
    }
}

/// A message as it goes over the wire: CR LF ends each line, a line that begins with a dot has another before it, a lone dot ends it all.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    let body = message.strip_suffix(b"\n").unwrap_or(message);
    for line in body.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend(line);
        out.extend(b"\r\n");
    }
    out.extend(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_ended_and_dots_doubled() {
        assert_eq!(stuffed(b"a\r\n.b\nc"), b"a\r\n..b\r\nc\r\n.\r\n");
        assert_eq!(stuffed(b"a\r\n.\r\n"), b"a\r\n..\r\n.\r\n");
    }

    #[test]
    fn offers_are_read_from_the_second_line_on() {
        let lines = ["AUTH host", "starttls", "AUTH PLAIN LOGIN", "AUTH=OLD"].map(str::to_owned).to_vec();
        let reply = Reply { code: 250, lines };
        assert!(reply.offers("STARTTLS"));
        assert_eq!(reply.mechanisms().collect::<Vec<_>>(), ["PLAIN", "LOGIN"]);
    }
}
