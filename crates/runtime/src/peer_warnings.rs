//! How often a peer wrote what was forgiven: a content type that is none of XML, or what is not as the standard has it. Counted in the commit that takes
//! the message. Must never keep what was written: that stands in the timeline of its request.

use loan_model::PeerId;
use persistence::{Store, StoreError};

/// How the names of these counters begin.
const PREFIX: &str = "peer-warning/";
/// How a warning about the head of an HTTP request begins.
const CONTENT_TYPE: &str = "Content-Type: ";

/// The counters of a message of a peer with these warnings, each once.
pub(crate) fn counted(peer: &PeerId, warnings: &[String]) -> Vec<String> {
    let of_content_type = warnings.iter().filter(|warning| warning.starts_with(CONTENT_TYPE)).count();
    let of = |kind: &str| format!("{PREFIX}{peer}/{kind}");
    let content_type = (of_content_type > 0).then(|| of("content type"));
    let content = (warnings.len() > of_content_type).then(|| of("content"));
    content_type.into_iter().chain(content).collect()
}

/// Of how many messages of a peer what was forgiven, by what it was about.
///
/// # Errors
/// When the store cannot be read.
pub async fn of(store: &Store, peer: &PeerId) -> Result<Vec<(String, i64)>, StoreError> {
    let prefix = format!("{PREFIX}{peer}/");
    let counters = store.counters(&prefix).await?;
    Ok(counters.into_iter().map(|(name, times)| (name[prefix.len()..].to_owned(), times)).collect())
}

/// Whether a counter is one of these, which are too many for a glance at the gateway.
pub fn is_one(counter: &str) -> bool {
    counter.starts_with(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_counts_once_for_its_head_and_once_for_what_is_in_it() {
        let north = PeerId::new("north");
        for (warnings, counters) in [
            (&[][..], &[][..]),
            (&["Content-Type: there is none"], &["peer-warning/north/content type"]),
            (&["status: a", "note: b"], &["peer-warning/north/content"]),
            (
                &["Content-Type: text/plain", "status: a"],
                &["peer-warning/north/content type", "peer-warning/north/content"],
            ),
        ] {
            let warnings: Vec<String> = warnings.iter().map(|&it| it.to_owned()).collect();
            assert_eq!(counted(&north, &warnings), counters);
        }
        assert!(is_one("peer-warning/north/content") && !is_one("message.in"));
    }
}
