//! Components: written, listed, removed, overridden.

use contracts::Status;
use contracts::incidents::{
    Component, ComponentChanged, NewComponent, NewOverride, Override, SignalPolicy, Visibility,
};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use super::{graph, status, uptime};
use crate::error::Error;

/// Adds a component; its status follows at once from what is known of what it needs.
pub(crate) fn create(tx: &mut Tx<'_>, new: &NewComponent) -> Result<Component, Error> {
    if find(tx, &new.slug)?.is_some() {
        return Err(Error::SlugTaken(new.slug.clone()));
    }
    let now = tx.now();
    tx.execute(
        "INSERT INTO components (slug, name, description, group_name, position, visibility, status, since, because)
         VALUES ($1, $2, '', '', 0, 'public', 'operational', $3, '[]')",
        params![new.slug, new.name, now],
    )?;
    uptime::begin(tx, &new.slug)?;
    write(tx, new)
}

/// Writes what `new` says; what it does not say stays as it is.
pub(crate) fn update(tx: &mut Tx<'_>, new: &NewComponent) -> Result<Component, Error> {
    find(tx, &new.slug)?.ok_or(Error::NotFound)?;
    write(tx, new)
}

fn write(tx: &mut Tx<'_>, new: &NewComponent) -> Result<Component, Error> {
    let links = new.links.as_ref().map(json).transpose()?;
    let policy = new.policy.as_ref().map(json).transpose()?;
    let visibility = new.visibility.map(Visibility::as_str);
    tx.execute(
        "UPDATE components SET name = $2, description = COALESCE($3, description),
             group_name = COALESCE($4, group_name), position = COALESCE($5, position),
             visibility = COALESCE($6, visibility), owner = COALESCE($7, owner), links = COALESCE($8, links),
             start_date = COALESCE($9, start_date), policy = COALESCE($10, policy)
         WHERE slug = $1",
        params![
            new.slug,
            new.name,
            new.description,
            new.group,
            new.position,
            visibility,
            new.owner,
            links,
            new.start_date,
            policy
        ],
    )?;
    if let Some(depends_on) = &new.depends_on {
        graph::set_dependencies(tx, &new.slug, depends_on)?;
        uptime::graph_changed(tx)?;
    }
    if let Some(start) = new.start_date.as_deref().and_then(Timestamp::of_day) {
        uptime::starts_at(tx, &new.slug, start)?;
    }
    changed(tx, &new.slug)
}

fn changed(tx: &mut Tx<'_>, slug: &str) -> Result<Component, Error> {
    tx.emit(&ComponentChanged { slug: slug.to_owned() })?;
    status::refresh(tx, vec![slug.to_owned()])?;
    find(tx, slug)?.ok_or(Error::NotFound)
}

/// Removes a component that no other needs.
pub(crate) fn delete(tx: &mut Tx<'_>, slug: &str) -> Result<(), Error> {
    if let Some(dependent) = graph::dependents(tx, slug)?.into_iter().next() {
        return Err(Error::Needed(slug.to_owned(), dependent));
    }
    if tx.execute("DELETE FROM components WHERE slug = $1", params![slug])? == 0 {
        return Err(Error::NotFound);
    }
    tx.execute("DELETE FROM dependencies WHERE component = $1", params![slug])?;
    tx.execute("DELETE FROM verdicts WHERE component = $1", params![slug])?;
    uptime::forget(tx, slug)?;
    tx.emit(&ComponentChanged { slug: slug.to_owned() })?;
    Ok(())
}

/// Sets the status by hand. One that stands is to be lifted first, so that nobody's word is lost without notice.
pub(crate) fn set_override(
    tx: &mut Tx<'_>,
    slug: &str,
    new: &NewOverride,
    author: &str,
) -> Result<Component, Error> {
    let old = find(tx, slug)?.ok_or(Error::NotFound)?;
    let now = tx.now();
    if old.by_hand.is_some_and(|old| old.until.is_none_or(|until| until > now)) {
        return Err(Error::OverrideStands);
    }
    if new.until.is_some_and(|until| until <= now) {
        return Err(Error::Field("until", "It is over already; choose a moment that is to come.".to_owned()));
    }
    tx.execute(
        "UPDATE components SET override_status = $2, override_note = $3, override_at = $4, override_until = $5,
             override_by = $6
         WHERE slug = $1",
        params![slug, new.status.as_str(), new.note, now, new.until, author],
    )?;
    changed(tx, slug)
}

/// Lifts the status that was set by hand.
pub(crate) fn lift_override(tx: &mut Tx<'_>, slug: &str) -> Result<Component, Error> {
    let found = tx.execute(
        "UPDATE components SET override_status = NULL, override_note = NULL, override_at = NULL,
             override_until = NULL, override_by = NULL
         WHERE slug = $1",
        params![slug],
    )?;
    if found == 0 { Err(Error::NotFound) } else { changed(tx, slug) }
}

