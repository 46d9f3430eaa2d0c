//! What the comments service says: what people write about anything that has an id.

use http::Method;
use kit_base::{Event, Page, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::reports::segment;
use crate::{AskError, Client};

/// Whether a comment may be read by everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CommentState {
    /// It waits for a moderator.
    Pending,
    /// Everybody may read it.
    Approved,
    /// A moderator has hidden it.
    Rejected,
    /// A moderator has hidden it as an advertisement or worse.
    Spam,
    /// Its author or a moderator has removed it; it stays, without words, because of its answers.
    Deleted,
}

impl CommentState {
    /// Every state.
    pub const ALL: [CommentState; 5] = [
        CommentState::Pending,
        CommentState::Approved,
        CommentState::Rejected,
        CommentState::Spam,
        CommentState::Deleted,
    ];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            CommentState::Pending => "pending",
            CommentState::Approved => "approved",
            CommentState::Rejected => "rejected",
            CommentState::Spam => "spam",
            CommentState::Deleted => "deleted",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A comment as it is written.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewComment {
    /// What it is about: any id, a number or text. 1 and "1" are the same.
    #[schema(example = "incident-7QKX2MPA", max_length = 200)]
    pub content_id: String,
    /// What is said, as plain text.
    #[schema(example = "It works again for us, thank you.", max_length = 10000)]
    pub comment: String,
    /// The comment that it answers, if it answers one.
    #[schema(example = json!(null))]
    pub parent: Option<String>,
    /// Who says it; must be given by whoever is not logged in, and is otherwise the user's.
    #[schema(example = "Grace", max_length = 100)]
    pub name: Option<String>,
    /// Where to reach them; shown to the team only.
    #[schema(format = Email, example = "grace@example.org")]
    pub email: Option<String>,
}

/// A comment as it is shown.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// Unique (a UUID).
    #[schema(example = "019aa0c4-5c00-7000-8000-5a6b7c8d9e0f")]
    pub id: String,
    /// What it is about.
    #[schema(example = "incident-7QKX2MPA")]
    pub content_id: String,
    /// The comment that it answers; null for one that answers none.
    #[schema(example = json!(null))]
    pub parent: Option<String>,
    /// How many comments there are above it in its thread.
    #[schema(example = 0)]
    pub depth: i64,
    /// Who says it.
    #[schema(example = "Grace")]
    pub name: String,
    /// The user's id, where the author was logged in.
    #[schema(example = json!(null))]
    pub user_id: Option<String>,
    /// Where to reach the author; the team sees it, for everybody else it is null.
    #[schema(format = Email, example = json!(null))]
    pub email: Option<String>,
    /// What is said, as plain text.
    #[schema(example = "It works again for us, thank you.")]
    pub comment: String,
    /// Whether everybody may read it.
    pub state: CommentState,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its words were last changed, if they were.
    pub edited_at: Option<Timestamp>,
}

/// `comment.created`: somebody wrote a comment, which may have to wait for a moderator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommentCreated {
    /// The comment's id.
    pub id: String,
    /// What it is about.
    pub content_id: String,
}

impl Event for CommentCreated {
    const NAME: &'static str = "comment.created";

    fn subject(&self) -> &str {
        &self.content_id
    }
}

impl Client {
    /// The first comments about something, in the order in which they came, as many as one page holds.
    pub async fn comments(&self, content_id: &str) -> Result<Page<Comment>, AskError> {
        let path = format!("/api/v1/comments?content_id={}&page_size=100", segment(content_id));
        self.send(Method::GET, &path, None::<&()>).await
    }
}
