//! What an ILS shows by HTTP apart from NCIP, and what it can be told there: its holdings, its failures, its desk.

use hyper::Method;
use serde::{Deserialize, Serialize};

use super::{
    circulation::{Charge, Circulation, Hold, Item, ItemStatus, Loan, Operation, Patron},
    desk::Desk,
    fault::Failure,
    page,
    refusal::Refusal,
    server::Shared,
    service::Service,
};
use crate::real_time::lock;

/// What is answered.
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Shown {
    fn json(value: &impl Serialize) -> Self {
        match serde_json::to_string_pretty(value) {
            Ok(body) => Shown { status: 200, content_type: "application/json", body },
            Err(problem) => Shown::sentence(500, problem.to_string()),
        }
    }

    fn sentence(status: u16, sentence: impl Into<String>) -> Self {
        Shown { status, content_type: "text/plain; charset=utf-8", body: sentence.into() + "\n" }
    }
}

/// Answers what is no message.
pub(crate) fn answer(shared: &std::sync::Arc<Shared>, method: &Method, path: &str, body: &[u8]) -> Shown {
    match (method.as_str(), path) {
        ("GET", "/") => {
            Shown { status: 200, content_type: "text/html; charset=utf-8", body: page::page(shared) }
        }
        ("GET", "/ils/holdings") => Shown::json(&Holdings::of(&lock(&shared.system).circulation)),
        ("GET", "/ils/exchanges") => Shown::json(&shared.exchanges()),
        ("GET", "/ils/failures") => Shown::json(
            &lock(&shared.system).failures.all().iter().map(Failure::to_string).collect::<Vec<_>>(),
        ),
        ("POST", "/ils/failures") => {
            match std::str::from_utf8(body).unwrap_or_default().trim().parse::<Failure>() {
                Ok(failure) => {
                    lock(&shared.system).failures.add(failure.clone());
                    Shown::sentence(200, format!("from now on: {failure}"))
                }
                Err(problem) => Shown::sentence(400, problem.to_string()),
            }
        }
        ("DELETE", "/ils/failures") => {
            lock(&shared.system).failures.clear();
            Shown::sentence(200, "nothing goes wrong any more")
        }
        ("POST", "/ils/desk") => match serde_json::from_slice::<DeskAct>(body) {
            Ok(act) => match act.at(&Desk::of(shared.clone())) {
                Ok(shown) => shown,
                Err(refusal) => Shown::sentence(409, refusal.name()),
            },
            Err(problem) => Shown::sentence(400, format!("no act of the desk: {problem}")),
        },
        ("GET", _) => Shown::sentence(
            404,
            "the page is at /, the rest at /ils/holdings, /ils/exchanges, /ils/failures and /ils/desk",
        ),
        _ => Shown::sentence(405, "messages come by POST"),
    }
}

/// Something that is done at the desk.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act", deny_unknown_fields)]
enum DeskAct {
    CheckOut { item: String, patron: String },
    PickUp { item: String, patron: String },
    CheckIn { item: String },
    Renew { item: String },
    Recall { item: String },
    CancelHold { item: String, patron: String },
    Pull { hold: String },
    Receive { item: String },
}

impl DeskAct {
    fn at(self, desk: &Desk) -> Result<Shown, Refusal> {
        Ok(match self {
            DeskAct::CheckOut { item, patron } => Shown::json(&desk.check_out(&item, &patron)?),
            DeskAct::PickUp { item, patron } => Shown::json(&desk.pick_up(&patron, &item)?),
            DeskAct::CheckIn { item } => Shown::json(&desk.check_in(&item)?),
            DeskAct::Renew { item } => Shown::json(&desk.renew(&item)?),
            DeskAct::Recall { item } => Shown::json(&desk.recall(&item)?),
            DeskAct::CancelHold { item, patron } => Shown::json(&desk.cancel_hold(&patron, &item)?),
            DeskAct::Pull { hold } => Shown::json(&desk.pull(&hold)?),
            DeskAct::Receive { item } => Shown::json(&desk.receive(&item)?),
        })
    }
}

/// What an ILS holds, as JSON.
#[derive(Serialize)]
struct Holdings<'a> {
    patrons: Vec<&'a Patron>,
    items: Vec<ShownItem<'a>>,
    holds: &'a [Hold],
    loans: Vec<&'a Loan>,
    charges: &'a [Charge],
    carried_out: std::collections::BTreeMap<Service, usize>,
    operations: &'a [Operation],
    doubles: Vec<String>,
}

#[derive(Serialize)]
struct ShownItem<'a> {
    #[serde(flatten)]
    item: &'a Item,
    status: ItemStatus,
}

impl<'a> Holdings<'a> {
    fn of(circulation: &'a Circulation) -> Self {
        let mut carried_out = std::collections::BTreeMap::new();
        for operation in circulation
            .operations()
            .iter()
            .filter(|operation| operation.by == super::circulation::By::Message)
        {
            *carried_out.entry(operation.service).or_default() += 1;
        }
        Holdings {
            patrons: circulation.patrons().collect(),
            items: circulation
                .items()
                .map(|item| ShownItem { item, status: circulation.status(item) })
                .collect(),
            holds: circulation.holds(),
            loans: circulation.loans().collect(),
            charges: circulation.charges(),
            carried_out,
            operations: circulation.operations(),
            doubles: circulation.doubles().iter().map(ToString::to_string).collect(),
        }
    }
}
