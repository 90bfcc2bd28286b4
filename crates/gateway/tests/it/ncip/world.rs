//! A gateway whose members speak NCIP, and somebody who keeps hosted requests as the test says.

use std::sync::{Arc, Mutex};

use api::model::{BASE, IncidentPage, NcipCounts, TOKEN_FILE};
use gateway::{Gateway, GatewayConfig, NCIP, RunningGateway};
use hyper::{
    HeaderMap,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use ils::{
    HostedInputs, NotTaken, Notice, Noticed, PatronAsk, PatronCancel, PatronUpdate, RequestPlaced, Shown,
    ShownStatus, Which,
};
use loan_model::PeerId;
use ncip::{Body, Message, ReadOptions, Version, WriteOptions};
use net::{
    BoxFuture, CertificateFiles, Seams, Tls,
    http::{ClientLimits, HttpClient, Outgoing},
};
use persistence::EngineKind;
use tempfile::TempDir;

/// The gateway's own agency.
pub(crate) const BROKER: &str = "BROKER";

pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) hosted: Arc<Keeper>,
    running: RunningGateway,
}

/// A member with a system, as the registry has it.
pub(crate) struct Member {
    pub(crate) id: &'static str,
    /// More lines of its `[library.connection.ncip]`.
    pub(crate) ncip: String,
}

impl World {
    pub(crate) async fn new(members: &[Member], more: &str) -> Self {
        Self::secured(members, more, None).await
    }

    /// The same, with a certificate for connections without HTTP.
    pub(crate) async fn secured(
        members: &[Member],
        more: &str,
        certificate: Option<CertificateFiles>,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hosted = Arc::new(Keeper::default());
        let engine = EngineKind::Redb;
        let mut config = GatewayConfig::new(([127, 0, 0, 1], 0).into(), dir.path(), engine);
        config.ncip_listen = Some(([127, 0, 0, 1], 0).into());
        config.ncip_certificate = certificate;
        config.hosted_inputs = Some(Arc::clone(&hosted) as _);
        let running = Gateway::start(config, Seams::real()).await.unwrap();
        let world = Self { dir, hosted, running };
        let mut file = format!("[broker]\nname = \"The broker\"\nsymbols = [\"ISIL:{BROKER}\"]\n");
        // Visiting patrons are checked everywhere, unless a test says otherwise of two.
        file += "\n[[ncip_route]]\nservices = [\"LookupUser\"]\n";
        for Member { id, ncip } in members {
            let agency = id.to_uppercase();
            file += &format!(
                "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"ISIL:{agency}\"]\n\n\
                 [library.connection]\nkind = \"ncip\"\n\
                 timeouts = {{ connect = \"1s\", read = \"1s\", total = \"2s\" }}\n\n\
                 [library.connection.ncip]\n{ncip}\n"
            );
        }
        file += more;
        let applied = world.api("POST", "registry", "text/toml", &file).await;
        assert_eq!(applied.0, 200, "{}", applied.1);
        world
    }

    pub(crate) fn running(&self) -> &RunningGateway {
        &self.running
    }

    /// Posts bytes to the endpoint; the status and the answer.
    pub(crate) async fn post(&self, kind: &str, bytes: impl Into<Vec<u8>>) -> (u16, Vec<u8>) {
        let url = format!("http://{}{NCIP}", self.running.addr());
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        let outgoing = Outgoing { url: url.parse().unwrap(), headers, body: bytes.into().into() };
        let client = HttpClient::new(&Seams::real(), &Tls::system(), ClientLimits::default());
        let answer = client.post(outgoing).await.unwrap();
        (answer.status.as_u16(), answer.body.to_vec())
    }

    /// Sends a message in a version; its answer, which is in the same version.
    pub(crate) async fn say(&self, version: Version, body: impl Into<Body>) -> Body {
        let message = Message { body: body.into() };
        let written = ncip::write(&message, &WriteOptions::new(version)).unwrap();
        let (status, answer) = self.post("application/xml", written.bytes).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        read(version, &answer)
    }

    async fn api(&self, method: &str, path: &str, kind: &str, body: &str) -> (u16, String) {
        let token = std::fs::read_to_string(self.dir.path().join(TOKEN_FILE)).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        headers.insert(AUTHORIZATION, format!("Bearer {}", token.trim()).parse().unwrap());
        let path = format!("{BASE}/{path}");
        let answer =
            crate::broker::call(&self.running, method.parse().unwrap(), &path, headers, body.into()).await;
        (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned())
    }

