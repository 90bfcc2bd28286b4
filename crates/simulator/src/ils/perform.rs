//! Carrying out what a message asks for: the dialect's conditions first, then the act.

use jiff::Timestamp;

use super::{
    agreement::Agreement,
    circulation::{Acceptance, By, Circulation, HoldWish, ItemWish, LoanWish, Wanted},
    dialect::Dialect,
    quirk::Quirk,
    refusal::Refusal,
    service::Service,
    wire::{Done, ParsedMessage, Version},
};

/// Whether the message is one that this ILS serves, from somebody it knows.
pub(crate) fn admit(
    dialect: Dialect,
    agreement: &Agreement,
    asked: &ParsedMessage,
) -> Result<Service, Refusal> {
    if !dialect.versions().contains(&asked.version) && asked.service != Some(Service::LookupVersion) {
        return Err(Refusal::ProtocolError);
    }
    let service = asked.service.ok_or(Refusal::UnsupportedService)?;
    if !dialect.serves(service, asked.version) {
        return Err(Refusal::UnsupportedService);
    }
    let secret = agreement.secret.as_deref().filter(|_| dialect.has(Quirk::Secret));
    if secret.is_some_and(|secret| asked.secret.as_deref() != Some(secret)) {
        return Err(Refusal::AgencyAuthenticationFailed);
    }
    if dialect.has(Quirk::ProfileRequired) {
        let profile = agreement.profile.as_deref().unwrap_or(dialect.profile());
        if asked.profile.as_deref() != Some(profile) {
            return Err(Refusal::UnauthorizedService);
        }
    }
    if dialect.has(Quirk::SameAgencies) && asked.from != asked.to {
        return Err(Refusal::UnauthorizedCombination);
    }
    if !dialect.has(Quirk::SettingsByFromAgency) && !agreement.knows(asked.from.as_deref()) {
        return Err(Refusal::UnknownAgency);
    }
    Ok(service)
}

/// Does it, or says why not; a refusal changes nothing.
pub(crate) fn perform(
    dialect: Dialect,
    circulation: &mut Circulation,
    service: Service,
    asked: &ParsedMessage,
    now: Timestamp,
) -> Result<Done, Refusal> {
    let done = carry_out(Act { dialect, circulation, asked, now }, service)?;
    // The answer to a notice holds problems and nothing else.
    Ok(if service.is_notice() { Done::Noted } else { done })
}

fn carry_out(act: Act<'_>, service: Service) -> Result<Done, Refusal> {
    let Act { dialect, asked, now, .. } = act;
    if dialect.has(Quirk::FindsNothingInV1) && asked.version == Version::V1 {
        match service {
            Service::RenewItem => return Err(Refusal::UnknownUser),
            Service::CancelRequestItem => return Err(Refusal::UnknownRequest),
            _ => {}
        }
    }
    match service {
        Service::LookupVersion => Ok(Done::Versions(dialect.versions().to_vec())),
        Service::LookupUser => act.look_up_user(),
        Service::LookupItem => act.look_up_item(),
        Service::LookupRequest => {
            let hold = act.circulation.hold(&needed(asked.request())?)?.clone();
            Ok(Done::Hold(Box::new(hold)))
        }
        Service::RequestItem | Service::ItemRequested => act.request(),
        Service::CancelRequestItem | Service::ItemRequestCancelled => act.cancel(),
        Service::AcceptItem => act.accept(),
        Service::CheckOutItem | Service::ItemCheckedOut => act.check_out(),
        Service::CheckInItem | Service::ItemCheckedIn => {
            let (loan, _) = act.circulation.check_in(&needed(asked.item())?, By::Message, now)?;
            Ok(Done::Back(Box::new(loan)))
        }
        Service::UndoCheckOutItem => {
            let loan = act.circulation.undo_check_out(&needed(asked.item())?, By::Message, now)?;
            Ok(Done::Back(Box::new(loan)))
        }
        Service::RenewItem | Service::ItemRenewed => act.renew(),
        Service::RecallItem | Service::ItemRecalled => {
            let wished = asked.date("DesiredDateDue").or_else(|| asked.date("DateDue"));
            let loan = act.circulation.recall(&needed(asked.item())?, wished, By::Message, now)?;
            Ok(Done::Lent(Box::new(loan)))
        }
        Service::CancelRecallItem => {
            let loan = act.circulation.cancel_recall(&needed(asked.item())?, By::Message, now)?;
            Ok(Done::Lent(Box::new(loan)))
        }
        Service::CreateItem => act.create(),
        Service::DeleteItem => {
            let item = act.circulation.delete(&needed(asked.item())?, By::Message, now)?;
            Ok(Done::Record(item.barcode))
        }
        Service::CreateUserFiscalTransaction => act.charge(),
        Service::ItemShipped => Ok(Done::Noted),
        Service::ItemReceived => {
            if dialect.has(Quirk::ItemReceivedDeletes) {
                act.circulation.sent_home(&needed(asked.item())?, now)?;
            }
            Ok(Done::Noted)
        }
    }
}

