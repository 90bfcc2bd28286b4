//! What messages of several services have in common: who a user is, which item and request they name. Must never know what it is for.

use xml::schema::{Content, Lexical};
use xml::{Element, Slot, View};

use crate::Body;
use crate::model::{AuthenticationInput, ItemId, RequestId, UserId};
use crate::version::NAMESPACE;

/// Whom and what a message names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// The item.
    pub item: Option<&'a ItemId>,
    /// The request.
    pub request: Option<&'a RequestId>,
    /// Whether the answering side may give the request an id of its own.
    pub request_by: NamedBy,
    /// The user.
    pub user: Option<&'a UserId>,
}

/// By which of its ids a system names in its answer what it was asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamedBy {
    /// By the one that the question has.
    #[default]
    TheIdAsked,
    /// Perhaps by one of its own, which looks otherwise. One of the same form that is another is somebody else's.
    PerhapsItsOwn,
}

/// Where a note stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// In the message's `Ext`.
    InExt,
    /// Nowhere: the message has no place for it.
    Nowhere,
}

/// The field of a message, for each kind of message that has it.
macro_rules! field {
    ($body:expr, $field:ident: $($message:ident)*) => {
        match $body {
            $( Body::$message(message) => Some(&message.$field), )*
            _ => None,
        }
    };
    (mut $body:expr, $field:ident: $($message:ident)*) => {
        match $body {
            $( Body::$message(message) => message.$field.as_mut(), )*
            _ => None,
        }
    };
}

impl Body {
    /// The texts of its dates, as they came; not of those that say who somebody is.
    pub fn dates(&self) -> Vec<&str> {
        let mut found = Vec::new();
        dates_in(self, &mut found);
        found
    }

    /// What a user gives to be known, where a message can carry it.
    pub fn authentication_inputs(&self) -> &[AuthenticationInput] {
        let inputs = field!(self, authentication_inputs:
            LookupUser LookupRequest AuthenticateUser RequestItem CancelRequestItem UpdateRequestItem CheckOutItem
            UndoCheckOutItem RenewItem CreateUser UpdateUser DeleteUser CreateUserFiscalTransaction
            ReportCirculationStatusChange);
        inputs.map_or(&[], Vec::as_slice)
    }

    /// The user whom a message names that can carry what he gives to be known as well.
    pub fn user_id(&self) -> Option<&UserId> {
        let user = field!(self, user_id:
            LookupUser LookupRequest RequestItem CancelRequestItem UpdateRequestItem CheckOutItem UndoCheckOutItem
            RenewItem CreateUser UpdateUser DeleteUser CreateUserFiscalTransaction ReportCirculationStatusChange);
        user.and_then(Option::as_ref)
    }

    /// Forgets the user whom a message names that carries what he gives to be known as well.
    pub fn clear_user_id(&mut self) {
        macro_rules! clear {
            ($($message:ident)*) => {
                match self {
                    $( Body::$message(message) => message.user_id = None, )*
                    _ => {}
                }
            };
        }
        clear!(LookupUser LookupRequest RequestItem CancelRequestItem UpdateRequestItem CheckOutItem UndoCheckOutItem
            RenewItem CreateUser UpdateUser DeleteUser CreateUserFiscalTransaction ReportCirculationStatusChange);
    }

    /// The user whom an answer names.
    fn answered_user(&self) -> Option<&UserId> {
        let user = field!(self, user_id:
            LookupUserResponse LookupRequestResponse AuthenticateUserResponse RequestItemResponse
            CancelRequestItemResponse UpdateRequestItemResponse CheckOutItemResponse
            UndoCheckOutItemResponse RenewItemResponse UpdateUserResponse DeleteUserResponse
            CreateUserFiscalTransactionResponse ReportCirculationStatusChangeResponse);
        user.and_then(Option::as_ref)
    }

    /// The user whom an answer names, to be named anew.
    pub fn answered_user_mut(&mut self) -> Option<&mut UserId> {
        field!(mut self, user_id:
            LookupUserResponse LookupRequestResponse AuthenticateUserResponse RequestItemResponse
            CancelRequestItemResponse UpdateRequestItemResponse CheckOutItemResponse CheckInItemResponse
            UndoCheckOutItemResponse RenewItemResponse RecallItemResponse CancelRecallItemResponse CreateUserResponse
            UpdateUserResponse DeleteUserResponse CreateUserFiscalTransactionResponse SendUserNoticeResponse
            ReportCirculationStatusChangeResponse)
    }

    /// Takes the `Ext` away whose content is this: it has been read as what it is.
    pub(crate) fn drop_ext(&mut self, is_read: impl Fn(&str) -> bool) {
        let Some(element) = self.as_element_mut() else { return };
        let Some(row) = element.schema().rows.iter().position(|row| row.field == "ext") else { return };
        if element.count(row) == 0 {
            return;
        }
        if let Slot::Leaf(ext) = element.get_mut(row, 0)
            && is_read(ext.text())
        {
            element.truncate(row, 0);
        }
    }

    /// Puts a note to its reader into an answer's `Ext`.
    pub(crate) fn note(&mut self, text: &str) -> Noted {
        let Some(element) = self.as_element_mut() else { return Noted::Nowhere };
        let Some(row) = element.schema().rows.iter().position(|row| row.field == "ext") else {
            return Noted::Nowhere;
        };
        let plain = text.replace(['<', '>', '&'], " ");
        let note = format!("<ItemNote xmlns=\"{NAMESPACE}\">{plain}</ItemNote>");
        let slot = if element.count(row) > 0 { element.get_mut(row, 0) } else { element.open(row) };
        let Slot::Leaf(ext) = slot else { return Noted::Nowhere };
        let (text, declared) = (format!("{}{note}", ext.text()), ext.attribute().map(str::to_owned));
        ext.set(&text, declared.as_deref());
        Noted::InExt
    }

