//! A simulated mailbox: an SMTP server that takes mail for anybody, keeps it, and misbehaves as told. It speaks `EHLO`, `STARTTLS`, `AUTH`,
//! `MAIL`, `RCPT`, `DATA`. It delivers nothing anywhere, and listens on loopback only.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use simulator::mail::{Mailbox, MailboxOptions};
//!
//! let mailbox = Mailbox::start(MailboxOptions::default()).await?;
//! assert!(mailbox.addr().ip().is_loopback() && mailbox.mails().is_empty());
//! # Ok(())
//! # }
//! ```

mod message;
mod session;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rustls::ServerConfig;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

pub use self::message::MailMessage;

/// How a mailbox listens.
#[derive(Clone, Debug, Default)]
pub struct MailboxOptions {
    /// The port; any free one where it is 0.
    pub port: u16,
    /// How the way to it is secured.
    pub security: Security,
    /// Who may send: a user and a password. Anybody, where there is none.
    pub login: Option<(String, String)>,
}

/// How the way to a mailbox is secured.
#[derive(Clone, Debug, Default)]
pub enum Security {
    /// Not at all.
    #[default]
    Plain,
    /// By `STARTTLS`, before which nothing is taken.
    StartTls(Arc<ServerConfig>),
    /// From the first byte.
    Implicit(Arc<ServerConfig>),
}

/// What a mailbox does with mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Habit {
    /// It takes it.
    #[default]
    Take,
    /// It answers recipients with this code.
    RefuseRecipients(u16),
    /// It answers the mail itself, once it has it all, with this code, and does not keep it.
    RefuseMail(u16),
    /// It keeps the mail, and cuts the connection without a word.
    TakeAndCut,
    /// It reads everything and says nothing after the mail.
    Hang,
    /// It offers no `STARTTLS`, whatever it was started with.
    HideStartTls,
    /// It says something in plain text along with its answer to `STARTTLS`, as somebody on the way could.
    InjectAfterStartTls,
}

/// A running mailbox. It ends when it is dropped.
#[derive(Debug)]
pub struct Mailbox {
    addr: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    options: MailboxOptions,
    state: Mutex<State>,
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    habit: Habit,
    messages: Vec<MailMessage>,
    sessions: usize,
}

impl Mailbox {
    /// Listens on loopback.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub async fn start(options: MailboxOptions) -> io::Result<Self> {
        let (listener, addr) = crate::real_time::listen(Ipv4Addr::LOCALHOST.into(), options.port).await?;
        let shared = Arc::new(Shared { options, state: Mutex::default(), count: watch::Sender::new(0) });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            let mut sessions = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while sessions.try_join_next().is_some() {}
                serving.state().sessions += 1;
                sessions.spawn(session::serve(Arc::clone(&serving), stream));
            }
        });
        Ok(Self { addr, shared, task })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// From now on it does this.
    pub fn behave(&self, habit: Habit) {
        self.shared.state().habit = habit;
    }

    /// What it has.
    pub fn mails(&self) -> Vec<MailMessage> {
        self.shared.state().messages.clone()
    }

    /// How many connections it has had.
    pub fn sessions(&self) -> usize {
        self.shared.state().sessions
    }

    /// What it has, once it has at least so many.
    pub async fn wait_for(&self, count: usize) -> Vec<MailMessage> {
        let mut counted = self.shared.count.subscribe();
        let _ = counted.wait_for(|have| *have >= count).await;
        self.mails()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn habit(&self) -> Habit {
        self.state().habit
    }

    fn keep(&self, message: MailMessage) {
        let mut state = self.state();
        state.messages.push(message);
        self.count.send_replace(state.messages.len());
    }
}
