//! The table about who is asked, and in which order.

use ranking::Criterion;

use crate::binding::{table, words};

table! {
    /// Who is asked, and in which order.
    pub struct RoutingSettings in Section {
        /// By what lenders are put in order: the first of these that sets two apart decides. Usually `["closed", "resting", "last-resort",
        /// "basis", "group-priority", "fill-rate", "balance", "turn"]`.
        order: Vec<Criterion> = optional,
        /// A lender is passed over that is in a closure of more of its working days than this; else it is asked when nobody else is left, and
        /// its time to answer begins when it opens. Usually 5.
        skip_closed_days: Option<u32> = optional,
        /// So many days back what libraries lent and borrowed counts, for `balance` and `fill-rate`. Usually 90.
        balance_days: Option<u32> = optional,
    }
}

/// Whom a request goes to that names lenders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// To those, then to the others of the group.
    #[default]
    First,
    /// To nobody else.
    Only,
}

words! { Named {
    "first" => First "to those in its `sortOrder`, then to the other lenders of the group",
    "only" => Only "to nobody else",
} }

words! { Criterion {
    "closed" => Closed "who is closed comes behind all others, the first to open again first",
    "resting" => Resting "who does not answer at present comes behind who does",
    "last-resort" => LastResort "lenders of last resort come last",
    "basis" => Basis "the library that the request is addressed to, then those that it names, then those that hold it, then the group",
    "group-priority" => GroupPriority "by the priority in the group",
    "fill-rate" => FillRate "who supplied less than a tenth of at least ten requests lately comes behind the others",
    "balance" => Balance "who has lent least comes first: lent and open requests, less `balance_goal` of what it borrowed",
    "answer-time" => AnswerTime "who answers sooner by its calendar and clock comes first",
    "turn" => Turn "equals take turns from request to request; for one request always the same",
} }
