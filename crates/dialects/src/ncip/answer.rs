//! What comes back from a system as an answer to one message: data, a refusal, or none at all. It is judged by what it must say, as strictly
//! as a question is, and a problem is a refusal wherever it stands. Must never take for consent what is not understood.

use ncip::{
    Another, Body, Direction, Ending, Message, Named, NamedBy, Problem, ReadOptions, Reading, Service,
};

use super::scrub::bounded;

/// The message that is answered, as far as its answer must be about the same.
#[derive(Clone, Copy, Debug)]
pub struct AnswerTo<'a> {
    /// Its service.
    pub service: &'a Service,
    /// Whom and what it names.
    pub named: Named<'a>,
    /// By which ids the answering system names users.
    pub users: NamedBy,
    /// The message itself, where the answer need say no more than it asks for.
    pub question: Option<&'a Body>,
}

/// An answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it says: data, or problems and nothing that they exclude.
    pub body: Body,
    /// The elements of it that nobody knows, by their paths.
    pub unknown: Vec<String>,
}

/// What came back is no answer: whether the message was carried out is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NoAnswer {
    /// Why. It quotes nothing.
    pub why: String,
    /// Whom or what it is about instead, where that is why.
    pub about: Option<Another>,
}

/// Reads an answer.
///
/// # Errors
/// When it is empty, broken off or no message; when it answers something else, or lacks what it must say.
pub fn answer(bytes: &[u8], to: AnswerTo<'_>) -> Result<Answer, NoAnswer> {
    let none = |why: String| Err(NoAnswer { why, about: None });
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()) {
        return none("the answer is empty".to_owned());
    }
    let reading = match ncip::read(bytes, &ReadOptions::default()) {
        Ok(reading) => reading,
        Err(why) => return none(format!("the answer is not an NCIP message: {why}")),
    };
    if reading.ending == Ending::BrokenOff {
        let why = reading.errors().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        return none(format!("the answer cannot be read to its end: {why}"));
    }
    let Reading { message: Message { body }, extras, .. } = reading;
    let unknown = extras.into_iter().map(|extra| extra.path).collect();
    let problems = problems(to.service, &body);
    if !problems.is_empty() {
        return Ok(Answer { body: refusal(to.service, body, problems), unknown });
    }
    if body.service().as_ref() != Some(to.service) || body.direction() != Direction::Response {
        return none(format!("{} was answered as {}", to.service, plain_name(&body)));
    }
    if let Some(what) = body.lacks(to.question) {
        return none(format!("the answer to {} does not name {what}", to.service));
    }
    if let Some(about) = to.named.another(&body, to.users) {
        let what = match about {
            Another::User => "another user",
            Another::ItemOrRequest => "something else",
        };
        let why = format!("the answer to {} is about {what} than was asked", to.service);
        return Err(NoAnswer { why, about: Some(about) });
    }
    Ok(Answer { body, unknown })
}

/// The name of what was answered, where it is a name of the standard: others may be anything.
fn plain_name(body: &Body) -> String {
    match (body.service(), body.direction()) {
        (None | Some(Service::Other(_)), _) => "something else".to_owned(),
        (Some(service), Direction::Response) => service.to_string(),
        (Some(service), Direction::Initiation) => format!("{service}, which asks"),
    }
}

fn problems(asked: &Service, body: &Body) -> Vec<Problem> {
    if let Some(failure) = failure_of_another_service(asked, body) {
        return vec![failure];
    }
    let mut problems: Vec<Problem> = match body {
        Body::LookupItemSetResponse(_) if body.problems().is_empty() => of_all_its_parts(body),
        _ => body.problems().to_vec(),
    };
    problems.iter_mut().for_each(bounded);
    problems
}

/// The problems of an answer about several titles and items of which none is told about.
fn of_all_its_parts(body: &Body) -> Vec<Problem> {
    let Body::LookupItemSetResponse(answer) = body else { return Vec::new() };
    let mut problems = Vec::new();
    for title in &answer.bib_information {
        problems.extend(title.problems.iter().cloned());
        for set in &title.holdings_sets {
            problems.extend(set.problems.iter().cloned());
            for item in &set.item_information {
                if item.problems.is_empty() {
                    return Vec::new();
                }
                problems.extend(item.problems.iter().cloned());
            }
        }
    }
    problems
}

/// Some answer every failure, whatever was asked, as that of another service, with the reason where the agency belongs.
fn failure_of_another_service(asked: &Service, body: &Body) -> Option<Problem> {
    let Body::ItemRequestedResponse(reply) = body else { return None };
    if *asked == Service::ItemRequested || !reply.problems.is_empty() {
        return None;
    }
    let said = reply.response_header.as_ref().map(|header| header.to_agency_id.value.trim().to_owned());
    let said = said.filter(|said| !said.is_empty()).unwrap_or_else(|| "no reason given".to_owned());
    let mut problem = Problem { problem_type: said.into(), ..Problem::default() };
    bounded(&mut problem);
    Some(problem)
}

/// The answer as a refusal, with whatever the standard lets stand beside the problems.
fn refusal(asked: &Service, mut body: Body, problems: Vec<Problem>) -> Body {
    if body.service().as_ref() == Some(asked)
        && let Some(place) = body.problems_mut()
    {
        *place = problems;
        return body;
    }
    let header = body.response_header().cloned();
    asked.refusal(header, problems.clone()).unwrap_or(Body::Problem(problems))
}
