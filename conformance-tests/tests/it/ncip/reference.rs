//! A small router that does NCIP right, or wrong in one way.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use conformance_tests::ncip::members::Trait;
use conformance_tests::ncip::messages as write;
use conformance_tests::ncip::reply::{Problem, Read};
use conformance_tests::ncip::{Members, Transport, Version};
use conformance_tests::tree::Element;

use super::faults::Fault;
use super::judging::{self, Overlooks};
use super::{requests, server};
use crate::reference::outside;

/// The router.
pub(crate) struct Router {
    pub(crate) members: Members,
    pub(crate) fault: Option<Fault>,
    pub(crate) requests: Mutex<HashMap<String, requests::Kept>>,
    /// The items that it has made, each with until when it is lent, if it is.
    pub(crate) items: Mutex<HashMap<String, Option<String>>>,
    /// Whether it answers nobody any more.
    pub(crate) dead: AtomicBool,
    carried: Mutex<HashSet<String>>,
    line: tokio::sync::Mutex<()>,
}

/// What it answers.
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) problem: bool,
}

/// A question that was read, and what its answer must carry.
pub(crate) struct Question<'a> {
    pub(crate) read: &'a Read,
    pub(crate) version: Version,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) service: String,
}

impl<'a> Question<'a> {
    fn of(read: &'a Read) -> Question<'a> {
        let at = |place| read.agency(place).unwrap_or_default().to_owned();
        Question {
            read,
            version: read.version,
            from: at("FromAgencyId"),
            to: at("ToAgencyId"),
            service: read.service().to_owned(),
        }
    }
}

impl Router {
    pub(crate) fn new(members: Members, fault: Option<Fault>) -> Arc<Router> {
        Arc::new(Router {
            members,
            fault,
            requests: Mutex::default(),
            items: Mutex::default(),
            dead: AtomicBool::new(false),
            carried: Mutex::default(),
            line: tokio::sync::Mutex::default(),
        })
    }

    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) async fn answer(&self, bytes: &[u8]) -> Answer {
        if let Some(Fault::SlowOn(mark)) = self.fault
            && String::from_utf8_lossy(bytes).contains(mark)
        {
            outside::pause(Duration::from_secs(10)).await;
        }
        let answer = self.answer_well(bytes).await;
        match self.fault {
            Some(Fault::Garbles(right, wrong)) => {
                Answer { text: answer.text.replace(right, wrong), ..answer }
            }
            _ => answer,
        }
    }

    async fn answer_well(&self, bytes: &[u8]) -> Answer {
        let text = match self.without_doctype(bytes).await {
            Ok(text) => text,
            Err(why) => return self.unreadable(&why),
        };
        match Read::parse(text.as_bytes()) {
            Ok(read) => match self.fault {
                Some(Fault::Refuses(mark, kind)) if text.contains(mark) => {
                    self.refuse(&Question::of(&read), &[(kind, "NCIPMessage")])
                }
                Some(Fault::Grants(mark)) if text.contains(mark) => self.granted(&Question::of(&read)),
                _ => self.understood(&read).await,
            },
            Err(why) => self.unreadable(&why),
        }
    }

    /// An answer to whatever was asked that has no problem.
    fn granted(&self, asked: &Question<'_>) -> Answer {
        let v = asked.version;
        let content = self.response_header(asked, v) + &write::user(v, &asked.to, "somebody");
        self.said(write::envelope(v, &write::element(&format!("{}Response", asked.service), &content)), false)
    }

