//! Words that nobody knows: what is plain beside them is used, and they themselves are neither health nor
//! trouble.

use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::documents::{page, storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn trouble_stands_until_plain_words_end_it() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        stage.told().await;
        let puzzling = page("minor", &[("DNS", "degraded_performance"), ("Storage", "smouldering")]);
        feed.answers(Answer::document(puzzling));
        assert_eq!(stage.refreshed("nimbus").await.1, "degraded_performance");
        let told = stage.told().await;
        let plain = [
            "nimbus:* is degraded_performance: Nimbus: degraded performance",
            "nimbus:dns is degraded_performance: Nimbus DNS: degraded performance",
            "watch nimbus seen dns",
            "nimbus degraded_performance",
        ];
        assert_eq!(told, plain, "{engine:?}: storage is not said to be well");
        feed.answers(Answer::document(well()));
        stage.refresh("nimbus").await;
        let told = stage.told().await;
        assert_eq!(
            told[..3],
            ["nimbus:* is well", "nimbus:dns is well", "nimbus:storage is well"],
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_nobody_understands_is_unknown_and_says_why() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        stage.told().await;
        feed.answers(Answer::document(page("odd", &[("DNS", "operational"), ("Storage", "operational")])));
        assert_eq!(stage.refreshed("nimbus").await, ("failed".to_owned(), "unknown".to_owned()));
        let seen = stage.see("nimbus").await;
        assert_eq!(seen["stale_since"], json!(stage.world.clock.now().to_string()));
        assert_ne!(seen["trouble"], Value::Null);
        assert_eq!(seen["last_good"]["components"].as_array().unwrap().len(), 2, "what is plain is kept");
        let told = stage.told().await;
        let story = ["nimbus:storage is well", "watch nimbus lost dns,storage", "nimbus unknown"];
        assert_eq!(told, story, "{engine:?}: nothing is said of the whole");
        feed.answers(Answer::document(well()));
        stage.refresh("nimbus").await;
        assert_eq!(stage.told().await[0], "nimbus:* is well");
        assert_eq!(stage.see("nimbus").await["stale_since"], Value::Null);
    }
}

/// A provider that names only what is in trouble: to be silent about a component is to say that it is well.
#[tokio::test(flavor = "multi_thread")]
async fn silence_is_good_news_only_from_those_who_speak_plainly() {
    for engine in both() {
        let incident = |id: &str, product: &str, word: &str| {
            json!({ "id": id, "begin": "2026-11-21T11:00:00Z", "end": null, "external_desc": "Trouble",
                "most_recent_update": { "when": "2026-11-21T11:00:00Z", "status": word, "text": "Trouble" },
                "affected_products": [{ "id": product, "title": product }],
                "currently_affected_locations": [] })
        };
        let down = incident("1", "Disks", "SERVICE_OUTAGE");
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(json!([down]))).await);
        stage.add(json!({ "name": "Stratus", "feed_url": feed.url(), "type": "gcp" })).await;
        stage.refresh("stratus").await;
        assert_eq!(stage.refreshed("stratus").await.0, "unchanged", "{engine:?}");
        let told = stage.told().await;
        let story = [
            "stratus unknown",
            "stratus:* is major_outage: Stratus: Trouble",
            "stratus:disks is major_outage: Stratus: Trouble",
            "watch stratus seen *",
            "stratus major_outage",
        ];
        assert_eq!(told, story, "{engine:?}: once");
        feed.answers(Answer::document(json!([down, incident("2", "Mail", "SERVICE_MELTDOWN")])));
        stage.refresh("stratus").await;
        assert_eq!(stage.told().await[0], "watch stratus seen disks", "who knows how mail is?");
        feed.answers(Answer::document(json!([])));
        stage.refresh("stratus").await;
        let told = stage.told().await;
        let over =
            ["stratus:* is well", "stratus:disks is well", "watch stratus seen *", "stratus operational"];
        assert_eq!(told, over, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_no_known_family_is_named_as_what_it_is() {
    let (stage, feed) =
        (Stage::still(Engine::Sqlite), Feed::start(Answer::document(json!({ "up": true }))).await);
    stage.add(json!({ "name": "Nimbus", "feed_url": feed.url(), "type": "json" })).await;
    let trouble = async || stage.refresh("nimbus").await.json["trouble"].clone();
    assert_eq!(trouble().await, "the document is of no family that is known here");
    feed.answers(Answer::document("<html><title>Log in</title>"));
    assert_eq!(trouble().await, "an HTML page came instead of a status document: \"Log in\"");
    feed.answers(Answer::document(well()));
    assert_eq!(trouble().await, Value::Null);
}
