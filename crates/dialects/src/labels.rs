//! Costs, conditions and addresses as labelled lines of the note, for systems whose staff read nothing else. The elements stay as they are.
//! Must never know which system that is.

use iso18626::{Address, Costs, Message, PhysicalAddress, Request, SupplyingAgencyMessage};

/// Adds to the note what the message says elsewhere: each as a line with its label, unless the note has that line already.
pub fn write(message: &mut Message) {
    match message {
        Message::Request(request) => {
            let lines = of_request(request);
            if let Some(service) = &mut request.service_info {
                add(&mut service.note, lines);
            }
        }
        Message::SupplyingAgencyMessage(message) => {
            let lines = of_report(message);
            add(&mut message.message_info.note, lines);
        }
        Message::RequestingAgencyMessage(_)
        | Message::RequestConfirmation(_)
        | Message::SupplyingAgencyMessageConfirmation(_)
        | Message::RequestingAgencyMessageConfirmation(_) => {}
    }
}

fn of_request(request: &Request) -> Vec<String> {
    let most = request.billing_info.iter().flat_map(|billing| &billing.maximum_costs);
    let places = request.requested_delivery_info.iter().filter_map(|info| match info.address.as_ref()? {
        Address::Physical(address) => written(None, address),
        Address::Electronic(address) => Some(address.data.trim().to_owned()).filter(|data| !data.is_empty()),
    });
    let costs = most.filter_map(|costs| labelled("Maximum cost", sum(costs)));
    costs.chain(places.map(|place| format!("Deliver to: {place}"))).collect()
}

fn of_report(message: &SupplyingAgencyMessage) -> Vec<String> {
    let (delivery, retry) = (message.delivery_info.as_ref(), message.retry_info.as_ref());
    let conditions = delivery.iter().flat_map(|info| &info.loan_condition);
    let conditions = conditions.chain(retry.iter().flat_map(|info| &info.loan_condition));
    let costs = delivery.iter().flat_map(|info| &info.delivery_costs);
    let costs = costs.chain(retry.iter().flat_map(|info| &info.offered_costs));
    let back = message.return_info.as_ref();
    let back = back.and_then(|info| written(info.name.as_deref(), info.physical_address.as_ref()?));
    conditions
        .filter_map(|condition| labelled("Condition", condition.value.trim().to_owned()))
        .chain(costs.filter_map(|costs| labelled("Cost", sum(costs))))
        .chain(back.map(|place| format!("Return to: {place}")))
        .collect()
}

fn labelled(label: &str, value: String) -> Option<String> {
    (!value.is_empty()).then(|| format!("{label}: {value}"))
}

fn sum(costs: &Costs) -> String {
    format!("{} {}", costs.monetary_value.as_str().trim(), costs.currency_code.value.trim()).trim().to_owned()
}

/// An address in one line, under a name; nothing where it has no part.
fn written(name: Option<&str>, address: &PhysicalAddress) -> Option<String> {
    let region = address.region.as_ref().map(|region| region.value.as_str());
    let country = address.country.as_ref().map(|country| country.value.as_str());
    let parts = [
        address.line1.as_deref(),
        address.line2.as_deref(),
        address.postal_code.as_deref(),
        address.locality.as_deref(),
        region,
        country,
    ];
    let has_any = parts.iter().flatten().any(|part| !part.trim().is_empty());
    let said = std::iter::once(name).chain(parts).flatten().map(str::trim).filter(|part| !part.is_empty());
    has_any.then(|| said.collect::<Vec<_>>().join(", "))
}

fn add(note: &mut Option<String>, lines: Vec<String>) {
    for line in lines {
        let text = note.get_or_insert_default();
        if text.lines().any(|there| there == line) {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
}
