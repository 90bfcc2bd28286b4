//! The scheme table: which scheme the terms of an element are of, and which terms it lists.
//!
//! Version 1 wants a scheme beside each term. Version 2 lets it be left out, but strict readers look a term up by its
//! scheme and value: what is listed goes out with it in every version. Schemes whose terms are each library's own are
//! here with none.

use crate::{ProblemKind, Service};

/// The scheme of messaging errors.
pub const MESSAGING_ERRORS: &str =
    "http://www.niso.org/ncip/v1_0/schemes/messagingerrortype/messagingerrortype.scm";

/// The scheme of the processing errors that every service may have.
pub const GENERAL_PROCESSING_ERRORS: &str =
    "http://www.niso.org/ncip/v1_0/schemes/processingerrortype/generalprocessingerror.scm";

/// The scheme that stands for an agency's where none is said.
pub const AGENCIES: &str = "http://www.niso.org/ncip/v1_0/schemes/agencyidtype/agencyidtype.scm";

/// The scheme of the processing errors of one service.
pub fn processing_errors(service: &Service) -> String {
    let service = service.as_str().to_ascii_lowercase();
    format!("http://www.niso.org/ncip/v1_0/schemes/processingerrortype/{service}processingerror.scm")
}

/// The scheme of an element's terms, by the name that the element has in some version.
pub fn of_element(element: &str) -> Option<&'static str> {
    row(element).map(|row| row.scheme)
}

/// The elements whose terms are of a scheme, by their names in all versions.
pub fn elements() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|row| row.elements).copied()
}

/// The terms that an element's scheme lists; none where a registry keeps them, or each library its own.
pub fn terms(element: &str) -> &'static [&'static str] {
    match row(element).map(|row| &row.terms) {
        Some(Terms::Of(terms)) => terms,
        Some(Terms::Like(_)) | None => &[],
    }
}

/// Whether an element's scheme lists a term, to the letter.
pub fn lists(element: &str, term: &str) -> bool {
    row(element).is_some_and(|row| row.terms.has(term))
}

/// The scheme of a term that it lists.
pub fn of_term(element: &str, term: &str) -> Option<&'static str> {
    row(element).filter(|row| row.terms.has(term)).map(|row| row.scheme)
}

/// Whether a term's scheme is the one that the standard lists it in.
pub(crate) fn is_of(element: &str, term: &str, scheme: &str) -> bool {
    match element {
        "ProblemType" => {
            let kind = ProblemKind::of(term).filter(|kind| kind.as_str() == term);
            kind.is_some_and(|kind| kind.scheme().unwrap_or(scheme) == scheme) && scheme.starts_with(PROBLEMS)
        }
        _ => of_term(element, term) == Some(scheme),
    }
}

/// Where the schemes of problems are.
const PROBLEMS: &str = "http://www.niso.org/ncip/v1_0/schemes/";

fn row(element: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.elements.contains(&element))
}

struct Row {
    elements: &'static [&'static str],
    scheme: &'static str,
    terms: Terms,
}

/// The terms of a scheme.
enum Terms {
    /// These.
    Of(&'static [&'static str]),
    /// Those of a registry that grows: what it has is known by its form.
    Like(fn(&str) -> bool),
}

impl Terms {
    fn has(&self, term: &str) -> bool {
        match self {
            Terms::Of(terms) => terms.contains(&term),
            Terms::Like(form) => form(term),
        }
    }
}

/// `text/plain`.
fn is_media_type(term: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_'))
    };
    term.split_once('/').is_some_and(|(kind, sort)| name(kind) && name(sort))
}

/// `eng`.
fn is_language(term: &str) -> bool {
    term.len() == 3 && term.bytes().all(|b| b.is_ascii_lowercase())
}

/// `USD`.
fn is_currency(term: &str) -> bool {
    term.len() == 3 && term.bytes().all(|b| b.is_ascii_uppercase())
}

macro_rules! schemes {
    ($( $($element:ident)|+ at $base:ident $word:literal: $terms:expr; )*) => {
        &[$( Row {
            elements: &[$(stringify!($element)),+],
            scheme: schemes!(@$base $word),
            terms: $terms,
        }, )*]
    };
    (@imp1 $word:literal) => { concat!("http://www.niso.org/ncip/v1_0/imp1/schemes/", $word, "/", $word, ".scm") };
    (@plain $word:literal) => { concat!("http://www.niso.org/ncip/v1_0/schemes/", $word, "/", $word, ".scm") };
    (@second $word:literal) => { concat!("http://www.niso.org/ncip/v2_0/imp1/schemes/", $word, "/", $word, ".scm") };
    (@whole $word:literal) => { $word };
}

