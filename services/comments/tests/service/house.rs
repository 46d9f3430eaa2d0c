//! What every service promises: rights, statements, descriptions, and that nothing is lost by a restart.

use kit_base::Role;
use kit_testkit::{Engine, both, check_openapi, prepare_all};

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_keeps_out_whom_its_rule_keeps_out() {
    let stage = Stage::new(Engine::Sqlite);
    assert_eq!(stage.app.check_rules().await, 8);
    assert_eq!(check_openapi(&stage.app.openapi), Vec::<String>::new());
}

#[test]
fn every_statement_prepares_on_both() {
    assert!(prepare_all(env!("CARGO_MANIFEST_DIR"), comments::MIGRATIONS) > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_outlives_the_process() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.says("1", "before").await;
        let stage = stage.restarted();
        assert_eq!(stage.read("1").await, ["before"], "{engine:?}");
        stage.writes(Role::Member, "1", "after").await;
        assert_eq!(stage.read("1").await, ["before", "after"]);
    }
}
