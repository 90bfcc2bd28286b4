//! What the ILS of the borrower's world answers, and keeps.

use loan_model::ils::{IlsAnswer, IlsCommand, IlsFacts, StepId, Wanted};
use state_machine::hosted::Input;

use super::world::{Record, World, refusal};

impl World {
    /// The ILS does everything that it was asked, in order.
    pub(crate) fn ils(&mut self) {
        while let Some((ticket, command)) = self.asked.first().cloned() {
            let answer = self.carry_out(&command);
            self.answer(ticket, answer);
        }
    }

    /// The ILS answers one asking.
    pub(crate) fn answer(&mut self, ticket: StepId, answer: IlsAnswer) {
        self.asked.retain(|(asked, _)| *asked != ticket);
        self.answered.push((ticket, answer.clone()));
        self.step(&Input::Ils { step: ticket, answer });
    }

    /// The ILS says no to the first thing that it was asked.
    pub(crate) fn ils_refuses(&mut self, problem: &str) -> StepId {
        let (ticket, _) = self.asked.first().cloned().expect("something is asked");
        self.answer(ticket, refusal(problem));
        ticket
    }

    /// What the ILS does about a command. It removes no item that is lent.
    pub(crate) fn carry_out(&mut self, command: &IlsCommand) -> IlsAnswer {
        let done = |facts: IlsFacts| IlsAnswer::Done { facts: Box::new(facts) };
        match command {
            IlsCommand::LookupUser { .. } | IlsCommand::CreateUserFiscalTransaction { .. } => {
                done(IlsFacts::default())
            }
            IlsCommand::AcceptItem { item, request, .. } => {
                if self.items.contains_key(item) {
                    // Made before for the same hold: a repeat that finds its work done.
                    let ours = self.owners.get(item) == Some(request);
                    return if ours { done(IlsFacts::default()) } else { refusal("Duplicate Item") };
                }
                self.items.insert(item.clone(), Record::OnHold);
                self.owners.insert(item.clone(), request.clone());
                done(IlsFacts::default())
            }
            IlsCommand::CheckOutItem { item, due, .. } | IlsCommand::RenewItem { item, due, .. } => {
                match self.items.get_mut(item) {
                    Some(record) => {
                        *record = Record::OnLoan;
                        done(IlsFacts { due: *due, ..IlsFacts::default() })
                    }
                    None => refusal("Unknown Item"),
                }
            }
            IlsCommand::CheckInItem { item } => self.change(item, |record| match record {
                Record::OnHold => Some(Record::OnHold),
                _ => Some(Record::Free),
            }),
            IlsCommand::CancelRequestItem { item: Some(item), .. } => {
                self.change(item, |record| (record != Record::OnLoan).then_some(Record::Free))
            }
            IlsCommand::DeleteItem { item } => {
                assert_ne!(
                    self.items.get(item),
                    Some(&Record::OnLoan),
                    "{item} is lent, and was to be removed"
                );
                match self.items.remove(item) {
                    Some(_) => done(IlsFacts::default()),
                    None => refusal("Unknown Item"),
                }
            }
            IlsCommand::LookupItem { item: Wanted::Item(item) } => {
                use loan_model::ils::CirculationStatus::{Available, OnHold, OnLoan};
                match self.items.get(item) {
                    Some(record) => {
                        let status = match record {
                            Record::OnHold => OnHold,
                            Record::OnLoan => OnLoan,
                            Record::Free => Available,
                        };
                        done(IlsFacts { status: Some(status), ..IlsFacts::default() })
                    }
                    None => refusal("Unknown Item"),
                }
            }
            IlsCommand::RecallItem { .. } => done(IlsFacts::default()),
            other => panic!("a borrower never asks {other:?}"),
        }
    }

    /// Changes the record of an item, unless the ILS says no.
    fn change(&mut self, item: &str, to: impl FnOnce(Record) -> Option<Record>) -> IlsAnswer {
        match self.items.get_mut(item).map(|record| (to(*record), record)) {
            Some((Some(to), record)) => {
                *record = to;
                IlsAnswer::Done { facts: Box::default() }
            }
            Some((None, _)) => refusal("Request Already Processed"),
            None => refusal("Unknown Item"),
        }
    }

    /// Whether an item of the ILS is a temporary one of ours.
    pub(crate) fn owns(&self, item: &str) -> bool {
        self.owners.contains_key(item)
    }
}
