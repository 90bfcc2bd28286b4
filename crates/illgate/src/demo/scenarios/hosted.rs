//! Loans of libraries whose ILS speaks NCIP and nothing else. What each ILS holds is looked at after every step.

use acts::Fields;
use api::model::RequestDetail;
use iso18626::{BibliographicItemId, Open, Status};
use simulator::{
    Direction, NewRequest,
    ils::{IlsExchange, circulation::By},
};

use super::super::stage::{Found, NOTHING, Stage, Why, card};

/// The records that the gateway has of one loan.
struct Loan<'a> {
    stage: &'a Stage,
    /// The borrowing library's, if it is hosted.
    borrowing: Option<String>,
    broker: String,
    /// The lending library's, if it is hosted.
    lending: Option<String>,
}

impl<'a> Loan<'a> {
    /// A patron of a hosted library asks for what a hosted library has.
    async fn between(stage: &'a Stage, borrower: &str, found: Found<'_>) -> Result<Self, Why> {
        let mut loan = Self::from_native(stage, borrower, found).await?;
        loan.lending = Some(stage.side_of(&loan.broker, "lending", found.at).await?);
        Ok(loan)
    }

    /// A patron of a hosted library asks for what a library with ISO 18626 has.
    async fn from_native(stage: &'a Stage, borrower: &str, found: Found<'_>) -> Result<Self, Why> {
        let borrowing = stage.patron_asks(borrower, found).await?;
        let broker = stage.brokered(&borrowing).await?;
        Ok(Self { stage, borrowing: Some(borrowing), broker, lending: None })
    }

    fn borrowing(&self) -> Result<&str, Why> {
        self.borrowing.as_deref().ok_or_else(|| Why("the borrower is not hosted".to_owned()))
    }

    fn lending(&self) -> Result<&str, Why> {
        self.lending.as_deref().ok_or_else(|| Why("the lender is not hosted".to_owned()))
    }

    /// The lender's staff act; the state that the request is in then.
    async fn lender(&self, action: &str, with: Fields, phase: &str) -> Result<(), Why> {
        self.stage.act(self.lending()?, action, with).await?;
        self.stage.until_phase(self.lending()?, phase).await?;
        Ok(())
    }

    /// The borrower's staff act; the state that the request is in then.
    async fn borrower(&self, action: &str, with: Fields, phase: &str) -> Result<(), Why> {
        self.stage.act(self.borrowing()?, action, with).await?;
        self.stage.until_phase(self.borrowing()?, phase).await?;
        Ok(())
    }

    /// The borrower's staff act at their desk; their ILS has done then what it is asked.
    async fn desk(&self, action: &str, with: Fields) -> Result<(), Why> {
        self.stage.act(self.borrowing()?, action, with).await?;
        let what = "the ILS has done it";
        self.stage.until(self.borrowing()?, what, |detail| detail.asked.is_empty()).await?;
        Ok(())
    }

    /// It is not over for anybody.
    async fn not_over(&self) -> Result<(), Why> {
        for request in [&self.borrowing, &self.lending].into_iter().flatten().chain([&self.broker]) {
            let line = self.stage.request(request).await?.line;
            if line.phase == "completed" || line.told.as_deref() == Some("LoanCompleted") {
                return Err(Why(format!("{request} is over too early")));
            }
        }
        Ok(())
    }

    /// It is over for everybody, and nothing needs staff. Gives the status that the borrower heard last.
    async fn over(&self) -> Result<String, Why> {
        for request in [&self.borrowing, &self.lending].into_iter().flatten().chain([&self.broker]) {
            self.stage.until_phase(request, "completed").await?;
            self.stage.at_rest(request).await?;
        }
        self.stage.nothing_is_left()?;
        let told = self.stage.request(&self.broker).await?.line.told;
        Ok(told.unwrap_or_else(|| "nothing".to_owned()))
    }
}

/// Volumes as an act takes them.
fn scans(barcodes: &[&str]) -> Fields {
    let mut fields = Fields::default();
    fields.set("volumes", barcodes.iter().map(|barcode| (*barcode).to_owned()).collect::<Vec<_>>());
    fields
}

