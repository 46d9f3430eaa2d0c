//! Forms for incidents that come again.

use contracts::incidents::{NewIncident, NewTemplate, Template};
use kit_store::{Result, Row, Tx, json, params};

use crate::error::Error;
use crate::model::template;

/// Every template, by name.
pub(crate) fn list(tx: &mut Tx<'_>) -> Result<Vec<Template>> {
    tx.query(
        "SELECT slug, name, title, sev, services, summary, first_update FROM templates ORDER BY name, slug",
        params![],
        row_as_template,
    )
}

/// The template of that slug.
pub(crate) fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Template, Error> {
    let found = tx.query_opt(
        "SELECT slug, name, title, sev, services, summary, first_update FROM templates WHERE slug = $1",
        params![slug],
        row_as_template,
    )?;
    found.ok_or(Error::NotFound)
}

/// Writes a template, or replaces the one of that slug.
pub(crate) fn write(tx: &mut Tx<'_>, slug: &str, new: &NewTemplate) -> Result<Template, Error> {
    let services = json(&new.services.clone().unwrap_or_default())?;
    let (summary, update) =
        (new.summary.as_deref().unwrap_or_default(), new.update.as_deref().unwrap_or_default());
    tx.execute(
        "INSERT INTO templates (slug, name, title, sev, services, summary, first_update)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (slug) DO UPDATE SET name = $2, title = $3, sev = $4, services = $5, summary = $6,
             first_update = $7",
        params![slug, new.name, new.title, new.sev, services, summary, update],
    )?;
    find(tx, slug)
}

/// Removes a template.
pub(crate) fn delete(tx: &mut Tx<'_>, slug: &str) -> Result<(), Error> {
    match tx.execute("DELETE FROM templates WHERE slug = $1", params![slug])? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// What `new` says, with what its template says where it says nothing; and the template's first update.
pub(crate) fn apply(tx: &mut Tx<'_>, new: &NewIncident) -> Result<(NewIncident, String), Error> {
    let Some(slug) = new.template.as_deref() else { return Ok((new.clone(), String::new())) };
    let no_such = |_| Error::Field("template", format!("There is no template with the slug {slug}."));
    let form = find(tx, slug).map_err(no_such)?;
    let values = new.variables.clone().unwrap_or_default();
    let missing: Vec<&str> =
        form.variables.iter().filter(|name| !values.contains_key(*name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(Error::Field(
            "variables",
            format!("The template needs a value for {}.", missing.join(", ")),
        ));
    }
    let filled = NewIncident {
        title: if new.title.is_empty() { template::fill(&form.title, &values) } else { new.title.clone() },
        sev: if new.sev == 0 { form.sev } else { new.sev },
        services: new.services.clone().or(Some(form.services)),
        summary: new.summary.clone().or_else(|| Some(template::fill(&form.summary, &values))),
        ..new.clone()
    };
    Ok((filled, template::fill(&form.update, &values)))
}

fn row_as_template(row: &Row<'_>) -> Result<Template> {
    let mut template = Template {
        slug: row.get("slug")?,
        name: row.get("name")?,
        title: row.get("title")?,
        sev: row.get("sev")?,
        services: row.json("services")?,
        summary: row.get("summary")?,
        update: row.get("first_update")?,
        variables: Vec::new(),
    };
    template.variables = template::variables(&[&template.title, &template.summary, &template.update]);
    Ok(template)
}
