//! From one edition to the other, roughly: what the reference subjects need, no more.

use conformance_tests::edition::{Edition, NAMESPACE};
use conformance_tests::grammar::contents;
use conformance_tests::tree::Element;

pub(crate) fn text(name: &str, text: &str) -> Element {
    Element {
        name: name.to_owned(),
        namespace: NAMESPACE.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    }
}

pub(crate) fn put(parent: &mut Element, child: Element) {
    match parent.children.iter_mut().find(|old| old.name == child.name) {
        Some(old) => *old = child,
        None => parent.children.push(child),
    }
}

pub(crate) fn set(parent: &mut Element, name: &str, value: &str) {
    put(parent, text(name, value));
}

pub(crate) fn drop_child(parent: &mut Element, name: &str) {
    parent.children.retain(|child| child.name != name);
}

pub(crate) fn inside<'a>(parent: &'a mut Element, name: &str) -> &'a mut Element {
    if parent.child(name).is_none() {
        parent.children.push(text(name, ""));
    }
    let place = parent.children.iter().position(|child| child.name == name).expect("it was just put there");
    &mut parent.children[place]
}

/// The message as the edition has it, as bytes.
pub(crate) fn render(message: &Element, edition: Edition) -> Vec<u8> {
    let mut message = message.clone();
    adapt(&mut message, edition);
    let mut xml = format!(
        "<ISO18626Message xmlns=\"{NAMESPACE}\" xmlns:ill=\"{NAMESPACE}\" ill:version=\"{edition}\">"
    );
    write(&message, "ISO18626Message", edition, &mut xml);
    xml += "</ISO18626Message>";
    // What it writes of its own; other values are passed on with the lists that they came with.
    let list = if edition == Edition::V1_2 { "AgencyIdTypeList-V1.0" } else { "AgencyIdTypeList-V2.0" };
    let listed = format!(
        "<agencyIdType ill:scheme=\"http://illtransactions.org/ISO18626/OpenCodeList/{list}\">ISIL</agencyIdType>"
    );
    xml.replace("<agencyIdType>ISIL</agencyIdType>", &listed).into_bytes()
}

fn write(element: &Element, parent: &str, edition: Edition, xml: &mut String) {
    *xml += &format!("<{}", element.name);
    for attribute in element.attributes.iter().filter(|attribute| attribute.name == "scheme") {
        *xml += &format!(" ill:scheme=\"{}\"", escape(&attribute.value));
    }
    *xml += ">";
    let order = contents(parent, &element.name, edition);
    if order.is_empty() {
        *xml += &escape(&element.text);
    }
    for (name, most) in order {
        for child in element.all(name).take(most) {
            write(child, &element.name, edition, xml);
        }
    }
    *xml += &format!("</{}>", element.name);
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\r', "&#13;")
}

fn adapt(message: &mut Element, edition: Edition) {
    let mut notes: Vec<String> = Vec::new();
    let new = edition == Edition::V2021_2;
    match message.name.as_str() {
        "request" => {
            if new {
                rename(inside(message, "serviceInfo"), "preferredFormat", "itemFormat");
                let service = inside(message, "serviceInfo");
                if let Some(any) = service.text_at("anyEdition").map(str::to_owned)
                    && service.child("preferredEdition").is_none()
                {
                    set(service, "preferredEdition", if any == "Y" { "AnyEdition" } else { "ThisEdition" });
                }
            } else {
                put_if_missing(inside(message, "header"), "multipleItemRequestId");
                let volumes: Vec<String> =
                    message.texts_at("bibliographicInfo/volume").iter().map(ToString::to_string).collect();
                if volumes.len() > 1 {
                    let info = inside(message, "bibliographicInfo");
                    drop_child(info, "volume");
                    set(info, "volume", &volumes.join(", "));
                }
                for name in ["authorId"] {
                    if let Some(value) = message.at("bibliographicInfo").and_then(|info| info.text_at(name)) {
                        notes.push(format!("{name}: {value}"));
                    }
                }
                let service = inside(message, "serviceInfo");
                rename(service, "itemFormat", "preferredFormat");
                if let Some(preferred) = service.text_at("preferredEdition").map(str::to_owned) {
                    set(service, "anyEdition", if preferred == "AnyEdition" { "Y" } else { "N" });
                }
                notes.extend(
                    service.texts_at("loanCondition").iter().map(|code| format!("Condition: {code}")),
                );
                join_notes(service, &notes);
            }
        }
        "supplyingAgencyMessage" => adapt_supplying(message, new, notes),
        "requestingAgencyMessage" => {
            if new {
                return;
            }
            put_if_missing(inside(message, "header"), "multipleItemRequestId");
            let action = message.text_at("action").unwrap_or_default().to_owned();
            if matches!(action.as_str(), "Lost" | "HoldReturn") {
                set(message, "action", "Notification");
                join_notes(message, &[format!("Action: {action}")]);
            }
        }
        _ => {}
    }
}

