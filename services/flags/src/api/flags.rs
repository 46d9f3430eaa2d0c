//! `/api/v1/flags`: flags one by one.

use axum::extract::{Path, Query, State};
use contracts::flags::{Definition, Flag, FlagState, NewFlag};
use http::StatusCode;
use kit_base::{Page, Problem};
use kit_web::{Answer, Failure, Fields, Paging, Reply, query};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use crate::Flags;
use crate::error::{Error, Refused};
use crate::model::{Faults, LONGEST_KEY, check_key, definition};
use crate::store::flags::{self, Filter};
use crate::store::{holds, sets};

/// Keys that addresses would take for something else.
const RESERVED: [&str; 2] = ["sets", "links"];

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Narrowed {
    /// A flag set.
    #[param(example = "default")]
    set: Option<String>,
    /// `ENABLED` or `DISABLED`.
    #[param(value_type = Option<FlagState>, example = "ENABLED")]
    state: Option<String>,
    /// Letters in the key, large or small.
    #[param(example = "checkout")]
    q: Option<String>,
}

/// Which flag set is meant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Within {
    /// The flag set; `default` unless said.
    #[param(example = "default")]
    set: Option<String>,
}

impl Within {
    fn name(self) -> String {
        self.set.filter(|set| !set.is_empty()).unwrap_or_else(|| sets::DEFAULT.to_owned())
    }
}

/// Lists flags by set and key.
#[utoipa::path(get, path = "/api/v1/flags", tag = "flags", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of flags.", body = Page<Flag>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Flags>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Flag>> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let filter = Filter { set: given(narrowed.set), q: given(narrowed.q), state: given(narrowed.state) };
    if filter.state.as_deref().is_some_and(|state| FlagState::parse(state).is_none()) {
        return Err(Problem::invalid_field("state", "Choose ENABLED or DISABLED.").into());
    }
    Ok(Answer::ok(state.db.read(move |tx| flags::list(tx, &filter, &paging)).await?))
}

/// Makes a flag.
#[utoipa::path(post, path = "/api/v1/flags", tag = "flags", request_body = NewFlag,
    responses((status = 201, description = "The new flag.", body = Flag), (status = 409, description = "The set is full.")))]
pub(super) async fn create(State(state): State<Flags>, mut fields: Fields) -> Reply<Flag> {
    let key = fields.must_text("key", LONGEST_KEY);
    let set = fields.text("set", LONGEST_KEY).filter(|set| !set.is_empty());
    let set = set.unwrap_or_else(|| sets::DEFAULT.to_owned());
    if RESERVED.contains(&key.as_str()) {
        fields.reject("key", "Choose another key; this one is an address of its own.");
    }
    let value = body(&fields);
    let key = fields.finish(key)?;
    let flag = state.change(move |tx| {
        let definition = checked(tx, &set, &key, &value, || Error::NoSuchSet(set.clone()))?;
        flags::create(tx, &set, &key, &definition)
    });
    Ok(Answer::created(flag.await?))
}

/// Shows a flag, with the kill switch that is pulled.
#[utoipa::path(get, path = "/api/v1/flags/{key}", tag = "flags",
    params(("key" = String, Path, description = "the flag", example = "checkout-v2"), Within),
    responses((status = 200, description = "The flag.", body = Flag)))]
pub(super) async fn show(
    State(state): State<Flags>,
    Path(key): Path<String>,
    Query(within): Query<Within>,
) -> Reply<Flag> {
    let set = within.name();
    Ok(Answer::ok(state.db.read(move |tx| flags::find(tx, &set, &key)).await?))
}

/// Writes a flag anew. A kill switch that is pulled stays pulled.
#[utoipa::path(put, path = "/api/v1/flags/{key}", tag = "flags", request_body = Definition,
    params(("key" = String, Path, description = "the flag", example = "checkout-v2"), Within),
    responses((status = 200, description = "The flag as it is now.", body = Flag),
              (status = 409, description = "A kill switch forces a variant that would be gone.")))]
pub(super) async fn update(
    State(state): State<Flags>,
    Path(key): Path<String>,
    Query(within): Query<Within>,
    fields: Fields,
) -> Reply<Flag> {
    let set = within.name();
    let value = body(&fields);
    let problem = fields.finish(()).err();
    let flag = state.change(move |tx| {
        flags::definition(tx, &set, &key)?.ok_or(Error::NotFound)?;
        if let Some(problem) = &problem {
            return Err(Refused(Box::new(problem.clone())).into());
        }
        let definition = checked(tx, &set, &key, &value, || Error::NotFound)?;
        flags::update(tx, &set, &key, &definition)
    });
    Ok(Answer::ok(flag.await?))
}

/// Removes a flag with its links.
#[utoipa::path(delete, path = "/api/v1/flags/{key}", tag = "flags",
    params(("key" = String, Path, description = "the flag", example = "checkout-v2"), Within),
    responses((status = 204, description = "It is no more.")))]
pub(super) async fn remove(
    State(state): State<Flags>,
    Path(key): Path<String>,
    Query(within): Query<Within>,
) -> Result<StatusCode, Failure> {
    let set = within.name();
    state.change(move |tx| flags::remove(tx, &set, &key)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Frees a flag that incidents hold: it is as its definition says, until they are over.
#[utoipa::path(delete, path = "/api/v1/flags/{key}/switch", tag = "flags",
    params(("key" = String, Path, description = "the flag", example = "checkout-v2"), Within),
    responses((status = 200, description = "The flag as it is now.", body = Flag), (status = 409, description = "No incident holds it.")))]
pub(super) async fn lift(
    State(state): State<Flags>,
    Path(key): Path<String>,
    Query(within): Query<Within>,
) -> Reply<Flag> {
    let set = within.name();
    let flag = state.change(move |tx| {
        holds::lift(tx, &set, &key)?;
        flags::find(tx, &set, &key)
    });
    Ok(Answer::ok(flag.await?))
}

/// The parts of the body that are the definition.
fn body(fields: &Fields) -> Value {
    let names = ["state", "variants", "defaultVariant", "targeting", "metadata"];
    let members = names.iter().filter_map(|name| Some(((*name).to_owned(), fields.peek(name)?.clone())));
    Value::Object(Map::from_iter(members))
}

/// The definition, if it holds within its set.
fn checked(
    tx: &mut kit_store::Tx<'_>,
    set: &str,
    key: &str,
    value: &Value,
    no_set: impl FnOnce() -> Error,
) -> Result<Definition, Error> {
    let ground = sets::ground(tx, set)?.ok_or_else(no_set)?;
    let mut faults = Faults::default();
    check_key(key, "key", &mut faults);
    let definition = definition(value, &ground.evaluators, "", &mut faults);
    match (faults.refusal(false), definition) {
        (None, Some(definition)) => Ok(definition),
        (problem, _) => Err(Refused(Box::new(problem.unwrap_or_else(Problem::internal))).into()),
    }
}
