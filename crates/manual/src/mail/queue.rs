//! What a request's commit puts into a library's lane of mails. Pure but for identifiers, which come from the seam.

use std::sync::Arc;

use acts::ActKind;
use errors::slug;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use loan_model::{NotificationKind, PeerId, calendar::Calendar};
use net::Random;
use persistence::{MessageId, RequestId};
use runtime::{
    requests::{NotificationToRender, RenderedMail, bare},
    stored_time::unix_millis,
};
use slips::Slip;

use super::{
    message::{self, Answer, Item},
    next_mailing,
    queued::{Daily, QueuedMail},
    settings::MailSettings,
};
use crate::{Links, directory::mail_settings, standing};

/// Who knows how libraries are told: the registry's present snapshot.
pub trait Directory: Send + Sync {
    /// How a library is told; nothing, if it is none that is told by mail.
    fn library(&self, id: &PeerId) -> Option<LibraryMail>;
}

/// How a library is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryMail {
    /// The library.
    pub id: PeerId,
    /// Its name.
    pub name: String,
    /// The e-mail addresses of its staff.
    pub to: Vec<String>,
    /// When it is told.
    pub when: MailWhen,
    /// When it is open.
    pub calendar: Calendar,
    /// For how many days links can be used.
    pub link_days: u16,
}

/// When a library is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailWhen {
    /// Of each thing when it happens.
    AtOnce,
    /// Of everything once a day, on its opening days.
    Daily {
        /// At which hour, by its own clock.
        hour: u8,
    },
}

/// Something that a library is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// About which request.
    pub request: RequestId,
    /// The id under which people know it.
    pub reference: String,
    /// What about.
    pub occasion: NotificationKind,
    /// The slip, if there is something to print.
    pub slip: Option<Box<Slip>>,
    /// What may be done now: each gets a link.
    pub acts: Vec<ActKind>,
    /// The message's id in the store, which its `Message-ID` is made of.
    pub message: MessageId,
}

/// Who writes mails.
#[derive(Clone)]
pub struct MailQueue {
    pub(super) settings: Arc<MailSettings>,
    links: Arc<Links>,
}

impl MailQueue {
    /// A mail room with these settings.
    pub fn new(settings: MailSettings, links: Arc<Links>) -> Self {
        Self { settings: Arc::new(settings), links }
    }

    /// What is to be queued so that a library's staff hear of a notification; nothing where they are not told by mail.
    pub fn notification(&self, order: NotificationToRender<'_>) -> Option<RenderedMail> {
        let NotificationToRender { request, message, occasion, state, library, now, registry, random } =
            order;
        let mail = mail_settings(registry, library)?;
        let allowed = standing(request, state, library, registry)?;
        let reference = allowed.slip.as_ref().map(|slip| slip.reference.clone());
        let news = News {
            request,
            reference: reference.unwrap_or_else(|| bare(request)),
            occasion,
            slip: allowed.slip,
            acts: allowed.acts,
            message,
        };
        Some(self.queue(&news, &mail, now, random))
    }

    /// What is to be queued so that a library hears of this. What cannot be written now (the library has no address) is queued all the same, and
    /// becomes an incident when it is to be sent: it must not be lost, nor stop the commit.
    pub fn queue(
        &self,
        news: &News,
        library: &LibraryMail,
        now: Timestamp,
        random: &dyn Random,
    ) -> RenderedMail {
        let later = |mailing: Timestamp| {
            let (library, occasion) = (library.id.clone(), news.occasion);
            (QueuedMail::Daily(Daily { library, occasion, mailing: unix_millis(mailing) }), mailing)
        };
        let (queued, at) = match library.when {
            MailWhen::Daily { hour } => later(next_mailing(now, hour, &library.calendar)),
            MailWhen::AtOnce => match self.message(news, library, now, random) {
                Ok(message) => (QueuedMail::MailMessage(message), now),
                Err(why) => {
                    tracing::warn!(slug = %slug!("mail.unwritable"), library = %library.id, %why, "a mail cannot be written yet");
                    later(now)
                }
            },
        };
        RenderedMail { body: queued.body(), next_at: unix_millis(at) }
    }

    fn message(
        &self,
        news: &News,
        library: &LibraryMail,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<super::queued::MailMessage, message::Unwritable> {
        let slip = news.slip.as_deref().cloned();
        let reference = news.reference.clone();
        let item = self.item(news.request, news.occasion, reference, slip, &news.acts, library, now, random);
        message::about_one(&self.settings, library, &item, &news.message.to_string(), now)
    }

    /// An item with fresh links.
    #[expect(clippy::too_many_arguments, reason = "they are the parts of one sentence of a mail")]
    pub(super) fn item(
        &self,
        request: RequestId,
        occasion: NotificationKind,
        reference: String,
        slip: Option<Slip>,
        acts: &[ActKind],
        library: &LibraryMail,
        now: Timestamp,
        random: &dyn Random,
    ) -> Item {
        let days = SignedDuration::from_hours(24 * i64::from(library.link_days));
        let expires = now.checked_add(days).unwrap_or(Timestamp::MAX);
        let mut offered = acts.to_vec();
        offered.extend(later(occasion).iter().filter(|act| !acts.contains(act)));
        let answers = offered.iter().map(|act| {
            let token = self.links.issue(request, &library.id, *act, expires, random.next_u128());
            Answer { act: *act, url: self.settings.url(&token) }
        });
        Item { occasion, reference, slip, answers: answers.collect(), expires }
    }
}

/// What staff will want to tell later of what they are told now: a mail is what they have at hand then. Followed too early, a link says so and
/// stays good.
fn later(occasion: NotificationKind) -> &'static [ActKind] {
    match occasion {
        NotificationKind::NewRequest | NotificationKind::ConditionAgreed => {
            &[ActKind::Ship, ActKind::Returned]
        }
        NotificationKind::WillBeSupplied | NotificationKind::Shipped => {
            &[ActKind::Receive, ActKind::ShipBack]
        }
        _ => &[],
    }
}

impl LibraryMail {
    /// A time by the library's own clock.
    pub(super) fn local(&self, at: Timestamp) -> DateTime {
        let zone = TimeZone::get(&self.calendar.time_zone).unwrap_or(TimeZone::UTC);
        zone.to_datetime(at)
    }
}

impl std::fmt::Debug for MailQueue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailQueue").field("host", &self.settings.host).finish_non_exhaustive()
    }
}
