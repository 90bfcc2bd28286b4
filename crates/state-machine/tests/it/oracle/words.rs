//! One step of a machine, in words: what comes in, which rules decide, what is answered, where the request stands, and what goes out. Only
//! this module and `inputs` know the fields of inputs, effects and summaries; when they are renamed, what it writes stays the same. Must never print
//! a sentence that is meant for people, nor a type by its `Debug`.

use std::fmt::Display;

use iso18626::{Edition, Message, WriteOptions};
use jiff::Timestamp;
use loan_model::{
    NotificationKind,
    ils::{IlsCommand, IlsUser, ItemDescription, StepId, Wanted},
    names::VolumeNo,
    sealed::SealedFields,
};
use state_machine::{
    borrowing,
    brokering::{self},
    hosted::{self, Summary},
    interpreter::{Decision, Effect, Reply, RuleVerdict, Table},
    lending,
};

use super::inputs::{brokering_input, error_words, hosted_input};

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its lines.
    pub(crate) text: String,
    /// The rules that decided: table, where the machine tells it, and name.
    pub(crate) rules: Vec<(Option<&'static str>, &'static str)>,
    /// The phase and the states of legs or volumes afterwards.
    pub(crate) states: Vec<String>,
}

/// One step of brokering.
pub(crate) fn brokering(
    before: Option<&brokering::State>,
    input: &brokering::Input,
    decision: &Decision<brokering::Event>,
    after: Option<&brokering::State>,
) -> Step {
    let mut step = Step::begin(&brokering_input(input), &decision.reply);
    for used in &decision.rules {
        let table = match used.table {
            Table::Request => "request",
            Table::Leg | Table::Volume => "leg",
            Table::Gate => "gate",
        };
        step.rule(Some(table), used.rule, used.verdict);
    }
    step.stands(before.map(brokering_stand), after.map(brokering_stand));
    for effect in &decision.effects {
        brokering_effect(&mut step, effect);
    }
    step
}

/// One step of the borrowing machine.
pub(crate) fn borrowing(
    before: Option<Summary>,
    input: &hosted::Input,
    decision: &Decision<borrowing::Event>,
    after: Option<Summary>,
) -> Step {
    hosted_step(before, &hosted_input(input), decision, after)
}

/// One step of the lending machine.
pub(crate) fn lending(
    before: Option<Summary>,
    input: &hosted::Input,
    decision: &Decision<lending::Event>,
    after: Option<Summary>,
) -> Step {
    hosted_step(before, &hosted_input(input), decision, after)
}

fn hosted_step<E>(
    before: Option<Summary>,
    input: &str,
    decision: &Decision<E>,
    after: Option<Summary>,
) -> Step {
    let mut step = Step::begin(input, &decision.reply);
    for used in &decision.rules {
        step.rule(None, used.rule, used.verdict);
    }
    step.stands(before.map(hosted_stand), after.map(hosted_stand));
    for effect in &decision.effects {
        hosted_effect(&mut step, effect);
    }
    step
}

impl Step {
    fn begin(input: &str, reply: &Reply) -> Step {
        let mut step = Step { text: String::new(), rules: Vec::new(), states: Vec::new() };
        step.line("in", input);
        match reply {
            Reply::Ok => step.line("reply", "ok"),
            Reply::Error(errors) => step.line("reply", &error_words(errors)),
        }
        step
    }

    fn line(&mut self, word: &str, rest: &str) {
        self.text.push_str(word);
        self.text.push(' ');
        self.text.push_str(rest);
        self.text.push('\n');
    }

    fn rule(&mut self, table: Option<&'static str>, rule: &'static str, verdict: RuleVerdict) {
        let verdict = match verdict {
            RuleVerdict::Done => "done",
            RuleVerdict::Refused => "refused",
        };
        match table {
            Some(table) => self.line("rule", &format!("{table} {rule} {verdict}")),
            None => self.line("rule", &format!("{rule} {verdict}")),
        }
        self.rules.push((table, rule));
    }

    /// Where it stood and where it stands; what did not change is left out.
    fn stands(&mut self, before: Option<Stand>, after: Option<Stand>) {
        let before = before.unwrap_or_default();
        let after = after.unwrap_or_default();
        if before.phase != after.phase {
            self.line("phase", &format!("{} -> {}", before.phase, after.phase));
        }
        if before.parts != after.parts {
            for part in &after.parts {
                self.line("stands", &part.join(" "));
            }
        }
        if before.open != after.open {
            self.line("open", &after.open.join(", "));
        }
        if before.waits != after.waits {
            self.line("waits", &after.waits.join(", "));
        }
        self.states.push(after.phase);
        self.states.extend(after.parts.into_iter().filter_map(|part| part.into_iter().nth(1)));
    }

