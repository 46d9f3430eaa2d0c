//! What these tests run against: an identity service with an administrator, and applications as they are needed.

use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use contracts::Client;
use http::{Request, header};
use identity::{ADMIN_EMAIL, ADMIN_PASSWORD, ClientKind, Grant, NewApplication, NewUser};
use kit_base::Role;
use kit_store::{Db, StoreError, Tx, params};
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The administrator.
pub const EMAIL: &str = "ada@example.org";
/// And the password.
pub const PASSWORD: &str = "correct horse";
/// The secret of every confidential application of these tests.
pub const SECRET: &str = "a secret: 100% & more";
/// Where applications of these tests are.
pub const BACK: &str = "https://app.example.org/cb?x=1";
/// A verifier, for codes.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The grant of devices.
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub struct House {
    pub app: TestApp,
    pub db: Db,
    pub world: TestWorld,
}

pub type Pairs<'a> = [(&'a str, &'a str)];

impl House {
    pub async fn new(engine: Engine) -> Self {
        Self::at(engine, "").await
    }

    /// One that is reached by this address.
    pub async fn at(engine: Engine, public_url: &str) -> Self {
        let world = TestWorld::new(engine).with(&ADMIN_EMAIL, EMAIL).with(&ADMIN_PASSWORD, PASSWORD);
        let mut world = world.with(&identity::PUBLIC_URL, public_url);
        world.context.authenticator = Arc::new(Client::new(world.context.peers.clone()));
        let service = identity::build(&world.context).await.unwrap();
        let db = service.db.clone().unwrap();
        Self { app: world.start(vec![service]), db, world }
    }

    /// An application that may have everything, which calls itself by its kind and this name.
    pub async fn application(&self, name: &str, kind: ClientKind) {
        self.put(name, kind, |_| {}).await;
    }

    /// The same, with changes.
    pub async fn put(&self, name: &str, kind: ClientKind, change: impl FnOnce(&mut NewApplication)) {
        let mut new = NewApplication {
            name: format!("The <{name}>"),
            client_id: name.to_owned(),
            client_secret: SECRET.to_owned(),
            kind,
            grants: Grant::ALL.to_vec(),
            redirect_uris: vec![BACK.to_owned()],
            scopes: ["read", "write", "openid", "profile", "email", "introspection"]
                .map(str::to_owned)
                .to_vec(),
            role: Role::Responder,
            owner: None,
        };
        change(&mut new);
        identity::put_application(&self.world.context, new).await.unwrap();
    }

    pub async fn user(&self, email: &str, role: Role) -> String {
        let new = NewUser { name: "Bob".into(), email: email.into(), role, password: PASSWORD.into() };
        identity::create_user(&self.world.context, new).await.unwrap()
    }

    /// The token of a login.
    pub async fn log_in(&self, email: &str) -> String {
        let login = json!({"email": email, "password": PASSWORD});
        let reply = self.app.anonymous().post("/api/v1/auth/login", login).await;
        reply.json["token"].as_str().unwrap().to_owned()
    }

