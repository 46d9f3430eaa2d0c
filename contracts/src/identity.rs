//! What the identity service says: who is who, and whose token this is.

use kit_base::{Caller, Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member of the team. It has no `Debug`, so that no log can show the mail address.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Unique (a UUID).
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub id: String,
    /// The name to show.
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    /// The mail address, by which the user logs in.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// The team that the user belongs to, if any.
    #[schema(example = json!(null))]
    pub team: Option<String>,
    /// When the user was created.
    pub created_at: Timestamp,
}

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
    #[schema(example = "ps_3bJ9xWqTn0VfKc7LrYzE2hGdUa5PmSoI8XwNtRkBvQe")]
    pub token: String,
    /// The user's id.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub user_id: String,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// A token to be looked up.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenQuestion {
    /// The token.
    #[schema(example = "ps_3bJ9xWqTn0VfKc7LrYzE2hGdUa5PmSoI8XwNtRkBvQe")]
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
    /// What the token may be used for, words with spaces between, where it is.
    #[schema(example = "read write")]
    pub scope: Option<String>,
}

impl TokenAnswer {
    /// The answer for a token of this caller, or of nobody.
    pub fn of(caller: Option<Caller>) -> Self {
        match caller {
            Some(Caller { user_id, name, role, scopes }) => Self {
                active: true,
                user_id: Some(user_id),
                name: Some(name),
                role: Some(role),
                scope: Some(scopes.join(" ")),
            },
            None => Self { active: false, user_id: None, name: None, role: None, scope: None },
        }
    }

    /// The caller that the answer names.
    pub fn caller(self) -> Option<Caller> {
        match self {
            Self { active: true, user_id: Some(user_id), name: Some(name), role: Some(role), scope } => {
                let scopes = scope.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
                Some(Caller { user_id, name, role, scopes })
            }
            _ => None,
        }
    }
}
