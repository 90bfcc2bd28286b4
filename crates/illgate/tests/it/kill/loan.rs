//! A loan between two hosted libraries, as those outside the gateway see and lead it: their two ILSs, the patron's message, the acts of
//! staff through the API. The driver copes with a gateway that is gone at any moment: what was acknowledged is not said again, what
//! was not is said again where it did not count.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use api::model::{BASE, RequestDetail, TOKEN_FILE};
use gateway::NCIP;
use ncip::{
    BibliographicId, BibliographicRecordId, Body, InitiationHeader, ItemId, Message, ReadOptions,
    RequestItem, UserId, Version, WriteOptions,
};
use serde_json::{Value, json};
use simulator::{
    SimClock,
    ils::{
        Circulation, Dialect, IlsOptions, IlsServer, Item, Notices, Patron, Quirk, Service, circulation::By,
    },
};

use crate::support::{http, wait_for};

/// The barcode of the patron who asks.
pub(super) const PATRON: &str = "PATRON-21234000";
/// The other libraries, as a patron.
const OTHERS: &str = "ILL-OTHERS";
/// How long anything may take, a gateway that is started again included.
const SETTLING: Duration = Duration::from_secs(60);

/// What an ILS does of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    Nothing,
    Everything,
}

/// A library's ILS in front of a gateway at `gateway`, before it has anything.
pub(super) fn options(dialect: Dialect, agency: &str, tells: Tells, gateway: SocketAddr) -> IlsOptions {
    let options = IlsOptions::new(dialect, agency)
        .patron(Patron::person(PATRON, "Robin", "Reader"))
        .patron(Patron::library(OTHERS, "Other libraries"));
    match tells {
        Tells::Nothing => options,
        Tells::Everything => options.notices(Notices::to(&format!("http://{gateway}{NCIP}"), "XX-BROKER")),
    }
}

/// Starts it.
pub(super) async fn started(options: IlsOptions) -> IlsServer {
    IlsServer::start(options, SimClock::real()).await.expect("a loopback port is free")
}

/// The registry file that names both.
pub(super) fn registry(north: &IlsServer, south: &IlsServer) -> String {
    let mut file = "[broker]\nname = \"Test consortium\"\nsymbols = [\"ISIL:XX-BROKER\"]\n\n\
         [defaults]\nconnection.retry = { first = \"100ms\", factor = 2, longest = \"1s\", give_up_after = \"1h\" }\n\
         connection.rate = \"1000/s\"\nhosted.undo_window = \"0s\"\n\
         calendar.open_days = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\", \"saturday\", \"sunday\"]\n"
        .to_owned();
    for (id, ils) in [("north", north), ("south", south)] {
        let (symbol, url, preset) = (id.to_uppercase(), ils.url(), ils.dialect());
        file.push_str(&format!(
            "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"ISIL:XX-{symbol}\"]\n\
             [library.connection]\nkind = \"ncip\"\n\
             [library.connection.ncip]\nurl = \"{url}\"\npreset = \"{preset}\"\n\
             institutional_patrons = [{{ patron = \"{OTHERS}\" }}]\n"
        ));
        if preset == Dialect::Alma {
            file.push_str("application_profile = \"ILLGATE\"\n");
        }
    }
    file
}

/// How a gateway is reached, running or not.
#[derive(Clone, Debug)]
pub(super) struct Api {
    pub(super) address: SocketAddr,
    pub(super) store: PathBuf,
}

impl Api {
    fn call(&self, method: &str, path: &str, body: &[u8]) -> Option<http::Answer> {
        let token = std::fs::read_to_string(self.store.join(TOKEN_FILE)).ok()?;
        let token = format!("Bearer {}", token.trim());
        let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
        http::exchange(self.address, method, &format!("{BASE}/{path}"), &headers, body).ok()
    }

    /// What is known of a request. Nothing: nobody answers.
    pub(super) fn detail(&self, request: &str) -> Option<RequestDetail> {
        let answer = self.call("GET", &format!("requests/{request}"), b"")?;
        if answer.status == 503 {
            return None;
        }
        assert_eq!(answer.status, 200, "{request} is known: {}", answer.text());
        Some(serde_json::from_slice(&answer.body).expect("a request"))
    }
}

/// What happens between two looks: a gateway may be killed and started again.
pub(super) type Meanwhile<'a> = &'a mut dyn FnMut();

/// A loan under way.
pub(super) struct Loan<'a> {
    pub(super) api: &'a Api,
    pub(super) north: &'a IlsServer,
    pub(super) south: &'a IlsServer,
    /// The lender's item.
    pub(super) item: &'a str,
    pub(super) meanwhile: Meanwhile<'a>,
}

