//! Dates of an ILS that cannot be read: an incident about the library for each form, however many messages and patrons have it. Must never
//! stop the message that has one, nor tell whose date it is.

use dialects::ncip::{IlsSettings, UnreadableDate, unreadable_dates};
use errors::slug;
use loan_model::PeerId;
use ncip::Body;
use runtime::library_incidents::LibraryIncidents;

/// Raises an incident for each form of date that a library's ILS writes and that cannot be read.
pub(crate) async fn look_at(
    incidents: &LibraryIncidents,
    library: &PeerId,
    body: &Body,
    settings: &IlsSettings,
) {
    for UnreadableDate { form, text } in unreadable_dates(body, settings) {
        let sentence = format!("Its ILS writes dates that cannot be read, such as `{text}`.");
        incidents.raise(library, slug!("ncip.date"), &form, sentence).await;
    }
}
