//! What the gateway has to leave out of a message that it carries, in either direction: what would change what is done is refused, and
//! everything else is named to the asker. Must never quote what an element holds.

use ncip::{Body, Extra, Fate, Loss, Message, Problem, Service, ServiceKind, Version};

use super::problems::unusable;

/// How many elements are named.
const MAX_NAMED: usize = 20;

/// An answer, and what was left out on the way where it was carried.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) body: Body,
    pub(super) carried: Option<LeftOut>,
}

impl From<Body> for Reply {
    fn from(body: Body) -> Self {
        Self { body, carried: None }
    }
}

/// The elements that were left out of a question and of its answer, by their paths.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    question: Vec<String>,
    answer: Vec<String>,
}

impl LeftOut {
    /// What a question loses on its way.
    ///
    /// # Errors
    /// When something would be done otherwise than it was asked, or a proof of who a user is would be lost.
    pub(super) fn of_question(
        service: &Service,
        losses: &[Loss],
        unknown: &[Extra],
    ) -> Result<Self, Problem> {
        let refused = |path: &str| {
            unusable(service, name(path)).detail("the library's system cannot be told this: it was not asked")
        };
        if let Some(extra) =
            unknown.iter().find(|extra| is_credential(&extra.path) || is_credential(&extra.raw))
        {
            let element = name(&extra.path);
            return Err(
                unusable(service, element).detail("who the user is cannot be said so: it was not asked")
            );
        }
        let mut left_out = Self::default();
        for path in dropped(losses) {
            let wish = service.kind() != Some(ServiceKind::Lookup) && !only_describes(path);
            if wish || is_credential(path) {
                return Err(refused(path));
            }
            left_out.question.push(path.to_owned());
        }
        left_out.question.extend(unknown.iter().map(|extra| extra.path.clone()));
        Ok(left_out)
    }

    /// Adds an element of the question that went no further.
    pub(super) fn question_without(&mut self, path: &str) {
        self.question.push(path.to_owned());
    }

    /// Adds elements of the answer that nobody knows.
    pub(super) fn answer_without(&mut self, paths: Vec<String>) {
        self.answer.extend(paths);
    }

    /// What the asker is told: nothing where nothing is missing, nor beside a refusal, which has nothing else to say.
    pub(super) fn note(mut self, answer: &Message, version: Version) -> Option<String> {
        if !answer.body.problems().is_empty() {
            return None;
        }
        let (_, losses) = ncip::convert(answer, version);
        self.answer.extend(dropped(&losses).map(str::to_owned));
        let parts = [
            ("of the question, the library's system was not told", named(&self.question)),
            ("of its answer, this could not be passed on", named(&self.answer)),
        ];
        let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<_> = parts.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// The elements that a version has no place for.
fn dropped(losses: &[Loss]) -> impl Iterator<Item = &str> {
    let gone = losses.iter().filter(|loss| loss.fate == Fate::Dropped);
    gone.map(|loss| loss.path.as_str()).filter(|path| !path.ends_with("/@Scheme"))
}

/// Whether an element of a question only says more of what is asked, or of how it is to be answered.
fn only_describes(path: &str) -> bool {
    let says_more = ["ItemOptionalFields", "UserOptionalFields", "BibliographicDescription", "Ext"];
    path.split('/').any(|part| says_more.contains(&part))
        || path.ends_with("IdentifierType")
        || path.ends_with("ElementType")
}

/// Whether the name of an element, or what stands in an unknown one, is about proving who a user is.
fn is_credential(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["authenticationinput", "password", "<pin", "/pin", "pincode", "secret"]
        .iter()
        .any(|word| text.contains(word))
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The names of elements, each once. A name of somebody's own could be anything: it is told as far as it is one.
fn named(paths: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for path in paths {
        let name = name(path);
        if !names.contains(&name) && names.len() < MAX_NAMED {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(path: &str) -> Loss {
        Loss { path: path.to_owned(), fate: Fate::Dropped, sentence: String::new() }
    }

    #[test]
    fn what_changes_what_is_done_is_refused_and_what_describes_it_is_named() {
        for (service, path, refused) in [
            (Service::RequestItem, "/RequestItem/PickupLocation", true),
            (Service::RequestItem, "/RequestItem/ItemId", true),
            (Service::RequestItem, "/RequestItem/ItemOptionalFields", false),
            (Service::RequestItem, "/RequestItem/ItemId/ItemIdentifierType", false),
            (Service::CheckOutItem, "/CheckOutItem/Ext", false),
            (Service::CheckOutItem, "/CheckOutItem/PaidFeeAmount", true),
            (Service::LookupUser, "/LookupUser/AuthenticationInput", true),
            (Service::LookupUser, "/LookupUser/Ext", false),
            (Service::LookupItem, "/LookupItem/MaximumItemsCount", false),
            (Service::ItemShipped, "/ItemShipped/ShippingInformation", true),
        ] {
            let found = LeftOut::of_question(&service, &[loss(path)], &[]);
            assert_eq!(found.is_err(), refused, "{path}");
            if let Ok(left_out) = found {
                assert_eq!(left_out.question, [path]);
            }
        }
    }

    #[test]
    fn an_unknown_element_with_a_proof_in_it_is_refused() {
        for (path, raw, refused) in [
            ("/NCIPMessage/LookupUser/Password", "<Password>1</Password>", true),
            ("/NCIPMessage/LookupUser/X", "<X><PIN>1</PIN></X>", true),
            ("/NCIPMessage/LookupUser/Y", "<Y>1</Y>", false),
        ] {
            let unknown = [Extra { path: path.to_owned(), raw: raw.to_owned() }];
            assert_eq!(LeftOut::of_question(&Service::LookupUser, &[], &unknown).is_err(), refused, "{path}");
        }
    }
}
