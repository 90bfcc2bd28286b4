//! Who takes part: libraries with ISO 18626 in every dialect, edition and face, other brokers of every kind, and a library behind each of
//! these. Must never know what is played.

use std::time::Duration;

use errors::slug;
use iso18626::{Edition, TimestampEcho};
use simulator::{
    Books, FarSide, Library, LibraryConfig, SimClock,
    broker::{Broker, BrokerPeer, BrokerSettings, Checks, Face, Habit},
};

use super::{
    hosted::Hosted,
    plays::{BEHAVIOURS, Play, Requesters, Suppliers, lends},
};
use crate::exit::Failure;

/// The gateway's own symbol.
pub(super) const BROKER: &str = "ISIL:XX-CROWD";
/// How long a library thinks before it acts.
const PACE: Duration = Duration::from_millis(3);
/// How many exchanges each remembers: enough to see how one went wrong.
const REMEMBERED: usize = 300;

/// A library with ISO 18626.
struct Native {
    id: &'static str,
    dialect: &'static str,
    edition: Edition,
    face: &'static str,
    books: Books,
}

const fn native(id: &'static str, dialect: &'static str, edition: Edition, face: &'static str) -> Native {
    Native { id, dialect, edition, face, books: Books::AtOnce }
}

/// Every dialect in both faces, every edition, and libraries that book their own requests late: within the pause that the gateway makes, and
/// after it.
const NATIVES: &[Native] = &[
    native("plain-o", "plain", Edition::V1_2, "opaque"),
    native("plain-t", "plain", Edition::V2021_2, "transparent"),
    Native {
        books: Books::Late(Duration::from_millis(40)),
        ..native("plain-late", "plain", Edition::V1_1, "opaque")
    },
    Native {
        books: Books::Late(Duration::from_millis(250)),
        ..native("plain-slow", "plain", Edition::V2021_2, "opaque")
    },
    native("alma-o", "alma", Edition::V1_1, "opaque"),
    native("alma-t", "alma", Edition::V1_2, "transparent"),
    native("illiad-o", "illiad", Edition::V1_2, "opaque"),
    native("illiad-t", "illiad", Edition::V2021_2, "transparent"),
    native("reshare-o", "reshare", Edition::V2021_2, "opaque"),
    native("reshare-t", "reshare", Edition::V1_2, "transparent"),
    native("xlink-o", "crosslink", Edition::V2021_2, "opaque"),
    native("xlink-t", "crosslink", Edition::V1_2, "transparent"),
    native("koha-o", "koha", Edition::V1_2, "opaque"),
    native("koha-t", "koha", Edition::V2021_2, "transparent"),
];

/// Dialects that mean by a Cancel to their supplier that the next one is to be asked.
const NEXT_SUPPLIER: [&str; 2] = ["reshare", "crosslink"];
/// Dialects that repeat a timestamp in the other field.
const ECHO_RECEIVED: [&str; 2] = ["reshare", "crosslink"];

/// Another broker.
struct Other {
    id: &'static str,
    /// How it speaks, as the registry says it.
    dialect: &'static str,
    edition: Edition,
    face: Face,
    checks: Checks,
    habit: Option<Habit>,
}

const fn other(id: &'static str, edition: Edition, face: Face, checks: Checks) -> Other {
    Other { id, dialect: "plain", edition, face, checks, habit: None }
}

const OTHERS: &[Other] = &[
    Other { dialect: "crosslink", ..other("cstrict", Edition::V2021_2, Face::Opaque, Checks::Strict) },
    other("clenient", Edition::V1_2, Face::Opaque, Checks::Lenient),
    other("ostrict", Edition::V2021_2, Face::Transparent, Checks::Strict),
    other("olenient", Edition::V1_2, Face::Transparent, Checks::Lenient),
    Other { habit: Some(Habit::Doubles), ..other("cdouble", Edition::V2021_2, Face::Opaque, Checks::Strict) },
    Other {
        habit: Some(Habit::Doubles),
        ..other("odouble", Edition::V1_2, Face::Transparent, Checks::Strict)
    },
    Other {
        habit: Some(Habit::Replaces),
        ..other("replaces", Edition::V2021_2, Face::Opaque, Checks::Strict)
    },
    Other { habit: Some(Habit::Forgets), ..other("forgets", Edition::V1_2, Face::Opaque, Checks::Strict) },
];

/// A library that asks and is asked.
pub(super) struct Member {
    pub(super) library: Library,
    edition: Edition,
    dialect: &'static str,
    face: &'static str,
    /// The broker that it is behind, by its place.
    behind: Option<usize>,
}

