//! Many requests at once between simulated peers of every kind, with a gateway in the middle: and whether each ended as the books of all who
//! took part say. Everything is on loopback, chosen by a seed, and ends by itself. Must never touch a store that is not its own.

mod cast;
mod clock;
mod judge;
mod part;
mod plays;
mod report;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use api::model::{Applied, IncidentPage, Queue, RequestLine, RequestPage};
use errors::slug;
use net::{Clock, RealClock};
use simulator::{AskedOf, Conversation};
use tokio::task::JoinSet;

use self::{
    cast::Cast,
    clock::MovedClock,
    judge::Facts,
    part::{Part, end, heard_end},
    plays::{PLAYS, Play, Time},
    report::Report,
};
use crate::{
    child::{Gateway, Start},
    client::{Client, part as path_part},
    exit::{Exit, Failure},
    output::{Output, Table, say},
};

/// How long the gateway may take to come to rest after the last request has ended.
const SETTLING: Duration = Duration::from_secs(60);
/// How often it is looked whether it has.
const GLANCE: Duration = Duration::from_millis(200);

/// What is to be played.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) requests: usize,
    pub(crate) at_once: usize,
    pub(crate) seed: u64,
    /// Only these kinds; all where none is named.
    pub(crate) only: Vec<String>,
    pub(crate) engine: String,
}

/// A request that was asked.
struct Asked {
    part: Part,
    talk: Result<Conversation, String>,
}

/// The gateway and everybody around it.
struct Crowd {
    cast: Cast,
    client: Client,
    options: Options,
    plays: Vec<&'static Play>,
    next: AtomicUsize,
    asked: Mutex<Vec<Asked>>,
}

/// Lists the kinds of requests.
pub(crate) fn list(output: &Output) -> Result<Exit, Failure> {
    let mut table = Table::new(&["KIND", "SUPPLIERS", "ENDS AS"]);
    for play in PLAYS {
        let ends: Vec<String> = play.ends.iter().map(ToString::to_string).collect();
        table.row([play.name.to_owned(), play.rota.join(", "), ends.join(" or ")]);
    }
    output.text(table.print(output.colour))?;
    Ok(Exit::Ok)
}

/// Plays them, and compares the books.
pub(crate) async fn run(output: Output, options: Options) -> Result<Exit, Failure> {
    let named = |name: &String| PLAYS.iter().find(|play| play.name == name);
    if let Some(unknown) = options.only.iter().find(|name| named(name).is_none()) {
        return Err(Failure::new(slug!("crowd.unknown"), format!("there is no kind of request `{unknown}`"))
            .hint("`illgate crowd --list` lists them"));
    }
    let plays: Vec<&'static Play> = match options.only.is_empty() {
        true => PLAYS.iter().collect(),
        false => options.only.iter().filter_map(named).collect(),
    };
    let folder = tempfile::Builder::new().prefix("illgate-crowd-").tempdir();
    let folder = folder.map_err(|why| not_started(format!("a temporary folder: {why}")))?;
    let start = Start::fresh(folder.path(), &options.engine, "\n[log]\nlevel = \"warn\"\n")?;
    let gateway = Gateway::start(&start).await?;
    let clock = MovedClock::default();
    let cast = Cast::start(&format!("http://{}", gateway.address()), &clock.shown()).await?;
    let client = Client::at(gateway.address(), &start.data())?;
    let _: Applied = client.post_text("registry", "text/toml", cast.registry()).await?;
    let crowd =
        Arc::new(Crowd { cast, client, options, plays, next: AtomicUsize::new(0), asked: Mutex::default() });

    let began = RealClock.monotonic();
    crowd.play(&clock).await?;
    let took = RealClock.monotonic() - began;
    let resting = crowd.settle().await?;
    let report = crowd.compare(resting).await?.in_time(took);
    output.value(&report, |report, colour| report.text(colour))?;
    let is_well = report.is_well();
    if !is_well {
        say(format!("the gateway's log: {}", log_tail(&start)));
    }

    // A process that is gone already is what is wanted.
    let _gone = gateway.kill().await;
    if let Ok(crowd) = Arc::try_unwrap(crowd) {
        crowd.cast.stop().await;
    }
    drop(folder);
    Ok(if is_well { Exit::Ok } else { Exit::Finding })
}

impl Crowd {
    /// Plays every request: so many at once, and at the end those that wait for the clock.
    async fn play(self: &Arc<Self>, clock: &MovedClock) -> Result<(), Failure> {
        let mut workers = JoinSet::new();
        for _ in 0..self.options.at_once {
            let crowd = Arc::clone(self);
            workers.spawn(async move { crowd.work().await });
        }
        while let Some(ended) = workers.join_next().await {
            ended.map_err(|why| not_started(format!("a requester has failed: {why}")))?;
        }
        let waiting: Vec<Conversation> = {
            let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let moved = asked.iter().filter(|asked| asked.part.play.time == Time::IsMoved);
            moved.filter_map(|asked| asked.talk.as_ref().ok().cloned()).collect()
        };
        clock.run_out(&self.client, &waiting).await
    }

