//! What systems that speak ISO 18626 say in a confirmation in words of their own, since the standard has no code for it. Must never decide
//! what follows.

use iso18626::{ErrorData, ErrorType};
use loan_model::MayHaveArrived;

/// Whether the errors that a request is answered with say that the supplier has it already. No error type says so; systems say it in
/// words. The word "duplicate" counts only where an earlier attempt may have arrived: on a first attempt it may be about another request.
pub fn has_the_request(errors: &[ErrorData], earlier: MayHaveArrived) -> bool {
    errors.iter().filter_map(|error| error.error_value.as_deref()).any(|text| {
        let text = text.to_ascii_lowercase();
        let exists = text.contains("already") && text.contains("exist");
        exists || (earlier == MayHaveArrived::Yes && text.contains("duplicate"))
    })
}

/// Whether the errors that a message is answered with say that its request is not known. The element that has the id is named, the id itself is
/// called unrecognised, or words say so.
pub fn does_not_know(errors: &[ErrorData], id: &str) -> bool {
    const NOT_KNOWN: [&str; 8] = [
        "not found",
        "not find",
        "unknown",
        "no such",
        "not exist",
        "not known",
        "unable to find",
        "unable to locate",
    ];
    errors.iter().any(|error| {
        let text = error.error_value.as_deref().unwrap_or_default();
        let value = error.error_type == ErrorType::UnrecognisedDataValue;
        let names_the_id = !id.is_empty() && text.contains(id);
        let text = text.to_ascii_lowercase();
        let words = text.contains("request") && NOT_KNOWN.iter().any(|words| text.contains(words));
        words || (value && (names_the_id || text.contains("requestingagencyrequestid")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_having_it_are_taken_for_having_it() {
        let errors =
            |text: &str| vec![ErrorData { error_value: Some(text.to_owned()), ..ErrorData::default() }];
        for earlier in [MayHaveArrived::No, MayHaveArrived::Yes] {
            assert!(has_the_request(&errors("request with a given ID already exists"), earlier));
            assert!(!has_the_request(&errors("no such library exists"), earlier));
            assert!(!has_the_request(&[], earlier));
        }
        assert!(has_the_request(&errors("Duplicate request"), MayHaveArrived::Yes));
        assert!(!has_the_request(&errors("Duplicate request"), MayHaveArrived::No));
    }

    #[test]
    fn an_id_that_is_not_known_is_told_from_what_else_may_be_wrong() {
        let value = ErrorType::UnrecognisedDataValue;
        let other = ErrorType::UnsupportedReasonForMessageType;
        for (kind, text, unknown) in [
            (&value, "requestingAgencyRequestId: R-1", true),
            (&value, "RequestingAgencyRequestId", true),
            (&value, "R-1", true),
            (&value, "request not found", true),
            (&other, "Unable to locate request R-2", true),
            (&other, "There is no such request", true),
            (&value, "title: not here", false),
            (&value, "requestingAgencyId: ISIL:XX is not a party", false),
            (&value, "", false),
            (&other, "requestingAgencyRequestId", false),
            (&other, "unknown reason", false),
        ] {
            let error = ErrorData { error_type: kind.clone(), error_value: Some(text.to_owned()) };
            assert_eq!(does_not_know(&[error], "R-1"), unknown, "{kind} {text}");
        }
        assert!(!does_not_know(&[], "R-1"));
    }
}
