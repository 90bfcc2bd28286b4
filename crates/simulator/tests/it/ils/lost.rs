//! Nothing is done twice: every command, with every kind of ILS, version, transport and way of taking repeats. The command is carried out and its
//! answer is lost, cut, repeated or an older one, or it is lost on its way; then it is asked about and sent again as the gateway does. Afterwards
//! the ILS holds what it holds where all went well, or it is told what may be there twice, or it is left to staff. An answer in a wrong encoding is
//! one, and a refusal in a wrong place is a refusal.

use std::collections::BTreeSet;

use dialects::ncip::{
    AttemptKind, Exchange, Fill, Found, IlsSettings, Look, Preset, Probe, render, repeat_probe, understand,
};
use jiff::Timestamp;
use loan_model::ils::{IlsAnswer, IlsCommand, IlsUser, ItemDescription, MayBeTwice, Wanted};
use simulator::ils::{
    Circulation, Dialect, Failure, Fault, IlsServer, Quirk, Refusal, Transport, Version, circulation::Repeats,
};

use super::support::{accept, answer_bytes, stocked};
use crate::support::clock;

#[derive(Clone, Copy, Debug)]
struct Kind {
    dialect: Dialect,
    version: Version,
    transport: Transport,
    repeats: Repeats,
}

struct IlsUnderTest {
    ils: IlsServer,
    settings: IlsSettings,
}

impl IlsUnderTest {
    async fn of(kind: Kind) -> Self {
        let Kind { dialect, version, transport, repeats } = kind;
        let mut options = stocked(dialect);
        options.transport = transport;
        options.rules.repeats = repeats;
        let preset = *Preset::ALL.iter().find(|preset| preset.as_str() == dialect.as_str()).unwrap();
        let version = match version {
            Version::V1 => ncip::Version::V1_0,
            Version::V2 => ncip::Version::V2_02,
        };
        let mut settings = IlsSettings::in_version(preset, version, "ILLGATE", "HOME");
        if settings.application_profile.is_none() && !dialect.profile().is_empty() {
            settings.application_profile = Some(dialect.profile().to_owned());
        }
        IlsUnderTest { ils: IlsServer::start(options, clock()).await.unwrap(), settings }
    }

    /// Sends it once.
    async fn ask(&self, command: &IlsCommand, asked: AttemptKind) -> IlsAnswer {
        let fill = Fill { patron: Some("P1".to_owned()), private: Vec::new() };
        let message = match render(command, &fill, &self.settings) {
            Ok(rendered) => String::from_utf8(rendered.bytes().unwrap()).unwrap(),
            Err(why) => return why.answer(),
        };
        let reply = answer_bytes(&self.ils, &message).await;
        let exchange = Exchange { settings: &self.settings, fill: &fill, asked, now: clock().now() };
        understand(command, &reply, &exchange)
    }

    /// Sends it again, after a look. Nothing where it is left to staff.
    async fn ask_again(&self, command: &IlsCommand, since: Timestamp) -> Option<IlsAnswer> {
        let kind = match repeat_probe(command, &self.settings) {
            Probe::Leave => return None,
            Probe::Tolerate => AttemptKind::Repeated,
            Probe::Ask(questions) => {
                let fill = Fill { patron: Some("P1".to_owned()), private: Vec::new() };
                let mut look = Look::new(command, &fill, &self.settings, since);
                for question in questions {
                    let message = look.render(question).unwrap().bytes().unwrap();
                    let reply = answer_bytes(&self.ils, &String::from_utf8(message).unwrap()).await;
                    look.hear(question, &reply).unwrap();
                }
                match look.found(&BTreeSet::new()) {
                    Found::Done(facts) => return Some(IlsAnswer::Done { facts }),
                    Found::NotDone => AttemptKind::First,
                    Found::Unclear => AttemptKind::Repeated,
                    Found::ForStaff(_) => return None,
                }
            }
        };
        Some(self.ask(command, kind).await)
    }

    fn holds(&self) -> Held {
        Held::of(&self.ils.holdings())
    }
}

/// How many of each an ILS has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    items: usize,
    holds: usize,
    loans: usize,
    charges: usize,
    renewals: u32,
}

