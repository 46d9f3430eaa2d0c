//! What the identity service says: who is who, and whose token this is.

use kit_base::{Caller, Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one logs in with.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Login {
    /// The user's mail address.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// The user's password.
    #[schema(format = Password, example = "correct horse battery staple")]
    pub password: String,
}

/// A login that succeeded.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Send it as `Authorization: Bearer …`.
    pub token: String,
    /// The user's id.
    pub user_id: String,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// A token to be looked up.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenQuestion {
    /// The token.
    pub token: String,
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenAnswer {
    /// Whether the token is good now.
    pub active: bool,
    /// The user's id, where it is.
    pub user_id: Option<String>,
    /// The user's name, where it is.
    pub name: Option<String>,
    /// What the user may do, where it is.
    pub role: Option<Role>,
}

impl TokenAnswer {
    /// The caller that the answer names.
    pub fn caller(self) -> Option<Caller> {
        match self {
            TokenAnswer { active: true, user_id: Some(user_id), name: Some(name), role: Some(role) } => {
                Some(Caller { user_id, name, role })
            }
            _ => None,
        }
    }
}
