//! The pages behind the links: what a GET may not do, and what a POST does once.

use std::sync::Arc;

use acts::{Act, ActKind, Fields};
use axum::{Router, body::Body};
use http_body_util::BodyExt;
use hyper::{Method, Request, StatusCode, header::HeaderMap};
use jiff::{SignedDuration, Timestamp};
use loan_model::PeerId;
use manual::{
    ActFailed, Links, offers,
    pages::{self, Pages},
};
use net::{Clock, RealClock, SteppedClock, SystemRandom};
use persistence::{EngineKind, MemoryDisk, Store, StoreConfig, SystemEntropy};
use runtime::copy_file::CopyFile;
use tower_service::Service;

use crate::desk::{RecordedActs, hill, request};

struct Bench {
    desk: Arc<RecordedActs>,
    links: Arc<Links>,
    clock: SteppedClock,
    router: Router,
    _dir: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Bench {
    fn new() -> Self {
        Self::over(
            Store::memory(&MemoryDisk::new(), Box::new(SystemEntropy)).unwrap(),
            tempfile::tempdir().unwrap(),
        )
    }

    fn over(store: Store, dir: tempfile::TempDir) -> Self {
        let desk = RecordedActs::new(store);
        let links = Arc::new(Links::open(dir.path(), &SystemRandom).unwrap());
        let clock = SteppedClock::standing(Arc::new(RealClock), start());
        let pages = Pages {
            links: Arc::clone(&links),
            acts: Arc::clone(&desk) as _,
            clock: Arc::new(clock.clone()),
            most_bytes: 64,
        };
        Self { desk, links, clock, router: pages::router(pages), _dir: dir }
    }

    fn link(&self, act: ActKind) -> String {
        let expires = self.clock.now() + SignedDuration::from_hours(24);
        let token = self.links.issue(request(1), &hill(), act, expires, u128::from(rand_like(act)));
        format!("{}/{token}", pages::PATH)
    }

    async fn ask(&self, method: Method, path: &str, form: &str) -> Answer {
        self.send(method, path, "application/x-www-form-urlencoded", form.as_bytes().to_vec()).await
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        let request = request.body(Body::from(body)).unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Posts a form with a file in it, as a browser does.
    async fn post_file(&self, path: &str, file: &[u8]) -> Answer {
        let mut body =
            b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".to_vec();
        body.extend(file);
        body.extend(
            b"\r\n--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nas asked\r\n--xyz--\r\n",
        );
        self.send(Method::POST, path, "multipart/form-data; boundary=xyz", body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "").await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        self.ask(Method::POST, path, form).await
    }
}

fn start() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

/// A number of its own for each act.
fn rand_like(act: ActKind) -> u64 {
    act.as_str().bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}

#[tokio::test]
async fn following_a_link_changes_nothing_and_pressing_the_button_does_it_once() {
    let bench = Bench::new();
    bench.desk.allow(request(1), &[ActKind::WillSupply, ActKind::Unfilled]);
    let link = bench.link(ActKind::WillSupply);
    for method in [Method::GET, Method::GET, Method::HEAD, Method::GET] {
        let answer = bench.ask(method, &link, "").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(bench.desk.done().is_empty());
    }
    let page = bench.get(&link).await.html;
    assert!(page.contains("Tides, part 1") && page.contains("Nothing has been done yet"));
    assert!(page.contains("<form method=\"post\">"));

    let done = bench.post(&link, "note=on+its+way").await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.html.contains("Thank you") && done.html.contains("will supply"));
    let done = bench.desk.done();
    assert_eq!(done.len(), 1);
    assert_eq!((&done[0].act, done[0].reason.as_str()), (&Act::WillSupply, "on its way"));
    assert_eq!(
        (done[0].request, &done[0].library, done[0].by.as_str()),
        (request(1), &hill(), "hill by link")
    );

    for again in [bench.post(&link, "").await, bench.get(&link).await] {
        assert_eq!(again.status, StatusCode::GONE);
        assert!(again.html.contains("has been used"));
    }
    assert_eq!(bench.desk.done().len(), 1);
}

#[tokio::test]
async fn a_button_pressed_many_times_at_once_does_it_once() {
    let bench = Bench::new();
    bench.desk.allow(request(1), &[ActKind::WillSupply]);
    let link = bench.link(ActKind::WillSupply);
    let presses = (0..8).map(|_| bench.post(&link, ""));
    let mut good = 0;
    let mut tasks = Vec::new();
    for press in presses {
        tasks.push(Box::pin(press));
    }
    for answer in futures(tasks).await {
        match answer.status {
            StatusCode::OK => good += 1,
            status => assert_eq!(status, StatusCode::GONE, "{}", answer.html),
        }
    }
    assert_eq!((good, bench.desk.done().len()), (1, 1));
}

/// All of them, side by side.
async fn futures<F: Future + Unpin>(mut all: Vec<F>) -> Vec<F::Output> {
    let mut outputs: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        for (future, output) in all.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let std::task::Poll::Ready(value) = std::pin::Pin::new(future).poll(cx)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) {
            std::task::Poll::Ready(outputs.iter_mut().filter_map(Option::take).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_used_link_stays_used_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let keys = tempfile::tempdir().unwrap();
    let config = StoreConfig { engine: EngineKind::Redb, dir: dir.path().to_owned() };
    let open = || Store::open(&config, Box::new(SystemEntropy)).unwrap();
    let bench = Bench::over(open(), keys);
    bench.desk.allow(request(1), &[ActKind::WillSupply]);
    let link = bench.link(ActKind::WillSupply);
    assert_eq!(bench.post(&link, "").await.status, StatusCode::OK);
    let Bench { _dir: keys, desk, router, links, .. } = bench;
    drop((desk, router, links));

    let store = loop {
        // The engine lets go of its file when its writer has ended.
        match Store::open(&config, Box::new(SystemEntropy)) {
            Ok(store) => break store,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let bench = Bench::over(store, keys);
    bench.desk.allow(request(1), &[ActKind::WillSupply]);
    assert_eq!(bench.get(&link).await.status, StatusCode::GONE);
    assert_eq!(bench.post(&link, "").await.status, StatusCode::GONE);
    assert!(bench.desk.done().is_empty());
}

#[tokio::test]
async fn a_link_that_is_not_good_says_why_and_does_nothing() {
    let bench = Bench::new();
    bench.desk.allow(request(1), &[ActKind::Ship]);
    let good = bench.link(ActKind::Ship);
    let not_now = bench.link(ActKind::WillSupply);
    let expires = bench.clock.now() + SignedDuration::from_hours(24);
    let of_another = bench.links.issue(request(1), &PeerId::new("valley"), ActKind::Ship, expires, 9);
    let of_nothing = bench.links.issue(request(2), &hill(), ActKind::Ship, expires, 10);
    let at = |token: &str| format!("{}/{token}", pages::PATH);
    let mut changed = good.clone();
    changed.replace_range(
        good.len() - 10..good.len() - 9,
        if &good[good.len() - 10..good.len() - 9] == "A" { "B" } else { "A" },
    );
    for (link, status, says) in [
        (at("nonsense"), StatusCode::NOT_FOUND, "not known"),
        (changed, StatusCode::NOT_FOUND, "not known"),
        (at(&of_another), StatusCode::GONE, "No such request"),
        (at(&of_nothing), StatusCode::GONE, "No such request"),
        (not_now, StatusCode::CONFLICT, "We have sent it"),
    ] {
        for answer in [bench.get(&link).await, bench.post(&link, "").await] {
            assert_eq!(answer.status, status, "{}", answer.html);
            assert!(answer.html.contains(says), "{}", answer.html);
        }
    }
    bench.clock.advance(SignedDuration::from_hours(25));
    for answer in [bench.get(&good).await, bench.post(&good, "").await] {
        assert_eq!(answer.status, StatusCode::GONE);
        assert!(answer.html.contains("has expired"), "{}", answer.html);
    }
    assert!(bench.desk.done().is_empty());
}

#[tokio::test]
async fn a_form_that_does_not_fit_is_shown_again_and_the_link_stays_good() {
    let bench = Bench::new();
    bench.desk.allow(request(1), &[ActKind::Unfilled, ActKind::Ship]);
    let link = bench.link(ActKind::Ship);
    let answer = bench.post(&link, "volumes=31183%0D%0A31183&due=2027-01-15&note=%3Cb%3E").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.html.contains("role=\"alert\"") && answer.html.contains("twice"));
    assert!(answer.html.contains("value=\"2027-01-15\"") && answer.html.contains("&lt;b&gt;"));
    bench.desk.break_by(Some(ActFailed::Unfit { why: "that piece is not of this request".to_owned() }));
    let answer = bench.post(&link, "volumes=1").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.html.contains("not of this request"));
    bench.desk.break_by(Some(ActFailed::NotNow { why: "the store is away".to_owned() }));
    let answer = bench.post(&link, "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.html.contains("stays good") && answer.headers.contains_key("retry-after"));
    bench.desk.break_by(None);
    assert_eq!(bench.post(&link, &"x=y&".repeat(40_000)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bench.desk.done().is_empty());

    assert_eq!(bench.post(&link, "volumes=31183%0D%0A31184&due=2027-01-15").await.status, StatusCode::OK);
    let no = bench.link(ActKind::Unfilled);
    assert_eq!(bench.post(&no, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bench.post(&no, "reason=NotOnShelf").await.status, StatusCode::OK);
    let acts: Vec<Act> = bench.desk.done().into_iter().map(|command| command.act).collect();
    let act = |kind, fields: &str| Act::new(kind, serde_json::from_str::<Fields>(fields).unwrap()).unwrap();
    let shipped = act(ActKind::Ship, r#"{"volumes":["31183","31184"],"due":"2027-01-15"}"#);
    assert_eq!(acts, [shipped, act(ActKind::Unfilled, r#"{"reason":"NotOnShelf"}"#)]);
}

#[tokio::test]
async fn a_copy_is_handed_over_by_a_form_with_a_file() {
    let bench = Bench::new();
    bench.desk.allow(request(1), &[ActKind::DeliverCopy]);
    let link = bench.link(ActKind::DeliverCopy);
    let page = bench.get(&link).await.html;
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("type=\"file\""), "{page}");
    for (answer, says) in [
        (bench.post_file(&link, b"").await, "choose the file"),
        (bench.post_file(&link, b"<html>").await, "none of those"),
        (
            bench.post_file(&link, &[b"%PDF-".as_slice(), &[b'x'; 60]].concat()).await,
            "more than the 64 bytes",
        ),
        (bench.post_file(&link, &[b'x'; 100_000]).await, "more than the 64 bytes"),
        (bench.post(&link, "note=x").await, "did not arrive whole"),
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.html);
        assert!(answer.html.contains(says), "{says}: {}", answer.html);
    }
    assert!(bench.desk.done().is_empty());

    let file = [b"%PDF-".as_slice(), &[b'x'; 59]].concat();
    assert_eq!(bench.post_file(&link, &file).await.status, StatusCode::OK);
    assert_eq!(bench.post_file(&link, &file).await.status, StatusCode::GONE);
    let [command] = &bench.desk.done()[..] else { panic!("once: {:?}", bench.desk.done()) };
    assert_eq!((&command.act, command.reason.as_str()), (&Act::DeliverCopy { url: None }, "as asked"));
    assert_eq!(command.file, Some(CopyFile::new(file, 64).unwrap()));
}

#[tokio::test]
async fn every_page_is_kept_nowhere_and_loads_nothing() {
    let bench = Bench::new();
    let acts: Vec<ActKind> = offers::all().collect();
    bench.desk.allow(request(1), &acts);
    let mut pages = vec![bench.get(&format!("{}/nonsense", pages::PATH)).await];
    for act in &acts {
        pages.push(bench.get(&bench.link(*act)).await);
    }
    pages.push(bench.post(&bench.link(ActKind::WillSupply), "").await);
    pages.push(bench.post(&bench.link(ActKind::WillSupply), "").await);
    for page in &pages {
        let header =
            |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-")
                && policy.contains("form-action 'self'")
        );
        assert!(!policy.contains("unsafe"));
        let html = page.html.replace("http://www.w3.org/2000/svg", "");
        for bad in ["<script", "src=", "http://", "https://", "onclick", " style="] {
            assert!(!html.contains(bad), "{bad}: {html}");
        }
        // Read aloud and by keyboard: a language, one main heading, a label for each field that is named.
        assert!(html.contains("<html lang=\"en\">") && html.matches("<h1>").count() == 1, "{html}");
        for field in html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let described = html.contains(&format!("aria-describedby=\"{field}\""));
            assert!(described || html.contains(&format!("<label for=\"{field}\"")), "{field}: {html}");
        }
    }
}