    fn send(&mut self, to: &str, peer: &dyn Display, carry: SealedFields, message: &Message) {
        let carry = match carry {
            SealedFields::Nothing => "plain",
            SealedFields::Note => "with-note",
            SealedFields::Everything => "with-patron",
        };
        self.line("send", &format!("{to} to {peer} {carry}"));
        self.line("bytes", &bytes(message));
    }
}

/// Where a request stands.
#[derive(Default)]
struct Stand {
    phase: String,
    /// The legs or volumes: name, state, and what else is known.
    parts: Vec<Vec<String>>,
    /// Incidents and calls of the ILS that are not done.
    open: Vec<String>,
    waits: Vec<String>,
}

fn brokering_stand(state: &brokering::State) -> Stand {
    let summary = state.summary();
    let part = |leg: &brokering::LegSummary| {
        let status = option(leg.status.as_ref());
        let due = option(leg.due_date.as_ref().and_then(iso18626::DateTime::instant));
        let ids = leg.ids.join("+");
        vec![leg.leg.to_string(), leg.state.to_string(), leg.peer.to_string(), status, due, ids]
    };
    Stand {
        phase: summary.phase.to_string(),
        parts: summary.legs.iter().map(part).collect(),
        open: summary.incidents.iter().map(|open| format!("{} of {}", open.slug, open.about)).collect(),
        waits: summary.waits.iter().map(|wait| format!("{} until {}", wait.timer, wait.until)).collect(),
    }
}

fn hosted_stand(summary: Summary) -> Stand {
    let part = |volume: &hosted::VolumeSummary| {
        let barcode = option(volume.barcode.as_ref());
        let local = option(volume.local.as_ref());
        vec![volume.volume.to_string(), volume.state.clone(), barcode, local, option(volume.due)]
    };
    let incidents =
        summary.incidents.iter().map(|open| format!("{} of {}", open.slug, volume(open.about.volume())));
    let asked = summary.asked.iter().map(|ticket| format!("ils {ticket}"));
    Stand {
        phase: summary.phase.clone(),
        parts: summary.volumes.iter().map(part).collect(),
        open: incidents.chain(asked).collect(),
        waits: summary.waits.iter().map(|wait| format!("{} until {}", wait.timer, wait.until)).collect(),
    }
}

fn brokering_effect(step: &mut Step, effect: &Effect) {
    match effect {
        Effect::RaiseIncident { slug, about, .. } => step.line("incident", &format!("{slug} of {about}")),
        Effect::ResolveIncident { slug, about } => step.line("incident-over", &format!("{slug} of {about}")),
        Effect::KnowAs { peer, id, party } => step.line("known-as", &format!("{id} of {peer} is {party}")),
        effect => any_effect(step, effect),
    }
}

fn hosted_effect(step: &mut Step, effect: &Effect) {
    match effect {
        Effect::RaiseIncident { slug, about, .. } => {
            step.line("incident", &format!("{slug} of {}", volume(about.volume())));
        }
        Effect::ResolveIncident { slug, about } => {
            step.line("incident-over", &format!("{slug} of {}", volume(about.volume())));
        }
        Effect::KnowAs { peer, id, .. } => step.line("known-as", &format!("{id} of {peer}")),
        effect => any_effect(step, effect),
    }
}

fn any_effect(step: &mut Step, effect: &Effect) {
    match effect {
        Effect::Send { out, peer, message, sealed } => step.send(&out.to_string(), peer, *sealed, message),
        Effect::Withdraw { out } => step.line("withdraw", &out.to_string()),
        Effect::Locate { exclude, only } => {
            step.line("locate", &format!("without {} only {}", list(exclude), option(only.as_ref())));
        }
        Effect::CallIls { step: id, command } => call(step, *id, command),
        Effect::CancelIlsCall { step: id } => step.line("ils-no-more", &id.to_string()),
        Effect::AbandonIlsCall { step: id } => step.line("ils-never-more", &id.to_string()),
        Effect::HurryIlsCall { step: id } => step.line("ils-now", &id.to_string()),
        Effect::NotifyStaff { kind } => step.line("staff-told", occasion_word(*kind)),
        Effect::SetTimer { name, at } => step.line("set-timer", &format!("{name} {at}")),
        Effect::ClearTimer { name } => step.line("clear-timer", &name.to_string()),
        Effect::RaiseIncident { slug, about, .. } => step.line("incident", &format!("{slug} of {about}")),
        Effect::ResolveIncident { slug, about } => step.line("incident-over", &format!("{slug} of {about}")),
        Effect::KnowAs { peer, id, party } => step.line("known-as", &format!("{id} of {peer} is {party}")),
        Effect::KnowItem { barcode, volume } => step.line("known-item", &format!("{barcode} is {volume}")),
        Effect::Close => step.line("close", "-"),
        Effect::Reopen => step.line("reopen", "-"),
        Effect::Count { name } => step.line("count", name),
    }
}

