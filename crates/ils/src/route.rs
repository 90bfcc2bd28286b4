//! What becomes of a message, by its service, its sender and whom it goes to: answered here, an input to a hosted library's requests, or
//! carried to a member's own system. Pure. Must never look at what a message says.

use loan_model::PeerId;
use ncip::{Service, ServiceKind};
use registry::Registry;

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Goes {
    /// It is answered here.
    Here,
    /// It is about a request of this hosted library, which the gateway keeps.
    Request(PeerId),
    /// It tells what the sender's own system has done.
    Notice,
    /// It is carried to this member's system.
    Carried(PeerId),
    /// This pair of members may not do this.
    Unauthorized,
    /// Nobody does this.
    Unsupported,
}

/// Whom a message concerns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parties<'a> {
    /// Who sends it.
    pub(super) from: &'a PeerId,
    /// The member that it goes to; nobody where it goes to the gateway.
    pub(super) to: Option<&'a PeerId>,
    /// The member whose user or item it names, where it says so.
    pub(super) named: Option<&'a PeerId>,
}

/// What becomes of a message.
pub(super) fn goes(registry: &Registry, service: &Service, parties: Parties<'_>) -> Goes {
    let Parties { from, to, .. } = parties;
    let may = |to: &PeerId| to == from || registry.may_route(from, to, service);
    let carried = |to: &PeerId| if may(to) { Goes::Carried(to.clone()) } else { Goes::Unauthorized };
    match service {
        Service::LookupVersion | Service::LookupAgency => Goes::Here,
        Service::LookupUser | Service::LookupItem => carried(home(parties)),
        Service::LookupRequest
        | Service::RequestItem
        | Service::CancelRequestItem
        | Service::UpdateRequestItem
            if registry.is_hosted(to.unwrap_or(from)) =>
        {
            let library = to.unwrap_or(from);
            if may(library) { Goes::Request(library.clone()) } else { Goes::Unauthorized }
        }
        _ => match (service.kind(), to) {
            (Some(ServiceKind::Notification), _) => Goes::Notice,
            (Some(_), Some(to)) if to != from => carried(to),
            _ => Goes::Unsupported,
        },
    }
}

/// Where a user or an item is at home: with the member that the message goes to; to the gateway or to the sender itself, with the member that
/// it names, else with the sender.
pub(super) fn home(parties: Parties<'_>) -> &PeerId {
    let Parties { from, to, named } = parties;
    to.filter(|to| *to != from).or(named).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hosted libraries with a system (`north`, `south`) and without (`hill`), one with ISO 18626 of its own (`native`).
    const FILE: &str = r#"
[broker]
name = "The broker"
symbols = ["ISIL:BROKER"]

[[ncip_route]]
to = "north"
services = ["LookupUser"]

[[ncip_route]]
to = "south"
services = ["LookupUser"]

[[ncip_route]]
from = "south"
to = "north"
services = ["LookupItem", "RequestItem", "RenewItem"]

[[library]]
id = "north"
name = "North"
symbols = ["ISIL:NORTH"]
[library.connection]
kind = "ncip"
[library.connection.ncip]
url = "tcp://127.0.0.1:9"

[[library]]
id = "south"
name = "South"
symbols = ["ISIL:SOUTH"]
[library.connection]
kind = "ncip"
[library.connection.ncip]
url = "tcp://127.0.0.1:9"

[[library]]
id = "hill"
name = "Hill"
symbols = ["ISIL:HILL"]
[library.connection]
kind = "manual"
[library.connection.manual]
mail_to = ["staff@hill.example.org"]

[[library]]
id = "native"
name = "Native"
symbols = ["ISIL:NATIVE"]
connection.url = "http://127.0.0.1:9/iso18626"
"#;

    #[test]
    fn every_service_between_all_kinds_of_members_has_its_way() {
        let registry = Registry::parse_toml(FILE).unwrap_or_else(|problems| panic!("{problems:?}"));
        let members = ["north", "south", "hill", "native"].map(PeerId::new);
        let mut seen = std::collections::BTreeMap::<&str, usize>::new();
        for service in Service::ALL {
            for from in &members {
                for to in std::iter::once(None).chain(members.iter().map(Some)) {
                    let found = goes(&registry, service, Parties { from, to, named: None });
                    let expected = expected(service, from.as_str(), to.map(PeerId::as_str));
                    assert_eq!(found, expected, "{service} from {from} to {to:?}");
                    *seen.entry(word(&found)).or_default() += 1;
                }
            }
        }
        assert_eq!(seen.len(), 6, "every way is taken by somebody: {seen:?}");
    }

    /// The same, said the other way round: by what each kind of service is for.
    fn expected(service: &Service, from: &str, to: Option<&str>) -> Goes {
        let whom = to.unwrap_or(from);
        let allowed = match (from, whom) {
            (from, to) if from == to => true,
            ("south", "north") => ["LookupItem", "RequestItem", "RenewItem"].contains(&service.as_str()),
            // Nobody names a route to the others.
            (_, "north" | "south") => service.as_str() == "LookupUser",
            _ => false,
        };
        let hosted = whom != "native";
        let other = to.is_some_and(|to| to != from);
        match service.as_str() {
            "LookupVersion" | "LookupAgency" => Goes::Here,
            "LookupUser" | "LookupItem" if allowed => Goes::Carried(PeerId::new(whom)),
            "LookupRequest" | "RequestItem" | "CancelRequestItem" | "UpdateRequestItem"
                if hosted && allowed =>
            {
                Goes::Request(PeerId::new(whom))
            }
            "LookupRequest" | "RequestItem" | "CancelRequestItem" | "UpdateRequestItem" if hosted => {
                Goes::Unauthorized
            }
            _ if service.kind() == Some(ServiceKind::Notification) => Goes::Notice,
            _ if !other => Goes::Unsupported,
            _ if allowed => Goes::Carried(PeerId::new(whom)),
            _ => Goes::Unauthorized,
        }
    }

    fn word(goes: &Goes) -> &'static str {
        match goes {
            Goes::Here => "here",
            Goes::Request(_) => "request",
            Goes::Notice => "notice",
            Goes::Carried(_) => "carried",
            Goes::Unauthorized => "unauthorized",
            Goes::Unsupported => "unsupported",
        }
    }

    #[test]
    fn a_user_is_at_home_where_the_message_goes_else_where_it_names() {
        let [north, south, hill] = ["north", "south", "hill"].map(PeerId::new);
        for (to, named, expected) in [
            (None, None, &north),
            (None, Some(&south), &south),
            (Some(&north), Some(&south), &south),
            (Some(&hill), Some(&south), &hill),
            (Some(&north), None, &north),
        ] {
            assert_eq!(home(Parties { from: &north, to, named }), expected, "{to:?} {named:?}");
        }
    }

    #[test]
    fn a_service_that_nobody_knows_is_unsupported() {
        let registry = Registry::parse_toml(FILE).unwrap_or_else(|problems| panic!("{problems:?}"));
        let [north, south] = ["north", "south"].map(PeerId::new);
        for to in [None, Some(&south)] {
            let parties = Parties { from: &north, to, named: None };
            assert_eq!(goes(&registry, &Service::Other("Fly".to_owned()), parties), Goes::Unsupported);
        }
    }
}
