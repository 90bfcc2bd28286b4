//! From one edition to another: what has no place there goes to its nearest home, to the note, or is dropped, and
//! the loss report says so.
//!
//! First the few conversions that know what elements mean; then one walk over the tables, which knows only what
//! their cells say.

use xml::schema::{Cell, Content, Fate as CellFate, Lexical, Need, Overflow, Row};
use xml::{Element, Slot, View, lexical};

use crate::wire::{Envelope, SupplyingAgencyMessage};
use crate::{
    Action, AgencyId, ConfirmationHeader, DateTime, Edition, ErrorData, Fate, Loss, Message, MessageKind,
    PreferredEdition, ReasonForMessage, Request, RequestingAgencyMessage, ServiceInfo, ServiceType, Status,
    WriteOptions, YesNo,
};

/// The message as it is in the edition, with what it lost.
pub(crate) fn settle(message: &Message, options: &WriteOptions) -> (Envelope, Vec<Loss>) {
    let kind = message.kind();
    let mut report = Report { edition: options.edition, losses: Vec::new(), notes: Vec::new() };
    let mut envelope = Envelope::from(message.clone());
    match &mut envelope {
        Envelope::Request(m) => {
            report.request(m);
            report.walk(m, &path(kind));
            if let Some(service) = &mut m.service_info {
                report.note(&mut service.note);
            }
        }
        Envelope::SupplyingAgencyMessage(m) => {
            report.supplying(m, options.last_heard.as_ref());
            report.walk(m, &path(kind));
            report.note(&mut m.message_info.note);
        }
        Envelope::RequestingAgencyMessage(m) => {
            report.requesting(m);
            report.walk(m, &path(kind));
            report.note(&mut m.note);
        }
        Envelope::RequestConfirmation(m) => {
            report.errors(&mut m.error_data, kind);
            report.timestamps(&mut m.confirmation_header, kind);
            report.walk(m, &path(kind));
        }
        Envelope::SupplyingAgencyMessageConfirmation(m) => {
            report.errors(&mut m.error_data, kind);
            report.timestamps(&mut m.confirmation_header, kind);
            report.unknown_code(&mut m.reason_for_message, &path(kind), "reasonForMessage");
            report.walk(m, &path(kind));
        }
        Envelope::RequestingAgencyMessageConfirmation(m) => {
            report.errors(&mut m.error_data, kind);
            report.timestamps(&mut m.confirmation_header, kind);
            report.confirmed_action(&mut m.action, &path(kind));
            report.walk(m, &path(kind));
        }
    }
    (envelope, report.losses)
}

/// Whether a message can be written in an edition as it stands.
pub(crate) fn fits(message: &Message, body: &dyn Element, edition: Edition) -> bool {
    let gap = match message {
        Message::Request(m) if edition != Edition::V2021_2 => m.header.supplying_agency_id.is_none(),
        Message::Request(m) => m
            .service_info
            .as_ref()
            .is_none_or(|service| service.any_edition.is_some() && service.preferred_edition.is_none()),
        _ => false,
    };
    !gap && fits_as_it_is(body, edition.column())
}

fn fits_as_it_is(element: &dyn Element, edition: usize) -> bool {
    element.schema().rows.iter().enumerate().all(|(number, row)| {
        let count = element.count(number);
        let place = match &row.cells[edition] {
            Cell::Absent(_) => return count == 0,
            Cell::Here(place) => place,
        };
        if place.max.is_some_and(|max| count > usize::from(max)) {
            return false;
        }
        let content = place.content(row);
        (0..count).all(|index| match (element.get(number, index), content) {
            (View::Element(child), _) => fits_as_it_is(child, edition),
            (View::Leaf(leaf), Content::Text(text)) => {
                let attribute = match leaf.attribute() {
                    None => true,
                    Some(uri) => text.attribute.is_some() && lexical::is_any_uri(uri),
                };
                attribute
                    && lexical::allows(text.lexical, edition, leaf.text())
                    && (place.need != Need::MayBeEmpty || !leaf.text().is_empty())
            }
            (View::Secret(_), Content::Secret) => true,
            (View::Leaf(_) | View::Secret(_), _) => false,
        })
    })
}

fn path(kind: MessageKind) -> String {
    format!("/{kind}")
}

struct Report {
    edition: Edition,
    losses: Vec<Loss>,
    notes: Vec<(&'static str, String)>,
}

impl Report {
    fn is_first(&self) -> bool {
        self.edition != Edition::V2021_2
    }

    fn moved(&mut self, path: String, to: &str) {
        let sentence = format!("moved to {to}");
        self.losses.push(Loss { path, fate: Fate::Moved { to: to.to_owned() }, sentence });
    }

