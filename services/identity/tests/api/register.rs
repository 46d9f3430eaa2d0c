//! Registering, confirming, and choosing a password by mail.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use identity::{BANNED_MAIL_PROVIDERS, PUBLIC_URL};
use kit_base::Role;
use kit_testkit::{Engine, TestReply, both};
use kit_web::Peer;
use serde_json::{Value, json};

use crate::house::{EMAIL, House, PASSWORD, world};

const HOUR: Duration = Duration::from_secs(3600);
const AT: &str = "clem@example.com";

fn clem() -> Value {
    json!({"username": "clem", "email": AT, "password": "azerty"})
}

async fn register(house: &House, body: Value) -> TestReply {
    house.app.anonymous().post("/api/membres/", body).await
}

async fn post(house: &House, verb: &str, body: Value) -> TestReply {
    house.app.anonymous().post(&format!("/api/v1/auth/{verb}"), body).await
}

#[tokio::test]
async fn a_newcomer_is_active_once_the_address_is_confirmed() {
    for engine in both() {
        let house = House::new(engine).await;
        let reply = register(&house, clem()).await;
        assert_eq!(
            (reply.status, reply.text.as_str()),
            (201, r#"{"pk":2,"username":"clem","email":"clem@example.com"}"#)
        );
        let profile = house.app.anonymous().get("/api/membres/2/").await;
        assert_eq!(profile.json["is_active"], false, "{engine:?}");
        assert_eq!(house.log_in(AT, "azerty").await.status, 401, "{engine:?}");
        let mails = house.mails(AT).await;
        assert_eq!((mails.len(), mails[0].0.as_str()), (1, "Please confirm your address"));
        assert!(mails[0].1.contains("http://test/account/confirm?token=po_"), "{}", mails[0].1);
        let token = house.mailed_token(AT).await;
        let page = house.app.anonymous().get(&format!("/account/confirm?token={token}%22%3E%3Cb%3E")).await;
        assert!(
            page.status == 200 && page.text.contains(&token) && !page.text.contains("<b>"),
            "{}",
            page.text
        );
        assert_eq!(house.log_in(AT, "azerty").await.status, 401, "looking at the page changes nothing");
        let confirmed = post(&house, "confirm", json!({ "token": token })).await;
        assert_eq!((confirmed.status, &confirmed.json["role"]), (200, &json!("member")), "{engine:?}");
        assert_eq!(house.log_in(AT, "azerty").await.status, 200, "{engine:?}");
        assert_eq!(house.app.anonymous().get("/api/membres/2/").await.json["is_active"], true);
        let again = post(&house, "confirm", json!({ "token": token })).await;
        assert_eq!((again.status, again.json["token"].is_array()), (400, true), "good for one use");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_newcomer_is_told_by_field() {
    for engine in both() {
        let house =
            House::built(world(engine).with(&BANNED_MAIL_PROVIDERS, "yopmail.com, Trash.example")).await;
        assert_eq!(register(&house, clem()).await.status, 201);
        let twice = register(&house, clem()).await;
        let taken = json!({
            "username": ["A user with this username already exists."],
            "email": ["A user with this email already exists."]
        });
        assert_eq!((twice.status, twice.json), (400, taken), "{engine:?}");
        let required = json!(["This field is required."]);
        let nothing = register(&house, json!({})).await;
        let expected = json!({"username": required, "email": required, "password": required}).to_string();
        assert_eq!((nothing.status, nothing.text), (400, expected), "in this order");
        for (field, value, message) in [
            ("username", json!(""), "This field may not be blank."),
            ("username", json!("  "), "This field may not be blank."),
            ("username", json!(null), "This field may not be null."),
            ("username", json!("a,b"), "A username may not contain commas."),
            ("username", json!("a/b"), "A username may not contain slashes."),
            ("username", json!("a😀"), "A username may not contain characters beyond U+FFFF."),
            ("username", json!("a\u{0}b"), "Null characters are not allowed."),
            ("username", json!("сlеm"), "A user with a username that looks much the same already exists."),
            ("username", json!(" CLEM "), "A user with this username already exists."),
            ("email", json!("clem"), "Enter a valid email address."),
            ("email", json!("x@yopmail.com"), "This mail provider cannot be used."),
            ("email", json!("x@mail.TRASH.example"), "This mail provider cannot be used."),
            ("password", json!("12345"), "Ensure this field has at least 6 characters."),
            ("password", json!(""), "This field may not be blank."),
        ] {
            let mut body = json!({"username": "zoe", "email": "zoe@example.com", "password": "azerty"});
            body[field] = value.clone();
            let reply = register(&house, body).await;
            let expected = json!({ field: [message] });
            assert_eq!((reply.status, reply.json), (400, expected), "{field} {value} on {engine:?}");
        }
        let other = json!({"username": " Zoé ", "email": "zoe@notyopmail.com", "password": "azerty"});
        let spaces = register(&house, other).await;
        assert_eq!((spaces.status, &spaces.json["username"]), (201, &json!("Zoé")), "{}", spaces.text);
    }
}

#[tokio::test]
async fn one_registers_by_name_or_username() {
    for engine in both() {
        let house = House::new(engine).await;
        let ada = json!({"name": "Ada, King", "email": "ada@example.com", "password": "azerty"});
        let reply = post(&house, "register", ada).await;
        assert_eq!(
            (reply.status, &reply.json["name"], &reply.json["role"]),
            (201, &json!("Ada, King"), &json!("member"))
        );
        let bob =
            json!({"username": "ada king", "name": "Bob", "email": "bob@example.com", "password": "azerty"});
        let taken = post(&house, "register", bob).await;
        assert_eq!(
            (taken.status, taken.json["username"].is_array()),
            (400, true),
            "made of the name on {engine:?}"
        );
        let again = json!({"name": "Ada King", "email": "ada2@example.com", "password": "azerty"});
        assert_eq!(post(&house, "register", again).await.status, 201, "names may be the same");
        let found = house.app.anonymous().get("/api/membres/exists/?search=ada%20king2").await;
        assert_eq!(found.status, 200, "{engine:?}");
        let nothing = post(&house, "register", json!({})).await;
        assert_eq!(
            nothing.json.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["name", "email", "password"]
        );
    }
}

#[tokio::test]
async fn one_logs_in_by_username_too_and_failures_count_together() {
    for engine in both() {
        let house = House::new(engine).await;
        let log_in = async |username: &str, password: &str| {
            post(&house, "login", json!({"username": username, "password": password})).await
        };
        assert_eq!(log_in("ADMINISTRATOR", PASSWORD).await.status, 200, "{engine:?}");
        assert_eq!(log_in("nobody", PASSWORD).await.status, 401);
        for _ in 0..3 {
            assert_eq!(log_in("administrator", "wrong horse").await.status, 401);
        }
        for _ in 0..2 {
            assert_eq!(house.log_in(EMAIL, "wrong horse").await.status, 401);
        }
        assert_eq!(log_in("administrator", PASSWORD).await.status, 429, "{engine:?}");
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 429, "{engine:?}");
    }
}

#[tokio::test]
async fn tokens_end_and_have_one_purpose() {
    for engine in both() {
        let house = House::new(engine).await;
        register(&house, clem()).await;
        let token = house.mailed_token(AT).await;
        let reset =
            post(&house, "reset-password", json!({"token": token, "password": "correct horse"})).await;
        assert_eq!((reset.status, reset.json["token"].is_array()), (400, true), "bound to its purpose");
        house.world.clock.advance(HOUR);
        for _ in 0..2 {
            assert_eq!(post(&house, "confirm", json!({ "token": token })).await.status, 400, "{engine:?}");
            house.world.clock.advance(HOUR);
        }
        for bad in ["x", "po_", "ps_x"] {
            assert_eq!(post(&house, "confirm", json!({ "token": bad })).await.status, 400);
        }
    }
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew() {
    for engine in both() {
        let house = House::built(world(engine).with(&PUBLIC_URL, "https://status.example.org/")).await;
        let (session, other) = (house.token().await, house.person("other", Role::Member).await);
        let forgot = async |email: &str| post(&house, "forgot-password", json!({ "email": email })).await;
        let (known, unknown) = (forgot(" ada@EXAMPLE.org").await, forgot("eve@example.org").await);
        assert_eq!((known.status, &known.text), (200, &unknown.text), "{engine:?}");
        assert_eq!(unknown.status, 200);
        assert_eq!((house.mails("").await.len(), house.mails("eve@example.org").await.len()), (0, 0));
        forgot(EMAIL).await;
        let mails = house.mails(EMAIL).await;
        assert_eq!(mails.len(), 1, "not another so soon");
        assert!(
            mails[0].1.contains("https://status.example.org/account/password?token=po_"),
            "{}",
            mails[0].1
        );
        let token = house.mailed_token(EMAIL).await;
        let reset = async |password: &str| {
            post(&house, "reset-password", json!({"token": token, "password": password})).await
        };
        let short = reset("too short").await;
        assert_eq!((short.status, short.json["password"].is_array()), (400, true), "the token stays good");
        assert_eq!(reset("another horse").await.status, 200, "{engine:?}");
        assert_eq!(house.app.token(&session).get("/api/v1/users").await.status, 401, "all logins end");
        assert_eq!(
            house.of(&other).get("/api/membres/mon-profil/").await.status,
            200,
            "but not those of others"
        );
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 401);
        assert_eq!(house.log_in(EMAIL, "another horse").await.status, 200, "{engine:?}");
        assert_eq!(reset("a third horse").await.status, 400, "good for one use");
        house.world.clock.advance(2 * HOUR);
        forgot(EMAIL).await;
        let late = house.mailed_token(EMAIL).await;
        house.world.clock.advance(HOUR);
        let late = json!({"token": late, "password": "a third horse"});
        assert_eq!(post(&house, "reset-password", late).await.status, 400, "an hour is over");
        assert_eq!(forgot("nobody").await.status, 400);
    }
}

/// Two who use one token at once: one of them wins.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_used_once_even_at_once() {
    for engine in both() {
        let house = House::new(engine).await;
        register(&house, clem()).await;
        let token = house.mailed_token(AT).await;
        let confirm = || post(&house, "confirm", json!({ "token": token }));
        let (one, two, three) = tokio::join!(confirm(), confirm(), confirm());
        let mut statuses = [one.status, two.status, three.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400, 400], "{engine:?}");
    }
}

