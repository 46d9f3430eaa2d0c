//! Somebody who speaks HTTP to the program.

use std::net::IpAddr;
use std::time::Duration;

use http::{HeaderMap, Method};
use kit_testkit::TestReply;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{ADMIN, PASSWORD, until};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client of the program; cheap to clone.
#[derive(Clone)]
pub struct Api {
    client: Client,
    url: String,
    token: Option<String>,
}

impl Api {
    /// Nobody in particular.
    pub fn new(url: &str) -> Self {
        // Only fails when it was done before, and then it is done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { client, url: url.to_owned(), token: None }
    }

    /// Whoever this token belongs to.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same from another address of this machine.
    pub fn from(&self, address: IpAddr) -> Self {
        let client = Client::builder().no_proxy().timeout(PATIENCE).local_address(address).build().unwrap();
        Self { client, ..self.clone() }
    }

    /// The token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The first administrator.
    pub async fn administrator(&self) -> Self {
        let reply = self.log_in(ADMIN, PASSWORD).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        self.with_token(reply.json["token"].as_str().unwrap())
    }

    /// What is answered to this login.
    pub async fn log_in(&self, email: &str, password: &str) -> TestReply {
        self.post("/api/v1/auth/login", json!({ "email": email, "password": password })).await
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> TestReply {
        self.send(Method::GET, path, None).await.unwrap()
    }

    /// The JSON that is there.
    pub async fn see(&self, path: &str) -> Value {
        let reply = self.get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.json
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> TestReply {
        self.send(Method::POST, path, Some(body)).await.unwrap()
    }

    /// `POST` of something that is then there; returns it.
    pub async fn create(&self, path: &str, body: Value) -> Value {
        let reply = self.post(path, body).await;
        assert_eq!(reply.status, 201, "{path}: {}", reply.text);
        reply.json
    }

    /// Any request; an error where the program is gone before it has answered.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<TestReply> {
        read(self.begin(method, path, body).await?).await
    }

    /// The same, when the answer has begun.
    pub async fn begin(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<Response> {
        let request = match body {
            Some(json) => self
                .request(method, path)
                .header(http::header::CONTENT_TYPE, "application/json")
                .body(json.to_string()),
            None => self.request(method, path),
        };
        request.send().await
    }

    /// An answer that is read bit by bit, for as long as it takes.
    pub async fn open(&self, path: &str) -> Response {
        let response = self.request(Method::GET, path).timeout(PATIENCE * 10).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The one incident there is, once it has this status.
    pub async fn incident_becomes(&self, status: &str) -> Value {
        until(&format!("the one incident becomes {status}"), async || {
            let incidents = self.see("/api/v1/incidents").await;
            match incidents["results"].as_array().unwrap().as_slice() {
                [one] if one["status"] == status => Some(one.clone()),
                [] | [_] => None,
                several => panic!("there are several incidents: {several:?}"),
            }
        })
        .await
    }

    /// The component, once it has this status.
    pub async fn component_becomes(&self, slug: &str, status: &str) -> Value {
        self.becomes(&format!("/api/v1/components/{slug}"), status).await
    }

    /// The provider, once it has this status.
    pub async fn provider_becomes(&self, slug: &str, status: &str) -> Value {
        self.becomes(&format!("/api/v1/csp/providers/{slug}"), status).await
    }

    async fn becomes(&self, path: &str, status: &str) -> Value {
        until(&format!("{path} becomes {status}"), async || {
            Some(self.see(path).await).filter(|thing| thing["status"] == status)
        })
        .await
    }

    /// The public page, once it says all of this.
    pub async fn page_says(&self, words: &[&str]) -> String {
        until(&format!("the page says {words:?}"), async || {
            let page = self.get("/").await;
            assert_eq!(page.status, 200);
            Some(page.text).filter(|html| words.iter().all(|word| html.contains(word)))
        })
        .await
    }
}

async fn read(response: Response) -> reqwest::Result<TestReply> {
    let (status, headers): (u16, HeaderMap) = (response.status().as_u16(), response.headers().clone());
    let text = String::from_utf8_lossy(&response.bytes().await?).into_owned();
    let json = serde_json::from_str(&text).unwrap_or_default();
    Ok(TestReply { status, headers, text, json })
}
