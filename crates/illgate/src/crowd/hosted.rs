//! Libraries that the gateway hosts: an ILS of every kind, and staff who do what is theirs to do. Must never do anything that the gateway does
//! not offer them.

use std::{collections::BTreeMap, time::Duration};

use acts::Fields;
use api::model::{Act, Ask, AskedItem, Done, RequestDetail, Watched};
use iso18626::Status;
use net::{Clock, RealClock};
use simulator::{
    AskedOf, SimClock,
    ils::{Dialect, IlsOptions, IlsServer, Item, Patron, Quirk, Service},
};

use super::cast::not_started;
use crate::{
    client::{Client, part},
    exit::Failure,
};

/// The other libraries, as a patron of every ILS.
const OTHERS: &str = "ILL-LIBRARIES";
/// How long one step may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The kinds of ILS that take part, one library each.
const SYSTEMS: [Dialect; 8] = [
    Dialect::Koha,
    Dialect::Evergreen,
    Dialect::Folio,
    Dialect::Alma,
    Dialect::Sierra,
    Dialect::Symphony,
    Dialect::Polaris,
    Dialect::Wms,
];

/// A library that the gateway hosts.
pub(super) struct Hosted {
    pub(super) id: String,
    ils: IlsServer,
}

impl Hosted {
    /// Starts the ILSs.
    pub(super) async fn start(clock: &SimClock) -> Result<Vec<Self>, Failure> {
        let mut all = Vec::new();
        for dialect in SYSTEMS {
            let id = format!("ils-{dialect}");
            let options = IlsOptions::new(dialect, &agency(&id))
                .patron(Patron::person(&card(&id), "Robin", "Reader"))
                .patron(Patron::library(OTHERS, "Other libraries"));
            let started = IlsServer::start(options, clock.clone()).await;
            all.push(Self { id, ils: started.map_err(|why| not_started(why.to_string()))? });
        }
        Ok(all)
    }

    /// Its entry in the registry, without what every library has.
    pub(super) fn connection(&self) -> String {
        let mut text = format!(
            "connection.kind = \"ncip\"\nconnection.ncip.url = \"{}\"\nconnection.ncip.preset = \"{}\"\n\
             connection.ncip.institutional_patrons = [{{ patron = \"{OTHERS}\" }}]\n",
            self.ils.url(),
            self.ils.dialect(),
        );
        if self.ils.dialect() == Dialect::Alma {
            text += "connection.ncip.application_profile = \"ILLGATE\"\n";
        }
        text
    }

    /// Its agency in NCIP.
    pub(super) fn agency(&self) -> String {
        agency(&self.id)
    }

    /// The record of an item, where a hold in its ILS must name one: a barcode alone is enough for the others.
    pub(super) fn needed_record(&self, barcode: &str) -> Option<String> {
        self.ils.dialect().has(Quirk::HoldsByRecord).then(|| record(barcode))
    }

    /// Puts an item on its shelves.
    pub(super) fn shelve(&self, barcode: &str, title: &str) {
        let item = Item::new(barcode, &record(barcode), title);
        self.ils.change(|held| held.add_item(item));
    }

    /// What its ILS has in its books of an item that was to be lent.
    pub(super) fn lent(&self, barcode: &str, title: &str) -> AskedOf {
        let held = self.ils.holdings();
        let count = |service: Service| {
            let of_item = |item: &Option<String>| item.as_deref() == Some(barcode);
            held.operations().iter().filter(|it| it.service == service && of_item(&it.item)).count()
        };
        let sent = count(Service::CheckOutItem);
        let status = match (sent, held.loan(barcode)) {
            (0, _) => Status::Unfilled,
            (_, Some(_)) => Status::Loaned,
            (_, None) => Status::LoanCompleted,
        };
        AskedOf {
            requester: OTHERS.to_owned(),
            ids: vec![barcode.to_owned()],
            title: title.to_owned(),
            status,
            sent: u32::try_from(sent).unwrap_or(u32::MAX),
        }
    }

    /// Its staff let others have an item again, where the ILS has no message for that.
    pub(super) fn release(&self, barcode: &str) {
        let services = self.ils.dialect().services();
        if services.contains(&Service::RequestItem) && !services.contains(&Service::CancelRequestItem) {
            // A hold that is not there needs no release.
            let _none = self.ils.desk().cancel_hold(OTHERS, barcode);
        }
    }

    /// Everything that its ILS has done twice, cannot have, or still holds for anybody.
    pub(super) fn left(&self) -> Vec<String> {
        let held = self.ils.holdings();
        let doubles = held.doubles().into_iter().map(|double| format!("the ILS did it twice: {double}"));
        let loans =
            held.loans().map(|loan| format!("the ILS still has {} lent to {}", loan.item, loan.patron));
        let holds = held
            .holds()
            .iter()
            .map(|hold| format!("the ILS still has a hold for {}: {:?}", hold.patron, hold.wanted));
        doubles.chain(held.unsound()).chain(loans).chain(holds).collect()
    }

    pub(super) async fn stop(self) {
        self.ils.stop().await;
    }
}

fn record(barcode: &str) -> String {
    format!("record-of-{barcode}")
}

fn agency(id: &str) -> String {
    format!("XX-{}", id.to_uppercase())
}

fn card(id: &str) -> String {
    format!("CARD-{}", id.to_uppercase())
}

/// Staff of the hosted libraries, through the gateway's API.
#[derive(Clone, Copy)]
pub(super) struct Staff<'a> {
    pub(super) client: &'a Client,
}

/// What a hosted library asks for.
pub(super) struct Wish<'a> {
    pub(super) title: &'a str,
    /// The item, and the agency that has it.
    pub(super) item: (&'a str, String),
    /// The item's record, where its ILS must be told it.
    pub(super) record: Option<String>,
}

