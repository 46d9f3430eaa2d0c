//! Maintenances as they are shown: to the team, and to everybody.

use contracts::maintenances::{Maintenance, MaintenanceState};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::occurrences;
use crate::error::Error;

/// How many of those before are shown.
const PAST: i64 = 10;

/// What a list of maintenances is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub state: Option<MaintenanceState>,
    pub component: Option<String>,
    /// A time of it ends after this moment.
    pub from: Option<Timestamp>,
    /// A time of it begins before this moment.
    pub until: Option<Timestamp>,
    /// The soonest first, instead of the latest.
    pub soonest_first: bool,
    /// Leave out what concerns internal components alone.
    pub public_only: bool,
}

/// The maintenance with that id.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Maintenance, Error> {
    let maintenance = bare(tx, id)?;
    Ok(whole(tx, maintenance, false)?)
}

/// The same for the public: without internal components, and not at all if it names only such.
pub(crate) fn find_public(tx: &mut Tx<'_>, id: &str) -> Result<Maintenance, Error> {
    let maintenance = bare(tx, id)?;
    let maintenance = whole(tx, maintenance, true)?;
    if maintenance.components.is_empty() { Err(Error::NotFound) } else { Ok(maintenance) }
}

fn bare(tx: &mut Tx<'_>, id: &str) -> Result<Maintenance, Error> {
    let found = tx.query_opt(
        "SELECT id, title, description, starts_at, ends_at, time_zone, rrule, exceptions, notify_before, state,
                created_at, changed_at
         FROM maintenances WHERE id = $1",
        params![id],
        maintenance,
    )?;
    found.ok_or(Error::NotFound)
}

/// The components that it names and that are there, in their order; for everybody the public ones.
pub(super) fn components_of(tx: &mut Tx<'_>, id: &str, public_only: bool) -> Result<Vec<String>> {
    tx.query(
        "SELECT n.component FROM maintenance_components n JOIN components c ON c.slug = n.component
         WHERE n.maintenance = $1 AND (c.visibility = 'public' OR NOT $2) ORDER BY n.place",
        params![id, public_only],
        |row| row.get("component"),
    )
}

/// A page of maintenances, by when the time that runs or comes next begins.
pub(crate) fn list(tx: &mut Tx<'_>, filter: &Filter, paging: &Paging) -> Result<Page<Maintenance>, Error> {
    let Filter { component, from, until, public_only, .. } = filter;
    let state = filter.state.map(MaintenanceState::as_str);
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM maintenances m
         WHERE (CAST($1 AS TEXT) IS NULL OR m.state = $1)
           AND EXISTS (SELECT 1 FROM maintenance_components n LEFT JOIN components c ON c.slug = n.component
                       WHERE n.maintenance = m.id AND (c.visibility = 'public' OR NOT $5)
                         AND (CAST($2 AS TEXT) IS NULL OR n.component = $2))
           AND EXISTS (SELECT 1 FROM maintenance_occurrences o WHERE o.maintenance = m.id
                         AND (CAST($3 AS BIGINT) IS NULL OR COALESCE(o.ended_at, o.ends_at) > $3)
                         AND (CAST($4 AS BIGINT) IS NULL OR COALESCE(o.began_at, o.starts_at) < $4))",
        params![state, component, from, until, public_only],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let direction: i64 = if filter.soonest_first { 1 } else { -1 };
    let found = tx.query(
        "SELECT id, title, description, starts_at, ends_at, time_zone, rrule, exceptions, notify_before, state,
                created_at, changed_at
         FROM maintenances m
         WHERE (CAST($1 AS TEXT) IS NULL OR m.state = $1)
           AND EXISTS (SELECT 1 FROM maintenance_components n LEFT JOIN components c ON c.slug = n.component
                       WHERE n.maintenance = m.id AND (c.visibility = 'public' OR NOT $5)
                         AND (CAST($2 AS TEXT) IS NULL OR n.component = $2))
           AND EXISTS (SELECT 1 FROM maintenance_occurrences o WHERE o.maintenance = m.id
                         AND (CAST($3 AS BIGINT) IS NULL OR COALESCE(o.ended_at, o.ends_at) > $3)
                         AND (CAST($4 AS BIGINT) IS NULL OR COALESCE(o.began_at, o.starts_at) < $4))
         ORDER BY m.head_at * CAST($6 AS BIGINT), m.id LIMIT $7 OFFSET $8",
        params![state, component, from, until, public_only, direction, window.limit, window.offset],
        maintenance,
    )?;
    let results: Result<Vec<Maintenance>> =
        found.into_iter().map(|found| whole(tx, found, *public_only)).collect();
    Ok(paging.page(count, results?))
}

fn whole(tx: &mut Tx<'_>, mut maintenance: Maintenance, public_only: bool) -> Result<Maintenance> {
    let head = occurrences::head(tx, &maintenance.id)?;
    let others = |row: &occurrences::Row| row.window.starts_at != head.window.starts_at;
    let upcoming = occurrences::scheduled(tx, &maintenance.id)?;
    let past = occurrences::completed(tx, &maintenance.id, PAST + 1)?;
    let most = usize::try_from(PAST).unwrap_or_default();
    maintenance.components = components_of(tx, &maintenance.id, public_only)?;
    maintenance.upcoming = upcoming.into_iter().filter(others).map(|row| row.shown()).collect();
    maintenance.past = past.into_iter().filter(others).take(most).map(|row| row.shown()).collect();
    maintenance.occurrence = head.shown();
    Ok(maintenance)
}

fn maintenance(row: &Row<'_>) -> Result<Maintenance> {
    let (starts_at, ends_at) = (row.get("starts_at")?, row.get("ends_at")?);
    let state = row.word("state", MaintenanceState::parse)?;
    Ok(Maintenance {
        id: row.get("id")?,
        title: row.get("title")?,
        description: row.get("description")?,
        components: Vec::new(),
        state,
        starts_at,
        ends_at,
        time_zone: row.get("time_zone")?,
        rrule: row.get("rrule")?,
        exceptions: row.json("exceptions")?,
        notify_before: row.get("notify_before")?,
        occurrence: contracts::maintenances::Occurrence {
            starts_at,
            ends_at,
            state,
            began_at: None,
            ended_at: None,
        },
        upcoming: Vec::new(),
        past: Vec::new(),
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
    })
}