    fn noted(&mut self, path: String, label: &'static str, text: String) {
        let sentence = format!("moved to the note as `{label}`");
        self.losses.push(Loss { path, fate: Fate::Noted { label: label.to_owned() }, sentence });
        self.notes.push((label, text));
    }

    fn dropped(&mut self, path: String) {
        let sentence = format!("is dropped: {} has no element for it", self.edition);
        self.losses.push(Loss { path, fate: Fate::Dropped, sentence });
    }

    fn filled(&mut self, path: String, with: &str) {
        let sentence = format!("is filled with {with}: {} demands it", self.edition);
        self.losses.push(Loss { path, fate: Fate::Filled { with: with.to_owned() }, sentence });
    }

    /// Puts the labelled lines at the end of the message's note.
    fn note(&mut self, note: &mut Option<String>) {
        for (label, text) in self.notes.drain(..) {
            let note = note.get_or_insert_default();
            if !note.is_empty() {
                note.push('\n');
            }
            note.push_str(label);
            note.push_str(": ");
            note.push_str(&text);
        }
    }

    fn request(&mut self, request: &mut Request) {
        const SERVICE: &str = "/request/serviceInfo";
        if self.is_first() && request.header.supplying_agency_id.is_none() {
            request.header.supplying_agency_id = Some(AgencyId::default());
            self.filled("/request/header/supplyingAgencyId".to_owned(), "an empty symbol");
        }
        if self.edition == Edition::V2021_2 && request.service_info.is_none() {
            self.filled(SERVICE.to_owned(), "CopyOrLoan");
            let service_type = ServiceType::CopyOrLoan;
            request.service_info = Some(ServiceInfo { service_type, ..ServiceInfo::default() });
        }
        let Some(service) = &mut request.service_info else { return };
        let any = "/request/serviceInfo/anyEdition";
        let preferred = "/request/serviceInfo/preferredEdition";
        if !self.is_first() {
            if let (Some(answer), None) = (&service.any_edition, &service.preferred_edition) {
                service.preferred_edition = Some(match answer {
                    YesNo::Y => PreferredEdition::AnyEdition,
                    _ => PreferredEdition::ThisEdition,
                });
                self.moved(any.to_owned(), preferred);
            }
        } else if let Some(wanted) = service.preferred_edition.take() {
            if service.any_edition.is_none() {
                service.any_edition = Some(match wanted {
                    PreferredEdition::AnyEdition => YesNo::Y,
                    _ => YesNo::N,
                });
            }
            match wanted {
                PreferredEdition::MostRecentEdition | PreferredEdition::Unknown(_) => {
                    self.noted(preferred.to_owned(), "Preferred edition", wanted.to_string());
                }
                _ => self.moved(preferred.to_owned(), any),
            }
        }
    }

    fn requesting(&mut self, message: &mut RequestingAgencyMessage) {
        if message.action.is_listed() && !message.action.is_known_in(self.edition) {
            let action = std::mem::replace(&mut message.action, Action::Notification);
            self.noted("/requestingAgencyMessage/action".to_owned(), "Action", action.to_string());
        }
    }

    /// The confirmation of an action that the edition does not know is that of the Notification it became.
    fn confirmed_action(&mut self, action: &mut Option<Action>, path: &str) {
        if let Some(confirmed) = action
            && confirmed.is_listed()
            && !confirmed.is_known_in(self.edition)
        {
            *confirmed = Action::Notification;
            self.moved(format!("{path}/action"), "action as Notification");
        }
        self.unknown_code(action, path, "action");
    }

    /// A code that nobody lists is left out where it may be.
    fn unknown_code<T: KnownIn>(&mut self, code: &mut Option<T>, path: &str, name: &str) {
        if code.as_ref().is_some_and(|code| !code.known_in(self.edition)) {
            *code = None;
            self.dropped(format!("{path}/{name}"));
        }
    }

    fn supplying(&mut self, message: &mut SupplyingAgencyMessage, last_heard: Option<&Status>) {
        self.status(message, last_heard);
        let sent = message.header.timestamp.clone();
        self.date(&mut message.status_info.last_change, &sent, "statusInfo/lastChange");
        if let Some(delivery) = &mut message.delivery_info {
            self.date(&mut delivery.date_sent, &sent, "deliveryInfo/dateSent");
        }
        if self.is_first() {
            self.terms_of_retry(message);
            if let Some(delivery) = &mut message.delivery_info {
                for item in delivery.link_to_item_id() {
                    self.noted("/supplyingAgencyMessage/deliveryInfo/itemId".to_owned(), "Item", item);
                }
            }
        }
    }

