//! Who is asking: the one answer to it that every service understands.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// What a member of the team may do; each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads what is internal.
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
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Responder, Role::Manager, Role::Admin];

    /// The word for the role in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
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

/// The member of the team who makes a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Caller {
    /// The user's id.
    pub user_id: String,
    /// The name to show beside what the user does.
    pub name: String,
    /// What the user may do.
    pub role: Role,
}

/// Tells who a bearer token belongs to.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The caller behind `token`, or `None` if it is unknown, expired or revoked.
    /// An error means that nobody could be asked: the request is then refused with 503.
    async fn authenticate(&self, token: &str) -> Result<Option<Caller>, Problem>;
}
