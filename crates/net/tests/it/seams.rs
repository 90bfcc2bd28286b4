//! The stepped clock: dates move when they are told to, durations do not.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use net::{Clock, Elapsed, Random, RealClock, SteppedClock, SystemRandom, timeout};

fn start() -> Timestamp {
    "2026-11-24T20:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn advancing_wakes_who_waits_for_the_date() {
    let clock = SteppedClock::standing(Arc::new(RealClock), start());
    let at = |secs: i64| start() + SignedDuration::from_secs(secs);
    let soon = tokio::spawn(clock.sleep_until(at(10)));
    let late = tokio::spawn(clock.sleep_until(at(30)));
    clock.sleep_until(at(0)).await;
    clock.advance(SignedDuration::from_secs(10));
    soon.await.unwrap();
    assert!(!late.is_finished());
    clock.advance(SignedDuration::from_secs(-60));
    assert_eq!(clock.now(), at(10), "never back");
    clock.clone().advance(SignedDuration::from_hours(24 * 3));
    late.await.unwrap();
}

#[tokio::test]
async fn a_sleeper_outlives_the_clock_it_asked() {
    let clock = SteppedClock::standing(Arc::new(RealClock), start());
    let asleep = clock.sleep_until(start() + SignedDuration::from_secs(1));
    drop(clock);
    assert_eq!(timeout(&RealClock, Duration::from_millis(50), asleep).await, Err(Elapsed));
}

#[tokio::test]
async fn a_running_clock_runs_and_jumps() {
    let clock = SteppedClock::running(Arc::new(RealClock));
    let before = clock.now();
    clock.sleep_until(before + SignedDuration::from_millis(20)).await;
    assert!(clock.now() >= before + SignedDuration::from_millis(20));
    let next_week = before + SignedDuration::from_hours(24 * 7);
    let asleep = tokio::spawn(clock.sleep_until(next_week));
    clock.advance(SignedDuration::from_hours(24 * 7));
    asleep.await.unwrap();
    assert!(clock.now() >= next_week);
}

#[tokio::test]
async fn time_is_up_by_the_duration_and_not_by_the_date() {
    let clock = SteppedClock::standing(Arc::new(RealClock), start());
    clock.advance(SignedDuration::from_hours(24 * 99));
    assert_eq!(timeout(&clock, Duration::from_secs(60), async { 7 }).await, Ok(7));
    let never = std::future::pending::<()>();
    assert_eq!(timeout(&clock, Duration::from_millis(5), never).await, Err(Elapsed));
}

#[test]
fn random_numbers_differ() {
    assert_ne!(SystemRandom.next_u128(), SystemRandom.next_u128());
}
