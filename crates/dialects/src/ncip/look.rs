//! Asking an ILS whether a command was carried out before: what is asked, what the answers show, and what that means for the command. Whose hold
//! or loan it is counts, and whether it was there before: somebody else's is never taken for ours. Must never keep whom an answer names.

use std::{cmp::Ordering, collections::BTreeSet};

use jiff::{SignedDuration, Timestamp};
use loan_model::ils::{CirculationStatus, IlsCommand, IlsFacts, IlsUser, MayBeTwice, Wanted};
use ncip::{
    Body, ItemId, LookupItem, LookupItemResponse, LookupRequest, LookupUser, LookupUserResponse, Named,
    NamedBy, Problem, ProblemKind, Service, same_id,
};

use super::{
    answer::{AnswerTo, answer},
    cannot_render::CannotRender,
    dates::{self, DateRead},
    fields::{bare_record_id, terms},
    preset::Barcodes,
    render::{Fill, Rendered, Speaker},
    seen::{Placed, SeenHold, SeenItem, SeenLoan, renewals_told},
    settings::{IlsSettings, PatronBy},
    understand::item_facts,
    words,
};

/// What an ILS can be asked about a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The request, by our id (LookupRequest).
    Request,
    /// The item, who has it and who waits for it (LookupItem).
    Item,
    /// The user, with loans and requests (LookupUser).
    User,
}

/// What the answers show of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was carried out; what the ILS tells of it.
    Done(Box<IlsFacts>),
    /// It was not: it is sent as if for the first time.
    NotDone,
    /// Nothing that decides it: it is sent as [`super::AttemptKind::Repeated`].
    Unclear,
    /// What is there may be ours or somebody else's, or it would be done twice: it is not sent again, and staff decide. Why.
    ForStaff(&'static str),
}

/// What is found out about a command that may have been carried out.
#[derive(Debug)]
pub struct Look<'a> {
    command: &'a IlsCommand,
    fill: &'a Fill,
    settings: &'a IlsSettings,
    /// When it was first asked for.
    since: Timestamp,
    /// More ids of the user, as the ILS has them.
    user_ids: Vec<String>,
    request: Option<Answered>,
    item: Option<SeenItem>,
    holds: Vec<SeenHold>,
    loans: Vec<SeenLoan>,
}

/// What was answered about our id of a request.
#[derive(Debug, PartialEq, Eq)]
enum Answered {
    Unknown,
    Known { item: Option<String> },
}

const ANOTHERS_LOAN: &str = "the ILS has the item on loan to somebody else";
const RENEWED: &str = "nothing that the ILS tells shows whether it was renewed";

/// By how much the clocks of two systems may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

impl<'a> Look<'a> {
    /// Of a command that was first sent then.
    pub fn new(command: &'a IlsCommand, fill: &'a Fill, settings: &'a IlsSettings, since: Timestamp) -> Self {
        Look {
            command,
            fill,
            settings,
            since,
            user_ids: Vec::new(),
            request: None,
            item: None,
            holds: Vec::new(),
            loans: Vec::new(),
        }
    }

    /// A question as a message.
    ///
    /// # Errors
    /// If the ILS can't be asked this.
    pub fn render(&self, question: Question) -> Result<Rendered, CannotRender> {
        let speaker = Speaker { settings: self.settings, fill: self.fill };
        speaker.rendered(self.body(question, &speaker)?)
    }

    fn body(&self, question: Question, speaker: &Speaker<'_>) -> Result<Body, CannotRender> {
        let about = about(self.command);
        Ok(match (question, about.user, about.item, about.request) {
            (Question::Item, _, Some(item), _) => {
                speaker.serves(Service::LookupItem)?;
                Body::from(LookupItem {
                    initiation_header: speaker.header(None),
                    item_id: Some(speaker.item(item)),
                    item_element_types: terms(&self.settings.item_elements),
                    current_borrower_desired: true.into(),
                    current_requesters_desired: true.into(),
                    ..LookupItem::default()
                })
            }
            (Question::User, Some(user), ..) => {
                speaker.serves(Service::LookupUser)?;
                let (user_id, authentication_inputs) = speaker.user(user)?;
                Body::from(LookupUser {
                    initiation_header: speaker.header(None),
                    user_id,
                    authentication_inputs,
                    user_element_types: terms(&self.settings.user_elements),
                    loaned_items_desired: true.into(),
                    requested_items_desired: true.into(),
                    ..LookupUser::default()
                })
            }
            (Question::Request, .., Some(request)) => {
                speaker.serves(Service::LookupRequest)?;
                Body::from(LookupRequest {
                    initiation_header: speaker.header(None),
                    request_id: Some(speaker.request(request)),
                    ..LookupRequest::default()
                })
            }
            _ => return Err(CannotRender::NothingToAskAbout),
        })
    }