#[tokio::test]
async fn every_sentence_has_its_french() {
    let house = House::new(Engine::Sqlite).await;
    let english: Vec<&str> = identity::WORDS.iter().map(|(english, _)| *english).collect();
    let reply = register(&house, json!({"username": "a,b", "email": AT, "password": "azerty"})).await;
    assert!(english.contains(&reply.json["username"][0].as_str().unwrap()));
    assert!(identity::WORDS.iter().all(|(english, french)| english != french && !french.is_empty()));
}

/// The contract's French for the contract's mistakes.
#[tokio::test]
async fn mistakes_are_told_in_french_to_whoever_reads_french() {
    let house = House::new(Engine::Sqlite).await;
    register(&house, clem()).await;
    let taken = json!({"username": "clem", "email": AT, "password": "x"});
    for (language, username, email, password) in [
        (
            "fr-CA, en;q=0.5",
            "Ce nom d'utilisateur est déjà utilisé",
            "Cette adresse courriel est déjà utilisée",
            "Assurez-vous que ce champ comporte au moins 6 caractères.",
        ),
        (
            "en",
            "A user with this username already exists.",
            "A user with this email already exists.",
            "Ensure this field has at least 6 characters.",
        ),
    ] {
        let ask = async |body: &Value| {
            let request = Request::builder().method("POST").uri("/api/membres/").header("host", "test");
            let request =
                request.header("accept-language", language).header("content-type", "application/json");
            let request = request.body(Body::from(body.to_string())).unwrap();
            TestReply::read(house.app.answer(request).await).await
        };
        assert_eq!(ask(&taken).await.json["password"], json!([password]));
        let reply = ask(&clem()).await;
        assert_eq!(reply.json, json!({"username": [username], "email": [email]}), "{language}");
    }
}

