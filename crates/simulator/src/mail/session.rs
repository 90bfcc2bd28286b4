//! One connection to a mailbox.

use std::{io, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{Habit, MailMessage, Security, Shared};

/// The longest line that is read.
const LINE: u64 = 8 << 10;
/// The most bytes of one mail.
const MAIL: usize = 32 << 20;

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// What ends a session.
enum End {
    /// The other side goes on over TLS.
    Secure,
    /// It is over.
    Over,
}

struct Session {
    shared: Arc<Shared>,
    wire: BufReader<Box<dyn Wire>>,
    secured: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

/// Serves one connection to its end.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    // A client that goes away is nobody's fault here.
    let _ = talk(shared, stream).await;
}

async fn talk(shared: Arc<Shared>, stream: TcpStream) -> io::Result<()> {
    let wire: Box<dyn Wire> = match &shared.options.security {
        Security::Implicit(tls) => Box::new(TlsAcceptor::from(Arc::clone(tls)).accept(stream).await?),
        Security::Plain | Security::StartTls(_) => Box::new(stream),
    };
    let secured = matches!(shared.options.security, Security::Implicit(_));
    let mut session = Session::new(Arc::clone(&shared), wire, secured);
    session.say("220 mailbox.example ESMTP").await?;
    if let End::Secure = session.run().await?
        && let Security::StartTls(tls) = &shared.options.security
    {
        let tls = TlsAcceptor::from(Arc::clone(tls)).accept(session.wire.into_inner()).await?;
        Session::new(shared, Box::new(tls), true).run().await?;
    }
    Ok(())
}

impl Session {
    fn new(shared: Arc<Shared>, wire: Box<dyn Wire>, secured: bool) -> Self {
        let wire = BufReader::new(wire);
        Self { shared, wire, secured, user: None, from: None, to: Vec::new() }
    }

    async fn run(&mut self) -> io::Result<End> {
        loop {
            let line = self.line().await?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "STARTTLS" if self.offers_tls() => {
                    if self.shared.habit() == Habit::InjectAfterStartTls {
                        self.say("220 go on\r\n250 injected").await?;
                    } else {
                        self.say("220 go on").await?;
                    }
                    return Ok(End::Secure);
                }
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" if self.to.is_empty() => self.say("503 recipients first").await?,
                "DATA" => {
                    if let Some(End::Over) = self.data().await? {
                        return Ok(End::Over);
                    }
                }
                "RSET" | "NOOP" => self.say("250 well").await?,
                "QUIT" => {
                    self.say("221 bye").await?;
                    return Ok(End::Over);
                }
                _ => self.say("502 not here").await?,
            }
        }
    }

    fn offers_tls(&self) -> bool {
        let can = matches!(self.shared.options.security, Security::StartTls(_)) && !self.secured;
        can && self.shared.habit() != Habit::HideStartTls
    }

    async fn hello(&mut self) -> io::Result<()> {
        let mut says = "250-mailbox.example\r\n250-8BITMIME\r\n".to_owned();
        if self.offers_tls() {
            says += "250-STARTTLS\r\n";
        }
        if self.shared.options.login.is_some() {
            says += "250-AUTH PLAIN LOGIN\r\n";
        }
        self.say(&(says + "250 SIZE 33554432")).await
    }

    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        let decoded =
            |text: &str| String::from_utf8(STANDARD.decode(text).unwrap_or_default()).unwrap_or_default();
        let (user, password) = match rest.split_once(' ') {
            Some((mechanism, said)) if mechanism.eq_ignore_ascii_case("PLAIN") => {
                let said = decoded(said);
                let mut parts = said.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            _ if rest.eq_ignore_ascii_case("LOGIN") => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = decoded(&self.line().await?);
                self.say("334 UGFzc3dvcmQ6").await?;
                (user, decoded(&self.line().await?))
            }
            _ => return self.say("504 not that way").await,
        };
        if self.shared.options.login == Some((user.clone(), password)) {
            self.user = Some(user);
            self.say("235 welcome").await
        } else {
            self.say("535 who are you").await
        }
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        let needs_tls = matches!(self.shared.options.security, Security::StartTls(_)) && !self.secured;
        if needs_tls && self.shared.habit() != Habit::HideStartTls {
            return self.say("530 STARTTLS first").await;
        }
        if self.shared.options.login.is_some() && self.user.is_none() {
            return self.say("530 log in first").await;
        }
        self.from = address(rest);
        self.to.clear();
        self.say("250 well").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        if let Habit::RefuseRecipients(code) = self.shared.habit() {
            return self.say(&format!("{code} not here")).await;
        }
        match (&self.from, address(rest)) {
            (Some(_), Some(to)) => {
                self.to.push(to);
                self.say("250 well").await
            }
            _ => self.say("503 not now").await,
        }
    }

    async fn data(&mut self) -> io::Result<Option<End>> {
        self.say("354 go on").await?;
        let mut raw = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                break;
            }
            raw += line.strip_prefix('.').unwrap_or(&line);
            raw += "\r\n";
            if raw.len() > MAIL {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        let message = MailMessage {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            secured: self.secured,
            user: self.user.clone(),
            raw,
        };
        match self.shared.habit() {
            Habit::RefuseMail(code) => self.say(&format!("{code} not this one")).await?,
            Habit::TakeAndCut => {
                self.shared.keep(message);
                return Ok(Some(End::Over));
            }
            Habit::Hang => {
                // Until the other side gives up.
                let mut rest = Vec::new();
                self.wire.read_to_end(&mut rest).await?;
                return Ok(Some(End::Over));
            }
            _ => {
                self.shared.keep(message);
                self.say("250 kept").await?;
            }
        }
        Ok(None)
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        (&mut self.wire).take(LINE).read_until(b'\n', &mut line).await?;
        if line.last() != Some(&b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.wire.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.wire.flush().await
    }
}

/// What is between the angle brackets.
fn address(rest: &str) -> Option<String> {
    let (_, rest) = rest.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    (!address.is_empty()).then(|| address.to_owned())
}
