//! Promise P3: passwords, tokens and mail addresses are never in the log, however much it tells.

use http::Method;
use kit_testkit::Engine;
use serde_json::json;

use crate::common::{ADMIN, PASSWORD, Place};

const GUESS: &str = "canary-password-of-a-guess";
const STRANGER: &str = "stranger.who.guesses@example.org";
const FEED_KEY: &str = "canary-key-of-a-feed";

#[tokio::test]
async fn nothing_secret_is_in_the_log_on_sqlite() {
    nothing_secret_is_in_the_log(Engine::Sqlite).await;
}

#[tokio::test]
async fn nothing_secret_is_in_the_log_on_postgres() {
    nothing_secret_is_in_the_log(Engine::Postgres).await;
}

async fn nothing_secret_is_in_the_log(engine: Engine) {
    let place = Place::on(engine);
    let program = place.serve().set("POLYSTATUS_LOG__LEVEL", "trace").start().await;
    let nobody = program.api();
    let api = nobody.administrator().await;
    let token = api.token().to_owned();
    for (email, password) in [(ADMIN, GUESS), (STRANGER, GUESS), ("no address at all", GUESS)] {
        assert!([400, 401].contains(&nobody.log_in(email, password).await.status));
    }
    // Whose token it is, told and asked in every way there is; and a token that nobody has.
    api.post("/api/v1/auth/verify-token", json!({ "token": token })).await;
    let (most, last) = token.split_at(token.len() - 1);
    let forged = format!("{most}{}", if last == "x" { "y" } else { "x" });
    assert_eq!(nobody.with_token(&forged).get("/api/v1/users").await.status, 401);
    api.get(&format!("/api/v1/users?token={token}&email={STRANGER}")).await;
    assert!(
        api.get("/api/v1/users").await.text.contains(ADMIN),
        "who is asked for is shown, to who may see it"
    );
    // Writes, good and bad, and bodies that cannot be read.
    api.create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
    api.create("/api/v1/incidents", json!({ "title": "Broken", "sev": 1, "services": ["shop"] })).await;
    api.post("/api/v1/components", json!({ "slug": "shop", "name": GUESS })).await;
    api.post("/api/v1/auth/login", json!([PASSWORD, ADMIN])).await;
    // A feed whose address carries a key, and that cannot be reached.
    let feed = format!("http://user:{FEED_KEY}@127.0.0.1:1/summary.json?key={FEED_KEY}");
    api.create("/api/v1/csp/providers", json!({ "name": "Keyed", "type": "statuspage", "feed_url": feed }))
        .await;
    api.send(Method::POST, "/api/v1/csp/refresh?provider=keyed", Some(json!({}))).await.unwrap();
    api.post("/api/v1/auth/logout", json!({})).await;
    assert_eq!(api.get("/api/v1/users").await.status, 401, "logged out");
    let ended = program.stop().await;

    let log = format!("{}{}", ended.out, ended.err);
    assert!(log.contains("/api/v1/auth/login") && log.contains("DEBUG"), "the log tells enough: {log}");
    for secret in [PASSWORD, GUESS, ADMIN, STRANGER, &token, &forged, FEED_KEY] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
