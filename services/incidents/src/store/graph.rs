//! Who needs whom: kept free of circles, so that a status can be followed from cause to effect.

use kit_store::{Result, Tx, params};

use crate::error::Error;
use crate::model::Reference;

/// What `component` needs, in the order in which it was given.
pub(crate) fn needs(tx: &mut Tx<'_>, component: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT needs FROM dependencies WHERE component = $1 ORDER BY place",
        params![component],
        |row| row.get("needs"),
    )
}

/// Our components that need this one directly; it may be ours or a provider's.
pub(crate) fn dependents(tx: &mut Tx<'_>, name: &str) -> Result<Vec<String>> {
    tx.query("SELECT component FROM dependencies WHERE needs = $1 ORDER BY component", params![name], |row| {
        row.get("component")
    })
}

/// Our components that need something of this provider directly.
pub(crate) fn dependents_on_scope(tx: &mut Tx<'_>, scope: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT DISTINCT component FROM dependencies WHERE scope = $1 ORDER BY component",
        params![scope],
        |row| row.get("component"),
    )
}

/// Our components that a failure of `name` reaches: itself if it is ours, and all that need it, however far away.
pub(crate) fn reached_from(tx: &mut Tx<'_>, name: &str) -> Result<Vec<String>> {
    let mut reached = match Reference::parse(name) {
        Some(Reference::Own(slug)) if exists(tx, slug)? => vec![slug.to_owned()],
        _ => dependents(tx, name)?,
    };
    let mut looked_at = 0;
    while let Some(next) = reached.get(looked_at).cloned() {
        for dependent in dependents(tx, &next)? {
            if !reached.contains(&dependent) {
                reached.push(dependent);
            }
        }
        looked_at += 1;
    }
    Ok(reached)
}

/// Replaces what `component` needs. Refuses components of ours that are not there, and circles.
pub(crate) fn set_dependencies(tx: &mut Tx<'_>, component: &str, needs: &[String]) -> Result<(), Error> {
    tx.execute("DELETE FROM dependencies WHERE component = $1", params![component])?;
    for (place, name) in (0_i64..).zip(needs) {
        let reference = Reference::parse(name).ok_or_else(|| Error::NoSuchComponent(name.clone()))?;
        if let Reference::Own(slug) = reference
            && !exists(tx, slug)?
        {
            return Err(Error::NoSuchComponent(slug.to_owned()));
        }
        if let Some(path) = path(tx, name, component)? {
            return Err(Error::Circle(format!("{component} → {}", path.join(" → "))));
        }
        tx.execute(
            "INSERT INTO dependencies (component, needs, scope, place) VALUES ($1, $2, $3, $4)
             ON CONFLICT (component, needs) DO NOTHING",
            params![component, name, reference.scope(), place],
        )?;
    }
    Ok(())
}

/// The way from `from` to `to` along what each needs, if there is one.
fn path(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<Option<Vec<String>>> {
    let mut ways = vec![vec![from.to_owned()]];
    let mut seen = vec![from.to_owned()];
    while let Some(way) = ways.pop() {
        let Some(last) = way.last() else { continue };
        if last == to {
            return Ok(Some(way));
        }
        for next in needs(tx, last)? {
            if !seen.contains(&next) {
                seen.push(next.clone());
                ways.push(way.iter().cloned().chain([next]).collect());
            }
        }
    }
    Ok(None)
}

/// Whether there is a component of ours with that slug.
pub(crate) fn exists(tx: &mut Tx<'_>, slug: &str) -> Result<bool> {
    tx.query_opt("SELECT slug FROM components WHERE slug = $1", params![slug], |_| Ok(()))
        .map(|found| found.is_some())
}
