//! One request of the crowd: its kind, who asks and who is asked, chosen by a seed alone, and what its requester hears.

use std::time::Duration;

use iso18626::{ReasonForMessage, Status, SupplierInfo, SupplyingAgencyMessage};
use simulator::{Conversation, NotHeard, SendFailure};

use super::{
    cast::{Cast, Member, call},
    plays::Play,
};

/// How long a request may take to its end.
const LIMIT: Duration = Duration::from_secs(30);

/// One request, as it is going to be played.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) play: &'static Play,
    /// Who asks: its place among the members.
    pub(super) requester: usize,
    /// Who is asked, in this order.
    pub(super) suppliers: Vec<usize>,
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

    fn one_of(&mut self, from: &[usize]) -> Option<usize> {
        (!from.is_empty()).then(|| from[self.below(from.len())])
    }
}

impl Part {
    /// The request of this number. Nothing where nobody can play its kind.
    pub(super) fn cast(
        number: usize,
        seed: u64,
        plays: &[&'static Play],
        members: &[Member],
    ) -> Option<Self> {
        let mut dice = Dice(seed.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(number as u64));
        // Each kind in turn, so that every one is played as often as the others; by whom is left to the dice.
        let play = plays.get(number % plays.len().max(1))?;
        let fits = |fits: &dyn Fn(&Member) -> bool| -> Vec<usize> {
            (0..members.len()).filter(|place| fits(&members[*place])).collect()
        };
        let requester = dice.one_of(&fits(&|member| member.may_ask(play.requesters)))?;
        let mut suppliers: Vec<usize> = Vec::new();
        let mut title = format!("Crowd {number:06} {}", play.name);
        for behaviour in play.rota {
            let may =
                |member: &Member| member.may_supply(play.suppliers) && !member.is_beside(&members[requester]);
            let mut others = fits(&may);
            others.retain(|place| *place != requester && !suppliers.contains(place));
            let chosen = dice.one_of(&others)?;
            title += &call(&members[chosen].tag(), behaviour);
            suppliers.push(chosen);
        }
        Some(Self { play, requester, suppliers, title })
    }

    /// Its requester asks.
    pub(super) async fn ask(&self, cast: &Cast) -> Result<Conversation, SendFailure> {
        let rota = (1..).zip(&self.suppliers).map(|(place, member): (u32, _)| SupplierInfo {
            sort_order: Some(place.to_string()),
            supplier_code: Some(cast.members[*member].library.config().symbol.clone()),
            ..SupplierInfo::default()
        });
        let rota: Vec<SupplierInfo> = rota.collect();
        let request = (self.play.asks)(&self.title).change(|message| message.supplier_info = rota);
        let request = match self.play.plan.parse() {
            Ok(plan) => request.plan(plan),
            Err(_) => request,
        };
        cast.members[self.requester].library.send_request(request).await
    }
}

/// Waits for the end of a request as its requester hears it.
pub(super) async fn end(talk: &Conversation) -> Result<Status, NotHeard> {
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
