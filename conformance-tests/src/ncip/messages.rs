//! Writing NCIP: string templates, one function a piece, in the order of each version. The suite's own, and deliberately simple: what it
//! writes can be read off the page.

use super::wire::Version;

/// The scheme of the agency ids that the suite writes in version 1.
pub const AGENCIES: &str = "conformance-suite/agencies";

/// Escapes a text.
#[must_use]
pub fn text(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An element.
#[must_use]
pub fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// The envelope.
#[must_use]
pub fn envelope(version: Version, content: &str) -> String {
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let attribute = version.attribute();
    match version {
        Version::V1 => format!("{declaration}<NCIPMessage version=\"{attribute}\">{content}</NCIPMessage>"),
        Version::V2 => format!(
            "{declaration}<NCIPMessage xmlns=\"{ns}\" xmlns:ncip=\"{ns}\" ncip:version=\"{attribute}\">{content}</NCIPMessage>",
            ns = Version::NAMESPACE
        ),
    }
}

/// A value of a code list, with its list: a strict reader looks it up by both.
#[must_use]
pub fn code(version: Version, name: &str, list: &str, value: &str) -> String {
    of_scheme(version, name, &scheme(list), value)
}

/// A code of a list of somebody's own.
pub fn of_scheme(version: Version, name: &str, scheme: &str, value: &str) -> String {
    let value = text(value);
    match version {
        Version::V1 => {
            format!(
                "<{name}><Scheme datatype=\"string\">{scheme}</Scheme><Value datatype=\"string\">{value}</Value></{name}>"
            )
        }
        Version::V2 => format!("<{name} ncip:Scheme=\"{scheme}\">{value}</{name}>"),
    }
}

fn scheme(list: &str) -> String {
    match list {
        "authenticationdataformattype" => "http://www.iana.org/assignments/media-types".to_owned(),
        "agencyelementtype" | "itemelementtype" | "userelementtype" => {
            format!("http://www.niso.org/ncip/v1_0/schemes/{list}/{list}.scm")
        }
        _ => format!("http://www.niso.org/ncip/v1_0/imp1/schemes/{list}/{list}.scm"),
    }
}

/// The list of a problem: that of messaging errors, that of every service's errors, or the service's own.
fn problem_scheme(service: &str, kind: &str) -> String {
    const MESSAGING: &[&str] = &[
        "Invalid Message Syntax Error",
        "Protocol Error",
        "Unknown Element",
        "Unknown Scheme",
        "Unknown Service",
        "Unknown Value From Known Scheme",
    ];
    const GENERAL: &[&str] = &[
        "Agency Authentication Failed",
        "Invalid Amount",
        "Invalid Date",
        "Needed Data Missing",
        "System Authentication Failed",
        "Temporary Processing Failure",
        "Unauthorized Service For Agency",
        "Unknown Agency",
        "Unknown System",
        "Unsupported Service",
    ];
    let errors = "http://www.niso.org/ncip/v1_0/schemes/processingerrortype";
    if MESSAGING.contains(&kind) {
        "http://www.niso.org/ncip/v1_0/schemes/messagingerrortype/messagingerrortype.scm".to_owned()
    } else if GENERAL.contains(&kind) {
        format!("{errors}/generalprocessingerror.scm")
    } else {
        format!("{errors}/{service}processingerror.scm")
    }
}

/// An agency's id.
#[must_use]
pub fn agency(version: Version, value: &str) -> String {
    let value = text(value);
    match version {
        Version::V1 => {
            format!("<UniqueAgencyId><Scheme>{AGENCIES}</Scheme><Value>{value}</Value></UniqueAgencyId>")
        }
        Version::V2 => format!("<AgencyId>{value}</AgencyId>"),
    }
}

/// The header of an initiation.
#[must_use]
pub fn header(version: Version, from: &str, to: &str) -> String {
    header_with(version, from, "", to)
}

/// The header of an initiation, with a piece after FromAgencyId: an authentication.
#[must_use]
pub fn header_with(version: Version, from: &str, middle: &str, to: &str) -> String {
    format!(
        "<InitiationHeader><FromAgencyId>{}</FromAgencyId>{middle}<ToAgencyId>{}</ToAgencyId></InitiationHeader>",
        agency(version, from),
        agency(version, to)
    )
}

/// The header of a reply.
#[must_use]
pub fn response_header(version: Version, from: &str, to: &str) -> String {
    format!(
        "<ResponseHeader><FromAgencyId>{}</FromAgencyId><ToAgencyId>{}</ToAgencyId></ResponseHeader>",
        agency(version, from),
        agency(version, to)
    )
}

fn id(version: Version, new: &str, old: &str, kind: &str, owner: &str, value: &str) -> String {
    let value = text(value);
    match version {
        Version::V1 => {
            format!(
                "<{old}>{}<{kind}IdentifierValue>{value}</{kind}IdentifierValue></{old}>",
                agency(version, owner)
            )
        }
        Version::V2 => {
            format!(
                "<{new}>{}<{kind}IdentifierValue>{value}</{kind}IdentifierValue></{new}>",
                agency(version, owner)
            )
        }
    }
}

/// A patron's id at a library.
#[must_use]
pub fn user(version: Version, owner: &str, value: &str) -> String {
    id(version, "UserId", "UniqueUserId", "User", owner, value)
}

/// An item's id at a library.
#[must_use]
pub fn item(version: Version, owner: &str, value: &str) -> String {
    id(version, "ItemId", "UniqueItemId", "Item", owner, value)
}

/// A request's id at a library.
#[must_use]
pub fn request(version: Version, owner: &str, value: &str) -> String {
    id(version, "RequestId", "UniqueRequestId", "Request", owner, value)
}

/// What the patron has typed in: a barcode, a PIN.
#[must_use]
pub fn typed_in(version: Version, kind: &str, value: &str) -> String {
    format!(
        "<AuthenticationInput><AuthenticationInputData>{}</AuthenticationInputData>{}{}</AuthenticationInput>",
        text(value),
        code(version, "AuthenticationDataFormatType", "authenticationdataformattype", "text/plain"),
        code(version, "AuthenticationInputType", "authenticationinputtype", kind)
    )
}

/// LookupUser by these words (a user id, or what the patron typed in), asking for the name.
#[must_use]
pub fn lookup_user(version: Version, header: &str, who: &str) -> String {
    let wanted = code(version, "UserElementType", "userelementtype", "Name Information");
    envelope(version, &element("LookupUser", &format!("{header}{who}{wanted}")))
}

/// LookupItem, asking for the circulation status.
#[must_use]
pub fn lookup_item(version: Version, header: &str, item: &str) -> String {
    let wanted = code(version, "ItemElementType", "itemelementtype", "Circulation Status");
    envelope(version, &element("LookupItem", &format!("{header}{item}{wanted}")))
}

/// RequestItem: a loan of one item.
#[must_use]
pub fn request_item(version: Version, header: &str, user: &str, item: &str, request: &str) -> String {
    let kind = code(version, "RequestType", "requesttype", "Loan");
    let scope = code(version, "RequestScopeType", "requestscopetype", "Item");
    envelope(version, &element("RequestItem", &format!("{header}{user}{item}{request}{kind}{scope}")))
}

/// CancelRequestItem by the request's id.
#[must_use]
pub fn cancel_request_item(version: Version, header: &str, user: &str, request: &str) -> String {
    let kind = code(version, "RequestType", "requesttype", "Loan");
    envelope(version, &element("CancelRequestItem", &format!("{header}{user}{request}{kind}")))
}

/// LookupVersion, a root of its own.
#[must_use]
pub fn lookup_version(from: &str, to: &str) -> String {
    let attribute = "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_version.dtd";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<NCIPVersionMessage version=\"{attribute}\"><LookupVersion>\
         <FromAgencyId>{}</FromAgencyId><ToAgencyId>{}</ToAgencyId></LookupVersion></NCIPVersionMessage>",
        agency(Version::V1, from),
        agency(Version::V1, to)
    )
}

