//! How one ILS says things in one version: ids, words with their schemes, dates, envelopes.

use jiff::Timestamp;

use super::{NAMESPACE, Version, node::Node};
use crate::ils::{dialect::Dialect, quirk::Quirk};

/// How one ILS says things in one version.
#[derive(Clone, Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) version: Version,
    /// The ILS's own agency.
    pub(crate) agency: &'a str,
}

const SCHEMES: &str = "http://www.niso.org/ncip/v1_0";
const DOCTYPE: &str = "<!DOCTYPE NCIPMessage PUBLIC \"-//NISO//NCIP DTD Version 1.0//EN\" \
                       \"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\">\n";

impl Writer<'_> {
    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.dialect.has(quirk)
    }

    /// The name in this version.
    pub(crate) fn name<'n>(&self, v2: &'n str, v1: &'n str) -> &'n str {
        match self.version {
            Version::V1 => v1,
            Version::V2 => v2,
        }
    }

    /// A word with the scheme it comes from; `scheme` is the path below the standard's own, or a whole address.
    pub(crate) fn word(&self, name: &str, scheme: &str, word: &str) -> Node {
        let scheme = if scheme.contains("://") || scheme.is_empty() {
            scheme.to_owned()
        } else {
            format!("{SCHEMES}/{scheme}")
        };
        match self.version {
            Version::V1 => Node::of(name, [Node::text("Scheme", &scheme), Node::text("Value", word)]),
            Version::V2 if self.has(Quirk::UnqualifiedVersion) || scheme.is_empty() => Node::text(name, word),
            Version::V2 => {
                Node::text(name, word).attribute(&format!("{}:Scheme", self.attribute_prefix()), &scheme)
            }
        }
    }

    /// An agency.
    pub(crate) fn agency(&self, id: &str) -> Node {
        match self.version {
            Version::V1 => Node::of(
                "UniqueAgencyId",
                [Node::text("Scheme", self.dialect.agency_scheme()), Node::text("Value", id)],
            ),
            Version::V2 => Node::text("AgencyId", id),
        }
    }

    /// The agency as written in ids: Koha leaves it empty.
    pub(crate) fn own_agency(&self) -> Node {
        let id = if self.has(Quirk::EmptyAgencies) && self.version == Version::V2 { "" } else { self.agency };
        self.agency(id)
    }

    pub(crate) fn item_id(&self, barcode: &str) -> Node {
        Node::of(
            self.name("ItemId", "UniqueItemId"),
            [self.own_agency(), Node::text("ItemIdentifierValue", barcode)],
        )
    }

    pub(crate) fn user_id(&self, card: &str) -> Node {
        Node::of(
            self.name("UserId", "UniqueUserId"),
            [self.own_agency(), Node::text("UserIdentifierValue", card)],
        )
    }

    pub(crate) fn request_id(&self, id: &str) -> Node {
        let name = self.name("RequestId", "UniqueRequestId");
        Node::of(name, [self.own_agency(), Node::text("RequestIdentifierValue", id)])
    }

    /// A date with its time.
    pub(crate) fn date(&self, name: &str, at: Timestamp) -> Node {
        let zone = if self.has(Quirk::LocalDates) { "" } else { "Z" };
        Node::text(name, &format!("{}{zone}", at.strftime("%Y-%m-%dT%H:%M:%S")))
    }

    /// A whole message around the element of its service.
    pub(crate) fn envelope(&self, service: &Node) -> Vec<u8> {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let (prefix, opening, closing) = match self.version {
            Version::V1 => {
                out.push_str(DOCTYPE);
                let opening = format!("<NCIPMessage version=\"{}\">", Version::V1.attribute());
                (String::new(), opening, "</NCIPMessage>".to_owned())
            }
            Version::V2 if self.has(Quirk::UnqualifiedVersion) => {
                let opening =
                    format!("<NCIPMessage version=\"{}\" xmlns=\"{NAMESPACE}\">", Version::V2.attribute());
                (String::new(), opening, "</NCIPMessage>".to_owned())
            }
            Version::V2 if self.has(Quirk::PrefixedReplies) => {
                let opening = format!(
                    "<ns1:NCIPMessage xmlns:ns1=\"{NAMESPACE}\" ns1:version=\"{}\">",
                    Version::V2.attribute()
                );
                ("ns1".to_owned(), opening, "</ns1:NCIPMessage>".to_owned())
            }
            Version::V2 => {
                let opening = format!(
                    "<NCIPMessage xmlns=\"{NAMESPACE}\" xmlns:ncip=\"{NAMESPACE}\" ncip:version=\"{}\">",
                    Version::V2.attribute()
                );
                (String::new(), opening, "</NCIPMessage>".to_owned())
            }
        };
        out.push_str(&opening);
        service.write(&prefix, &mut out);
        out.push_str(&closing);
        if self.has(Quirk::EndsWithNewline) {
            out.push('\n');
        }
        out.into_bytes()
    }

    fn attribute_prefix(&self) -> &'static str {
        if self.has(Quirk::PrefixedReplies) { "ns1" } else { "ncip" }
    }
}
