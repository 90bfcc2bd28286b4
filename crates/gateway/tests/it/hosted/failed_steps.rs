//! What an ILS refuses to do waits for staff, who have it asked again, say that they did it by hand, or go on without it. Each does what it
//! says, and the loan comes to its end.

use api::model::RequestDetail;
use serde_json::json;
use simulator::ils::{Dialect, Failure, Fault, IlsServer, Refusal, Service};

use super::{
    named::ask,
    pair::{ITEM, Pair, Tells, scans},
};

/// What staff do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Again,
    ByHand,
    GiveUp,
}

const WAYS: [Way; 3] = [Way::Again, Way::ByHand, Way::GiveUp];

/// Where an ILS refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Hold,
    Ship,
    Receive,
    PickUp,
    Return,
}

impl At {
    const ALL: [At; 5] = [At::Hold, At::Ship, At::Receive, At::PickUp, At::Return];

    fn service(self) -> Service {
        match self {
            At::Hold => Service::RequestItem,
            At::Ship | At::PickUp => Service::CheckOutItem,
            At::Receive => Service::AcceptItem,
            At::Return => Service::CheckInItem,
        }
    }

    fn step(self) -> &'static str {
        match self {
            At::Hold => "place-hold/-",
            At::Ship => "check-out-to-library/vol-1",
            At::Receive => "hold-for-patron/vol-1",
            At::PickUp => "check-out-to-patron/vol-1",
            At::Return => "check-in-from-library/vol-1",
        }
    }

    /// The ILS that refuses.
    fn ils(self, pair: &Pair) -> &IlsServer {
        match self {
            At::Receive | At::PickUp => &pair.north,
            At::Hold | At::Ship | At::Return => &pair.south,
        }
    }
}

/// The loan comes to the step, which fails; staff see to it.
async fn seen_to(pair: &Pair, at: At, here: At, request: &str, way: Way) {
    if at != here {
        return;
    }
    let open =
        |it: &RequestDetail| it.line.incidents.iter().any(|incident| incident.slug == "ils.step-failed");
    let detail = pair.world.until(request, open).await;
    let ticket = detail.asked.iter().find(|ticket| ticket.starts_with(at.step()));
    let ticket = ticket.unwrap_or_else(|| panic!("{at:?}: {:?}", detail.asked));
    let asked = |ils: &IlsServer| ils.exchanges().len();
    let before = asked(at.ils(pair));
    at.ils(pair).heal();
    let action = match way {
        Way::Again => "retry-step",
        Way::ByHand => "done-by-hand",
        Way::GiveUp => "give-up",
    };
    pair.world.act(request, action, json!({ "step": ticket })).await;
    let detail = pair.world.until(request, |it| !open(it) && it.asked.is_empty()).await;
    assert!(!detail.actions.contains(&action.to_owned()), "{at:?} {way:?}: {:?}", detail.actions);
    let again = asked(at.ils(pair)) > before;
    assert_eq!(again, way == Way::Again, "{at:?} {way:?}: only who asks again asks the ILS");
}

async fn lend(at: At, way: Way) {
    let pair = Pair::of(Dialect::Koha, Dialect::Koha, Tells::Nothing).await;
    let world = &pair.world;
    let fails = |here: At| {
        if at == here {
            at.ils(&pair).fail(Failure::always(at.service(), Fault::Refuse(Refusal::UnauthorizedService)));
        }
    };
    fails(At::Hold);
    let borrowing = ask(world, pair.names(ITEM, "Dune")).await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    seen_to(&pair, at, At::Hold, &lending, way).await;

    fails(At::Ship);
    world.act(&lending, "ship", scans(&[ITEM])).await;
    seen_to(&pair, at, At::Ship, &lending, way).await;
    if (at, way) == (At::Ship, Way::GiveUp) {
        // What is not checked out does not go; staff scan it once more.
        world.until_phase(&lending, "on-pull-list").await;
        world.act(&lending, "ship", scans(&[ITEM])).await;
    }
    world.until_phase(&borrowing, "shipped").await;

    fails(At::Receive);
    world.act(&borrowing, "receive", scans(&[ITEM])).await;
    seen_to(&pair, at, At::Receive, &borrowing, way).await;
    pair.until_volumes(&borrowing, &["on-shelf"]).await;

    fails(At::PickUp);
    world.act(&borrowing, "pick-up", json!({})).await;
    seen_to(&pair, at, At::PickUp, &borrowing, way).await;
    pair.until_volumes(&borrowing, &["checked-out"]).await;
    world.act(&borrowing, "check-in", json!({})).await;
    pair.until_volumes(&borrowing, &["checked-in"]).await;

    world.act(&borrowing, "ship-back", json!({})).await;
    world.until_phase(&lending, "returning").await;
    fails(At::Return);
    world.act(&lending, "returned", json!({})).await;
    seen_to(&pair, at, At::Return, &lending, way).await;
    for request in [&lending, &borrowing] {
        world.until_phase(request, "completed").await;
        let detail = world.until(request, |it| it.queue.is_empty() && it.asked.is_empty()).await;
        assert_eq!(detail.line.incidents, [], "{at:?} {way:?}");
    }
    pair.are_sound();
}

#[tokio::test]
async fn staff_see_to_what_an_ils_refuses() {
    let mut failed = Vec::new();
    for at in At::ALL {
        for way in WAYS {
            if tokio::spawn(lend(at, way)).await.is_err() {
                failed.push(format!("{at:?} {way:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}
