//! `/api/v1/components`: what we run, how it is and why.

use axum::extract::{Path, State};
use contracts::incidents::{
    Act, Component, Damping, Link, NewComponent, NewOverride, SignalPolicy, SignalRule, Visibility,
};
use contracts::{Level, Status};
use kit_base::{Page, Problem};
use kit_store::Tx;
use kit_web::{Answer, Failure, Fields, Member, Paging, Reply, Visitor, query};

use crate::Incidents;
use crate::error::Error;
use crate::model::{Reference, is_slug};
use crate::store::{components, hearing};

/// Lists the components in the order of the page, each with its status and the reasons for it.
///
/// Everybody sees the public ones, members of the team see all.
#[utoipa::path(get, path = "/api/v1/components", tag = "components",
    params(query::PageParameters),
    responses((status = 200, description = "A page of components.", body = Page<Component>), (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Incidents>,
    visitor: Visitor,
    paging: Paging,
) -> Reply<Page<Component>> {
    let public_only = !visitor.is_team();
    Ok(Answer::ok(state.db.read(move |tx| components::list(tx, public_only, &paging)).await?))
}

/// Adds a component. Its status follows at once from what is known of what it needs.
#[utoipa::path(post, path = "/api/v1/components", tag = "components", request_body = NewComponent,
    responses((status = 201, description = "The new component.", body = Component)))]
pub(super) async fn create(State(state): State<Incidents>, mut fields: Fields) -> Reply<Component> {
    let slug = slug(&mut fields);
    let new = component(slug, fields)?;
    Ok(Answer::created(save(state, new, components::create).await?))
}

/// Shows a component.
#[utoipa::path(get, path = "/api/v1/components/{slug}", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component.", body = Component)))]
pub(super) async fn show(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Reply<Component> {
    let public_only = !visitor.is_team();
    let find = move |tx: &mut Tx<'_>| -> Result<Component, Error> {
        let found = components::find(tx, &slug)?.ok_or(Error::NotFound)?;
        match found.visibility {
            Visibility::Internal if public_only => Err(Error::NotFound),
            _ if public_only => Ok(components::for_public(tx, found)?),
            _ => Ok(found),
        }
    };
    Ok(Answer::ok(state.db.read(find).await?))
}

/// Changes a component; what the body does not name stays as it is.
#[utoipa::path(put, path = "/api/v1/components/{slug}", tag = "components", request_body = NewComponent,
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component as it is now.", body = Component)))]
pub(super) async fn update(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
    fields: Fields,
) -> Reply<Component> {
    let new = component(slug, fields)?;
    Ok(Answer::ok(save(state, new, components::update).await?))
}

type Save = fn(&mut Tx<'_>, &NewComponent) -> Result<Component, Error>;

/// Writes a component; what its new policy and its new needs make of standing signals follows at once.
async fn save(state: Incidents, new: NewComponent, save: Save) -> Result<Component, Error> {
    let policy = state.policy.clone();
    let write = move |tx: &mut Tx<'_>| {
        save(tx, &new)?;
        hearing::judge_anew(tx, &policy, vec![new.slug.clone()])?;
        components::find(tx, &new.slug)?.ok_or(Error::NotFound)
    };
    state.db.write(write).await
}

/// Removes a component that no other depends on.
#[utoipa::path(delete, path = "/api/v1/components/{slug}", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 204, description = "It is gone."),
              (status = 409, description = "Another component depends on it.")))]
pub(super) async fn remove(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
) -> Result<http::StatusCode, Failure> {
    state.db.write(move |tx| components::delete(tx, &slug)).await?;
    Ok(http::StatusCode::NO_CONTENT)
}

/// Sets a component's status by hand, until it is lifted or ends by itself.
///
/// It is one reason among others: the status is the worst of all of them.
#[utoipa::path(post, path = "/api/v1/components/{slug}/override", tag = "components", request_body = NewOverride,
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component with the new reason.", body = Component)))]
pub(super) async fn set_override(
    State(state): State<Incidents>,
    member: Member,
    Path(slug): Path<String>,
    mut fields: Fields,
) -> Reply<Component> {
    let status = fields.must_choice("status", &Status::ALL, Status::as_str).unwrap_or_default();
    let new = NewOverride { status, note: fields.must_text("note", 500), until: fields.time("until") };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| components::set_override(tx, &slug, &new, &user)).await?))
}

/// Lifts the status that was set by hand.
#[utoipa::path(delete, path = "/api/v1/components/{slug}/override", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component without that reason.", body = Component)))]
pub(super) async fn lift_override(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
) -> Reply<Component> {
    Ok(Answer::ok(state.db.write(move |tx| components::lift_override(tx, &slug)).await?))
}

/// Words that stand in addresses where a slug would.
const TAKEN: [&str; 2] = ["groups", "history"];

fn slug(fields: &mut Fields) -> String {
    let slug = fields.must_text("slug", 100);
    if !slug.is_empty() && !is_slug(&slug) {
        fields.reject("slug", "Use lower-case letters, digits, hyphens, underscores and dots.");
    }
    if TAKEN.contains(&slug.as_str()) {
        fields.reject("slug", format!("/api/v1/components/{slug} is something else; choose another."));
    }
    slug
}

fn component(slug: String, mut fields: Fields) -> Result<NewComponent, Problem> {
    let new = NewComponent {
        slug,
        name: fields.must_text("name", 200),
        description: fields.text("description", 2000),
        group: fields.text("group", 200),
        position: fields.integer("position", -1_000_000..=1_000_000),
        depends_on: fields.texts("depends_on", 300),
        visibility: fields.choice("visibility", &Visibility::ALL, Visibility::as_str),
        owner: fields.text("owner", 200),
        links: fields.each("links", 20, |link| Link {
            title: link.must_text("title", 200),
            url: link.must_url("url"),
        }),
        start_date: fields.date("start_date"),
        policy: fields.within("policy", policy),
    };
    for name in new.depends_on.iter().flatten().filter(|name| Reference::parse(name).is_none()) {
        fields.reject(
            "depends_on",
            format!("\"{name}\" is neither a component's slug nor provider:component."),
        );
    }
    fields.finish(new)
}

/// A day, in seconds: nothing that a policy waits for takes longer.
const DAY: i64 = 86_400;

fn policy(fields: &mut Fields) -> SignalPolicy {
    let rules = fields.each("rules", 20, |rule| SignalRule {
        level: rule.must_choice("level", &Level::ALL, Level::as_str).unwrap_or(Level::MajorOutage),
        sources: rule.texts("sources", 50).unwrap_or_default(),
        at_least: rule.integer("at_least", 1..=100).unwrap_or(1),
        for_seconds: rule.integer("for_seconds", 0..=DAY).unwrap_or_default(),
        then: rule.must_choice("then", &Act::ALL, Act::as_str).unwrap_or(Act::Status),
    });
    let damping = fields.within("damping", |damping| Damping {
        turns: damping.must_integer("turns", 2..=50),
        within_seconds: damping.must_integer("within_seconds", 1..=DAY),
        calm_seconds: damping.must_integer("calm_seconds", 1..=DAY),
    });
    SignalPolicy { rules: rules.unwrap_or_default(), damping }
}
