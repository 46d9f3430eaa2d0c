//! The past as it is drawn and said: on the status page and on the page of a component.

use frontend::view::{Uptime, component_view, status_view};
use frontend::{Missing, Service, Snapshot, render};

use crate::peers::Stage;
use crate::states::{self, ago, now};

fn uptime(slug: &str) -> Uptime {
    let pasts = states::pasts(slug);
    component_view(&states::quiet(), None, Some(&pasts), now(), "Acme", slug).unwrap().uptime.unwrap()
}

#[test]
fn every_row_says_its_ninety_days_and_draws_them() {
    let html = render::status_page(&status_view(&states::quiet(), now(), "Acme")).unwrap();
    let says = "99.91\u{a0}% up in the last 71 days, since it began. 3 days were not wholly operational. \
                12 November: partial outage for 20 min, 99.30\u{a0}% up. 22 September: unknown for 1 day.";
    assert!(html.contains(says), "{html}");
    assert!(html.contains("<path class=\"before\" d=\"M0 9H19\"/>"), "not there yet is not well");
    assert_eq!(html.matches("class=\"unknown hollow\"").count(), 2, "nothing known is neither");
    assert!(html.contains("<title>19 November: degraded for 1 h 28 min, 100\u{a0}% up</title>"));
    assert!(html.contains("100\u{a0}% up in the last 90 days. All days were wholly operational."));
}

#[test]
fn what_is_not_known_to_be_true_now_is_not_drawn() {
    let silent = Missing { what: Service::Incidents, since: ago(3) };
    let none = Snapshot { histories: None, ..states::quiet() };
    for snapshot in [Snapshot { missing: vec![silent], ..states::quiet() }, none] {
        let view = status_view(&snapshot, now(), "Acme");
        assert!(
            !view.has_bars && view.groups.iter().flat_map(|group| &group.rows).all(|row| row.bars.is_none())
        );
        assert!(!render::status_page(&view).unwrap().contains("class=\"bars\""));
    }
}

#[test]
fn a_component_tells_its_bad_days_and_its_year() {
    let past = uptime("website");
    let days: Vec<&str> = past.bars.days.iter().map(|bar| bar.sentence.as_str()).collect();
    assert_eq!(
        days,
        [
            "30 August: major outage for 1 day, 0.00\u{a0}% up",
            "9 November: unknown for 3 h 20 min, 100\u{a0}% up",
            "21 November: degraded for 19 min, 100\u{a0}% up"
        ]
    );
    let months: Vec<&str> = past.months.iter().map(|month| month.name.as_str()).collect();
    assert_eq!(months, ["November 2026", "October 2026", "September 2026"], "none before the beginning");
    assert_eq!(past.month.as_deref(), Some("99.91\u{a0}%"));
}

#[test]
fn a_minute_more_is_no_news_and_another_state_is() {
    let snapshot = states::quiet();
    let change = |of: fn(&mut contracts::incidents::HistoryDay)| {
        let mut other = snapshot.clone();
        let histories = other.histories.as_mut().unwrap();
        let website = histories.components.iter_mut().find(|one| one.slug == "website").unwrap();
        website.uptime = Some(0.9);
        of(website.days.last_mut().unwrap());
        snapshot.shows_the_same_as(&other)
    };
    assert!(change(|day| day.seconds.degraded_performance += 60.0));
    assert!(!change(|day| day.worst = Some(contracts::Status::MajorOutage)));
    assert!(!change(|day| day.date = "2026-11-20".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_ask_for_the_past_and_do_without_it() {
    let stage = Stage::new(&[]).await;
    let page = stage.get("/components/website").await.text;
    assert!(page.contains("id=\"uptime-days\"") && page.contains("id=\"uptime-months\""), "{page}");
    assert!(stage.get("/").await.text.contains("class=\"bars\""));
    let stage = Stage::new(&["/api/v1/components/website/history", "/api/v1/components/history"]).await;
    let page = stage.get("/components/website").await;
    assert!(page.status == 200 && page.text.contains("The past cannot be shown at the moment."));
    let page = stage.get("/").await;
    assert!(page.text.contains("Website") && !page.text.contains("class=\"bars\""));
    assert!(!page.text.contains("No news of components"), "the rest of it is known");
}
