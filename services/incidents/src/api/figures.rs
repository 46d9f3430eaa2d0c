//! `/api/v1/incidents/figures`: how many incidents there were, and how long things took, for reviews and reports.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use contracts::incidents::{Figures, FiguresBy};
use http::header;
use kit_base::{Problem, Timestamp};
use kit_web::{Answer, Failure, Fields, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Incidents;
use crate::model;
use crate::store::figures::cases;

/// How far back is looked where nothing is said.
const USUAL: Duration = Duration::from_secs(90 * 86_400);

/// Which incidents, and what they are put together by.
#[derive(Deserialize, IntoParams)]
pub(super) struct Asked {
    /// Incidents that began at this moment or later, as `2026-11-01` or `2026-11-01T08:00:00Z`; 90 days before `to` when absent.
    #[param(example = "2026-09-01")]
    from: Option<String>,
    /// Incidents that began before this moment; now when absent.
    #[param(example = "2026-12-01")]
    to: Option<String>,
    /// `month` (when absent), `sev` or `component`.
    #[param(example = "month")]
    by: Option<String>,
}

/// Shows incidents in figures: how many, and how long it took to notice them, to answer, to stop the harm, to end them.
///
/// An incident belongs to the time in which it began. What has not happened yet in an incident is not counted there.
#[utoipa::path(get, path = "/api/v1/incidents/figures", tag = "incidents", params(Asked),
    responses((status = 200, description = "The figures.", body = Figures),
              (status = 400, description = "A parameter cannot be understood.")))]
pub(super) async fn figures(State(state): State<Incidents>, Query(asked): Query<Asked>) -> Reply<Figures> {
    Ok(Answer::ok(made(&state, asked).await?))
}

/// The same as a table: CSV with a line of headings, all together with an empty key, then each group. Times are in seconds.
#[utoipa::path(get, path = "/api/v1/incidents/figures.csv", tag = "incidents", params(Asked),
    responses((status = 200, description = "The table.", content_type = "text/csv", body = String),
              (status = 400, description = "A parameter cannot be understood.")))]
pub(super) async fn figures_table(
    State(state): State<Incidents>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let figures = made(&state, asked).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"incidents.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, model::csv(&figures)).into_response())
}

async fn made(state: &Incidents, asked: Asked) -> Result<Figures, Failure> {
    let (from, to, by) = understood(asked, state.clock.now())?;
    // The end of the time moves on where none is named.
    kit_base::reads::note_briefly(Duration::from_secs(1));
    let read = move |tx: &mut kit_store::Tx<'_>| {
        Ok::<_, crate::error::Error>(model::figures(&cases(tx, from, to)?, from, to, by))
    };
    Ok(state.db.read(read).await?)
}

fn understood(asked: Asked, now: Timestamp) -> Result<(Timestamp, Timestamp, FiguresBy), Problem> {
    let mut fields = Fields::default();
    let to = query::moment(&mut fields, "to", asked.to.as_deref()).unwrap_or(now);
    let from = query::moment(&mut fields, "from", asked.from.as_deref()).unwrap_or(to.minus(USUAL));
    let by = match asked.by.as_deref().unwrap_or_default() {
        "" => Some(FiguresBy::Month),
        word => FiguresBy::parse(word),
    };
    if by.is_none() {
        fields.reject("by", "Choose one of month, sev, component.");
    }
    if from >= to {
        fields.reject("from", "It must lie before `to`.");
    }
    fields.finish((from, to, by.unwrap_or(FiguresBy::Month)))
}
