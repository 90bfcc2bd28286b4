//! `ILS.md`, put together from the tables.

use std::fmt::Write as _;

use super::{
    dialect::{Dialect, Transport},
    quirk::{Basis, Quirk},
    stock::EXAMPLE,
    wire::Version,
};

const OPENING: &str = "# Simulated ILSs

`illgate simulate ils` plays an integrated library system that speaks NCIP: it has patrons, items, holds and loans, answers the way its
dialect does, fails when told to, and shows what it holds. It needs no gateway.

```
illgate simulate ils --dialect koha --agency ASPEN --listen 127.0.0.1:19101
curl --data-binary @lookup-user.xml -H 'Content-Type: application/xml' http://127.0.0.1:19101/ncip
```

## What it shows and takes by HTTP

| | |
|---|---|
| `POST /ncip`, or any other path | a message; the reply is in the version of the message |
| `GET /` | a page with what it holds and what was asked of it |
| `GET /ils/holdings` | the same as JSON: patrons (no PINs), items, holds, loans, charges, `carried_out` (how often each service was carried out) and `doubles` (what was carried out twice) |
| `GET /ils/exchanges` | every message and what became of it |
| `POST /ils/failures` | a failure, as below; `GET` shows those to come, `DELETE` forgets them |
| `POST /ils/desk` | something that is done at the desk: `{\"act\":\"pick-up\",\"item\":\"B-2001\",\"patron\":\"P-1001\"}` |

The desk knows `check-out`, `pick-up`, `check-in`, `renew`, `recall`, `cancel-hold`, `pull` (with `hold`) and `receive`. An ILS with `--notices`
tells what happens there; most real ones never do.

Over a bare connection (`--tcp`, usual for Voyager) messages come one after the other, each framed by its end tag; the page is on the same port.

## Failures

`SERVICE=FAULT`, or `SERVICE=FAULT*TIMES`; `any=` means every service. `--fail` takes them at the start.

| fault | what happens | is it done? |
|---|---|---|
| `refuse:PROBLEM` | refused with that problem: `CheckOutItem=refuse:User Blocked` | no |
| `http:STATUS` | that HTTP status | no |
| `garbage` | something that is no message | no |
| `late:DURATION` | the answer, so much later: `late:2s` | yes |
| `hang` | nothing | no |
| `drop-before` | the connection is closed | no |
| `drop-after` | the connection is closed | **yes** |
| `hold-before` | nothing until it is released, then the answer | **then** |
| `hold-after` | nothing until it is released, then the answer | **yes** |
| `cut` | an answer that breaks off in its middle | **yes** |
| `mis-encode` | an answer with a byte that is no UTF-8, a control character, and a blank line before it | **yes** |
| `misplace:PROBLEM` | data as if it were done, with that problem where no version has it | no |
| `repeat` | the answer twice, one after the other | **yes** |
| `stale` | what was answered last, again | **yes** |

";

/// The document.
pub fn document() -> String {
    let mut page = OPENING.to_owned();
    page.push_str("## Patrons and items\n\n```toml\n");
    page.push_str(EXAMPLE);
    page.push_str("```\n\n## Dialects\n\n| dialect | ILS | versions | transport | services | quirks |\n|---|---|---|---|---|---|\n");
    for &dialect in Dialect::ALL {
        let versions: Vec<&str> = dialect.versions().iter().map(|&version| word(version)).collect();
        let services: Vec<&str> = dialect.services().iter().map(|service| service.as_str()).collect();
        let quirks: Vec<&str> = dialect.quirks().iter().map(|quirk| quirk.as_str()).collect();
        let transport = match dialect.transport() {
            Transport::Http => "HTTP",
            Transport::RawTcp => "bare TCP",
        };
        // Writing into a string cannot fail.
        let _ = writeln!(
            page,
            "| `{dialect}` | {} | {} | {transport} | {} | {} |",
            dialect.title(),
            versions.join(", "),
            services.join(", "),
            quirks.join(", "),
        );
    }
    page.push_str("\n## Quirks\n\n*Stated*: a public source says so. *Assumed*: a reading, or a choice made for practice.\n\n");
    page.push_str("| quirk | | | whose |\n|---|---|---|---|\n");
    for &quirk in Quirk::ALL {
        let whose: Vec<&str> = Dialect::ALL
            .iter()
            .filter(|dialect| dialect.has(quirk))
            .map(|dialect| dialect.as_str())
            .collect();
        let basis = match quirk.basis() {
            Basis::Stated => "stated",
            Basis::Assumed => "assumed",
        };
        let _ = writeln!(page, "| `{quirk}` | {} | {basis} | {} |", quirk.sentence(), whose.join(", "));
    }
    page
}

fn word(version: Version) -> &'static str {
    match version {
        Version::V1 => "1.0",
        Version::V2 => "2.02",
    }
}
