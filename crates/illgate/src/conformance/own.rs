//! A gateway started for the suite: in a process of its own, with the suite's parties in its registry, its clock and its life in the
//! suite's hands. Must never touch a gateway that is used for anything else.

use std::{fmt::Write as _, sync::Arc};

use api::model::{Advance, Advanced, Applied, Status};
use conformance_tests::{
    Hook, Peers, Role, Subject, Symbol,
    ncip::{Member, Members, Transport, Version, members},
    peers::{Face, Part, Party, Trait},
};
use errors::slug;
use net::{Clock, RealClock};
use serde_json::Value;
use tokio::sync::Mutex;

use super::hosted::Staff;
use crate::{
    child::{Gateway, Start},
    client::Client,
    exit::Failure,
};

/// The broker's symbol in the suite.
const BROKER: &str = "ISIL:CT-BROKER";
/// A day, in seconds.
const DAY: i64 = 86_400;

/// A gateway that the suite tests. It ends when this is dropped.
pub(crate) struct OwnGateway {
    folder: tempfile::TempDir,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    start: Start,
    gateway: Option<Gateway>,
    client: Client,
}

impl OwnGateway {
    /// The symbol that the suite's parties know it by.
    pub(crate) fn symbol() -> Symbol {
        BROKER.parse().expect("the constant is a symbol, as a test reads it")
    }

    /// Starts it, with these parties in its registry.
    pub(crate) async fn start(engine: &str, peers: &Peers) -> Result<Self, Failure> {
        Self::start_with(engine, "", registry(peers), &[]).await
    }

    /// Starts it as a router of NCIP, with these members in its registry.
    pub(crate) async fn start_ncip(engine: &str, members: &Members) -> Result<Self, Failure> {
        Self::start_with(engine, "\n[ncip]\nlisten = \"127.0.0.1:0\"\n", ncip_registry(members), &[]).await
    }

    /// Starts it as the host of these members, which it speaks for to their ILSs.
    pub(crate) async fn start_hosting(engine: &str, members: &Members) -> Result<Self, Failure> {
        let config = "\n[ncip]\nlisten = \"127.0.0.1:0\"\n";
        Self::start_with(engine, config, hosting_registry(members), &members.member).await
    }

    async fn start_with(
        engine: &str,
        config: &str,
        registry: String,
        secrets: &[Member],
    ) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("illgate-conformance-").tempdir();
        let folder = folder.map_err(|why| {
            Failure::new(slug!("conformance.no-folder"), format!("a temporary folder: {why}"))
        })?;
        let mut start = Start::fresh(folder.path(), engine, config)?;
        keep_secrets(&start, secrets)?;
        let gateway = Gateway::start(&start).await?;
        start.address = Some(gateway.address());
        let client = Client::at(gateway.told(), &start.data())?;
        let _: Applied = client.post_text("registry", "text/toml", registry).await?;
        let inner = Inner { start, gateway: Some(gateway), client };
        Ok(Self { folder, inner: Arc::new(Mutex::new(inner)) })
    }

    /// It as the suite sees it: a URL, and hooks that advance its clock and kill it.
    pub(crate) async fn subject(&self) -> Subject {
        let address = self.inner.lock().await.gateway.as_ref().map(Gateway::address);
        let address = address.map_or_else(String::new, |address| address.to_string());
        self.with_hooks(Subject::new(Role::Broker, &format!("http://{address}/iso18626")))
    }

    /// It as an initiator: its staff are in the suite's hands too.
    pub(crate) async fn hosting_subject(&self, members: &Members) -> Subject {
        let address = self.inner.lock().await.gateway.as_ref().map(Gateway::address);
        let address = address.map_or_else(String::new, |address| address.to_string());
        let subject = Subject::new(Role::NcipInitiator, &format!("http://{address}/ncip"));
        let mut subject = self.with_hooks(subject);
        let (inner, staff) = (Arc::clone(&self.inner), Staff::new(members));
        subject.staff = Some(Hook::Call(Arc::new(move |order| {
            let (inner, staff, address) = (Arc::clone(&inner), Arc::clone(&staff), address.clone());
            Box::pin(async move {
                let client = inner.lock().await.client.clone();
                staff.obey(&address, &client, &order).await
            })
        })));
        subject
    }

    fn with_hooks(&self, mut subject: Subject) -> Subject {
        subject.name = format!("illgate {}", env!("CARGO_PKG_VERSION"));
        let inner = Arc::clone(&self.inner);
        subject.clock = Some(Hook::Call(Arc::new(move |order| {
            let inner = Arc::clone(&inner);
            Box::pin(async move { advance(&inner, &order).await.map_err(|why| why.to_string()) })
        })));
        let inner = Arc::clone(&self.inner);
        subject.restart = Some(Hook::Call(Arc::new(move |_| {
            let inner = Arc::clone(&inner);
            Box::pin(async move { restart(&inner).await.map_err(|why| why.to_string()) })
        })));
        subject
    }

    /// It as a router of NCIP: a URL, and where it takes bare connections.
    pub(crate) async fn ncip_subject(&self) -> Result<(Subject, Option<String>), Failure> {
        let inner = self.inner.lock().await;
        let status: Status = inner.client.get("status").await?;
        let address = inner.gateway.as_ref().map(|gateway| gateway.address().to_string()).unwrap_or_default();
        let mut subject = Subject::new(Role::NcipResponder, &format!("http://{address}/ncip"));
        subject.name = format!("illgate {}", env!("CARGO_PKG_VERSION"));
        Ok((subject, status.ncip_listen))
    }

    /// Ends it and takes its folder away.
    pub(crate) async fn end(self) {
        if let Some(gateway) = self.inner.lock().await.gateway.take() {
            // A process that is gone already is what is wanted.
            let _gone = gateway.kill().await;
        }
        drop(self.folder);
    }
}

