//! A gateway that shows a certificate, and those who call it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use api::model::{BASE, IncidentPage, TOKEN_FILE};
use gateway::{Gateway, GatewayConfig, ISO18626, RunningGateway};
use hyper::{
    HeaderMap,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use iso18626::{Message, WriteOptions};
use net::{
    CertificateFiles, RealClock, Seams, Secured, SteppedClock, Tls, connect,
    http::{Answer, ClientLimits, Failure, HttpClient, Outgoing},
};
use persistence::{EngineKind, MemoryDisk};
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use testkit::{Authority, Day, Issued, TIMEOUT};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::broker::{Edition, request};

pub(crate) const NORTH: &str = "ISIL:XX-NORTH";
pub(crate) const SOUTH: &str = "ISIL:XX-SOUTH";
/// A day on which no test is run.
pub(crate) const FAR: Day = (2085, 6, 1);

/// A gateway that shows a certificate for `localhost`.
pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) clock: SteppedClock,
    pub(crate) authority: Authority,
    pub(crate) running: RunningGateway,
}

impl World {
    /// One whose registry has two libraries, of which the first has this in its table besides.
    pub(crate) async fn new(north: &str, adjust: impl FnOnce(&mut GatewayConfig, &Authority)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let engine = EngineKind::Memory(MemoryDisk::new());
        let mut config = GatewayConfig::new(([127, 0, 0, 1], 0).into(), dir.path().join("data"), engine);
        let files = files(&dir);
        put(&files, &authority.issue(&["localhost"], FAR));
        config.certificate = Some(files);
        config.certificate_check = Duration::from_millis(10);
        let clock = SteppedClock::running(Arc::new(RealClock));
        config.stepped = Some(clock.clone());
        adjust(&mut config, &authority);
        let mut seams = Seams::real();
        seams.clock = Arc::new(clock.clone());
        let running = Gateway::start(config, seams).await.unwrap();
        let world = Self { dir, clock, authority, running };
        world.apply(None, north, "").await;
        world
    }

    /// Applies the registry with this in the table of the one library, and this as that of the other.
    pub(crate) async fn apply(&self, based_on: Option<u64>, north: &str, south: &str) {
        let based_on = based_on.map(|version| format!("based_on = {version}\n")).unwrap_or_default();
        let library = |id: &str, symbol: &str, more: &str| {
            format!("\n[[library]]\nid = \"{id}\"\nname = \"{id}\"\nsymbols = [\"{symbol}\"]\n{more}\n")
        };
        let file = format!(
            "{based_on}[broker]\nname = \"The broker\"\nsymbols = [\"ISIL:XX-BROKER\"]\n{}{}",
            library("north", NORTH, &format!("connection.url = \"http://127.0.0.1:1/\"\n{north}")),
            library(
                "south",
                SOUTH,
                if south.is_empty() { "connection.url = \"http://127.0.0.1:1/\"" } else { south }
            ),
        );
        let path = format!("{BASE}/registry");
        let answer = self.post(&path, "text/toml", file.into_bytes(), &self.trusting()).await.unwrap();
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }

    /// A client that trusts the gateway's authority.
    pub(crate) fn trusting(&self) -> Tls {
        Tls::new(self.authority.trusted(None))
    }

    /// Where the certificate lies.
    pub(crate) fn files(&self) -> CertificateFiles {
        files(&self.dir)
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        kind: &str,
        body: Vec<u8>,
        tls: &Tls,
    ) -> Result<Answer, Failure> {
        let mut headers = self.token();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        self.send(path, headers, body, tls).await
    }

    async fn send(
        &self,
        path: &str,
        headers: HeaderMap,
        body: Vec<u8>,
        tls: &Tls,
    ) -> Result<Answer, Failure> {
        let url = format!("https://localhost:{}{path}", self.running.addr().port()).parse().unwrap();
        let client = HttpClient::new(&Seams::real(), tls, ClientLimits::default());
        client.post(Outgoing { url, headers, body: body.into() }).await
    }

    /// North asks for something; the status of the answer.
    pub(crate) async fn ask(&self, id: &str, tls: &Tls) -> Result<u16, Failure> {
        self.ask_for(id, tls, None).await
    }

    /// The same through a proxy that says whom it speaks for.
    pub(crate) async fn ask_for(&self, id: &str, tls: &Tls, client: Option<&str>) -> Result<u16, Failure> {
        let message = Message::Request(request(NORTH, id, "2026-03-02T10:00:00Z", &[SOUTH]));
        let body = iso18626::write(&message, &WriteOptions::new(Edition::V1_2)).unwrap().bytes;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "application/xml".parse().unwrap());
        if let Some(client) = client {
            headers.insert("x-forwarded-for", client.parse().unwrap());
        }
        let answer = self.send(ISO18626, headers, body, tls).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        if answer.status == 200 {
            assert!(text.contains(">OK<"), "{text}");
        }
        Ok(answer.status.as_u16())
    }

    fn token(&self) -> HeaderMap {
        let token = std::fs::read_to_string(self.dir.path().join("data").join(TOKEN_FILE)).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", token.trim()).parse().unwrap());
        headers
    }

    /// The body that is answered to a GET.
    pub(crate) async fn page(&self, path: &str) -> String {
        let token = self.token();
        let token = token[AUTHORIZATION].to_str().unwrap();
        let at = ("localhost", self.running.addr().port());
        let mut stream = connect(&Seams::real(), &self.trusting(), Secured::Tls, at, TIMEOUT).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: {token}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let body = self.page(&format!("{BASE}/{path}")).await;
        serde_json::from_str(&body).unwrap_or_else(|why| panic!("{why}: {body}"))
    }

    /// The incidents that belong to no request: what each is about, its name and its sentence.
    pub(crate) async fn incidents(&self) -> Vec<(String, String, String)> {
        let page: IncidentPage = self.get("incidents").await;
        page.libraries.into_iter().map(|it| (it.library, it.slug, it.text)).collect()
    }
}

fn files(dir: &TempDir) -> CertificateFiles {
    let at = |name: &str| -> PathBuf { dir.path().join(name) };
    CertificateFiles { certificate: at("server.pem"), key: at("server.key") }
}

/// Puts a certificate where the gateway reads it: the key first, as whoever renews one would not.
pub(crate) fn put(files: &CertificateFiles, issued: &Issued) {
    std::fs::write(&files.key, &issued.key).unwrap();
    std::fs::write(&files.certificate, &issued.certificate).unwrap();
}
