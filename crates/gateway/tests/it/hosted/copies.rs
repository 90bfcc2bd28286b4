//! Copies that a hosted supplier hands over as files: taken, sealed, fetched by the link that the requester was told, and gone when they are
//! erased.

use std::time::Duration;

use api::model::{Ask, Done, Problem, RequestDetail};
use hyper::{HeaderMap, Method, header::CONTENT_TYPE};
use jiff::SignedDuration;
use manual::mail::{MailSettings, MailTls};
use net::http::{Answer, web_base};
use persistence::{EngineKind, MemoryDisk};
use simulator::mail::{Mailbox, MailboxOptions};

use super::world::{PATRON, manual};
use crate::broker::{World, call};

/// Where the links lead, in the eyes of requesters.
const BASE: &str = "https://ill.example.org";
/// How large a file may be here.
const MOST: u64 = 200_000;

/// A gateway that hosts both sides, and takes files.
async fn world(base: Option<&'static str>, mail: Option<u16>) -> World {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let world = World::on(engine, disk, &[], move |config| {
        config.copies.base = base.and_then(web_base);
        config.copies.most_bytes = MOST;
        config.server.body_bytes = 64 << 10;
        config.mail = mail.map(|port| {
            let mut mail =
                MailSettings::new("127.0.0.1", port, MailTls::Plain, "ill@example.org", BASE).unwrap();
            mail.timeout = Duration::from_secs(5);
            mail
        });
    })
    .await;
    let file = world.registry(Some(1)) + &manual("north") + &manual("south");
    world.apply(file).await;
    world
}

/// A patron of the north asks for a copy; the request's two sides, as soon as the south is to answer.
async fn asked(world: &World, service: &str) -> (String, String) {
    let ask = Ask {
        library: "north".to_owned(),
        patron: PATRON.to_owned(),
        service: Some(service.to_owned()),
        title: Some(format!("Journal of Tides ({service})")),
        title_of_component: Some("On currents".to_owned()),
        pages: Some("11-18".to_owned()),
        ..Ask::default()
    };
    let answer = world.ask("requests", &ask).await;
    let done: Done = serde_json::from_slice(&answer.body).unwrap();
    let borrowing = done.request.id;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    (borrowing, lending)
}

fn pdf(size: usize) -> Vec<u8> {
    let text = b"%PDF-1.7 on currents ";
    text.iter().copied().chain((0u32..).map(|n| (n * 31 % 251) as u8)).take(size).collect()
}

async fn upload(world: &World, request: &str, file: Vec<u8>) -> Answer {
    world
        .send("POST", &format!("requests/{request}/copy?reason=scanned&by=staff"), "application/pdf", file)
        .await
}

fn problem(answer: &Answer) -> (u16, String) {
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    (answer.status.as_u16(), problem.slug)
}

/// Follows the link of a copy.
async fn fetch(world: &World, method: &str, url: &str) -> Answer {
    let path = url.strip_prefix(BASE).unwrap();
    call(world.running(), method.parse().unwrap(), path, HeaderMap::new(), Vec::new()).await
}

fn fetches(detail: &RequestDetail) -> usize {
    detail.timeline.iter().flat_map(|step| &step.inputs).filter(|input| input.kind == "fetched").count()
}

#[tokio::test]
async fn a_file_is_delivered_by_a_link_that_the_requester_is_told() {
    let world = world(Some(BASE), None).await;
    let (borrowing, lending) = asked(&world, "Copy").await;
    let file = pdf(150_000);
    let answer = upload(&world, &lending, file.clone()).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let lent = world.until_phase(&lending, "completed").await;
    let detail = world.until(&borrowing, |detail| detail.copy.is_some()).await;
    assert_eq!(detail.line.phase, "completed", "{:#?}", detail.line);
    let url = detail.copy.unwrap();
    assert!(url.starts_with(&format!("{BASE}/copy/")), "{url}");

    for _ in 0..2 {
        let fetched = fetch(&world, "GET", &url).await;
        assert_eq!(fetched.status, 200);
        assert_eq!(fetched.content_type.as_deref(), Some("application/pdf"));
        assert!(fetched.body == file, "it comes as it was handed over");
    }
    assert_eq!(fetch(&world, "HEAD", &url).await.status, 405, "looking is not fetching");
    assert_eq!(fetches(&world.detail(&lending).await), 1, "that it was fetched is kept once");
    // The file is a message of its step, for staff.
    let step =
        lent.timeline.iter().find(|step| step.messages.iter().any(|it| it.text.contains("application/pdf")));
    let kept = world
        .send("GET", &format!("requests/{lending}/messages/{}/in", step.unwrap().number), "", vec![])
        .await;
    assert!(kept.body == file);
    assert!(!serde_json::to_string(&world.detail(&lending).await).unwrap().contains(PATRON));

    // Erased, it is gone, though the link is still good.
    let erase = serde_json::json!({ "reason": "asked to" });
    assert_eq!(world.ask(&format!("requests/{lending}/erase"), &erase).await.status, 200);
    assert_eq!(fetch(&world, "GET", &url).await.status, 410);
}

