//! The first administrator: created on an empty store, never on one in use, and refused in words.

use identity::{ADMIN_EMAIL, ADMIN_PASSWORD, NewUser};
use kit_base::Role;
use kit_testkit::{Engine, TestWorld, both};

use crate::house::{EMAIL, House, PASSWORD, world};

#[tokio::test]
async fn an_empty_store_gets_its_first_administrator_once() {
    for engine in both() {
        let world = world(engine);
        drop(identity::build(&world.context).await.unwrap());
        assert!(identity::has_users(&world.context).await.unwrap(), "{engine:?}");
        // The settings change, and the program starts again.
        let world = world.with(&ADMIN_EMAIL, "eve@example.org").with(&ADMIN_PASSWORD, "eve's password");
        let house = House::built(world).await;
        assert_eq!(house.log_in("eve@example.org", "eve's password").await.status, 401, "{engine:?}");
        let session = house.log_in(EMAIL, PASSWORD).await.json;
        let token = session["token"].as_str().unwrap();
        let users = house.app.token(token).get("/api/v1/users").await.json;
        assert_eq!(users["count"], 1, "{engine:?}");
        assert_eq!(users["results"][0]["role"], "admin");
    }
}

#[tokio::test]
async fn a_store_in_use_is_left_alone() {
    for engine in both() {
        let world = TestWorld::new(engine);
        assert!(!identity::has_users(&world.context).await.unwrap());
        let (name, email) = ("Bob".to_owned(), "bob@example.org".to_owned());
        let new = NewUser { name, email, role: Role::Viewer, password: "bob's password".to_owned() };
        identity::create_user(&world.context, new).await.unwrap();
        // Not even their rules matter any more.
        let house = House::built(world.with(&ADMIN_EMAIL, EMAIL).with(&ADMIN_PASSWORD, "short")).await;
        assert_eq!(house.log_in(EMAIL, "short").await.status, 401, "{engine:?}");
        assert_eq!(house.log_in("bob@example.org", "bob's password").await.status, 200, "{engine:?}");
    }
}

#[tokio::test]
async fn settings_that_cannot_be_used_stop_the_start_and_are_named() {
    let told = async |settings: &[(&kit_base::Setting, &str)]| {
        let world = TestWorld::new(Engine::Sqlite);
        let world = settings.iter().fold(world, |world, (setting, value)| world.with(setting, value));
        let error = identity::build(&world.context).await.err().unwrap().to_string();
        assert!(!identity::has_users(&world.context).await.unwrap());
        error.strip_prefix("the first administrator cannot be created: ").unwrap().to_owned()
    };
    assert_eq!(
        told(&[(&ADMIN_EMAIL, "ada"), (&ADMIN_PASSWORD, "123456789")]).await,
        "POLYSTATUS_ADMIN_EMAIL: Enter a valid email address. \
         POLYSTATUS_ADMIN_PASSWORD: Ensure this field has at least 10 characters."
    );
    assert_eq!(
        told(&[(&ADMIN_EMAIL, EMAIL)]).await,
        "POLYSTATUS_ADMIN_PASSWORD: It is not set, but the other half is."
    );
    let nobody = TestWorld::new(Engine::Sqlite);
    drop(identity::build(&nobody.context).await.unwrap());
    assert!(!identity::has_users(&nobody.context).await.unwrap());
}