static TABLE: &[Row] = schemes! {
    AcknowledgedItemUseRestrictionType | ItemUseRestrictionType | RequiredItemUseRestrictionType
        at imp1 "itemuserestrictiontype": Terms::Of(&[
            "Available For Supply Without Return", "In Library Use Only", "Limited Circulation, Long Loan Period",
            "Limited Circulation, Normal Loan Period", "Limited Circulation, Short Loan Period", "No Reproduction",
            "Not For Loan", "Overnight Only", "Renewals Not Permitted", "Supervision Required", "Term Loan",
            "Use Only In Controlled Access", "User Signature Required",
        ]);
    AgencyAddressRoleType at imp1 "agencyaddressroletype": Terms::Of(&[
        "Bill To", "Multi-Purpose", "Official", "Ship From", "Ship To",
    ]);
    AgencyElementType at plain "agencyelementtype": Terms::Of(&[
        "Agency Address Information", "Agency User Privilege Type", "Application Profile Supported Type",
        "Authentication Prompt", "Consortium Agreement", "Organization Name Information",
    ]);
    AgencyUserPrivilegeType at imp1 "agencyuserprivilegetype": Terms::Of(&[]);
    ApplicationProfileSupportedType | ApplicationProfileType at imp1 "applicationprofiletype": Terms::Of(&[]);
    AuthenticationDataFormatType | ElectronicDataFormatType
        at whole "http://www.iana.org/assignments/media-types": Terms::Like(is_media_type);
    AuthenticationInputType at imp1 "authenticationinputtype": Terms::Of(&[
        "Barcode Id", "MD5 Message Digest Algorithm", "Password", "PIN", "Secondary Confirmation String", "User Id",
        "X.509 Certificate",
    ]);
    AuthenticationPromptType at imp1 "authenticationprompttype": Terms::Of(&[]);
    BibliographicItemIdentifierCode at imp1 "bibliographicitemidentifiercode": Terms::Of(&[
        "BICI", "CODEN", "DOI", "Government Publication Number", "ISBN", "ISMN", "ISRC", "ISSN",
        "Legal Deposit Number", "PURL", "Report Number", "SICI", "URI",
    ]);
    BibliographicLevel at imp1 "bibliographiclevel": Terms::Of(&[
        "Collection", "Monograph", "Monographic Component Part", "Serial", "Serial Component Part",
    ]);
    BibliographicRecordIdentifierCode at imp1 "bibliographicrecordidentifiercode": Terms::Of(&[
        "Accession Number", "ANBN", "BNBN", "CN", "LCCN", "NLM TCN", "OCLC", "RLIN",
    ]);
    BlockOrTrapType at imp1 "blockortraptype": Terms::Of(&[
        "Block Check Out", "Block Electronic Resource Access", "Block Hold", "Block Recall", "Block Renewal",
        "Block Request Item", "Trap For Lost Card", "Trap For Message", "Trap For Pickup",
    ]);
    CirculationStatus at imp1 "circulationstatus": Terms::Of(&[
        "Available For Pickup", "Available On Shelf", "Circulation Status Undefined",
        "Claimed Returned Or Never Borrowed", "In Process", "In Transit Between Library Locations", "Lost", "Missing",
        "Not Available", "On Loan", "On Order", "Pending Transfer", "Recalled", "Waiting To Be Reshelved",
    ]);
    ComponentIdentifierType at imp1 "componentidentifiertype": Terms::Of(&["BICI", "SICI"]);
    CurrencyCode
        at whole "http://www.bsi-global.com/Technical+Information/Publications/_Publications/tig90x.doc":
        Terms::Like(is_currency);
    ElectronicAddressType at whole "http://www.iana.org/assignments/uri-schemes": Terms::Of(&[
        "fax", "ftp", "http", "https", "im", "mailserver", "mailto", "sip", "sips", "sms", "tel", "telnet", "urn",
        "xmpp",
    ]);
    FiscalActionType at imp1 "fiscalactiontype": Terms::Of(&[
        "Assess", "Cancel", "Forgive", "Payment", "Penalty", "Waive", "Write Off",
    ]);
    FiscalTransactionType at imp1 "fiscaltransactiontype": Terms::Of(&[
        "Book Replacement Charge", "Card Replacement Charge", "Catalog Search", "Day Pass", "Fine",
        "Interlibrary Loan Fee", "Purchase", "Reminder Charge", "Renewal Fee", "Rental", "Reservation Charge",
        "Service Charge",
    ]);
    ItemDescriptionLevel at imp1 "itemdescriptionlevel": Terms::Of(&["Bibliographic Item", "Item"]);
    ItemElementType at plain "itemelementtype": Terms::Of(&[
        "Bibliographic Description", "Circulation Status", "Electronic Resource", "Hold Queue Length",
        "Item Description", "Item Use Restriction Type", "Location", "Physical Condition", "Security Marker",
        "Sensitization Flag",
    ]);
    ItemIdentifierType | VisibleItemIdentifierType at imp1 "visibleitemidentifiertype": Terms::Of(&[
        "Accession Number", "Barcode",
    ]);
    Language | UserLanguage
        at whole "http://lcweb.loc.gov/standards/iso639-2/bibcodes.html": Terms::Like(is_language);
    LocationType at imp1 "locationtype": Terms::Of(&[
        "Current Location", "Permanent Location", "Temporary Location",
    ]);
    MediumType at imp1 "mediumtype": Terms::Of(&[
        "Audio Tape", "Book", "Book With Audio Tape", "Book With Compact Disc", "Book With Diskette", "Bound Journal",
        "CD-ROM", "Compact Disc (CD)", "Diskette", "Magazine", "Microform", "Video Tape",
    ]);
    NoticeType at imp1 "noticetype": Terms::Of(&[]);
    OrganizationNameType at imp1 "organizationnametype": Terms::Of(&[
        "Abbreviation Or Acronym", "Alternative Name", "Converted Name", "Distinguished Name", "Official Name",
        "Translated Name", "Transliterated Name",
    ]);
    PaymentMethodType at imp1 "paymentmethodtype": Terms::Of(&[
        "Bank Draft", "Cash", "Check", "Credit Card", "Debit Card", "Deposit Account", "Direct Debit",
        "Funds Transfer", "Money Order", "Traveler's Check",
    ]);
    PhysicalAddressType at imp1 "physicaladdresstype": Terms::Of(&["Postal Address", "Street Address"]);
    PhysicalConditionType at imp1 "physicalconditiontype": Terms::Of(&[
        "Bad URL", "Binding Weak", "Color Plates Missing", "Corrupt Or Unreadable File", "Discolored", "Faded",
        "Markings", "Pages Missing", "Photocopy Illegible", "Special Binding", "Water Damage",
    ]);
    RequestElementType at plain "requestelementtype": Terms::Of(&[
        "Acknowledged Fee Amount", "Date Available", "Date Of User Request", "Earliest Date Needed",
        "Hold Queue Position", "Need Before Date", "Paid Fee Amount", "Pickup Date", "Pickup Expiry Date",
        "Pickup Location", "Request Scope Type", "Request Status Type", "Request Type", "Shipping Information",
        "User Id",
    ]);
    RequestScopeType at imp1 "requestscopetype": Terms::Of(&["Bibliographic Item", "Item"]);
    RequestStatusType at imp1 "requeststatustype": Terms::Of(&[
        "Available For Pickup", "Cannot Fulfill Request", "Expired", "In Process", "Need to Accept Conditions",
        "Requested Via ILL",
    ]);
    RequestType at imp1 "requesttype": Terms::Of(&[
        "Estimate", "Hold", "Loan", "Non-returnable Copy", "Stack Retrieval",
    ]);
    RequestedActionType at imp1 "requestedactiontype": Terms::Of(&[
        "Circulate", "Circulate And Notify", "Hold For Pickup", "Hold For Pickup And Notify",
    ]);
    SecurityMarker at imp1 "securitymarker": Terms::Of(&[
        "Checkpoint emag", "Checkpoint RFID", "Gemplus RFID", "Guardian emag", "Ketec RFID", "Knogo emag", "Lib-Chip",
        "None", "PGP", "Protexit emag", "Sensormatic emag", "Tag-It", "Tattle-Tape Security Strip", "Ultra-Max",
    ]);
    AgencyId | FromAgencyId | ToAgencyId | UniqueAgencyId at plain "agencyidtype": Terms::Of(&[]);
    UnstructuredAddressType at imp1 "unstructuredaddresstype": Terms::Of(&[
        "Carriage-Return, Newline-Delimited Text", "HTML", "Newline-Delimited Text", "XML",
    ]);
    UserAddressRoleType at second "useraddressroletype": Terms::Of(&[
        "Bill To", "Home", "Multi-Purpose", "Notice", "Ship To", "Work",
    ]);
    UserElementType at plain "userelementtype": Terms::Of(&[
        "Authentication Input", "Block Or Trap", "Date Of Birth", "Name Information", "Previous User Id",
        "User Address Information", "User Id", "User Language", "User Privilege",
    ]);
    UserPrivilegeStatusType at imp1 "userprivilegestatustype": Terms::Of(&[]);
    UserIdentifierType | VisibleUserIdentifierType at imp1 "visibleuseridentifiertype": Terms::Of(&[
        "Barcode", "Institution Id Number",
    ]);
};
