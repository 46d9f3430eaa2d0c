//! What people say of themselves, and what they may do at present.

use contracts::members::MemberChange;
use kit_base::Timestamp;

/// What somebody says of themselves, and how they like things.
#[derive(Clone, PartialEq)]
pub(crate) struct Profile {
    pub site: String,
    pub avatar_url: Option<String>,
    pub biography: String,
    pub sign: String,
    pub show_email: bool,
    pub show_sign: bool,
    pub hide_forum_activity: bool,
    pub is_hover_enabled: bool,
    pub email_for_answer: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            site: String::new(),
            avatar_url: None,
            biography: String::new(),
            sign: String::new(),
            show_email: false,
            show_sign: true,
            hide_forum_activity: false,
            is_hover_enabled: true,
            email_for_answer: false,
        }
    }
}

impl Profile {
    /// The profile with these changes; what is absent stays.
    pub(crate) fn changed(&self, change: &MemberChange) -> Self {
        let text = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
        Self {
            site: text(&change.site, &self.site),
            avatar_url: change.avatar_url.clone().or_else(|| self.avatar_url.clone()),
            biography: text(&change.biography, &self.biography),
            sign: text(&change.sign, &self.sign),
            show_email: change.show_email.unwrap_or(self.show_email),
            show_sign: change.show_sign.unwrap_or(self.show_sign),
            hide_forum_activity: change.hide_forum_activity.unwrap_or(self.hide_forum_activity),
            is_hover_enabled: change.is_hover_enabled.unwrap_or(self.is_hover_enabled),
            email_for_answer: change.email_for_answer.unwrap_or(self.email_for_answer),
        }
    }
}

/// What somebody may do, and until when they may not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    pub can_write: bool,
    pub end_ban_write: Option<Timestamp>,
    pub can_read: bool,
    pub end_ban_read: Option<Timestamp>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { can_write: true, end_ban_write: None, can_read: true, end_ban_read: None }
    }
}

impl Standing {
    /// The same at this moment: what has passed is over.
    pub(crate) fn at(self, now: Timestamp) -> Self {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let mut standing = self;
        if self.can_write || over(self.end_ban_write) {
            (standing.can_write, standing.end_ban_write) = (true, None);
        }
        if self.can_read || over(self.end_ban_read) {
            (standing.can_read, standing.end_ban_read) = (true, None);
        }
        standing
    }
}

/// What may be decided on somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sanction {
    ReadOnly,
    ReadOnlyLifted,
    Ban,
    BanLifted,
}

impl Sanction {
    /// The word for it in the store.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Sanction::ReadOnly => "read_only",
            Sanction::ReadOnlyLifted => "read_only_lifted",
            Sanction::Ban => "ban",
            Sanction::BanLifted => "ban_lifted",
        }
    }

    /// What somebody may do after it.
    pub(crate) fn applied(self, before: Standing, until: Option<Timestamp>) -> Standing {
        match self {
            Sanction::ReadOnly => Standing { can_write: false, end_ban_write: until, ..before },
            Sanction::ReadOnlyLifted => Standing { can_write: true, end_ban_write: None, ..before },
            Sanction::Ban => Standing { can_read: false, end_ban_read: until, ..before },
            Sanction::BanLifted => Standing { can_read: true, end_ban_read: None, ..before },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_end_ends_by_itself_and_what_has_none_does_not() {
        let at = Timestamp::from_micros;
        let standing =
            Standing { can_write: false, end_ban_write: Some(at(10)), can_read: false, end_ban_read: None };
        assert_eq!(standing.at(at(9)), standing);
        let later = standing.at(at(10));
        assert_eq!((later.can_write, later.end_ban_write, later.can_read), (true, None, false));
    }
}
