//! What the operator sees and does, through the API.

use api::model::{
    Act, Advance, Advanced, Applied, BASE, Done, Peers, Problem, Queue, Reason, RequestPage, Status,
};
use hyper::{HeaderMap, Method};
use iso18626::{Edition, Message, ReasonForMessage, Status as Iso};
use persistence::{
    Body, Commit, LaneOp, MemoryDisk, MessageId, Record, RequestId, Store, SystemEntropy, UnixMillis,
};

use super::{
    peer::{Mood, Peer},
    words::{report, request},
    world::{World, call},
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const C: &str = "ISIL:XX-EAST";
const T: &str = "2026-03-02T10:00:00Z";

fn reason(text: &str) -> Reason {
    Reason { reason: text.to_owned(), by: Some("ines".to_owned()) }
}

#[tokio::test]
async fn the_api_wants_its_token() {
    let world = World::new(&[(A, Edition::V1_2)]).await;
    let answer =
        call(world.running(), Method::GET, &format!("{BASE}/status"), HeaderMap::new(), vec![]).await;
    assert_eq!(answer.status, 401);
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(problem.slug, "api.token");
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(call(world.running(), Method::GET, path, HeaderMap::new(), vec![]).await.status, 200);
    }
    let status: Status = world.get("status").await;
    assert_eq!((status.registry_version, status.libraries), (1, 1));
    let missing = world.send("GET", "nothing", "application/json", vec![]).await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_new_registry_takes_effect_without_a_restart_whole_or_not_at_all() {
    let mut world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2)]).await;
    let errors = world.refused(0, &Message::Request(request(C, "g-0", T, &[B]))).await;
    assert!(errors[0].contains(C), "not known yet: {errors:?}");
    world.peers.push(Peer::start(C, Edition::V2021_2).await);

    let stale = world.send("POST", "registry", "text/toml", world.registry(None).into_bytes()).await;
    assert_eq!(stale.status, 409, "{}", String::from_utf8_lossy(&stale.body));
    let bad = world.registry(Some(1)).replace("http://", "ftp://") + "colour = \"red\"\n";
    let bad = world.send("POST", "registry", "text/toml", bad.into_bytes()).await;
    assert_eq!(bad.status, 422);
    let problem: Problem = serde_json::from_slice(&bad.body).unwrap();
    assert!(problem.errors.len() > 2 && problem.errors.iter().all(|fault| fault.line > 0), "{problem:?}");

    let file = world.registry(Some(1)).into_bytes();
    let dry = world.send("POST", "registry?dry_run=true", "text/toml", file.clone()).await;
    let dry: Applied = serde_json::from_slice(&dry.body).unwrap();
    assert!(!dry.applied && dry.changes.len() == 1, "{dry:?}");
    let peers: Peers = world.get("peers").await;
    assert_eq!((peers.registry_version, peers.peers.len()), (1, 2));
    let done = world.send("POST", "registry", "text/toml", file).await;
    let done: Applied = serde_json::from_slice(&done.body).unwrap();
    assert_eq!((done.applied, done.version), (true, 2));

    world.say(2, &Message::Request(request(C, "g-1", T, &[B]))).await;
    world.peers[1].next_request().await;
    let shown = world.send("GET", "registry", "text/toml", vec![]).await;
    let text = String::from_utf8(shown.body.to_vec()).unwrap();
    assert!(text.contains("based_on = 2") && text.contains(C), "{text}");
    world.stop().await;
    world.start().await;
    let peers: Peers = world.get("peers").await;
    assert_eq!((peers.registry_version, peers.peers.len()), (2, 3));
}

