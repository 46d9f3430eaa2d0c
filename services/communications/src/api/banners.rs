//! `/api/v1/banners`: a line at the top of the page, for whatever is no incident.

use axum::extract::{Path, State};
use contracts::communications::{Banner, BannerLevel, NewBanner};
use http::StatusCode;
use kit_base::{Page, Problem};
use kit_web::{Answer, Failure, Fields, Paging, Reply, query};

use crate::Communications;
use crate::store::banners;

/// Lists all banners, the latest first, shown or not.
#[utoipa::path(get, path = "/api/v1/banners", tag = "banners", params(query::PageParameters),
    responses((status = 200, description = "A page of banners.", body = Page<Banner>),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(State(state): State<Communications>, paging: Paging) -> Reply<Page<Banner>> {
    Ok(Answer::ok(state.db.read(move |tx| banners::list(tx, &paging)).await?))
}

/// Lists the banners that are shown now, the latest first.
#[utoipa::path(get, path = "/api/v1/banners/current", tag = "banners", params(query::PageParameters),
    responses((status = 200, description = "A page of banners.", body = Page<Banner>),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn current(State(state): State<Communications>, paging: Paging) -> Reply<Page<Banner>> {
    Ok(Answer::ok(state.db.read(move |tx| banners::current(tx, &paging)).await?))
}

/// Adds a banner.
#[utoipa::path(post, path = "/api/v1/banners", tag = "banners", request_body = NewBanner,
    responses((status = 201, description = "The new banner.", body = Banner)))]
pub(super) async fn create(State(state): State<Communications>, fields: Fields) -> Reply<Banner> {
    let new = read(fields)?;
    Ok(Answer::created(state.db.write(move |tx| banners::create(tx, &new)).await?))
}

/// Shows a banner.
#[utoipa::path(get, path = "/api/v1/banners/{id}", tag = "banners",
    params(("id" = String, Path, description = "the banner", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 200, description = "The banner.", body = Banner)))]
pub(super) async fn show(State(state): State<Communications>, Path(id): Path<String>) -> Reply<Banner> {
    Ok(Answer::ok(state.db.read(move |tx| banners::find(tx, &id)).await?))
}

/// Makes the banner be like this.
#[utoipa::path(put, path = "/api/v1/banners/{id}", tag = "banners", request_body = NewBanner,
    params(("id" = String, Path, description = "the banner", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 200, description = "The banner as it is now.", body = Banner)))]
pub(super) async fn update(
    State(state): State<Communications>,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Banner> {
    let known = id.clone();
    state.db.read(move |tx| banners::find(tx, &known)).await?;
    let new = read(fields)?;
    Ok(Answer::ok(state.db.write(move |tx| banners::update(tx, &id, &new)).await?))
}

/// Removes a banner.
#[utoipa::path(delete, path = "/api/v1/banners/{id}", tag = "banners",
    params(("id" = String, Path, description = "the banner", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(state): State<Communications>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    state.db.write(move |tx| banners::remove(tx, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(mut fields: Fields) -> Result<NewBanner, Problem> {
    let new = NewBanner {
        text: fields.must_text("text", 500),
        level: fields.choice("level", &BannerLevel::ALL, BannerLevel::as_str),
        starts_at: fields.time("starts_at"),
        ends_at: fields.time("ends_at"),
        link: fields.url("link"),
    };
    if let (Some(starts), Some(ends)) = (new.starts_at, new.ends_at)
        && ends <= starts
    {
        fields.reject("ends_at", "Choose a moment after starts_at.");
    }
    fields.finish(new)
}