pub(super) async fn polled(stage: &Stage) -> Result<String, Why> {
    let (title, barcode) = ("The Silent Catalogue", "P-101");
    stage.shelve("pine", title, &[barcode]);
    let found = Found { title, author: "Q. Still", at: "pine", barcode };
    let loan = Loan::between(stage, "oak", found).await?;
    stage.until_phase(loan.lending()?, "on-pull-list").await?;
    let on_hold = "P-101 on hold for ILL-LIBRARIES";
    stage
        .happened("The patron asks at Oak Street: RequestItem", &[("oak", NOTHING), ("pine", on_hold)])
        .await?;

    loan.lender("pulled", scans(&[barcode]), "will-supply").await?;
    loan.lender("ship", Fields::default(), "shipped").await?;
    let lent = "P-101 lent to ILL-LIBRARIES";
    stage.happened("Pinewood pulls and ships it: CheckOutItem", &[("oak", NOTHING), ("pine", lent)]).await?;

    stage.until_phase(loan.borrowing()?, "shipped").await?;
    loan.borrower("receive", scans(&[barcode]), "received").await?;
    let waits = "temporary P-101 on the hold shelf for CARD-OAK-1";
    stage.happened("Oak Street receives it: AcceptItem", &[("oak", waits), ("pine", lent)]).await?;
    stage.volumes_are(loan.borrowing()?, &["on-shelf"]).await?;
    stage.poll(loan.borrowing()?).await?;
    stage.volumes_are(loan.borrowing()?, &["on-shelf"]).await?;
    stage.happened("An hour later it is polled: LookupItem", &[("oak", waits), ("pine", lent)]).await?;

    stage.ils("oak").desk().pick_up(&card("oak"), barcode)?;
    let taken = "temporary P-101 lent to CARD-OAK-1";
    stage.happened("The patron picks it up at the desk", &[("oak", taken), ("pine", lent)]).await?;
    must_be_back_in_time(stage, "oak", "pine", barcode)?;
    stage.poll(loan.borrowing()?).await?;
    stage.volumes_are(loan.borrowing()?, &["checked-out"]).await?;
    let due = stage.ils("oak").holdings().loan(barcode).map(|loan| loan.due.strftime("%F").to_string());
    let known = stage.request(loan.borrowing()?).await?.volumes.first().and_then(|volume| volume.due);
    if known.map(|at| at.strftime("%F").to_string()) != due {
        return Err(Why(format!("the ILS says that it is due on {due:?}, the gateway {known:?}")));
    }

    stage.ils("oak").desk().check_in(barcode)?;
    stage.poll(loan.borrowing()?).await?;
    stage.volumes_are(loan.borrowing()?, &["checked-in"]).await?;
    let back = "The patron brings it back; polled, its temporary item goes: DeleteItem";
    stage.happened(back, &[("oak", NOTHING), ("pine", lent)]).await?;

    loan.borrower("ship-back", Fields::default(), "returned").await?;
    stage.until_phase(loan.lending()?, "returning").await?;
    stage.act(loan.lending()?, "returned", scans(&[barcode])).await?;
    stage.happened("It comes home: CheckInItem", &[("oak", NOTHING), ("pine", NOTHING)]).await?;
    loan.over().await
}

/// The patron must bring it back before the lender misses it.
fn must_be_back_in_time(stage: &Stage, borrower: &str, lender: &str, barcode: &str) -> Result<(), Why> {
    let due = |library: &str| stage.ils(library).holdings().loan(barcode).map(|loan| loan.due);
    match (due(borrower), due(lender)) {
        (Some(here), Some(there)) if here < there => {
            let day = |at: jiff::Timestamp| at.strftime("%-d %B").to_string();
            stage.show(format!("    due to Oak Street on {}, to Pinewood on {}", day(here), day(there)));
            Ok(())
        }
        other => Err(Why(format!("the patron's date must be before the lender's: {other:?}"))),
    }
}

pub(super) async fn from_native(stage: &Stage) -> Result<String, Why> {
    let (title, barcode) = ("Letters from the Coast", "SEA-7");
    stage.supplies("sea", title, "will-supply, loaned due +28d item SEA-7")?;
    let found = Found { title, author: "M. Harbour", at: "sea", barcode };
    let loan = Loan::from_native(stage, "oak", found).await?;
    stage.until_phase(loan.borrowing()?, "shipped").await?;
    stage.happened("The patron asks; Seaside lends by ISO 18626", &[("oak", NOTHING)]).await?;
    loan.borrower("receive", Fields::default(), "received").await?;
    let waits = "temporary SEA-7 on the hold shelf for CARD-OAK-1";
    stage.happened("Oak Street receives it: AcceptItem", &[("oak", waits)]).await?;
    stage.volumes_are(loan.borrowing()?, &["on-shelf"]).await?;
    loan.desk("pick-up", Fields::default()).await?;
    let taken = "temporary SEA-7 lent to CARD-OAK-1";
    stage.happened("Staff hand it out: CheckOutItem", &[("oak", taken)]).await?;
    loan.desk("check-in", Fields::default()).await?;
    stage.happened("Staff take it back: CheckInItem, DeleteItem", &[("oak", NOTHING)]).await?;
    stage.act(loan.borrowing()?, "ship-back", Fields::default()).await?;
    loan.over().await
}

