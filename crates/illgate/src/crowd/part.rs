//! One request of the crowd: its kind, who asks and who is asked, chosen by a seed alone, and what its requester hears.

use std::time::Duration;

use iso18626::{
    BibliographicItemId, BibliographicRecordId, Open, ReasonForMessage, Status, SupplierInfo,
    SupplyingAgencyMessage,
};
use simulator::{Conversation, Library, NotHeard, SendFailure, agency_id};

use super::{
    cast::{Cast, Member, Who, call},
    hosted::{Hosted, Staff, Wish},
    plays::{Play, Requesters, STAFF_REFUSE, Suppliers, Time},
};
use crate::client::Client;

/// How long a request may take to its end.
const LIMIT: Duration = Duration::from_secs(30);

/// One request, as it is going to be played.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) play: &'static Play,
    /// Who asks.
    pub(super) requester: Who,
    /// Who is asked, in this order.
    pub(super) suppliers: Vec<Who>,
    /// The barcode of what is asked for, where a hosted library is.
    pub(super) barcode: String,
    /// Its title, which tells each supplier what to do and belongs to no other request.
    pub(super) title: String,
}

/// Numbers that a seed decides (SplitMix64).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % limit as u64).unwrap_or(0)
    }

    fn one_of(&mut self, from: &[Who]) -> Option<Who> {
        (!from.is_empty()).then(|| from[self.below(from.len())])
    }
}

impl Part {
    /// The request of this number. Nothing where nobody can play its kind.
    pub(super) fn cast(number: usize, seed: u64, plays: &[&'static Play], cast: &Cast) -> Option<Self> {
        let mut dice = Dice(seed.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(number as u64));
        // Each kind in turn, so that every one is played as often as the others; by whom is left to the dice.
        let play = plays.get(number % plays.len().max(1))?;
        let members = |fits: &dyn Fn(&Member) -> bool| -> Vec<Who> {
            (0..cast.members.len()).filter(|place| fits(&cast.members[*place])).map(Who::Member).collect()
        };
        let hosted = |fits: &dyn Fn(&Hosted) -> bool| -> Vec<Who> {
            (0..cast.hosted.len()).filter(|place| fits(&cast.hosted[*place])).map(Who::Hosted).collect()
        };
        let requester = dice.one_of(&match play.requesters {
            Requesters::Hosted => hosted(&|_| true),
            _ => members(&|member| member.may_ask(play)),
        })?;
        let mut suppliers: Vec<Who> = Vec::new();
        let mut title = format!("Crowd {number:06} {}", play.name);
        for behaviour in play.rota {
            let mut others = match play.suppliers {
                Suppliers::Hosted => hosted(&|_| true),
                who => members(&|member| member.may_supply(who, behaviour)),
            };
            others.retain(|other| {
                *other != requester && !suppliers.contains(other) && !cast.are_neighbours(*other, requester)
            });
            let chosen = dice.one_of(&others)?;
            if let Who::Member(place) = chosen {
                title += &call(&cast.members[place].tag(), behaviour);
            }
            suppliers.push(chosen);
        }
        Some(Self { play, requester, suppliers, title, barcode: format!("C-{number}") })
    }

    /// Plays it as far as its requester hears of its end; one that waits for the clock, as far as it is asked.
    pub(super) async fn play(self, cast: &Cast, client: &Client) -> Played {
        let staff = Staff { client };
        if let Some(Who::Hosted(place)) = self.suppliers.first() {
            cast.hosted[*place].shelve(&self.barcode, &self.title);
        }
        let heard = match self.requester {
            Who::Hosted(place) => self.by_patron(cast, &cast.hosted[place], staff).await,
            Who::Member(place) => match self.by_library(cast, &cast.members[place].library).await {
                Ok(talk) => {
                    let led = self.lead_lender(cast, &talk.id(), staff).await;
                    if self.play.time == Time::Runs {
                        // That it did not end is found when the books are compared.
                        let _late = end(&talk).await;
                    }
                    Heard::Library { talk, led }
                }
                Err(why) => Heard::Nothing(format!("not asked: {why}")),
            },
        };
        Played { part: self, heard }
    }

    /// A patron of a hosted library asks, and the library's staff do their part.
    async fn by_patron(&self, cast: &Cast, library: &Hosted, staff: Staff<'_>) -> Heard {
        let (agency, record) = match self.suppliers.first() {
            Some(Who::Hosted(place)) => {
                let lender = &cast.hosted[*place];
                (lender.agency(), lender.needed_record(&self.barcode))
            }
            Some(Who::Member(place)) => (cast.members[*place].tag(), None),
            None => return Heard::Nothing("nobody is asked".to_owned()),
        };
        let wish = Wish { title: &self.title, item: (&self.barcode, agency), record };
        let request = match staff.ask(library, wish).await {
            Ok(request) => request,
            Err(why) => return Heard::Nothing(format!("not asked: {why}")),
        };
        let lead = async {
            let broker = staff.related(&request, "brokering").await?;
            // Both sides' staff are at it at the same time.
            let (lent, borrowed) =
                tokio::join!(self.lead_lender(cast, &broker, staff), staff.borrow(&request));
            lent.and(borrowed)?;
            staff.end(&request).await
        };
        let end = lead.await;
        Heard::Patron { end, request }
    }

    /// A library asks by ISO 18626.
    async fn by_library(&self, cast: &Cast, library: &Library) -> Result<Conversation, SendFailure> {
        let symbol = |who: &Who| match who {
            Who::Member(place) => cast.members[*place].library.config().symbol.clone(),
            Who::Hosted(place) => agency_id(&format!("ISIL:{}", cast.hosted[*place].agency())),
        };
        let rota = (1..).zip(&self.suppliers).map(|(place, who): (u32, _)| SupplierInfo {
            sort_order: Some(place.to_string()),
            supplier_code: Some(symbol(who)),
            bibliographic_record_id: self.needed_record(cast, who),
            ..SupplierInfo::default()
        });
        let rota: Vec<SupplierInfo> = rota.collect();
        let barcode = matches!(self.suppliers.first(), Some(Who::Hosted(_)))
            .then(|| BibliographicItemId { code: Open::new("Barcode"), identifier: self.barcode.clone() });
        let request = (self.play.asks)(&self.title).change(|message| {
            message.supplier_info = rota;
            message.bibliographic_info.bibliographic_item_id.extend(barcode);
        });
        let request = match self.play.plan.parse() {
            Ok(plan) => request.plan(plan),
            Err(_) => request,
        };
        library.send_request(request).await
    }

    /// The record of what is asked for, as somebody who is asked knows it.
    fn needed_record(&self, cast: &Cast, who: &Who) -> Option<BibliographicRecordId> {
        let Who::Hosted(place) = who else { return None };
        let lender = &cast.hosted[*place];
        let identifier = lender.needed_record(&self.barcode)?;
        Some(BibliographicRecordId { code: Open::new(lender.agency()), identifier })
    }

    /// The staff of the lender do their part, where it is a hosted library.
    async fn lead_lender(&self, cast: &Cast, broker: &str, staff: Staff<'_>) -> Result<(), String> {
        let Some(Who::Hosted(place)) = self.suppliers.first() else { return Ok(()) };
        let lending = staff.related(broker, "lending").await?;
        if self.play.rota == [STAFF_REFUSE] {
            staff.refuse(&lending).await?;
            cast.hosted[*place].release(&self.barcode);
            return Ok(());
        }
        staff.send(&lending, &self.barcode).await?;
        staff.take_back(&lending).await
    }
}

/// A request that was played.
pub(super) struct Played {
    pub(super) part: Part,
    pub(super) heard: Heard,
}

/// What its requester heard.
pub(super) enum Heard {
    /// A library with ISO 18626, and whether the lender's staff could do what was theirs.
    Library { talk: Conversation, led: Result<(), String> },
    /// A hosted library: its record, and how that ended.
    Patron { request: String, end: Result<Status, String> },
    /// It was not even asked.
    Nothing(String),
}

impl Heard {
    /// The id under which the gateway finds the request.
    pub(super) fn id(&self) -> String {
        match self {
            Heard::Library { talk, .. } => talk.id(),
            Heard::Patron { request, .. } => request.clone(),
            Heard::Nothing(_) => String::new(),
        }
    }

