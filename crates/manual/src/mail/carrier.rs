//! Who brings what lies in the lanes of mails to the SMTP server. A letter goes as it is. Words for a library's daily mail are gathered
//! into one when the first of them is due; the others find that they have been told. Must never say that a mail was taken which no server
//! has confirmed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use net::{Seams, Tls};
use persistence::{LaneEntry, MessageId, Opened, Standing, Store};
use runtime::stored_time::unix_millis;
use state_machine::{MayHaveArrived, PeerId, hosted::NotificationKind};

use super::{
    Directory, LibraryMail, MailRoom,
    frozen::{Daily, Frozen, Letter},
    letter::{self, Item},
    smtp::Smtp,
};
use crate::{ActFailed, Acts, mail_lane};

/// What came of carrying a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The server has it; or there is nothing to tell any more.
    Taken,
    /// It will never be taken as it is.
    Refused {
        /// Why, without an address.
        why: String,
    },
    /// It was not taken this time.
    Failed {
        /// Why, without an address.
        why: String,
        /// Whether the server may have it all the same.
        may_have_arrived: MayHaveArrived,
    },
}

/// Carries mails.
pub struct Carrier {
    room: MailRoom,
    smtp: Smtp,
    store: Store,
    acts: Arc<dyn Acts>,
    directory: Arc<dyn Directory>,
    seams: Seams,
    /// Of each library, what a daily mail told and is still in its lane. After a restart it is told again, with the same `Message-ID`.
    told: Mutex<BTreeMap<PeerId, BTreeSet<MessageId>>>,
}

impl Carrier {
    /// A carrier that connects through the seams and trusts whom `tls` does.
    pub fn new(
        room: MailRoom,
        store: Store,
        acts: Arc<dyn Acts>,
        directory: Arc<dyn Directory>,
        seams: Seams,
        tls: Tls,
    ) -> Self {
        let smtp = Smtp::new(Arc::clone(&room.settings), seams.clone(), tls);
        Self { room, smtp, store, acts, directory, seams, told: Mutex::default() }
    }

    /// Carries what an entry of a lane of mails stands for.
    pub async fn bring(&self, entry: &LaneEntry, content_type: &str, bytes: &[u8]) -> Posted {
        match Frozen::read(content_type, bytes) {
            Some(Frozen::Letter(letter)) => self.send(&letter).await,
            Some(Frozen::Daily(daily)) => self.tell(entry, &daily).await,
            None => Posted::Refused { why: "what is kept of the mail cannot be read".to_owned() },
        }
    }

    async fn send(&self, letter: &Letter) -> Posted {
        self.smtp.send(&letter.envelope, &letter.message).await
    }

    /// Tells the library everything that is due.
    async fn tell(&self, entry: &LaneEntry, daily: &Daily) -> Posted {
        if self.told().get(&daily.library).is_some_and(|told| told.contains(&entry.message)) {
            return Posted::Taken;
        }
        let Some(library) = self.directory.library(&daily.library) else {
            return Posted::Refused { why: "the registry does not have the library told by mail".to_owned() };
        };
        let due = match self.due(entry, daily).await {
            Ok(due) => due,
            Err(why) => return Posted::Failed { why, may_have_arrived: MayHaveArrived::No },
        };
        let mut items = Vec::new();
        for (entry, occasion) in &due {
            match self.item(entry, *occasion, &library).await {
                Ok(item) => items.extend(item),
                Err(why) => return Posted::Failed { why, may_have_arrived: MayHaveArrived::No },
            }
        }
        if items.is_empty() {
            return Posted::Taken;
        }
        let id = format!("daily-{}-{}", library.id, daily.mailing.get());
        let now = self.seams.clock.now();
        let letter = match letter::daily(&self.room.settings, &library, &items, &id, now) {
            Ok(letter) => letter,
            Err(why) => return Posted::Refused { why: why.to_string() },
        };
        let posted = self.send(&letter).await;
        if posted == Posted::Taken {
            self.told().entry(library.id).or_default().extend(due.iter().map(|(entry, _)| entry.message));
        }
        posted
    }

    /// What is due to be told to the library now: this entry, and every other that is for this mailing or an earlier one.
    async fn due(
        &self,
        entry: &LaneEntry,
        daily: &Daily,
    ) -> Result<Vec<(LaneEntry, NotificationKind)>, String> {
        let failed = |why: persistence::StoreError| why.to_string();
        let lane = mail_lane(&daily.library);
        let mut lanes = self.store.lanes().await.map_err(failed)?;
        lanes.retain(|other| other.lane.peer == lane);
        let told = {
            let mut all = self.told();
            let told = all.entry(daily.library.clone()).or_default();
            told.retain(|message| lanes.iter().any(|other| other.message == *message));
            told.clone()
        };
        let mut due = vec![(entry.clone(), daily.occasion)];
        for other in lanes {
            let waits = other.message != entry.message
                && other.standing == Standing::Ready
                && other.next_at <= unix_millis(self.seams.clock.now())
                && !told.contains(&other.message);
            if !waits {
                continue;
            }
            let Some(body) = self.store.body(other.message).await.map_err(failed)? else { continue };
            let Opened::Plain(bytes) = body.plaintext else { continue };
            if let Some(Frozen::Daily(word)) = Frozen::read(&body.content_type, &bytes)
                && word.mailing <= daily.mailing
            {
                due.push((other, word.occasion));
            }
        }
        Ok(due)
    }

    /// What is told of a request as it stands now; nothing, if it need not be pulled any more or is gone.
    async fn item(
        &self,
        entry: &LaneEntry,
        occasion: NotificationKind,
        library: &LibraryMail,
    ) -> Result<Option<Item>, String> {
        let request = entry.lane.request;
        let allowed = match self.acts.allowed(request, library.id.clone()).await {
            Ok(allowed) => allowed,
            Err(ActFailed::NoRequest) => return Ok(None),
            Err(why) => return Err(why.to_string()),
        };
        if occasion == NotificationKind::NewRequest && allowed.acts.is_empty() {
            return Ok(None);
        }
        let slip = allowed.slip.map(|slip| *slip);
        let reference = slip.as_ref().map_or_else(|| request.to_string(), |slip| slip.reference.clone());
        let now = self.seams.clock.now();
        Ok(Some(self.room.item(
            request,
            occasion,
            reference,
            slip,
            &allowed.acts,
            library,
            now,
            &*self.seams.random,
        )))
    }

    fn told(&self) -> MutexGuard<'_, BTreeMap<PeerId, BTreeSet<MessageId>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carrier").field("room", &self.room).finish_non_exhaustive()
    }
}
