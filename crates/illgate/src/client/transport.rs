//! One HTTP exchange with the gateway, over the network's seam. Must never follow a redirect.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, header};
use hyper_util::rt::TokioIo;
use net::{RealClock, Seams, Secured, Tls, connect, timeout};

use super::Told;

/// What is asked.
pub(super) struct Ask<'a> {
    pub(super) gateway: Told,
    pub(super) method: &'static str,
    pub(super) path: String,
    /// What proves that we may ask; nothing, where everybody may.
    pub(super) token: Option<&'a str>,
    pub(super) body: Option<(&'static str, Vec<u8>)>,
    pub(super) timeout: Duration,
}

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
pub(super) enum Lost {
    Unreachable(String),
    Late,
    Broken(String),
    /// What came cannot be written where it should go.
    Unwritable(std::io::Error),
}

/// Where the body of a good answer goes.
pub(super) type Sink<'a> = dyn FnMut(&[u8]) -> std::io::Result<()> + Send + 'a;

/// One exchange; the body of a good answer goes to `sink` as it comes, that of any other is in the answer.
pub(super) async fn ask(ask: Ask<'_>, sink: &mut Sink<'_>) -> Result<Answer, Lost> {
    let limit = ask.timeout;
    timeout(&RealClock, limit, exchange(ask, sink)).await.unwrap_or(Err(Lost::Late))
}

/// Where a gateway of this machine is called that listens at an address: one that listens at all of them answers the loopback one too.
fn reached_at(listens: SocketAddr) -> SocketAddr {
    let loopback = match listens.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    SocketAddr::new(loopback, listens.port())
}

async fn exchange(ask: Ask<'_>, sink: &mut Sink<'_>) -> Result<Answer, Lost> {
    let address = reached_at(ask.gateway.address);
    // By its address no certificate is known: the one counts that the gateway says it shows.
    let (secured, tls) = match ask.gateway.certificate {
        Some(certificate) => (Secured::Tls, Tls::exactly(certificate)),
        None => (Secured::Plain, Tls::nobody()),
    };
    let at = (&*address.ip().to_string(), address.port());
    let stream = connect(&Seams::real(), &tls, secured, at, ask.timeout).await;
    let stream = stream.map_err(|why| Lost::Unreachable(why.to_string()))?;
    let broken = |why: hyper::Error| Lost::Broken(why.to_string());
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let driver = tokio::spawn(connection);
    let mut request =
        Request::builder().method(ask.method).uri(ask.path).header(header::HOST, address.to_string());
    if let Some(token) = ask.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let (request, body) = match ask.body {
        Some((content_type, body)) => (request.header(header::CONTENT_TYPE, content_type), body),
        None => (request, Vec::new()),
    };
    let request = request.body(Full::new(Bytes::from(body))).map_err(|why| Lost::Broken(why.to_string()))?;
    let mut response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(frame) = response.body_mut().frame().await {
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        if (200..300).contains(&status) {
            sink(&data).map_err(Lost::Unwritable)?;
        } else {
            body.extend_from_slice(&data);
        }
    }
    driver.abort();
    Ok(Answer { status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_listens_everywhere_is_called_on_this_machine() {
        for (listens, called) in [
            ("0.0.0.0:18626", "127.0.0.1:18626"),
            ("[::]:18626", "[::1]:18626"),
            ("192.0.2.7:18626", "192.0.2.7:18626"),
            ("127.0.0.1:1", "127.0.0.1:1"),
        ] {
            assert_eq!(reached_at(listens.parse().unwrap()), called.parse().unwrap());
        }
    }
}
