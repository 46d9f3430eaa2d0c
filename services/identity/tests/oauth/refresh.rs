//! Refresh tokens: rotation, what a second use does, and how long one may rest.

use std::time::Duration;

use identity::ClientKind;
use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::house::{EMAIL, House, PASSWORD, parameter, refused, text, wish};

const BOB: &str = "bob@example.org";

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn a_refresh_brings_a_new_pair_and_ends_the_old_one_at_once() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let (access, refresh) = house.pair("site").await;
        let reply = house.refresh("site", &refresh).await;
        assert_eq!(
            (reply.status, &reply.json["scope"]),
            (200, &json!("read write")),
            "{engine:?} {}",
            reply.text
        );
        let (newer, next) = (text(&reply.json, "access_token"), text(&reply.json, "refresh_token"));
        assert!(next != refresh && house.is_good(&newer).await && !house.is_good(&access).await);
        assert_eq!(house.refresh("site", &next).await.status, 200);
    }
}

#[tokio::test]
async fn a_second_use_ends_the_family() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let (_, first) = house.pair("site").await;
        let second = house.refresh("site", &first).await.json;
        let third = house.refresh("site", &text(&second, "refresh_token")).await.json;
        assert!(house.is_good(&text(&third, "access_token")).await);
        assert_eq!(refused(&house.refresh("site", &first).await), (400, "invalid_grant"), "{engine:?}");
        assert!(
            !house.is_good(&text(&third, "access_token")).await,
            "{engine:?}: the thief's, or the owner's"
        );
        let reply = house.refresh("site", &text(&third, "refresh_token")).await;
        assert_eq!(refused(&reply), (400, "invalid_grant"));
    }
}

#[tokio::test]
async fn a_new_token_ends_the_old_pair_of_the_same_user_and_application_alone() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("other", ClientKind::Confidential).await;
        let (old, old_refresh) = house.pair("site").await;
        let (elsewhere, _) = house.pair("other").await;
        house.user(BOB, Role::Member).await;
        let bobs = [("grant_type", "password"), ("username", BOB), ("password", PASSWORD)];
        let bobs = text(&house.token("site", &bobs).await.json, "access_token");
        let (new, _) = house.pair("site").await;
        assert!(!house.is_good(&old).await, "{engine:?}");
        assert_eq!(refused(&house.refresh("site", &old_refresh).await), (400, "invalid_grant"));
        for good in [&elsewhere, &bobs, &new] {
            assert!(house.is_good(good).await, "{engine:?}");
        }
    }
}

#[tokio::test]
async fn a_refresh_token_is_for_its_own_application() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("other", ClientKind::Confidential).await;
        let (access, refresh) = house.pair("site").await;
        assert_eq!(refused(&house.refresh("other", &refresh).await), (400, "invalid_grant"), "{engine:?}");
        assert_eq!(refused(&house.refresh("site", "unknown").await), (400, "invalid_grant"));
        assert_eq!(refused(&house.refresh("site", "").await), (400, "invalid_request"));
        assert!(house.is_good(&access).await, "nothing was lost by it");
        assert_eq!(house.refresh("site", &refresh).await.status, 200);
    }
}

#[tokio::test]
async fn scopes_can_be_narrowed_and_never_widened() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let (_, refresh) = house.pair("site").await;
        let ask = async |token: &str, scope: &str| {
            let pairs = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
            house.token("site", &pairs).await
        };
        assert_eq!(refused(&ask(&refresh, "read openid").await), (400, "invalid_scope"), "{engine:?}");
        let narrow = ask(&refresh, "read").await;
        assert_eq!((narrow.status, &narrow.json["scope"]), (200, &json!("read")), "{}", narrow.text);
        let wider = ask(&text(&narrow.json, "refresh_token"), "read write").await;
        assert_eq!(refused(&wider), (400, "invalid_scope"));
    }
}

