//! hyper's timer over the clock seam: must never read a clock itself.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};

use crate::seams::{BoxFuture, Clock};

/// hyper's timer.
#[derive(Clone)]
pub(super) struct SeamTimer(pub(super) Arc<dyn Clock>);

/// A sleep. hyper wants it shareable between threads, hence the mutex; nobody ever waits for it.
struct SharedSleep(Mutex<BoxFuture<'static, ()>>);

impl Timer for SeamTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(SharedSleep(Mutex::new(self.0.sleep(duration))))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.sleep(deadline.saturating_duration_since(self.0.monotonic()))
    }

    fn now(&self) -> Instant {
        self.0.monotonic()
    }
}

impl Future for SharedSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll(cx)
    }
}

impl Sleep for SharedSleep {}
