//! From one version to another: what has no place there is dropped, what is demanded there is filled in where it can
//! be known, and the loss report says so.
//!
//! First the few conversions that know what elements mean; then one walk over the tables, which knows only what
//! their cells say. Where data and problems exclude one another, the problems stay: a refusal must never become consent.

use xml::schema::{Content, Lexical, Place, Row, RuleKind};
use xml::{Element, Schemes, Slot, View, lexical};

use crate::{AgencyId, Body, Fate, Loss, Message, ProblemKind, Service, UserForm, Version, schemes, stray};

/// The message as it is in the version, with what it lost.
pub(crate) fn settle(
    message: &Message,
    version: Version,
    user: UserForm,
    schemes: Schemes,
) -> (Message, Vec<Loss>) {
    let mut message = message.clone();
    let mut walk = Walk {
        version,
        user,
        schemes,
        agency: agency(&message.body).cloned(),
        service: message.body.service(),
        losses: Vec::new(),
    };
    let path = format!("/{}", message.body.element());
    if !has_body(&message.body, version) {
        walk.dropped(path);
        return (message, walk.losses);
    }
    walk.blank_problems(&mut message.body, &path);
    if version.namespace().is_none() {
        walk.details(&mut message.body, &path);
    }
    let column = match message.body {
        Body::LookupVersion(_) | Body::LookupVersionResponse(_) => Version::V1_0.column(),
        _ => version.column(),
    };
    if let Some(element) = message.body.as_element_mut() {
        walk.element(element, column, &path);
    } else if let Body::Problem(problems) = &mut message.body {
        for problem in problems {
            walk.element(problem, column, &path);
        }
    }
    (message, walk.losses)
}

/// Whether a version has the message at all.
pub(crate) fn has_body(body: &Body, version: Version) -> bool {
    let schema = body.schema();
    (0..schema.rows.len())
        .filter(|row| body.count(*row) > 0)
        .all(|row| schema.rows[row].cells[version.column()].place().is_some())
}

/// Whose ids they are that name no agency: the answering side's.
fn agency(body: &Body) -> Option<&AgencyId> {
    let asked = body.initiation_header().map(|header| &header.to_agency_id);
    let answering = body.response_header().map(|header| &header.from_agency_id);
    asked.or(answering)
}

struct Walk {
    version: Version,
    user: UserForm,
    schemes: Schemes,
    agency: Option<AgencyId>,
    service: Option<Service>,
    losses: Vec<Loss>,
}

impl Walk {
    fn dropped(&mut self, path: String) {
        let sentence = format!("is dropped: {} has no element for it", self.version);
        self.losses.push(Loss { path, fate: Fate::Dropped, sentence });
    }

    fn filled(&mut self, path: String, with: &str) {
        let sentence = format!("is filled with `{with}`: {} demands it", self.version);
        self.losses.push(Loss { path, fate: Fate::Filled { with: with.to_owned() }, sentence });
    }

