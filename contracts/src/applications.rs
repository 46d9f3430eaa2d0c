//! What the identity service says of applications: programs that ask for tokens (OAuth 2).

use http::Method;
use kit_base::{Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::client::segment;
use crate::{AskError, Client};

/// Whether an application can keep a secret (RFC 6749 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It runs on a server and proves itself by its secret.
    Confidential,
    /// It runs where its users are and has no secret, and gets no refresh tokens.
    Public,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Confidential, Kind::Public];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Confidential => "confidential",
            Kind::Public => "public",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A way to get a token (RFC 6749 1.3, RFC 8628).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// The application is told the user's password. For old clients only (RFC 9700 2.4).
    Password,
    /// The user agrees in the browser.
    AuthorizationCode,
    /// The application acts of its own accord.
    ClientCredentials,
    /// A token for a new one, without asking the user again.
    RefreshToken,
    /// The user agrees on another device.
    DeviceCode,
}

impl Grant {
    /// Every grant.
    pub const ALL: [Grant; 5] = [
        Grant::Password,
        Grant::AuthorizationCode,
        Grant::ClientCredentials,
        Grant::RefreshToken,
        Grant::DeviceCode,
    ];

    /// The word for it in the description of an application.
    pub fn as_str(self) -> &'static str {
        match self {
            Grant::Password => "password",
            Grant::AuthorizationCode => "authorization_code",
            Grant::ClientCredentials => "client_credentials",
            Grant::RefreshToken => "refresh_token",
            Grant::DeviceCode => "device_code",
        }
    }

    /// The grant of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text)
    }

    /// Its `grant_type` at the token endpoint.
    pub fn grant_type(self) -> &'static str {
        match self {
            Grant::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            grant => grant.as_str(),
        }
    }
}

/// An application. It has no `Debug`, so that no log can show the secret.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Unique (a UUID).
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub id: String,
    /// The name that users are shown when they are asked.
    #[schema(example = "Status board in the hall")]
    pub name: String,
    /// What the application calls itself by: 40 letters and digits.
    #[schema(example = "SJnQ5bO2cfZ8kqWcYxKGzRvTtEdNw3MuAhLoPiB7")]
    pub client_id: String,
    /// What it proves itself by: 128 letters and digits, only in the answer that makes it, and only where it can keep one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(example = json!(null))]
    pub client_secret: Option<String>,
    /// Whether it can keep a secret.
    pub kind: Kind,
    /// The ways in which it may get tokens.
    pub grants: Vec<Grant>,
    /// Where users may be sent back to.
    #[schema(example = json!(["https://board.example.org/callback"]))]
    pub redirect_uris: Vec<String>,
    /// What its tokens may be used for at most.
    #[schema(example = json!(["read", "write"]))]
    pub scopes: Vec<String>,
    /// What it may do of its own accord.
    pub role: Role,
    /// The id of the user who answers for it, if there is one.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub owner: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl Application {
    /// Whether its users' tokens can be made new. A public application keeps no secret, so it gets no token that lasts.
    pub fn is_refreshed(&self) -> bool {
        self.kind == Kind::Confidential && self.grants.contains(&Grant::RefreshToken)
    }
}

/// What is told to register an application, or to change one.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ApplicationFields {
    /// The name that users are shown when they are asked.
    #[schema(example = "Status board in the hall")]
    pub name: String,
    /// `confidential` unless said; it cannot be changed.
    pub kind: Option<Kind>,
    /// `authorization_code` and `refresh_token` unless said.
    #[schema(example = json!(["authorization_code", "refresh_token"]))]
    pub grants: Option<Vec<Grant>>,
    /// Where users may be sent back to: https, the user's own machine, or a scheme of the application's own.
    #[schema(example = json!(["https://board.example.org/callback"]))]
    pub redirect_uris: Option<Vec<String>>,
    /// `read` and `write` unless said.
    #[schema(example = json!(["read"]))]
    pub scopes: Option<Vec<String>>,
    /// `member` unless said.
    pub role: Option<Role>,
}

impl Client {
    /// Every application.
    pub async fn applications(&self) -> Result<Vec<Application>, AskError> {
        self.all("/api/v1/applications?").await
    }

    /// One application.
    pub async fn application(&self, id: &str) -> Result<Application, AskError> {
        self.send(Method::GET, &format!("/api/v1/applications/{}", segment(id)), None::<&()>).await
    }

    /// Registers an application; the answer alone holds its secret.
    pub async fn register_application(&self, new: &ApplicationFields) -> Result<Application, AskError> {
        self.send(Method::POST, "/api/v1/applications", Some(new)).await
    }

    /// Gives an application a new secret, which the answer alone holds.
    pub async fn renew_secret(&self, id: &str) -> Result<Application, AskError> {
        let path = format!("/api/v1/applications/{}/secret", segment(id));
        self.send(Method::POST, &path, None::<&()>).await
    }

    /// Removes an application and every token that it got.
    pub async fn remove_application(&self, id: &str) -> Result<(), AskError> {
        self.send(Method::DELETE, &format!("/api/v1/applications/{}", segment(id)), None::<&()>).await
    }
}
