//! NCIP, as an initiator towards a library's ILS speaks it.
//!
//! - [`render`] makes a message of a command, as the ILS's [`IlsSettings`] have it; [`Fill`] is what the command leaves out, the patron
//!   above all. [`Rendered::bytes`] writes it without secrets; [`with_secrets`] puts them in just before it is sent.
//! - [`understand`] makes an answer of what came back, whatever came back.
//! - [`answer`] says whether what came back is an answer at all, for our own commands and for what is carried between libraries.
//! - [`repeat_probe`] says what is to be asked before a command is sent again that may have been carried out already; [`Look`]
//!   reads the answers.
//! - [`notice`] and [`ask`] read what an ILS tells or asks by itself.
//!
//! What differs from system to system is a row in the table of [`Preset`]. Nothing here ever puts patron data into a problem's text.

mod answer;
mod answers_page;
mod ask;
mod basis;
mod cannot_render;
mod dates;
mod fields;
mod look;
mod notice;
mod preset;
mod reference;
mod render;
mod repeat;
mod scrub;
mod seen;
mod settings;
mod standing;
mod understand;
mod unfit;
mod words;

pub use self::{
    answer::{Answer, AnswerTo, NoAnswer, answer},
    answers_page::answers_reference,
    ask::{AskedService, Asking, ItemAt, RecordId, ask, card, is_pin},
    cannot_render::CannotRender,
    dates::{UnreadableDate, unreadable_dates},
    look::{Found, Look, Question},
    notice::{NoticeFacts, notice},
    preset::{Preset, default_step},
    reference::reference,
    render::{Fill, Rendered, render, with_secrets},
    repeat::{Probe, repeat_probe},
    settings::{
        Credentials, DateForm, DateStyle, IlsSettings, Namespace, PatronBy, PickupIn, PostFormat, Secrets,
        Tolerated, UserIds,
    },
    understand::{AttemptKind, Exchange, understand},
    unfit::{Declared, Travels, Unfit, unfit},
};
