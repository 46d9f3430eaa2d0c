//! Every page at its address: what is there, what is not, what is missing, and what it costs the others.

use http::{Request, header};
use kit_testkit::{TestReply, check_openapi};

use crate::peers::Stage;

const PAGES: [&str; 13] = [
    "/",
    "/components/website",
    "/incidents/INC-3HJ8KD2V",
    "/maintenances/MNT-7QKX2MPA",
    "/maintenances/MNT-OLDOLDOL",
    "/history",
    "/history?component=search",
    "/providers",
    "/providers/github",
    "/report",
    "/report/thanks?component=website",
    "/subscribe",
    "/subscribe/asked",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there_once() {
    let stage = Stage::new(&[]).await;
    for path in PAGES {
        let page = stage.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(
            page.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"),
            "{path}"
        );
        assert!(page.text.contains("href=\"/login?next=/console\">Log in</a>"), "{path}");
        let known = Request::get(path).header(header::HOST, "test");
        let known =
            known.header(header::IF_NONE_MATCH, page.header("etag")).body(Default::default()).unwrap();
        assert_eq!(stage.app.answer(known).await.status(), 304, "{path}");
    }
    assert_eq!(check_openapi(&stage.app.openapi), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_to_be_not_there() {
    let stage = Stage::new(&[]).await;
    let asked = stage.peers.asked("").len();
    for path in [
        "/components/nope",
        "/components/vault",
        "/providers/nope",
        "/incidents/%3Cb%3E",
        "/maintenances/%3Cb%3E",
        "/history?page=x",
        "/history?component=nope",
        "/report/thanks",
    ] {
        assert_eq!(stage.get(path).await.status, 404, "{path}");
    }
    let made_up = |asked: &crate::peers::Asked| asked.path.contains("nope") || asked.path.contains("vault");
    assert!(!stage.peers.asked("").iter().skip(asked).any(made_up), "nobody is asked for what is made up");
    for path in [
        "/incidents/INC-NOTTHERE",
        "/history?page=7",
        "/maintenances/MNT-NOTTHERE",
        "/maintenances/MNT-SECRETAA",
    ] {
        assert_eq!(stage.get(path).await.status, 404, "{path}");
    }
    assert_eq!(
        stage.get("/incidents/INC-OLDOLDOLD").await.status,
        200,
        "one that is not at hand is asked for"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_visitors_are_one_question() {
    let stage = Stage::new(&[]).await;
    let visits = futures_util::future::join_all((0..100).map(|_| stage.get("/components/website"))).await;
    assert!(
        visits.iter().all(|page: &TestReply| page.status == 200 && page.text.contains("Many more reports"))
    );
    assert_eq!(stage.peers.asked("/api/v1/reports/website/history").len(), 1);
    stage.wait(std::time::Duration::from_secs(10));
    stage.get("/components/website").await;
    assert_eq!(stage.peers.asked("/api/v1/reports/website/history").len(), 2, "a page grows old");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_silent_is_missed_where_it_matters() {
    let stage = Stage::new(&["/api/v1/reports", "/api/v1/csp/events"]).await;
    let page = stage.get("/components/website").await;
    assert!(page.text.contains("The reports cannot be shown at the moment."));
    assert!(page.text.contains("Deployments: partial outage"), "the rest is there");
    let page = stage.get("/providers/github").await;
    assert!(
        page.text.contains("This cannot be shown at the moment.") && page.text.contains("<bdi>Pages</bdi>")
    );
    let stage = Stage::new(&["/api/v1/csp/providers/github"]).await;
    let page = stage.get("/providers/github").await;
    assert!(
        page.text.contains("Those that are well cannot be shown") && !page.text.contains("<bdi>Pages</bdi>")
    );

    let stage = Stage::new(&["/api/v1/incidents", "/api/v1/components"]).await;
    for path in ["/components/website", "/incidents/INC-3HJ8KD2V", "/history?page=2"] {
        assert_eq!(stage.get(path).await.status, 503, "{path}");
    }
    for path in ["/", "/history", "/report"] {
        let page = stage.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.contains("No news of components and incidents"), "{path}");
    }
    assert!(!stage.get("/").await.text.contains("All systems operational"));
    assert!(stage.get("/history").await.text.contains("cannot be had at the moment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_logged_in_is_greeted_and_nobody_else_sees_it() {
    let stage = Stage::new(&[]).await;
    let visit = async |cookie: &str| {
        let request = Request::get("/report").header(header::HOST, "test").header(header::COOKIE, cookie);
        TestReply::read(stage.app.answer(request.body(Default::default()).unwrap()).await).await
    };
    let own = visit("session=role:manager").await;
    assert!(own.text.contains("<bdi>Test manager</bdi>") && own.text.contains("href=\"/console\""));
    assert!(!own.text.contains(">Log in<"));
    assert_eq!(own.text.matches("name=\"csrf_token\"").count(), 2, "to log out, and to report");
    assert_eq!((own.header("cache-control"), own.header("vary")), ("private, no-cache", "Cookie"));
    for page in [stage.get("/report").await, visit("session=over").await] {
        assert!(page.text.contains(">Log in<") && !page.text.contains("Test manager"));
        assert!(!page.text.contains("csrf_token") && page.header("etag") != own.header("etag"));
    }
}
