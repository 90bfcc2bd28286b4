//! What a message says: one variant a service and direction.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::model::*;

body! {
    /// Asks an agency about an agency.
    LookupAgency LookupAgencyResponse Lookup => (one);
    /// Asks about an item.
    LookupItem LookupItemResponse Lookup => (one);
    /// Asks about the items of a title or of a set of holdings.
    LookupItemSet LookupItemSetResponse Lookup => (drop) (one new202);
    /// Asks about a request.
    LookupRequest LookupRequestResponse Lookup => (one v101) (one);
    /// Asks about a user.
    LookupUser LookupUserResponse Lookup => (one);
    /// Asks who a user is, by what the user gives. Version 1 alone has it.
    AuthenticateUser AuthenticateUserResponse Lookup => (one) (drop);
    /// Has an item taken in for a request: a temporary record, and perhaps a hold on it.
    AcceptItem AcceptItemResponse Update => (one);
    /// Takes a recall back.
    CancelRecallItem CancelRecallItemResponse Update => (one);
    /// Takes a request back.
    CancelRequestItem CancelRequestItemResponse Update => (one);
    /// Checks an item in.
    CheckInItem CheckInItemResponse Update => (one);
    /// Checks an item out to a user.
    CheckOutItem CheckOutItemResponse Update => (one);
    /// Has a record of an agency made.
    CreateAgency CreateAgencyResponse Update => (one);
    /// Has a record of an item made.
    CreateItem CreateItemResponse Update => (one);
    /// Has a record of a user made.
    CreateUser CreateUserResponse Update => (one);
    /// Has an amount entered on a user's account.
    CreateUserFiscalTransaction CreateUserFiscalTransactionResponse Update => (one);
    /// Has the record of an item removed.
    DeleteItem DeleteItemResponse Update => (drop) (one);
    /// Has the record of a user removed.
    DeleteUser DeleteUserResponse Update => (drop) (one);
    /// Calls an item back from its borrower.
    RecallItem RecallItemResponse Update => (one);
    /// Renews a loan.
    RenewItem RenewItemResponse Update => (one);
    /// Has it recorded that a user says an item is lost, missing, returned or was never borrowed.
    ReportCirculationStatusChange ReportCirculationStatusChangeResponse Update => (one);
    /// Requests an item or a title for a user.
    RequestItem RequestItemResponse Update => (one);
    /// Has a notice sent to a user.
    SendUserNotice SendUserNoticeResponse Update => (one);
    /// Takes a check-out back, as if it had never been.
    UndoCheckOutItem UndoCheckOutItemResponse Update => (one);
    /// Has the record of an agency changed.
    UpdateAgency UpdateAgencyResponse Update => (one);
    /// Has an item's circulation status changed.
    UpdateCirculationStatus UpdateCirculationStatusResponse Update => (one);
    /// Has the record of an item changed.
    UpdateItem UpdateItemResponse Update => (one);
    /// Has a request changed.
    UpdateRequestItem UpdateRequestItemResponse Update => (one);
    /// Has the record of a user changed.
    UpdateUser UpdateUserResponse Update => (one);
    /// Tells that a record of an agency was made.
    AgencyCreated AgencyCreatedResponse Notification => (one);
    /// Tells that the record of an agency was changed.
    AgencyUpdated AgencyUpdatedResponse Notification => (one);
    /// Tells what a user said became of an item.
    CirculationStatusChangeReported CirculationStatusChangeReportedResponse Notification => (one);
    /// Tells that an item's circulation status changed.
    CirculationStatusUpdated CirculationStatusUpdatedResponse Notification => (one);
    /// Tells that an item was checked in.
    ItemCheckedIn ItemCheckedInResponse Notification => (one);
    /// Tells that an item was checked out.
    ItemCheckedOut ItemCheckedOutResponse Notification => (one);
    /// Tells that a record of an item was made.
    ItemCreated ItemCreatedResponse Notification => (one);
    /// Tells that a recall was taken back.
    ItemRecallCancelled ItemRecallCancelledResponse Notification => (one);
    /// Tells that an item was recalled.
    ItemRecalled ItemRecalledResponse Notification => (one);
    /// Tells that an item arrived.
    ItemReceived ItemReceivedResponse Notification => (one);
    /// Tells that a loan was renewed.
    ItemRenewed ItemRenewedResponse Notification => (one);
    /// Tells that a request was taken back.
    ItemRequestCancelled ItemRequestCancelledResponse Notification => (one);
    /// Tells that a request was changed.
    ItemRequestUpdated ItemRequestUpdatedResponse Notification => (one);
    /// Tells that an item was requested.
    ItemRequested ItemRequestedResponse Notification => (one);
    /// Tells that an item was sent off.
    ItemShipped ItemShippedResponse Notification => (one);
    /// Tells that the record of an item was changed.
    ItemUpdated ItemUpdatedResponse Notification => (one);
    /// Tells that a record of a user was made.
    UserCreated UserCreatedResponse Notification => (one);
    /// Tells that an amount was entered on a user's account.
    UserFiscalTransactionCreated UserFiscalTransactionCreatedResponse Notification => (one);
    /// Tells that a notice was sent to a user.
    UserNoticeSent UserNoticeSentResponse Notification => (one);
    /// Tells that the record of a user was changed.
    UserUpdated UserUpdatedResponse Notification => (one);
}

