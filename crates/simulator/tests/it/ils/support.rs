//! A running ILS and its initiators: messages in both versions, over HTTP and over a bare connection.

use std::net::SocketAddr;

use loan_model::ils::{IlsCommand, IlsUser, ItemDescription};
use simulator::ils::{Dialect, IlsOptions, IlsServer, Item, Patron, Transport, Version};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::clock;

pub(crate) const PIN: &str = "9182736";

/// An ILS with a few patrons and items.
pub(crate) fn stocked(dialect: Dialect) -> IlsOptions {
    IlsOptions::new(dialect, "HOME")
        .patron(Patron {
            expires: Some("2031-05-06T00:00:00Z".parse().unwrap()),
            ..Patron::person("P1", "Jo", "Reader").pin(PIN)
        })
        .patron(Patron::person("BLOCKED", "Al", "Owing").blocked())
        .patron(Patron::library("LIB", "Boulder"))
        .item(Item {
            author: Some("Ames".to_owned()),
            ..Item::new("I1", "1000001", "Alpine flowers").call_number("QK 1")
        })
        .item(Item::new("I2", "1000002", "Rivers"))
        .item(Item::new("STAYS", "1000003", "Atlas").stays_in())
}

pub(crate) async fn started(dialect: Dialect) -> IlsServer {
    IlsServer::start(stocked(dialect), clock()).await.unwrap()
}

/// What an ILS answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answered {
    #[track_caller]
    pub(crate) fn says(&self, part: &str) -> &Self {
        assert!(self.body.contains(part), "`{part}` is not in: {}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn does_not_say(&self, part: &str) -> &Self {
        assert!(!self.body.contains(part), "`{part}` is in: {}", self.body);
        self
    }
}

/// A message to an ILS.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) version: Version,
    pub(crate) service: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) header: String,
    pub(crate) body: String,
}

impl Ask {
    pub(crate) fn new(version: Version, service: &'static str) -> Self {
        Ask { version, service, from: "ILLGATE", to: "HOME", header: String::new(), body: String::new() }
    }

    fn id(mut self, name: &str, value: &str, id: &str) -> Self {
        self.body += &match self.version {
            Version::V1 => format!(
                "<Unique{name}><UniqueAgencyId><Scheme>s</Scheme><Value>HOME</Value></UniqueAgencyId>\
                 <{value}>{id}</{value}></Unique{name}>"
            ),
            Version::V2 => format!("<{name}><AgencyId>HOME</AgencyId><{value}>{id}</{value}></{name}>"),
        };
        self
    }

    pub(crate) fn user(self, card: &str) -> Self {
        self.id("UserId", "UserIdentifierValue", card)
    }

    pub(crate) fn item(self, barcode: &str) -> Self {
        self.id("ItemId", "ItemIdentifierValue", barcode)
    }

    pub(crate) fn request(self, id: &str) -> Self {
        self.id("RequestId", "RequestIdentifierValue", id)
    }

    pub(crate) fn record(self, id: &str) -> Self {
        let inner = format!(
            "<BibliographicRecordId><BibliographicRecordIdentifier>{id}</BibliographicRecordIdentifier>\
             </BibliographicRecordId>"
        );
        match self.version {
            Version::V1 => self.raw(&format!("<UniqueBibliographicId>{inner}</UniqueBibliographicId>")),
            Version::V2 => self.raw(&format!("<BibliographicId>{inner}</BibliographicId>")),
        }
    }

    pub(crate) fn word(self, name: &str, word: &str) -> Self {
        match self.version {
            Version::V1 => self.raw(&format!("<{name}><Scheme>s</Scheme><Value>{word}</Value></{name}>")),
            Version::V2 => self.raw(&format!("<{name}>{word}</{name}>")),
        }
    }

    pub(crate) fn pin(self, pin: &str) -> Self {
        let kind = Ask { body: String::new(), ..self.clone() }.word("AuthenticationInputType", "PIN").body;
        self.raw(&format!(
            "<AuthenticationInput><AuthenticationInputData>{pin}</AuthenticationInputData>{kind}</AuthenticationInput>"
        ))
    }

    pub(crate) fn raw(mut self, xml: &str) -> Self {
        self.body += xml;
        self
    }

