//! What holds of every service: its statements, its rights, its description.

use kit_testkit::{Engine, check_openapi, prepare_all};

use crate::stage::Stage;

#[test]
fn every_statement_is_understood_by_both_databases() {
    let statements = prepare_all(env!("CARGO_MANIFEST_DIR"), communications::MIGRATIONS);
    assert!(statements > 60, "{statements}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_keeps_its_rule_and_is_described() {
    let stage = Stage::new(Engine::Sqlite);
    // Six of them are the test's own.
    assert_eq!(stage.app.check_rules().await, 42);
    let mut openapi = stage.app.openapi.clone();
    kit_web::describe::complete(&mut openapi);
    assert_eq!(check_openapi(&openapi), Vec::<String>::new());
}