pub(super) async fn to_native(stage: &Stage) -> Result<String, Why> {
    let (title, barcode) = ("A Field Guide to Pines", "P-301");
    stage.shelve("pine", title, &[barcode]);
    let request = NewRequest::loan(title).change(|message| {
        let number = BibliographicItemId { code: Open::new("Barcode"), identifier: barcode.to_owned() };
        message.bibliographic_info.bibliographic_item_id.push(number);
    });
    let talk = stage.ask("hill", request, &["pine"]).await?;
    let id = talk.0.id();
    let lending = stage.side_of(&id, "lending", "pine").await?;
    let loan = Loan { stage, borrowing: None, broker: id, lending: Some(lending) };
    talk.hears(Status::ExpectToSupply).await?;
    let on_hold = "P-301 on hold for ILL-LIBRARIES";
    stage.happened("Hill Town asks by ISO 18626: LookupItem, RequestItem", &[("pine", on_hold)]).await?;
    loan.lender("pulled", scans(&[barcode]), "will-supply").await?;
    talk.hears(Status::WillSupply).await?;
    loan.lender("ship", Fields::default(), "shipped").await?;
    talk.hears(Status::Loaned).await?;
    let lent = "P-301 lent to ILL-LIBRARIES";
    stage.happened("Pinewood ships it: CheckOutItem", &[("pine", lent)]).await?;
    talk.0.received().await?;
    stage.until_phase(loan.lending()?, "on-loan").await?;
    talk.0.shipped_return().await?;
    stage.until_phase(loan.lending()?, "returning").await?;
    stage.act(loan.lending()?, "returned", Fields::default()).await?;
    talk.hears(Status::LoanCompleted).await?;
    stage.happened("It comes home: CheckInItem", &[("pine", NOTHING)]).await?;
    loan.over().await?;
    Ok(talk.ending())
}

/// What nobody needs to ask of ILSs that tell.
const TOLD: [&str; 3] = ["CheckOutItem", "CheckInItem", "LookupItem"];

pub(super) async fn told(stage: &Stage) -> Result<String, Why> {
    let (title, barcode) = ("The Speaking Shelf", "A-101");
    stage.shelve("ash", title, &[barcode]);
    let found = Found { title, author: "V. Loud", at: "ash", barcode };
    let loan = Loan::between(stage, "elm", found).await?;
    stage.until_phase(loan.lending()?, "on-pull-list").await?;
    let on_hold = "A-101 on hold for ILL-LIBRARIES";
    stage
        .happened("The patron asks at Elm Grove: RequestItem", &[("elm", NOTHING), ("ash", on_hold)])
        .await?;

    loan.lender("pulled", scans(&[barcode]), "will-supply").await?;
    stage.ils("ash").desk().check_out(barcode, "ILL-LIBRARIES")?;
    stage.volumes_are(loan.lending()?, &["checked-out"]).await?;
    let lent = "A-101 lent to ILL-LIBRARIES";
    let out = "Ashfield checks it out at its desk, which tells: ItemCheckedOut";
    stage.happened(out, &[("elm", NOTHING), ("ash", lent)]).await?;
    loan.lender("ship", Fields::default(), "shipped").await?;

    stage.until_phase(loan.borrowing()?, "shipped").await?;
    loan.borrower("receive", scans(&[barcode]), "received").await?;
    let waits = "temporary A-101 on the hold shelf for CARD-ELM-1";
    stage.happened("Elm Grove receives it: AcceptItem", &[("elm", waits), ("ash", lent)]).await?;
    stage.volumes_are(loan.borrowing()?, &["on-shelf"]).await?;

    stage.ils("elm").desk().pick_up(&card("elm"), barcode)?;
    stage.volumes_are(loan.borrowing()?, &["checked-out"]).await?;
    let taken = "temporary A-101 lent to CARD-ELM-1";
    stage.happened("The patron picks it up: ItemCheckedOut", &[("elm", taken), ("ash", lent)]).await?;
    stage.ils("elm").desk().renew(barcode)?;
    let granted = |detail: &RequestDetail| {
        let mut messages = detail.timeline.iter().flat_map(|step| &step.messages);
        messages.any(|message| message.text.contains("RenewResponse")) && detail.asked.is_empty()
    };
    stage.until(loan.borrowing()?, "the lender lets the patron keep it longer", granted).await?;
    let longer = "The patron keeps it longer: ItemRenewed, and the lender agrees";
    stage.happened(longer, &[("elm", taken), ("ash", lent)]).await?;

    stage.ils("elm").desk().check_in(barcode)?;
    stage.volumes_are(loan.borrowing()?, &["checked-in"]).await?;
    let left = "temporary A-101 on the shelf";
    stage.happened("The patron brings it back: ItemCheckedIn", &[("elm", left), ("ash", lent)]).await?;

    loan.borrower("ship-back", Fields::default(), "returned").await?;
    stage.until_phase(loan.lending()?, "returning").await?;
    stage.ils("ash").desk().check_in(barcode)?;
    stage.happened("Ashfield checks it in: ItemCheckedIn", &[("elm", left), ("ash", NOTHING)]).await?;
    // NCIP 1 cannot delete: staff do.
    stage.ils("elm").change(|shelves| shelves.delete(barcode, By::Desk, stage.clock().now()))?;
    for library in ["elm", "ash"] {
        let asked = stage.ils(library).exchanges();
        let needless = |exchange: &&IlsExchange| {
            exchange.direction == Direction::In && TOLD.contains(&exchange.service.as_str())
        };
        if let Some(needless) = asked.iter().find(needless) {
            return Err(Why(format!(
                "{library} had told of it, and was asked all the same: {}",
                needless.service
            )));
        }
    }
    loan.over().await
}

