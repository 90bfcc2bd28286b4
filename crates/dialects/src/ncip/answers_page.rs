//! The page about answers: what one must say to be one, what is a no, and how standing and dates are read; written from the tables that judge.

use ncip::SUBSTANCE;

use super::{
    scrub::LONGEST_PASSED_ON,
    settings::DateForm,
    standing::{BAD, EXPIRED, GOOD, HARMLESS, NEGATIONS, REFUSED},
};

/// `schemas/ncip-answers.md`.
pub fn answers_reference() -> String {
    let substance: String =
        SUBSTANCE.iter().map(|(answer, what)| format!("| `{answer}` | {} |\n", what.join("; "))).collect();
    let forms: String = DateForm::ALL
        .iter()
        .skip(1)
        .map(|form| format!("| `{}` | {} |\n", form.as_str(), form.meaning()))
        .collect();
    let list = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    format!(
        "{HEAD}
## What an answer must say

An answer that lacks one of these, breaks off, answers another service, or names another user, item or request than was asked about is *no answer*.
Where an ILS names users by ids of its own, only an id of the same form that is another counts (`user_ids` of its settings).
What was asked may have been done: the ILS is asked about it first, and the command is sent again, byte for byte, where that is harmless; else staff
are asked. An ILS that answers so four times is well, and the one call waits for staff. A question that it does not serve says nothing.

| answer | says |
|---|---|
{substance}
## What is a no

A Problem is a no in its own words wherever it stands: beside data, within optional fields or an `Ext`, in the other version's form, as the root of
the message, or as an element with an error's name (`Error`, `Fault`, `Exception`, `Failure` in it). `Temporary Processing Failure` is asked again.
Where a schema has data and a Problem exclude one another, what is passed on is the Problem, with its scheme, without an empty `ProblemElement`,
without stack traces, and in at most {LONGEST_PASSED_ON} characters.

Bytes that say UTF-8 and are not are read as windows-1252, control characters are replaced, and blank lines before the declaration are read past.

## How a patron stands

Of the privileges, the one counts whose `AgencyUserPrivilegeType` is `STATUS`, or what `standing_privilege` names; category and branch say nothing. Words
are read whole, in any case; a negation ({negations}) turns the next one. Who is found, with no word and no block, stands well. A word that is not
known is left to staff, and `good_standing` and `bad_standing` name a library's own.

| stands | words |
|---|---|
| well | {good} |
| badly | {bad} |
| expired | {expired} |

Of the blocks, {harmless} and all traps refuse no request, and an empty one is none. A block refuses that says one of the words for standing badly, or is
about one of these: {refused}. Any other is left to staff.

## Dates

Every form of `xs:date` and `xs:dateTime` is read, with a zone or without one (then it is the library's); a blank for the `T` and missing seconds too.
A date alone, and a time of midnight, are the end of that day; `24:00:00` is the end of its day as well. `date_form` names one more form:

| `date_form` | is |
|---|---|
{forms}
A date that is empty is none. One that cannot be read is an incident about the library (`ncip.date`), one for each form: a loan goes on with the date that
was asked for, a card counts as valid.
",
        negations = list(NEGATIONS),
        good = list(GOOD),
        bad = list(BAD),
        expired = list(EXPIRED),
        harmless = list(HARMLESS),
        refused = list(REFUSED),
    )
}

const HEAD: &str = "# How answers in NCIP are read

Generated from the code; a test fails when it is stale.

For vendors of ILSs, and for those who set a library up: what is asked of an answer before it counts, from a library's own ILS and between members
alike. `illgate conformance --role ncip-initiator` and `--role ncip-responder` hold other systems to the same (areas NA and NC).
";