    /// How it ended, or why it did not.
    pub(super) fn end(&self) -> Result<Status, String> {
        match self {
            Heard::Library { led: Err(why), .. } | Heard::Nothing(why) => Err(why.clone()),
            Heard::Library { talk, .. } => heard_end(talk).ok_or_else(|| in_words(talk)),
            Heard::Patron { end, .. } => end.clone(),
        }
    }
}

/// What a requester heard, in few words.
fn in_words(talk: &Conversation) -> String {
    let said = talk.heard();
    let words = said.iter().map(|message| {
        format!("{} ({})", message.status_info.status, message.message_info.reason_for_message)
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "nothing was heard".to_owned() } else { format!("heard {}", words.join(", ")) }
}

/// Waits for the end of a request as its requester hears it.
async fn end(talk: &Conversation) -> Result<Status, NotHeard> {
    let heard = talk.wait_for("end", LIMIT, is_end).await?;
    Ok(heard.status_info.status)
}

/// The end as it was heard so far.
pub(super) fn heard_end(talk: &Conversation) -> Option<Status> {
    talk.heard()
        .iter()
        .rev()
        .find(|message| is_end(message))
        .map(|message| message.status_info.status.clone())
}

/// News of a supplier that is out of it is no end.
fn is_end(message: &SupplyingAgencyMessage) -> bool {
    let ends = matches!(
        message.status_info.status,
        Status::LoanCompleted
            | Status::CopyCompleted
            | Status::CompletedWithoutReturn
            | Status::Unfilled
            | Status::Cancelled
    );
    ends && message.message_info.reason_for_message != ReasonForMessage::Notification
}