    pub(crate) fn header(mut self, xml: &str) -> Self {
        self.header += xml;
        self
    }

    pub(crate) fn profile(self, profile: &str) -> Self {
        let word = Ask { body: String::new(), ..self.clone() }.word("ApplicationProfileType", profile).body;
        self.header(&word)
    }

    /// A temporary item, on hold for a patron.
    pub(crate) fn accept(version: Version, request: &str, item: &str, card: &str) -> Self {
        let ask =
            Ask::new(version, "AcceptItem").request(request).word("RequestedActionType", "Hold For Pickup");
        ask.user(card).item(item).raw(
            "<ItemOptionalFields><BibliographicDescription><Title>From afar</Title></BibliographicDescription>\
             </ItemOptionalFields>",
        )
    }

    pub(crate) fn xml(&self) -> String {
        let agency = |id: &str| match self.version {
            Version::V1 => format!("<UniqueAgencyId><Scheme>s</Scheme><Value>{id}</Value></UniqueAgencyId>"),
            Version::V2 => format!("<AgencyId>{id}</AgencyId>"),
        };
        let Ask { service, body, header, .. } = self;
        let root = match self.version {
            Version::V1 => "version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"",
            Version::V2 => {
                "xmlns=\"http://www.niso.org/2008/ncip\" version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\""
            }
        };
        format!(
            "<NCIPMessage {root}><{service}><InitiationHeader><FromAgencyId>{}</FromAgencyId>\
             <ToAgencyId>{}</ToAgencyId>{header}</InitiationHeader>{body}</{service}></NCIPMessage>",
            agency(self.from),
            agency(self.to),
        )
    }

    /// Sends it by the ILS's own transport.
    pub(crate) async fn of(&self, ils: &IlsServer) -> Answered {
        match ils.dialect().transport() {
            Transport::Http => post(ils, "application/xml", &self.xml()).await,
            Transport::RawTcp => bare(ils.address(), &self.xml()).await,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test stands outside the gateway and its seams")]
pub(crate) async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Posts a message.
pub(crate) async fn post(ils: &IlsServer, content_type: &str, body: &str) -> Answered {
    http(ils, "POST", "/ncip", content_type, body).await.expect("an answer")
}

/// Any HTTP request; none where the connection was closed without an answer.
pub(crate) async fn http(
    ils: &IlsServer,
    method: &str,
    path: &str,
    content_type: &str,
    body: &str,
) -> Option<Answered> {
    let answer = String::from_utf8(http_bytes(ils, method, path, content_type, body).await).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answered { status, body: body.to_owned() })
}

async fn http_bytes(ils: &IlsServer, method: &str, path: &str, content_type: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: ils\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = connect(ils.address()).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    to_the_end(&mut stream).await
}

/// The bytes that come in answer to a message, by whichever transport, until the connection is closed.
pub(crate) async fn answer_bytes(ils: &IlsServer, message: &str) -> Vec<u8> {
    if ils.url().starts_with("tcp:") {
        let mut stream = connect(ils.address()).await;
        stream.write_all(message.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        return to_the_end(&mut stream).await;
    }
    let answer = http_bytes(ils, "POST", "/ncip", "application/xml", message).await;
    let end_of_head = answer.windows(4).position(|window| window == b"\r\n\r\n");
    end_of_head.map_or_else(Vec::new, |end| answer[end + 4..].to_vec())
}

async fn to_the_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    // Where the connection is reset, what came before it counts.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

/// A message over a bare connection, and what came until the end tag.
pub(crate) async fn bare(address: SocketAddr, message: &str) -> Answered {
    let mut stream = connect(address).await;
    stream.write_all(message.as_bytes()).await.unwrap();
    Answered { status: 200, body: read_bare(&mut stream).await }
}

pub(crate) async fn read_bare(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains("NCIPMessage>") {
        if stream.read_buf(&mut answer).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8(answer).unwrap()
}

/// A temporary item for a patron.
pub(crate) fn accept() -> IlsCommand {
    IlsCommand::AcceptItem {
        request: "r-1".to_owned(),
        item: "ILL-1".to_owned(),
        user: IlsUser::Patron,
        description: ItemDescription { title: Some("From afar".to_owned()), ..ItemDescription::default() },
        pickup: None,
        due: None,
    }
}
