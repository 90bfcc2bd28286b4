//! Nothing is done twice: every command, with every kind of ILS, version, transport and way of taking repeats. The command is carried out and its
//! answer lost, or it is lost on its way; then it is asked about and sent again as the gateway does. Afterwards the ILS holds what it holds
//! where all went well, or it is told what may be there twice, or it is left to staff.

use dialects::ncip::{
    AttemptKind, Exchange, Fill, Found, IlsSettings, Preset, Probe, found, render, repeat_probe, understand,
};
use loan_model::ils::{IlsAnswer, IlsCommand, IlsUser, ItemDescription, MayBeTwice, Wanted};
use simulator::ils::{
    Circulation, Dialect, Failure, Fault, IlsServer, Transport, Version, circulation::Repeats,
};

use super::support::{accept, bare, http, stocked};
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
        let reply = match self.ils.url().starts_with("tcp:") {
            true => bare(self.ils.address(), &message).await.body,
            false => http(&self.ils, "POST", "/ncip", "application/xml", &message)
                .await
                .map(|answer| answer.body)
                .unwrap_or_default(),
        };
        let exchange = Exchange { settings: &self.settings, fill: &fill, asked, now: clock().now() };
        understand(command, reply.as_bytes(), &exchange)
    }

    /// Sends it again, after a look. Nothing where it is left to staff.
    async fn ask_again(&self, command: &IlsCommand) -> Option<IlsAnswer> {
        let kind = match repeat_probe(command, &self.settings) {
            Probe::Leave => return None,
            Probe::Tolerate => AttemptKind::Repeated,
            Probe::Ask(probe) => {
                let answer = self.ask(&probe, AttemptKind::First).await;
                match found(command, &answer, &self.settings) {
                    Found::Done => return Some(answer),
                    Found::NotDone => AttemptKind::First,
                    Found::Unclear => AttemptKind::Repeated,
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

const DUE: &str = "2027-04-20T12:00:00Z";

fn library() -> IlsUser {
    IlsUser::Library("LIB".to_owned())
}

fn hold(item: Wanted) -> IlsCommand {
    IlsCommand::RequestItem {
        item,
        record: None,
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
fn commands() -> Vec<(Vec<IlsCommand>, IlsCommand)> {
    let item = || Wanted::Item("I1".to_owned());
    let lent = || vec![check_out()];
    let due = Some(DUE.parse().unwrap());
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
        (lent(), IlsCommand::RenewItem { item: "I1".to_owned(), user: library(), due }),
        (lent(), IlsCommand::RecallItem { item: "I1".to_owned(), due: None }),
        (lent(), IlsCommand::CheckInItem { item: "I1".to_owned() }),
        (
            vec![hold(item())],
            IlsCommand::CancelRequestItem {
                request: "r-1".to_owned(),
                item: Some("I1".to_owned()),
                user: library(),
            },
        ),
        (vec![accept()], IlsCommand::DeleteItem { item: "ILL-1".to_owned() }),
    ]
}

/// What is left of a command of which one answer or the command itself was lost: the answer in the end, and what the ILS holds then and where
/// nothing was lost. Nothing where it is not served.
async fn lost(
    kind: Kind,
    before: &[IlsCommand],
    command: &IlsCommand,
    fault: Fault,
) -> Option<(Option<IlsAnswer>, Held, Held)> {
    let (whole, lossy) = (IlsUnderTest::of(kind).await, IlsUnderTest::of(kind).await);
    for command in before {
        for asked in [&whole, &lossy] {
            asked.ask(command, AttemptKind::First).await;
        }
    }
    let first = whole.ask(command, AttemptKind::First).await;
    lossy.ils.fail(Failure { service: None, fault, times: Some(1) });
    let nothing = lossy.ask(command, AttemptKind::First).await;
    let answer = match (first, nothing) {
        (IlsAnswer::Done { .. }, IlsAnswer::Failed { .. }) => Some(lossy.ask_again(command).await),
        _ => None,
    };
    let held = (lossy.holds(), whole.holds());
    whole.ils.stop().await;
    lossy.ils.stop().await;
    answer.map(|answer| (answer, held.0, held.1))
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

#[tokio::test]
async fn what_was_done_before_its_answer_was_lost_is_there_once_or_it_is_told() {
    let mut rounds = 0;
    for kind in kinds() {
        for (before, command) in commands() {
            let Some((answer, is, once)) = lost(kind, &before, &command, Fault::DropAfter).await else {
                continue;
            };
            rounds += 1;
            let twice = match &answer {
                Some(IlsAnswer::Done { facts }) => facts.twice,
                Some(other) => panic!("{kind:?}: {command:?}: {other:?}"),
                None => None,
            };
            let may_be = match twice {
                Some(MayBeTwice::Item) => is.items > once.items,
                Some(MayBeTwice::Hold) => is.holds > once.holds,
                Some(MayBeTwice::Renewal) => is.renewals > once.renewals,
                None => false,
            };
            let lent_again = matches!(command, IlsCommand::CheckOutItem { .. });
            let same = Held { renewals: 0, ..is } == Held { renewals: 0, ..once }
                && (lent_again || is.renewals == once.renewals);
            assert!(same || may_be, "{kind:?}: {command:?}: {is:?}, not {once:?}: {answer:?}");
        }
    }
    assert!(rounds > 200, "{rounds} rounds");
}

#[tokio::test]
async fn what_was_lost_on_its_way_is_done_in_the_end_or_left_to_staff() {
    for kind in kinds() {
        for (before, command) in commands() {
            let Some((answer, is, once)) = lost(kind, &before, &command, Fault::DropBefore).await else {
                continue;
            };
            match answer {
                Some(IlsAnswer::Done { .. }) => assert_eq!(is, once, "{kind:?}: {command:?}"),
                Some(other) => panic!("{kind:?}: {command:?}: {other:?}"),
                None => assert!(matches!(command, IlsCommand::CreateUserFiscalTransaction { .. })),
            }
        }
    }
}
