//! Members: how each is shown to whom, what they change of themselves, and what moderators decide.

use std::time::Duration;

use contracts::members::{
    MemberChange, MemberDetail, MemberMore, MemberPermissions, MemberStanding, Registered,
};
use kit_base::{Caller, Role, WRITE};
use kit_store::Tx;

use crate::model::Sanction;
use crate::registration::refuse_taken;
use crate::store::members::{self, MemberRow};
use crate::store::sanctions::{self, Decision};
use crate::{Error, Identity, store};

/// Whoever moderates members.
pub(crate) const MODERATOR: Role = Role::Manager;
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Identity {
    /// The member of the number that stands in an address.
    pub(crate) async fn member(&self, pk: &str) -> Result<MemberRow, Error> {
        let pk = pk.parse().map_err(|_| Error::NotFound)?;
        self.db.read(move |tx| members::of_pk(tx, pk)).await?.ok_or(Error::NotFound)
    }

    /// The member that the caller is.
    pub(crate) async fn own_member(&self, caller: &Caller) -> Result<MemberRow, Error> {
        let id = caller.user_id.clone();
        self.db.read(move |tx| members::of_id(tx, &id)).await?.ok_or(Error::NotFound)
    }

    /// Changes what a member says of themselves; what is absent or empty stays.
    pub(crate) async fn change_member(&self, id: String, change: MemberChange) -> Result<MemberRow, Error> {
        let work = move |tx: &mut Tx<'_>| {
            let old = members::of_id(tx, &id)?.ok_or(Error::NotFound)?;
            let (username, email) = (change.username.as_deref(), change.email.as_deref());
            refuse_taken(tx, username, email, Some(&id))?;
            if let Some(username) = username {
                store::name_user(tx, &id, username)?;
                if old.name == old.entry.username {
                    store::set_name(tx, &id, username)?;
                }
            }
            if let Some(email) = email {
                store::set_email(tx, &id, email)?;
            }
            store::set_profile(tx, &id, &old.profile.changed(&change))?;
            members::of_id(tx, &id)?.ok_or(Error::NotFound)
        };
        self.db.write(work).await
    }

    /// Makes a decision on a member: never on oneself, and not on somebody of a higher role.
    pub(crate) async fn sanction(
        &self,
        caller: &Caller,
        member: MemberRow,
        sanction: Sanction,
        days: Option<u32>,
        reason: String,
    ) -> Result<MemberStanding, Error> {
        let by_id = caller.user_id.clone();
        let work = move |tx: &mut Tx<'_>| -> Result<MemberStanding, Error> {
            let now = tx.now();
            let member = members::of_id(tx, &member.id)?.ok_or(Error::NotFound)?;
            let until = days.map(|days| now.plus(DAY * days));
            let (user_id, by_id, reason) = (member.id.clone(), by_id.clone(), reason.clone());
            let decision = Decision { user_id, by_id, sanction, reason, until };
            let standing = sanctions::decide(tx, member.standing, &decision)?;
            Ok(MemberStanding {
                pk: member.entry.pk,
                username: member.entry.username,
                email: member.email,
                can_write: standing.can_write,
                end_ban_write: standing.end_ban_write,
                can_read: standing.can_read,
                end_ban_read: standing.end_ban_read,
            })
        };
        self.db.write(work).await
    }
}

/// Whether the caller may decide on this member.
pub(crate) fn may_sanction(caller: &Caller, member: &MemberRow) -> Result<(), Error> {
    if caller.user_id == member.id {
        return Err(Error::Yourself);
    }
    if member.role > caller.role || !caller.has_scope(WRITE) { Err(Error::Forbidden) } else { Ok(()) }
}

/// Whether the caller may change this member: they are the same, and not made to be silent.
pub(crate) fn may_change(caller: &Caller, member: &MemberRow) -> Result<(), Error> {
    if caller.user_id == member.id && caller.has_scope(WRITE) { Ok(()) } else { Err(Error::Forbidden) }
}

/// The member as whoever is logged in sees them.
pub(crate) fn shown(member: MemberRow, caller: &Caller) -> MemberDetail {
    let more = more(&member, caller);
    let email = Some(member.email.clone()).filter(|_| member.profile.show_email);
    MemberDetail { email, more: Some(more), ..shown_to_all(member) }
}

/// The member as they see themselves.
pub(crate) fn shown_to_self(member: MemberRow, caller: &Caller) -> MemberDetail {
    let email = Some(member.email.clone());
    MemberDetail { email, ..shown(member, caller) }
}

/// The member as everybody sees them.
pub(crate) fn shown_to_all(member: MemberRow) -> MemberDetail {
    let MemberRow { entry, profile, .. } = member;
    MemberDetail {
        entry,
        email: None,
        site: profile.site,
        avatar_url: profile.avatar_url,
        biography: profile.biography,
        sign: profile.sign,
        show_email: profile.show_email,
        show_sign: profile.show_sign,
        more: None,
    }
}

/// The member who has just registered.
pub(crate) fn registered(member: MemberRow) -> Registered {
    Registered { pk: member.entry.pk, username: member.entry.username, email: member.email }
}

fn more(member: &MemberRow, caller: &Caller) -> MemberMore {
    let write = caller.has_scope(WRITE);
    MemberMore {
        hide_forum_activity: member.profile.hide_forum_activity,
        is_hover_enabled: member.profile.is_hover_enabled,
        email_for_answer: member.profile.email_for_answer,
        permissions: MemberPermissions {
            read: true,
            write,
            update: write && caller.user_id == member.id,
            ban: write && caller.role >= MODERATOR,
        },
    }
}
