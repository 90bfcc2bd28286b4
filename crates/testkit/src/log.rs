//! What is logged, caught by a test.

use std::{
    fmt::Write as _,
    sync::{Arc, LazyLock, Mutex},
};

use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::NoSubscriber,
};

/// Every line of the log at every level, of this thread.
#[derive(Clone)]
pub struct Log(Arc<Mutex<String>>);

/// A second subscriber, always. As long as a process has one alone, the thread that comes to a line first decides for all threads whether
/// anybody listens to it, and that may be the thread of another test, which has no subscriber.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

impl Default for Log {
    fn default() -> Self {
        LazyLock::force(&ANOTHER);
        Log(Arc::default())
    }
}

impl Log {
    /// What was logged so far.
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() {
        tracing::info!("a line");
    }

    #[test]
    fn a_line_is_caught_that_a_thread_without_a_log_came_to_first() {
        let log = Log::default();
        let _guard = tracing::subscriber::set_default(log.clone());
        std::thread::spawn(line).join().unwrap();
        line();
        assert_eq!(log.text().matches("a line").count(), 1);
    }
}
