//! The authorization endpoint (RFC 6749 4.1.1, RFC 7636, RFC 9207): the user is asked, and the browser takes the answer
//! back to the application.

use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use kit_web::Source;

use super::applications::Application;
use super::consent::{self, Question, go, log_in_first, notice};
use super::model::{Grant, Kind, granted, is_challenge, is_same_redirect};
use super::parameters::{Parameters, with_parameters};
use super::refusal::Refusal;
use super::store::applications;
use super::store::codes::{self, Code};
use super::visitor::{LoggedIn, Viewer};
use crate::{Error, Identity};

const PATH: &str = "/oauth2/authorize/";

/// A request of an application that is known, with an address that is its own.
struct Asked {
    application: Application,
    /// Where the browser goes back to.
    back: String,
    state: Option<String>,
    issuer: String,
    parameters: Parameters,
}

/// What is to be granted, where nothing is wrong with the request.
struct Wish {
    scope: String,
    challenge: String,
}

/// Asks the user whether the application may act for them.
///
/// Whoever has no login is sent to `/login` first. An unknown application, or an address that is not its own, gets a
/// page and no redirect; every other error goes back to the application with `error`, `state` and `iss`.
#[utoipa::path(get, path = "/oauth2/authorize", tag = "oauth2",
    params(("response_type" = String, Query, description = "`code`", example = "code"),
           ("client_id" = String, Query, description = "the application", example = "SJnQ5bO2cfZ8kqWcYxKGzRvTtEdNw3MuAhLoPiB7"),
           ("redirect_uri" = Option<String>, Query, description = "where to go back to; may be left out where there is but one", example = "https://board.example.org/callback"),
           ("scope" = Option<String>, Query, description = "words with spaces between", example = "read"),
           ("state" = Option<String>, Query, description = "comes back untouched", example = "af0ifjsldkj"),
           ("code_challenge" = String, Query, description = "SHA-256 of the verifier, base64url", example = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
           ("code_challenge_method" = String, Query, description = "`S256`", example = "S256"),
           ("nonce" = Option<String>, Query, description = "comes back in the id token", example = "n-0S6_WzA2Mj"),
           ("prompt" = Option<String>, Query, description = "`consent`: ask in any case; `none`: ask in no case", example = "consent")),
    responses((status = 200, description = "A page that asks.", content_type = "text/html", body = String,
               example = "<!doctype html>"),
              (status = 302, description = "Back to the application, with a code or an error."),
              (status = 303, description = "To the login."),
              (status = 400, description = "A page: the application or its address is unknown.")))]
pub(crate) async fn ask(
    State(state): State<Identity>,
    Viewer(viewer): Viewer,
    source: Source,
    uri: Uri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    match state.asked(query, &source).await {
        Ok(asked) => state.answer_or_ask(asked, viewer, query).await,
        Err(page) => page,
    }
}

/// Takes the user's decision, and goes back to the application with it.
#[utoipa::path(post, path = "/oauth2/authorize", tag = "oauth2",
    params(("client_id" = String, Query, description = "and the other parameters, as in the question", example = "SJnQ5bO2cfZ8kqWcYxKGzRvTtEdNw3MuAhLoPiB7")),
    request_body(content((Decision = "application/x-www-form-urlencoded"))),
    responses((status = 302, description = "Back to the application, with a code or an error."),
              (status = 303, description = "To the login."),
              (status = 400, description = "A page: the application or its address is unknown."),
              (status = 403, description = "The form did not come from the page that asks.")))]
pub(crate) async fn decide(
    State(state): State<Identity>,
    Viewer(viewer): Viewer,
    source: Source,
    uri: Uri,
    form: Result<Parameters, Refusal>,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let (asked, form) = match (state.asked(query, &source).await, form) {
        (Ok(asked), Ok(form)) => (asked, form),
        (Err(page), _) => return page,
        (_, Err(refusal)) => return unreadable(&refusal),
    };
    let Some(user) = viewer else { return log_in_first(&address(query)) };
    match (asked.wish(), form.get("decision")) {
        (Err(refusal), _) => asked.refuse(&refusal),
        (Ok(wish), Some("allow")) => state.send_back(&asked, wish, &user, true).await,
        _ => asked.refuse(&Refusal::because("access_denied", "The user said no.")),
    }
}

/// What the page that asks sends.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes what is read name by name")]
pub(crate) struct Decision {
    /// As the page has it.
    #[schema(example = "0f343b0931126a20f133d67c2b018a3b8e2d4c6f0a1b2c3d4e5f60718293a4b5")]
    csrf_token: String,
    /// `allow` or `deny`.
    #[schema(example = "allow")]
    decision: String,
}

impl Identity {
    /// The request, if it comes from an application that we may send the browser back to; else a page for the user.
    async fn asked(&self, query: &str, source: &Source) -> Result<Asked, Response> {
        let parameters = Parameters::of_form(query).map_err(|refusal| unreadable(&refusal))?;
        let client_id = parameters.get("client_id").unwrap_or_default().to_owned();
        let found = self.db.read(move |tx| applications::client(tx, &client_id)).await;
        let application = match found {
            Ok(Some(client)) => client.application,
            Ok(None) => return Err(bad("This application is not registered here.")),
            Err(error) => return Err(failed(error.into())),
        };
        let registered = &application.redirect_uris;
        let back = match (parameters.get("redirect_uri"), registered.as_slice()) {
            (Some(asked), all) => {
                all.iter().any(|own| is_same_redirect(own, asked)).then(|| asked.to_owned())
            }
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        };
        let back = back.ok_or_else(|| bad("The address to go back to is not the application's own."))?;
        let state = parameters.get("state").map(str::to_owned);
        Ok(Asked { application, back, state, issuer: self.oauth.base(source), parameters })
    }