fn needed<T>(what: Option<T>) -> Result<T, Refusal> {
    what.ok_or(Refusal::NeededDataMissing)
}

struct Act<'a> {
    dialect: Dialect,
    circulation: &'a mut Circulation,
    asked: &'a ParsedMessage,
    now: Timestamp,
}

impl Act<'_> {
    fn look_up_user(self) -> Result<Done, Refusal> {
        let card = needed(self.asked.user())?;
        let patron = match self.asked.pin() {
            Some(pin) => self.circulation.authenticated(&card, &pin)?,
            None => self.circulation.patron(&card)?,
        };
        let his = |owner: &str| owner == patron.barcode;
        Ok(Done::User {
            patron: Box::new(patron.clone()),
            loans: self.circulation.loans().filter(|loan| his(&loan.patron)).cloned().collect(),
            holds: self.circulation.holds().iter().filter(|hold| his(&hold.patron)).cloned().collect(),
            owes: self.circulation.charges().iter().filter(|charge| his(&charge.patron)).cloned().collect(),
        })
    }

    fn look_up_item(self) -> Result<Done, Refusal> {
        let barcode = match (self.asked.item(), self.asked.request()) {
            (Some(barcode), _) => barcode,
            (None, Some(request)) => {
                let by_origin = self.circulation.items().find(|item| item.is_for_request(&request));
                match by_origin {
                    Some(item) => item.barcode.clone(),
                    None => self.circulation.hold(&request)?.item.clone().ok_or(Refusal::UnknownItem)?,
                }
            }
            (None, None) => return Err(Refusal::NeededDataMissing),
        };
        let item = self.circulation.item(&barcode)?;
        Ok(Done::Item {
            item: Box::new(item.clone()),
            status: self.circulation.status(item),
            loan: self.circulation.loan(&barcode).cloned(),
            waiting: self.circulation.holds_for(item).cloned().collect(),
        })
    }

    fn request(self) -> Result<Done, Refusal> {
        let known = |words: &[&str], word: Option<String>| {
            words.is_empty()
                || word.is_some_and(|word| words.iter().any(|known| known.eq_ignore_ascii_case(&word)))
        };
        if !known(self.dialect.request_types(), self.asked.word("RequestType"))
            || !known(self.dialect.request_scopes(), self.asked.word("RequestScopeType"))
        {
            return Err(Refusal::UnknownValue);
        }
        let wanted = match (self.asked.item(), self.asked.record()) {
            (Some(item), _) => Wanted::Item(item),
            (None, Some(record)) => Wanted::Title(record),
            (None, None) => return Err(Refusal::NeededDataMissing),
        };
        // Where holds are for titles, an item id is one all the same.
        let wanted = match wanted {
            Wanted::Item(id) if self.circulation.item(&id).is_err() => Wanted::Title(id),
            other => other,
        };
        if self.dialect.has(Quirk::HoldsByRecord) {
            self.must_name_record()?;
        }
        let wish = HoldWish {
            patron: needed(self.asked.user())?,
            wanted,
            request: self.asked.request(),
            pickup: self.pickup(),
        };
        let hold = self.circulation.request(wish, By::Message, self.now)?;
        Ok(Done::Hold(Box::new(hold)))
    }

    fn cancel(self) -> Result<Done, Refusal> {
        let id = match (self.asked.request(), self.asked.user(), self.asked.item()) {
            (Some(request), ..) => request,
            _ if self.dialect.has(Quirk::OwnHoldIds) => return Err(Refusal::UnknownRequest),
            (None, Some(card), Some(item)) => self.circulation.hold_of(&card, &item)?.number.to_string(),
            _ => return Err(Refusal::NeededDataMissing),
        };
        let hold = self.circulation.cancel(&id, By::Message, self.now)?;
        Ok(Done::Hold(Box::new(hold)))
    }

    fn accept(self) -> Result<Done, Refusal> {
        let action = needed(self.asked.word("RequestedActionType"))?.to_ascii_lowercase();
        let described = self.asked.described();
        let request = needed(self.asked.request())?;
        let hold_for =
            if action.starts_with("hold for pickup") { Some(needed(self.asked.user())?) } else { None };
        let wish = Acceptance {
            request: request.clone(),
            barcode: self.asked.item(),
            hold_for,
            pickup: self.pickup(),
            title: described.title,
            author: described.author,
            call_number: described.call_number,
            due_back: self.date("DateForReturn"),
        };
        let item = self.circulation.accept(wish, By::Message, self.now)?;
        Ok(Done::Accepted { request, item: item.barcode })
    }

    fn check_out(self) -> Result<Done, Refusal> {
        let wish = LoanWish {
            patron: needed(self.asked.user())?,
            item: needed(self.asked.item())?,
            request: self.asked.request(),
            due: self.date("DesiredDateDue").or_else(|| self.date("DateDue")),
            location: if self.dialect.has(Quirk::HomeLocation) { None } else { self.asked.to.clone() },
        };
        let loan = self.circulation.check_out(wish, By::Message, self.now)?;
        Ok(Done::Lent(Box::new(loan)))
    }

    fn renew(self) -> Result<Done, Refusal> {
        let item = needed(self.asked.item())?;
        let wished = self.date("DesiredDateDue").or_else(|| self.date("DateDue"));
        let card = needed(self.asked.user())?;
        let loan = self.circulation.renew(&item, &card, wished, By::Message, self.now)?;
        Ok(Done::Lent(Box::new(loan)))
    }

    fn create(self) -> Result<Done, Refusal> {
        let described = self.asked.described();
        let wish = ItemWish {
            barcode: self.asked.item(),
            request: self.asked.request(),
            title: described.title,
            author: described.author,
            call_number: described.call_number,
        };
        Ok(Done::Record(self.circulation.create(wish, By::Message, self.now)?.barcode))
    }

    fn charge(self) -> Result<Done, Refusal> {
        let card = needed(self.asked.user())?;
        let (amount, currency, reason) = needed(self.asked.charge())?;
        let charge = self.circulation.charge(&card, (&amount, &currency), &reason, By::Message, self.now)?;
        Ok(Done::Charged(Box::new(charge)))
    }

    /// A date that is asked for, as far as this ILS reads it.
    fn date(&self, name: &str) -> Option<Timestamp> {
        let local = self.dialect.has(Quirk::LocalDates);
        if local { self.asked.local_date(name) } else { self.asked.date(name) }
    }

    /// The message must name a record that is there; an item beside it must be there, too.
    fn must_name_record(&self) -> Result<(), Refusal> {
        if let Some(barcode) = self.asked.item() {
            self.circulation.item(&barcode)?;
        }
        let named = self.asked.record();
        let is_there = self.circulation.items().any(|item| Some(&item.record) == named.as_ref());
        if is_there { Ok(()) } else { Err(Refusal::UnknownRecord) }
    }

    fn pickup(&self) -> Option<String> {
        let told = self.asked.word("PickupLocation");
        let by_agency = || self.asked.to.clone().filter(|_| self.dialect.has(Quirk::PickupFromToAgency));
        told.or_else(by_agency)
    }
}