fn call(step: &mut Step, ticket: StepId, command: &IlsCommand) {
    let words = match command {
        IlsCommand::LookupUser { user } => format!("LookupUser {}", user_word(user)),
        IlsCommand::LookupItem { item } => format!("LookupItem {}", wanted(item)),
        IlsCommand::RequestItem { item, record: _, user, request, pickup, need_before } => format!(
            "RequestItem {} for {} as {request} pickup {} before {}",
            wanted(item),
            user_word(user),
            option(pickup.as_ref()),
            option(*need_before)
        ),
        IlsCommand::CancelRequestItem { request, item, user } => {
            format!("CancelRequestItem {request} item {} for {}", option(item.as_ref()), user_word(user))
        }
        IlsCommand::AcceptItem { request, item, user, description, pickup, due } => format!(
            "AcceptItem {item} as {request} for {} pickup {} {} {}",
            user_word(user),
            option(pickup.as_ref()),
            due_word(*due),
            described(description)
        ),
        IlsCommand::CheckOutItem { item, user, request, due } => {
            format!("CheckOutItem {item} as {request} to {} {}", user_word(user), due_word(*due))
        }
        IlsCommand::CheckInItem { item } => format!("CheckInItem {item}"),
        IlsCommand::RenewItem { item, user, due, .. } => {
            format!("RenewItem {item} for {} {}", user_word(user), due_word(*due))
        }
        IlsCommand::RecallItem { item, due } => format!("RecallItem {item} {}", due_word(*due)),
        IlsCommand::CreateItem { item, request, description } => {
            format!("CreateItem {item} as {request} {}", described(description))
        }
        IlsCommand::DeleteItem { item } => format!("DeleteItem {item}"),
        IlsCommand::CreateUserFiscalTransaction { user, amount, currency, .. } => {
            format!("CreateUserFiscalTransaction {} {amount} {currency}", user_word(user))
        }
    };
    step.line("ils", &format!("{ticket} {words}"));
}

fn user_word(user: &IlsUser) -> String {
    match user {
        IlsUser::Patron => "the-patron".to_owned(),
        IlsUser::Library(id) => id.clone(),
    }
}

fn wanted(item: &Wanted) -> String {
    match item {
        Wanted::Item(barcode) => format!("item {barcode}"),
        Wanted::Title(record) => format!("title {record}"),
    }
}

fn described(item: &ItemDescription) -> String {
    let fields =
        [&item.title, &item.author, &item.call_number, &item.volume, &item.standard_number, &item.format];
    fields.map(|field| option(field.as_ref())).join("; ")
}

fn due_word(due: Option<Timestamp>) -> String {
    format!("due {}", option(due))
}

fn occasion_word(occasion: NotificationKind) -> &'static str {
    match occasion {
        NotificationKind::NewRequest => "new-request",
        NotificationKind::ConditionAgreed => "condition-agreed",
        NotificationKind::CancelAsked => "cancel-asked",
        NotificationKind::RenewalAsked => "renewal-asked",
        NotificationKind::OnItsWayBack => "on-its-way-back",
        NotificationKind::Overdue => "overdue",
        NotificationKind::WillBeSupplied => "will-be-supplied",
        NotificationKind::ConditionNamed => "condition-named",
        NotificationKind::Shipped => "shipped",
        NotificationKind::Unfilled => "unfilled",
        NotificationKind::Recalled => "recalled",
        NotificationKind::DueBack => "due-back",
        NotificationKind::CopyReady => "copy-ready",
    }
}

/// What the message is on the wire, without the declaration and the root element, which are always the same.
fn bytes(message: &Message) -> String {
    let written = iso18626::write(message, &WriteOptions::new(Edition::V2021_2))
        .expect("a message that is sent can be written");
    let text = String::from_utf8(written.bytes).expect("XML is written as UTF-8");
    let root = text.find("<ISO18626Message").expect("a message has a root");
    let inside = root + text[root..].find('>').expect("the root's tag ends") + 1;
    let end = text.rfind("</").expect("the root is closed");
    text[inside..end].replace('\n', "\\n")
}

pub(super) fn option<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

pub(super) fn list<T: Display>(values: &[T]) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    values.iter().map(T::to_string).collect::<Vec<_>>().join("+")
}

pub(super) fn volume(of: Option<VolumeNo>) -> String {
    of.map_or_else(|| "the-request".to_owned(), |volume| volume.to_string())
}
