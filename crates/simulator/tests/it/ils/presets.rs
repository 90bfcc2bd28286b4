//! The gateway's presets against the ILSs they were made for: what the one writes the other understands, and the reverse.

use dialects::ncip::{AttemptKind, Exchange, Fill, IlsSettings, Preset, render, understand};
use loan_model::ils::{CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsUser, PatronStanding, Wanted};
use simulator::ils::{Dialect, IlsServer, Service, circulation::ItemStatus};

use super::support::{accept, bare, http, started};
use crate::support::clock;

struct Pair {
    ils: IlsServer,
    settings: IlsSettings,
}

impl Pair {
    async fn start(dialect: Dialect) -> Self {
        let preset = *Preset::ALL.iter().find(|preset| preset.as_str() == dialect.as_str()).unwrap();
        let mut settings = IlsSettings::of(preset, "ILLGATE", "HOME");
        if settings.application_profile.is_none() && !dialect.profile().is_empty() {
            settings.application_profile = Some(dialect.profile().to_owned());
        }
        Pair { ils: started(dialect).await, settings }
    }

    async fn ask(&self, command: &IlsCommand, asked: AttemptKind) -> IlsAnswer {
        let fill = Fill { patron: Some("P1".to_owned()), private: Vec::new() };
        let message = render(command, &fill, &self.settings).unwrap().bytes().unwrap();
        let message = String::from_utf8(message).unwrap();
        let reply = match self.ils.url().starts_with("tcp:") {
            true => bare(self.ils.address(), &message).await.body,
            false => http(&self.ils, "POST", "/ncip", "application/xml", &message).await.unwrap().body,
        };
        let exchange = Exchange { settings: &self.settings, fill: &fill, asked, now: clock().now() };
        understand(command, reply.as_bytes(), &exchange)
    }

    #[track_caller]
    fn done(&self, answer: IlsAnswer) -> IlsFacts {
        match answer {
            IlsAnswer::Done { facts } => *facts,
            other => panic!("{}: {other:?}", self.ils.dialect()),
        }
    }

    fn serves(&self, service: Service) -> bool {
        self.ils.dialect().services().contains(&service)
    }
}

fn check_out(item: &str, user: IlsUser) -> IlsCommand {
    IlsCommand::CheckOutItem { item: item.to_owned(), user, request: "r-1".to_owned(), due: None }
}

#[tokio::test]
async fn a_borrowing_runs_with_every_preset() {
    for &dialect in Dialect::ALL {
        let pair = Pair::start(dialect).await;
        if pair.serves(Service::LookupUser) {
            let facts = pair
                .done(pair.ask(&IlsCommand::LookupUser { user: IlsUser::Patron }, AttemptKind::First).await);
            assert_eq!(facts.patron, Some(PatronStanding::Good), "{dialect}");
        }
        let facts = pair.done(pair.ask(&accept(), AttemptKind::First).await);
        assert_eq!(facts.item, None, "{dialect}: the barcode is as it was asked for");
        let held = pair.ils.holdings();
        assert_eq!(held.status(held.item("ILL-1").unwrap()), ItemStatus::AvailableForPickup, "{dialect}");
        let poll = IlsCommand::LookupItem { item: Wanted::Item("ILL-1".to_owned()) };
        if pair.serves(Service::LookupItem) {
            let facts = pair.done(pair.ask(&poll, AttemptKind::First).await);
            assert_eq!(facts.status, Some(CirculationStatus::OnHold), "{dialect}");
        }
        let facts = pair.done(pair.ask(&check_out("ILL-1", IlsUser::Patron), AttemptKind::First).await);
        assert_eq!(facts.due, Some(whole(pair.ils.holdings().loan("ILL-1").unwrap().due)), "{dialect}");
        if pair.serves(Service::LookupItem) {
            let facts = pair.done(pair.ask(&poll, AttemptKind::First).await);
            assert_eq!(facts.status, Some(CirculationStatus::OnLoan), "{dialect}");
        }
        let check_in = IlsCommand::CheckInItem { item: "ILL-1".to_owned() };
        pair.done(pair.ask(&check_in, AttemptKind::First).await);
        assert!(pair.ils.holdings().loan("ILL-1").is_none(), "{dialect}");
        // A second time there is nothing to take back, which is as good.
        pair.done(pair.ask(&check_in, AttemptKind::Repeated).await);
        if pair.serves(Service::DeleteItem) || pair.serves(Service::ItemReceived) {
            pair.done(
                pair.ask(&IlsCommand::DeleteItem { item: "ILL-1".to_owned() }, AttemptKind::First).await,
            );
            assert!(pair.ils.holdings().item("ILL-1").is_err(), "{dialect}");
        }
        pair.ils.stop().await;
    }
}

#[tokio::test]
async fn a_lending_runs_with_every_preset() {
    for &dialect in Dialect::ALL {
        let pair = Pair::start(dialect).await;
        let library = || IlsUser::Library("LIB".to_owned());
        if pair.serves(Service::RequestItem) {
            let hold = IlsCommand::RequestItem {
                item: Wanted::Item("I1".to_owned()),
                record: Some("1000001".to_owned()),
                user: library(),
                request: "r-1".to_owned(),
                pickup: None,
                need_before: None,
            };
            pair.done(pair.ask(&hold, AttemptKind::First).await);
            assert_eq!(pair.ils.holdings().holds()[0].patron, "LIB", "{dialect}");
        }
        pair.done(pair.ask(&check_out("I1", library()), AttemptKind::First).await);
        let held = pair.ils.holdings();
        assert_eq!((held.loan("I1").unwrap().patron.as_str(), held.holds().len()), ("LIB", 0), "{dialect}");
        if pair.serves(Service::RenewItem) {
            let renew = IlsCommand::RenewItem {
                item: "I1".to_owned(),
                user: library(),
                due: None,
                before: None,
                renewals: None,
            };
            let facts = pair.done(pair.ask(&renew, AttemptKind::First).await);
            assert_eq!(facts.due, Some(whole(pair.ils.holdings().loan("I1").unwrap().due)), "{dialect}");
        }
        pair.done(pair.ask(&IlsCommand::CheckInItem { item: "I1".to_owned() }, AttemptKind::First).await);
        assert_eq!(pair.ils.holdings().loans().count(), 0, "{dialect}");
        pair.ils.stop().await;
    }
}

/// On the wire a date has whole seconds.
fn whole(date: jiff::Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(date.as_second()).unwrap()
}