#[tokio::test]
async fn a_refresh_token_rests_for_ninety_days() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let (_, refresh) = house.pair("site").await;
        house.world.clock.advance(90 * DAY - Duration::from_secs(1));
        let next = house.refresh("site", &refresh).await;
        assert_eq!(next.status, 200, "{engine:?}");
        house.world.clock.advance(90 * DAY);
        let reply = house.refresh("site", &text(&next.json, "refresh_token")).await;
        assert_eq!(refused(&reply), (400, "invalid_grant"), "{engine:?}");
    }
}

/// Two at once are two all the same, and nobody can tell which of them is the thief.
#[tokio::test]
async fn of_two_uses_at_once_one_succeeds_at_most_and_the_family_ends() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let (_, refresh) = house.pair("site").await;
        let (one, other) = tokio::join!(house.refresh("site", &refresh), house.refresh("site", &refresh));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{engine:?}");
        let won = if one.status == 200 { one } else { other };
        assert!(!house.is_good(&text(&won.json, "access_token")).await, "{engine:?}");
    }
}

/// Who somebody was is no reason to go on as that: a new password, another role, a ban and a deactivation end whatever
/// was begun before, and it stays ended.
#[tokio::test]
async fn whoever_changes_loses_every_token() {
    for engine in both() {
        for deed in ["password", "by command", "role", "ban", "deactivation"] {
            let house = House::new(engine).await;
            house.application("site", ClientKind::Confidential).await;
            let bob = house.user(BOB, Role::Member).await;
            let login = house.log_in(EMAIL).await;
            let admin = house.app.token(&login);
            let (session, token) = (house.session(BOB).await, house.log_in(BOB).await);
            let asked = [("grant_type", "password"), ("username", BOB), ("password", PASSWORD)];
            let pair = house.token("site", &asked).await.json;
            let (access, refresh) = (text(&pair, "access_token"), text(&pair, "refresh_token"));
            let reply = house.decide(&session, &wish("site"), "allow").await;
            let code = parameter(reply.header("location"), "code").unwrap();
            for token in [&session, &token, &access] {
                assert!(house.is_good(token).await, "{deed}");
            }
            let path = format!("/api/v1/users/{bob}");
            let found = admin.get("/api/membres/exists/?search=Bob").await.json;
            let ban = format!("/api/membres/{}/ban/", found["results"][0]["pk"]);
            match deed {
                "password" => {
                    let token = house.mailed_token(BOB).await;
                    let new = json!({"token": token, "password": "another horse"});
                    assert_eq!(admin.post("/api/v1/auth/reset-password", new).await.status, 200);
                }
                "by command" => {
                    let (name, email, password) = ("Bob".into(), BOB.into(), PASSWORD.into());
                    let new = identity::NewUser { name, email, role: Role::Member, password };
                    identity::replace_user(&house.world.context, new).await.unwrap();
                }
                "role" => assert_eq!(admin.put(&path, json!({"role": "manager"})).await.status, 200),
                "ban" => {
                    assert_eq!(admin.post(&ban, json!({})).await.status, 200);
                    assert_eq!(admin.send("DELETE", &ban, None).await.status, 200);
                }
                _ => {
                    assert_eq!(admin.put(&path, json!({"is_active": false})).await.status, 200);
                    assert_eq!(admin.put(&path, json!({"is_active": true})).await.status, 200);
                }
            }
            for token in [&session, &token, &access] {
                assert!(!house.is_good(token).await, "{deed} on {engine:?}");
            }
            assert_eq!(
                refused(&house.refresh("site", &refresh).await),
                (400, "invalid_grant"),
                "{deed} {engine:?}"
            );
            assert_eq!(
                refused(&house.redeem("site", &code).await),
                (400, "invalid_grant"),
                "{deed} {engine:?}"
            );
            assert!(house.is_good(&login).await, "others go on");
        }
    }
}

/// Whoever gets hold of the data gets no token and no secret from it.
#[tokio::test]
async fn neither_tokens_nor_secrets_are_kept() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    let (access, refresh) = house.pair("site").await;
    let code = house.code("site").await;
    let files = std::fs::read_dir(&house.world.context.data_dir).unwrap();
    let kept: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    let contains = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(contains(EMAIL), "the search finds what is there");
    for secret in [access.as_str(), &refresh, &code, crate::house::SECRET] {
        assert!(!contains(secret));
    }
}
