//! `/api/v1/flags/sets`: flag sets, imported and exported as whole documents of flagd's.

use axum::extract::{Path, Query, State};
use contracts::flags::{Definition, FlagSet};
use http::StatusCode;
use indexmap::IndexMap;
use kit_base::{Page, Problem};
use kit_web::{Answer, Bulk, Failure, Paging, Reply, query};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::Flags;
use crate::error::Error;
use crate::logic::Bucketing;
use crate::model::{Faults, check_key, document};
use crate::store::{flags, sets};

/// A flag set as flagd has it (`https://flagd.dev/schema/v0/flags.json`).
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "$schema": "https://flagd.dev/schema/v0/flags.json",
    "flags": {
        "checkout-v2": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "ends_with": [{ "var": "email" }, "@example.org"] }, "on", null] }
        }
    },
    "metadata": { "version": "17" }
}))]
pub(super) struct FlagDocument {
    /// The schema that it follows.
    #[serde(rename = "$schema")]
    #[schema(example = "https://flagd.dev/schema/v0/flags.json")]
    schema: Option<String>,
    /// The flags by key; in an import a list of flags with `key` does as well.
    #[schema(value_type = Object)]
    flags: IndexMap<String, Definition>,
    /// Rules that flags refer to by `{"$ref": "name"}`.
    #[serde(rename = "$evaluators", default)]
    #[schema(value_type = Object)]
    evaluators: Map<String, Value>,
    /// What is told beside the value of each flag.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// What an import did.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Imported {
    /// The set as it is now.
    set: FlagSet,
    /// Flags that are new.
    created: u64,
    /// Flags that are not as they were.
    changed: u64,
    /// Flags that are no more.
    deleted: u64,
    /// What flagd's schema does not allow, and was let pass.
    #[schema(example = json!([]))]
    warnings: Vec<String>,
}

/// How to import.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// How `fractional` divides: `v1`, `v2` or `v3`; as the set does, or else `v2`, where nothing is said.
    #[param(example = "v2")]
    bucketing: Option<String>,
    /// `true`: what flagd's schema does not allow but flagd evaluates is let pass, and told.
    #[param(example = "false")]
    lenient: Option<String>,
}

/// Lists the flag sets by name.
#[utoipa::path(get, path = "/api/v1/flags/sets", tag = "flags", operation_id = "list_sets", params(query::PageParameters),
    responses((status = 200, description = "A page of flag sets.", body = Page<FlagSet>), (status = 404, description = "There is no such page.")))]
pub(super) async fn list(State(state): State<Flags>, paging: Paging) -> Reply<Page<FlagSet>> {
    Ok(Answer::ok(state.db.read(move |tx| sets::list(tx, &paging)).await?))
}

/// Exports a flag set in flagd's form.
#[utoipa::path(get, path = "/api/v1/flags/sets/{set}", tag = "flags", operation_id = "export",
    params(("set" = String, Path, description = "the flag set", example = "default")),
    responses((status = 200, description = "The flag set.", body = FlagDocument)))]
pub(super) async fn export(State(state): State<Flags>, Path(set): Path<String>) -> Reply<FlagDocument> {
    let document = state.db.read(move |tx| {
        let ground = sets::ground(tx, &set)?.ok_or(Error::NotFound)?;
        Ok::<_, Error>(FlagDocument {
            schema: Some("https://flagd.dev/schema/v0/flags.json".to_owned()),
            flags: flags::all(tx, &set)?.into_iter().collect(),
            evaluators: ground.evaluators,
            metadata: ground.metadata,
        })
    });
    Ok(Answer::ok(document.await?))
}

/// Imports a flag set in flagd's form: what is there is replaced as a whole, or nothing is changed and each fault told with
/// the path to it.
#[utoipa::path(put, path = "/api/v1/flags/sets/{set}", tag = "flags", operation_id = "import",
    request_body = FlagDocument,
    params(("set" = String, Path, description = "the flag set", example = "default"), How),
    responses((status = 200, description = "What it did.", body = Imported), (status = 201, description = "The set is new.", body = Imported)))]
pub(super) async fn import(
    State(state): State<Flags>,
    Path(set): Path<String>,
    Query(how): Query<How>,
    Bulk(fields): Bulk,
) -> Reply<Imported> {
    let lenient = query::flag("lenient", how.lenient.as_deref())?.unwrap_or(false);
    let bucketing = bucketing(how.bucketing.as_deref())?;
    let mut faults = Faults::default();
    check_key(&set, "set", &mut faults);
    let document = document(|name| fields.peek(name), &mut faults);
    fields.finish(())?;
    if let Some(problem) = faults.refusal(lenient) {
        return Err(problem.into());
    }
    let imported = state
        .change(move |tx| {
            let done = sets::replace(tx, &set, &document, bucketing)?;
            Ok((done, sets::find(tx, &set)?))
        })
        .await?;
    let (done, set) = imported;
    let answer = Imported {
        set,
        created: done.created,
        changed: done.changed,
        deleted: done.deleted,
        warnings: faults.warnings(),
    };
    Ok(if done.new { Answer::created(answer) } else { Answer::ok(answer) })
}

fn bucketing(word: Option<&str>) -> Result<Option<Bucketing>, Problem> {
    match word.filter(|word| !word.is_empty()) {
        None => Ok(None),
        Some(word) => match Bucketing::parse(word) {
            Some(bucketing) => Ok(Some(bucketing)),
            None => Err(Problem::invalid_field("bucketing", "Choose one of v1, v2, v3.")),
        },
    }
}

/// Removes a flag set with its flags. The default set stays.
#[utoipa::path(delete, path = "/api/v1/flags/sets/{set}", tag = "flags", operation_id = "remove_set",
    params(("set" = String, Path, description = "the flag set", example = "web")),
    responses((status = 204, description = "It is no more."), (status = 409, description = "It is the default set.")))]
pub(super) async fn remove(
    State(state): State<Flags>,
    Path(set): Path<String>,
) -> Result<StatusCode, Failure> {
    state.change(move |tx| sets::remove(tx, &set)).await?;
    Ok(StatusCode::NO_CONTENT)
}
