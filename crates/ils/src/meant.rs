//! Which of a library's requests a message is about: by the most specific of its ids, and never one of several that it could be.

use std::collections::BTreeSet;

use loan_model::{PeerId, names::VolumeNo};
use persistence::RequestId;
use runtime::{
    patron_requests::{PatronRequests, PlaceError, sender_id_key},
    requests::{
        StoredRequest, borrowing_key, hold_prefix, item_key, items_prefix, read_stored, shared_prefix,
    },
};
use state_machine::hosted::Over;

use crate::{NotTaken, Notice, Which};

/// The requests that a message can be about.
pub(crate) enum Meant {
    /// None of the library's.
    Nothing,
    /// This one, and this volume of it where its id says so.
    One(RequestId, Option<VolumeNo>),
    /// Any of these: nothing tells which.
    Several(Vec<RequestId>),
}

/// A request of the library that a message may be about.
struct Candidate {
    request: RequestId,
    kept: StoredRequest,
}

impl Candidate {
    fn is_open(&self) -> bool {
        self.kept.state.hosted().is_some_and(|summary| summary.over == Over::Open)
    }
}

/// The request that a message about a patron's request means, as it is kept.
pub(crate) async fn sought(
    desk: &PatronRequests,
    library: &PeerId,
    which: &Which,
) -> Result<(RequestId, StoredRequest), NotTaken> {
    let candidates = match which {
        Which::Request(id) => match own(desk, library, id).await? {
            Some((found, _)) => vec![found],
            None => narrowed(by_others_id(desk, library, id).await?),
        },
        Which::PatronAndItem { patron, item } => {
            let wish = desk.secret.wish(library, patron.reveal(), item);
            narrowed(known_as(desk, library, std::slice::from_ref(&wish), &[shared_prefix(&wish)]).await?)
        }
    };
    let mut candidates = candidates.into_iter();
    match (candidates.next(), candidates.next()) {
        (None, _) => Err(NotTaken::UnknownRequest),
        (Some(one), None) => Ok((one.request, one.kept)),
        (Some(_), Some(_)) => Err(NotTaken::Element {
            element: "RequestId",
            why: "several requests can be meant: say which, by our id of it".to_owned(),
        }),
    }
}

/// The request that a notice is about: an id of a request says more than the item's.
pub(crate) async fn noticed(desk: &PatronRequests, notice: &Notice) -> Result<Meant, NotTaken> {
    let library = &notice.library;
    let of_item = match &notice.item {
        Some(item) => by_item(desk, library, item).await?,
        None => Vec::new(),
    };
    if let Some(id) = &notice.request {
        if let Some((found, volume)) = own(desk, library, id).await? {
            return Ok(Meant::One(found.request, volume));
        }
        let mut of_id = narrowed(by_others_id(desk, library, id).await?);
        if of_id.len() > 1 {
            // The item tells those apart that one id of the ILS's names.
            let same = |one: &Candidate| of_item.iter().any(|other| other.request == one.request);
            if of_id.iter().any(same) {
                of_id.retain(same);
            }
        }
        if !of_id.is_empty() {
            return Ok(meant(of_id));
        }
    }
    Ok(meant(narrowed(of_item)))
}

fn meant(candidates: Vec<Candidate>) -> Meant {
    match candidates.as_slice() {
        [] => Meant::Nothing,
        [one] => Meant::One(one.request, None),
        several => Meant::Several(several.iter().map(|one| one.request).collect()),
    }
}

/// Those that are open; the last of them, where all are over.
fn narrowed(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    if candidates.iter().any(Candidate::is_open) {
        candidates.retain(Candidate::is_open);
    } else if candidates.len() > 1 {
        candidates.drain(..candidates.len() - 1);
    }
    candidates
}

/// By our own id, or by one that we gave the ILS for a volume: `ID-v2`.
async fn own(
    desk: &PatronRequests,
    library: &PeerId,
    id: &str,
) -> Result<Option<(Candidate, Option<VolumeNo>)>, NotTaken> {
    let id = id.trim();
    let of_volume = id.rsplit_once("-v").and_then(|(id, number)| Some((id, VolumeNo(number.parse().ok()?))));
    let (id, volume) = of_volume.map_or((id, None), |(id, volume)| (id, Some(volume)));
    let id = if id.starts_with("req_") { id.to_owned() } else { format!("req_{id}") };
    let Ok(request) = id.parse::<RequestId>() else { return Ok(None) };
    Ok(kept(desk, library, request).await?.map(|found| (found, volume)))
}

/// By the sender's id, by the one that the broker hears, or by the ILS's own of a hold.
async fn by_others_id(desk: &PatronRequests, library: &PeerId, id: &str) -> Result<Vec<Candidate>, NotTaken> {
    let id = id.trim();
    let keys = [sender_id_key(library, id), borrowing_key(library, id)];
    known_as(desk, library, &keys, &[hold_prefix(library, id)]).await
}

/// By the barcode in the library's ILS.
async fn by_item(desk: &PatronRequests, library: &PeerId, item: &str) -> Result<Vec<Candidate>, NotTaken> {
    let found = known_as(desk, library, &[item_key(library, item)], &[items_prefix(library, item)]).await?;
    Ok(found.into_iter().filter(|one| one.kept.meta.items.contains_key(item)).collect())
}

/// The library's requests that are known by one of these keys, or by one that begins so; in the order in which they were made.
async fn known_as(
    desk: &PatronRequests,
    library: &PeerId,
    keys: &[String],
    prefixes: &[String],
) -> Result<Vec<Candidate>, NotTaken> {
    let mut requests = BTreeSet::new();
    for key in keys {
        requests.extend(desk.find(key).await.map_err(failed)?);
    }
    for prefix in prefixes {
        requests.extend(desk.store.find_externals(prefix).await.map_err(|why| later(&why))?);
    }
    let mut candidates = Vec::new();
    for request in requests {
        candidates.extend(kept(desk, library, request).await?);
    }
    Ok(candidates)
}

/// The request as it is kept, if it is the library's own.
async fn kept(
    desk: &PatronRequests,
    library: &PeerId,
    request: RequestId,
) -> Result<Option<Candidate>, NotTaken> {
    let stored = desk.store.request(request).await.map_err(|why| later(&why))?;
    let kept = stored.as_ref().and_then(|stored| read_stored(stored).ok());
    let kept = kept.filter(|kept| kept.meta.library.as_ref() == Some(library));
    Ok(kept.map(|kept| Candidate { request, kept }))
}

fn failed(why: PlaceError) -> NotTaken {
    NotTaken::Later { why: why.to_string() }
}

fn later(why: &persistence::StoreError) -> NotTaken {
    NotTaken::Later { why: why.to_string() }
}