    async fn answer_or_ask(&self, asked: Asked, viewer: Option<LoggedIn>, query: &str) -> Response {
        let wish = match asked.wish() {
            Ok(wish) => wish,
            Err(refusal) => return asked.refuse(&refusal),
        };
        let prompt = asked.parameters.get("prompt");
        let Some(user) = viewer else {
            return match prompt {
                Some("none") => asked.refuse(&Refusal::because("login_required", "Nobody is logged in.")),
                _ => log_in_first(&address(query)),
            };
        };
        match (self.is_allowed(&asked, &wish, &user).await, prompt) {
            (Err(error), _) => failed(error),
            (Ok(true), None | Some("none")) => self.send_back(&asked, wish, &user, false).await,
            (Ok(_), Some("none")) => {
                asked.refuse(&Refusal::because("consent_required", "The user has to be asked."))
            }
            _ => consent::question(&Question {
                application: &asked.application.name,
                scope: &wish.scope,
                user: &user.caller.name,
                action: &address(query),
                csrf_token: &user.csrf_token(&self.oauth.secret),
                hidden: None,
            }),
        }
    }

    /// Whether the user has allowed this before. A public application proves nothing, so another could come in its name:
    /// its users are asked each time (RFC 8252 8.6).
    async fn is_allowed(&self, asked: &Asked, wish: &Wish, user: &LoggedIn) -> Result<bool, Error> {
        if asked.application.kind == Kind::Public {
            return Ok(false);
        }
        let (user, application, scope) =
            (user.caller.user_id.clone(), asked.application.id.clone(), wish.scope.clone());
        Ok(self.db.read(move |tx| codes::has_allowed(tx, &user, &application, &scope)).await?)
    }

    async fn send_back(&self, asked: &Asked, wish: Wish, user: &LoggedIn, remember: bool) -> Response {
        let (session, family) = (user.login_hash(), self.ids.uuid());
        let given = |name| asked.parameters.get(name).map(str::to_owned);
        let mut code = Code {
            application: asked.application.id.clone(),
            user: user.caller.user_id.clone(),
            redirect_uri: given("redirect_uri"),
            scope: wish.scope,
            challenge: wish.challenge,
            nonce: given("nonce"),
            auth_time: None,
            family,
            used: false,
            expired: false,
        };
        let made = self.db.write(move |tx| -> Result<Option<String>, Error> {
            // Callers that are no users of ours have nothing to lend.
            if super::store::person(tx, &code.user)?.is_none() {
                return Ok(None);
            }
            if remember {
                codes::allow(tx, &code.user, &code.application, &code.scope)?;
            }
            code.auth_time = codes::login_time(tx, &session)?;
            Ok(Some(codes::add(tx, &code)?))
        });
        match made.await {
            Ok(Some(code)) => asked.go_back(&[("code", &code)]),
            Ok(None) => asked.refuse(&Refusal::because("access_denied", "Only users can allow this.")),
            Err(error) => failed(error),
        }
    }
}

impl Asked {
    /// What is to be granted; or what is wrong with the request.
    fn wish(&self) -> Result<Wish, Refusal> {
        let parameter = |name| self.parameters.get(name);
        if !self.application.grants.contains(&Grant::AuthorizationCode) {
            return Err(Refusal::unauthorized_client());
        }
        match self.parameters.must("response_type")? {
            "code" => {}
            // In the words of the original: no application may have it.
            "token" => return Err(Refusal::unauthorized_client()),
            _ => return Err(Refusal::because("unsupported_response_type", "Only code is known here.")),
        }
        if parameter("request").is_some() || parameter("request_uri").is_some() {
            return Err(Refusal::because("request_not_supported", "Request objects are not read here."));
        }
        let challenge = parameter("code_challenge");
        let challenge = challenge.ok_or_else(|| Refusal::invalid_request("Code challenge required."))?;
        if parameter("code_challenge_method") != Some("S256") || !is_challenge(challenge) {
            return Err(Refusal::invalid_request("Only S256 code challenges are accepted."));
        }
        let scope =
            granted(parameter("scope"), &self.application.scopes).ok_or_else(Refusal::invalid_scope)?;
        Ok(Wish { scope, challenge: challenge.to_owned() })
    }

    fn refuse(&self, refusal: &Refusal) -> Response {
        self.go_back(&[("error", refusal.error), ("error_description", &refusal.description)])
    }

    /// Back to the application, which learns who is answering (RFC 9207).
    fn go_back(&self, answer: &[(&str, &str)]) -> Response {
        let address = with_parameters(&self.back, answer);
        let state = self.state.as_deref().map(|state| ("state", state));
        let address = with_parameters(&address, state.as_slice());
        go(StatusCode::FOUND, &with_parameters(&address, &[("iss", &self.issuer)]))
    }
}

fn address(query: &str) -> String {
    format!("{PATH}?{query}")
}

fn bad(text: &str) -> Response {
    notice(StatusCode::BAD_REQUEST, "This request cannot be granted", text)
}

pub(crate) fn unreadable(refusal: &Refusal) -> Response {
    bad(&refusal.description)
}

/// A fault of ours, for a person.
pub(crate) fn failed(error: Error) -> Response {
    let problem = kit_base::Problem::from(error);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    notice(status, "That did not work", &problem.detail)
}
