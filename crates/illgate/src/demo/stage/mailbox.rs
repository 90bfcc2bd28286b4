//! The library without a system: its mailbox, and the pages that its mails lead to.

use net::{RealClock, timeout};
use simulator::mail::{MailMessage, Mailbox};

use super::{SOON, Stage, Why};

/// A library whose staff are told by mail.
pub(super) struct Manual {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) mail_to: &'static str,
}

/// The library without a system. Fictional, as its symbol is.
pub(super) const MANUAL: Manual =
    Manual { id: "heath", name: "Heath Village Library", mail_to: "loans@heath.example.org" };

/// Where the links in mails lead, in the eyes of staff: to the gateway, whose port is not known before it runs.
const LINKS: &str = "http://gateway.example.org";

/// What the gateway's configuration says of mail.
pub(super) fn settings(mailbox: &Mailbox) -> String {
    format!(
        "\n[mail]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"plain\"\nfrom = \"Interlibrary loans <ill@example.org>\"\n\
         links = \"{LINKS}\"\n",
        mailbox.addr().port()
    )
}

impl Stage {
    /// Waits for the mail about a title whose subject ends so.
    pub(crate) async fn mail(&self, title: &str, subject: &str) -> Result<MailMessage, Why> {
        let fits = |message: &&MailMessage| {
            message.to == [MANUAL.mail_to]
                && message.header("Subject").is_some_and(|is| is.ends_with(subject))
                && message.text().contains(title)
        };
        let waiting = async {
            let mut count = 0;
            loop {
                let messages = self.mailbox.wait_for(count).await;
                if let Some(message) = messages.iter().find(fits) {
                    return message.clone();
                }
                count = messages.len() + 1;
            }
        };
        let came = timeout(&RealClock, SOON, waiting).await;
        came.map_err(|_| {
            let all: Vec<_> =
                self.mailbox.mails().iter().filter_map(|message| message.header("Subject")).collect();
            Why(format!("no mail `{subject}` about {title}; there are {all:?}"))
        })
    }

    /// Opens the page of the link under these words, and presses its button. Gives what the page answered.
    pub(crate) async fn press(&self, message: &MailMessage, words: &str, form: &str) -> Result<u16, Why> {
        let text = message.text();
        let link = text
            .split(&format!("- {words}:"))
            .nth(1)
            .and_then(|under| under.split_whitespace().next())
            .and_then(|link| link.strip_prefix(LINKS))
            .ok_or_else(|| Why(format!("the mail has no link to say `{words}`")))?;
        let (looked, _) = self.knock("GET", link, None).await?;
        if looked != 200 {
            return Ok(looked);
        }
        let form = ("application/x-www-form-urlencoded", form.as_bytes().to_vec());
        let (pressed, _) = self.knock("POST", link, Some(form)).await?;
        Ok(pressed)
    }
}