/// What a page without scripts sends, and what speaks XML, registers as JSON does.
#[tokio::test]
async fn forms_and_xml_register_too() {
    for engine in both() {
        let house = House::new(engine).await;
        for (n, media, body) in [
            (
                2,
                "application/x-www-form-urlencoded",
                "username=Ad%C3%A8le+2&email=clem2%40example.com&password=+azerty",
            ),
            (
                3,
                "application/xml",
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><root><username>Ad\u{e8}le 3</username>\
                 <email>clem3@example.com</email><password> azerty</password></root>",
            ),
            (
                4,
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nAd\u{e8}le 4\r\n\
                 --b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nclem4@example.com\r\n\
                 --b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n azerty\r\n--b--\r\n",
            ),
        ] {
            let email = format!("clem{n}@example.com");
            let request = Request::builder().method("POST").uri("/api/membres/").header("host", "test");
            let request = request.header("content-type", media).body(Body::from(body.to_owned())).unwrap();
            let reply = TestReply::read(house.app.answer(request).await).await;
            let expected = json!({"pk": n, "username": format!("Ad\u{e8}le {n}"), "email": email});
            assert_eq!((reply.status, &reply.json), (201, &expected), "{media} {engine:?} {}", reply.text);
            let token = house.mailed_token(&email).await;
            assert_eq!(post(&house, "confirm", json!({ "token": token })).await.status, 200);
            assert_eq!(house.log_in(&email, " azerty").await.status, 200, "{media}: the space counts");
        }
    }
}

/// A proxy that is trusted says how people reach the host; whoever else says so is not believed, and a password is not
/// taken over plain http.
#[tokio::test]
async fn links_lead_to_where_people_are() {
    for (proxies, status) in [("192.0.2.7", 201), ("192.0.2.8", 403)] {
        let proxy = kit_web::SETTINGS.iter().find(|setting| setting.name == "web.trusted_proxies").unwrap();
        let house = House::built(world(Engine::Sqlite).with(proxy, proxies)).await;
        let request =
            Request::builder().method("POST").uri("/api/membres/").header("host", "status.example.org");
        let request = request.header("x-forwarded-proto", "https").header("content-type", "application/json");
        let mut request = request.body(Body::from(clem().to_string())).unwrap();
        let address = ([192, 0, 2, 7], 40_000).into();
        request.extensions_mut().insert(Peer { address, tls: false });
        let reply = TestReply::read(house.app.answer(request).await).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        match house.mails(AT).await.pop() {
            Some((_, text)) => {
                assert!(status == 201 && text.contains("https://status.example.org/account/"), "{text}");
            }
            None => assert!(reply.json["detail"].as_str().unwrap().contains("only be sent over https")),
        }
    }
}
