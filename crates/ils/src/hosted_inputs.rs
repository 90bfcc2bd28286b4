//! What NCIP brings for the requests of hosted libraries: patrons' wishes, what ILSs have done by themselves, and questions. Must never tell
//! one library of another's requests.

use acts::{Act, DayOrTime};
use iso18626::{BibliographicItemId, BibliographicItemIdCode, OpenList, ServiceType};
use loan_model::{
    PeerId,
    ils::{IlsNotice, ItemDescription},
};
use net::BoxFuture;
use persistence::RequestId;
use runtime::{
    patron_requests::{PatronRequest, PatronRequests, PlaceError, Placed, Provenance, pickup},
    requests::{Because, Input, LoggedInputKind, StaffFailed, StepError, StepInput, StoredRequest, bare},
    stored_time::timestamp,
};
use state_machine::hosted::{Input as HostedInput, Over, Summary};

use crate::{
    AskedService, Card, HostedInputs, NotTaken, Notice, Noticed, PatronAsk, PatronCancel, PatronUpdate,
    Shown, ShownStatus, Which,
    meant::{self, Meant, sought},
};

impl HostedInputs for PatronRequests {
    fn ask(&self, ask: PatronAsk) -> BoxFuture<'_, Result<crate::RequestPlaced, NotTaken>> {
        Box::pin(async move {
            let library = ask.library.clone();
            let came = Provenance {
                origin: state_machine::hosted::Origin::Ncip,
                once: Some(once_key(&library, &ask.key.0)),
                theirs: ask.theirs.clone(),
            };
            let asked = PatronRequests::ask(self, &library, wish(ask), came).await.map_err(not_taken)?;
            let (Placed::Made(request, _) | Placed::Before(request)) = asked;
            Ok(crate::RequestPlaced { request: bare(request) })
        })
    }

    fn cancel(&self, cancel: PatronCancel) -> BoxFuture<'_, Result<Shown, NotTaken>> {
        Box::pin(async move {
            let (request, kept) = sought(self, &cancel.library, &cancel.which).await?;
            must_be_of(self, &cancel.library, cancel.patron.as_ref(), request).await?;
            if let Some(summary) = kept.state.hosted()
                && summary.over == Over::Closed
            {
                return Ok(shown(request, &kept));
            }
            let because = Because { by: "ncip".to_owned(), reason: "the patron cancels".to_owned() };
            let stepped = self.requests.act(request, Act::Cancel, &because).await.map_err(too_late)?;
            Ok(shown(request, &stepped.stored))
        })
    }

    fn update(&self, update: PatronUpdate) -> BoxFuture<'_, Result<Shown, NotTaken>> {
        Box::pin(async move {
            let (request, kept) = sought(self, &update.library, &update.which).await?;
            must_be_of(self, &update.library, update.patron.as_ref(), request).await?;
            let because = Because { by: "ncip".to_owned(), reason: "the patron changes it".to_owned() };
            let place = update.pickup.as_deref().map(pickup).transpose().map_err(not_taken)?;
            let need_before = update.need_before.map(DayOrTime::from);
            let date = need_before.map(|date| Act::Edit { patch: Box::default(), need_before: Some(date) });
            let place = place.map(|place| Act::SetPickup { place });
            let acts: Vec<Act> = date.into_iter().chain(place).collect();
            if acts.is_empty() {
                return Ok(shown(request, &kept));
            }
            let stepped = self.requests.act_together(request, &acts, &because).await.map_err(too_late)?;
            Ok(shown(request, &stepped.stored))
        })
    }

    fn notice(&self, notice: Notice) -> BoxFuture<'_, Result<Noticed, NotTaken>> {
        Box::pin(async move {
            let (request, volume) = match meant::noticed(self, &notice).await? {
                Meant::Nothing => return Ok(Noticed::NotOurs),
                Meant::One(request, volume) => (request, volume),
                Meant::Several(requests) => return unclear(self, &notice, &requests).await,
            };
            let made = self.requests.step(request, |loaded| {
                let loaded = loaded.ok_or(())?;
                let item = notice.item.as_ref();
                let volume = item.and_then(|item| loaded.stored.meta.items.get(item)).copied().or(volume);
                let told = IlsNotice { kind: notice.kind, volume, due: notice.due };
                let what = LoggedInputKind::Notice { notice: told.clone() };
                let mut work = StepInput::new(what, Some(Input::hosted(HostedInput::Notice(told))));
                work.dedupe = vec![notice.key.0.clone()];
                Ok(work)
            });
            taken(made.await)
        })
    }

    fn look_up<'a>(
        &'a self,
        library: &'a PeerId,
        which: &'a Which,
    ) -> BoxFuture<'a, Result<Shown, NotTaken>> {
        Box::pin(async move {
            let (request, kept) = sought(self, library, which).await?;
            Ok(shown(request, &kept))
        })
    }
}