    /// Plays one request after the other until none is left.
    async fn work(&self) {
        loop {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let total = self.options.requests;
            if number >= total {
                return;
            }
            if number > 0 && number.is_multiple_of((total / 10).max(500)) {
                say(format!("{number} of {total}"));
            }
            let cast = Part::cast(number, self.options.seed, &self.plays, &self.cast.members);
            // A kind that nobody can play is shown by its count.
            let Some(part) = cast else { continue };
            let talk = part.ask(&self.cast).await.map_err(|why| why.to_string());
            if let (Ok(talk), Time::Runs) = (&talk, part.play.time) {
                // That it did not end is found when the books are compared.
                let _late = end(talk).await;
            }
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asked { part, talk });
        }
    }

    /// Waits until the gateway has nothing more to send; what is left in its queue then.
    async fn settle(&self) -> Result<Queue, Failure> {
        let began = RealClock.monotonic();
        loop {
            let queue: Queue = self.client.get("queue").await?;
            if queue.messages.is_empty() || RealClock.monotonic() - began > SETTLING {
                return Ok(queue);
            }
            RealClock.sleep(GLANCE).await;
        }
    }

    /// Every request that the gateway has, by its title.
    async fn lines(&self) -> Result<HashMap<String, Vec<RequestLine>>, Failure> {
        let mut lines: HashMap<String, Vec<RequestLine>> = HashMap::new();
        let mut path = "requests?limit=500".to_owned();
        loop {
            let page: RequestPage = self.client.get(&path).await?;
            for line in page.requests {
                lines.entry(line.title.clone().unwrap_or_default()).or_default().push(line);
            }
            match page.next {
                Some(next) => path = format!("requests?limit=500&cursor={}", path_part(&next)),
                None => return Ok(lines),
            }
        }
    }

    /// Compares everybody's books, request by request.
    async fn compare(&self, queue: Queue) -> Result<Report, Failure> {
        let mut report = Report::between(self.cast.count());
        let mut lines = self.lines().await?;
        let mut records: HashMap<String, Vec<(String, AskedOf)>> = HashMap::new();
        for member in &self.cast.members {
            for record in member.library.asked() {
                records.entry(record.title.clone()).or_default().push((member.tag(), record));
            }
        }
        let relayed = self.cast.relayed();
        let mut through: HashMap<&str, Vec<&str>> = HashMap::new();
        for (broker, title) in &relayed {
            through.entry(title).or_default().push(broker);
        }
        let asked = std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner));
        for Asked { part, talk } in &asked {
            let own = lines.remove(&part.title).unwrap_or_default();
            let own_records = records.get(&part.title).map(Vec::as_slice).unwrap_or_default();
            let end = match talk {
                Err(why) => Err(format!("not asked: {why}")),
                Ok(talk) => heard_end(talk).ok_or_else(|| heard(talk)),
            };
            let facts = Facts {
                part,
                end,
                asked: own_records.iter().map(|(library, record)| (library.clone(), record)).collect(),
                lines: own.iter().collect(),
                relayed: through.get(part.title.as_str()).cloned().unwrap_or_default(),
                is_direct: !self.cast.members[part.requester].is_behind(),
            };
            let id = talk.as_ref().map(Conversation::id).unwrap_or_default();
            report.add(&id, &facts);
        }
        for left in lines.into_values().flatten() {
            report.astray(&left.id, format!("a request that nobody made: {:?}", left.title));
        }
        for left in queue.messages {
            report.astray(&left.request, format!("{} to {} is still to be sent", left.kind, left.peer));
        }
        let incidents: IncidentPage = self.client.get("incidents?limit=1").await?;
        for left in incidents.libraries {
            report.astray(&left.library, format!("an incident of a library: {}: {}", left.slug, left.text));
        }
        Ok(report)
    }
}

/// What a requester heard, in few words.
fn heard(talk: &Conversation) -> String {
    let said = talk.heard();
    let words = said.iter().map(|message| {
        format!("{} ({})", message.status_info.status, message.message_info.reason_for_message)
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "nothing was heard".to_owned() } else { format!("heard {}", words.join(", ")) }
}

fn not_started(why: String) -> Failure {
    Failure::new(slug!("crowd.not-started"), why)
}

/// The last lines of the gateway's log.
fn log_tail(start: &Start) -> String {
    let log = std::fs::read_to_string(start.log()).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
