//! Mail to libraries without automation. A mail is an effect: [`MailQueue::queue`] gives what a request's commit puts into the library's lane of
//! mails, sealed and queued; [`MailTransport::deliver_mail`] delivers it to the SMTP server, as often as it takes. One that is sent again has the same
//! `Message-ID`. Must never log an address, a subject or a link, nor hold patron data beyond the token on a slip.

mod hours;
mod mail_transport;
mod mailbox;
mod message;
mod queue;
mod queued;
mod settings;
mod smtp;
mod transport;

pub use self::{
    hours::next_mailing,
    mail_transport::{MailTransport, SendOutcome},
    mailbox::{Mailbox, NotAMailbox},
    queue::{Directory, LibraryMail, MailQueue, MailWhen, News},
    settings::{BadMailSettings, MailSettings, MailTls, Password},
};
