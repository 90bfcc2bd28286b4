//! The system's clock, randomness and network. The one module that may touch them.
#![expect(clippy::disallowed_methods, reason = "the seams end here: this is what they stand for")]

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream, lookup_host};

use super::{BoxFuture, Clock, Listener, Net, Random, Stream};

/// How long a sleep lasts before the date is read again: the system's clock can be set.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            loop {
                let left = at.duration_since(Timestamp::now());
                if !left.is_positive() {
                    return;
                }
                tokio::time::sleep(left.unsigned_abs().min(POLL_INTERVAL)).await;
            }
        })
    }

    fn monotonic(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next_u128(&self) -> u128 {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .expect("the system's generator works: it made the store's keys when that was opened");
        u128::from_be_bytes(bytes)
    }
}

/// The system's TCP.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealNet;

impl Net for RealNet {
    fn listen(&self, at: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Listener>>> {
        Box::pin(async move {
            let listener: Box<dyn Listener> = Box::new(TcpListener::bind(at).await?);
            Ok(listener)
        })
    }

    fn connect<'a>(
        &'a self,
        host: &'a str,
        port: u16,
        timeout: Duration,
    ) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let end = Instant::now() + timeout;
            let addresses: Vec<SocketAddr> = in_time(timeout, lookup_host((host, port))).await?.collect();
            let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
            for (index, address) in addresses.iter().enumerate() {
                // A dead first address must leave the others their share.
                let share = end.saturating_duration_since(Instant::now()) / (addresses.len() - index) as u32;
                match in_time(share, TcpStream::connect(address)).await {
                    Ok(stream) => {
                        stream.set_nodelay(true)?;
                        let stream: Box<dyn Stream> = Box::new(stream);
                        return Ok(stream);
                    }
                    Err(why) => last = why,
                }
            }
            Err(last)
        })
    }
}

async fn in_time<T>(duration: Duration, io: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match tokio::time::timeout(duration, io).await {
        Ok(done) => done,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time")),
    }
}

impl Listener for TcpListener {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        TcpListener::local_addr(self)
    }

    fn accept(&self) -> BoxFuture<'_, io::Result<(Box<dyn Stream>, SocketAddr)>> {
        Box::pin(async move {
            let (stream, from) = TcpListener::accept(self).await?;
            stream.set_nodelay(true)?;
            let stream: Box<dyn Stream> = Box::new(stream);
            Ok((stream, from))
        })
    }
}
