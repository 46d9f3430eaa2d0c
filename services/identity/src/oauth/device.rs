//! Devices without a browser (RFC 8628): the device shows a code, its user types it in elsewhere and agrees, and the
//! device asks until it gets its token.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use kit_base::{SecretKey, Timestamp};
use kit_store::StoreError;
use kit_web::Source;
use serde_json::json;
use std::time::Duration;

use super::applications::Application;
use super::authorize::{failed, unreadable};
use super::consent::{self, Question, code_wanted, log_in_first, notice};
use super::grants::scope_of;
use super::model::{self, Grant};
use super::parameters::{Parameters, basic, encode};
use super::refusal::{Refusal, answer};
use super::store::devices::{self, Device, LIFETIME, PAUSE, Status};
use super::store::tokens::{self, Issue};
use super::store::{codes, person};
use super::token::{Granted, TokenRequest};
use super::visitor::{LoggedIn, Viewer};
use crate::{Error, Identity};

const PATH: &str = "/oauth2/device/";

/// Begins for a device: a code for the device, and one for its user.
#[utoipa::path(post, path = "/oauth2/device_authorization", tag = "devices",
    request_body(content((TokenRequest = "application/x-www-form-urlencoded"), (TokenRequest = "application/json"))),
    responses(
        (status = 200, description = "The codes (RFC 8628 3.2).", content_type = "application/json", body = Object,
         example = json!({"device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS", "user_code": "WDJB-MJHT",
                          "verification_uri": "https://status.example.org/oauth2/device/",
                          "verification_uri_complete": "https://status.example.org/oauth2/device/?user_code=WDJB-MJHT",
                          "expires_in": 600, "interval": 5})),
        (status = 400, description = "It cannot be begun.", content_type = "application/json", body = Object,
         example = json!({"error": "unauthorized_client"})),
        (status = 401, description = "The client is unknown, or its secret is wrong.",
         content_type = "application/json", body = Object, example = json!({"error": "invalid_client"}))))]
pub(crate) async fn begin(
    State(state): State<Identity>,
    headers: HeaderMap,
    source: Source,
    parameters: Result<Parameters, Refusal>,
) -> Result<Response, Refusal> {
    let parameters = parameters?;
    if parameters.get("client_id").is_none() && basic(&headers).is_none() {
        return Err(Refusal::missing("client_id"));
    }
    let client = state.client(&headers, &parameters, &source).await?;
    let wish = device_wish(&client, &parameters)?;
    let (device_code, user_code) = state.begin_device(client, wish).await?;
    let page = format!("{}{PATH}", state.oauth.base(&source));
    Ok(answer(&json!({
        "device_code": device_code, "user_code": user_code, "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": LIFETIME, "interval": PAUSE,
    })))
}

/// Asks for the code that a device shows, and then whether its application may act for the user.
#[utoipa::path(get, path = "/oauth2/device", tag = "devices",
    params(("user_code" = Option<String>, Query, description = "the code that the device shows", example = "WDJB-MJHT")),
    responses((status = 200, description = "A page that asks.", content_type = "text/html", body = String,
               example = "<!doctype html>"),
              (status = 303, description = "To the login.")))]
pub(crate) async fn ask(State(state): State<Identity>, Viewer(viewer): Viewer, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let Some(user) = viewer else { return log_in_first(&format!("{PATH}?{query}")) };
    match Parameters::of_form(query) {
        Ok(parameters) => match parameters.get("user_code") {
            Some(code) => state.ask_for_device(&user, code).await,
            None => code_wanted(""),
        },
        Err(refusal) => unreadable(&refusal),
    }
}

/// Takes the user's decision on a device.
#[utoipa::path(post, path = "/oauth2/device", tag = "devices",
    request_body(content((DeviceDecision = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "A page that says what happened.", content_type = "text/html", body = String,
               example = "<!doctype html>"),
              (status = 303, description = "To the login."),
              (status = 400, description = "A page: the code is missing."),
              (status = 403, description = "The form did not come from the page that asks.")))]
pub(crate) async fn decide(
    State(state): State<Identity>,
    Viewer(viewer): Viewer,
    form: Result<Parameters, Refusal>,
) -> Response {
    let (form, code) = match form.and_then(|form| Ok((form.must("user_code")?.to_owned(), form))) {
        Ok((code, form)) => (form, code),
        Err(refusal) => return unreadable(&refusal),
    };
    let Some(user) = viewer else { return log_in_first(&format!("{PATH}?user_code={}", encode(&code))) };
    let allowed = form.get("decision") == Some("allow");
    state.decide_for_device(&user, &code, if allowed { Status::Allowed } else { Status::Denied }).await
}

/// What the page that asks sends.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes what is read name by name")]
pub(crate) struct DeviceDecision {
    /// As the page has it.
    #[schema(example = "0f343b0931126a20f133d67c2b018a3b8e2d4c6f0a1b2c3d4e5f60718293a4b5")]
    csrf_token: String,
    /// The code that the device shows.
    #[schema(example = "WDJB-MJHT")]
    user_code: String,
    /// `allow` or `deny`.
    #[schema(example = "allow")]
    decision: String,
}

fn device_wish(client: &Application, parameters: &Parameters) -> Result<String, Refusal> {
    match client.grants.contains(&Grant::DeviceCode) {
        true => scope_of(client, parameters),
        false => Err(Refusal::unauthorized_client()),
    }
}

