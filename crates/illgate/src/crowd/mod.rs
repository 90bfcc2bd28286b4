//! Many requests at once between simulated peers of every kind, with a gateway in the middle: and whether each ended as the books of all who
//! took part say. Everything is on loopback, chosen by a seed, and ends by itself. Must never touch a store that is not its own.

mod cast;
mod clock;
mod hosted;
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
    cast::{Cast, Who, not_started},
    clock::MovedClock,
    judge::Facts,
    part::{Heard, Part, Played},
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

/// The gateway and everybody around it.
struct Crowd {
    cast: Cast,
    client: Client,
    options: Options,
    plays: Vec<&'static Play>,
    next: AtomicUsize,
    played: Mutex<Vec<Played>>,
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
    let client = Client::at(gateway.told(), &start.data())?;
    let _: Applied = client.post_text("registry", "text/toml", cast.registry()).await?;
    let crowd =
        Arc::new(Crowd { cast, client, options, plays, next: AtomicUsize::new(0), played: Mutex::default() });

    let began = RealClock.monotonic();
    crowd.play(&clock).await?;
    let took = RealClock.monotonic() - began;
    let resting = crowd.settle().await?;
    let report = crowd.compare(resting).await?.in_time(took);
    output.value(&report, |report, colour| report.text(colour))?;
    let is_well = report.is_well();
    if !is_well {
        say(format!("the gateway's log ends so:\n{}", log_tail(&start)));
    }

    // A process that is gone already is what is wanted.
    let _gone = gateway.kill().await;
    if let Ok(crowd) = Arc::try_unwrap(crowd) {
        crowd.cast.stop().await;
    }
    if is_well {
        return Ok(Exit::Ok);
    }
    say(format!("its store and its whole log are kept in {}", folder.keep().display()));
    Ok(Exit::Finding)
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
            let played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
            let moved = played.iter().filter(|played| played.part.play.time == Time::IsMoved);
            let talks = moved.filter_map(|played| match &played.heard {
                Heard::Library { talk, .. } => Some(talk.clone()),
                Heard::Patron { .. } | Heard::Nothing(_) => None,
            });
            talks.collect()
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
            // That a request was not played is told with the report.
            let Some(part) = Part::cast(number, self.options.seed, &self.plays, &self.cast) else { continue };
            let played = part.play(&self.cast, &self.client).await;
            self.played.lock().unwrap_or_else(PoisonError::into_inner).push(played);
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
        let played = std::mem::take(&mut *self.played.lock().unwrap_or_else(PoisonError::into_inner));
        let unplayed = self.options.requests - played.len();
        if unplayed > 0 {
            report.astray(
                "",
                format!("{unplayed} requests were not played: nobody here can take part in them"),
            );
        }
        for Played { part, heard } in &played {
            let own = lines.remove(&part.title).unwrap_or_default();
            let mut asked = records.remove(&part.title).unwrap_or_default();
            if let Some(Who::Hosted(place)) = part.suppliers.first() {
                let lender = &self.cast.hosted[*place];
                asked.push((lender.id.clone(), lender.lent(&part.barcode, &part.title)));
            }
            let facts = Facts {
                part,
                end: heard.end(),
                asked: asked.iter().map(|(library, record)| (library.clone(), record)).collect(),
                lines: own.iter().collect(),
                relayed: through.get(part.title.as_str()).cloned().unwrap_or_default(),
                is_direct: self.cast.is_direct(part.requester),
            };
            report.add(&heard.id(), &facts);
        }
        for hosted in &self.cast.hosted {
            hosted.left().into_iter().for_each(|what| report.astray(&hosted.id, what));
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

/// The last lines of the gateway's log.
fn log_tail(start: &Start) -> String {
    let log = std::fs::read_to_string(start.log()).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
