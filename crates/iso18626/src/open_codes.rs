//! The open code lists of ISO 18626: the values the standard lists, and room for everybody else's.
//!
//! An [`Open`] value keeps its text and its scheme as they came. Matching a listed value is tolerant (letter case,
//! and the dashes that some systems write for a hyphen); writing is not.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use xml::Leaf;
use xml::schema::Lexical;

/// A value of an open code list: text with the scheme it belongs to.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Open<L> {
    /// The value as it came.
    pub value: String,
    /// The list's URI, where the sender gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    #[serde(skip)]
    list: PhantomData<fn() -> L>,
}

impl<L> Open<L> {
    /// A value without a scheme.
    pub fn new(value: impl Into<String>) -> Self {
        Open { value: value.into(), scheme: None, list: PhantomData }
    }

    /// A value with the scheme it belongs to.
    pub fn with_scheme(value: impl Into<String>, scheme: impl Into<String>) -> Self {
        Open { value: value.into(), scheme: Some(scheme.into()), list: PhantomData }
    }
}

impl<L: OpenList> Open<L> {
    /// The listed value this is, if the standard lists it.
    pub fn code(&self) -> Option<L> {
        L::from_wire(&self.value)
    }
}

impl<L: OpenList> From<L> for Open<L> {
    fn from(code: L) -> Self {
        Open::new(code.as_str())
    }
}

impl<L> Clone for Open<L> {
    fn clone(&self) -> Self {
        Open { value: self.value.clone(), scheme: self.scheme.clone(), list: PhantomData }
    }
}

impl<L> Default for Open<L> {
    fn default() -> Self {
        Open::new("")
    }
}

impl<L> PartialEq for Open<L> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.scheme == other.scheme
    }
}

impl<L> Eq for Open<L> {}

impl<L> std::fmt::Debug for Open<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.scheme {
            Some(scheme) => write!(f, "{:?} in {scheme:?}", self.value),
            None => write!(f, "{:?}", self.value),
        }
    }
}

impl<L> Leaf for Open<L> {
    fn set(&mut self, text: &str, attribute: Option<&str>) {
        text.clone_into(&mut self.value);
        self.scheme = attribute.map(str::to_owned);
    }

    fn text(&self) -> &str {
        &self.value
    }

    fn attribute(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    fn drop_attribute(&mut self) {
        self.scheme = None;
    }
}

xml::leaf!(Open<L>, Lexical::String, Some("scheme"), <L>);

/// An open code list of the standard.
pub trait OpenList: Copy + 'static {
    /// The list's name in the standard's own URI.
    const LIST: &'static str;

    /// The listed values, as the standard writes them.
    const CODES: &'static [&'static str];

    /// The listed value that `text` means, matched tolerantly.
    fn from_wire(text: &str) -> Option<Self>;

    /// The value as the standard writes it.
    fn as_str(self) -> &'static str;
}

fn same_code(listed: &str, text: &str) -> bool {
    let folded = |c: char| if matches!(c, '\u{2010}'..='\u{2015}') { '-' } else { c.to_ascii_lowercase() };
    listed.chars().map(folded).eq(text.trim().chars().map(folded))
}

macro_rules! open_codes {
    ($(#[$meta:meta])* pub enum $name:ident in $list:literal { $($variant:ident = $wire:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", $wire, "`")]
                $variant,
            )*
        }

        impl OpenList for $name {
            const LIST: &'static str = $list;

            const CODES: &'static [&'static str] = &[$($wire),*];

            fn from_wire(text: &str) -> Option<Self> {
                let _ = text;
                $( if same_code($wire, text) { return Some($name::$variant); } )*
                None
            }

            fn as_str(self) -> &'static str {
                match self { $( $name::$variant => $wire, )* }
            }
        }
    };
}

open_codes! {
    /// Whose symbols these are.
    pub enum AgencyIdType in "AgencyIdTypeList" {
        ISIL = "ISIL";
        DNUCNI = "DNUCNI";
        ICOLC = "ICOLC";
    }
}

