//! Where a library's answer by link becomes an act on its request: who carries it out implements [`Acts`]. Must never know a machine: an
//! act is a value, and what is allowed now is asked.

use std::{fmt, str::FromStr};

use iso18626::{Open, ReasonUnfilled};
use jiff::civil::Date;
use net::BoxFuture;
use persistence::RequestId;
use serde::{Deserialize, Serialize};
use slips::Slip;
use state_machine::PeerId;

use runtime::copy_file::CopyFile;
use runtime::requests::Destination;

/// Who knows what a library may do about its request, and does it.
pub trait Acts: Send + Sync {
    /// What the staff of this library may do about its request now.
    fn allowed(&self, request: RequestId, library: PeerId) -> BoxFuture<'_, Result<Allowed, ActFailed>>;

    /// Does it, in one durable commit. Where the deed has a key, that key is committed with it as a dedupe key of the request, so that
    /// it can be done once only, whatever crashes in between: done again, it is [`ActFailed::DoneBefore`].
    fn act(&self, deed: Deed) -> BoxFuture<'_, Result<Done, ActFailed>>;

    /// Whether a deed with this key was done.
    fn was_done(&self, request: RequestId, once: OnceKey) -> BoxFuture<'_, Result<bool, ActFailed>>;
}

/// What may be done about a request, and what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// What may be done now.
    pub acts: Vec<ActKind>,
    /// The request as a slip shows it, for the page: never with patron data.
    pub slip: Option<Box<Slip>>,
}

/// An act to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// On which request.
    pub request: RequestId,
    /// Of which library: the request must be its own.
    pub library: PeerId,
    /// What.
    pub act: Act,
    /// By whom, for the log.
    pub by: String,
    /// Why, or what staff wrote beside it.
    pub note: String,
    /// The key under which it is done once only.
    pub once: Option<OnceKey>,
    /// The file that is handed over with it, where the act takes one.
    pub file: Option<CopyFile>,
}

/// What an act led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Where the request stands now, in a word or two.
    pub phase: String,
}

/// Why an act was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActFailed {
    /// There is no such request, or it is not this library's.
    #[error("this library has no such request")]
    NoRequest,
    /// The table does not allow it now.
    #[error("it cannot be done now: {why}")]
    NotAllowed {
        /// The rule's own words.
        why: String,
    },
    /// What was told with it does not fit.
    #[error("{why}")]
    Unfit {
        /// What does not, and what to do.
        why: String,
    },
    /// It was done before, under the same key.
    #[error("it was done before")]
    DoneBefore,
    /// It can be tried again.
    #[error("it could not be done just now: {why}")]
    NotNow {
        /// Why.
        why: String,
    },
}

/// The key under which a deed is done once only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OnceKey(Vec<u8>);

impl OnceKey {
    /// The key of a link.
    pub(crate) fn of_link(nonce: [u8; 16]) -> Self {
        let mut key = b"link/".to_vec();
        key.extend(nonce);
        Self(key)
    }

    /// As the store's commit takes it among its dedupe keys.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for OnceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnceKey")
    }
}

/// What a library without automation can tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act")]
pub enum Act {
    /// Lending: it was found and will be sent.
    WillSupply,
    /// Lending: it cannot be supplied.
    CannotSupply {
        /// Why.
        reason: Open<ReasonUnfilled>,
    },
    /// Lending: it is on its way.
    Ship {
        /// The barcodes of the pieces, in their order; none where they have none.
        items: Vec<ItemBarcode>,
        /// When it is due back. As the library's settings have it, where nothing is said.
        due: Option<Date>,
    },
    /// Lending: it is back, each of these pieces, or all where none is named.
    CheckIn {
        /// The barcodes of the pieces.
        items: Vec<ItemBarcode>,
    },
    /// Borrowing: it has come, each of these pieces, or all where none is named.
    Receive {
        /// The barcodes of the pieces.
        items: Vec<ItemBarcode>,
    },
    /// Borrowing: it was sent back, each of these pieces, or all where none is named.
    ShipBack {
        /// The barcodes of the pieces.
        items: Vec<ItemBarcode>,
    },
    /// Lending: the requester asked to cancel.
    AnswerCancel {
        /// Whether it is called off.
        answer: YesNo,
    },
    /// Lending: the requester asked to keep it longer.
    AnswerRenewal {
        /// Whether it may be kept.
        answer: YesNo,
        /// Until when.
        due: Option<Date>,
    },
    /// Lending: the copy is handed over as a file.
    DeliverCopy,
    /// Another act of the table, which needs nothing told with it.
    Other {
        /// Its name in the table.
        name: String,
    },
}

/// An act without what is told with it: what a link names, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActKind {
    /// Lending: it was found and will be sent.
    WillSupply,
    /// Lending: it cannot be supplied.
    CannotSupply,
    /// Lending: it is on its way.
    Ship,
    /// Lending: it is back.
    CheckIn,
    /// Borrowing: it has come.
    Receive,
    /// Borrowing: it was sent back.
    ShipBack,
    /// Lending: the requester asked to cancel.
    AnswerCancel,
    /// Lending: the requester asked to keep it longer.
    AnswerRenewal,
    /// Lending: the copy is handed over as a file.
    DeliverCopy,
    /// Another act of the table.
    Other(String),
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Declares the words of the acts once: name in links and tables, and what it says on a page.
macro_rules! act_kinds {
    ($($kind:ident $word:literal $says:literal;)* [$($name:literal $text:literal;)*]) => {
        impl ActKind {
            /// Every one with a form of its own.
            pub const KNOWN: &[ActKind] = &[$(ActKind::$kind),*];

            /// The acts of the tables that need nothing told with them, and which a mail offers.
            const PLAIN: &[(&'static str, &'static str)] = &[$(($name, $text)),*];

            /// Its name.
            pub fn as_str(&self) -> &str {
                match self {
                    $(ActKind::$kind => $word,)*
                    ActKind::Other(name) => name,
                }
            }

            /// What it says, for people.
            pub fn says(&self) -> String {
                match self {
                    $(ActKind::$kind => $says.to_owned(),)*
                    ActKind::Other(name) => match ActKind::PLAIN.iter().find(|(plain, _)| plain == name) {
                        Some((_, says)) => (*says).to_owned(),
                        None => name.replace('-', " "),
                    },
                }
            }
        }
    };
}

