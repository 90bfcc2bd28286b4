//! What a mail says: text and the same as HTML, the slip as PDF, and a link for each thing that can be answered. The same words in give the same
//! bytes out. Must never name a patron.

use acts::ActKind;
use jiff::Timestamp;
use loan_model::NotificationKind;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, content_type::ContentType, date::Date, raw::Raw},
    mime::MimePart,
};
use slips::{Heading, PullList, Slip, escaped, section};

use super::{
    mailbox::{Mailbox, NotAMailbox},
    queue::LibraryMail,
    queued::{Envelope, MailMessage},
    settings::MailSettings,
};
use crate::offers;

/// A link in a mail: what it is for, and its address.
pub(super) struct Answer {
    pub(super) act: ActKind,
    pub(super) url: String,
}

/// One thing that a mail tells.
pub(super) struct Item {
    pub(super) occasion: NotificationKind,
    pub(super) reference: String,
    pub(super) slip: Option<Slip>,
    pub(super) answers: Vec<Answer>,
    /// Until when the links can be used.
    pub(super) expires: Timestamp,
}

/// Why a message could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritable {
    /// There is nobody to write to.
    #[error("the registry has no e-mail address for the library")]
    Nobody,
    /// An address is none.
    #[error("the library's e-mail addresses cannot be used: {0}")]
    Address(#[from] NotAMailbox),
    /// A fault of ours.
    #[error("the mail cannot be put together: {0}")]
    Fault(#[from] std::io::Error),
}

/// The name and the subject of each occasion.
fn says(occasion: NotificationKind) -> &'static str {
    match occasion {
        NotificationKind::NewRequest => "Please pull",
        NotificationKind::ConditionAgreed => "They agree to your condition: please send it",
        NotificationKind::CancelAsked => "They ask to cancel",
        NotificationKind::RenewalAsked => "They ask to keep it longer",
        NotificationKind::OnItsWayBack => "It is on its way back to you",
        NotificationKind::Overdue => "It should have come back",
        NotificationKind::WillBeSupplied => "It will be supplied",
        NotificationKind::ConditionNamed => "There is a condition to answer",
        NotificationKind::Shipped => "It is on its way to you",
        NotificationKind::Unfilled => "It could not be supplied",
        NotificationKind::Recalled => "They want it back",
        NotificationKind::DueBack => "It is due back",
        NotificationKind::CopyReady => "Your copy is there",
    }
}

/// A mail about one request.
pub(super) fn about_one(
    settings: &MailSettings,
    library: &LibraryMail,
    item: &Item,
    id: &str,
    now: Timestamp,
) -> Result<MailMessage, Unwritable> {
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
) -> Result<MailMessage, Unwritable> {
    let made = library.local(now);
    let pulls = items.iter().filter(|item| item.occasion == NotificationKind::NewRequest);
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
) -> Result<MailMessage, Unwritable> {
    if library.to.is_empty() {
        return Err(Unwritable::Nobody);
    }
    let both = multipart(
        "alternative",
        id,
        "text",
        vec![
            MimePart::new("text/plain", text(library, items)),
            MimePart::new("text/html", html(library, subject, items)),
        ],
    );
    let mut parts = vec![both];
    if let Some((name, pdf)) = attached {
        parts.push(MimePart::new("application/pdf", pdf).attachment(name));
    }
    let to = library.to.iter().map(|address| address.parse()).collect::<Result<Vec<Mailbox>, _>>()?;
    let message = MessageBuilder::new()
        .from(shown(&settings.from))
        .subject(subject)
        .date(Date::new(now.as_second()))
        .message_id(format!("{id}@{}", settings.domain()))
        .header("MIME-Version", Raw::new("1.0"))
        .to(Address::new_list(to.iter().map(shown).collect()))
        .body(multipart("mixed", id, "file", parts))
        .write_to_vec()?;
    let to = to.iter().map(|mailbox| mailbox.address().to_owned()).collect();
    Ok(MailMessage { envelope: Envelope { from: settings.from.address().to_owned(), to }, message })
}

