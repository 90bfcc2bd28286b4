//! Mail over a real SMTP server on loopback: how it is secured, what becomes of each answer, and the daily mail.

use std::{sync::Arc, time::Duration};

use acts::ActKind;
use jiff::{SignedDuration, Timestamp};
use loan_model::{MayHaveArrived, NotificationKind, PeerId, calendar::Calendar};
use manual::{
    Links,
    mail::{
        Directory, LibraryMail, MailQueue, MailSettings, MailTls, MailTransport, MailWhen, News, Password,
        SendOutcome,
    },
    mail_lane, pages,
};
use net::{Clock, RealClock, RealNet, Seams, SteppedClock, SystemRandom, Tls};
use persistence::{LaneEntry, MemoryDisk, Opened, Store, SystemEntropy};
use runtime::stored_time::unix_millis;
use simulator::mail::{Habit, Mailbox, MailboxOptions, Security};
use testkit::Identity;

use crate::desk::{RecordedActs, hill, message, request, slip};

/// A mailbox, a desk and a carrier between them.
struct Bench {
    mailbox: Mailbox,
    desk: Arc<RecordedActs>,
    queue: MailQueue,
    carrier: MailTransport,
    links: Arc<Links>,
    clock: SteppedClock,
    seams: Seams,
    _dir: tempfile::TempDir,
}

#[derive(Clone, Copy)]
enum Way {
    Plain,
    StartTls,
    Implicit,
}

/// What the registry says of Hill Library.
struct Hill(LibraryMail);

impl Directory for Hill {
    fn library(&self, id: &PeerId) -> Option<LibraryMail> {
        (*id == self.0.id).then(|| self.0.clone())
    }
}

fn library(when: MailWhen) -> LibraryMail {
    LibraryMail {
        id: hill(),
        name: "Hill Library".to_owned(),
        to: vec!["desk@hill.example".to_owned(), "Loans <loans@hill.example>".to_owned()],
        when,
        calendar: Calendar { time_zone: "America/Denver".to_owned(), ..Calendar::default() },
        link_days: 14,
    }
}

/// A Tuesday, nine in the morning in Denver.
fn start() -> Timestamp {
    "2026-11-24T16:00:00Z".parse().unwrap()
}

impl Bench {
    async fn new(way: Way) -> Self {
        Self::with(way, library(MailWhen::AtOnce), "rosebud").await
    }

    async fn with(way: Way, library: LibraryMail, password: &str) -> Self {
        let identity = Identity::new();
        let tls = identity.server();
        let (security, client) = match way {
            Way::Plain => (Security::Plain, MailTls::Plain),
            Way::StartTls => (Security::StartTls(tls), MailTls::StartTls),
            Way::Implicit => (Security::Implicit(tls), MailTls::Implicit),
        };
        let login = Some(("ill".to_owned(), "rosebud".to_owned()));
        let mailbox = Mailbox::start(MailboxOptions { port: 0, security, login }).await.unwrap();
        let clock = SteppedClock::standing(Arc::new(RealClock), start());
        let seams =
            Seams { clock: Arc::new(clock.clone()), random: Arc::new(SystemRandom), net: Arc::new(RealNet) };
        let dir = tempfile::tempdir().unwrap();
        let links = Arc::new(Links::open(dir.path(), &SystemRandom).unwrap());
        let (from, base) = ("Loans <ill@consortium.example>", "https://ill.consortium.example");
        let mut settings = MailSettings::new("localhost", mailbox.addr().port(), client, from, base)
            .unwrap()
            .with_login("ill", Password::new(password));
        settings.timeout = Duration::from_secs(5);
        let queue = MailQueue::new(settings, Arc::clone(&links));
        let desk = RecordedActs::new(Store::memory(&MemoryDisk::new(), Box::new(SystemEntropy)).unwrap());
        let carrier = MailTransport::new(
            queue.clone(),
            desk.store.clone(),
            Arc::clone(&desk) as _,
            Arc::new(Hill(library)),
            seams.clone(),
            Tls::new(identity.trusted()),
        );
        Self { mailbox, desk, queue, carrier, links, clock, seams, _dir: dir }
    }

