//! What the figures are made from: incidents that began within a time, with the moments that matter.

use std::collections::HashMap;

use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::model::Case;

/// The incidents that began from `from` on and before `to`, without those that go on in another. Of one that was written
/// down afterwards nobody can tell when it was detected or acknowledged.
pub(crate) fn cases(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<Case>> {
    let mut named = named(tx, from, to)?;
    let found = tx.query(
        "SELECT i.id, i.sev, i.source, i.started_at, i.mitigated_at, i.resolved_at,
                CASE WHEN i.backfilled THEN NULL ELSE i.opened_at END AS opened_at,
                CASE WHEN i.backfilled THEN NULL ELSE i.acknowledged_at END AS acknowledged_at
         FROM incidents i WHERE i.started_at >= $1 AND i.started_at < $2 AND i.merged_into IS NULL
         ORDER BY i.started_at, i.id",
        params![from, to],
        |row| {
            let case = Case {
                sev: row.get("sev")?,
                source: row.get("source")?,
                components: Vec::new(),
                started_at: row.get("started_at")?,
                opened_at: row.get("opened_at")?,
                acknowledged_at: row.get("acknowledged_at")?,
                mitigated_at: row.get("mitigated_at")?,
                resolved_at: row.get("resolved_at")?,
            };
            Ok((row.get::<String>("id")?, case))
        },
    )?;
    let whole =
        |(id, case): (String, Case)| Case { components: named.remove(&id).unwrap_or_default(), ..case };
    Ok(found.into_iter().map(whole).collect())
}

/// The components that they name, by the ids of the incidents.
fn named(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<HashMap<String, Vec<String>>> {
    let rows = tx.query(
        "SELECT n.incident, n.component FROM incident_components n JOIN incidents i ON i.id = n.incident
         WHERE i.started_at >= $1 AND i.started_at < $2",
        params![from, to],
        |row| Ok((row.get::<String>("incident")?, row.get("component")?)),
    )?;
    let mut named: HashMap<String, Vec<String>> = HashMap::new();
    for (incident, component) in rows {
        named.entry(incident).or_default().push(component);
    }
    Ok(named)
}
