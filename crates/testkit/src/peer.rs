//! Peers for the tests: each plays what its script says for the n-th post it gets, and remembers every post. They speak HTTP by hand, so
//! that they can break it anywhere.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::TIMEOUT;

/// A post as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its head.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// What a peer does with a post.
#[derive(Clone)]
pub enum Play {
    /// Answers with these bytes.
    Answer(Vec<u8>),
    /// Answers once the gate is open.
    Gated(watch::Receiver<bool>, Vec<u8>),
    /// Says nothing and keeps the connection.
    Silent,
    /// Writes this and closes.
    BreakOff(Vec<u8>),
    /// Writes the head and then one byte at a time, for ever.
    Drip(Vec<u8>),
}

type Script = dyn Fn(usize, &Post) -> Play + Send + Sync;

/// A peer that runs until it is dropped.
pub struct FakePeer {
    /// Where it listens.
    pub addr: SocketAddr,
    posts: watch::Receiver<Vec<Post>>,
    most_at_once: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl FakePeer {
    /// At an address of its own.
    pub async fn start(script: impl Fn(usize) -> Play + Send + Sync + 'static) -> Self {
        Self::start_by(move |number, _| script(number)).await
    }

    /// The same, where the script depends on what is posted.
    pub async fn start_by(script: impl Fn(usize, &Post) -> Play + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    /// At an address where nobody listened so far.
    pub async fn start_at(addr: SocketAddr, script: impl Fn(usize) -> Play + Send + Sync + 'static) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(addr).unwrap();
        Self::listen(socket.listen(64).unwrap(), move |number, _| script(number))
    }

    fn listen(listener: TcpListener, script: impl Fn(usize, &Post) -> Play + Send + Sync + 'static) -> Self {
        let addr = listener.local_addr().unwrap();
        let (tell, posts) = watch::channel(Vec::new());
        let (tell, script): (_, Arc<Script>) = (Arc::new(tell), Arc::new(script));
        let (at_once, most_at_once) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let most = Arc::clone(&most_at_once);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (tell, script) = (Arc::clone(&tell), Arc::clone(&script));
                let (at_once, most) = (Arc::clone(&at_once), Arc::clone(&most));
                connections.spawn(async move {
                    let _ = serve(stream, &tell, &*script, &at_once, &most).await;
                });
            }
        });
        Self { addr, posts, most_at_once, _tasks: tasks }
    }

    /// What it got so far.
    pub fn posts(&self) -> Vec<Post> {
        self.posts.borrow().clone()
    }

    /// Waits until it got so many posts.
    pub async fn got(&self, count: usize) -> Vec<Post> {
        let mut posts = self.posts.clone();
        let all = tokio::time::timeout(TIMEOUT, posts.wait_for(|posts| posts.len() >= count)).await;
        all.unwrap_or_else(|_| panic!("{count} posts did not come")).unwrap().clone()
    }

    /// How many posts it had to answer at once, at most.
    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

async fn serve(
    mut stream: TcpStream,
    tell: &watch::Sender<Vec<Post>>,
    script: &Script,
    at_once: &AtomicUsize,
    most: &AtomicUsize,
) -> std::io::Result<()> {
    loop {
        let Some(post) = read_post(&mut stream).await? else { return Ok(()) };
        most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let mut number = 0;
        tell.send_modify(|posts| {
            number = posts.len();
            posts.push(post.clone());
        });
        match script(number, &post) {
            Play::Answer(bytes) => {
                at_once.fetch_sub(1, Ordering::SeqCst);
                stream.write_all(&bytes).await?;
            }
            Play::Gated(mut gate, bytes) => {
                let _ = gate.wait_for(|open| *open).await;
                at_once.fetch_sub(1, Ordering::SeqCst);
                stream.write_all(&bytes).await?;
            }
            Play::Silent => std::future::pending().await,
            Play::BreakOff(bytes) => {
                at_once.fetch_sub(1, Ordering::SeqCst);
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
            Play::Drip(head) => {
                stream.write_all(&head).await?;
                loop {
                    stream.write_all(b" ").await?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
}

async fn read_post(stream: &mut TcpStream) -> std::io::Result<Option<Post>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(Post { head, body: bytes[end..].to_vec() }))
}

/// A header's value.
pub fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// A whole HTTP answer.
pub fn http(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        answer.push_str(header);
        answer.push_str("\r\n");
    }
    format!("{answer}\r\n{body}").into_bytes()
}

/// An HTTP answer with a confirmation.
pub fn confirmed(status: &str, message_status: &str, error: Option<&str>) -> Vec<u8> {
    http(status, &["content-type: application/xml"], &confirmation(message_status, error))
}

/// The confirmation of a request.
pub fn confirmation(message_status: &str, error: Option<&str>) -> String {
    let error = error.map_or_else(String::new, |value| {
        format!(
            "<errorData><errorType>UnrecognisedDataValue</errorType><errorValue>{value}</errorValue></errorData>"
        )
    });
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ISO18626Message xmlns="http://illtransactions.org/2013/iso18626" xmlns:ill="http://illtransactions.org/2013/iso18626" ill:version="1.2">
<requestConfirmation><confirmationHeader>
<timestamp>2026-11-24T20:00:00Z</timestamp><requestingAgencyRequestId>r1</requestingAgencyRequestId>
<timestampReceived>2026-11-24T20:00:00Z</timestampReceived><messageStatus>{message_status}</messageStatus>
</confirmationHeader>{error}</requestConfirmation></ISO18626Message>"#
    )
}