    /// What is empty in a problem is left out; a problem of no kind is of the kind that its words tell.
    fn blank_problems(&mut self, body: &mut Body, path: &str) {
        let Some(problems) = body.problems_mut() else { return };
        for problem in problems {
            for text in
                [&mut problem.problem_detail, &mut problem.problem_element, &mut problem.problem_value]
            {
                if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
                    *text = None;
                }
            }
            let kind = &mut problem.problem_type.value;
            if kind.trim().is_empty() {
                *kind = problem.problem_detail.take().unwrap_or_else(|| stray::NO_REASON.to_owned());
                let with = kind.clone();
                self.filled(format!("{path}/Problem/ProblemType"), &with);
            }
        }
    }

    /// Where problems stand beside what excludes them, that is dropped.
    fn data_beside_problems(&mut self, element: &mut dyn Element, column: usize, path: &str) {
        let schema = element.schema();
        let Some(problems) = schema.rows.iter().position(|row| row.field == PROBLEMS) else { return };
        if element.count(problems) == 0 {
            return;
        }
        for rule in schema.rules.iter().filter(|rule| rule.editions.contains(&column)) {
            let RuleKind::Sides(sides) = rule.kind else { continue };
            if !sides.iter().any(|side| side.contains(&problems)) {
                continue;
            }
            for row in sides.iter().filter(|side| !side.contains(&problems)).copied().flatten() {
                for _ in 0..element.count(*row) {
                    self.dropped(format!("{path}/{}", any_name(&schema.rows[*row])));
                }
                element.truncate(*row, 0);
            }
        }
    }

    /// Version 1 has no words for people in its problems: they go where the value would stand, if none does.
    fn details(&mut self, body: &mut Body, path: &str) {
        let Some(problems) = body.problems_mut() else { return };
        for problem in problems {
            if problem.problem_value.is_none()
                && let Some(detail) = problem.problem_detail.take()
            {
                problem.problem_value = Some(detail);
                let to = "ProblemValue".to_owned();
                let sentence = format!("moved to {to}");
                let path = format!("{path}/Problem/ProblemDetail");
                self.losses.push(Loss { path, fate: Fate::Moved { to }, sentence });
            }
        }
    }

    fn element(&mut self, element: &mut dyn Element, column: usize, path: &str) {
        let schema = element.schema();
        self.data_beside_problems(element, column, path);
        for (number, row) in schema.rows.iter().enumerate() {
            if row.cells[column].place().is_none() && element.count(number) > 0 {
                for _ in 0..element.count(number) {
                    self.dropped(format!("{path}/{}", any_name(row)));
                }
                element.truncate(number, 0);
            }
        }
        let demands = schema.demands(column, |row| element.count(row));
        for (number, row, place) in schema.places(column) {
            let path = match place.wrapper {
                Some(wrapper) => format!("{path}/{wrapper}/{}", place.name),
                None => format!("{path}/{}", place.name),
            };
            let excluded = demands.excludes(number) && !(self.user == UserForm::Both && says_who(row));
            let room = if excluded { 0 } else { place.max.map_or(usize::MAX, usize::from) };
            for _ in room..element.count(number) {
                self.dropped(path.clone());
            }
            element.truncate(number, room);
            if element.count(number) == 0 {
                if place.is_mandatory() && !demands.excludes(number) {
                    self.fill(element, number, place, &path);
                }
                continue;
            }
            self.values(element, number, (row, place), column, &path);
        }
    }

    fn values(
        &mut self,
        element: &mut dyn Element,
        number: usize,
        (row, place): (&Row, &Place),
        column: usize,
        path: &str,
    ) {
        let twins = (0..element.count(number)).all(|index| match element.get(number, index) {
            View::Element(child) => child.is_twin(),
            View::Leaf(_) | View::Secret(_) => false,
        });
        let inside = match place.twin {
            Some((_, twin)) if twins => twin,
            _ => place.inside.unwrap_or(column),
        };
        for index in 0..element.count(number) {
            let sound = match element.get_mut(number, index) {
                Slot::Element(child) => {
                    self.element(child, inside, path);
                    true
                }
                Slot::Secret(_) => true,
                Slot::Leaf(leaf) if place.nests => {
                    // What others write as a path from the root is one of names here.
                    let parts: Vec<&str> =
                        leaf.text().split('/').filter(|part| !part.trim().is_empty()).collect();
                    let path = parts.join("/");
                    leaf.set(&path, None);
                    true
                }
                Slot::Leaf(leaf) => match place.content(row) {
                    Content::Text(text) => {
                        self.leaf(leaf, &text, column, place.name, path);
                        lexical::allows(text.lexical, column, leaf.text())
                    }
                    Content::Secret | Content::Elements(_) | Content::Raw => true,
                },
            };
            if !sound && !place.is_mandatory() {
                for _ in index..element.count(number) {
                    self.dropped(path.to_owned());
                }
                element.truncate(number, index);
                return;
            }
        }
    }

    /// A term has a scheme in version 1 and a URI or none in version 2; a date has a time in both.
    fn leaf(
        &mut self,
        leaf: &mut dyn xml::Leaf,
        text: &xml::schema::TextType,
        column: usize,
        name: &str,
        path: &str,
    ) {
        if let Lexical::DateTime = text.lexical
            && let Some((date, zone)) = lexical::date_and_zone(leaf.text())
        {
            let midnight = format!("{date}T00:00:00{zone}");
            leaf.set(&midnight, None);
        }
        let said = leaf.attribute().is_some_and(|scheme| !scheme.trim().is_empty());
        if text.apart_in(column).is_some() {
            if leaf.attribute().is_none() || !said && schemes::lists(name, leaf.text()) {
                let scheme = self.scheme(name).unwrap_or_default();
                let value = leaf.text().to_owned();
                let was_there = leaf.attribute().is_some();
                leaf.set(&value, Some(&scheme));
                if !was_there {
                    self.filled(format!("{path}/Scheme"), &scheme);
                }
            }
        } else if leaf.attribute().is_some_and(|scheme| !lexical::is_any_uri(scheme)) {
            leaf.drop_attribute();
            self.dropped(format!("{path}/@Scheme"));
        } else if text.attribute.is_some() {
            let written = leaf.written_attribute(name, column, self.schemes).map(str::to_owned);
            let wanted = name == "ProblemType" && self.schemes == Schemes::Written && !said;
            let written = if wanted { self.problem_scheme(leaf.text()).or(written) } else { written };
            let value = leaf.text().to_owned();
            leaf.set(&value, written.as_deref());
        }
    }

    /// The scheme that lists a problem, which depends on the service.
    fn problem_scheme(&self, name: &str) -> Option<String> {
        let kind = ProblemKind::of(name).filter(|kind| kind.as_str() == name)?;
        let own = || self.service.as_ref().map(schemes::processing_errors);
        kind.scheme().map(str::to_owned).or_else(own)
    }

    fn scheme(&self, name: &str) -> Option<String> {
        match name {
            "MessagingErrorType" => Some(schemes::MESSAGING_ERRORS.to_owned()),
            "ProcessingErrorType" => Some(match &self.service {
                Some(service) => schemes::processing_errors(service),
                None => schemes::GENERAL_PROCESSING_ERRORS.to_owned(),
            }),
            _ => schemes::of_element(name).map(str::to_owned),
        }
    }

    /// What a version demands and the message does not say, where it can be known or stands for nothing.
    fn fill(&mut self, element: &mut dyn Element, number: usize, place: &Place, path: &str) {
        let service = self.service.as_ref().map_or("NCIPMessage", Service::as_str).to_owned();
        let (text, scheme) = match place.name {
            "UniqueAgencyId" => match self.agency.clone() {
                Some(agency) => (agency.value, agency.scheme.or_else(|| self.scheme(place.name))),
                None => return,
            },
            "ElementName" => (service, None),
            "UserElementType" => ("Name Information".to_owned(), self.scheme(place.name)),
            "ItemElementType" => ("Bibliographic Description".to_owned(), self.scheme(place.name)),
            "ReminderLevel" => ("1".to_owned(), None),
            "Amount" => (String::new(), None),
            _ => return,
        };
        match element.open(number) {
            Slot::Secret(_) => {}
            Slot::Leaf(leaf) => {
                leaf.set(&text, scheme.as_deref());
                self.filled(path.to_owned(), &text);
            }
            Slot::Element(amount) => {
                for (row, text, scheme) in [(0, "XXX", schemes::of_element("CurrencyCode")), (1, "0", None)] {
                    if let Slot::Leaf(leaf) = amount.open(row) {
                        leaf.set(text, scheme);
                    }
                }
                self.filled(path.to_owned(), "0");
            }
        }
    }
}

/// Whether it says who a user is.
fn says_who(row: &Row) -> bool {
    matches!(row.field, "user_id" | "authentication_inputs")
}

/// The field with the problems of an answer, or of an item in it.
const PROBLEMS: &str = "problems";

/// The name that some version has for a field.
fn any_name(row: &Row) -> &'static str {
    row.cells.iter().rev().skip(1).find_map(|cell| cell.place()).map_or(row.field, |place| place.name)
}
