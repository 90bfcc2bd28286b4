//! Where the requests of each machine can stand, and what a wrong name is answered.

use loan_model::MachineKind;
use state_machine::{hosted::Over, phases};

#[test]
fn each_machine_knows_its_own_phases_and_where_they_end() {
    assert_eq!(phases::over(MachineKind::Lending, "on-pull-list"), Some(Over::Open));
    assert_eq!(phases::over(MachineKind::Borrowing, "refused"), Some(Over::Closed));
    assert_eq!(phases::over(MachineKind::Brokering, "on-pull-list"), None);
    for machine in MachineKind::ALL {
        assert_eq!(machine.as_str().parse(), Ok(*machine));
        let over = phases::phases(*machine).iter().filter(|(_, over)| *over == Over::Closed).count();
        assert!(over >= 4, "{machine:?}");
    }
}

#[test]
fn a_wrong_phase_is_answered_with_those_there_are() {
    assert_eq!(phases::check(None, "on-pull-list"), Ok(()));
    assert_eq!(phases::check(Some(MachineKind::Lending), "on-pull-list"), Ok(()));
    let said = phases::check(Some(MachineKind::Brokering), "on-pull-list").unwrap_err().to_string();
    assert!(said.starts_with("`on-pull-list` is no phase of brokering: it has locating, asking"), "{said}");
    let said = phases::check(None, "onloan").unwrap_err().to_string();
    assert!(said.contains("; nor of borrowing: ") && said.contains("; nor of lending: "), "{said}");
}
