//! Statuses, worked out anew when something they rest on changes: only what is touched, from cause to effect.

use std::collections::{BTreeMap, VecDeque};

use contracts::incidents::{ComponentChanged, ComponentStatusChanged, Reason, Visibility};
use contracts::{Level, Status};
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, json, params};

use super::{graph, maintenances, uptime, watches, witnessed};
use crate::model::{self, Evidence, Reference, derive, weight};

/// All that is said of an internal component to those that need it.
const INTERNAL: &str = "Something internal that it needs";

/// Looks again at these components, and at all that need one whose status or reasons changed. Incidents that name them
/// are told of other statuses, once for all of them.
pub(crate) fn refresh(tx: &mut Tx<'_>, components: Vec<String>) -> Result<()> {
    let mut waiting = VecDeque::from(components);
    let mut before: BTreeMap<String, Status> = BTreeMap::new();
    while let Some(slug) = waiting.pop_front() {
        if let Some(status) = refresh_one(tx, &slug)? {
            before.entry(slug.clone()).or_insert(status);
            for dependent in graph::dependents(tx, &slug)? {
                if !waiting.contains(&dependent) {
                    waiting.push_back(dependent);
                }
            }
        }
    }
    witnessed::tell(tx, &before)
}

struct Kept {
    status: Status,
    seen: Status,
    since: Timestamp,
    because: Vec<Reason>,
    by_hand: Option<Reason>,
}

/// The status that it had, if anything about it changed.
fn refresh_one(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Status>> {
    let kept = tx.query_opt(
        "SELECT slug, status, seen_status, since, because, override_status, override_note, override_at
         FROM components WHERE slug = $1",
        params![slug],
        kept,
    )?;
    let Some(kept) = kept else { return Ok(None) };
    let evidence = evidence(tx, slug, kept.by_hand)?;
    let seen = model::seen(&evidence);
    if seen != kept.seen {
        uptime::turn(tx, slug, seen)?;
    }
    let (status, mut because) = derive(evidence);
    keep_times(&mut because, &kept.because);
    if status == kept.status && because == kept.because {
        return Ok((seen != kept.seen).then_some(kept.status));
    }
    let since = if status == kept.status { kept.since } else { tx.now() };
    let reasons = json(&because)?;
    tx.execute(
        "UPDATE components SET status = $2, since = $3, because = $4 WHERE slug = $1",
        params![slug, status.as_str(), since, reasons],
    )?;
    if status == kept.status {
        tx.emit(&ComponentChanged { slug: slug.to_owned() })?;
    } else {
        let changed =
            ComponentStatusChanged { slug: slug.to_owned(), before: kept.status, after: status, since };
        tx.emit(&changed)?;
    }
    Ok(Some(kept.status))
}

/// A doubt has no beginning of its own: it lasts since it was first noticed.
fn keep_times(because: &mut [Reason], before: &[Reason]) {
    for reason in because.iter_mut().filter(|reason| reason.level == Status::Unknown) {
        let same = |old: &&Reason| old.component == reason.component && old.title == reason.title;
        if let Some(old) = before.iter().find(same) {
            reason.since = old.since;
        }
    }
}

/// Everything known about a component.
fn evidence(tx: &mut Tx<'_>, slug: &str, by_hand: Option<Reason>) -> Result<Vec<Evidence>> {
    let mut reasons = signals_that_count(tx, slug)?;
    reasons.extend(maintenances::running_on(tx, slug)?);
    reasons.extend(by_hand);
    let mut evidence: Vec<Evidence> = reasons.into_iter().map(Evidence::of).collect();
    let named = incidents_naming(tx, slug)?.into_iter();
    evidence.extend(named.map(|reason| Evidence { seen: Status::Operational, ..Evidence::of(reason) }));
    for name in graph::needs(tx, slug)? {
        match Reference::parse(&name) {
            Some(Reference::Own(needed)) => evidence.extend(dependency(tx, needed)?),
            Some(Reference::Foreign { scope, component }) => {
                evidence.extend(watches::doubt(tx, scope, component)?);
            }
            None => {}
        }
    }
    Ok(evidence)
}

/// What one of our components says of those that need it: its own worst reason, or just its status. Of an internal one
/// no more than that, because what needs it may be public.
fn dependency(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Evidence>> {
    let needed = tx.query_opt(
        "SELECT name, visibility, status, seen_status, since, because FROM components WHERE slug = $1",
        params![slug],
        |row| {
            let because: Vec<Reason> = row.json("because")?;
            let name: String = row.get("name")?;
            let internal = row.word("visibility", Visibility::parse)? == Visibility::Internal;
            let worst = because.into_iter().next().filter(|_| !internal);
            let named = worst.as_ref().map_or(name.clone(), |worst| format!("{name}: {}", worst.title));
            let reason = Reason {
                source: "dependency".to_owned(),
                level: row.word("status", Status::parse)?,
                title: if internal { INTERNAL.to_owned() } else { named },
                component: slug.to_owned(),
                since: row.get("since")?,
                evidence_url: worst.and_then(|worst| worst.evidence_url),
            };
            let seen = row.word("seen_status", Status::parse)?;
            Ok(Evidence { seen, ..Evidence::of(reason) })
        },
    )?;
    Ok(needed.filter(|evidence| evidence.reason.level != Status::Operational))
}

/// The standing signals that the component's rules let count: about itself, and about what it needs of providers.
fn signals_that_count(tx: &mut Tx<'_>, component: &str) -> Result<Vec<Reason>> {
    tx.query(
        "SELECT s.source, s.level, s.title, s.component, s.since, s.evidence_url
         FROM verdicts v JOIN signals s ON s.source = v.source AND s.key = v.key
         WHERE v.component = $1 AND v.act <> '' AND s.state = 'raised' ORDER BY s.since, s.source, s.key",
        params![component],
        |row| {
            Ok(Reason {
                source: row.get("source")?,
                level: row.word("level", Level::parse)?.status(),
                title: row.get("title")?,
                component: row.get("component")?,
                since: row.get("since")?,
                evidence_url: row.get("evidence_url")?,
            })
        },
    )
}

/// Open incidents that a person opened. Those that signals opened weigh as much as their signals, which speak for
/// themselves; so a component is well again as soon as its signals are, while its incident is still watched.
fn incidents_naming(tx: &mut Tx<'_>, component: &str) -> Result<Vec<Reason>> {
    tx.query(
        "SELECT i.id, i.title, i.sev, i.started_at FROM incidents i
         JOIN incident_components c ON c.incident = i.id
         WHERE c.component = $1 AND i.status = 'open' AND i.cause IS NULL ORDER BY i.sev, i.started_at",
        params![component],
        |row| {
            Ok(Reason {
                source: "incident".to_owned(),
                level: weight(row.get("sev")?),
                title: row.get("title")?,
                component: component.to_owned(),
                since: row.get("started_at")?,
                evidence_url: None,
            })
        },
    )
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    let by_hand: Option<String> = row.get("override_status")?;
    let by_hand = match by_hand.as_deref().and_then(Status::parse) {
        None => None,
        Some(level) => Some(Reason {
            source: "override".to_owned(),
            level,
            title: row.get("override_note")?,
            component: row.get("slug")?,
            since: row.get("override_at")?,
            evidence_url: None,
        }),
    };
    Ok(Kept {
        status: row.word("status", Status::parse)?,
        seen: row.word("seen_status", Status::parse)?,
        since: row.get("since")?,
        because: row.json("because")?,
        by_hand,
    })
}
