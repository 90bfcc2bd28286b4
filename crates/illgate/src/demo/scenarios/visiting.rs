//! A patron who visits another library: the card is checked by the home library's own system.

use ncip::{AuthenticationInput, Body, LookupUser};

use super::super::stage::{Stage, Why, agency, card, header};

/// Who visits whom: from a library to another whose system speaks another version.
const VISITS: [(&str, &str); 2] = [("oak", "pine"), ("pine", "oak")];

pub(super) async fn checked_at_home(stage: &Stage) -> Result<String, Why> {
    for (at, home) in VISITS {
        let before = counted(stage, at, home).await?;
        let asked = stage.ils(home).exchanges().len();
        // Twice: it is one card all the same.
        for _ in 0..2 {
            match stage.say(at, lookup(at, home, "2468")).await? {
                Body::LookupUserResponse(known) if known.problems.is_empty() => {
                    let said = known.user_id.map(|user| (user.agency_id, user.user_identifier_value));
                    let Some((Some(of), id)) = said else {
                        return Err(Why("the answer names nobody".to_owned()));
                    };
                    if (of.value, id) != (agency(home), card(home)) {
                        return Err(Why("the answer is about somebody else".to_owned()));
                    }
                }
                other => return Err(Why(format!("the card was not known: {:?}", other.problems()))),
            }
        }
        stage.show(format!(
            "• {at} checks a card of {home}: carried there in its version, answered in {at}'s own"
        ));
        let problems = match stage.say(at, lookup(at, home, "0000")).await? {
            Body::LookupUserResponse(refused) => refused.problems,
            _ => Vec::new(),
        };
        let Some(problem) = problems.first() else { return Err(Why("a wrong PIN was taken".to_owned())) };
        stage.show(format!("• With a wrong PIN, {home} says: {}", problem.problem_type.value));
        let carried = stage.ils(home).exchanges().len() - asked;
        let (cards, lookups) = counted(stage, at, home).await?;
        let seen = (carried, cards - before.0, lookups - before.1);
        // A library that is checked again on the same day may have seen this card before.
        if seen.0 != 3 || !(0..=1).contains(&seen.1) || cards < 1 || seen.2 != 2 {
            return Err(Why(format!("(carried, cards, lookups) is {seen:?}")));
        }
    }
    stage.show("• `illgate ncip counts`, per pair of libraries and day:".to_owned());
    stage.show("    DAY         AT    HOME  CARDS  LOOKUPS  LOANS".to_owned());
    for line in stage.ncip_counts().await?.visits {
        let (cards, lookups, loans) = (line.cards, line.lookups, line.loans);
        stage.show(format!(
            "    {}  {:<4}  {:<4}  {cards:<5}  {lookups:<7}  {loans}",
            line.day, line.at, line.home
        ));
    }
    Ok("counted".to_owned())
}

/// The cards of one library that were checked at another, and how many lookups that took.
async fn counted(stage: &Stage, at: &str, home: &str) -> Result<(i64, i64), Why> {
    let counts = stage.ncip_counts().await?;
    let lines = counts.visits.iter().filter(|line| line.at == at && line.home == home);
    Ok(lines.fold((0, 0), |(cards, lookups), line| (cards + line.cards, lookups + line.lookups)))
}

/// A card and a PIN, as they are typed at the desk of the library that is visited.
fn lookup(at: &str, home: &str, pin: &str) -> LookupUser {
    let input = |kind: &str, data: &str| AuthenticationInput {
        authentication_input_data: data.into(),
        authentication_data_format_type: "text".into(),
        authentication_input_type: kind.into(),
        ..AuthenticationInput::default()
    };
    LookupUser {
        initiation_header: Some(header(at, Some(home))),
        authentication_inputs: vec![input("Barcode Id", &card(home)), input("PIN", pin)],
        user_element_types: vec!["Name Information".into()],
        ..LookupUser::default()
    }
}