    fn status(&mut self, message: &mut SupplyingAgencyMessage, last_heard: Option<&Status>) {
        const STATUS: &str = "/supplyingAgencyMessage/statusInfo/status";
        let status = &mut message.status_info.status;
        if *status == Status::default() {
            // The status that says least, where the caller knows no better.
            *status = last_heard.unwrap_or(&Status::RequestReceived).clone();
            let with = status.to_string();
            self.filled(STATUS.to_owned(), &with);
        }
        if status.is_listed() && !status.is_known_in(self.edition) {
            // These tell what is to become of an item on loan.
            let instead =
                last_heard.filter(|heard| heard.is_known_in(self.edition)).unwrap_or(&Status::Loaned);
            let told = std::mem::replace(status, instead.clone());
            self.noted(STATUS.to_owned(), "Status", told.to_string());
            message.message_info.reason_for_message = ReasonForMessage::Notification;
        }
    }

    fn date(&mut self, date: &mut DateTime, with: &DateTime, name: &str) {
        if !date.is_valid() && with.is_valid() {
            *date = with.clone();
            self.filled(format!("/supplyingAgencyMessage/{name}"), "the message's timestamp");
        }
    }

    /// Costs and dates of a retry are in `messageInfo` in 1.2, which is no loss.
    fn terms_of_retry(&mut self, message: &mut SupplyingAgencyMessage) {
        let Some(retry) = &mut message.retry_info else { return };
        let info = &mut message.message_info;
        if !retry.offered_costs.is_empty() {
            info.offered_costs = Some(retry.offered_costs.remove(0));
        }
        if let Some(after) = retry.retry_after.take() {
            info.retry_after = Some(after);
        }
        if let Some(before) = retry.retry_before.take() {
            info.retry_before = Some(before);
        }
    }

    /// Real confirmations leave timestamps out; each can stand for the other.
    fn timestamps(&mut self, header: &mut ConfirmationHeader, kind: MessageKind) {
        let known = [&header.timestamp, &header.timestamp_received].into_iter().find(|date| date.is_valid());
        let known = known.cloned().unwrap_or_else(|| DateTime::from_instant(jiff::Timestamp::UNIX_EPOCH));
        let path = format!("/{kind}/confirmationHeader");
        for (date, name) in
            [(&mut header.timestamp, "timestamp"), (&mut header.timestamp_received, "timestampReceived")]
        {
            if !date.is_valid() {
                *date = known.clone();
                self.filled(format!("{path}/{name}"), known.as_str());
            }
        }
    }

    /// 1.2 has room for one error: the others are told in its value.
    fn errors(&mut self, errors: &mut Vec<ErrorData>, kind: MessageKind) {
        if !self.is_first() || errors.len() < 2 {
            return;
        }
        let others = errors.split_off(1);
        let Some(first) = errors.first_mut() else { return };
        let value = first.error_value.get_or_insert_default();
        for other in others {
            if !value.is_empty() {
                value.push_str("; ");
            }
            value.push_str(other.error_type.as_str());
            if let Some(told) = &other.error_value {
                value.push_str(": ");
                value.push_str(told);
            }
            self.moved(format!("/{kind}/errorData"), "the first errorData's errorValue");
        }
    }

    /// The walk over the tables.
    fn walk(&mut self, element: &mut dyn Element, path: &str) {
        let edition = self.edition.column();
        for (number, row) in element.schema().rows.iter().enumerate() {
            let count = element.count(number);
            if count == 0 {
                continue;
            }
            match &row.cells[edition] {
                Cell::Absent(fate) => {
                    self.absent(element, number, row, *fate, path);
                    element.truncate(number, 0);
                }
                Cell::Here(place) => {
                    let path = format!("{path}/{}", place.name);
                    if let Some(max) = place.max
                        && count > usize::from(max)
                    {
                        self.overflow(element, number, row, (usize::from(max), place.overflow), &path);
                    }
                    self.values(element, number, row, &path);
                    if place.need == Need::MayBeEmpty && is_empty(&element.get(number, 0)) {
                        element.truncate(number, 0);
                    }
                }
            }
        }
    }

    fn values(&mut self, element: &mut dyn Element, number: usize, row: &Row, path: &str) {
        let edition = self.edition.column();
        let Some(place) = row.cells[edition].place() else { return };
        for index in 0..element.count(number) {
            match element.get_mut(number, index) {
                Slot::Element(child) => self.walk(child, path),
                Slot::Secret(_) => {}
                Slot::Leaf(leaf) => {
                    let Content::Text(text) = place.content(row) else { continue };
                    if place.need == Need::Optional && only_elsewhere(row, edition, leaf.text()) {
                        element.truncate(number, index);
                        self.dropped(path.to_owned());
                        return;
                    }
                    let keeps = |uri: &str| text.attribute.is_some() && lexical::is_any_uri(uri);
                    if leaf.attribute().is_some_and(|uri| !keeps(uri)) {
                        leaf.drop_attribute();
                        self.dropped(format!("{path}/@scheme"));
                    }
                }
            }
        }
    }

