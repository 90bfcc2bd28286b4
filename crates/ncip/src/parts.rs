//! What messages of several services have in common: who a user is, which item and request they name. Must never know what it is for.

use xml::schema::{Content, Lexical};
use xml::{Element, Slot, View};

use crate::Body;
use crate::model::{AuthenticationInput, ItemId, RequestId, UserId};
use crate::version::NAMESPACE;

/// The item and the request that a message names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// The item.
    pub item: Option<&'a ItemId>,
    /// The request.
    pub request: Option<&'a RequestId>,
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

    /// The item and the request that a message is about, where its answer must be about the same. An item or request that the answering
    /// side may name anew is none.
    pub fn named(&self) -> Named<'_> {
        let item = field!(self, item_id:
            CheckOutItem CheckInItem UndoCheckOutItem RenewItem RecallItem CancelRecallItem DeleteItem UpdateItem
            UpdateCirculationStatus ReportCirculationStatusChange);
        let perhaps = field!(self, item_id:
            LookupItem LookupItemResponse CancelRequestItem CancelRequestItemResponse CheckOutItemResponse
            CheckInItemResponse UndoCheckOutItemResponse RenewItemResponse RecallItemResponse CancelRecallItemResponse
            DeleteItemResponse UpdateItemResponse UpdateCirculationStatusResponse
            ReportCirculationStatusChangeResponse);
        let request = field!(self, request_id: CancelRequestItem CancelRequestItemResponse);
        Named { item: item.or(perhaps.and_then(Option::as_ref)), request: request.and_then(Option::as_ref) }
    }
}

impl Named<'_> {
    /// Whether an answer that names these is about something else than what was asked by those.
    pub fn is_another(&self, answered: Named<'_>) -> bool {
        let item = self.item.zip(answered.item).and_then(|(asked, answered)| same_item(asked, answered));
        let request = self.request.zip(answered.request).map(|(asked, answered)| {
            same(&asked.request_identifier_value, &answered.request_identifier_value)
        });
        let compared = [item, request];
        compared.contains(&Some(false)) && !compared.contains(&Some(true))
    }
}

/// Whether two names mean one item. Nothing where they are names of two kinds.
fn same_item(asked: &ItemId, answered: &ItemId) -> Option<bool> {
    let kind = |id: &ItemId| {
        let kind = id.item_identifier_type.as_ref().map_or(String::new(), |kind| letters(&kind.value));
        if kind.is_empty() || kind.contains("barcode") { "barcode".to_owned() } else { kind }
    };
    if answered.item_identifier_value.trim().is_empty() {
        return None;
    }
    (kind(asked) == kind(answered))
        .then(|| same(&asked.item_identifier_value, &answered.item_identifier_value))
}

fn same(one: &str, other: &str) -> bool {
    letters(one) == letters(other)
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
