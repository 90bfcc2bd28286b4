//! Playing a set of libraries until told to stop: what `illgate simulate` does.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::task::JoinSet;

use crate::{
    clock::SimClock,
    flow::FlowEntry,
    library::{Library, StartError},
    real_time::sleep,
    set::SimulatedSet,
    set_file::{PlayedRequest, SetFile},
};

/// What a simulation tells while it runs.
#[derive(Clone, Debug)]
pub enum SimulatorEvent {
    /// A library listens.
    Listening {
        /// Its symbol.
        symbol: String,
        /// Its name.
        name: String,
        /// Where messages to it are posted; its page is at the same host's `/`.
        url: String,
    },
    /// A message went in or out.
    Exchange(Box<FlowEntry>),
    /// A library's own request was not taken.
    NotSent {
        /// Whose.
        symbol: String,
        /// Why not.
        why: String,
    },
}

/// What to play, and until when.
pub struct SimulateOptions {
    /// The libraries.
    pub set: SetFile,
    /// The date they write.
    pub clock: SimClock,
    /// Hears what happens.
    pub on_event: Arc<dyn Fn(SimulatorEvent) + Send + Sync>,
    /// The simulation ends with it.
    pub shutdown: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// What was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// How many libraries.
    pub libraries: usize,
    /// How many messages in and out, attempts included.
    pub exchanges: u64,
}

/// The simulation could not be started.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The file describes nobody.
    #[error("the file has no [[library]]: there is nobody to play")]
    Nobody,
    /// A library could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Plays a set of libraries until `shutdown`.
///
/// # Errors
/// When the set is empty or a library cannot be started.
pub async fn run(options: SimulateOptions) -> Result<Simulated, RunError> {
    let SimulateOptions { set: file, clock, on_event, shutdown } = options;
    if file.libraries.is_empty() {
        return Err(RunError::Nobody);
    }
    let exchanges = Arc::new(AtomicU64::new(0));
    let (counted, heard) = (exchanges.clone(), on_event.clone());
    let on_exchange = Arc::new(move |entry: &FlowEntry| {
        counted.fetch_add(1, Ordering::Relaxed);
        heard(SimulatorEvent::Exchange(Box::new(entry.clone())));
    });
    let set = Arc::new(SimulatedSet::start(&file.libraries, &clock, on_exchange).await?);
    let mut asking = JoinSet::new();
    for (index, (library, played)) in set.libraries().iter().zip(&file.libraries).enumerate() {
        on_event(SimulatorEvent::Listening {
            symbol: library.symbol(),
            name: library.config().name.clone(),
            url: library.url(),
        });
        for request in played.requests.iter().cloned() {
            let (set, on_event) = (set.clone(), on_event.clone());
            asking.spawn(async move { ask(&set.libraries()[index], request, &*on_event).await });
        }
    }
    shutdown.await;
    asking.shutdown().await;
    let libraries = set.libraries().len();
    if let Ok(set) = Arc::try_unwrap(set) {
        set.stop().await;
    }
    Ok(Simulated { libraries, exchanges: exchanges.load(Ordering::Relaxed) })
}

/// Sends a library's own request when its time has come, and again as often as it says.
async fn ask(library: &Library, played: PlayedRequest, on_event: &(dyn Fn(SimulatorEvent) + Send + Sync)) {
    sleep(played.after).await;
    loop {
        if let Err(problem) = library.send_request(played.request.clone()).await {
            on_event(SimulatorEvent::NotSent { symbol: library.symbol(), why: problem.to_string() });
        }
        match played.every {
            Some(every) => sleep(every).await,
            None => return,
        }
    }
}