    /// Queues news about request `n`, as a commit does.
    async fn queue(
        &self,
        n: u128,
        occasion: NotificationKind,
        acts: &[ActKind],
        library: &LibraryMail,
    ) -> LaneEntry {
        self.desk.allow(request(n), acts);
        let news = News {
            request: request(n),
            reference: format!("{n:010}"),
            occasion,
            slip: Some(Box::new(slip(n))),
            acts: acts.to_vec(),
            message: message(n),
        };
        let mail = self.queue.queue(&news, library, self.clock.now(), &SystemRandom);
        self.desk.push(request(n), message(n), &mail_lane(&library.id), &mail).await
    }

    async fn message(&self, n: u128) -> LaneEntry {
        let acts = [ActKind::WillSupply, ActKind::Unfilled];
        self.queue(n, NotificationKind::NewRequest, &acts, &library(MailWhen::AtOnce)).await
    }

    async fn carry(&self, entry: &LaneEntry) -> SendOutcome {
        self.carry_by(&self.carrier, entry).await
    }

    async fn carry_by(&self, carrier: &MailTransport, entry: &LaneEntry) -> SendOutcome {
        let body = self.desk.store.body(entry.message).await.unwrap().unwrap();
        let Opened::Plain(bytes) = body.plaintext else { panic!("erased") };
        carrier.deliver_mail(entry, &body.content_type, &bytes).await
    }
}

#[tokio::test]
async fn a_letter_has_text_page_slip_and_a_link_for_each_answer() {
    for way in [Way::Plain, Way::StartTls, Way::Implicit] {
        let bench = Bench::new(way).await;
        let entry = bench.message(1).await;
        assert_eq!(entry.next_at, unix_millis(start()));
        assert_eq!(bench.carry(&entry).await, SendOutcome::Taken);
        let mails = bench.mailbox.mails();
        let [mail] = mails.as_slice() else { panic!("one mail") };
        assert_eq!(mail.secured, !matches!(way, Way::Plain));
        assert_eq!(mail.user.as_deref(), Some("ill"));
        assert_eq!(mail.from, "ill@consortium.example");
        assert_eq!(mail.to, ["desk@hill.example", "loans@hill.example"]);
        assert_eq!(mail.header("Subject").as_deref(), Some("Request 0000000001: Please pull"));
        assert_eq!(mail.header("Date").as_deref(), Some("Tue, 24 Nov 2026 16:00:00 +0000"));
        assert_eq!(mail.header("MIME-Version").as_deref(), Some("1.0"));
        assert_eq!(mail.header("Message-ID"), Some(format!("<{}@consortium.example>", message(1))));

        let parts = mail.parts();
        let media: Vec<&str> = parts.iter().map(|part| part.media.as_str()).collect();
        assert_eq!(media, ["text/plain", "text/html", "application/pdf"]);
        assert_eq!(parts[2].name.as_deref(), Some("slip.pdf"));
        assert_eq!(parts[2].bytes, slip(1).pdf());
        let text = mail.text();
        for says in
            ["Tides, part 1", "551.1", "Valley Library", "We have it and will send it", "2026-12-08 09:00"]
        {
            assert!(text.contains(says), "{says}: {text}");
        }
        let links = mail.links();
        assert_eq!(links.len(), 4);
        let base = format!("https://ill.consortium.example{}/", pages::PATH);
        // What may be done now, and what will have to be told later.
        let acts = [ActKind::WillSupply, ActKind::Unfilled, ActKind::Ship, ActKind::Returned];
        for (link, act) in links.iter().zip(acts) {
            let opened = bench.links.read(link.strip_prefix(&base).unwrap(), start()).unwrap();
            assert_eq!((opened.request, opened.library, opened.act), (request(1), hill(), act));
            let page = String::from_utf8(parts[1].bytes.clone()).unwrap();
            assert!(page.contains(&format!("href=\"{link}\"")));
        }
        assert!(mail.raw.lines().all(|line| line.len() <= 998));
    }
}

