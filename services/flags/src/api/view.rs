//! `/flags` and `/admin`: the same flags in the plain form of the founding description, those of the default set.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use contracts::flags::{Definition, FlagState, SwitchAction};
use kit_base::Page;
use kit_web::{Answer, Fields, Paging, Reply, query};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::Flags;
use crate::error::{Error, Refused};
use crate::logic::Budget;
use crate::model::{
    Answer as Evaluated, Faults, LONGEST_KEY, LegacyDefinition, check_key, from_view, to_view,
};
use crate::store::flags::{self, Filter};
use crate::store::{holds, sets};

const STEPS: u32 = 1_000_000;

/// Who asks. Every other parameter is an attribute that rules may look at.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters, which are read as they come")]
pub(super) struct Who {
    /// The user's name.
    #[param(example = "alice")]
    user: Option<String>,
    /// The user's role.
    #[param(example = "admin")]
    role: Option<String>,
}

/// What a user gets of a flag.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Variation {
    /// The variation; null where the value in the program's code is to be taken.
    #[schema(example = "on")]
    variation: Option<String>,
    /// Whether the flag is off.
    #[schema(example = false)]
    off: bool,
}

/// Tells which variation of each flag a user gets.
#[utoipa::path(get, path = "/flags", tag = "flags", operation_id = "for_user", params(Who),
    responses((status = 200, description = "The flags, by their names.", body = BTreeMap<String, Variation>)))]
pub(super) async fn evaluate(
    State(state): State<Flags>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Reply<BTreeMap<String, Variation>> {
    let mut context: Map<String, Value> = asked
        .into_iter()
        .filter(|(name, _)| name != "format")
        .map(|(name, value)| (name, json!(value)))
        .collect();
    if let Some(user) = context.get("user").cloned() {
        context.insert("targetingKey".to_owned(), user);
    }
    let (context, now) = (Value::Object(context), state.clock.now().micros().div_euclid(1_000_000));
    let snapshot = state.snapshots.present();
    let mut budget = Budget(STEPS);
    let set = snapshot.sets.get(sets::DEFAULT);
    let found =
        set.into_iter().flat_map(|set| set.flags.iter().map(move |(key, flag)| (key, flag, set.bucketing)));
    let answers = found.map(|(key, flag, bucketing)| {
        let variation = match flag.evaluate(&context, now, bucketing, &mut budget) {
            Evaluated::Ready(ready) => ready.variant.clone(),
            Evaluated::Failed(_) => None,
        };
        (key.clone(), Variation { variation, off: flag.off })
    });
    Ok(Answer::ok(answers.collect()))
}

/// Lists the flags of the default set in the plain form.
#[utoipa::path(get, path = "/admin/flags", tag = "flags", operation_id = "list_plain", params(query::PageParameters),
    responses((status = 200, description = "A page of definitions.", body = Page<LegacyDefinition>), (status = 404, description = "There is no such page.")))]
pub(super) async fn list(State(state): State<Flags>, paging: Paging) -> Reply<Page<LegacyDefinition>> {
    let filter = Filter { set: Some(sets::DEFAULT.to_owned()), ..Filter::default() };
    let page = state.db.read(move |tx| flags::list(tx, &filter, &paging)).await?;
    let results = page.results.iter().map(|flag| {
        let pulled = flag.switch.as_ref().is_some_and(|it| !it.lifted && it.action == SwitchAction::Disable);
        to_view(&flag.key, &flag.definition, is_on(&flag.definition) && !pulled)
    });
    Ok(Answer::ok(Page {
        count: page.count,
        next: page.next,
        previous: page.previous,
        results: results.collect(),
    }))
}

fn is_on(definition: &Definition) -> bool {
    definition.state == FlagState::Enabled
}

/// Writes a flag of the default set in the plain form, new or not.
#[utoipa::path(post, path = "/admin/flags", tag = "flags", operation_id = "save_plain", request_body = LegacyDefinition,
    responses((status = 201, description = "It is new.", body = LegacyDefinition), (status = 200, description = "It was there, and is now so.", body = LegacyDefinition),
              (status = 409, description = "The set is full, or a kill switch forces a variant that would be gone.")))]
pub(super) async fn save(State(state): State<Flags>, mut fields: Fields) -> Reply<LegacyDefinition> {
    let key = fields.must_text("id", LONGEST_KEY);
    let on = fields.must_flag("on");
    let mut errors = kit_base::FieldErrors::new();
    let mut written = from_view(|name| fields.peek(name), on, &mut errors);
    let targeting = fields.peek("targeting").filter(|targeting| targeting.is_object()).cloned();
    for (path, messages) in errors {
        messages.into_iter().for_each(|message| fields.reject(&path, message));
    }
    let key = fields.finish(key)?;
    // A rule in flagd's form counts where the plain one says nothing.
    written.targeting = written.targeting.or(targeting);
    let saved = state.change(move |tx| {
        let mut definition = written.clone();
        let known = flags::definition(tx, sets::DEFAULT, &key)?;
        definition.metadata = known.map(|known| known.metadata).unwrap_or_default();
        check(tx, &key, &definition)?;
        let new = flags::save(tx, sets::DEFAULT, &key, &definition)?;
        Ok((new, to_view(&key, &definition, is_on(&definition))))
    });
    let (new, view) = saved.await?;
    Ok(if new { Answer::created(view) } else { Answer::ok(view) })
}

/// Whether it holds as a definition of flagd's, too.
fn check(tx: &mut kit_store::Tx<'_>, key: &str, definition: &Definition) -> Result<(), Error> {
    let ground = sets::ground(tx, sets::DEFAULT)?.ok_or(Error::NotFound)?;
    let mut faults = Faults::default();
    check_key(key, "id", &mut faults);
    let value = serde_json::to_value(definition).unwrap_or_default();
    crate::model::definition(&value, &ground.evaluators, "", &mut faults);
    faults.refusal(false).map_or(Ok(()), |problem| Err(Refused(Box::new(problem)).into()))
}

/// On or off.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Toggle {
    /// Whether the flag is to be on.
    #[schema(example = true)]
    on: bool,
}

/// Turns a flag of the default set on or off. A person's word counts more than an incident's: whoever turns on a flag that
/// an incident has disabled frees it until that incident is over.
#[utoipa::path(post, path = "/admin/toggle/{key}", tag = "flags", operation_id = "toggle", request_body = Toggle,
    params(("key" = String, Path, description = "the flag", example = "checkout-v2")),
    responses((status = 200, description = "The flag as it is now.", body = LegacyDefinition)))]
pub(super) async fn toggle(
    State(state): State<Flags>,
    Path(key): Path<String>,
    mut fields: Fields,
) -> Reply<LegacyDefinition> {
    let on = fields.must_flag("on");
    let asked = fields.finish(on);
    let view = state.change(move |tx| {
        let mut definition = flags::definition(tx, sets::DEFAULT, &key)?.ok_or(Error::NotFound)?;
        let on = asked.clone().map_err(|problem| Refused(Box::new(problem)))?;
        definition.state = if on { FlagState::Enabled } else { FlagState::Disabled };
        flags::save(tx, sets::DEFAULT, &key, &definition)?;
        if on && holds::is_pulled(tx, sets::DEFAULT, &key)? {
            holds::lift(tx, sets::DEFAULT, &key)?;
        }
        Ok(to_view(&key, &definition, on))
    });
    Ok(Answer::ok(view.await?))
}
