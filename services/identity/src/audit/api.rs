//! `/api/v1/audit`: the log for administrators, in pages and as a file.

use axum::extract::{Query, State};
use axum::response::Response;
use contracts::access::AuditEntry;
use kit_base::{Page, Problem, Role, Timestamp};
use kit_web::{Answer, Built, Failure, Fields, Paging, Reply, Routes, Rule, query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use super::export::{self, Form};
use super::store::{self, Filter};
use crate::Identity;

/// The routes of the log.
pub(crate) fn routes(state: Identity) -> Built {
    let admin = Rule::AtLeast(Role::Admin);
    Routes::new(state).add(admin, routes!(list)).add(admin, routes!(export)).build()
}

/// What the log is narrowed to. What is not understood is refused.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Narrowed {
    /// A user's id or name.
    #[param(example = "Ada Lovelace")]
    user: Option<String>,
    /// What was done.
    #[param(example = "components_create")]
    operation: Option<String>,
    /// What the path begins with.
    #[param(example = "/api/v1/components")]
    target: Option<String>,
    /// The first moment.
    #[param(example = "2026-11-21T00:00:00Z")]
    since: Option<String>,
    /// The moment after the last.
    #[param(example = "2026-11-22T00:00:00Z")]
    until: Option<String>,
}

impl Narrowed {
    fn filter(self) -> Result<Filter, Problem> {
        let mut fields = Fields::default();
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let mut moment = |name: &str, text: Option<String>| {
            let text = given(text)?;
            let moment = Timestamp::parse(&text);
            if moment.is_none() {
                fields.reject(name, "Enter a moment such as 2026-11-21T20:15:00Z.");
            }
            moment
        };
        let (since, until) = (moment("since", self.since), moment("until", self.until));
        let (user, operation, target) = (given(self.user), given(self.operation), given(self.target));
        fields.finish(Filter { user, operation, target, since, until })
    }
}

/// Lists who did what, the latest first. Entries are kept for `identity.audit_retention`; none can be changed.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of the log.", body = Page<AuditEntry>),
              (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
async fn list(
    State(state): State<Identity>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<AuditEntry>> {
    let filter = narrowed.filter()?;
    Ok(Answer::ok(state.db.read(move |tx| store::page(tx, &filter, &paging)).await?))
}

/// How the file is written.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Written {
    /// `csv`, or `jsonl` for a JSON object a line; `csv` unless said.
    #[param(example = "csv")]
    kind: Option<String>,
}

/// Writes the log into a file, the latest first: CSV with a line of headings, or JSON lines.
///
/// In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe. A file that breaks off was not
/// sent completely.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit", params(Narrowed, Written),
    responses((status = 200, description = "The file.",
               content((String = "text/csv", example = json!("seq,id,at,user_id,name,operation,target,from\r\n")),
                       (AuditEntry = "application/x-ndjson"))),
              (status = 400, description = "A filter cannot be understood.")))]
async fn export(
    State(state): State<Identity>,
    Query(narrowed): Query<Narrowed>,
    Query(written): Query<Written>,
) -> Result<Response, Failure> {
    let form = Form::named(written.kind.as_deref().unwrap_or(""));
    let form = form.ok_or_else(|| Problem::invalid_field("kind", "Choose one of csv, jsonl."))?;
    Ok(export::file(state.db, narrowed.filter()?, form))
}