pub(super) async fn three_volumes(stage: &Stage) -> Result<String, Why> {
    let title = "A History of the Valley, in three volumes";
    let volumes = ["P-201", "P-202", "P-203"];
    stage.shelve("pine", title, &volumes);
    let found = Found { title, author: "D. Dale", at: "pine", barcode: volumes[0] };
    let loan = Loan::between(stage, "oak", found).await?;
    stage.until_phase(loan.lending()?, "on-pull-list").await?;
    let on_hold = "P-201 on hold for ILL-LIBRARIES";
    stage.happened("The patron asks at Oak Street", &[("oak", NOTHING), ("pine", on_hold)]).await?;

    loan.lender("ship", scans(&volumes), "shipped").await?;
    let lent = "P-201 lent to ILL-LIBRARIES, P-202 lent to ILL-LIBRARIES, P-203 lent to ILL-LIBRARIES";
    stage.happened("Pinewood ships three volumes", &[("oak", NOTHING), ("pine", lent)]).await?;
    stage.until_phase(loan.borrowing()?, "shipped").await?;
    loan.borrower("receive", scans(&volumes), "received").await?;
    let waits = volumes.map(|one| format!("temporary {one} on the hold shelf for CARD-OAK-1")).join(", ");
    stage.happened("Oak Street receives them", &[("oak", &waits), ("pine", lent)]).await?;
    stage.volumes_are(loan.borrowing()?, &["on-shelf"; 3]).await?;
    loan.desk("pick-up", Fields::default()).await?;
    let taken = volumes.map(|one| format!("temporary {one} lent to CARD-OAK-1")).join(", ");
    stage.happened("The patron takes all of them", &[("oak", &taken), ("pine", lent)]).await?;

    let first = scans(&["vol-1", "vol-3"]);
    loan.desk("check-in", first.clone()).await?;
    loan.borrower("ship-back", first, "partly-returned").await?;
    let left = "temporary P-202 lent to CARD-OAK-1";
    stage.happened("Two go back in a first parcel", &[("oak", left), ("pine", lent)]).await?;
    loan.lender("returned", scans(&["P-201", "P-203"]), "partly-returned").await?;
    let out = "P-202 lent to ILL-LIBRARIES";
    stage.happened("It comes home: the loan is not over", &[("oak", left), ("pine", out)]).await?;
    loan.not_over().await?;

    loan.desk("check-in", Fields::default()).await?;
    loan.borrower("ship-back", Fields::default(), "returned").await?;
    stage.until_phase(loan.lending()?, "returning").await?;
    stage.act(loan.lending()?, "returned", scans(&["P-202"])).await?;
    stage.happened("The second parcel comes home", &[("oak", NOTHING), ("pine", NOTHING)]).await?;
    loan.over().await
}
