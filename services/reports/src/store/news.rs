//! What people would see that they have not been told of yet.

use contracts::reports::ReportsChanged;
use kit_store::{Result, Tx, params};

use crate::model::Quarter;

/// Components whose counts have changed since they were last told, in this quarter or the one before.
pub(crate) fn untold(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let before = Quarter::of(tx.now()).plus(-1).start();
    tx.query(
        "SELECT DISTINCT component FROM counts WHERE grain = 900 AND start >= $1 AND told <> count
         ORDER BY component LIMIT 1000",
        params![before],
        |row| row.get("component"),
    )
}

/// Tells of them.
pub(crate) fn tell(tx: &mut Tx<'_>) -> Result<()> {
    let before = Quarter::of(tx.now()).plus(-1).start();
    for component in untold(tx)? {
        tx.execute(
            "UPDATE counts SET told = count WHERE component = $1 AND grain = 900 AND start >= $2",
            params![component, before],
        )?;
        tx.emit(&ReportsChanged { component })?;
    }
    Ok(())
}
