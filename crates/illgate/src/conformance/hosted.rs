//! What staff of the libraries that the gateway hosts do in the suite's hands: its orders become acts of the gateway's API, each as soon as it
//! can be done.

use std::{collections::HashMap, sync::Arc, time::Duration};

use acts::Fields;
use api::model::{Act, Done, RequestDetail};
use conformance_tests::{
    http::Client as Http,
    ncip::{Members, Version, messages, reply::Read},
};
use net::{Clock, RealClock};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::client::{Client, part};

/// How long an act is waited for until it can be done.
const SOON: Duration = Duration::from_secs(60);
/// How often the gateway is asked whether it can.
const GLANCE: Duration = Duration::from_millis(60);

/// The staff of every library.
pub(super) struct Staff {
    gateway: String,
    /// The borrower's record of each loan, by its patron.
    loans: Mutex<HashMap<String, String>>,
}

/// What an order is as an act of the API.
struct Order {
    action: &'static str,
    /// Not before the request is in that state.
    phase: Option<&'static str>,
    with: Fields,
    /// Whether it is about what the ILS did not do.
    step: bool,
}

impl Staff {
    pub(super) fn new(members: &Members) -> Arc<Self> {
        Arc::new(Self { gateway: members.agency.clone(), loans: Mutex::default() })
    }

    /// Carries an order out.
    pub(super) async fn obey(&self, address: &str, client: &Client, order: &Value) -> Result<(), String> {
        let text = |name: &str| order[name].as_str().unwrap_or_default();
        if text("do") == "ask" {
            return self.ask(address, order).await;
        }
        let patron = text("patron");
        let loan = self.loans.lock().await.get(patron).cloned();
        let loan = loan.ok_or_else(|| format!("nothing is known of a loan to {patron}"))?;
        let record = record_of(client, loan, &text("library").to_lowercase()).await?;
        let barcodes = order["items"].as_array().into_iter().flatten();
        let volumes = barcodes.filter_map(Value::as_str).map(str::to_owned).collect();
        act(client, &record, known(text("act"), volumes)?).await
    }

    /// A patron asks by the library's catalogue: by NCIP.
    async fn ask(&self, address: &str, order: &Value) -> Result<(), String> {
        let text = |name: &str| order[name].as_str().unwrap_or_default();
        let version = Version::V2;
        let header = messages::header(version, text("library"), &self.gateway);
        let user = messages::user(version, text("library"), text("patron"));
        let item = messages::item(version, text("lender"), text("item"));
        let title = messages::element("Title", &messages::text(text("title")));
        let fields = messages::element("BibliographicDescription", &title);
        let fields = messages::element("ItemOptionalFields", &fields);
        let kind = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>";
        let ask = messages::element("RequestItem", &format!("{header}{user}{item}{kind}{fields}"));
        let http = Http::new(&format!("http://{address}/ncip"), Default::default(), SOON)?;
        let body = messages::envelope(version, &ask).into_bytes();
        let answer = http.send("POST", Some("application/xml"), &Default::default(), body).await?;
        let read = Read::parse(&answer.body)?;
        let problems: Vec<String> = read.problems().into_iter().map(|problem| problem.kind).collect();
        match read.anywhere("RequestIdentifierValue") {
            Some(id) if problems.is_empty() => {
                let record = format!("req_{}", id.trim());
                self.loans.lock().await.insert(text("patron").to_owned(), record);
                Ok(())
            }
            _ => Err(format!("the patron's request was not taken: {}", problems.join(", "))),
        }
    }
}

/// What the suite's word for an act is in the API.
fn known(word: &str, volumes: Vec<String>) -> Result<Order, String> {
    let plain = |action| Order { action, phase: None, with: Fields::default(), step: false };
    let all = |action, phase| {
        let mut with = Fields::default();
        if !volumes.is_empty() {
            with.set("volumes", volumes.clone());
        }
        Order { action, phase, with, step: false }
    };
    Ok(match word {
        "ship" => all("ship", None),
        "receive" => all("receive", Some("shipped")),
        "receive-more" => all("receive", None),
        "hand-out" => plain("pick-up"),
        "take-back" => plain("check-in"),
        "send-back" => all("ship-back", None),
        "returned" => all("returned", Some("returning")),
        "cancel" => plain("cancel"),
        "renew" => plain("renew"),
        "grant" => {
            let mut with = Fields::default();
            with.set("answer", "yes".to_owned());
            Order { with, ..plain("answer-renewal") }
        }
        "ask-again" => Order { step: true, ..plain("retry-step") },
        "by-hand" => Order { step: true, ..plain("done-by-hand") },
        "give-up" => Order { step: true, ..plain("give-up") },
        other => return Err(format!("nobody knows how to {other}")),
    })
}

/// The record that a library has of a loan: the borrower's, or the lender's of the same loan.
async fn record_of(client: &Client, loan: String, library: &str) -> Result<String, String> {
    let ours = |detail: &RequestDetail| {
        let all = detail
            .related
            .iter()
            .find(|it| it.machine != "brokering" && it.library.as_deref() == Some(library));
        all.map(|it| it.id.clone())
    };
    let broker = |detail: &RequestDetail| {
        detail.related.iter().find(|it| it.machine == "brokering").map(|it| it.id.clone())
    };
    let is_its_own = |detail: &RequestDetail| detail.line.library.as_deref() == Some(library);
    let what = format!("{library} has a record of it");
    let detail = until(client, &loan, &what, |it| is_its_own(it) || broker(it).is_some()).await?;
    if is_its_own(&detail) {
        return Ok(loan);
    }
    let middle = broker(&detail).ok_or_else(|| what.clone())?;
    let detail = until(client, &middle, &what, |it| ours(it).is_some()).await?;
    ours(&detail).ok_or(what)
}

/// Does it as soon as the gateway allows it.
async fn act(client: &Client, record: &str, order: Order) -> Result<(), String> {
    let what = format!("{} can be done", order.action);
    let may = |detail: &RequestDetail| {
        detail.actions.iter().any(|action| action == order.action)
            && order.phase.is_none_or(|phase| detail.line.phase == phase)
    };
    let detail = until(client, record, &what, may).await?;
    let steps: Vec<Option<String>> = match order.step {
        true => detail.asked.into_iter().map(Some).collect(),
        false => vec![None],
    };
    let mut last = "there is nothing that the ILS did not do".to_owned();
    for step in steps {
        let mut with = order.with.clone();
        if let Some(step) = step {
            with.set("step", step);
        }
        let act = Act {
            action: order.action.to_owned(),
            reason: "the conformance suite".to_owned(),
            by: Some("staff".to_owned()),
            with,
        };
        match client.post::<Done>(&format!("requests/{}/act", part(record)), &act).await {
            Ok(_) => return Ok(()),
            Err(why) => last = why.to_string(),
        }
    }
    Err(last)
}

/// Waits until something is so of a request.
async fn until(
    client: &Client,
    record: &str,
    what: &str,
    is: impl Fn(&RequestDetail) -> bool,
) -> Result<RequestDetail, String> {
    let began = RealClock.monotonic();
    loop {
        let detail: Result<RequestDetail, _> = client.get(&format!("requests/{}", part(record))).await;
        let why = match detail {
            Ok(detail) if is(&detail) => return Ok(detail),
            Ok(detail) => format!("{} is {}: {:?}", record, detail.line.phase, detail.line.incidents),
            Err(why) => why.to_string(),
        };
        if RealClock.monotonic() - began > SOON {
            return Err(format!("it never came to this: {what}; {why}"));
        }
        RealClock.sleep(GLANCE).await;
    }
}
