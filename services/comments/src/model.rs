//! The rules of comments: who may read, change and moderate what, and how much of an address is shown. Pure functions.

use std::time::Duration;

use contracts::comments::{Comment, CommentState};
use kit_base::settings::{Kind, Settings};
use kit_base::{Caller, Role, Setting, Timestamp};

use crate::error::Error;

pub(crate) const MODERATION: Setting = Setting::new(
    "comments.moderation",
    Kind::Choice(&["post", "pre"]),
    "post",
    "whether comments can be read before a moderator has looked (post) or only after (pre)",
);
pub(crate) const EDIT_WITHIN: Setting = Setting::new(
    "comments.edit_within",
    Kind::Duration,
    "15m",
    "how long authors who are logged in may change or remove what they wrote",
);
pub(crate) const MAX_PER_CONTENT: Setting = Setting::new(
    "comments.max_per_content",
    Kind::Count(1, 1_000_000),
    "10000",
    "comments about one thing, at most; further ones are refused",
);
pub(crate) const LEGACY_EMAILS: Setting = Setting::new(
    "comments.legacy_emails",
    Kind::Flag,
    "false",
    "whether /api/comment/list shows mail addresses to everybody, as its first clients expect",
);

/// How long the id of a content may be.
pub(crate) const LONGEST_CONTENT_ID: usize = 200;
/// How long a comment may be.
pub(crate) const LONGEST_COMMENT: usize = 10_000;
/// How long an author's name may be.
pub(crate) const LONGEST_NAME: usize = 100;
/// How many comments there may be above one in its thread.
pub(crate) const MAX_DEPTH: i64 = 5;
/// The most comments that the list without pages shows: the newest ones.
pub(crate) const LEGACY_LIST: i64 = 1000;
/// Who speaks where nobody gave a name.
pub(crate) const NAMELESS: &str = "Anonymous";
/// Who spoke where the user has been deleted since.
pub(crate) const GONE: &str = "Deleted user";

/// What the settings say.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    looks_first: bool,
    edit_within: Duration,
    pub max_per_content: i64,
    pub legacy_emails: bool,
}

impl Policy {
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        Self {
            looks_first: settings.text(&MODERATION) == "pre",
            edit_within: settings.duration(&EDIT_WITHIN),
            max_per_content: i64::try_from(settings.count(&MAX_PER_CONTENT)).unwrap_or(i64::MAX),
            legacy_emails: settings.flag(&LEGACY_EMAILS),
        }
    }

    /// The state of what this author has written just now. Nobody has to look at what the team says.
    pub(crate) fn first_state(&self, author: Option<&Caller>) -> CommentState {
        match self.looks_first && !author.is_some_and(Caller::is_team) {
            true => CommentState::Pending,
            false => CommentState::Approved,
        }
    }

    /// Whether `caller` may change the words of this comment now.
    pub(crate) fn may_edit(&self, caller: &Caller, comment: &Comment, now: Timestamp) -> Result<(), Error> {
        match comment.state {
            CommentState::Deleted => Err(Error::Deleted),
            _ if !wrote(caller, comment) => Err(Error::NotYours),
            // What a moderator has hidden stays as it was judged.
            CommentState::Rejected | CommentState::Spam => Err(Error::NotYours),
            _ if now.since(comment.created_at) > self.edit_within => Err(Error::TooLate),
            _ => Ok(()),
        }
    }

    /// Whether `caller` may remove this comment now.
    pub(crate) fn may_remove(&self, caller: &Caller, comment: &Comment, now: Timestamp) -> Result<(), Error> {
        if caller.role >= Role::Responder { Ok(()) } else { self.may_edit(caller, comment, now) }
    }
}

/// Whether this reader may know of the comment: everybody of what is approved, and of the place of what was deleted;
/// the team and the author of the rest too.
pub(crate) fn may_read(reader: Option<&Caller>, comment: &Comment) -> bool {
    matches!(comment.state, CommentState::Approved | CommentState::Deleted)
        || reader.is_some_and(|caller| caller.is_team() || wrote(caller, comment))
}

/// The comment as this reader may see it: addresses are for the team.
pub(crate) fn shown_to(reader: Option<&Caller>, comment: Comment) -> Comment {
    match reader.is_some_and(Caller::is_team) {
        true => comment,
        false => Comment { email: None, ..comment },
    }
}

fn wrote(caller: &Caller, comment: &Comment) -> bool {
    comment.user_id.as_ref() == Some(&caller.user_id)
}

/// So much of a mail address that its owner knows it again and nobody else learns it: `a***@e***.com`.
pub(crate) fn masked(email: &str) -> String {
    let Some((name, domain)) = email.rsplit_once('@') else { return String::new() };
    let (host, top) = domain.rsplit_once('.').map_or((domain, None), |(host, top)| (host, Some(top)));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let top = top.map(|top| format!(".{top}")).unwrap_or_default();
    format!("{}***@{}***{top}", first(name), first(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_tells_no_name() {
        assert_eq!(masked("alice@example.com"), "a***@e***.com");
        assert_eq!(masked("o'neil@mail.bücher.example"), "o***@m***.example");
        assert_eq!(masked("root@localhost"), "r***@l***");
        assert_eq!(masked(""), "");
    }
}