/// Everybody.
pub(super) struct Cast {
    pub(super) members: Vec<Member>,
    pub(super) hosted: Vec<Hosted>,
    brokers: Vec<Broker>,
}

/// Somebody who asks or is asked, by their place among their like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Member(usize),
    Hosted(usize),
}

impl Member {
    /// What of its symbol tells it apart.
    pub(super) fn tag(&self) -> String {
        self.library.config().symbol.value.clone()
    }

    pub(super) fn may_ask(&self, play: &Play) -> bool {
        let is_direct = self.behind.is_none();
        match play.requesters {
            Requesters::All => self.is_in_good_hands() && !(self.is_forgotten() && play.may_lend()),
            Requesters::Direct => is_direct,
            Requesters::DirectNextSupplier => {
                is_direct && NEXT_SUPPLIER.contains(&self.dialect) && self.face == "transparent"
            }
            Requesters::Direct2021 => is_direct && self.edition == Edition::V2021_2,
            Requesters::Hosted => false,
        }
    }

    /// Whether a broker is between that knows nothing of a loan once the item is on its way: nobody hears of the loan's end.
    fn is_forgotten(&self) -> bool {
        self.is_behind_one_that(Habit::Forgets)
    }

    /// Whether no broker is between that puts a second request in the place of a cancelled one.
    fn is_in_good_hands(&self) -> bool {
        !self.is_behind_one_that(Habit::Replaces)
    }

    fn is_behind_one_that(&self, habit: Habit) -> bool {
        self.behind.is_some_and(|place| OTHERS[place].habit == Some(habit))
    }

    pub(super) fn may_supply(&self, who: Suppliers, behaviour: &str) -> bool {
        match who {
            Suppliers::All => self.is_in_good_hands() && !(self.is_forgotten() && lends(behaviour)),
            Suppliers::BehindReplacer => self.is_behind_one_that(Habit::Replaces),
            Suppliers::Direct => self.behind.is_none(),
            Suppliers::Direct2021 => self.behind.is_none() && self.edition == Edition::V2021_2,
            Suppliers::Hosted => false,
        }
    }
}

impl Cast {
    /// Starts everybody around a gateway.
    pub(super) async fn start(gateway: &str, clock: &SimClock) -> Result<Self, Failure> {
        let ours = FarSide::new(format!("{gateway}/iso18626"), BROKER);
        let mut members = Vec::new();
        for native in NATIVES {
            let echo = match ECHO_RECEIVED.contains(&native.dialect) {
                true => TimestampEcho::TimestampReceived,
                false => TimestampEcho::Timestamp,
            };
            let config =
                LibraryConfig { echo, books: native.books, ..config(native.id, native.edition, &ours) };
            let library = start(config, clock).await?;
            members.push(Member {
                library,
                edition: native.edition,
                dialect: native.dialect,
                face: native.face,
                behind: None,
            });
        }
        let mut brokers = Vec::new();
        for (place, other) in OTHERS.iter().enumerate() {
            let nowhere = FarSide::new("http://127.0.0.1:9/", &symbol(other.id));
            let edition = if place % 2 == 0 { Edition::V1_2 } else { Edition::V2021_2 };
            let library = start(config(&behind(other.id), edition, &nowhere), clock).await?;
            let peer = |symbol: &str, url: &str, edition, speaks_for: &[&str]| BrokerPeer {
                symbol: symbol.to_owned(),
                url: url.to_owned(),
                edition,
                speaks_for: speaks_for.iter().map(|symbol| (*symbol).to_owned()).collect(),
            };
            let settings = BrokerSettings {
                symbol: symbol(other.id),
                face: other.face,
                checks: other.checks,
                habits: other.habit.into_iter().collect(),
                listen: library.config().listen,
                port: 0,
                suppliers: vec![library.symbol()],
                remembered: REMEMBERED,
                peers: vec![
                    peer(&library.symbol(), &library.url(), edition, &[]),
                    peer(BROKER, &ours.url, other.edition, &["*"]),
                ],
            };
            let broker =
                Broker::start(settings, clock.clone()).await.map_err(|why| not_started(why.to_string()))?;
            let union = FarSide::new(broker.url(), &symbol(other.id));
            library.turn_to(&union).map_err(|why| not_started(why.to_string()))?;
            members.push(Member { library, edition, dialect: "plain", face: "opaque", behind: Some(place) });
            brokers.push(broker);
        }
        let hosted = Hosted::start(clock).await?;
        Ok(Self { members, hosted, brokers })
    }