    /// Values of a field that the edition does not have.
    fn absent(&mut self, element: &dyn Element, number: usize, row: &Row, fate: CellFate, path: &str) {
        let path = format!("{path}/{}", any_name(row));
        for index in 0..element.count(number) {
            let value = element.get(number, index);
            if is_empty(&value) {
                continue;
            }
            match (fate, value) {
                (CellFate::Note(_), View::Element(child)) if notes_its_own(child, self.edition.column()) => {
                    self.lines(child, &path);
                }
                (CellFate::Note(label), value) => self.noted(path.clone(), label, spoken(&value)),
                (CellFate::Drop | CellFate::Moved, _) => self.dropped(path.clone()),
            }
        }
    }

    /// One line for each value of an element whose own rows say their labels.
    fn lines(&mut self, element: &dyn Element, path: &str) {
        for (number, row) in element.schema().rows.iter().enumerate() {
            if let Cell::Absent(fate) = row.cells[self.edition.column()] {
                self.absent(element, number, row, fate, path);
            }
        }
    }

    fn overflow(
        &mut self,
        element: &mut dyn Element,
        number: usize,
        row: &Row,
        (max, overflow): (usize, Overflow),
        path: &str,
    ) {
        let texts: Vec<String> =
            (0..element.count(number)).map(|index| spoken(&element.get(number, index))).collect();
        element.truncate(number, max);
        match (overflow, element.get_mut(number, 0)) {
            (Overflow::Join, Slot::Leaf(leaf)) => {
                leaf.set(&texts.join(", "), None);
                self.moved(
                    path.to_owned(),
                    &format!("one `{}`, joined", path.rsplit('/').next().unwrap_or_default()),
                );
            }
            _ => {
                let label = label(row.field);
                for text in texts.into_iter().skip(max) {
                    self.noted(path.to_owned(), label, text);
                }
            }
        }
    }
}

/// Whether an edition lists a code.
trait KnownIn {
    fn known_in(&self, edition: Edition) -> bool;
}

impl KnownIn for Action {
    fn known_in(&self, edition: Edition) -> bool {
        self.is_known_in(edition)
    }
}

impl KnownIn for ReasonForMessage {
    fn known_in(&self, edition: Edition) -> bool {
        self.is_known_in(edition)
    }
}

/// Whether a number is one in another edition only. (Codes have conversions of their own.)
fn only_elsewhere(row: &Row, edition: usize, text: &str) -> bool {
    let allows = |column: usize| {
        row.cells[column].place().is_some_and(|place| match place.content(row) {
            Content::Text(text_type) => match text_type.lexical {
                Lexical::Code(_) => true,
                lexical => lexical::allows(lexical, column, text),
            },
            Content::Secret | Content::Elements(_) | Content::Raw => true,
        })
    };
    !allows(edition) && (0..row.cells.len()).any(allows)
}

/// The label of values for which there is no room beside the first.
fn label(field: &str) -> &'static str {
    match field {
        "loan_condition" => "Loan condition",
        "delivery_costs" => "Delivery costs",
        "request_sub_type" => "Request subtype",
        _ => "Also",
    }
}

fn notes_its_own(element: &dyn Element, edition: usize) -> bool {
    element.schema().rows.iter().any(|row| matches!(row.cells[edition], Cell::Absent(CellFate::Note(_))))
}

/// The name that some edition has for a field.
fn any_name(row: &Row) -> &'static str {
    row.cells.iter().find_map(Cell::place).map_or(row.field, |place| place.name)
}

fn is_empty(value: &View<'_>) -> bool {
    match value {
        View::Leaf(leaf) => leaf.text().is_empty(),
        View::Secret(secret) => secret.expose().is_empty(),
        View::Element(element) => {
            let rows = 0..element.schema().rows.len();
            rows.into_iter()
                .all(|row| (0..element.count(row)).all(|index| is_empty(&element.get(row, index))))
        }
    }
}

/// A value in words: its texts, one after the other.
fn spoken(value: &View<'_>) -> String {
    match value {
        View::Leaf(leaf) => leaf.text().to_owned(),
        // A note is read by many.
        View::Secret(_) => String::new(),
        View::Element(element) => {
            let schema = element.schema();
            let texts: Vec<String> = (0..schema.rows.len())
                .flat_map(|row| (0..element.count(row)).map(move |index| spoken(&element.get(row, index))))
                .filter(|text| !text.is_empty())
                .collect();
            texts.join(if schema.name == "Costs" { " " } else { ", " })
        }
    }
}
