//! What was decided on people: it takes effect on the person, and stays in the history.

use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::{remove_tokens_of, set_standing};
use crate::model::{Sanction, Standing};

/// A decision on somebody.
pub(crate) struct Decision {
    /// On whom.
    pub user_id: String,
    /// By whom.
    pub by_id: String,
    /// What.
    pub sanction: Sanction,
    /// Why; may be empty.
    pub reason: String,
    /// Until when; without an end if it is absent.
    pub until: Option<Timestamp>,
}

/// Notes the decision and makes it so; returns what the person may do from now on.
pub(crate) fn decide(tx: &mut Tx<'_>, before: Standing, decision: &Decision) -> Result<Standing> {
    let (id, now) = (tx.ids().uuid(), tx.now());
    let Decision { user_id, by_id, sanction, reason, until } = decision;
    tx.execute(
        "INSERT INTO sanctions (id, user_id, by_id, kind, reason, at, until) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![id, user_id, by_id, sanction.as_str(), reason, now, until],
    )?;
    let standing = sanction.applied(before.at(now), *until);
    set_standing(tx, user_id, standing)?;
    if !standing.can_read {
        remove_tokens_of(tx, user_id)?;
    }
    Ok(standing)
}
