//! The threads between the async gateway and an engine: one writer that groups what waits, and a bounded pool of readers.
//! No engine call may run on a tokio worker; a failed write stops everything after it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use errors::slug;
use tokio::sync::{oneshot, watch};

use crate::{
    engine::{Batch, Direction, Engine, Outcome, Pair, Span},
    error::StoreError,
    keyring::Keyring,
    keys,
};

/// The most batches in one group, and the most bytes.
const GROUP: (usize, usize) = (512, 4 << 20);
const READERS: usize = 3;

/// What the threads work on.
pub(crate) struct Base {
    pub(crate) engine: Engine,
    pub(crate) keyring: Keyring,
    pub(crate) health: Health,
}

impl Base {
    /// A scan of what the gateway runs on: if it fails, the store stops.
    pub(crate) fn vital_scan(&self, span: &Span, limit: usize) -> Result<Vec<Pair>, StoreError> {
        self.engine.scan(span, limit, Direction::Up).map_err(|why| self.health.stop(&why.to_string()))
    }
}

/// Whether the store has stopped, and why.
pub(crate) struct Health {
    /// The reason of the first stop: later ones follow from it.
    reason: watch::Sender<Option<String>>,
}

impl Health {
    pub(crate) fn new() -> Self {
        Self { reason: watch::Sender::new(None) }
    }

    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &*self.reason.borrow() {
            Some(reason) => Err(StoreError::Stopped { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    pub(crate) fn stop(&self, why: &str) -> StoreError {
        let mut reason = why.to_owned();
        self.reason.send_modify(|first| reason = first.get_or_insert(reason.clone()).clone());
        tracing::error!(slug = %slug!("store.stopped"), %reason, "the store has stopped");
        StoreError::Stopped { reason }
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Option<String>> {
        self.reason.subscribe()
    }

    /// Damage in what the gateway runs on stops the store; elsewhere it is the one caller's.
    pub(crate) fn stop_if_vital(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Corrupt(corrupt)
                if keys::table_byte(corrupt.table).is_some_and(|byte| keys::is_vital(&[byte])) =>
            {
                self.stop(&corrupt.to_string())
            }
            other => other,
        }
    }
}

type ReadJob = Box<dyn FnOnce(&Base) + Send>;

enum WriteJob {
    Batch { batch: Batch, answer: oneshot::Sender<Result<Outcome, StoreError>> },
    Alone(ReadJob),
}

/// The running threads. They end when it is dropped.
pub(crate) struct Runner {
    base: Arc<Base>,
    threads: Option<Threads>,
}

struct Threads {
    writer: Sender<WriteJob>,
    readers: Sender<ReadJob>,
    handles: Vec<JoinHandle<()>>,
}

impl Runner {
    /// Starts the threads; in memory there are none, and everything happens in line.
    pub(crate) fn start(base: Base) -> std::io::Result<Self> {
        let base = Arc::new(base);
        if matches!(base.engine, Engine::Memory(_)) {
            return Ok(Self { base, threads: None });
        }
        let (writer, write_jobs) = mpsc::channel();
        let (readers, read_jobs) = mpsc::channel::<ReadJob>();
        let mut handles = Vec::new();
        let held = Arc::clone(&base);
        handles.push(
            thread::Builder::new()
                .name("store-writer".to_owned())
                .spawn(move || write_loop(&held, &write_jobs))?,
        );
        let read_jobs = Arc::new(Mutex::new(read_jobs));
        for index in 0..READERS {
            let (held, jobs) = (Arc::clone(&base), Arc::clone(&read_jobs));
            handles.push(
                thread::Builder::new()
                    .name(format!("store-reader-{index}"))
                    .spawn(move || read_loop(&held, &jobs))?,
            );
        }
        Ok(Self { base, threads: Some(Threads { writer, readers, handles }) })
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    /// Writes a batch; durable when it resolves.
    pub(crate) async fn write(&self, batch: Batch) -> Result<Outcome, StoreError> {
        self.base.health.check()?;
        let Some(threads) = &self.threads else {
            return write_group(&self.base, std::slice::from_ref(&batch)).map(|outcomes| outcomes[0]);
        };
        let (answer, answered) = oneshot::channel();
        let _ = threads.writer.send(WriteJob::Batch { batch, answer });
        answered.await.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Runs a read on a reader thread.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Base) -> Result<T, StoreError> + Send + 'static,
    {
        self.run(job, |threads, job| {
            let _ = threads.readers.send(job);
        })
        .await
    }

    /// Runs a job on the writer thread, between two groups.
    pub(crate) async fn alone<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Base) -> Result<T, StoreError> + Send + 'static,
    {
        self.run(job, |threads, job| {
            let _ = threads.writer.send(WriteJob::Alone(job));
        })
        .await
    }

    async fn run<T, F>(&self, job: F, send: impl FnOnce(&Threads, ReadJob)) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Base) -> Result<T, StoreError> + Send + 'static,
    {
        self.base.health.check()?;
        let Some(threads) = &self.threads else {
            return job(&self.base).map_err(|error| self.base.health.stop_if_vital(error));
        };
        let (answer, answered) = oneshot::channel();
        send(
            threads,
            Box::new(move |base| {
                let _ = answer.send(job(base).map_err(|error| base.health.stop_if_vital(error)));
            }),
        );
        answered.await.unwrap_or_else(|_| Err(self.gone()))
    }

    fn gone(&self) -> StoreError {
        self.base.health.stop("a thread of the store ended")
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(Threads { writer, readers, handles }) = self.threads.take() {
            drop((writer, readers));
            for handle in handles {
                let _ = handle.join();
            }
        }
    }
}

fn write_loop(base: &Base, jobs: &Receiver<WriteJob>) {
    let mut next = jobs.recv().ok();
    while let Some(job) = next.take() {
        match job {
            WriteJob::Alone(job) => job(base),
            WriteJob::Batch { batch, answer } => {
                let mut size = batch.size();
                let (mut group, mut answers) = (vec![batch], vec![answer]);
                while group.len() < GROUP.0 && size < GROUP.1 {
                    match jobs.try_recv() {
                        Ok(WriteJob::Batch { batch, answer }) => {
                            size += batch.size();
                            group.push(batch);
                            answers.push(answer);
                        }
                        Ok(alone) => {
                            next = Some(alone);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                match write_group(base, &group) {
                    Ok(outcomes) => answers.into_iter().zip(outcomes).for_each(|(answer, outcome)| {
                        let _ = answer.send(Ok(outcome));
                    }),
                    Err(error) => answers.into_iter().for_each(|answer| {
                        let _ = answer.send(Err(error.clone()));
                    }),
                }
            }
        }
        if next.is_none() {
            next = jobs.recv().ok();
        }
    }
}

/// The keys first, then what is sealed under them.
fn write_group(base: &Base, group: &[Batch]) -> Result<Vec<Outcome>, StoreError> {
    base.health.check()?;
    base.keyring.flush().map_err(|why| base.health.stop(&format!("the keyring cannot be written: {why}")))?;
    base.engine.write(group).map_err(|why| base.health.stop(&why.to_string()))
}

fn read_loop(base: &Base, jobs: &Mutex<Receiver<ReadJob>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(base),
            Err(_) => return,
        }
    }
}
