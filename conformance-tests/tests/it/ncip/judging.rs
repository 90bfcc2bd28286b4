//! How the small systems judge an answer: where a problem may stand, what must be there, and how a patron stands; or one of these wrong.

use conformance_tests::ncip::Version;
use conformance_tests::ncip::reply::{Problem, Read};
use conformance_tests::tree::Element;

use super::wrongs::Wrong;

/// Which problems are overlooked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overlooks {
    Nothing,
    /// Those beside data.
    BesideData,
    /// Those within an Ext.
    InExt,
    /// Those within data.
    WithinData,
    /// Those in the other version's form.
    TheOtherForm,
    /// Elements that only have an error's name.
    OtherNames,
}

const PROBLEMS: &[&str] = &["Problem", "ProcessingError", "MessagingError"];

/// The problems of an answer.
pub(crate) fn problems(read: &Read, overlooks: Overlooks) -> Vec<Problem> {
    let Some(body) = read.body() else { return Vec::new() };
    let is_data = |child: &Element| {
        !matches!(child.name.as_str(), "ResponseHeader" | "Ext")
            && !PROBLEMS.contains(&child.name.as_str())
            && !child.name.contains("Error")
    };
    let has_data = body.children.iter().any(is_data);
    let mut found = Vec::new();
    for child in &body.children {
        let is_problem = PROBLEMS.contains(&child.name.as_str());
        let own_form = child.child("ProblemType").is_some() == (read.version == Version::V2);
        let overlooked = match overlooks {
            Overlooks::BesideData => is_problem && own_form && has_data,
            Overlooks::InExt => child.name == "Ext",
            Overlooks::WithinData => is_data(child),
            Overlooks::TheOtherForm => is_problem && !own_form,
            Overlooks::OtherNames | Overlooks::Nothing => false,
        };
        if !overlooked {
            found.extend(Read { tree: child.clone(), version: read.version }.problems());
        }
        if child.name == "Error" && overlooks != Overlooks::OtherNames {
            found.push(Problem {
                kind: child.text.clone(),
                scheme: String::new(),
                element: String::new(),
                text: String::new(),
            });
        }
    }
    found
}

/// What an initiator that is wrong so overlooks in an answer of this service.
pub(crate) fn overlooks(wrong: Option<Wrong>, service: &str) -> Overlooks {
    match (wrong, service) {
        (Some(Wrong::DataFirst), "LookupUser") => Overlooks::BesideData,
        (Some(Wrong::ExtUnread), "LookupUser") => Overlooks::InExt,
        (Some(Wrong::DataUnread), "LookupUser") => Overlooks::WithinData,
        (Some(Wrong::OwnFormOnly), "LookupUser") => Overlooks::TheOtherForm,
        (Some(Wrong::OwnNamesOnly), "LookupUser") => Overlooks::OtherNames,
        (Some(Wrong::DataIsDone), "AcceptItem" | "CheckOutItem") => Overlooks::InExt,
        _ => Overlooks::Nothing,
    }
}

/// Whether an answer says what it must.
pub(crate) fn is_answer(wrong: Option<Wrong>, service: &str, read: &Read, item: &str) -> bool {
    let says = |name: &str| read.anywhere(name).is_some_and(|text| !text.trim().is_empty());
    match service {
        "LookupUser" => says("UserIdentifierValue") || wrong == Some(Wrong::EmptyUserIsFound),
        "AcceptItem" => {
            says("RequestIdentifierValue")
                || says("ItemIdentifierValue")
                || wrong == Some(Wrong::EmptyIsAccepted)
        }
        "CheckInItem" => says("ItemIdentifierValue") || wrong == Some(Wrong::EmptyIsTakenBack),
        "CheckOutItem" => match read.anywhere("ItemIdentifierValue").map(str::trim) {
            None | Some("") => wrong == Some(Wrong::EmptyIsLent),
            Some(named) => named == item || wrong == Some(Wrong::AnyItemWillDo),
        },
        _ => true,
    }
}

/// Whether a patron may borrow by what is said of blocks and privileges.
pub(crate) fn may_borrow(wrong: Option<Wrong>, read: &Read) -> bool {
    let is = |this: Wrong| wrong == Some(this);
    let texts = |name: &str| {
        let mut found = Vec::new();
        every(&read.tree, name, &mut found);
        found.into_iter().map(term).collect::<Vec<String>>()
    };
    let blocked = texts("BlockOrTrapType").into_iter().any(|block| match block.as_str() {
        "" => is(Wrong::EmptyBlocksStop),
        "Block Renewal" | "Block Recall" | "Block Electronic Resource Access" => is(Wrong::AnyBlockStops),
        "Block Request Item" => !is(Wrong::BlocksPass),
        _ => !is(Wrong::UnknownBlocksPass),
    });
    let (kinds, words) = (texts("AgencyUserPrivilegeType"), texts("UserPrivilegeStatusType"));
    let unfit = kinds.iter().zip(&words).any(|(kind, word)| {
        let word = word.to_lowercase();
        match word.as_str() {
            _ if kind != "STATUS" && !is(Wrong::AnyPrivilegeIsStanding) => false,
            "active" => false,
            "not blocked" => is(Wrong::SeesBlocked),
            "inactive" => !is(Wrong::SeesActive),
            _ => !is(Wrong::UnknownStandingPasses),
        }
    });
    !blocked && !unfit
}

/// A date that can be passed on.
pub(crate) fn date(wrong: Option<Wrong>, text: &str) -> String {
    let is_one = text.len() >= 10 && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    let is_utc = text.len() == 20 && text.ends_with('Z') && !text.contains("T24");
    match wrong {
        Some(Wrong::DatesAsTheyCame) => text.to_owned(),
        Some(Wrong::ReadsUtcAlone) if !is_utc => String::new(),
        _ if is_one => text.to_owned(),
        _ => String::new(),
    }
}

fn term(element: &Element) -> String {
    element.text_at("Value").unwrap_or(&element.text).trim().to_owned()
}

fn every<'a>(element: &'a Element, name: &str, found: &mut Vec<&'a Element>) {
    if element.name == name {
        found.push(element);
    }
    element.children.iter().for_each(|child| every(child, name, found));
}
