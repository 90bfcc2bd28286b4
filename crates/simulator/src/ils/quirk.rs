//! The quirks of dialects, by name.
//!
//! What is known comes from public schemas, vendors' pages and public code; where a quirk is a reading or a choice made for
//! practice, its row says `Assumed`.

use std::fmt;

/// How sure it is that real systems do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A public source says so.
    Stated,
    /// A reading of the sources, or a choice made for practice.
    Assumed,
}

macro_rules! quirks {
    ($($variant:ident = $word:literal $basis:ident $sentence:literal;)*) => {
        /// Something that a dialect has otherwise than one would expect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Quirk {
            $(#[doc = $sentence] $variant,)*
        }

        impl Quirk {
            /// Every one.
            pub const ALL: &[Quirk] = &[$(Quirk::$variant),*];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Quirk::$variant => $word,)*
                }
            }

            /// What it is, in a sentence.
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Quirk::$variant => $sentence,)*
                }
            }

            /// How sure it is.
            pub fn basis(self) -> Basis {
                match self {
                    $(Quirk::$variant => Basis::$basis,)*
                }
            }
        }
    };
}

quirks! {
    NoResponseHeader = "no-response-header" Stated "Replies in version 2 have no ResponseHeader.";
    UnqualifiedVersion = "unqualified-version" Stated "The attribute `version` is in no namespace, and words have no scheme.";
    PrefixedReplies = "prefixed-replies" Assumed "Every element of a reply in version 2 has a namespace prefix.";
    EmptyAgencies = "empty-agencies" Stated "Ids in replies of version 2 have an empty AgencyId.";
    V1NamesInV2 = "v1-names-in-v2" Stated "CheckInItem and DeleteItem are answered with a UniqueItemId, also in version 2.";
    ItemFieldsUnderUser = "item-fields-under-user" Stated "LookupItem in version 2 is answered with the item's fields in UserOptionalFields.";
    FreeTextProblems = "free-text-problems" Stated "Problem types are free text: `Unkown User`.";
    DateOnlyValidTo = "date-only-valid-to" Stated "The date when a card expires has no time.";
    LocalDates = "local-dates" Stated "Dates and times have no zone; one that has is not understood, and a loan is due by the ILS's own rules then.";
    ItWorks = "it-works" Stated "A message it cannot read or does not serve is answered with `It works!` and HTTP 200.";
    PickupFromToAgency = "pickup-from-to-agency" Stated "Without a pickup location, the addressed agency is taken for one.";
    RefusesPrefix = "refuses-prefix" Stated "A message written with a namespace prefix is not understood.";
    TakesForms = "takes-forms" Stated "A message may come as a form field, `xml` or `XForms:Model`.";
    OwnHoldIds = "own-hold-ids" Stated "A hold is known by the ILS's own number only; the id it came with is forgotten, and a cancel that gives no number finds no request.";
    HoldsByRecord = "holds-by-record" Stated "A hold must name the record, with or without an item of it; a barcode alone is an `Unknown Record`.";
    LessInV1 = "less-in-v1" Stated "In version 1, LookupItem and DeleteItem are not served.";
    FindsNothingInV1 = "finds-nothing-in-v1" Stated "In version 1, RenewItem finds no user and CancelRequestItem no request, whatever they name.";
    BarcodeAsRequestId = "barcode-as-request-id" Stated "In version 1, AcceptItem is answered with the item's barcode as the request's id, and no item id.";
    MakesUpBarcodes = "makes-up-barcodes" Stated "A temporary item whose barcode is taken gets another.";
    RefusesNamespace = "refuses-namespace" Stated "A message in a namespace is not understood.";
    StripsControlD = "strips-control-d" Stated "A control character (^D) after the message is ignored.";
    FailureAsItemRequested = "failure-as-item-requested" Stated "A failure is answered with an ItemRequestedResponse that has the reason in ToAgencyId, whatever was asked.";
    ItemReceivedDeletes = "item-received-deletes" Stated "ItemReceived removes the temporary item.";
    SettingsByFromAgency = "settings-by-from-agency" Stated "Settings are looked up by FromAgencyId; one that has none is a failure.";
    BareProblem500 = "bare-problem-500" Stated "What cannot be processed is answered with HTTP 500 and a bare Problem in no namespace.";
    ProfileRequired = "profile-required" Stated "ApplicationProfileType must be the partner's code.";
    SameAgencies = "same-agencies" Stated "ToAgencyId must be the same as FromAgencyId.";
    Secret = "secret" Stated "FromAgencyAuthentication must be the agreed one, where one was agreed on.";
    BareRecordNumbers = "bare-record-numbers" Stated "Record ids are asked for without `.b` and without check digit.";
    IgnoresDueDate = "ignores-due-date" Stated "A due date that is asked for is ignored.";
    KeepsShippedHolds = "keeps-shipped-holds" Stated "A hold whose item went out cannot be cancelled any more.";
    HomeLocation = "home-location" Stated "A loan is made at the system's default location, whatever was said.";
    OnlyWhatIsAsked = "only-what-is-asked" Assumed "Optional fields are answered only where their element type is asked for.";
    InternalPatronIds = "internal-patron-ids" Assumed "LookupUser is answered with the patron's internal number; the barcode needs another call.";
    EndsWithNewline = "ends-with-newline" Stated "A message ends with a newline.";
    DoesRepeats = "does-repeats" Assumed "A command that was carried out before is carried out again.";
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ils::dialect::Dialect;

    #[test]
    fn every_quirk_is_somebodys_and_has_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for &quirk in Quirk::ALL {
            assert!(Dialect::ALL.iter().any(|dialect| dialect.has(quirk)), "{quirk} is nobody's");
            assert!(names.insert(quirk.as_str()), "{quirk} twice");
        }
    }
}
