//! What the identity service says: who is who, and whose token this is.

use http::Method;
use kit_base::{Caller, Event, Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::client::segment;
use crate::{AskError, Client};

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
    #[schema(format = Email, example = "ada@example.org")]
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// The team that the user belongs to, if any.
    #[schema(example = json!(null))]
    pub team: Option<String>,
    /// When the user was created.
    pub created_at: Timestamp,
}

/// A user to be created by an administrator.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewUser {
    /// The name to show.
    #[schema(example = "Ada Lovelace", max_length = 200)]
    pub name: String,
    /// The mail address.
    #[schema(format = Email, example = "ada@example.org")]
    pub email: String,
    /// What the user may do; `viewer` unless said.
    pub role: Option<Role>,
    /// The team.
    #[schema(example = "Network")]
    pub team: Option<String>,
    /// The password, of at least 10 letters; without one a mail invites the user to choose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Password, example = "correct horse battery staple")]
    pub password: Option<String>,
}

/// What to change of a user; what is absent stays as it is. All but the name is for administrators.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserChange {
    /// The name to show.
    #[schema(example = "Ada King", max_length = 200)]
    pub name: Option<String>,
    /// What the user may do.
    pub role: Option<Role>,
    /// The team; empty for none.
    #[schema(example = "Network")]
    pub team: Option<String>,
    /// Whether the user may log in.
    #[schema(example = true)]
    pub is_active: Option<bool>,
}

/// Somebody who registers.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Registration {
    /// The name to show; the username unless said. One of the two must be given.
    #[schema(example = "Ada Lovelace")]
    pub name: Option<String>,
    /// The name to log in with; made of the name unless said.
    #[schema(example = "ada")]
    pub username: Option<String>,
    /// Where the confirmation goes.
    #[schema(format = Email, example = "ada@example.org")]
    pub email: String,
    /// At least 6 letters.
    #[schema(format = Password, example = "correct horse battery staple")]
    pub password: String,
}

/// A mail address.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MailAddress {
    /// The address.
    #[schema(format = Email, example = "ada@example.org")]
    pub email: String,
}

/// A token from a mail, and the password that it lets choose.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewPassword {
    /// The token.
    #[schema(example = "po_3bJ9xWqTn0VfKc7LrYzE2hGdUa5PmSoI8XwNtRkBvQe")]
    pub token: String,
    /// The new password, of at least 10 letters.
    #[schema(format = Password, example = "correct horse battery staple", min_length = 10)]
    pub password: String,
}

/// What was done, in words for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// A sentence.
    #[schema(example = "If somebody has this address, a mail is on its way to it.")]
    pub detail: String,
}

/// Somebody is gone: whoever keeps anything of them forgets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserDeleted {
    /// The id that the user had.
    pub id: String,
}

impl Event for UserDeleted {
    const NAME: &'static str = "user.deleted";

    fn subject(&self) -> &str {
        &self.id
    }
}

/// What one logs in with: the password and either the address or the username.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Login {
    /// The user's mail address.
    #[schema(format = Email, example = "ada@example.org")]
    pub email: Option<String>,
    /// The user's username, in place of the address.
    #[schema(example = "ada")]
    pub username: Option<String>,
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

impl Client {
    /// Every user.
    pub async fn users(&self) -> Result<Vec<User>, AskError> {
        self.all("/api/v1/users?").await
    }

    /// One user.
    pub async fn user(&self, id: &str) -> Result<User, AskError> {
        self.send(Method::GET, &user_path(id), None::<&()>).await
    }

    /// Adds a user; without a password a mail invites them to choose one.
    pub async fn add_user(&self, new: &NewUser) -> Result<User, AskError> {
        self.send(Method::POST, "/api/v1/users", Some(new)).await
    }

    /// Changes a user.
    pub async fn change_user(&self, id: &str, change: &UserChange) -> Result<User, AskError> {
        self.send(Method::PUT, &user_path(id), Some(change)).await
    }

    /// Removes a user with all that is known of them.
    pub async fn remove_user(&self, id: &str) -> Result<(), AskError> {
        self.send(Method::DELETE, &user_path(id), None::<&()>).await
    }
}

fn user_path(id: &str) -> String {
    format!("/api/v1/users/{}", segment(id))
}
