//! The routes of API keys: each user makes and removes their own; administrators see everybody's.

use axum::extract::{Path, Query, State};
use http::StatusCode;
use kit_base::{Caller, Page, READ, Role, Timestamp, WRITE};
use kit_web::{Answer, BearerToken, Built, Failure, Fields, Member, Paging, Reply, Routes, Rule, query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{new_key, store};
use crate::oauth::{is_lent, model};
use crate::{Error, Identity};

const LONGEST_NAME: usize = 200;
/// To evaluate feature flags, and nothing else.
const FLAGS: &str = "flags";
const SCOPES: [&str; 3] = [READ, WRITE, FLAGS];

/// Every route of API keys.
pub(crate) fn routes(state: Identity) -> Built {
    let member = Rule::AtLeast(Role::Member);
    Routes::new(state).add(member, routes!(list, create)).add(member, routes!(delete)).build()
}

/// An API key. It has no `Debug`, so that no log can show it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// Unique (a UUID).
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub id: String,
    /// What it is for.
    #[schema(example = "deployment pipeline")]
    pub name: String,
    /// The key, to be sent as `Authorization: Bearer …`: only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(example = json!(null))]
    pub key: Option<String>,
    /// What it may be used for, of what its user may do.
    #[schema(example = json!(["read"]))]
    pub scopes: Vec<String>,
    /// The id of its user.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub user: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take an hour, if ever.
    pub last_used_at: Option<Timestamp>,
}

/// A key to be made.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct NewApiKey {
    /// What it is for.
    #[schema(example = "deployment pipeline")]
    pub name: String,
    /// Of `read`, `write` and `flags` (to evaluate feature flags, and nothing else); `read` unless said.
    #[schema(example = json!(["read"]))]
    pub scopes: Option<Vec<String>>,
    /// When it ends; never unless said.
    pub expires_at: Option<Timestamp>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct KeyParameters {
    /// The keys of this user, by id; for administrators. Without it, everybody sees their own.
    #[param(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    user: Option<String>,
}

/// Lists your API keys, in the order in which they were made.
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys", params(query::PageParameters, KeyParameters),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKey>),
              (status = 404, description = "There is no such page.")))]
async fn list(
    State(state): State<Identity>,
    Member(caller): Member,
    Query(asked): Query<KeyParameters>,
    paging: Paging,
) -> Reply<Page<ApiKey>> {
    let user = asked.user.filter(|user| !user.is_empty()).unwrap_or_else(|| caller.user_id.clone());
    if user != caller.user_id && caller.role < Role::Admin {
        return Err(kit_base::Problem::forbidden().into());
    }
    Ok(Answer::ok(state.db.read(move |tx| store::keys(tx, &user, &paging)).await?))
}

/// Makes an API key for yourself. It is told in this answer and never again.
///
/// It can never do more than you can, and no more than what you made it with. Only a login can make one.
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", request_body = NewApiKey,
    responses((status = 201, description = "Made.", body = ApiKey)))]
async fn create(
    State(state): State<Identity>,
    Member(caller): Member,
    BearerToken(token): BearerToken,
    fields: Fields,
) -> Reply<ApiKey> {
    let new = read(fields, &caller, state.now())?;
    if is_lent(&token) {
        return Err(Error::Lent.into());
    }
    Ok(Answer::created(state.make_key(new, caller).await?))
}

/// Removes an API key: yours, or as an administrator anybody's.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "the key's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 204, description = "Removed: it is good for nothing any more.")))]
async fn delete(
    State(state): State<Identity>,
    Member(caller): Member,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let owner = (caller.role < Role::Admin).then_some(caller.user_id);
    let removed = state.db.write(move |tx| store::remove(tx, &id, owner.as_deref())).await?;
    removed.then_some(StatusCode::NO_CONTENT).ok_or_else(|| Error::NotFound.into())
}

fn read(mut fields: Fields, caller: &Caller, now: Timestamp) -> Result<NewApiKey, kit_base::Problem> {
    let name = fields.must_text("name", LONGEST_NAME);
    let scopes = fields.texts("scopes", 100).unwrap_or_else(|| vec![READ.to_owned()]);
    // Whoever may read may let a program evaluate.
    let held = |scope: &str| caller.has_scope(scope) || (scope == FLAGS && caller.has_scope(READ));
    let may = |scope: &String| SCOPES.contains(&scope.as_str()) && held(scope);
    if scopes.is_empty() || !scopes.iter().all(may) {
        fields.reject("scopes", format!("Choose of {}, as far as you have them.", SCOPES.join(", ")));
    }
    let expires_at = fields.time("expires_at");
    if expires_at.is_some_and(|end| end <= now) {
        fields.reject("expires_at", "Choose a moment to come.");
    }
    fields.finish(NewApiKey { name, scopes: Some(scopes), expires_at })
}

impl Identity {
    async fn make_key(&self, new: NewApiKey, caller: Caller) -> Result<ApiKey, Error> {
        let text = new_key(&self.ids);
        let hash = model::hash(&text);
        let mut scopes = new.scopes.unwrap_or_default();
        scopes.sort();
        scopes.dedup();
        let key = ApiKey {
            id: self.ids.uuid(),
            name: new.name,
            key: None,
            scopes,
            user: caller.user_id,
            created_at: self.now(),
            expires_at: new.expires_at,
            last_used_at: None,
        };
        let made = key.clone();
        if !self.db.write(move |tx| store::add(tx, &made, &hash)).await? {
            return Err(Error::Lent);
        }
        Ok(ApiKey { key: Some(text), ..key })
    }
}
