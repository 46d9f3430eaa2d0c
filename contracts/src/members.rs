//! What the member API says, in the names and the order of its first clients.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member, in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberEntry {
    /// The member's number.
    #[schema(example = 3)]
    pub pk: i64,
    /// The name by which the member logs in and is known.
    #[schema(example = "clem")]
    pub username: String,
    /// Whether the address was confirmed and the account is in use.
    #[schema(example = true)]
    pub is_active: bool,
    /// When the member came.
    #[schema(value_type = String, example = "2015-01-01T14:00:00Z")]
    pub date_joined: Timestamp,
}

/// A member's profile. It has no `Debug`, so that no log can show the mail address.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberDetail {
    /// Number, name and the like.
    #[serde(flatten)]
    pub entry: MemberEntry,
    /// The mail address: one's own, or to whoever is logged in if the member shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Email, example = "clem@example.com")]
    pub email: Option<String>,
    /// The member's site, in any form.
    #[schema(example = "www.example.org")]
    pub site: String,
    /// Where the member's picture is.
    #[schema(example = "https://example.org/clem.png")]
    pub avatar_url: Option<String>,
    /// What the member tells of themselves.
    #[schema(example = "Learns Rust.")]
    pub biography: String,
    /// What stands below what the member writes.
    #[schema(example = "Yours, Clem")]
    pub sign: String,
    /// Whether members see the mail address.
    #[schema(example = false)]
    pub show_email: bool,
    /// Whether the member sees signatures.
    #[schema(example = true)]
    pub show_sign: bool,
    /// More, for whoever is logged in.
    #[serde(flatten)]
    pub more: Option<MemberMore>,
}

/// What of a profile only those see who are logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberMore {
    /// Whether the member's activity in forums is hidden.
    #[schema(example = false)]
    pub hide_forum_activity: bool,
    /// Whether menus open under the pointer.
    #[schema(example = true)]
    pub is_hover_enabled: bool,
    /// Whether answers come by mail, too.
    #[schema(example = false)]
    pub email_for_answer: bool,
    /// What the caller may do with this member.
    pub permissions: MemberPermissions,
}

/// What the caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberPermissions {
    /// See the profile.
    #[schema(example = true)]
    pub read: bool,
    /// Write anything at all.
    #[schema(example = true)]
    pub write: bool,
    /// Change this profile.
    #[schema(example = false)]
    pub update: bool,
    /// Sanction members.
    #[schema(example = false)]
    pub ban: bool,
}

/// A member to be. It has no `Debug`, so that no log can show the password.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewMember {
    /// The name to log in with: no commas, no slashes, nothing that looks like another's.
    #[schema(example = "clem", max_length = 150)]
    pub username: String,
    /// Where the confirmation goes.
    #[schema(format = Email, example = "clem@example.com")]
    pub email: String,
    /// At least 6 letters.
    #[schema(format = Password, example = "correct horse battery staple", min_length = 6)]
    pub password: String,
}

/// A member who has registered, and still has to confirm.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Registered {
    /// The member's number.
    #[schema(example = 1001)]
    pub pk: i64,
    /// The name, as it was taken down.
    #[schema(example = "clem")]
    pub username: String,
    /// Where the confirmation went.
    #[schema(format = Email, example = "clem@example.com")]
    pub email: String,
}

/// What to change of one's own profile: what is absent, null or empty stays as it is.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberChange {
    /// Another username.
    #[schema(example = "clementine")]
    pub username: Option<String>,
    /// Another mail address.
    #[schema(format = Email, example = "clem@example.com")]
    pub email: Option<String>,
    /// The site.
    #[schema(example = "www.example.org")]
    pub site: Option<String>,
    /// Where the picture is.
    #[schema(example = "https://example.org/clem.png")]
    pub avatar_url: Option<String>,
    /// What one tells of oneself.
    #[schema(example = "Learns Rust.")]
    pub biography: Option<String>,
    /// The signature.
    #[schema(example = "Yours, Clem")]
    pub sign: Option<String>,
    /// Whether members see the mail address.
    #[schema(example = true)]
    pub show_email: Option<bool>,
    /// Whether signatures are shown.
    #[schema(example = true)]
    pub show_sign: Option<bool>,
    /// Whether the activity in forums is hidden.
    #[schema(example = false)]
    pub hide_forum_activity: Option<bool>,
    /// Whether menus open under the pointer.
    #[schema(example = true)]
    pub is_hover_enabled: Option<bool>,
    /// Whether answers come by mail, too.
    #[schema(example = false)]
    pub email_for_answer: Option<bool>,
}

/// What a member may do after a sanction or its end.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberStanding {
    /// The member's number.
    #[schema(example = 3)]
    pub pk: i64,
    /// The member's name.
    #[schema(example = "clem")]
    pub username: String,
    /// The member's mail address.
    #[schema(format = Email, example = "clem@example.com")]
    pub email: String,
    /// Whether the member may write.
    #[schema(example = false)]
    pub can_write: bool,
    /// When the member may write again; null where there is no end.
    #[schema(value_type = Option<String>, example = "2026-11-28T12:00:00Z")]
    pub end_ban_write: Option<Timestamp>,
    /// Whether the member may log in.
    #[schema(example = true)]
    pub can_read: bool,
    /// When the member may log in again; null where there is no end.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub end_ban_read: Option<Timestamp>,
}

/// Takes the right to write.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReadOnly {
    /// For so many days; for good where it is absent.
    #[serde(rename = "ls-jrs")]
    #[schema(example = 7)]
    pub days: Option<i64>,
    /// Why.
    #[serde(rename = "ls-text")]
    #[schema(example = "Advertisements.")]
    pub text: Option<String>,
}

/// Gives the right to write back.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReadOnlyLifted {
    /// Why.
    #[serde(rename = "unls-text")]
    #[schema(example = "We talked.")]
    pub text: Option<String>,
}

/// Shuts a member out.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ban {
    /// For so many days; for good where it is absent.
    #[serde(rename = "ban-jrs")]
    #[schema(example = 7)]
    pub days: Option<i64>,
    /// Why.
    #[serde(rename = "ban-text")]
    #[schema(example = "Advertisements.")]
    pub text: Option<String>,
}

/// Lets a member in again.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BanLifted {
    /// Why.
    #[serde(rename = "unban-text")]
    #[schema(example = "We talked.")]
    pub text: Option<String>,
}
