//! What an act of staff is for a borrower's request: its trigger, and what it corrects.

use std::collections::BTreeSet;

use acts::{Act, Patch, VolumeRef};
use iso18626::{DateTime, Request, ServiceInfo};
use loan_model::names::VolumeNo;

use super::state::{State, Volume};

/// The volumes that an act names; none means every one that it can be done to.
pub(crate) fn volumes(act: &Act) -> &[VolumeRef] {
    match act {
        Act::PickUp { volumes }
        | Act::CheckIn { volumes }
        | Act::ShipBack { volumes }
        | Act::ReportLost { volumes }
        | Act::ReportDamaged { volumes, .. } => volumes,
        _ => &[],
    }
}

/// Corrects a request.
pub(crate) fn correct(request: &mut Request, patch: &Patch, need_before: Option<&DateTime>) {
    let set = |field: &mut Option<String>, said: &Option<String>| {
        if said.is_some() {
            field.clone_from(said);
        }
    };
    let asked = &mut request.bibliographic_info;
    set(&mut asked.title, &patch.title);
    set(&mut asked.author, &patch.author);
    set(&mut asked.edition, &patch.edition);
    set(&mut asked.title_of_component, &patch.title_of_component);
    set(&mut asked.author_of_component, &patch.author_of_component);
    set(&mut asked.issue, &patch.issue);
    set(&mut asked.pages_requested, &patch.pages_requested);
    if !patch.volume.is_empty() {
        asked.volume.clone_from(&patch.volume);
    }
    if let Some(date) = need_before {
        let service: &mut ServiceInfo = request.service_info.get_or_insert_default();
        service.need_before_date = Some(date.clone());
    }
}

/// The volumes that staff name; nothing where one of them is none of the request's.
pub(crate) fn named(state: &State, named: &[VolumeRef]) -> Option<Vec<VolumeNo>> {
    named.iter().map(|one| meant(state, one)).collect()
}

/// The volume that staff name.
pub(crate) fn meant(state: &State, named: &VolumeRef) -> Option<VolumeNo> {
    let means = |number, volume: &Volume| {
        let barcodes = [&volume.barcode, &volume.local].into_iter().flatten().map(String::as_str);
        named.means(number, barcodes)
    };
    state.numbered().find(|(number, volume)| means(*number, volume)).map(|(number, _)| number)
}

/// Whether each number in a parcel is one of the request's volumes, or the next ones.
pub(crate) fn parcel_is_numbered(state: &State, parcel: &[VolumeRef]) -> bool {
    let new = |one: &VolumeRef| match one {
        VolumeRef::Number(number) => state.volume(*number).is_none().then_some(number.0),
        VolumeRef::Barcode(_) => None,
    };
    let new: BTreeSet<u16> = parcel.iter().filter_map(new).collect();
    new.iter().zip(state.next_volume().0..).all(|(number, next)| *number == next)
}
