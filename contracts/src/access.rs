//! What the identity service says of who is logged in with a browser, and of who did what.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A browser that is logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConsoleSession {
    /// Unique (a UUID). It is not what the cookie holds.
    #[schema(example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")]
    pub id: String,
    /// When it logged in.
    pub created_at: Timestamp,
    /// When it was last used, give or take five minutes.
    pub seen_at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// The family of the browser and its system.
    #[schema(example = "Firefox Linux")]
    pub agent: String,
    /// The network address of the login as a keyed hash: the same for the same address.
    #[schema(example = "9f2c4be01d77a358")]
    pub from: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Its place in the log; it only grows.
    #[schema(example = 4711)]
    pub seq: i64,
    /// Unique: the id of the request, where it was one.
    #[schema(example = "019aa0c4-5c00-7000-8000-7e8f90a1b2c3")]
    pub id: String,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it; a pseudonym if the user was deleted since; null for a login that failed on an unknown address.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub user_id: Option<String>,
    /// The name that the user had then.
    #[schema(example = "Ada Lovelace")]
    pub name: Option<String>,
    /// What was done: the operation's id in this description, or a word for what is no operation, such as
    /// `auth_login_failed`.
    #[schema(example = "components_create")]
    pub operation: String,
    /// What it was done to: the path of the request.
    #[schema(example = "/api/v1/components")]
    pub target: String,
    /// The network address it was done from, as a keyed hash: the same for the same address.
    #[schema(example = "9f2c4be01d77a358")]
    pub from: String,
}