    /// Whom and what a message is about, where its answer must be about the same. What the answering side may name anew is left out.
    pub fn named(&self) -> Named<'_> {
        let item = field!(self, item_id:
            CheckOutItem CheckInItem UndoCheckOutItem RenewItem RecallItem CancelRecallItem DeleteItem UpdateItem
            UpdateCirculationStatus ReportCirculationStatusChange);
        let perhaps = field!(self, item_id:
            LookupItem LookupItemResponse LookupRequest LookupRequestResponse CancelRequestItem
            CancelRequestItemResponse CheckOutItemResponse CheckInItemResponse UndoCheckOutItemResponse
            RenewItemResponse RecallItemResponse CancelRecallItemResponse DeleteItemResponse UpdateItemResponse
            UpdateCirculationStatusResponse ReportCirculationStatusChangeResponse RequestItemResponse
            AcceptItemResponse);
        let one = match self {
            // Of several, of a title's or of an edition's, any may be found.
            Body::RequestItem(asked) if letters(&asked.request_scope_type.value) == "item" => {
                asked.item_ids.first().filter(|_| asked.item_ids.len() == 1)
            }
            _ => None,
        };
        let request = field!(self, request_id:
            CancelRequestItem CancelRequestItemResponse LookupRequest LookupRequestResponse LookupItem
            LookupItemResponse RequestItem RequestItemResponse AcceptItemResponse);
        let accepted = match self {
            Body::AcceptItem(asked) => Some(&asked.request_id),
            _ => None,
        };
        let request_by = match self {
            Body::RequestItem(_) | Body::AcceptItem(_) => NamedBy::PerhapsItsOwn,
            _ => NamedBy::TheIdAsked,
        };
        // Who is made may be named anew.
        let user = match self {
            Body::CreateUser(_) | Body::CreateUserResponse(_) => None,
            _ => self.user_id().or_else(|| self.answered_user()),
        };
        Named {
            item: item.or(perhaps.and_then(Option::as_ref)).or(one),
            request: request.and_then(Option::as_ref).or(accepted),
            request_by,
            user,
        }
    }

    /// The other ids of the user whom an answer names.
    pub fn other_user_ids(&self) -> &[UserId] {
        match self {
            Body::LookupUserResponse(answer) => {
                answer.user_optional_fields.as_ref().map_or(&[], |fields| fields.user_ids.as_slice())
            }
            _ => &[],
        }
    }
}

/// Whom and what an answer may name otherwise than it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Another {
    /// Another user.
    User,
    /// Another item or request.
    ItemOrRequest,
}

impl Named<'_> {
    /// Whether an answer names somebody or something else than was asked by these.
    pub fn another(&self, answer: &Body, users: NamedBy) -> Option<Another> {
        let answered = answer.named();
        let item = self.item.zip(answered.item).and_then(|(asked, answered)| same_item(asked, answered));
        let request = self.request.zip(answered.request).and_then(|(asked, answered)| {
            same_id(&asked.request_identifier_value, &answered.request_identifier_value, self.request_by)
        });
        let user = self.user.zip(answered.user).and_then(|(asked, answered)| {
            let is_asked = |id: &UserId| letters(id.value()) == letters(asked.value());
            match answer.other_user_ids().iter().any(is_asked) {
                true => Some(true),
                false => same_id(asked.value(), answered.value(), users),
            }
        });
        let compared = [item, request];
        if user == Some(false) {
            return Some(Another::User);
        }
        (compared.contains(&Some(false)) && !compared.contains(&Some(true))).then_some(Another::ItemOrRequest)
    }
}

/// Whether two names mean one item. Nothing where they are names of two kinds.
fn same_item(asked: &ItemId, answered: &ItemId) -> Option<bool> {
    let kind = |id: &ItemId| {
        let kind = id.item_identifier_type.as_ref().map_or(String::new(), |kind| letters(&kind.value));
        if kind.is_empty() || kind.contains("barcode") { "barcode".to_owned() } else { kind }
    };
    if kind(asked) != kind(answered) {
        return None;
    }
    same_id(&asked.item_identifier_value, &answered.item_identifier_value, NamedBy::TheIdAsked)
}

/// Whether an id that a system answers is the one that it was asked about. Nothing where that cannot be told.
pub fn same_id(asked: &str, answered: &str, by: NamedBy) -> Option<bool> {
    if letters(asked).is_empty() || letters(answered).is_empty() {
        return None;
    }
    let same = letters(asked) == letters(answered);
    match by {
        NamedBy::PerhapsItsOwn if !same && form(asked) != form(answered) => None,
        _ => Some(same),
    }
}

/// What an id looks like: systems make all ids of a kind alike.
fn form(id: &str) -> Vec<char> {
    let shape = |c: char| match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_alphabetic() => 'a',
        other => other,
    };
    let mut form: Vec<char> = id.trim().chars().map(shape).collect();
    // Letters and digits are mixed in ids of requests: where each stands says nothing.
    if form.contains(&'a') {
        form.iter_mut().filter(|c| **c == '9').for_each(|c| *c = 'a');
    }
    form
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn dates_in<'m>(element: &'m dyn Element, found: &mut Vec<&'m str>) {
    for (number, row) in element.schema().rows.iter().enumerate() {
        for index in 0..element.count(number) {
            match (element.get(number, index), row.content) {
                (View::Element(child), _) => dates_in(child, found),
                (View::Leaf(leaf), Content::Text(text))
                    if matches!(text.lexical, Lexical::DateTime) && row.field != "date_of_birth" =>
                {
                    found.push(leaf.text());
                }
                _ => {}
            }
        }
    }
}