/// Its three records.
pub(super) struct Records {
    pub(super) borrowing: String,
    pub(super) lending: String,
    pub(super) broker: String,
}

impl Loan<'_> {
    /// The lender's item is put on its shelf, and the patron's message sent until it is acknowledged; gives the borrower's record.
    pub(super) fn begin(&mut self) -> String {
        let item = Item::new(self.item, &record_id(self.item), "Dune");
        self.south.change(|held| held.add_item(item));
        self.patron_asks()
    }

    /// Sends the patron's message until it is acknowledged.
    pub(super) fn patron_asks(&mut self) -> String {
        let body = message(self.item);
        let item = self.item;
        let (api, meanwhile) = (self.api, &mut *self.meanwhile);
        wait_for(
            || format!("the wish for {item} to be taken"),
            SETTLING,
            || {
                meanwhile();
                let headers = [("Content-Type", "application/xml")];
                let answer = http::exchange(api.address, "POST", NCIP, &headers, &body).ok()?;
                let read = ncip::read(&answer.body, &ReadOptions::default()).ok()?;
                let Body::RequestItemResponse(taken) = read.message.body else { return None };
                assert!(taken.problems.is_empty(), "{:?}", taken.problems);
                Some(format!("req_{}", taken.request_id.expect("it has an id").value()))
            },
        )
    }

    /// Waits for the records of the broker and the lender.
    pub(super) fn records(&mut self, borrowing: &str) -> Records {
        let broker = self.related(borrowing, "brokering");
        let lending = self.related(&broker, "lending");
        Records { borrowing: borrowing.to_owned(), lending, broker }
    }

    fn related(&mut self, request: &str, machine: &str) -> String {
        let find = |detail: &RequestDetail| {
            detail.related.iter().find(|it| it.machine == machine).map(|it| it.id.clone())
        };
        let detail = self.until(request, &format!("its {machine}"), |detail| find(detail).is_some());
        find(&detail).expect("it was there")
    }

    /// Waits until something is so of a request.
    pub(super) fn until(
        &mut self,
        request: &str,
        what: &str,
        is: impl Fn(&RequestDetail) -> bool,
    ) -> RequestDetail {
        let (api, meanwhile) = (self.api, &mut *self.meanwhile);
        let (north, south) = (self.north, self.south);
        let stands = || {
            let said = api.detail(request).map(|it| {
                let incidents = it.line.incidents;
                format!(
                    "{} {:?} {:?} asked {:?} queue {:?}",
                    it.line.phase, it.volumes, incidents, it.asked, it.queue
                )
            });
            let said = said.unwrap_or_else(|| "nobody answers".to_owned());
            format!("{what} of {request}: {said}; north: {}; south: {}", heard(north), heard(south))
        };
        wait_for(stands, SETTLING, || {
            meanwhile();
            api.detail(request).filter(|detail| is(detail))
        })
    }

    /// Staff act once; gives the request as soon as it is as it should be. Where the acknowledgement was lost, `begun` says whether the act
    /// counted.
    pub(super) fn act(&mut self, act: Act<'_>) {
        let Act { request, action, with, begun } = act;
        let body = json!({ "action": action, "reason": "a test", "by": "staff", "with": with }).to_string();
        let (api, meanwhile) = (self.api, &mut *self.meanwhile);
        wait_for(
            || format!("{action} of {request} to be taken: {:?}", api.detail(request)),
            SETTLING,
            || {
                meanwhile();
                let detail = api.detail(request)?;
                if begun(&detail) {
                    return Some(());
                }
                if !detail.actions.iter().any(|offered| offered == action) {
                    return None;
                }
                let answer = api.call("POST", &format!("requests/{request}/act"), body.as_bytes())?;
                (answer.status == 200).then_some(())
            },
        );
    }

    /// Pulled, shipped, received and on the hold shelf.
    pub(super) fn held_for_the_patron(&mut self, records: &Records) {
        let Records { borrowing, lending, .. } = records;
        let volumes = json!({ "volumes": [self.item] });
        self.until(lending, "the pull list", |it| it.line.phase == "on-pull-list");
        self.act(Act::of(lending, "pulled", volumes.clone(), &|it| !it.volumes.is_empty()));
        self.act(Act::of(lending, "ship", json!({}), &|it| !stands(it, "pulled")));
        self.until(borrowing, "to be shipped", |it| it.line.phase == "shipped");
        self.act(Act::of(borrowing, "receive", volumes, &|it| {
            it.volumes.iter().any(|volume| volume.state != "in-transit")
        }));
        self.until(borrowing, "the hold shelf", |it| stands(it, "on-shelf"));
    }

    /// To the patron and back.
    pub(super) fn read_by_the_patron(&mut self, records: &Records) {
        let borrowing = &records.borrowing;
        self.act(Act::of(borrowing, "pick-up", json!({}), &|it| !stands(it, "on-shelf")));
        self.until(borrowing, "the patron's loan", |it| stands(it, "checked-out") && it.asked.is_empty());
        if self.south.dialect().services().contains(&Service::RenewItem) {
            self.renew(records);
        }
        self.act(Act::of(borrowing, "check-in", json!({}), &|it| !stands(it, "checked-out")));
        self.until(borrowing, "the patron to have brought it", |it| {
            stands(it, "checked-in") && it.asked.is_empty()
        });
    }

    /// Renewed by both, once.
    fn renew(&mut self, records: &Records) {
        let answered = |it: &RequestDetail| {
            let rules = it.timeline.iter().flat_map(|step| &step.inputs).flat_map(|input| &input.rules);
            rules.filter(|rule| rule.rule == "renewed").count() > 0
        };
        self.act(Act::of(&records.borrowing, "renew", json!({}), &answered));
        let (api, meanwhile, north, south) = (self.api, &mut *self.meanwhile, self.north, self.south);
        let sides = [(&records.lending, south), (&records.borrowing, north)];
        let stands = || {
            let said = sides.map(|(request, ils)| {
                let it = api.detail(request);
                let said = it.map(|it| format!("{} {:?} {:?}", it.line.phase, it.line.incidents, it.asked));
                format!("{request}: {said:?}, {}", heard(ils))
            });
            format!("the renewal: {}", said.join("; "))
        };
        wait_for(stands, SETTLING, || {
            meanwhile();
            sides.iter().for_each(|(request, ils)| see_to_renewal(api, request, ils));
            api.detail(&records.borrowing).filter(|it| answered(it) && it.asked.is_empty())
        });
    }

    /// The same, and nobody says it to the gateway but the borrower's ILS.
    pub(super) fn read_as_its_ils_tells(&mut self, records: &Records) {
        let detail = self.until(&records.borrowing, "the hold shelf", |it| stands(it, "on-shelf"));
        let local = detail.volumes[0].local.clone().expect("the temporary item has a barcode");
        self.north.desk().pick_up(PATRON, &local).expect("it lies on the hold shelf");
        self.until(&records.borrowing, "the patron's loan", |it| stands(it, "checked-out"));
        self.north.desk().check_in(&local).expect("it is lent");
        self.until(&records.borrowing, "the patron to have brought it", |it| stands(it, "checked-in"));
    }

    /// Cancelled before it is sent.
    pub(super) fn cancelled(&mut self, records: &Records) {
        let Records { borrowing, lending, broker } = records;
        self.until(lending, "the pull list", |it| it.line.phase == "on-pull-list" && it.asked.is_empty());
        let begun = |it: &RequestDetail| matches!(it.line.phase.as_str(), "cancelling" | "cancelled");
        self.act(Act::of(borrowing, "cancel", json!({}), &begun));
        for request in [lending, broker, borrowing] {
            self.until(request, "to be cancelled", |it| {
                if request == lending {
                    see_to_hold(self.api, lending, self.south);
                }
                it.line.phase == "cancelled" && at_rest(it)
            });
        }
    }

    /// Home to the lender, and to the end of each record.
    pub(super) fn home(&mut self, records: &Records) {
        let Records { borrowing, lending, broker } = records;
        self.act(Act::of(borrowing, "ship-back", json!({}), &|it| stands(it, "sent-back")));
        self.until(lending, "it to be coming back", |it| {
            it.line.phase == "returning" || it.line.phase == "completed"
        });
        self.act(Act::of(lending, "returned", json!({}), &|it| !stands(it, "shipped")));
        for request in [lending, broker, borrowing] {
            self.until(request, "its end", |it| it.line.phase == "completed" && at_rest(it));
        }
    }
}

