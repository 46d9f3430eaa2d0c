//! What happens because time has passed.

use contracts::incidents::IncidentStatus;
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::{components, hearing, life, maintenances};
use crate::error::Error;
use crate::model::Policy;

/// Whether there is anything that [`tick`] would do.
pub(crate) fn anything_due(tx: &mut Tx<'_>, policy: &Policy) -> Result<bool> {
    let now = tx.now();
    let (quiet, over) = limits(policy, now);
    let due: i64 = tx.query_one(
        "SELECT (SELECT COUNT(*) FROM signals WHERE (expires_at <= $1 OR clears_at <= $1) AND state = 'raised')
              + (SELECT COUNT(*) FROM verdicts WHERE judge_at <= $1)
              + (SELECT COUNT(*) FROM components WHERE override_until <= $1)
              + (SELECT COUNT(*) FROM incidents WHERE cause IS NOT NULL AND status = 'open' AND quiet_since <= $2)
              + (SELECT COUNT(*) FROM incidents i WHERE cause IS NOT NULL AND status = 'mitigated' AND mitigated_at <= $3
                   AND NOT EXISTS (SELECT 1 FROM signals s WHERE s.incident = i.id AND s.state = 'raised'))
              AS n",
        params![now, quiet, over],
        |row| row.get("n"),
    )?;
    Ok(due > 0 || maintenances::anything_due(tx)?)
}

/// Does everything whose time has come.
pub(crate) fn tick(tx: &mut Tx<'_>, policy: &Policy) -> Result<(), Error> {
    let now = tx.now();
    hearing::expire(tx, policy)?;
    maintenances::tick(tx, policy)?;
    for slug in components::overrides_ended(tx, now)? {
        components::lift_override(tx, &slug)?;
    }
    hearing::judge_due(tx, policy)?;
    let (quiet, over) = limits(policy, now);
    let mitigated = tx.query(
        "SELECT id FROM incidents WHERE cause IS NOT NULL AND status = 'open' AND quiet_since <= $1",
        params![quiet],
        |row| row.get::<String>("id"),
    )?;
    for id in mitigated {
        life::set_status(tx, &id, IncidentStatus::Mitigated, "All signals have cleared: mitigated.", None)?;
    }
    let resolved = tx.query(
        "SELECT id FROM incidents i WHERE cause IS NOT NULL AND status = 'mitigated' AND mitigated_at <= $1
           AND NOT EXISTS (SELECT 1 FROM signals s WHERE s.incident = i.id AND s.state = 'raised')",
        params![over],
        |row| row.get::<String>("id"),
    )?;
    for id in resolved {
        life::set_status(tx, &id, IncidentStatus::Resolved, "It has not come back: resolved.", None)?;
    }
    Ok(())
}

fn limits(policy: &Policy, now: Timestamp) -> (Timestamp, Timestamp) {
    (now.minus(policy.mitigate_after), now.minus(policy.resolve_after))
}
