//! The ways for an initiator to be wrong, each with the case that must catch it.

/// A way for an initiator to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    AcceptsEarly,
    /// After an answer that was lost so, the command is given anew: nobody is asked, and nothing of it is the same.
    Afresh(&'static str, Gone),
    /// The same after a kill.
    AfreshAfterAKill(&'static str),
    AnyBlockStops,
    AnyItemWillDo,
    AnyPrivilegeIsStanding,
    AnyVersion,
    AsksWhatWasDoneByHand,
    BareTerms,
    BlockedIsWelcome,
    BlocksPass,
    CancelsByItsOwnId,
    ChecksInTooSoon,
    ChecksOutEarly,
    CutIsFound,
    DataFirst,
    DataIsDone,
    DataUnread,
    DatesAsTheyCame,
    DeafToAskAgain,
    DeletesAnother,
    DeletesFirst,
    DiesOf(Monster),
    /// What the ILS shows to be done after such a loss is done again.
    DoneAgain(&'static str, Gone),
    EmptyBlocksStop,
    EmptyIsAccepted,
    EmptyIsLent,
    EmptyIsTakenBack,
    EmptyUserIsFound,
    ErrorStatusIsNoAnswer,
    EscapesTwice,
    ExtUnread,
    FirstPieceIsAll,
    FirstProblemOnly,
    FirstVolumeOnly,
    ForgetsTheCheckIn,
    ForgetsTheChosenId,
    GivesUpAtOnce,
    GivesUpWhatIsNotDone,
    Hammers,
    HoldsAnother,
    IdsInSmallLetters,
    LendsToTheLibrary,
    NamelessIds,
    NoHoldNoLoan,
    NoLookup,
    NumbersLines,
    OneAtATime,
    OutOfOrder,
    OwnDate,
    OwnFormOnly,
    OwnNamesOnly,
    OwnWords,
    OwnWordsAreAYes,
    PasswordForAll,
    PlainCodes,
    PostsPlainText,
    ReadsUtcAlone,
    RefusedProbeIsNotDone,
    RenewsAgain,
    RenewsAnother,
    RestsAfterNonsense,
    RestsForAll,
    SeesActive,
    SeesBlocked,
    SendsPins,
    SendsTwice,
    StumblesOver(Oddity),
    SwappedHeader,
    TriesATakenIdAgain,
    UnknownBlocksPass,
    UnknownIsWelcome,
    UnknownStandingPasses,
    UnlentAgainIsAFailure,
    UnlentIsAFailure,
    /// What is gone already, when it is to be given up or deleted, is tried again.
    WhatIsGoneIsAFailure(&'static str),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// The connection was closed.
    Closed,
    /// Nothing came in time.
    Silent,
    /// An HTTP error with something else than NCIP.
    Page,
    /// What came is no XML.
    Text,
    /// Nothing is in it.
    Empty,
    /// XML that cannot be read.
    Unreadable,
    /// It answers something else.
    Another,
    /// It is in the other version.
    OtherVersion,
}

/// What is odd about an answer that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    UnknownElement,
    NoNamespace,
    BareVersion,
    Latin,
    Doctype,
}

/// What an answer kills a system by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Monster {
    Entities,
    Length,
}

impl Oddity {
    /// Whether an answer is odd in this way.
    pub(crate) fn is_in(self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let says = |mark: &str| text.contains(mark);
        match self {
            Oddity::UnknownElement => says("<LocalThing"),
            Oddity::NoNamespace => says("<NCIPMessage version=") && !says("v1_0"),
            Oddity::BareVersion => says("xmlns:ncip") && !says("ncip:version"),
            Oddity::Latin => says("ISO-8859-1"),
            Oddity::Doctype => says("<!DOCTYPE") && !says("<!ENTITY"),
        }
    }
}

impl Monster {
    pub(crate) fn is_in(self, bytes: &[u8]) -> bool {
        match self {
            Monster::Entities => String::from_utf8_lossy(bytes).contains("<!ENTITY"),
            Monster::Length => bytes.len() > 8 << 20,
        }
    }
}

/// The wrong initiators that fail one case of its area and no other.
pub(crate) const EXACTLY: &[(Wrong, &str)] = &[
    (Wrong::ExtUnread, "NA01"),
    (Wrong::DataFirst, "NA02"),
    (Wrong::DataUnread, "NA03"),
    (Wrong::OwnFormOnly, "NA04"),
    (Wrong::OwnNamesOnly, "NA05"),
    (Wrong::EmptyUserIsFound, "NA06"),
    (Wrong::CutIsFound, "NA07"),
    (Wrong::EmptyIsAccepted, "NA08"),
    (Wrong::AnyItemWillDo, "NA09"),
    (Wrong::Afresh("AcceptItem", Gone::Unreadable), "NA10"),
    (Wrong::RefusedProbeIsNotDone, "NA11"),
    (Wrong::BlocksPass, "NA12"),
    (Wrong::AnyBlockStops, "NA13"),
    (Wrong::UnknownBlocksPass, "NA14"),
    (Wrong::EmptyBlocksStop, "NA15"),
    (Wrong::SeesBlocked, "NA16"),
    (Wrong::SeesActive, "NA17"),
    (Wrong::UnknownStandingPasses, "NA18"),
    (Wrong::AnyPrivilegeIsStanding, "NA19"),
    (Wrong::DatesAsTheyCame, "NA20"),
    (Wrong::RestsForAll, "NA21"),
    (Wrong::EmptyIsLent, "NA22"),
    (Wrong::EmptyIsTakenBack, "NA23"),
    (Wrong::DataIsDone, "NA24"),
    (Wrong::ReadsUtcAlone, "NA25"),
    (Wrong::RestsAfterNonsense, "NA26"),
    (Wrong::DoneAgain("AcceptItem", Gone::Closed), "NB01"),
    (Wrong::Afresh("CheckOutItem", Gone::Closed), "NB02"),
    (Wrong::DoneAgain("AcceptItem", Gone::Silent), "NB03"),
    (Wrong::Afresh("CheckOutItem", Gone::Silent), "NB04"),
    (Wrong::GivesUpWhatIsNotDone, "NB05"),
    (Wrong::Afresh("AcceptItem", Gone::Page), "NB06"),
    (Wrong::Afresh("CheckOutItem", Gone::Text), "NB07"),
    (Wrong::Afresh("AcceptItem", Gone::Empty), "NB08"),
    (Wrong::Afresh("AcceptItem", Gone::Another), "NB09"),
    (Wrong::Afresh("AcceptItem", Gone::OtherVersion), "NB10"),
    (Wrong::StumblesOver(Oddity::UnknownElement), "NB11"),
    (Wrong::StumblesOver(Oddity::NoNamespace), "NB12"),
    (Wrong::StumblesOver(Oddity::BareVersion), "NB13"),
    (Wrong::StumblesOver(Oddity::Latin), "NB14"),
    (Wrong::StumblesOver(Oddity::Doctype), "NB15"),
    (Wrong::FirstPieceIsAll, "NB16"),
    (Wrong::Afresh("RequestItem", Gone::Closed), "NB22"),
    (Wrong::UnlentAgainIsAFailure, "NB23"),
    (Wrong::WhatIsGoneIsAFailure("CancelRequestItem"), "NB24"),
    (Wrong::WhatIsGoneIsAFailure("DeleteItem"), "NB25"),
    (Wrong::RenewsAgain, "NB26"),
    (Wrong::BlockedIsWelcome, "NP02"),
    (Wrong::FirstProblemOnly, "NP03"),
    (Wrong::UnlentIsAFailure, "NP04"),
    (Wrong::GivesUpAtOnce, "NP05"),
    (Wrong::Hammers, "NP06"),
    (Wrong::DeafToAskAgain, "NP07"),
    (Wrong::AsksWhatWasDoneByHand, "NP08"),
    (Wrong::OwnWordsAreAYes, "NP09"),
    (Wrong::TriesATakenIdAgain, "NP10"),
    (Wrong::ErrorStatusIsNoAnswer, "NP11"),
    (Wrong::NoHoldNoLoan, "NP12"),
];

/// Those that may well fail others too: what they do wrong is in each message, or in the way of each loan.
pub(crate) const AMONG_OTHERS: &[(Wrong, &str)] = &[
    (Wrong::AnyVersion, "NF01"),
    (Wrong::SwappedHeader, "NF02"),
    (Wrong::OutOfOrder, "NF03"),
    (Wrong::PlainCodes, "NF04"),
    (Wrong::IdsInSmallLetters, "NF05"),
    (Wrong::PasswordForAll, "NF06"),
    (Wrong::PostsPlainText, "NF07"),
    (Wrong::NumbersLines, "NF08"),
    (Wrong::EscapesTwice, "NF09"),
    (Wrong::SendsPins, "NF10"),
    (Wrong::NamelessIds, "NF12"),
    (Wrong::BareTerms, "NF13"),
    (Wrong::OwnWords, "NF14"),
    (Wrong::NoLookup, "NW01"),
    (Wrong::HoldsAnother, "NW02"),
    (Wrong::ChecksOutEarly, "NW03"),
    (Wrong::AcceptsEarly, "NW04"),
    (Wrong::LendsToTheLibrary, "NW05"),
    (Wrong::ForgetsTheCheckIn, "NW06"),
    (Wrong::ChecksInTooSoon, "NW07"),
    (Wrong::SendsTwice, "NW08"),
    (Wrong::OwnDate, "NW09"),
    (Wrong::ForgetsTheChosenId, "NW10"),
    (Wrong::CancelsByItsOwnId, "NW11"),
    (Wrong::FirstVolumeOnly, "NW12"),
    (Wrong::DeletesAnother, "NW13"),
    (Wrong::DeletesFirst, "NW14"),
    (Wrong::DiesOf(Monster::Entities), "NB17"),
    (Wrong::DiesOf(Monster::Length), "NB18"),
    (Wrong::RenewsAnother, "NW15"),
    (Wrong::OneAtATime, "NB19"),
    (Wrong::AfreshAfterAKill("AcceptItem"), "NB20"),
    (Wrong::AfreshAfterAKill("CheckOutItem"), "NB21"),
    (Wrong::UnknownIsWelcome, "NP01"),
];

/// Cases that write down what a system does, and fail none for it.
pub(crate) const NOTED: &[&str] = &["NF11"];