#[tokio::test]
async fn a_link_to_a_copy_ends_and_cannot_be_guessed() {
    let world = world(Some(BASE), None).await;
    let (borrowing, lending) = asked(&world, "CopyOrLoan").await;
    upload(&world, &lending, pdf(1000)).await;
    let url = world.until(&borrowing, |detail| detail.copy.is_some()).await.copy.unwrap();
    let mut other = url.clone();
    let last = other.pop().unwrap();
    other.push(if last == 'A' { 'Q' } else { 'A' });
    assert_eq!(fetch(&world, "GET", &other).await.status, 404);
    assert_eq!(fetch(&world, "GET", &format!("{BASE}/copy/nonsense")).await.status, 404);
    world.clock.advance(SignedDuration::from_hours(30 * 24 - 1));
    assert_eq!(fetch(&world, "GET", &url).await.status, 200);
    world.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(fetch(&world, "GET", &url).await.status, 410);
}

#[tokio::test]
async fn what_is_no_copy_is_not_taken_and_nothing_is_said_of_it() {
    let world = world(Some(BASE), None).await;
    let (borrowing, lending) = asked(&world, "Copy").await;
    let (_, loan) = asked(&world, "Loan").await;
    let most = usize::try_from(MOST).unwrap();
    for (request, file, expected) in [
        (&lending, b"<html><script>alert(1)</script>".to_vec(), (415, "copy.kind")),
        (&lending, Vec::new(), (400, "api.bad-request")),
        (&lending, pdf(most + 1), (413, "copy.too-large")),
        (&lending, pdf(most * 2), (413, "copy.too-large")),
        (&loan, pdf(1000), (409, "request.not-allowed")),
        (&borrowing, pdf(1000), (409, "request.not-allowed")),
    ] {
        let (status, slug) = problem(&upload(&world, request, file).await);
        assert_eq!((status, slug.as_str()), expected);
    }
    assert_eq!(world.detail(&lending).await.line.phase, "on-pull-list");
    // A file may be large where files are handed over, and nowhere else.
    assert_eq!(world.post(pdf(most)).await.status, 413);
    assert_eq!(upload(&world, &lending, pdf(most)).await.status, 200);
}

#[tokio::test]
async fn no_file_is_taken_where_nobody_could_fetch_it() {
    let world = world(None, None).await;
    let (_, lending) = asked(&world, "Copy").await;
    assert_eq!(problem(&upload(&world, &lending, pdf(1000)).await), (409, "copy.no-address".to_owned()));
    assert_eq!(world.detail(&lending).await.line.phase, "on-pull-list");
}

#[tokio::test]
async fn a_library_without_automation_hands_a_copy_over_and_gets_one_by_mail() {
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let world = world(None, Some(mailbox.addr().port())).await;
    let (borrowing, lending) = asked(&world, "Copy").await;
    let mut letters = mailbox.wait_for(1).await;
    let link = |text: &str, under: &str| {
        let text = text.split(under).nth(1).unwrap_or_else(|| panic!("no `{under}` in {text}")).to_owned();
        text.split_whitespace().find(|word| word.starts_with(BASE)).unwrap().to_owned()
    };
    let page = link(&letters[0].text(), "We send the copy as a file:");
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "multipart/form-data; boundary=xyz".parse().unwrap());
    let mut form =
        b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"scan.pdf\"\r\n\r\n".to_vec();
    form.extend(pdf(150_000));
    form.extend(b"\r\n--xyz--\r\n");
    let path = page.strip_prefix(BASE).unwrap();
    let done = call(world.running(), Method::POST, path, headers, form).await;
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    world.until_phase(&lending, "completed").await;

    let told = loop {
        let ready = |letter: &&simulator::mail::MailMessage| {
            letter.header("Subject").is_some_and(|subject| subject.ends_with("Your copy is there"))
        };
        if let Some(letter) = letters.iter().find(ready) {
            break letter.text();
        }
        letters = mailbox.wait_for(letters.len() + 1).await;
    };
    let url = link(&told, "The copy is at");
    assert_eq!(Some(&url), world.detail(&borrowing).await.copy.as_ref());
    assert!(fetch(&world, "GET", &url).await.body == pdf(150_000));
}
