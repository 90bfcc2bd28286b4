//! A message as an ILS takes it: the service, the envelope, and what it picks out of the body, whichever version it is in.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{Element, NAMESPACE, Version};
use crate::ils::service::Service;

/// A message that was read.
#[derive(Clone, Debug)]
pub(crate) struct ParsedMessage {
    /// The version it is in.
    pub(crate) version: Version,
    /// The element that names the service.
    pub(crate) name: String,
    /// The service, where it is one that the simulator knows.
    pub(crate) service: Option<Service>,
    /// The agency that sends it.
    pub(crate) from: Option<String>,
    /// The agency it is for.
    pub(crate) to: Option<String>,
    /// The sender's secret.
    pub(crate) secret: Option<String>,
    /// The profile it names.
    pub(crate) profile: Option<String>,
    /// Whether elements were written with a prefix.
    pub(crate) prefixed: Prefixed,
    /// Whether it is in a namespace.
    pub(crate) namespaced: Namespaced,
    /// What stands below the service's element.
    body: Element,
}

/// Whether elements were written with a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefixed {
    Yes,
    No,
}

/// Whether a message is in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespaced {
    Yes,
    No,
}

/// The bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no NCIP message: {0}")]
pub(crate) struct Unread(String);

/// Reads a message.
pub(crate) fn read(bytes: &[u8]) -> Result<ParsedMessage, Unread> {
    let root = Element::parse(bytes).map_err(Unread)?;
    if root.name == "NCIPVersionMessage" {
        let body =
            root.child("LookupVersion").cloned().ok_or_else(|| Unread("no LookupVersion".to_owned()))?;
        return Ok(ParsedMessage::of(Version::V1, &root, body));
    }
    if root.name != "NCIPMessage" {
        return Err(Unread(format!("the root is {}", root.name)));
    }
    let told = root.attribute("version").unwrap_or_default();
    let version = if root.namespace.as_deref() == Some(NAMESPACE) || told.contains("v2_") {
        Version::V2
    } else {
        Version::V1
    };
    let body = root.children.first().cloned().ok_or_else(|| Unread("nothing is asked".to_owned()))?;
    Ok(ParsedMessage::of(version, &root, body))
}

impl ParsedMessage {
    fn of(version: Version, root: &Element, body: Element) -> Self {
        // LookupVersion has its agencies without a header.
        let header = body.child("InitiationHeader").unwrap_or(&body);
        ParsedMessage {
            version,
            name: body.name.clone(),
            service: body.name.parse().ok().filter(|service: &Service| service.as_str() == body.name),
            from: header.child("FromAgencyId").and_then(agency),
            to: header.child("ToAgencyId").and_then(agency),
            secret: header.text_at("FromAgencyAuthentication"),
            profile: header.child("ApplicationProfileType").map(|profile| profile.value().to_owned()),
            prefixed: if root.has_prefix() { Prefixed::Yes } else { Prefixed::No },
            namespaced: if root.namespace.is_some() { Namespaced::Yes } else { Namespaced::No },
            body,
        }
    }

    /// The card that is named.
    pub(crate) fn user(&self) -> Option<String> {
        let by_id = || identifier(&self.body, &["UserId", "UniqueUserId"], "UserIdentifierValue");
        let visible = || self.body.text_at("VisibleUserId/VisibleUserIdentifier");
        let by_input = || {
            let is_card = |input: &&Element| !is_secret(input);
            self.body.all("AuthenticationInput").find(is_card)?.text_at("AuthenticationInputData")
        };
        by_id().or_else(visible).or_else(by_input)
    }

    /// The PIN that is given.
    pub(crate) fn pin(&self) -> Option<String> {
        self.body.all("AuthenticationInput").find(is_secret)?.text_at("AuthenticationInputData")
    }

    /// The barcode that is named.
    pub(crate) fn item(&self) -> Option<String> {
        identifier(&self.body, &["ItemId", "UniqueItemId"], "ItemIdentifierValue")
            .or_else(|| self.body.text_at("VisibleItemId/VisibleItemIdentifier"))
    }

    /// The record id of the title that is named.
    pub(crate) fn record(&self) -> Option<String> {
        let id = self.body.either(&["BibliographicId", "UniqueBibliographicId"])?;
        id.text_at("BibliographicRecordId/BibliographicRecordIdentifier")
            .or_else(|| id.text_at("BibliographicItemId/BibliographicItemIdentifier"))
    }

    /// The id of the loan or hold that is named.
    pub(crate) fn request(&self) -> Option<String> {
        identifier(&self.body, &["RequestId", "UniqueRequestId"], "RequestIdentifierValue")
    }

    /// A word such as the request type.
    pub(crate) fn word(&self, name: &str) -> Option<String> {
        self.body.child(name).map(|word| word.value().to_owned()).filter(|word| !word.is_empty())
    }

    /// The words of every element with that name: which optional elements are wanted.
    pub(crate) fn words<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.body.all(name).map(Element::value)
    }

    /// Whether the body has such an element.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.body.child(name).is_some()
    }

    /// A date of the body.
    pub(crate) fn date(&self, name: &str) -> Option<Timestamp> {
        date(&self.body.text_at(name)?)
    }

    /// A date of the body that has no zone.
    pub(crate) fn local_date(&self, name: &str) -> Option<Timestamp> {
        let text = self.body.text_at(name)?;
        let zoned = text.trim().parse::<Timestamp>().is_ok();
        if zoned { None } else { date(&text) }
    }

    /// The title, author and call number that are told.
    pub(crate) fn described(&self) -> Described {
        let fields = self.body.child("ItemOptionalFields").unwrap_or(&self.body);
        Described {
            title: fields.text_at("BibliographicDescription/Title"),
            author: fields.text_at("BibliographicDescription/Author"),
            call_number: fields.text_at("ItemDescription/CallNumber"),
        }
    }

    /// The amount and the currency of a charge, and what it is for.
    pub(crate) fn charge(&self) -> Option<(String, String, String)> {
        let charge = self.body.child("FiscalTransactionInformation")?;
        let amount = charge.child("Amount")?;
        let currency = amount.child("CurrencyCode").map(|code| code.value().to_owned());
        let minor: i64 = amount.text_at("MonetaryValue")?.parse().ok()?;
        // Amounts travel in the currency's smallest unit.
        let amount = format!("{}.{:02}", minor / 100, (minor % 100).abs());
        let reason = charge
            .text_at("FiscalTransactionDescription")
            .or_else(|| charge.child("FiscalTransactionType").map(|kind| kind.value().to_owned()));
        Some((amount, currency.unwrap_or_default(), reason.unwrap_or_default()))
    }
}

/// What is told of an item.
pub(crate) struct Described {
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) call_number: Option<String>,
}

/// The agency's id: version 1 says it in `UniqueAgencyId/Value`, version 2 in `AgencyId`; some put it in without either.
fn agency(element: &Element) -> Option<String> {
    let inner = element.either(&["UniqueAgencyId", "AgencyId"]).unwrap_or(element);
    Some(inner.value().to_owned()).filter(|id| !id.is_empty())
}

fn identifier(body: &Element, names: &[&str], value: &str) -> Option<String> {
    body.either(names)?.text_at(value)
}

fn is_secret(input: &&Element) -> bool {
    let kind = input.child("AuthenticationInputType").map(|kind| kind.value().to_ascii_lowercase());
    kind.is_some_and(|kind| kind.contains("pin") || kind.contains("password"))
}

/// A date with an offset, without one (taken for UTC), or without a time.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let local = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    text.parse::<Timestamp>().ok().or_else(local)
}
