//! Getting a document once, as the command line does.

use kit_base::Settings;
use providers::fetch_once;

use crate::documents::well;
use crate::feed::{Answer, Feed};
use crate::stage::setting;

/// The feeds of these tests are on this machine.
fn here() -> Settings {
    Settings::default().with(&kit_web::outbound::ALLOW, "127.0.0.1")
}

/// Promises A8 and F9: by name, by number, by redirect, nothing is asked that is not public or allowed.
#[tokio::test]
async fn what_leads_into_a_private_network_is_not_asked() {
    let canary = Feed::start(Answer::document(well())).await;
    let port = canary.url().rsplit(':').next().unwrap().to_owned();
    let refused = "the feed is not read: the address resolves to a private address, which is not asked; its operator \
                   can allow the network with outbound.allow";
    let told = async |settings: Settings, url: &str| fetch_once(&settings, None, url).await.unwrap_err();
    for host in
        ["127.0.0.1", "localhost", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0", "[::1]", "[::]"]
    {
        let url = format!("http://{host}:{port}");
        assert_eq!(told(Settings::default(), &url).await, format!("{url}: {refused}"));
    }
    let door =
        Feed::start(Answer::status("302 Found", "").with("Location", format!("http://127.0.0.2:{port}")))
            .await;
    assert_eq!(told(here(), &door.url()).await, format!("{}: {refused}", door.url()));
    for elsewhere in ["file:///etc/passwd", "gopher://127.0.0.1/"] {
        door.answers(Answer::status("302 Found", "").with("Location", elsewhere));
        assert!(told(here(), &door.url()).await.contains("the feed"), "{elsewhere}");
    }
    assert_eq!(canary.asked().len(), 0);
}

#[tokio::test]
async fn the_document_comes_as_it_is_or_a_line_that_says_why_not() {
    let feed = Feed::start(Answer::document(well())).await;
    let settings = here();
    assert_eq!(fetch_once(&settings, None, &feed.url()).await.unwrap(), [well().to_string().into_bytes()]);

    let why = async |answer, settings: &Settings| {
        feed.answers(answer);
        fetch_once(settings, None, &feed.url()).await.unwrap_err()
    };
    let line = |reason: &str| format!("{}: {reason}", feed.url());
    let gone = Answer::status("410 Gone", "");
    assert_eq!(why(gone, &settings).await, line("the feed answered 410 Gone"));
    let unasked = Answer::status("304 Not Modified", "");
    assert_eq!(why(unasked, &settings).await, line("the feed answered 304 Not Modified"));
    let small = settings.clone().with(&setting("providers.max_document"), "100");
    assert_eq!(why(Answer::document(well()), &small).await, line("the feed is larger than 100 bytes"));
    let hasty = settings.with(&setting("providers.timeout"), "50ms");
    assert_eq!(why(Answer::Silence, &hasty).await, line("the feed did not answer in time"));
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() {
    let mut feed = Feed::start(Answer::Silence).await;
    feed.close().await;
    let why = fetch_once(&here(), None, &feed.url()).await.unwrap_err();
    assert_eq!(why, format!("{}: the feed cannot be reached", feed.url()));
    let why = fetch_once(&here(), None, "no address").await.unwrap_err();
    assert_eq!(why, "no address: the feed's address cannot be used");
}

/// A proxy that the operator names is asked instead, and looks the name up by itself.
#[tokio::test]
async fn a_proxy_is_used_where_one_is_named() {
    let proxy = Feed::start(Answer::document(well())).await;
    let settings = Settings::default().with(&kit_web::outbound::PROXY, proxy.url());
    let bodies = fetch_once(&settings, None, "http://status.nimbus.invalid/summary.json").await.unwrap();
    assert_eq!(bodies, [well().to_string().into_bytes()]);
    assert_eq!(proxy.asked()[0].header("host"), "status.nimbus.invalid");
    let why = fetch_once(&settings, None, "http://10.0.0.1/summary.json").await.unwrap_err();
    assert!(why.contains("private address"), "{why}");
    let wrong = Settings::default().with(&kit_web::outbound::PROXY, "no proxy");
    let why = fetch_once(&wrong, None, "http://status.nimbus.invalid/").await.unwrap_err();
    assert_eq!(why, "outbound.proxy is no address of a proxy");
}