#[tokio::test]
async fn nothing_is_said_in_plain_that_was_to_be_secured() {
    for habit in [Habit::HideStartTls, Habit::InjectAfterStartTls] {
        let bench = Bench::new(Way::StartTls).await;
        bench.mailbox.behave(habit);
        let SendOutcome::Failed { why, may_have_arrived } = bench.carry(&bench.message(1).await).await else {
            panic!()
        };
        assert_eq!(may_have_arrived, MayHaveArrived::No);
        assert!(why.contains("plain text"), "{why}");
        assert!(bench.mailbox.mails().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_or_not_there_or_takes_no_login_gets_no_mail() {
    for way in [Way::StartTls, Way::Implicit] {
        let bench = Bench::new(way).await;
        let stranger = MailTransport::new(
            bench.queue.clone(),
            bench.desk.store.clone(),
            Arc::clone(&bench.desk) as _,
            Arc::new(Hill(library(MailWhen::AtOnce))),
            bench.seams.clone(),
            Tls::new(Identity::nobody()),
        );
        let outcome = bench.carry_by(&stranger, &bench.message(1).await).await;
        assert!(
            matches!(outcome, SendOutcome::Failed { may_have_arrived: MayHaveArrived::No, .. }),
            "{outcome:?}"
        );
        assert!(bench.mailbox.mails().is_empty());
    }
    let bench = Bench::with(Way::Plain, library(MailWhen::AtOnce), "wrong").await;
    let outcome = bench.carry(&bench.message(1).await).await;
    let why = "the server answered AUTH with 535".to_owned();
    assert_eq!(outcome, SendOutcome::Failed { why, may_have_arrived: MayHaveArrived::No });

    // Nobody listens on port 1.
    let (from, base) = ("ill@consortium.example", "https://ill.consortium.example");
    let settings = MailSettings::new("localhost", 1, MailTls::Plain, from, base).unwrap();
    let queue = MailQueue::new(settings, Arc::clone(&bench.links));
    let nowhere = MailTransport::new(
        queue,
        bench.desk.store.clone(),
        Arc::clone(&bench.desk) as _,
        Arc::new(Hill(library(MailWhen::AtOnce))),
        bench.seams.clone(),
        Tls::new(Identity::nobody()),
    );
    let outcome = bench.carry_by(&nowhere, &bench.message(2).await).await;
    assert!(
        matches!(outcome, SendOutcome::Failed { may_have_arrived: MayHaveArrived::No, .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn each_answer_of_the_server_is_taken_for_what_it_is() {
    let failed = |may_have_arrived| move |outcome: &SendOutcome| matches!(outcome, SendOutcome::Failed { may_have_arrived: how, .. } if *how == may_have_arrived);
    let refused = |outcome: &SendOutcome| matches!(outcome, SendOutcome::Refused { .. });
    type Fits = Box<dyn Fn(&SendOutcome) -> bool>;
    let cases: [(Habit, Fits, usize); 6] = [
        (Habit::RefuseRecipients(550), Box::new(refused), 0),
        (Habit::RefuseRecipients(450), Box::new(failed(MayHaveArrived::No)), 0),
        (Habit::RefuseMail(554), Box::new(refused), 0),
        (Habit::RefuseMail(452), Box::new(failed(MayHaveArrived::No)), 0),
        (Habit::TakeAndCut, Box::new(failed(MayHaveArrived::Yes)), 1),
        (Habit::Hang, Box::new(failed(MayHaveArrived::Yes)), 0),
    ];
    for (habit, is_right, kept) in cases {
        let bench = Bench::new(Way::Plain).await;
        let entry = bench.message(1).await;
        bench.mailbox.behave(habit);
        let outcome = bench.carry(&entry).await;
        assert!(is_right(&outcome), "{habit:?}: {outcome:?}");
        let why = format!("{outcome:?}");
        assert!(!why.contains("hill.example") && !why.contains(pages::PATH), "{why}");
        assert_eq!(bench.mailbox.mails().len(), kept, "{habit:?}");

        // And when it is well again, the same bytes go out.
        bench.mailbox.behave(Habit::Take);
        assert_eq!(bench.carry(&entry).await, SendOutcome::Taken);
        let mails = bench.mailbox.mails();
        assert!(mails.iter().all(|mail| mail.raw == mails[0].raw));
        assert_eq!(mails.len(), kept + 1);
    }
}

#[tokio::test]
async fn a_daily_mail_tells_everything_once_at_the_librarys_hour() {
    let daily = library(MailWhen::Daily { hour: 7 });
    let bench = Bench::with(Way::Plain, daily.clone(), "rosebud").await;
    let pull = [ActKind::WillSupply, ActKind::Unfilled];
    let mut entries = Vec::new();
    for n in 1..=3 {
        entries.push(bench.queue(n, NotificationKind::NewRequest, &pull, &daily).await);
    }
    entries.push(bench.queue(4, NotificationKind::OnItsWayBack, &[ActKind::Returned], &daily).await);
    // What was cancelled in the night need not be pulled.
    bench.desk.allow(request(3), &[]);
    let due = start() + SignedDuration::from_hours(22);
    assert!(entries.iter().all(|entry| entry.next_at == unix_millis(due)));

    bench.clock.advance(SignedDuration::from_hours(22));
    for entry in &entries {
        assert_eq!(bench.carry(entry).await, SendOutcome::Taken);
    }
    let mails = bench.mailbox.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(mail.header("Subject").as_deref(), Some("2026-11-25: 2 to pull, 3 in all"));
    let text = mail.text();
    for says in ["0000000001", "0000000002", "0000000004", "on its way back", "It has come back to us"] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(!text.contains("0000000003"));
    assert_eq!(mail.links().len(), 2 * 4 + 1);
    assert_eq!(mail.parts()[2].name.as_deref(), Some("pull-list.pdf"));

    // What comes after waits for the next mailing, which has an id of its own.
    let next = bench.queue(5, NotificationKind::NewRequest, &pull, &daily).await;
    assert_eq!(next.next_at, unix_millis(due + SignedDuration::from_hours(24)));
    bench.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(bench.carry(&next).await, SendOutcome::Taken);
    let mails = bench.mailbox.mails();
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    // The old ones are still in their lanes here, as when what became of them could not be settled: they are not told twice.
    assert_eq!(mails[1].links().len(), 4);
}

#[tokio::test]
async fn a_daily_mail_that_may_have_been_sent_comes_again_under_the_same_id() {
    let daily = library(MailWhen::Daily { hour: 7 });
    let bench = Bench::with(Way::Plain, daily.clone(), "rosebud").await;
    let one = bench.queue(1, NotificationKind::NewRequest, &[ActKind::WillSupply], &daily).await;
    bench.clock.advance(SignedDuration::from_hours(22));
    bench.mailbox.behave(Habit::TakeAndCut);
    assert!(matches!(
        bench.carry(&one).await,
        SendOutcome::Failed { may_have_arrived: MayHaveArrived::Yes, .. }
    ));
    bench.mailbox.behave(Habit::Take);
    assert_eq!(bench.carry(&one).await, SendOutcome::Taken);
    let mails = bench.mailbox.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

#[tokio::test]
async fn a_library_without_an_address_is_an_incident_and_not_a_lost_mail() {
    let nobody = LibraryMail { to: Vec::new(), ..library(MailWhen::AtOnce) };
    let bench = Bench::with(Way::Plain, nobody.clone(), "rosebud").await;
    let entry = bench.queue(1, NotificationKind::NewRequest, &[ActKind::WillSupply], &nobody).await;
    let why = "the registry has no e-mail address for the library".to_owned();
    assert_eq!(bench.carry(&entry).await, SendOutcome::Refused { why });
    assert_eq!(bench.mailbox.sessions(), 0);
}
