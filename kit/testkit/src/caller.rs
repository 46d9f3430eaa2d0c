//! Callers of every role in a test, and what they are answered.

use async_trait::async_trait;
use axum::body::Body;
use http::{HeaderMap, Request, Response, header};
use http_body_util::BodyExt;
use kit_base::{Authenticator, Caller, Problem, Role};
use serde_json::Value;

use crate::TestApp;

/// Tells callers apart by tokens that say what they are: `role:viewer`, `role:admin`, …; every other is unknown.
pub struct RoleTokens;

#[async_trait]
impl Authenticator for RoleTokens {
    async fn authenticate(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let role = token.strip_prefix("role:").and_then(Role::parse);
        Ok(role.map(|role| {
            let word = role.as_str();
            Caller::new(format!("test-{word}"), format!("Test {word}"), role)
        }))
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub struct TestCaller<'a> {
    app: &'a TestApp,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

impl<'a> TestCaller<'a> {
    pub(crate) fn new(app: &'a TestApp, token: Option<String>) -> Self {
        Self { app, token, headers: Vec::new() }
    }

    /// The same caller, who sends this header too.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut more = self.clone();
        more.headers.push((name.to_owned(), value.to_owned()));
        more
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> TestReply {
        self.send("GET", path, None).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> TestReply {
        self.send("POST", path, Some(&body)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> TestReply {
        self.send("PUT", path, Some(&body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> TestReply {
        self.send("DELETE", path, None).await
    }

    /// Any method, with a JSON body or none.
    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> TestReply {
        TestReply::read(self.app.answer(self.request(method, path, body)).await).await
    }

    #[expect(clippy::expect_used, reason = "a test that asks for nonsense must fail")]
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "test");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        request.body(body).expect("a request that can be written down")
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct TestReply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl TestReply {
    /// Reads a response to its end.
    #[expect(clippy::expect_used, reason = "a test whose answer breaks off must fail")]
    pub async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    /// The header of that name, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
