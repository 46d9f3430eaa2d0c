//! Who is asking: the one answer to it that every service understands.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// What somebody with an account may do; each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Has an account and sees what everybody sees.
    Member,
    /// Belongs to the team: reads what is internal.
    Viewer,
    /// Works on incidents.
    Responder,
    /// Changes components, providers, flags and what is told to the public.
    Manager,
    /// Manages people and applications.
    Admin,
}

impl Role {
    /// Every role, least first.
    pub const ALL: [Role; 5] = [Role::Member, Role::Viewer, Role::Responder, Role::Manager, Role::Admin];

    /// The word for the role in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Viewer => "viewer",
            Role::Responder => "responder",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// To ask for what is there: a scope of tokens.
pub const READ: &str = "read";
/// To change something: a scope of tokens.
pub const WRITE: &str = "write";

/// Whoever makes a request: somebody with an account, or an application of its own accord.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Caller {
    /// The user's id.
    pub user_id: String,
    /// The name to show beside what the user does.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// What this token may be used for, of what the user may do: [`READ`], [`WRITE`] and others.
    pub scopes: Vec<String>,
}

impl Caller {
    /// A caller who may use everything that the role allows.
    pub fn new(user_id: impl Into<String>, name: impl Into<String>, role: Role) -> Self {
        let scopes = [READ, WRITE].map(str::to_owned).to_vec();
        Self { user_id: user_id.into(), name: name.into(), role, scopes }
    }

    /// Whether the token may be used for this.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// Whether the caller belongs to the team, and so sees what is internal.
    pub fn is_team(&self) -> bool {
        self.role >= Role::Viewer
    }
}

/// Tells who a token belongs to, be it from a login, a session, an application or an API key.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The caller behind `token`, or `None` if it is unknown, expired or revoked.
    /// An error means that nobody could be asked: the request is then refused with 503.
    async fn authenticate(&self, token: &str) -> Result<Option<Caller>, Problem>;
}
