//! What a library's own system is asked before a message about its requests is taken: whether a PIN is right, and what an item is of which
//! only a barcode is told. Nothing is promised before it has answered, so that a crash leaves nothing behind. Must never take silence for a
//! yes.

use dialects::ncip::is_pin;
use errors::slug;
use loan_model::PeerId;
use ncip::{Body, ItemId, LookupItem, LookupUser, Problem, RequestItem, SchemeValue, Service};
use registry::UnknownItems;

use super::{
    endpoint::{Asking, Ncip},
    problems::{missing, unusable},
};

/// What is asked about an item.
const DESCRIPTION: &str = "Bibliographic Description";

impl Ncip {
    /// Refuses a message whose PIN the library's own system does not find right, or cannot be asked about.
    pub(super) async fn check_pin(
        &self,
        asking: &Asking<'_>,
        library: &PeerId,
        body: &Body,
    ) -> Result<(), Vec<Problem>> {
        let inputs = body.authentication_inputs();
        if !inputs.iter().any(is_pin) {
            return Ok(());
        }
        let service = Service::LookupUser;
        if !self.can_ask(asking, library, &service) {
            return Err(vec![unusable(asking.service, "AuthenticationInput").detail(
                "the library has no system that could check a PIN, and nothing was done: send it without one",
            )]);
        }
        let question = Body::from(LookupUser {
            initiation_header: Some(asking.header.clone()),
            user_id: body.user_id().cloned(),
            authentication_inputs: inputs.to_vec(),
            ..LookupUser::default()
        });
        let answer = self.question(&about(asking, &service), library, &question).await;
        let problems = answer.map_or_else(|problem| vec![problem], |answer| answer.problems().to_vec());
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The message with what the library's own system tells of its item; nothing where the system is not to be asked, or the item is somebody
    /// else's.
    pub(super) async fn described(
        &self,
        asking: &Asking<'_>,
        library: &PeerId,
        message: &RequestItem,
    ) -> Result<Option<RequestItem>, Problem> {
        let registry = &asking.snapshot.registry;
        let is_own = |item: &&ItemId| match item.agency_id.as_ref().map(|agency| agency.value.trim()) {
            None | Some("") => true,
            Some(agency) => registry.by_agency(agency).is_some_and(|holder| holder.id == *library),
        };
        let (own, service) = (message.item_ids.iter().find(is_own), Service::LookupItem);
        let Some(item) = own.filter(|_| {
            registry.unknown_items(library) == UnknownItems::LookUp && self.can_ask(asking, library, &service)
        }) else {
            return Ok(None);
        };
        let question = Body::from(LookupItem {
            initiation_header: Some(asking.header.clone()),
            item_id: Some(item.clone()),
            item_element_types: vec![SchemeValue::bare(DESCRIPTION)],
            ..LookupItem::default()
        });
        let answer = self.question(&about(asking, &service), library, &question).await;
        let told = match answer {
            Ok(Body::LookupItemResponse(told)) if told.problems.is_empty() => *told,
            Ok(refused) => return Err(untold(refused.problems())),
            Err(problem) => return Err(untold(&[problem])),
        };
        let description = told.item_optional_fields.and_then(|fields| fields.bibliographic_description);
        let Some(description) = description else { return Err(untold(&[])) };
        let mut described = message.clone();
        described.item_optional_fields.get_or_insert_default().bibliographic_description = Some(description);
        tracing::info!(%library, "an item was looked up at the library's own system");
        Ok(Some(described))
    }

    fn can_ask(&self, asking: &Asking<'_>, library: &PeerId, service: &Service) -> bool {
        let connection = asking.snapshot.registry.ncip(library);
        connection.is_some_and(|connection| connection.settings.answers(service))
    }
}

/// The same sender asks this beside its own message.
fn about<'a>(asking: &'a Asking<'a>, service: &'a Service) -> Asking<'a> {
    Asking {
        snapshot: asking.snapshot,
        from: asking.from.clone(),
        to: asking.to.clone(),
        header: asking.header,
        service,
        unknown: &[],
        key: asking.key.clone(),
        at: asking.at,
    }
}

/// The library's own system does not say what the item is.
fn untold(problems: &[Problem]) -> Problem {
    let said: Vec<&str> = problems.iter().map(|problem| problem.problem_type.value.as_str()).collect();
    let said = if said.is_empty() { "no description".to_owned() } else { said.join(", ") };
    tracing::info!(slug = %slug!("ncip.not-taken"), said, "a library's own system does not describe an item");
    missing("BibliographicDescription").detail(format!(
        "no other library is named that has the item, and the library's own system, which was asked what it is, answers: {said}"
    ))
}
