//! ISO 18626, as particular systems speak it: data, which a connection's own settings go before. Must never know a vendor's name outside
//! [`DialectName`] and the table of [`Dialect::ALL`].

use iso18626::{Edition, NamespaceRule, Schemes, TimestampEcho};
use loan_model::facts::{CancelToSupplier, ExpectToSupplyAs, Face, InterimUnfilled};

use crate::keyword::keywords;

/// How a system speaks: what holds where a connection's own settings are silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Its name.
    pub name: DialectName,
    /// The edition written to it.
    pub edition: Edition,
    /// Whose symbols stand in the headers of what it is sent as a requester.
    pub face: Face,
    /// Whose symbols stand in the headers of what it is sent as a supplier.
    pub supplier_face: Face,
    /// How it likes to hear of a new supplier.
    pub expect_to_supply: ExpectToSupplyAs,
    /// Which status it likes to hear when one supplier could not fill.
    pub interim_unfilled: InterimUnfilled,
    /// What its Cancel means that names its supplier.
    pub cancel_to_supplier: CancelToSupplier,
    /// Which field of a confirmation repeats the timestamp.
    pub timestamp_echo: TimestampEcho,
    /// Whether its elements must be in the standard's namespace.
    pub namespace: NamespaceRule,
    /// Whether codes carry the URI of the list that they are on.
    pub schemes: Schemes,
    /// Whether costs, conditions and addresses also stand in the note.
    pub note_labels: NoteLabels,
    /// How finely it tells timestamps apart.
    pub timestamps: Resolution,
    /// What it does with the timestamp of a message that it sends again.
    pub resends: Resends,
}

keywords! {
    /// The name of a dialect.
    pub enum DialectName {
        "plain" => Plain "as the standard has it",
        "alma" => Alma "Ex Libris Alma",
        "illiad" => Illiad "Atlas ILLiad",
        "reshare" => Reshare "Project ReShare",
        "crosslink" => Crosslink "Index Data CrossLink, itself a broker",
        "koha" => Koha "Koha",
    }
}

keywords! {
    /// Whether costs, conditions and addresses also stand in the note.
    pub enum NoteLabels {
        "left-out" => LeftOut "they stand in their elements alone",
        "written" => Written "they stand in the note too, each on a line with its label",
    }
}

keywords! {
    /// How finely a peer tells timestamps apart.
    pub enum Resolution {
        "milliseconds" => Milliseconds "to the millisecond",
        "seconds" => Seconds "to the second: fractions are not written",
    }
}

keywords! {
    /// What a peer does with the timestamp of a message that it sends again.
    pub enum Resends {
        "same-timestamp" => SameTimestamp "it stays",
        "new-timestamp" => NewTimestamp "it is new: a repeat is known by the rest of the message",
    }
}

const PLAIN: Dialect = Dialect {
    name: DialectName::Plain,
    edition: Edition::V1_2,
    face: Face::Opaque,
    supplier_face: Face::Opaque,
    expect_to_supply: ExpectToSupplyAs::StatusChange,
    interim_unfilled: InterimUnfilled::LastHeard,
    cancel_to_supplier: CancelToSupplier::EndsRequest,
    timestamp_echo: TimestampEcho::Timestamp,
    namespace: NamespaceRule::Required,
    schemes: Schemes::Written,
    note_labels: NoteLabels::LeftOut,
    timestamps: Resolution::Milliseconds,
    resends: Resends::SameTimestamp,
};

impl Dialect {
    /// Every dialect: how each differs from the plain one.
    pub const ALL: &[Dialect] = &[
        PLAIN,
        Dialect {
            name: DialectName::Alma,
            expect_to_supply: ExpectToSupplyAs::Notification,
            edition: Edition::V1_1,
            // Its staff see the note, and not these elements.
            note_labels: NoteLabels::Written,
            ..PLAIN
        },
        Dialect { name: DialectName::Illiad, expect_to_supply: ExpectToSupplyAs::Notification, ..PLAIN },
        Dialect {
            name: DialectName::Reshare,
            face: Face::Transparent,
            supplier_face: Face::Transparent,
            interim_unfilled: InterimUnfilled::Unfilled,
            cancel_to_supplier: CancelToSupplier::NextSupplier,
            timestamp_echo: TimestampEcho::TimestampReceived,
            ..PLAIN
        },
        // As a requester it takes what is said about its request from the symbol that it asked alone, and an Unfilled, whatever its reason, as
        // the supplier's last word.
        Dialect {
            name: DialectName::Crosslink,
            supplier_face: Face::Transparent,
            cancel_to_supplier: CancelToSupplier::NextSupplier,
            timestamp_echo: TimestampEcho::TimestampReceived,
            ..PLAIN
        },
        Dialect {
            name: DialectName::Koha,
            namespace: NamespaceRule::MayBeMissing,
            timestamps: Resolution::Seconds,
            ..PLAIN
        },
    ];

    /// The dialect of this name.
    pub fn of(name: DialectName) -> Dialect {
        Self::ALL.iter().copied().find(|dialect| dialect.name == name).unwrap_or(PLAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_dialect() {
        assert_eq!(DialectName::ALL.len(), Dialect::ALL.len());
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::of(dialect.name), *dialect);
        }
    }
}
