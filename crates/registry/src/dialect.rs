//! How particular systems speak ISO 18626, as data. Vendors' names stand here and nowhere else.

use iso18626::{Edition, NamespaceRule, TimestampEcho};
use serde::Serialize;
use state_machine::facts::{ExpectToSupplyAs, Face, InterimUnfilled};

use crate::{Resends, Resolution, binding::words};

/// How a system speaks: what a connection says where its own settings are silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Its name.
    pub name: DialectName,
    /// The edition written to it.
    pub edition: Edition,
    /// Whose symbols stand in the headers.
    pub face: Face,
    /// How it likes to hear of a new supplier.
    pub expect_to_supply: ExpectToSupplyAs,
    /// Which status it likes to hear when one supplier could not fill.
    pub interim_unfilled: InterimUnfilled,
    /// Which field of a confirmation repeats the timestamp.
    pub timestamp_echo: TimestampEcho,
    /// Whether its elements must be in the standard's namespace.
    pub namespace: NamespaceRule,
    /// How finely it tells timestamps apart.
    pub timestamps: Resolution,
    /// What it does with the timestamp of a message that it sends again.
    pub resends: Resends,
}

/// The name of a dialect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DialectName {
    /// As the standard has it.
    #[default]
    Plain,
    /// Ex Libris Alma.
    Alma,
    /// Atlas ILLiad.
    Illiad,
    /// Project ReShare.
    Reshare,
    /// Index Data CrossLink, itself a broker.
    Crosslink,
    /// Koha.
    Koha,
}

words! { DialectName {
    "plain" => Plain "as the standard has it",
    "alma" => Alma "Ex Libris Alma",
    "illiad" => Illiad "Atlas ILLiad",
    "reshare" => Reshare "Project ReShare",
    "crosslink" => Crosslink "Index Data CrossLink, itself a broker",
    "koha" => Koha "Koha",
} }

const PLAIN: Dialect = Dialect {
    name: DialectName::Plain,
    edition: Edition::V1_2,
    face: Face::Opaque,
    expect_to_supply: ExpectToSupplyAs::StatusChange,
    interim_unfilled: InterimUnfilled::LastHeard,
    timestamp_echo: TimestampEcho::Timestamp,
    namespace: NamespaceRule::Required,
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
            ..PLAIN
        },
        Dialect { name: DialectName::Illiad, expect_to_supply: ExpectToSupplyAs::Notification, ..PLAIN },
        Dialect {
            name: DialectName::Reshare,
            face: Face::Transparent,
            interim_unfilled: InterimUnfilled::Unfilled,
            timestamp_echo: TimestampEcho::TimestampReceived,
            ..PLAIN
        },
        Dialect {
            name: DialectName::Crosslink,
            face: Face::Transparent,
            interim_unfilled: InterimUnfilled::Unfilled,
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
    use crate::binding::{Field, Shape};

    #[test]
    fn every_name_has_its_dialect() {
        let Shape::Words(words) = DialectName::shape() else { panic!("a word") };
        assert_eq!(words.len(), Dialect::ALL.len());
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::of(dialect.name), *dialect);
        }
    }
}