    /// Takes what was answered to a question.
    ///
    /// # Errors
    /// When it is no answer, or one for later: why.
    pub fn hear(&mut self, question: Question, reply: &[u8]) -> Result<(), String> {
        let about = about(self.command);
        let service = match question {
            Question::Item => Service::LookupItem,
            Question::User => Service::LookupUser,
            Question::Request => Service::LookupRequest,
        };
        let speaker = Speaker { settings: self.settings, fill: self.fill };
        let item = about.item.filter(|_| question == Question::Item).map(ItemId::bare);
        let request = about.request.filter(|_| question == Question::Request).map(ncip::RequestId::bare);
        let by_id = question == Question::User && self.settings.patron_by == PatronBy::UserId;
        let user = about.user.filter(|_| by_id).and_then(|user| speaker.user_id(user).ok());
        let named = Named {
            item: item.as_ref(),
            request: request.as_ref(),
            user: user.as_ref(),
            request_by: NamedBy::TheIdAsked,
        };
        let users = self.settings.user_ids.into();
        let told = answer(reply, AnswerTo { service: &service, named, users, question: None });
        let body = told.map_err(|why| why.to_string())?.body;
        if !body.problems().is_empty() {
            return self.refused(question, body.problems());
        }
        match body {
            Body::LookupItemResponse(reply) => self.item = Some(self.seen_item(&reply)),
            Body::LookupUserResponse(reply) => self.hear_of_user(&reply),
            Body::LookupRequestResponse(reply) => {
                let theirs = reply.user_id.as_ref().map(ncip::UserId::value);
                if theirs.is_none_or(|id| self.is_user(id)) {
                    let item = reply.item_id.map(|item| item.item_identifier_value);
                    self.request = Some(Answered::Known { item });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// That it is not asked this, or by us, says nothing of what was done; that it does not know the thing does.
    fn refused(&mut self, question: Question, problems: &[Problem]) -> Result<(), String> {
        let all = |kind: ProblemKind| problems.iter().all(|problem| words::kind(problem) == Some(kind));
        let temporary = ProblemKind::TemporaryProcessingFailure;
        match question {
            Question::Item if all(ProblemKind::UnknownItem) => self.item = Some(SeenItem::NotThere),
            Question::Request if all(ProblemKind::UnknownRequest) => self.request = Some(Answered::Unknown),
            _ if problems.iter().any(|problem| words::kind(problem) == Some(temporary)) => {
                return Err(temporary.as_str().to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    fn seen_item(&self, reply: &LookupItemResponse) -> SeenItem {
        let mut facts = IlsFacts::default();
        item_facts(reply.item_optional_fields.as_ref(), &mut facts, self.settings);
        let transaction = reply.item_transaction.as_ref();
        let borrower = transaction.and_then(|it| it.current_borrower.as_ref());
        let requesters = transaction.map(|it| it.current_requesters.as_slice()).unwrap_or_default();
        SeenItem::There {
            borrower: borrower.map(|it| it.user_id.value().trim().to_owned()).filter(|id| !id.is_empty()),
            requesters: requesters.iter().map(|it| it.user_id.value().trim().to_owned()).collect(),
            renewals: renewals_told(reply),
            facts: Box::new(facts),
        }
    }

    fn hear_of_user(&mut self, reply: &LookupUserResponse) {
        let others = reply.user_optional_fields.iter().flat_map(|fields| &fields.user_ids);
        let ids = reply.user_id.iter().chain(others).map(|id| id.value().trim().to_owned());
        self.user_ids.extend(ids.filter(|id| !id.is_empty()));
        self.holds =
            reply.requested_items.iter().map(|it| SeenHold::of(it, self.placed(&it.date_placed))).collect();
        let until = |date: &Option<ncip::DateTime>| dates::until(date.as_ref(), self.settings);
        let loans = reply.loaned_items.iter();
        let loans =
            loans.map(|it| SeenLoan { item: it.item_id.value().to_owned(), due: until(&it.date_due) });
        self.loans = loans.collect();
    }

    /// Whether a hold was placed since the command was first sent. A date alone may be any time of its day.
    fn placed(&self, date: &ncip::DateTime) -> Placed {
        let DateRead::Until(placed) = dates::read(Some(date), self.settings) else { return Placed::NotTold };
        let before = self.since.checked_sub(SKEW).is_ok_and(|since| placed < since);
        if before { Placed::Before } else { Placed::Since }
    }

    /// The ids of holds that were seen and are not known by ours: other requests may know them.
    pub fn hold_ids(&self) -> impl Iterator<Item = &str> {
        self.holds.iter().filter_map(|hold| hold.id.as_deref())
    }

    /// What all that was heard shows. `known` are ids of holds that other requests have.
    pub fn found(&self, known: &BTreeSet<String>) -> Found {
        match self.command {
            IlsCommand::RequestItem { .. } => self.requested(known),
            IlsCommand::AcceptItem { .. } => self.accepted(known),
            IlsCommand::CheckOutItem { .. } => self.lent(),
            IlsCommand::RenewItem { .. } => self.renewed(),
            IlsCommand::CreateItem { .. } => self.created(),
            _ => Found::Unclear,
        }
    }

    fn requested(&self, known: &BTreeSet<String>) -> Found {
        let ours = about(self.command).request;
        if let Some(Answered::Known { .. }) = &self.request {
            return done(IlsFacts::default());
        }
        let likely = |wanted| self.holds.iter().filter(move |hold| self.likeness(hold, known) == wanted);
        let mut found = likely(Likeness::Ours);
        if let Some(hold) = found.next() {
            let twice = found.next().map(|_| MayBeTwice::Hold);
            let request = hold.id.clone().filter(|id| Some(id.as_str()) != ours);
            return done(IlsFacts { request, twice, ..IlsFacts::default() });
        }
        let perhaps = likely(Likeness::Perhaps).next().is_some();
        let nobody_waits = match &self.item {
            Some(SeenItem::NotThere) => true,
            Some(SeenItem::There { facts, requesters, .. }) => match requesters.as_slice() {
                [] => facts.holds == Some(0) && facts.status != Some(CirculationStatus::OnHold),
                told => self.knows_user() && !told.iter().any(|id| self.is_user(id)),
            },
            None => false,
        };
        let not_done = !self.holds.is_empty() || nobody_waits || self.request == Some(Answered::Unknown);
        if not_done && !perhaps { Found::NotDone } else { Found::Unclear }
    }

    fn accepted(&self, known: &BTreeSet<String>) -> Found {
        let about = about(self.command);
        let other = |item: Option<&String>| item.filter(|item| Some(item.as_str()) != about.item).cloned();
        if let Some(Answered::Known { item }) = &self.request {
            return done(IlsFacts { item: other(item.as_ref()), ..IlsFacts::default() });
        }
        let likely = |wanted| self.holds.iter().find(|hold| self.likeness(hold, known) == wanted);
        if let Some(hold) = likely(Likeness::Ours) {
            let request = hold.id.clone().filter(|id| Some(id.as_str()) != about.request);
            return done(IlsFacts { item: other(hold.item.as_ref()), request, ..IlsFacts::default() });
        }
        let perhaps = likely(Likeness::Perhaps).is_some();
        let is_own = self.settings.row().barcodes == Barcodes::MayBeItsOwn;
        let absent = !self.holds.is_empty() && !perhaps && !is_own;
        // The barcode that was asked for tells nothing of an item that may have got another.
        let not_done = if perhaps || is_own { Found::Unclear } else { Found::NotDone };
        match &self.item {
            None if absent => Found::NotDone,
            None => Found::Unclear,
            Some(SeenItem::NotThere) => not_done,
            Some(SeenItem::There { facts, requesters, .. }) => {
                let is_free = facts.status == Some(CirculationStatus::Available) && facts.holds == Some(0);
                let for_us = requesters.iter().any(|id| self.is_user(id));
                let is_ours = for_us && self.holds.is_empty();
                // The library's own item has the same barcode: told so once more, the ILS says that it is taken, and another is tried.
                let anothers = !requesters.is_empty() && self.knows_user();
                if !is_ours && (is_free || !made_just_now(facts) || absent || anothers) {
                    return not_done;
                }
                // Many do not tell for whom it waits. It came just now, and no other call of ours made it.
                done(IlsFacts { status: facts.status, ..IlsFacts::default() })
            }
        }
    }

    fn lent(&self) -> Found {
        let wanted = about(self.command).item;
        if let Some(loan) = self.loans.iter().find(|loan| wanted.is_some_and(|item| loan.is_of(item))) {
            let due = loan.due.or(self.item.as_ref().and_then(SeenItem::due));
            return done(IlsFacts { due, status: Some(CirculationStatus::OnLoan), ..IlsFacts::default() });
        }
        match &self.item {
            None if self.loans.is_empty() => Found::Unclear,
            None | Some(SeenItem::NotThere) => Found::NotDone,
            Some(SeenItem::There { facts, borrower, .. }) => match borrower {
                Some(id) if self.is_user(id) => done((**facts).clone()),
                Some(_) => Found::ForStaff(ANOTHERS_LOAN),
                None if facts.status != Some(CirculationStatus::OnLoan) => Found::NotDone,
                None if !self.loans.is_empty() => Found::ForStaff(ANOTHERS_LOAN),
                // Many do not tell to whom it is lent. It was in staff's hands when it was to be lent to this user.
                None => done((**facts).clone()),
            },
        }
    }

    /// By the date of the loan and how often it was renewed. An ILS may renew by its own rules, to an earlier date than was asked for: by days,
    /// since it may tell one date in several forms.
    fn renewed(&self) -> Found {
        let IlsCommand::RenewItem { item, due: asked, before, renewals, .. } = self.command else {
            return Found::Unclear;
        };
        let loan = self.loans.iter().find(|loan| loan.is_of(item));
        let (borrower, count) = match &self.item {
            Some(SeenItem::There { borrower, renewals, .. }) => (borrower.as_deref(), *renewals),
            _ => (None, None),
        };
        let theirs = borrower.is_some_and(|id| !self.is_user(id)) && loan.is_none();
        if theirs || (loan.is_none() && !self.loans.is_empty()) {
            return Found::ForStaff(ANOTHERS_LOAN);
        }
        let due = loan.and_then(|loan| loan.due).or(self.item.as_ref().and_then(SeenItem::due));
        let day = |instant| dates::day(instant, self.settings);
        let by_count = renewals.zip(count).map(|(before, now)| now.cmp(&before));
        let by_date = match (due, asked, before) {
            (Some(due), Some(asked), _) if due >= *asked => Some(Ordering::Greater),
            (Some(due), _, Some(before)) => Some(day(due).cmp(&day(*before))),
            _ => None,
        };
        match (by_count, by_date) {
            (Some(Ordering::Greater), _) | (None, Some(Ordering::Greater)) => {
                done(IlsFacts { due, renewals: count, ..IlsFacts::default() })
            }
            (Some(Ordering::Equal), Some(Ordering::Equal) | None) | (None, Some(Ordering::Equal)) => {
                Found::NotDone
            }
            // The two disagree, it is not the loan that is known here, or nothing is told.
            _ => Found::ForStaff(RENEWED),
        }
    }

    fn created(&self) -> Found {
        match &self.item {
            None => Found::Unclear,
            Some(SeenItem::There { facts, .. }) if made_just_now(facts) => done((**facts).clone()),
            Some(_) => Found::NotDone,
        }
    }

    /// Whether a hold of the user is the one that was asked for.
    fn likeness(&self, hold: &SeenHold, known: &BTreeSet<String>) -> Likeness {
        let about = about(self.command);
        let same = |ours: &str, theirs: &str| same_id(ours, theirs, NamedBy::PerhapsItsOwn);
        let by_id = about.request.zip(hold.id.as_deref()).and_then(|(ours, theirs)| same(ours, theirs));
        match by_id {
            Some(true) => return Likeness::Ours,
            Some(false) => return Likeness::Anothers,
            None if hold.id.as_ref().is_some_and(|id| known.contains(id)) => return Likeness::Anothers,
            None => {}
        }
        let is_item = |item: &str| hold.item.as_deref().is_some_and(|told| same_item(item, told));
        let is_record = |record: &str| {
            hold.records.iter().any(|told| same_item(told, record) || same_item(told, bare_record_id(record)))
        };
        let is_it = match self.command {
            IlsCommand::RequestItem { item: Wanted::Item(item), record, .. } => {
                is_item(item) || record.as_deref().is_some_and(is_record)
            }
            IlsCommand::RequestItem { item: Wanted::Title(record), .. } => is_record(record),
            IlsCommand::AcceptItem { item, .. } => is_item(item),
            _ => false,
        };
        let names_no_other = match self.command {
            IlsCommand::RequestItem { item: Wanted::Title(_), .. } => hold.records.is_empty(),
            IlsCommand::AcceptItem { .. } if self.settings.row().barcodes == Barcodes::MayBeItsOwn => true,
            _ => hold.item.is_none() && hold.records.is_empty(),
        };
        match (hold.placed, is_it) {
            (Placed::Before, _) => Likeness::Anothers,
            (Placed::Since, true) => Likeness::Ours,
            (Placed::NotTold, true) => Likeness::Perhaps,
            (_, false) if names_no_other => Likeness::Perhaps,
            (_, false) => Likeness::Anothers,
        }
    }

    fn is_user(&self, id: &str) -> bool {
        let speaker = Speaker { settings: self.settings, fill: self.fill };
        let card = about(self.command).user.and_then(|user| speaker.card(user).ok());
        let ids = self.user_ids.iter().map(String::as_str).chain(card);
        ids.into_iter().any(|known| same_item(known, id))
    }

    /// Whether somebody who is not among the user's known ids is somebody else.
    fn knows_user(&self) -> bool {
        !self.user_ids.is_empty() || NamedBy::from(self.settings.user_ids) == NamedBy::TheIdAsked
    }
}

/// Whether a hold is the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likeness {
    Ours,
    Perhaps,
    Anothers,
}

/// What a command is about.
#[derive(Default)]
struct About<'c> {
    user: Option<&'c IlsUser>,
    item: Option<&'c str>,
    request: Option<&'c str>,
}

fn about(command: &IlsCommand) -> About<'_> {
    match command {
        IlsCommand::RequestItem { item, user, request, .. } => {
            let item = match item {
                Wanted::Item(item) => Some(item.as_str()),
                Wanted::Title(_) => None,
            };
            About { user: Some(user), item, request: Some(request) }
        }
        IlsCommand::AcceptItem { item, user, request, .. } => {
            About { user: Some(user), item: Some(item), request: Some(request) }
        }
        IlsCommand::CheckOutItem { item, user, .. } | IlsCommand::RenewItem { item, user, .. } => {
            About { user: Some(user), item: Some(item), request: None }
        }
        IlsCommand::CreateItem { item, .. } => About { item: Some(item), ..About::default() },
        _ => About::default(),
    }
}

fn done(facts: IlsFacts) -> Found {
    Found::Done(Box::new(facts))
}

fn same_item(one: &str, other: &str) -> bool {
    same_id(one, other, NamedBy::TheIdAsked) == Some(true)
}

/// What somebody has on loan, or what is lost, was not made just now.
fn made_just_now(facts: &IlsFacts) -> bool {
    !matches!(facts.status, Some(CirculationStatus::OnLoan | CirculationStatus::Lost))
}