async fn advance(inner: &Mutex<Inner>, order: &Value) -> Result<(), Failure> {
    let mut inner = inner.lock().await;
    let seconds = order["advance_seconds"].as_u64().unwrap_or_default();
    let _: Advanced = inner.client.post("clock/advance", &Advance { advance_seconds: seconds }).await?;
    inner.start.ahead += seconds;
    Ok(())
}

async fn restart(inner: &Mutex<Inner>) -> Result<(), Failure> {
    let mut inner = inner.lock().await;
    if let Some(running) = inner.gateway.take() {
        running.kill().await?;
    }
    inner.gateway = Some(Gateway::start(&inner.start).await?);
    Ok(())
}

/// How patient the gateway is with the suite: a party that is silent on purpose must not hold a run up.
const IMPATIENT: &str = "[defaults.connection]\nrate = \"1000/s\"\n\
     timeouts = { connect = \"1s\", read = \"3s\", total = \"5s\" }\n\
     retry = { first = \"100ms\", factor = 20, longest = \"30s\", give_up_after = \"1h\" }\n\n";

/// The suite takes no scan back: what is shipped is told at once.
const SHIPS_AT_ONCE: &str = "[defaults.hosted]\nundo_window = \"0s\"\n\n";

/// Puts the members' passwords where the gateway finds them.
fn keep_secrets(start: &Start, members: &[Member]) -> Result<(), Failure> {
    let folder = start.data().join("secrets");
    for member in members {
        let Some(password) = &member.password else { continue };
        let file = folder.join(member.agency.to_lowercase());
        std::fs::create_dir_all(&folder).map_err(|why| Failure::file(&folder, &why))?;
        std::fs::write(&file, password).map_err(|why| Failure::file(&file, &why))?;
    }
    Ok(())
}

