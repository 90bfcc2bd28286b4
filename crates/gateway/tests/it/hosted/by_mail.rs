//! A loan between two libraries whose staff never see the gateway: they get mails, follow links and press buttons.

use std::time::Duration;

use jiff::SignedDuration;
use manual::mail::{MailSettings, MailTls};
use persistence::{EngineKind, MemoryDisk};
use simulator::mail::{Habit, MailMessage, Mailbox, MailboxOptions};

use super::world::{PATRON, manual};
use crate::broker::World;

/// Where the links lead, in the eyes of staff.
const BASE: &str = "https://ill.example.org";

/// A gateway with mail, and two libraries that get it.
async fn world(mailbox: &Mailbox) -> World {
    let port = mailbox.addr().port();
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = World::on(engine, disk, &[], move |config| {
        let from = "Loans <ill@example.org>";
        let mut settings = MailSettings::new("127.0.0.1", port, MailTls::Plain, from, BASE).unwrap();
        settings.timeout = Duration::from_secs(5);
        config.mail = Some(settings);
    })
    .await;
    let file = world.registry(Some(1)) + &manual("north") + &manual("south");
    world.apply(file).await;
    world
}

/// The mail to a library whose subject ends so, once it is there.
async fn mail(mailbox: &Mailbox, library: &str, subject: &str) -> MailMessage {
    let to = format!("ill@{library}.example.org");
    let mut count = 0;
    loop {
        let letters = mailbox.wait_for(count).await;
        let fits = |letter: &&MailMessage| {
            letter.to == [to.as_str()] && letter.header("Subject").is_some_and(|is| is.ends_with(subject))
        };
        if let Some(letter) = letters.iter().find(fits) {
            return letter.clone();
        }
        count = letters.len() + 1;
    }
}

/// Follows the link under these words, looks, and presses the button.
async fn press(world: &World, letter: &MailMessage, words: &str, form: &str) -> u16 {
    let text = letter.text();
    let under = text.split(&format!("- {words}:")).nth(1).unwrap_or_else(|| panic!("no `{words}` in {text}"));
    let link = under.split_whitespace().next().unwrap().strip_prefix(BASE).unwrap();
    let looked = world.page("GET", link, "").await;
    if looked.status != 200 {
        return looked.status.as_u16();
    }
    world.page("POST", link, form).await.status.as_u16()
}

#[tokio::test]
async fn two_libraries_lend_to_each_other_by_nothing_but_mail() {
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let world = world(&mailbox).await;
    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;

    let asked = mail(&mailbox, "south", "Please pull").await;
    assert!(asked.text().contains("Dune") && asked.text().contains("north library"), "{}", asked.text());
    assert_eq!(asked.parts()[2].media, "application/pdf");
    // Too early: nothing happens, and the link stays good.
    assert_eq!(press(&world, &asked, "It has come back to us", "").await, 409);
    assert_eq!(press(&world, &asked, "We have it and will send it", "").await, 200);
    assert_eq!(press(&world, &asked, "We have it and will send it", "").await, 410);
    assert_eq!(press(&world, &asked, "We have sent it", "volumes=S-1%0D%0AS-2").await, 200);

    let shipped = mail(&mailbox, "north", "It is on its way to you").await;
    assert_eq!(press(&world, &shipped, "We have received it", "").await, 200);
    assert_eq!(press(&world, &shipped, "We have sent it back", "").await, 200);
    let back = mail(&mailbox, "south", "It is on its way back to you").await;
    assert_eq!(press(&world, &back, "It has come back to us", "volumes=S-1%0D%0AS-2").await, 200);
    for request in [&lending, &borrowing] {
        let detail = world.until_phase(request, "completed").await;
        assert!(detail.line.incidents.is_empty(), "{:#?}", detail.line);
    }
    assert!(mailbox.mails().iter().all(|letter| !letter.raw.contains(PATRON)));
    assert!(!world.files_hold(PATRON));
}

#[tokio::test]
async fn a_mail_waits_for_its_server_and_is_an_incident_when_none_takes_it() {
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let world = world(&mailbox).await;
    mailbox.behave(Habit::RefuseMail(451));
    let borrowing = world.patron_asks("north", "Dune").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    let waits = |line: &api::model::QueueLine| line.peer == "mail:south" && line.attempts > 0;
    world.until(&lending, |detail| detail.queue.iter().any(waits)).await;
    assert!(mailbox.mails().is_empty());
    mailbox.behave(Habit::Take);
    world.clock.advance(SignedDuration::from_mins(30));
    mail(&mailbox, "south", "Please pull").await;
    world.until(&lending, |detail| detail.queue.is_empty()).await;

    mailbox.behave(Habit::RefuseMail(554));
    let borrowing = world.patron_asks("north", "Emma").await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    let held = world.until(&lending, |detail| detail.queue.iter().any(|line| line.held.is_some())).await;
    let line = held.queue.iter().find(|line| line.peer == "mail:south").unwrap();
    assert_eq!(line.held.as_deref(), Some("mail.undeliverable"));
    assert!(!format!("{held:?}").contains("example.org"), "{held:?}");
}
