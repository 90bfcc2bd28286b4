//! A library's system without HTTP: it reads messages by hand, plays what its script says, and remembers what it got.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::watch,
    task::JoinSet,
};

use super::TIMEOUT;

/// What the system does with a message.
#[derive(Clone)]
pub enum Act {
    /// Writes this, in pieces of so many bytes.
    Write(String, usize),
    /// Writes this and closes.
    BreakOff(String),
    /// Says nothing.
    Silent,
}

/// It runs until it is dropped.
pub struct SocketIls {
    /// Where it listens.
    pub addr: SocketAddr,
    got: watch::Receiver<Vec<String>>,
    _tasks: JoinSet<()>,
}

impl SocketIls {
    /// It does this with every message.
    pub async fn start(act: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (tell, got) = watch::channel(Vec::new());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                while !bytes.ends_with(b"\n") {
                    if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                        break;
                    }
                }
                tell.send_modify(|got| got.push(String::from_utf8(bytes).unwrap()));
                match &act {
                    Act::Write(text, piece) => {
                        for piece in text.as_bytes().chunks(*piece) {
                            stream.write_all(piece).await.unwrap();
                            stream.flush().await.unwrap();
                            tokio::task::yield_now().await;
                        }
                        // It keeps the connection: the answer ends with its end tag.
                        tokio::spawn(async move {
                            tokio::time::sleep(Duration::from_secs(60)).await;
                            drop(stream);
                        });
                    }
                    Act::BreakOff(text) => stream.write_all(text.as_bytes()).await.unwrap(),
                    Act::Silent => {
                        tokio::spawn(async move {
                            tokio::time::sleep(Duration::from_secs(60)).await;
                            drop(stream);
                        });
                    }
                }
            }
        });
        Self { addr, got, _tasks: tasks }
    }

    /// The messages that it got, once there are so many.
    pub async fn got(&self, count: usize) -> Vec<String> {
        let mut got = self.got.clone();
        let all = tokio::time::timeout(TIMEOUT, got.wait_for(|got| got.len() >= count)).await;
        all.unwrap_or_else(|_| panic!("{count} messages did not come")).unwrap().clone()
    }
}

/// A port where nobody listens.
pub async fn dead_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}
