//! The grants of the token endpoint but for devices: a password, a code, the application itself, a refresh token.

use kit_store::{StoreError, Tx};
use kit_web::Source;

use super::applications::Application;
use super::model::{self, Kind, covers, granted};
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::store::codes::{self, Code};
use super::store::tokens::{self, Issue, Refresh};
use super::token::Granted;
use crate::sessions::Named;
use crate::{Error, Identity};

/// What a transaction that may refuse gives: a refusal keeps what was written (a code is burnt, a family has ended).
type Decided<T> = Result<Result<T, Refusal>, StoreError>;

/// The scopes to grant this application of those asked for.
pub(crate) fn scope_of(client: &Application, parameters: &Parameters) -> Result<String, Refusal> {
    granted(parameters.get("scope"), &client.scopes).ok_or_else(Refusal::invalid_scope)
}

impl Identity {
    /// The user's own password, told to the application (RFC 6749 4.3).
    pub(crate) async fn by_password(
        &self,
        client: &Application,
        parameters: &Parameters,
        source: &Source,
    ) -> Result<Granted, Refusal> {
        let (username, password) = (parameters.must("username")?, parameters.must("password")?);
        let scope = scope_of(client, parameters)?;
        let (place, through) = (self.place(source), format!("client:{}", client.id));
        self.admit_guess(&through)?;
        let (who, door) = (Named::called(username), self.door("/oauth2/token", source));
        let known = self.prove(who, password.to_owned(), &door).await;
        if matches!(known, Err(Error::InvalidLogin)) {
            self.oauth.guard.failed(&place);
            self.oauth.guard.failed(&through);
        }
        let user = known?.id;
        let family = self.ids.uuid();
        let auth_time = Some(self.oauth.clock.now());
        let issue = Issue {
            application: client.id.clone(),
            user: Some(user),
            scope,
            family,
            auth_time,
            refreshed: client.is_refreshed(),
        };
        self.issue(issue).await
    }

    /// The application itself (RFC 6749 4.4). Its tokens live side by side, because it may run on many machines.
    pub(crate) async fn by_itself(
        &self,
        client: &Application,
        parameters: &Parameters,
    ) -> Result<Granted, Refusal> {
        if client.kind == Kind::Public {
            return Err(Refusal::unauthorized_client());
        }
        let (scope, family) = (scope_of(client, parameters)?, self.ids.uuid());
        let application = client.id.clone();
        self.issue(Issue { application, user: None, scope, family, auth_time: None, refreshed: false }).await
    }

    /// A code that the user's browser brought (RFC 6749 4.1.3, RFC 7636 4.5).
    pub(crate) async fn by_code(
        &self,
        client: &Application,
        parameters: &Parameters,
    ) -> Result<Granted, Refusal> {
        let hash = model::hash(parameters.must("code")?);
        let given = |name: &str| parameters.get(name).map(str::to_owned);
        let (verifier, redirect_uri) = (given("code_verifier"), given("redirect_uri"));
        let (application, refreshed) = (client.id.clone(), client.is_refreshed());
        let decided = self.db.write(move |tx| -> Decided<Granted> {
            let Some(code) = codes::take(tx, &hash)? else { return Ok(Err(no_code())) };
            if code.used && code.application == application {
                // Two have had it: what the first one got is worth nothing any more (RFC 6749 4.1.2).
                tokens::end_family(tx, &code.family)?;
            }
            if let Err(refusal) =
                check_code(&code, &application, redirect_uri.as_deref(), verifier.as_deref())
            {
                return Ok(Err(refusal));
            }
            let Code { user, scope, family, auth_time, nonce, .. } = code;
            let application = application.clone();
            let issue = Issue { application, user: Some(user), scope, family, auth_time, refreshed };
            let issued = tokens::issue(tx, &issue)?;
            Ok(Ok(Granted { issued, issue, nonce }))
        });
        decided.await?
    }

    /// A refresh token for a new pair (RFC 6749 6, RFC 9700 4.14.2).
    pub(crate) async fn by_refresh_token(
        &self,
        client: &Application,
        parameters: &Parameters,
    ) -> Result<Granted, Refusal> {
        if client.kind == Kind::Public {
            return Err(Refusal::unauthorized_client());
        }
        let hash = model::hash(parameters.must("refresh_token")?);
        let scope = parameters.get("scope").map(str::to_owned);
        let client = client.clone();
        let decided = self.db.write(move |tx| renew(tx, &hash, scope.as_deref(), &client));
        decided.await?
    }

    pub(crate) async fn issue(&self, issue: Issue) -> Result<Granted, Refusal> {
        let wanted = issue.clone();
        let issued =
            self.db.write(move |tx| tokens::issue(tx, &wanted)).await.map_err(|error: StoreError| error)?;
        Ok(Granted { issued, issue, nonce: None })
    }
}

/// Every try burns the code, and only one that fits in every way brings something.
fn check_code(
    code: &Code,
    application: &str,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Result<(), Refusal> {
    if code.used || code.expired || code.application != application {
        return Err(no_code());
    }
    if code.redirect_uri.as_deref() != redirect_uri && (code.redirect_uri.is_some() || redirect_uri.is_some())
    {
        return Err(Refusal::invalid_request("Mismatching redirect URI."));
    }
    match verifier {
        None => Err(Refusal::invalid_request("Code verifier required.")),
        Some(verifier) if model::proves(verifier, &code.challenge) => Ok(()),
        Some(_) => Err(no_code()),
    }
}

fn renew(tx: &mut Tx<'_>, hash: &[u8], scope: Option<&str>, client: &Application) -> Decided<Granted> {
    let found = tokens::refresh(tx, hash)?.filter(|found| found.application == client.id);
    let Some(Refresh { user, scope: held, family, used, auth_time, .. }) = found else {
        return Ok(Err(no_refresh()));
    };
    if used {
        // Two have it, and nobody can tell which of them is the thief: so neither goes on.
        tokens::end_family(tx, &family)?;
        return Ok(Err(no_refresh()));
    }
    // No more than was granted, and no more than the application may have by now.
    let Some(scope) =
        granted(Some(scope.unwrap_or(&held)), &client.scopes).filter(|scope| covers(&held, scope))
    else {
        return Ok(Err(Refusal::invalid_scope()));
    };
    tokens::use_refresh(tx, hash)?;
    let application = client.id.clone();
    let issue =
        Issue { application, user: Some(user), scope, family, auth_time, refreshed: client.is_refreshed() };
    let issued = tokens::issue(tx, &issue)?;
    Ok(Ok(Granted { issued, issue, nonce: None }))
}

fn no_code() -> Refusal {
    Refusal::invalid_grant("The code is unknown, used, expired, or not for this client.")
}

fn no_refresh() -> Refusal {
    Refusal::invalid_grant("The refresh token is unknown, used, revoked, expired, or not for this client.")
}
