//! What is played: the kinds of requests, what suppliers do about them, and how each may end. Must never say how an end comes about: the
//! books of those who took part do.

use iso18626::Status;
use simulator::NewRequest;

/// What a supplier may do about a request. The request's title tells each supplier which of these it does.
pub(super) const BEHAVIOURS: &[(&str, &str)] = &[
    ("lends", "will-supply, loaned due +14d"),
    ("lends-at-once", "loaned due +14d"),
    ("expects", "expect-to-supply, will-supply, loaned due +14d"),
    ("lends-once", "will-supply, loaned due +14d, renew no"),
    ("calls-back", "will-supply, loaned due +14d, recalled on received"),
    ("misses-it", "will-supply, loaned due +14d, overdue on received"),
    ("says-twice", "will-supply twice, loaned due +14d twice, loan-completed on shipped-return twice"),
    (
        "says-again",
        "will-supply restamped, loaned due +14d restamped, loan-completed on shipped-return restamped",
    ),
    ("copies", "will-supply, copy-completed url https://copies.example/1.pdf"),
    ("no", "unfilled NotOnShelf"),
    ("changes-its-mind", "will-supply, unfilled NotOnShelf after 20ms"),
    ("promises", "will-supply"),
    ("keeps-its-word", "will-supply, cancel no, loaned due +14d, cancel no"),
    ("on-condition", "conditional LibraryUseOnly, will-supply on accept, loaned due +14d"),
    ("wants-money", "retry cost 12.50 USD, will-supply on retry, loaned due +14d"),
    ("busy", "answer http 503 times 2, will-supply, loaned due +14d"),
    ("loses-its-answer", "answer lost, will-supply, loaned due +14d"),
    ("shows-a-page", "answer html, will-supply, loaned due +14d"),
    ("answers-late", "answer late 300ms, will-supply, loaned due +14d"),
    ("takes-its-time", "will-supply after 300ms, loaned due +14d"),
    ("silent", "silent"),
    // What a hosted library's staff do: their ILS knows no scenario.
    (STAFF_LEND, "silent"),
    (STAFF_REFUSE, "silent"),
];

/// The staff of a hosted library lend it.
pub(super) const STAFF_LEND: &str = "staff-lend";
/// The staff of a hosted library do not find it.
pub(super) const STAFF_REFUSE: &str = "staff-refuse";

/// Which suppliers can be asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suppliers {
    /// Those that the gateway reaches, and those behind other brokers as far as these let the request end.
    All,
    /// Those that the gateway reaches itself.
    Direct,
    /// Of these, those who can be told all that the edition of 2021 can.
    Direct2021,
    /// Libraries that the gateway hosts.
    Hosted,
    /// The library behind a broker that puts a second request in the place of a cancelled one.
    BehindReplacer,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Requesters {
    /// Everybody, those behind other brokers too as far as these let the request end.
    All,
    /// Those that ask the gateway itself.
    Direct,
    /// Of these, those who mean by a Cancel to their supplier that the next one is to be asked.
    DirectNextSupplier,
    /// Of these, those who can say all that the edition of 2021 can.
    Direct2021,
    /// Patrons of libraries that the gateway hosts.
    Hosted,
}

/// Whether a request ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// It does.
    Runs,
    /// Somebody is silent: the clock is moved until it has ended.
    IsMoved,
}

/// A kind of request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Play {
    pub(super) name: &'static str,
    pub(super) asks: fn(&str) -> NewRequest,
    /// What each supplier does, in the order of asking.
    pub(super) rota: &'static [&'static str],
    pub(super) suppliers: Suppliers,
    pub(super) requesters: Requesters,
    /// What the requester does of its own accord.
    pub(super) plan: &'static str,
    /// How it may end for the requester: several where messages cross.
    pub(super) ends: &'static [Status],
    pub(super) time: Time,
}

impl Play {
    /// Whether an item may be lent.
    pub(super) fn may_lend(&self) -> bool {
        self.rota.iter().any(|behaviour| lends(behaviour))
    }
}

