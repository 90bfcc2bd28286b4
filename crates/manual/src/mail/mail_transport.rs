//! Delivers the mails of the lanes to the SMTP server. A message goes as it is. The first daily notice that falls due sends one mail for all
//! notices due; the others are then marked as sent. Must never report a mail as taken that no server has confirmed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use loan_model::{MayHaveArrived, NotificationKind, PeerId};
use net::{Seams, Tls};
use persistence::{LaneEntry, MessageId, Opened, Standing, Store};
use runtime::stored_time::unix_millis;

use super::{
    Directory, LibraryMail, MailQueue,
    message::{self, Item},
    queued::{Daily, MailMessage, QueuedMail},
    smtp::Smtp,
};
use crate::{ActFailed, Acts, mail_lane};

/// What came of carrying a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
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
pub struct MailTransport {
    queue: MailQueue,
    smtp: Smtp,
    store: Store,
    acts: Arc<dyn Acts>,
    directory: Arc<dyn Directory>,
    seams: Seams,
    /// Of each library, what a daily mail told and is still in its lane. After a restart it is told again, with the same `Message-ID`.
    told: Mutex<BTreeMap<PeerId, BTreeSet<MessageId>>>,
}

impl MailTransport {
    /// A carrier that connects through the seams and trusts whom `tls` does.
    pub fn new(
        queue: MailQueue,
        store: Store,
        acts: Arc<dyn Acts>,
        directory: Arc<dyn Directory>,
        seams: Seams,
        tls: Tls,
    ) -> Self {
        let smtp = Smtp::new(Arc::clone(&queue.settings), seams.clone(), tls);
        Self { queue, smtp, store, acts, directory, seams, told: Mutex::default() }
    }

    /// Carries what an entry of a lane of mails stands for.
    pub async fn deliver_mail(&self, entry: &LaneEntry, content_type: &str, bytes: &[u8]) -> SendOutcome {
        match QueuedMail::read(content_type, bytes) {
            Some(QueuedMail::MailMessage(message)) => self.send(&message).await,
            Some(QueuedMail::Daily(daily)) => self.tell(entry, &daily).await,
            None => SendOutcome::Refused { why: "what is kept of the mail cannot be read".to_owned() },
        }
    }

    async fn send(&self, message: &MailMessage) -> SendOutcome {
        self.smtp.send(&message.envelope, &message.message).await
    }

    /// Tells the library everything that is due.
    async fn tell(&self, entry: &LaneEntry, daily: &Daily) -> SendOutcome {
        if self.told().get(&daily.library).is_some_and(|told| told.contains(&entry.message)) {
            return SendOutcome::Taken;
        }
        let Some(library) = self.directory.library(&daily.library) else {
            return SendOutcome::Refused {
                why: "the registry does not have the library told by mail".to_owned(),
            };
        };
        let due = match self.due(entry, daily).await {
            Ok(due) => due,
            Err(why) => return SendOutcome::Failed { why, may_have_arrived: MayHaveArrived::No },
        };
        let mut items = Vec::new();
        for (entry, occasion) in &due {
            match self.item(entry, *occasion, &library).await {
                Ok(item) => items.extend(item),
                Err(why) => return SendOutcome::Failed { why, may_have_arrived: MayHaveArrived::No },
            }
        }
        if items.is_empty() {
            return SendOutcome::Taken;
        }
        let id = format!("daily-{}-{}", library.id, daily.mailing.get());
        let now = self.seams.clock.now();
        let message = match message::daily(&self.queue.settings, &library, &items, &id, now) {
            Ok(message) => message,
            Err(why) => return SendOutcome::Refused { why: why.to_string() },
        };
        let outcome = self.send(&message).await;
        if outcome == SendOutcome::Taken {
            self.told().entry(library.id).or_default().extend(due.iter().map(|(entry, _)| entry.message));
        }
        outcome
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
            if let Some(QueuedMail::Daily(word)) = QueuedMail::read(&body.content_type, &bytes)
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
        Ok(Some(self.queue.item(
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

impl std::fmt::Debug for MailTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailTransport").field("queue", &self.queue).finish_non_exhaustive()
    }
}
