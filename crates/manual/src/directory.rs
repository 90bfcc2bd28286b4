//! How libraries are told, as the registry's present snapshot has it.

use loan_model::PeerId;
use registry::MailWhen as RegistryMailWhen;
use runtime::registry_view::{RegistryView, Snapshot};

use super::mail::{Directory, LibraryMail, MailWhen};

impl Directory for RegistryView {
    fn library(&self, id: &PeerId) -> Option<LibraryMail> {
        mail_settings(&self.snapshot(), id)
    }
}

/// How a library is told; nothing, if it is none that is told by mail.
pub(crate) fn mail_settings(registry: &Snapshot, id: &PeerId) -> Option<LibraryMail> {
    let manual = registry.registry.manual(id)?;
    Some(LibraryMail {
        id: id.clone(),
        name: registry.registry.library(id)?.name.clone(),
        to: manual.mail_to,
        when: match manual.mail {
            RegistryMailWhen::AtOnce => MailWhen::AtOnce,
            RegistryMailWhen::Daily => MailWhen::Daily { hour: manual.daily_hour },
        },
        calendar: registry.facts(id)?.calendar.clone(),
        link_days: manual.link_days,
    })
}