impl Identity {
    async fn begin_device(&self, client: Application, scope: String) -> Result<(String, String), Refusal> {
        let code = self.ids.code(8);
        let (first, second) = code.split_at(4);
        let shown = format!("{first}-{second}");
        let hash = code_hash(&self.oauth.secret, &shown);
        let added = self.db.write(move |tx| devices::add(tx, &client.id, &scope, &hash));
        Ok((added.await?, shown))
    }

    async fn ask_for_device(&self, user: &LoggedIn, code: &str) -> Response {
        let guesses = guesses_of(user);
        if self.admit_guess(&guesses).is_err() {
            return too_many();
        }
        let hash = code_hash(&self.oauth.secret, code);
        match self.db.read(move |tx| devices::waiting(tx, &hash)).await {
            Ok(Some((application, scope))) => consent::question(&Question {
                application: &application,
                scope: &scope,
                user: &user.caller.name,
                action: PATH,
                csrf_token: &user.csrf_token(&self.oauth.secret),
                hidden: Some(("user_code", code)),
            }),
            Ok(None) => {
                self.oauth.guard.failed(&guesses);
                code_wanted("No device waits with this code. Codes are good for ten minutes.")
            }
            Err(error) => failed(error.into()),
        }
    }

    async fn decide_for_device(&self, user: &LoggedIn, code: &str, status: Status) -> Response {
        let guesses = guesses_of(user);
        if self.admit_guess(&guesses).is_err() {
            return too_many();
        }
        let (hash, id, session) =
            (code_hash(&self.oauth.secret, code), user.caller.user_id.clone(), user.login_hash());
        let decided = self.db.write(move |tx| -> Result<bool, Error> {
            let auth_time = codes::login_time(tx, &session)?;
            Ok(person(tx, &id)?.is_some() && devices::decide(tx, &hash, &id, status, auth_time)?)
        });
        match (decided.await, status) {
            (Err(error), _) => failed(error),
            (Ok(false), _) => {
                self.oauth.guard.failed(&guesses);
                code_wanted("No device waits with this code. Codes are good for ten minutes.")
            }
            (Ok(true), Status::Allowed) => notice(
                StatusCode::OK,
                "The device is connected",
                "It will go on by itself; you may close this page.",
            ),
            _ => notice(StatusCode::OK, "The device is not connected", "You may close this page."),
        }
    }

    /// A device asks whether its user has decided (RFC 8628 3.4).
    pub(crate) async fn by_device_code(
        &self,
        client: &Application,
        parameters: &Parameters,
    ) -> Result<Granted, Refusal> {
        let hash = model::hash(parameters.must("device_code")?);
        let (application, refreshed, family) = (client.id.clone(), client.is_refreshed(), self.ids.uuid());
        let decided = self.db.write(move |tx| -> Result<Result<Granted, Refusal>, StoreError> {
            let found = devices::device(tx, &hash)?.filter(|device| device.application == application);
            let Some(device) = found else { return Ok(Err(unknown())) };
            let (refusal, pause) = match verdict(&device, tx.now()) {
                Ok(()) => {
                    devices::remove(tx, &hash)?;
                    let Device { application, scope, user, auth_time, .. } = device;
                    let issue =
                        Issue { application, user, scope, family: family.clone(), auth_time, refreshed };
                    let issued = tokens::issue(tx, &issue)?;
                    return Ok(Ok(Granted { issued, issue, nonce: None }));
                }
                Err(refused) => refused,
            };
            devices::note_question(tx, &hash, pause)?;
            Ok(Err(refusal))
        });
        decided.await?
    }
}

/// Whether the device gets its token now; if not, why, and how many seconds it has to wait from now on.
fn verdict(device: &Device, now: Timestamp) -> Result<(), (Refusal, i64)> {
    let pause = device.pause;
    let refuse = |error, text: &str| Err((Refusal::because(error, text), pause));
    let patience = Duration::from_secs(u64::try_from(pause).unwrap_or_default());
    match device.status {
        _ if device.expired => refuse("expired_token", "The codes have expired; begin again."),
        Status::Denied => refuse("access_denied", "The user said no."),
        _ if now.since(device.asked_at) < patience => {
            let refusal = Refusal::because("slow_down", "Wait five seconds longer between questions.");
            Err((refusal, pause.saturating_add(PAUSE)))
        }
        Status::Pending => refuse("authorization_pending", "The user has not decided yet."),
        Status::Allowed if device.user.is_none() => refuse("access_denied", "The user is no more."),
        Status::Allowed => Ok(()),
    }
}

/// What is stored of a code for people, in whichever way they write it.
fn code_hash(secret: &SecretKey, code: &str) -> [u8; 32] {
    let letters: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    secret.sign("device codes", letters.as_bytes())
}

fn guesses_of(user: &LoggedIn) -> String {
    format!("device:{}", user.caller.user_id)
}

fn too_many() -> Response {
    let text = "Too many codes were wrong. Wait a while, and try again.";
    notice(StatusCode::TOO_MANY_REQUESTS, "Please wait", text)
}

fn unknown() -> Refusal {
    Refusal::invalid_grant("The device code is unknown, used, or not for this client.")
}
