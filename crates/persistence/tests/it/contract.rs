//! What every engine must keep, run over each of them.

use persistence::{
    Commit, CommitError, EngineKind, ExternalOp, LibraryIncident, Lifecycle, Listing, MemoryDisk, Opened,
    Raised, Record, Seen, Store, StoreError, TimerOp, UnixMillis, Version, WorklistOp, Written,
    engine::{Assert, Batch, Direction, Engine, Outcome, Span},
};

use crate::support::{NOW, first, id, later, message, open, place};

macro_rules! contract {
    ($($test:ident)*) => {
        mod redb { $(#[tokio::test] async fn $test() { super::$test(persistence::EngineKind::Redb).await; })* }
        mod sled { $(#[tokio::test] async fn $test() { super::$test(persistence::EngineKind::Sled).await; })* }
        mod memory {
            $(#[tokio::test] async fn $test() {
                super::$test(persistence::EngineKind::Memory(persistence::MemoryDisk::new())).await;
            })*
        }
    };
}

contract! {
    a_batch_is_written_whole_or_not_at_all
    values_of_any_size_come_back
    a_scan_goes_both_ways
    a_first_commit_is_found_by_every_way_in
    a_commit_on_an_old_version_changes_nothing
    a_repeat_gets_the_stored_reply
    a_claimed_external_id_is_taken
    two_requests_commit_together_or_not_at_all
    lanes_keep_their_order_and_attempts
    timers_are_due_in_order_and_move
    commits_of_many_tasks_are_all_kept
    a_listing_pages_newest_first
    documents_keep_their_versions
    marks_tell_apart_for_a_day_and_are_forgotten_with_their_key
    an_incident_about_a_library_stands_once_until_it_is_resolved
}

async fn a_batch_is_written_whole_or_not_at_all(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(&kind, dir.path()).unwrap();
    let value = |version: u64| [version.to_be_bytes().as_slice(), b"value"].concat();
    let put = |asserts, version| Batch {
        asserts,
        puts: vec![(b"ka".to_vec(), value(version))],
        deletes: vec![b"kb".to_vec()],
        adds: vec![(b"cn".to_vec(), 2)],
    };
    let outcomes = engine
        .write(&[
            put(vec![Assert::Absent(b"ka".to_vec())], 1),
            put(vec![Assert::Absent(b"kz".to_vec()), Assert::Absent(b"ka".to_vec())], 9),
            put(vec![Assert::At(b"ka".to_vec(), 1)], 2),
            put(vec![Assert::At(b"ka".to_vec(), 1)], 9),
        ])
        .unwrap();
    let skipped = |assert| Outcome::Skipped { assert };
    assert_eq!(outcomes, [Outcome::Done, skipped(1), Outcome::Done, skipped(0)]);
    assert_eq!(engine.get(b"ka").unwrap(), Some(value(2)));
    let sum = engine.get(b"cn").unwrap().unwrap();
    assert_eq!(persistence::engine::read_counter(b"cn", &sum).unwrap(), 4);
}

async fn values_of_any_size_come_back(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let sizes = [8usize, 7_999, 8_000, 8_001, 16_000, 300_000, 20, 9_000, 0];
    for (round, size) in sizes.into_iter().enumerate() {
        let engine = Engine::open(&kind, dir.path()).unwrap();
        let value: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let batch = Batch { puts: vec![(b"rk".to_vec(), value.clone())], ..Batch::default() };
        assert_eq!(engine.write(&[batch]).unwrap(), [Outcome::Done], "round {round}");
        drop(engine);
        let engine = Engine::open(&kind, dir.path()).unwrap();
        assert!(engine.get(b"rk").unwrap() == Some(value.clone()), "{size} bytes");
        let all = engine.scan(&Span::prefix(b"r".to_vec()), 10, Direction::Up).unwrap();
        assert!(all == [(b"rk".to_vec(), value)], "{size} bytes");
    }
    let engine = Engine::open(&kind, dir.path()).unwrap();
    engine.write(&[Batch { deletes: vec![b"rk".to_vec()], ..Batch::default() }]).unwrap();
    let mut left = 0;
    engine
        .walk(&mut |_, _| {
            left += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!((left, engine.get(b"rk").unwrap()), (0, None));
}

async fn a_scan_goes_both_ways(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(&kind, dir.path()).unwrap();
    let keys: Vec<Vec<u8>> = (0..10u8).map(|at| vec![b'r', at]).collect();
    let puts =
        keys.iter().map(|key| (key.clone(), vec![0; 8])).chain([(b"s".to_vec(), vec![0; 8])]).collect();
    engine.write(&[Batch { puts, ..Batch::default() }]).unwrap();
    let scan = |limit, direction| -> Vec<Vec<u8>> {
        let pairs = engine.scan(&Span::prefix(b"r".to_vec()), limit, direction).unwrap();
        pairs.into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(scan(3, Direction::Up), keys[..3]);
    assert_eq!(scan(2, Direction::Down), [keys[9].clone(), keys[8].clone()]);
    assert_eq!(scan(99, Direction::Up), keys);
    assert!(engine.scan(&Span { from: vec![2], to: vec![1] }, 9, Direction::Up).unwrap().is_empty());
}

async fn a_first_commit_is_found_by_every_way_in(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let committed = store.commit(first(1)).await.unwrap();
    drop(store);
    let store = open(&kind, dir.path());
    let stored = store.request(id(1)).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.state.as_slice()), (committed.version, br#"{"n":1}"#.as_slice()));
    assert_eq!(store.find_external("up/peer/1").await.unwrap(), Some(id(1)));
    assert_eq!(store.find_external("up/peer/2").await.unwrap(), None);
    let body = store.body(message(1)).await.unwrap().unwrap();
    assert_eq!(body.plaintext, Opened::Plain(b"<out>1</out>".to_vec()));
    let steps = store.records(id(1), 0, 10).await.unwrap();
    assert_eq!((steps.len(), steps[0].number, steps[0].bodies.len()), (1, 1, 3));
    assert_eq!(steps[0].bodies[0].plaintext, Opened::Plain(b"<in>1</in>".to_vec()));
    assert_eq!(store.lanes().await.unwrap(), committed.lanes);
    assert_eq!(store.counter("received").await.unwrap(), 1);
    assert_eq!(store.next_timer().await.unwrap().unwrap().due, later(1));
}

async fn a_commit_on_an_old_version_changes_nothing(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let version = store.commit(first(1)).await.unwrap().version;
    let next = |n: u8| Commit::new(id(1), version, Record { at: NOW, ..Record::default() }, vec![n]);
    store.commit(next(1)).await.unwrap();
    assert!(matches!(store.commit(next(2)).await, Err(CommitError::Conflict(who)) if who == id(1)));
    assert_eq!(store.request(id(1)).await.unwrap().unwrap().state, [1]);
    assert_eq!(store.records(id(1), 0, 10).await.unwrap().len(), 2);
}

async fn a_repeat_gets_the_stored_reply(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    store.commit(first(1)).await.unwrap();
    let Err(CommitError::DedupeExists(reply)) = store.commit(first(1)).await else {
        panic!("a repeat must be known");
    };
    assert_eq!(reply.reply.as_ref().unwrap().plaintext, Opened::Plain(b"<ok>1</ok>".to_vec()));
    assert_eq!(store.dedupe(id(1), b"key-1".to_vec()).await.unwrap(), Some(*reply));
    assert_eq!(store.dedupe(id(1), b"key-2".to_vec()).await.unwrap(), None);
}

async fn a_claimed_external_id_is_taken(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let version = store.commit(first(1)).await.unwrap().version;
    let mut other = first(2);
    other.external = vec![ExternalOp::Claim("up/peer/1".to_owned())];
    assert!(
        matches!(store.commit(other.clone()).await, Err(CommitError::ExternalTaken { key }) if key == "up/peer/1")
    );
    assert_eq!(store.request(id(2)).await.unwrap(), None);
    let mut gives_up = Commit::new(id(1), version, Record::default(), Vec::new());
    gives_up.external.push(ExternalOp::Clear("up/peer/1".to_owned()));
    store.commit(gives_up).await.unwrap();
    store.commit(other).await.unwrap();
    assert_eq!(store.find_external("up/peer/1").await.unwrap(), Some(id(2)));
}

async fn two_requests_commit_together_or_not_at_all(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    store.commit(first(1)).await.unwrap();
    assert!(store.commit_all(vec![first(2), first(1)]).await.is_err());
    assert!(matches!(store.commit_all(vec![first(2), first(2)]).await, Err(CommitError::Conflict(_))));
    assert_eq!(store.request(id(2)).await.unwrap(), None);
    let both = store.commit_all(vec![first(2), first(3)]).await.unwrap();
    assert_eq!((both[0].request, both[1].request), (id(2), id(3)));
    assert!(store.body(message(3)).await.unwrap().is_some());
}

async fn lanes_keep_their_order_and_attempts(kind: EngineKind) {
    use persistence::{LaneOp, Standing};
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let committed = store.commit(first(1)).await.unwrap();
    let push =
        |n| LaneOp::Push { peer: "peer".to_owned(), message: message(n), kind: "k".to_owned(), next_at: NOW };
    let mut commit = Commit::new(id(1), committed.version, Record::default(), Vec::new());
    commit.lanes = vec![push(2), push(3)];
    let committed = store.commit(commit).await.unwrap();
    let order =
        |entries: &[persistence::LaneEntry]| entries.iter().map(|entry| entry.message).collect::<Vec<_>>();
    let lane = store.lane(committed.lanes[0].lane.clone()).await.unwrap();
    assert_eq!(order(&lane), [message(1), message(2), message(3)]);

    let head = lane[0].clone();
    let tried = store.update_lane(head.clone().attempting(later(9))).await.unwrap();
    assert_eq!((tried.attempts, tried.next_at, tried.written), (1, later(9), Written::Perhaps));
    assert!(matches!(store.update_lane(head.clone()).await, Err(StoreError::Conflict { .. })));
    let failed = store.update_lane(tried.failed(later(9), "refused", Written::Nothing)).await.unwrap();
    let held = store.update_lane(failed.held("dead letter")).await.unwrap();
    drop(store);
    let store = open(&kind, dir.path());
    assert_eq!(store.lanes().await.unwrap()[0], held);
    assert_eq!(
        (held.attempts, held.written, held.last_error.as_deref()),
        (1, Written::Nothing, Some("refused"))
    );
    assert_eq!(held.standing, Standing::Held { incident: "dead letter".to_owned() });

    let mut stale = Commit::new(id(1), committed.version, Record::default(), Vec::new());
    stale.lanes = vec![LaneOp::Remove(head)];
    assert!(matches!(store.commit(stale.clone()).await, Err(CommitError::Conflict(_))));
    stale.lanes = vec![LaneOp::Remove(held)];
    store.commit(stale).await.unwrap();
    assert_eq!(order(&store.request_lanes(id(1)).await.unwrap()), [message(2), message(3)]);
}

async fn timers_are_due_in_order_and_move(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let version = store.commit(first(5)).await.unwrap().version;
    store.commit(first(3)).await.unwrap();
    let due = async |until| -> Vec<UnixMillis> {
        store.timers_due(until, 10).await.unwrap().into_iter().map(|timer| timer.due).collect()
    };
    assert_eq!(due(later(2)).await, [UnixMillis::MIN; 0]);
    assert_eq!(due(later(5)).await, [later(3), later(5)]);
    let mut commit = Commit::new(id(5), version, Record::default(), Vec::new());
    commit.timers = vec![
        TimerOp::Set { name: "answer".to_owned(), due: later(1) },
        TimerOp::Set { name: "ship".to_owned(), due: later(2) },
    ];
    let version = store.commit(commit).await.unwrap().version;
    assert_eq!(due(later(9)).await, [later(1), later(2), later(3)]);
    let mut commit = Commit::new(id(5), version, Record::default(), Vec::new());
    commit.timers =
        vec![TimerOp::Clear { name: "answer".to_owned() }, TimerOp::Clear { name: "none".to_owned() }];
    store.commit(commit).await.unwrap();
    assert_eq!(due(later(9)).await, [later(2), later(3)]);
    assert_eq!(store.request_timers(id(5)).await.unwrap().len(), 1);
}

async fn commits_of_many_tasks_are_all_kept(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let tasks: Vec<_> = (0..40u64)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(first(number)).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    drop(store);
    let store = open(&kind, dir.path());
    assert_eq!(store.counter("received").await.unwrap(), 40);
    for number in 0..40 {
        assert_eq!(store.records(id(number), 0, 9).await.unwrap().len(), 1);
    }
}

async fn a_listing_pages_newest_first(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    for number in 0..5 {
        store.commit(first(number)).await.unwrap();
    }
    let worklist = Listing::Worklist { list: "new".to_owned(), library: "lib".to_owned() };
    for listing in [Listing::All, worklist.clone()] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let (page, next) = store.list(listing.clone(), cursor, 2).await.unwrap();
            seen.extend(page.into_iter().map(|stored| stored.unwrap().request));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [id(4), id(3), id(2), id(1), id(0)]);
    }
    let version = store.request(id(4)).await.unwrap().unwrap().version;
    let mut commit = Commit::new(id(4), version, Record::default(), Vec::new());
    commit.worklists.push(WorklistOp::Leave(place()));
    commit.lifecycle = Lifecycle::Closed { at: NOW };
    store.commit(commit).await.unwrap();
    assert_eq!(store.list(worklist, None, 9).await.unwrap().0.len(), 4);
}

async fn documents_keep_their_versions(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    assert_eq!(store.document("registry").await.unwrap(), None);
    assert_eq!(store.put_document("registry", 0, b"one").await.unwrap(), 1);
    assert_eq!(store.put_document("registry", 1, b"two").await.unwrap(), 2);
    assert!(matches!(store.put_document("registry", 1, b"three").await, Err(StoreError::Conflict { .. })));
    let now = store.document("registry").await.unwrap().unwrap();
    assert_eq!((now.version, now.bytes.as_slice()), (2, b"two".as_slice()));
    assert_eq!(store.document_at("registry", 1).await.unwrap().unwrap().bytes, b"one");
}

#[tokio::test]
async fn an_embedded_store_is_locked_and_belongs_to_one_engine() {
    for (kind, other) in [(EngineKind::Redb, EngineKind::Sled), (EngineKind::Sled, EngineKind::Redb)] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&kind, dir.path());
        assert!(Engine::open(&kind, dir.path()).is_err(), "{} must lock", kind.name());
        drop(store);
        assert!(Engine::open(&other, dir.path()).is_err(), "{} holds it", kind.name());
        drop(open(&kind, dir.path()));
    }
    let disk = MemoryDisk::new();
    assert_eq!(Version::NEW.number(), 0);
    drop(crate::support::memory(&disk));
}

async fn marks_tell_apart_for_a_day_and_are_forgotten_with_their_key(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let (cards, lookups) = ([("cards".to_owned(), 1)], [("lookups".to_owned(), 1)]);
    let counting: Vec<_> = (0..12u8)
        .map(|number| {
            let (store, cards, lookups) = (store.clone(), cards.clone(), lookups.clone());
            tokio::spawn(async move {
                store.count_once(100, &[b'c', number % 3], &cards, &lookups).await.unwrap()
            })
        })
        .collect();
    let mut first = 0;
    for count in counting {
        first += usize::from(count.await.unwrap() == Seen::First);
    }
    assert_eq!(first, 3);
    drop(store);

    let store = open(&kind, dir.path());
    assert_eq!(store.count_once(100, b"c\0", &cards, &lookups).await.unwrap(), Seen::Again);
    assert_eq!(store.count_once(101, b"c\0", &cards, &lookups).await.unwrap(), Seen::First);
    // The day before yesterday's key and marks go with the first count of a day.
    assert_eq!(marks(&store, dir.path()).await, 3 + 1 + 1 + 1);
    assert_eq!(store.count_once(102, b"c\0", &cards, &lookups).await.unwrap(), Seen::First);
    assert_eq!(marks(&store, dir.path()).await, 2 + 2);
    assert_eq!((store.counter("cards").await.unwrap(), store.counter("lookups").await.unwrap()), (5, 15));
    assert_eq!(store.check().await.unwrap().problems, []);
}

async fn marks(store: &persistence::Store, dir: &std::path::Path) -> usize {
    let path = dir.join("rows");
    store.export(std::fs::File::create(&path).unwrap()).await.unwrap();
    std::fs::read_to_string(path).unwrap().lines().filter(|line| line.contains("\"mark\"")).count()
}

async fn an_incident_about_a_library_stands_once_until_it_is_resolved(kind: EngineKind) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&kind, dir.path());
    let incident = |library: &str, slug: &str, kind: &str| LibraryIncident {
        library: library.to_owned(),
        slug: slug.to_owned(),
        kind: kind.to_owned(),
        text: format!("Of {library}."),
        since: NOW,
    };
    let counters = [("raised".to_owned(), 1)];
    let raise = async |store: &Store, library: &str, slug: &str, kind: &str| {
        store.raise_library_incident(incident(library, slug, kind), &counters).await.unwrap()
    };
    for (library, slug, kind, raised) in [
        ("hill", "date", "99.99", Raised::New),
        ("hill", "date", "99.99", Raised::Standing),
        ("hill", "date", "99", Raised::New),
        ("hill", "other", "99.99", Raised::New),
        ("hills", "date", "99.99", Raised::New),
    ] {
        assert_eq!(raise(&store, library, slug, kind).await, raised, "{library} {slug} {kind}");
    }
    for number in 2..20 {
        let other = format!("a{number}");
        assert_eq!(raise(&store, "hill", "date", &other).await, Raised::New);
    }
    assert_eq!(raise(&store, "hill", "date", "one more").await, Raised::TooMany);
    assert_eq!(raise(&store, "hill", "date", "99").await, Raised::Standing);
    assert_eq!(store.counter("raised").await.unwrap(), 4 + 18);
    drop(store);

    let store = open(&kind, dir.path());
    let of = async |library| {
        let found = store.library_incidents(library).await.unwrap();
        found.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(of(None).await.len(), 4 + 18);
    assert_eq!(of(Some("hills")).await, [incident("hills", "date", "99.99")]);
    assert_eq!(store.resolve_library_incidents("hill", Some("date")).await.unwrap(), 20);
    assert_eq!(of(Some("hill")).await, [incident("hill", "other", "99.99")]);
    assert_eq!(store.check().await.unwrap().problems, []);
    assert_eq!(store.resolve_library_incidents("hill", None).await.unwrap(), 1);
    assert_eq!(store.resolve_library_incidents("hill", None).await.unwrap(), 0);
    assert_eq!(raise(&store, "hill", "date", "99").await, Raised::New);
}
