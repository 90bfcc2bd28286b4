//! Killed at any instant, it restarts into the state it would have had. `ILLGATE_KILL_ROUNDS` says how much of it is played;
//! `conformance-tests/kill-rounds` plays much.

mod brokered;
mod hosted;
mod loan;
mod moments;

/// Rounds where nobody says otherwise: enough to see a broken promise, few enough for every run.
const USUAL_ROUNDS: u32 = 4;

/// How many rounds are played.
fn asked_for() -> u32 {
    std::env::var("ILLGATE_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(USUAL_ROUNDS)
}
