//! Any message, in each edition: what is written is valid against the official schema, reads back without a word, and is what the
//! conversion said it would be.

use std::cell::RefCell;

use iso18626::{Edition, ReadOptions, WriteOptions, convert, read, write};
use proptest::test_runner::{Config, TestRunner};

use crate::{arbitrary::any_message, official::Official};

/// How many messages in each edition.
const CASES: u32 = 400;

#[test]
fn what_is_written_reads_back_as_the_conversion_said() {
    for edition in Edition::ALL {
        TestRunner::new(Config::with_cases(CASES))
            .run(&any_message(), |message| {
                let options = WriteOptions::new(edition);
                let (converted, losses) = convert(&message, &options);
                let written = write(&message, &options).map_err(|why| fail(format!("{edition}: {why}")))?;
                let text = String::from_utf8_lossy(&written.bytes).into_owned();
                let reading = read(&written.bytes, &ReadOptions::default())
                    .map_err(|why| fail(format!("{edition}: {why} in {text}")))?;
                proptest::prop_assert_eq!(&reading.diagnostics, &vec![], "{}", &text);
                proptest::prop_assert_eq!(&reading.extras, &vec![]);
                proptest::prop_assert_eq!(reading.edition, edition, "{}", &text);
                proptest::prop_assert_eq!(&reading.message, &converted, "{}", &text);
                proptest::prop_assert_eq!(written.losses, losses);
                Ok(())
            })
            .unwrap_or_else(|why| panic!("{edition}: {why}"));
    }
}

#[test]
fn a_second_conversion_loses_nothing_more() {
    for edition in Edition::ALL {
        TestRunner::new(Config::with_cases(CASES))
            .run(&any_message(), |message| {
                let options = WriteOptions::new(edition);
                let (once, _) = convert(&message, &options);
                let (twice, losses) = convert(&once, &options);
                proptest::prop_assert_eq!(&losses, &vec![], "{:?}", &once);
                proptest::prop_assert_eq!(twice, once);
                Ok(())
            })
            .unwrap_or_else(|why| panic!("{edition}: {why}"));
    }
}

#[test]
fn what_is_written_is_valid() {
    let Some(official) = Official::find() else { return };
    for edition in Edition::ALL {
        let all = RefCell::new(Vec::new());
        TestRunner::new(Config::with_cases(CASES))
            .run(&any_message(), |message| {
                let written =
                    write(&message, &WriteOptions::new(edition)).map_err(|why| fail(why.to_string()))?;
                all.borrow_mut().push(written.bytes);
                Ok(())
            })
            .unwrap_or_else(|why| panic!("{edition}: {why}"));
        match edition {
            // 1.1 has no official schema here; it is 1.2 without a few elements, one of which 1.2 demands.
            Edition::V1_1 => {}
            edition => official.assert_valid(edition, all.borrow().iter().map(Vec::as_slice)),
        }
    }
}

fn fail(why: String) -> proptest::test_runner::TestCaseError {
    proptest::test_runner::TestCaseError::fail(why)
}
