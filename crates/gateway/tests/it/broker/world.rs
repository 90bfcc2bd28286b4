//! A gateway and its libraries, started afresh for a test, on a store that survives a restart.

use std::{path::Path, sync::Arc};

use api::model::{BASE, RequestDetail, TOKEN_FILE};
use errors::{ErrorPage, slug};
use gateway::{Gateway, GatewayConfig, ISO18626, RunningGateway};
use hyper::{
    HeaderMap, Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use iso18626::{Edition, Message};
use net::{
    RealClock, Seams, SteppedClock, Tls,
    http::{Answer, ClientLimits, HttpClient, Outgoing},
    timeout,
};
use persistence::{EngineKind, MemoryDisk};
use serde::{Serialize, de::DeserializeOwned};
use tempfile::TempDir;

use super::{
    peer::{Peer, TIMEOUT, post},
    words::{BROKER, confirmed},
};

/// The pages that the API shows here.
const PAGES: &[ErrorPage] = &[ErrorPage {
    slug: slug!("request.unknown").as_str(),
    blame: slug!("request.unknown").blame(),
    means: "No request is known under this id.",
    remedy: "Ids begin with `req_`.",
}];

/// A gateway with libraries.
pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) disk: MemoryDisk,
    pub(crate) clock: SteppedClock,
    pub(crate) peers: Vec<Peer>,
    running: Option<RunningGateway>,
    engine: EngineKind,
    adjust: Box<dyn Fn(&mut GatewayConfig) + Send + Sync>,
}

impl World {
    /// A gateway on a disk in memory whose registry has these libraries.
    pub(crate) async fn new(peers: &[(&'static str, Edition)]) -> Self {
        let disk = MemoryDisk::new();
        Self::on(EngineKind::Memory(disk.clone()), disk, peers, |_| {}).await
    }

    /// The same, on an engine of one's choice and with settings changed.
    pub(crate) async fn on(
        engine: EngineKind,
        disk: MemoryDisk,
        peers: &[(&'static str, Edition)],
        adjust: impl Fn(&mut GatewayConfig) + Send + Sync + 'static,
    ) -> Self {
        let clock = SteppedClock::running(Arc::new(RealClock));
        let mut started = Vec::new();
        for &(symbol, edition) in peers {
            started.push(Peer::start(symbol, edition).await);
        }
        let dir = tempfile::tempdir().unwrap();
        let adjust = Box::new(adjust);
        let mut world = Self { dir, disk, clock, peers: started, running: None, engine, adjust };
        world.start().await;
        world.apply(world.registry(None)).await;
        world
    }

    pub(crate) async fn start(&mut self) {
        let mut config = GatewayConfig::new(([127, 0, 0, 1], 0).into(), self.dir.path(), self.engine.clone());
        config.stepped = Some(self.clock.clone());
        config.error_pages = PAGES;
        (self.adjust)(&mut config);
        let mut seams = Seams::real();
        seams.clock = Arc::new(self.clock.clone());
        self.running = Some(Gateway::start(config, seams).await.unwrap());
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shut_down().await;
        }
    }

    /// The registry's file, made from a version.
    pub(crate) fn registry(&self, based_on: Option<u64>) -> String {
        let based_on = based_on.map(|version| format!("based_on = {version}\n")).unwrap_or_default();
        let mut file = format!("{based_on}[broker]\nname = \"The broker\"\nsymbols = [\"{BROKER}\"]\n");
        // A scan of what goes is told at once, unless a library says otherwise.
        file += "\n[defaults.hosted]\nundo_window = \"0s\"\n";
        for peer in &self.peers {
            let (id, symbol, addr, edition) = (peer.id(), peer.symbol, peer.addr, peer.edition);
            file += &format!(
                "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"{symbol}\"]\n\
                 connection.url = \"http://{addr}/iso18626\"\nconnection.edition = \"{edition}\"\n\
                 connection.retry.first = \"1s\"\n"
            );
        }
        file
    }

    /// Applies a registry file, which must be good.
    pub(crate) async fn apply(&self, file: String) {
        let applied = self.send("POST", "registry", "text/toml", file.into_bytes()).await;
        assert_eq!(applied.status, 200, "{}", String::from_utf8_lossy(&applied.body));
    }

    pub(crate) fn running(&self) -> &RunningGateway {
        self.running.as_ref().unwrap()
    }

    /// Posts bytes to the endpoint.
    pub(crate) async fn post(&self, bytes: Vec<u8>) -> Answer {
        post(self.running().addr(), ISO18626, "application/xml; charset=utf-8", bytes).await
    }

    /// A library sends a message; its confirmation is OK.
    pub(crate) async fn say(&self, peer: usize, message: &Message) -> Answer {
        let answer = self.post(self.peers[peer].write(message)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(confirmed(&answer.body), ("OK".to_owned(), vec![]));
        answer
    }

    /// A library sends a message; its confirmation is ERROR with these errors.
    pub(crate) async fn refused(&self, peer: usize, message: &Message) -> Vec<String> {
        let answer = self.post(self.peers[peer].write(message)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let (status, errors) = confirmed(&answer.body);
        assert_eq!(status, "ERROR");
        errors
    }

    /// Calls the API.
    pub(crate) async fn send(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let token = std::fs::read_to_string(self.dir.path().join(TOKEN_FILE)).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        headers.insert(AUTHORIZATION, format!("Bearer {}", token.trim()).parse().unwrap());
        call(self.running(), method.parse().unwrap(), &format!("{BASE}/{path}"), headers, body).await
    }

    /// Asks for a page, as a browser does.
    pub(crate) async fn page(&self, method: &str, path: &str, form: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        call(self.running(), method.parse().unwrap(), path, headers, form.as_bytes().to_vec()).await
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.send("GET", path, "application/json", Vec::new()).await;
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap_or_else(|why| panic!("{path}: {why}: {text}"))
    }

    pub(crate) async fn ask(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send("POST", path, "application/json", serde_json::to_vec(body).unwrap()).await
    }

    /// A request as the API shows it.
    pub(crate) async fn detail(&self, id: &str) -> RequestDetail {
        self.get(&format!("requests/{id}")).await
    }

    /// Waits until a request is as it should be.
    pub(crate) async fn until(&self, id: &str, fits: impl Fn(&RequestDetail) -> bool) -> RequestDetail {
        let waiting = async {
            let mut after = 0;
            loop {
                let detail = self.detail(id).await;
                if fits(&detail) {
                    return detail;
                }
                after = after.max(detail.line.version);
                let _: serde_json::Value = self.get(&format!("requests/{id}/watch?after={after}")).await;
            }
        };
        let found = timeout(&RealClock, TIMEOUT, waiting).await;
        match found {
            Ok(detail) => detail,
            Err(_) => panic!("it did not come to that: {:#?}", self.detail(id).await),
        }
    }

    /// Whether any file of the data directory holds these bytes.
    pub(crate) fn files_hold(&self, text: &str) -> bool {
        holds(self.dir.path(), text.as_bytes())
    }
}

pub(crate) fn holds(dir: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, needle);
        }
        std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
    })
}

/// Any HTTP call to a gateway.
pub(crate) async fn call(
    running: &RunningGateway,
    method: Method,
    path: &str,
    headers: HeaderMap,
    body: Vec<u8>,
) -> Answer {
    if method == Method::POST {
        let client = HttpClient::new(&Seams::real(), &Tls::system(), ClientLimits::default());
        let url = format!("http://{}{path}", running.addr()).parse().unwrap();
        return client.post(Outgoing { url, headers, body: body.into() }).await.unwrap();
    }
    super::peer::raw(running.addr(), &method, path, &headers).await
}
