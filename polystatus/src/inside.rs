//! The API asked from within, while nobody else is let in: what commands write goes by the same rules as everything else.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use kit_base::Transport;
use kit_web::LocalTransport;
use serde_json::Value;

use crate::compose::{House, Open};

/// The services of one house, open to each other and to this command, on behalf of an administrator.
pub struct Inside {
    transport: LocalTransport,
    token: String,
    _open: Open,
}

impl Inside {
    /// Opens the house to its own services, and acts on behalf of an administrator, of whom there must be one.
    pub async fn enter(house: House) -> Result<Self, String> {
        let token = identity::fixtures::borrow_administrator(house.context()).await.map_err(in_words)?;
        let token = token.ok_or(
            "this is done on behalf of an administrator, and there is none; add one with `polystatus users create \
             --role admin`",
        )?;
        let transport = house.transport().clone();
        Ok(Self { transport, token, _open: house.open().await? })
    }

    /// Asks, and waits for the answer: its status, and its body where that is JSON.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value), String> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json");
        let body = Bytes::from(body.map(Value::to_string).unwrap_or_default());
        let request = request.body(body).map_err(in_words)?;
        let answer = self.transport.send(request).await.map_err(in_words)?;
        let status = answer.status();
        Ok((status, serde_json::from_slice(answer.body()).unwrap_or_default()))
    }

    /// Gives the right to act back.
    pub async fn leave(self) -> Result<(), String> {
        self.send(Method::POST, "/api/v1/auth/logout", None).await.map(drop)
    }
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