/// Whether a supplier that does this may lend the item.
pub(super) fn lends(behaviour: &str) -> bool {
    BEHAVIOURS.iter().any(|(name, scenario)| *name == behaviour && scenario.contains("loaned"))
}

const RETURNS: &str = "received on loaned, shipped-return after 5ms";

const LOAN: Play = Play {
    name: "loan",
    asks: NewRequest::loan,
    rota: &["lends"],
    suppliers: Suppliers::All,
    requesters: Requesters::All,
    plan: RETURNS,
    ends: &[Status::LoanCompleted],
    time: Time::Runs,
};

const DIRECT: Play = Play { suppliers: Suppliers::Direct, requesters: Requesters::Direct, ..LOAN };

/// Every kind.
pub(super) const PLAYS: &[Play] = &[
    LOAN,
    Play { name: "loan-at-once", rota: &["lends-at-once"], ..LOAN },
    Play { name: "loan-expected", rota: &["expects"], ..LOAN },
    Play { name: "renewed", plan: "received on loaned, renew, shipped-return on renew-answer", ..LOAN },
    Play {
        name: "renewal-refused",
        rota: &["lends-once"],
        plan: "received on loaned, renew, shipped-return on renew-answer",
        ..LOAN
    },
    Play {
        name: "recalled",
        rota: &["calls-back"],
        plan: "received on loaned, shipped-return on recalled",
        ..LOAN
    },
    Play {
        name: "overdue",
        rota: &["misses-it"],
        plan: "received on loaned, shipped-return on overdue",
        ..LOAN
    },
    Play {
        name: "lost",
        requesters: Requesters::Direct2021,
        suppliers: Suppliers::Direct2021,
        plan: "received on loaned, lost",
        ends: &[Status::CompletedWithoutReturn],
        ..LOAN
    },
    Play {
        name: "asks-where-it-is",
        plan: "status-request on will-supply, received on loaned, status-request, shipped-return after 5ms",
        ..LOAN
    },
    Play {
        name: "copy",
        asks: NewRequest::copy,
        rota: &["copies"],
        plan: "notification on copy-completed note \"thank you\"",
        ends: &[Status::CopyCompleted],
        ..LOAN
    },
    Play { name: "second-choice", rota: &["no", "lends"], ..LOAN },
    Play { name: "third-choice", rota: &["no", "no", "lends-at-once"], ..LOAN },
    Play { name: "changed-mind", rota: &["changes-its-mind", "lends"], ..LOAN },
    Play { name: "nobody", rota: &["no", "no"], ends: &[Status::Unfilled], ..LOAN },
    Play { name: "says-twice", rota: &["says-twice"], ..LOAN },
    Play { name: "says-again", rota: &["says-again"], ..LOAN },
    Play { name: "asks-twice", plan: "received on loaned twice, shipped-return restamped after 5ms", ..LOAN },
    Play { name: "busy", rota: &["busy"], suppliers: Suppliers::Direct, ..LOAN },
    Play { name: "lost-answer", rota: &["loses-its-answer"], suppliers: Suppliers::Direct, ..LOAN },
    Play { name: "web-page", rota: &["shows-a-page"], suppliers: Suppliers::Direct, ..LOAN },
    Play { name: "late-answer", rota: &["answers-late"], ..LOAN },
    Play {
        name: "cancelled",
        rota: &["promises"],
        plan: "cancel on will-supply",
        ends: &[Status::Cancelled],
        ..LOAN
    },
    Play {
        name: "cancel-refused",
        rota: &["keeps-its-word"],
        plan: "cancel on will-supply, received on loaned, shipped-return after 5ms",
        ..LOAN
    },
    Play {
        name: "cancel-crosses",
        plan: "cancel on will-supply, received on loaned, shipped-return after 5ms",
        ends: &[Status::LoanCompleted, Status::Cancelled],
        ..LOAN
    },
    Play {
        name: "cancel-at-once",
        plan: "cancel on sent, received on loaned, shipped-return after 5ms",
        ends: &[Status::LoanCompleted, Status::Cancelled],
        ..LOAN
    },
    Play {
        name: "cancel-too-late",
        plan: "cancel on loaned, received on cancel-answer, shipped-return after 5ms",
        ..LOAN
    },
    Play {
        name: "next-please",
        rota: &["promises", "lends"],
        requesters: Requesters::DirectNextSupplier,
        plan: "cancel on will-supply to supplier, wait on will-supply, received on loaned, shipped-return after 5ms",
        ..DIRECT
    },
    Play {
        name: "condition-agreed",
        rota: &["on-condition"],
        plan: "accept on condition, received on loaned, shipped-return after 5ms",
        suppliers: Suppliers::Direct,
        requesters: Requesters::Direct,
        ..LOAN
    },
    Play {
        name: "condition-declined",
        rota: &["on-condition", "lends"],
        plan: "decline on condition, received on loaned, shipped-return after 5ms",
        suppliers: Suppliers::Direct,
        requesters: Requesters::Direct,
        ..LOAN
    },
    Play {
        name: "asked-again-for-more",
        rota: &["wants-money"],
        plan: "retry on retry-possible cost 15.00 USD, received on loaned, shipped-return after 5ms",
        suppliers: Suppliers::Direct,
        requesters: Requesters::Direct,
        ..LOAN
    },
    Play {
        name: "silent",
        rota: &["silent", "lends"],
        suppliers: Suppliers::Direct,
        requesters: Requesters::Direct,
        time: Time::IsMoved,
        ..LOAN
    },
    Play {
        name: "cancel-replaced",
        rota: &["takes-its-time"],
        suppliers: Suppliers::BehindReplacer,
        requesters: Requesters::Direct,
        plan: "cancel on sent, received on loaned, shipped-return after 5ms",
        // A cancel that comes before the request has left is the end of it; any later one, that broker takes and does not do.
        ends: &[Status::LoanCompleted, Status::Cancelled],
        ..LOAN
    },
    Play { name: "hosted-borrows", requesters: Requesters::Hosted, suppliers: Suppliers::Direct, ..LOAN },
    Play {
        name: "hosted-hears-no",
        rota: &["no"],
        requesters: Requesters::Hosted,
        suppliers: Suppliers::Direct,
        ends: &[Status::Unfilled],
        ..LOAN
    },
    Play {
        name: "hosted-lends",
        rota: &[STAFF_LEND],
        requesters: Requesters::Direct,
        suppliers: Suppliers::Hosted,
        ..LOAN
    },
    Play {
        name: "hosted-does-not-find-it",
        rota: &[STAFF_REFUSE],
        requesters: Requesters::Direct,
        suppliers: Suppliers::Hosted,
        ends: &[Status::Unfilled],
        ..LOAN
    },
    Play {
        name: "hosted-both",
        rota: &[STAFF_LEND],
        requesters: Requesters::Hosted,
        suppliers: Suppliers::Hosted,
        ..LOAN
    },
];

#[cfg(test)]
mod tests {
    use simulator::{RequesterPlan, SupplierScenario};

    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_what_is_played_in_it_can_be_read() {
        let names: std::collections::BTreeSet<&str> = PLAYS.iter().map(|play| play.name).collect();
        assert_eq!(names.len(), PLAYS.len());
        for (_, scenario) in BEHAVIOURS {
            scenario.parse::<SupplierScenario>().unwrap_or_else(|why| panic!("{scenario}: {why}"));
        }
        for play in PLAYS {
            play.plan.parse::<RequesterPlan>().unwrap_or_else(|why| panic!("{}: {why}", play.name));
            assert!(!play.rota.is_empty() && !play.ends.is_empty(), "{}", play.name);
            for wanted in play.rota {
                assert!(BEHAVIOURS.iter().any(|(known, _)| known == wanted), "{}: {wanted}", play.name);
            }
        }
    }
}
