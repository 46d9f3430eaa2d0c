//! The service as its callers and its listeners see it, on both databases, with a real feed server that says
//! and does whatever a test wants.

#[cfg(test)]
mod bad_feeds;
#[cfg(test)]
mod conditional;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod fetch_once;
#[cfg(test)]
mod gzip;
#[cfg(test)]
mod known;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod overtaken;
#[cfg(test)]
mod pace;
#[cfg(test)]
mod past;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod told;
#[cfg(test)]
mod unchanged;
#[cfg(test)]
mod words;

#[test]
fn every_statement_prepares_on_both() {
    assert_eq!(kit_testkit::prepare_all(env!("CARGO_MANIFEST_DIR"), providers::MIGRATIONS), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_keeps_out_whom_its_rule_says() {
    let stage = stage::Stage::still(kit_testkit::Engine::Sqlite);
    assert_eq!(stage.app.check_rules().await, 13);
    let line = |route: &kit_web::RouteRule| format!("{} {} {:?}", route.method, route.path, route.rule);
    let mut rules: Vec<String> = stage.app.rules.iter().map(line).collect();
    rules.sort();
    let expected = [
        "DELETE /api/v1/csp/providers/{slug} AtLeast(Manager)",
        "DELETE /api/v1/csp/relations/{provider}/{runs_on} AtLeast(Manager)",
        "GET /api/v1/csp/catalogue Anyone",
        "GET /api/v1/csp/detect AtLeast(Manager)",
        "GET /api/v1/csp/events Anyone",
        "GET /api/v1/csp/graph Anyone",
        "GET /api/v1/csp/providers Anyone",
        "GET /api/v1/csp/providers/{slug} Anyone",
        "GET /api/v1/csp/providers/{slug}/history Anyone",
        "POST /api/v1/csp/providers AtLeast(Manager)",
        "POST /api/v1/csp/refresh AtLeast(Responder)",
        "POST /api/v1/csp/relations AtLeast(Manager)",
        "PUT /api/v1/csp/providers/{slug} AtLeast(Manager)",
    ];
    assert_eq!(rules, expected);
}
