//! Mail to libraries without automation. A mail is an effect: [`MailRoom::queue`] gives what a request's commit puts into the library's lane of
//! mails, sealed and frozen; [`Carrier::bring`] brings it to the SMTP server, as often as it takes. One that is sent again has the same
//! `Message-ID`. Must never log an address, a subject or a link, nor hold patron data beyond the token on a slip.

mod carrier;
mod frozen;
mod hours;
mod letter;
mod mailbox;
mod room;
mod settings;
mod smtp;
mod transport;

pub use self::{
    carrier::{Carrier, Posted},
    hours::next_mailing,
    mailbox::{Mailbox, NotAMailbox},
    room::{Directory, LibraryMail, MailRoom, MailWhen, News},
    settings::{BadMailSettings, MailSettings, MailTls, Password},
};
