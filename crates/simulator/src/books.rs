//! What a library's own books say of the requests that it was asked: compared with what others say, they show what was lost or done twice.

use std::sync::Arc;

use iso18626::Status;

use crate::{core::Core, real_time::lock, symbol::symbol};

/// A request that a library was asked, as its own books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedOf {
    /// The requester's symbol.
    pub requester: String,
    /// The requester's ids of it, in order; a retry adds one.
    pub ids: Vec<String>,
    /// What is asked for.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How often the item or the copy was sent.
    pub sent: u32,
}

/// What is known of each request.
pub(crate) fn asked(core: &Core) -> Vec<AskedOf> {
    let mut known: Vec<_> =
        lock(&core.supplied).iter().map(|((_, id), supplied)| (supplied.clone(), id.clone())).collect();
    known.sort_by(|(one, one_id), (other, other_id)| {
        (Arc::as_ptr(one), one_id).cmp(&(Arc::as_ptr(other), other_id))
    });
    let same = known.chunk_by(|(one, _), (other, _)| Arc::ptr_eq(one, other));
    same.map(|all| {
        let state = lock(&all[0].0.state);
        AskedOf {
            requester: symbol(&state.request.header.requesting_agency_id),
            ids: all.iter().map(|(_, id)| id.clone()).collect(),
            title: state.request.bibliographic_info.title.clone().unwrap_or_default(),
            status: state.status.clone(),
            sent: state.sent,
        }
    })
    .collect()
}