open_codes! {
    /// What kind of number names the item.
    pub enum BibliographicItemIdCode in "BibliographicItemIdCodeList" {
        ISBN = "ISBN";
        ISSN = "ISSN";
        ISMN = "ISMN";
    }
}

open_codes! {
    /// Whose record number this is.
    pub enum BibliographicRecordIdCode in "BibliographicRecordIdCodeList" {
        AMICUS = "AMICUS";
        BL = "BL";
        FAUST = "FAUST";
        JNB = "JNB";
        LA = "LA";
        LCCN = "LCCN";
        Medline = "Medline";
        NCID = "NCID";
        OCLC = "OCLC";
        PID = "PID";
        PMID = "PMID";
        TP = "TP";
    }
}

open_codes! {
    /// How the cost is settled.
    pub enum BillingMethod in "BillingMethodList" {
        Account = "Account";
        FreeOfCharge = "FreeOfCharge";
        Invoice = "Invoice";
        Other = "Other";
        ReciprocityAgreement = "ReciprocityAgreement";
    }
}

open_codes! {
    /// Under what rule a copy is asked for.
    pub enum CopyrightCompliance in "CopyrightComplianceList" {
        USCCG = "US-CCG";
        USCCL = "US-CCL";
        UKCopyRFeePaid = "UK-CopyRFeePaid";
        UKFairDealing = "UK-FairDealing";
        NZCopyrightActS54 = "NZ-CopyrightActS54";
        NZCopyrightActS55 = "NZ-CopyrightActS55";
        AUCopyRCatS183ComW = "AU-CopyRCatS183ComW";
        AUCopyRCatS183State = "AU-CopyRCatS183State";
        AUCopyrightActS49 = "AU-CopyrightActS49";
        AUCopyrightActS501 = "AU-CopyrightActS50-1";
        AUCopyrightActS507A = "AU-CopyrightActS50-7A";
        AUCopyrightActS507B = "AU-CopyrightActS50-7B";
        AUCopyrightCleared = "AU-CopyrightCleared";
        AUGenBus = "AU-GenBus";
        Other = "Other";
    }
}

open_codes! {
    /// What kind of electronic address this is.
    pub enum ElectronicAddressType in "ElectronicAddressType" {
        Chat = "Chat";
        Email = "Email";
        FTP = "FTP";
        Skype = "Skype";
    }
}

open_codes! {
    /// In what form the item is wanted or was sent.
    pub enum ItemFormat in "FormatList" {
        BluRay = "Blu-ray";
        Braille = "Braille";
        CassetteTape = "CassetteTape";
        CD = "CD";
        CDROM = "CD-ROM";
        DaisyROM = "Daisy-ROM";
        DVD = "DVD";
        EPUB = "EPUB";
        EPUB2 = "EPUB2";
        EPUB3 = "EPUB3";
        JPEG = "JPEG";
        LargePrint = "LargePrint";
        LP = "LP";
        Microform = "Microform";
        MP3 = "MP3";
        Multimedia = "Multimedia";
        PaperCopy = "PaperCopy";
        PDF = "PDF";
        Printed = "Printed";
        Tape = "Tape";
        TIFF = "TIFF";
        UltraHD = "UltraHD";
        VHS = "VHS";
    }
}

open_codes! {
    /// What the supplier makes the loan depend on.
    pub enum LoanCondition in "LoanConditionList" {
        LibraryUseOnly = "LibraryUseOnly";
        NoReproduction = "NoReproduction";
        SignatureRequired = "SignatureRequired";
        SpecCollSupervReq = "SpecCollSupervReq";
        WatchLibraryUseOnly = "WatchLibraryUseOnly";
    }
}

open_codes! {
    /// What kind of patron asks.
    pub enum PatronType in "PatronTypeList" {
        Adult = "Adult";
        Child = "Child";
        Faculty = "Faculty";
        GraduateStudent = "GraduateStudent";
        Researcher = "Researcher";
        Staff = "Staff";
        Student = "Student";
        UnderGraduateStudent = "UnderGraduateStudent";
    }
}