act_kinds! {
    WillSupply "will-supply" "We have it and will send it";
    CannotSupply "unfilled" "We cannot supply it";
    Ship "ship" "We have sent it";
    CheckIn "returned" "It has come back to us";
    Receive "receive" "We have received it";
    ShipBack "ship-back" "We have sent it back";
    AnswerCancel "answer-cancel" "Answer whether it can still be cancelled";
    AnswerRenewal "answer-renewal" "Answer whether they may keep it longer";
    DeliverCopy "deliver-copy" "We send the copy as a file";
    [
    "agree-condition" "We agree to the condition";
    "decline-condition" "We decline the condition";
    "copy-received" "We have received the copy";
    "renew" "We would like to keep it longer";
    "cancel" "We do not want it any more";
    ]
}

impl ActKind {
    /// Those among the names of a table's allowed acts that a mail offers by link; the rest is for who sits before the gateway.
    pub fn offered(allowed: &[&str]) -> Vec<ActKind> {
        let known = ActKind::KNOWN.iter().filter(|kind| allowed.contains(&kind.as_str())).cloned();
        let plain = ActKind::PLAIN.iter().filter(|(name, _)| allowed.contains(name));
        known.chain(plain.map(|(name, _)| ActKind::Other((*name).to_owned()))).collect()
    }
}

impl Act {
    /// What kind of act it is.
    pub fn kind(&self) -> ActKind {
        match self {
            Act::WillSupply => ActKind::WillSupply,
            Act::CannotSupply { .. } => ActKind::CannotSupply,
            Act::Ship { .. } => ActKind::Ship,
            Act::CheckIn { .. } => ActKind::CheckIn,
            Act::Receive { .. } => ActKind::Receive,
            Act::ShipBack { .. } => ActKind::ShipBack,
            Act::AnswerCancel { .. } => ActKind::AnswerCancel,
            Act::AnswerRenewal { .. } => ActKind::AnswerRenewal,
            Act::DeliverCopy => ActKind::DeliverCopy,
            Act::Other { name } => ActKind::Other(name.clone()),
        }
    }
}

impl fmt::Display for ActKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not the name of an act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of an act: small letters and hyphens")]
pub struct BadAct(pub String);

impl FromStr for ActKind {
    type Err = BadAct;

    fn from_str(text: &str) -> Result<Self, BadAct> {
        if let Some(known) = ActKind::KNOWN.iter().find(|known| known.as_str() == text) {
            return Ok(known.clone());
        }
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if good { Ok(ActKind::Other(text.to_owned())) } else { Err(BadAct(text.to_owned())) }
    }
}

/// The barcode of a piece, as it stands on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemBarcode(String);

/// A text that no barcode says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a barcode: 1 to 64 printable characters")]
pub struct BadBarcode(pub String);

impl ItemBarcode {
    /// The barcode, without space around it.
    ///
    /// # Errors
    /// When it is empty, too long, or has characters that cannot be printed.
    pub fn new(text: &str) -> Result<Self, BadBarcode> {
        let text = text.trim();
        let good = (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if good { Ok(Self(text.to_owned())) } else { Err(BadBarcode(text.to_owned())) }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ItemBarcode {
    type Error = BadBarcode;

    fn try_from(text: String) -> Result<Self, BadBarcode> {
        Self::new(&text)
    }
}

impl From<ItemBarcode> for String {
    fn from(barcode: ItemBarcode) -> String {
        barcode.0
    }
}

/// The name of the lane, among a request's lanes, of mails to this library.
pub fn mail_lane(library: &PeerId) -> String {
    Destination::Staff(library.clone()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_named_as_they_are_read() {
        for kind in ActKind::KNOWN {
            assert_eq!(kind.to_string().parse().as_ref(), Ok(kind));
        }
        assert_eq!("mark-lost".parse(), Ok(ActKind::Other("mark-lost".to_owned())));
        for bad in ["", "Ship", "a b", "ship/../../x", &"a".repeat(65)] {
            assert!(bad.parse::<ActKind>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mail_offers_what_can_be_told_by_link_and_nothing_else() {
        let allowed = ["close", "will-supply", "unfilled", "note", "renew", "retry-step"];
        let renew = ActKind::Other("renew".to_owned());
        assert_eq!(ActKind::offered(&allowed), [ActKind::WillSupply, ActKind::CannotSupply, renew]);
    }

    #[test]
    fn a_barcode_is_printable_and_has_an_end() {
        assert_eq!(ItemBarcode::new(" 31183 0042 ").unwrap().as_str(), "31183 0042");
        for bad in ["", "  ", "a\u{7}b", &"1".repeat(65)] {
            assert!(ItemBarcode::new(bad).is_err(), "{bad}");
        }
    }
}