/// A hold is left to staff where the ILS cancels it by its number alone, and the answer that told the number was lost. They cancel it there.
fn see_to_hold(api: &Api, request: &str, ils: &IlsServer) {
    if !ils.dialect().has(Quirk::OwnHoldIds) {
        return;
    }
    see_to(api, request, "release-hold", || {
        let now = SimClock::real().now();
        ils.change(|held| {
            let numbers: Vec<String> = held.holds().iter().map(|hold| hold.number.to_string()).collect();
            for number in numbers {
                held.cancel(&number, By::Desk, now).expect("it is there");
            }
        });
        "done-by-hand"
    });
}

/// A renewal whose answer was lost is left to staff where the ILS cannot tell whether it was done, since it never refuses a second one. They
/// look there, and say that it was done or have it done.
fn see_to_renewal(api: &Api, request: &str, ils: &IlsServer) {
    see_to(api, request, "renew", || {
        let barcodes = api.detail(request).into_iter().flat_map(|detail| detail.volumes);
        let barcodes: Vec<String> =
            barcodes.flat_map(|volume| [volume.local, volume.barcode]).flatten().collect();
        let was_done = ils.holdings().loans().any(|loan| barcodes.contains(&loan.item) && loan.renewals > 0);
        if was_done { "done-by-hand" } else { "retry-step" }
    });
}

