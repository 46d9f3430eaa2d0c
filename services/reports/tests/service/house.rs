//! What every service promises: rights, statements, descriptions.

use kit_testkit::{Engine, TestWorld, check_openapi, prepare_all};

#[tokio::test(flavor = "multi_thread")]
async fn every_route_keeps_out_whom_its_rule_keeps_out() {
    let world = TestWorld::new(Engine::Sqlite);
    let app = world.start(vec![reports::build(&world.context).unwrap()]);
    assert_eq!(app.check_rules().await, 3);
    assert_eq!(check_openapi(&app.openapi), Vec::<String>::new());
}

#[test]
fn every_statement_prepares_on_both() {
    assert!(prepare_all(env!("CARGO_MANIFEST_DIR"), reports::MIGRATIONS) > 30);
}