/// The reply of an ILS to LookupUser: the patron's id and name.
#[must_use]
pub fn user_found(version: Version, header: &str, user: &str, name: &str) -> String {
    envelope(version, &element("LookupUserResponse", &format!("{header}{user}{}", reader(name))))
}

/// What an ILS tells of a patron: the name.
#[must_use]
pub fn reader(name: &str) -> String {
    format!(
        "<UserOptionalFields><NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>{}\
         </UnstructuredPersonalUserName></PersonalNameInformation></NameInformation></UserOptionalFields>",
        text(name)
    )
}

/// The reply of an ILS to LookupItem: the item's id and its circulation status.
#[must_use]
pub fn item_found(version: Version, header: &str, item: &str, status: &str) -> String {
    let status = code(version, "CirculationStatus", "circulationstatus", status);
    let fields = element("ItemOptionalFields", &status);
    envelope(version, &element("LookupItemResponse", &format!("{header}{item}{fields}")))
}

/// One problem. Where it names no element, none is written.
#[must_use]
pub fn problem(version: Version, service: &str, kind: &str, element_name: &str, value: &str) -> String {
    let scheme = problem_scheme(service, kind);
    let named = |name: &str, value_name: &str| match (element_name, value) {
        ("", "") => String::new(),
        _ => format!("{}{}", element(name, element_name), element(value_name, &text(value))),
    };
    match version {
        Version::V1 => {
            let kind = format!(
                "<ProcessingErrorType><Scheme>{scheme}</Scheme><Value>{}</Value></ProcessingErrorType>",
                text(kind)
            );
            let named = match named("ElementName", "ProcessingErrorValue") {
                nothing if nothing.is_empty() => nothing,
                named => element("ProcessingErrorElement", &named),
            };
            format!("<Problem><ProcessingError>{kind}{named}</ProcessingError></Problem>")
        }
        Version::V2 => {
            let kind = of_scheme(version, "ProblemType", &scheme, kind);
            format!("<Problem>{kind}{}</Problem>", named("ProblemElement", "ProblemValue"))
        }
    }
}

/// The reply of an ILS that says no.
#[must_use]
pub fn refused(version: Version, service: &str, header: &str, problems: &str) -> String {
    envelope(version, &element(&format!("{service}Response"), &format!("{header}{problems}")))
}
