//! The forms: what is passed on and for whom, what comes back, and what stays typed.

use kit_base::SecretKey;
use kit_web::csrf;
use serde_json::json;

use crate::peers::Stage;

const GOOD: &str = "component=website&kind=down&message=Nothing%0D%0Aworks+%3Cb%3E";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_passed_on_for_its_visitor() {
    let stage = Stage::new(&[]).await;
    let answer = stage.send("/report/send", GOOD, &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/report/thanks?component=website"));
    let [asked] = stage.peers.asked("/api/v1/reports").try_into().unwrap();
    assert_eq!(
        asked.body,
        json!({ "component": "website", "kind": "down", "message": "Nothing\nworks <b>", "next": null })
    );
    assert_eq!(
        asked.visitor, "for=\"127.0.0.1\";proto=http;host=\"test\"",
        "where the visitor is, by which reports are told apart"
    );
    let thanks = stage.get("/report/thanks?component=website").await;
    assert!(thanks.text.contains("Thank you") && thanks.text.contains("Many more reports than usual"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_comes_back_as_it_was_typed() {
    let stage = Stage::new(&[]).await;
    let long = format!("component=website&kind=down&message={}", "x".repeat(1001));
    for (form, said) in [
        ("component=nope&kind=down&message=kept", "Choose what does not work."),
        ("component=vault&kind=down&message=kept", "Choose what does not work."),
        ("component=website&kind=odd&message=kept", "Choose what you see."),
        (long.as_str(), "Please say it in 1000 letters or fewer."),
        ("", "Choose what you see."),
        ("%FF%FE=%00&component", "Choose what does not work."),
    ] {
        let answer = stage.send("/report/send", form, &[]).await;
        assert_eq!(answer.status, 400, "{form}");
        assert!(answer.text.contains(said), "{form}");
        assert!(!form.contains("kept") || answer.text.contains(">kept</textarea>"), "{form}");
        assert!(!form.contains("website") || answer.text.contains("value=\"website\" selected"), "{form}");
    }
    assert!(stage.peers.asked("/api/v1/reports").is_empty());

    stage.peers.silence("/api/v1/reports");
    let answer = stage.send("/report/send", GOOD, &[]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("Reports cannot be taken at the moment."));
    assert!(answer.text.contains("works &#60;b&#62;</textarea>"));
    assert!(answer.text.contains("value=\"down\" required checked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_cannot_report_for_their_visitors() {
    let stage = Stage::new(&[]).await;
    let foreign = [("sec-fetch-site", "cross-site")];
    assert_eq!(stage.send("/report/send", GOOD, &foreign).await.status, 403);
    let own = [("cookie", "session=role:viewer"), ("sec-fetch-site", "same-origin")];
    assert_eq!(stage.send("/report/send", GOOD, &own).await.status, 403, "without the proof of the page");
    assert!(stage.peers.asked("/api/v1/reports").is_empty());
    let proof = csrf::token(&SecretKey::new("the secret key of tests"), "role:viewer");
    let proven = format!("{GOOD}&csrf_token={proof}");
    assert_eq!(stage.send("/report/send", &proven, &own).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_address_is_passed_on_with_the_host_that_its_link_leads_to() {
    let stage = Stage::new(&[]).await;
    let sent = "email=+ada%40example.org+&components=api&components=website";
    let answer = stage.send("/subscribe/mail", sent, &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/subscribe/asked"));
    let [asked] = stage.peers.asked("/api/v1/subscriptions").try_into().unwrap();
    assert_eq!(asked.body, json!({ "email": "ada@example.org", "components": ["api", "website"] }));
    assert_eq!(asked.visitor, "for=\"127.0.0.1\";proto=http;host=\"test\"");
    assert!(stage.get("/subscribe/asked").await.text.contains("Look into your mail"));

    for (sent, said) in [
        ("email=ada", "Enter a mail address such as"),
        ("", "Enter a mail address such as"),
        ("email=ada%40example.org&components=vault", "One of these components is not there any more."),
    ] {
        let answer = stage.send("/subscribe/mail", sent, &[]).await;
        assert_eq!(answer.status, 400, "{sent}");
        assert!(answer.text.contains(said), "{sent}");
        assert!(!sent.contains("ada%40") || answer.text.contains("value=\"ada@example.org\""), "{sent}");
    }
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(stage.send("/subscribe/mail", sent, &foreign).await.status, 403);
    stage.peers.silence("/api/v1/subscriptions");
    let answer = stage.send("/subscribe/mail", sent, &[]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("Subscriptions cannot be taken at the moment."));
    assert!(
        answer.text.contains("value=\"api\" checked") && !answer.text.contains("value=\"search\" checked")
    );
}