    /// The broker that somebody is behind, by its place.
    fn behind(&self, who: Who) -> Option<usize> {
        match who {
            Who::Member(place) => self.members[place].behind,
            Who::Hosted(_) => None,
        }
    }

    /// Whether somebody asks and is asked by the gateway itself.
    pub(super) fn is_direct(&self, who: Who) -> bool {
        self.behind(who).is_none()
    }

    /// Whether two are behind the same broker, so that nothing between them goes through the gateway.
    pub(super) fn are_neighbours(&self, one: Who, other: Who) -> bool {
        self.behind(one).is_some() && self.behind(one) == self.behind(other)
    }

    /// The gateway's registry of them.
    pub(super) fn registry(&self) -> String {
        let mut text = format!(
            "[broker]\nname = \"The crowd's broker\"\nsymbols = [\"{BROKER}\"]\n\n\
             [defaults.connection]\nrate = \"5000/s\"\nconcurrency = 16\n\
             timeouts = {{ connect = \"2s\", read = \"10s\", total = \"20s\" }}\n\
             retry = {{ first = \"100ms\", factor = 2, longest = \"1s\", give_up_after = \"1h\" }}\n\n\
             [defaults.calendar]\n\
             open_days = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\", \"saturday\", \"sunday\"]\n\n\
             [defaults.hosted]\nundo_window = \"0s\"\n"
        );
        for (native, member) in NATIVES.iter().zip(&self.members) {
            text += &entry(native.id);
            text += &format!(
                "connection.url = \"{}\"\nconnection.edition = \"{}\"\nconnection.dialect = \"{}\"\nconnection.face = \"{}\"\n",
                member.library.url(),
                native.edition,
                native.dialect,
                native.face,
            );
            if native.books == Books::AtOnce {
                text += "connection.booking_pause = \"0s\"\n";
            }
        }
        for (other, broker) in OTHERS.iter().zip(&self.brokers) {
            text += &entry(other.id);
            text += &format!(
                "kind = \"broker\"\nconnection.url = \"{}\"\nconnection.edition = \"{}\"\nconnection.dialect = \"{}\"\n\
                 connection.booking_pause = \"0s\"\n",
                broker.url(),
                other.edition,
                other.dialect,
            );
            text += &entry(&behind(other.id));
            text += &format!("behind = \"{}\"\n", other.id);
        }
        for hosted in &self.hosted {
            text += &entry(&hosted.id);
            text += &hosted.connection();
        }
        text
    }

    /// What the brokers keep of the requests that they passed on: how many times each title came to each.
    pub(super) fn relayed(&self) -> Vec<(String, String)> {
        let of = |broker: &Broker| {
            let name = broker.symbol().to_owned();
            broker.relayed().into_iter().map(move |kept| (name.clone(), kept.title)).collect::<Vec<_>>()
        };
        self.brokers.iter().flat_map(of).collect()
    }

    /// How many take part.
    pub(super) fn count(&self) -> usize {
        self.members.len() + self.brokers.len() + self.hosted.len()
    }

    /// Stops everybody.
    pub(super) async fn stop(self) {
        for broker in self.brokers {
            broker.stop().await;
        }
        for member in self.members {
            member.library.stop().await;
        }
        for hosted in self.hosted {
            hosted.stop().await;
        }
    }
}

fn behind(broker: &str) -> String {
    format!("in-{broker}")
}

fn symbol(id: &str) -> String {
    format!("ISIL:XX-{}", id.to_uppercase())
}

fn entry(id: &str) -> String {
    format!("\n[[library]]\nid = \"{id}\"\nname = \"The library {id}\"\nsymbols = [\"{}\"]\n", symbol(id))
}

fn config(id: &str, edition: Edition, far: &FarSide) -> LibraryConfig {
    LibraryConfig {
        pace: PACE,
        remembered: REMEMBERED,
        ..LibraryConfig::new(&symbol(id), &format!("The library {id}"), far.clone()).edition(edition)
    }
}

async fn start(config: LibraryConfig, clock: &SimClock) -> Result<Library, Failure> {
    let library = Library::start(config, clock.clone()).await.map_err(|why| not_started(why.to_string()))?;
    let tag = library.config().symbol.value.clone();
    for (name, scenario) in BEHAVIOURS {
        let part = call(&tag, name);
        library.scenario_for_title(&part, scenario).map_err(|why| not_started(why.to_string()))?;
    }
    Ok(library)
}

/// The part of a title that tells a library what to do.
pub(super) fn call(tag: &str, behaviour: &str) -> String {
    format!(" {tag}:{behaviour};")
}

pub(super) fn not_started(why: String) -> Failure {
    Failure::new(slug!("crowd.not-started"), why)
}
