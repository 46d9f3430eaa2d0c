//! `/api/v1/incidents/templates`: forms for incidents that come again.

use axum::extract::{Path, State};
use contracts::incidents::{NewTemplate, Template};
use kit_base::Page;
use kit_web::{Answer, Failure, Fields, Reply};

use crate::Incidents;
use crate::model::is_slug;
use crate::store::templates;

/// Lists the templates, by name, all on one page.
#[utoipa::path(get, path = "/api/v1/incidents/templates", tag = "templates",
    responses((status = 200, description = "The templates.", body = Page<Template>)))]
pub(super) async fn list(State(state): State<Incidents>) -> Reply<Page<Template>> {
    Ok(Answer::ok(Page::whole(state.db.read(templates::list).await?)))
}

/// Shows a template, with the variables that it names.
#[utoipa::path(get, path = "/api/v1/incidents/templates/{slug}", tag = "templates",
    params(("slug" = String, Path, description = "its name in addresses", example = "payment-provider")),
    responses((status = 200, description = "The template.", body = Template)))]
pub(super) async fn show(State(state): State<Incidents>, Path(slug): Path<String>) -> Reply<Template> {
    Ok(Answer::ok(state.db.read(move |tx| templates::find(tx, &slug)).await?))
}

/// Writes a template, or replaces it. `{{bank}}` in its texts is a variable that whoever opens an incident gives.
#[utoipa::path(put, path = "/api/v1/incidents/templates/{slug}", tag = "templates", request_body = NewTemplate,
    params(("slug" = String, Path, description = "its name in addresses", example = "payment-provider")),
    responses((status = 200, description = "The template as it is now.", body = Template)))]
pub(super) async fn write(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
    mut fields: Fields,
) -> Reply<Template> {
    let new = NewTemplate {
        name: fields.must_text("name", 200),
        title: fields.must_text("title", 300),
        sev: fields.must_integer("sev", 1..=4),
        services: fields.texts("services", 100),
        summary: fields.text("summary", 20_000),
        update: fields.text("update", 20_000),
    };
    if !is_slug(&slug) {
        fields.reject("slug", "Use lower-case letters, digits, hyphens, underscores and dots.");
    }
    let new = fields.finish(new)?;
    Ok(Answer::ok(state.db.write(move |tx| templates::write(tx, &slug, &new)).await?))
}

/// Removes a template. Incidents that were opened with it stay as they are.
#[utoipa::path(delete, path = "/api/v1/incidents/templates/{slug}", tag = "templates",
    params(("slug" = String, Path, description = "its name in addresses", example = "payment-provider")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
) -> Result<http::StatusCode, Failure> {
    state.db.write(move |tx| templates::delete(tx, &slug)).await?;
    Ok(http::StatusCode::NO_CONTENT)
}
