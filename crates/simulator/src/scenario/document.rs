//! `SCENARIOS.md`, put together from the declarations.

use super::{
    Word,
    details::Detail,
    requester::{RequesterTrigger, RequesterWord},
    supplier::{FaultWord, SupplierTrigger, SupplierWord},
};

const OPENING: &str = "# The scenario language

A simulated library does what its scenario says. A scenario is a list of steps, parted by commas, semicolons or line ends:

```
will-supply, loaned due +14d, overdue on received after 2s, renew no, loan-completed on shipped-return
```

- A step with `on TRIGGER` (or `after TRIGGER`) begins a chain: it runs when that happens, and the steps after it follow.
- A step without one follows the step before it; the steps before the first `on` run when the request arrives.
- `after 200ms` waits before the step. Durations are `ms`, `s`, `m`, `h`, `d`, `w`, in real time.
- The next step of a chain runs when the message before it has been confirmed.
- Steps may stand in any order, also in one that no library should have: `loaned, will-supply` sends them so.
- If a trigger begins several chains, the first time takes the first, the second time the second; the last one serves every later time:
  `renew yes due +14d, renew no` grants one renewal.
- When the request ends (unfilled, cancelled, completed), what other chains still had to do is dropped.
- Dates are `+14d`, `-2h` or `2027-01-31`. Put a text of several words in double quotes. `#` begins a comment.
- Letter case, hyphens and underscores make no difference: `ShippedReturn` is `shipped-return`.

## Where it stands

A supplier's scenario is looked for in this order:

1. in the request: a line of its note, its `supplierUniqueRecordId` or a `bibliographicRecordId` that begins with `sim:` (or `scenario:`),
   followed by the name of one of the library's scenarios, or by a scenario: `sim: unfilled NotOnShelf`. One that cannot be read is
   answered with ERROR and a sentence that says why;
2. by the request's title, where the library has a scenario for a part of it;
3. the library's own;
4. else it supplies.

## What is usual

What a scenario says nothing about is done as usual: a request or a retry is answered with `will-supply`, then `loaned` or `copy-completed`; a renewal with
`renew yes due +28d` while the item is out, else `renew no`; a cancel with `cancel yes` until something was shipped, else `cancel no`; a status request with
`status`; an accepted condition with `loaned` or `copy-completed`, a declined one with `unfilled PolicyProblem`; `shipped-return` with `loan-completed`;
`lost` with `completed-without-return`. `silent` puts an end to that. A requester does nothing that its plan does not say.

## A set of libraries

```toml
broker = \"http://127.0.0.1:18626/iso18626\"   # where every library's messages go; left out: here
broker-symbol = \"ISIL:BROKER\"               # whom requests are addressed to

[scenarios]                                 # names that every library knows
refuses = \"unfilled NotAvailableForILL\"

[[library]]
symbol = \"ISIL:ASPEN\"
name = \"Aspen Public Library\"
port = 19001                                # left out: a free one
edition = \"1.2\"                             # 1.1, 1.2 or 2021-2
scenario = \"will-supply, loaned due +21d, overdue on received after 2s\"

[library.scenarios]                         # names that this one knows: sim:dear
dear = \"retry cost 12.50 USD before +7d, will-supply on retry, loaned\"

[library.titles]                            # by a part of the title
\"Wildflowers\" = \"unfilled NotOnShelf\"

[[library]]
symbol = \"ISIL:BOULDER\"
edition = \"2021-2\"

[[library.request]]                         # what it asks for
title = \"A Field Guide to Lichens\"
service = \"loan\"                            # loan, copy or copy-or-loan
max-cost = \"20.00 USD\"
plan = \"received on loaned, shipped-return after 5s\"
after-seconds = 1
every-seconds = 60
```

A library may also have `version` (the version string it writes), `timestamp-echo` (`timestamp` or `timestampReceived`: which field of its
confirmations repeats a message's timestamp), `pace-milliseconds` (how long it takes before it acts) and `books-after-milliseconds` (how long
after its confirmation it knows a request of its own: what is said about it before that is refused). A request may also have `author`, `note`
and `to` (a symbol).
Its page is at `/` of its port, its flow log as JSON at `/log`.
";

/// The whole document.
pub fn document() -> String {
    let mut text = OPENING.to_owned();
    section(&mut text, "A supplier's steps", SupplierWord::ALL.iter().map(|word| word.declared()));
    section(&mut text, "A supplier's triggers", SupplierTrigger::ALL.iter().map(|word| word.declared()));
    section(&mut text, "Faults of an `answer`", FaultWord::ALL.iter().map(|word| word.declared()));
    section(&mut text, "A requester's steps", RequesterWord::ALL.iter().map(|word| word.declared()));
    section(&mut text, "A requester's triggers", RequesterTrigger::ALL.iter().map(|word| word.declared()));
    section(&mut text, "Details of a step", Detail::ALL.iter().map(|word| word.declared()));
    text
}

fn section(text: &mut String, title: &str, words: impl Iterator<Item = Word>) {
    text.push_str(&format!("\n## {title}\n\n| word | meaning | for example |\n|---|---|---|\n"));
    for Word { word, takes, means, example } in words {
        let usage = if takes.is_empty() { word.to_owned() } else { format!("{word} {takes}") };
        let usage = usage.replace('|', "\\|");
        let example =
            if example.is_empty() { String::new() } else { format!("`{}`", example.replace('|', "\\|")) };
        text.push_str(&format!("| `{usage}` | {means} | {example} |\n"));
    }
}
