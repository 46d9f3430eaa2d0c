//! Applications that may ask for tokens, and how administrators manage them.

use axum::extract::{Path, State};
pub use contracts::applications::{Application, ApplicationFields};
use http::StatusCode;
use kit_base::{Page, READ, Role, WRITE};
use kit_store::Tx;
use kit_web::{Answer, Failure, Fields, Member, Paging, Reply, query};

use super::model::{self, Grant, Kind, SCOPES};
use super::store::applications as store;
use crate::{Error, Identity};

const LONGEST_NAME: usize = 200;
const LONGEST_URI: usize = 2000;
const CLIENT_ID: usize = 40;
const CLIENT_SECRET: usize = 128;

/// An application to be registered with a name and a secret that are known before. It has no `Debug`, so that no log can
/// show the secret.
#[derive(Clone, PartialEq)]
pub struct NewApplication {
    /// The name that users are shown.
    pub name: String,
    /// What it calls itself by.
    pub client_id: String,
    /// What it proves itself by; empty for a public one.
    pub client_secret: String,
    /// Whether it can keep a secret.
    pub kind: Kind,
    /// The ways in which it may get tokens. Without [`Grant::RefreshToken`] it gets none to refresh with.
    pub grants: Vec<Grant>,
    /// Where users may be sent back to.
    pub redirect_uris: Vec<String>,
    /// What its tokens may be used for at most.
    pub scopes: Vec<String>,
    /// What it may do of its own accord.
    pub role: Role,
    /// The id of the user who answers for it.
    pub owner: Option<String>,
}

/// Lists the applications, in the order in which they came.
#[utoipa::path(get, path = "/api/v1/applications", tag = "applications", params(query::PageParameters),
    responses((status = 200, description = "A page of applications.", body = Page<Application>),
              (status = 404, description = "There is no such page.")))]
pub(crate) async fn list(State(state): State<Identity>, paging: Paging) -> Reply<Page<Application>> {
    Ok(Answer::ok(state.db.read(move |tx| store::applications(tx, &paging)).await?))
}

/// Registers an application. Its secret is told in this answer and never again.
#[utoipa::path(post, path = "/api/v1/applications", tag = "applications", request_body = ApplicationFields,
    responses((status = 201, description = "Registered.", body = Application)))]
pub(crate) async fn create(
    State(state): State<Identity>,
    Member(caller): Member,
    mut fields: Fields,
) -> Reply<Application> {
    let kind = fields.choice("kind", &Kind::ALL, Kind::as_str).unwrap_or(Kind::Confidential);
    let client_secret = match kind {
        Kind::Confidential => state.ids.secret(CLIENT_SECRET),
        Kind::Public => String::new(),
    };
    let new = NewApplication {
        client_id: state.ids.secret(CLIENT_ID),
        client_secret,
        owner: Some(caller.user_id),
        ..blank(kind)
    };
    let new = read(fields, new)?;
    Ok(Answer::created(state.register_application(new).await?))
}

/// Shows an application.
#[utoipa::path(get, path = "/api/v1/applications/{id}", tag = "applications",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The application.", body = Application)))]
pub(crate) async fn show(State(state): State<Identity>, Path(id): Path<String>) -> Reply<Application> {
    Ok(Answer::ok(state.application(id).await?))
}

/// Changes an application: what is not told stays. Where grants or scopes change, its tokens end.
#[utoipa::path(put, path = "/api/v1/applications/{id}", tag = "applications", request_body = ApplicationFields,
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "As it is now.", body = Application)))]
pub(crate) async fn update(
    State(state): State<Identity>,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Application> {
    let old = state.application(id).await?;
    let told = NewApplication {
        name: old.name.clone(),
        grants: old.grants.clone(),
        redirect_uris: old.redirect_uris.clone(),
        scopes: old.scopes.clone(),
        role: old.role,
        ..blank(old.kind)
    };
    let NewApplication { name, grants, redirect_uris, scopes, role, .. } = read(fields, told)?;
    let new = Application { name, grants, redirect_uris, scopes, role, ..old };
    Ok(Answer::ok(state.change_application(new).await?))
}

/// Removes an application, and with it every token that it got.
#[utoipa::path(delete, path = "/api/v1/applications/{id}", tag = "applications",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 204, description = "Removed.")))]
pub(crate) async fn delete(
    State(state): State<Identity>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let removed = state.db.write(move |tx| store::remove(tx, &id)).await?;
    removed.then_some(StatusCode::NO_CONTENT).ok_or_else(|| Error::NotFound.into())
}

/// Makes a new secret, told in this answer and never again. The old one and all tokens end at once.
#[utoipa::path(post, path = "/api/v1/applications/{id}/secret", tag = "applications",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The application with its new secret.", body = Application),
              (status = 409, description = "A public application has no secret.")))]
