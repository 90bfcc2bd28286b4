//! The services an ILS knows, by the standard's names.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

macro_rules! services {
    ($($(#[doc = $doc:literal])* $name:ident),* $(,)?) => {
        /// One service of NCIP.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Service {
            $($(#[doc = $doc])* $name,)*
        }

        impl Service {
            /// Every one.
            pub const ALL: &[Service] = &[$(Service::$name),*];

            /// Its name on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Service::$name => stringify!($name),)*
                }
            }
        }
    };
}

services! {
    /// Which versions are understood.
    LookupVersion,
    /// Who a patron is.
    LookupUser,
    /// Where an item is.
    LookupItem,
    /// What became of a hold.
    LookupRequest,
    /// A hold.
    RequestItem,
    /// No hold any more.
    CancelRequestItem,
    /// A temporary item.
    AcceptItem,
    /// A loan.
    CheckOutItem,
    /// The end of a loan.
    CheckInItem,
    /// A loan that should not have been.
    UndoCheckOutItem,
    /// A longer loan.
    RenewItem,
    /// A shorter loan.
    RecallItem,
    /// Not so short after all.
    CancelRecallItem,
    /// A record of an item.
    CreateItem,
    /// No record of it any more.
    DeleteItem,
    /// A charge.
    CreateUserFiscalTransaction,
    /// Elsewhere a hold was placed.
    ItemRequested,
    /// Elsewhere an item was sent off.
    ItemShipped,
    /// Elsewhere an item arrived.
    ItemReceived,
    /// Elsewhere an item was lent.
    ItemCheckedOut,
    /// Elsewhere a loan ended.
    ItemCheckedIn,
    /// Elsewhere a loan became longer.
    ItemRenewed,
    /// Elsewhere a loan became shorter.
    ItemRecalled,
    /// Elsewhere a hold was given up.
    ItemRequestCancelled,
}

impl Service {
    /// Whether it tells what happened instead of asking for something: its reply holds problems and nothing else.
    pub fn is_notice(self) -> bool {
        use Service as S;
        matches!(
            self,
            S::ItemRequested
                | S::ItemShipped
                | S::ItemReceived
                | S::ItemCheckedOut
                | S::ItemCheckedIn
                | S::ItemRenewed
                | S::ItemRecalled
                | S::ItemRequestCancelled
        )
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no service that an ILS knows; write for example CheckOutItem")]
pub struct NoService(pub String);

impl FromStr for Service {
    type Err = NoService;

    /// Letter case and hyphens make no difference: `check-out-item` is `CheckOutItem`.
    fn from_str(text: &str) -> Result<Self, NoService> {
        let word = text.replace(['-', '_'], "");
        Service::ALL
            .iter()
            .copied()
            .find(|service| service.as_str().eq_ignore_ascii_case(&word))
            .ok_or_else(|| NoService(text.to_owned()))
    }
}

impl Serialize for Service {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_reads_as_it_prints_and_as_one_types_it() {
        for &service in Service::ALL {
            assert_eq!(service.to_string().parse(), Ok(service));
        }
        assert_eq!("check-out-item".parse(), Ok(Service::CheckOutItem));
        assert!("CheckItOut".parse::<Service>().is_err());
    }
}
