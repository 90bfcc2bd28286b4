//! A command as a message, as the ILS's settings have it.

use std::num::NonZeroU32;

use jiff::Timestamp;
use loan_model::ils::{IlsCommand, IlsUser, Wanted};
use ncip::{
    AcceptItem, AgencyId, AuthenticationInput, BibliographicId, BibliographicRecordId, Body,
    CancelRequestItem, CheckInItem, CheckOutItem, CreateItem, CreateUserFiscalTransaction, DeleteItem,
    FiscalTransactionInformation, InitiationHeader, ItemId, ItemReceived, LookupItem, LookupItemSet,
    LookupUser, Message, Positive, RecallItem, RenewItem, RequestId, RequestItem, SchemeValue, Schemes,
    Service, UserId, Version, WriteError, WriteOptions,
};

use super::{
    cannot_render::CannotRender,
    dates,
    fields::{bare_record_id, money, optional_fields, terms},
    preset::{HoldIds, HoldsFor, RecordIds, Sender, Withdrawal},
    settings::{IlsSettings, Namespace, PatronBy, PickupIn, Secrets},
};

/// What a command leaves out, from the sealed parts of its request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fill {
    /// The patron's barcode. Never a PIN.
    pub patron: Option<String>,
    /// More that no text may show which is kept: the patron's name, address and the like.
    pub private: Vec<String>,
}

impl std::fmt::Debug for Fill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fill(..)")
    }
}

impl Fill {
    /// Every word that no kept text may show.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.patron.iter().chain(&self.private).map(String::as_str).collect()
    }
}

/// A command as a message. It has no secrets in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The message.
    pub message: Message,
    /// In which version it is to be written.
    pub version: Version,
    namespace: Namespace,
    schemes: Schemes,
}

/// Makes a message of a command.
///
/// # Errors
/// If the ILS can't be asked this.
pub fn render(command: &IlsCommand, fill: &Fill, settings: &IlsSettings) -> Result<Rendered, CannotRender> {
    let speaker = Speaker { settings, fill };
    speaker.rendered(speaker.body(command)?)
}

impl Rendered {
    /// The bytes, without secrets.
    ///
    /// # Errors
    /// If the version can't say it.
    pub fn bytes(&self) -> Result<Vec<u8>, CannotRender> {
        bytes(&self.message, self.version, self.namespace, self.schemes)
    }
}

/// The bytes of a message that was rendered for this ILS, with what proves who we are. Without secrets they stay as they are.
///
/// # Errors
/// If they are no message of ours.
pub fn with_secrets(
    frozen: &[u8],
    secrets: &Secrets,
    settings: &IlsSettings,
) -> Result<Vec<u8>, CannotRender> {
    if *secrets == Secrets::default() {
        return Ok(frozen.to_vec());
    }
    let unreadable =
        |sentence: String| CannotRender::Unwritable(WriteError { path: "/NCIPMessage".to_owned(), sentence });
    let mut reading =
        ncip::read(frozen, &ncip::ReadOptions::default()).map_err(|why| unreadable(why.to_string()))?;
    let Some(Some(header)) = reading.message.body.initiation_header_mut() else {
        return Err(unreadable("there is no header to put the secrets in".to_owned()));
    };
    header.from_agency_authentication = secrets.agency.clone().map(Into::into);
    header.from_system_authentication = secrets.system.clone().map(Into::into);
    bytes(&reading.message, settings.version, settings.namespace, settings.schemes)
}

fn bytes(
    message: &Message,
    version: Version,
    namespace: Namespace,
    schemes: Schemes,
) -> Result<Vec<u8>, CannotRender> {
    let options = WriteOptions { namespace: namespace.written(), schemes, ..WriteOptions::new(version) };
    Ok(ncip::write(message, &options)?.bytes)
}

impl Namespace {
    fn written(self) -> ncip::NamespaceUse {
        match self {
            Namespace::Required | Namespace::MayBeMissing => ncip::NamespaceUse::Written,
            Namespace::LeftOut => ncip::NamespaceUse::LeftOut,
        }
    }
}

/// Who speaks, to whom, of which patron.
pub(crate) struct Speaker<'a> {
    pub(crate) settings: &'a IlsSettings,
    pub(crate) fill: &'a Fill,
}

