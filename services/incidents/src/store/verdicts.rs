//! What standing signals lead to, for each component that they concern: worked out by the component's rules, and again
//! when time alone may change it.

use contracts::incidents::{Act, Damping, SignalPolicy};
use contracts::signals::Signal;
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::{maintenances, signals};
use crate::model::{Policy, Standing, judge};

/// Judges every signal that concerns the component, by its own policy or the default one.
pub(crate) fn judge_for(tx: &mut Tx<'_>, policy: &Policy, component: &str) -> Result<()> {
    tx.execute("DELETE FROM verdicts WHERE component = $1", params![component])?;
    let Some(own) = own_policy(tx, component)? else { return Ok(()) };
    let now = tx.now();
    let mut concerning = signals::concerning(tx, component)?;
    if maintenances::suppressed(tx, component)? {
        concerning.retain(|kept| kept.signal.component != component);
    }
    let standing: Vec<Standing> = concerning
        .iter()
        .map(|kept| Standing { source: kept.signal.source.clone(), level: kept.signal.level, at: kept.at })
        .collect();
    for (kept, (act, judge_at)) in concerning.iter().zip(judge(policy.rules(own.as_ref()), &standing, now)) {
        let (source, key) = (&kept.signal.source, &kept.signal.key);
        let act = act.map(Act::as_str).unwrap_or_default();
        tx.execute(
            "INSERT INTO verdicts (component, source, key, act, judge_at) VALUES ($1, $2, $3, $4, $5)",
            params![component, source, key, act, judge_at],
        )?;
    }
    Ok(())
}

/// What is signalled about the component itself leads to nothing any more, because it is worked on.
pub(crate) fn withdraw(tx: &mut Tx<'_>, component: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM verdicts WHERE component = $1
           AND EXISTS (SELECT 1 FROM signals s
                       WHERE s.source = verdicts.source AND s.key = verdicts.key AND s.component = $1)",
        params![component],
    )
    .map(drop)
}

/// Components for which time alone may have changed what a signal leads to.
pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<String>> {
    tx.query(
        "SELECT DISTINCT component FROM verdicts WHERE judge_at <= $1 ORDER BY component",
        params![now],
        |row| row.get("component"),
    )
}

/// Whether the signal leads to anything for any component of ours.
pub(crate) fn counts(tx: &mut Tx<'_>, signal: &Signal) -> Result<bool> {
    let somewhere: i64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM verdicts WHERE source = $1 AND key = $2 AND act <> ''",
        params![signal.source, signal.key],
        |row| row.get("n"),
    )?;
    Ok(somewhere > 0)
}

/// When the component holds signals that come and go.
pub(crate) fn damping(tx: &mut Tx<'_>, policy: &Policy, component: &str) -> Result<Damping> {
    let own = own_policy(tx, component)?.flatten();
    Ok(policy.damping(own.as_ref()).clone())
}

/// The component's own policy; the outer `None` if there is no such component of ours.
fn own_policy(tx: &mut Tx<'_>, component: &str) -> Result<Option<Option<SignalPolicy>>> {
    let found: Option<Option<String>> =
        tx.query_opt("SELECT policy FROM components WHERE slug = $1", params![component], |row| {
            row.get("policy")
        })?;
    Ok(found.map(|text| text.and_then(|text| serde_json::from_str(&text).ok())))
}