/// Staff see to a step that was left to them, if it is one.
fn see_to(api: &Api, request: &str, step: &str, action: impl FnOnce() -> &'static str) {
    let Some(detail) = api.detail(request) else { return };
    let has_failed = detail.line.incidents.iter().any(|incident| incident.slug == "ils.step-failed");
    let Some(step) = detail.asked.iter().find(|asked| has_failed && asked.starts_with(step)) else { return };
    let act = json!({ "action": action(), "reason": "a test", "by": "staff", "with": { "step": step } });
    // A gateway that is gone has not taken it: the next look sees to it again.
    let _answer = api.call("POST", &format!("requests/{request}/act"), act.to_string().as_bytes());
}

/// An act of staff.
pub(super) struct Act<'a> {
    request: &'a str,
    action: &'a str,
    with: Value,
    begun: &'a dyn Fn(&RequestDetail) -> bool,
}

impl<'a> Act<'a> {
    pub(super) fn of(
        request: &'a str,
        action: &'a str,
        with: Value,
        begun: &'a dyn Fn(&RequestDetail) -> bool,
    ) -> Self {
        Act { request, action, with, begun }
    }
}

/// Nothing is left to send, to ask, or for staff.
pub(super) fn at_rest(detail: &RequestDetail) -> bool {
    detail.queue.is_empty() && detail.asked.is_empty()
}

pub(super) fn stands(detail: &RequestDetail, state: &str) -> bool {
    detail.volumes.iter().any(|volume| volume.state == state)
}

/// What an ILS was told, and what it holds.
pub(super) fn heard(ils: &IlsServer) -> String {
    let exchanges: Vec<String> = ils.exchanges().iter().map(ToString::to_string).collect();
    format!("{} {}", ils.dialect(), exchanges.join("; "))
}

/// What an ILS did twice or holds against all sense, and what is left in it that should not be.
pub(super) fn wrongs(held: &Circulation, dialect: Dialect) -> Vec<String> {
    let mut wrongs: Vec<String> = held.doubles().iter().map(ToString::to_string).collect();
    wrongs.extend(held.unsound().iter().map(|why| format!("{why:?}")));
    wrongs.extend(held.loans().map(|loan| format!("still on loan: {loan:?}")));
    wrongs.extend(held.holds().iter().map(|hold| format!("still on hold: {hold:?}")));
    let removes = dialect.services().contains(&Service::DeleteItem) || dialect == Dialect::Evergreen;
    let left = held.items().filter(|item| item.is_temporary() && removes);
    wrongs.extend(left.map(|item| format!("a temporary item is left: {item:?}")));
    wrongs
}

fn record_id(item: &str) -> String {
    format!("R-{item}")
}

fn record_of(item: &str) -> BibliographicId {
    BibliographicId {
        bibliographic_record_id: Some(BibliographicRecordId {
            bibliographic_record_identifier: record_id(item),
            agency_id: Some("XX-SOUTH".into()),
            ..BibliographicRecordId::default()
        }),
        ..BibliographicId::default()
    }
}

fn message(item: &str) -> Vec<u8> {
    let asked = RequestItem {
        initiation_header: Some(InitiationHeader {
            from_agency_id: "XX-NORTH".into(),
            to_agency_id: "XX-BROKER".into(),
            ..InitiationHeader::default()
        }),
        user_id: Some(UserId::bare(PATRON)),
        request_id: Some(ncip::RequestId::new("XX-NORTH", format!("wish-{item}"))),
        // Some place a hold by its record, and refuse a barcode alone.
        bibliographic_ids: vec![record_of(item)],
        item_ids: vec![ItemId::new("XX-SOUTH", item)],
        request_type: "Hold".into(),
        request_scope_type: "Item".into(),
        ..RequestItem::default()
    };
    ncip::write(&Message { body: asked.into() }, &WriteOptions::new(Version::V2_02))
        .expect("it is valid")
        .bytes
}