    /// The text without a DOCTYPE that names a DTD and declares nothing, decoded.
    async fn without_doctype(&self, bytes: &[u8]) -> Result<String, String> {
        let latin = bytes.windows(10).take(80).any(|window| window == b"ISO-8859-1");
        let text = if latin {
            bytes.iter().map(|&byte| char::from(byte)).collect::<String>()
        } else {
            String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())?
        };
        let Some(start) = text.find("<!DOCTYPE") else { return Ok(text) };
        let end = text[start..].find('>').ok_or("a DOCTYPE without an end")? + start;
        if text[start..end].contains('[') {
            return Err("a DOCTYPE that declares something".to_owned());
        }
        if self.is(Fault::FetchesTheDtd)
            && let Some(url) = text[start..end].split('"').find(|part| part.starts_with("http://127"))
        {
            let _fetched = server::ask(url, false, "", Duration::from_secs(2)).await;
        }
        Ok(format!("{}{}", &text[..start], &text[end + 1..]))
    }

    async fn understood(&self, read: &Read) -> Answer {
        let asked = Question::of(read);
        let qualified = read.tree.attribute("version").is_some_and(|version| !version.namespace.is_empty());
        if self.is(Fault::UnqualifiedRefused) && asked.version == Version::V2 && !qualified {
            return self.refuse(&asked, &[("Invalid Message Syntax Error", "NCIPMessage")]);
        }
        if deep(&read.tree) > 100 {
            return self.unreadable("too deep");
        }
        if read.tree.children.len() != 1 {
            return self.refuse(&asked, &[("Invalid Message Syntax Error", "NCIPMessage")]);
        }
        if asked.service == "LookupVersion" {
            return self.versions(&asked);
        }
        if asked.service.ends_with("Response") {
            return self.refuse(&asked, &[("Unknown Service", "NCIPMessage")]);
        }
        if asked.from.is_empty() || asked.to.is_empty() {
            return self.refuse(&asked, &[("Needed Data Missing", "InitiationHeader")]);
        }
        let known = self.members.member.iter().any(|member| member.agency == asked.from);
        if !known && !self.is(Fault::StrangersWelcome) {
            return self.refuse(&asked, &[("Unknown Agency", "FromAgencyId")]);
        }
        if asked.to == self.members.agency {
            return requests::answer(self, &asked);
        }
        let Some(to) = self.members.member.iter().find(|member| member.agency == asked.to) else {
            let fault = self.is(Fault::UnknownAgencyIsUnknownUser);
            return self
                .refuse(&asked, &[(if fault { "Unknown User" } else { "Unknown Agency" }, "ToAgencyId")]);
        };
        let carried = match asked.service.as_str() {
            "LookupUser" => true,
            "LookupItem" => to.traits.contains(&Trait::ItemsToo) || self.is(Fault::CarriesEverything),
            "CheckOutItem" | "CheckInItem" => self.is(Fault::CarriesWhatChanges),
            _ => false,
        };
        if !carried {
            return self.refuse(&asked, &[("Unauthorized Service For Agency", "ToAgencyId")]);
        }
        self.carry(&asked, to).await
    }

    async fn carry(&self, asked: &Question<'_>, to: &conformance_tests::ncip::Member) -> Answer {
        let v = to.version;
        let value = |name: &str| asked.read.anywhere(name).unwrap_or_default().trim().to_owned();
        let middle = match (asked.read.anywhere("FromAgencyAuthentication"), self.fault) {
            (Some(secret), Some(Fault::CarriesPasswords)) => {
                write::element("FromAgencyAuthentication", secret)
            }
            _ => String::new(),
        };
        let header = write::header_with(v, &self.members.agency, &middle, &to.agency);
        let typed = typed_in(asked.read, v);
        let message = match asked.service.as_str() {
            "LookupUser" if value("UserIdentifierValue").is_empty() && typed.is_empty() => {
                return self.refuse(asked, &[("Needed Data Missing", "UserId")]);
            }
            "LookupUser" => {
                let user = match value("UserIdentifierValue") {
                    none if none.is_empty() => none,
                    id => write::user(v, &to.agency, &id),
                };
                let typed = if self.is(Fault::DropsPins) && !user.is_empty() { "" } else { &typed };
                write::lookup_user(v, &header, &(user + typed))
            }
            "LookupItem" => {
                write::lookup_item(v, &header, &write::item(v, &to.agency, &value("ItemIdentifierValue")))
            }
            service => {
                let item = write::item(v, &to.agency, &value("ItemIdentifierValue"));
                write::envelope(v, &write::element(service, &format!("{header}{item}")))
            }
        };
        let message = match self.fault {
            Some(Fault::GarblesCarried(right, wrong)) => message.replace(right, wrong),
            _ => message,
        };
        let is_first = self.carried.lock().unwrap_or_else(PoisonError::into_inner).insert(message.clone());
        if !is_first && self.is(Fault::TakesRepeatsForOne) {
            return self.refuse(asked, &[("Duplicate Request", "NCIPMessage")]);
        }
        let _alone = if self.is(Fault::OneAtATime) { Some(self.line.lock().await) } else { None };
        let limit = Duration::from_secs(if self.is(Fault::WaitsForEver) { 300 } else { 3 });
        let answer = server::ask(&to.url, to.transport == Transport::Tcp, &message, limit).await;
        let failed = |why: &str| {
            let text =
                if self.is(Fault::AddressInProblem) { format!("{}: {why}", to.url) } else { String::new() };
            self.refuse_with(asked, &[("Temporary Processing Failure", "NCIPMessage")], &text)
        };
        let bytes = match answer {
            Ok(bytes) => bytes,
            Err(why) => return failed(&why),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match Read::parse(&bytes) {
            Ok(read) if read.service() == format!("{}Response", asked.service) => self.home(asked, to, &read),
            _ if self.is(Fault::HtmlPassedOn) || self.is(Fault::BytesPassedOn) => {
                Answer { text, problem: false }
            }
            Err(_) if self.is(Fault::CutIsFound) && text.contains("<UserIdentifierValue>") => {
                self.found(asked, to, &value("UserIdentifierValue"), "Reader")
            }
            Ok(_) => failed("an answer to something else"),
            Err(why) => failed(&why),
        }
    }

    /// The member's answer, brought home.
    fn home(&self, asked: &Question<'_>, to: &conformance_tests::ncip::Member, read: &Read) -> Answer {
        let overlooks = match self.fault {
            Some(Fault::DataFirst) => Overlooks::BesideData,
            Some(Fault::ExtUnread) => Overlooks::InExt,
            Some(Fault::OwnFormOnly) => Overlooks::TheOtherForm,
            _ => Overlooks::Nothing,
        };
        let mut problems: Vec<Problem> = judging::problems(read, overlooks);
        if self.is(Fault::FirstProblemOnly) {
            problems.truncate(1);
        }
        let value = |name: &str| read.anywhere(name).unwrap_or_default().trim().to_owned();
        if !problems.is_empty() {
            let pairs: Vec<(&str, &str)> =
                problems.iter().map(|problem| (problem.kind.as_str(), problem.element.as_str())).collect();
            let refused = match self.is(Fault::TracesPassedOn) {
                true => self.refuse_with(asked, &pairs, &problems[0].text),
                false => self.refuse(asked, &pairs),
            };
            let user = value("UserIdentifierValue");
            if self.is(Fault::BothPassed) && !user.is_empty() {
                let data = format!("{}<Problem>", write::user(asked.version, &to.agency, &user));
                return Answer { text: refused.text.replacen("<Problem>", &data, 1), ..refused };
            }
            return refused;
        }
        if asked.service == "LookupUser" {
            let id = value("UserIdentifierValue");
            if id.is_empty() && !self.is(Fault::EmptyIsFound) {
                return self.refuse(asked, &[("Temporary Processing Failure", "NCIPMessage")]);
            }
            let theirs = read.body().and_then(|body| {
                let user = body.child("UserId").or_else(|| body.child("UniqueUserId"))?;
                user.text_at("UniqueAgencyId/Value").or_else(|| user.text_at("AgencyId"))
            });
            let mut home = to.clone();
            if let (Some(theirs), true) = (theirs, self.is(Fault::AgencyAsItCame)) {
                home.agency = theirs.to_owned();
            }
            return self.found(asked, &home, &id, &value("UnstructuredPersonalUserName"));
        }
        let v = if self.is(Fault::AnswersInItsOwnVersion) { to.version } else { asked.version };
        let (item, status) =
            (value("ItemIdentifierValue"), read.code("CirculationStatus").unwrap_or_default());
        if (item.is_empty() || status.is_empty()) && !self.is(Fault::EmptyItemIsFound) {
            return self.refuse(asked, &[("Temporary Processing Failure", "NCIPMessage")]);
        }
        let item = write::item(v, &to.agency, &item);
        let fields = read.body().and_then(|body| body.child("ItemOptionalFields"));
        if self.is(Fault::ReadsOwnPlacesOnly) && fields.is_none() {
            let content = self.response_header(asked, v) + &item;
            return self.said(write::envelope(v, &write::element("LookupItemResponse", &content)), false);
        }
        self.said(write::item_found(v, &self.response_header(asked, v), &item, status), false)
    }

    fn found(
        &self,
        asked: &Question<'_>,
        home: &conformance_tests::ncip::Member,
        id: &str,
        name: &str,
    ) -> Answer {
        let v = if self.is(Fault::AnswersInItsOwnVersion) { home.version } else { asked.version };
        let id = if self.is(Fault::ForgetsIds) { "" } else { id };
        let user = write::user(v, &home.agency, id);
        self.said(write::user_found(v, &self.response_header(asked, v), &user, name), false)
    }

    pub(crate) fn said(&self, text: String, problem: bool) -> Answer {
        let text = match self.fault {
            Some(Fault::BareVersion) => text.replace("ncip:version", "version"),
            Some(Fault::BareTerms) => without_schemes(&text),
            Some(Fault::EmptyElements) => {
                text.replace("</ProblemType></Problem>", "</ProblemType><ProblemElement/></Problem>")
            }
            _ => text,
        };
        Answer { text, problem }
    }

    pub(crate) fn response_header(&self, asked: &Question<'_>, version: Version) -> String {
        if self.is(Fault::NotSwapped) {
            return write::response_header(version, &asked.from, &asked.to);
        }
        write::response_header(version, &asked.to, &asked.from)
    }

    fn versions(&self, asked: &Question<'_>) -> Answer {
        let agency = |value: &str| write::agency(Version::V1, value);
        let supported = |version: Version| write::element("VersionSupported", version.attribute());
        let content = format!(
            "<FromAgencyId>{}</FromAgencyId><ToAgencyId>{}</ToAgencyId>{}{}",
            agency(&asked.to),
            agency(&asked.from),
            supported(Version::V1),
            supported(Version::V2)
        );
        let body = write::element("LookupVersionResponse", &content);
        self.said(format!("<NCIPVersionMessage version=\"1\">{body}</NCIPVersionMessage>"), false)
    }

    pub(crate) fn refuse(&self, asked: &Question<'_>, problems: &[(&str, &str)]) -> Answer {
        let pin = asked.read.tree.mentions("4711-pin") && self.is(Fault::PinEchoed);
        self.refuse_with(asked, problems, if pin { "4711-pin" } else { "" })
    }

    fn refuse_with(&self, asked: &Question<'_>, problems: &[(&str, &str)], value: &str) -> Answer {
        let v = asked.version;
        let service = asked.service.to_lowercase();
        let text: String = problems
            .iter()
            .map(|(kind, element)| write::problem(v, &service, kind, element, value))
            .collect();
        let text = match v {
            Version::V1 => text.replace("</Problem><Problem>", ""),
            Version::V2 => text,
        };
        let text = match (self.fault, text.find("<Scheme>"), text.find("</Scheme>")) {
            (Some(Fault::NoScheme), Some(start), Some(end)) => {
                format!("{}{}", &text[..start], &text[end + 9..])
            }
            _ => text,
        };
        self.said(write::refused(v, &asked.service, &self.response_header(asked, v), &text), true)
    }

    fn unreadable(&self, why: &str) -> Answer {
        if self.is(Fault::TakesTheUnreadable) {
            let header = write::response_header(Version::V2, &self.members.agency, "CT-M1");
            let user = write::user(Version::V2, &self.members.agency, "somebody");
            return self.said(write::user_found(Version::V2, &header, &user, "Reader"), false);
        }
        let inside = format!("{why}\n\tat org.example.ncip.Reader.read(Reader.java:117)");
        let why = if self.is(Fault::TracesOfItsOwn) { &inside } else { why };
        let problem = write::problem(Version::V2, "", "Invalid Message Syntax Error", "NCIPMessage", why);
        self.said(write::envelope(Version::V2, &problem), true)
    }
}

/// The text without the attributes that name a scheme.
fn without_schemes(text: &str) -> String {
    let mut parts = text.split(" ncip:Scheme=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest))
}

fn deep(element: &Element) -> usize {
    1 + element.children.iter().map(deep).max().unwrap_or(0)
}

/// What the patron typed in, in another version.
fn typed_in(read: &Read, version: Version) -> String {
    let Some(body) = read.body() else { return String::new() };
    let inputs = body.all("AuthenticationInput");
    inputs
        .map(|input| {
            let kind = input.child("AuthenticationInputType");
            let kind =
                kind.map(|kind| kind.text_at("Value").unwrap_or(&kind.text).to_owned()).unwrap_or_default();
            write::typed_in(version, &kind, input.text_at("AuthenticationInputData").unwrap_or_default())
        })
        .collect()
}
