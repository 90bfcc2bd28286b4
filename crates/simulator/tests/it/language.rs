//! The language: its declaration, its errors, its document.

use std::time::Duration;

use simulator::{
    RequesterPlan, ScenarioError, SupplierScenario,
    scenario::{
        AnswerFault, Detail, FaultWord, RequesterTrigger, RequesterWord, SupplierStep, SupplierTrigger,
        SupplierWord, Word, document,
    },
};

fn error(text: &str) -> ScenarioError {
    text.parse::<SupplierScenario>().expect_err(text)
}

#[test]
fn every_example_in_the_declaration_can_be_read_and_uses_its_word() {
    fn check<S: std::str::FromStr<Err = ScenarioError>>(words: impl Iterator<Item = Word>) {
        for word in words.filter(|word| !word.example.is_empty()) {
            assert!(
                word.example.contains(word.word),
                "`{}` is not in its example `{}`",
                word.word,
                word.example
            );
            if let Err(problem) = word.example.parse::<S>() {
                panic!("the example of `{}`, `{}`: {problem}", word.word, word.example);
            }
        }
    }
    check::<SupplierScenario>(SupplierWord::ALL.iter().map(|word| word.declared()));
    check::<SupplierScenario>(SupplierTrigger::ALL.iter().map(|word| word.declared()));
    check::<SupplierScenario>(FaultWord::ALL.iter().map(|word| word.declared()));
    check::<SupplierScenario>(Detail::ALL.iter().map(|word| word.declared()));
    check::<RequesterPlan>(RequesterWord::ALL.iter().map(|word| word.declared()));
    check::<RequesterPlan>(RequesterTrigger::ALL.iter().map(|word| word.declared()));
}

#[test]
fn the_document_says_what_the_declaration_says() {
    testkit::same_as_checked_in("crates/simulator/SCENARIOS.md", &document());
}

#[test]
fn steps_form_chains_and_later_times_take_the_last_chain() {
    let scenario: SupplierScenario =
        "will-supply; loaned after 200ms\noverdue after received # later\nrenew yes due +14d, Renew no"
            .parse()
            .unwrap();
    let lengths: Vec<_> = scenario.chains().iter().map(|chain| (chain.on, chain.steps.len())).collect();
    assert_eq!(
        lengths,
        [
            (SupplierTrigger::Request, 2),
            (SupplierTrigger::Received, 1),
            (SupplierTrigger::Renew, 1),
            (SupplierTrigger::Renew, 1),
        ]
    );
    assert_eq!(scenario.chains()[0].steps[1].after, Duration::from_millis(200));
    let answer = |nth| match &scenario.chain(SupplierTrigger::Renew, nth).unwrap().steps[0].step {
        SupplierStep::Renew(answer, _) => answer.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!([answer(0), answer(1), answer(5)], ["Y", "N", "N"]);
}

#[test]
fn the_wire_spelling_of_a_word_is_understood_too() {
    let ours: SupplierScenario = "will-supply, loaned, loan-completed on shipped-return".parse().unwrap();
    let theirs: SupplierScenario = "WillSupply, Loaned, LoanCompleted on ShippedReturn".parse().unwrap();
    assert_eq!(ours, theirs);
}

#[test]
fn faults_are_counted() {
    let scenario: SupplierScenario = "answer http 503 times 3, will-supply".parse().unwrap();
    let first = &scenario.chains()[0].steps[0].step;
    assert_eq!(first, &SupplierStep::Answer(AnswerFault::Http(503), 3));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_way_out() {
    for (text, line, column, part) in [
        ("", 1, 1, "at least one step"),
        ("will-supply, lonaed", 1, 14, "did you mean `loaned`?"),
        ("will-supply\n  banana", 2, 3, "a step begins with one of `request-received`"),
        ("loaned due soon", 1, 12, "a date such as `+14d`"),
        ("loaned due", 1, 8, "after `due` there should be a date"),
        ("loaned on friday", 1, 11, "a trigger: one of `request`"),
        ("renew maybe", 1, 7, "`yes` or `no`, not `maybe`"),
        ("retry cost cheap USD", 1, 12, "an amount such as `12.50`"),
        ("retry cost 12.50 dollars", 1, 18, "a currency such as `USD`"),
        ("answer http 99", 1, 13, "an HTTP status"),
        ("answer sulk", 1, 8, "a fault: one of http"),
        ("answer reset note \"x\"", 1, 14, "`answer` has no `note`; it takes `times`"),
        ("will-supply due +3d", 1, 13, "`will-supply` has no `due`"),
        ("loaned after 3 days", 1, 14, "a duration such as `200ms`"),
        ("loaned note \"never closed", 1, 13, "never closed"),
        ("loaned loaned", 1, 8, "steps are parted by commas"),
        ("loaned afetr 3s", 1, 8, "did you mean `after`?"),
    ] {
        let problem = error(text);
        assert_eq!((problem.line, problem.column), (line, column), "{text}: {problem}");
        assert!(problem.sentence.contains(part), "{text}: {problem}");
    }
    let plan = "loaned on sent".parse::<RequesterPlan>().unwrap_err();
    assert!(plan.sentence.contains("a step begins with one of `received`"), "{plan}");
}