/// Parts under a boundary that follows from the mail's id.
fn multipart<'p>(kind: &str, id: &str, part: &str, parts: Vec<MimePart<'p>>) -> MimePart<'p> {
    let boundary = format!("=_{id}_{part}");
    MimePart::new(ContentType::new(format!("multipart/{kind}")).attribute("boundary", boundary), parts)
}

/// A mailbox as a header shows it.
fn shown(mailbox: &Mailbox) -> Address<'_> {
    Address::new_address(mailbox.name(), mailbox.address())
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
                out += &format!("\n- {}:\n  {}\n", offers::says(answer.act), answer.url);
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
                let (url, says) = (escaped(&answer.url), escaped(offers::says(answer.act)));
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

#[cfg(test)]
mod tests {
    use loan_model::{PeerId, calendar::Calendar};

    use super::*;
    use crate::mail::{MailTls, MailWhen};

    fn message(reference: &str, to: &[&str]) -> Result<MailMessage, Unwritable> {
        let from = "\"Loans, Valley\" <ill@consortium.example>";
        let base = "https://ill.consortium.example";
        let settings = MailSettings::new("localhost", 25, MailTls::Plain, from, base).unwrap();
        let library = LibraryMail {
            id: PeerId::new("hill"),
            name: "Bücherei am Hügel".to_owned(),
            to: to.iter().map(|&address| address.to_owned()).collect(),
            when: MailWhen::AtOnce,
            calendar: Calendar::default(),
            link_days: 14,
        };
        let item = Item {
            occasion: NotificationKind::Shipped,
            reference: reference.to_owned(),
            slip: None,
            answers: Vec::new(),
            expires: Timestamp::UNIX_EPOCH,
        };
        about_one(&settings, &library, &item, "m-1", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_same_words_make_the_same_bytes_with_each_header_once() {
        let made = message("1", &["desk@hill.example", "Loans <loans@hill.example>"]).unwrap();
        assert_eq!(made, message("1", &["desk@hill.example", "Loans <loans@hill.example>"]).unwrap());
        let text = String::from_utf8(made.message).unwrap();
        let head = text.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ");
        assert_eq!(
            head.lines().collect::<Vec<_>>(),
            [
                "From: \"Loans, Valley\" <ill@consortium.example>",
                "Subject: Request 1: It is on its way to you",
                "Date: Thu, 1 Jan 1970 00:00:00 +0000",
                "Message-ID: <m-1@consortium.example>",
                "MIME-Version: 1.0",
                "To: <desk@hill.example>, \"Loans\" <loans@hill.example>",
                "Content-Type: multipart/mixed; boundary=\"=_m-1_file\"",
            ]
        );
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998));
        assert_eq!(made.envelope.from, "ill@consortium.example");
        assert_eq!(made.envelope.to, ["desk@hill.example", "loans@hill.example"]);
    }

    #[test]
    fn what_came_from_outside_opens_no_header() {
        let made = message("1\r\nBcc: x@y.example\r\n\r\nbody", &["desk@hill.example"]).unwrap();
        let text = String::from_utf8(made.message).unwrap();
        let head = text.split_once("\r\n\r\n").unwrap().0;
        let names: Vec<&str> =
            head.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
        assert_eq!(names, ["From", "Subject", "Date", "Message-ID", "MIME-Version", "To", "Content-Type"]);
    }

    #[test]
    fn an_address_that_is_none_is_named_as_the_reason_and_not_quoted() {
        let why = message("1", &["desk@hill.example", "nobody"]).unwrap_err().to_string();
        assert!(why.contains("cannot be used") && !why.contains("nobody"), "{why}");
        assert!(matches!(message("1", &[]), Err(Unwritable::Nobody)));
    }
}
