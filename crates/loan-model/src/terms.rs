//! What a supplier's message asks for before it ships, and what a requester's words mean by way of reply.

use iso18626::SupplyingAgencyMessage;

/// The terms in a message, each as a short text: conditions of the loan, and costs offered.
pub fn of(message: &SupplyingAgencyMessage) -> Vec<String> {
    let delivery = message.delivery_info.iter().flat_map(|info| &info.loan_condition);
    let retry = message.retry_info.iter();
    let conditions = delivery
        .chain(retry.clone().flat_map(|info| &info.loan_condition))
        .map(|condition| condition.value.to_ascii_lowercase());
    let costs = retry.flat_map(|info| &info.offered_costs).map(|costs| {
        format!("{} {}", costs.monetary_value.as_str().trim(), costs.currency_code.value.to_ascii_uppercase())
    });
    let mut terms: Vec<String> = conditions.chain(costs).filter(|term| !term.trim().is_empty()).collect();
    terms.sort();
    terms.dedup();
    terms
}

/// What the words of a notification mean while a condition waits for a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyWords {
    /// They agree.
    Agree,
    /// They decline.
    Reject,
    /// They say neither.
    Neither,
}

/// Reads a notification's note. None, or nothing but blanks, agrees: a bare notification is how agreement is said. Otherwise the words
/// must say so, and a word that denies keeps them from it.
pub fn reply(note: Option<&str>) -> ReplyWords {
    let words: Vec<String> = spaced(note.unwrap_or_default())
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let any = |starts: &[&str]| words.iter().any(|word| starts.iter().any(|start| word.starts_with(start)));
    let is = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
    if words.is_empty() {
        ReplyWords::Agree
    } else if any(&["reject", "declin", "refus"]) {
        ReplyWords::Reject
    } else if any(&["accept", "agree"]) && !is(&["not", "cannot", "no", "t", "never"]) {
        ReplyWords::Agree
    } else {
        ReplyWords::Neither
    }
}

/// With a blank where a small letter meets a capital, so that words run together are told apart.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut small = false;
    for letter in text.chars() {
        if small && letter.is_uppercase() {
            out.push(' ');
        }
        small = letter.is_lowercase();
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_reply_are_understood() {
        for agrees in
            ["", "  ", "ACCEPT", "We agree.", "#SomeLoanConditionAgreeResponse#", "accepted, thank you"]
        {
            assert_eq!(reply(Some(agrees)), ReplyWords::Agree, "{agrees}");
        }
        for rejects in ["REJECT", "declined", "#SomeLoanConditionRejectResponse#"] {
            assert_eq!(reply(Some(rejects)), ReplyWords::Reject, "{rejects}");
        }
        for neither in ["When will it come?", "we cannot accept that yet", "We don't agree", "I do not agree"]
        {
            assert_eq!(reply(Some(neither)), ReplyWords::Neither, "{neither}");
        }
        assert_eq!(reply(None), ReplyWords::Agree);
    }
}
