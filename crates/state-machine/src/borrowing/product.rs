//! Walks the whole product of states and triggers of both tables.

use super::{
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::rows::walk::{reached, walk};

#[test]
fn each_pair_of_the_request_has_a_row() {
    walk(REQUEST_TABLE, Phase::ALL, RequestTrigger::ALL);
}

#[test]
fn each_pair_of_a_volume_has_a_row() {
    walk(VOLUME_TABLE, VolumeState::ALL, VolumeTrigger::ALL);
}

#[test]
fn each_state_is_reachable() {
    let phases = reached(REQUEST_TABLE, Phase::Checking);
    let volumes = reached(VOLUME_TABLE, VolumeState::InTransit);
    for phase in Phase::ALL {
        assert!(phases.contains(phase), "{phase} is never reached");
    }
    for state in VolumeState::ALL {
        assert!(volumes.contains(state), "{state} is never reached");
    }
}
