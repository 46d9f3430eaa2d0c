//! `/api/v1/signals/alertmanager` and `/grafana`: the webhooks of both, taken as they are.

use axum::extract::{Query, State};
use contracts::signals::{AlertGroup, AlertLeftOut, AlertsTaken};
use kit_web::{Answer, Fields, Reply};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::Incidents;
use crate::model::{Policy, Reading, Reference};
use crate::store::{components, hearing};

/// As many alerts as one message may hold.
const MOST: usize = 2_000;

/// How the alerts of this address are to be understood.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Understanding {
    /// The label that names the component; `component` unless said.
    #[param(example = "service")]
    label: Option<String>,
    /// The component of alerts that have no such label.
    #[param(example = "checkout")]
    component: Option<String>,
}

/// Takes alerts of Prometheus' Alertmanager: firing ones are raised, resolved ones are cleared.
#[utoipa::path(post, path = "/api/v1/signals/alertmanager", tag = "signals", params(Understanding), request_body = AlertGroup,
    responses((status = 200, description = "What became of the alerts.", body = AlertsTaken)))]
pub(super) async fn alertmanager(
    State(state): State<Incidents>,
    Query(query): Query<Understanding>,
    fields: Fields,
) -> Reply<AlertsTaken> {
    take(&state, "alertmanager", query, fields).await
}

/// Takes alerts of Grafana: firing ones are raised, resolved ones are cleared.
#[utoipa::path(post, path = "/api/v1/signals/grafana", tag = "signals", params(Understanding), request_body = AlertGroup,
    responses((status = 200, description = "What became of the alerts.", body = AlertsTaken)))]
pub(super) async fn grafana(
    State(state): State<Incidents>,
    Query(query): Query<Understanding>,
    fields: Fields,
) -> Reply<AlertsTaken> {
    take(&state, "grafana", query, fields).await
}

async fn take(
    state: &Incidents,
    source: &'static str,
    query: Understanding,
    mut fields: Fields,
) -> Reply<AlertsTaken> {
    let alerts = match fields.peek("alerts") {
        Some(Value::Array(alerts)) if alerts.len() <= MOST => alerts.clone(),
        found => {
            let is_list = matches!(found, Some(Value::Array(_)));
            let wrong = if is_list {
                "Ensure this field has no more than 2000 elements."
            } else {
                "A list of alerts is required."
            };
            fields.reject("alerts", wrong);
            Vec::new()
        }
    };
    let alerts = fields.finish(alerts)?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let label = given(query.label).unwrap_or_else(|| "component".to_owned());
    let reading = Reading { source, label, component: given(query.component) };
    let policy = state.policy.clone();
    let taken = state.db.write(move |tx| hear_all(tx, &policy, &reading, &alerts)).await?;
    Ok(Answer::ok(taken))
}

/// All in one transaction: whoever is told that it failed sends all of them again.
fn hear_all(
    tx: &mut kit_store::Tx<'_>,
    policy: &Policy,
    reading: &Reading,
    alerts: &[Value],
) -> kit_store::Result<AlertsTaken> {
    let mut taken = AlertsTaken { taken: 0, left_out: Vec::new() };
    for alert in alerts {
        let new = match reading.signal(alert) {
            Ok(new) => new,
            Err(left_out) => {
                taken.left_out.push(left_out);
                continue;
            }
        };
        let is_ours = matches!(Reference::parse(&new.component), Some(Reference::Own(_)));
        if is_ours && components::find(tx, &new.component)?.is_none() {
            let reason = format!("There is no component \"{}\".", new.component);
            taken.left_out.push(AlertLeftOut { alert: new.title, reason });
            continue;
        }
        hearing::hear(tx, policy, &new)?;
        taken.taken += 1;
    }
    Ok(taken)
}