    pub(crate) async fn counts(&self) -> NcipCounts {
        let (status, text) = self.api("GET", "ncip/counts", "application/json", "").await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The incidents about libraries: of whom, and which.
    pub(crate) async fn incidents(&self) -> Vec<(String, String)> {
        let (_, page) = self.api("GET", "incidents", "application/json", "").await;
        let page: IncidentPage = serde_json::from_str(&page).unwrap();
        page.libraries.into_iter().map(|line| (line.library, line.slug)).collect()
    }

    /// The shapes that were kept of what could not be read.
    pub(crate) async fn kept(&self) -> Vec<String> {
        let (_, list) = self.api("GET", "intake", "application/json", "").await;
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let mut kept = Vec::new();
        for entry in list["entries"].as_array().unwrap() {
            let path = format!("intake/{}", entry["id"].as_str().unwrap());
            let (_, entry) = self.api("GET", &path, "application/json", "").await;
            let entry: serde_json::Value = serde_json::from_str(&entry).unwrap();
            kept.push(entry["text"].as_str().unwrap().to_owned());
        }
        kept
    }
}

/// Reads an answer, which must be in this version and without a fault.
pub(crate) fn read(version: Version, bytes: &[u8]) -> Body {
    let reading = ncip::read(bytes, &ReadOptions::default())
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(bytes)));
    assert_eq!(reading.diagnostics, [], "{}", String::from_utf8_lossy(bytes));
    assert_eq!(reading.version, version, "{}", String::from_utf8_lossy(bytes));
    reading.message.body
}

/// The problems of an answer, by name.
pub(crate) fn problems(body: &Body) -> Vec<String> {
    body.problems().iter().map(|problem| problem.problem_type.value.clone()).collect()
}

/// Keeps hosted requests by heart.
#[derive(Default)]
pub(crate) struct Keeper {
    told: Mutex<Vec<HostedCall>>,
    refuse: Mutex<Option<NotTaken>>,
}

/// What the keeper was told.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a test keeps a handful")]
pub(crate) enum HostedCall {
    Ask(PatronAsk),
    Cancel(PatronCancel),
    Update(PatronUpdate),
    Notice(Notice),
    LookUp(PeerId, Which),
}

impl Keeper {
    pub(crate) fn told(&self) -> Vec<HostedCall> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// The one thing that was asked for.
    pub(crate) fn asked(&self) -> PatronAsk {
        match self.told().as_slice() {
            [HostedCall::Ask(ask)] => ask.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Refuses everything from now on.
    pub(crate) fn refuse(&self, why: Option<NotTaken>) {
        *self.refuse.lock().unwrap() = why;
    }

    fn tell<T: Send + 'static>(
        &self,
        told: HostedCall,
        answer: T,
    ) -> BoxFuture<'static, Result<T, NotTaken>> {
        self.told.lock().unwrap().push(told);
        let refused = self.refuse.lock().unwrap().clone();
        Box::pin(async move { refused.map_or(Ok(answer), Err) })
    }
}

pub(crate) fn shown() -> Shown {
    Shown {
        request: "REQ-1".to_owned(),
        item: Some("item-1".to_owned()),
        status: ShownStatus::AvailableForPickup,
        placed: Some("2026-11-20T10:00:00Z".parse().unwrap()),
        need_before: None,
        pickup: Some("Branch 2".to_owned()),
        hold_until: Some("2026-12-01T10:00:00Z".parse().unwrap()),
        description: Default::default(),
        service: Default::default(),
    }
}

impl HostedInputs for Keeper {
    fn ask(&self, ask: PatronAsk) -> BoxFuture<'_, Result<RequestPlaced, NotTaken>> {
        self.tell(HostedCall::Ask(ask), RequestPlaced { request: "REQ-1".to_owned() })
    }

    fn cancel(&self, cancel: PatronCancel) -> BoxFuture<'_, Result<Shown, NotTaken>> {
        self.tell(HostedCall::Cancel(cancel), shown())
    }

    fn update(&self, update: PatronUpdate) -> BoxFuture<'_, Result<Shown, NotTaken>> {
        self.tell(HostedCall::Update(update), shown())
    }

    fn notice(&self, notice: Notice) -> BoxFuture<'_, Result<Noticed, NotTaken>> {
        let ours = notice.item.as_deref() != Some("not-ours");
        self.tell(HostedCall::Notice(notice), if ours { Noticed::Taken } else { Noticed::NotOurs })
    }

    fn look_up<'a>(
        &'a self,
        library: &'a PeerId,
        which: &'a Which,
    ) -> BoxFuture<'a, Result<Shown, NotTaken>> {
        self.tell(HostedCall::LookUp(library.clone(), which.clone()), shown())
    }
}