impl Staff<'_> {
    /// A patron asks; gives the library's record of it.
    pub(super) async fn ask(&self, library: &Hosted, wish: Wish<'_>) -> Result<String, String> {
        let (barcode, agency) = wish.item;
        let records = wish.record.into_iter().map(|record| (agency.clone(), record)).collect();
        let ask = Ask {
            library: library.id.clone(),
            patron: card(&library.id),
            title: Some(wish.title.to_owned()),
            author: Some("A. Writer".to_owned()),
            records,
            items: vec![AskedItem { barcode: barcode.to_owned(), agency: Some(agency) }],
            ..Ask::default()
        };
        let done: Done = self.client.post("requests", &ask).await.map_err(|why| why.sentence)?;
        Ok(done.request.id)
    }

    /// The lender's staff fetch it and send it.
    pub(super) async fn send(&self, request: &str, barcode: &str) -> Result<(), String> {
        self.until(request, "the pull list", |it| it.line.phase == "on-pull-list" && it.asked.is_empty())
            .await?;
        self.act(request, "pulled", Some(barcode)).await?;
        self.act(request, "ship", None).await
    }

    /// The borrower's staff receive it, the patron has it and brings it, and they send it back.
    pub(super) async fn borrow(&self, request: &str) -> Result<(), String> {
        let over = |it: &RequestDetail| matches!(it.line.phase.as_str(), "unfilled" | "cancelled" | "closed");
        let stands = |it: &RequestDetail, state: &str| {
            !it.volumes.is_empty()
                && it.volumes.iter().all(|volume| volume.state == state)
                && it.asked.is_empty()
        };
        let detail = self.until(request, "the item", |it| it.line.phase == "shipped" || over(it)).await?;
        if over(&detail) {
            return Ok(());
        }
        self.act(request, "receive", None).await?;
        self.until(request, "the hold shelf", |it| stands(it, "on-shelf")).await?;
        self.act(request, "pick-up", None).await?;
        self.until(request, "the patron's loan", |it| stands(it, "checked-out")).await?;
        self.act(request, "check-in", None).await?;
        self.until(request, "the patron to have brought it", |it| stands(it, "checked-in")).await?;
        self.act(request, "ship-back", None).await
    }

    /// The lender's staff take it in again.
    pub(super) async fn take_back(&self, request: &str) -> Result<(), String> {
        self.until(request, "it to be on its way back", |it| it.line.phase == "returning").await?;
        self.act(request, "returned", None).await
    }

    /// The lender cannot supply it after all.
    pub(super) async fn refuse(&self, request: &str) -> Result<(), String> {
        self.until(request, "the pull list", |it| it.line.phase == "on-pull-list" && it.asked.is_empty())
            .await?;
        let mut with = Fields::default();
        with.set("reason", "NotOnShelf".to_owned());
        self.act_with(request, "unfilled", with).await
    }

    /// How a hosted library's request ended.
    pub(super) async fn end(&self, request: &str) -> Result<Status, String> {
        let ends: BTreeMap<&str, Status> = BTreeMap::from([
            ("completed", Status::LoanCompleted),
            ("unfilled", Status::Unfilled),
            ("cancelled", Status::Cancelled),
        ]);
        let detail = self.until(request, "its end", |it| ends.contains_key(it.line.phase.as_str())).await?;
        ends.get(detail.line.phase.as_str()).cloned().ok_or_else(|| detail.line.phase.clone())
    }

    /// The record of the same loan that this machine has, once there is one. `request` is of the broker, or of the borrower.
    pub(super) async fn related(&self, request: &str, machine: &str) -> Result<String, String> {
        let find = |detail: &RequestDetail| {
            detail.related.iter().find(|it| it.machine == machine).map(|it| it.id.clone())
        };
        let what = format!("its {machine}");
        let detail = self.until(request, &what, |detail| find(detail).is_some()).await?;
        find(&detail).ok_or(what)
    }

    async fn act(&self, request: &str, action: &str, volume: Option<&str>) -> Result<(), String> {
        let mut with = Fields::default();
        if let Some(volume) = volume {
            with.set("volumes", vec![volume.to_owned()]);
        }
        self.act_with(request, action, with).await
    }

    async fn act_with(&self, request: &str, action: &str, with: Fields) -> Result<(), String> {
        let act = Act {
            action: action.to_owned(),
            reason: "the crowd".to_owned(),
            by: Some("staff".to_owned()),
            with,
        };
        let path = format!("requests/{}/act", part(request));
        let done: Result<Done, Failure> = self.client.post(&path, &act).await;
        done.map(drop).map_err(|why| format!("{action} of {request}: {}", why.sentence))
    }

    /// Waits until something is so of a request.
    async fn until(
        &self,
        request: &str,
        what: &str,
        is: impl Fn(&RequestDetail) -> bool,
    ) -> Result<RequestDetail, String> {
        let path = format!("requests/{}", part(request));
        let began = RealClock.monotonic();
        loop {
            let detail: RequestDetail = self.client.get(&path).await.map_err(|why| why.sentence)?;
            if is(&detail) {
                return Ok(detail);
            }
            if RealClock.monotonic() - began > LIMIT {
                let line = &detail.line;
                return Err(format!(
                    "{request} never came to {what}: it is {}, volumes {:?}, incidents {:?}, asked {:?}",
                    line.phase, detail.volumes, line.incidents, detail.asked
                ));
            }
            let seen = detail.line.version;
            // What came of it is looked at in whole; that nothing came in time is seen by the limit.
            let _moved: Result<Watched, Failure> =
                self.client.get(&format!("{path}/watch?after={seen}")).await;
        }
    }
}
