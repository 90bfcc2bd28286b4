//! The real world: the machine's clock, real waiting, real listeners. The only module here that touches them.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};

/// The machine's date.
#[expect(clippy::disallowed_methods, reason = "a scripted library stands outside the gateway and its seams")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Waits in real time.
#[expect(clippy::disallowed_methods, reason = "a scripted library stands outside the gateway and its seams")]
pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// What `future` gives, unless it takes longer.
#[expect(clippy::disallowed_methods, reason = "a scripted library stands outside the gateway and its seams")]
pub(crate) async fn within<T>(duration: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(duration, future).await.ok()
}

/// Listens; port 0 takes a free one.
#[expect(clippy::disallowed_methods, reason = "a scripted library stands outside the gateway and its seams")]
pub(crate) async fn listen(address: IpAddr, port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((address, port)).await?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// Connects to `HOST:PORT`.
#[expect(clippy::disallowed_methods, reason = "a scripted library stands outside the gateway and its seams")]
pub(crate) async fn connect(address: &str) -> io::Result<TcpStream> {
    TcpStream::connect(address).await
}

/// The lock's content, also after a panic elsewhere: what the simulator keeps is consistent after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
