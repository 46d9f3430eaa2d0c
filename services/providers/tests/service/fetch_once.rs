//! Getting a document once, as the command line does.

use kit_base::Settings;
use providers::fetch_once;

use crate::documents::well;
use crate::feed::{Answer, Feed};
use crate::stage::setting;

#[tokio::test]
async fn the_document_comes_as_it_is_or_a_line_that_says_why_not() {
    let feed = Feed::start(Answer::document(well())).await;
    let settings = Settings::default();
    assert_eq!(fetch_once(&settings, &feed.url()).await.unwrap(), well().to_string().into_bytes());

    let why = async |answer, settings: &Settings| {
        feed.answers(answer);
        fetch_once(settings, &feed.url()).await.unwrap_err()
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
    let why = fetch_once(&Settings::default(), &feed.url()).await.unwrap_err();
    assert_eq!(why, format!("{}: the feed cannot be reached", feed.url()));
    let why = fetch_once(&Settings::default(), "no address").await.unwrap_err();
    assert_eq!(why, "no address: the feed's address cannot be used");
}
