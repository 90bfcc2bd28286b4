//! Dates of an ILS that cannot be read: told to the operator once for each library and form, however many messages and patrons have them. Must
//! never stop the message that has one.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use dialects::ncip::{IlsSettings, UnreadableDate, unreadable_dates};
use errors::slug;
use loan_model::PeerId;
use ncip::Body;

/// How many are remembered: a system has a few forms, and one that has more is not told of again and again.
const MOST: usize = 1000;

/// The forms that were told, by library.
#[derive(Debug, Default)]
pub(crate) struct UnreadableDates {
    told: Mutex<BTreeSet<(PeerId, String)>>,
}

impl UnreadableDates {
    /// Looks at the dates of what a library's ILS says.
    pub(crate) fn look_at(&self, library: &PeerId, body: &Body, settings: &IlsSettings) {
        for date in self.new_ones(library, body, settings) {
            let UnreadableDate { form, text } = date;
            tracing::warn!(slug = %slug!("ncip.date"), %library, form, text, "an ILS writes dates that cannot be read");
        }
    }

    fn new_ones(&self, library: &PeerId, body: &Body, settings: &IlsSettings) -> Vec<UnreadableDate> {
        let mut found = unreadable_dates(body, settings);
        if found.is_empty() {
            return found;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        found.retain(|date| told.len() < MOST && told.insert((library.clone(), date.form.clone())));
        found
    }
}

#[cfg(test)]
mod tests {
    use dialects::ncip::{DateForm, Preset};
    use ncip::{CheckOutItemResponse, DateTime};

    use super::*;

    #[test]
    fn a_form_is_told_once_for_each_library() {
        let seen = UnreadableDates::default();
        let mut settings = IlsSettings::of(Preset::Koha, "A", "B");
        let due = |text: &str| {
            Body::from(CheckOutItemResponse {
                date_due: Some(DateTime::from_lexical(text)),
                ..CheckOutItemResponse::default()
            })
        };
        let told = |library: &str, text: &str, settings: &IlsSettings| {
            let library = PeerId::new(library);
            let new = seen.new_ones(&library, &due(text), settings);
            new.into_iter().map(|date| date.text).collect::<Vec<_>>()
        };
        assert_eq!(told("hill", "12/24/2026", &settings), ["12/24/2026"]);
        assert!(told("hill", "11/30/2026", &settings).is_empty(), "another patron's is of the same form");
        assert_eq!(told("hill", "1/5/2026", &settings), ["1/5/2026"]);
        assert_eq!(told("mill", "12/24/2026", &settings), ["12/24/2026"]);
        assert!(told("lake", "2026-12-24-07:00", &settings).is_empty());
        assert!(told("lake", "", &settings).is_empty());
        settings.date_form = DateForm::MonthFirst;
        assert!(told("lake", "12/24/2026", &settings).is_empty());
    }
}