open_codes! {
    /// How payment is made.
    pub enum PaymentMethod in "PaymentMethodList" {
        BankTransfer = "BankTransfer";
        CreditCard = "CreditCard";
        DebitCard = "DebitCard";
        EFTS = "EFTS";
        IBS = "IBS";
        IIBS = "IIBS";
        IFLAVoucher = "IFLAVoucher";
        IFM = "IFM";
        LAPS = "LAPS";
        Paypal = "Paypal";
    }
}

open_codes! {
    /// What kind of publication this is.
    pub enum PublicationType in "PublicationTypeList" {
        ArchiveMaterial = "ArchiveMaterial";
        Article = "Article";
        AudioBook = "AudioBook";
        Book = "Book";
        Chapter = "Chapter";
        ConferenceProc = "ConferenceProc";
        Game = "Game";
        GovernmentPubl = "GovernmentPubl";
        Image = "Image";
        Journal = "Journal";
        Manuscript = "Manuscript";
        Map = "Map";
        Movie = "Movie";
        MusicRecording = "MusicRecording";
        MusicScore = "MusicScore";
        Newspaper = "Newspaper";
        Patent = "Patent";
        Report = "Report";
        SoundRecording = "SoundRecording";
        Thesis = "Thesis";
    }
}

open_codes! {
    /// Why the request should be repeated with other terms.
    pub enum ReasonRetry in "ReasonRetryList" {
        AtBindery = "AtBindery";
        CostExceedsMaxCost = "CostExceedsMaxCost";
        LoanPossible = "LoanPossible";
        NotCurrentAvailableForILL = "NotCurrentAvailableForILL";
        NotFoundAsCited = "NotFoundAsCited";
        OnLoan = "OnLoan";
        OnOrder = "OnOrder";
        ReqDelDateNotPossible = "ReqDelDateNotPossible";
        ReqDelMethodNotSupp = "ReqDelMethodNotSupp";
        CourierNotSupp = "CourierNotSupp";
        MultiVolAvail = "MultiVolAvail";
        MustMeetLoanCondition = "MustMeetLoanCondition";
        ReqEditionNotPossible = "ReqEditionNotPossible";
        ReqFormatNotPossible = "ReqFormatNotPossible";
        ReqPayMethodNotSupported = "ReqPayMethodNotSupported";
        ReqServLevelNotSupp = "ReqServLevelNotSupp";
        ReqServTypeNotPossible = "ReqServTypeNotPossible";
        LoanCondition = "LoanCondition";
    }
}

open_codes! {
    /// Why the supplier cannot supply.
    pub enum ReasonUnfilled in "ReasonUnfilledList" {
        NonCirculating = "NonCirculating";
        NotAvailableForILL = "NotAvailableForILL";
        NotHeld = "NotHeld";
        NotOnShelf = "NotOnShelf";
        PolicyProblem = "PolicyProblem";
        PoorCondition = "PoorCondition";
        Duplicate = "Duplicate";
    }
}

open_codes! {
    /// How the item travels.
    pub enum DeliveryMethod in "DeliveryMethodList" {
        ArticleExchange = "ArticleExchange";
        Ariel = "Ariel";
        Courier = "Courier";
        Email = "Email";
        FTP = "FTP";
        Mail = "Mail";
        Odyssey = "Odyssey";
        URL = "URL";
    }
}

open_codes! {
    /// How fast the service is to be.
    pub enum ServiceLevel in "ServiceLevelList" {
        Express = "Express";
        Normal = "Normal";
        Rush = "Rush";
        SecondaryMail = "SecondaryMail";
        Standard = "Standard";
        Urgent = "Urgent";
    }
}

open_codes! {
    /// Who carries the item.
    pub enum CourierName in "CourierNameList" {
        DBSchenker = "DB Schenker";
        DHL = "DHL";
        Fedex = "Fedex";
        PostNordAB = "PostNord AB";
        UPS = "UPS";
    }
}

open_codes! {
    /// ISO 4217 currency.
    pub enum CurrencyCode in "ISO-4217" {

    }
}

open_codes! {
    /// ISO 3166-1 country.
    pub enum Country in "ISO-3166-1" {

    }
}

open_codes! {
    /// ISO 3166-2 region.
    pub enum Region in "ISO-3166-2" {

    }
}