/// What kind of service it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceKind {
    /// Asks for data. Answered with data or problems.
    Lookup,
    /// Has something changed. Answered with what is so now, or problems.
    Update,
    /// Tells what has happened. Answered with nothing, or problems.
    Notification,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// It asks or tells.
    Initiation,
    /// It answers.
    Response,
}

/// A message of a service that no version knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherService {
    /// The element's name.
    pub name: String,
    /// The element as it came.
    pub raw: String,
}

impl OtherService {
    /// The service's name, as far as the element's tells.
    pub fn service(&self) -> &str {
        self.name.strip_suffix("Response").unwrap_or(&self.name)
    }

    /// Whether it asks or answers, as far as the element's name tells.
    pub fn direction(&self) -> Direction {
        if self.name.ends_with("Response") { Direction::Response } else { Direction::Initiation }
    }
}

impl Default for Body {
    fn default() -> Self {
        Body::Other(OtherService::default())
    }
}

impl Service {
    /// The service of a name, known or not. Names of answers mean their service.
    pub fn of(name: &str) -> Service {
        let name = name.strip_suffix("Response").unwrap_or(name);
        let known = Service::ALL.iter().find(|service| service.as_str() == name);
        known.cloned().unwrap_or_else(|| Service::Other(name.to_owned()))
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<LookupVersion> for Body {
    fn from(message: LookupVersion) -> Self {
        Body::LookupVersion(Box::new(message))
    }
}

impl From<LookupVersionResponse> for Body {
    fn from(message: LookupVersionResponse) -> Self {
        Body::LookupVersionResponse(Box::new(message))
    }
}

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub body: Body,
}

impl Message {
    /// The service. `None` where there are only problems.
    pub fn service(&self) -> Option<Service> {
        self.body.service()
    }

    /// The message as parsed, in one text: the same for two documents that say the same. It leaves nothing out, patron
    /// data and secrets included: hash it, do not keep it.
    pub fn canonical(&self) -> String {
        let mut canonical = String::new();
        xml::canonical(&self.body, &mut canonical);
        if let Body::Other(other) = &self.body {
            canonical.push_str(&other.raw);
        }
        canonical
    }

    /// As JSON for people, with `***` for a secret.
    pub fn shown(&self) -> impl Serialize {
        ShownBody(&self.body)
    }
}

struct ShownBody<'a>(&'a Body);

impl Serialize for ShownBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Body::Other(other) = self.0 else { return xml::Shown(self.0).serialize(serializer) };
        // What is in it is not known, so a secret could be anywhere.
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("service", &other.name)?;
        map.end()
    }
}

impl<B: Into<Body>> From<B> for Message {
    fn from(body: B) -> Self {
        Message { body: body.into() }
    }
}