#[tokio::test]
async fn a_supplier_that_fails_is_seen_its_message_resent_and_the_bytes_stay() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2)]).await;
    world.peers[1].set_mood(Mood::Failing);
    world.say(0, &Message::Request(request(A, "q-1", T, &[B]))).await;
    let detail = world
        .until("q-1", |detail| detail.queue.iter().any(|line| line.peer == "south" && line.attempts > 0))
        .await;
    let line = detail.queue.iter().find(|line| line.peer == "south").unwrap();
    assert_eq!((line.kind.as_str(), line.party.as_str(), line.head), ("request", "leg-0", true));
    let path = format!("requests/q-1/messages/{}", line.message);
    let frozen = world.send("GET", &path, "", vec![]).await.body;

    world.peers[1].set_mood(Mood::Taking);
    let done = world.ask(&format!("queue/{}/resend", line.message), &reason("it is back")).await;
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    let seen = world.peers[1].next().await;
    assert_eq!(seen.bytes, frozen, "byte for byte");
    let detail = world.until("q-1", |detail| detail.queue.is_empty()).await;
    assert!(detail.timeline.iter().any(|step| step.inputs[0].kind == "resend"
        && step.inputs[0].text.contains("ines")
        && step.inputs[0].text.contains("it is back")));

    // Once it has left its lane it goes out as a new message with the same bytes, linked to the old.
    let path = format!("queue/{}/resend?request={}", line.message, detail.line.id);
    let again: Done = serde_json::from_slice(&world.ask(&path, &reason("once more")).await.body).unwrap();
    assert_ne!(again.message.as_ref(), Some(&line.message));
    assert_eq!(world.peers[1].next().await.bytes, frozen);
    let detail = world.until("q-1", |detail| detail.queue.is_empty()).await;
    let linked = detail.timeline.iter().flat_map(|step| &step.messages);
    assert!(linked.into_iter().any(|message| message.resends.as_ref() == Some(&line.message)));
}

#[tokio::test]
async fn a_message_can_be_dropped_with_a_reason() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2), (C, Edition::V1_2)]).await;
    world.peers[1].set_mood(Mood::Failing);
    world.say(0, &Message::Request(request(A, "d-1", T, &[B, C]))).await;
    world.until("d-1", |detail| detail.queue.iter().any(|line| line.attempts > 0)).await;
    let queue: Queue = world.get("queue?peer=south").await;
    let message = &queue.messages[0].message;
    let empty = world.ask(&format!("queue/{message}/drop"), &reason(" ")).await;
    assert_eq!(empty.status, 400, "a reason is wanted");
    let done = world.ask(&format!("queue/{message}/drop"), &reason("they have closed for good")).await;
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    let done: Done = serde_json::from_slice(&done.body).unwrap();
    assert_eq!(done.message, None, "what the drop brings about is no resend");
    let queue: Queue = world.get("queue?peer=south").await;
    assert!(queue.messages.iter().all(|line| line.message != *message));
    let gone = world.ask(&format!("queue/{message}/drop"), &reason("again")).await;
    assert_eq!(gone.status, 409);
    let detail = world.detail("d-1").await;
    assert!(
        detail.timeline.iter().any(|step| step.inputs[0].problems == ["they have closed for good"]),
        "{detail:#?}"
    );
}

#[tokio::test]
async fn a_silent_supplier_is_passed_over_when_the_clock_moves() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2), (C, Edition::V1_2)]).await;
    world.say(0, &Message::Request(request(A, "c-1", T, &[B, C]))).await;
    world.peers[1].next_request().await;
    let waits =
        world.until("c-1", |detail| detail.line.waits.iter().any(|wait| wait.timer == "answer/leg-0")).await;
    assert_eq!(waits.line.phase, "asking");
    for _ in 0..3 {
        let advanced = world.ask("clock/advance", &Advance { advance_seconds: 8 * 86_400 }).await;
        let _: Advanced = serde_json::from_slice(&advanced.body).unwrap();
        if world.peers[2].count() > 0 {
            break;
        }
        world.until("c-1", |detail| detail.timeline.iter().any(|step| step.inputs[0].kind == "timer")).await;
    }
    world.peers[2].next_request().await;
}

#[tokio::test]
async fn staff_act_within_what_is_allowed() {
    let world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2), (C, Edition::V1_2)]).await;
    world.say(0, &Message::Request(request(A, "s-1", T, &[B, C]))).await;
    let asked = world.peers[1].next_request().await;
    let says = report(B, &asked, T, ReasonForMessage::RequestResponse, Iso::WillSupply);
    world.say(1, &Message::SupplyingAgencyMessage(says)).await;
    let detail = world.until("s-1", |detail| detail.queue.is_empty()).await;
    assert!(detail.actions.contains(&"close".to_owned()), "{:?}", detail.actions);
    let act = |action: &str| Act {
        action: action.to_owned(),
        reason: "a test".to_owned(),
        by: None,
        with: Default::default(),
    };
    assert_eq!(world.ask("requests/s-1/act", &act("dance")).await.status, 400);
    assert_eq!(world.ask("requests/s-1/act", &act("agree-condition")).await.status, 409);
    let closed = world.ask("requests/s-1/act", &act("close")).await;
    let closed: Done = serde_json::from_slice(&closed.body).unwrap();
    assert_eq!(closed.request.phase, "closed");
    let page: RequestPage = world.get("requests?phase=closed&limit=10").await;
    assert_eq!(page.requests.len(), 1);
    let page: RequestPage = world.get("requests?phase=asking").await;
    assert!(page.requests.is_empty());
}

