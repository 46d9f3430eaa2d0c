//! Components: written, listed, removed, overridden.

use contracts::Status;
use contracts::incidents::{Component, ComponentChanged, NewComponent, NewOverride, Visibility};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::{graph, status, uptime};
use crate::error::Error;

/// Adds a component; its status follows at once from what is known of what it needs.
pub(crate) fn create(tx: &mut Tx<'_>, new: &NewComponent) -> Result<Component, Error> {
    if find(tx, &new.slug)?.is_some() {
        return Err(Error::SlugTaken(new.slug.clone()));
    }
    let now = tx.now();
    let description = new.description.as_deref().unwrap_or_default();
    let (group, visibility) = (new.group.as_deref().unwrap_or_default(), new.visibility.unwrap_or_default());
    let position = new.position.unwrap_or_default();
    tx.execute(
        "INSERT INTO components (slug, name, description, group_name, position, visibility, status, since, because)
         VALUES ($1, $2, $3, $4, $5, $6, 'operational', $7, '[]')",
        params![new.slug, new.name, description, group, position, visibility.as_str(), now],
    )?;
    graph::set_dependencies(tx, &new.slug, new.depends_on.as_deref().unwrap_or_default())?;
    uptime::begin(tx, &new.slug)?;
    changed(tx, &new.slug)
}

/// Writes what `new` says; what it does not say stays as it is.
pub(crate) fn update(tx: &mut Tx<'_>, new: &NewComponent) -> Result<Component, Error> {
    let old = find(tx, &new.slug)?.ok_or(Error::NotFound)?;
    let description = new.description.as_ref().unwrap_or(&old.description);
    let (group, visibility) =
        (new.group.as_ref().unwrap_or(&old.group), new.visibility.unwrap_or(old.visibility));
    let position = new.position.unwrap_or(old.position);
    tx.execute(
        "UPDATE components SET name = $2, description = $3, group_name = $4, position = $5, visibility = $6
         WHERE slug = $1",
        params![new.slug, new.name, description, group, position, visibility.as_str()],
    )?;
    if let Some(depends_on) = &new.depends_on {
        graph::set_dependencies(tx, &new.slug, depends_on)?;
        uptime::graph_changed(tx)?;
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
    uptime::forget(tx, slug)?;
    tx.emit(&ComponentChanged { slug: slug.to_owned() })?;
    Ok(())
}

/// Sets the status by hand, or lifts what was set (`None`).
pub(crate) fn set_override(
    tx: &mut Tx<'_>,
    slug: &str,
    new: Option<&NewOverride>,
) -> Result<Component, Error> {
    let now = tx.now();
    let (word, note) = (new.map(|new| new.status.as_str()), new.map(|new| new.note.as_str()));
    let (at, until) = (new.map(|_| now), new.and_then(|new| new.until));
    let found = tx.execute(
        "UPDATE components SET override_status = $2, override_note = $3, override_at = $4, override_until = $5
         WHERE slug = $1",
        params![slug, word, note, at, until],
    )?;
    if found == 0 {
        return Err(Error::NotFound);
    }
    changed(tx, slug)
}

/// The override has come to its end.
pub(crate) fn lift_override(tx: &mut Tx<'_>, slug: &str) -> Result<()> {
    tx.execute(
        "UPDATE components SET override_status = NULL, override_note = NULL, override_at = NULL, override_until = NULL
         WHERE slug = $1",
        params![slug],
    )?;
    status::refresh(tx, vec![slug.to_owned()])
}

/// Components whose override has come to its end.
pub(crate) fn overrides_ended(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<String>> {
    tx.query("SELECT slug FROM components WHERE override_until <= $1", params![now], |row| row.get("slug"))
}

/// The component with that slug.
pub(crate) fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Component>> {
    let found = tx.query_opt(
        "SELECT slug, name, description, group_name, position, visibility, status, since, because
         FROM components WHERE slug = $1",
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
        "SELECT slug, name, description, group_name, position, visibility, status, since, because
         FROM components WHERE visibility = 'public' OR NOT $1
         ORDER BY group_name, position, name, slug LIMIT $2 OFFSET $3",
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

/// What the public may know of a component: internal ones that it needs are not named.
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
    Ok(component)
}

fn with_dependencies(tx: &mut Tx<'_>, mut component: Component) -> Result<Component> {
    component.depends_on = graph::needs(tx, &component.slug)?;
    Ok(component)
}

fn component(row: &Row<'_>) -> Result<Component> {
    Ok(Component {
        slug: row.get("slug")?,
        name: row.get("name")?,
        description: row.get("description")?,
        group: row.get("group_name")?,
        position: row.get("position")?,
        depends_on: Vec::new(),
        visibility: row.word("visibility", Visibility::parse)?,
        status: row.word("status", Status::parse)?,
        since: row.get("since")?,
        because: row.json("because")?,
    })
}