impl Speaker<'_> {
    /// The message around its body.
    pub(crate) fn rendered(&self, body: Body) -> Result<Rendered, CannotRender> {
        let IlsSettings { version, namespace, schemes, .. } = *self.settings;
        if self.settings.preset == super::Preset::Alma && self.settings.application_profile.is_none() {
            return Err(CannotRender::NoProfile);
        }
        Ok(Rendered { message: Message { body }, version, namespace, schemes })
    }

    fn body(&self, command: &IlsCommand) -> Result<Body, CannotRender> {
        let settings = self.settings;
        Ok(match command {
            IlsCommand::LookupUser { user } => {
                self.serves(Service::LookupUser)?;
                let (user_id, authentication_inputs) = self.user(user)?;
                Body::from(LookupUser {
                    initiation_header: self.header(None),
                    user_id,
                    authentication_inputs,
                    user_element_types: terms(&settings.user_elements),
                    ..LookupUser::default()
                })
            }
            IlsCommand::LookupItem { item: Wanted::Item(item) } => {
                self.serves(Service::LookupItem)?;
                Body::from(LookupItem {
                    initiation_header: self.header(None),
                    item_id: Some(self.item(item)),
                    item_element_types: terms(&settings.item_elements),
                    ..LookupItem::default()
                })
            }
            IlsCommand::LookupItem { item: Wanted::Title(record) } => {
                self.serves(Service::LookupItemSet)?;
                Body::from(LookupItemSet {
                    initiation_header: self.header(None),
                    bibliographic_ids: vec![self.record(record)],
                    item_element_types: terms(&settings.item_elements),
                    maximum_items_count: NonZeroU32::new(MOST_ITEMS).map(Positive::from),
                    ..LookupItemSet::default()
                })
            }
            IlsCommand::RequestItem { item, record, user, request, pickup, need_before } => {
                self.serves(Service::RequestItem)?;
                let (user_id, authentication_inputs) = self.user(user)?;
                let (item_ids, bibliographic_ids, scope) = match item {
                    Wanted::Item(item) => {
                        let (items, records) = self.on_hold(item, record.as_deref())?;
                        (items, records, &settings.item_scope)
                    }
                    Wanted::Title(record) => (Vec::new(), vec![self.record(record)], &settings.title_scope),
                };
                let pickup = self.pickup(pickup);
                Body::from(RequestItem {
                    initiation_header: self.header(pickup.as_deref()),
                    user_id,
                    authentication_inputs,
                    bibliographic_ids,
                    item_ids,
                    request_id: Some(self.request(request)),
                    request_type: settings.request_type.as_str().into(),
                    request_scope_type: scope.as_str().into(),
                    need_before_date: self.date(*need_before),
                    pickup_location: self.pickup_element(pickup),
                    ..RequestItem::default()
                })
            }
            IlsCommand::CancelRequestItem { request, item, user } => {
                self.serves(Service::CancelRequestItem)?;
                let (user_id, authentication_inputs) = self.user(user)?;
                Body::from(CancelRequestItem {
                    initiation_header: self.header(None),
                    user_id,
                    authentication_inputs,
                    request_id: Some(self.hold(request)?),
                    item_id: item.as_deref().map(|item| self.item(item)),
                    request_type: settings.request_type.as_str().into(),
                    request_scope_type: Some(settings.item_scope.as_str().into()),
                    ..CancelRequestItem::default()
                })
            }
            IlsCommand::AcceptItem { request, item, user, description, pickup, due } => {
                self.serves(Service::AcceptItem)?;
                let pickup = self.pickup(pickup);
                Body::from(AcceptItem {
                    initiation_header: self.header(pickup.as_deref()),
                    request_id: self.request(request),
                    requested_action_type: settings.accept_action.as_str().into(),
                    // It has no element for authentication: the patron is always named by an id.
                    user_id: Some(self.user_id(user)?),
                    item_id: Some(self.item(item)),
                    date_for_return: self.date(*due),
                    item_optional_fields: optional_fields(description),
                    pickup_location: self.pickup_element(pickup),
                    ..AcceptItem::default()
                })
            }
            IlsCommand::CheckOutItem { item, user, request, due } => {
                self.serves(Service::CheckOutItem)?;
                let (user_id, authentication_inputs) = self.user(user)?;
                Body::from(CheckOutItem {
                    initiation_header: self.header(None),
                    user_id,
                    authentication_inputs,
                    item_id: self.item(item),
                    request_id: Some(self.request(request)),
                    desired_date_due: self.date(*due),
                    ..CheckOutItem::default()
                })
            }
            IlsCommand::CheckInItem { item } => {
                self.serves(Service::CheckInItem)?;
                Body::from(CheckInItem {
                    initiation_header: self.header(None),
                    item_id: self.item(item),
                    ..CheckInItem::default()
                })
            }
            IlsCommand::RenewItem { item, user, due, .. } => {
                self.serves(Service::RenewItem)?;
                let (user_id, authentication_inputs) = self.user(user)?;
                Body::from(RenewItem {
                    initiation_header: self.header(None),
                    user_id,
                    authentication_inputs,
                    item_id: self.item(item),
                    desired_date_due: self.date(*due),
                    ..RenewItem::default()
                })
            }
            IlsCommand::RecallItem { item, due } => {
                self.serves(Service::RecallItem)?;
                Body::from(RecallItem {
                    initiation_header: self.header(None),
                    item_id: self.item(item),
                    desired_date_due: self.date(*due),
                    ..RecallItem::default()
                })
            }
            IlsCommand::CreateItem { item, request, description } => {
                self.serves(Service::CreateItem)?;
                let fields = optional_fields(description).unwrap_or_default();
                Body::from(CreateItem {
                    initiation_header: self.header(None),
                    item_id: Some(self.item(item)),
                    request_id: Some(self.request(request)),
                    bibliographic_description: fields.bibliographic_description.unwrap_or_default(),
                    item_description: fields.item_description,
                    ..CreateItem::default()
                })
            }
            IlsCommand::DeleteItem { item } => self.withdrawal(item)?,
            IlsCommand::CreateUserFiscalTransaction { user, amount, currency, reason } => {
                self.serves(Service::CreateUserFiscalTransaction)?;
                let (user_id, authentication_inputs) = self.user(user)?;
                Body::from(CreateUserFiscalTransaction {
                    initiation_header: self.header(None),
                    user_id,
                    authentication_inputs,
                    fiscal_transaction_information: FiscalTransactionInformation {
                        fiscal_action_type: "Assess".into(),
                        fiscal_transaction_type: "Service Charge".into(),
                        amount: money(amount, currency)?,
                        fiscal_transaction_description: Some(reason.clone()),
                        ..FiscalTransactionInformation::default()
                    },
                    ..CreateUserFiscalTransaction::default()
                })
            }
        })
    }

    fn withdrawal(&self, item: &str) -> Result<Body, CannotRender> {
        match self.settings.row().withdrawal {
            Withdrawal::DeleteItem => {
                self.serves(Service::DeleteItem)?;
                Ok(Body::from(DeleteItem {
                    initiation_header: self.header(None),
                    item_id: self.item(item),
                    ..DeleteItem::default()
                }))
            }
            Withdrawal::ItemReceived => Ok(Body::from(ItemReceived {
                initiation_header: self.header(None),
                item_id: self.item(item),
                // When it went back is not known here, and nobody looks at it: the same date always keeps a repeat the same.
                date_received: dates::write(Timestamp::UNIX_EPOCH, self.settings),
                ..ItemReceived::default()
            })),
        }
    }

    /// What a hold on one item names.
    fn on_hold(
        &self,
        item: &str,
        record: Option<&str>,
    ) -> Result<(Vec<ItemId>, Vec<BibliographicId>), CannotRender> {
        let settings = self.settings;
        let items = || vec![self.item(item)];
        match (settings.row().holds_for, record) {
            (HoldsFor::TheItem, _) => Ok((items(), Vec::new())),
            (HoldsFor::ItsRecord, None) => Err(CannotRender::NoRecord(settings.preset.title())),
            // Version 1 has room for one of them.
            (HoldsFor::ItsRecord, Some(record)) if settings.version < Version::V2_0 => {
                Ok((Vec::new(), vec![self.record(record)]))
            }
            (HoldsFor::ItsRecord, Some(record)) => Ok((items(), vec![self.record(record)])),
        }
    }

    /// The id that names a hold. An ILS that goes by its own numbers may read an id of ours as a number, which is somebody else's hold.
    fn hold(&self, id: &str) -> Result<RequestId, CannotRender> {
        let settings = self.settings;
        let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
        match settings.row().hold_ids {
            HoldIds::OwnNumbers if !is_number => Err(CannotRender::NoHoldNumber(settings.preset.title())),
            HoldIds::OwnNumbers | HoldIds::AsTold => Ok(self.request(id)),
        }
    }

    pub(crate) fn serves(&self, service: Service) -> Result<(), CannotRender> {
        let settings = self.settings;
        if settings.answers(&service) {
            return Ok(());
        }
        let (preset, version) = (settings.preset.title(), settings.version);
        Err(CannotRender::NotServed { preset, version, service: service.to_string() })
    }

    /// The header; where the settings say so, the pick-up location replaces the agency that the message goes to.
    pub(crate) fn header(&self, pickup: Option<&str>) -> Option<InitiationHeader> {
        let settings = self.settings;
        let to = match (settings.pickup_in, pickup) {
            (PickupIn::ToAgency, Some(pickup)) => pickup,
            _ => &settings.to_agency,
        };
        let from = match settings.row().sender {
            Sender::Own => &settings.from_agency,
            Sender::SameAsReceiver => &settings.to_agency,
        };
        let term = |word: &Option<String>| word.as_deref().map(SchemeValue::from);
        Some(InitiationHeader {
            from_system_id: term(&settings.from_system),
            to_system_id: term(&settings.to_system),
            application_profile_type: term(&settings.application_profile),
            ..InitiationHeader::new(self.agency(from), self.agency(to))
        })
    }

    fn agency(&self, id: &str) -> AgencyId {
        AgencyId { scheme: self.settings.agency_scheme.clone(), value: id.to_owned() }
    }

    fn own_agency(&self) -> AgencyId {
        self.agency(&self.settings.to_agency)
    }

    pub(crate) fn item(&self, barcode: &str) -> ItemId {
        ItemId::new(self.own_agency(), barcode)
    }

    pub(crate) fn request(&self, id: &str) -> RequestId {
        let agency = match self.settings.row().sender {
            Sender::Own => &self.settings.from_agency,
            Sender::SameAsReceiver => &self.settings.to_agency,
        };
        RequestId::new(self.agency(agency), id)
    }

    fn record(&self, id: &str) -> BibliographicId {
        let id = match self.settings.row().record_ids {
            RecordIds::AsTheyAre => id,
            RecordIds::Bare => bare_record_id(id),
        };
        let record = BibliographicRecordId {
            bibliographic_record_identifier: id.to_owned(),
            agency_id: Some(self.own_agency()),
            ..BibliographicRecordId::default()
        };
        BibliographicId { bibliographic_record_id: Some(record), ..BibliographicId::default() }
    }

    pub(crate) fn card<'c>(&'c self, user: &'c IlsUser) -> Result<&'c str, CannotRender> {
        match user {
            IlsUser::Patron => self.fill.patron.as_deref().ok_or(CannotRender::NoPatron),
            IlsUser::Library(id) => Ok(id),
        }
    }

    pub(crate) fn user_id(&self, user: &IlsUser) -> Result<UserId, CannotRender> {
        Ok(UserId::new(self.own_agency(), self.card(user)?))
    }

    pub(crate) fn user(
        &self,
        user: &IlsUser,
    ) -> Result<(Option<UserId>, Vec<AuthenticationInput>), CannotRender> {
        match self.settings.patron_by {
            PatronBy::UserId => Ok((Some(self.user_id(user)?), Vec::new())),
            PatronBy::AuthenticationInput => {
                let input = AuthenticationInput {
                    authentication_input_data: self.card(user)?.into(),
                    authentication_data_format_type: "text/plain".into(),
                    authentication_input_type: "Barcode Id".into(),
                    ..AuthenticationInput::default()
                };
                Ok((None, vec![input]))
            }
        }
    }

    fn pickup(&self, said: &Option<String>) -> Option<String> {
        let said = said.clone().or_else(|| self.settings.pickup_location.clone());
        said.filter(|_| self.settings.pickup_in != PickupIn::Nowhere)
    }

    fn pickup_element(&self, pickup: Option<String>) -> Option<SchemeValue> {
        pickup.filter(|_| self.settings.pickup_in == PickupIn::Element).map(SchemeValue::bare)
    }

    fn date(&self, instant: Option<Timestamp>) -> Option<ncip::DateTime> {
        instant.map(|instant| dates::write(instant, self.settings))
    }
}

/// How many items of a title are asked about.
const MOST_ITEMS: u32 = 50;
