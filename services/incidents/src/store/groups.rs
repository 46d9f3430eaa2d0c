//! Groups: the headings under which components stand, one within another at most.

use contracts::Status;
use contracts::incidents::{ComponentChanged, Group, NewGroup};
use kit_store::{Result, Tx, params};

use crate::error::Error;

struct Kept {
    name: String,
    description: String,
    parent: String,
    position: i64,
}

/// Every group that is written down or has a component, in the order of the page. The public sees those with public
/// components.
pub(crate) fn list(tx: &mut Tx<'_>, public_only: bool) -> Result<Vec<Group>> {
    let kept = tx.query(
        "SELECT n.name, COALESCE(g.description, '') AS description, COALESCE(g.parent, '') AS parent,
                COALESCE(g.position, 0) AS position
         FROM (SELECT name FROM component_groups
               UNION SELECT group_name FROM components WHERE group_name <> '') n
              LEFT JOIN component_groups g ON g.name = n.name LEFT JOIN component_groups p ON p.name = g.parent
         ORDER BY COALESCE(p.position, g.position, 0), COALESCE(p.name, n.name),
                  CASE WHEN p.name IS NULL THEN 0 ELSE 1 END, COALESCE(g.position, 0), n.name",
        params![],
        |row| {
            let (name, description) = (row.get("name")?, row.get("description")?);
            Ok(Kept { name, description, parent: row.get("parent")?, position: row.get("position")? })
        },
    )?;
    let members: Vec<(String, Status)> = tx.query(
        "SELECT group_name, status FROM components WHERE group_name <> '' AND (visibility = 'public' OR NOT $1)",
        params![public_only],
        |row| Ok((row.get("group_name")?, row.word("status", Status::parse)?)),
    )?;
    let groups = kept.iter().map(|group| told(group, &kept, &members));
    Ok(groups.filter(|group| !public_only || group.components > 0).collect())
}

fn told(group: &Kept, all: &[Kept], members: &[(String, Status)]) -> Group {
    let within = |name: &String| {
        *name == group.name || all.iter().any(|one| one.name == *name && one.parent == group.name)
    };
    let own = members.iter().filter(|(name, _)| within(name));
    let (components, status) =
        own.fold((0, Status::Operational), |(n, worst), (_, status)| (n + 1, worst.worst(*status)));
    Group {
        name: group.name.clone(),
        description: group.description.clone(),
        parent: group.parent.clone(),
        position: group.position,
        status,
        components,
    }
}

/// The group of that name.
pub(crate) fn find(tx: &mut Tx<'_>, name: &str, public_only: bool) -> Result<Group, Error> {
    list(tx, public_only)?.into_iter().find(|group| group.name == name).ok_or(Error::NotFound)
}

/// Writes a group down, or changes it: what `new` does not say stays as it is.
pub(crate) fn write(tx: &mut Tx<'_>, name: &str, new: &NewGroup) -> Result<Group, Error> {
    let all = list(tx, false)?;
    let called = new.name.as_deref().unwrap_or(name);
    if called != name && all.iter().any(|group| group.name == called) {
        return Err(Error::GroupTaken(called.to_owned()));
    }
    if let Some(parent) = new.parent.as_deref().filter(|parent| !parent.is_empty()) {
        may_be_within(&all, name, parent)?;
    }
    tx.execute(
        "INSERT INTO component_groups (name, description, parent, position) VALUES ($1, '', '', 0)
         ON CONFLICT (name) DO NOTHING",
        params![name],
    )?;
    tx.execute(
        "UPDATE component_groups SET name = $2, description = COALESCE($3, description),
             parent = COALESCE($4, parent), position = COALESCE($5, position)
         WHERE name = $1",
        params![name, called, new.description, new.parent, new.position],
    )?;
    if called != name {
        tx.execute("UPDATE components SET group_name = $2 WHERE group_name = $1", params![name, called])?;
        tx.execute("UPDATE component_groups SET parent = $2 WHERE parent = $1", params![name, called])?;
    }
    moved(tx, called)?;
    find(tx, called, false)
}

/// Groups are nested once: the outer one is in no group, and the inner one has none in it.
fn may_be_within(all: &[Group], name: &str, parent: &str) -> Result<(), Error> {
    let outer = all.iter().find(|group| group.name == parent);
    let Some(outer) = outer else { return Err(Error::NoSuchGroup(parent.to_owned())) };
    if parent == name || !outer.parent.is_empty() || all.iter().any(|group| group.parent == name) {
        return Err(Error::NestedTwice);
    }
    Ok(())
}

/// Removes the group; its components stand without one, and the groups within it by themselves.
pub(crate) fn delete(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    find(tx, name, false)?;
    moved(tx, name)?;
    tx.execute("DELETE FROM component_groups WHERE name = $1", params![name])?;
    tx.execute("UPDATE components SET group_name = '' WHERE group_name = $1", params![name])?;
    tx.execute("UPDATE component_groups SET parent = '' WHERE parent = $1", params![name])?;
    Ok(())
}

/// Components of the group and of those within it are shown elsewhere now.
fn moved(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    let slugs: Vec<String> = tx.query(
        "SELECT c.slug FROM components c LEFT JOIN component_groups g ON g.name = c.group_name
         WHERE c.group_name = $1 OR g.parent = $1",
        params![name],
        |row| row.get("slug"),
    )?;
    for slug in slugs {
        tx.emit(&ComponentChanged { slug })?;
    }
    Ok(())
}