fn adapt_supplying(message: &mut Element, new: bool, mut notes: Vec<String>) {
    if new {
        for name in ["offeredCosts", "retryBefore", "retryAfter"] {
            if let Some(moved) = message.at(&format!("messageInfo/{name}")).cloned() {
                put(inside(message, "retryInfo"), moved);
            }
        }
        if message.child("deliveryInfo").is_some() {
            rename(inside(message, "deliveryInfo"), "sentVia", "deliveryMethod");
            rename(inside(message, "deliveryInfo"), "deliveredFormat", "itemFormat");
        }
        return;
    }
    put_if_missing(inside(message, "header"), "multipleItemRequestId");
    for name in ["offeredCosts", "retryBefore", "retryAfter"] {
        if let Some(moved) = message.at(&format!("retryInfo/{name}")).cloned() {
            put(inside(message, "messageInfo"), moved);
        }
    }
    notes.extend(message.texts_at("retryInfo/loanCondition").iter().map(|code| format!("Condition: {code}")));
    notes.extend(
        message
            .texts_at("deliveryInfo/loanCondition")
            .iter()
            .skip(1)
            .map(|code| format!("Condition: {code}")),
    );
    let items = message.texts_at("deliveryInfo/itemId");
    if items.len() > 1 {
        notes.push(format!("Items: {}", items.join(", ")));
    }
    notes.extend(message.texts_at("deliveryInfo/URL").iter().map(|url| format!("URL: {url}")));
    notes.extend(message.texts_at("shippingInfo/trackingId").iter().map(|id| format!("Tracking: {id}")));
    if message.child("deliveryInfo").is_some() {
        rename(inside(message, "deliveryInfo"), "deliveryMethod", "sentVia");
        rename(inside(message, "deliveryInfo"), "itemFormat", "deliveredFormat");
    }
    let status = message.text_at("statusInfo/status").unwrap_or_default().to_owned();
    if matches!(status.as_str(), "HoldReturn" | "ReleaseHoldReturn") {
        notes.push(format!("Status: {status}"));
        set(inside(message, "statusInfo"), "status", "Loaned");
        set(inside(message, "messageInfo"), "reasonForMessage", "Notification");
    }
    join_notes(inside(message, "messageInfo"), &notes);
}

fn put_if_missing(parent: &mut Element, name: &str) {
    if parent.child(name).is_none() {
        parent.children.push(text(name, ""));
    }
}

/// Renames a coded element, and its list with it.
fn rename(element: &mut Element, from: &str, to: &str) {
    let list = |name: &str| {
        let (first, rest) = name.split_at(1);
        format!("{}{rest}List", first.to_uppercase())
    };
    for child in element.children.iter_mut().filter(|child| child.name == from) {
        to.clone_into(&mut child.name);
        for attribute in &mut child.attributes {
            attribute.value = attribute.value.replace(&list(from), &list(to));
        }
    }
}

fn join_notes(parent: &mut Element, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    let mut all: Vec<String> = parent.text_at("note").map(str::to_owned).into_iter().collect();
    all.extend(notes.iter().cloned());
    set(parent, "note", &all.join("\n"));
}
