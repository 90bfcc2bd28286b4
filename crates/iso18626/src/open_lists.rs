//! The values that the standard's open code lists have, and where the lists are.
//!
//! A row says the value; then, where it is not in the lists of every generation, `old` (until 2017), `new` (since
//! 2021) or `unlisted` (in use, and on no list: understood, never offered); then `also` and another spelling that is
//! read as it.

use crate::open_codes::{Generation, List, OpenList, same_code};

macro_rules! open_codes {
    ($(#[$meta:meta])* pub enum $name:ident
        in [$($($first_element:ident)? $first:literal),*] [$($now:literal)?]
        { $($variant:ident = $wire:literal $($since:ident)? $(also $other:literal)?;)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", $wire, "`")]
                $variant,
            )*
        }

        impl $name {
            const ROWS: &'static [Row] = &[$(Row { value: $wire, since: since!($($since)?) },)*];
            const LISTED: [&'static str; listed(Self::ROWS)] = only_listed(Self::ROWS);
        }

        impl OpenList for $name {
            const CODES: &'static [&'static str] = &Self::LISTED;

            fn lists(generation: Generation) -> &'static [List] {
                match generation {
                    Generation::First => &[$(list!($($first_element)? $first)),*],
                    Generation::Now => &[$(list!($now))?],
                }
            }

            fn has(generation: Generation, value: &str) -> bool {
                Self::ROWS.iter().any(|row| row.value == value && row.since.is_in(generation))
            }

            fn from_wire(text: &str) -> Option<Self> {
                $(
                    if same_code($wire, text) $(|| same_code($other, text))? {
                        return Some($name::$variant);
                    }
                )*
                None
            }

            fn as_str(self) -> &'static str {
                match self { $( $name::$variant => $wire, )* }
            }
        }
    };
}

macro_rules! list {
    ($element:ident $name:literal) => {
        List {
            element: stringify!($element),
            uri: concat!("http://illtransactions.org/ISO18626/OpenCodeList/", $name),
        }
    };
    ($name:literal) => {
        List { element: "", uri: concat!("http://illtransactions.org/ISO18626/OpenCodeList/", $name) }
    };
}

macro_rules! since {
    () => {
        Since::Always
    };
    (old) => {
        Since::Old
    };
    (new) => {
        Since::New
    };
    (unlisted) => {
        Since::Unlisted
    };
}

/// In which generations a value is listed.
#[derive(Clone, Copy)]
enum Since {
    Always,
    Old,
    New,
    Unlisted,
}

impl Since {
    const fn is_in(self, generation: Generation) -> bool {
        match self {
            Since::Always => true,
            Since::Old => matches!(generation, Generation::First),
            Since::New => matches!(generation, Generation::Now),
            Since::Unlisted => false,
        }
    }

    const fn is_listed(self) -> bool {
        !matches!(self, Since::Unlisted)
    }
}

#[derive(Clone, Copy)]
struct Row {
    value: &'static str,
    since: Since,
}

const fn listed(rows: &[Row]) -> usize {
    let (mut row, mut count) = (0, 0);
    while row < rows.len() {
        count += rows[row].since.is_listed() as usize;
        row += 1;
    }
    count
}

const fn only_listed<const N: usize>(rows: &[Row]) -> [&'static str; N] {
    let mut values = [""; N];
    let (mut row, mut count) = (0, 0);
    while row < rows.len() {
        if rows[row].since.is_listed() {
            values[count] = rows[row].value;
            count += 1;
        }
        row += 1;
    }
    values
}

open_codes! {
    /// Whose symbols these are.
    pub enum AgencyIdType in ["AgencyIdTypeList-V1.0"] ["AgencyIdTypeList-V2.0"] {
        ISIL = "ISIL";
        DNUCNI = "DNUCNI";
        ICOLC = "ICOLC" new;
    }
}

open_codes! {
    /// What kind of number names the item.
    pub enum BibliographicItemIdCode in ["BibliographicItemIdCodeList-V1.0"] ["BibliographicItemIdCodeList-V1.0"] {
        ISBN = "ISBN";
        ISSN = "ISSN";
        ISMN = "ISMN";
    }
}

open_codes! {
    /// Whose record number this is.
    pub enum BibliographicRecordIdCode in ["BibliographicRecordIdCodeList-V1.0"] ["BibliographicRecordIdCodeList-V1.0"] {
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
    pub enum BillingMethod in ["BillingMethodList-V1.0"] ["BillingMethodList-V1.0"] {
        Account = "Account";
        FreeOfCharge = "FreeOfCharge";
        Invoice = "Invoice";
        Other = "Other";
        ReciprocityAgreement = "ReciprocityAgreement";
    }
}

open_codes! {
    /// Under what rule a copy is asked for.
    pub enum CopyrightCompliance in ["CopyrightComplianceList-V1.0"] ["CopyrightComplianceList-V1.0"] {
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
    pub enum ElectronicAddressType in ["ElectronicAddressType-V1.0"] ["ElectronicAddressType-V1.0"] {
        Chat = "Chat";
        Email = "Email";
        FTP = "FTP";
        Skype = "Skype";
    }
}

open_codes! {
    /// In what form the item is wanted or was sent.
    pub enum ItemFormat in [preferredFormat "PreferredFormatList-V1.0", deliveredFormat "DeliveredFormatList-V1.0"]
        ["ItemFormatList-V1.0"] {
        BluRay = "Blu-ray";
        Braille = "Braille";
        CassetteTape = "CassetteTape";
        CD = "CD";
        CDROM = "CD-ROM";
        DaisyROM = "Daisy-ROM";
        DVD = "DVD";
        EPUB = "EPUB" new;
        EPUB2 = "EPUB2" new;
        EPUB3 = "EPUB3" new;
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
        UltraHD = "UltraHD" new;
        VHS = "VHS";
    }
}

open_codes! {
    /// What the supplier makes the loan depend on.
    pub enum LoanCondition in ["LoanConditionList-V1.0"] ["LoanConditionList-V1.0"] {
        LibraryUseOnly = "LibraryUseOnly";
        NoReproduction = "NoReproduction";
        SignatureRequired = "SignatureRequired";
        SpecCollSupervReq = "SpecCollSupervReq";
        WatchLibraryUseOnly = "WatchLibraryUseOnly";
    }
}

open_codes! {
    /// What kind of patron asks.
    pub enum PatronType in ["PatronTypeList-V1.0"] ["PatronTypeList-V1.0"] {
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
    pub enum PaymentMethod in ["PaymentMethodList-V1.0"] ["PaymentMethodList-V1.0"] {
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
    pub enum PublicationType in ["PublicationTypeList-V1.0"] ["PublicationTypeList-V1.0"] {
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
    pub enum ReasonRetry in ["ReasonRetryList-V1.0"] ["ReasonRetryList-V2.0"] {
        AtBindery = "AtBindery";
        CostExceedsMaxCost = "CostExceedsMaxCost";
        LoanPossible = "LoanPossible" old;
        NotCurrentAvailableForILL = "NotCurrentAvailableForILL";
        NotFoundAsCited = "NotFoundAsCited";
        OnLoan = "OnLoan";
        OnOrder = "OnOrder";
        ReqDelDateNotPossible = "ReqDelDateNotPossible";
        ReqDelMethodNotSupp = "ReqDelMethodNotSupp";
        CourierNotSupp = "CourierNotSupp" new;
        MultiVolAvail = "MultiVolAvail" new;
        MustMeetLoanCondition = "MustMeetLoanCondition" new also "LoanCondition";
        ReqEditionNotPossible = "ReqEditionNotPossible" new;
        ReqFormatNotPossible = "ReqFormatNotPossible" new;
        ReqPayMethodNotSupported = "ReqPayMethodNotSupported" new;
        ReqServLevelNotSupp = "ReqServLevelNotSupp" new;
        ReqServTypeNotPossible = "ReqServTypeNotPossible" new;
    }
}

open_codes! {
    /// Why the supplier cannot supply.
    pub enum ReasonUnfilled in ["ReasonUnfilledList-V1.0"] ["ReasonUnfilledList-V1.0"] {
        NonCirculating = "NonCirculating";
        NotAvailableForILL = "NotAvailableForILL";
        NotHeld = "NotHeld";
        NotOnShelf = "NotOnShelf";
        PolicyProblem = "PolicyProblem";
        PoorCondition = "PoorCondition";
        Duplicate = "Duplicate" unlisted;
    }
}

open_codes! {
    /// How the item travels.
    pub enum DeliveryMethod in ["SentViaList-V1.0"] ["DeliveryMethodList-V1.0"] {
        ArticleExchange = "ArticleExchange";
        Ariel = "Ariel" old;
        Courier = "Courier" new;
        Email = "Email";
        FTP = "FTP";
        Mail = "Mail";
        Odyssey = "Odyssey";
        URL = "URL";
    }
}

open_codes! {
    /// How fast the service is to be.
    pub enum ServiceLevel in ["ServiceLevelList-V1.0"] ["ServiceLevelList-V1.0"] {
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
    pub enum CourierName in [] ["CourierNameList-V1.0"] {
        DBSchenker = "DB Schenker" new;
        DHL = "DHL" new;
        Fedex = "Fedex" new;
        PostNordAB = "PostNord AB" new;
        UPS = "UPS" new;
    }
}

/// Declares a list that is kept elsewhere and grows: what it lists is known by its form.
macro_rules! codes_elsewhere {
    ($(#[$meta:meta])* pub enum $name:ident at $uri:literal as $form:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {}

        impl OpenList for $name {
            const CODES: &'static [&'static str] = &[];

            fn lists(_generation: Generation) -> &'static [List] {
                &[List { element: "", uri: $uri }]
            }

            fn has(_generation: Generation, value: &str) -> bool {
                let form: fn(&str) -> bool = $form;
                form(value)
            }

            fn from_wire(_text: &str) -> Option<Self> {
                None
            }

            fn as_str(self) -> &'static str {
                match self {}
            }
        }
    };
}

fn capitals(value: &str, count: usize) -> bool {
    value.len() == count && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

codes_elsewhere! {
    /// ISO 4217 currency.
    pub enum CurrencyCode at "https://www.iso.org/iso-4217-currency-codes.html" as |value| capitals(value, 3)
}

codes_elsewhere! {
    /// ISO 3166-1 country.
    pub enum Country at "https://www.iso.org/iso-3166-country-codes.html" as |value| capitals(value, 2)
}

codes_elsewhere! {
    /// ISO 3166-2 region.
    pub enum Region at "https://www.iso.org/iso-3166-country-codes.html#2012_iso3166-2" as |value| {
        let part = |part: &str| {
            (1..=3).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        value.split_once('-').is_some_and(|(country, region)| capitals(country, 2) && part(region))
    }
}
