//! Who wrote it, and how that is forgotten.

use kit_store::{Result, Tx, params};

use crate::model::GONE;

/// What the user wrote stays, and nothing tells any more who it was.
pub(crate) fn forget(tx: &mut Tx<'_>, user_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE comments SET user_id = NULL, email = NULL, name = $2 WHERE user_id = $1",
        params![user_id, GONE],
    )
    .map(drop)
}
