//! `/api/v1/components/…/history`: the past of components in figures. Every answer is of the last whole minute, so that it
//! can be kept until the next one begins, and everybody who asks meanwhile gets the same.

use axum::extract::{Path, Query, State};
use contracts::incidents::{Histories, History};
use kit_base::{Problem, reads};
use kit_web::{Answer, Fields, Reply, Visitor};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Incidents;
use crate::model::whole_minute;
use crate::store::uptime::{self, Span, Window};

const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);
/// How many days a page shows.
const USUAL_DAYS: i64 = 90;
const MOST_DAYS: i64 = 366;
const MOST_MONTHS: i64 = 36;

/// How much of the past is asked for.
#[derive(Deserialize, IntoParams)]
pub(super) struct Asked {
    /// So many days, today among them: 1 to 366; 90 when absent.
    #[param(example = "90")]
    days: Option<String>,
    /// So many months instead, the present one among them: 1 to 36.
    #[param(example = "12")]
    months: Option<String>,
}

/// The same, by day only.
#[derive(Deserialize, IntoParams)]
pub(super) struct AskedDays {
    /// So many days, today among them: 1 to 366; 90 when absent.
    #[param(example = "90")]
    days: Option<String>,
}

/// Shows how a component was, day by day or month by month.
///
/// Days and months are those of UTC. `uptime` is the part of the known time that was up: a major outage counts as down, a
/// partial one by half, degraded performance not at all, unless the settings say otherwise. Maintenance, unknown time and
/// the time before the component began are left out; where nothing else is left, `uptime` is null.
#[utoipa::path(get, path = "/api/v1/components/{slug}/history", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout"), Asked),
    responses((status = 200, description = "Its past.", body = History),
              (status = 400, description = "`days` or `months` cannot be understood.")))]
pub(super) async fn history(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply<History> {
    let (window, public_only) = (state.window(span(asked)?), !visitor.is_team());
    let read = move |tx: &mut kit_store::Tx<'_>| uptime::of_component(tx, &slug, public_only, &window);
    Ok(Answer::ok(state.db.read(read).await?))
}

/// Shows how the components of a group were, taken together: their times are added up.
#[utoipa::path(get, path = "/api/v1/components/groups/{group}/history", tag = "components",
    params(("group" = String, Path, description = "the heading that they are shown under", example = "Shop"), Asked),
    responses((status = 200, description = "Their past.", body = History),
              (status = 400, description = "`days` or `months` cannot be understood.")))]
pub(super) async fn group_history(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(group): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply<History> {
    let (window, public_only) = (state.window(span(asked)?), !visitor.is_team());
    let read = move |tx: &mut kit_store::Tx<'_>| uptime::of_group(tx, &group, public_only, &window);
    Ok(Answer::ok(state.db.read(read).await?))
}

/// Shows how all components were, in one answer: of each component only the days that were not wholly operational.
///
/// A day that is not named was wholly operational, or lies before the component began. The public sees public components.
#[utoipa::path(get, path = "/api/v1/components/history", tag = "components", params(AskedDays),
    responses((status = 200, description = "The past of all.", body = Histories),
              (status = 400, description = "`days` cannot be understood.")))]
pub(super) async fn histories(
    State(state): State<Incidents>,
    visitor: Visitor,
    Query(asked): Query<AskedDays>,
) -> Reply<Histories> {
    let span = span(Asked { days: asked.days, months: None })?;
    let (window, public_only) = (state.window(span), !visitor.is_team());
    Ok(Answer::ok(state.db.read(move |tx| uptime::of_all(tx, public_only, &window)).await?))
}

impl Incidents {
    /// The past up to the last whole minute. Whoever keeps the answer keeps it no longer than this minute.
    fn window(&self, span: Span) -> Window {
        let now = self.clock.now();
        let at = whole_minute(now);
        reads::note_briefly(at.plus(MINUTE).since(now));
        Window { at, span, weights: self.weights }
    }
}

fn span(asked: Asked) -> Result<Span, Problem> {
    let mut fields = Fields::default();
    let mut read = |name: &str, text: Option<String>, most: i64| {
        let text = text.filter(|text| !text.is_empty())?;
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        if number.is_none() {
            fields.reject(name, format!("Choose a whole number from 1 to {most}."));
        }
        Some(number.unwrap_or(1))
    };
    let (days, months) = (read("days", asked.days, MOST_DAYS), read("months", asked.months, MOST_MONTHS));
    if days.is_some() && months.is_some() {
        fields.reject("months", "Ask for days or for months, not for both.");
    }
    fields.finish(months.map_or(Span::Days(days.unwrap_or(USUAL_DAYS)), Span::Months))
}
