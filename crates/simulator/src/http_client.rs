//! Posting a message: one request, one answer, deadlines and a limit on what is read. Redirects are not followed.

use std::{error::Error, time::Duration};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Uri, body::Bytes, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::real_time::within;

/// The largest answer that is read.
const LARGEST_ANSWER: usize = 1 << 20;

/// Posts messages, keeping connections open.
#[derive(Clone, Debug)]
pub(crate) enum HttpClient {
    Plain(Client<HttpConnector, Full<Bytes>>),
    Secure(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// What came back.
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl HttpClient {
    /// A client for `url`'s scheme.
    pub(crate) fn for_url(url: &Uri) -> Result<Self, rustls::Error> {
        if url.scheme_str() != Some("https") {
            return Ok(HttpClient::Plain(Client::builder(TokioExecutor::new()).build_http()));
        }
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(HttpClient::Secure(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Posts `message`; the error says in words why there is no answer.
    pub(crate) async fn post(
        &self,
        url: &Uri,
        message: &[u8],
        deadline: Duration,
    ) -> Result<HttpAnswer, String> {
        let body = Full::new(Bytes::copy_from_slice(message));
        let request = Request::post(url.clone())
            .header(header::CONTENT_TYPE, "application/xml; charset=\"utf-8\"")
            .body(body)
            .map_err(|problem| problem.to_string())?;
        let exchange = async {
            let answered = match self {
                HttpClient::Plain(client) => client.request(request).await,
                HttpClient::Secure(client) => client.request(request).await,
            };
            let answer = answered.map_err(|problem| in_words(&problem))?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await;
            let body = body.map_err(|problem| in_words(problem.as_ref()))?.to_bytes();
            Ok(HttpAnswer { status, body })
        };
        within(deadline, exchange).await.unwrap_or_else(|| Err(format!("no answer within {deadline:?}")))
    }
}

fn in_words(problem: &dyn Error) -> String {
    let mut words = problem.to_string();
    let mut source = problem.source();
    while let Some(deeper) = source {
        words = format!("{words}: {deeper}");
        source = deeper.source();
    }
    words
}
