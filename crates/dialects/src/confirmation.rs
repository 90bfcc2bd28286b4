//! What systems that speak ISO 18626 say in a confirmation in words of their own, since the standard has no code for it. Must never decide
//! what follows.

use iso18626::ErrorData;
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
}