#[tokio::test]
async fn a_problem_leads_to_its_page_and_a_wrong_name_to_those_like_it() {
    let world = World::new(&[]).await;
    let answer = world.send("GET", "requests/nobody", "", Vec::new()).await;
    let problem: api::model::Problem = serde_json::from_slice(&answer.body).unwrap();
    let page: serde_json::Value = world.get(&format!("errors/{}", problem.slug)).await;
    assert_eq!(page["slug"], "request.unknown");
    assert!(page["remedy"].as_str().unwrap().contains("req_"));
    let all: Vec<serde_json::Value> = world.get("errors").await;
    assert!(all.contains(&page));
    let answer = world.send("GET", "errors/peer.unkown", "", Vec::new()).await;
    let problem: api::model::Problem = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status.as_u16(), problem.slug.as_str()), (404, "errors.unknown"));
    assert!(problem.detail.unwrap().contains("peer.unknown"));
}

#[tokio::test]
async fn a_lane_whose_head_is_of_an_unknown_kind_is_held_and_can_be_let_go() {
    let mut world = World::new(&[(A, Edition::V1_2), (B, Edition::V1_2)]).await;
    world.say(0, &Message::Request(request(A, "u-1", T, &[B]))).await;
    let bytes = world.peers[1].next().await.bytes;
    let detail = world.until("u-1", |detail| detail.queue.is_empty() && !detail.legs.is_empty()).await;
    world.stop().await;
    let unknown = push_unknown(&world.disk, detail.line.id.parse().unwrap(), &bytes).await;
    world.start().await;

    let detail = world.until("u-1", |detail| detail.queue.iter().any(|line| line.held.is_some())).await;
    assert_eq!(world.peers[1].next().await.bytes, bytes, "the peer has taken it");
    let queue: Queue = world.get("queue?peer=south").await;
    let [line] = queue.messages.as_slice() else { panic!("{queue:?}") };
    assert_eq!((line.message.as_str(), line.kind.as_str()), (unknown.to_string().as_str(), "leg-0:telegram"));
    assert_eq!(line.held.as_deref(), Some("delivery.unknown-kind"));
    assert!(errors::Slug::find("delivery.unknown-kind").is_some(), "the incident is one that has a page");
    let step = detail.timeline.last().unwrap();
    assert_eq!(step.inputs[0].text, "leg-0:telegram: confirmed, HTTP 200", "{step:?}");

    let done = world.ask(&format!("queue/{unknown}/drop"), &reason("nobody knows it")).await;
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    world.until("u-1", |detail| detail.queue.is_empty()).await;
}

/// Puts these bytes into the lane of a request to the library `south`, as a message of a kind that the gateway does not know.
async fn push_unknown(disk: &MemoryDisk, request: RequestId, bytes: &[u8]) -> MessageId {
    let store = Store::memory(disk, Box::new(SystemEntropy)).unwrap();
    let row = store.request(request).await.unwrap().unwrap();
    let message = MessageId::new(UnixMillis::new(1_790_000_000_000), 77);
    let body = Body { content_type: "application/xml".to_owned(), plaintext: bytes.to_vec(), redacted: None };
    let record = Record {
        input: br#"{"inputs":[],"registry_version":1}"#.to_vec(),
        events: b"[]".to_vec(),
        rendered_out: vec![(message, body)],
        ..Record::default()
    };
    let mut commit = Commit::new(request, row.version, record, row.state);
    commit.lanes = vec![LaneOp::Push {
        peer: "south".to_owned(),
        message,
        kind: "leg-0:telegram".to_owned(),
        next_at: UnixMillis::new(0),
    }];
    store.commit(commit).await.unwrap();
    message
}
