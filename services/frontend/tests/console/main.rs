//! The console's routes: who may use them, and what a page says while nobody else answers.

#![cfg(test)]

use kit_base::Role;
use kit_testkit::{Engine, TestReply, TestWorld, check_openapi};

fn world() -> TestWorld {
    TestWorld::new(Engine::Sqlite)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_keeps_out_whom_its_rule_says() {
    let world = world();
    let app = world.start(vec![frontend::build(&world.context)]);
    assert!(app.check_rules().await >= 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_description_misses_nothing() {
    let world = world();
    let app = world.start(vec![frontend::build(&world.context)]);
    assert_eq!(check_openapi(&app.openapi), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_nobody_elses() {
    let world = world();
    let app = world.start(vec![frontend::build(&world.context)]);
    let reply: TestReply = app.role(Role::Manager).get("/console/new/component").await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"));
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(reply.text.contains("name=\"csrf_token\" value=\""));
    assert!(!reply.text.contains(" style=") && !reply.text.contains("<script>"));
}