/// Components whose override has come to its end.
pub(crate) fn overrides_ended(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<String>> {
    tx.query("SELECT slug FROM components WHERE override_until <= $1", params![now], |row| row.get("slug"))
}

/// The component with that slug.
pub(crate) fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Component>> {
    let found = tx.query_opt(
        "SELECT c.slug, c.name, c.description, c.group_name, g.parent, c.position, c.visibility, c.owner, c.links,
                c.start_date, c.policy, c.status, c.since, c.because, c.override_status, c.override_note,
                c.override_at, c.override_until, c.override_by
         FROM components c LEFT JOIN component_groups g ON g.name = c.group_name WHERE c.slug = $1",
        params![slug],
        component,
    )?;
    found.map(|found| with_dependencies(tx, found)).transpose()
}

/// A page of the components, in the order of the page: by group, place and name. The public sees public ones.
pub(crate) fn list(tx: &mut Tx<'_>, public_only: bool, paging: &Paging) -> Result<Page<Component>, Error> {
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM components WHERE visibility = 'public' OR NOT $1",
        params![public_only],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT c.slug, c.name, c.description, c.group_name, g.parent, c.position, c.visibility, c.owner, c.links,
                c.start_date, c.policy, c.status, c.since, c.because, c.override_status, c.override_note,
                c.override_at, c.override_until, c.override_by
         FROM components c LEFT JOIN component_groups g ON g.name = c.group_name
              LEFT JOIN component_groups p ON p.name = g.parent
         WHERE c.visibility = 'public' OR NOT $1
         ORDER BY COALESCE(p.position, g.position, 0), COALESCE(p.name, c.group_name),
                  CASE WHEN p.name IS NULL THEN 0 ELSE 1 END, COALESCE(g.position, 0), c.group_name, c.position,
                  c.name, c.slug
         LIMIT $2 OFFSET $3",
        params![public_only, window.limit, window.offset],
        component,
    )?;
    let results: Result<Vec<Component>> = found
        .into_iter()
        .map(|found| {
            let whole = with_dependencies(tx, found)?;
            if public_only { for_public(tx, whole) } else { Ok(whole) }
        })
        .collect();
    Ok(paging.page(count, results?))
}

/// What the public may know of a component: neither internal ones that it needs, nor who does what in the team.
pub(crate) fn for_public(tx: &mut Tx<'_>, mut component: Component) -> Result<Component> {
    let internal: Vec<String> = tx.query(
        "SELECT d.needs FROM dependencies d JOIN components c ON c.slug = d.needs
         WHERE d.component = $1 AND c.visibility = 'internal'",
        params![component.slug],
        |row| row.get("needs"),
    )?;
    component.depends_on.retain(|name| !internal.contains(name));
    for reason in component.because.iter_mut().filter(|reason| internal.contains(&reason.component)) {
        reason.component.clone_from(&component.slug);
    }
    component.owner.clear();
    component.policy = None;
    if let Some(by_hand) = &mut component.by_hand {
        by_hand.author = None;
    }
    Ok(component)
}

fn with_dependencies(tx: &mut Tx<'_>, mut component: Component) -> Result<Component> {
    component.depends_on = graph::needs(tx, &component.slug)?;
    Ok(component)
}

fn component(row: &Row<'_>) -> Result<Component> {
    let (start_date, policy): (Option<String>, Option<String>) = (row.get("start_date")?, row.get("policy")?);
    let parent: Option<String> = row.get("parent")?;
    Ok(Component {
        slug: row.get("slug")?,
        name: row.get("name")?,
        description: row.get("description")?,
        group: row.get("group_name")?,
        parent_group: parent.unwrap_or_default(),
        position: row.get("position")?,
        depends_on: Vec::new(),
        visibility: row.word("visibility", Visibility::parse)?,
        owner: row.get("owner")?,
        links: row.json("links")?,
        start_date: start_date.filter(|day| !day.is_empty()),
        policy: policy.as_deref().and_then(own_policy),
        status: row.word("status", Status::parse)?,
        since: row.get("since")?,
        because: row.json("because")?,
        by_hand: by_hand(row)?,
    })
}

/// A policy that says nothing is none of one's own.
fn own_policy(text: &str) -> Option<SignalPolicy> {
    serde_json::from_str(text).ok().filter(|policy| *policy != SignalPolicy::default())
}

fn by_hand(row: &Row<'_>) -> Result<Option<Override>> {
    let status: Option<String> = row.get("override_status")?;
    let Some(status) = status.as_deref().and_then(Status::parse) else { return Ok(None) };
    Ok(Some(Override {
        status,
        note: row.get("override_note")?,
        author: row.get("override_by")?,
        since: row.get("override_at")?,
        until: row.get("override_until")?,
    }))
}
