//! Who acts, in these tests: each act is a commit in a real store, with the command's key among its dedupe keys.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use acts::ActKind;
use loan_model::PeerId;
use manual::{ActFailed, Acts, Allowed, Done, OnceKey, StaffCommand};
use net::BoxFuture;
use persistence::{
    Commit, CommitError, LaneEntry, LaneKey, LaneOp, MessageId, Record, RequestId, Store, StoreError,
    UnixMillis, Version,
};
use runtime::requests::RenderedMail;
use slips::{RequestCode, Slip, SlipKind, Stop};

pub(crate) fn request(n: u128) -> RequestId {
    RequestId::new(UnixMillis::new(1_790_000_000_000), n)
}

pub(crate) fn message(n: u128) -> MessageId {
    MessageId::new(UnixMillis::new(1_790_000_000_000), n)
}

pub(crate) fn hill() -> PeerId {
    PeerId::new("hill")
}

/// A pull slip at Hill Library.
pub(crate) fn slip(n: u128) -> Slip {
    let mut slip = Slip::new(SlipKind::Pull, RequestCode::new(request(n).to_string()), format!("{n:010}"));
    slip.item.title = Some(format!("Tides, part {n}"));
    slip.item.call_number = Some(format!("551.{n}"));
    slip.from = Stop { name: "Hill Library".to_owned(), ..Stop::default() };
    slip.to = Stop { name: "Valley Library".to_owned(), ..Stop::default() };
    slip
}

/// Acts on requests of Hill Library.
pub(crate) struct RecordedActs {
    pub(crate) store: Store,
    allowed: Mutex<BTreeMap<RequestId, Vec<ActKind>>>,
    done: Mutex<Vec<StaffCommand>>,
    broken: Mutex<Option<ActFailed>>,
}

impl RecordedActs {
    pub(crate) fn new(store: Store) -> Arc<Self> {
        let (allowed, done, broken) = Default::default();
        Arc::new(Self { store, allowed, done, broken })
    }

    /// From now on these acts are allowed on a request.
    pub(crate) fn allow(&self, request: RequestId, acts: &[ActKind]) {
        self.allowed.lock().unwrap().insert(request, acts.to_vec());
    }

    /// From now on, every act fails like this.
    pub(crate) fn break_by(&self, why: Option<ActFailed>) {
        *self.broken.lock().unwrap() = why;
    }

    pub(crate) fn done(&self) -> Vec<StaffCommand> {
        self.done.lock().unwrap().clone()
    }

    /// Commits a mail to a request's lane, and gives the entry of the lane.
    pub(crate) async fn push(
        &self,
        request: RequestId,
        message: MessageId,
        lane: &str,
        mail: &RenderedMail,
    ) -> LaneEntry {
        let lane = LaneKey { request, peer: lane.to_owned() };
        let push = LaneOp::Push {
            peer: lane.peer.clone(),
            message,
            kind: "mail:new-request".to_owned(),
            next_at: mail.next_at,
        };
        let mut record = record();
        record.rendered_out = vec![(message, mail.body.clone())];
        let mut commit = Commit::new(request, self.version(request).await, record, b"{}".to_vec());
        commit.lanes = vec![push];
        self.store.commit(commit).await.unwrap();
        self.store.lane(lane).await.unwrap().into_iter().find(|entry| entry.message == message).unwrap()
    }

    async fn version(&self, request: RequestId) -> Version {
        self.store.request(request).await.unwrap().map_or(Version::NEW, |stored| stored.version)
    }

    async fn commit(&self, command: StaffCommand) -> Result<Done, ActFailed> {
        loop {
            let version = self.version(command.request).await;
            let mut commit = Commit::new(command.request, version, record(), b"{}".to_vec());
            commit.dedupe.extend(command.once.iter().map(|key| key.bytes().to_vec()));
            match self.store.commit(commit).await {
                Ok(_) => {
                    self.done.lock().unwrap().push(command);
                    return Ok(Done { phase: "will-supply".to_owned() });
                }
                Err(CommitError::DedupeExists(_)) => return Err(ActFailed::DoneBefore),
                Err(CommitError::Conflict(_)) => {}
                Err(why) => return Err(ActFailed::NotNow { why: why.to_string() }),
            }
        }
    }
}

fn record() -> Record {
    Record {
        at: UnixMillis::new(1_790_000_000_000),
        input: b"{}".to_vec(),
        events: b"[]".to_vec(),
        ..Record::default()
    }
}

fn not_now(why: StoreError) -> ActFailed {
    ActFailed::NotNow { why: why.to_string() }
}

impl Acts for RecordedActs {
    fn allowed(&self, request: RequestId, library: PeerId) -> BoxFuture<'_, Result<Allowed, ActFailed>> {
        let acts = self.allowed.lock().unwrap().get(&request).cloned();
        Box::pin(async move {
            let acts = acts.filter(|_| library == hill()).ok_or(ActFailed::NoRequest)?;
            let n = u128::from_be_bytes(request.to_bytes()) & 0xffff;
            Ok(Allowed { acts, slip: Some(Box::new(slip(n))) })
        })
    }

    fn act(&self, command: StaffCommand) -> BoxFuture<'_, Result<Done, ActFailed>> {
        let broken = self.broken.lock().unwrap().clone();
        Box::pin(async move {
            match broken {
                Some(why) => Err(why),
                None => self.commit(command).await,
            }
        })
    }

    fn was_done(&self, request: RequestId, once: OnceKey) -> BoxFuture<'_, Result<bool, ActFailed>> {
        Box::pin(async move {
            let found = self.store.dedupe(request, once.bytes().to_vec()).await.map_err(not_now)?;
            Ok(found.is_some())
        })
    }
}
