//! How an ILS goes about things: what differs from one kind to another.

use jiff::SignedDuration;

/// How an ILS goes about things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long things are lent.
    pub loan: SignedDuration,
    /// How often a loan is renewed at most.
    pub most_renewals: u32,
    /// What becomes of a due date that the initiator asks for.
    pub wished_due: WishedDue,
    /// What becomes of a command that was carried out before.
    pub repeats: Repeats,
    /// What becomes of a temporary item whose barcode is taken.
    pub taken_barcodes: TakenBarcodes,
    /// By which id a hold is known.
    pub hold_ids: HoldIds,
    /// What a cancel finds after the thing went out.
    pub fulfilled_holds: FulfilledHolds,
    /// Where things are lent that nobody said a place for.
    pub home: String,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            loan: SignedDuration::from_hours(28 * 24),
            most_renewals: 2,
            wished_due: WishedDue::Kept,
            repeats: Repeats::Refused,
            taken_barcodes: TakenBarcodes::Refused,
            hold_ids: HoldIds::Echoed,
            fulfilled_holds: FulfilledHolds::Forgotten,
            home: "Main".to_owned(),
        }
    }
}

/// What becomes of a due date that the initiator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishedDue {
    /// It is the loan's.
    Kept,
    /// The ILS reckons its own.
    Ignored,
}

/// What becomes of a command that was carried out before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// It is refused.
    Refused,
    /// It is carried out again: a second temporary item, a second hold, a loan that is silently renewed.
    DoneAgain,
}

/// What becomes of a temporary item whose barcode is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBarcodes {
    /// It is refused.
    Refused,
    /// It gets another.
    Replaced,
}

/// By which id a hold is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldIds {
    /// The one that came with it, if one came.
    Echoed,
    /// The ILS's own number only.
    Own,
}

/// What a cancel finds after the thing went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfilledHolds {
    /// Nothing.
    Forgotten,
    /// A hold that cannot be cancelled any more.
    Kept,
}
