//! What a mail says: text and the same as HTML, the slip as PDF, and a link for each thing that can be answered. The same words in give the same
//! bytes out. Must never name a patron.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::{
    Message,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use net::millis;
use slips::{Heading, PullList, Slip, escaped, section};
use state_machine::hosted::Occasion;

use super::{
    frozen::{Envelope, Letter},
    room::LibraryMail,
    settings::MailSettings,
};
use crate::manual::ActKind;

/// A link in a mail: what it is for, and its address.
pub(super) struct Answer {
    pub(super) act: ActKind,
    pub(super) url: String,
}

/// One thing that a mail tells.
pub(super) struct Item {
    pub(super) occasion: Occasion,
    pub(super) reference: String,
    pub(super) slip: Option<Slip>,
    pub(super) answers: Vec<Answer>,
    /// Until when the links can be used.
    pub(super) expires: Timestamp,
}

/// Why a letter could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritable {
    /// There is nobody to write to.
    #[error("the registry has no e-mail address for the library")]
    Nobody,
    /// An address is none.
    #[error("the library's e-mail addresses cannot be used: {0}")]
    Address(String),
    /// A fault of ours.
    #[error("the mail cannot be put together: {0}")]
    Fault(String),
}

/// The name and the subject of each occasion.
fn says(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::NewRequest => "Please pull",
        Occasion::ConditionAgreed => "They agree to your condition: please send it",
        Occasion::CancelAsked => "They ask to cancel",
        Occasion::RenewalAsked => "They ask to keep it longer",
        Occasion::OnItsWayBack => "It is on its way back to you",
        Occasion::Overdue => "It should have come back",
        Occasion::WillBeSupplied => "It will be supplied",
        Occasion::ConditionNamed => "There is a condition to answer",
        Occasion::Shipped => "It is on its way to you",
        Occasion::Unfilled => "It could not be supplied",
        Occasion::Recalled => "They want it back",
        Occasion::DueBack => "It is due back",
        Occasion::CopyReady => "Your copy is there",
    }
}

/// A mail about one request.
pub(super) fn about_one(
    settings: &MailSettings,
    library: &LibraryMail,
    item: &Item,
    id: &str,
    now: Timestamp,
) -> Result<Letter, Unwritable> {
    let subject = format!("Request {}: {}", item.reference, says(item.occasion));
    let attached = item.slip.as_ref().map(|slip| ("slip.pdf", slip.pdf()));
    write(settings, library, std::slice::from_ref(item), &subject, attached, id, now)
}

/// The daily mail: everything there is to tell, the pull list and all slips attached.
pub(super) fn daily(
    settings: &MailSettings,
    library: &LibraryMail,
    items: &[Item],
    id: &str,
    now: Timestamp,
) -> Result<Letter, Unwritable> {
    let made = library.local(now);
    let pulls = items.iter().filter(|item| item.occasion == Occasion::NewRequest);
    let list = PullList::new(&library.name, made, pulls.filter_map(|item| item.slip.clone()).collect());
    let subject = format!("{}: {} to pull, {} in all", made.date(), list.slips().len(), items.len());
    let attached = (!list.slips().is_empty()).then(|| ("pull-list.pdf", list.pdf()));
    write(settings, library, items, &subject, attached, id, now)
}

fn write(
    settings: &MailSettings,
    library: &LibraryMail,
    items: &[Item],
    subject: &str,
    attached: Option<(&str, Vec<u8>)>,
    id: &str,
    now: Timestamp,
) -> Result<Letter, Unwritable> {
    if library.to.is_empty() {
        return Err(Unwritable::Nobody);
    }
    let fault = |why: &dyn std::fmt::Display| Unwritable::Fault(why.to_string());
    let both = MultiPart::alternative()
        .boundary_of(id, "text")
        .singlepart(SinglePart::plain(text(library, items)))
        .singlepart(SinglePart::html(html(library, subject, items)));
    let mut whole = MultiPart::mixed().boundary_of(id, "file").multipart(both);
    if let Some((name, pdf)) = attached {
        let pdf_type = ContentType::parse("application/pdf").map_err(|why| fault(&why))?;
        whole = whole.singlepart(Attachment::new(name.to_owned()).body(pdf, pdf_type));
    }
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(millis(now)).unwrap_or(0));
    let mut message = Message::builder()
        .from(settings.from.clone())
        .subject(subject)
        .date(date)
        .message_id(Some(format!("<{id}@{}>", settings.domain())))
        .header(lettre::message::header::MIME_VERSION_1_0);
    let mut to = Vec::new();
    for address in &library.to {
        let mailbox: Mailbox = address
            .parse()
            .map_err(|why: lettre::address::AddressError| Unwritable::Address(why.to_string()))?;
        to.push(mailbox.email.to_string());
        message = message.to(mailbox);
    }
    let message = message.multipart(whole).map_err(|why| fault(&why))?;
    let envelope = Envelope { from: settings.from.email.to_string(), to };
    Ok(Letter { envelope, message: message.formatted() })
}

/// Boundaries that follow from the mail's id.
trait BoundaryOf {
    fn boundary_of(self, id: &str, part: &str) -> MultiPart;
}

impl BoundaryOf for lettre::message::MultiPartBuilder {
    fn boundary_of(self, id: &str, part: &str) -> MultiPart {
        self.boundary(format!("=_{id}_{part}")).build()
    }
}

/// Until when a link can be used, for people.
fn until(expires: Timestamp, library: &LibraryMail) -> String {
    library.local(expires).strftime("%Y-%m-%d %H:%M").to_string()
}

fn text(library: &LibraryMail, items: &[Item]) -> String {
    let mut out = format!("To {}\n", library.name);
    for item in items {
        out += &format!("\n{} (request {})\n", says(item.occasion), item.reference);
        if let Some(slip) = &item.slip {
            for (name, says) in slip.lines() {
                out += &format!("  {name}: {says}\n");
            }
        }
        if !item.answers.is_empty() {
            out += "\nAnswer by following a link; nothing is done before you confirm it there.\n";
            for answer in &item.answers {
                out += &format!("\n- {}:\n  {}\n", answer.act.says(), answer.url);
            }
            out += &format!("\nEach link works once, until {}.\n", until(item.expires, library));
        }
    }
    out
}

fn html(library: &LibraryMail, title: &str, items: &[Item]) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{0}</title>\n</head>\n<body>\n<h1>{0}</h1>\n\
         <p>To {1}</p>\n",
        escaped(title),
        escaped(&library.name)
    );
    for item in items {
        out += &format!("<h2>{} (request {})</h2>\n", says(item.occasion), escaped(&item.reference));
        if !item.answers.is_empty() {
            out += "<p>Answer by following a link; nothing is done before you confirm it there.</p>\n<ul>\n";
            for answer in &item.answers {
                let (url, says) = (escaped(&answer.url), escaped(&answer.act.says()));
                out += &format!("<li><a href=\"{url}\">{says}</a></li>\n");
            }
            out += &format!("</ul>\n<p>Each link works once, until {}.</p>\n", until(item.expires, library));
        }
        if let Some(slip) = &item.slip {
            out += &section(slip, Heading::Part);
        }
    }
    out + "</body>\n</html>\n"
}
