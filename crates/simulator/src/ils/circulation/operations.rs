//! What was carried out, and what was carried out twice.

use jiff::Timestamp;
use serde::Serialize;

use super::Circulation;
use crate::ils::service::Service;

/// A command that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// Running number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Which.
    pub service: Service,
    /// On whose word.
    pub by: By,
    /// The barcode or record id that was named.
    pub item: Option<String>,
    /// The patron.
    pub patron: Option<String>,
    /// The id of the loan or the hold that came with it.
    pub request: Option<String>,
}

/// On whose word something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A message said so.
    Message,
    /// Somebody at the desk did it.
    Desk,
}

/// Something that was carried out again although nothing had undone it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Double {
    /// The first time.
    pub first: Operation,
    /// The second.
    pub second: Operation,
}

impl std::fmt::Display for Double {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Operation { service, item, request, .. } = &self.second;
        let named = |what: &Option<String>| what.clone().unwrap_or_else(|| "-".to_owned());
        write!(
            f,
            "{service} of item {} for request {} was carried out at {} and again at {}",
            named(item),
            named(request),
            self.first.at,
            self.second.at
        )
    }
}

impl Circulation {
    /// Everything that was carried out, oldest first.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// How often a command was carried out because a message said so.
    pub fn carried_out(&self, service: Service) -> usize {
        self.operations
            .iter()
            .filter(|operation| operation.service == service && operation.by == By::Message)
            .count()
    }

    /// What messages had carried out twice, with nothing between that undid the first.
    pub fn doubles(&self) -> Vec<Double> {
        let mut doubles = Vec::new();
        for (index, second) in self.operations.iter().enumerate() {
            let earlier = self.operations[..index].iter().rev();
            let first = earlier
                .take_while(|between| !second.starts_anew_after(between))
                .find(|first| first.is_the_same_as(second));
            if let Some(first) = first {
                doubles.push(Double { first: first.clone(), second: second.clone() });
            }
        }
        doubles
    }

    pub(super) fn note(&mut self, service: Service, by: By, at: Timestamp, about: About<'_>) {
        let owned = |what: Option<&str>| what.map(str::to_owned);
        self.operations.push(Operation {
            number: self.operations.len() as u64 + 1,
            at,
            service,
            by,
            item: owned(about.item),
            patron: owned(about.patron),
            request: owned(about.request),
        });
    }
}

/// What an operation was about.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub(super) item: Option<&'a str>,
    pub(super) patron: Option<&'a str>,
    pub(super) request: Option<&'a str>,
}

impl Operation {
    /// Whether two commands ask for one thing that is only to be once.
    fn is_the_same_as(&self, other: &Operation) -> bool {
        let same = match self.service {
            Service::AcceptItem
            | Service::CreateItem
            | Service::RequestItem
            | Service::CreateUserFiscalTransaction => {
                (&self.item, &self.patron, &self.request) == (&other.item, &other.patron, &other.request)
            }
            Service::CheckOutItem => (&self.item, &self.patron) == (&other.item, &other.patron),
            _ => false,
        };
        same && self.service == other.service && (self.by, other.by) == (By::Message, By::Message)
    }

    /// Whether `between` undid what an earlier command like this one had done.
    fn starts_anew_after(&self, between: &Operation) -> bool {
        let undone_by: &[Service] = match self.service {
            Service::AcceptItem | Service::CreateItem => &[Service::DeleteItem, Service::ItemReceived],
            Service::RequestItem => &[Service::CancelRequestItem, Service::CheckOutItem],
            Service::CheckOutItem => &[Service::CheckInItem, Service::UndoCheckOutItem],
            _ => &[],
        };
        let same_request = between.request.is_some() && between.request == self.request;
        undone_by.contains(&between.service) && (between.item == self.item || same_request)
    }
}
