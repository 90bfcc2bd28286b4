//! A request as the API shows it, at a glance and whole. Must never show the bytes of a message.

use errors::{Blame, Slug};
use jiff::Timestamp;
use persistence::{LaneEntry, RequestId, RequestRow, Standing, Step};
use ranking::{Criterion, RotaEntry, Score, Verdict};
use runtime::{
    registry_view::Snapshot,
    requests::{self, Kind, Outbound, StoredRequest},
    stored_time::timestamp,
};
use state_machine::{
    brokering::{LegSummary, Summary},
    hosted::{self, VolumeSummary},
};

use super::{
    model::{Incident, Leg, QueueLine, Related, RequestDetail, RequestLine, RotaLine, Volume, Wait},
    timeline::step,
};

/// A request at a glance.
pub(crate) fn line(stored: &RequestRow) -> Result<RequestLine, String> {
    let kept = requests::read_stored(stored)?;
    Ok(of_stored(stored.request, stored.version.number(), &kept))
}

/// A request at a glance, from what is kept of it.
pub(crate) fn of_stored(request: RequestId, version: u64, kept: &StoredRequest) -> RequestLine {
    match (kept.state.brokering(), kept.state.hosted()) {
        (Some(state), _) => of_broker(request, version, &state.summary()),
        (None, Some(summary)) => of_hosted(request, version, kept, &summary),
        (None, None) => RequestLine::default(),
    }
}

fn of_broker(request: RequestId, version: u64, summary: &Summary) -> RequestLine {
    RequestLine {
        id: request.to_string(),
        version,
        machine: Kind::Brokering.as_str().to_owned(),
        library: None,
        phase: summary.phase.to_string(),
        requester: summary.requester.to_string(),
        requester_symbol: summary.requester_symbol.to_string(),
        requester_request_id: summary.requester_request_id.clone(),
        title: summary.title.clone(),
        service: summary.service.clone(),
        supplier: summary.supplier.as_ref().map(ToString::to_string),
        told: summary.told.as_ref().map(|told| told.status.to_string()),
        waits: summary
            .waits
            .iter()
            .map(|wait| Wait { timer: wait.timer.to_string(), until: wait.until, why: wait.why.clone() })
            .collect(),
        incidents: summary
            .incidents
            .iter()
            .map(|it| incident(&it.slug, &it.text, it.about.to_string(), it.since))
            .collect(),
        opened_at: summary.opened_at,
        changed_at: summary.changed_at,
    }
}

fn of_hosted(
    request: RequestId,
    version: u64,
    kept: &StoredRequest,
    summary: &hosted::Summary,
) -> RequestLine {
    let library = kept.meta.library.as_ref().map(ToString::to_string);
    let partner = summary.partner.clone();
    let (requester, requester_symbol, supplier) = match kept.state.kind() {
        Kind::Lending => (partner.clone(), partner.clone(), library.clone()),
        _ => (library.clone(), summary.symbol.clone(), partner.clone()),
    };
    let since = kept.meta.attention.map_or(kept.at, timestamp);
    RequestLine {
        id: request.to_string(),
        version,
        machine: kept.state.kind().as_str().to_owned(),
        library,
        phase: summary.phase.clone(),
        requester: requester.unwrap_or_default(),
        requester_symbol: requester_symbol.unwrap_or_default(),
        requester_request_id: summary.id.clone(),
        title: summary.title.clone(),
        service: None,
        supplier,
        told: None,
        waits: summary
            .waits
            .iter()
            .map(|wait| Wait { timer: wait.timer.to_string(), until: wait.until, why: wait.why.clone() })
            .collect(),
        incidents: summary
            .incidents
            .iter()
            .map(|it| incident(&it.slug, &it.text, it.about.to_string(), since))
            .collect(),
        opened_at: timestamp(request.made_at()),
        changed_at: kept.at,
    }
}

/// An incident, with whose it is: that is said by its name alone, and kept nowhere.
fn incident(slug: &str, text: &str, party: String, since: Timestamp) -> Incident {
    Incident { slug: slug.to_owned(), blame: blame(slug), text: text.to_owned(), party, since }
}

pub(crate) fn blame(slug: &str) -> Option<Blame> {
    Slug::find(slug).map(Slug::blame)
}

/// A request with all that happened.
pub(crate) fn detail(
    stored: &RequestRow,
    snapshot: &Snapshot,
    related: Vec<Related>,
    lanes: &[LaneEntry],
    steps: &[Step],
) -> Result<RequestDetail, String> {
    let kept = requests::read_stored(stored)?;
    let summary = kept.state.brokering().map(|state| state.summary());
    let hosted = kept.state.hosted();
    let leg = |leg: &LegSummary| Leg {
        leg: leg.leg.to_string(),
        peer: leg.peer.to_string(),
        symbol: leg.symbol.to_string(),
        name: leg.name.clone(),
        state: leg.state.to_string(),
        ids: leg.ids.clone(),
        supplier_request_id: leg.supplier_request_id.clone(),
        status: leg.status.as_ref().map(ToString::to_string),
        due_date: leg.due_date.as_ref().map(ToString::to_string),
        ended_by: leg.ended_by.clone(),
        since: leg.since,
    };
    let volume = |volume: &VolumeSummary| Volume {
        volume: volume.volume.to_string(),
        state: volume.state.clone(),
        barcode: volume.barcode.clone(),
        local: volume.local.clone(),
        due: volume.due,
    };
    Ok(RequestDetail {
        line: of_stored(stored.request, stored.version.number(), &kept),
        legs: summary.iter().flat_map(|summary| summary.legs.iter().map(leg)).collect(),
        rota: summary.iter().flat_map(|summary| summary.rota.entries.iter().map(rota_line)).collect(),
        volumes: hosted.iter().flat_map(|summary| summary.volumes.iter().map(volume)).collect(),
        asked: hosted.iter().flat_map(|summary| summary.asked.iter().map(ToString::to_string)).collect(),
        due: hosted.and_then(|summary| summary.due),
        pickup: kept.state.pickup().map(str::to_owned),
        copy: kept.state.copy().map(str::to_owned),
        related,
        actions: kept.acts(snapshot).iter().map(ToString::to_string).collect(),
        queue: queue_lines(lanes),
        timeline: steps.iter().map(step).collect::<Result<_, _>>()?,
    })
}

