//! What watchers can see: without it, silence could be taken for health.

use contracts::Status;
use contracts::incidents::Reason;
use contracts::signals::WatchChanged;
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, json, params};

use crate::model::Evidence;

struct Watch {
    source: String,
    name: String,
    covers: Option<Vec<String>>,
    lost_since: Option<Timestamp>,
    reason: Option<String>,
}

/// Notes what a watcher can see now.
pub(crate) fn save(tx: &mut Tx<'_>, watch: &WatchChanged) -> Result<()> {
    if watch.ended {
        tx.execute(
            "DELETE FROM watches WHERE source = $1 AND scope = $2",
            params![watch.source, watch.scope],
        )?;
    } else {
        let covers = watch.covers.as_ref().map(json).transpose()?;
        tx.execute(
            "INSERT INTO watches (source, scope, name, covers, lost_since, reason) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (source, scope) DO UPDATE SET name = $3, covers = $4, lost_since = $5, reason = $6",
            params![watch.source, watch.scope, watch.name, covers, watch.lost_since, watch.reason],
        )?;
    }
    Ok(())
}

/// What is to be said of a provider's component beside its signals: that nobody has seen it, or nobody sees it now.
pub(crate) fn doubt(tx: &mut Tx<'_>, scope: &str, component: &str) -> Result<Option<Evidence>> {
    let watch = tx.query_opt(
        "SELECT source, name, covers, lost_since, reason FROM watches WHERE scope = $1",
        params![scope],
        watch,
    )?;
    let now = tx.now();
    let doubt = |source: &str, title: String, since, counts| {
        let component = format!("{scope}:{component}");
        let reason = Reason {
            source: source.to_owned(),
            level: Status::Unknown,
            title,
            component,
            since,
            evidence_url: None,
        };
        Some(Evidence { seen: Status::Unknown, reason, counts })
    };
    let Some(watch) = watch else {
        return Ok(doubt("watch", format!("{scope} has not been read yet"), now, true));
    };
    let covered =
        component == "*" || watch.covers.is_none_or(|covers| covers.iter().any(|key| key == component));
    Ok(match watch.lost_since {
        _ if !covered => {
            doubt(&watch.source, format!("{} names no component {component}", watch.name), now, true)
        }
        Some(since) => {
            let why = watch.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            doubt(&watch.source, format!("{}: no reading{why}", watch.name), since, false)
        }
        None => None,
    })
}

fn watch(row: &Row<'_>) -> Result<Watch> {
    let covers: Option<String> = row.get("covers")?;
    Ok(Watch {
        source: row.get("source")?,
        name: row.get("name")?,
        covers: covers.and_then(|covers| serde_json::from_str(&covers).ok()),
        lost_since: row.get("lost_since")?,
        reason: row.get("reason")?,
    })
}