pub(crate) async fn renew_secret(
    State(state): State<Identity>,
    Path(id): Path<String>,
) -> Reply<Application> {
    let application = state.application(id.clone()).await?;
    if application.kind == Kind::Public {
        return Err(Error::NoSecret.into());
    }
    let secret = state.ids.secret(CLIENT_SECRET);
    let hash = model::hash(&secret);
    state.db.write(move |tx| store::change_secret(tx, &id, &hash)).await?;
    Ok(Answer::ok(Application { client_secret: Some(secret), ..application }))
}

impl Identity {
    async fn application(&self, id: String) -> Result<Application, Error> {
        self.db.read(move |tx| store::application(tx, &id)).await?.ok_or(Error::NotFound)
    }

    async fn register_application(&self, new: NewApplication) -> Result<Application, Error> {
        let secret = (new.kind == Kind::Confidential).then(|| new.client_secret.clone());
        let added = self.db.write(move |tx| -> Result<_, Error> {
            // Whoever registers it may be an application, which cannot answer for another.
            let owner = match &new.owner {
                Some(owner) => super::store::person(tx, owner)?.map(|person| person.id),
                None => None,
            };
            let id = store::put_application(tx, &NewApplication { owner, ..new.clone() })?;
            store::application(tx, &id)?.ok_or(Error::NotFound)
        });
        Ok(Application { client_secret: secret, ..added.await? })
    }

    async fn change_application(&self, new: Application) -> Result<Application, Error> {
        let change = move |tx: &mut Tx<'_>| -> Result<Application, Error> {
            let old = store::application(tx, &new.id)?.ok_or(Error::NotFound)?;
            store::change(tx, &new)?;
            if old.grants != new.grants || old.scopes != new.scopes {
                store::end_tokens(tx, &new.id)?;
            }
            Ok(new.clone())
        };
        self.db.write(change).await
    }
}

fn blank(kind: Kind) -> NewApplication {
    NewApplication {
        name: String::new(),
        client_id: String::new(),
        client_secret: String::new(),
        kind,
        grants: vec![Grant::AuthorizationCode, Grant::RefreshToken],
        redirect_uris: Vec::new(),
        scopes: [READ, WRITE].map(str::to_owned).to_vec(),
        role: Role::Member,
        owner: None,
    }
}

/// The application with what the body tells of it.
fn read(mut fields: Fields, told: NewApplication) -> Result<NewApplication, kit_base::Problem> {
    let name = match told.name.is_empty() {
        true => fields.must_text("name", LONGEST_NAME),
        false => fields.text("name", LONGEST_NAME).filter(|name| !name.is_empty()).unwrap_or(told.name),
    };
    let grants = read_grants(&mut fields, told.kind).unwrap_or(told.grants);
    let redirect_uris = fields.texts("redirect_uris", LONGEST_URI).unwrap_or(told.redirect_uris);
    if !redirect_uris.iter().all(|uri| model::may_be_redirect(uri)) {
        fields.reject(
            "redirect_uris",
            "Enter https addresses, addresses of the user's own machine, or ones of an own scheme, without fragments.",
        );
    }
    let scopes = fields.texts("scopes", 100).unwrap_or(told.scopes);
    if let Some(unknown) = scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
        fields.reject(
            "scopes",
            format!("\"{unknown}\" is not a valid choice; choose of {}.", SCOPES.join(", ")),
        );
    }
    let role = fields.choice("role", &Role::ALL, Role::as_str).unwrap_or(told.role);
    fields.finish(NewApplication { name, grants, redirect_uris, scopes, role, ..told })
}

fn read_grants(fields: &mut Fields, kind: Kind) -> Option<Vec<Grant>> {
    let words = fields.texts("grants", 100)?;
    let grants: Vec<Grant> = words.iter().filter_map(|word| Grant::parse(word)).collect();
    if grants.len() < words.len() {
        let all: Vec<&str> = Grant::ALL.into_iter().map(Grant::as_str).collect();
        fields.reject("grants", format!("Choose of {}.", all.join(", ")));
    } else if kind == Kind::Public && grants.contains(&Grant::ClientCredentials) {
        fields.reject("grants", "A public application has no credentials of its own.");
    }
    Some(grants)
}