/// A score in words; none where it sets nobody apart.
fn score_text(score: &Score) -> Option<String> {
    // By basis, the first is 0, those named by the request count from 1, and what is beyond any count follows those.
    const HOLDING: i64 = 1 << 32;
    match (score.criterion, score.value) {
        (
            Criterion::Closed
            | Criterion::Resting
            | Criterion::LastResort
            | Criterion::GroupPriority
            | Criterion::FillRate
            | Criterion::Balance,
            0,
        )
        | (Criterion::Turn, _) => None,
        (Criterion::Closed, 1) => Some("closed today".to_owned()),
        (Criterion::Closed, days) => Some(format!("closed for {days} days, today among them")),
        (Criterion::Resting, _) => Some("does not answer at present, so it comes last".to_owned()),
        (Criterion::LastResort, _) => Some("last resort".to_owned()),
        (Criterion::Basis, 0) => Some("addressed".to_owned()),
        (Criterion::Basis, HOLDING) => Some("holds it".to_owned()),
        (Criterion::Basis, place) if place < HOLDING => Some(format!("named by the request, number {place}")),
        (Criterion::Basis, _) => Some("of the requester's group".to_owned()),
        (Criterion::GroupPriority, priority) => Some(format!("priority {priority}")),
        (Criterion::FillRate, _) => Some("supplies less than a tenth of what it is asked".to_owned()),
        (Criterion::Balance, hundredths) => {
            let (sign, size) = (if hundredths < 0 { "-" } else { "+" }, hundredths.unsigned_abs());
            Some(format!("balance {sign}{}.{:02}", size / 100, size % 100))
        }
        (Criterion::AnswerTime, seconds) => Some(format!("answers in {} h", seconds / 3600)),
    }
}

pub(crate) fn rota_line(entry: &RotaEntry) -> RotaLine {
    let (place, why) = match &entry.verdict {
        Verdict::Chosen { place, scores } => {
            let scores: Vec<String> = scores.iter().filter_map(score_text).collect();
            (Some(*place), scores.join(", "))
        }
        Verdict::PassedOver { why } => (None, why.sentence().to_owned()),
    };
    RotaLine {
        peer: entry.peer.to_string(),
        symbol: entry.symbol.to_string(),
        name: entry.name.clone(),
        place,
        why,
    }
}

/// Lane entries in the order of sending; the first of each lane is its head.
pub(crate) fn queue_lines(lanes: &[LaneEntry]) -> Vec<QueueLine> {
    let mut before = None;
    lanes
        .iter()
        .map(|entry| {
            let head = before != Some(&entry.lane);
            before = Some(&entry.lane);
            queue_line(entry, head)
        })
        .collect()
}

fn queue_line(entry: &LaneEntry, head: bool) -> QueueLine {
    let out = Outbound::read(&entry.kind);
    QueueLine {
        message: entry.message.to_string(),
        request: entry.lane.request.to_string(),
        peer: entry.lane.peer.clone(),
        party: out.to().map(|side| side.to_string()).unwrap_or_default(),
        kind: out.what(),
        queued_at: timestamp(entry.queued_at),
        attempts: entry.attempts,
        next_at: timestamp(entry.next_at),
        last_error: entry.last_error.clone(),
        head,
        held: match &entry.standing {
            Standing::Ready | Standing::Withdrawn => None,
            Standing::Held { incident } => Some(incident.clone()),
        },
        blame: match &entry.standing {
            Standing::Ready | Standing::Withdrawn => None,
            Standing::Held { incident } => blame(incident),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_says_whose_it_is_by_its_name() {
        for slug in errors::ALL {
            let shown = incident(slug.as_str(), "a sentence", "leg-0".to_owned(), Timestamp::UNIX_EPOCH);
            let json = serde_json::to_value(&shown).unwrap();
            assert_eq!(json["blame"], slug.blame().as_str(), "{slug}");
            assert_eq!(serde_json::from_value::<Incident>(json).unwrap(), shown);
        }
        let shown = incident("moon.full", "a sentence", "leg-0".to_owned(), Timestamp::UNIX_EPOCH);
        assert_eq!(serde_json::to_value(&shown).unwrap().get("blame"), None);
    }

    #[test]
    fn scores_are_words() {
        let text = |criterion, value| score_text(&Score { criterion, value }).unwrap_or_default();
        assert_eq!(text(Criterion::LastResort, 0), "");
        assert_eq!(text(Criterion::LastResort, 1), "last resort");
        assert_eq!(text(Criterion::Basis, 0), "addressed");
        assert_eq!(text(Criterion::Basis, 2), "named by the request, number 2");
        assert_eq!(text(Criterion::Basis, 1 << 32), "holds it");
        assert_eq!(text(Criterion::Basis, (1 << 32) + 1), "of the requester's group");
        assert_eq!(text(Criterion::GroupPriority, 5), "priority 5");
        assert_eq!(text(Criterion::AnswerTime, 7200), "answers in 2 h");
    }
}