/// The registry file that names the members that are hosted. A failed asking is repeated soon, and silence is not waited for long.
fn hosting_registry(members: &Members) -> String {
    let mut text = format!(
        "[broker]\nname = \"The conformance suite's gateway\"\nsymbols = [\"ISIL:{}\"]\n\n\
         [defaults.connection]\nrate = \"1000/s\"\n\
         timeouts = {{ connect = \"1s\", read = \"1s\", total = \"2s\" }}\n\
         retry = {{ first = \"200ms\", factor = 2, longest = \"1s\", give_up_after = \"1h\" }}\n\n{SHIPS_AT_ONCE}",
        members.agency
    );
    for member in &members.member {
        let id = member.agency.to_lowercase();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}institutional_patrons = [{{ patron = \"ILL-OTHERS\" }}]",
            ncip_library(member, &id)
        );
        if member.password.is_some() {
            let _ = writeln!(text, "agency_secret = \"file:{id}\"");
        }
        text.push('\n');
    }
    text
}

/// The registry file that names the suite's NCIP members.
fn ncip_registry(members: &Members) -> String {
    let mut text = format!(
        "[broker]\nname = \"The conformance suite's gateway\"\nsymbols = [\"ISIL:{}\"]\n\n{IMPATIENT}",
        members.agency
    );
    for member in &members.member {
        let id = member.agency.to_lowercase();
        text += &ncip_library(member, &id);
        text.push('\n');
        let items = match member.traits.contains(&members::Trait::ItemsToo) {
            true => ", \"LookupItem\"",
            false => "",
        };
        let _ = writeln!(text, "[[ncip_route]]\nto = \"{id}\"\nservices = [\"LookupUser\"{items}]\n");
    }
    text
}

/// A library and how its ILS is reached.
fn ncip_library(member: &Member, id: &str) -> String {
    let Member { agency, version, transport, url, .. } = member;
    let preset = match version {
        Version::V1 => "plain-v1",
        Version::V2 => "plain-v2",
    };
    let scheme = match transport {
        Transport::Http => "",
        Transport::Tcp => "tcp://",
    };
    format!(
        "[[library]]\nid = \"{id}\"\nname = \"{agency}\"\nsymbols = [\"ISIL:{agency}\"]\n\n\
         [library.connection]\nkind = \"ncip\"\n\n\
         [library.connection.ncip]\nurl = \"{scheme}{url}\"\npreset = \"{preset}\"\n"
    )
}

/// The registry file that names the suite's parties.
fn registry(peers: &Peers) -> String {
    let mut text = format!(
        "[broker]\nname = \"The conformance suite's broker\"\nsymbols = [\"{}\"]\naddressed = \"goes-on\"\n\n{IMPATIENT}\
         [[group]]\nid = \"requesters\"\nname = \"Requesters\"\n\n\
         [[group]]\nid = \"suppliers\"\nname = \"Suppliers\"\n",
        peers.subject
    );
    for party in &peers.party {
        library(&mut text, party);
    }
    text
}

fn library(text: &mut String, party: &Party) {
    // Requesters share no group with suppliers: only suppliers that a request names are asked.
    let (borrows, lends, group) = match (party.part, party.traits.contains(&Trait::LastResort)) {
        (Part::Requester, _) => (true, "no", "requesters"),
        (Part::Supplier, true) => (false, "last", "suppliers"),
        (Part::Supplier, false) => (false, "yes", "suppliers"),
    };
    let face = match party.face {
        Face::Opaque => "opaque",
        Face::Transparent => "transparent",
    };
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n[[library]]\nid = \"{id}\"\nname = \"{symbol}\"\nsymbols = [\"{symbol}\"]\nborrows = {borrows}\nlends = \"{lends}\"\n\
         groups = [{{ group = \"{group}\", priority = 1 }}]\n",
        id = party.symbol.value.to_lowercase(),
        symbol = party.symbol,
    );
    if party.traits.contains(&Trait::Broker) {
        text.push_str("kind = \"broker\"\n");
    }
    if party.traits.contains(&Trait::Closed) {
        let day = |from_now: i64| {
            let at = RealClock.now().as_second() + from_now * DAY;
            jiff::Timestamp::from_second(at).unwrap_or_default().strftime("%F").to_string()
        };
        let _ = writeln!(text, "calendar.closures = [{{ from = {}, to = {} }}]", day(-1), day(3650));
    }
    let _ = write!(
        text,
        "\n[library.connection]\nurl = \"{}\"\nedition = \"{}\"\nface = \"{face}\"\n",
        party.url, party.edition
    );
}

#[cfg(test)]
mod tests {
    use registry::Registry;

    use super::*;

    #[test]
    fn the_registry_takes_the_suites_parties() {
        let peers = Peers::standard(&OwnGateway::symbol(), "127.0.0.1:19626").with_special_suppliers();
        let registry = Registry::parse_toml(&registry(&peers)).expect("the file is right");
        assert_eq!(registry.libraries().count(), peers.party.len());
        let members = Members::standard("127.0.0.1:19627");
        let registry = Registry::parse_toml(&ncip_registry(&members).replace(":0\"", ":19628\""));
        let registry = registry.expect("the file is right");
        assert_eq!(registry.libraries().count(), members.member.len());
        let members = Members::hosted("127.0.0.1:19627");
        let registry = Registry::parse_toml(&hosting_registry(&members).replace(":0\"", ":19628\""));
        let registry = registry.expect("the file is right");
        assert_eq!(registry.libraries().count(), members.member.len());
    }
}