    /// A token to choose a password with, as it is mailed to this address.
    pub async fn mailed_token(&self, email: &str) -> String {
        let forgot = json!({ "email": email });
        self.app.anonymous().post("/api/v1/auth/forgot-password", forgot).await;
        let email = email.to_owned();
        let read = move |tx: &mut Tx<'_>| -> Result<String, StoreError> {
            tx.query_one("SELECT body FROM mails WHERE recipient = $1", params![email], |row| row.get("body"))
        };
        let text = self.db.read(read).await.unwrap();
        let (_, rest) = text.split_once("token=").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }

    /// A session of a browser.
    pub async fn session(&self, email: &str) -> String {
        let reply = self.send("POST", "/login", "", &[("email", email), ("password", PASSWORD)]).await;
        let cookie =
            reply.header("set-cookie").strip_prefix("session=").unwrap_or_else(|| panic!("{}", reply.text));
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A form of this client, by Basic.
    pub async fn form(&self, client: &str, path: &str, pairs: &Pairs<'_>) -> TestReply {
        let secret = STANDARD.encode(format!("{client}:{}", encode(SECRET)));
        self.send("POST", path, &format!("Basic {secret}"), pairs).await
    }

    /// A form with these credentials, or none.
    pub async fn send(&self, method: &str, path: &str, credentials: &str, pairs: &Pairs<'_>) -> TestReply {
        self.raw(method, path, credentials, "application/x-www-form-urlencoded", &form(pairs)).await
    }

    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        credentials: &str,
        media: &str,
        body: &str,
    ) -> TestReply {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "test");
        if credentials.starts_with("session=") {
            request = request.header(header::COOKIE, credentials).header("sec-fetch-site", "same-origin");
        } else if !credentials.is_empty() {
            request = request.header(header::AUTHORIZATION, credentials);
        }
        let request = request.header(header::CONTENT_TYPE, media).body(Body::from(body.to_owned())).unwrap();
        TestReply::read(self.app.answer(request).await).await
    }

    /// A request of the token endpoint by this client.
    pub async fn token(&self, client: &str, pairs: &Pairs<'_>) -> TestReply {
        self.form(client, "/oauth2/token/", pairs).await
    }

    /// A pair by password.
    pub async fn pair(&self, client: &str) -> (String, String) {
        let asked = [("grant_type", "password"), ("username", EMAIL), ("password", PASSWORD)];
        let reply = self.token(client, &asked).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        (text(&reply.json, "access_token"), text(&reply.json, "refresh_token"))
    }

    pub async fn refresh(&self, client: &str, token: &str) -> TestReply {
        self.token(client, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Whether anybody is known by this token.
    pub async fn is_good(&self, token: &str) -> bool {
        let reply = self.app.anonymous().post("/api/v1/auth/verify-token", json!({ "token": token })).await;
        assert_eq!(reply.status, 200);
        reply.json["active"].as_bool().unwrap()
    }

    /// The page at this path, in the browser with this session.
    pub async fn page(&self, session: &str, path: &str) -> TestReply {
        let request = Request::builder().uri(path).header(header::HOST, "test");
        let request =
            request.header(header::ACCEPT, "text/html,*/*;q=0.8").header(header::COOKIE, cookie(session));
        TestReply::read(self.app.answer(request.body(Body::empty()).unwrap()).await).await
    }

    /// The page that asks whether the application may.
    pub async fn ask(&self, session: &str, pairs: &Pairs<'_>) -> TestReply {
        self.page(session, &format!("/oauth2/authorize/?{}", form(pairs))).await
    }

    /// The user's decision on that page.
    pub async fn decide(&self, session: &str, pairs: &Pairs<'_>, decision: &str) -> TestReply {
        let page = self.ask(session, pairs).await;
        let csrf = field(&page.text, "csrf_token");
        let path = format!("/oauth2/authorize/?{}", form(pairs));
        let answer = [("csrf_token", csrf.as_str()), ("decision", decision)];
        self.send("POST", &path, &cookie(session), &answer).await
    }

    /// A code for the administrator.
    pub async fn code(&self, client: &str) -> String {
        let session = self.session(EMAIL).await;
        let reply = self.decide(&session, &wish(client), "allow").await;
        parameter(reply.header("location"), "code").unwrap()
    }

    /// What the code brings.
    pub async fn redeem(&self, client: &str, code: &str) -> TestReply {
        self.token(client, &redemption(code)).await
    }
}

/// What a browser with this session sends along.
pub fn cookie(session: &str) -> String {
    format!("session={session}")
}

/// A request for a code, as it should be.
pub fn wish(client: &str) -> Vec<(&str, &str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", BACK),
        ("scope", "read openid"),
        ("state", "a b&c=ü"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
        ("prompt", "consent"),
    ]
}

pub fn redemption(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]
}

/// The same pairs with another value for one name; without it where the value is empty.
pub fn but<'a>(pairs: &Pairs<'a>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut pairs: Vec<_> = pairs.iter().copied().filter(|(key, _)| *key != name).collect();
    if !value.is_empty() {
        pairs.push((name, value));
    }
    pairs
}

pub fn form(pairs: &Pairs<'_>) -> String {
    let each = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    each.collect::<Vec<_>>().join("&")
}

pub fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The parameter of that name in an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let code = |rest: &mut dyn Iterator<Item = u8>| [rest.next().unwrap(), rest.next().unwrap()];
        bytes.push(match byte {
            b'%' => u8::from_str_radix(std::str::from_utf8(&code(&mut rest)).unwrap(), 16).unwrap(),
            byte => byte,
        });
    }
    Some(String::from_utf8(bytes).unwrap())
}

/// The value of a hidden field of a page.
pub fn field(page: &str, name: &str) -> String {
    let after = page.split_once(&format!("name=\"{name}\" value=\"")).map_or("", |(_, after)| after);
    after.split('"').next().unwrap().to_owned()
}

pub fn text(json: &Value, name: &str) -> String {
    json[name].as_str().unwrap_or_else(|| panic!("{name} is in {json}")).to_owned()
}

/// Error and status of a refusal.
pub fn refused(reply: &TestReply) -> (u16, &str) {
    assert_eq!(reply.header("cache-control"), "no-store", "{}", reply.text);
    assert_eq!(reply.header("pragma"), "no-cache");
    assert_eq!(reply.header("content-type"), "application/json");
    (reply.status, reply.json["error"].as_str().unwrap_or_default())
}

/// What a JWT says, unchecked.
pub fn claims(jwt: &str) -> Value {
    let part = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}
