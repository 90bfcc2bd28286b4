//! Checking a whole store: every checksum, and that what points somewhere finds it. Must never repair.

use crate::{
    Opened, RequestId, Store,
    corrupt::Corrupt,
    engine::{Sink, read_counter},
    error::StoreError,
    frame,
    keys::{
        self, COUNTER, DEDUPE, DUE, EXTERNAL, INCIDENT, LANE, LOG, MESSAGE, Parts, REQUEST, TIMELINE, TIMER,
    },
    lanes, library_incidents, log, reads,
    runner::Base,
    store::{message_key, request_key, timeline_key},
    timers,
};

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// How many rows were read.
    pub rows: u64,
    /// How many requests there are.
    pub requests: u64,
    /// How many records have byte strings whose key was destroyed.
    pub erased: u64,
    /// What is wrong, row by row. Empty: no problems were found.
    pub problems: Vec<Corrupt>,
}

impl Store {
    /// Reads every row and follows every pointer. On sled, commits wait until it is done.
    ///
    /// # Errors
    /// When the engine cannot read; what is damaged is in the report.
    pub async fn check(&self) -> Result<CheckReport, StoreError> {
        self.runner()
            .read(|base| {
                base.engine.verify()?;
                let (mut report, mut keys) = (CheckReport::default(), Vec::new());
                let sink: &mut Sink<'_> = &mut |key, value| {
                    report.rows += 1;
                    report.requests += u64::from(key.first() == Some(&REQUEST));
                    if let Some(needed) = row(base, &mut report, key, value) {
                        keys.push((key.to_vec(), needed));
                    }
                    Ok(())
                };
                base.engine.walk(sink)?;
                for (key, needed) in keys {
                    // Both are looked for now: a commit may have removed the row since the walk.
                    if base.engine.get(&needed)?.is_none() && base.engine.get(&key)?.is_some() {
                        let why = format!(
                            "what it points to, {} {}, is missing",
                            keys::table(&needed),
                            keys::hex(&needed)
                        );
                        report.problems.push(keys::corrupt(&key, &why));
                    }
                }
                Ok(report)
            })
            .await
    }
}

/// Checks one row; gives the key that must be there for it.
fn row(base: &Base, report: &mut CheckReport, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
    let needed = match key.first() {
        Some(&COUNTER) => {
            return match read_counter(key, value) {
                Ok(_) => None,
                Err(why) => {
                    report.problems.push(keys::corrupt(key, &why.why));
                    None
                }
            };
        }
        Some(&REQUEST) => reads::read_row(key, value).map(|stored| Some(timeline_last(&stored))),
        Some(&TIMELINE | &MESSAGE) => reads::pointer(key, value).map(|at| Some(at.key())),
        Some(&LOG) => log::parse(key, value).and_then(|logged| logged.open(key, &base.keyring)).map(|step| {
            report.erased += u64::from(step.bodies.iter().any(|body| body.plaintext == Opened::Erased));
            None
        }),
        Some(&LANE) => lanes::read(key, value).map(|entry| Some(message_key(entry.message))),
        Some(&TIMER) => timers::read_timer(key, value).map(|timer| Some(timers::due_key(&timer))),
        Some(&DUE) => timers::read_due(key, value).map(|timer| Some(timers::timer_key(&timer))),
        Some(&EXTERNAL) => frame::read(key, value).and_then(|framed| {
            let id = framed.payload.try_into().map_err(|_| keys::corrupt(key, "it is not a request id"))?;
            Ok(Some(request_key(RequestId::from_bytes(id))))
        }),
        Some(&DEDUPE) => frame::read(key, value).and_then(|framed| {
            let step = framed.payload.first_chunk().ok_or_else(|| keys::corrupt(key, "it is cut short"))?;
            Ok(Some(timeline_key(Parts::new(key).request()?, u64::from_be_bytes(*step))))
        }),
        Some(&INCIDENT) => library_incidents::read(key, value).map(|_| None),
        _ => frame::read(key, value).map(|_| None),
    };
    needed.unwrap_or_else(|problem| {
        report.problems.push(problem);
        None
    })
}

/// A request whose records retention has taken has no timeline; any other has the step of its version.
fn timeline_last(stored: &crate::RequestRow) -> Vec<u8> {
    match stored.lifecycle {
        crate::Lifecycle::Closed { .. } => request_key(stored.request),
        crate::Lifecycle::Open => timeline_key(stored.request, stored.version.number),
    }
}