impl Held {
    fn of(held: &Circulation) -> Self {
        Held {
            items: held.items().count(),
            holds: held.holds().len(),
            loans: held.loans().count(),
            charges: held.charges().len(),
            // A loan that is made again is renewed by some, and stays one loan.
            renewals: held.loan("I1").map_or(0, |loan| loan.renewals),
        }
    }
}

/// Later than an ILS gives that goes by its own rules.
const DUE: &str = "2027-06-20T12:00:00Z";

fn library() -> IlsUser {
    IlsUser::Library("LIB".to_owned())
}

fn hold(item: Wanted) -> IlsCommand {
    let record = matches!(item, Wanted::Item(_)).then(|| "1000001".to_owned());
    IlsCommand::RequestItem {
        item,
        record,
        user: library(),
        request: "r-1".to_owned(),
        pickup: None,
        need_before: None,
    }
}

fn check_out() -> IlsCommand {
    IlsCommand::CheckOutItem { item: "I1".to_owned(), user: library(), request: "r-1".to_owned(), due: None }
}

/// Every command that changes something, after what it needs.
fn commands(dialect: Dialect) -> Vec<(Vec<IlsCommand>, IlsCommand)> {
    let item = || Wanted::Item("I1".to_owned());
    let lent = || vec![check_out()];
    let due = Some(DUE.parse().unwrap());
    // The first number that an ILS gives.
    let hold_id = if dialect.has(Quirk::OwnHoldIds) { "1001" } else { "r-1" };
    vec![
        (vec![], accept()),
        (vec![], hold(item())),
        (vec![], hold(Wanted::Title("1000001".to_owned()))),
        (vec![], check_out()),
        (
            vec![],
            IlsCommand::CreateItem {
                item: "ILL-1".to_owned(),
                request: "r-1".to_owned(),
                description: ItemDescription::default(),
            },
        ),
        (
            vec![],
            IlsCommand::CreateUserFiscalTransaction {
                user: IlsUser::Patron,
                amount: "2.50".to_owned(),
                currency: "USD".to_owned(),
                reason: "Interlibrary loan".to_owned(),
            },
        ),
        (
            lent(),
            IlsCommand::RenewItem {
                item: "I1".to_owned(),
                user: library(),
                due,
                before: None,
                renewals: None,
            },
        ),
        (lent(), IlsCommand::RecallItem { item: "I1".to_owned(), due: None }),
        (lent(), IlsCommand::CheckInItem { item: "I1".to_owned() }),
        (
            vec![hold(item())],
            IlsCommand::CancelRequestItem {
                request: hold_id.to_owned(),
                item: Some("I1".to_owned()),
                user: library(),
            },
        ),
        (vec![accept()], IlsCommand::DeleteItem { item: "ILL-1".to_owned() }),
    ]
}

/// A command of which one answer, or the command itself, goes wrong.
struct Round {
    /// What its sender understands.
    first: IlsAnswer,
    /// What comes of asking again, where there was no answer. Nothing where it is left to staff.
    again: Option<IlsAnswer>,
    /// What the ILS holds before it, and in the end.
    before: Held,
    held: Held,
    /// What it holds where nothing goes wrong.
    once: Held,
}

/// Plays a round. Nothing where the command is not served.
async fn round(kind: Kind, before: &[IlsCommand], command: &IlsCommand, fault: Fault) -> Option<Round> {
    let (whole, lossy) = (IlsUnderTest::of(kind).await, IlsUnderTest::of(kind).await);
    for command in before {
        for asked in [&whole, &lossy] {
            asked.ask(command, AttemptKind::First).await;
        }
    }
    let mut command = command.clone();
    if let IlsCommand::RenewItem { before, .. } = &mut command {
        *before = lossy.ils.holdings().loan("I1").map(|loan| loan.due);
    }
    let command = &command;
    let is_served = matches!(whole.ask(command, AttemptKind::First).await, IlsAnswer::Done { .. });
    let held_before = lossy.holds();
    lossy.ils.fail(Failure { service: None, fault, times: Some(1) });
    let since = clock().now();
    let first = lossy.ask(command, AttemptKind::First).await;
    let again = match (is_served, &first) {
        (true, IlsAnswer::Failed { .. }) => lossy.ask_again(command, since).await,
        _ => None,
    };
    let (held, once) = (lossy.holds(), whole.holds());
    whole.ils.stop().await;
    lossy.ils.stop().await;
    is_served.then_some(Round { first, again, before: held_before, held, once })
}

fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for &dialect in Dialect::ALL {
        for &version in dialect.versions() {
            for transport in [Transport::Http, Transport::RawTcp] {
                for repeats in [Repeats::Refused, Repeats::DoneAgain] {
                    kinds.push(Kind { dialect, version, transport, repeats });
                }
            }
        }
    }
    kinds
}

/// It was done, and its answer is no answer.
async fn done_and_not_heard(fault: Fault) {
    let mut rounds = 0;
    for kind in kinds() {
        for (before, command) in commands(kind.dialect) {
            let Some(Round { first, again, held, once, .. }) =
                round(kind, &before, &command, fault.clone()).await
            else {
                continue;
            };
            rounds += 1;
            let what = format!("{fault}: {kind:?}: {command:?}");
            assert!(matches!(first, IlsAnswer::Failed { .. }), "{what}: taken for an answer: {first:?}");
            let twice = match &again {
                Some(IlsAnswer::Done { facts }) => facts.twice,
                Some(other) => panic!("{what}: {other:?}"),
                None => None,
            };
            let may_be = match twice {
                Some(MayBeTwice::Item) => held.items > once.items,
                Some(MayBeTwice::Hold) => held.holds > once.holds,
                Some(MayBeTwice::Renewal) => held.renewals > once.renewals,
                None => false,
            };
            let lent_again = matches!(command, IlsCommand::CheckOutItem { .. });
            let same = Held { renewals: 0, ..held } == Held { renewals: 0, ..once }
                && (lent_again || held.renewals == once.renewals);
            assert!(same || may_be, "{what}: {held:?}, not {once:?}: {again:?}");
        }
    }
    assert!(rounds > 200, "{fault}: {rounds} rounds");
}

#[tokio::test]
async fn what_was_done_before_its_answer_was_lost_is_there_once_or_it_is_told() {
    done_and_not_heard(Fault::DropAfter).await;
}

#[tokio::test]
async fn what_was_done_before_its_answer_broke_off_is_there_once_or_it_is_told() {
    done_and_not_heard(Fault::Cut).await;
}

#[tokio::test]
async fn what_was_done_and_answered_twice_is_there_once_or_it_is_told() {
    done_and_not_heard(Fault::Repeat).await;
}

#[tokio::test]
async fn what_was_done_and_answered_with_an_older_answer_is_there_once_or_it_is_told() {
    done_and_not_heard(Fault::Stale).await;
}

#[tokio::test]
async fn what_was_lost_on_its_way_is_done_in_the_end_or_left_to_staff() {
    for kind in kinds() {
        for (before, command) in commands(kind.dialect) {
            let Some(Round { again, held, once, .. }) =
                round(kind, &before, &command, Fault::DropBefore).await
            else {
                continue;
            };
            match again {
                Some(IlsAnswer::Done { .. }) => assert_eq!(held, once, "{kind:?}: {command:?}"),
                Some(other) => panic!("{kind:?}: {command:?}: {other:?}"),
                None => assert!(matches!(
                    command,
                    IlsCommand::CreateUserFiscalTransaction { .. } | IlsCommand::RenewItem { .. }
                )),
            }
        }
    }
}

#[tokio::test]
async fn an_answer_in_a_wrong_encoding_is_an_answer() {
    for kind in kinds() {
        for (before, command) in commands(kind.dialect) {
            let Some(Round { first, held, once, .. }) =
                round(kind, &before, &command, Fault::MisEncode).await
            else {
                continue;
            };
            assert!(matches!(first, IlsAnswer::Done { .. }), "{kind:?}: {command:?}: {first:?}");
            assert_eq!(held, once, "{kind:?}: {command:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_in_a_wrong_place_is_a_refusal_and_nothing_was_done() {
    for kind in kinds() {
        for (before, command) in commands(kind.dialect) {
            let fault = Fault::Misplace(Refusal::ItemDoesNotCirculate);
            let Some(Round { first, before: held_before, held, .. }) =
                round(kind, &before, &command, fault).await
            else {
                continue;
            };
            assert!(matches!(first, IlsAnswer::Refused { .. }), "{kind:?}: {command:?}: {first:?}");
            assert_eq!(held, held_before, "{kind:?}: {command:?}");
        }
    }
}