/// Shows staff of each of these requests that a notice may be about it, and moves none.
async fn unclear(
    desk: &PatronRequests,
    notice: &Notice,
    requests: &[RequestId],
) -> Result<Noticed, NotTaken> {
    for request in requests {
        let made = desk.requests.step(*request, |loaded| {
            loaded.ok_or(())?;
            let told = IlsNotice { kind: notice.kind, volume: None, due: notice.due };
            let input = Input::hosted(HostedInput::NoticeUnclear(notice.kind));
            let mut work = StepInput::new(LoggedInputKind::Notice { notice: told }, Some(input));
            work.dedupe = vec![notice.key.0.clone()];
            Ok(work)
        });
        taken(made.await)?;
    }
    Ok(Noticed::Taken)
}

fn taken<T>(made: Result<T, StepError<()>>) -> Result<Noticed, NotTaken> {
    match made {
        Ok(_) | Err(StepError::Repeated(_)) => Ok(Noticed::Taken),
        Err(StepError::Declined(())) => Ok(Noticed::NotOurs),
        Err(failed) => Err(NotTaken::Later { why: failed.to_string() }),
    }
}

/// Refuses somebody else's request; where the message names no patron, the library answers for it.
async fn must_be_of(
    desk: &PatronRequests,
    library: &PeerId,
    patron: Option<&Card>,
    request: RequestId,
) -> Result<(), NotTaken> {
    let Some(patron) = patron else { return Ok(()) };
    let own = desk.find(&desk.owner_key(library, patron.reveal(), request)).await.map_err(not_taken)?;
    if own == Some(request) { Ok(()) } else { Err(NotTaken::UnknownRequest) }
}

fn once_key(library: &PeerId, key: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, key);
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("once|{library}|{hex}")
}

fn wish(ask: PatronAsk) -> PatronRequest {
    let wanted = ask.wanted;
    let mut wish = PatronRequest {
        patron: ask.patron.reveal().to_owned(),
        service: Some(match ask.service {
            AskedService::Loan => ServiceType::Loan,
            AskedService::Copy => ServiceType::Copy,
        }),
        title: wanted.description.title,
        author: wanted.description.author,
        volumes: wanted.description.volume.into_iter().collect(),
        edition: wanted.edition,
        publisher: wanted.publisher,
        published: wanted.published,
        items: wanted.items.into_iter().map(|item| (item.agency, item.barcode)).collect(),
        need_before: ask.need_before,
        pickup: ask.pickup,
        ..PatronRequest::default()
    };
    for record in wanted.records {
        let source = record.source.as_deref();
        match source.and_then(BibliographicItemIdCode::from_wire) {
            Some(code) => wish.numbers.push(BibliographicItemId::of(code, &record.id)),
            None => wish.records.push((source.unwrap_or("LOCAL").to_owned(), record.id)),
        }
    }
    wish
}

fn shown(request: RequestId, kept: &StoredRequest) -> Shown {
    let summary = kept.state.hosted();
    let title = summary.as_ref().and_then(|summary| summary.title.clone());
    let volume = summary.as_ref().and_then(|summary| summary.volumes.first());
    Shown {
        request: bare(request),
        item: volume.and_then(|volume| volume.local.clone().or_else(|| volume.barcode.clone())),
        status: summary.as_ref().map_or(ShownStatus::InProcess, status),
        placed: Some(timestamp(request.made_at())),
        need_before: None,
        hold_until: None,
        pickup: kept.state.pickup().map(str::to_owned),
        description: ItemDescription { title, ..ItemDescription::default() },
        service: AskedService::Loan,
    }
}

/// Where it stands, in NCIP's few words.
fn status(summary: &Summary) -> ShownStatus {
    let any = |state: &str| summary.volumes.iter().any(|volume| volume.state == state);
    match summary.phase.as_str() {
        "unfilled" | "refused" => ShownStatus::CannotFulfill,
        "cancelled" | "closed" => ShownStatus::Expired,
        "completed" => ShownStatus::Filled,
        _ if any("on-shelf") || any("hold-expired") => ShownStatus::AvailableForPickup,
        _ if any("checked-out") || any("overdue") || any("recalled") => ShownStatus::Filled,
        _ => ShownStatus::InProcess,
    }
}

fn not_taken(why: PlaceError) -> NotTaken {
    match why {
        PlaceError::UnknownLibrary(_) | PlaceError::NotHosted(_) | PlaceError::MayNotAsk { .. } => {
            NotTaken::NotOffered { why: why.to_string() }
        }
        PlaceError::NoPatron => NotTaken::UnknownUser,
        PlaceError::Pickup => NotTaken::Value { element: "PickupLocation", why: why.to_string() },
        PlaceError::NoHolder => NotTaken::NoHolder { why: why.to_string() },
        PlaceError::Nothing | PlaceError::Unwritable(_) => {
            NotTaken::Element { element: "BibliographicId", why: why.to_string() }
        }
        PlaceError::Failed(failed) => NotTaken::Later { why: failed.to_string() },
    }
}

fn too_late(failed: StepError<StaffFailed>) -> NotTaken {
    match failed {
        StepError::Declined(StaffFailed::NoRequest) => NotTaken::UnknownRequest,
        StepError::Declined(why) => NotTaken::TooLate { why: why.to_string() },
        StepError::Refused(rule) => NotTaken::TooLate { why: rule.why },
        other => NotTaken::Later { why: other.to_string() },
    }
}
